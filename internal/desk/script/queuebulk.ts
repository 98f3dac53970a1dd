// Several cases at once: what was chosen is given to a handler, or its wait for an answer ended, after a time in which it can be
// taken back. Nothing is sent before; then each case gets its own act, by the version that was seen.
import { button, fill, focus, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post } from "./api";
import { languageName } from "./caseview";
import type { Row } from "./queuerows";
import { sentence } from "./view";

/** Seconds in which it can be taken back. */
const WINDOW = 10;

/** What the list gives for it. */
export interface Chosen {
  unit: string;
  rows(): readonly Row[];
  /** Who may be given a case: id and name. */
  handlers(): readonly (readonly [string, string])[];
  /** What was done is to be seen in the list. */
  done(): void;
  /** Nothing is chosen any more. */
  clear(): void;
}

/** What one should know before a case is given to somebody. */
interface Hand {
  id: string;
  languages: string[];
  /** Last day of their absence, or "". */
  away: string;
}

interface Plan {
  act: "assign" | "lapse";
  handler: string;
  name: string;
  rows: readonly Row[];
}

/** The bar below the list while somebody chooses. */
export class Bulk {
  readonly box = h("section", { class: "cl-bulk cl-noprint", "aria-label": t("queue.bulk"), hidden: true });
  readonly #says = h("p", { class: "govuk-visually-hidden", role: "status" });
  #waits = 0;
  #plan: Plan | null = null;
  #working = false;
  #hands: readonly Hand[] | null = null;

  constructor(private readonly of: Chosen) {}

  /** Something waits to be sent, or is being sent. */
  get busy(): boolean {
    return this.#plan !== null;
  }

  end(): void {
    clearInterval(this.#waits);
    this.#plan = null;
  }

  /** Shows what can be done with what is chosen. */
  draw(): void {
    if (this.#plan !== null) return;
    const rows = this.of.rows();
    this.box.hidden = false;
    if (rows.length === 0) return fill(this.box, h("p", { class: "cl-hint" }, t("queue.bulk_none")), this.#says);
    const who = h("select", { class: "govuk-select", id: "bulk-handler" }, h("option", { value: "" }, t("queue.bulk_choose")), ...this.of.handlers().map(([id, name]) => h("option", { value: id }, [name, ...this.#about(id)].join(" \u00b7 "))));
    if (this.#hands === null) void this.#ask();
    const give = button(t("queue.bulk_give"), () => {
      const [handler, name] = this.of.handlers().find(([id]) => id === who.value) ?? ["", ""];
      if (handler === "") return who.focus();
      this.#wait({ act: "assign", handler, name, rows });
    });
    const asked = rows.filter((r) => r.state === "needs_info");
    fill(this.box, h("p", {}, h("b", {}, t("queue.bulk_chosen", { Count: rows.length }))),
      h("div", { class: "cl-bulk__acts" }, this.of.handlers().length > 0 && h("div", { class: "cl-bulk__give" }, h("label", { for: "bulk-handler" }, t("queue.bulk_to")), who, give),
        asked.length > 0 && button(t("queue.bulk_lapse", { Count: asked.length }), () => this.#wait({ act: "lapse", handler: "", name: "", rows: asked }), "govuk-button govuk-button--secondary"),
        button(t("queue.bulk_clear"), () => this.of.clear(), "cl-plainbutton cl-linklike")), this.#says);
  }

  #about(id: string): string[] {
    const hand = this.#hands?.find((x) => x.id === id);
    if (hand === undefined) return [];
    return [...(hand.away === "" ? [] : [t("tongues.away", { Day: date(hand.away) })]), ...(hand.languages.length === 0 ? [] : [hand.languages.map(languageName).join(", ")])];
  }

  /** Asks once who is away and who reads what. Without an answer the names alone have to do. */
  async #ask(): Promise<void> {
    this.#hands = [];
    try {
      this.#hands = await get<Hand[]>(`work/${this.of.unit}/handlers`);
    } catch {
      return;
    }
    const who = this.box.querySelector<HTMLSelectElement>("#bulk-handler");
    for (const o of who?.options ?? []) {
      const name = this.of.handlers().find(([id]) => id === o.value)?.[1];
      if (name !== undefined) o.textContent = [name, ...this.#about(o.value)].join(" \u00b7 ");
    }
  }

  #wait(plan: Plan): void {
    this.#plan = plan;
    let left = WINDOW;
    const clock = h("span", { "aria-hidden": "true" });
    const tick = () => fill(clock, t("queue.bulk_seconds", { Count: left }));
    const what = plan.act === "assign" ? t("queue.bulk_will_give", { Count: plan.rows.length, Name: plan.name }) : t("queue.bulk_will_lapse", { Count: plan.rows.length });
    const undo = button(t("queue.bulk_undo"), () => this.undo());
    tick();
    fill(this.box, note("", what, h("p", {}, t("queue.bulk_wait"), " ", clock), h("div", { class: "cl-actions" }, undo, button(t("queue.bulk_now"), () => void this.send(), "govuk-button govuk-button--secondary"))), this.#says);
    fill(this.#says, t("queue.bulk_says", { Count: WINDOW }));
    focus(undo);
    this.#waits = window.setInterval(() => {
      left--;
      tick();
      if (left <= 0) void this.send();
    }, 1000);
  }

  /** Takes it back: nothing was sent. */
  undo(): void {
    clearInterval(this.#waits);
    if (this.#working) return;
    this.#plan = null;
    this.draw();
    fill(this.#says, t("queue.bulk_undone"));
    this.box.querySelector("select")?.focus();
  }

  /** Sends what waits, one case after the other. */
  async send(): Promise<void> {
    clearInterval(this.#waits);
    const plan = this.#plan;
    if (plan === null || this.#working) return;
    this.#working = true;
    const refused: HTMLElement[] = [];
    let done = 0;
    let stopped = false;
    const count = h("span", {});
    fill(this.box, h("p", { class: "cl-searching" }, count, button(t("queue.bulk_stop"), () => void (stopped = true), "govuk-button govuk-button--secondary")), this.#says);
    for (const r of plan.rows) {
      if (stopped) break;
      fill(count, t("queue.bulk_working", { Done: done + refused.length, Count: plan.rows.length }));
      try {
        await post(`work/${this.of.unit}/case/${encodeURIComponent(r.number)}/act`, { act: plan.act, seen: r.version, handler: plan.handler });
        done++;
      } catch (e) {
        refused.push(h("li", {}, foreign(r.number), ": ", sentence(e)));
      }
    }
    this.#working = false;
    this.#plan = null;
    const rest = plan.rows.length - done - refused.length;
    const says = t("queue.bulk_done", { Count: done });
    this.of.done();
    fill(this.box, note(refused.length > 0 || rest > 0 ? "warn" : "ok", says, rest > 0 ? t("queue.bulk_rest", { Count: rest }) : null, refused.length > 0 && h("p", {}, t("queue.bulk_refused", { Count: refused.length })), refused.length > 0 && h("ul", { class: "cl-list" }, ...refused),
      h("div", { class: "cl-actions" }, button(t("queue.bulk_on"), () => this.of.clear(), "govuk-button govuk-button--secondary"))), this.#says);
    fill(this.#says, says);
  }
}
