// The code, shown once, and what comes next.
import { codeParts } from "../../../browser/src/receipt";
import { utf8 } from "../../../browser/src/bytes";
import { button, fill, h, icon, note, put } from "./dom";
import type { Form } from "./form";
import { segmentOf } from "./page";
import { dayMonth, language, t } from "./words";

/** What the page shows. */
export interface Shown {
  code: string;
  words: boolean;
  receipt: { day: string; promises: { step: string; by: string }[]; acknowledgement: string };
  /** The acknowledgement is signed by the authority and speaks of this report. */
  sound: boolean;
  today: string;
  unit: string;
}

/** The paper with the code: nothing else stands on it. */
export function ticket(code: string, words: boolean): HTMLElement {
  const list = h("ol", { class: "cl-code10" + (words ? " cl-code10--words" : ""), dir: "ltr", "aria-label": words ? t("ui.code_words") : t("ui.code_digits") });
  for (const part of codeParts(code)) put(list, h("li", {}, part));
  return h("div", { class: "cl-ticket", translate: "no" },
    h("div", { class: "cl-ticket__top" }, h("h2", {}, t("ui.code"), h("span", { class: "cl-tag cl-tag--seal" }, icon("lock"), t("ui.code_yours"))), list),
    h("div", { class: "cl-seam" }, icon("stamp")));
}

/** Shows the receipt in box. */
export function receiptPage(box: HTMLElement, form: Form, s: Shown): void {
  const first = s.receipt.promises.find((p) => p.step === "first")?.by ?? "";
  const mailbox = `/${segmentOf(language())}/mailbox`;
  const [before, mid, after] = t("site.receipt_back_text", { Place: "\u0000", Day: "\u0000" }).split("\u0000");
  fill(box, h("div", { class: "cl-receipt" }, h("h1", {}, t("site.receipt_title")), h("p", { class: "cl-hint" }, t("site.receipt_save")), ticket(s.code, s.words),
    h("div", { class: "cl-note cl-gap2 cl-noprint" }, icon("pen"), h("h2", {}, t("site.keep_head")), h("p", {}, t("site.keep_text"))),
    !s.sound && h("div", { class: "cl-gap2" }, note("danger", t("page.ack_false"), t("page.ack_false_text"))),
    h("section", { class: "cl-section", "aria-labelledby": "next" }, h("h2", { id: "next" }, t("site.receipt_next")), timeline(s)),
    h("section", { class: "cl-section", "aria-labelledby": "back" }, h("h2", { id: "back" }, t("site.receipt_back")), h("p", {}, before ?? "", h("b", {}, form.place), mid ?? "", dayMonth(first), after ?? ""),
      h("div", { class: "cl-actions" }, h("a", { class: "govuk-button govuk-button--secondary", href: mailbox }, icon("mail"), t("site.receipt_mailbox")))),
    s.sound && h("section", { class: "cl-card cl-section cl-noprint", "aria-labelledby": "ack" }, h("h2", { id: "ack" }, t("site.ack_head")), h("p", {}, t("site.ack_text", { Day: dayMonth(s.receipt.day) })),
      h("p", { class: "cl-hint" }, t("page.ack_sound")), h("div", { class: "cl-actions" }, button(t("site.ack_save"), () => save("statement.txt", utf8(s.receipt.acknowledgement)), "govuk-button govuk-button--secondary", "save"))),
    h("section", { class: "cl-section cl-noprint", "aria-labelledby": "leave" }, h("h2", { id: "leave" }, t("site.leave_head")), h("p", {}, t("page.leave_text")))));
}

function timeline(s: Shown): HTMLElement {
  const says: Record<string, [string, string]> = {
    received: [t("visit.promise_received"), ""],
    first: [t("visit.promise_first"), t("visit.promise_first_note")],
    decision: [t("visit.promise_decision"), ""],
    outcome: [t("visit.promise_outcome"), t("visit.promise_outcome_note")],
  };
  const list = h("ol", { class: "cl-line" });
  for (const p of s.receipt.promises) {
    const done = p.step === "received";
    const [title, more] = says[p.step] ?? [t("visit.promise_outcome"), ""];
    const day = done ? (p.by === s.today ? t("ui.today", { Day: dayMonth(p.by) }) : dayMonth(p.by)) : t("ui.by", { Day: dayMonth(p.by) });
    put(list, h("li", { class: done ? "is-done" : p.step === "first" ? "is-now" : undefined }, h("time", { datetime: p.by }, day), h("b", {}, title),
      done && h("span", { class: "govuk-visually-hidden" }, t("ui.state_done")), p.step === "first" && h("span", { class: "govuk-visually-hidden" }, t("ui.state_now")), more !== "" && h("p", {}, more)));
  }
  return list;
}

/** Saves bytes under a neutral name. They stay in this page until the person saves them. */
export function save(name: string, bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "application/octet-stream" }));
  const a = h("a", { href: url, download: name });
  document.body.appendChild(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
