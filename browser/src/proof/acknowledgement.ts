import { base64, equal, fromBase64, utf8 } from "../bytes";
import { Fault } from "../fault";
import { isDay, isInstance, isOneLine } from "../syntax";
import type { Checkpoint } from "./checkpoint";
import { type InclusionProof, verifyCaseProof } from "./inclusion";
import { ackName, caseOrigin, type Verifier } from "./keys";
import { type CaseEvent, caseLeaf, type Opening } from "./leaf";
import { openNote } from "./note";
import { leafHash } from "./tree";

/** The statement that a report was received: what a reporter can keep and show. */
export interface Acknowledgement {
  /** Name, one line. */
  readonly authority: string;
  readonly instance: string;
  /** Received on. */
  readonly day: string;
  /** Hex SHA-256 of the sealed report. */
  readonly report: string;
  readonly opening: Opening;
  readonly event: CaseEvent;
  /** The day by which the leaf stands in the log. */
  readonly includedBy: string;
}

/**
 * Reads a signed acknowledgement. v is the key that the installation's verified key set names. The leaf must follow
 * from opening and event. Throws "format", "signature", "opening", "origin".
 */
export function parseAcknowledgement(bytes: Uint8Array, v: Verifier): Acknowledgement {
  const lines = openNote(bytes, v).split("\n");
  const [first, authority, instance, day, report, leaf, random, event, includedBy, last] = lines;
  const bits = fromBase64(random ?? "");
  if (lines.length !== 10 || first !== "clarion/acknowledgement/v1" || last !== "" || bits?.length !== 32 || fromBase64(leaf!)?.length !== 32)
    throw new Fault("format", "lines of an acknowledgement");
  if (!isOneLine(authority!, utf8(authority!).length) || !isInstance(instance!) || !isDay(includedBy!) || includedBy! < day!)
    throw new Fault("format", "acknowledgement");
  const opening = { random: bits, event: utf8(event!) };
  const opened = caseLeaf(opening);
  const e = opened.event;
  if (e.kind !== "received" || e.day !== day || e.report !== report || base64(leafHash(opened.leaf)) !== leaf) throw new Fault("opening");
  if (v.name !== ackName(instance!)) throw new Fault("origin");
  return { authority: authority!, instance: instance!, day: day!, report: report!, opening, event: e, includedBy: includedBy! };
}

/**
 * Checks that what an acknowledgement promised was done: p shows its very leaf in the installation's case log, whose
 * key is v. An acknowledgement and a proof of two different reports are "opening".
 */
export function verifyKept(a: Acknowledgement, p: InclusionProof, v: Verifier, witnesses: readonly Verifier[] = []): Checkpoint {
  if (p.opening === null || !equal(p.opening.random, a.opening.random) || !equal(p.opening.event, a.opening.event))
    throw new Fault("opening");
  return verifyCaseProof(p, caseOrigin(a.instance), v, witnesses).checkpoint;
}
