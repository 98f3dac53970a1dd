// Acknowledgement and proofs: checked here first, said in words, and only then offered.
import type { Listing } from "./thread";
import { utf8 } from "../../../browser/src/bytes";
import { Fault } from "../../../browser/src/fault";
import { parseAcknowledgement } from "../../../browser/src/proof/acknowledgement";
import { parseProof, verifyCaseProof } from "../../../browser/src/proof/inclusion";
import { caseOrigin } from "../../../browser/src/proof/keys";
import type { KeySet } from "../../../browser/src/proof/keyset";
import type { Line } from "./line";
import { date, dayMonth, num, t } from "./words";

/** What was checked: a sentence, and the files under neutral names. */
export interface Checked {
  says: string;
  files: { name: string; about: string; label: string; bytes: Uint8Array }[];
}

const kinds: Readonly<Record<string, string>> = {
  received: "verify.e_received", opened: "verify.e_opened", acknowledged: "verify.e_acknowledged", triaged: "verify.e_triaged", needs_info: "verify.e_needs_info",
  accepted: "verify.e_accepted", declined: "verify.e_declined", transferred: "verify.e_transferred", linked: "verify.e_linked", in_inquiry: "verify.e_in_inquiry",
  suspended: "verify.e_suspended", concluded: "verify.e_concluded", feedback_given: "verify.e_feedback_given", reward: "verify.e_reward", review: "verify.e_review",
  closed: "verify.e_closed", reopened: "verify.e_reopened", retained: "verify.e_retained", erased: "verify.e_erased", message: "verify.e_message", reply: "verify.e_reply",
  rekey: "verify.e_rekey", identity_opened: "verify.e_identity_opened", identity_refused: "verify.e_identity_refused", inspector_asked: "verify.e_inspector_asked",
  inspector_granted: "verify.e_inspector_granted", inspector_refused: "verify.e_inspector_refused", hold: "verify.e_hold",
};

/** Fetches the acknowledgement and checks that the authority signed it and that it speaks of the report with this hash. */
export async function acknowledgement(line: Line, set: KeySet, report: string): Promise<Checked> {
  const { acknowledgement: text } = await line.ask<{ acknowledgement: unknown }>("ack");
  if (typeof text !== "string") throw new Fault("format");
  const a = parseAcknowledgement(utf8(text), set.ack);
  if (a.report !== report || a.instance !== set.instance) throw new Fault("opening", "of another report");
  return { says: t("page.box_ack_good", { Authority: a.authority, Day: dayMonth(a.day), By: dayMonth(a.includedBy) }), files: [{ name: "statement.txt", about: "", label: t("site.ack_save"), bytes: utf8(text) }] };
}

/** Fetches the proofs and checks each against the ledger's key; that of receipt must show the report with this hash. */
export async function proofs(line: Line, set: KeySet, report: string, list: Listing): Promise<Checked> {
  const { proofs: all } = await line.ask<{ proofs: unknown }>("proofs");
  if (!Array.isArray(all) || all.length === 0) throw new Fault("format");
  const files: Checked["files"] = [];
  let received = false;
  const seen = new Set<number>();
  for (const [i, one] of (all as { proof: unknown }[]).entries()) {
    if (typeof one.proof !== "string") throw new Fault("format");
    const bytes = utf8(one.proof);
    const p = parseProof(bytes);
    const { event, checkpoint } = verifyCaseProof(p, caseOrigin(set.instance), set.logs.cases);
    // One entry counts once, and one that speaks of a document speaks of one of this mailbox.
    if (seen.has(p.index) || (event.doc !== "" && !list.docs.some((d) => d.hash === event.doc))) throw new Fault("opening", "of another case");
    seen.add(p.index);
    if (event.kind === "received") {
      if (event.report !== report) throw new Fault("opening", "of another report");
      received = true;
    }
    const kind = kinds[event.kind];
    const about = t("verify.entry", { Event: kind === undefined ? event.kind : t(kind), Day: date(event.day), Index: num(p.index + 1), Size: num(checkpoint.size) });
    files.push({ name: all.length === 1 ? "proof.txt" : `proof-${String(i + 1).padStart(2, "0")}.txt`, about, label: t("site.proof_save"), bytes });
  }
  if (!received) throw new Fault("opening", "no proof of receipt");
  return { says: t("page.box_proof_good", { Count: files.length }), files };
}
