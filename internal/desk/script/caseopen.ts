// A case as this page opens it: the library judges, the keeper opens, and this says where and why something is in doubt.
import type { Message } from "../../../browser/src/bodies";
import { fromBase64, hexHash } from "../../../browser/src/bytes";
import { Fault } from "../../../browser/src/fault";
import { type KeySet, unitOn } from "../../../browser/src/proof/keyset";
import { type Roster, verifyRosters } from "../../../browser/src/proof/roster";
import { type Doubt, type Item as ItemOf, openCase, type OpenedCase as OpenedOf } from "../../../browser/src/staff/casefile";
import { t } from "../../site/script/words";
import type { CaseDoc, CaseFile } from "./casetypes";
import { doubtText } from "./casewords";
import { askKeeper } from "./keeper";
import type { Unit } from "./unit";

export { type Doubt, Unreadable } from "../../../browser/src/staff/casefile";

/** One document of the case. */
export type Item = ItemOf<CaseDoc>;

/** A case that was opened, and the recipient of the office's key in force. */
export type OpenedCase = OpenedOf<CaseDoc> & { key: string; /** The rosters of other offices that wrote in it. */ others: ReadonlyMap<string, readonly Roster[]> };

/** Opens every document of f with keys that the keeper has. Throws Unreadable; "locked" when the key was shut meanwhile. */
export async function openFile(f: CaseFile, unit: Unit, today: string): Promise<OpenedCase> {
  const others = rostersOf(f.offices, unit.set);
  const trust = { set: unit.set, rosters: unit.rosters, others, fingerprint: async ({ recipient, sign }: { recipient: string; sign: string }) => (await askKeeper("keyFingerprint", { recipient, sign })).words };
  const o = await openCase<CaseDoc>(f, trust, (sealed) => askKeeper("openDocument", { sealed }));
  return { ...o, others, key: unitOn(unit.set, f.unit, today)?.recipient ?? "" };
}

/** Rosters of other offices, each verified with the signed list of keys. Throws its faults, and "list" for one of another office. */
export function rostersOf(offices: CaseFile["offices"], set: KeySet): Map<string, readonly Roster[]> {
  const out = new Map<string, readonly Roster[]>();
  for (const o of offices) {
    const all = verifyRosters(o.rosters.map((r) => fromBase64(r) ?? new Uint8Array(0)), set);
    if (all.some((r) => r.unit !== o.unit)) throw new Fault("list", o.unit);
    out.set(o.unit, all);
  }
  return out;
}

/** Hex SHA-256 of the sealed bytes of a document, whatever the server says of it. */
export const hashOf = (d: CaseDoc): string => hexHash(fromBase64(d.sealed) ?? new Uint8Array(0));

/** A doubt with its place, in words. */
export function doubtAt(d: Doubt): string {
  const where = d.chain === "reporter" ? t("casepage.chain.reporter") : d.chain === "unit" ? t("casepage.chain.unit") : t("casepage.chain.inside");
  return d.seq === 0 || /routing|identity|mailbox/.test(d.key) ? doubtText(d.key, d.args) : t("casepage.doubt_at", { Where: where, N: d.seq, What: doubtText(d.key, d.args) });
}

/** Everything that the reporter wrote in words, and the names of their files: what a letter to somebody else is compared with. */
export function written(o: OpenedCase): { text: string; files: string[] } {
  const messages = o.items.reporter.filter((it) => it.kind === "message" && it.body !== null).map((it) => it.body as Message);
  const r = o.report;
  return {
    text: [r.what, r.when, r.where, r.told, r.reach, ...r.answers.map((a) => a.text), ...messages.map((m) => m.text)].join("\n\n"),
    files: [...r.files, ...messages.flatMap((m) => m.files)].map((f) => f.name),
  };
}
