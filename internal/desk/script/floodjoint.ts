// Handling a group together: which cases, which act, and the words, written once. Each case is then handled by itself (floodrun.ts).
import type { Alike } from "../../../browser/src/staff/sketch";
import { button, fill, focus, h, note } from "../../site/script/dom";
import { dayMonth, num, t } from "../../site/script/words";
import { actForm, type Doing, voting } from "./caseacts";
import { Drafts, keptChoice } from "./casedraft";
import { actName } from "./casewords";
import { folded, growing, marks, membersOf } from "./floodparts";
import type { Waits } from "./floodread";
import { groundOf, type Joint, openOne } from "./floodrun";
import type { Facts, Unit } from "./unit";
import { act, Field, Notice, sentence } from "./view";

/** How many cases are chosen before somebody says another number. */
const FIRST = 50;

/** What the panel stands on. */
export interface Around {
  known: ReadonlyMap<string, Waits>;
  files: ReadonlySet<string>;
  /** Account of who is here. */
  me: string;
  href(number: string): string;
  lists(): Promise<{ facts: Facts; unit: Unit }>;
  roles: readonly string[];
  nameFor(id: string): string;
  /** Begins. */
  run(joint: Joint, chosen: readonly Waits[]): void;
  /** The panel was shut. */
  shut(): void;
}

interface Option {
  id: string;
  label: string;
  all: Waits[];
}

/** What can be done to members of a group by somebody of these roles, each with the cases that it can be done to. */
function options(members: readonly Waits[], a: Around): Option[] {
  const out: Option[] = [];
  const add = (id: string, label: string, all: Waits[]) => {
    if (all.length > 0) out.push({ id, label, all });
  };
  const free = (...states: string[]) => members.filter((w) => states.includes(w.state) && w.proposal === null);
  if (a.roles.includes("triage")) {
    add("acknowledge", actName("acknowledge"), free("received"));
    add("triage", actName("triage"), free("acknowledged"));
    for (const kind of ["propose_decline", "accept", "link", "ask"]) add(kind, actName(kind), kind === "propose_decline" ? free("triaged", "needs_info") : free("triaged"));
  }
  if (a.roles.includes("approver")) {
    const others = members.filter((w) => w.proposal !== null && w.proposal.kind === "proposed_decline" && w.proposal.by !== a.me);
    for (const code of [...new Set(others.map((w) => w.proposal!.code))].sort()) add("vote-" + code, t("floods.vote", { Code: code }), others.filter((w) => w.proposal!.code === code));
  }
  return out;
}

/** The panel of a group. Typed words stay in it while it is open. */
export class Panel {
  readonly #notice = new Notice();
  readonly #which = h("div", {});
  readonly #form = h("div", {});
  readonly #members: Waits[];
  readonly #out = new Set<string>();
  #option: Option | null = null;
  #most = FIRST;

  /** drafts stay when the panel is drawn anew: the key may have been shut meanwhile, or every case refused. */
  constructor(readonly group: Alike, private readonly a: Around, readonly drafts = new Drafts()) {
    this.#members = membersOf(group, a.known);
    for (const w of this.#members) if (w.danger || a.files.has(w.case)) this.#out.add(w.case);
  }

  draw(place: HTMLElement): void {
    const all = options(this.#members, this.a);
    const before = all.find((o) => o.id === this.drafts.get("floods-act"));
    const own = this.#members.filter((w) => w.proposal?.by === this.a.me).length;
    const head = h("h4", { tabindex: "-1" }, t("floods.joint"));
    const mine = own > 0 && h("p", { class: "cl-hint" }, t("floods.own_proposals", { Count: own }));
    if (all.length === 0) fill(place, head, h("p", { class: "cl-hint" }, t("floods.nothing_to_do")), mine, this.#shutButton());
    else {
      const choice = keptChoice(this.drafts, "floods-act", t("floods.which_act"), all.map((o) => ({ id: o.id, label: `${o.label} (${num(o.all.length)})` })), (id) => this.#choose(all.find((o) => o.id === id)!));
      fill(place, head, h("p", {}, t("floods.joint_text")), mine, h("div", { class: "cl-gap" }, choice.box), this.#which, this.#notice.box, this.#form);
    }
    if (before !== undefined) this.#choose(before);
    focus(head);
  }

  #shutButton(): HTMLElement {
    return h("div", { class: "cl-actions" }, button(t("casepage.fold"), () => this.a.shut(), "govuk-button govuk-button--secondary"));
  }

  get #chosen(): Waits[] {
    return (this.#option?.all ?? []).filter((w) => !this.#out.has(w.case)).slice(0, this.#most);
  }

  #choose(o: Option): void {
    this.#option = o;
    this.#most = Math.min(FIRST, o.all.length);
    fill(this.#form);
    this.#notice.clear();
    this.#drawWhich();
  }

  /** How many, which, and which not. */
  #drawWhich(): void {
    const o = this.#option!;
    const most = new Field("floods-most", t("floods.most"), { hint: t("floods.most_hint", { Count: o.all.length }), width: 5, numeric: true, value: String(this.#most) });
    const says = h("p", { role: "status", class: "cl-gap" });
    const list = h("div", {});
    const apart = o.all.filter((w) => w.danger || this.a.files.has(w.case));
    const tell = () => (says.textContent = t("floods.chosen", { Count: this.#chosen.length }));
    const redraw = () => {
      tell();
      fill(list, folded(t("floods.chosen_list"), () => growing([...this.#chosen, ...o.all.filter((w) => this.#out.has(w.case))], async (some) => some.map((w) => this.#row(w, tell)), "cl-rows"), "cl-more cl-alike__choose"));
    };
    most.input.addEventListener("change", () => {
      const n = Number(most.value);
      const good = Number.isInteger(n) && n >= 1 && n <= o.all.length;
      most.fault(good ? "" : t("floods.most_wrong", { Count: o.all.length }));
      if (!good) return;
      this.#most = n;
      redraw();
    });
    const next = act(t("floods.write"), t("floods.opening"), () => this.#write(), (e) => this.#notice.fault(sentence(e)), "govuk-button");
    fill(this.#which, most.box, apart.length > 0 && note("warn", t("floods.apart", { Count: apart.length }), t("floods.apart_text")), says, list, h("div", { class: "cl-actions" }, next, button(t("casepage.fold"), () => this.a.shut(), "govuk-button govuk-button--secondary")));
    redraw();
  }

  /** A case of the choice: taken out where somebody sees that it is not the same. */
  #row(w: Waits, changed: () => void): HTMLElement {
    const input = h("input", { class: "govuk-checkboxes__input", type: "checkbox", id: "pick-" + w.number, checked: !this.#out.has(w.case) });
    input.addEventListener("change", () => {
      if (input.checked) this.#out.delete(w.case);
      else this.#out.add(w.case);
      changed();
    });
    return h("li", {}, h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, h("div", { class: "govuk-checkboxes__item" }, input, h("label", { class: "govuk-label govuk-checkboxes__label", for: "pick-" + w.number }, h("span", { dir: "ltr" }, w.number)))),
      h("span", { class: "cl-hint" }, dayMonth(w.day)), ...marks(w, this.a.files), h("a", { href: this.a.href(w.number), "aria-label": t("floods.look_at", { Number: w.number }) }, t("floods.look")));
  }

  /** The form of the act, on the ground of the first case that was chosen: its words go to each. */
  async #write(): Promise<void> {
    this.#notice.clear();
    const first = this.#chosen[0];
    const o = this.#option;
    if (first === undefined || o === null) return this.#notice.fault(t("floods.none_chosen"));
    const { facts, unit } = await this.a.lists();
    const ready = await openOne(unit, facts.day, first.number);
    const ground = groundOf(ready, facts, this.drafts);
    const voted = o.id.startsWith("vote-");
    const doing: Doing = {
      ground, open: true, nameFor: this.a.nameFor, chosen: o.id, choose: () => this.a.shut(), fault: (e) => note("danger", sentence(e)), key: h("div", {}), meanwhile: null,
      send: async (p) => {
        const chosen = this.#chosen;
        if (chosen.length > 0) this.a.run({ act: p.act, example: this.group.example, drafts: this.drafts, shown: ground.waiting() }, chosen);
      },
    };
    const form = voted ? voting(doing) : actForm(o.id, doing);
    if (form === null) return this.#notice.fault(t("casepage.not_now"));
    const langs = new Set(this.#chosen.map((w) => w.lang)).size;
    fill(this.#form, h("p", { class: "cl-hint cl-gap" }, t("floods.form_text", { Count: this.#chosen.length })), langs > 1 && note("", t("floods.languages", { Count: langs })), form);
    focus(form.querySelector("h2"));
  }
}
