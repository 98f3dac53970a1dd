// How much an office has to do: charts, each with the table of its numbers. It counts cases and clocks, never people.
import { h } from "../../site/script/dom";
import { date, dayMonth, num, t } from "../../site/script/words";
import { get } from "./api";
import { clockName, stateName } from "./casewords";
import { lookLinks, noUnit, otherUnits, plainFacts, seesAll, unitAsked, unitHref } from "./plain";
import { page, type View } from "./view";

interface Load {
  day: string;
  states: { state: string; n: number }[];
  weeks: { day: string; n: number }[];
  warnings: { clock: string; level: number; n: number }[];
  from: string;
}

export function load(): View {
  return { path: "load", title: t("board.load"), unlisted: true, under: "cases", draw };
}

async function draw(box: HTMLElement): Promise<void> {
  const plain = await plainFacts();
  const unit = unitAsked(plain);
  if (unit === undefined) return noUnit(box, t("board.load"));
  const around = [otherUnits(plain, unit.unit, "load"), lookLinks(plain, unit, "load")];
  if (!seesAll(unit)) return void page(box, t("board.load"), ...around, h("p", {}, t("board.load_not")));
  const l = await get<Load>(`work/${unit.unit}/load`);
  const clocks = [...new Set(l.warnings.map((w) => w.clock))].map((clock) => ({ clock, near: at(l, clock, 80), over: at(l, clock, 100) }));
  page(box, t("board.load"), ...around, h("p", { class: "cl-hint cl-run" }, t("board.load_lede")),
    section("load-now", t("board.load_now"), l.states.every((s) => s.n === 0) ? h("p", {}, t("board.board_empty")) : bars(l.states.filter((s) => s.n > 0).map((s) => ({ name: stateName(s.state), parts: [s.n], href: unitHref(plain, "cases", unit.unit, { state: s.state }) })), [t("board.load_state"), t("board.load_cases")])),
    section("load-weeks", t("board.load_weeks"), ...(l.weeks.every((w) => w.n === 0) ? [h("p", {}, t("board.load_weeks_none"))] : [columns(l.weeks), details(table([t("board.load_week"), t("board.load_reports")], l.weeks.map((w) => [t("board.load_from", { Day: dayMonth(w.day) }), num(w.n)])))])),
    section("load-clocks", t("board.load_clocks"), h("p", { class: "cl-hint" }, t("board.load_clocks_text", { From: date(l.from), To: date(l.day) })),
      clocks.length === 0 ? h("p", {}, t("board.load_clocks_none")) : bars(clocks.map((c) => ({ name: clockName(c.clock), parts: [c.over, c.near - c.over] })), [t("board.load_clock"), t("board.load_over"), t("board.load_near")])));
}

const at = (l: Load, clock: string, level: number): number => l.warnings.find((w) => w.clock === clock && w.level === level)?.n ?? 0;

const section = (id: string, title: string, ...rest: (HTMLElement | SVGElement | null)[]): HTMLElement => h("section", { class: "cl-gap2", "aria-labelledby": id }, h("h2", { id }, title), ...rest);

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): HTMLElement =>
  h("table", { class: "cl-numbers" }, h("thead", {}, h("tr", {}, ...heads.map((x) => h("th", { scope: "col" }, x)))), h("tbody", {}, ...rows.map(([name = "", ...cells]) => h("tr", {}, h("th", { scope: "row" }, name), ...cells.map((c) => h("td", {}, c))))));

const details = (inside: HTMLElement): HTMLElement => h("details", { class: "cl-why" }, h("summary", {}, t("board.load_table")), inside);

function svg(tag: string, attributes: Readonly<Record<string, string | number>>, ...inside: Element[]): SVGElement {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, String(v));
  e.append(...inside);
  return e;
}

/** A table whose last column draws its numbers: the table is the chart. A part is cases over, then near. */
function bars(rows: readonly { name: string; parts: readonly number[]; href?: string }[], heads: readonly string[]): HTMLElement {
  const most = Math.max(1, ...rows.map((r) => r.parts.reduce((a, b) => a + b, 0)));
  const body = rows.map((r) => {
    let x = 0;
    const rects = r.parts.map((n, i) => {
      const width = (100 * n) / most;
      x += width;
      return svg("rect", { x: x - width, y: 0, width, height: 12, class: r.parts.length > 1 && i === 0 ? "is-over" : r.parts.length > 1 ? "is-near" : "is-plain" });
    });
    return h("tr", {}, h("th", { scope: "row" }, r.href === undefined ? r.name : h("a", { href: r.href }, r.name)), ...r.parts.map((n) => h("td", {}, n >= 1000 && r.parts.length === 1 ? t("queue.many") : num(n))),
      h("td", { class: "cl-bars__bar", "aria-hidden": "true" }, svg("svg", { viewBox: "0 0 100 12", preserveAspectRatio: "none", focusable: "false" }, ...rects)));
  });
  return h("table", { class: "cl-numbers cl-bars" }, h("thead", {}, h("tr", {}, ...heads.map((x) => h("th", { scope: "col" }, x)), h("td", { "aria-hidden": "true" }))), h("tbody", {}, ...body));
}

/** Reports by week, as columns from the left; the numbers stand in the table below. */
function columns(weeks: Load["weeks"]): HTMLElement {
  const most = Math.max(1, ...weeks.map((w) => w.n));
  const top = 4 * Math.ceil(most / 4);
  const wide = 520 / weeks.length;
  const rects = weeks.map((w, i) => svg("rect", { x: i * wide + 2, y: 120 - (110 * w.n) / top, width: wide - 4, height: (110 * w.n) / top, class: "is-plain" }));
  const lines = [0, 0.5, 1].map((f) => svg("line", { x1: 0, x2: 520, y1: 120 - 110 * f, y2: 120 - 110 * f }));
  const first = weeks[0]?.day ?? "";
  const last = weeks[weeks.length - 1]?.day ?? "";
  return h("figure", { class: "cl-chart" }, svg("svg", { viewBox: "0 0 520 122", role: "img", "aria-label": t("board.load_weeks_chart", { Most: most }) }, ...lines, ...rects),
    h("figcaption", {}, h("span", {}, dayMonth(first)), h("span", {}, t("board.load_top", { Most: num(most) })), h("span", {}, dayMonth(last))));
}
