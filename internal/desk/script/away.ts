// Who is away in an office, and who has their cases meanwhile. Nobody asks why.
import { button, type Child, fill, focus, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post, Refused } from "./api";
import type { Me } from "./signin";
import { act, Notice, page, sentence, type View } from "./view";

/** An absence. deputy is "" for nobody; lapsed says that the deputy is no handler of the office any more. */
interface Absent {
  key: number;
  member: string;
  deputy: string;
  from: string;
  to: string;
  lapsed: boolean;
  /** Who entered it, if somebody else did. */
  by: string;
}

/** An office as GET away gives it. all: who is here may enter absences of others; in: they are in it themself. */
interface Office {
  unit: string;
  name: string;
  day: string;
  all: boolean;
  in: boolean;
  people: { id: string; name: string; handler: boolean }[];
  days: Absent[];
}

/** under is the place from which it is reached. */
export function away(me: Me, under: string): View {
  return { path: "away", title: t("away.title"), unlisted: true, under, draw: (box) => draw(box, me, "") };
}

/** The way to it. */
export const awayLink = (): HTMLElement => h("p", { class: "cl-noprint" }, h("a", { href: `/${location.pathname.split("/")[1] ?? ""}/away` }, t("away.title")));

async function draw(box: HTMLElement, me: Me, done: string): Promise<void> {
  const offices = await get<Office[]>("away");
  page(box, t("away.title"), h("p", {}, t("away.lede")), h("p", { class: "cl-hint" }, t("away.lede_one")), h("div", { role: "status", class: "cl-gap" }, done !== "" && note("ok", done)),
    ...(offices.length === 0 ? [note("", t("away.no_office"))] : offices.map((o) => new AwayOffice(o, me, (text) => draw(box, me, text)).box)));
}

/** One office: who is away, and the form for one absence, new or corrected. */
class AwayOffice {
  readonly box: HTMLElement;
  readonly #form = h("div", {});
  readonly #says = new Notice();
  readonly #enter: HTMLButtonElement;

  constructor(
    readonly o: Office,
    readonly me: Me,
    readonly again: (done: string) => Promise<void>,
  ) {
    this.#enter = button(t("away.enter"), () => this.#ask(null), "govuk-button govuk-button--secondary");
    this.box = h("section", { class: "cl-gap2", "data-unit": o.unit, "aria-labelledby": "away-" + o.unit }, h("h2", { id: "away-" + o.unit }, foreign(o.name)),
      o.days.length === 0 ? h("p", { class: "cl-hint" }, o.all ? t("away.nobody_away") : t("away.not_away")) : h("ul", { class: "cl-todo" }, ...o.days.map((a) => this.#line(a))),
      this.#says.box, this.#form, h("div", { class: "cl-actions cl-noprint" }, this.#enter));
  }

  #name(id: string): string {
    return this.o.people.find((p) => p.id === id)?.name ?? id;
  }

  #line(a: Absent): HTMLElement {
    const mine = a.member === this.me.account;
    const handler = this.o.people.some((p) => p.id === a.member && p.handler);
    const who: Child = a.deputy === this.me.account ? t("away.for_whom", { Name: this.#name(a.member) }) : mine ? t("away.you") : foreign(this.#name(a.member));
    const has = a.lapsed ? null : a.deputy !== "" ? a.deputy !== this.me.account && t("away.has_cases", { Name: this.#name(a.deputy) }) : handler && t("away.cases_wait");
    const may = mine || this.o.all;
    return h("li", { class: "is-done", "data-absence": String(a.key) }, h("b", {}, who), h("span", {}, t("away.span", { From: date(a.from), To: date(a.to) }), a.from <= this.o.day && " ", a.from <= this.o.day && h("span", { class: "cl-tag" }, t("away.now"))),
      has !== null && has !== false && h("span", { class: "cl-hint" }, has), a.by !== "" && h("span", { class: "cl-hint" }, t("away.by", { Name: a.by })), a.lapsed && note("warn", t("away.lapsed"), t("away.lapsed_text", { Name: this.#name(a.deputy) })),
      may && h("span", { class: "cl-rowact cl-noprint" }, button(t("away.correct"), () => this.#ask(a), "cl-plainbutton cl-linklike"), " ", act(mine ? t("away.back") : t("away.end"), t("away.saving"), async () => {
        await post(`away/${this.o.unit}/${a.key}/end`, {});
        await this.again(t("away.ended"));
      }, (e) => this.#says.fault(sentence(e)), "cl-plainbutton cl-linklike")));
  }

  /** The form for an absence, null for a new one. */
  #ask(a: Absent | null): void {
    const id = (part: string) => `${part}-${this.o.unit}`;
    const day = (part: string, label: string, value: string, locked: boolean) => {
      const input = h("input", { class: "govuk-input govuk-input--width-10", type: "date", id: id(part), value, readonly: locked });
      return { input, box: h("div", { class: "govuk-form-group" }, h("label", { class: "govuk-label", for: id(part) }, label), input) };
    };
    const from = day("away-from", t("away.first"), a?.from ?? this.o.day, a !== null && a.from < this.o.day);
    const to = day("away-to", t("away.last"), a?.to ?? "", false);
    const pick = (part: string, label: string, hint: string) => {
      const input = h("select", { class: "govuk-select", id: id(part), "aria-describedby": id(part) + "-hint" });
      return { input, box: h("div", { class: "govuk-form-group" }, h("label", { class: "govuk-label", for: id(part) }, label), h("div", { class: "govuk-hint", id: id(part) + "-hint" }, hint), input) };
    };
    const member = pick("away-member", t("away.member"), t("away.member_hint"));
    const deputy = pick("away-deputy", t("away.deputy"), t("away.deputy_hint"));
    const option = (value: string, text: string, selected: boolean) => h("option", { value, selected }, text);
    fill(member.input, ...this.o.people.map((p) => option(p.id, p.name, p.id === (a?.member ?? this.me.account))));
    const who = () => a?.member ?? (this.o.all ? member.input.value : this.me.account);
    const choose = () => {
      const now = deputy.input.value;
      deputy.box.hidden = !this.o.people.some((p) => p.id === who() && p.handler);
      fill(deputy.input, option("", t("away.nobody"), now === ""), ...this.o.people.filter((p) => p.handler && p.id !== who()).map((p) => option(p.id, p.name, p.id === (now === "" ? a?.deputy : now))));
    };
    member.input.addEventListener("change", choose);
    choose();
    const close = () => {
      fill(this.#form);
      this.#enter.hidden = false;
      this.#enter.focus();
    };
    const save = act(t("away.save"), t("away.saving"), async () => {
      this.#says.clear();
      const body = { member: who(), deputy: deputy.box.hidden ? "" : deputy.input.value, from: from.input.value, to: to.input.value };
      if (body.from === "" || body.to === "") throw new Refused(422, "away.days", t("away.days"));
      await post(`away/${this.o.unit}${a === null ? "" : "/" + a.key}`, body);
      await this.again(a === null ? t("away.entered") : t("away.corrected"));
    }, (e) => this.#says.fault(sentence(e)));
    const head = h("h3", { tabindex: "-1" }, a === null ? t("away.enter") : t("away.correct_title", { Name: this.#name(a.member) }));
    this.#enter.hidden = true;
    fill(this.#form, h("div", { class: "cl-card cl-narrowbox" }, head, a === null && this.o.all && member.box, from.box, to.box, deputy.box, h("div", { class: "cl-actions" }, save, button(t("away.cancel"), close, "govuk-button govuk-button--secondary"))));
    focus(head);
  }
}
