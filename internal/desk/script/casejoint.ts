// The card on a case page: which other offices read it, and the form with which an approver lets one in. What they get is chosen one by one.
import type { Bodies, Report } from "../../../browser/src/bodies";
import { base64, fromBase64 } from "../../../browser/src/bytes";
import { button, fill, focus, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { post } from "./api";
import type { Item, OpenedCase } from "./caseopen";
import { docName } from "./casedocs";
import type { Ground } from "./caseforms";
import { leadOf } from "./caselead";
import { casePath } from "./casesend";
import type { CaseFile } from "./casetypes";
import { askKeeper } from "./keeper";
import type { Facts } from "./unit";
import { act, Notice, sentence } from "./view";

/** What the card stands on. facts holds the verified list of keys: another office's key is taken from it, never from the server's word. */
export interface Joint {
  file: CaseFile;
  open: OpenedCase | null;
  facts: Facts | null;
  /** Who is here is an approver of the case's office. */
  approver: boolean;
  officeFor(id: string): string;
  nameFor(id: string): string;
  /** What a letter stands on. */
  ground: Pick<Ground, "drafts" | "template">;
  /** The case is another office's: nothing of it stays on the page, and this is said. */
  gone(text: string): void;
  /** Something changed: the case is asked for again, and this is said. */
  done(text: string): Promise<void>;
}

/** The card; null where no other office reads the case and who is here can let none in. */
export function jointCard(j: Joint): HTMLElement | null {
  const { joined, could } = j.file;
  if (joined.length === 0 && could.length === 0) return null;
  const place = h("div", {});
  const open = button(t("joint.let_in"), () => {
    fill(place, shareForm(j, () => fill(place, open)));
    focus(place.querySelector("h3"));
  }, "govuk-button govuk-button--secondary");
  fill(place, could.length > 0 && open);
  return h("section", { class: "cl-card", "aria-labelledby": "joint" }, h("h2", { id: "joint" }, t("joint.head")),
    joined.length === 0 ? h("p", { class: "cl-hint" }, t("joint.none")) : h("ul", { class: "cl-list" }, ...joined.map((u) => reader(j, u))),
    h("div", { class: "cl-noprint cl-gap" }, place));
}

function reader(j: Joint, u: CaseFile["joined"][number]): HTMLElement {
  const place = h("div", {});
  const notice = new Notice();
  const ask = () => {
    fill(place, note("warn", t("joint.end_title", { Office: j.officeFor(u.unit) }), t("joint.end_text")), notice.box, h("div", { class: "cl-actions" },
      act(t("joint.end_do"), t("joint.stopping"), async () => {
        await post(casePath(j.file) + "/unshare", { unit: u.unit });
        await j.done(t("joint.ended", { Office: j.officeFor(u.unit) }));
      }, (e) => notice.fault(sentence(e))), button(t("casepage.fold"), back, "govuk-button govuk-button--secondary")));
    focus(place.querySelector("button"));
  };
  const end = button("", ask, "cl-plainbutton cl-linklike");
  end.append(t("joint.end"), h("span", { class: "govuk-visually-hidden" }, " ", j.officeFor(u.unit)));
  const back = () => fill(place, j.approver && end);
  back();
  return h("li", { "data-reads": u.unit }, foreign(j.officeFor(u.unit)), h("br", {}), h("span", { class: "cl-hint" }, t("joint.reads", { Day: date(u.since), Count: u.docs.length })), h("div", { class: "cl-noprint cl-gap" }, ...leadOf(j, u), place));
}

interface Offered {
  item: Item;
  label: string;
  input: HTMLInputElement;
}

/** Which office, and which documents: the report is chosen at first, and nothing else. */
function shareForm(j: Joint, back: () => void): HTMLElement {
  const { open, facts, file } = j;
  if (open === null || facts === null) return h("div", {}, h("p", {}, t("joint.open_first")), button(t("casepage.fold"), back, "govuk-button govuk-button--secondary"));
  const notice = new Notice();
  const missing = h("p", { class: "govuk-error-message", id: "joint-missing", hidden: true });
  const offered = ([...open.items.reporter, ...open.items.unit, ...open.items.inside] as Item[]).flatMap((item): Offered[] => {
    const label = docName(item, j.nameFor);
    return item.body === null || item.doubt !== null || label === "" ? [] : [{ item, label, input: h("input", { class: "govuk-checkboxes__input", type: "checkbox", id: "joint-" + item.doc.doc }) }];
  });
  const offices = file.could.map((u) => h("option", { value: u }, j.officeFor(u)));
  const office = h("select", { class: "govuk-select", id: "joint-office" }, ...offices);
  const had = () => new Set(file.joined.find((u) => u.unit === office.value)?.docs ?? []);
  const draw = () => {
    const theirs = had();
    for (const o of offered) {
      const has = theirs.has(o.item.doc.doc);
      o.input.disabled = has;
      o.input.checked = has || (theirs.size === 0 && o.item.kind === "report");
    }
  };
  office.addEventListener("change", draw);
  draw();
  const reach = reached(open.report);
  const send = act(t("joint.let_in_do"), t("casepage.sealing"), async () => {
    notice.clear();
    const chosen = offered.filter((o) => o.input.checked && !o.input.disabled);
    missing.textContent = t("joint.nothing_chosen");
    missing.hidden = chosen.length > 0;
    if (chosen.length === 0) return void offered.find((o) => !o.input.disabled)?.input.focus();
    const theirs = had();
    const letters = chosen.some((o) => o.item.doc.chain === "reporter");
    // Changes of the code go with the letters: nobody could tell without them who wrote.
    const codes = letters ? open.items.reporter.filter((it) => it.kind === "rekey" && it.body !== null && !theirs.has(it.doc.doc)) : [];
    // Letters that passed the case on go with what was written before: nobody could tell without them whose turn it was.
    const before = chosen.some((o) => o.item.doc.unit !== file.unit && o.item.kind !== "note");
    const over = !before ? [] : open.items.unit.filter((it) => it.kind === "reply" && it.body !== null && (it.body as Bodies["reply"]).next !== undefined && it.doc.unit !== office.value && !theirs.has(it.doc.doc) && !chosen.some((o) => o.item === it));
    const docs = [...chosen.map((o) => o.item), ...codes, ...over].map((it) => it.doc);
    const { headers } = await askKeeper("handOn", {
      case: file.case, documents: docs.map((d) => fromBase64(d.sealed) ?? new Uint8Array(0)), day: facts.day,
      to: { office: office.value, root: facts.root, list: facts.list },
    });
    await post(casePath(file) + "/share", { unit: office.value, headers: docs.map((d, i) => ({ doc: d.doc, header: base64(headers[i]!) })) });
    await j.done(t("joint.let_in_done", { Office: j.officeFor(office.value), Count: docs.length }));
  }, (e) => notice.fault(sentence(e)));
  const group = h("fieldset", { class: "govuk-fieldset", "aria-describedby": "joint-missing" }, h("legend", { class: "govuk-fieldset__legend" }, t("joint.which")), h("p", { class: "govuk-hint" }, t("joint.which_hint")), missing,
    h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, ...offered.map((o) => h("div", { class: "govuk-checkboxes__item" }, o.input, h("label", { class: "govuk-label govuk-checkboxes__label", for: o.input.id }, o.label)))));
  return h("div", { class: "cl-write", "data-form": "joint" }, h("h3", { tabindex: "-1" }, t("joint.let_in")), h("p", {}, t("joint.let_in_text")),
    reach && note("warn", t("joint.reach"), t("joint.reach_text")),
    h("div", { class: "govuk-form-group cl-gap" }, h("label", { class: "govuk-label", for: "joint-office" }, t("joint.office")), office), group, notice.box,
    h("div", { class: "cl-actions" }, send, button(t("casepage.fold"), back, "govuk-button govuk-button--secondary")));
}

/** The reporter wrote into the report how to reach them: whoever reads it reads that. */
const reached = (r: Report): boolean => r.contact === "named" && r.reach.trim() !== "";
