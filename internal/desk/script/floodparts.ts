// How reports that are nearly the same are shown: those like no other first, then one row for each group.
import type { Alike } from "../../../browser/src/staff/sketch";
import { type Change, shortened } from "../../../browser/src/staff/textdiff";
import { button, type Child, fill, h, icon } from "../../site/script/dom";
import { date, dayMonth, num, t } from "../../site/script/words";
import { paragraphs, shown, stateName } from "./casewords";
import type { Reader, Waits } from "./floodread";

/** What rows are drawn with. */
export interface Around {
  reader: Reader;
  /** The address of a case. */
  href(number: string): string;
  /** What differs between reports and the example of their group; null where words are not at hand. */
  changes(example: string, cases: readonly string[]): Promise<(Change[] | null)[]>;
  /** Cases with attachments. */
  files: ReadonlySet<string>;
}

/** How many rows are drawn at once: more make the page wait. */
const STEP = 50;

/** A list that grows by a button. make may take its time; rows stand in their order. */
export function growing<T>(all: readonly T[], make: (some: readonly T[]) => Promise<HTMLElement[]>, look = "cl-todo"): HTMLElement {
  const list = h("ul", { class: look });
  const foot = h("div", { class: "cl-actions" });
  const status = h("p", { class: "cl-hint", role: "status" });
  let at = 0;
  const more = async (focused: boolean): Promise<void> => {
    fill(foot);
    status.textContent = t("floods.fetching");
    const part = all.slice(at, at + STEP);
    try {
      const rows = await make(part);
      at += part.length;
      list.append(...rows);
      status.textContent = "";
      if (focused) rows[0]?.querySelector<HTMLElement>("a, input, button")?.focus();
    } catch {
      status.textContent = t("floods.fetch_failed");
    }
    if (at < all.length) fill(foot, button(t("floods.more", { Count: Math.min(STEP, all.length - at), Left: all.length - at }), () => void more(true), "govuk-button govuk-button--secondary"));
  };
  void more(false);
  return h("div", {}, list, status, foot);
}

/** Something that is made when it is unfolded. */
export function folded(title: string, make: () => HTMLElement, look = "cl-more"): HTMLElement {
  const d = h("details", { class: look }, h("summary", {}, title));
  d.addEventListener("toggle", () => {
    if (d.open && d.childElementCount === 1) d.append(make());
  });
  return d;
}

const tag = (tone: string, ...inside: Child[]): HTMLElement => h("span", { class: "cl-tag" + (tone === "" ? "" : " cl-tag--" + tone) }, ...inside);

/** What is to be seen of a case without its words. */
export function marks(w: Waits, files: ReadonlySet<string>): Child[] {
  return [w.danger && tag("danger", icon("warning"), t("queue.danger")), files.has(w.case) && tag("warn", icon("file"), t("floods.files")), tag("", stateName(w.state)), w.proposal !== null && tag("warn", t("floods.proposal", { Code: w.proposal.code }))];
}

const link = (w: Waits, a: Around): HTMLElement => h("a", { href: a.href(w.number), dir: "ltr" }, w.number);

/** The beginning of a report's words, or why there are none. */
function excerpt(w: Waits, text: string | null, a: Around): HTMLElement {
  if (text === null) return h("p", { class: "cl-hint" }, t(a.reader.unread.get(w.number) === "key" ? "queue.doubt_key" : "floods.unread"));
  const all = [...text];
  if (all.length <= 160) return h("div", {}, ...paragraphs(text, w.lang));
  return h("div", {}, h("p", { class: "cl-text" }, h("bdi", { translate: "no", lang: w.lang }, shown(all.slice(0, 160).join("")), "…")), folded(t("floods.whole"), () => h("div", {}, ...paragraphs(text, w.lang))));
}

/** Reports one by one, with their first words. */
export function oneByOne(all: readonly Waits[], a: Around): HTMLElement {
  return growing(all, async (some) => {
    const words = await a.reader.words(some);
    return some.map((w, i) => h("li", { class: "cl-alike__one", "data-number": w.number }, h("p", {}, link(w, a), " ", h("span", { class: "cl-hint" }, dayMonth(w.day)), " ", ...marks(w, a.files)), excerpt(w, words[i] ?? null, a)));
  });
}

/** The numbers alone, oldest first. */
function numbers(all: readonly Waits[], a: Around): HTMLElement {
  return growing(all, async (some) => some.map((w) => h("li", {}, link(w, a), h("span", { class: "cl-hint" }, dayMonth(w.day)), ...marks(w, a.files))), "cl-rows");
}

/** What one text has that the other has not, said and not only shown. */
export function difference(all: readonly Change[]): HTMLElement {
  const box = h("p", { class: "cl-text" });
  for (const c of shortened(all)) {
    const words = h("bdi", { translate: "no" }, shown(c.text));
    box.append(c.is === "same" ? words : h(c.is === "new" ? "ins" : "del", {}, h("span", { class: "govuk-visually-hidden" }, c.is === "new" ? t("floods.says_new") : t("floods.says_gone"), " "), words));
  }
  return box;
}

/** What differs from the example, least alike first. */
function differences(g: Alike, known: ReadonlyMap<string, Waits>, a: Around): HTMLElement {
  const all = [...g.members].reverse().filter((m) => m.id !== g.example && known.has(m.id));
  return growing(all, async (some) => {
    await a.reader.words([known.get(g.example)!, ...some.map((m) => known.get(m.id)!)]);
    const found = await a.changes(g.example, some.map((m) => m.id));
    return some.map((m, i) => {
      const w = known.get(m.id)!;
      const c = found[i] ?? null;
      const same = c !== null && c.every((x) => x.is === "same");
      return h("li", { class: "cl-alike__one", "data-number": w.number }, h("p", {}, link(w, a), " ", h("span", { class: "cl-hint" }, t("floods.like", { Percent: Math.round(m.like * 100) })), " ", ...marks(w, a.files)),
        c === null ? h("p", { class: "cl-hint" }, t("floods.unread")) : same ? h("p", { class: "cl-hint" }, t("floods.no_difference")) : difference(c));
    });
  });
}

/** The members of a group, oldest first. */
export const membersOf = (g: Alike, known: ReadonlyMap<string, Waits>): Waits[] =>
  g.members.flatMap((m) => known.get(m.id) ?? []).sort((x, y) => (x.day < y.day ? -1 : x.day > y.day ? 1 : x.number < y.number ? -1 : 1));

/** One row for many reports. panel is where the group is handled together. */
export function groupRow(g: Alike, n: number, known: ReadonlyMap<string, Waits>, a: Around, handle: (g: Alike, place: HTMLElement) => void): HTMLElement {
  const all = membersOf(g, known);
  const id = `alike-${n}`;
  const example = h("div", {}, h("p", { class: "cl-hint" }, t("floods.fetching")));
  const first = known.get(g.example);
  if (first !== undefined)
    a.reader.words([first]).then(([text]) => fill(example, h("p", { class: "cl-small cl-hint" }, t("floods.example"), " ", link(first, a)), h("blockquote", { class: "cl-quote" }, excerpt(first, text ?? null, a))), () => fill(example, h("p", { class: "cl-hint" }, t("floods.fetch_failed"))));
  const count = (f: (w: Waits) => boolean) => all.filter(f).length;
  const some = (c: number, tone: string, text: string, sign = "") => c > 0 && tag(tone, sign !== "" && icon(sign), text + " " + num(c));
  const states = [...new Set(all.map((w) => w.state))].sort();
  const codes = [...new Set(all.flatMap((w) => (w.proposal === null ? [] : [w.proposal.code])))].sort();
  const panel = h("div", { class: "cl-gap" });
  return h("section", { class: "cl-card cl-alike", "aria-labelledby": id, "data-alike": all.length },
    h("h3", { id, tabindex: "-1" }, t("floods.row", { Count: all.length })),
    h("p", { class: "cl-hint" }, all.length > 0 && (all[0]!.day === all[all.length - 1]!.day ? date(all[0]!.day) : t("floods.days", { From: date(all[0]!.day), To: date(all[all.length - 1]!.day) }))),
    h("p", {}, some(count((w) => w.danger), "danger", t("queue.danger"), "warning"), " ", some(count((w) => a.files.has(w.case)), "warn", t("floods.files"), "file"), " ",
      ...states.flatMap((s) => [some(count((w) => w.state === s), "", stateName(s)), " "]), ...codes.flatMap((c) => [some(count((w) => w.proposal?.code === c), "warn", t("floods.proposal", { Code: c })), " "])),
    example, folded(t("floods.differs"), () => differences(g, known, a)), folded(t("floods.numbers", { Count: all.length }), () => numbers(all, a)),
    h("div", { class: "cl-actions" }, button(t("floods.handle"), () => handle(g, panel), "govuk-button govuk-button--secondary")), panel);
}
