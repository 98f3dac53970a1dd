// One's own page: reminders, texts for letters and saved lists, sealed to one's own key. Nobody else reads them.
import { MOST, type Own, type Reminder, type SavedText } from "../../../browser/src/staff/ownfile";
import { button, fill, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { post } from "./api";
import { onKey, opened, withKey } from "./keeper";
import { changeOwn, freshId, own } from "./own";
import { type Plain, plainFacts, unitHref } from "./plain";
import { typedNumber } from "./queueask";
import { savedHref } from "./queuesaved";
import type { Me } from "./signin";
import { act, Field, Notice, page, sentence, type View } from "./view";

export function ownPage(me: Me): View {
  let shown: OwnPage | null = null;
  return {
    path: "own", title: t("own.title"),
    draw: (box) => {
      shown?.end();
      shown = new OwnPage(me, box);
      return shown.start();
    },
    leave: () => {
      shown?.end();
      shown = null;
    },
    mayLeave: (go) => shown === null || shown.mayLeave(go),
  };
}

/** A done reminder is kept so many days. */
const KEPT = 30;

class OwnPage {
  readonly #notice = new Notice();
  readonly #place = h("div", { class: "cl-ownpage" });
  readonly #stay = h("div", {});
  readonly #key = h("div", {});
  #deaf: () => void = () => undefined;
  readonly #text = new Field("reminder-text", t("own.reminder_text"), { rows: 2 });
  readonly #number = new Field("reminder-number", t("own.reminder_case"), { hint: t("own.reminder_case_hint"), width: 20, code: true });
  readonly #due = h("input", { class: "govuk-input", id: "reminder-due", type: "date" });
  readonly #name = new Field("text-name", t("own.text_name"), { width: 20 });
  readonly #words = new Field("text-words", t("own.text_words"), { hint: t("own.text_hint"), rows: 5 });
  /** The text that is being changed, or null for a new one. */
  #edited: SavedText | null = null;
  #plain!: Plain;

  constructor(
    private readonly me: Me,
    private readonly box: HTMLElement,
  ) {}

  async start(): Promise<void> {
    this.#plain = await plainFacts();
    const from = new URLSearchParams(location.search).get("case") ?? "";
    this.#number.input.value = from;
    page(this.box, t("own.title"), h("p", { class: "cl-run" }, t("own.lede")), this.#stay, this.#notice.box, this.#key, this.#place);
    this.#deaf = onKey(() => {
      if (opened() === null) this.#shut();
    });
    if (opened() === null) return this.#shut();
    await this.#open().catch((e: unknown) => this.#fault(e));
    if (from !== "") this.#text.input.focus();
  }

  end(): void {
    this.#deaf();
  }

  /** Nothing that the key opened stays on the page. What is being typed stays in its fields, which come back with the key. */
  #shut(): void {
    this.#notice.clear();
    fill(this.#place);
    fill(this.#key, note("seal", t("own.shut"), t("own.shut_text"), h("div", { class: "cl-actions" }, act(t("desk.unlock"), t("desk.unlocking"), () => this.#open(), (e) => this.#fault(e), "govuk-button govuk-button--secondary"))));
  }

  #open(): Promise<void> {
    return withKey(this.#key, this.me, async () => {
      fill(this.#key);
      this.#draw(await tidied(this.#plain));
    });
  }

  /** What was typed and not kept is asked about. */
  mayLeave(go: () => void): boolean {
    const before = this.#edited;
    if (this.#text.value === "" && this.#words.value === (before?.text ?? "").trim() && this.#name.value === (before?.name ?? "").trim()) return true;
    fill(this.#stay, note("warn", t("own.leave"), t("own.leave_text"), h("div", { class: "cl-actions" }, button(t("own.leave_stay"), () => fill(this.#stay)), button(t("own.leave_go"), go, "govuk-button govuk-button--secondary"))));
    this.#stay.scrollIntoView({ block: "nearest" });
    return false;
  }

  #fault(e: unknown): void {
    const kind = (e as { kind?: string }).kind;
    this.#notice.fault(kind === "signature" || kind === "wrong_key" || kind === "document" ? t("own.false") : kind === "locked" ? t("own.shut") : sentence(e), kind === "signature" || kind === "wrong_key" || kind === "document" ? t("own.false_text") : "");
  }

  /** Changes what is kept and shows it. */
  async #change(change: (o: Own) => Own, said = ""): Promise<void> {
    this.#notice.clear();
    const o = await changeOwn(change);
    this.#draw(o);
    if (said !== "") this.#notice.good(said);
  }

  #later(change: (o: Own) => Own, said = ""): void {
    this.#change(change, said).catch((e: unknown) => this.#fault(e));
  }

  #draw(o: Own): void {
    fill(this.#place, this.#reminders(o), this.#texts(o), this.#lists(o));
  }

  #reminders(o: Own): HTMLElement {
    const open = o.reminders.filter((r) => r.done === "").sort((a, b) => (a.due === "" ? 1 : b.due === "" ? -1 : a.due < b.due ? -1 : a.due > b.due ? 1 : 0));
    const done = o.reminders.filter((r) => r.done !== "").sort((a, b) => (a.done < b.done ? 1 : -1));
    const add = act(t("own.reminder_add"), t("own.keeping"), async () => {
      this.#text.fault("");
      this.#number.fault("");
      const text = this.#text.value;
      if (text === "") return this.#text.fault(t("own.reminder_missing"));
      if (text.length > MOST.text) return this.#text.fault(t("own.too_long", { Count: MOST.text }));
      if (o.reminders.length >= MOST.reminders) return this.#text.fault(t("own.too_many", { Count: MOST.reminders }));
      const about = await this.#known();
      if (about === null) return this.#number.fault(t("own.reminder_unknown"));
      const r: Reminder = { id: freshId(), ...about, text, due: this.#due.value, done: "" };
      await this.#change((x) => ({ ...x, reminders: [...x.reminders, r] }), t("own.reminder_added"));
      this.#text.wipe();
      this.#number.wipe();
      this.#due.value = "";
    }, (e) => this.#fault(e));
    const form = h("div", { class: "cl-card cl-gap" }, h("h3", {}, t("own.reminder_new")), this.#text.box, h("div", { class: "cl-two" }, this.#number.box, h("div", { class: "govuk-form-group" }, h("label", { class: "govuk-label", for: "reminder-due" }, t("own.reminder_due")), h("div", { class: "govuk-hint" }, t("own.reminder_due_hint")), this.#due)), h("div", { class: "cl-actions" }, add));
    return h("section", { class: "cl-gap2", "aria-labelledby": "reminders" }, h("h2", { id: "reminders" }, t("own.reminders")), open.length === 0 ? h("p", { class: "cl-hint" }, t("own.reminders_none")) : h("ul", { class: "cl-own" }, ...open.map((r) => this.#reminder(r))), form,
      done.length > 0 && h("details", { class: "cl-why" }, h("summary", {}, t("own.reminders_done", { Count: done.length })), h("p", { class: "cl-hint" }, t("own.reminders_done_text", { Count: KEPT })), h("ul", { class: "cl-own" }, ...done.map((r) => this.#reminder(r)))));
  }

  /** Office and number of the case that was named, as the server writes it; both "" for none, null if this person may see no such case. */
  async #known(): Promise<{ unit: string; number: string } | null> {
    if (this.#number.value === "") return { unit: "", number: "" };
    const typed = typedNumber(this.#number.value);
    if (typed === "") return null;
    for (const { unit } of this.#plain.units) {
      const [number] = (await post<{ numbers: string[] }>(`work/${unit}/known`, { numbers: [typed] })).numbers;
      if (number !== undefined) return { unit, number };
    }
    return null;
  }

  #reminder(r: Reminder): HTMLElement {
    const today = this.#plain.day;
    const late = r.done === "" && r.due !== "" && r.due < today;
    const id = "done-" + r.id;
    const tick = h("input", { class: "govuk-checkboxes__input", id, type: "checkbox", change: () => this.#later((o) => ({ ...o, reminders: o.reminders.map((x) => (x.id === r.id ? { ...x, done: tick.checked ? today : "" } : x)) })) });
    tick.checked = r.done !== "";
    const when = r.due === "" ? null : r.due === today ? t("queue.today") : late ? t("own.reminder_late", { Day: date(r.due) }) : date(r.due);
    return h("li", { class: late ? "is-late" : undefined }, h("div", { class: "govuk-checkboxes__item" }, tick, h("label", { class: "govuk-label govuk-checkboxes__label", for: id }, h("span", { class: "cl-own__text" }, foreign(r.text)))),
      h("p", { class: "cl-own__about cl-hint" }, when, when !== null && r.number !== "" && " · ", r.number !== "" && h("a", { href: unitHref(this.#plain, "case/" + encodeURIComponent(r.number), r.unit), dir: "ltr" }, r.number),
        button(t("own.delete"), () => this.#remove((o) => ({ ...o, reminders: o.reminders.filter((x) => x.id !== r.id) }), (o) => ({ ...o, reminders: [...o.reminders.filter((x) => x.id !== r.id), r] })), "cl-plainbutton cl-linklike")));
  }

  /** Takes something away, and offers to put it back. */
  #remove(away: (o: Own) => Own, back: (o: Own) => Own): void {
    this.#change(away).then(() => {
      fill(this.#notice.box, note("ok", t("own.deleted"), h("div", { class: "cl-actions" }, button(t("own.undo"), () => this.#later(back, t("own.undone")), "govuk-button govuk-button--secondary"))));
    }).catch((e: unknown) => this.#fault(e));
  }

  #texts(o: Own): HTMLElement {
    const keep = act(this.#edited === null ? t("own.text_add") : t("own.text_change"), t("own.keeping"), async () => {
      this.#name.fault("");
      this.#words.fault("");
      const next = { name: this.#name.value, text: this.#words.value };
      const was = this.#edited;
      if (next.name === "") return this.#name.fault(t("own.text_name_missing"));
      if (next.name.length > MOST.name) return this.#name.fault(t("own.too_long", { Count: MOST.name }));
      if (next.text === "") return this.#words.fault(t("own.text_words_missing"));
      if (next.text.length > MOST.text) return this.#words.fault(t("own.too_long", { Count: MOST.text }));
      if (was === null && o.texts.length >= MOST.texts) return this.#name.fault(t("own.too_many", { Count: MOST.texts }));
      if (next.name !== was?.name && o.texts.some((x) => x.name === next.name)) return this.#name.fault(t("own.text_twice"));
      this.#edited = null;
      await this.#change((x) => ({ ...x, texts: [...x.texts.filter((y) => y.name !== (was?.name ?? next.name)), next].sort((a, b) => a.name.localeCompare(b.name)) }), t("own.text_kept"));
      this.#name.wipe();
      this.#words.wipe();
    }, (e) => this.#fault(e));
    const edit = (x: SavedText) => {
      this.#edited = x;
      this.#name.input.value = x.name;
      this.#words.input.value = x.text;
      this.#draw(o);
      this.#words.input.focus();
    };
    const drop = this.#edited !== null && button(t("own.text_leave"), () => {
      this.#edited = null;
      this.#name.wipe();
      this.#words.wipe();
      this.#draw(o);
    }, "govuk-button govuk-button--secondary");
    const form = h("div", { class: "cl-card cl-gap" }, h("h3", {}, this.#edited === null ? t("own.text_new") : t("own.text_changing")), this.#name.box, this.#words.box, h("div", { class: "cl-actions" }, keep, drop));
    return h("section", { class: "cl-gap2", "aria-labelledby": "texts" }, h("h2", { id: "texts" }, t("own.texts")), h("p", { class: "cl-hint cl-run" }, t("own.texts_lede")),
      o.texts.length === 0 ? null : h("ul", { class: "cl-own" }, ...o.texts.map((x) => h("li", {}, h("b", {}, foreign(x.name)), h("p", { class: "cl-own__text" }, foreign(x.text)), h("p", { class: "cl-own__about" }, button(t("own.change"), () => edit(x), "cl-plainbutton cl-linklike"),
        button(t("own.delete"), () => this.#remove((y) => ({ ...y, texts: y.texts.filter((z) => z.name !== x.name) }), (y) => ({ ...y, texts: [...y.texts.filter((z) => z.name !== x.name), x] })), "cl-plainbutton cl-linklike"))))), form);
  }

  #lists(o: Own): HTMLElement {
    return h("section", { class: "cl-gap2", "aria-labelledby": "lists" }, h("h2", { id: "lists" }, t("own.lists")), o.filters.length === 0 ? h("p", { class: "cl-hint cl-run" }, t("own.lists_none")) : h("ul", { class: "cl-own" }, ...o.filters.map((f) => h("li", {}, h("a", { href: savedHref(f, this.#plain.units.length > 1) }, foreign(f.name)),
      h("p", { class: "cl-own__about" }, button(t("own.delete"), () => this.#remove((x) => ({ ...x, filters: x.filters.filter((y) => y.name !== f.name) }), (x) => ({ ...x, filters: [...x.filters.filter((y) => y.name !== f.name), f] })), "cl-plainbutton cl-linklike"))))));
  }
}

/** What is kept, without what belongs to cases that this person may no longer see, and without what was done long ago. */
async function tidied(plain: Plain): Promise<Own> {
  const o = await own(true);
  const gone = new Set<string>();
  const of = (unit: string) => [...new Set(o.reminders.filter((r) => r.unit === unit && r.number !== "").map((r) => r.number))];
  for (const unit of new Set(o.reminders.filter((r) => r.number !== "").map((r) => r.unit))) {
    const numbers = of(unit);
    if (!plain.units.some((u) => u.unit === unit)) {
      for (const n of numbers) gone.add(unit + " " + n);
      continue;
    }
    for (let i = 0; i < numbers.length; i += 50) {
      const some = numbers.slice(i, i + 50);
      const known = new Set((await post<{ numbers: string[] }>(`work/${unit}/known`, { numbers: some })).numbers);
      for (const n of some) if (!known.has(n)) gone.add(unit + " " + n);
    }
  }
  const old = new Date(Date.parse(plain.day) - KEPT * 86_400_000).toISOString().slice(0, 10);
  const stays = (r: Reminder) => !(r.number !== "" && gone.has(r.unit + " " + r.number)) && !(r.done !== "" && r.done < old);
  return o.reminders.every(stays) ? o : changeOwn((x) => ({ ...x, reminders: x.reminders.filter(stays) }));
}
