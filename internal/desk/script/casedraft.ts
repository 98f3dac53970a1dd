// What somebody has typed and not sent. It is kept while the page stays open, whatever is drawn anew around it.
import { byId, h } from "../../site/script/dom";
import { textPicker } from "./owntexts";
import { Field } from "./view";

/** Typed words and choices by the id of their control. */
export class Drafts {
  readonly #all = new Map<string, string>();

  get(id: string): string {
    return this.#all.get(id) ?? "";
  }

  set(id: string, value: string): void {
    if (value === "") this.#all.delete(id);
    else this.#all.set(id, value);
  }

  /** Forgets what belongs to one form, or with "" everything. */
  clear(form: string): void {
    for (const id of [...this.#all.keys()]) if (form === "" || id.startsWith(form + "-")) this.#all.delete(id);
  }

  /** Tells whether there are words, or passages blacked out, that leaving would lose. Choices alone are made again in a moment. */
  get words(): boolean {
    return [...this.#all.entries()].some(([id, v]) => (id.endsWith("-text") || id.endsWith("-black")) && v.trim() !== "");
  }
}

/** A field whose words stay. Its id ends in -text. */
export function keptField(drafts: Drafts, id: string, label: string, o: { hint?: string; rows?: number; typed?: () => void; max?: number; spell?: boolean } = {}): Field {
  const f = new Field(id, label, { hint: o.hint ?? "", ...(o.rows !== undefined && { rows: o.rows }), value: drafts.get(id) });
  f.input.setAttribute("spellcheck", "false"); // some browsers send what they check to a service
  f.input.setAttribute("autocapitalize", "sentences");
  if (o.max !== undefined) f.input.setAttribute("maxlength", String(o.max));
  f.input.addEventListener("input", () => {
    drafts.set(id, f.input.value);
    o.typed?.();
  });
  if (o.rows !== undefined && byId("app").dataset["door"] !== "inspect") f.box.append(textPicker(f)); // an inspector keeps none
  return f;
}

/** A box that is ticked or not. */
export function keptBox(drafts: Drafts, id: string, label: string): { box: HTMLElement; readonly on: boolean } {
  const input = h("input", { class: "govuk-checkboxes__input", type: "checkbox", id, checked: drafts.get(id) !== "" });
  input.addEventListener("change", () => drafts.set(id, input.checked ? "on" : ""));
  return {
    box: h("div", { class: "govuk-checkboxes__item" }, input, h("label", { class: "govuk-label govuk-checkboxes__label", for: id }, label)),
    get on() {
      return input.checked;
    },
  };
}

/** One of several. Each may have a line that says when. */
export function keptChoice(drafts: Drafts, id: string, legend: string, options: readonly { id: string; label: string; hint?: string }[], chosen: (v: string) => void = () => undefined): { box: HTMLElement; readonly value: string; fault(text: string): void } {
  const error = h("p", { class: "govuk-error-message", id: id + "-error", hidden: true });
  const items = options.map((o) => {
    const input = h("input", { class: "govuk-radios__input", type: "radio", name: id, id: `${id}-${o.id}`, value: o.id, checked: drafts.get(id) === o.id, "aria-describedby": o.hint === undefined ? undefined : `${id}-${o.id}-hint` });
    input.addEventListener("change", () => {
      drafts.set(id, o.id);
      chosen(o.id);
    });
    return h("div", { class: "govuk-radios__item" }, input, h("label", { class: "govuk-label govuk-radios__label", for: `${id}-${o.id}` }, o.label), o.hint !== undefined && h("div", { class: "govuk-hint govuk-radios__hint", id: `${id}-${o.id}-hint` }, o.hint));
  });
  const radios = h("div", { class: "govuk-radios govuk-radios--small" }, ...items);
  return {
    box: h("fieldset", { class: "govuk-fieldset", "aria-describedby": id + "-error" }, h("legend", { class: "govuk-fieldset__legend" }, legend), error, radios),
    get value() {
      return radios.querySelector<HTMLInputElement>("input:checked")?.value ?? "";
    },
    fault(text) {
      error.textContent = text;
      error.hidden = text === "";
      if (text !== "") radios.querySelector("input")?.focus();
    },
  };
}
