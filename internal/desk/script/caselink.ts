// A case that tells the same facts as an earlier one: the forms that link it and undo that, and what the page says of it.
import { type Child, foreign, h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { keptField } from "./casedraft";
import { box, boxes, decided, type Form, type Ground, interest, needed, wrong } from "./caseforms";
import { Writing } from "./caseletter";
import type { CaseFile, LinkedCase } from "./casetypes";
import { codeName, stateName } from "./casewords";

/** Towards the reporter the case is accepted, and the letter says so; that there is an earlier one stays inside. */
export function link(g: Ground): Form {
  const number = keptField(g.drafts, "link-number-text", t("casepage.link_number"), { hint: t("casepage.link_number_hint") });
  const inside = keptField(g.drafts, "link-inside-text", t("casepage.link_why"), { hint: t("casepage.link_why_hint"), rows: 4 });
  const risks = [box(g, "link-risk1", t("casepage.risk_reporter")), box(g, "link-risk2", t("casepage.risk_reported"))];
  const error = wrong(t("casepage.risks_missing"));
  const writing = new Writing(g, "link", { label: t("casepage.reasons"), hint: t("casepage.link_text_hint"), rows: 4 });
  writing.load("accepted", "");
  const own = interest(g, "link");
  return {
    lede: t("casepage.link_lede"),
    parts: [number.box, inside.box, boxes(t("casepage.risks"), risks, error), writing.box, writing.preview, own.box],
    submit: t("casepage.seal_send"),
    make: async () => {
      error.hidden = risks.every((b) => b.on());
      if (needed(number, t("casepage.link_number_missing")) === null || needed(inside, t("casepage.reasons_missing")) === null) return null;
      if (!error.hidden || !writing.complete(t("casepage.reasons_missing")) || !own.ok()) return null;
      return {
        act: "link", parent: number.value, no_interest: true, checks: { risk_to_reporter: true, risk_to_reported: true },
        docs: [{ kind: "note", body: { text: inside.value, files: [] } }, { kind: "decision", body: decided("", "accepted", await writing.write("accepted", "")) }],
      };
    },
  };
}

export function unlink(g: Ground): Form {
  const inside = keptField(g.drafts, "unlink-inside-text", t("casepage.reasons_inside"), { hint: t("casepage.unlink_hint"), rows: 3 });
  const writing = new Writing(g, "unlink", { label: t("casepage.reasons"), hint: t("casepage.link_text_hint"), rows: 4 });
  writing.load("unlinked", "");
  const own = interest(g, "unlink");
  return {
    lede: t("casepage.unlink_lede"),
    parts: [inside.box, writing.box, writing.preview, own.box],
    submit: t("casepage.seal_send"),
    make: async () => {
      if (needed(inside, t("casepage.reasons_missing")) === null || !writing.complete(t("casepage.reasons_missing")) || !own.ok()) return null;
      return { act: "unlink", no_interest: true, docs: [{ kind: "note", body: { text: inside.value, files: [] } }, { kind: "reply", body: { ...(await writing.write("unlinked", "")), files: [], template: "unlinked" } }] };
    },
  };
}

/** What this case is linked to, and what is linked to it; null for neither. */
export function ties(f: CaseFile, segment: string): HTMLElement | null {
  if (f.parent === null && f.linked.length === 0) return null;
  const one = (c: LinkedCase): Child[] => [h("a", { href: `/${segment}/case/${c.number}?unit=${f.unit}` }, foreign(c.number)), " · ", stateName(c.state), c.finding !== "" && " · " + c.finding + " " + codeName(c.finding)];
  const open = f.linked.filter((c) => c.state === "linked").length;
  return h("section", { class: "cl-card", "aria-labelledby": "ties" }, h("h2", { id: "ties" }, t("casepage.ties")),
    f.parent !== null && h("p", {}, t("casepage.tie_parent"), " ", ...one(f.parent)),
    f.linked.length > 0 && h("p", {}, t("casepage.tie_children")), f.linked.length > 0 && h("ul", { class: "cl-list" }, ...f.linked.map((c) => h("li", {}, ...one(c)))),
    open > 0 && (f.state === "feedback_given" || f.state === "closed") && h("p", { class: "cl-hint" }, t("casepage.tie_tell", { Count: open })));
}
