// Sheets on paper: shown to be printed, and typed back. The first kit and every later one go this way.
import { fill, foreign, h } from "../../site/script/dom";
import { date, language, t } from "../../site/script/words";
import { Refused } from "./api";
import { type Kit, type Sheet, typeBack } from "./ceremony";
import type { Facts } from "./keys";
import { act, Field, Notice, page, sentence, wordGrid } from "./view";

const titleOf = (s: Sheet, kit: Kit): string => (s.kind === "root" ? t("desk.sheet_root") : t("desk.sheet_share", { N: s.place, Of: kit.n }));

/** The sheets, to be printed or copied, each on a page of its own; then every one is typed back. done may fail: notice says so. */
export function sheets(box: HTMLElement, facts: Facts, kit: Kit, done: (notice: Notice) => Promise<void>): void {
  const all = kit.sheets.map((s) => h("section", { class: "cl-sheet" }, h("h2", {}, titleOf(s, kit)), h("p", {}, foreign(facts.authority[language()] ?? Object.values(facts.authority)[0] ?? ""), " · ", date(facts.day), " · ", h("code", {}, facts.instance), s.kind === "recovery" && h("span", { class: "cl-nowrap" }, " · ", t("kit.mark"), " ", h("code", { dir: "ltr" }, kit.mark))), wordGrid(s.words, titleOf(s, kit)), h("p", {}, s.kind === "root" ? t("desk.sheet_root_text") : t("desk.sheet_share_text", { K: kit.k, N: kit.n })), h("p", { class: "cl-sheet__line" }, t("desk.sheet_holder"))));
  const head = page(box, t("desk.sheets"), h("p", { class: "cl-noprint" }, t("desk.sheets_lede")), ...all,
    h("div", { class: "cl-actions cl-noprint" }, act(t("desk.print"), t("desk.print"), async () => window.print(), () => undefined, "govuk-button govuk-button--secondary"), act(t("desk.sheets_next"), t("desk.sheets_next"), async () => back(box, facts, kit, done), () => undefined)));
  head.classList.add("cl-noprint"); // every sheet of paper begins with its own name
}

/** Every sheet typed back: what cannot be read from paper is no sheet. */
function back(box: HTMLElement, facts: Facts, kit: Kit, finished: (notice: Notice) => Promise<void>): void {
  const done = new Set<number>();
  const notice = new Notice();
  const state = h("ul", { class: "cl-todo" });
  const words = new Field("sheet", t("desk.sheet_type"), { hint: t("desk.sheet_type_hint"), rows: 5, code: true });
  const show = () => fill(state, ...kit.sheets.map((s, i) => h("li", { class: done.has(i) ? "is-done" : undefined }, h("b", {}, titleOf(s, kit)), h("span", { class: "cl-hint" }, done.has(i) ? t("desk.sheet_back") : t("desk.sheet_open")))));
  const check = act(t("desk.sheet_check"), t("desk.sheet_check"), async () => {
    words.fault("");
    const which = await typeBack(words.value);
    if (done.has(which)) return words.fault(t("desk.sheet_twice"));
    done.add(which);
    words.wipe();
    words.input.focus();
    show();
    if (done.size === kit.sheets.length) await finished(notice);
  }, (e) => words.fault(sheetFault(e, "new")));
  const again = act(t("desk.sheets_again"), t("desk.sheets_again"), async () => sheets(box, facts, kit, finished), () => undefined, "govuk-button govuk-button--secondary");
  show();
  page(box, t("desk.sheets_back"), h("p", {}, t("desk.sheets_back_lede")), notice.box, state, h("div", { class: "cl-narrowbox cl-gap" }, words.box, h("div", { class: "cl-actions" }, check, again)));
}

/** What is wrong with a sheet that was typed, in words. wanted is the sheet that was asked for: the root's, one of the kit on record, one that was made just now. */
export function sheetFault(e: unknown, wanted: "root" | "old" | "new"): string {
  const { kind, what = "" } = e as { kind?: string; what?: string };
  if (kind === "word") return t("desk.sheet_word", { N: what });
  if (kind === "length") return t("desk.sheet_length", { N: what });
  if (kind === "root") return t("kit.sheet_root");
  if (kind === "sheet") return whichSheet(what, wanted);
  return e instanceof Refused ? sentence(e) : t("desk.sheet_wrong");
}

function whichSheet(what: string, wanted: "root" | "old" | "new"): string {
  switch (what) {
    case "damaged":
      return t("kit.sheet_damaged");
    case "elsewhere":
      return t("kit.sheet_elsewhere");
    case "kind":
      return wanted === "root" ? t("kit.sheet_not_root") : t("kit.sheet_not_recovery");
    case "kit":
      return t("kit.sheet_kit");
    case "twice":
      return t("desk.sheet_twice");
    case "none":
      return t("kit.sheet_none");
    default:
      return t("desk.sheet_other");
  }
}
