// The calendar of working days in force, a year at a glance: every special day has a sign and a word, not a colour alone.
import { foreign, h, note } from "../../site/script/dom";
import { date, language, t } from "../../site/script/words";

/** What the server says of the calendar. Days of the week count from Sunday, 0. */
export interface InForce {
  id: string;
  name: string;
  weekend: number[];
  /** The last day that it covers, "" without end. */
  end: string;
  from: string;
  ask: boolean;
}

interface Special {
  day: string;
  kind: string;
  name: string;
}

/** The section of the administrator's page. */
export function inForce(c: InForce, years: readonly number[], special: readonly Special[], today: string, source: string): HTMLElement {
  const year = Number(today.slice(0, 4));
  const ahead = years.filter((y) => y >= year);
  const shown = ahead.length === 0 ? [year] : ahead;
  const days = new Map(special.map((d) => [d.day, d]));
  return h("section", { class: "cl-gap2", id: "calendar" }, h("h2", {}, t("calendar.in_force")),
    h("p", {}, foreign(c.name), " ", h("code", { dir: "ltr" }, c.id)),
    c.end === "" ? h("p", {}, t("calendar.endless")) : c.ask ? note("warn", t("calendar.ask", { Day: date(c.end) }), t("calendar.ask_text", { Day: date(c.from) })) : h("p", {}, t("calendar.covers", { Day: date(c.end) })),
    h("p", { class: "cl-hint" }, foreign(source)),
    h("p", { class: "cl-year-key" }, h("span", {}, h("span", { class: "cl-year-holiday" }, t("calendar.sign_holiday")), " ", t("admin.holiday")), h("span", {}, h("span", { class: "cl-year-make_up" }, t("calendar.sign_make_up")), " ", t("admin.make_up")), h("span", {}, h("span", { class: "cl-year-rest" }, t("calendar.sign_rest")), " ", t("calendar.rest"))),
    ...shown.map((y) => h("div", { class: "cl-gap2" }, h("h3", {}, String(y)), h("div", { class: "cl-year" }, ...Array.from({ length: 12 }, (_, m) => month(y, m, c.weekend, days))))));
}

const iso = (d: Date): string => d.toISOString().slice(0, 10);

/** One month, weeks from Monday on. */
function month(y: number, m: number, weekend: readonly number[], days: ReadonlyMap<string, Special>): HTMLElement {
  const at = (dom: number): Date => new Date(Date.UTC(y, m, dom));
  const last = new Date(Date.UTC(y, m + 1, 0)).getUTCDate();
  const name = new Intl.DateTimeFormat(language(), { month: "long", timeZone: "UTC" }).format(at(1));
  const before = (at(1).getUTCDay() + 6) % 7;
  const rows: HTMLElement[] = [];
  for (let first = 1 - before; first <= last; first += 7) rows.push(h("tr", {}, ...Array.from({ length: 7 }, (_, i) => (first + i < 1 || first + i > last ? h("td", {}) : cell(at(first + i), weekend, days)))));
  const week = (style: "narrow" | "long") => Array.from({ length: 7 }, (_, i) => new Intl.DateTimeFormat(language(), { weekday: style, timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, 1 + i))));
  const long = week("long");
  return h("table", {}, h("caption", {}, name), h("thead", {}, h("tr", {}, ...week("narrow").map((w, i) => h("th", { scope: "col" }, h("span", { "aria-hidden": "true" }, w), h("span", { class: "govuk-visually-hidden" }, long[i] ?? ""))))), h("tbody", {}, ...rows));
}

function cell(d: Date, weekend: readonly number[], days: ReadonlyMap<string, Special>): HTMLElement {
  const s = days.get(iso(d));
  const kind = s?.kind ?? (weekend.includes(d.getUTCDay()) ? "rest" : "");
  const dom = String(d.getUTCDate());
  if (kind === "") return h("td", {}, dom);
  const [sign, word] = kind === "holiday" ? [t("calendar.sign_holiday"), t("admin.holiday")] : kind === "make_up" ? [t("calendar.sign_make_up"), t("admin.make_up")] : [t("calendar.sign_rest"), t("calendar.rest")];
  return h("td", { class: "cl-year-" + kind }, dom, h("small", { "aria-hidden": "true" }, sign), h("span", { class: "govuk-visually-hidden" }, " " + word + (s === undefined || s.name === "" ? "" : " " + s.name)));
}
