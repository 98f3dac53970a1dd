// The working title and the notes: what members write for each other.
import { button, type Child, fill, focus, h, icon } from "../../site/script/dom";
import { t } from "../../site/script/words";
import type { Attachments } from "./caseattach";
import { type Drafts, keptField } from "./casedraft";
import { words } from "./casewords";
import { act, enterPresses, Notice } from "./view";

/** Characters of a working title. */
const LONGEST = 80;

type Save = (text: string, notice: Notice) => Promise<void>;

/** The heading: the working title once there is one, and the category beside the number until then. */
export function titleBar(o: { heading: string; category: string; number: string; open: boolean; drafts: Drafts; save: Save; fault(e: unknown): Child }): HTMLElement {
  const place = h("div", { class: "cl-noprint" });
  const edit = button(o.heading === "" ? t("casepage.title_give") : t("casepage.title_change"), () => show(), "cl-plainbutton cl-linklike cl-noprint", "pen");
  const show = () => {
    fill(place, form());
    edit.hidden = true;
    place.querySelector<HTMLInputElement>("input")?.focus();
  };
  const form = () => {
    if (o.drafts.get("title-text") === "" && o.heading !== "") o.drafts.set("title-text", o.heading);
    const field = keptField(o.drafts, "title-text", t("casepage.title"), { hint: t("casepage.title_hint"), max: LONGEST });
    const notice = new Notice();
    const go = act(t("casepage.title_save"), t("casepage.sealing"), async () => {
      notice.clear();
      field.fault("");
      if (field.value === "") return field.fault(t("casepage.title_missing"));
      await o.save(field.value, notice);
    }, (e) => fill(notice.box, o.fault(e)));
    const box = h("div", { class: "cl-titleform", "data-form": "title" }, field.box, notice.box, h("div", { "data-key": true }), h("div", { class: "cl-actions" }, go, button(t("casepage.fold"), () => {
      o.drafts.clear("title");
      fill(place);
      edit.hidden = false;
      focus(edit);
    }, "govuk-button govuk-button--secondary")));
    enterPresses(box, go);
    return box;
  };
  if (o.drafts.get("title-text") !== "") fill(place, form());
  edit.hidden = place.childElementCount > 0;
  return h("div", {}, h("div", { class: "cl-titlebar" }, h("h1", { tabindex: "-1" }, o.heading === "" ? words(o.category) : words(o.heading), " ", h("span", { class: "cl-num cl-hint" }, words(o.number))), o.open && edit),
    o.heading !== "" && h("p", { class: "cl-hint" }, words(o.category)),
    o.open && o.heading === "" && h("p", { class: "cl-hint cl-noprint" }, icon("pen"), " ", t("casepage.title_none")), place);
}

/** Where a note is written. */
export function noteForm(drafts: Drafts, files: Attachments, save: Save, fault: (e: unknown) => Child): HTMLElement {
  const notice = new Notice();
  const text = keptField(drafts, "note-text", t("casepage.note_write"), { hint: t("casepage.note_hint"), rows: 3 });
  const go = act(t("casepage.note_save"), t("casepage.sealing"), async () => {
    notice.clear();
    text.fault("");
    if (text.value === "" && !files.any) return text.fault(t("casepage.text_missing"));
    await save(text.value, notice);
  }, (e) => fill(notice.box, fault(e)), "govuk-button govuk-button--secondary");
  return h("div", { class: "cl-write cl-noprint", "data-form": "note" }, text.box, files.box, notice.box, h("div", { "data-key": true }), h("div", { class: "cl-actions" }, go));
}
