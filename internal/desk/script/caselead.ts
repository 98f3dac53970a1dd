// Handing a case over to another office, in three steps: this one asks, the other one answers on its own page, and only then it is handed
// over, with a last letter. The form stands on the card of the offices that read the case.
import { base64, fromBase64 } from "../../../browser/src/bytes";
import { button, type Child, fill, focus, h, note } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { post } from "./api";
import { docName } from "./casedocs";
import type { Joint } from "./casejoint";
import { Writing } from "./caseletter";
import { casePath, sealAll } from "./casesend";
import { askKeeper } from "./keeper";
import { act, Notice, sentence } from "./view";

type Reads = Joint["file"]["joined"][number];

/** What can be done about an office that reads the case becoming the one that has it, and how far that is. */
export function leadOf(j: Joint, u: Reads): Child[] {
  if (!j.approver) return [u.lead !== "" && h("p", { class: "cl-hint", "data-lead": u.lead }, u.lead === "taken" ? t("joint.lead_taken") : t("joint.lead_offered"))];
  if (u.lead === "") return [j.file.leads.includes(u.unit) && asked(j, u, "ask", t("joint.lead_ask"), t("joint.lead_ask_text"), t("joint.lead_ask_done", { Office: j.officeFor(u.unit) }))];
  const back = asked(j, u, "keep", t("joint.lead_back"), t("joint.lead_back_text"), t("joint.lead_back_done", { Office: j.officeFor(u.unit) }));
  if (u.lead === "offered") return [h("p", { class: "cl-hint", "data-lead": u.lead }, t("joint.lead_offered")), back];
  const place = h("div", {});
  const fold = (): void => fill(place, open);
  const open = button(t("joint.lead_pass"), () => {
    fill(place, form(j, u, fold));
    focus(place.querySelector("h3"));
  }, "govuk-button govuk-button--secondary");
  fold();
  return [h("p", { class: "cl-hint", "data-lead": u.lead }, t("joint.lead_taken")), place, back];
}

/** A step that is asked twice. */
function asked(j: Joint, u: Reads, step: "ask" | "keep", label: string, means: string, done: string): HTMLElement {
  const place = h("div", { "data-step": step });
  const notice = new Notice();
  const fold = (): void => fill(place, open);
  const open = button("", () => {
    fill(place, note("warn", label, means), notice.box, h("div", { class: "cl-actions" }, act(label, t("joint.stopping"), async () => {
      await post(casePath(j.file) + "/lead", { unit: u.unit, step });
      await j.done(done);
    }, (e) => notice.fault(sentence(e))), button(t("casepage.fold"), fold, "govuk-button govuk-button--secondary")));
    focus(place.querySelector("button"));
  }, "cl-plainbutton cl-linklike");
  open.append(label, h("span", { class: "govuk-visually-hidden" }, " ", j.officeFor(u.unit)));
  fold();
  return place;
}

/** The last letter, and which documents inside go along. All letters go. */
function form(j: Joint, u: Reads, back: () => void): HTMLElement {
  const { open, facts, file } = j;
  if (open === null || facts === null) return h("div", {}, h("p", {}, t("joint.open_first")), button(t("casepage.fold"), back, "govuk-button govuk-button--secondary"));
  const writing = new Writing({ ...j.ground, file }, "lead", { label: t("casepage.reasons"), hint: t("joint.lead_reasons_hint"), rows: 4 });
  writing.load("moved", "");
  writing.fill({ body: u.unit });
  const letters = [...open.items.reporter, ...open.items.unit].filter((it) => it.doc.unit !== u.unit);
  const inner = open.items.inside.filter((it) => it.doc.unit !== u.unit && it.body !== null && it.doubt === null && it.kind !== "title")
    .map((it) => ({ it, input: h("input", { class: "govuk-checkboxes__input", type: "checkbox", id: "lead-" + it.doc.doc }) }));
  const notice = new Notice();
  const send = act(t("joint.lead_pass_do"), t("casepage.sealing"), async () => {
    notice.clear();
    if (letters.some((it) => it.body === null)) return notice.fault(t("joint.lead_doubt"));
    if (!writing.complete(t("casepage.reasons_missing"))) return;
    const body = { ...(await writing.write("moved", "")), files: [], template: "moved", next: { unit: u.unit } };
    const [last] = await sealAll([{ kind: "reply", body }], file, open, facts.day);
    const docs = [...letters, ...inner.filter((x) => x.input.checked).map((x) => x.it)].map((it) => ({ doc: it.doc.doc, sealed: it.doc.sealed })).concat([{ doc: last!.id, sealed: last!.sealed }]);
    const { headers } = await askKeeper("handOn", {
      case: file.case, documents: docs.map((d) => fromBase64(d.sealed) ?? new Uint8Array(0)), day: facts.day, to: { office: u.unit, root: facts.root, list: facts.list },
    });
    await post(casePath(file) + "/pass", { unit: u.unit, seen: file.version, letter: last, headers: docs.map((d, i) => ({ doc: d.doc, header: base64(headers[i]!) })) });
    j.gone(t("joint.lead_passed", { Office: j.officeFor(u.unit) }));
  }, (e) => notice.fault(sentence(e)));
  const group = inner.length === 0 ? null : h("fieldset", { class: "govuk-fieldset cl-gap" }, h("legend", { class: "govuk-fieldset__legend" }, t("joint.lead_which")), h("p", { class: "govuk-hint" }, t("joint.lead_which_hint")),
    h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, ...inner.map(({ it, input }) => h("div", { class: "govuk-checkboxes__item" }, input,
      h("label", { class: "govuk-label govuk-checkboxes__label", for: input.id }, docName(it, j.nameFor))))));
  return h("div", { class: "cl-decide cl-write", "data-form": "lead" }, h("h3", { tabindex: "-1" }, t("joint.lead_pass")), note("warn", t("joint.lead_pass_title", { Office: j.officeFor(u.unit) }), t("joint.lead_pass_text")),
    writing.box, writing.preview, group, notice.box, h("div", { class: "cl-actions" }, send, button(t("casepage.fold"), back, "govuk-button govuk-button--secondary")));
}
