// The pages of the mailbox that ask before something is done, and those that say that it was.
import { button, h, icon, put } from "./dom";
import { Answers, control, faultList, type Field } from "./fields";
import { segmentOf } from "./page";
import { ticket } from "./receipt";
import { codeField } from "./steps";
import { dayMonth, language, t } from "./words";

const both = (yes: HTMLElement, keep: () => void): HTMLElement => h("div", { class: "cl-actions" }, yes, button(t("site.keep_it"), keep, "govuk-button govuk-button--secondary"));

/** Asks before a message is erased. */
export function askErase(box: HTMLElement, which: { by: string; day: string }, yes: () => void, keep: () => void): void {
  const [before, mid, after] = t("site.erase_which", { By: "\u0000", Day: "\u0000" }).split("\u0000");
  put(box, h("h1", {}, t("site.erase_title")), h("p", { class: "cl-gap" }, before ?? "", h("bdi", {}, which.by), mid ?? "", dayMonth(which.day), after ?? ""),
    h("p", { class: "cl-gap" }, t("site.erase_text")), both(button(t("site.erase_yes"), yes), keep));
}

/** Asks which kind of code the new one should be. */
export function askRecode(box: HTMLElement, words: boolean, yes: (words: boolean) => void, keep: () => void, fault = ""): void {
  const a = new Answers();
  a.set("code", words ? "words" : "digits");
  const f = codeField();
  put(box, fault !== "" && faultList([{ key: f.key, text: fault }]), h("h1", {}, t("site.recode_title")), h("p", { class: "cl-gap" }, t("site.recode_text")), h("div", { class: "cl-gap2" }, control(f, a, false, fault)),
    both(button(t("site.recode_yes"), () => yes(a.one("code") === "words")), keep));
}

/** Asks what is to be said about a decision before somebody else looks at it. What is typed stands in words. */
export function askReview(box: HTMLElement, words: Answers, max: number, yes: () => void, keep: () => void, fault = ""): void {
  const f: Field = { kind: "long", key: "review", label: t("site.review_words"), hint: t("site.review_hint"), optional: true, options: [], max, rows: 6 };
  put(box, fault !== "" && faultList([{ key: f.key, text: fault }]), h("h1", {}, t("site.review_title")), h("p", { class: "cl-gap" }, t("site.review_text")), h("div", { class: "cl-gap2" }, control(f, words, false, fault)),
    both(button(t("site.review_yes"), yes), keep));
}

/** Asks what is to be said when the owner objects to a transfer. What is typed stands in words. */
export function askObject(box: HTMLElement, words: Answers, max: number, yes: () => void, keep: () => void, fault = ""): void {
  const f: Field = { kind: "long", key: "object", label: t("site.object_words"), hint: t("site.object_hint"), optional: true, options: [], max, rows: 6 };
  put(box, fault !== "" && faultList([{ key: f.key, text: fault }]), h("h1", {}, t("site.object_title")), h("p", { class: "cl-gap" }, t("site.object_text")), h("div", { class: "cl-gap2" }, control(f, words, false, fault)),
    both(button(t("site.object_yes"), yes), keep));
}

/** Asks before the mailbox is closed. */
export function askClose(box: HTMLElement, yes: () => void, keep: () => void): void {
  put(box, h("h1", {}, t("site.close_title")), h("p", { class: "cl-gap" }, t("site.close_text")),
    h("ul", { class: "cl-list cl-gap" }, h("li", {}, t("site.close_1")), h("li", {}, t("site.close_2")), h("li", {}, t("site.close_3"))), both(button(t("site.close_yes"), yes), keep));
}

/** Says that the mailbox is closed. */
export function closedView(box: HTMLElement): void {
  put(box, h("h1", {}, t("site.closed_title")), h("p", { class: "cl-gap" }, t("site.closed_text")),
    h("div", { class: "cl-actions" }, h("a", { class: "govuk-button govuk-button--secondary", href: `/${segmentOf(language())}/` }, t("site.to_home"))));
}

/** Asks which kind of code a pick-up number is exchanged for. */
export function askFirst(box: HTMLElement, words: boolean, yes: (words: boolean) => void, keep: () => void): void {
  const a = new Answers();
  a.set("code", words ? "words" : "digits");
  put(box, h("h1", {}, t("page.box_first_title")), h("p", { class: "cl-gap" }, t("page.box_first_text")), h("div", { class: "cl-gap2" }, control(codeField(), a, false)),
    h("div", { class: "cl-actions" }, button(t("page.box_first_yes"), () => yes(a.one("code") === "words")), button(t("ui.back"), keep, "govuk-button govuk-button--secondary")));
}

/** Shows a new code and what to do with it. sure: the server said that it holds; else it may, and next tries again. */
export function newCodeView(box: HTMLElement, code: string, words: boolean, says: string, sure: boolean, next: () => void): void {
  put(box, h("div", { class: "cl-receipt" }, h("h1", {}, t("site.newcode_title")), h("p", { class: "cl-hint" }, says), ticket(code, words),
    h("div", { class: "cl-note cl-gap2 cl-noprint" }, icon("pen"), h("h2", {}, t("site.keep_head")), h("p", {}, t("site.keep_text"))),
    h("div", { class: "cl-actions" }, sure ? button(t("site.newcode_back"), next, "govuk-button govuk-button--secondary", "mail") : button(t("page.again"), next))));
}
