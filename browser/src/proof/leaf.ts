import { base64, concat, fromBase64, sha256, utf8 } from "../bytes";
import { Fault } from "../fault";
import { isDay, isHash } from "../syntax";
import { list, must, object, readCanonical, text } from "./canonical";

/** What a leaf of the public log witnesses. */
export type PublicKind =
  "root" | "keys" | "release" | "checkpoint" | "article" | "registry" | "certificate" | "figures" | "statement";

/** The text of a leaf of the public log for an object with this hex SHA-256. */
export function publicLeaf(kind: PublicKind, object: string): Uint8Array {
  return utf8(`clarion/public-leaf/v1\n${kind}\n${object}\n`);
}

/** The kinds of events. A leaf never shows "dummy": a dummy leaf shows another kind, drawn by the log. */
export const EVENT_KINDS = [
  "received", "opened", "acknowledged", "triaged", "needs_info", "accepted", "declined", "transferred", "linked", "in_inquiry",
  "suspended", "concluded", "feedback_given", "reward", "review", "closed", "reopened", "retained", "erased", "message", "reply",
  "rekey", "identity_opened", "identity_refused", "inspector_asked", "inspector_granted", "inspector_refused", "hold", "dummy",
] as const;

/** What happened to a case. */
export type EventKind = (typeof EVENT_KINDS)[number];

/** What a leaf of the case log commits to. */
export interface CaseEvent {
  readonly v: 1;
  readonly kind: EventKind;
  readonly day: string;
  /** Case id, "opened" only. */
  readonly case: string;
  /** Hash of the sealed report, "received" only. */
  readonly report: string;
  /** Hashes of the sealed attachments in the report's order, "received" only. */
  readonly files: readonly string[];
  /** Hash of the sealed document that belongs to the event, or "". */
  readonly doc: string;
  readonly code: string;
}

/** Reads the JSON of an event in its only spelling, or throws "format". */
export function parseEvent(bytes: Uint8Array): CaseEvent {
  return readCanonical(bytes, (v) => {
    const o = object(v, "event");
    must(o["v"] === 1, "v");
    const e: CaseEvent = {
      v: 1, kind: text(o["kind"], "kind") as EventKind, day: text(o["day"], "day"), case: text(o["case"], "case"),
      report: text(o["report"], "report"), files: list(o["files"], "files", (f) => text(f, "files")), doc: text(o["doc"], "doc"),
      code: text(o["code"], "code"),
    };
    const received = e.kind === "received";
    const bare = received || e.kind === "opened" || e.kind === "dummy";
    must(EVENT_KINDS.includes(e.kind), "kind");
    must(isDay(e.day), "day");
    must(e.kind === "opened" ? /^[a-z2-7]{26}$/.test(e.case) : e.case === "", "case");
    must(received ? isHash(e.report) : e.report === "", "report");
    must(e.files.length <= (received ? 100 : 0) && e.files.every(isHash), "files");
    must(e.doc === "" || (!bare && isHash(e.doc)), "doc");
    must(e.code === "" || (!bare && /^[A-Za-z0-9_.-]{1,32}$/.test(e.code)), "code");
    return e;
  });
}

/** What shows the content of a leaf: 32 random bytes and the event's JSON. */
export interface Opening {
  readonly random: Uint8Array;
  readonly event: Uint8Array;
}

/** The leaf of an opening, and its event. Dummies, which prove nothing, are "opening". */
export function caseLeaf(o: Opening): { leaf: Uint8Array; event: CaseEvent } {
  const event = parseEvent(o.event);
  if (event.kind === "dummy") throw new Fault("opening", "a dummy proves nothing");
  const commitment = sha256(concat(utf8("clarion/case-event/v1\n"), o.random, o.event));
  return { leaf: utf8(`clarion/case-leaf/v1\n${event.kind}\n${base64(commitment)}\n`), event };
}

/** Reads random bytes and event from the extra line of a proof. */
export function parseOpening(encoded: string): Opening {
  const b = fromBase64(encoded);
  if (b === null || b.length <= 32) throw new Fault("format", "opening");
  return { random: b.slice(0, 32), event: b.slice(32) };
}
