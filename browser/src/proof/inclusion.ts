import { fromBase64, fromUtf8, utf8 } from "../bytes";
import { Fault } from "../fault";
import { type Checkpoint, parseCheckpoint, parseCount } from "./checkpoint";
import type { Verifier } from "./keys";
import { type CaseEvent, caseLeaf, type Opening, parseOpening } from "./leaf";
import { included, leafHash } from "./tree";

const maxHashes = 63;
const maxProof = 131072;

/** A c2sp.org/tlog-proof@v1 file. Nothing in it is true before verifyCaseProof or verifyPublicProof says so. */
export interface InclusionProof {
  /** Of the case log only. */
  readonly opening: Opening | null;
  /** Of the leaf, from 0. */
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
  readonly checkpoint: Uint8Array;
}

/** Reads a proof file in its only spelling; form alone. Throws "format". */
export function parseProof(bytes: Uint8Array): InclusionProof {
  const bad = new Fault("format", "proof");
  const all = bytes.length > maxProof ? null : fromUtf8(bytes);
  const end = all === null ? -1 : all.indexOf("\n\n");
  if (all === null || end < 0 || !all.endsWith("\n") || end + 2 === all.length) throw bad;
  const lines = all.slice(0, end).split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") throw bad;
  const opening = lines[0]?.startsWith("extra ") ? parseOpening(lines.shift()!.slice(6)) : null;
  const at = lines.shift() ?? "";
  const index = at.startsWith("index ") ? parseCount(at.slice(6)) : null;
  if (index === null || index === Number.MAX_SAFE_INTEGER || lines.length > maxHashes) throw bad;
  const hashes = lines.map((line) => {
    const h = fromBase64(line);
    if (h === null || h.length !== 32) throw bad;
    return h;
  });
  return { opening, index, hashes, checkpoint: utf8(all.slice(end + 2)) };
}

/**
 * Checks a proof of the case log origin, whose key is v, and returns the event that it proves and the state of the log
 * in which it stands.
 */
export function verifyCaseProof(p: InclusionProof, origin: string, v: Verifier, witnesses: readonly Verifier[] = []): { event: CaseEvent; checkpoint: Checkpoint } {
  if (p.opening === null) throw new Fault("opening", "the opening is missing");
  const { leaf, event } = caseLeaf(p.opening);
  return { event, checkpoint: shows(p, leaf, origin, v, witnesses) };
}

/** Checks that leaf stands in the public log origin, whose key is v. The proof must have no opening. */
export function verifyPublicProof(p: InclusionProof, leaf: Uint8Array, origin: string, v: Verifier, witnesses: readonly Verifier[] = []): Checkpoint {
  if (p.opening !== null) throw new Fault("format", "an opening where none belongs");
  return shows(p, leaf, origin, v, witnesses);
}

function shows(p: InclusionProof, leaf: Uint8Array, origin: string, v: Verifier, witnesses: readonly Verifier[]): Checkpoint {
  const c = parseCheckpoint(p.checkpoint, origin, v, witnesses);
  if (!included(p.hashes, c.size, c.root, p.index, leafHash(leaf))) throw new Fault("not_included");
  return c;
}
