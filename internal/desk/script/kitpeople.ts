// The last page of a new recovery kit: which offices get a new key, who holds it, and the root sheet.
import type { CopyState, KeyCopy } from "../../../browser/src/staff/renewal";
import { foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post } from "./api";
import { prepareKit } from "./ceremony";
import { Enough } from "./enough";
import { contentOf } from "./keeper";
import type { Facts } from "./keys";
import type { Way } from "./kit";
import { sheetFault } from "./kitsheets";
import { type Chosen, type Office, PersonForm, vouched } from "./propose";
import { act, Field, Notice, page, sentence } from "./view";

/** What the sheets of the kit before gave; nothing without them. */
interface Opened {
  way: Way;
  copies: readonly KeyCopy[];
  keys: readonly CopyState[];
}

const holding = ["triage", "handler", "approver"];

/** The form, whose worker has a new kit that is typed back. */
export class KitChange {
  readonly #notice = new Notice();
  readonly #sheet = new Field("root-sheet", t("desk.sheet_root"), { hint: t("desk.propose_sheet_hint"), rows: 5, code: true });
  /** Offices that get a new key. */
  readonly #made = new Set<string>();
  readonly #enough = new Enough();
  #forms: PersonForm[] = [];
  #listed: (p: Facts["people"][number], made: ReadonlySet<string>) => boolean = () => false;

  constructor(
    private readonly box: HTMLElement,
    private facts: Facts,
    private readonly opened: Opened,
    private readonly done: () => void,
  ) {}

  /** Offices with a key in force. */
  get #offices(): Office[] {
    const content = contentOf(this.facts.list);
    return this.facts.offices.filter((o) => content.intake.some((u) => u.id === o.id && u.to === ""));
  }

  /** Offices that cannot keep their key: nothing would open it with the new kit. */
  get #must(): Office[] {
    return this.#offices.filter((o) => !this.opened.keys.some((k) => k.unit === o.id && k.to === "" && k.state === "opens"));
  }

  draw(): void {
    const { rosters, listed } = vouched(this.facts);
    this.#listed = listed;
    this.#made.clear();
    for (const o of this.#must) this.#made.add(o.id);
    this.#forms = this.facts.people.filter((p) => p.active && p.role === "member").map((p) => new PersonForm(p, this.#offices, rosters, listed));
    const show = () => {
      for (const f of this.#forms) f.show(this.#made, false);
      nobody.hidden = this.#made.size === 0 || this.#forms.length > 0;
      heard.hidden = this.#made.size === 0;
      weigh();
    };
    const weigh = () => this.#enough.show(this.#offices.filter((o) => this.#made.has(o.id)), this.#chosen);
    const nobody = note("warn", t("kit.nobody"), t("kit.nobody_text"));
    const heard = h("div", { class: "cl-gap2" }, h("h2", {}, t("kit.who")), h("p", {}, this.opened.way === "use" ? t("kit.who_use") : t("kit.who_text")));
    show();
    page(this.box, t("kit.sign"), h("p", {}, this.#lede()), this.#choice(show), this.#gone(), heard, nobody, h("div", { change: weigh }, ...this.#forms.map((f) => f.box)), this.#enough.box, h("div", { class: "cl-narrowbox" }, this.#sheet.box), this.#notice.box,
      h("div", { class: "cl-actions" }, act(t("desk.propose_go"), t("kit.doing"), () => this.#send(), (e) => this.#notice.fault(sentence(e)))));
  }

  /** Members as they were ticked, with a duty at least. */
  get #chosen(): Chosen[] {
    return this.#forms.filter((f) => f.wanted).map((f) => f.chosen).filter((c) => Object.keys(c.offices).length > 0);
  }

  #lede(): string {
    return this.opened.way === "use" ? t("kit.sign_use") : this.opened.way === "renew" ? t("kit.sign_renew") : t("kit.sign_anew");
  }

  /** Which offices are recovered; those that must have a new key are only named. */
  #choice(show: () => void): HTMLElement {
    const must = this.#must;
    const named = must.length > 0 && note("", this.opened.way === "anew" ? t("kit.must_all") : t("kit.must"), h("ul", { class: "cl-list" }, ...must.map((o) => h("li", {}, foreign(o.shown)))));
    if (this.opened.way !== "use") return h("div", {}, named);
    const item = (o: Office) => {
      const id = "recover-" + o.id;
      const input = h("input", { class: "govuk-checkboxes__input", type: "checkbox", id, change: () => {
        if (input.checked) this.#made.add(o.id);
        else this.#made.delete(o.id);
        show();
      } });
      return h("div", { class: "govuk-checkboxes__item" }, input, h("label", { class: "govuk-label govuk-checkboxes__label", for: id }, foreign(o.shown)));
    };
    return h("div", {}, h("fieldset", { class: "govuk-fieldset cl-gap2" }, h("legend", { class: "govuk-fieldset__legend" }, t("kit.which")), h("p", { class: "cl-hint" }, t("kit.which_hint")), h("div", { class: "govuk-checkboxes" }, ...this.#offices.filter((o) => !must.includes(o)).map(item))), named);
  }

  /** Custodians and inspectors who have no account any more cannot stay on the list. */
  #gone(): HTMLElement | false {
    const { custodians, inspectors } = contentOf(this.facts.list);
    const gone = [...custodians, ...inspectors].filter((c) => !this.#stay.some((p) => p.account === c.id)).map((c) => c.id);
    return gone.length > 0 && note("warn", t("kit.gone"), foreign(gone.join(" ")));
  }

  /** Custodians and inspectors of the list in force who are still there. */
  get #stay(): Facts["people"] {
    return this.facts.people.filter((p) => p.active && p.role !== "member" && p.role !== "administrator" && this.#listed(p, new Set()));
  }

  async #send(): Promise<void> {
    this.#notice.clear();
    this.#sheet.fault("");
    const now = await get<Facts>("setup/facts");
    if (JSON.stringify([now.list, now.offices, now.people, now.recovery]) !== JSON.stringify([this.facts.list, this.facts.offices, this.facts.people, this.facts.recovery])) {
      this.facts = now;
      this.draw();
      return this.#notice.fault(t("kit.moved"));
    }
    this.facts = now;
    const chosen = this.#chosen;
    if (this.opened.way === "use" && this.#made.size === 0) return this.#notice.fault(t("kit.which_missing"));
    const empty = this.#offices.find((o) => this.#made.has(o.id) && !chosen.some((c) => c.offices[o.id]?.some((r) => holding.includes(r)) === true));
    if (empty !== undefined) return this.#notice.fault(t("kit.office_nobody", { Unit: empty.shown }));
    for (const f of this.#forms) if (f.wanted && Object.keys(f.chosen.offices).length > 0 && !f.check()) return;
    if (this.#sheet.value === "") return this.#sheet.fault(t("desk.propose_sheet_missing"));
    const bundle = await this.#bundle([...this.#stay.map((person): Chosen => ({ person, words: "", offices: {} })), ...chosen]);
    if (bundle === null) return;
    await post("draft", bundle);
    this.#sheet.wipe();
    this.done();
  }

  /** null when a field says what is wrong. */
  async #bundle(chosen: readonly Chosen[]): Promise<object | null> {
    const { keys, copies } = this.opened;
    const left = keys.some((k) => k.state === "opens") ? keys.filter((k) => k.state === "fails") : [];
    try {
      return await prepareKit(this.facts, chosen, this.#sheet.value, copies, left);
    } catch (e) {
      const { kind, what = "" } = e as { kind?: string; what?: string };
      const whose = this.#forms.find((x) => x.person.account === what);
      const [unit, from] = what.split(" ");
      if (kind === "fingerprint" && whose !== undefined) whose.words.fault(t("desk.words_differ"));
      else if (kind === "list" && what === "day") this.#notice.fault(t("holders.newkey_day"));
      else if (kind === "copy") this.#notice.fault(t("kit.copy_of", { Unit: this.facts.offices.find((o) => o.id === unit)?.shown ?? "", From: date(from ?? "") }));
      else if (kind === "list" || kind === "addition" || kind === "signature" || kind === "format" || kind === "older") this.#notice.fault(t("desk.list_false"), t("desk.list_false_text"));
      else this.#sheet.fault(sheetFault(e, "root"));
      return null;
    }
  }
}
