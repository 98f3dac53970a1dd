// Reports that are nearly the same: read here, shown as one row, handled together. Sorting only: it begins when somebody asks for
// it, can be switched off, and decides nothing.
import type { Alike } from "../../../browser/src/staff/sketch";
import { ALIKE } from "../../../browser/src/staff/sketch";
import { button, fill, focus, h, note } from "../../site/script/dom";
import { num, t } from "../../site/script/words";
import { get, Refused } from "./api";
import type { Drafts } from "./casedraft";
import { type Around, groupRow, oneByOne } from "./floodparts";
import { Panel } from "./floodjoint";
import { Reader, waiting, type Waits } from "./floodread";
import { type Joint, Run } from "./floodrun";
import { askKeeper, onKey, opened, withKey } from "./keeper";
import type { Me } from "./signin";
import { type Facts, ready, type Unit } from "./unit";
import { act, Notice, page, sentence, type View } from "./view";

/** How many reports before triage make the list of cases point here. */
export const MANY = 20;

export function alike(me: Me): View {
  let shown: AlikePage | null = null;
  return {
    path: "alike", unlisted: true, title: t("floods.title"),
    draw: (box) => {
      shown?.end();
      shown = new AlikePage(me, box);
      return shown.start();
    },
    leave: () => {
      shown?.end();
      shown = null;
    },
    mayLeave: (go) => shown?.mayLeave(go) ?? true,
  };
}

interface Plain {
  units: { unit: string; name: string; roles: string[] }[];
}

class AlikePage {
  readonly #segment = location.pathname.split("/")[1] ?? "";
  readonly #notice = new Notice();
  /** Where the key is asked for. */
  readonly #key = h("div", {});
  /** What is under way, and what came of it: numbers alone, which may stay when the key is shut. */
  readonly #work = h("section", { class: "cl-gap", "aria-label": t("floods.work"), tabindex: "-1" });
  readonly #result = h("div", {});
  #unit = "";
  #several = false;
  #roles: readonly string[] = [];
  #waits: Waits[] = [];
  #reader: Reader | null = null;
  #run: Run | null = null;
  /** That of the group that is being handled. It stays when the key is shut, for what was typed. */
  #panel: Panel | null = null;
  #together = true;
  #ended = false;
  #deaf: () => void = () => undefined;

  constructor(
    private readonly me: Me,
    private readonly box: HTMLElement,
  ) {}

  async start(): Promise<void> {
    const { units } = await get<Plain>("work/facts");
    const said = new URLSearchParams(location.search).get("unit");
    const mine = units.filter((u) => u.roles.includes("triage") || u.roles.includes("approver"));
    const unit = mine.find((u) => u.unit === said) ?? mine[0];
    if (this.#ended) return;
    if (unit === undefined) return void page(this.box, t("floods.title"), h("p", {}, t("floods.not_yours")), this.#back());
    [this.#unit, this.#roles, this.#several] = [unit.unit, unit.roles, units.length > 1];
    this.#waits = await waiting(this.#unit);
    if (this.#ended) return;
    const deaf = onKey(() => {
      if (opened() === null) this.#shut();
    });
    const unload = (e: BeforeUnloadEvent) => {
      if (this.#busy) e.preventDefault();
    };
    window.addEventListener("beforeunload", unload);
    this.#deaf = () => {
      deaf();
      window.removeEventListener("beforeunload", unload);
    };
    const head = h("h1", { tabindex: "-1" }, t("floods.title"));
    fill(this.box, this.#back(), head, units.length > 1 && h("p", { class: "cl-hint" }, unit.name), this.#notice.box, this.#work, this.#key, this.#result);
    focus(head);
    this.#intro();
  }

  end(): void {
    this.#ended = true;
    this.#deaf();
    this.#reader?.stop();
    this.#run?.stop();
    fill(this.#result);
  }

  /** Something is under way, or typed, that leaving would lose. */
  get #busy(): boolean {
    return (this.#run !== null && this.#run.left > 0) || this.#panel?.drafts.words === true;
  }

  /** Asks before something that runs, or typed words, would be lost. */
  mayLeave(go: () => void): boolean {
    const left = this.#run !== null && this.#run.left > 0;
    if (!this.#busy) return true;
    const stay = note("warn", left ? t("floods.leave_run", { Count: this.#run?.left ?? 0 }) : t("casepage.leave_title"), left ? t("floods.leave_run_text") : t("casepage.leave_text"),
      h("div", { class: "cl-actions" }, button(t("casepage.leave_stay"), () => this.#notice.clear()), button(t("casepage.leave_go"), () => {
        this.#run = this.#panel = null;
        go();
      }, "govuk-button govuk-button--secondary")));
    fill(this.#notice.box, stay);
    focus(stay);
    return false;
  }

  #back(): HTMLElement {
    return h("a", { class: "govuk-back-link cl-noprint", href: `/${this.#segment}/cases${this.#several ? "?unit=" + encodeURIComponent(this.#unit) + "&show=triage" : "?show=triage"}` }, t("casepage.back"));
  }

  readonly #href = (number: string): string => `/${this.#segment}/case/${encodeURIComponent(number)}${this.#several ? "?unit=" + encodeURIComponent(this.#unit) : ""}`;

  /** What will happen, before it does. */
  #intro(): void {
    const percent = Math.round(ALIKE * 100);
    const why = h("details", { class: "cl-why" }, h("summary", {}, t("floods.how")), h("p", {}, t("floods.how_text", { Percent: percent })), h("p", {}, t("floods.how_limits")));
    const begin = act(t("floods.begin"), t("floods.beginning"), () => this.#withKey(() => this.#read()), (e) => this.#fault(e));
    fill(this.#result, h("p", { class: "cl-lede" }, this.#waits.length === 0 ? t("floods.none") : t("floods.waits", { Count: this.#waits.length })), h("p", { class: "cl-gap" }, t("floods.what")),
      h("div", { class: "cl-gap" }, note("", t("floods.recorded"), t("floods.recorded_text"))), h("p", { class: "cl-gap" }, t("floods.kept")), why, this.#waits.length > 0 && h("div", { class: "cl-actions" }, begin));
  }

  /** Runs what needs the key, which is asked for in place. */
  #withKey(run: () => Promise<void>): Promise<void> {
    return withKey(this.#key, this.me, run);
  }

  readonly #lists = async (): Promise<{ facts: Facts; unit: Unit }> => {
    const facts = await ready(this.me);
    const unit = facts.units.find((u) => u.unit === this.#unit);
    if (unit === undefined) throw new Refused(404, "", t("casepage.no_office"));
    return { facts, unit };
  };

  #fault(e: unknown): void {
    if (this.#ended) return;
    if (opened() === null) return this.#shut();
    this.#notice.fault(sentence(e));
  }

  /** Nothing that was opened stays. What was read is kept under seal, and what runs waits. */
  #shut(): void {
    if (this.#ended) return;
    this.#reader?.stop();
    this.#reader = null;
    this.#run?.stop();
    fill(this.#result, note("seal", t("floods.shut"), t("floods.shut_text"), h("div", { class: "cl-actions" }, button(t("desk.unlock"), () => void this.#withKey(() => this.#read()).catch((e: unknown) => this.#fault(e)), "govuk-button govuk-button--secondary"))));
  }

  /** Reads what was not read yet, and shows what is alike. */
  async #read(): Promise<void> {
    this.#notice.clear();
    const { facts, unit } = await this.#lists();
    const reader = new Reader(facts, unit, this.#waits);
    this.#reader = reader;
    const says = h("p", { role: "status" }, t("floods.reading"));
    const bar = h("progress", { class: "cl-progress", max: this.#waits.length, value: 0, "aria-label": t("floods.reading") });
    let stopped = false;
    fill(this.#result, says, bar, h("p", { class: "cl-hint cl-gap" }, t("floods.reading_text")), h("div", { class: "cl-actions" }, button(t("floods.stop"), () => {
      stopped = true;
      reader.stop();
      says.textContent = t("floods.stopping");
    }, "govuk-button govuk-button--secondary")));
    let spoke = 0;
    try {
      await reader.run((done, of) => {
        bar.value = done;
        if (stopped || performance.now() - spoke < 2000) return; // a reading voice need not hear every step
        spoke = performance.now();
        says.textContent = t("floods.progress", { Done: done, Of: of });
      });
      if (!this.#ended && this.#reader === reader) await this.#show();
    } catch (e) {
      if (opened() === null || this.#ended || this.#reader !== reader) throw e;
      fill(this.#result, note("danger", t("floods.broke_off"), sentence(e), h("div", { class: "cl-actions" }, this.#onButton())));
    }
  }

  /** Reads what is not read yet. */
  #onButton(): HTMLElement {
    return button(t("floods.go_on"), () => void this.#withKey(() => this.#read()).catch((e: unknown) => this.#fault(e)), "govuk-button govuk-button--secondary");
  }

  /** What is alike, and what is not. */
  async #show(): Promise<void> {
    const reader = this.#reader;
    if (reader === null) return;
    const known = new Map(this.#waits.map((w) => [w.case, w]));
    const { groups, alone, files, unknown } = await askKeeper("floodGroup", { unit: this.#unit, cases: [...known.keys()] });
    if (this.#ended || this.#reader !== reader) return;
    const around: Around = {
      reader, href: this.#href, files: new Set(files),
      changes: async (example, cases) => (await askKeeper("floodChanges", { unit: this.#unit, example, cases })).changes,
    };
    const read = this.#waits.length - unknown.length;
    const list = h("div", {});
    const head = h("p", { class: "cl-lede", tabindex: "-1", id: "alike-sum" }, t("floods.sum", { Count: read, Rows: groups.length, Alone: alone.length }));
    const unread = unknown.length - reader.unread.size;
    const box = h("input", { class: "govuk-checkboxes__input", type: "checkbox", id: "floods-together", checked: this.#together });
    const draw = () => this.#together ? this.#drawGroups(list, groups, alone, known, around) : fill(list, h("h2", {}, t("floods.plain")), oneByOne(this.#waits, around));
    box.addEventListener("change", () => {
      this.#together = box.checked;
      draw();
    });
    fill(this.#result, head,
      unread > 0 && note("", t("floods.left_unread", { Count: unread }), h("div", { class: "cl-actions" }, this.#onButton())),
      reader.unread.size > 0 && note("warn", t("floods.could_not", { Count: reader.unread.size }), oneByOneNumbers([...reader.unread.keys()], this.#href)),
      h("div", { class: "govuk-checkboxes govuk-checkboxes--small cl-gap" }, h("div", { class: "govuk-checkboxes__item" }, box, h("label", { class: "govuk-label govuk-checkboxes__label", for: "floods-together" }, t("floods.together")))),
      h("details", { class: "cl-why" }, h("summary", {}, t("floods.how")), h("p", {}, t("floods.how_text", { Percent: Math.round(ALIKE * 100) })), h("p", {}, t("floods.how_limits"))), list);
    draw();
    focus(head);
  }

  #drawGroups(list: HTMLElement, groups: readonly Alike[], alone: readonly string[], known: ReadonlyMap<string, Waits>, around: Around): void {
    const singles = alone.flatMap((c) => known.get(c) ?? []).sort((a, b) => Number(b.danger) - Number(a.danger) || (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
    const rows = h("div", { class: "cl-stack cl-gap" });
    let at = 0;
    const more = h("div", { class: "cl-actions" });
    const next = () => {
      for (const end = Math.min(groups.length, at + 20); at < end; at++) rows.append(groupRow(groups[at]!, at, known, around, (g, place) => this.#handle(g, place, known, around)));
      fill(more, at < groups.length && button(t("floods.more", { Count: Math.min(20, groups.length - at), Left: groups.length - at }), next, "govuk-button govuk-button--secondary"));
    };
    next();
    fill(list, h("h2", { class: "cl-gap2" }, t("floods.alone", { Count: singles.length })), h("p", { class: "cl-hint" }, singles.length === 0 ? t("floods.alone_none") : t("floods.alone_text")), singles.length > 0 && oneByOne(singles, around),
      h("h2", { class: "cl-gap2" }, t("floods.groups", { Count: groups.length })), groups.length === 0 && h("p", { class: "cl-hint" }, t("floods.groups_none")), rows, more);
  }

  #handle(g: Alike, place: HTMLElement, known: ReadonlyMap<string, Waits>, around: Around): void {
    if (this.#run?.running === true) return this.#notice.fault(t("floods.one_at_a_time"));
    const button = place.previousElementSibling?.querySelector("button") ?? null;
    this.#panel = new Panel(g, {
      known, files: around.files, me: this.me.account, href: this.#href, lists: this.#lists, roles: this.#roles,
      nameFor: (id) => id,
      run: (joint, chosen) => {
        fill(place);
        this.#panel = null;
        this.#begin(joint, chosen);
      },
      shut: () => {
        fill(place);
        this.#panel = null;
        focus(button);
      },
    }, this.#typed(g));
    this.#panel.draw(place);
  }

  /** What was typed for a group and came to nothing: the key was shut meanwhile, or every case refused. */
  #typed(g: Alike): Drafts | undefined {
    const run = this.#run;
    if (this.#panel?.group.example === g.example) return this.#panel.drafts;
    return run !== null && run.done === 0 && run.left === 0 && run.joint.example === g.example ? run.joint.drafts : undefined;
  }

  /** Handles the chosen cases one after the other. */
  #begin(joint: Joint, chosen: readonly Waits[]): void {
    this.#run = new Run(joint, chosen, this.me.account);
    void this.#go();
  }

  async #go(): Promise<void> {
    const run = this.#run;
    if (run === null || run.running) return;
    const says = h("p", { role: "status" });
    const bar = h("progress", { class: "cl-progress", max: run.all, value: 0, "aria-label": t("floods.run") });
    const told = () => {
      bar.value = run.all - run.left;
      says.textContent = t("floods.run_progress", { Done: run.all - run.left, Of: run.all });
    };
    told();
    fill(this.#result); // what it shows is changing
    fill(this.#work, h("h2", {}, t("floods.run")), says, bar, h("div", { class: "cl-actions" }, button(t("floods.stop"), () => run.stop(), "govuk-button govuk-button--secondary")));
    focus(this.#work);
    let fault: unknown = null;
    try {
      await this.#example(run);
      await run.go(this.#lists, told);
    } catch (e) {
      fault = e;
    }
    if (this.#ended) return;
    this.#outcome(run, fault);
    if (opened() === null) this.#shut();
    else if (run.left === 0) await this.#anew();
  }

  /** Shows what waits now. */
  async #anew(): Promise<void> {
    try {
      this.#waits = await waiting(this.#unit);
      this.#reader?.renew(this.#waits);
      await this.#show();
      focus(this.#work);
    } catch (e) {
      this.#fault(e);
      fill(this.#result, h("div", { class: "cl-actions" }, button(t("desk.again"), () => void this.#anew(), "govuk-button govuk-button--secondary")));
    }
  }

  /** The words that each case is compared with are at hand. */
  async #example(run: Run): Promise<void> {
    if (this.#reader === null) {
      const { facts, unit } = await this.#lists();
      this.#reader = new Reader(facts, unit, this.#waits);
      await this.#reader.begin();
    }
    const w = this.#waits.find((x) => x.case === run.joint.example);
    if (w !== undefined) await this.#reader.words([w]);
  }

  /** What was done, what was not and why, and how to go on. */
  #outcome(run: Run, fault: unknown): void {
    const undone = run.failed.length > 0 && h("ul", { class: "cl-rows", "data-undone": run.failed.length }, ...run.failed.slice(0, 500).map((f) => h("li", {}, h("a", { href: this.#href(f.number), dir: "ltr" }, f.number), h("span", {}, f.why))));
    const go = () => void this.#withKey(() => this.#go()).catch((e: unknown) => this.#fault(e));
    const left = run.left > 0 && note("warn", t("floods.run_left", { Count: run.left }), fault === null ? t("floods.run_stopped") : opened() === null ? t("floods.run_locked") : sentence(fault), h("div", { class: "cl-actions" }, button(t("floods.run_on"), go), button(t("floods.run_drop"), () => {
      this.#run = null;
      fill(this.#work);
      void this.#anew();
    }, "govuk-button govuk-button--secondary")));
    fill(this.#work, h("h2", {}, t("floods.run")), note(run.failed.length + run.left === 0 ? "ok" : "", t("floods.run_done", { Count: run.done })), run.failed.length > 0 && h("p", { class: "cl-gap" }, t("floods.run_failed", { Count: run.failed.length })), undone, left);
    focus(this.#work);
  }
}

/** Numbers with links, no more than a page can hold. */
function oneByOneNumbers(all: readonly string[], href: (number: string) => string): HTMLElement {
  return h("ul", { class: "cl-rows" }, ...all.slice(0, 200).map((n) => h("li", {}, h("a", { href: href(n), dir: "ltr" }, n))), all.length > 200 && h("li", {}, num(all.length)));
}
