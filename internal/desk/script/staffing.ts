// Which functions the people who are named are enough for, and who is missing: each office, and the authority.
import { type Child, foreign, h, icon, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get } from "./api";
import { languageName } from "./caseview";
import { printButton, table } from "./inspectparts";
import { page, type View } from "./view";

interface Seat {
  roles: string[];
  n: number;
}

/** A function: on while nobody is missing. Texts are in the page's language. */
interface Fn {
  id: string;
  text: string;
  off: string;
  later: boolean;
  seats: Seat[];
  people: { name: string; roles: string[] }[];
  vacant: Seat[];
  /** Days on which it will be off because people are away, YYYY-MM-DD. */
  away: { from: string; to: string }[];
}

/** Administrators find it among their places; others by a link from the list of key holders, or of keys. */
export function staffing(unlisted: boolean): View {
  return { path: "staffing", title: t("staffing.title"), unlisted, draw };
}

/** The link to it. */
export const staffingLink = (): HTMLElement => h("p", { class: "cl-gap2 cl-noprint" }, h("a", { href: `/${location.pathname.split("/")[1] ?? ""}/staffing` }, t("staffing.title")));

async function draw(box: HTMLElement): Promise<void> {
  const a = await get<{ smallest: number; offices: { id: string; name: string; above: string; silent: string[]; functions: Fn[] }[]; whole: Fn[] }>("staffing");
  const off = [...a.offices.flatMap((o) => o.functions), ...a.whole].filter((f) => !f.later && f.vacant.length > 0).length;
  page(box, t("staffing.title"), h("p", {}, t("staffing.lede")), h("p", {}, t("staffing.smallest", { Count: a.smallest })),
    h("div", { class: "cl-gap" }, off > 0 ? note("warn", t("staffing.some_off", { Count: off })) : note("ok", t("staffing.all_on"))),
    ...a.offices.map((o) => group(foreign(o.name), o.id, o.functions, o.above !== "" && h("p", { class: "cl-hint" }, t("staffing.above"), " ", foreign(o.above)), o.silent.length > 0 && h("p", { class: "cl-hint" }, t("tongues.silent", { Languages: o.silent.map(languageName).join(" · ") })))),
    a.whole.length > 0 && group(t("staffing.whole"), "", a.whole),
    printButton());
}

function group(title: string | HTMLElement, id: string, functions: readonly Fn[], ...says: Child[]): HTMLElement {
  const now = functions.filter((f) => !f.later);
  const later = functions.filter((f) => f.later);
  const off = now.filter((f) => f.vacant.length > 0).length;
  return h("details", { class: "cl-office", "data-office": id, open: off > 0 }, h("summary", {}, h("h2", {}, title), off > 0 && h("span", { class: "cl-tag cl-tag--warn" }, t("staffing.off_count", { Count: off }))), ...says, rows(now), later.length > 0 && h("details", { class: "cl-more" }, h("summary", {}, t("staffing.later")), h("p", { class: "cl-hint" }, t("staffing.later_text")), rows(later)));
}

const rows = (all: readonly Fn[]): HTMLElement => {
  const list = table(t("staffing.title"), [t("staffing.function"), t("staffing.state"), t("staffing.takes"), t("staffing.people")], all.map((f) => [f.text, state(f), seats(f.seats), people(f)]));
  list.classList.add("cl-functions");
  return list;
};

const seats = (all: readonly Seat[]): string => all.map((s) => `${s.roles.join(" / ")} × ${s.n}`).join(" + ");

/** Who is named, role by role. */
function people(f: Fn): HTMLElement {
  if (f.people.length === 0) return h("span", { class: "cl-hint" }, t("staffing.nobody"));
  const roles = [...new Set(f.people.flatMap((p) => p.roles))];
  const names = (role: string) => f.people.filter((p) => p.roles.includes(role)).flatMap((p, i) => [i > 0 && " · ", foreign(p.name)]);
  return h("div", {}, ...roles.map((role) => h("div", {}, h("span", { class: "cl-hint" }, role), " ", ...names(role))));
}

function state(f: Fn): HTMLElement {
  if (f.vacant.length === 0) return h("div", {}, h("span", { class: "cl-tag cl-tag--go" }, icon("check"), " ", t("staffing.on")), ...f.away.map((s) => h("p", {}, h("span", { class: "cl-tag cl-tag--warn" }, icon("clock"), " ", t("staffing.is_off")), " ", s.from === s.to ? t("away.off_day", { Day: date(s.from) }) : t("away.off_days", { From: date(s.from), To: date(s.to) }))));
  return h("div", {}, h("span", { class: "cl-tag cl-tag--warn" }, icon("clock"), " ", t("staffing.is_off")), " ", t("staffing.missing", { Who: seats(f.vacant) }), !f.later && h("p", { class: "cl-hint" }, f.off));
}
