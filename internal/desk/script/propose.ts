// A change of who holds which key: everybody's eight words, each office's people, and the root sheet.
import { dutyName, roleName } from "./names";
import { foreign, h, note } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { post } from "./api";
import { contentOf, prepare } from "./keeper";
import { type Facts, sheetFault } from "./keys";
import type { Person } from "./people";
import type { Me } from "./signin";
import { act, Field, Notice, sentence } from "./view";

/** Roles of a member in an office. Those in holders get the office's key. */
const roles = ["triage", "handler", "approver", "intake"] as const;

/** Somebody as the change shall have them. words are the eight words that the administrator typed. */
export interface Chosen {
  person: Person;
  words: string;
  /** Roles by office. */
  offices: Readonly<Record<string, readonly string[]>>;
}

/** The form of a change. It is proposed to the inspector, and done when they have signed. */
export function propose(facts: Facts, me: Me, done: () => void): HTMLElement {
  const others = facts.people.filter((p) => p.active && p.account !== me.account);
  if (facts.recovery === null) return note("warn", t("desk.propose_no_kit"), t("desk.propose_no_kit_text"));
  if (others.length === 0) return note("", t("desk.propose_nobody"), t("desk.propose_nobody_text"));
  const notice = new Notice();
  const content = contentOf(facts.list);
  // Whom the root has signed for before, with the same keys, need not read their words again.
  const listed = (p: Person) => [...content.custodians, ...content.inspectors].some((x) => x.id === p.account && x.recipient === p.recipient && x.sign === p.sign);
  const fresh = facts.offices.filter((o) => o.roster === 0);
  const forms = others.filter((p) => p.role !== "member" || fresh.length > 0).map((p) => new PersonForm(p, fresh, listed(p)));
  const settled = fresh.length === 0 ? note("", t("desk.propose_settled"), t("desk.propose_settled_text")) : null;
  if (settled !== null && forms.every((f) => f.listed)) return settled;
  const sheet = new Field("root-sheet", t("desk.sheet_root"), { hint: t("desk.propose_sheet_hint"), rows: 5, code: true });
  const go = act(t("desk.propose_go"), t("desk.propose_doing"), async () => {
    notice.clear();
    sheet.fault("");
    const chosen = forms.filter((f) => f.wanted);
    if (chosen.length === 0) return notice.fault(t("desk.propose_none"));
    if (fresh.length > 0 && chosen.some((f) => f.person.role === "member" && Object.keys(f.chosen.offices).length === 0)) return notice.fault(t("desk.propose_no_duty"));
    for (const f of chosen) if (!f.check()) return;
    if (sheet.value === "") return sheet.fault(t("desk.propose_sheet_missing"));
    const made = await prepare(facts, chosen.map((f) => f.chosen), sheet.value).catch((e: unknown) => {
      const f = e as { kind?: string; what?: string };
      const whose = forms.find((x) => x.person.account === f.what);
      if (f.kind === "fingerprint" && whose !== undefined) whose.words.fault(t("desk.words_differ"));
      else sheet.fault(sheetFault(e));
      return null;
    });
    if (made === null) return;
    await post("draft", made);
    sheet.wipe();
    done();
  }, (e) => notice.fault(sentence(e)));
  return h("section", {}, h("h2", {}, t("desk.propose")), h("p", {}, t("desk.propose_lede")), settled, notice.box, ...forms.map((f) => f.box), sheet.box, h("div", { class: "cl-actions" }, go));
}

/** One person of the change. */
class PersonForm {
  readonly words: Field;
  readonly box: HTMLElement;
  readonly #take: HTMLInputElement;

  constructor(
    readonly person: Person,
    fresh: Facts["offices"],
    readonly listed: boolean,
  ) {
    const id = person.account;
    this.words = new Field("words-" + id, t("desk.words_of", { Name: person.name }), { hint: t("desk.words_of_hint"), rows: 2, code: true });
    this.#take = h("input", { class: "govuk-checkboxes__input", type: "checkbox", id: "take-" + id, checked: true });
    const offices = person.role !== "member" ? [] : fresh.map((o) => h("fieldset", { class: "govuk-fieldset cl-gap", "data-office": o.id }, h("legend", {}, foreign(o.shown)), h("div", { class: "govuk-checkboxes cl-inline" }, ...roles.map((r) => h("div", { class: "govuk-checkboxes__item" }, h("input", { class: "govuk-checkboxes__input", type: "checkbox", id: `${id}-${o.id}-${r}`, value: r }), h("label", { class: "govuk-label govuk-checkboxes__label", for: `${id}-${o.id}-${r}` }, dutyName(r)))))));
    this.box = h("div", { class: "cl-card cl-gap2" }, h("div", { class: "govuk-checkboxes" }, h("div", { class: "govuk-checkboxes__item" }, this.#take, h("label", { class: "govuk-label govuk-checkboxes__label", for: "take-" + id }, foreign(person.name), " · ", roleName(person.role)))), listed ? h("p", { class: "cl-hint" }, t("desk.propose_listed")) : this.words.box, ...offices);
  }

  get wanted(): boolean {
    return this.#take.checked;
  }

  check(): boolean {
    this.words.fault("");
    if (!this.listed && this.words.value === "") {
      this.words.fault(t("desk.words_missing"));
      return false;
    }
    return true;
  }

  get chosen(): Chosen {
    const offices: Record<string, string[]> = {};
    for (const f of this.box.querySelectorAll<HTMLElement>("[data-office]")) {
      const taken = [...f.querySelectorAll<HTMLInputElement>("input:checked")].map((i) => i.value).sort();
      if (taken.length > 0) offices[f.dataset["office"]!] = taken;
    }
    return { person: this.person, words: this.words.value, offices };
  }
}
