// The form of each act: what is declared, chosen and written, and how it becomes documents. Templates are filled by the
// server, because the calendar is its; the words are shown here before they are sealed.
import type { Bodies, Decision, Kind, Letter, Proposal } from "../../../browser/src/bodies";
import type { Frame } from "../../../browser/src/staff/letters";
import { type Child, fill, h } from "../../site/script/dom";
import { date, language, t } from "../../site/script/words";
import type { Attached } from "./caseattach";
import { Drafts, keptBox, keptChoice, keptField } from "./casedraft";
import type { OpenedCase } from "./caseopen";
import type { CaseFile } from "./casetypes";
import type { Pack } from "./unit";
import { languageName } from "./caseview";
import { clockName, codeHint, codeName, words } from "./casewords";
import { link, unlink } from "./caselink";
import type { Worded } from "./caseperson";
import { clear, hear, invite } from "./casehear";
import { Writing } from "./caseletter";
import { pause } from "./casepause";
import { review } from "./casereview";
import { confirmed, kept, passOn, sendCopy, told } from "./casetransfer";
import type { Field } from "./view";

/** One document of an act. */
export interface Plan {
  kind: Kind;
  body: Bodies[Kind];
}

/** An act that is ready to be sealed and sent. main is the index of its own document. */
export interface Planned {
  act: string;
  code?: string;
  handler?: string;
  clock?: string;
  proposal?: number;
  /** Number of the earlier case that this one is linked to. */
  parent?: string;
  no_measures?: boolean;
  no_interest?: boolean;
  checks?: Readonly<Record<string, boolean>>;
  docs: Plan[];
  main?: number;
  /** Index of the document with the evidence of intent. */
  intent?: number;
  /** Id of the copy that leaves. */
  copy?: string;
}

/** What a form stands on. */
export interface Ground {
  file: CaseFile;
  pack: Pack;
  drafts: Drafts;
  /** Opens the attachments of a letter or note under a form's name. */
  attach(form: string): Attached;
  /** A letter as the server words it today. Rejects with Refused. */
  template(name: string, code: string): Promise<Frame>;
  /** A letter as it was worded with days of before. Rejects with Refused. */
  worded(name: string, code: string, days: Readonly<Record<string, string>>): Promise<Frame>;
  /** A letter to the person reported. Rejects with Refused. */
  person(clearing: boolean): Promise<Worded>;
  /** What the reporter wrote, and the names of their files; null while shut. */
  report(): { text: string; files: readonly string[] } | null;
  /** The proposal that waits, as it was sealed; null while shut, or when there are no words. */
  waiting(): Proposal | null;
  /** The case as it was opened; null while shut. */
  opened(): OpenedCase | null;
  /** The authority's today. */
  day: string;
  /** What a form made and holds while it is open, whatever is drawn anew around it. */
  hold<T>(form: string, make: () => T): T;
  /** The document of the proposal that waits, and the hash of its sealed bytes. */
  waitingDoc(): { doc: string; hash: string } | null;
}

/** A form: what it shows, and what it makes of it. make gives null when something is missing, which it has shown then. */
export interface Form {
  lede?: string;
  parts: Child[];
  submit: string;
  make(): Promise<Planned | null>;
}

/** A field for words that may not be empty. */
export function needed(f: Field, missing: string): string | null {
  f.fault("");
  if (f.value !== "") return f.value;
  f.fault(missing);
  return null;
}

export const interest = (g: Ground, form: string) => {
  const b = keptBox(g.drafts, form + "-interest", t("casepage.interest"));
  const error = h("p", { class: "govuk-error-message", role: "alert", hidden: true }, t("casepage.interest_missing"));
  return { box: h("div", { class: "govuk-checkboxes govuk-checkboxes--small cl-gap" }, error, b.box), ok: () => ((error.hidden = b.on), b.on) };
};

export const boxes = (legend: string, all: readonly { box: HTMLElement }[], error: HTMLElement): HTMLElement =>
  h("fieldset", { class: "govuk-fieldset" }, h("legend", { class: "govuk-fieldset__legend" }, legend), error, h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, ...all.map((b) => b.box)));

export const wrong = (text: string): HTMLElement => h("p", { class: "govuk-error-message", role: "alert", hidden: true }, text);

/** A letter that stands in a template, after it, or by itself. keep is the name that its document keeps. */
function letter(g: Ground, form: string, o: { template: string; keep?: string; label: string; hint: string; optional?: boolean }): Form {
  const writing = new Writing(g, form, { label: o.label, hint: o.hint, rows: 5 });
  writing.load(o.template, "");
  const files = g.attach(form);
  return {
    parts: [writing.box, writing.preview, files.box],
    submit: t("casepage.seal_send"),
    make: async () => {
      const kept = await files.ready();
      if (kept === null || !writing.complete(t("casepage.letter_missing"), o.optional !== true && kept.length === 0)) return null;
      const { text, letter } = await writing.write(o.template, "");
      return { act: form, docs: [{ kind: "reply", body: { text, files: kept, template: o.keep ?? o.template, ...(letter !== undefined && { letter }) } }] };
    },
  };
}

/** A note of the office about something that was done. */
function noted(g: Ground, form: string, label: string, hint: string, declare: boolean): Form {
  const text = keptField(g.drafts, form + "-text", label, { hint, rows: 5 });
  const files = g.attach(form);
  const own = interest(g, form);
  return {
    parts: [text.box, files.box, declare && own.box],
    submit: t("casepage.seal_do"),
    make: async () => {
      const kept = await files.ready();
      if (kept === null || needed(text, t("casepage.text_missing")) === null || (declare && !own.ok())) return null;
      return { act: form, no_interest: declare, docs: [{ kind: "note", body: { text: text.value, files: kept } }] };
    },
  };
}

/** What is new about a closed case. It is sealed as a proposal: whoever approves, approves exactly these words. */
function reopening(g: Ground): Form {
  const text = keptField(g.drafts, "propose_reopening-text", t("casepage.reopening"), { hint: t("casepage.reopening_hint"), rows: 5 });
  const own = interest(g, "propose_reopening");
  return {
    parts: [text.box, own.box],
    submit: t("casepage.propose_do"),
    make: async () => {
      if (needed(text, t("casepage.text_missing")) === null || !own.ok()) return null;
      return { act: "propose_reopening", no_interest: true, docs: [{ kind: "proposal", body: { act: "propose_reopening", code: "", reasons: text.value } }] };
    },
  };
}

/** What needs a declaration and no words. */
function plain(g: Ground, form: string, lede: string, declare: boolean, more: Partial<Planned> = {}): Form {
  const own = interest(g, form);
  return { lede, parts: [declare && own.box], submit: t("casepage.do"), make: async () => (declare && !own.ok() ? null : { act: form, no_interest: declare, docs: [], ...more }) };
}

function triage(g: Ground): Form {
  const all = [
    ["category", t("casepage.check_category")], ["conduct", t("casepage.check_conduct")], ["danger", t("casepage.check_danger")],
    ["remit", t("casepage.check_remit")], ["interest", t("casepage.check_interest")], ["duplicate", t("casepage.check_duplicate")],
  ].map(([id, label]) => ({ id: id!, ...box(g, `triage-${id}`, label!) }));
  const error = wrong(t("casepage.checks_missing"));
  const category = g.pack.categories.find((c) => c.id === g.file.category);
  return {
    lede: t("casepage.triage_lede"),
    parts: [category !== undefined && category.elements.length > 0 && h("div", { class: "cl-elements" }, h("p", { class: "cl-small" }, h("b", {}, t("casepage.elements"))), h("ol", { class: "cl-list cl-small" }, ...category.elements.map((e) => h("li", {}, words(e))))), boxes(t("casepage.checks"), all, error)],
    submit: t("casepage.triage_do"),
    make: async () => {
      error.hidden = all.every((b) => b.on());
      if (!error.hidden) return null;
      return { act: "triage", no_interest: true, checks: Object.fromEntries(all.map((b) => [b.id, true])), docs: [] };
    },
  };
}

/** A box of a list; on is asked when it is needed. */
export function box(g: Ground, id: string, label: string): { box: HTMLElement; on(): boolean } {
  const b = keptBox(g.drafts, id, label);
  return { box: b.box, on: () => b.on };
}

/** Those who say that they read the case's language come first, and within that everybody by name. */
function handlerChoice(g: Ground, form: string, but = ""): ReturnType<typeof keptChoice> {
  const all = g.file.handlers.filter((m) => m.id !== but).sort((a, b) => Number(b.reads) - Number(a.reads) || a.name.localeCompare(b.name, language()));
  const says = (m: (typeof all)[number]) => [m.reads && t("tongues.reads", { Language: languageName(g.file.lang) }), m.away !== "" && t("tongues.away", { Day: date(m.away) })].filter((s) => s !== false);
  return keptChoice(g.drafts, form + "-handler", t("casepage.handler"), all.map((m) => ({ id: m.id, label: m.name, ...(says(m).length > 0 && { hint: says(m).join(" · ") }) })));
}

function accept(g: Ground): Form {
  const handler = handlerChoice(g, "accept");
  const risks = [box(g, "accept-risk1", t("casepage.risk_reporter")), box(g, "accept-risk2", t("casepage.risk_reported"))];
  const error = wrong(t("casepage.risks_missing"));
  const writing = new Writing(g, "accept", { label: t("casepage.reasons"), hint: t("casepage.reasons_hint"), rows: 4 });
  writing.load("accepted", "");
  const own = interest(g, "accept");
  return {
    parts: [g.file.handlers.length === 0 ? h("p", { class: "cl-hint" }, t("casepage.handlers_none")) : handler.box, boxes(t("casepage.risks"), risks, error), writing.box, writing.preview, own.box],
    submit: t("casepage.accept_do"),
    make: async () => {
      handler.fault("");
      error.hidden = risks.every((b) => b.on());
      if (handler.value === "") return handler.fault(t("casepage.handler_missing")), null;
      if (!error.hidden || !writing.complete(t("casepage.reasons_missing")) || !own.ok()) return null;
      return {
        act: "accept", handler: handler.value, no_interest: true, checks: { risk_to_reporter: true, risk_to_reported: true },
        docs: [{ kind: "decision", body: decided("", "accepted", await writing.write("accepted", "")) }],
      };
    },
  };
}

function assign(g: Ground): Form {
  const handler = handlerChoice(g, "assign");
  return {
    parts: [g.file.handlers.length === 0 ? h("p", { class: "cl-hint" }, t("casepage.handlers_none")) : handler.box],
    submit: t("casepage.assign_do"),
    make: async () => (handler.value === "" ? (handler.fault(t("casepage.handler_missing")), null) : { act: "assign", handler: handler.value, docs: [] }),
  };
}

const colleague = (g: Ground, form: string, all: CaseFile["others"]) => keptChoice(g.drafts, form + "-member", t("casepage.colleague"), all.map((m) => ({ id: m.id, label: m.name })));

/** Somebody is named, and a note says why or how it stands. */
function named(g: Ground, form: string, who: ReturnType<typeof colleague>, label: string, hint: string, submit: string): Form {
  const text = keptField(g.drafts, form + "-text", label, { hint, rows: 5 });
  return {
    parts: [who.box, text.box],
    submit,
    make: async () => {
      who.fault("");
      const note = needed(text, t("casepage.text_missing"));
      if (who.value === "") return who.fault(t("casepage.colleague_missing")), null;
      return note === null ? null : { act: form, handler: who.value, docs: [{ kind: "note", body: { text: note, files: [] } }] };
    },
  };
}

const decideCodes = ["D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"];
const findings = ["F1", "F2", "F3", "F4", "F5"];
const codes = (all: readonly string[]) => all.map((c) => ({ id: c, label: `${c} ${codeName(c)}`, hint: codeHint(c) }));

/** A decision in the words of a letter. */
export const decided = (code: string, outcome: string, w: { text: string; letter?: Letter }): Decision => ({ code, outcome, reasons: w.text, addresses: [], review: "", ...(w.letter !== undefined && { letter: w.letter }) });

function decline(g: Ground): Form {
  const writing = new Writing(g, "propose_decline", { label: t("casepage.reasons"), hint: t("casepage.reasons_hint"), rows: 4 });
  const look = (c: string) => writing.load("declined", c);
  const code = keptChoice(g.drafts, "propose_decline-code", t("casepage.decline_why"), codes(decideCodes), look);
  const own = interest(g, "propose_decline");
  if (code.value !== "") look(code.value);
  return {
    lede: t("casepage.decline_lede"),
    parts: [code.box, writing.box, writing.preview, own.box],
    submit: t("casepage.propose_do"),
    make: async () => {
      code.fault("");
      if (code.value === "") return code.fault(t("casepage.code_missing")), null;
      if (!writing.complete(t("casepage.reasons_missing")) || !own.ok()) return null;
      const decision = decided(code.value, "declined", await writing.write("declined", code.value));
      return { act: "propose_decline", code: code.value, no_interest: true, docs: [{ kind: "proposal", body: { act: "propose_decline", code: code.value, reasons: writing.slot(), decision } }] };
    },
  };
}

function conclusion(g: Ground): Form {
  const intent = keptField(g.drafts, "propose_conclusion-intent-text", t("casepage.intent"), { hint: t("casepage.intent_hint"), rows: 4 });
  const measures = keptBox(g.drafts, "propose_conclusion-measures", t("casepage.no_measures"));
  const more = h("div", {});
  const show = (c: string) => fill(more, c === "F5" && intent.box, (c === "F1" || c === "F2") && h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, measures.box));
  const code = keptChoice(g.drafts, "propose_conclusion-code", t("casepage.finding"), codes(findings), show);
  const text = keptField(g.drafts, "propose_conclusion-text", t("casepage.reasons_inside"), { hint: t("casepage.reasons_inside_hint"), rows: 5 });
  const own = interest(g, "propose_conclusion");
  show(code.value);
  return {
    lede: t("casepage.conclusion_lede"),
    parts: [code.box, more, text.box, own.box],
    submit: t("casepage.propose_do"),
    make: async () => {
      code.fault("");
      const c = code.value;
      if (c === "") return code.fault(t("casepage.finding_missing")), null;
      if (c === "F5" && needed(intent, t("casepage.intent_missing")) === null) return null;
      if (needed(text, t("casepage.reasons_missing")) === null || !own.ok()) return null;
      const docs: Plan[] = c === "F5" ? [{ kind: "note", body: { text: intent.value, files: [] } }] : [];
      docs.push({ kind: "proposal", body: { act: "propose_conclusion", code: c, reasons: text.value } });
      return { act: "propose_conclusion", code: c, no_interest: true, no_measures: (c === "F1" || c === "F2") && measures.on, docs, main: docs.length - 1, ...(c === "F5" && { intent: 0 }) };
    },
  };
}

function extend(g: Ground): Form {
  const running = g.file.clocks.filter((c) => (c.clock === "s5" || c.clock === "s6") && c.state !== "settled");
  const clock = keptChoice(g.drafts, "extend-clock", t("casepage.extend_which"), running.map((c) => ({ id: c.clock, label: clockName(c.clock) })));
  const writing = new Writing(g, "extend", { label: t("casepage.extend_why"), hint: t("casepage.letter_hint"), rows: 5 });
  writing.load("extend", "");
  return {
    lede: t("casepage.extend_lede"),
    parts: [clock.box, writing.box, writing.preview],
    submit: t("casepage.seal_send"),
    make: async () => {
      clock.fault("");
      if (clock.value === "") return clock.fault(t("casepage.clock_missing")), null;
      if (!writing.complete(t("casepage.reasons_missing"))) return null;
      return { act: "extend", clock: clock.value, docs: [{ kind: "reply", body: { ...(await writing.write("extend", "")), files: [], template: "" } }] };
    },
  };
}

function feedback(g: Ground): Form {
  const linked = g.file.state === "linked";
  const found = linked ? (g.file.parent?.finding ?? "") : ([...g.file.events].reverse().find((e) => e.kind === "concluded")?.code ?? "");
  const own = interest(g, "feedback");
  const writing = new Writing(g, "feedback", { label: t("casepage.feedback_text"), hint: t("casepage.reasons_hint"), rows: 5 });
  writing.load("outcome", found);
  return {
    parts: [found !== "" && h("p", {}, h("b", {}, found + " "), codeName(found)), linked && h("p", {}, t("casepage.linked_tell")), writing.box, writing.preview, linked && own.box],
    submit: t("casepage.seal_send"),
    make: async () => {
      if (!writing.complete(t("casepage.reasons_missing")) || (linked && !own.ok())) return null;
      return { act: "feedback", no_interest: linked, docs: [{ kind: "decision", body: decided(found, "concluded", await writing.write("outcome", found)) }] };
    },
  };
}

/** The form of an act; null for one that this page does not know. */
export function formOf(act: string, g: Ground): Form | null {
  switch (act) {
    case "acknowledge":
      return letter(g, act, { template: "first", label: t("casepage.first_more"), hint: t("casepage.first_hint"), optional: true });
    case "ask":
      return { ...letter(g, act, { template: "needs_info", label: t("casepage.question"), hint: t("casepage.letter_hint") }), lede: t("casepage.ask_lede") };
    case "message":
      return letter(g, act, { template: "message", keep: "", label: t("casepage.letter"), hint: t("casepage.letter_hint") });
    case "progress":
      return letter(g, act, { template: "progress", label: t("casepage.progress"), hint: t("casepage.letter_hint") });
    case "triage":
      return triage(g);
    case "accept":
      return accept(g);
    case "assign":
      return assign(g);
    case "hand_over":
      return { ...named(g, act, handlerChoice(g, act, g.file.handler), t("casepage.handover_note"), t("casepage.handover_hint"), t("casepage.handover_do")), lede: t("casepage.handover_lede") };
    case "step_aside":
      return { ...plain(g, act, t("casepage.aside_lede"), false), submit: t("casepage.aside_do") };
    case "set_aside":
      return { ...named(g, act, colleague(g, act, g.file.others), t("casepage.setaside_note"), t("casepage.setaside_hint"), t("casepage.setaside_do")), lede: t("casepage.setaside_lede") };
    case "readmit":
      return { ...named(g, act, colleague(g, act, g.file.aside), t("casepage.readmit_note"), t("casepage.readmit_hint"), t("casepage.readmit_do")), lede: t("casepage.readmit_lede") };
    case "propose_decline":
      return decline(g);
    case "propose_conclusion":
      return conclusion(g);
    case "open_inquiry":
      return noted(g, act, t("casepage.plan"), t("casepage.plan_hint"), true);
    case "invite":
      return invite(g);
    case "hear":
      return hear(g);
    case "clear":
      return clear(g);
    case "extend":
      return extend(g);
    case "feedback":
      return feedback(g);
    case "uphold":
    case "send_back":
      return review(g, act);
    case "suspend":
    case "resume":
      return pause(g, act);
    case "link":
      return link(g);
    case "unlink":
      return unlink(g);
    case "propose_transfer":
      return passOn(g);
    case "send_transfer":
      return sendCopy(g);
    case "confirm_transfer":
      return confirmed(g);
    case "return_transfer":
      return told(g, act, "returned", t("transfer.return_lede"));
    case "call_off_transfer":
      return told(g, act, "called_off", t("transfer.call_off_lede"));
    case "propose_closing":
      return plain(g, act, t("casepage.closing_lede"), true);
    case "propose_reopening":
      return reopening(g);
    case "withdraw":
      return g.file.proposal?.kind === "proposed_transfer" ? kept(g) : plain(g, act, t("casepage.withdraw_lede"), false, { proposal: g.file.proposal?.seq ?? 0 });
    case "settle_danger":
      return plain(g, act, t("casepage.settle_lede"), false);
    case "lapse":
      return plain(g, act, t("casepage.lapse_lede"), false);
    default:
      return null;
  }
}
