// Questions as fields, in the markup of the pages without scripts. No field has a name but radio buttons, which need
// one to be a group: nothing can be filled in, remembered or sent by the browser.
import { foreign, h, put } from "./dom";
import { date, num, t } from "./words";

export type FieldKind = "text" | "long" | "one" | "many" | "date" | "place" | "select";

/** One question. key is where its answer is kept; a date has three, with -y, -m and -d. */
export interface Field {
  kind: FieldKind;
  key: string;
  label: string;
  hint: string;
  optional: boolean;
  options: { id: string; label: string; hint?: string }[];
  /** Most characters, or 0. */
  max: number;
  rows?: number;
  /** What to say when nothing is there; the general sentence if absent. */
  missing?: string;
  /** What stands until something else is chosen; it is not kept as an answer. */
  preset?: string;
}

/** Everything that was answered, in memory only. */
export class Answers {
  readonly #of = new Map<string, string[]>();

  all(key: string): readonly string[] {
    return this.#of.get(key) ?? [];
  }

  one(key: string): string {
    return this.all(key)[0] ?? "";
  }

  set(key: string, ...values: string[]): void {
    if (values.length === 0 || (values.length === 1 && values[0] === "")) this.#of.delete(key);
    else this.#of.set(key, values);
  }

  /** Takes away all answers whose key begins so. */
  take(prefix: string): [string, readonly string[]][] {
    const out = [...this.#of].filter(([key]) => key.startsWith(prefix));
    for (const [key] of out) this.#of.delete(key);
    return out;
  }

  /** Key and values of each answer. */
  every(): string[][] {
    return [...this.#of].map(([key, values]) => [key, ...values]);
  }

  clear(): void {
    this.#of.clear();
  }
}

/** The parts of a date in the order of the language. */
const dateParts = (): ("y" | "m" | "d")[] => [...t("ui.date_order")] as ("y" | "m" | "d")[];

/** A text as it is kept: line feeds only, nothing that cannot be seen, no space around it. */
export function clean(text: string): string {
  const s = text
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(/\t/g, " ")
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "")
    .trim();
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(s) ? s : "";
}

/** clean for answers of one line. */
export const cleanLine = (text: string): string => clean(text).split(/\s+/).join(" ");

/** Characters as people count them. */
export const length = (text: string): number => [...text].length;

/** A date as somebody knows it, a year, a month or a day, with leading zeros; or what is wrong with it. */
export function dateOf(a: Answers, key: string, today: string): { value: string } | { fault: string } {
  const parts = ["y", "m", "d"].map((p) => a.one(`${key}-${p}`).normalize("NFKC").trim());
  while (parts.length > 1 && parts[parts.length - 1] === "") parts.pop();
  if (parts.length === 1 && parts[0] === "") return { value: "" };
  const whole = ["", "01", "01"];
  for (const [i, p] of parts.entries()) {
    const width = i === 0 ? 4 : 2;
    if (!/^[0-9]{1,4}$/.test(p) || Number(p) === 0 || p.length > width || (i === 0 && p.length !== 4)) return { fault: "visit.date_unclear" };
    parts[i] = whole[i] = p.padStart(width, "0");
  }
  const day = whole.join("-");
  const d = new Date(day + "T00:00:00Z");
  if (Number.isNaN(d.getTime()) || d.toISOString().slice(0, 10) !== day || whole[0]! < "1900") return { fault: "visit.date_unclear" };
  // A day that is still to come for everybody on Earth is a slip.
  const tomorrow = new Date(Date.parse(today + "T00:00:00Z") + 86_400_000).toISOString().slice(0, 10);
  return day > tomorrow ? { fault: "pack.answer.future" } : { value: parts.join("-") };
}

/** The options of a field that are chosen; what an earlier form of the question had does not count. */
export function chosen(f: Field, a: Answers): string[] {
  const all = f.options.map((o) => o.id).filter((id) => a.all(f.key).includes(id));
  return all.length === 0 && f.preset !== undefined ? [f.preset] : all;
}

/** What is wrong with the answer to a field, or "". */
export function faultOf(f: Field, a: Answers, today: string): string {
  const missing = f.missing ?? t("visit.answer_missing", { Question: f.label });
  if (f.kind === "date") {
    const d = dateOf(a, f.key, today);
    return "fault" in d ? t(d.fault) : d.value === "" && !f.optional ? missing : "";
  }
  if (f.kind === "one" || f.kind === "many") return chosen(f, a).length === 0 && !f.optional ? missing : "";
  if (f.kind === "select") return "";
  const text = (f.kind === "long" ? clean : cleanLine)(a.one(f.key));
  if (f.max > 0 && length(text) > f.max) return t("visit.answer_long", { Question: f.label, Limit: f.max, Over: length(text) - f.max });
  return text === "" && !f.optional ? missing : "";
}

/** What was answered, in the words of the form; "" for nothing. */
export function answerText(f: Field, a: Answers): string {
  if (f.kind === "date") {
    const [y, m, d] = ["y", "m", "d"].map((p) => a.one(`${f.key}-${p}`).trim()) as [string, string, string];
    const whole = date(`${y}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`);
    if (whole !== "") return whole;
    if (y !== "" && d === "") return m === "" ? t("visit.year", { Year: y }) : t("visit.year_month", { Year: y, Month: m.replace(/^0/, "") });
    return [y, m, d].filter((p) => p !== "").join("-");
  }
  if (f.options.length > 0) return f.options.filter((o) => chosen(f, a).includes(o.id) && (o.id !== "" || f.kind !== "select")).map((o) => o.label).join("\n");
  return clean(a.one(f.key));
}

/** Makes the control. heading: the label is the heading of the page. What is typed goes into a at once. */
export function control(f: Field, a: Answers, heading: boolean, fault = ""): HTMLElement {
  const group = h("div", { class: "govuk-form-group" + (fault === "" ? "" : " govuk-form-group--error") });
  const described = [f.hint !== "" || f.max > 0 ? f.key + "-hint" : "", fault !== "" ? f.key + "-error" : ""].filter((s) => s !== "").join(" ");
  const about = { "aria-describedby": described === "" ? undefined : described, "aria-invalid": fault === "" ? undefined : "true" };
  const label = [f.label, f.optional && f.kind !== "select" ? h("span", { class: "cl-optional" }, " ", t("ui.optional")) : null];
  const under = [
    f.hint !== "" || f.max > 0
      ? h("div", { class: "govuk-hint", id: f.key + "-hint" }, f.hint, f.max > 0 && h("span", { class: "cl-then" }, t("ui.max", { Max: f.max })))
      : null,
    fault !== "" ? h("p", { class: "govuk-error-message", id: f.key + "-error" }, h("span", { class: "govuk-visually-hidden" }, t("ui.error_title")), fault) : null,
  ];
  if (f.kind === "one" || f.kind === "many" || f.kind === "date") {
    const legend = h("legend", { class: "govuk-fieldset__legend" + (heading ? " govuk-fieldset__legend--l" : "") });
    put(legend, ...(heading ? [h("h1", { class: "govuk-fieldset__heading cl-title" }, ...label)] : label));
    put(group, h("fieldset", { class: "govuk-fieldset", ...about }, legend, ...under, f.kind === "date" ? dates(f, a, fault) : choices(f, a)));
    return group;
  }
  const name = h("label", { class: "govuk-label" + (heading ? " cl-title" : ""), for: f.key }, ...label);
  put(group, heading ? h("h1", { class: "cl-labelhead" }, name) : name, ...under, typed(f, a, about, fault));
  return group;
}

function typed(f: Field, a: Answers, about: Record<string, string | undefined>, fault: string): HTMLElement {
  if (f.kind === "select") {
    const s = h("select", { class: "govuk-select", id: f.key, autocomplete: "off", ...about, change: () => a.set(f.key, s.value) });
    for (const o of f.options) put(s, h("option", { value: o.id, selected: o.id === a.one(f.key) }, o.label));
    return s;
  }
  const red = (name: string) => name + (fault === "" ? "" : ` ${name}--error`);
  const common = { id: f.key, dir: "auto", autocomplete: "off", spellcheck: "false", ...about };
  if (f.kind !== "long") {
    const i = h("input", { class: red("govuk-input"), type: "text", autocapitalize: "none", ...common, input: () => a.set(f.key, i.value) });
    i.value = a.one(f.key);
    return i;
  }
  const area = h("textarea", { class: red("govuk-textarea"), rows: f.rows ?? 6, ...common });
  area.value = a.one(f.key);
  const left = h("p", { class: "cl-hint cl-num", "aria-live": "polite" });
  const count = () => {
    const n = length(area.value);
    // Only near the end: a number that runs while somebody writes is a clock.
    left.textContent = f.max === 0 || n < f.max * 0.8 ? "" : n > f.max ? t("page.over", { N: num(n - f.max) }) : t("page.left", { N: num(f.max - n) });
  };
  area.addEventListener("input", () => {
    a.set(f.key, area.value);
    count();
  });
  count();
  const box = h("div", {}, area, left);
  return box;
}

function choices(f: Field, a: Answers): HTMLElement {
  const kind = f.kind === "many" ? "checkboxes" : "radios";
  const box = h("div", { class: "govuk-" + kind });
  const inputs: HTMLInputElement[] = [];
  const keep = () => a.set(f.key, ...inputs.filter((i) => i.checked).map((i) => i.value));
  f.options.forEach((o, n) => {
    const id = n === 0 ? f.key : `${f.key}-${n + 1}`;
    const i = h("input", {
      class: `govuk-${kind}__input`, id, type: kind === "radios" ? "radio" : "checkbox", value: o.id, autocomplete: "off",
      name: kind === "radios" ? f.key : undefined, checked: chosen(f, a).includes(o.id), change: keep,
    });
    inputs.push(i);
    put(box, h("div", { class: `govuk-${kind}__item` }, i, h("label", { class: `govuk-label govuk-${kind}__label`, for: id }, o.label),
      o.hint !== undefined && o.hint !== "" && h("div", { class: `govuk-hint govuk-${kind}__hint` }, o.hint)));
  });
  return box;
}

function dates(f: Field, a: Answers, fault: string): HTMLElement {
  const box = h("div", { class: "cl-date" });
  dateParts().forEach((p, n) => {
    const id = n === 0 ? f.key : `${f.key}-${p}`;
    const i = h("input", {
      class: "govuk-input" + (fault === "" ? "" : " govuk-input--error") + (p === "y" ? " cl-date__year" : ""), id, type: "text", inputmode: "numeric", autocomplete: "off",
      input: () => a.set(`${f.key}-${p}`, i.value),
    });
    i.value = a.one(`${f.key}-${p}`);
    const label = p === "y" ? t("ui.year") : p === "m" ? t("ui.month") : t("ui.day");
    put(box, h("div", {}, h("label", { class: "govuk-label", for: id }, label), i));
  });
  return box;
}

/** The list of what is wrong, above the fields, with the keyboard on it. */
export function faultList(faults: { key: string; text: string }[]): HTMLElement | null {
  if (faults.length === 0) return null;
  const list = h("ul", { class: "govuk-error-summary__list" });
  for (const f of faults) {
    const to = (e: Event) => {
      e.preventDefault(); // no text and no place of a fault in the address
      document.getElementById(f.key)?.focus();
    };
    put(list, h("li", {}, h("a", { href: "#" + f.key, click: to }, f.text)));
  }
  return h("div", { class: "govuk-error-summary", "aria-labelledby": "errors", role: "alert", tabindex: "-1" },
    h("h2", { class: "govuk-error-summary__title", id: "errors" }, t("ui.errors", { Count: faults.length })), h("div", { class: "govuk-error-summary__body" }, list));
}

/** Answers for reading over: rows of question and answer, with a way back to them. */
export function summary(title: string, change: (() => void) | null, rows: { key: string; value: string }[]): HTMLElement {
  const dl = h("dl", { class: "govuk-summary-list" });
  for (const r of rows) {
    const value = h("dd", { class: "govuk-summary-list__value" });
    for (const line of (r.value === "" ? t("visit.not_said") : r.value).split("\n")) put(value, h("p", {}, foreign(line)));
    put(dl, h("div", { class: "govuk-summary-list__row" }, h("dt", { class: "govuk-summary-list__key" }, r.key), value));
  }
  return h("section", { class: "cl-answers" }, h("div", { class: "cl-rowhead" }, h("h2", {}, title),
    change !== null && h("button", { type: "button", class: "cl-plainbutton cl-linklike", click: () => change() }, t("ui.change"), h("span", { class: "govuk-visually-hidden" }, " " + title))), dl);
}
