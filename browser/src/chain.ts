import type { EraseNote } from "./bodies";
import { type Chain, chainOf, type Document } from "./documents";
import { ChainFault } from "./fault";
import { isHash } from "./syntax";

/** One chain of one case, and who speaks in it. unit may be "" when a case moved between units. */
export interface Thread {
  instance: string;
  case: string;
  chain: Chain;
  unit: string;
}

/**
 * One document in its place. erased stands instead of a document whose bytes the reporter erased; the caller has
 * verified the note's signature.
 */
export interface ChainItem {
  /** Hex SHA-256 of the sealed bytes. */
  sealed: string;
  document?: Document;
  erased?: EraseNote;
}

/** Where a chain stands: its last number and the hash of that sealed document. */
export interface ChainHead {
  seq: number;
  sealed: string;
}

/** The head of an empty chain. */
export const EMPTY: ChainHead = { seq: 0, sealed: "" };

/**
 * Checks that items continue the thread after head, without gap, repeat, foreign or moved document, and returns the
 * new head. Throws ChainFault. That nothing is missing at the end only somebody who knows a later head can tell.
 */
export function checkChain(thread: Thread, after: ChainHead, items: readonly ChainItem[]): ChainHead {
  const seen = new Set<string>(after.seq > 0 ? [after.sealed] : []);
  let head = after;
  items.forEach((item, i) => {
    const fault = faultOf(thread, item, head, seen, items.slice(i + 1));
    if (fault !== null) throw new ChainFault(fault, i, head.seq + 1);
    seen.add(item.sealed).add(item.document?.id ?? item.erased!.doc);
    head = { seq: head.seq + 1, sealed: item.sealed };
  });
  return head;
}

function faultOf(t: Thread, item: ChainItem, head: ChainHead, seen: Set<string>, later: readonly ChainItem[]): ChainFault["fault"] | null {
  const due = head.seq + 1;
  const d = item.document;
  if (d === undefined) {
    const e = item.erased;
    const fits = e !== undefined && isHash(item.sealed) && e.chain === t.chain && e.seq === due && e.sealed === item.sealed;
    return fits && !seen.has(e.doc) && !seen.has(item.sealed) ? null : "erase";
  }
  if (d.instance !== t.instance) return "instance";
  if (d.case !== t.case) return "case";
  if (chainOf(d.kind) !== t.chain) return "chain";
  if (t.unit !== "" && d.unit !== t.unit) return "unit";
  if (seen.has(d.id) || seen.has(item.sealed)) return "repeat";
  if (d.seq < due || (d.seq > due && later.some((o) => (o.document?.seq ?? o.erased?.seq) === due))) return "order";
  if (d.seq > due) return "gap";
  return d.prev === head.sealed ? null : "prev";
}

/**
 * Follows which office has a case, along the letters to its reporter: it begins with the office of the report, and a letter with next
 * passes the case on. Nobody but the office whose turn it is can do that, so the server's word is not needed for it.
 */
export class Leads {
  readonly #units: string[];
  /** The last letter could not be read: it may have passed the case on. */
  #open = false;

  constructor(first: string) {
    this.#units = [first];
  }

  get #last(): string {
    return this.#units[this.#units.length - 1]!;
  }

  /** Who may write the next letter: "" when the one before could not be read, and anybody may. */
  get unit(): string {
    return this.#open ? "" : this.#last;
  }

  /** Goes past a letter that an office wrote, whose turn the caller has checked. */
  letter(unit: string, next: { unit: string } | undefined): void {
    this.#open = false;
    for (const u of next === undefined ? [unit] : [unit, next.unit]) if (u !== this.#last) this.#units.push(u);
  }

  /** Goes past a letter that cannot be read, because it was erased or waits to be sealed anew. */
  lost(): void {
    this.#open = true;
  }

  /** Tells whether the letters lead to the office that the case is listed under. */
  end(unit: string): boolean {
    if (this.#open) this.letter(unit, undefined);
    return this.#last === unit;
  }

  /** Tells whether the case was ever an office's. */
  had(unit: string): boolean {
    return this.#units.includes(unit);
  }

  /** Tells whether the case was ever passed on. */
  get moved(): boolean {
    return this.#units.length > 1;
  }

  /** Follows another chain of the case, whose documents are of the offices in the same order: tells of each in its turn whether it can be. */
  side(): (unit: string) => boolean {
    let at = 0;
    return (unit) => {
      const i = this.#units.indexOf(unit, at);
      if (i >= 0) at = i;
      return i >= 0;
    };
  }
}
