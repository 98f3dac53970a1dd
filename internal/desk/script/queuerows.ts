// A case as a row of the list: routing fields, clock, and its working title, which is opened here.
import { type Child, fill, h, icon } from "../../site/script/dom";
import { date, dayMonth, t } from "../../site/script/words";
import type { Routing } from "./casetypes";
import { clockName, stateName, viaName, words } from "./casewords";
import type { Pack, Unit } from "./unit";

/** A case as GET work/U/queue lists it. */
export interface Row extends Routing {
  due: { clock: string; day: string; state: string; used: number; elapsed: number } | null;
  proposal: { kind: string; code: string; by: string } | null;
  /** Who is here stands in for the handler. */
  standing: boolean;
  letter: boolean;
  title: boolean;
}

/** What is known of a working title: none, shut, being opened, opened, or why it is not shown. */
export type Title = { is: "none" } | { is: "shut" } | { is: "opening" } | { is: "open"; text: string } | { is: "doubt"; why: "elsewhere" | "author" | "key" | "damaged" };

/** What a row is shown with. */
export interface Around {
  pack: Pack;
  /** Today, where the authority is. */
  day: string;
  /** The address of a case. */
  href(number: string): string;
  me: string;
  /** The office's members, by id; null while the key is shut. */
  people: Unit | null;
}

const nameOf = (all: readonly { id: string; name: string }[], id: string): string => all.find((x) => x.id === id)?.name ?? id;

/** Who somebody is in the newest signed roster, or their id. */
export function memberName(a: Around, id: string): string {
  const rosters = a.people?.rosters ?? [];
  return rosters[rosters.length - 1]?.members.find((m) => m.id === id)?.name ?? id;
}

/** Whole days from a day to another, both YYYY-MM-DD. */
const days = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** A row. Its parts can be drawn anew with retitle and by putting another row in its place. */
export function rowOf(r: Row, title: Title, a: Around): HTMLTableRowElement {
  const [prefix = "", ...rest] = r.number.split("-");
  const link = h("a", { href: a.href(r.number), "aria-label": r.number }, h("span", { class: "govuk-visually-hidden" }, prefix + "-"), h("b", {}, rest[0] ?? r.number), rest.length > 1 && h("small", {}, "-" + rest.slice(1).join("-")));
  const e = h("tr", { class: r.danger ? "is-danger" : undefined, "data-number": r.number, role: "row" },
    h("th", { scope: "row", class: "cl-queue__no", role: "rowheader", dir: "ltr" }, link),
    h("td", { class: "cl-queue__what", role: "cell" }, h("b", {}, nameOf(a.pack.categories, r.category)), h("span", { "data-title": true })),
    h("td", { class: "cl-queue__place", role: "cell" }, r.region === "" ? h("span", { class: "cl-hint" }, t("queue.no_place")) : nameOf(a.pack.regions, r.region), r.via !== "web" && h("small", {}, viaName(r.via))),
    h("td", { class: "cl-queue__when cl-nowrap", role: "cell" }, r.day === a.day ? t("queue.today") : dayMonth(r.day)),
    h("td", { class: "cl-queue__state", role: "cell" }, ...tags(r, a)),
    h("td", { class: "cl-queue__clock", role: "cell" }, clock(r, a.day)),
    h("td", { class: "cl-queue__who", role: "cell" }, r.handler === "" ? h("span", {}, h("span", { "aria-hidden": "true" }, "–"), h("span", { class: "govuk-visually-hidden" }, t("queue.nobody"))) : words(memberName(a, r.handler)), r.standing && h("small", {}, t("away.standing"))));
  retitle(e, title);
  return e;
}

/** Shows what is known of the working title of a row. */
export function retitle(row: HTMLElement, title: Title): void {
  const place = row.querySelector<HTMLElement>("[data-title]");
  if (place === null) return;
  place.className = title.is === "shut" || title.is === "opening" ? "is-sealed" : title.is === "doubt" ? "is-doubt" : title.is === "open" ? "is-open" : "cl-hint";
  place.dataset["title"] = title.is;
  if (title.is === "open") fill(place, h("span", { class: "cl-lines" }, words(title.text)));
  else fill(place, ...(title.is === "none" ? [t("queue.no_title")] : title.is === "shut" ? [icon("lock"), t("queue.title_shut")] : title.is === "opening" ? [icon("lock"), t("queue.title_opening")] : [icon("warning"), doubt(title.why)]));
}

/** Why a title or note is not shown. */
export function doubt(why: "elsewhere" | "author" | "key" | "damaged"): string {
  return why === "elsewhere" ? t("queue.doubt_elsewhere") : why === "author" ? t("queue.doubt_author") : why === "key" ? t("queue.doubt_key") : t("queue.doubt_damaged");
}

function tags(r: Row, a: Around): Child[] {
  const tag = (tone: string, ...inside: Child[]) => h("span", { class: "cl-tag" + (tone === "" ? "" : " cl-tag--" + tone) }, ...inside);
  const tone = r.state === "received" || r.state === "acknowledged" ? "go" : r.state === "needs_info" ? "warn" : r.state === "closed" || r.state === "feedback_given" ? "ok" : "";
  return [
    r.danger && tag("danger", icon("warning"), t("queue.danger")),
    tag(tone, stateName(r.state)),
    r.proposal !== null && (r.proposal.by === a.me ? tag("", t("queue.proposed_by_you")) : tag("warn", t("queue.proposed"))),
    r.letter && tag("seal", icon("mail"), t("queue.letter")),
  ];
}

/** The clock that ends next: words first, then the bar, then the day. */
export function clock(r: Row, today: string): HTMLElement {
  const raised = r.danger && r.raised !== "" && h("b", { class: "cl-clock__raised" }, icon("warning"), t("queue.raised", { Time: r.raised }));
  const c = r.due;
  if (c === null) return h("div", { class: "cl-clock" }, raised, h("small", {}, t("queue.no_clock")));
  const left = days(today, c.day);
  const over = c.state === "breached" || (c.state !== "paused" && left < 0);
  const unanswered = over && (c.clock === "answer" || c.clock === "hearing" || (c.clock === "s3" && r.state === "triaged")); // somebody else's time, not the office's
  const look = c.state === "paused" ? "paused" : unanswered ? "soon" : over ? "late" : c.used >= 80 ? "soon" : "";
  const says = c.state === "paused" ? t("queue.clock_paused", { Count: c.elapsed }) : unanswered ? t("casepage.clock_unanswered") : over ? t("queue.clock_over", { Count: Math.max(1, -left) }) : left === 0 ? t("queue.clock_today") : t("queue.clock_left", { Count: left });
  const bar = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [k, v] of [["viewBox", "0 0 100 6"], ["preserveAspectRatio", "none"], ["aria-hidden", "true"]] as const) bar.setAttribute(k, v);
  const used = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  used.setAttribute("width", String(over ? 100 : Math.min(100, Math.max(0, c.used))));
  used.setAttribute("height", "6");
  bar.append(used);
  const what = clockName(c.clock);
  return h("div", { class: look === "" ? "cl-clock" : "cl-clock cl-clock--" + look }, raised,
    h("b", {}, (look === "late" || look === "soon") && icon(look === "late" ? "warning" : "clock"), says), bar, h("small", { title: date(c.day) }, c.state === "paused" ? t("queue.clock_day_paused", { What: what }) : t("queue.clock_day", { What: what, Day: dayMonth(c.day) })));
}
