// Words in a letter that an authority should not write. The table and every step are those of internal/lettercheck, which has the
// reasons; both are judged by one corpus.
import table from "../../../internal/lettercheck/words.json";

/** What is wrong with a word. */
export type LetterFault = "guilt" | "trait" | "threat" | "promise";

/** One place in a text, in UTF-16 units. say is what could stand there instead, "" where it is better left out. */
export interface LetterHit {
  rule: string;
  kind: LetterFault;
  from: number;
  to: number;
  say: string;
}

interface Rule {
  id: string;
  lang: string;
  kind: string;
  find: string[];
  say: string;
  unless: string[];
  stubborn?: boolean;
}

interface Folded {
  runes: string[];
  /** Of runes, and without spaces: most phrases are nowhere in a text, and these say so at once. */
  text: string;
  dense: string;
  at: number[];
  quoted: boolean[];
}

type Span = readonly [number, number];

/** What it finds, in order. Text in quotation marks is somebody else's words. */
export function checkLetter(text: string): LetterHit[] {
  const t = fold(text);
  const out: LetterHit[] = [];
  for (const r of table.rules as Rule[]) {
    for (const p of r.find) {
      const found = find(t, r.lang, p);
      const free = found.length === 0 ? [] : r.unless.flatMap((x) => find(t, r.lang, x));
      for (const [from, to] of found) {
        if (t.quoted[from] === true || free.some(([a, b]) => a <= from && to <= b) || (r.stubborn !== true && negated(t, r.lang, from))) continue;
        out.push({ rule: r.id, kind: r.kind as LetterFault, from: t.at[r.say.startsWith("the ") ? article(t, from) : from]!, to: t.at[to]!, say: r.say });
      }
    }
  }
  out.sort((a, b) => a.from - b.from || b.to - a.to);
  return longest(out);
}

/** The longer of two hits that overlap stays. */
function longest(all: readonly LetterHit[]): LetterHit[] {
  const out: LetterHit[] = [];
  for (const h of all) {
    const before = out[out.length - 1];
    if (before === undefined || h.from >= before.to) out.push(h);
    else if (h.to - h.from > before.to - before.from) out[out.length - 1] = h;
  }
  return out;
}

function fold(text: string): Folded {
  const t: Folded = { runes: [], at: [], quoted: [], text: "", dense: "" };
  let at = 0;
  for (const r of text) {
    for (let x of r.normalize("NFKC").toLowerCase()) {
      if (/[\p{Cf}\p{Mn}]/u.test(x)) continue;
      if (x === "\n" || x === "\r") x = "\n";
      else if (/[\s\u0085\p{Pd}'\u2019_]/u.test(x)) x = " ";
      if (x === " " && t.runes[t.runes.length - 1] === " ") continue;
      t.runes.push(x);
      t.at.push(at);
    }
    at += r.length;
  }
  t.at.push(at);
  t.quoted = quotes(t.runes);
  t.text = t.runes.join("");
  t.dense = t.text.split(" ").join("");
  return t;
}

const closing: Readonly<Record<string, string>> = { "“": "”", "「": "」", "『": "』", "«": "»", '"': '"' };

function quotes(runes: readonly string[]): boolean[] {
  const out = new Array<boolean>(runes.length + 1).fill(false);
  for (let i = 0; i < runes.length; i++) {
    const end = closing[runes[i]!];
    const n = end === undefined ? -1 : runes.indexOf(end, i + 1);
    if (n < 0) continue;
    out.fill(true, i, n + 1);
    i = n;
  }
  return out;
}

const latin = (r: string | undefined): boolean => r !== undefined && /[\p{L}\p{Nd}]/u.test(r) && !/\p{Script=Han}/u.test(r);

function find(t: Folded, lang: string, phrase: string): Span[] {
  if (lang === "en") return findWords(t, phrase);
  if (!t.dense.includes(phrase)) return [];
  const want = [...phrase];
  const out: Span[] = [];
  for (let i = 0; i < t.runes.length; i++) {
    let j = i;
    let k = 0;
    while (k < want.length && j < t.runes.length) {
      if (t.runes[j] === want[k]) k++;
      else if (k === 0 || t.runes[j] !== " ") break;
      j++;
    }
    if (k === want.length) out.push([i, j]);
  }
  return out;
}

function findWords(t: Folded, phrase: string): Span[] {
  const open = phrase.endsWith("*");
  const stem = open ? phrase.slice(0, -1) : phrase;
  if (!t.text.includes(stem)) return [];
  const want = [...stem];
  const out: Span[] = [];
  for (let i = 0; i + want.length <= t.runes.length; i++) {
    if (latin(t.runes[i - 1]) || want.some((x, k) => t.runes[i + k] !== x)) continue;
    let j = i + want.length;
    while (open && latin(t.runes[j])) j++;
    if (!latin(t.runes[j])) out.push([i, j]);
  }
  return out;
}

function negated(t: Folded, lang: string, from: number): boolean {
  let start = from;
  while (start > 0 && from - start < 40 && !"。！？；，：、,.;:!?\n()（）".includes(t.runes[start - 1]!)) start--;
  let before = t.runes.slice(start, from).join("");
  for (const p of (table.affirmed as Record<string, string[]>)[lang] ?? []) before = before.split(p).join("");
  const negations = (table.negations as Record<string, string[]>)[lang] ?? [];
  if (lang === "en") return before.split(/[ \n]+/).filter((x) => x !== "").slice(-5).some((x) => negations.includes(x) || x === "t");
  const tail = [...before.split(" ").join("")].slice(-10).join("");
  return negations.some((n) => tail.includes(n));
}

/** Where the article before a word begins, so that what is said instead does not get two; from where there is none. */
function article(t: Folded, from: number): number {
  for (const a of ["the ", "a ", "an "]) {
    const start = from - a.length;
    if (start >= 0 && t.runes.slice(start, from).join("") === a && !latin(t.runes[start - 1]) && t.quoted[start] !== true) return start;
  }
  return from;
}
