// The person reported: the invitation to answer, what came of it, and the letter that says that nothing stands against them.
import { h } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { keptChoice, keptField } from "./casedraft";
import { type Form, type Ground, needed } from "./caseforms";
import { PersonLetter } from "./caseperson";
import { codeName } from "./casewords";

/** The invitation. Its time begins when it is recorded. */
export function invite(g: Ground): Form {
  const letter = new PersonLetter(g, "invite", false);
  return {
    lede: t("letters.invite_lede"),
    parts: [letter.box],
    submit: t("letters.invite_do"),
    make: async () => (letter.complete() ? { act: "invite", docs: [{ kind: "note", body: { text: letter.text, files: [] } }] } : null),
  };
}

/** What came of the invitation. */
export function hear(g: Ground): Form {
  const files = g.attach("hear");
  const due = g.file.clocks.filter((c) => c.clock === "hearing").pop()?.due ?? "";
  const text = keptField(g.drafts, "hear-text", t("casepage.heard"), { hint: t("casepage.heard_hint"), rows: 6 });
  const named = (c: string) => {
    text.box.querySelector("label")!.textContent = c === "H4" ? t("letters.tried") : c === "H2" || c === "H3" ? t("letters.heard_note") : t("casepage.heard");
    text.box.querySelector(".govuk-hint")!.textContent = c === "H4" ? t("letters.tried_hint") : c === "H2" || c === "H3" ? t("letters.heard_note_hint") : t("casepage.heard_hint");
  };
  const silent = due === "" ? t("letters.heard_silent") : t("letters.heard_silent_day", { Day: date(due) });
  const code = keptChoice(g.drafts, "hear-code", t("letters.heard"), [
    { id: "H1", label: codeName("H1"), hint: t("letters.heard_answered") }, { id: "H2", label: codeName("H2"), hint: silent },
    { id: "H3", label: codeName("H3"), hint: t("letters.heard_declined") }, { id: "H4", label: codeName("H4"), hint: t("letters.heard_unreached") },
  ], named);
  named(code.value);
  return {
    lede: t("letters.heard_lede"),
    parts: [code.box, text.box, files.box],
    submit: t("casepage.seal_do"),
    make: async () => {
      code.fault("");
      if (code.value === "") return code.fault(t("cases.hearing_missing")), null;
      const kept = await files.ready();
      if (kept === null || needed(text, t("casepage.text_missing")) === null) return null;
      return { act: "hear", code: code.value, docs: [{ kind: "note", body: { text: text.value, files: kept } }] };
    },
  };
}

/** The clearing letter, or why there is none. */
export function clear(g: Ground): Form {
  const letter = new PersonLetter(g, "clear", true);
  const why = keptField(g.drafts, "clear-why-text", t("letters.clear_why"), { hint: t("letters.clear_why_hint"), rows: 4 });
  const place = h("div", {});
  const show = (c: string) => place.replaceChildren(...(c === "C1" ? [letter.box] : c === "" ? [] : [why.box]));
  const code = keptChoice(g.drafts, "clear-code", t("letters.clear"), [
    { id: "C1", label: codeName("C1"), hint: t("letters.clear_written") }, { id: "C2", label: codeName("C2"), hint: t("letters.clear_unknown") }, { id: "C3", label: codeName("C3"), hint: t("letters.clear_unreached") },
  ], show);
  show(code.value);
  return {
    lede: t("letters.clear_lede"),
    parts: [code.box, place],
    submit: t("casepage.seal_do"),
    make: async () => {
      code.fault("");
      const c = code.value;
      if (c === "") return code.fault(t("cases.clearing_missing")), null;
      if (c === "C1" ? !letter.complete() : needed(why, t("casepage.text_missing")) === null) return null;
      return { act: "clear", code: c, docs: [{ kind: "note", body: { text: c === "C1" ? letter.text : why.value, files: [] } }] };
    },
  };
}
