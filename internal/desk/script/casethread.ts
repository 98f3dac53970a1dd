// Letters both ways, and what the office writes for itself: in the order of days, each with who wrote it.
import type { Approval, Bodies, Copy, Decision, File, Letter, Message, Proposal, Reply } from "../../../browser/src/bodies";
import { again, daysOf, type Frame } from "../../../browser/src/staff/letters";
import { button, type Child, fill, h, icon, note } from "../../site/script/dom";
import { dayMonth, language, t } from "../../site/script/words";
import { hashOf, type Item } from "./caseopen";
import type { CaseFile } from "./casetypes";
import { actName, codeName, doubtText, paragraphs, reasonName, words } from "./casewords";

/** What a line of the thread needs of the page. */
export interface Around {
  /** The name of a member, of those whom the rosters list. */
  nameFor(id: string): string;
  officeFor(id: string): string;
  /** The case's own office: a note of another one says whose it is. */
  lead: string;
  /** A letter as it was worded with days of before; null where nobody may ask. Rejects with Refused. */
  worded: ((template: string, code: string, days: Readonly<Record<string, string>>) => Promise<Frame>) | null;
  /** What went wrong, in words. */
  fault(e: unknown): Child;
  /** Shows the files of a document. */
  files(files: readonly File[], hash: string): Child;
}

const body = <K extends keyof Bodies>(it: Item, kind: K): Bodies[K] | null => (it.kind === kind && it.body !== null ? (it.body as Bodies[K]) : null);

function by(it: Item, around: Around, label: Child): HTMLElement {
  return h("div", { class: "cl-msg__by" }, h("b", {}, label), h("time", { datetime: it.doc.day }, dayMonth(it.doc.day)), it.author.role === "member" && it.doubt === null && h("span", {}, words(around.nameFor(it.author.id)), it.doc.chain === "inside" && it.doc.unit !== around.lead && " · ", it.doc.chain === "inside" && it.doc.unit !== around.lead && words(around.officeFor(it.doc.unit))));
}

/** The place of a document that does not open or does not fit: its words are not shown. */
const doubted = (it: Item): HTMLElement => h("li", { "data-doubt": it.doubt?.key ?? "" }, note("danger", t("casepage.doubt_item", { Day: dayMonth(it.doc.day), N: it.doc.seq }), t("casepage.doubt_is", { What: doubtText(it.doubt?.key ?? "", it.doubt?.args) })));

/** A mark beside something that opens and yet is not beyond doubt. */
const vouched = (it: Item): Child => it.doubt !== null && h("p", { class: "cl-hint" }, icon("warning"), " ", doubtText(it.doubt.key, it.doubt.args));

/** The thread with the reporter, oldest first. The report itself stands above. */
export function thread(f: Pick<CaseFile, "lang">, chains: { reporter: readonly Item[]; unit: readonly Item[] }, around: Around): HTMLElement {
  const all = merge(chains.reporter.filter((it) => it.doc.seq !== 1), chains.unit);
  if (all.length === 0) return h("p", { class: "cl-hint" }, t("casepage.thread_empty"));
  return h("ol", { class: "cl-thread" }, ...all.map((it) => entry(it, f, around)));
}

/** Both chains by day; on one day letters of the office come after the reporter's that they could answer. */
function merge(a: readonly Item[], b: readonly Item[]): Item[] {
  return [...a.map((it) => ({ it, side: 0 })), ...b.map((it) => ({ it, side: 1 }))].sort((x, y) => (x.it.doc.day < y.it.doc.day ? -1 : x.it.doc.day > y.it.doc.day ? 1 : x.side - y.side || x.it.doc.seq - y.it.doc.seq)).map((x) => x.it);
}

function entry(it: Item, f: Pick<CaseFile, "lang">, around: Around): HTMLElement {
  if (it.body === null) return doubted(it);
  const mine = it.doc.chain === "unit";
  const inside: Child[] = [];
  const message = body(it, "message");
  const reply = body(it, "reply");
  const decision = body(it, "decision");
  if (message !== null) inside.push(...paragraphs(message.text, f.lang), filesOf(message, it, around));
  else if (reply !== null) inside.push(...paragraphs(reply.text, f.lang), filesOf(reply, it, around), mine && translated(reply.letter, reply.text, f.lang, around));
  else if (decision !== null) inside.push(...paragraphs(decisionText(decision), f.lang), translated(decision.letter, decision.reasons, f.lang, around));
  else if (it.kind === "rekey") return h("li", { class: "cl-msg cl-msg--gone" }, h("p", {}, t("casepage.rekeyed", { Day: dayMonth(it.doc.day) })));
  else if (it.kind === "erase") return h("li", { class: "cl-msg cl-msg--gone" }, h("p", {}, t("casepage.erased", { Day: dayMonth(it.doc.day) })));
  const label = it.author.role === "inspector" ? t("casepage.by_inspector") : mine ? words(around.officeFor(it.doc.unit)) : t("casepage.reporter");
  const head = by(it, around, label);
  if (decision !== null) head.append(h("span", { class: "cl-tag" }, t("casepage.tag_decision")));
  if (it.doc.waiting) head.append(h("span", { class: "cl-tag cl-tag--warn" }, t("casepage.tag_waiting")));
  return h("li", { class: mine ? "cl-msg cl-msg--you" : "cl-msg", "data-seq": it.doc.seq }, head, ...inside, vouched(it));
}

/** A letter of ready sentences in the page's language, for who asks. It is made again, and shown only if what was sealed comes out. */
export function translated(l: Letter | undefined, sealed: string, lang: string, around: Pick<Around, "worded" | "fault">): HTMLElement | null {
  const { worded } = around;
  if (l === undefined || worded === null || lang === language()) return null;
  const place = h("div", { class: "cl-noprint" });
  const ask = button(t("letters.in_mine"), () => {
    fill(place, h("p", { class: "cl-hint" }, t("casepage.opening")));
    worded(l.template, l.code, daysOf(l)).then((f) => {
      const text = again(f, l, sealed, language());
      fill(place, text === null ? note("warn", t("letters.not_made")) : h("div", { "data-mine": "" }, h("p", { class: "cl-small cl-hint" }, t("letters.made")), h("blockquote", { class: "cl-quote" }, ...paragraphs(text, language()))));
    }, (e: unknown) => fill(place, around.fault(e)));
  }, "cl-plainbutton cl-linklike");
  fill(place, ask);
  return place;
}

/** All that a decision says: its words are the pack's with the reasons in them. */
const decisionText = (d: Decision): string => [d.reasons, ...d.addresses, d.review].filter((x) => x !== "").join("\n");

function filesOf(m: Message | Reply, it: Item, around: Around): Child {
  return m.files.length > 0 && around.files(m.files, hashOf(it.doc));
}

/** What stands inside the office: notes, proposals and the answers to them, oldest first. Titles stand at the head. */
export function inside(items: readonly Item[], around: Around, lang: string): HTMLElement {
  const all = items.filter((it) => it.kind !== "title" || it.body === null);
  if (all.length === 0) return h("p", { class: "cl-hint" }, t("casepage.inside_empty"));
  return h("ol", { class: "cl-thread" }, ...all.map((it) => insideEntry(it, around, lang)));
}

function insideEntry(it: Item, around: Around, lang: string): HTMLElement {
  if (it.doc.withheld === true && it.doubt === null) return h("li", { class: "cl-msg cl-msg--gone" }, h("p", {}, t("joint.lead_withheld", { Day: dayMonth(it.doc.day), Office: around.officeFor(it.doc.unit) })));
  if (it.body === null) return doubted(it);
  const text: Child[] = [];
  const n = body(it, "note");
  const p = body(it, "proposal");
  const a = body(it, "approval");
  let label = t("casepage.note");
  if (n !== null) text.push(...paragraphs(n.text), filesOf(n, it, around));
  if (p !== null) {
    label = p.code === "" ? actName(p.act) : `${actName(p.act)}: ${p.code}`;
    text.push(...proposalWords(p, around, lang));
  }
  const copy = body(it, "copy");
  if (copy !== null) {
    label = t("transfer.copy");
    text.push(h("details", { class: "cl-more" }, h("summary", {}, words(copy.body)), ...copyWords(copy), copy.files.length > 0 && around.files(copy.files, hashOf(it.doc))));
  }
  if (a !== null) {
    label = a.approve ? t("casepage.approved") : t("casepage.refused");
    text.push(...paragraphs(approvalText(a)));
  }
  return h("li", { class: "cl-msg cl-msg--inside" }, by(it, around, label), ...text, vouched(it));
}

const approvalText = (a: Approval): string => a.reasons;

/** A copy for another body exactly as it leaves, without its files. */
export function copyWords(c: Copy): Child[] {
  const reasons = ["reporter", "third", "needless"].map((r) => [r, c.blacked.filter((x) => x === r).length] as const).filter(([, n]) => n > 0);
  return [
    h("dl", { class: "cl-pairs" }, h("dt", {}, t("transfer.to")), h("dd", {}, words(c.body)), h("dt", {}, t("transfer.basis")), h("dd", {}, words(c.basis.text)),
      h("dt", {}, t("transfer.reference")), h("dd", {}, h("span", { class: "cl-num", dir: "ltr", translate: "no" }, c.reference)),
      h("dt", {}, t("transfer.blacked")), h("dd", {}, reasons.length === 0 ? t("transfer.blacked_none") : reasons.map(([r, n]) => `${reasonName(r)} ${n}`).join(" · "))),
    h("blockquote", { class: "cl-quote" }, ...paragraphs(c.text, c.lang)),
  ];
}

/** A proposal exactly as it was sealed: code, reasons, and the words that the reporter would read. */
export function proposalWords(p: Proposal, around: Pick<Around, "worded" | "fault">, lang: string): Child[] {
  return [
    p.code !== "" && h("p", {}, h("b", {}, p.code + " "), codeName(p.code)),
    ...paragraphs(p.reasons),
    p.decision !== undefined && h("details", { class: "cl-more" }, h("summary", {}, t("casepage.proposal_words")), h("blockquote", { class: "cl-quote" }, ...paragraphs(decisionText(p.decision), lang))),
    p.decision !== undefined && translated(p.decision.letter, p.decision.reasons, lang, around),
  ];
}

/** The newest working title that opens, or "". */
export function title(items: readonly Item[]): string {
  const all = items.filter((it) => it.kind === "title" && it.body !== null);
  const last = all[all.length - 1];
  return last === undefined ? "" : (last.body as Bodies["title"]).text;
}
