// What a letter to the reporter says: ready sentences with what they ask for, words that somebody types, and both as they will be read:
// in the reporter's language, and beside it in the page's.
import type { Letter } from "../../../browser/src/bodies";
import { type Ask, answered, type Chosen, type Frame, filled, made, said, type Sentence, slotOf, whole } from "../../../browser/src/staff/letters";
import { button, fill, h } from "../../site/script/dom";
import { language, t } from "../../site/script/words";
import { Refused } from "./api";
import { keptField } from "./casedraft";
import type { Ground } from "./caseforms";
import { Reader } from "./caselint";
import { languageName } from "./caseview";
import { paragraphs } from "./casewords";
import type { Field } from "./view";

const open = "……";

/** The part of a form that makes a letter. Sentences stand before the typed words. */
export class Writing {
  /** Where sentences are chosen, and the field. */
  readonly box = h("div", {});
  readonly preview = h("div", { class: "cl-preview", hidden: true });
  readonly field: Field;
  readonly #list = h("ol", { class: "cl-ready" });
  readonly #add = h("div", { class: "cl-ready__add", hidden: true });
  readonly #theirs = h("blockquote", { class: "cl-quote" });
  readonly #mine = h("blockquote", { class: "cl-quote" });
  readonly #foreign = h("p", { class: "cl-small cl-hint", hidden: true });
  readonly #reader: Reader;
  #frame: Frame | null = null;
  #by: Readonly<Record<string, string>> = {};
  #wanted = 0;
  #name = "";

  constructor(private readonly g: Pick<Ground, "drafts" | "template"> & { file: { lang: string } }, private readonly form: string, o: { label: string; hint: string; rows: number }) {
    this.field = keptField(g.drafts, form + "-text", o.label, { hint: o.hint, rows: o.rows, typed: () => this.#show() });
    this.#reader = new Reader(this.field, g.drafts, form);
    fill(this.#foreign, t("letters.as_typed", { Language: languageName(g.file.lang) }));
    fill(this.box, this.#add, this.#list, this.field.box, this.#foreign, this.#reader.box);
    const pair = g.file.lang === language() ? [h("p", { class: "cl-small cl-hint" }, t("casepage.preview")), this.#theirs]
      : [h("div", { class: "cl-pair" },
        h("div", {}, h("p", { class: "cl-small cl-hint" }, t("letters.goes_out", { Language: languageName(g.file.lang) })), this.#theirs),
        h("div", { "data-mine": "" }, h("p", { class: "cl-small cl-hint" }, t("letters.for_you")), this.#mine))];
    fill(this.preview, ...pair);
  }

  /** Fetches the letter anew and shows it. Faults show at sending, when it is fetched again. */
  load(name: string, code: string): void {
    void this.#load(name, code).then(() => this.#draw(), () => undefined);
  }

  async #load(name: string, code: string): Promise<void> {
    const mine = ++this.#wanted;
    const frame = await this.g.template(name, code);
    if (mine === this.#wanted) [this.#frame, this.#name] = [frame, name];
  }

  /** Sets what stands in the letter beside sentences and words: ids of the frame, or = and words. */
  fill(by: Readonly<Record<string, string>>): void {
    this.#by = by;
    this.#show();
  }

  get #filled(): Frame | null {
    return this.#frame === null ? null : filled(this.#frame, this.#by);
  }

  get #chosen(): Chosen[] {
    const text = this.g.drafts.get(this.form + "-said");
    return text === "" ? [] : (JSON.parse(text) as Chosen[]);
  }

  #keep(all: readonly Chosen[]): void {
    this.g.drafts.set(this.form + "-said", all.length === 0 ? "" : JSON.stringify(all));
  }

  /** Everything, after a change of the letter or of what was chosen. */
  #draw(): void {
    const f = this.#frame;
    if (f === null) return;
    const known = this.#chosen.filter((c) => f.sentences.some((s) => s.id === c.id));
    this.#keep(known);
    const left = f.sentences.filter((s) => !known.some((c) => c.id === s.id));
    const id = this.form + "-sentence";
    const select = h("select", { class: "govuk-select", id }, h("option", { value: "" }, t("letters.choose")), ...left.map((s) => h("option", { value: s.id }, s.title)));
    this.#add.hidden = f.sentences.length === 0;
    fill(this.#add, h("label", { class: "govuk-label", for: id }, t("letters.ready")), h("div", { class: "govuk-hint" }, t("letters.ready_hint")),
      h("div", { class: "cl-ready__row" }, select, button(t("letters.add"), () => {
        if (select.value === "") return select.focus();
        this.#keep([...this.#chosen, { id: select.value, picks: {} }]);
        this.#draw();
        (this.#list.lastElementChild?.querySelector<HTMLElement>("input, select") ?? this.#add.querySelector<HTMLElement>("select"))?.focus();
      }, "govuk-button govuk-button--secondary")));
    fill(this.#list, ...known.map((c) => this.#card(f.sentences.find((s) => s.id === c.id)!, c)));
    this.#show();
  }

  #card(s: Sentence, c: Chosen): HTMLElement {
    const picks = s.asks.map((a) => this.#ask(s, a, c.picks[a.name] ?? []));
    return h("li", { class: "cl-ready__one", "data-sentence": s.id }, h("div", { class: "cl-ready__head" }, h("b", {}, s.title), button(t("letters.remove"), () => {
      this.#keep(this.#chosen.filter((x) => x.id !== s.id));
      this.#draw();
      this.#add.querySelector<HTMLElement>("select")?.focus();
    }, "cl-plainbutton cl-linklike")), ...picks);
  }

  /** What a sentence asks for. */
  #ask(s: Sentence, a: Ask, values: readonly string[]): HTMLElement {
    const id = `${this.form}-${s.id}-${a.name}`;
    const error = h("p", { class: "govuk-error-message", id: id + "-error", role: "alert", hidden: true, "data-ask": `${s.id} ${a.name}` }, t("letters.still_open", { Name: a.label }));
    const pick = (v: readonly string[]) => {
      if (answered(a, v)) error.hidden = true;
      this.#keep(this.#chosen.map((c) => (c.id === s.id ? { id: c.id, picks: { ...c.picks, [a.name]: v.filter((x) => x !== "") } } : c)));
      this.#show();
    };
    const name = (o: Ask["options"][number]) => o.label[language()] ?? o.label["en"] ?? o.id;
    if (a.type === "many") {
      const items = a.options.map((o) => {
        const box = h("input", { class: "govuk-checkboxes__input", type: "checkbox", id: `${id}-${o.id}`, value: o.id, checked: values.includes(o.id) });
        return { box, item: h("div", { class: "govuk-checkboxes__item" }, box, h("label", { class: "govuk-label govuk-checkboxes__label", for: `${id}-${o.id}` }, name(o))) };
      });
      for (const { box } of items) box.addEventListener("change", () => pick(items.filter((x) => x.box.checked).map((x) => x.box.value)));
      return h("fieldset", { class: "govuk-fieldset", "aria-describedby": id + "-error" }, h("legend", { class: "govuk-fieldset__legend" }, a.label), error, h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, ...items.map((x) => x.item)));
    }
    const value = values[0] ?? "";
    const describe = { id, "aria-describedby": id + "-error" };
    const input = a.type === "day" ? h("input", { ...describe, class: "govuk-input govuk-input--width-10", type: "date", value })
      : a.type === "count" ? h("input", { ...describe, class: "govuk-input govuk-input--width-3", type: "text", inputmode: "numeric", autocomplete: "off", value })
        : h("select", { ...describe, class: "govuk-select" }, h("option", { value: "" }, t("letters.choose")), ...a.options.map((o) => h("option", { value: o.id, selected: o.id === value }, name(o))));
    input.addEventListener("input", () => pick([input.value.trim()]));
    return h("div", { class: "govuk-form-group" }, h("label", { class: "govuk-label", for: id }, a.label), error, input);
  }

  #show(): void {
    const f = this.#filled;
    const typed = this.field.input.value;
    this.#foreign.hidden = this.g.file.lang === language() || typed.trim() === "";
    this.#reader.read();
    const chosen = this.#chosen;
    this.preview.hidden = f === null || (slotOf(this.#name) === "" && chosen.length === 0 && (f.texts[f.lang] ?? "") === "");
    if (f === null) return;
    const words = chosen.length === 0 && typed.trim() === "" && slotOf(this.#name) !== "" ? open : typed;
    fill(this.#theirs, ...paragraphs(whole(f, this.#name, said(f, chosen, words, f.lang, open) ?? "", f.lang), f.lang));
    fill(this.#mine, ...paragraphs(whole(f, this.#name, said(f, chosen, words, language(), open) ?? "", language()), language()));
  }

  /** Tells whether the letter can go: nothing chosen is open, it says something, and its words were looked at. Shows what is missing. */
  complete(missing: string, need = true): boolean {
    this.field.fault("");
    for (const c of this.#chosen)
      for (const a of this.#frame?.sentences.find((s) => s.id === c.id)?.asks ?? []) {
        const error = this.#list.querySelector<HTMLElement>(`[data-ask="${c.id} ${a.name}"]`);
        if (error === null) continue;
        error.hidden = answered(a, c.picks[a.name]);
        if (error.hidden) continue;
        error.parentElement?.querySelector<HTMLElement>("input, select")?.focus();
        return false;
      }
    if (need && this.#chosen.length === 0 && this.field.value === "") return this.field.fault(missing), false;
    return this.#reader.seen();
  }

  /** The letter with the days of now, and what it was made of. Rejects with Refused. */
  async write(name: string, code: string): Promise<{ text: string; letter?: Letter }> {
    await this.#load(name, code);
    const f = this.#filled!;
    if (said(f, this.#chosen, this.field.value, f.lang) === null) throw new Refused(422, "", t("letters.not_complete")); // never without what was chosen
    const text = whole(f, name, this.slot(), f.lang);
    const chosen = this.#chosen;
    return chosen.length === 0 ? { text } : { text, letter: made(f, name, code, chosen, this.field.value) };
  }

  /** What stands in the template, in the reporter's language. Of a complete letter. */
  slot(): string {
    const f = this.#frame;
    return f === null ? this.field.value : (said(f, this.#chosen, this.field.value, f.lang) ?? this.field.value);
  }
}
