// What a clerk's keeper does: drafts of what is being taken down, sealed to the clerk and signed by them (docs/spec/staff.md 10), and the
// report that comes of it, which the clerk signs and cannot open.
import type { Report } from "../bodies";
import { hexHash } from "../bytes";
import { sealDocument } from "../documents";
import { Fault } from "../fault";
import { unitOn, verifyKeySet } from "../proof/keyset";
import { parseRecipient } from "../seal";
import { isId, isName } from "../syntax";
import type { Handlers } from "./serve";
import type { KeyFile } from "./keyfile";
import { openSaid, sealSaid } from "./ownfile";
import { typedIn } from "./typed";

/** Operations of a keeper on entries. */
export interface EntryOperations {
  /** A draft as it goes to the server. case is the id of the case that it will be, version counts from 1. */
  sealDraft: { ask: { case: string; version: number; text: string }; answer: { sealed: Uint8Array } };
  /** The words of a draft that sealDraft made for this person. Throws "signature" for another's, of another case or version. */
  openDraft: { ask: { case: string; version: number; sealed: Uint8Array }; answer: { text: string } };
  /**
   * The report of an entry, signed by this person alone and sealed to the office of the signed list of keys; root is the root key or its
   * fingerprint. Throws "recipient" for an office that the list does not name, "document" for what readers would not believe.
   */
  sealEntry: { ask: { case: string; id: string; unit: string; day: string; body: Report; root: string; list: Uint8Array }; answer: { sealed: Uint8Array; hash: string } };
}

function statement(who: KeyFile, id: string, version: number, text: string): string {
  const { instance, id: person } = who.holder;
  if (!isName(person) || !isId(id) || !Number.isSafeInteger(version) || version < 1) throw new Fault("request", "draft");
  return `clarion/entry-draft/v1\n${instance}\n${person}\n${id}\n${version}\n${text}`;
}

/** What a keeper answers, for whose key is open. */
export function entryHandlers(who: () => KeyFile): Handlers<EntryOperations> {
  return {
    sealDraft: (q) => ({ sealed: sealSaid(who(), (words) => statement(who(), q.case, q.version, words), q.text) }),
    openDraft: (q) => ({ text: openSaid(who(), statement(who(), q.case, q.version, ""), q.sealed) }),
    sealEntry: (q) => {
      const mine = who();
      const set = verifyKeySet(q.list, { root: q.root, requireProof: false });
      if (set.instance !== mine.holder.instance) throw new Fault("key_file", "another installation");
      const office = unitOn(set, q.unit, q.day);
      if (office === undefined) throw new Fault("recipient", "the office");
      const document = { instance: set.instance, kind: "report" as const, case: q.case, id: q.id, seq: 1, prev: "", unit: q.unit, day: q.day, author: { role: "member" as const, id: mine.holder.id } };
      if (!typedIn({ document, body: q.body, signers: [{ role: "member", key: mine.sign.encoded }] })) throw new Fault("document", "no report of a clerk");
      const sealed = sealDocument(document, q.body, [{ role: "member", key: mine.sign }], [parseRecipient(office.recipient)]);
      return { sealed, hash: hexHash(sealed) };
    },
  };
}
