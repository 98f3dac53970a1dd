// Elements are made one by one, and text enters as text: nothing here reads a string as markup.

export type Child = Node | string | null | false;
type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((e: Event) => void)>>;

/** Makes an element. An attribute that is false or undefined is left out, true is empty; a function listens. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") e.addEventListener(name, value);
    else if (value !== undefined && value !== false) e.setAttribute(name, value === true ? "" : String(value));
  }
  put(e, ...children);
  return e;
}

/** Adds children at the end. */
export function put(parent: Node, ...children: Child[]): void {
  for (const c of children) if (c !== null && c !== false) parent.appendChild(typeof c === "string" ? document.createTextNode(c) : c);
}

/** Puts children in the place of what is there. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.textContent = "";
  put(parent, ...children);
}

/** Paragraphs of a text of several lines. */
export function lines(text: string): DocumentFragment {
  const out = document.createDocumentFragment();
  for (const line of text.split("\n")) if (line.trim() !== "") put(out, h("p", {}, line));
  return out;
}

/** Foreign text: its direction ends with it. */
export const foreign = (text: string): HTMLElement => h("bdi", { translate: "no" }, text);

/** An icon of those that the page brings, beside a word. */
export function icon(name: string): Node | null {
  const all = document.getElementById("icons");
  const one = all instanceof HTMLTemplateElement ? all.content.querySelector(`[data-icon="${name}"]`) : null;
  return one?.firstElementChild?.cloneNode(true) ?? null;
}

/** A button that does something on this page. */
export function button(label: string, act: () => void, look = "govuk-button", pictogram = ""): HTMLButtonElement {
  return h("button", { type: "button", class: look, click: act }, pictogram !== "" && icon(pictogram), label);
}

/** A notice: a short title and what it means. */
export function note(tone: "" | "danger" | "warn" | "ok" | "seal", title: string, ...more: Child[]): HTMLElement {
  const sign = { "": "info", danger: "warning", warn: "warning", ok: "check", seal: "lock" }[tone];
  const e = h("div", { class: tone === "" ? "cl-note" : "cl-note cl-note--" + tone }, icon(sign), h("p", { class: "cl-note__t" }, title));
  for (const m of more) if (m !== null && m !== false) put(e, typeof m === "string" ? h("p", {}, m) : m);
  return e;
}

/** A number that can be called. */
export function phone(p: { number: string; tel: string }): HTMLElement {
  return h("a", { class: "cl-tel", href: "tel:" + p.tel, dir: "ltr" }, p.number);
}

/** Moves the keyboard and the reading voice to e, which need not be a control. */
export function focus(e: HTMLElement | null): void {
  if (e === null) return;
  if (!e.hasAttribute("tabindex") && !/^(A|BUTTON|INPUT|SELECT|TEXTAREA)$/.test(e.tagName)) e.setAttribute("tabindex", "-1");
  e.focus();
}

/** The element of an id, which the page must have. */
export function byId(id: string): HTMLElement {
  const e = document.getElementById(id);
  if (e === null) throw new Error("no element " + id);
  return e;
}
