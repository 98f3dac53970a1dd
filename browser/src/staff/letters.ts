// Letters made of ready sentences (docs/spec/pack.md, letters.yaml): the server words them with a case's days in every language, and
// what was chosen is filled in here, because it is content.
import type { Letter } from "../bodies";

/** What was chosen for a sentence, by the name of the ask. */
export type Picks = Readonly<Record<string, readonly string[]>>;

/** A sentence with what was chosen for it. */
export interface Chosen {
  id: string;
  picks: Picks;
}

export interface Ask {
  name: string;
  type: "one" | "many" | "day" | "count" | "address";
  /** In the page's language. */
  label: string;
  options: readonly { id: string; label: Readonly<Record<string, string>> }[];
}

export interface Sentence {
  id: string;
  /** In the page's language. */
  title: string;
  /** By language, with what it asks for in braces. */
  text: Readonly<Record<string, string>>;
  asks: readonly Ask[];
}

/** A letter as the server words it. */
export interface Frame {
  /** In the reporter's language, which is lang. */
  text: string;
  lang: string;
  texts: Readonly<Record<string, string>>;
  days: Readonly<Record<string, string>>;
  dates: Readonly<Record<string, { form: string; months: readonly string[] }>>;
  sentences: readonly Sentence[];
  /** What stands for a placeholder that somebody chooses beside the sentences: name, id, language. */
  fills: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;
}

/** The placeholders that somebody chooses beside the sentences. */
const FILLS = ["body", "basis", "files"];

/** The frame with what was chosen for them: an id, or = and words that were typed. A letter keeps it with its days. */
export function filled(f: Frame, by: Readonly<Record<string, string>>): Frame {
  const texts = Object.entries(f.texts).map(([lang, text]) => [lang, text.replace(/\{([a-z]+)\}/g, (whole, name: string) => {
    const v = FILLS.includes(name) ? by[name] : undefined;
    return v === undefined ? whole : v.startsWith("=") ? v.slice(1) : (f.fills[name]?.[v]?.[lang] ?? "");
  })] as const);
  const all = Object.fromEntries(texts);
  return { ...f, texts: all, text: all[f.lang] ?? "", days: { ...f.days, ...by } };
}

/** Whether something possible was chosen for an ask, as internal/pack decides it. */
export function answered(a: Ask, chosen: readonly string[] | undefined): boolean {
  if (chosen === undefined || chosen.length === 0 || (a.type !== "many" && chosen.length !== 1)) return false;
  const only = chosen[0]!;
  switch (a.type) {
    case "one":
    case "many":
    case "address":
      return new Set(chosen).size === chosen.length && chosen.every((c) => a.options.some((o) => o.id === c));
    case "day":
      return isDay(only);
    case "count":
      return /^[1-9][0-9]{0,2}$/.test(only);
  }
}

function isDay(s: string): boolean {
  const m = /^(\d{4})-(\d\d)-(\d\d)$/.exec(s);
  if (m === null) return false;
  const d = new Date(Date.UTC(Number(m[1]), Number(m[2]) - 1, Number(m[3])));
  return Number(m[1]) >= 1 && d.getUTCMonth() === Number(m[2]) - 1 && d.getUTCDate() === Number(m[3]);
}

function words(a: Ask, chosen: readonly string[], lang: string, dates: Frame["dates"]): string {
  const labels = a.options.filter((o) => chosen.includes(o.id)).map((o) => o.label[lang] ?? ""); // in the order of the pack
  switch (a.type) {
    case "many":
      return "\n– " + labels.join("\n– ");
    case "one":
    case "address":
      return labels[0] ?? "";
    case "count":
      return chosen[0]!;
    case "day": {
      const [y, m, d] = chosen[0]!.split("-").map(Number) as [number, number, number];
      const form = dates[lang];
      return form === undefined ? chosen[0]! : form.form.replace(/\{([ymd])\}/g, (_, x: string) => (x === "y" ? String(y) : x === "m" ? (form.months[m - 1] ?? "") : String(d)));
    }
  }
}

/** The sentence in a language, or null when something is not chosen or was not offered. open stands for what is missing: then there is always a text. */
export function render(s: Sentence, picks: Picks, lang: string, dates: Frame["dates"], open?: string): string | null {
  if (open === undefined && (Object.keys(picks).some((name) => !s.asks.some((a) => a.name === name)) || s.asks.some((a) => !answered(a, picks[a.name])))) return null;
  return (s.text[lang] ?? "").replace(/\{([a-z_]+)\}/g, (whole, name: string) => {
    const a = s.asks.find((x) => x.name === name);
    if (a === undefined) return whole;
    const chosen = picks[name];
    return answered(a, chosen) ? words(a, chosen!, lang, dates) : (open ?? "");
  });
}

/** Where what is said stands in a template: "" is after it. */
const slots: Readonly<Record<string, string>> = { needs_info: "question", progress: "note", first: "", message: "", extend: "" };
export const slotOf = (template: string): string => slots[template] ?? "reasons";

/** Sentences and typed words, as they stand in the letter; null when a sentence is not complete, or not of this letter. */
export function said(f: Frame, chosen: readonly Chosen[], typed: string, lang: string, open?: string): string | null {
  const lines: string[] = [];
  for (const c of chosen) {
    const s = f.sentences.find((x) => x.id === c.id);
    const text = s === undefined ? null : render(s, c.picks, lang, f.dates, open);
    if (text === null) return null;
    lines.push(text);
  }
  return (lines.join("\n") + "\n" + typed.trim()).trim();
}

/** The whole letter around what is said. */
export function whole(f: Frame, template: string, what: string, lang: string): string {
  const frame = f.texts[lang] ?? "";
  const slot = slotOf(template);
  return slot === "" ? [frame.trim(), what].filter((x) => x !== "").join("\n\n") : frame.split(`{${slot}}`).join(what);
}

/** What a letter was made of, as its document keeps it. */
export const made = (f: Frame, template: string, code: string, chosen: readonly Chosen[], typed: string): Letter => ({
  template, code, words: typed.trim(),
  sentences: chosen.map((c) => ({ id: c.id, picks: Object.entries(c.picks).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, values]) => ({ name, values: [...values] })) })),
  days: daysIn(f),
});

/** The days of a letter as its document keeps them. */
export const daysIn = (f: Frame): Letter["days"] => Object.entries(f.days).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ name, value }));

/** The days of a sealed letter, for the server to word it with. */
export const daysOf = (l: Letter): Record<string, string> => Object.fromEntries(l.days.filter((d) => !FILLS.includes(d.name)).map((d) => [d.name, d.value]));

/**
 * A sealed letter in another language: made again from what it says it was made of. Null unless it comes out in the reporter's
 * language exactly as text, which was sealed: it was changed, or the pack has other sentences now.
 */
export function again(frame: Frame, l: Letter, text: string, lang: string): string | null {
  const f = filled(frame, Object.fromEntries(l.days.filter((d) => FILLS.includes(d.name)).map((d) => [d.name, d.value])));
  const chosen = l.sentences.map((s) => ({ id: s.id, picks: Object.fromEntries(s.picks.map((p) => [p.name, p.values])) }));
  const before = said(f, chosen, l.words, f.lang);
  const now = said(f, chosen, l.words, lang);
  if (before === null || now === null || f.texts[lang] === undefined || whole(f, l.template, before, f.lang) !== text) return null;
  return whole(f, l.template, now, lang);
}
