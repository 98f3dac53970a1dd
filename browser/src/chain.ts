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
