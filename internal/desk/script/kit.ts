// The recovery kit, used and replaced: for an office that nobody can open any more, after the loss of sheets, and where there is
// none yet. What is typed and made stays in the worker until the new kit is proposed; nothing of a sheet is sent.
import type { CopyState, KeyCopy } from "../../../browser/src/staff/renewal";
import { fill, focus, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post } from "./api";
import { endCeremony, looks, markOf, nextKit, oldSheet } from "./ceremony";
import { need } from "./keeper";
import type { Facts } from "./keys";
import { KitChange } from "./kitpeople";
import { sheetFault, sheets } from "./kitsheets";
import { act, Field, Notice, page, sentence, type View } from "./view";

/** use: an office is recovered; renew: the old sheets are there, offices keep their keys; anew: they are not. */
export type Way = "use" | "renew" | "anew";

export function kit(): View {
  let sitting: Sitting | null = null;
  const end = () => {
    sitting?.end();
    sitting = null;
  };
  return {
    path: "kit", title: t("kit.title"), unlisted: true, leave: end, mayLeave: (go) => sitting?.mayLeave(go) ?? true,
    draw: async (box) => {
      end();
      sitting = new Sitting(box, await get<Facts>("setup/facts"));
      sitting.choose();
    },
  };
}

/** A choice among few. */
function radios(name: string, legend: string, items: readonly (readonly [string, string, string])[], chosen: string): HTMLElement {
  return h("fieldset", { class: "govuk-fieldset cl-gap2" }, h("legend", { class: "govuk-fieldset__legend" }, legend), h("div", { class: "govuk-radios" }, ...items.map(([value, label, hint]) => h("div", { class: "govuk-radios__item" },
    h("input", { class: "govuk-radios__input", type: "radio", name, id: `${name}-${value}`, value, checked: value === chosen, "aria-describedby": `${name}-${value}-hint` }), h("label", { class: "govuk-label govuk-radios__label", for: `${name}-${value}` }, label), h("div", { class: "govuk-hint govuk-radios__hint", id: `${name}-${value}-hint` }, hint)))));
}

const checked = (box: HTMLElement): string => box.querySelector<HTMLInputElement>("input:checked")?.value ?? "";

/** One sitting, from the choice to the proposal. */
class Sitting {
  #way: Way = "anew";
  #size: [number, number] = [2, 3];
  #taken = 0;
  /** Something was typed or made that leaving the page would lose. */
  #begun = false;
  copies: KeyCopy[] = [];
  keys: CopyState[] = [];
  readonly #asked = h("div", {});
  readonly #in = h("div", {});
  readonly #unload = (e: BeforeUnloadEvent) => {
    if (this.#begun) e.preventDefault();
  };

  constructor(
    box: HTMLElement,
    private readonly facts: Facts,
  ) {
    fill(box, this.#asked, this.#in);
    window.addEventListener("beforeunload", this.#unload);
  }

  end(): void {
    window.removeEventListener("beforeunload", this.#unload);
    this.#begun = false;
    endCeremony();
  }

  /** Asks before sheets are lost. */
  mayLeave(go: () => void): boolean {
    if (!this.#begun) return true;
    const stay = note("warn", t("kit.leave"), t("kit.leave_text"), h("div", { class: "cl-actions" }, h("button", { type: "button", class: "govuk-button", click: () => {
      fill(this.#asked);
      focus(this.#in.querySelector("h1"));
    } }, t("kit.leave_stay")), h("button", { type: "button", class: "govuk-button govuk-button--secondary", click: () => {
      this.end();
      go();
    } }, t("kit.leave_go"))));
    fill(this.#asked, stay);
    focus(stay);
    return false;
  }

  /** What has happened, and how many new sheets there shall be. */
  choose(): void {
    const f = this.facts;
    if (f.version === 0) return void page(this.#in, t("kit.title"), note("", t("kit.first"), t("kit.first_text"), h("p", {}, h("a", { href: `/${location.pathname.split("/")[1] ?? ""}/keys` }, t("desk.keys")))));
    const ways: [string, string, string][] = f.recovery === null ? [["anew", t("kit.way_none"), t("kit.way_none_hint")]]
      : [["use", t("kit.way_use"), t("kit.way_use_hint", { K: f.recovery.k })], ["renew", t("kit.way_renew"), t("kit.way_renew_hint", { K: f.recovery.k })], ["anew", t("kit.way_anew"), t("kit.way_anew_hint", { K: f.recovery.k })]];
    const way = radios("way", t("kit.way"), ways, ways.length === 1 ? "anew" : "");
    const size = radios("kit", t("kit.how_many"), [["3", t("desk.kit_of", { K: 2, N: 3 }), t("desk.kit_hint_3")], ["5", t("desk.kit_of", { K: 3, N: 5 }), t("desk.kit_hint_5")]], f.recovery?.n === 5 ? "5" : "3");
    const notice = new Notice();
    const go = act(t("desk.next"), t("desk.kit_making"), async () => {
      notice.clear();
      if (checked(way) === "") return notice.fault(t("kit.way_missing"));
      this.#way = checked(way) as Way;
      this.#size = checked(size) === "5" ? [3, 5] : [2, 3];
      if (this.#way === "anew") await this.#make();
      else this.#old();
    }, (e) => notice.fault(sentence(e)));
    page(this.#in, t("kit.title"), h("p", {}, t("kit.lede")), f.draft !== null && note("warn", t("kit.draft"), t("kit.draft_text")), h("h2", { class: "cl-gap2" }, t("kit.ready")), h("ul", { class: "cl-list" }, h("li", {}, t("kit.ready_root")), h("li", {}, t("kit.ready_print")), h("li", {}, t("kit.ready_people")), h("li", {}, t("kit.ready_time"))),
      notice.box, way, size, h("div", { class: "cl-actions" }, go));
  }

  /** The sheets of the kit on record, one by one. What was taken stays whatever comes next. */
  #old(): void {
    const r = this.facts.recovery;
    if (r === null) return;
    let missing = r.k - this.#taken;
    const notice = new Notice();
    const state = h("p", { role: "status", class: "cl-gap" });
    const words = new Field("old-sheet", t("desk.sheet_type"), { hint: t("desk.sheet_type_hint"), rows: 5, code: true });
    const show = () => fill(state, h("b", {}, t("kit.taken", { Count: this.#taken })), " ", missing === 0 ? t("kit.enough") : t("kit.need", { Count: missing }));
    const check = act(t("desk.sheet_check"), t("kit.opening"), async () => {
      words.fault("");
      notice.clear();
      if (missing > 0) {
        missing = await oldSheet(this.facts, words.value).catch((e: unknown) => {
          if ((e as { what?: string }).what === "none") missing = r.k;
          words.fault(sheetFault(e, "old"));
          return missing;
        });
        const now = r.k - missing;
        const took = now > this.#taken;
        this.#taken = now;
        this.#begun ||= took;
        show();
        if (!took) return;
        words.wipe();
        words.input.focus();
        if (missing > 0) return;
      }
      await this.#look();
      this.#opened();
    }, (e) => notice.fault(sentence(e)));
    const few = act(t("kit.no_more"), t("kit.no_more"), async () => words.fault(t("kit.few", { Count: missing })), () => undefined, "govuk-button govuk-button--secondary");
    show();
    page(this.#in, t("kit.old"), h("p", {}, t("kit.old_lede", { K: r.k, N: r.n })), h("p", {}, t("kit.old_mark"), " ", h("code", { dir: "ltr" }, markOf(r.recipient)), " · ", date(r.day)), state, notice.box, h("div", { class: "cl-narrowbox cl-gap" }, words.box, h("div", { class: "cl-actions" }, check, few, act(t("kit.back"), t("kit.back"), async () => this.choose(), () => undefined, "cl-plainbutton cl-linklike"))));
  }

  /** Takes the copies from the server and tries them. */
  async #look(): Promise<void> {
    const { copies } = await post<{ copies: { unit: string; key: string; sealed?: string }[] }>("kit/copies");
    this.copies = copies.flatMap((c) => (c.sealed === undefined ? [] : [{ unit: c.unit, key: c.key, sealed: need(c.sealed) }]));
    this.keys = await looks(this.facts, this.copies);
  }

  /** What the sheets open, and what they do not. */
  #opened(): void {
    const fails = this.keys.filter((k) => k.state === "fails");
    const agreed = h("input", { class: "govuk-checkboxes__input", type: "checkbox", id: "leave-behind" });
    const notice = new Notice();
    const name = (unit: string) => this.facts.offices.find((o) => o.id === unit)?.shown ?? unit;
    const days = (k: CopyState) => (k.to === "" ? t("kit.since", { From: date(k.from) }) : t("kit.days", { From: date(k.from), To: date(k.to) }));
    const bad = (k: CopyState) => h("li", {}, foreign(name(k.unit)), " · ", days(k), " · ", k.state === "none" ? t("kit.copy_none") : t("kit.copy_fails"));
    const items = this.facts.offices.filter((o) => this.keys.some((k) => k.unit === o.id)).map((o) => h("li", {}, foreign(o.shown), " · ", t("kit.opens", { Count: this.keys.filter((k) => k.unit === o.id && k.state === "opens").length })));
    const go = act(t("kit.opened_go"), t("desk.kit_making"), async () => {
      notice.clear();
      if (fails.length > 0 && !agreed.checked) return notice.fault(t("kit.leave_behind_missing"));
      await this.#make();
    }, (e) => notice.fault(sentence(e)));
    page(this.#in, t("kit.opened"), h("p", {}, t("kit.opened_lede")), h("ul", { class: "cl-list" }, ...items), this.keys.some((k) => k.state !== "opens") && h("section", { class: "cl-gap2" }, h("h2", {}, t("kit.closed")), h("p", {}, t("kit.closed_text")), h("ul", { class: "cl-list" }, ...this.keys.filter((k) => k.state !== "opens").map(bad))),
      fails.length > 0 && h("div", { class: "govuk-checkboxes cl-gap" }, h("div", { class: "govuk-checkboxes__item" }, agreed, h("label", { class: "govuk-label govuk-checkboxes__label", for: "leave-behind" }, t("kit.leave_behind")))), notice.box, h("div", { class: "cl-actions" }, go));
  }

  async #make(): Promise<void> {
    const made = await nextKit(this.facts, ...this.#size);
    this.#begun = true;
    sheets(this.#in, this.facts, made, async () => new KitChange(this.#in, this.facts, { way: this.#way, copies: this.copies, keys: this.keys }, () => this.#proposed()).draw());
  }

  /** It waits for the inspector. The sheets of before count until then. */
  #proposed(): void {
    this.end();
    const used = this.#way === "use";
    page(this.#in, t("kit.proposed"), note("ok", t("kit.proposed_note")), h("h2", { class: "cl-gap2" }, t("kit.then")), h("ul", { class: "cl-list" }, h("li", {}, t("kit.then_inspector")), h("li", {}, t("kit.then_new")), this.facts.recovery !== null && h("li", {}, t("kit.then_old")), used && h("li", {}, t("kit.then_holders"))));
  }
}
