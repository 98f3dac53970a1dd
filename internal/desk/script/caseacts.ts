// What somebody may do with a case now: a list of acts, and the form of the one that was chosen.
import type { Proposal } from "../../../browser/src/bodies";
import { daysIn, whole } from "../../../browser/src/staff/letters";
import { button, type Child, fill, h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { keptBox, keptField } from "./casedraft";
import { type Form, formOf, type Ground, type Plan, type Planned } from "./caseforms";
import { copyShown, copyWaiting, keptLetter } from "./casetransfer";
import { proposalWords } from "./casethread";
import { actName, why, words } from "./casewords";
import { act, Notice } from "./view";

/** What the panel needs of the page. */
export interface Doing {
  ground: Ground;
  /** The key is open and the case was read with it. */
  open: boolean;
  nameFor(id: string): string;
  /** The act whose form is shown, or "". */
  chosen: string;
  choose(act: string): void;
  /** Seals and sends; shows its own faults in notice. */
  send(p: Planned, notice: Notice): Promise<void>;
  /** What went wrong, in words. */
  fault(e: unknown): Child;
  /** Where the key is asked for. */
  key: HTMLElement;
  /** What happened since somebody began to type. */
  meanwhile: HTMLElement | null;
}

/** Acts whose form stands below the letters instead of on the rail. */
export const letters: readonly string[] = ["acknowledge", "message", "ask", "progress", "propose_transfer"];

/** The order in which acts are offered. */
const order = ["settle_danger", "acknowledge", "triage", "accept", "link", "ask", "propose_decline", "propose_transfer", "send_transfer", "confirm_transfer", "return_transfer", "call_off_transfer", "lapse", "open_inquiry", "progress", "invite", "hear", "propose_conclusion", "feedback", "clear", "message", "assign", "hand_over", "extend", "propose_closing", "propose_reopening", "withdraw", "uphold", "send_back", "suspend", "resume", "unlink", "step_aside", "set_aside", "readmit"];

/** The list of acts. Those that are not possible now say why. */
export function actList(d: Doing): HTMLElement {
  const offers = d.ground.file.acts.filter((o) => order.includes(o.act)).sort((a, b) => order.indexOf(a.act) - order.indexOf(b.act));
  const can = offers.filter((o) => o.why === "");
  const cannot = offers.filter((o) => o.why !== "");
  return h("section", { class: "cl-card cl-acts", "aria-labelledby": "acts" }, h("h2", { id: "acts", tabindex: "-1" }, t("casepage.acts")),
    offers.length === 0 && h("p", { class: "cl-hint" }, t("casepage.acts_none")),
    can.length > 0 && h("ul", { class: "cl-actlist" }, ...can.map((o) => h("li", {}, choice(o.act, d)))),
    cannot.length > 0 && h("details", { class: "cl-more", open: can.length === 0 }, h("summary", {}, t("casepage.acts_later", { Count: cannot.length })), h("ul", { class: "cl-actlist" }, ...cannot.map((o) => h("li", { class: "is-off" }, h("span", {}, actName(o.act)), h("small", {}, why(o.why)))))));
}

function choice(kind: string, d: Doing): HTMLElement {
  const b = button(actName(kind), () => d.choose(d.chosen === kind ? "" : kind), "cl-actbutton");
  b.dataset["act"] = kind;
  b.setAttribute("aria-expanded", String(d.chosen === kind));
  return b;
}

/** The form of the chosen act. It is made once: what is typed in it stays while the page around it is drawn anew. */
export function actForm(kind: string, d: Doing, form: Form | null = formOf(kind, d.ground)): HTMLElement | null {
  if (form === null) return null;
  const notice = new Notice();
  const go = act(form.submit, t("casepage.sealing"), async () => {
    notice.clear();
    const planned = await form.make();
    if (planned !== null) await d.send(planned, notice);
  }, (e) => fill(notice.box, d.fault(e)));
  return h("section", { class: "cl-card cl-decide", id: "act-form", "data-form": kind, "aria-labelledby": "act-head" },
    h("h2", { id: "act-head", tabindex: "-1" }, actName(kind)), form.lede !== undefined && h("p", { class: "cl-hint" }, form.lede), d.meanwhile, ...form.parts, notice.box, d.key,
    h("div", { class: "cl-actions" }, go, button(t("casepage.fold"), () => d.choose(""), "govuk-button govuk-button--secondary")),
    proposes(kind) && h("p", { class: "cl-small cl-hint cl-gap" }, t("casepage.other_approves")));
}

const proposes = (kind: string): boolean => kind.startsWith("propose_");

/** The proposal that waits: its words exactly as they were sealed, and the two answers to it. */
export function voting(d: Doing): HTMLElement | null {
  const p = d.ground.file.proposal;
  if (p === null) return null;
  const offer = (kind: string) => d.ground.file.acts.find((o) => o.act === kind);
  const sealed = d.ground.waiting();
  const copy = copyWaiting(d.ground);
  const wordless = p.kind === "proposed_closing";
  const head = [h("h2", { id: "waits", tabindex: "-1" }, t("casepage.waits")), h("p", {}, actName(p.kind.replace("proposed_", "propose_")), " · ", words(d.nameFor(p.by))),
    h("p", { class: "cl-small cl-hint" }, t("casepage.votes", { Yes: p.approvals, Needed: p.needed, No: p.refusals, NoNeeded: p.refusals_needed }))];
  const exact = sealed !== null ? h("div", { class: "cl-exact" }, ...proposalWords(sealed, { worded: d.ground.worded, fault: d.fault }, d.ground.file.lang)) : copy !== null ? copyShown(d.ground, copy) : wordless ? null : h("p", { class: "cl-hint" }, d.open ? t("terminal.proposal_unreadable") : t("casepage.waits_shut"));
  const may = ["approve", "refuse"].filter((k) => offer(k)?.why === "");
  const reason = offer("approve")?.why ?? "";
  const rest: Child[] = may.length === 0 ? [h("p", { class: "cl-small cl-hint cl-gap" }, reason === "" ? t("casepage.vote_others") : why(reason))] : sealed !== null || copy !== null || wordless ? ballot(d, sealed) : [];
  return h("section", { class: "cl-card cl-decide", "aria-labelledby": "waits", "data-form": "vote" }, ...head, exact, ...rest);
}

function ballot(d: Doing, sealed: Proposal | null): Child[] {
  const g = d.ground;
  const text = keptField(g.drafts, "vote-text", t("casepage.vote_text"), { hint: t("casepage.vote_hint"), rows: 4 });
  const own = keptBox(g.drafts, "vote-interest", t("casepage.interest"));
  const missing = h("p", { class: "govuk-error-message", role: "alert", hidden: true }, t("casepage.interest_missing"));
  const notice = new Notice();
  const letter = g.file.proposal?.kind === "proposed_transfer" ? keptLetter(g, "vote-kept") : null; // who was asked is told
  const vote = (approve: boolean) => async () => {
    notice.clear();
    text.fault("");
    if (!approve && text.value === "") return text.fault(t("casepage.vote_missing"));
    if (!approve && letter !== null && !letter.complete()) return;
    missing.hidden = own.on;
    if (!own.on) return;
    const planned = await voted(d, sealed, approve, text.value);
    if (!approve && letter !== null) planned.docs.push(await letter.plan());
    await d.send(planned, notice);
  };
  const failed = (e: unknown) => fill(notice.box, d.fault(e));
  return [text.box, letter?.box ?? null, h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, missing, own.box), notice.box, d.key,
    h("div", { class: "cl-actions" }, act(t("cases.act.approve"), t("casepage.sealing"), vote(true), failed), act(t("cases.act.refuse"), t("casepage.sealing"), vote(false), failed, "govuk-button govuk-button--secondary"))];
}

/** The answer to a proposal. The approval that decides also tells the reporter, with days that count from today. */
export async function voted({ ground }: { ground: Ground }, sealed: Proposal | null, approve: boolean, reasons: string): Promise<Planned> {
  const p = ground.file.proposal!;
  const planned = { act: approve ? "approve" : "refuse", proposal: p.seq, no_interest: true };
  const doc = ground.waitingDoc();
  if (doc !== null && sealed === null) return { ...planned, docs: [{ kind: "approval", body: { proposal: doc.doc, sealed: doc.hash, approve, reasons } }] };
  if (sealed === null || doc === null) return { ...planned, docs: approve ? [] : [{ kind: "note", body: { text: reasons, files: [] } }] };
  const docs: Plan[] = [{ kind: "approval", body: { proposal: doc.doc, sealed: doc.hash, approve, reasons } }];
  if (approve && p.approvals + 1 >= p.needed && sealed.decision !== undefined) {
    const frame = await ground.template("declined", p.code);
    const { code, outcome, letter } = sealed.decision;
    docs.push({ kind: "decision", body: { code, outcome, reasons: whole(frame, "declined", sealed.reasons, frame.lang), addresses: [], review: "", ...(letter !== undefined && { letter: { ...letter, days: daysIn(frame) } }) } });
  }
  return { ...planned, docs };
}
