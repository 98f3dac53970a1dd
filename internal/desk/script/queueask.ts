// What is asked of the list, as it stands in the address: it holds no content, so a reload and Back lead to the same place.
import { h } from "../../site/script/dom";
import { language, t } from "../../site/script/words";
import { stateName, viaName } from "./casewords";
import type { Pack } from "./unit";

/** The lists, in the order of the tabs; "" is all. */
export const shows = ["", "mine", "danger", "triage", "approve", "late", "near", "letters"] as const;
export type Show = (typeof shows)[number];

/** The filters that a person chooses. */
export const filters = ["category", "region", "state", "via", "lang", "day", "ends"] as const;
export type Filter = (typeof filters)[number];

export interface Asked {
  unit: string;
  show: Show;
  filter: Readonly<Partial<Record<Filter, string>>>;
  /** Cursor, or "" for the beginning. */
  after: string;
}

/** Reads an address. A unit that is none of units is the first of them. */
export function readAsked(search: string, units: readonly string[]): Asked {
  const p = new URLSearchParams(search);
  const filter: Partial<Record<Filter, string>> = {};
  for (const f of filters) if ((p.get(f) ?? "") !== "") filter[f] = p.get(f)!;
  const unit = p.get("unit") ?? "";
  const show = p.get("show") ?? "";
  return { unit: units.includes(unit) ? unit : (units[0] ?? ""), show: shows.find((s) => s === show) ?? "", filter, after: p.get("after") ?? "" };
}

/** What follows the path, with ? unless it is empty. */
export function addressOf(a: Asked, several: boolean): string {
  const p = new URLSearchParams();
  if (several) p.set("unit", a.unit);
  if (a.show !== "") p.set("show", a.show);
  for (const f of filters) if (a.filter[f] !== undefined) p.set(f, a.filter[f]!);
  if (a.after !== "") p.set("after", a.after);
  const s = p.toString();
  return s === "" ? "" : "?" + s;
}

/** The question to the server. */
export const questionOf = (a: Asked): string => `work/${a.unit}/queue${addressOf(a, false)}`;

/** The name of a list. */
export function showName(s: Show): string {
  switch (s) {
    case "mine":
      return t("queue.mine");
    case "danger":
      return t("queue.dangers");
    case "triage":
      return t("queue.triage");
    case "approve":
      return t("queue.approve");
    case "late":
      return t("queue.late");
    case "near":
      return t("queue.near");
    case "letters":
      return t("queue.letters");
    default:
      return t("queue.all");
  }
}

/** What an empty list says: what will come, and when. */
export function emptyText(s: Show): string {
  switch (s) {
    case "mine":
      return t("queue.empty_mine");
    case "danger":
      return t("queue.empty_danger");
    case "triage":
      return t("queue.empty_triage");
    case "approve":
      return t("queue.empty_approve");
    case "late":
      return t("queue.empty_late");
    case "near":
      return t("queue.empty_near");
    case "letters":
      return t("queue.empty_letters");
    default:
      return t("queue.empty_all");
  }
}

const states = ["received", "acknowledged", "triaged", "needs_info", "accepted", "in_inquiry", "suspended", "concluded", "feedback_given", "declined", "transferred", "linked", "review", "reward", "closed"];
const ways = ["web", "phone", "letter", "visit", "email", "authority", "organisation", "other"];

/** The languages of this installation, as the page knows them. */
function languages(): [string, string][] {
  const tags = [language(), ...[...document.querySelectorAll<HTMLAnchorElement>("a.cl-lang")].map((a) => a.lang)];
  return [...new Set(tags.filter((x) => x !== ""))].map((tag) => [tag, nameOfLanguage(tag)]);
}

/** A language in the page's own. */
export function nameOfLanguage(tag: string): string {
  try {
    return new Intl.DisplayNames([language()], { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag; // no language, or a browser without names
  }
}

/** The row of filters. chosen hears what was chosen; it folds where there is little room. */
export function filterForm(pack: Pack, now: Asked, chosen: (filter: Asked["filter"]) => void): HTMLDetailsElement {
  const select = (f: Filter, label: string, options: readonly (readonly [string, string])[]) => {
    const s = h("select", { class: "govuk-select", id: "filter-" + f }, h("option", { value: "" }, t("queue.any")), ...options.map(([id, name]) => h("option", { value: id, selected: now.filter[f] === id }, name)));
    const held = now.filter[f];
    if (held !== undefined && !options.some(([id]) => id === held)) s.append(h("option", { value: held, selected: true }, held));
    return { f, input: s, box: h("div", { class: "govuk-form-group" }, h("label", { class: "govuk-label", for: "filter-" + f }, label), s) };
  };
  const day = (f: "day" | "ends", label: string) => {
    const input = h("input", { class: "govuk-input", id: "filter-" + f, type: "date", value: now.filter[f] });
    return { f, input, box: h("div", { class: "govuk-form-group" }, h("label", { class: "govuk-label", for: "filter-" + f }, label), input) };
  };
  const all = [
    select("category", t("queue.category"), pack.categories.map((c) => [c.id, c.name])), select("region", t("queue.region"), pack.regions.map((r) => [r.id, r.name])),
    select("state", t("queue.state"), states.map((s) => [s, stateName(s)])), select("via", t("queue.via"), ways.map((v) => [v, viaName(v)])), select("lang", t("queue.lang"), languages()),
    day("day", t("queue.day")), day("ends", t("queue.ends")),
  ];
  const take = () => {
    const filter: Partial<Record<Filter, string>> = {};
    for (const { f, input } of all) if (input.value !== "") filter[f] = input.value;
    chosen(filter);
  };
  const count = Object.keys(now.filter).length;
  const form = h("form", { class: "cl-filters", submit: (e) => { e.preventDefault(); take(); } }, ...all.map((x) => x.box), h("button", { type: "submit", class: "govuk-button govuk-button--secondary" }, t("queue.filter_go")),
    count > 0 && h("button", { type: "button", class: "cl-plainbutton cl-linklike", click: () => chosen({}) }, t("queue.filter_clear")));
  return h("details", { class: "cl-filterbox", open: count > 0 || matchMedia("(min-width: 60em)").matches }, h("summary", {}, count === 0 ? t("queue.filter") : t("queue.filter_on", { Count: count })), form);
}

/** The number of a case as somebody typed it, or "" if it cannot be one. Without its prefix the server knows it too. */
export function typedNumber(typed: string): string {
  const clean = typed.normalize("NFKC").toUpperCase().replace(/[\s\-\u2013]/g, "");
  const body = clean.slice(-10).replace(/O/g, "0").replace(/[IL]/g, "1");
  const prefix = clean.slice(0, -10);
  if (!/^[0-9A-HJKMNP-TV-Z]{10}$/.test(body) || !/^[A-Z0-9]{0,10}$/.test(prefix)) return "";
  return `${prefix === "" ? "" : prefix + "-"}${body.slice(0, 4)}-${body.slice(4, 8)}-${body.slice(8)}`;
}
