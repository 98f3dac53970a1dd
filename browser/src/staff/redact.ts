// A copy of a report for another body: passages that somebody blacked out, each with its reason, and where what was blacked out
// still stands. It marks and warns; what leaves, a person decides (docs/design/0017-transfer.md).

import { random } from "../bytes";

/** Why a passage is blacked out: it could tell who reported, is about somebody else, or the other body does not need it. */
export type Reason = "reporter" | "third" | "needless";

/** The reasons in the order in which they are offered. */
export const REASONS: readonly Reason[] = ["reporter", "third", "needless"];

/** What stands for a passage, whatever its length. */
export const MARK = "███";

/** A passage in UTF-16 units of the text that draft gave; to is behind the last. */
export interface Passage {
  readonly from: number;
  readonly to: number;
  readonly reason: Reason;
}

/** Controls, and what is never drawn: joiners, selectors, tags, fillers. A system can hide in them whose screen a text was copied from. */
const UNSEEN = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufff9-\ufffb]|\p{Default_Ignorable_Code_Point}/gu;

/** Blanks beside the ideographic one, which is as wide as a character and is seen. */
const BLANKS = /[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u2800]+/g;

/**
 * A text as it is worked on: nothing in it that the page would not show. What is never drawn goes; kinds and numbers of blanks and of
 * empty lines are one. A block that the reporter typed becomes another one, so that every mark of a copy is a passage.
 */
export const draft = (text: string): string =>
  text.replace(/\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g, "\n").replace(UNSEEN, "").replace(BLANKS, " ")
    .replace(/[ \u3000]+(?=\n|$)/g, "").replace(/\n{3,}/g, "\n\n").replace(/\u2588/g, "\u25a0");

/**
 * The passages with one more. It wins over what it covers; passages of one reason that touch are one. The ends move outwards to
 * whole characters and inwards over blanks; nothing but blanks changes nothing.
 */
export function blacken(text: string, all: readonly Passage[], from: number, to: number, reason: Reason): Passage[] {
  let [a, b] = [edge(text, Math.max(0, Math.min(from, to)), -1), edge(text, Math.min(text.length, Math.max(from, to)), 1)];
  while (a < b && /\s/.test(text[a]!)) a++;
  while (b > a && /\s/.test(text[b - 1]!)) b--;
  if (a >= b) return [...all];
  const rest = all.flatMap((p) => [{ ...p, to: Math.min(p.to, a) }, { ...p, from: Math.max(p.from, b) }].filter((x) => x.to > x.from));
  const out: Passage[] = [];
  for (const p of [...rest, { from: a, to: b, reason }].sort((x, y) => x.from - y.from)) {
    const last = out[out.length - 1];
    if (last !== undefined && last.to === p.from && last.reason === p.reason) out[out.length - 1] = { ...last, to: p.to };
    else out.push(p);
  }
  return out;
}

/** The passages without the one that begins at from. */
export const restore = (all: readonly Passage[], from: number): Passage[] => all.filter((p) => p.from !== from);

/** A place between two characters, marks on a letter included, at i or next to it in the direction. */
function edge(text: string, i: number, way: -1 | 1): number {
  const inside = (at: number) => at > 0 && at < text.length && (/[\udc00-\udfff]/.test(text[at]!) || /^\p{M}/u.test(text.slice(at, at + 2)));
  while (inside(i)) i += way;
  return i;
}

/** What leaves: the text with a mark for each passage, and the reasons in the order of the marks. */
export function blacked(text: string, all: readonly Passage[]): { text: string; reasons: Reason[] } {
  let out = "";
  let at = 0;
  for (const p of all) {
    out += text.slice(at, p.from) + MARK;
    at = p.to;
  }
  return { text: out + text.slice(at), reasons: all.map((p) => p.reason) };
}

/** A letter or number of a text as it is compared, and where it stands there. */
interface Sign {
  readonly sign: string;
  readonly from: number;
  readonly to: number;
}

/** Letters and numbers alone, without differences of width and case. */
function signs(text: string, from: number, to: number): Sign[] {
  const out: Sign[] = [];
  for (const m of text.slice(from, to).matchAll(/\P{M}\p{M}*/gu))
    for (const sign of m[0].normalize("NFKC").toLowerCase().match(/[\p{L}\p{N}]/gu) ?? []) out.push({ sign, from: from + m.index, to: from + m.index + m[0].length });
  return out;
}

/** A piece of a passage that is this heavy is worth a warning: 5 Han characters, or 10 letters or digits. */
const HEAVY = 10;
const weight = (sign: string): number => (/\p{Script=Han}/u.test(sign) ? 2 : 1);
/** The least that is looked for as a whole: two Han characters, three letters. */
const LEAST = 3;

/** A place in a text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Where in what leaves a passage, or a longer piece of one, still stands, in the order of the text and without overlap. */
export const standing = (text: string, all: readonly Passage[]): Span[] => search(text, all, all.map((p) => signs(text, p.from, p.to)));

/** Where in what leaves stands what somebody wrote elsewhere, such as how to reach them: a line or a part of one, or a longer piece. */
export const naming = (text: string, all: readonly Passage[], elsewhere: string): Span[] =>
  search(text, all, elsewhere.split(/[\n,;\uff0c\uff1b\u3001]/).map((part) => signs(part, 0, part.length)));

function search(text: string, all: readonly Passage[], parts: readonly Sign[][]): Span[] {
  const found: Span[] = [];
  const left = [0, ...all.map((p) => p.to)].map((from, i) => signs(text, from, all[i]?.from ?? text.length));
  const wanted = new Map<string, boolean>(); // whether it is a whole passage
  for (const own of parts) {
    const heavy = own.reduce((n, s) => n + weight(s.sign), 0);
    if (heavy >= LEAST) wanted.set(own.map((s) => s.sign).join(""), true);
    for (const piece of pieces(own)) if (!wanted.has(piece)) wanted.set(piece, false);
  }
  for (const segment of left) {
    const at: number[] = []; // for each UTF-16 unit of the folded text its sign
    segment.forEach((s, i) => at.push(...Array<number>(s.sign.length).fill(i)));
    const folded = segment.map((s) => s.sign).join("");
    for (const [piece, whole] of wanted)
      for (let i = folded.indexOf(piece); i >= 0; i = folded.indexOf(piece, i + 1)) {
        const span = { from: segment[at[i]!]!.from, to: segment[at[i + piece.length - 1]!]!.to };
        if (!whole || !insideWord(text, span)) found.push(span);
      }
  }
  return joined(found);
}

/** The shortest runs of signs that are heavy. */
function pieces(own: readonly Sign[]): string[] {
  const out: string[] = [];
  let [to, heavy] = [0, 0];
  for (let from = 0; from < own.length; from++) {
    while (to < own.length && heavy < HEAVY) heavy += weight(own[to++]!.sign);
    if (heavy < HEAVY) break;
    out.push(own.slice(from, to).map((s) => s.sign).join(""));
    heavy -= weight(own[from]!.sign);
  }
  return out;
}

/** A short name that is only part of a longer word of letters or a longer number is not that name. */
function insideWord(text: string, { from, to }: Span): boolean {
  const goesOn = (a: string, b: string) => (/[\p{L}\p{M}]/u.test(a) && /[\p{L}\p{M}]/u.test(b) && !/\p{Script=Han}/u.test(a) && !/\p{Script=Han}/u.test(b)) || (/\p{N}/u.test(a) && /\p{N}/u.test(b));
  const on = (i: number) => i > 0 && i < text.length && goesOn(text[i - 1]!, text[i]!);
  return on(from) || on(to);
}

/** The places in their order, those that touch as one. */
export function joined(spans: readonly Span[]): Span[] {
  const out: Span[] = [];
  for (const s of [...spans].sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = out[out.length - 1];
    if (last !== undefined && s.from <= last.to) out[out.length - 1] = { from: last.from, to: Math.max(last.to, s.to) };
    else out.push(s);
  }
  return out;
}

const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A reference of 50 random bits, such as 7Q4K-2RD9-3F. It says nothing of the case. */
export function newReference(): string {
  const s = [...random(10)].map((b) => symbols[b % 32]!).join("");
  return `${s.slice(0, 4)}-${s.slice(4, 8)}-${s.slice(8)}`;
}
