// The routing head of a case, its clocks and its records: what the server knows, which is never a word of the report.
import { type Child, foreign, h, icon } from "../../site/script/dom";
import { date, dayMonth, language, t } from "../../site/script/words";
import type { CaseClock, CaseEvent, CaseFile } from "./casetypes";
import type { Pack } from "./unit";
import { clockName, codeName, contactName, eventName, stateName, viaName, words } from "./casewords";

/** The name of something in the pack, or its id. */
const nameOf = (all: readonly { id: string; name: string }[], id: string): string => all.find((x) => x.id === id)?.name ?? id;

export const categoryName = (pack: Pack, id: string): string => nameOf(pack.categories, id);
export const regionName = (pack: Pack, id: string): string => nameOf(pack.regions, id);
export const officeName = (pack: Pack, id: string): string => nameOf(pack.offices, id);

/** A language by its own name in the page's language. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([language()], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag; // no language, or a browser without names
  }
}

const tag = (tone: string, ...inside: Child[]): HTMLElement => h("li", { class: "cl-tag" + (tone === "" ? "" : " cl-tag--" + tone) }, ...inside);

/** State, danger, way in, seal, contact, wish and language, each in a word. */
export function tags(f: CaseFile, pack: Pack): HTMLElement {
  const sealed = f.sealed === "browser" ? t("casepage.sealed_browser") : f.sealed === "mail" ? t("casepage.sealed_mail") : t("casepage.sealed_server");
  return h("ul", { class: "cl-casehead", "aria-label": t("casepage.tags") },
    tag("go", stateName(f.state)),
    f.danger ? tag("danger", icon("warning"), f.raised === "" ? t("casepage.danger") : t("casepage.danger_since", { Time: f.raised })) : f.flagged ? tag("", t("casepage.danger_settled")) : tag("", t("casepage.danger_none")),
    tag("", viaName(f.via)),
    tag("seal", icon("lock"), sealed),
    tag("", contactName(f.contact)),
    f.wish && tag("", t("casepage.wish")),
    tag("", t("casepage.answer_in", { Language: languageName(f.lang) })),
    f.region !== "" && tag("", words(regionName(pack, f.region))));
}

/** What the words on the seal mean, in a sentence. */
export const sealedMeans = (sealed: string): string => (sealed === "browser" ? t("casepage.sealed_browser_text") : sealed === "mail" ? t("casepage.sealed_mail_text") : t("casepage.sealed_server_text"));

const svg = (tagName: string, attributes: Readonly<Record<string, string>>): SVGElement => {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tagName);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
  return e;
};

/** Whole days from a day to another, both YYYY-MM-DD. */
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** One clock: words first, then the bar, then the day. */
export function clock(c: CaseClock, today: string): HTMLElement {
  if (c.state === "settled")
    return h("div", { class: "cl-clock" }, h("b", {}, icon(c.late && !c.theirs ? "warning" : "check"), clockName(c.clock)), h("small", {}, (c.late && c.theirs ? t("casepage.clock_over_theirs", { Day: dayMonth(c.settled) }) : c.late ? t("casepage.clock_met_late", { Day: dayMonth(c.settled) }) : t("casepage.clock_met", { Day: dayMonth(c.settled) }))));
  const left = daysBetween(today, c.due);
  const over = c.state === "breached" || left < 0;
  const unanswered = over && c.theirs;
  const look = c.state === "paused" ? "paused" : unanswered ? "soon" : over ? "late" : c.used >= 80 ? "soon" : "";
  const says = c.state === "paused" ? t("casepage.clock_paused", { Count: c.elapsed }) : unanswered ? t("casepage.clock_unanswered") : over ? t("casepage.clock_over", { Count: Math.max(1, -left) }) : left === 0 ? t("casepage.clock_today") : t("casepage.clock_left", { Count: left });
  const bar = svg("svg", { viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" });
  bar.append(svg("rect", { width: String(Math.min(100, Math.max(0, c.used))), height: "6" }));
  return h("div", { class: "cl-clock" + (look === "" ? "" : " cl-clock--" + look) }, h("b", {}, icon(look === "late" ? "warning" : "clock"), clockName(c.clock)), h("b", {}, says), bar, h("small", {}, c.state === "paused" ? t("casepage.clock_due_paused", { Day: date(c.due) }) : t("casepage.clock_due", { Day: date(c.due) })), c.provisional && h("small", {}, t("calendar.provisional_term")));
}

/** The clocks of the rail: those that run first. */
export function clocks(all: readonly CaseClock[], today: string): HTMLElement {
  const open = all.filter((c) => c.state !== "settled");
  const done = all.filter((c) => c.state === "settled");
  return h("section", { class: "cl-card", "aria-labelledby": "clocks" }, h("h2", { id: "clocks" }, t("casepage.clocks")),
    all.length === 0 ? h("p", { class: "cl-hint" }, t("casepage.clocks_none")) : h("ul", { class: "cl-clocks" }, ...[...open, ...done].map((c) => h("li", {}, clock(c, today)))));
}

/** When something was done, in the authority's zone: staff to the minute, or the hour where no more is kept; others by the day. */
function moment(e: CaseEvent): string {
  if (e.at === "") return dayMonth(e.day);
  return t("casepage.moment", { Day: dayMonth(e.day), Time: e.at.slice(11, 16) });
}

/** Who did it, as the server says. */
function who(e: CaseEvent, nameFor: (id: string) => string): Child {
  return e.member === "" ? null : h("span", {}, " · ", e.kind === "assigned" ? t("casepage.log_to") + " " : "", foreign(nameFor(e.member)), e.for !== "" && " " + t("away.log_for", { Name: nameFor(e.for) }));
}

/** The records, newest first. Those of clocks alone are folded. */
export function log(events: readonly CaseEvent[], nameFor: (id: string) => string): HTMLElement {
  const line = (e: CaseEvent) => h("li", {}, h("time", { datetime: e.day }, moment(e)), h("span", {}, eventName(e.kind), e.clock !== "" && ": " + clockName(e.clock), e.code !== "" && ` (${e.code} ${codeName(e.code)})`, who(e, nameFor), e.due !== "" && ` → ${dayMonth(e.due)}`));
  const steps = events.filter((e) => !e.kind.startsWith("clock_"));
  const moves = events.filter((e) => e.kind.startsWith("clock_"));
  const list = (some: readonly CaseEvent[]) => h("ol", { class: "cl-log" }, ...[...some].reverse().map(line));
  return h("section", { class: "cl-card", "aria-labelledby": "log" }, h("h2", { id: "log" }, t("casepage.log")), list(steps),
    moves.length > 0 && h("details", { class: "cl-more cl-gap" }, h("summary", {}, t("casepage.log_clocks")), list(moves)));
}

/** What an event is in one line, for what happened meanwhile. */
export const eventLine = (e: CaseEvent, nameFor: (id: string) => string): HTMLElement => h("li", {}, moment(e), ": ", eventName(e.kind), who(e, nameFor));
