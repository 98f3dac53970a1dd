// Keys of the list: one hand on the keyboard goes through a day's cases. They can be switched off on the account page.
import { fill, h } from "../../site/script/dom";
import { t } from "../../site/script/words";

let off = false;

/** Whether single keys do something on this page. */
export const keysOn = (): boolean => !off;

/** Takes what the person keeps for themself. */
export const useKeys = (on: boolean): void => void (off = !on);

/** The switch of the account page. It holds while this page is open; chosen keeps it for longer. */
export function keysSwitch(chosen: (on: boolean) => void): HTMLElement {
  const box = h("input", { class: "govuk-checkboxes__input", id: "single-keys", type: "checkbox", change: () => {
    off = !box.checked;
    chosen(box.checked);
  } });
  box.checked = !off;
  return h("div", { class: "govuk-checkboxes" }, h("div", { class: "govuk-checkboxes__item" }, box, h("label", { class: "govuk-label govuk-checkboxes__label", for: "single-keys" }, t("queue.keys_switch"))));
}

/** The list of keys, as it is shown. */
export function keyList(): HTMLElement {
  const line = (keys: readonly string[], does: string) => [h("dt", {}, ...keys.flatMap((k, i) => [i > 0 && " ", h("kbd", {}, k)])), h("dd", {}, does)];
  return h("dl", { class: "cl-keys" }, ...line(["j", "↓"], t("queue.key_down")), ...line(["k", "↑"], t("queue.key_up")), ...line(["Enter"], t("queue.key_open")), ...line(["/"], t("queue.key_number")), ...line(["?"], t("queue.key_help")));
}

/** What the keys work on. */
export interface Keyed {
  /** The links of the rows, in their order. */
  links(): HTMLElement[];
  number: HTMLInputElement;
  help: HTMLDetailsElement;
  /** For the reading voice. */
  says: HTMLElement;
}

/** Listens until the function that it gives is called. */
export function keys(k: Keyed): () => void {
  const hear = (e: KeyboardEvent) => {
    if (off || e.defaultPrevented || e.isComposing || e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
    if (press(k, e.key, e.target)) e.preventDefault();
  };
  document.addEventListener("keydown", hear);
  return () => document.removeEventListener("keydown", hear);
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName));
}

function press(k: Keyed, key: string, target: EventTarget | null): boolean {
  const arrow = key === "ArrowDown" || key === "ArrowUp";
  if (key === "j" || key === "k" || arrow) {
    const all = k.links();
    const here = all.findIndex((a) => a === target);
    if (arrow && here < 0) return false; // elsewhere the arrows move the page
    const to = all[here < 0 ? 0 : here + (key === "j" || key === "ArrowDown" ? 1 : -1)];
    if (to === undefined) {
      fill(k.says, all.length === 0 ? "" : here <= 0 ? t("queue.key_first") : t("queue.key_last"));
      return all.length > 0;
    }
    to.focus();
    to.closest("tr")?.scrollIntoView({ block: "nearest" });
    return true;
  }
  if (key === "/") {
    k.number.focus();
    return true;
  }
  if (key !== "?") return false;
  k.help.open = !k.help.open;
  if (k.help.open) k.help.querySelector("summary")?.focus();
  return true;
}
