// An open mailbox as it is looked at: status, thread, progress. Words of the unit enter as text.
import type { File as Description } from "../../../browser/src/bodies";
import { button, type Child, foreign, h, icon, note, put } from "./dom";
import type { Form } from "./form";
import type { Entry, Listing, Thread } from "./thread";
import { bytes, dayMonth, t } from "./words";

/** The state as its owner reads it: a sentence each. */
const states: Readonly<Record<string, string>> = {
  received: "cases.status.received", acknowledged: "cases.status.acknowledged", triaged: "cases.status.triaged", needs_info: "cases.status.needs_info",
  transferred: "cases.status.transferred", declined: "cases.status.declined", accepted: "cases.status.accepted",
  in_inquiry: "cases.status.in_inquiry", concluded: "cases.status.concluded", feedback_given: "cases.status.feedback_given",
  reward: "cases.status.reward", review: "cases.status.review", closed: "cases.status.closed", retained: "cases.status.retained", erased: "cases.status.erased",
};

const steps: Readonly<Record<string, string>> = {
  received: "cases.step.received", first: "cases.step.first", decision: "cases.step.decision", accepted: "cases.step.accepted", declined: "cases.step.declined",
  transferred: "cases.step.transferred", inquiry: "cases.step.inquiry", outcome: "cases.step.outcome", review: "cases.step.review",
};

/** The name of a unit in the language of the page, or its id. */
export const unitName = (form: Form, unit: string): string => form.offices.find((o) => o.id === unit)?.name ?? unit;

/** Tells whether anything can still be written. */
export const canWrite = (list: Listing): boolean => list.state !== "retained" && list.state !== "erased";

const stages: Readonly<Record<string, () => string>> = {
  proposed: () => t("site.passing_proposed"), approved: () => t("site.passing_approved"), sent: () => t("site.passing_sent"), received: () => t("site.passing_received"),
};

/** How far the case has come on its way to another body, or null. */
export const passing = (list: Listing): string | null => stages[list.passing]?.() ?? null;

/** Heading, state, number and unit. */
export function status(list: Listing, form: Form): DocumentFragment {
  const out = document.createDocumentFragment();
  const [before, after] = t("site.mailbox_unit", { Unit: "\u0000" }).split("\u0000");
  put(out, h("h1", {}, t("site.mailbox_title")), h("p", { class: "cl-state" + (list.state === "needs_info" ? " cl-state--warn" : "") }, states[list.state] === undefined ? "" : t(states[list.state]!)),
    h("div", { class: "cl-status" }, h("span", { class: "cl-num" }, foreign(list.number)), h("span", {}, before ?? "", foreign(unitName(form, list.unit)), after ?? "")));
  return out;
}

/** What the owner should know first. */
export function notices(list: Listing, thread: Thread): HTMLElement[] {
  const out: HTMLElement[] = [];
  if (list.asked !== "") out.push(note("warn", t("visit.note_asked", { Day: dayMonth(list.asked) })));
  if (thread.entries.some((e) => e.is === "false")) out.push(note("danger", t("visit.note_forged")));
  if (thread.entries.some((e) => e.is === "gap")) out.push(note("danger", t("visit.note_gap")));
  if (!thread.lead) out.push(note("danger", t("visit.note_lead"), t("visit.note_lead_text")));
  return out;
}

/** What can be done with an entry. */
export interface ThreadActs {
  erase(item: number, unit: string, day: string): void;
  save(file: Description, row: HTMLElement): void;
}

/** The thread, or why there is none. */
export function threadView(list: Listing, thread: Thread, form: Form, acts: ThreadActs): HTMLElement {
  if (thread.entries.length === 0) return empty(list);
  const all = h("ol", { class: "cl-thread" });
  let last = -1;
  thread.entries.forEach((e, i) => (last = e.is === "letter" ? i : last));
  thread.entries.forEach((e, i) => put(all, entry(e, i === last && list.asked !== "", form, acts)));
  return all;
}

function empty(list: Listing): HTMLElement {
  const first = list.steps.find((s) => s.step === "first")?.due ?? "";
  return h("div", { class: "cl-empty" }, icon("mail"), h("h2", {}, t("visit.empty_title")), h("p", { class: "cl-small" }, first === "" ? "" : t("visit.empty_text", { Day: dayMonth(first) })));
}

function entry(e: Entry, asked: boolean, form: Form, acts: ThreadActs): HTMLElement {
  switch (e.is) {
    case "mine":
      return h("li", { class: "cl-msg cl-msg--you" }, h("p", {}, e.report ? t("ui.you_reported", { Day: dayMonth(e.day) }) : t("ui.you_wrote", { Day: dayMonth(e.day) })));
    case "erased":
      return h("li", { class: "cl-msg cl-msg--gone" }, h("p", {}, t("ui.msg_erased", { Day: dayMonth(e.day) })));
    case "waiting":
      return h("li", { class: "cl-msg" }, by(foreign(unitName(form, e.unit)), e.day), h("p", {}, t("ui.msg_waiting")));
    case "gap":
      return h("li", {}, note("warn", t("ui.gap_title"), t("ui.gap_text")));
    case "false":
      return h("li", {}, note("danger", t("ui.false_title"), e.moved ? t("page.box_moved") : t("ui.false_text")));
    case "letter":
      return letter(e, asked, form, acts);
  }
}

const by = (who: Child, day: string, tag: HTMLElement | null = null): HTMLElement =>
  h("div", { class: "cl-msg__by" }, h("b", {}, who), h("time", { datetime: day }, dayMonth(day)), tag);

function letter(e: Extract<Entry, { is: "letter" }>, asked: boolean, form: Form, acts: ThreadActs): HTMLElement {
  const tag = asked ? h("span", { class: "cl-tag cl-tag--warn" }, t("visit.tag_asked")) : e.decision ? h("span", { class: "cl-tag" }, t("visit.tag_decision")) : null;
  const who = e.review ? t("visit.by_inspector") : foreign(unitName(form, e.unit));
  const out = h("li", { class: "cl-msg" }, by(who, e.day, tag));
  for (const line of e.text.split("\n")) if (line.trim() !== "") put(out, h("p", {}, foreign(line)));
  if (e.files.length > 0) {
    const files = h("ul", { class: "cl-files" });
    for (const f of e.files) put(files, fileRow(f, acts));
    put(out, files);
  }
  const erase = button(t("ui.erase_message"), () => acts.erase(e.item, e.unit, e.day), "cl-plainbutton cl-linklike");
  put(erase, h("span", { class: "govuk-visually-hidden" }, " " + dayMonth(e.day)));
  put(out, h("p", { class: "cl-msg__end" }, erase));
  return out;
}

function fileRow(f: Description, acts: ThreadActs): HTMLElement {
  const row = h("li", {});
  const b = button(t("ui.save"), () => acts.save(f, row), "govuk-button govuk-button--secondary cl-button--small", "save");
  put(b, h("span", { class: "govuk-visually-hidden" }, " ", foreign(f.name)));
  put(row, h("div", { class: "cl-files__what" }, h("span", {}, foreign(f.name), " ", h("span", { class: "cl-num" }, bytes(f.size))), h("span", { class: "cl-hint", role: "status", "data-says": true })), b);
  return row;
}

/** The way of the case in days. */
export function timeline(list: Listing): HTMLElement {
  const all = h("ol", { class: "cl-line" });
  for (const s of list.steps) {
    const done = s.state === "done";
    const day = done ? s.done : s.due;
    const says = !done ? t("ui.by", { Day: dayMonth(day) }) : s.due !== "" ? t("ui.met", { Day: dayMonth(day), Due: dayMonth(s.due) }) : dayMonth(day);
    const title = steps[s.step === "decision" && s.decided !== "" ? s.decided : s.step];
    put(all, h("li", { class: done ? "is-done" : s.state === "now" ? "is-now" : undefined }, day !== "" && h("time", { datetime: day }, says), h("b", {}, title === undefined ? "" : t(title)),
      done && h("span", { class: "govuk-visually-hidden" }, t("ui.state_done")), s.state === "now" && h("span", { class: "govuk-visually-hidden" }, t("ui.state_now"))));
  }
  return all;
}
