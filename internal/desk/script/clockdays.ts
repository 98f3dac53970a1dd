// On which days clocks end, a month at a glance. On a phone it is the list of days on which something ends.
import { fill, h } from "../../site/script/dom";
import { date, language, t } from "../../site/script/words";
import { get } from "./api";
import { lookLinks, noUnit, otherUnits, plainFacts, seesAll, unitAsked, unitHref } from "./plain";
import { page, type View } from "./view";

interface Answer {
  day: string;
  days: { day: string; n: number }[];
  /** Days without work. */
  off: string[];
}

export function clockDays(): View {
  return { path: "clockdays", title: t("board.days"), unlisted: true, under: "cases", draw };
}

const iso = (d: Date): string => d.toISOString().slice(0, 10);

async function draw(box: HTMLElement): Promise<void> {
  const plain = await plainFacts();
  const unit = unitAsked(plain);
  if (unit === undefined) return noUnit(box, t("board.days"));
  const asked = /^\d{4}-(0[1-9]|1[0-2])$/.exec(new URLSearchParams(location.search).get("month") ?? "");
  const month = asked === null ? plain.day.slice(0, 7) : asked[0];
  const first = new Date(month + "-01T00:00:00Z");
  const before = (first.getUTCDay() + 6) % 7;
  const from = new Date(first.getTime() - before * 86_400_000);
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const n = Math.ceil((before + length) / 7) * 7;
  const got = await get<Answer>(`work/${unit.unit}/days?from=${iso(from)}&n=${n}`);
  const counts = new Map(got.days.map((d) => [d.day, d.n]));
  const off = new Set(got.off);
  const days = Array.from({ length: n }, (_, i) => iso(new Date(from.getTime() + i * 86_400_000)));
  const other = (by: number) => {
    const to = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + by, 1));
    return h("a", { class: "govuk-button govuk-button--secondary", href: unitHref(plain, "clockdays", unit.unit, { month: iso(to).slice(0, 7) }) }, monthName(to));
  };
  const grid = h("ol", { class: "cl-month" }, ...days.map((d) => cell(d, d.startsWith(month), counts.get(d) ?? 0, off.has(d), got.day, unitHref(plain, "cases", unit.unit, { ends: d }))));
  const week = h("div", { class: "cl-month__week", "aria-hidden": "true" }, ...days.slice(0, 7).map((d) => h("span", {}, new Intl.DateTimeFormat(language(), { weekday: "short", timeZone: "UTC" }).format(new Date(d)))));
  const none = days.every((d) => !d.startsWith(month) || !counts.has(d));
  page(box, t("board.days"), otherUnits(plain, unit.unit, "clockdays"), lookLinks(plain, unit, "clockdays"),
    h("p", { class: "cl-hint cl-run" }, seesAll(unit) ? t("board.days_lede") : t("board.days_lede_mine")),
    h("div", { class: "cl-monthbar" }, h("h2", { id: "month" }, monthName(first)), h("nav", { class: "cl-noprint", "aria-label": t("board.days_other") }, other(-1), other(1))), week, grid);
  if (none) fill(grid.insertAdjacentElement("afterend", h("p", { class: "cl-month__none cl-hint" })) ?? grid, t("board.days_none"));
}

const monthName = (d: Date): string => new Intl.DateTimeFormat(language(), { year: "numeric", month: "long", timeZone: "UTC" }).format(d);

function cell(day: string, inMonth: boolean, n: number, off: boolean, today: string, href: string): HTMLElement {
  const late = day < today;
  const look = ["cl-month__day", inMonth ? "" : "is-outside", off ? "is-off" : "", day === today ? "is-today" : "", n === 0 ? "is-empty" : late ? "is-late" : ""].filter((x) => x !== "").join(" ");
  const shown = n >= 1000 ? t("queue.many") : String(n);
  return h("li", { class: look, "aria-current": day === today ? "date" : undefined }, h("span", { class: "cl-month__dom" }, h("span", { "aria-hidden": "true" }, String(Number(day.slice(8)))), h("span", { class: "cl-month__full" }, date(day))),
    day === today && h("span", { class: "cl-month__note" }, t("queue.today")), off && h("span", { class: "cl-month__note" }, t("board.days_off")),
    n > 0 && h("a", { href, "aria-label": `${date(day)}: ${late ? t("board.days_were", { Count: n }) : t("board.days_end", { Count: n })}` }, h("b", {}, shown), " ", h("small", {}, late ? t("board.days_over") : t("board.days_due"))));
}
