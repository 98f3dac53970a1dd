// The person reported: what came of hearing them, and the letter that says that nothing stands against them.
import { h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { keptChoice, keptField } from "./casedraft";
import { type Form, type Ground, needed } from "./caseforms";
import { codeName } from "./casewords";

/** A code that says what came of it, with the words that belong to it: an answer, a letter, or what was tried. */
function outcome(g: Ground, act: string, o: { codes: readonly { id: string; hint: string }[]; legend: string; missing: string; lede: string; label(code: string): string; about(code: string): string; submit: string }): Form {
  const files = g.attach(act);
  const place = h("div", {});
  const text = keptField(g.drafts, act + "-text", o.label(""), { hint: o.about(""), rows: 6 });
  const named = (c: string) => {
    text.box.querySelector("label")!.textContent = o.label(c);
    text.box.querySelector(".govuk-hint")!.textContent = o.about(c);
  };
  const code = keptChoice(g.drafts, act + "-code", o.legend, o.codes.map((c) => ({ id: c.id, label: codeName(c.id), hint: c.hint })), named);
  named(code.value);
  place.append(text.box);
  return {
    lede: o.lede,
    parts: [code.box, place, files.box],
    submit: o.submit,
    make: async () => {
      code.fault("");
      if (code.value === "") return code.fault(o.missing), null;
      const kept = await files.ready();
      if (kept === null || needed(text, t("casepage.text_missing")) === null) return null;
      return { act, code: code.value, docs: [{ kind: "note", body: { text: text.value, files: kept } }] };
    },
  };
}

/** What came of the invitation. */
export function hear(g: Ground): Form {
  return outcome(g, "hear", {
    codes: [{ id: "H1", hint: t("letters.heard_answered") }, { id: "H2", hint: t("letters.heard_silent") }, { id: "H3", hint: t("letters.heard_declined") }, { id: "H4", hint: t("letters.heard_unreached") }],
    legend: t("letters.heard"), missing: t("cases.hearing_missing"), lede: t("letters.heard_lede"), submit: t("casepage.seal_do"),
    label: (c) => (c === "H4" ? t("letters.tried") : c === "H2" || c === "H3" ? t("letters.heard_note") : t("casepage.heard")),
    about: (c) => (c === "H4" ? t("letters.tried_hint") : c === "H2" || c === "H3" ? t("letters.heard_note_hint") : t("casepage.heard_hint")),
  });
}

/** The clearing letter, or why there is none. */
export function clear(g: Ground): Form {
  return outcome(g, "clear", {
    codes: [{ id: "C1", hint: t("letters.clear_written") }, { id: "C2", hint: t("letters.clear_unknown") }, { id: "C3", hint: t("letters.clear_unreached") }],
    legend: t("letters.clear"), missing: t("cases.clearing_missing"), lede: t("letters.clear_lede"), submit: t("casepage.seal_do"),
    label: (c) => (c === "C2" || c === "C3" ? t("letters.clear_why") : t("letters.clear_text")),
    about: (c) => (c === "C2" || c === "C3" ? t("letters.clear_why_hint") : t("letters.clear_text_hint")),
  });
}
