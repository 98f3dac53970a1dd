// The languages in which somebody says that they can handle cases: their own word, and nobody else's.
import { h, note } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { get, post } from "./api";
import { languageName } from "./caseview";
import { act, Notice, sentence } from "./view";

/** The part of one's account with the languages of the site. */
export async function tongues(): Promise<HTMLElement> {
  const { site, mine } = await get<{ site: string[]; mine: string[] }>("me/tongues");
  const notice = new Notice();
  const said = h("div", { role: "status", class: "cl-gap" });
  const boxes = site.map((lang) => {
    const input = h("input", { class: "govuk-checkboxes__input", type: "checkbox", id: "tongue-" + lang, value: lang, checked: mine.includes(lang) });
    return { input, box: h("div", { class: "govuk-checkboxes__item" }, input, h("label", { class: "govuk-label govuk-checkboxes__label", for: "tongue-" + lang }, languageName(lang))) };
  });
  const save = act(t("tongues.save"), t("away.saving"), async () => {
    notice.clear();
    await post("me/tongues", { languages: boxes.filter((b) => b.input.checked).map((b) => b.input.value) });
    said.replaceChildren(note("ok", t("tongues.saved")));
  }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary");
  return h("section", { class: "cl-gap2", id: "tongues" }, h("h2", {}, t("tongues.title")), h("fieldset", { class: "govuk-fieldset", "aria-describedby": "tongues-hint" }, h("legend", { class: "govuk-visually-hidden" }, t("tongues.title")), h("p", { id: "tongues-hint" }, t("tongues.text")), h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, ...boxes.map((b) => b.box))), notice.box, said, h("div", { class: "cl-actions" }, save));
}
