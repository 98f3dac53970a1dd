// The form of each act: what is declared, chosen and written, and how it becomes documents. Templates are filled by the
// server, because the calendar is its; the words are shown here before they are sealed.
import type { Bodies, Decision, Kind, Proposal } from "../../../browser/src/bodies";
import { type Child, fill, h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import type { Attached } from "./caseattach";
import { Drafts, keptBox, keptChoice, keptField } from "./casedraft";
import type { CaseFile } from "./casetypes";
import type { Pack } from "./unit";
import { clockName, codeHint, codeName, paragraphs, words } from "./casewords";
import { link, unlink } from "./caselink";
import { clear, hear } from "./casehear";
import { pause } from "./casepause";
import { review } from "./casereview";
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
}

/** What a form stands on. */
export interface Ground {
  file: CaseFile;
  pack: Pack;
  drafts: Drafts;
  /** Opens the attachments of a letter or note under a form's name. */
  attach(form: string): Attached;
  /** The pack's words in the reporter's language. Rejects with Refused. */
  template(name: string, code: string): Promise<string>;
  /** The proposal that waits, as it was sealed; null while shut, or when there are no words. */
  waiting(): Proposal | null;
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

const put = (text: string, name: string, value: string): string => text.split(`{${name}}`).join(value);

/** The words that the reporter will read, filled in while somebody types. */
export class Preview {
  readonly box = h("div", { class: "cl-preview" });
  readonly #quote = h("blockquote", { class: "cl-quote" });
  #text = "";
  #wanted = 0;

  constructor(private readonly g: Ground, private readonly slot: string) {
    fill(this.box, h("p", { class: "cl-small cl-hint" }, t("casepage.preview")), this.#quote);
    this.box.hidden = true;
  }

  /** Fetches the template. Faults show at sending, when it is fetched again. */
  async load(name: string, code: string): Promise<void> {
    const mine = ++this.#wanted;
    const text = await this.g.template(name, code);
    if (mine === this.#wanted) this.#text = text;
  }

  show(typed: string): void {
    this.box.hidden = this.#text === "";
    fill(this.#quote, ...paragraphs(this.filled(typed.trim() === "" ? "……" : typed), this.g.file.lang));
  }

  filled(typed: string): string {
    return this.slot === "" ? [this.#text.trim(), typed.trim()].filter((x) => x !== "").join("\n\n") : put(this.#text, this.slot, typed.trim());
  }
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

/** A letter with the pack's words around what is typed. slot "" puts the words after it. */
function letter(g: Ground, form: string, o: { template: string; slot: string; label: string; hint: string; optional?: boolean; files?: boolean }): Form {
  const preview = new Preview(g, o.slot);
  const loaded = o.template === "" ? Promise.resolve() : preview.load(o.template, "");
  const text = keptField(g.drafts, form + "-text", o.label, { hint: o.hint, rows: 5, typed: () => preview.show(text.input.value) });
  void loaded.then(() => preview.show(text.input.value), () => undefined);
  const files = o.files === false ? null : g.attach(form);
  return {
    parts: [text.box, o.template !== "" && preview.box, files !== null && files.box],
    submit: t("casepage.seal_send"),
    make: async () => {
      const kept = files === null ? [] : await files.ready();
      if (kept === null) return null;
      if (o.optional !== true && kept.length === 0 && needed(text, t("casepage.letter_missing")) === null) return null;
      if (o.template !== "") await preview.load(o.template, "");
      return { act: form, docs: [{ kind: "reply", body: { text: o.template === "" ? text.value : preview.filled(text.value), files: kept, template: o.template } }] };
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

const handlerChoice = (g: Ground, form: string) => keptChoice(g.drafts, form + "-handler", t("casepage.handler"), g.file.handlers.map((m) => ({ id: m.id, label: m.name })));

function accept(g: Ground): Form {
  const handler = handlerChoice(g, "accept");
  const risks = [box(g, "accept-risk1", t("casepage.risk_reporter")), box(g, "accept-risk2", t("casepage.risk_reported"))];
  const error = wrong(t("casepage.risks_missing"));
  const preview = new Preview(g, "reasons");
  const text = keptField(g.drafts, "accept-text", t("casepage.reasons"), { hint: t("casepage.reasons_hint"), rows: 4, typed: () => preview.show(text.input.value) });
  void preview.load("accepted", "").then(() => preview.show(text.input.value), () => undefined);
  const own = interest(g, "accept");
  return {
    parts: [g.file.handlers.length === 0 ? h("p", { class: "cl-hint" }, t("casepage.handlers_none")) : handler.box, boxes(t("casepage.risks"), risks, error), text.box, preview.box, own.box],
    submit: t("casepage.accept_do"),
    make: async () => {
      handler.fault("");
      error.hidden = risks.every((b) => b.on());
      if (handler.value === "") return handler.fault(t("casepage.handler_missing")), null;
      if (!error.hidden || needed(text, t("casepage.reasons_missing")) === null || !own.ok()) return null;
      await preview.load("accepted", "");
      return {
        act: "accept", handler: handler.value, no_interest: true, checks: { risk_to_reporter: true, risk_to_reported: true },
        docs: [{ kind: "decision", body: { code: "", outcome: "accepted", reasons: preview.filled(text.value), addresses: [], review: "" } }],
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

const decideCodes = ["D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"];
const findings = ["F1", "F2", "F3", "F4", "F5"];
const codes = (all: readonly string[]) => all.map((c) => ({ id: c, label: `${c} ${codeName(c)}`, hint: codeHint(c) }));

function decline(g: Ground): Form {
  const preview = new Preview(g, "reasons");
  const show = () => preview.show(text.input.value);
  const look = (c: string) => void preview.load("declined", c).then(show, () => undefined);
  const code = keptChoice(g.drafts, "propose_decline-code", t("casepage.decline_why"), codes(decideCodes), look);
  const text = keptField(g.drafts, "propose_decline-text", t("casepage.reasons"), { hint: t("casepage.reasons_hint"), rows: 4, typed: show });
  const own = interest(g, "propose_decline");
  if (code.value !== "") look(code.value);
  return {
    lede: t("casepage.decline_lede"),
    parts: [code.box, text.box, preview.box, own.box],
    submit: t("casepage.propose_do"),
    make: async () => {
      code.fault("");
      if (code.value === "") return code.fault(t("casepage.code_missing")), null;
      if (needed(text, t("casepage.reasons_missing")) === null || !own.ok()) return null;
      await preview.load("declined", code.value);
      const decision: Decision = { code: code.value, outcome: "declined", reasons: preview.filled(text.value), addresses: [], review: "" };
      return { act: "propose_decline", code: code.value, no_interest: true, docs: [{ kind: "proposal", body: { act: "propose_decline", code: code.value, reasons: text.value, decision } }] };
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
  const text = keptField(g.drafts, "extend-text", t("casepage.extend_why"), { hint: t("casepage.letter_hint"), rows: 5 });
  return {
    lede: t("casepage.extend_lede"),
    parts: [clock.box, text.box],
    submit: t("casepage.seal_send"),
    make: async () => {
      clock.fault("");
      if (clock.value === "") return clock.fault(t("casepage.clock_missing")), null;
      if (needed(text, t("casepage.reasons_missing")) === null) return null;
      return { act: "extend", clock: clock.value, docs: [{ kind: "reply", body: { text: text.value, files: [], template: "" } }] };
    },
  };
}

function feedback(g: Ground): Form {
  const linked = g.file.state === "linked";
  const found = linked ? (g.file.parent?.finding ?? "") : ([...g.file.events].reverse().find((e) => e.kind === "concluded")?.code ?? "");
  const own = interest(g, "feedback");
  const preview = new Preview(g, "reasons");
  const text = keptField(g.drafts, "feedback-text", t("casepage.feedback_text"), { hint: t("casepage.reasons_hint"), rows: 5, typed: () => preview.show(text.input.value) });
  void preview.load("outcome", found).then(() => preview.show(text.input.value), () => undefined);
  return {
    parts: [found !== "" && h("p", {}, h("b", {}, found + " "), codeName(found)), linked && h("p", {}, t("casepage.linked_tell")), text.box, preview.box, linked && own.box],
    submit: t("casepage.seal_send"),
    make: async () => {
      if (needed(text, t("casepage.reasons_missing")) === null || (linked && !own.ok())) return null;
      await preview.load("outcome", found);
      return { act: "feedback", no_interest: linked, docs: [{ kind: "decision", body: { code: found, outcome: "concluded", reasons: preview.filled(text.value), addresses: [], review: "" } }] };
    },
  };
}

/** The form of an act; null for one that this page does not know. */
export function formOf(act: string, g: Ground): Form | null {
  switch (act) {
    case "acknowledge":
      return letter(g, act, { template: "first", slot: "", label: t("casepage.first_more"), hint: t("casepage.first_hint"), optional: true });
    case "ask":
      return { ...letter(g, act, { template: "needs_info", slot: "question", label: t("casepage.question"), hint: t("casepage.letter_hint") }), lede: t("casepage.ask_lede") };
    case "message":
      return letter(g, act, { template: "", slot: "", label: t("casepage.letter"), hint: t("casepage.letter_hint") });
    case "progress":
      return letter(g, act, { template: "progress", slot: "note", label: t("casepage.progress"), hint: t("casepage.letter_hint") });
    case "triage":
      return triage(g);
    case "accept":
      return accept(g);
    case "assign":
      return assign(g);
    case "propose_decline":
      return decline(g);
    case "propose_conclusion":
      return conclusion(g);
    case "open_inquiry":
      return noted(g, act, t("casepage.plan"), t("casepage.plan_hint"), true);
    case "invite":
      return noted(g, act, t("letters.invite"), t("letters.invite_hint"), false);
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
    case "propose_closing":
      return plain(g, act, t("casepage.closing_lede"), true);
    case "propose_reopening":
      return reopening(g);
    case "withdraw":
      return plain(g, act, t("casepage.withdraw_lede"), false, { proposal: g.file.proposal?.seq ?? 0 });
    case "settle_danger":
      return plain(g, act, t("casepage.settle_lede"), false);
    case "lapse":
      return plain(g, act, t("casepage.lapse_lede"), false);
    default:
      return null;
  }
}
