import { equal, fromBase64, sha256 } from "../bytes";
import { Fault } from "../fault";
import type { Verifier } from "./keys";
import { openNote, trimNote } from "./note";
import { consistent } from "./tree";

/** The state of a log: how many leaves it has and the hash over all of them. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Reads a signed checkpoint of the log origin. The first signature must be by v; further ones must be by the given
 * witnesses. Throws "origin", "signature", "format".
 */
export function parseCheckpoint(bytes: Uint8Array, origin: string, v: Verifier, witnesses: readonly Verifier[] = []): Checkpoint {
  if (v.name !== origin) throw new Fault("origin");
  const lines = openNote(bytes, v, witnesses).split("\n");
  if (lines.length !== 4) throw new Fault("format", "lines of a checkpoint");
  if (lines[0] !== origin) throw new Fault("origin");
  const size = parseCount(lines[1]!);
  const root = fromBase64(lines[2]!);
  if (size === null || root === null || root.length !== 32) throw new Fault("format", "size or hash of a checkpoint");
  return { origin, size, root };
}

/** A whole number up to 2^53−1 in its only decimal spelling, or null. */
export function parseCount(s: string): number | null {
  const n = Number(s);
  return /^(?:0|[1-9][0-9]*)$/.test(s) && Number.isSafeInteger(n) ? n : null;
}

/** The checkpoint with the signature by v alone. */
export const trimCheckpoint = trimNote;

/**
 * Checks that the log at newer still begins with all that it held at older. Anything else, a smaller log included, is
 * "inconsistent"; two different logs are "origin".
 */
export function checkConsistency(older: Checkpoint, newer: Checkpoint, proof: readonly Uint8Array[]): void {
  if (older.origin !== newer.origin) throw new Fault("origin");
  if (older.size === 0) {
    const empty = sha256(new Uint8Array(0));
    if (equal(older.root, empty) && proof.length === 0 && (newer.size > 0 || equal(newer.root, empty))) return;
  } else if (older.size <= newer.size && consistent(proof, newer.size, newer.root, older.size, older.root)) return;
  throw new Fault("inconsistent");
}

