// What stands around the list: offices, tabs, the field for a number, and turning pages.
import { fill, h, icon } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { type Asked, type Show, showName, shows, typedNumber } from "./queueask";

/** Where an address of this view leads without drawing everything anew: a link with data-in. */
type Href = (a: Asked) => string;

/** The field that leads to a case. open hears a number that may be one. */
export function numberForm(open: (number: string) => void): { form: HTMLFormElement; input: HTMLInputElement } {
  const input = h("input", { class: "govuk-input", id: "case-number", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", dir: "ltr", "aria-describedby": "case-number-error" });
  const error = h("p", { class: "govuk-error-message", id: "case-number-error", hidden: true });
  const find = () => {
    const n = typedNumber(input.value);
    error.hidden = n !== "";
    error.textContent = n === "" ? t("queue.number_wrong") : "";
    input.classList.toggle("govuk-input--error", n === "");
    if (n !== "") return open(n);
    input.setAttribute("aria-invalid", "true");
    input.focus();
  };
  const form = h("form", { role: "search", class: "cl-find", submit: (e) => { e.preventDefault(); find(); } }, error,
    h("div", { class: "cl-key" }, h("label", { for: "case-number" }, t("queue.number")), input, h("button", { class: "govuk-button govuk-button--secondary", type: "submit" }, icon("search"), t("queue.number_go"))));
  return { form, input };
}

/** The offices of who is here, if there are several. */
export function unitLinks(units: readonly { unit: string; name: string }[], now: string, href: Href, inside = true): HTMLElement | false {
  const link = (u: { unit: string; name: string }) => h("a", { href: href({ unit: u.unit, show: "", filter: {}, after: "" }), "data-in": inside, "aria-current": u.unit === now ? "true" : undefined }, u.name);
  return units.length > 1 && h("nav", { "aria-label": t("queue.units") }, h("ul", { class: "cl-units" }, ...units.map((u) => h("li", {}, link(u)))));
}

/** Draws the tabs with what is counted in them. The keyboard stays on its tab. */
export function drawTabs(place: HTMLElement, asked: Asked, href: Href, counts: Readonly<Record<string, number>>): void {
  const focused = [...place.querySelectorAll("a")].findIndex((a) => a === document.activeElement);
  const tab = (s: Show) => {
    const n = counts[s];
    const urgent = (s === "danger" || s === "late") && n !== undefined && n > 0;
    return h("a", { href: href({ ...asked, show: s, after: "" }), "data-in": true, "aria-current": s === asked.show ? "page" : undefined }, showName(s), n !== undefined && " ", n !== undefined && h("span", { class: urgent ? "cl-count cl-count--danger" : "cl-count" }, n >= 1000 ? t("queue.many") : String(n)));
  };
  fill(place, h("ul", { class: "cl-views" }, ...shows.map((s) => h("li", {}, tab(s)))));
  place.querySelectorAll("a")[focused]?.focus();
}

/** The steps to other pages. trail is the cursors of the pages before this one. */
export function drawPager(place: HTMLElement, asked: Asked, trail: readonly string[], next: string, turn: (a: Asked, trail: string[]) => void): void {
  const step = (label: string, after: string, to: string[]) => h("button", { type: "button", class: "govuk-button govuk-button--secondary", click: () => turn({ ...asked, after }, to) }, label);
  fill(place, h("span", {}, t("queue.titles_here")), h("span", { class: "cl-pager__steps" },
    asked.after !== "" && step(t("queue.first"), "", []),
    trail.length > 1 && step(t("queue.previous"), trail[trail.length - 1] ?? "", trail.slice(0, -1)),
    next !== "" && step(t("queue.next"), next, [...trail, asked.after])));
}

/** Where many wait before triage: the way to the page that tells which are nearly the same. */
export const alikeLine = (to: string): HTMLElement => h("p", {}, h("a", { href: to, "data-alike-link": true }, t("floods.link")));
