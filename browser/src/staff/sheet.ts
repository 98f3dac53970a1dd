import { combine, split } from "shamir-secret-sharing";
import { concat, equal, sha256, utf8 } from "../bytes";
import { SigningKey } from "../ed25519";
import { Fault } from "../fault";
import type { WordList } from "../receipt";
import { Identity } from "../seal";
import { isInstance } from "../syntax";
import { knownWords } from "./words";

/** Words on a sheet, and the most sheets of a kit. */
export const SHEET_WORDS = 30;
export const MAX_SHEETS = 16;

const inUse = 4096; // of the list: 12 bits a word
const bodySize = 40;
const markSize = 2;
const sheetSize = 45;
const shareSize = 33;

/** What stands on a printed sheet. It hides itself from JSON. */
export class Sheet {
  readonly #secret: Uint8Array;

  constructor(
    readonly instance: string,
    readonly kind: "root" | "recovery",
    /** Of a recovery kit: how many sheets give the key, and how many were made. 0 for a root sheet. */
    readonly k: number,
    readonly n: number,
    /** Four bytes that tell the key. */
    readonly kit: Uint8Array,
    /** The seed of a root sheet, or a share. */
    secret: Uint8Array,
  ) {
    this.#secret = secret.slice();
  }

  /** The thirty words. */
  words(list: WordList): string {
    const head = this.kind === "root" ? [1, 0, 0, 0] : [2, this.k, this.n];
    const b = concat(Uint8Array.from(head), this.kit, this.#secret, mark(this.instance));
    const all = concat(b, checksum(b));
    const words: string[] = [];
    for (let i = 0; i < sheetSize; i += 3) {
      const three = (all[i]! << 16) | (all[i + 1]! << 8) | all[i + 2]!;
      words.push(list.at[three >> 12]!, list.at[three & (inUse - 1)]!);
    }
    return words.join(" ");
  }

  /** The root key of a root sheet; the other kind is "sheet kind". */
  root(): SigningKey {
    if (this.kind !== "root") throw new Fault("sheet", "kind");
    return new SigningKey(this.#secret);
  }

  /** The share of a recovery sheet. */
  share(): Uint8Array {
    if (this.kind !== "recovery") throw new Fault("sheet", "kind");
    return this.#secret.slice();
  }

  toJSON(): never {
    throw new Fault("secret");
  }
}

const mark = (instance: string) => sha256(utf8(`clarion/sheet/v1/installation\n${instance}\n`)).slice(0, markSize);
const checksum = (b: Uint8Array) => sha256(concat(utf8("clarion/sheet/v1\n"), b)).slice(0, sheetSize - bodySize - markSize);
/** The four bytes by which sheets tell their kit. */
export const kitOf = (recipient: string): Uint8Array => sha256(utf8(recipient)).slice(0, 4);

/** The sheet of a root key. Throws "instance". */
export function rootSheet(instance: string, seed: Uint8Array): Sheet {
  if (!isInstance(instance)) throw new Fault("instance");
  return new Sheet(instance, "root", 0, 0, sha256(new SigningKey(seed).publicKey).slice(0, 4), seed);
}

/** Splits a recovery key into n sheets, any k of which give it back: 2 <= k < n <= 16, else "share". */
export async function splitRecovery(instance: string, key: Identity, k: number, n: number): Promise<Sheet[]> {
  if (!isInstance(instance)) throw new Fault("instance");
  if (!Number.isInteger(k) || !Number.isInteger(n) || k < 2 || n <= k || n > MAX_SHEETS) throw new Fault("share", "k of n");
  const kit = kitOf(key.recipient);
  return (await split(key.seed(), n, k)).map((part) => new Sheet(instance, "recovery", k, n, kit, part));
}

/** Reads typed words. Throws "instance", "word", "length", and "sheet": damaged, or elsewhere (of another installation). */
export function parseSheet(instance: string, typed: string, list: WordList): Sheet {
  if (!isInstance(instance)) throw new Fault("instance");
  const numbers = knownWords(typed, SHEET_WORDS, list, inUse);
  const b = new Uint8Array(sheetSize);
  for (let i = 0; i < SHEET_WORDS; i += 2) {
    const three = (numbers[i]! << 12) | numbers[i + 1]!;
    b.set([three >> 16, (three >> 8) & 255, three & 255], (i / 2) * 3);
  }
  const head = b.slice(0, bodySize + markSize);
  if (!equal(checksum(head), b.subarray(head.length))) throw new Fault("sheet", "damaged");
  if (!equal(mark(instance), head.subarray(bodySize))) throw new Fault("sheet", "elsewhere");
  return sheetOf(instance, head.slice(0, bodySize));
}

/** Reads a body whose checksum is right; what makes no sense nevertheless was never printed. */
function sheetOf(instance: string, b: Uint8Array): Sheet {
  const [kind, k, n, zero] = [b[0]!, b[1]!, b[2]!, b[3]!];
  if (kind === 1 && k === 0 && n === 0 && zero === 0) {
    const again = rootSheet(instance, b.slice(8));
    if (equal(again.kit, b.subarray(4, 8))) return again;
  } else if (kind === 2 && k >= 2 && n > k && n <= MAX_SHEETS && b[bodySize - 1] !== 0) {
    return new Sheet(instance, "recovery", k, n, b.slice(3, 7), b.slice(7));
  }
  throw new Fault("sheet", "damaged");
}

/** Reads a typed root sheet. Whoever calls compares the key with the root that is known. Throws as parseSheet, and "sheet kind". */
export function parseRootSheet(instance: string, typed: string, list: WordList): SigningKey {
  return parseSheet(instance, typed, list).root();
}

/** The recovery key, from as many sheets as its kit needs, or more; never another key. Throws "sheet": kind, kit, twice, few. */
export async function combineRecovery(sheets: readonly Sheet[]): Promise<Identity> {
  const shares = sheets.map((s) => s.share());
  const first = sheets[0];
  if (first === undefined) throw new Fault("sheet", "few");
  for (const s of sheets) if (s.instance !== first.instance || s.k !== first.k || s.n !== first.n || !equal(s.kit, first.kit)) throw new Fault("sheet", "kit");
  if (new Set(shares.map((p) => p[shareSize - 1])).size !== shares.length) throw new Fault("sheet", "twice");
  if (shares.length < first.k) throw new Fault("sheet", "few");
  const key = new Identity(await combine(shares));
  if (!equal(kitOf(key.recipient), first.kit)) throw new Fault("sheet", "kit");
  return key;
}
