// What a letter to the person reported has in common with the report: somebody who knows both would see who wrote. It is a
// comparison of two texts in the browser, for a person to look at; it decides nothing.

/** A place in the letter, in UTF-16 units, and what it is like: the reporter's words, a day, or the name of a file. */
export interface Common {
  from: number;
  to: number;
  what: "words" | "day" | "file";
}

interface Token {
  text: string;
  from: number;
  to: number;
  han: boolean;
}

/** Runs this long are marked: characters of Chinese, words of other languages. A run of both counts each by its share. */
export const RUN = { han: 12, words: 8 };

/** Tokens that a run must begin with to be looked at more closely. */
const SEED = 4;

const tokens = (text: string): Token[] =>
  [...text.matchAll(/\p{Script=Han}|[\p{L}\p{N}\p{M}]+?(?=\p{Script=Han}|[^\p{L}\p{N}\p{M}]|$)/gu)].map((m) => ({
    text: m[0].normalize("NFKC").toLowerCase(), from: m.index, to: m.index + m[0].length, han: /\p{Script=Han}/u.test(m[0]),
  }));

const weight = (run: readonly Token[]): number => run.reduce((sum, x) => sum + (x.han ? 1 / RUN.han : 1 / RUN.words), 0);

/** Everything that the letter shares with the report, in order. files are the names of the report's attachments. */
export function common(letter: string, report: string, files: readonly string[] = []): Common[] {
  const out = [...runs(letter, report), ...days(letter, report), ...names(letter, files)];
  return out.sort((a, b) => a.from - b.from || b.to - a.to);
}

function runs(letter: string, report: string): Common[] {
  const a = tokens(letter);
  const b = tokens(report);
  const seeds = new Map<string, number[]>();
  const seed = (all: readonly Token[], i: number) => all.slice(i, i + SEED).map((x) => x.text).join(" ");
  for (let j = 0; j + SEED <= b.length; j++) {
    const key = seed(b, j);
    const at = seeds.get(key);
    if (at === undefined) seeds.set(key, [j]);
    else if (at.length < 100) at.push(j); // a text that repeats itself is found by its first places
  }
  const out: Common[] = [];
  for (let i = 0; i + SEED <= a.length; ) {
    let best = 0;
    for (const j of seeds.get(seed(a, i)) ?? []) {
      let n = SEED;
      while (i + n < a.length && j + n < b.length && a[i + n]!.text === b[j + n]!.text) n++;
      best = Math.max(best, n);
    }
    if (best > 0 && weight(a.slice(i, i + best)) >= 1 - 1e-9) {
      out.push({ from: a[i]!.from, to: a[i + best - 1]!.to, what: "words" });
      i += best;
    } else i++;
  }
  return out;
}

const months = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/** Days of a month, as month-day, with their places. */
function daysIn(text: string): { day: string; from: number; to: number }[] {
  const out: { day: string; from: number; to: number }[] = [];
  const add = (m: RegExpMatchArray, month: number, day: number) => {
    if (month >= 1 && month <= 12 && day >= 1 && day <= 31) out.push({ day: `${month}-${day}`, from: m.index!, to: m.index! + m[0].length });
  };
  for (const m of text.matchAll(/(\d{1,2})\s*\u6708\s*(\d{1,2})\s*[\u65e5\u53f7]/gu)) add(m, Number(m[1]), Number(m[2]));
  for (const m of text.matchAll(/\b\d{4}[-/.](\d{1,2})[-/.](\d{1,2})\b/gu)) add(m, Number(m[1]), Number(m[2]));
  for (const m of text.matchAll(new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?\\s+(${months.join("|")})\\b`, "giu"))) add(m, months.indexOf(m[2]!.toLowerCase()) + 1, Number(m[1]));
  for (const m of text.matchAll(new RegExp(`\\b(${months.join("|")})\\s+(\\d{1,2})(?:st|nd|rd|th)?\\b`, "giu"))) add(m, months.indexOf(m[1]!.toLowerCase()) + 1, Number(m[2]));
  return out;
}

function days(letter: string, report: string): Common[] {
  const known = new Set(daysIn(report).map((d) => d.day));
  return daysIn(letter).filter((d) => known.has(d.day)).map(({ from, to }) => ({ from, to, what: "day" }));
}

/** Names of files with or without their ending. Short ones are words like any other. */
function names(letter: string, files: readonly string[]): Common[] {
  const low = letter.toLowerCase();
  const out: Common[] = [];
  for (const f of files) {
    const stem = f.toLowerCase().replace(/\.[a-z0-9]{1,5}$/u, "");
    if ([...stem].length < 4 || low.length !== letter.length) continue;
    for (let at = low.indexOf(stem); at >= 0; at = low.indexOf(stem, at + stem.length)) out.push({ from: at, to: at + stem.length, what: "file" });
  }
  return out;
}
