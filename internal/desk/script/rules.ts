// How cases are handled, drawn from the table that decides it: for each state what can be done, by whom, what it needs, and what it
// does to the deadlines.
import { type Child, h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { get } from "./api";
import { actName, clockName, dutyOf, needName, proposalName, stateName } from "./casewords";
import { printButton, table } from "./inspectparts";
import { page, type View } from "./view";

interface Rule {
  act: string;
  proposal: string;
  of: string;
  from: string[];
  to: string;
  by: string[];
  needs: string[];
  starts: string[];
  settles: string[];
  pauses: boolean;
  resumes: boolean;
}

interface Rules {
  states: string[];
  rules: Rule[];
  terms: { clock: string; term: string }[];
}

/** The view of the address rules. */
export function rules(): View {
  return { path: "rules", unlisted: true, title: t("rules.title"), draw };
}

async function draw(box: HTMLElement): Promise<void> {
  const all = await get<Rules>("rules");
  const everywhere = all.rules.filter((r) => r.from.length > 6 && r.to === "" && r.proposal === "" && r.act !== "refuse" && r.act !== "withdraw");
  const from = (s: string) => all.rules.filter((r) => r.from.includes(s) && !everywhere.includes(r));
  page(box, t("rules.title"), h("p", {}, t("rules.lede")),
    h("nav", { class: "cl-gap cl-noprint", "aria-label": t("rules.states") }, h("p", { class: "cl-run" }, ...all.states.flatMap((s, i) => [i > 0 && " · ", h("a", { class: "cl-nowrap", href: "#state-" + s }, stateName(s))]))),
    ...all.states.map((s) => h("section", { class: "cl-gap2", id: "state-" + s, "data-state": s }, h("h2", {}, stateName(s)), rows(stateName(s), from(s)))),
    h("section", { class: "cl-gap2" }, h("h2", {}, t("rules.always")), rows(t("rules.always"), everywhere)),
    h("section", { class: "cl-gap2" }, h("h2", {}, t("rules.clocks")), h("p", {}, t("rules.clocks_text")), table(t("rules.clocks"), [t("rules.clock"), t("rules.term")], all.terms.map((x) => [clockName(x.clock), x.term]))),
    printButton());
}

const rows = (caption: string, some: readonly Rule[]): HTMLElement =>
  table(caption, [t("rules.act"), t("rules.who"), t("rules.needs"), t("rules.then")], some.map((r) => [name(r), r.by.map(dutyOf).join(" · "), list(r.needs.map(needName)), list(then(r))]));

/** The act, with what it decides on; one that this version does not do says so. */
function name(r: Rule): Child {
  const about = r.proposal !== "" ? proposalName(r.proposal) : r.of !== "" ? (r.of === "declined" ? t("rules.of_decline") : r.of === "concluded" ? t("rules.of_outcome") : t("rules.of_link")) : "";
  return h("span", {}, actName(r.act), about !== "" && h("span", { class: "cl-hint" }, " · " + about));
}

function then(r: Rule): string[] {
  const clocks = (some: readonly string[]) => some.map(clockName).join(" · ");
  return [
    r.to === "" ? t("rules.stays") : t("rules.to", { State: stateName(r.to) }),
    ...(r.settles.length > 0 ? [t("rules.settles", { Clocks: clocks(r.settles) })] : []),
    ...(r.starts.length > 0 ? [t("rules.starts", { Clocks: clocks(r.starts) })] : []),
    ...(r.pauses ? [t("rules.pauses")] : []),
    ...(r.resumes ? [t("rules.resumes")] : []),
  ];
}

const list = (lines: readonly string[]): Child => (lines.length === 0 ? "–" : h("ul", { class: "cl-list cl-small" }, ...lines.map((x) => h("li", {}, x))));
