// Search in titles and notes, in this browser: the server cannot read them and has no search. What is opened stays until the
// key locks or the page goes.
import { Wanted, excerpt } from "../../../browser/src/staff/shorttext";
import { fill, h, icon, note, put } from "../../site/script/dom";
import { dayMonth, t } from "../../site/script/words";
import { get } from "./api";
import { shown, words } from "./casewords";
import { openText, type Sealed } from "./queuetitles";
import { doubt } from "./queuerows";
import type { Facts, Unit } from "./unit";
import { act, enterPresses, Field, sentence } from "./view";

interface Text extends Sealed {
  number: string;
  day: string;
}

/** An opened text, kept without its seal. */
interface Known {
  number: string;
  kind: "title" | "note";
  day: string;
  text: string;
}

/** How many texts are fetched at most: what a page can hold, and nobody reads more hits. */
const most = 20_000;
/** How many hits are shown. */
const shownHits = 100;

/** What the search stands on. */
export interface Ground {
  /** Facts and unit once the key is open; asks for the key in place if it must. */
  ready(place: HTMLElement, run: (facts: Facts, unit: Unit) => Promise<void>): Promise<void>;
  unit: string;
  /** The address of a case. */
  caseLink(number: string): string;
}

/** The search of a list. forget takes everything away that was opened. */
export class Search {
  readonly box: HTMLDetailsElement;
  readonly #field = new Field("search-words", t("queue.search_words"), { hint: t("queue.search_words_hint"), width: 20 });
  readonly #place = h("div", {});
  readonly #progress = h("div", { role: "status" });
  readonly #hits = h("div", { class: "cl-hits" });
  #known: Known[] | null = null;
  #faults = new Map<string, number>();
  #whole = true;
  #round = 0;

  constructor(private readonly ground: Ground) {
    const go = act(t("queue.search_go"), t("queue.search_going"), () => this.#search(), (e) => this.#fault(e));
    const form = h("div", { class: "cl-narrowbox" }, this.#field.box, h("div", { class: "cl-actions" }, go), this.#place);
    enterPresses(form, go);
    this.box = h("details", { class: "cl-search" }, h("summary", {}, icon("search"), t("queue.search")), h("p", { class: "cl-hint cl-run" }, t("queue.search_text")), form, this.#progress, this.#hits);
  }

  /** The key locked, or the page goes: what was opened is gone, the words that were typed stay. */
  forget(): void {
    this.#round++;
    this.#known = null;
    fill(this.#hits);
    fill(this.#progress);
  }

  #fault(e: unknown): void {
    fill(this.#progress, note("danger", (e as { kind?: string }).kind === "locked" ? t("queue.search_locked") : sentence(e)));
  }

  async #search(): Promise<void> {
    this.#field.fault("");
    const wanted = new Wanted(this.#field.value);
    if (wanted.words.length === 0) return this.#field.fault(t("queue.search_missing"));
    await this.ground.ready(this.#place, async (facts, unit) => {
      const round = ++this.#round;
      if (this.#known === null) await this.#fetch(facts, unit, round);
      if (round === this.#round) this.#show(wanted);
    });
  }

  /** Fetches and opens all texts, page by page. */
  async #fetch(facts: Facts, unit: Unit, round: number): Promise<void> {
    const known: Known[] = [];
    this.#faults = new Map();
    this.#whole = true;
    let stopped = false;
    const count = h("span", {});
    fill(this.#hits);
    fill(this.#progress, h("p", { class: "cl-searching" }, count, h("button", { type: "button", class: "govuk-button govuk-button--secondary", click: () => void (stopped = true) }, t("queue.search_stop"))));
    let looked = 0;
    for (let after = "", more = true; more && !stopped && looked < most; ) {
      const page = await get<{ texts: Text[]; next: string; more: boolean }>(`work/${this.ground.unit}/texts?after=${encodeURIComponent(after)}`);
      for (const s of page.texts) {
        if (round !== this.#round || stopped) break;
        const o = await openText(facts, unit, s);
        if (o.is === "open") known.push({ number: s.number, kind: s.kind, day: s.day, text: o.text });
        else this.#faults.set(o.why, (this.#faults.get(o.why) ?? 0) + 1);
        if (++looked % 20 === 0) fill(count, t("queue.search_progress", { Count: looked }));
      }
      if (round !== this.#round) return;
      more = page.more && page.next !== after;
      after = page.next;
      this.#whole = !more && !stopped;
      fill(count, t("queue.search_progress", { Count: looked }));
    }
    if (round === this.#round) this.#known = known;
  }

  #show(wanted: Wanted): void {
    const known = this.#known ?? [];
    const titles = new Map(known.filter((k) => k.kind === "title").map((k) => [k.number, k.text]));
    const hits = known.flatMap((k) => {
      const spans = wanted.find(k.text);
      return spans === null ? [] : [{ k, spans }];
    });
    const faults = [...this.#faults].map(([why, n]) => t("queue.search_faults", { Count: n, Why: doubt(why as Parameters<typeof doubt>[0]) }));
    fill(this.#progress, h("p", {}, hits.length === 0 ? t("queue.search_none") : t("queue.search_found", { Count: hits.length }), " ", t("queue.search_in", { Count: known.length }), !this.#whole && " " + t("queue.search_part"), ...faults.map((f) => " " + f), " ",
      h("button", { type: "button", class: "cl-plainbutton cl-linklike", click: () => { this.#known = null; this.#search().catch((e: unknown) => this.#fault(e)); } }, t("queue.search_again"))));
    fill(this.#hits, hits.length > 0 && h("ul", { class: "cl-todo" }, ...hits.slice(0, shownHits).map(({ k, spans }) => this.#hit(k, titles.get(k.number), spans))), hits.length > shownHits && h("p", { class: "cl-hint" }, t("queue.search_more", { Count: hits.length - shownHits })));
  }

  #hit(k: Known, title: string | undefined, spans: readonly (readonly [number, number])[]): HTMLElement {
    const text = h("bdi", { translate: "no" });
    for (const p of excerpt(k.text, spans)) put(text, p.marked ? h("mark", {}, shown(p.text)) : shown(p.text));
    return h("li", { class: "cl-hit" }, h("a", { href: this.ground.caseLink(k.number), dir: "ltr" }, k.number), h("span", { class: "cl-hint" }, k.kind === "title" ? t("queue.kind_title") : t("queue.kind_note"), " · ", dayMonth(k.day)), k.kind === "note" && title !== undefined && h("b", {}, words(title)), h("p", {}, text));
  }
}
