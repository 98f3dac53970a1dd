// The forms with which an approver suspends an inquiry and lets it go on.
import { h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { keptChoice, keptField } from "./casedraft";
import { type Form, type Ground, interest, needed, type Plan } from "./caseforms";
import { Writing } from "./caseletter";

/** The reasons stay inside; the reporter is told in words of their own, or not at all where that would endanger them. */
export function pause(g: Ground, act: "suspend" | "resume"): Form {
  const template = act === "suspend" ? "suspended" : "resumed";
  const inside = keptField(g.drafts, act + "-inside-text", t("casepage.pause_inside"), { hint: act === "suspend" ? t("casepage.suspend_hint") : t("casepage.resume_hint"), rows: 4 });
  const writing = new Writing(g, act, { label: t("casepage.reasons"), hint: t("casepage.reasons_hint"), rows: 4 });
  const letter = h("div", {}, writing.box, writing.preview);
  const show = (v: string) => (letter.hidden = v !== "tell");
  const tell = keptChoice(g.drafts, act + "-tell", t("casepage.pause_tell"), [
    { id: "tell", label: t("casepage.pause_tell_yes") },
    { id: "silent", label: t("casepage.pause_tell_no"), hint: t("casepage.pause_tell_hint") },
  ], show);
  show(tell.value);
  writing.load(template, "");
  const own = interest(g, act);
  return {
    lede: act === "suspend" ? t("casepage.suspend_lede") : t("casepage.resume_lede"),
    parts: [inside.box, tell.box, letter, own.box],
    submit: t("casepage.seal_do"),
    make: async () => {
      tell.fault("");
      if (needed(inside, t("casepage.reasons_missing")) === null) return null;
      if (tell.value === "") return tell.fault(t("casepage.pause_tell_missing")), null;
      if (tell.value === "tell" && !writing.complete(t("casepage.reasons_missing"))) return null;
      if (!own.ok()) return null;
      const docs: Plan[] = [{ kind: "note", body: { text: inside.value, files: [] } }];
      if (tell.value === "tell") docs.push({ kind: "reply", body: { ...(await writing.write(template, "")), files: [], template } });
      return { act, no_interest: true, docs };
    },
  };
}
