// The opened report: the reporter's words as text, beside the questions that they answer.
import type { File, Report } from "../../../browser/src/bodies";
import { type Child, h, icon, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import type { CaseFile } from "./casetypes";
import type { Pack } from "./unit";
import { categoryName, officeName, regionName, sealedMeans } from "./caseview";
import { contactName, howName, paragraphs, words } from "./casewords";

/** An island of the page: what only keys open. */
export function island(o: { id: string; title: string; pictogram: string; says: Child; shut?: boolean; act?: Child }, ...body: Child[]): HTMLElement {
  return h("section", { class: o.shut === true ? "cl-island cl-island--shut" : "cl-island", "aria-labelledby": o.id }, h("div", { class: "cl-island__head" }, h("h2", { id: o.id, tabindex: "-1" }, icon(o.pictogram), o.title), h("p", {}, o.says), o.act ?? null), body.length > 0 && h("div", { class: "cl-island__body" }, ...body));
}

/** An island that nobody opened yet. */
export const shutIsland = (id: string, title: string, says: string): HTMLElement => island({ id, title, pictogram: "lock", says, shut: true });

type Pair = readonly [string, Child[]];
const pairs = (all: readonly (Pair | null)[]): HTMLElement => {
  const dl = h("dl", { class: "cl-pairs" });
  for (const p of all) if (p !== null) dl.append(h("dt", {}, p[0]), h("dd", {}, ...(p[1].filter((c) => c !== null && c !== false) as (Node | string)[])));
  return dl;
};
const pair = (label: string, text: string, lang: string): Pair | null => (text.trim() === "" ? null : [label, paragraphs(text, lang)]);

/** The answers to the category's questions, in the words of the pack. What the pack does not know is shown as it is. */
function answers(r: Report, pack: Pack): (Pair | null)[] {
  const asked = Object.entries(pack.questions).find(([id]) => id === r.category)?.[1] ?? []; // a stranger's word may be "constructor"
  return r.answers.map((a) => {
    const q = asked.find((x) => x.id === a.q);
    const chosen = a.values.map((v) => q?.options.find((o) => o.id === v)?.label ?? v).join(" · ");
    const inside: Child[] = [];
    if (chosen !== "") inside.push(h("p", {}, words(chosen)));
    inside.push(...paragraphs(a.text, r.lang));
    return inside.length === 0 ? null : [q?.label ?? a.q, inside];
  });
}

/** The body of the report's island. */
export function reportBody(r: Report, f: Pick<CaseFile, "day" | "sealed">, pack: Pack, by = ""): Child[] {
  const how = r.how.map(howName).join(" · ");
  return [
    ...(r.what.trim() === "" ? [h("p", { class: "cl-hint" }, t("casepage.what_none"))] : paragraphs(r.what, r.lang)),
    pairs([
      pair(t("casepage.when"), r.when, r.lang), pair(t("casepage.where"), r.where, r.lang),
      how === "" ? null : [t("casepage.how_known"), [words(how)]], pair(t("casepage.told"), r.told, r.lang),
      ...answers(r, pack),
      by === "" ? null : [t("casepage.taken_by"), [words(by), " · ", r.taken === undefined ? "" : r.taken.consent === "recording" ? t("casepage.taken_recording", { Minutes: r.taken.minutes }) : t("casepage.taken_minutes", { Minutes: r.taken.minutes }), " ", r.taken?.number === false ? t("casepage.taken_no_number") : ""]],
      r.contact === "named" && r.reach !== "" ? [t("casepage.reach"), [words(r.reach)]] : null,
    ]),
    h("details", { class: "cl-more" }, h("summary", {}, t("casepage.sealed_inside")), pairs([
      [t("casepage.field.category"), [words(categoryName(pack, r.category))]], [t("casepage.field.region"), [r.region === "" ? t("casepage.none") : words(regionName(pack, r.region))]],
      [t("casepage.sealed_unit"), [words(officeName(pack, r.unit))]], [t("casepage.field.contact"), [contactName(r.contact)]],
      [t("casepage.field.danger"), [r.danger ? t("casepage.yes") : t("casepage.no")]], [t("casepage.field.wish"), [r.wish ? t("casepage.yes") : t("casepage.no")]],
    ]), h("p", { class: "cl-hint cl-gap" }, t("casepage.sealed_how", { Day: date(f.day) }), " ", sealedMeans(f.sealed))),
  ];
}

/** Who wrote a report down for the reporter, "" for the reporter's own. */
export const typist = (first: { author: { role: string; id: string } } | undefined): string => (first?.author.role === "member" ? first.author.id : "");

/** The reporter's identity. This page never opens it. */
export function identity(f: CaseFile): HTMLElement {
  if (f.identity === "") return shutIsland("identity", t("casepage.identity"), t("casepage.identity_none"));
  return island({ id: "identity", title: t("casepage.identity"), pictogram: "lock", says: t("casepage.identity_shut"), shut: true }, h("p", { class: "cl-small cl-hint" }, t("casepage.identity_text")));
}

/** What was done to a file before it was sealed. */
export function cleanedTag(f: File): HTMLElement {
  if (f.cleaned === "yes") return h("span", { class: "cl-tag cl-tag--ok" }, icon("check"), t("casepage.file_cleaned"));
  if (f.cleaned === "original") return h("span", { class: "cl-tag cl-tag--warn" }, icon("warning"), t("casepage.file_original"));
  return h("span", { class: "cl-tag" }, t("casepage.file_plain"));
}

/** Doubts about the whole case, before anything of it is read. */
export function doubtNotice(lines: readonly Child[]): HTMLElement {
  return note("danger", t("casepage.doubts"), h("p", {}, t("casepage.doubts_text")), h("ul", { class: "cl-list" }, ...lines.map((l) => h("li", {}, l))));
}
