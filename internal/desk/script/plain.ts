// What the pages of an office begin with while the key is still shut, as the server says it.
import { h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { get, Refused } from "./api";
import type { Asked } from "./queueask";
import { unitLinks } from "./queueparts";
import type { Pack } from "./unit";
import { page } from "./view";

export interface Plain {
  day: string;
  pack: Pack;
  units: { unit: string; name: string; roles: string[] }[];
}

/** What the server says of this member. Before the first list of keys nobody is in an office. */
export async function plainFacts(): Promise<Plain> {
  try {
    return await get<Plain>("work/facts");
  } catch (e) {
    if (e instanceof Refused && e.key === "keyring.none") return { day: "", units: [], pack: { categories: [], regions: [], offices: [], questions: {}, declines: {}, limits: { long: 0 }, authority: "", languages: [], bodies: [], bases: [] } };
    throw e;
  }
}

const segment = (): string => location.pathname.split("/")[1] ?? "";

/** Says that somebody is in no office yet. */
export function noUnit(box: HTMLElement, title: string): void {
  page(box, title, h("p", {}, t("queue.no_unit")), h("p", { class: "cl-hint" }, t("queue.no_unit_text")), h("p", { class: "cl-gap" }, h("a", { href: `/${segment()}/before` }, t("desk.before"))));
}

/** The office that the address names, or the first. */
export function unitAsked(p: Plain): Plain["units"][number] | undefined {
  const asked = new URLSearchParams(location.search).get("unit");
  return p.units.find((u) => u.unit === asked) ?? p.units[0];
}

/** Where a place leads for an office, with what is asked there. */
export function unitHref(p: Plain, place: string, unit: string, query: Readonly<Record<string, string>> = {}): string {
  const q = new URLSearchParams(query);
  if (p.units.length > 1) q.set("unit", unit);
  const s = q.toString();
  return `/${segment()}/${place}${s === "" ? "" : "?" + s}`;
}

/** Sees the whole office, not only the cases assigned to them. */
export const seesAll = (u: Plain["units"][number]): boolean => u.roles.includes("triage") || u.roles.includes("approver");

/** The ways to look at an office's cases. */
export function lookLinks(p: Plain, unit: Plain["units"][number], now: "cases" | "board" | "clockdays" | "load" | "others" | "entry"): HTMLElement {
  const all: [typeof now, string][] = [["cases", t("board.list")], ["board", t("board.board")], ["clockdays", t("board.days")]];
  if (seesAll(unit)) all.push(["load", t("board.load")], ["others", t("joint.list")]);
  if (unit.roles.includes("intake")) all.push(["entry", t("entry.title")]);
  return h("nav", { class: "cl-looks cl-noprint", "aria-label": t("board.looks") }, h("ul", {}, ...all.map(([place, name]) => h("li", {}, h("a", { href: unitHref(p, place, unit.unit), "aria-current": place === now ? "page" : undefined }, name)))));
}

/** Links to the same place of other offices. */
export const otherUnits = (p: Plain, unit: string, place: string): HTMLElement | false => unitLinks(p.units, unit, (a: Asked) => unitHref(p, place, a.unit), false);
