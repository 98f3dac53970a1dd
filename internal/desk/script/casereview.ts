// The forms with which somebody answers a review: the decision stands, or it goes back.
import { h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { type Form, type Ground, interest, needed } from "./caseforms";
import { Writing } from "./caseletter";
import { codeName } from "./casewords";

/** The decision under review, and how many have said that it should go back. */
function underReview(g: Ground): { code: string; voices: number } {
  let code = "";
  let voices = 0;
  for (const e of g.file.events) {
    if (e.kind === "declined" || e.kind === "concluded" || (e.kind === "feedback_given" && e.code !== "")) code = e.code;
    if (e.kind === "review_requested") voices = 0;
    if (e.kind === "return_voice") voices++;
  }
  return { code, voices };
}

/** Both answers tell the reporter why. The first of two voices for sending a protected decline back stays inside. */
export function review(g: Ground, act: "uphold" | "send_back"): Form {
  const { code, voices } = underReview(g);
  const inside = act === "send_back" && (code === "D6" || code === "D7") && voices === 0;
  const template = act === "uphold" ? "upheld" : "sent_back";
  const writing = new Writing(g, act, { label: inside ? t("casepage.reasons_inside") : t("casepage.reasons"), hint: inside ? t("casepage.reasons_inside_hint") : t("casepage.reasons_hint"), rows: 5 });
  if (!inside) writing.load(template, "");
  const own = interest(g, act);
  return {
    lede: inside ? t("casepage.review_two") : act === "uphold" ? t("casepage.uphold_lede") : t("casepage.send_back_lede"),
    parts: [code !== "" && h("p", {}, h("b", {}, code + " "), codeName(code)), inside ? writing.field.box : writing.box, !inside && writing.preview, own.box],
    submit: inside ? t("casepage.seal_do") : t("casepage.seal_send"),
    make: async () => {
      if (inside && needed(writing.field, t("casepage.reasons_missing")) === null) return null;
      if (!inside && !writing.complete(t("casepage.reasons_missing"))) return null;
      if (!own.ok()) return null;
      if (inside) return { act, no_interest: true, docs: [{ kind: "note", body: { text: writing.field.value, files: [] } }] };
      return { act, no_interest: true, docs: [{ kind: "reply", body: { ...(await writing.write(template, "")), files: [], template } }] };
    },
  };
}
