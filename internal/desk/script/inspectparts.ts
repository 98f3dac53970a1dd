// What the inspector's and the administrator's pages share: lists that are tables on a desk and cards on a telephone.
import { type Child, foreign, h } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { actName } from "./casewords";

/** A table whose cells say on a narrow screen what their column is. */
export function table(caption: string, columns: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  const cell = (c: Child, i: number) => (i === 0 ? h("th", { scope: "row", "data-label": columns[0] }, c) : h("td", { "data-label": columns[i] }, c));
  return h("table", { class: "cl-list-table cl-gap2" }, h("caption", { class: "govuk-visually-hidden" }, caption), h("thead", {}, h("tr", {}, ...columns.map((c) => h("th", { scope: "col" }, c)))), h("tbody", {}, ...rows.map((r) => h("tr", {}, ...r.map(cell)))));
}

/** A minute of the authority's zone, "2026-11-22 09:30". */
export const minute = (at: string): string => date(at.slice(0, 10)) + " " + at.slice(11);

/** A list to choose from, with "all" first. */
export function choice(id: string, label: string, all: string, options: readonly (readonly [string, string])[], value: string): { box: HTMLElement; input: HTMLSelectElement } {
  const input = h("select", { class: "govuk-select", id }, h("option", { value: "" }, all), ...options.map(([v, text]) => h("option", { value: v, selected: v === value }, text)));
  return { box: h("div", { class: "govuk-form-group" }, h("label", { class: "govuk-label", for: id }, label), input), input };
}

/** Prints what is shown. */
export const printButton = (): HTMLElement => h("div", { class: "cl-actions cl-noprint" }, h("button", { type: "button", class: "govuk-button govuk-button--secondary", click: () => window.print() }, t("inspect.print")));

const acts: readonly string[] = [
  "inspect.act.list", "inspect.act.handlers", "inspect.act.open", "inspect.act.file", "inspect.act.titles", "inspect.act.texts", "inspect.act.waiting", "inspect.act.reports", "inspect.act.sketches", "inspect.act.keep_sketches", "inspect.act.letter", "inspect.act.reseal", "inspect.act.share", "inspect.act.unshare", "inspect.act.lead_offered", "inspect.act.lead_taken", "inspect.act.lead_kept", "inspect.act.lead_passed", "inspect.act.shared", "inspect.act.entry_opened", "inspect.act.entry_handed_in", "inspect.act.entry_dropped", "inspect.act.call_counted", "inspect.act.open_shared", "inspect.act.upload", "inspect.act.note", "inspect.act.title",
  "inspect.act.sample-asked", "inspect.act.sample-answered", "inspect.act.sample-opened", "inspect.act.alarms-read", "inspect.act.alarm-settled", "inspect.act.audit-read", "inspect.act.audit-verified",
  "inspect.act.notices-seen", "inspect.act.clocks-read", "inspect.act.reviews-read", "inspect.act.signed-in", "inspect.act.signed-out", "inspect.act.second-factor-alarm", "inspect.act.second-factor-wrong", "inspect.act.staff-invited",
  "inspect.act.staff-removed", "inspect.act.staff-enrolled", "inspect.act.passkey-added", "inspect.act.passkey-removed", "inspect.act.presence", "inspect.act.passphrase-changed", "inspect.act.factor-renewed", "inspect.act.template", "inspect.act.invitation-withdrawn", "inspect.act.list-begun", "inspect.act.list-installed", "inspect.act.list-proposed", "inspect.act.list-countersigned", "inspect.act.proposal-withdrawn",
  "inspect.act.category-approved", "inspect.act.category-revoked", "inspect.act.holders-proposed", "inspect.act.holders-approved", "inspect.act.holders-dropped", "inspect.act.holders-installed",
  "inspect.act.away-entered", "inspect.act.away-changed", "inspect.act.away-ended", "inspect.act.languages-said",
  "inspect.act.calendar-changed", "inspect.act.kit-copies", "inspect.act.kit-replaced", "inspect.act.kit-used",
];
const named = new Map(acts.map((k) => [k.slice("inspect.act.".length), k]));

/** What an act of the audit log is called. One without a name is shown as it is. */
export const auditAct = (act: string): string => (named.has(act) ? t(named.get(act)!) : actName(act));

/** What an entry says beside, in the names of the log: "way: passphrase, door: desk". */
export const detailOf = (detail: unknown): string =>
  detail === null || typeof detail !== "object" ? "" : Object.entries(detail).map(([k, v]) => `${k}: ${typeof v === "string" ? v : JSON.stringify(v)}`).join(", ");

/** Acts that have names of their own, to choose from. */
export const auditActs = (): (readonly [string, string])[] => [...named.keys()].map((k) => [k, auditAct(k)] as const);

/** Who did something: a short name, or nobody. */
export const person = (who: string): Child => (who === "" ? t("inspect.operator") : foreign(who));
