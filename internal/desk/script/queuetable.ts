// The table of cases: rows change in their places, so that nobody loses theirs.
import { fill, h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { type Around, retitle, type Row, rowOf, type Title } from "./queuerows";

export class Table {
  readonly #body = h("tbody", { role: "rowgroup" });
  /** For the reading voice: what has changed. */
  readonly says = h("p", { class: "govuk-visually-hidden", role: "status" });
  readonly element: HTMLTableElement;
  #rows = new Map<string, { row: Row; element: HTMLTableRowElement }>();

  /** Cases that are chosen while somebody chooses; null while nobody does. */
  #chosen: Set<string> | null = null;

  constructor(
    private readonly around: () => Around,
    private readonly titleOf: (r: Row) => Title,
    private readonly onChosen: () => void,
  ) {
    const heads = [t("queue.col_number"), t("queue.col_what"), t("queue.col_place"), t("queue.col_when"), t("queue.col_state"), t("queue.col_clock"), t("queue.col_who")];
    this.element = h("table", { class: "cl-queue", role: "table" }, h("caption", { class: "govuk-visually-hidden" }, t("queue.caption")),
      h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...heads.map((x) => h("th", { scope: "col", role: "columnheader" }, x)))), this.#body);
  }

  get rows(): Row[] {
    return [...this.#rows.values()].map((r) => r.row);
  }

  row(number: string): Row | undefined {
    return this.#rows.get(number)?.row;
  }

  links(): HTMLElement[] {
    return [...this.#body.querySelectorAll<HTMLElement>(".cl-queue__no a")];
  }

  show(rows: readonly Row[]): void {
    this.#rows = new Map(rows.map((row) => [row.number, { row, element: this.#make(row) }]));
    fill(this.#body, ...[...this.#rows.values()].map((r) => r.element));
    this.element.hidden = rows.length === 0;
  }

  busy(yes: boolean): void {
    if (yes) this.element.setAttribute("aria-busy", "true");
    else this.element.removeAttribute("aria-busy");
  }

  focusOn(number: string): boolean {
    const link = this.#rows.get(number)?.element.querySelector("a");
    link?.focus();
    return link !== null && link !== undefined;
  }

  retitle(number: string, title: Title): void {
    const at = this.#rows.get(number);
    if (at !== undefined) retitle(at.element, title);
  }

  /** Shows of every row what is known of its title now. */
  retitleAll(): void {
    for (const { row, element } of this.#rows.values()) retitle(element, this.titleOf(row));
  }

  /** Draws every row anew, because more is known of the people in them. The keyboard stays where it is. */
  redraw(): void {
    for (const row of this.rows) this.#swap(row);
  }

  /** Puts what has become of a row into its place, and marks it. */
  replace(row: Row): void {
    if (this.#swap(row)) this.#mark(row.number, t("queue.row_changed"), "is-changed");
  }

  /** The row is no longer in this part of the list: it stays where it is until the list is taken anew. */
  gone(number: string): void {
    this.#mark(number, t("queue.row_gone"), "is-gone");
  }

  /** Puts a row on top. */
  top(row: Row): void {
    const old = this.#rows.get(row.number)?.element;
    const focused = old?.contains(document.activeElement) === true;
    old?.remove();
    this.#rows.delete(row.number);
    const element = this.#make(row);
    this.#rows = new Map([[row.number, { row, element }], ...this.#rows]);
    this.#body.prepend(element);
    this.element.hidden = false;
    if (focused) element.querySelector("a")?.focus({ preventScroll: true });
  }

  /** The rows that are chosen and shown. */
  get chosen(): Row[] {
    return this.rows.filter((r) => this.#chosen?.has(r.number) === true);
  }

  /** Lets somebody choose rows, or no more. */
  choose(on: boolean): void {
    this.#chosen = on ? new Set() : null;
    this.element.classList.toggle("is-choosing", on);
    this.redraw();
  }

  #make(row: Row): HTMLTableRowElement {
    const e = rowOf(row, this.titleOf(row), this.around());
    const chosen = this.#chosen;
    if (chosen === null) return e;
    const id = "choose-" + row.number;
    const box = h("input", { type: "checkbox", class: "govuk-checkboxes__input", id, change: () => {
      if (box.checked) chosen.add(row.number);
      else chosen.delete(row.number);
      this.onChosen();
    } });
    box.checked = chosen.has(row.number);
    e.querySelector(".cl-queue__no")?.prepend(h("span", { class: "cl-queue__choose govuk-checkboxes govuk-checkboxes--small" }, h("span", { class: "govuk-checkboxes__item" }, box, h("label", { class: "govuk-label govuk-checkboxes__label", for: id }, h("span", { class: "govuk-visually-hidden" }, t("queue.bulk_row", { Number: row.number }))))));
    return e;
  }

  #swap(row: Row): boolean {
    const held = this.#rows.get(row.number);
    if (held === undefined) return false;
    const focused = held.element.contains(document.activeElement);
    const element = this.#make(row);
    held.element.replaceWith(element);
    this.#rows.set(row.number, { row, element });
    if (focused) element.querySelector("a")?.focus({ preventScroll: true });
    return true;
  }

  /** Marks a row in a word, and says it. */
  #mark(number: string, text: string, look: string): void {
    const e = this.#rows.get(number)?.element;
    if (e === undefined || e.classList.contains(look)) return;
    e.classList.add(look);
    e.querySelector(".cl-queue__what")?.append(h("span", { class: "cl-mark-row" }, text));
    fill(this.says, `${number}: ${text}`);
  }
}
