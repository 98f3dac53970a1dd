// Which texts are nearly the same. A text is taken as the set of its pieces of three characters, and a sketch estimates how much
// two such sets have in common (MinHash: Broder 1997). Sorting only: nothing is decided by it, and a page shows what it went by.
// docs/design/0018-floods.md has the figures.
import { concat, sha256, utf8 } from "../bytes";

/** How many values a sketch has; the estimate is off by 0.05 at most times. */
export const VALUES = 128;
/** From which share in common two texts are shown as alike. People are told this number. */
export const ALIKE = 0.6;
/** What two texts must have in common exactly where a person treats them as one: the estimate may have been kind. */
export const STILL_ALIKE = 0.5;
/** Characters of a piece: enough for Chinese words, short enough for English ones. */
const PIECE = 3;
/** Values of a band: two texts are compared when one band is the same. At 60 % in common that is missed once in 100. */
const ROWS = 4;

/** The text without what differs between copies of it: case, width, blanks, punctuation and what cannot be seen. */
export function normalise(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/[\p{P}\p{Z}\p{C}]+/gu, "");
}

/** The pieces of a text. One that is shorter than a piece is a piece; one of punctuation alone is taken as it stands. */
export function piecesOf(text: string): Set<string> {
  const plain = normalise(text);
  const all = [...(plain === "" ? text.trim() : plain)];
  const out = new Set<string>();
  if (all.length > 0 && all.length <= PIECE) out.add(all.join(""));
  for (let i = 0; i + PIECE <= all.length; i++) out.add(all[i]! + all[i + 1]! + all[i + 2]!);
  return out;
}

/** The share of pieces that two texts have in common, exactly: 0 to 1. Two empty texts have nothing in common. */
export function inCommon(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0;
  for (const p of a) if (b.has(p)) both++;
  return both === 0 ? 0 : both / (a.size + b.size - both);
}

/** VALUES numbers of 16 bits; null for a text without pieces. */
export type Sketch = Uint16Array;

/** How many hashes of pieces are remembered: in a flood the same ones come again and again. */
const MOST_KNOWN = 100_000;

/** Makes sketches under a secret of 32 bytes: without it a sketch tells nothing about a text. Those of two secrets cannot be compared. */
export class Sketcher {
  readonly #factors = new Uint32Array(3 * VALUES);
  #known = new Map<string, readonly [number, number]>();

  constructor(private readonly secret: Uint8Array) {
    for (let i = 0; i < this.#factors.length; i += 8) {
      const h = sha256(concat(secret, utf8("clarion/sketches/v1/factors"), new Uint8Array([i >> 8, i & 255])));
      for (let j = 0; j < 8; j++) this.#factors[i + j] = word(h, 4 * j);
    }
  }

  sketch(text: string): Sketch | null {
    const pieces = piecesOf(text);
    if (pieces.size === 0) return null;
    const least = new Uint32Array(VALUES).fill(0xffffffff);
    for (const p of pieces) {
      const [x, y] = this.#hash(p);
      for (let i = 0; i < VALUES; i++) {
        const v = mixed((Math.imul(x, this.#factors[3 * i]! | 1) + Math.imul(y, this.#factors[3 * i + 1]! | 1) + this.#factors[3 * i + 2]!) >>> 0);
        if (v < least[i]!) least[i] = v;
      }
    }
    return Uint16Array.from(least, (v) => v & 0xffff); // the low half is as good as random, the high half is near 0
  }

  #hash(piece: string): readonly [number, number] {
    const known = this.#known.get(piece);
    if (known !== undefined) return known;
    const h = sha256(concat(this.secret, utf8(piece)));
    const pair = [word(h, 0), word(h, 4)] as const;
    if (this.#known.size >= MOST_KNOWN) this.#known = new Map();
    this.#known.set(piece, pair);
    return pair;
  }
}

const word = (b: Uint8Array, at: number): number => ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;

/** Spreads a number over all 32 bits (the finalizer of MurmurHash3). */
function mixed(v: number): number {
  v = Math.imul(v ^ (v >>> 16), 0x85ebca6b);
  v = Math.imul(v ^ (v >>> 13), 0xc2b2ae35);
  return (v ^ (v >>> 16)) >>> 0;
}

/** The estimated share in common of the texts of two sketches, 0 to 1. */
export function likeness(a: Sketch, b: Sketch): number {
  let same = 0;
  for (let i = 0; i < VALUES; i++) if (a[i] === b[i]) same++;
  return same / VALUES;
}

/** A text that is to be sorted. sketch is null where there is none. */
export interface Sketched {
  readonly id: string;
  readonly sketch: Sketch | null;
}

/** Texts that are all alike one of them, the example, which stands first; the others by falling likeness to it. */
export interface Alike {
  readonly example: string;
  readonly members: readonly { readonly id: string; readonly like: number }[];
}

interface Known {
  readonly id: string;
  readonly sketch: Sketch;
}

/**
 * Groups texts. Each member of a group is alike its example; groups have two members at least, the largest first. alone are
 * those that are like no other. The order in which texts are given changes nothing.
 */
export function group(all: readonly Sketched[]): { groups: Alike[]; alone: string[] } {
  const groups: Alike[] = [];
  const alone: string[] = [];
  const left: Known[] = [];
  for (const { id, sketch } of all) {
    if (sketch === null) alone.push(id);
    else left.push({ id, sketch });
  }
  let todo = components(left.sort(inOrder));
  while (todo.length > 0) {
    const again: Known[][] = [];
    for (const part of todo) {
      const g = around(middle(part), part);
      if (g.near.length > 1) groups.push({ example: g.near[0]!.id, members: g.near });
      else alone.push(g.near[0]!.id);
      if (g.far.length > 0) again.push(...components(g.far));
    }
    todo = again;
  }
  groups.sort((a, b) => b.members.length - a.members.length || (a.example < b.example ? -1 : 1));
  return { groups, alone: alone.sort() };
}

function inOrder(a: Known, b: Known): number {
  for (let i = 0; i < VALUES; i++) if (a.sketch[i] !== b.sketch[i]) return a.sketch[i]! - b.sketch[i]!;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Splits a part into what is alike its middle, and the rest in its order. */
function around(centre: Known, part: readonly Known[]): { near: { id: string; like: number }[]; far: Known[] } {
  const near: { id: string; like: number }[] = [];
  const far: Known[] = [];
  for (const k of part) {
    const like = likeness(centre.sketch, k.sketch);
    if (like >= ALIKE) near.push({ id: k.id, like });
    else far.push(k);
  }
  const first = (x: { id: string }) => (x.id === centre.id ? 0 : 1);
  near.sort((a, b) => first(a) - first(b) || b.like - a.like || (a.id < b.id ? -1 : 1));
  return { near, far };
}

/** The text that has most in common with the others: at each place of the sketch most have one value, and it has most of those. */
function middle(part: readonly Known[]): Known {
  const most = new Uint16Array(VALUES);
  for (let i = 0; i < VALUES; i++) {
    const seen = new Map<number, number>();
    let best = 0;
    for (const { sketch } of part) {
      const v = sketch[i]!;
      const n = (seen.get(v) ?? 0) + 1;
      seen.set(v, n);
      if (n > best || (n === best && v < most[i]!)) [best, most[i]] = [n, v];
    }
  }
  let found = part[0]!;
  let like = -1;
  for (const k of part) {
    const l = likeness(k.sketch, most);
    if (l > like) [found, like] = [k, l];
  }
  return found;
}

/** Puts together what is alike, also by way of others. all is in order; so are the parts, and what stands in them. */
function components(all: readonly Known[]): Known[][] {
  const up = all.map((_, i) => i);
  const root = (i: number): number => {
    while (up[i] !== i) i = up[i] = up[up[i]!]!;
    return i;
  };
  for (let at = 0; at < VALUES; at += ROWS) {
    const heads = new Map<number, number[]>(); // of each band, one text of each part that was seen
    all.forEach(({ sketch: s }, i) => {
      const band = (s[at]! * 65536 + s[at + 1]!) * 2097152 + ((s[at + 2]! * 32 + Math.imul(s[at + 3]!, 40503)) & 0x1fffff); // 53 bits; two that meet are compared anyway
      const seen = heads.get(band);
      if (seen === undefined) return void heads.set(band, [i]);
      let own = false;
      for (const j of seen) {
        const [a, b] = [root(i), root(j)];
        if (a === b) own = true;
        else if (likeness(s, all[j]!.sketch) >= ALIKE) {
          up[Math.max(a, b)] = Math.min(a, b);
          own = true;
        }
      }
      if (!own) seen.push(i);
    });
  }
  const parts = new Map<number, Known[]>();
  all.forEach((k, i) => {
    const r = root(i);
    const part = parts.get(r);
    if (part === undefined) parts.set(r, [k]);
    else part.push(k);
  });
  return [...parts.values()];
}
