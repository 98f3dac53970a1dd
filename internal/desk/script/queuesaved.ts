// Lists that a person keeps under a name, and keeping the one that is shown.
import { MOST, type SavedFilter } from "../../../browser/src/staff/ownfile";
import { fill, foreign, h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { changeOwn } from "./own";
import { addressOf, type Asked, filters, shows } from "./queueask";
import { act, enterPresses, Field, sentence } from "./view";

/** Where a saved list leads. */
export function savedHref(f: SavedFilter, several: boolean): string {
  return `/${location.pathname.split("/")[1] ?? ""}/cases${addressOf(askedOf(f), several)}`;
}

function askedOf(f: SavedFilter): Asked {
  const filter: Partial<Record<(typeof filters)[number], string>> = {};
  for (const k of filters) if ((f.filter[k] ?? "") !== "") filter[k] = f.filter[k]!;
  return { unit: f.unit, show: shows.find((s) => s === f.show) ?? "", filter, after: "" };
}

/** The saved lists of an office as links, and a form that keeps the one that is shown. several: there are other offices. */
export function savedBar(place: HTMLElement, saved: readonly SavedFilter[], now: Asked, several: boolean): void {
  const mine = saved.filter((f) => f.unit === now.unit);
  const narrowed = now.show !== "" || Object.keys(now.filter).length > 0;
  const here = mine.find((f) => addressOf(askedOf(f), false) === addressOf({ ...now, after: "" }, false));
  const keep = narrowed && here === undefined ? keeping(place, now, several) : null;
  if (mine.length === 0 && keep === null) return fill(place);
  fill(place, h("div", { class: "cl-saved cl-noprint" }, mine.length > 0 && h("span", { class: "cl-hint" }, t("own.lists_short")), ...mine.map((f) => h("a", { href: savedHref(f, several), "data-in": true, "aria-current": f === here ? "true" : undefined }, foreign(f.name))), keep));
}

function keeping(place: HTMLElement, now: Asked, several: boolean): HTMLDetailsElement {
  const name = new Field("list-name", t("own.list_name"), { width: 20 });
  const go = act(t("own.list_keep"), t("own.keeping"), async () => {
    name.fault("");
    const wanted = name.value;
    if (wanted === "") return name.fault(t("own.list_missing"));
    if (wanted.length > MOST.name) return name.fault(t("own.too_long", { Count: MOST.name }));
    let twice = false;
    let full = false;
    const o = await changeOwn((x) => {
      twice = x.filters.some((f) => f.unit === now.unit && f.name === wanted);
      full = x.filters.length >= MOST.filters;
      return twice || full ? x : { ...x, filters: [...x.filters, { name: wanted, unit: now.unit, show: now.show, filter: { ...now.filter } as Record<string, string> }] };
    });
    if (twice) return name.fault(t("own.list_twice"));
    if (full) return name.fault(t("own.too_many", { Count: MOST.filters }));
    savedBar(place, o.filters, now, several);
  }, (e) => name.fault(sentence(e)), "govuk-button govuk-button--secondary");
  const box = h("details", { class: "cl-why" }, h("summary", {}, t("own.list_save")), h("div", { class: "cl-narrowbox" }, name.box, h("div", { class: "cl-actions" }, go)));
  enterPresses(box, go);
  return box;
}
