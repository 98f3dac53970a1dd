// Titles and notes as a list shows them: whether one belongs where the server put it and who wrote it, and how words are
// found in it. The case page judges whole cases (casefile.ts); here each text stands alone.
import { answersReview, type Document, type Role } from "../documents";
import type { Roster } from "../proof/roster";

/** A document as the keeper opened it. */
export interface Read {
  readonly document: Document;
  readonly body: object;
  readonly signers: readonly { role: Role; key: string }[];
}

/** Where the server says that a document belongs. */
export interface Place {
  readonly instance: string;
  readonly unit: string;
  readonly case: string;
  readonly doc: string;
  readonly kind: string;
}

/** Why a text is not to be believed: it belongs elsewhere, or the member whom it names did not sign it. */
export type ShortDoubt = "elsewhere" | "author";

/**
 * Judges a text of the unit's own chain. rosters are the unit's, verified, oldest first; inspectors gives the keys of an inspector on a
 * day: their voice for sending a decision back is a note, too. Null when there is no doubt.
 */
export function judgeShort({ document: d, body, signers }: Read, at: Place, rosters: readonly Roster[], inspectors: (id: string, day: string) => readonly string[]): ShortDoubt | null {
  if (d.instance !== at.instance || d.unit !== at.unit || d.case !== at.case || d.id !== at.doc || d.kind !== at.kind) return "elsewhere";
  if (d.author.role === "inspector") return answersReview({ document: d, signers }, body, inspectors) ? null : "author";
  return d.author.role === "member" && writtenBy(d, signers, rosters) ? null : "author";
}

/** Tells whether the member whom a document names signed it with a key that a roster of its day lists, as terminal.writtenBy does. */
function writtenBy(d: Document, signers: Read["signers"], rosters: readonly Roster[]): boolean {
  return rosters.some((r, i) => {
    const next = rosters[i + 1];
    if (r.day > d.day || (next !== undefined && next.day < d.day)) return false;
    return r.members.some((m) => m.id === d.author.id && signers.some((s) => s.role === "member" && s.key === m.sign));
  });
}

/** From and to in UTF-16 units; to is behind the last. */
export type Span = readonly [from: number, to: number];

interface Folded {
  text: string;
  /** Of each unit of text, the span of the original that it stands for. */
  spans: Span[];
}

/** Text without differences of case, width and kind of blank. A letter and the marks on it are folded together. */
function fold(s: string): Folded {
  let text = "";
  const spans: Span[] = [];
  for (const m of s.matchAll(/\P{M}\p{M}*|\p{M}+/gu)) {
    const f = m[0].normalize("NFKC").toLowerCase().replace(/\s/g, " ");
    for (let i = 0; i < f.length; i++) spans.push([m.index, m.index + m[0].length]);
    text += f;
  }
  return { text, spans };
}

/** What somebody looks for: every word of it must be there, anywhere; Chinese has no blanks and is looked for as it stands. */
export class Wanted {
  readonly words: readonly string[];

  constructor(typed: string) {
    this.words = [...new Set(fold(typed).text.split(" ").filter((w) => w !== ""))];
  }

  /** Where the words stand in text, in order and without overlap; null if one of them does not. */
  find(text: string): Span[] | null {
    if (this.words.length === 0) return null;
    const f = fold(text);
    const found: Span[] = [];
    for (const w of this.words) {
      let at = f.text.indexOf(w);
      if (at < 0) return null;
      for (; at >= 0 && found.length < most; at = f.text.indexOf(w, at + w.length)) found.push([f.spans[at]![0], f.spans[at + w.length - 1]![1]]);
    }
    return merged(found);
  }
}

/** How many places of one text are marked. */
const most = 200;

function merged(spans: Span[]): Span[] {
  const out: Span[] = [];
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = out[out.length - 1];
    if (last !== undefined && from <= last[1]) out[out.length - 1] = [last[0], Math.max(last[1], to)];
    else out.push([from, to]);
  }
  return out;
}

/** A piece of a text that is shown, marked or not. */
export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** The part of text around its first span, at most around characters before it and about three times that many in all, cut between characters. */
export function excerpt(text: string, spans: readonly Span[], around = 40): Piece[] {
  const first = spans[0] ?? [0, 0];
  const from = edge(text, Math.max(0, first[0] - around));
  const to = edge(text, Math.min(text.length, Math.max(first[1], from + 3 * around)));
  const out: Piece[] = [];
  const add = (a: number, b: number, marked: boolean) => {
    if (b > a) out.push({ text: text.slice(a, b), marked });
  };
  if (from > 0) out.push({ text: "…", marked: false });
  let at = from;
  for (const [a, b] of spans) {
    if (a >= to) break;
    add(at, a, false);
    add(a, Math.min(b, to), true);
    at = Math.min(b, to);
  }
  add(at, to, false);
  if (to < text.length) out.push({ text: "…", marked: false });
  return out;
}

/** The next place at or before i that is between two characters. */
function edge(text: string, i: number): number {
  const c = text.charCodeAt(i);
  return i > 0 && i < text.length && c >= 0xdc00 && c <= 0xdfff ? i - 1 : i;
}
