// A change of who holds which key: everybody's eight words, each office's people, and the root sheet.
import { fromBase64 } from "../../../browser/src/bytes";
import { parseEnvelope } from "../../../browser/src/proof/envelope";
import { type Member, parseRoster } from "../../../browser/src/proof/roster";
import { dutyName, roleName } from "./names";
import { foreign, h, note } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { post } from "./api";
import { prepare } from "./ceremony";
import { Enough } from "./enough";
import { contentOf } from "./keeper";
import { type Facts, kitPlace } from "./keys";
import { sheetFault } from "./kitsheets";
import type { Person } from "./people";
import type { Me } from "./signin";
import { act, Field, Notice, sentence } from "./view";

/** Roles of a member in an office. Those in holders get the office's key. */
const roles = ["triage", "handler", "approver", "intake"] as const;

/** Roles that need no key of an office; most people have none of them. */
const others = ["protection", "reward_panel", "payer", "publisher", "channel_manager", "org_liaison", "records"] as const;

/** Somebody as the change shall have them. words are the eight words that the administrator typed. */
export interface Chosen {
  person: Person;
  words: string;
  /** Roles by office. */
  offices: Readonly<Record<string, readonly string[]>>;
}

/** Whose keys the newest roster of an office names, as it says itself: the worker checks it. Reading one takes a while. */
function rosterOf(o: Office): readonly Member[] {
  const file = fromBase64(o.rosters[o.rosters.length - 1] ?? "");
  return file === null || file.length === 0 ? [] : parseRoster(parseEnvelope(file).body).members;
}

export type Office = Facts["offices"][number];
/** Members of each office's newest roster. */
export type Rosters = ReadonlyMap<string, readonly Member[]>;
const same = (a: Person, b: { id: string; recipient: string; sign: string }) => a.account === b.id && a.recipient === b.recipient && a.sign === b.sign;

/** Whom the root, or two members of an office, have signed for before, with the same keys, need not read their words again. made are the offices that get a key. */
export function vouched(facts: Facts): { rosters: Rosters; listed: (p: Person, made: ReadonlySet<string>) => boolean } {
  const content = contentOf(facts.list);
  const rosters: Rosters = new Map(facts.offices.map((o) => [o.id, rosterOf(o)]));
  return { rosters, listed: (p, made) => [...content.custodians, ...content.inspectors, ...[...made].flatMap((id) => rosters.get(id) ?? [])].some((x) => same(p, x)) };
}

/** The form of a change. It is proposed to the inspector, and done when they have signed. */
export function propose(facts: Facts, me: Me, done: () => void): HTMLElement {
  const colleagues = facts.people.filter((p) => p.active && p.account !== me.account);
  if (facts.recovery === null) return note("warn", t("desk.propose_no_kit"), t("desk.propose_no_kit_text"), h("p", {}, h("a", { href: kitPlace() }, t("kit.go_make"))));
  if (colleagues.length === 0) return note("", t("desk.propose_nobody"), t("desk.propose_nobody_text"));
  const notice = new Notice();
  const { rosters, listed } = vouched(facts);
  const fresh = facts.offices.filter((o) => o.roster === 0);
  const made = new Set(fresh.map((o) => o.id));
  const forms = colleagues.map((p) => new PersonForm(p, facts.offices, rosters, listed));
  const sheet = new Field("root-sheet", t("desk.sheet_root"), { hint: t("desk.propose_sheet_hint"), rows: 5, code: true });
  const go = act(t("desk.propose_go"), t("desk.propose_doing"), async () => {
    notice.clear();
    sheet.fault("");
    const chosen = forms.filter((f) => f.wanted);
    if (chosen.length === 0) return notice.fault(t("desk.propose_none"));
    if (chosen.some((f) => f.person.role === "member" && Object.keys(f.chosen.offices).length === 0)) return notice.fault(t("desk.propose_no_duty"));
    const empty = facts.offices.find((o) => made.has(o.id) && o.roster > 0 && !chosen.some((f) => f.chosen.offices[o.id] !== undefined));
    if (empty !== undefined) return notice.fault(t("holders.newkey_nobody", { Unit: empty.shown }));
    for (const f of chosen) if (!f.check()) return;
    if (sheet.value === "") return sheet.fault(t("desk.propose_sheet_missing"));
    const answer = await prepare(facts, chosen.map((f) => f.chosen), sheet.value).catch((e: unknown) => {
      const f = e as { kind?: string; what?: string };
      const whose = forms.find((x) => x.person.account === f.what);
      if (f.kind === "fingerprint" && whose !== undefined) whose.words.fault(t("desk.words_differ"));
      else if (f.kind === "list" && f.what === "day") notice.fault(t("holders.newkey_day"));
      else if (f.kind === "list" || f.kind === "addition") notice.fault(t("desk.list_false"), t("desk.list_false_text"));
      else sheet.fault(sheetFault(e, "root"));
      return null;
    });
    if (answer === null) return;
    await post("draft", answer);
    sheet.wipe();
    done();
  }, (e) => notice.fault(sentence(e)));
  const enough = new Enough();
  const weigh = () => enough.show(facts.offices.filter((o) => made.has(o.id)), forms.filter((f) => f.wanted).map((f) => f.chosen));
  const rest = h("div", {}, h("div", { change: weigh }, ...forms.map((f) => f.box)), enough.box, h("div", { class: "cl-narrowbox" }, sheet.box), h("div", { class: "cl-actions" }, go));
  const show = (): void => {
    for (const f of forms) f.show(made, fresh.length > 0);
    weigh();
    rest.hidden = made.size === 0 && forms.every((f) => f.person.role === "member" || listed(f.person, made));
  };
  show();
  return h("section", {}, h("h2", {}, t("desk.propose")), h("p", {}, t("desk.propose_lede")), fresh.length === 0 && note("", t("desk.propose_settled"), t("desk.propose_settled_text")),
    newKeys(facts, rosters, made, show), notice.box, rest);
}

/** The offices that have a key and may get a new one. */
function newKeys(facts: Facts, rosters: Rosters, made: Set<string>, show: () => void): HTMLElement | false {
  const old = facts.offices.filter((o) => o.roster > 0);
  if (old.length === 0) return false;
  const item = (o: Office) => {
    const id = "newkey-" + o.id;
    const gone = (rosters.get(o.id) ?? []).filter((m) => !facts.people.some((p) => p.active && same(p, m))).map((m) => m.name).join(", ");
    const box = h("input", { class: "govuk-checkboxes__input", type: "checkbox", id, change: () => {
      if (box.checked) made.add(o.id);
      else made.delete(o.id);
      show();
    } });
    return h("div", { class: "govuk-checkboxes__item" }, box, h("label", { class: "govuk-label govuk-checkboxes__label", for: id }, foreign(o.shown)), gone !== "" && h("div", { class: "govuk-hint govuk-checkboxes__hint" }, t("holders.newkey_gone", { Names: gone })));
  };
  return h("fieldset", { class: "govuk-fieldset cl-gap2" }, h("legend", { class: "govuk-fieldset__legend" }, t("holders.newkey")), h("p", { class: "cl-hint" }, t("holders.newkey_hint")), h("div", { class: "govuk-checkboxes" }, ...old.map(item)));
}

/** One person of the change. */
export class PersonForm {
  readonly words: Field;
  readonly box: HTMLElement;
  readonly #take: HTMLInputElement;
  readonly #known = h("p", { class: "cl-hint" }, t("desk.propose_listed"));
  readonly #duties: ReadonlyMap<Office, HTMLElement>;
  #heard = false;

  /** listed tells whether somebody needs no words when the offices given get a key. */
  constructor(
    readonly person: Person,
    offices: readonly Office[],
    rosters: Rosters,
    private readonly listed: (p: Person, made: ReadonlySet<string>) => boolean,
  ) {
    const id = person.account;
    this.words = new Field("words-" + id, t("desk.words_of", { Name: person.name }), { hint: t("desk.words_of_hint"), rows: 2, code: true });
    this.#take = h("input", { class: "govuk-checkboxes__input", type: "checkbox", id: "take-" + id, checked: true });
    this.#duties = new Map(person.role !== "member" ? [] : offices.map((o) => [o, this.#office(o, rosters.get(o.id) ?? [])]));
    this.box = h("div", { class: "cl-card cl-gap2" }, h("div", { class: "govuk-checkboxes" }, h("div", { class: "govuk-checkboxes__item" }, this.#take, h("label", { class: "govuk-label govuk-checkboxes__label", for: "take-" + id }, foreign(person.name), " · ", roleName(person.role)))), this.#known, this.words.box, ...this.#duties.values());
  }

  /** Duties in an office, at first those of its roster in force. */
  #office(o: Office, roster: readonly Member[]): HTMLElement {
    const id = this.person.account;
    const before = roster.find((m) => same(this.person, m))?.roles ?? [];
    const box = (r: string) => h("div", { class: "govuk-checkboxes__item" }, h("input", { class: "govuk-checkboxes__input", type: "checkbox", id: `${id}-${o.id}-${r}`, value: r, checked: before.includes(r) }), h("label", { class: "govuk-label govuk-checkboxes__label", for: `${id}-${o.id}-${r}` }, dutyName(r)));
    const boxes = (list: readonly string[]) => h("div", { class: "govuk-checkboxes cl-inline" }, ...list.map(box));
    const rare = [...others, ...before.filter((r) => ![...roles, ...others].some((x) => x === r))];
    return h("fieldset", { class: "govuk-fieldset cl-gap", "data-office": o.id }, h("legend", {}, foreign(o.shown)), boxes(roles), h("details", { class: "cl-more", open: before.some((r) => rare.includes(r)) }, h("summary", {}, t("staffing.more_duties")), boxes(rare)));
  }

  /** Shows what counts when the offices given get a key. fresh: an office has none yet, so everybody may be needed. */
  show(made: ReadonlySet<string>, fresh: boolean): void {
    for (const [o, f] of this.#duties) f.hidden = !made.has(o.id);
    this.#heard = this.listed(this.person, made);
    this.#known.hidden = !this.#heard;
    this.words.box.hidden = this.#heard;
    if (this.person.role !== "member") return;
    this.box.hidden = made.size === 0;
    this.#take.checked = fresh || Object.keys(this.chosen.offices).length > 0;
  }

  get wanted(): boolean {
    return this.#take.checked && !this.box.hidden;
  }

  check(): boolean {
    this.words.fault("");
    if (!this.#heard && this.words.value === "") {
      this.words.fault(t("desk.words_missing"));
      return false;
    }
    return true;
  }

  get chosen(): Chosen {
    const offices: Record<string, string[]> = {};
    for (const [o, f] of this.#duties) {
      const taken = f.hidden ? [] : [...f.querySelectorAll<HTMLInputElement>("input:checked")].map((i) => i.value).sort();
      if (taken.length > 0) offices[o.id] = taken;
    }
    return { person: this.person, words: this.words.value, offices };
  }
}
