// Letters to the person reported: worded by the server, compared here with what the reporter wrote, printed, and sealed into the case.
import { type Common, common } from "../../../browser/src/staff/shared";
import { button, type Child, fill, h, icon, note } from "../../site/script/dom";
import { language, t } from "../../site/script/words";
import { keptBox, keptChoice, keptField } from "./casedraft";
import type { Ground } from "./caseforms";
import { Reader } from "./caselint";
import { languageName } from "./caseview";
import { paragraphs, words } from "./casewords";
import type { Field } from "./view";

/** A letter as the server words it, by language; {conduct} stays in it. */
export interface Worded {
  texts: Readonly<Record<string, string>>;
  /** The summary of the category. */
  conduct: Readonly<Record<string, string>>;
  due: string;
}

const BOTH = "both";

/** The letter, with its language, what is reported, the comparison and the button that prints it. */
export class PersonLetter {
  readonly box = h("div", {});
  readonly #letter = h("div", {});
  readonly #alike = h("div", {});
  readonly #lang: ReturnType<typeof keptChoice>;
  readonly #conduct: Field | null;
  readonly #reader: Reader | null;
  readonly #looked: ReturnType<typeof keptBox>;
  readonly #unlooked = h("p", { class: "govuk-error-message", role: "alert", hidden: true }, t("letters.looked_missing"));
  #worded: Worded | null = null;

  constructor(private readonly g: Ground, form: string, private readonly clearing: boolean) {
    const drafts = g.drafts;
    const langs = g.pack.languages;
    if (drafts.get(form + "-lang") === "") drafts.set(form + "-lang", langs.includes(language()) ? language() : (langs[0] ?? ""));
    this.#lang = keptChoice(drafts, form + "-lang", t("letters.letter_lang"), [...langs.map((l) => ({ id: l, label: languageName(l) })), ...(langs.length > 1 ? [{ id: BOTH, label: langs.length > 2 ? t("letters.letter_all") : t("letters.letter_both") }] : [])], () => this.#show());
    this.#conduct = clearing ? null : keptField(drafts, form + "-text", t("letters.conduct"), { hint: t("letters.conduct_hint"), rows: 4, typed: () => this.#show() });
    this.#reader = this.#conduct === null ? null : new Reader(this.#conduct, drafts, form);
    this.#looked = keptBox(drafts, form + "-looked", t("letters.looked"));
    fill(this.box, this.#lang.box, this.#conduct?.box ?? null, this.#reader?.box ?? null, this.#letter, this.#alike,
      h("div", { class: "govuk-checkboxes govuk-checkboxes--small cl-gap" }, this.#unlooked, this.#looked.box),
      h("div", { class: "cl-actions" }, button(t("letters.print"), () => this.#print(), "govuk-button govuk-button--secondary")));
    void g.person(clearing).then((w) => {
      this.#worded = w;
      this.#show();
    }, () => fill(this.#letter, note("danger", t("letters.no_letter"))));
  }

  #in(lang: string): string {
    const w = this.#worded;
    if (w === null) return "";
    const typed = this.#conduct?.value ?? "";
    return (w.texts[lang] ?? "").split("{conduct}").join(typed === "" ? (w.conduct[lang] ?? "") : typed);
  }

  /** The letter exactly as it is printed and sealed. */
  get text(): string {
    return this.#lang.value === BOTH ? Object.keys(this.#worded?.texts ?? {}).map((l) => this.#in(l)).join("\n\n\n") : this.#in(this.#lang.value);
  }

  #show(): void {
    this.#reader?.read();
    const lang = this.#lang.value;
    const quote = (l: string) => h("blockquote", { class: "cl-quote" }, ...paragraphs(this.#in(l), l));
    const one = (l: string, label: string) => h("div", {}, h("p", { class: "cl-small cl-hint" }, label), quote(l));
    const all = Object.keys(this.#worded?.texts ?? {});
    const shown = lang === BOTH ? all.map((l) => one(l, t("letters.letter_is", { Language: languageName(l) })))
      : [one(lang, t("letters.letter_is", { Language: languageName(lang) })), lang !== language() && one(language(), t("letters.for_you"))];
    fill(this.#letter, h("div", { class: "cl-pair cl-gap" }, ...shown));
    this.#compare();
  }

  /** What the letter shares with the report. The template says nothing of it, so what is found was typed. */
  #compare(): void {
    const report = this.g.report();
    const text = this.#conduct?.value ?? "";
    const found = report === null ? [] : common(text, report.text, report.files);
    fill(this.#alike, this.clearing ? null : h("section", { class: "cl-lint", role: "status" },
      found.length === 0 ? h("p", { class: "cl-small cl-hint" }, icon("check"), " ", report === null ? t("letters.alike_shut") : t("letters.alike_none"))
        : note("warn", t("letters.alike"), t("letters.alike_text"), h("ul", { class: "cl-list" }, ...found.map((c) => this.#line(text, c))))));
  }

  #line(text: string, c: Common): HTMLElement {
    const why = c.what === "words" ? t("letters.alike_words") : c.what === "day" ? t("letters.alike_day") : t("letters.alike_file");
    const show = () => {
      this.#conduct?.input.focus();
      this.#conduct?.input.setSelectionRange(c.from, c.to);
    };
    return h("li", { "data-alike": c.what }, h("button", { type: "button", class: "cl-plainbutton cl-lint__place", click: show }, h("mark", {}, words(text.slice(c.from, c.to)))), " ", why);
  }

  /** Tells whether somebody looked at the letter. Shows what is missing. */
  complete(): boolean {
    this.#unlooked.hidden = this.#looked.on;
    return this.#worded !== null && this.#looked.on && (this.#reader?.seen() ?? true);
  }

  /** Paper holds the letter alone: nothing of the case around it. */
  #print(): void {
    if (!this.complete()) return;
    const parts: Child[] = this.text.split("\n").map((line) => h("p", { class: "cl-text" }, line === "" ? "\u00a0" : words(line)));
    const sheet = h("div", { class: "cl-letter" }, ...parts);
    document.body.append(sheet);
    document.body.classList.add("cl-prints-letter");
    const done = () => {
      document.body.classList.remove("cl-prints-letter");
      sheet.remove();
    };
    window.addEventListener("afterprint", done, { once: true });
    window.print();
  }
}
