// Words that an authority should not write, marked while somebody types. It never stops a letter: it asks once.
import { checkLetter, type LetterHit } from "../../../browser/src/staff/lettercheck";
import { button, fill, h, note } from "../../site/script/dom";
import { t } from "../../site/script/words";
import type { Drafts } from "./casedraft";
import { words } from "./casewords";
import type { Field } from "./view";

/** Characters around a hit that show where it stands. */
const AROUND = 24;

const reason = (kind: LetterHit["kind"]): string =>
  kind === "guilt" ? t("letters.lint_guilt") : kind === "trait" ? t("letters.lint_trait") : kind === "threat" ? t("letters.lint_threat") : t("letters.lint_promise");

/** Reads what is typed into a field. */
export class Reader {
  readonly box = h("div", { class: "cl-lint", role: "status" });
  readonly #ask = h("div", {});
  readonly #list = h("ul", { class: "cl-list" });
  #known = "";

  /** drafts keep what was looked at: the form of the same words may be made again. */
  constructor(private readonly field: Field, private readonly drafts: Drafts, private readonly form: string) {
    fill(this.box, this.#list, this.#ask);
    this.read();
  }

  /** Looks at the words as they are now. */
  read(): void {
    const text = this.field.input.value;
    const hits = checkLetter(text);
    const now = JSON.stringify(hits.map((x) => text.slice(x.from, x.to)));
    if (now === this.#known && hits.length === 0) return;
    if (now !== this.#known) fill(this.#ask);
    this.#known = now;
    fill(this.#list, ...hits.map((x) => this.#line(text, x)));
  }

  #line(text: string, x: LetterHit): HTMLElement {
    const start = Math.max(0, x.from - AROUND);
    const show = () => {
      this.field.input.focus();
      this.field.input.setSelectionRange(x.from, x.to);
    };
    const place = h("button", { type: "button", class: "cl-plainbutton cl-lint__place", click: show }, words((start > 0 ? "…" : "") + text.slice(start, x.from)), h("mark", {}, words(text.slice(x.from, x.to))), words(text.slice(x.to, x.to + AROUND) + (x.to + AROUND < text.length ? "…" : "")));
    return h("li", { "data-rule": x.rule }, place, h("p", { class: "cl-small" }, reason(x.kind)), x.say !== "" && button(t("letters.lint_say", { Words: x.say }), () => this.#replace(x), "cl-plainbutton cl-linklike"));
  }

  #replace(x: LetterHit): void {
    const input = this.field.input;
    const capital = /^\p{Lu}/u.test(input.value.slice(x.from, x.to));
    input.setRangeText(capital ? x.say.charAt(0).toUpperCase() + x.say.slice(1) : x.say, x.from, x.to, "end");
    input.dispatchEvent(new Event("input", { bubbles: true })); // as if it was typed
    input.focus();
  }

  /** Asks once about words that were marked; asked again about the same, it lets them go. */
  seen(): boolean {
    this.read();
    if (this.#known === "[]" || this.#known === "" || this.drafts.get(this.form + "-seen") === this.#known) return true;
    this.drafts.set(this.form + "-seen", this.#known);
    fill(this.#ask, note("warn", t("letters.lint_ask"), t("letters.lint_ask_text")));
    this.#ask.scrollIntoView({ block: "nearest" });
    return false;
  }
}
