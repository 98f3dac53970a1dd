// What the vocabulary of a case is called. A word that has no text is shown as it is: somebody may know it.
import { h } from "../../site/script/dom";
import { has, t } from "../../site/script/words";

const named = (keys: readonly string[]) => {
  const all = new Map(keys.map((k) => [k.slice(k.lastIndexOf(".") + 1), k]));
  return (id: string): string => (all.has(id) ? t(all.get(id)!) : id);
};

/** A state at the desk. */
export const stateName = named(["cases.state.received", "cases.state.acknowledged", "cases.state.triaged", "cases.state.needs_info", "cases.state.linked", "cases.state.transferred",
  "cases.state.declined", "cases.state.accepted", "cases.state.in_inquiry", "cases.state.suspended", "cases.state.concluded", "cases.state.feedback_given", "cases.state.reward",
  "cases.state.review", "cases.state.closed", "cases.state.retained", "cases.state.erased"]);

/** How a report came in. */
export const viaName = named(["cases.via.web", "cases.via.phone", "cases.via.letter", "cases.via.visit", "cases.via.email", "cases.via.authority", "cases.via.organisation", "cases.via.other"]);

/** What a reporter said of who they are. */
export const contactName = named(["cases.contact.anonymous", "cases.contact.confidential", "cases.contact.named"]);

/** A promise with a date. */
export const clockName = named(["cases.clock.s1", "cases.clock.s2", "cases.clock.s3", "cases.clock.s4", "cases.clock.s5", "cases.clock.s6", "cases.clock.s7", "cases.clock.answer", "cases.clock.progress",
  "cases.clock.suspended", "cases.clock.hearing"]);

/** What somebody can do. */
export const actName = named(["cases.act.receive", "cases.act.add", "cases.act.acknowledge", "cases.act.triage", "cases.act.ask", "cases.act.lapse", "cases.act.message", "cases.act.settle_danger", "cases.act.accept",
  "cases.act.assign", "cases.act.open_inquiry", "cases.act.progress", "cases.act.invite", "cases.act.hear", "cases.act.extend", "cases.act.feedback", "cases.act.clear", "cases.act.propose_decline",
  "cases.act.propose_conclusion", "cases.act.propose_closing", "cases.act.propose_reopening", "cases.act.approve", "cases.act.refuse", "cases.act.withdraw",
  "cases.act.request_review", "cases.act.uphold", "cases.act.send_back", "cases.act.suspend", "cases.act.look", "cases.act.resume", "cases.act.link", "cases.act.unlink",
  "cases.act.propose_transfer", "cases.act.object", "cases.act.send_transfer", "cases.act.confirm_transfer", "cases.act.return_transfer", "cases.act.call_off_transfer",
  "cases.act.hand_over", "cases.act.step_aside", "cases.act.set_aside", "cases.act.readmit"]);

/** What an act needs. */
export const needName = named(["cases.need.doc", "cases.need.no_interest", "cases.need.checks", "cases.need.risks", "cases.need.handler", "cases.need.decline", "cases.need.finding", "cases.need.hearing", "cases.need.clearing", "cases.need.cleared", "cases.need.danger",
  "cases.need.extensible", "cases.need.waited", "cases.need.settled", "cases.need.free", "cases.need.proposal", "cases.need.other", "cases.need.own", "cases.need.reviewable", "cases.need.reviewer",
  "cases.need.parent", "cases.need.outcome", "cases.need.objection", "cases.need.unsent", "cases.need.sent", "cases.need.receipt", "cases.need.passed", "cases.need.colleague", "cases.need.aside", "cases.need.in_time", "cases.need.copy"]);

/** Who may do it. */
export const dutyOf = named(["cases.role.system", "cases.role.reporter", "cases.role.intake", "cases.role.triage", "cases.role.handler", "cases.role.approver", "cases.role.inspector"]);

/** What a proposal is for. */
export const proposalName = (kind: string): string => actName(kind.replace("proposed_", "propose_"));

/** What was done. */
export const eventName = named(["cases.event.received", "cases.event.acknowledged", "cases.event.triaged", "cases.event.asked", "cases.event.answered", "cases.event.lapsed", "cases.event.added",
  "cases.event.messaged", "cases.event.danger_settled", "cases.event.accepted", "cases.event.assigned", "cases.event.inquiry_opened", "cases.event.progress", "cases.event.invited", "cases.event.heard",
  "cases.event.intent", "cases.event.declined", "cases.event.concluded", "cases.event.feedback_given", "cases.event.closed", "cases.event.reopened", "cases.event.cleared", "cases.event.proposed_decline",
  "cases.event.proposed_conclusion", "cases.event.proposed_closing", "cases.event.proposed_reopening", "cases.event.approved", "cases.event.refused", "cases.event.withdrawn",
  "cases.event.review_requested", "cases.event.return_voice", "cases.event.upheld", "cases.event.sent_back", "cases.event.suspended", "cases.event.looked", "cases.event.resumed",
  "cases.event.linked", "cases.event.unlinked", "cases.event.proposed_transfer", "cases.event.objected", "cases.event.transferred", "cases.event.transfer_sent", "cases.event.transfer_received", "cases.event.transfer_returned", "cases.event.transfer_called_off", "cases.event.stepped_aside", "cases.event.readmitted", "cases.event.office_joined", "cases.event.lead_offered", "cases.event.lead_taken", "cases.event.lead_kept", "cases.event.lead_passed", "cases.event.office_left",
  "cases.event.clock_started", "cases.event.clock_paused", "cases.event.clock_resumed", "cases.event.clock_moved", "cases.event.clock_settled"]);

/** Reasons to decline, and findings. */
export const codeName = named(["cases.code.D1", "cases.code.D2", "cases.code.D3", "cases.code.D4", "cases.code.D5", "cases.code.D6", "cases.code.D7", "cases.code.D8",
  "cases.code.F1", "cases.code.F2", "cases.code.F3", "cases.code.F4", "cases.code.F5",
  "cases.code.H1", "cases.code.H2", "cases.code.H3", "cases.code.H4", "cases.code.C1", "cases.code.C2", "cases.code.C3"]);

/** When a code is the right one, for whoever chooses. */
export const codeHint = named(["casepage.code.D1", "casepage.code.D2", "casepage.code.D3", "casepage.code.D4", "casepage.code.D5", "casepage.code.D6", "casepage.code.D7", "casepage.code.D8",
  "casepage.code.F1", "casepage.code.F2", "casepage.code.F3", "casepage.code.F4", "casepage.code.F5"]);

/** Why a passage is blacked out. */
export const reasonName = named(["transfer.reason.reporter", "transfer.reason.third", "transfer.reason.needless"]);

/** How a reporter came to know. */
export const howName = named(["casepage.how.saw", "casepage.how.heard", "casepage.how.document", "casepage.how.device", "casepage.how.other"]);

/** A routing field, as doubts name it. */
export const fieldName = named(["casepage.field.category", "casepage.field.region", "casepage.field.via", "casepage.field.lang", "casepage.field.contact", "casepage.field.danger", "casepage.field.wish"]);

/** Why something cannot be done now, from the key of the refusal. */
export function why(key: string): string {
  return refusals.includes(key) && has(key) ? t(key) : t("casepage.not_now");
}

const refusals: readonly string[] = ["cases.not_from_here", "cases.role", "cases.not_your_case", "cases.no_danger", "cases.still_waiting", "cases.clocks_run", "cases.proposal_waits", "cases.no_proposal",
  "cases.own_proposal", "cases.voted", "cases.own_case", "cases.not_your_proposal", "cases.protected_withdraw", "cases.not_extensible", "cases.not_heard", "cases.not_invited", "cases.hearing_open", "cases.nothing_to_clear", "cases.knows_of_it", "cases.not_cleared", "cases.answer_missing", "cases.day_back", "cases.broken_history", "cases.moved_on",
  "cases.review_inspector", "cases.review_approver", "cases.had_part", "cases.parent_open", "cases.parent_alone", "cases.objection_open", "cases.sent_already", "cases.not_sent", "cases.no_receipt", "cases.nothing_sent", "cases.aside", "cases.not_aside", "cases.deputy_keeps", "cases.objection_over", "cases.other_copy"];

/** The sentence of a doubt. author and unit are foreign words and stay as they are. */
export function doubtText(key: string, args: Readonly<Record<string, unknown>> = {}): string {
  const a: Record<string, string> = {};
  for (const [k, v] of Object.entries(args)) a[k] = k === "Field" ? fieldName(String(v)) : shown(String(v));
  return doubts.includes(key) && has(key) ? t(key, a) : t("casepage.doubt_other");
}

const doubts: readonly string[] = ["terminal.other_key", "terminal.no_report", "terminal.report_damaged", "terminal.report_unsigned", "terminal.doc_other_key", "terminal.doc_damaged", "terminal.doc_forged",
  "terminal.doc_not_reporter", "terminal.chain_instance", "terminal.chain_case", "terminal.chain_chain", "terminal.chain_unit", "terminal.lead_differs", "terminal.chain_repeat", "terminal.chain_gap", "terminal.chain_order",
  "terminal.chain_prev", "terminal.chain_erase", "terminal.routing_differs", "terminal.identity_swapped", "terminal.mailbox_swapped", "terminal.mailbox_vouched", "terminal.doc_vouched",
  "terminal.no_reply_key", "terminal.proposal_unreadable"];

/** Controls of direction, invisible characters and tags: what could make foreign text look like something else. As i18n.ShowControls. */
const hidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** Text with everything in it that could not be seen. */
export const shown = (text: string): string => text.replace(hidden, (c) => "[U+" + c.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0") + "]");

/** Somebody else's words on one line. */
export const words = (text: string, lang?: string): HTMLElement => h("bdi", { translate: "no", lang }, shown(text));

/** Somebody else's words, a paragraph for each line that they wrote. */
export function paragraphs(text: string, lang?: string): HTMLElement[] {
  return text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "").map((line) => h("p", { class: "cl-text" }, words(line, lang)));
}
