// From an act that was filled in to documents that are sealed in the keeper, and one request that carries them.
import type { Bodies } from "../../../browser/src/bodies";
import { base64, fromBase64, random } from "../../../browser/src/bytes";
import { chainOf } from "../../../browser/src/documents";
import type { Written } from "../../../browser/src/staff/casekeys";
import { idOf } from "../../../browser/src/syntax";
import { post, Refused } from "./api";
import type { Plan, Planned } from "./caseforms";
import type { OpenedCase } from "./caseopen";
import type { CaseFile } from "./casetypes";
import { askKeeper } from "./keeper";

/** A document as the server takes it. */
export interface DocJSON {
  id: string;
  chain: string;
  kind: string;
  seq: number;
  prev: string;
  sealed: string;
  files: { blob: string }[];
}

/** Where the API of a case is. */
export const casePath = (f: { unit: string; number: string }): string => `work/${f.unit}/case/${encodeURIComponent(f.number)}`;

/** Seals documents as the next of their chains. day is the authority's today. */
export async function sealAll(plans: readonly Plan[], f: CaseFile, o: OpenedCase, day: string): Promise<DocJSON[]> {
  const heads = { unit: { ...o.heads.unit }, inside: { ...o.heads.inside } };
  const out: DocJSON[] = [];
  for (const { kind, body } of plans) {
    const chain = chainOf(kind);
    if (chain === "reporter") throw new TypeError("not a document of members");
    const head = heads[chain];
    const id = idOf(random(16));
    const { sealed, hash } = await askKeeper("sealDocument", { case: f.case, unit: f.unit, recipient: o.key, day, kind: kind as Written, id, seq: head.seq + 1, prev: head.sealed, body: body as Bodies[Written], ...(chain === "unit" && o.reply.recipient !== "" && { reporter: o.reply.recipient }) });
    out.push({ id, chain, kind, seq: head.seq + 1, prev: head.sealed, sealed: base64(sealed), files: ("files" in body ? body.files : []).map((x) => ({ blob: x.blob })) });
    heads[chain] = { seq: head.seq + 1, sealed: hash };
  }
  return out;
}

/** An act on its way. Its documents' ids tell later whether it arrived. */
export interface Sent {
  ids: string[];
}

/** Carries out an act on the case as it was opened. keep is told what goes out before it goes. */
export async function send(p: Planned, f: CaseFile, o: OpenedCase | null, day: string, keep: (s: Sent) => void): Promise<void> {
  const docs = p.docs.length === 0 || o === null ? [] : await sealAll(p.docs, f, o, day);
  keep({ ids: docs.map((d) => d.id) });
  const checks = { category: false, conduct: false, danger: false, remit: false, interest: false, duplicate: false, risk_to_reporter: false, risk_to_reported: false, ...p.checks };
  await post(casePath(f) + "/act", {
    act: p.act, seen: f.version, code: p.code ?? "", handler: p.handler ?? "", clock: p.clock ?? "", proposal: p.proposal ?? 0, parent: p.parent ?? "", no_measures: p.no_measures === true, no_interest: p.no_interest === true,
    checks, intent: p.intent === undefined ? "" : (docs[p.intent]?.id ?? ""), copy: p.copy ?? "", docs, main: p.main ?? 0,
  });
}

/** Writes a note or a title inside the office. */
export async function write(plan: Plan, f: CaseFile, o: OpenedCase, day: string, keep: (s: Sent) => void): Promise<void> {
  const [doc] = await sealAll([plan], f, o, day);
  keep({ ids: [doc!.id] });
  await post(casePath(f) + "/write", { doc });
}

/** Tells whether what was sent is in the case: an answer may have been lost on the way. */
export const arrived = (s: Sent | null, f: CaseFile): boolean => s !== null && s.ids.length > 0 && s.ids.every((id) => f.docs.some((d) => d.doc === id));

/** Seals letters that waited for a mailbox to it. Gives how many. */
export async function resealWaiting(f: CaseFile, o: OpenedCase): Promise<number> {
  const to = o.reply.recipient;
  if (to === "" || f.mailbox?.recipient !== to) return 0; // a mailbox that only the server vouches for gets none
  const waiting = o.items.unit.filter((it) => it.doc.waiting && it.body !== null);
  const copies: { doc: string; sealed: string }[] = [];
  for (const it of waiting) {
    const bytes = await askKeeper("reseal", { sealed: fromBase64(it.doc.sealed) ?? new Uint8Array(0), to });
    copies.push({ doc: it.doc.doc, sealed: base64(bytes.sealed) });
  }
  if (copies.length > 0) await post(casePath(f) + "/reseal", { recipient: to, copies });
  return copies.length;
}

/** Tells whether a refusal means that the case is not as it was when it was opened. */
export const moved = (e: unknown): boolean => e instanceof Refused && (e.status === 409 || e.status === 0);
