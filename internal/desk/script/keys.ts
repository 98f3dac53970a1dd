// The administrator's keys: the root and its kit, made once; then lists of keys, proposed to the inspector.
import { fill, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post, Refused } from "./api";
import { type Kit, newKit, type Sheet, signFirst, typeBack } from "./keeper";
import { propose } from "./propose";
import type { Person } from "./people";
import type { Me } from "./signin";
import { act, Field, Notice, page, sentence, type View, wordGrid } from "./view";

/** What the server says of itself and of where the set-up stands. */
export interface Facts {
  instance: string;
  server: { ack: string; public_log: string; case_log: string };
  authority: Readonly<Record<string, string>>;
  /** Today, where the authority is. */
  day: string;
  /** The file of the list in force in base64, or null before the first. */
  list: string;
  version: number;
  root: string;
  recovery: { recipient: string; k: number; n: number; signature: string; day: string } | null;
  draft: { day: string } | null;
  offices: { id: string; name: Readonly<Record<string, string>>; shown: string; parent: string; intake: boolean; roster: number; rosters: string[] }[];
  people: Person[];
}

export function keys(me: Me): View {
  return { path: "keys", title: t("desk.keys"), draw: (box) => draw(box, me) };
}

async function draw(box: HTMLElement, me: Me): Promise<void> {
  const facts = await get<Facts>("setup/facts");
  if (facts.version === 0) return choose(box, me, facts);
  const list = h("dl", { class: "cl-pairs cl-gap" }, h("dt", {}, t("desk.list_version")), h("dd", {}, t("desk.list_of", { Version: facts.version })), h("dt", {}, t("desk.root_print")), h("dd", {}, h("code", { dir: "ltr" }, facts.root)),
    h("dt", {}, t("desk.recovery")), h("dd", {}, facts.recovery === null ? t("desk.recovery_none") : t("desk.recovery_of", { K: facts.recovery.k, N: facts.recovery.n, Day: date(facts.recovery.day) })));
  const place = h("div", { class: "cl-gap2" });
  page(box, t("desk.keys"), h("p", {}, t("desk.keys_lede")), list, place);
  if (facts.draft !== null) fill(place, waiting(box, me, facts.draft));
  else fill(place, propose(facts, me, () => void draw(box, me)));
}

/** A change that waits for the inspector can be taken back. */
function waiting(box: HTMLElement, me: Me, d: { day: string }): HTMLElement {
  const notice = new Notice();
  return h("section", {}, h("h2", {}, t("desk.draft")), note("", t("desk.draft_waits"), t("desk.draft_waits_text", { Day: date(d.day) })), notice.box, h("div", { class: "cl-actions" }, act(t("desk.draft_withdraw"), t("desk.remove_doing"), async () => {
    await post("draft/withdraw");
    await draw(box, me);
  }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary")));
}

/** How many sheets there are, and how many are needed. */
function choose(box: HTMLElement, me: Me, facts: Facts): void {
  const notice = new Notice();
  const ways: [number, number][] = [[2, 3], [3, 5]];
  const radios = h("div", { class: "govuk-radios" }, ...ways.map(([k, n], i) => h("div", { class: "govuk-radios__item" }, h("input", { class: "govuk-radios__input", type: "radio", name: "kit", id: `kit-${n}`, value: `${k} ${n}`, checked: i === 0 }), h("label", { class: "govuk-label govuk-radios__label", for: `kit-${n}` }, t("desk.kit_of", { K: k, N: n })), h("div", { class: "govuk-hint govuk-radios__hint" }, n === 3 ? t("desk.kit_hint_3") : t("desk.kit_hint_5")))));
  const go = act(t("desk.kit_make"), t("desk.kit_making"), async () => {
    const [k, n] = (radios.querySelector<HTMLInputElement>("input:checked")?.value ?? "2 3").split(" ").map(Number) as [number, number];
    const kit = await newKit(facts, k, n);
    sheets(box, me, facts, kit);
  }, (e) => notice.fault(sentence(e)));
  page(box, t("desk.kit_title"), h("p", {}, t("desk.kit_lede")), h("ul", { class: "cl-list" }, h("li", {}, t("desk.kit_root")), h("li", {}, t("desk.kit_recovery")), h("li", {}, t("desk.kit_never"))), notice.box,
    h("fieldset", { class: "govuk-fieldset cl-gap" }, h("legend", { class: "govuk-fieldset__legend" }, t("desk.kit_how_many")), radios), h("div", { class: "cl-actions" }, go));
}

const titleOf = (s: Sheet, kit: Kit): string => (s.kind === "root" ? t("desk.sheet_root") : t("desk.sheet_share", { N: s.place, Of: kit.n }));

/** The sheets, to be printed or copied, each on a page of its own. */
function sheets(box: HTMLElement, me: Me, facts: Facts, kit: Kit): void {
  const all = kit.sheets.map((s) => h("section", { class: "cl-sheet" }, h("h2", {}, titleOf(s, kit)), h("p", {}, foreign(facts.authority["zh-Hans"] ?? Object.values(facts.authority)[0] ?? ""), " · ", date(facts.day), " · ", h("code", {}, facts.instance)), wordGrid(s.words, titleOf(s, kit)), h("p", {}, s.kind === "root" ? t("desk.sheet_root_text") : t("desk.sheet_share_text", { K: kit.k, N: kit.n })), h("p", { class: "cl-sheet__line" }, t("desk.sheet_holder"))));
  page(box, t("desk.sheets"), h("p", { class: "cl-noprint" }, t("desk.sheets_lede")), ...all,
    h("div", { class: "cl-actions cl-noprint" }, act(t("desk.print"), t("desk.print"), async () => window.print(), () => undefined, "govuk-button govuk-button--secondary"), act(t("desk.sheets_next"), t("desk.sheets_next"), async () => back(box, me, facts, kit), () => undefined)));
}

/** Every sheet typed back: what cannot be read from paper is no sheet. */
function back(box: HTMLElement, me: Me, facts: Facts, kit: Kit): void {
  const done = new Set<number>();
  const notice = new Notice();
  const state = h("ul", { class: "cl-todo" });
  const words = new Field("sheet", t("desk.sheet_type"), { hint: t("desk.sheet_type_hint"), rows: 5, code: true });
  const show = () => fill(state, ...kit.sheets.map((s, i) => h("li", { class: done.has(i) ? "is-done" : undefined }, h("b", {}, titleOf(s, kit)), h("span", { class: "cl-hint" }, done.has(i) ? t("desk.sheet_back") : t("desk.sheet_open")))));
  const check = act(t("desk.sheet_check"), t("desk.sheet_check"), async () => {
    words.fault("");
    const which = await typeBack(words.value);
    if (done.has(which)) return words.fault(t("desk.sheet_twice"));
    done.add(which);
    words.wipe();
    words.input.focus();
    show();
    if (done.size === kit.sheets.length) await first(box, me, facts, notice);
  }, (e) => words.fault(sheetFault(e)));
  const again = act(t("desk.sheets_again"), t("desk.sheets_again"), async () => sheets(box, me, facts, kit), () => undefined, "govuk-button govuk-button--secondary");
  show();
  page(box, t("desk.sheets_back"), h("p", {}, t("desk.sheets_back_lede")), notice.box, state, h("div", { class: "cl-narrowbox cl-gap" }, words.box, h("div", { class: "cl-actions" }, check, again)));
}

/** What is wrong with a sheet that was typed, in words. */
export function sheetFault(e: unknown): string {
  const f = e as { kind?: string; what?: string };
  if (f.kind === "word") return t("desk.sheet_word", { N: f.what ?? "" });
  if (f.kind === "length") return t("desk.sheet_length", { N: f.what ?? "" });
  if (f.kind === "sheet") return t("desk.sheet_other");
  return e instanceof Refused ? sentence(e) : t("desk.sheet_wrong");
}

/** Signs the first list and sends it. The sheets are checked, so nothing is lost if the server does not answer: the page tries again. */
async function first(box: HTMLElement, me: Me, facts: Facts, notice: Notice): Promise<void> {
  const list = await signFirst(facts);
  const send = async () => {
    const { root } = await post<{ root: string }>("setup/first", list);
    page(box, t("desk.first_done"), note("ok", t("desk.first_done_note")), h("p", { class: "cl-gap" }, t("desk.first_print")), h("p", { class: "cl-command" }, h("code", { dir: "ltr" }, root)), h("p", {}, t("desk.first_next")), h("div", { class: "cl-actions" }, act(t("desk.first_go"), t("desk.first_go"), () => draw(box, me), () => undefined)));
  };
  try {
    await send();
  } catch (e) {
    notice.fault(sentence(e), t("desk.first_kept"));
    notice.box.append(h("div", { class: "cl-actions" }, act(t("desk.again"), t("desk.sending"), send, (x) => notice.fault(sentence(x), t("desk.first_kept")))));
  }
}
