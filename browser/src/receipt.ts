import { expand, extract } from "@noble/hashes/hkdf.js";
import { hexHash, random, sha256, utf8 } from "./bytes";
import { Fault } from "./fault";

/** Groups of four digits in a receipt code of digits, words in one of words, groups in a pick-up number. */
export const CODE_GROUPS = 10;
export const CODE_WORDS = 10;
export const PICK_UP_GROUPS = 4;

/** What is wrong with a code, so that a page can name the place. Positions count from 1. */
export type CodeFault =
  /** Only digits or only words counts; the other is 0. */
  | { kind: "length"; digits: number; words: number }
  | { kind: "group"; group: number }
  /** hasDigit: a letter may have slipped into a group of digits. */
  | { kind: "word"; position: number; hasDigit: boolean };

/** The 7,772 words; they are a script of their own (words.js), because most people choose digits. */
export interface WordList {
  readonly at: readonly string[];
  readonly has: ReadonlySet<string>;
}

const wordsHash = "18586c092f641ecd1a471dd6ab35618ab69f0aa7483486424f7caf0996d06259";

/** Checks that words are the list of docs/spec/seal.md section 3, or throws "words". */
export function wordList(words: readonly string[]): WordList {
  if (hexHash(utf8(words.map((w) => w + "\n").join(""))) !== wordsHash) throw new Fault("words");
  return { at: words, has: new Set(words) };
}

/** The order-10 quasigroup of H. Michael Damm's thesis (2004), a row of ten for each digit. */
const damm =
  "0317598642" + "7092154863" + "4206871359" + "1750983426" + "6123045978" +
  "3674209581" + "5869720134" + "8945362017" + "9438617205" + "2581436790";

/** The Damm digit over the group's number (from 1, its last digit) and the group's three digits. */
export function checkDigit(group: number, three: string): string {
  let c = "0";
  for (const d of (group % 10) + three) c = damm[Number(c) * 10 + Number(d)]!;
  return c;
}

/** Makes a random receipt code of ten groups of four digits (100 bits). */
export function newDigits(): string {
  return digitsFrom(random(32));
}

/** Makes a random receipt code of ten words (129 bits). */
export function newWords(list: WordList): string {
  return wordsFrom(random(32), list);
}

/** The receipt code of digits that belongs to a seed of 32 bytes, which is as secret as the code. */
export function digitsFrom(seed: Uint8Array): string {
  const below = draw(seed, "clarion/receipt/v1/digits");
  const groups: string[] = [];
  for (let i = 1; i <= CODE_GROUPS; i++) {
    const three = String(below(1000)).padStart(3, "0");
    groups.push(three + checkDigit(i, three));
  }
  return groups.join(" ");
}

/** The receipt code of words that belongs to a seed. */
export function wordsFrom(seed: Uint8Array, list: WordList): string {
  return drawWords(seed, "clarion/receipt/v1/words", CODE_WORDS, list);
}

/** Eight words that two people can compare aloud, drawn from the hash of public bytes. */
export function fingerprint(pub: Uint8Array, list: WordList): string {
  const seed = sha256(new Uint8Array([...utf8("clarion/fingerprint/v1\n"), ...pub]));
  return drawWords(seed, "clarion/fingerprint/v1", 8, list);
}

/** n words that belong to a seed and a label (docs/spec/seal.md section 3). */
export function drawWords(seed: Uint8Array, label: string, n: number, list: WordList): string {
  const below = draw(seed, label);
  return Array.from({ length: n }, () => list.at[below(list.at.length)]).join(" ");
}

/** Numbers below a bound from a seed, without bias (docs/spec/seal.md section 3). */
function draw(seed: Uint8Array, label: string): (bound: number) => number {
  const prk = extract(sha256, seed, utf8("clarion/draw/v1"));
  let block = 0;
  let buf: number[] = [];
  return (bound) => {
    const limit = Math.floor(65536 / bound) * bound;
    for (;;) {
      if (buf.length === 0) buf = [...expand(sha256, prk, utf8(`${label}/${block++}`), 32)];
      const v = buf.shift()! * 256 + buf.shift()!;
      if (v < limit) return v % bound;
    }
  };
}

/**
 * Brings a typed code to the one form that keys are derived from: any script's or width of digits, any case, grouping
 * and separators. It never fails and never corrects.
 */
export function canonical(typed: string): string {
  let text = "";
  for (const ch of typed.normalize("NFKC")) text += ascii(ch.codePointAt(0)!);
  const tokens = text.split(" ").filter((t) => t !== "");
  return /[a-z]/.test(text) ? tokens.join(" ") : tokens.join("").replace(/(.{4})(?=.)/g, "$1 ");
}

/** a-z and 0-9 stand for themselves, other digits and A-Z for those, everything else separates. ASCII only on purpose: languages differ in lower-casing. */
function ascii(c: number): string {
  if ((c >= 0x61 && c <= 0x7a) || (c >= 0x30 && c <= 0x39)) return String.fromCharCode(c);
  if (c >= 0x41 && c <= 0x5a) return String.fromCharCode(c + 32);
  for (const zero of [0x660, 0x6f0, 0x966, 0x9e6]) if (c >= zero && c <= zero + 9) return String(c - zero);
  return " ";
}

/**
 * Tells whether a typed receipt code can be right, or null. It looks only at form and check digits: keys follow from
 * any code. Without the list, words are counted and not looked up.
 */
export function checkCode(typed: string, list: WordList | null): CodeFault | null {
  const c = canonical(typed);
  if (/^[0-9 ]+$/.test(c)) return checkGroups(c, CODE_GROUPS);
  const words = codeParts(c);
  const bad = list === null ? -1 : words.findIndex((w) => !list.has.has(w));
  if (bad >= 0) return { kind: "word", position: bad + 1, hasDigit: /[0-9]/.test(words[bad]!) };
  return words.length === CODE_WORDS ? null : { kind: "length", digits: 0, words: words.length };
}

/** checkCode for pick-up numbers. Words in it are a "word" fault. */
export function checkPickUpNumber(typed: string): CodeFault | null {
  const c = canonical(typed);
  if (/^[0-9 ]+$/.test(c)) return checkGroups(c, PICK_UP_GROUPS);
  const words = codeParts(c);
  const bad = words.findIndex((w) => !/^[0-9]+$/.test(w));
  if (bad >= 0) return { kind: "word", position: bad + 1, hasDigit: /[0-9]/.test(words[bad]!) };
  return { kind: "length", digits: 0, words: 0 };
}

/** A wrong group is named only when the number of digits is right: a lost digit shifts all that follow. */
function checkGroups(digits: string, groups: number): CodeFault | null {
  const n = digits.replace(/ /g, "").length;
  if (n !== 4 * groups) return { kind: "length", digits: n, words: 0 };
  const group = wrongGroup(digits);
  return group === 0 ? null : { kind: "group", group };
}

/** The number of the first whole group of digits with a wrong check digit, for looking while a code is typed, or 0. */
export function wrongGroup(typed: string): number {
  const c = canonical(typed);
  if (!/^[0-9 ]+$/.test(c)) return 0;
  const groups = c.split(" ");
  for (let i = 0; i < groups.length; i++) {
    const g = groups[i]!;
    if (g.length === 4 && checkDigit(i + 1, g.slice(0, 3)) !== g[3]) return i + 1;
  }
  return 0;
}

/** The groups or words of a code in order, for pages that lay them out. */
export function codeParts(code: string): string[] {
  return canonical(code).split(" ").filter((p) => p !== "");
}
