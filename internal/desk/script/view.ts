// What every view is made of.
import { button, type Child, fill, focus, h, note } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { Refused } from "./api";

/** A place of the door: what its address is, and how it is drawn. */
export interface View {
  /** Below the language, without a slash at the ends. */
  path: string;
  title: string;
  /** The view is of everything below its path, too. */
  below?: boolean;
  draw(box: HTMLElement): Promise<void> | void;
  /** Another place is shown, or nobody is signed in any more: what runs must end. */
  leave?(): void;
  /** It has no link of its own in the bar. */
  unlisted?: boolean;
  /** The path of the place under which it is found, whose link is shown as the present one. */
  under?: string;
  /** Asked before a link or the way back leads away; false stays. go is where it leads, for who decides to. */
  mayLeave?(go: () => void): boolean;
}

/** What somebody can do about a fault, in words. */
export function sentence(e: unknown): string {
  if (e instanceof Refused) return e.text !== "" ? e.text : e.status === 0 ? t("desk.no_answer") : t("desk.fault_500");
  return t("desk.page_fault");
}

/** A place for what went wrong or right. Drawing again replaces it. */
export class Notice {
  readonly box = h("div", { role: "alert", class: "cl-gap" });
  clear(): void {
    fill(this.box);
  }
  fault(text: string, more = ""): void {
    fill(this.box, note("danger", text, more === "" ? null : more));
    this.box.scrollIntoView({ block: "nearest" });
  }
  good(text: string, more = ""): void {
    fill(this.box, note("ok", text, more === "" ? null : more));
  }
}

/** A field with its label, hint and error. */
export class Field {
  readonly input: HTMLInputElement | HTMLTextAreaElement;
  readonly box: HTMLElement;
  readonly #error = h("p", { class: "govuk-error-message", hidden: true });

  constructor(id: string, label: string, o: { hint?: string; rows?: number; code?: boolean; secret?: boolean; width?: number; value?: string; numeric?: boolean } = {}) {
    const common = { id, autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-describedby": `${id}-hint ${id}-error`, dir: o.code === true ? "ltr" : undefined };
    const width = o.width === undefined ? "" : ` govuk-input--width-${o.width}`;
    this.input = o.rows === undefined
      ? h("input", { ...common, class: "govuk-input" + width, type: "text", inputmode: o.numeric === true ? "numeric" : undefined })
      : h("textarea", { ...common, class: "govuk-textarea" + (o.code === true ? " cl-codefield" : ""), rows: o.rows });
    this.input.value = o.value ?? "";
    this.#error.id = id + "-error";
    this.box = h("div", { class: "govuk-form-group" }, h("label", { class: "govuk-label", for: id }, label), h("div", { class: "govuk-hint", id: id + "-hint" }, o.hint ?? ""), this.#error, this.input);
  }

  get value(): string {
    return this.input.value.trim();
  }

  /** Shows what is wrong, or with "" that nothing is. */
  fault(text: string): void {
    this.#error.textContent = text;
    this.#error.hidden = text === "";
    this.box.classList.toggle("govuk-form-group--error", text !== "");
    this.input.classList.toggle("govuk-input--error", text !== "" && this.input.tagName === "INPUT");
    if (text === "") this.input.removeAttribute("aria-invalid");
    else {
      this.input.setAttribute("aria-invalid", "true");
      this.input.focus();
    }
  }

  /** Takes the words away. */
  wipe(): void {
    this.input.value = "";
  }
}

/** A main button that does one thing at a time and says what it is doing meanwhile. Enter in the fields of its form presses it. */
export function act(label: string, doing: string, run: () => Promise<void>, failed: (e: unknown) => void, look = "govuk-button"): HTMLButtonElement {
  let busy = false;
  const b = button(label, () => {
    if (busy) return;
    busy = true;
    b.setAttribute("aria-disabled", "true");
    b.textContent = doing;
    run().catch(failed).finally(() => {
      busy = false;
      b.removeAttribute("aria-disabled");
      b.textContent = label;
    });
  }, look);
  return b;
}

/** Lets Enter in any one-line field of box press b. */
export function enterPresses(box: HTMLElement, b: HTMLButtonElement): void {
  box.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && e.target instanceof HTMLInputElement && !e.isComposing) {
      e.preventDefault();
      b.click();
    }
  });
}

/** A heading, what follows, and the reading voice at the heading. */
export function page(box: HTMLElement, title: string, ...rest: Child[]): HTMLElement {
  const head = h("h1", { tabindex: "-1" }, title);
  fill(box, head, ...rest);
  focus(head);
  return head;
}

/** Says that typed words would be lost. */
export function leaveNote(stay: () => void, go: () => void): HTMLElement {
  return note("warn", t("casepage.leave_title"), t("casepage.leave_text"), h("div", { class: "cl-actions" }, button(t("casepage.leave_stay"), stay, "govuk-button"), button(t("casepage.leave_go"), go, "govuk-button govuk-button--secondary")));
}

/** Words in groups that are easy to copy by hand and to read aloud. */
export function wordGrid(words: readonly string[], label: string): HTMLElement {
  return h("ol", { class: words.length > 8 ? "cl-words" : "cl-words cl-words--few", dir: "ltr", translate: "no", lang: "en", "aria-label": label }, ...words.map((w) => h("li", {}, w)));
}
