// Where the cases of an office stand: a column for each step of the work.
import { fill, h, note } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { get } from "./api";
import { stateName } from "./casewords";
import { onKey, opened } from "./keeper";
import { lookLinks, noUnit, otherUnits, type Plain, plainFacts, unitAsked, unitHref } from "./plain";
import { type Around, clock, memberName, retitle, type Row, type Title } from "./queuerows";
import { openTitles } from "./queuetitles";
import type { Me } from "./signin";
import { type Facts, ready } from "./unit";
import { page, sentence, type View } from "./view";

interface Column {
  step: string;
  states: string[];
  count: number;
  rows: Row[];
}

export function board(me: Me): View {
  let shown: Board | null = null;
  return {
    path: "board", title: t("board.board"), unlisted: true, under: "cases",
    draw: (box) => {
      shown?.end();
      shown = new Board(me, box);
      return shown.start();
    },
    leave: () => {
      shown?.end();
      shown = null;
    },
  };
}

class Board {
  readonly #titles = new Map<string, Title>();
  readonly #place = h("div", {});
  readonly #key = h("div", { class: "cl-gap" });
  #plain!: Plain;
  #unit!: Plain["units"][number];
  #columns: readonly Column[] = [];
  #facts: Facts | null = null;
  #deaf: () => void = () => undefined;
  #ended = false;

  constructor(
    private readonly me: Me,
    private readonly box: HTMLElement,
  ) {}

  async start(): Promise<void> {
    this.#plain = await plainFacts();
    const unit = unitAsked(this.#plain);
    if (this.#ended) return;
    if (unit === undefined) return noUnit(this.box, t("board.board"));
    this.#unit = unit;
    const got = await get<{ columns: Column[] }>(`work/${unit.unit}/board`);
    if (this.#ended) return;
    this.#columns = got.columns;
    page(this.box, t("board.board"), otherUnits(this.#plain, unit.unit, "board"), lookLinks(this.#plain, unit, "board"), h("p", { class: "cl-hint cl-run" }, t("board.board_lede")), this.#key, this.#place);
    this.#deaf = onKey(() => this.#keyChanged());
    this.#draw();
    this.#keyChanged();
  }

  end(): void {
    this.#ended = true;
    this.#deaf();
  }

  #around(): Around {
    return {
      pack: this.#plain.pack, day: this.#plain.day, href: (n) => unitHref(this.#plain, "case/" + encodeURIComponent(n), this.#unit.unit), me: this.me.account,
      people: this.#facts?.units.find((u) => u.unit === this.#unit.unit) ?? null,
    };
  }

  #draw(): void {
    const total = this.#columns.reduce((n, c) => n + c.count, 0);
    fill(this.#place, total === 0 ? h("div", { class: "cl-empty" }, h("p", {}, t("board.board_empty"))) : h("div", { class: "cl-board" }, ...this.#columns.map((c) => this.#column(c))));
  }

  #column(c: Column): HTMLElement {
    const many = c.count >= 1000 ? t("queue.many") : String(c.count);
    const all = c.states.map((s) => h("a", { href: unitHref(this.#plain, "cases", this.#unit.unit, { state: s }) }, c.states.length === 1 ? t("board.board_all") : stateName(s)));
    return h("section", { class: "cl-board__column", "aria-labelledby": "step-" + c.step }, h("h2", { id: "step-" + c.step }, stepName(c.step), " ", h("span", { class: "cl-count" }, many)),
      c.count > 0 && h("ul", {}, ...c.rows.map((r) => this.#card(r))),
      c.count > c.rows.length && h("p", { class: "cl-board__all" }, ...all.flatMap((a, i) => (i === 0 ? [a] : [" · ", a]))));
  }

  #card(r: Row): HTMLElement {
    const a = this.#around();
    const name = this.#plain.pack.categories.find((c) => c.id === r.category)?.name ?? r.category;
    const card = h("li", { class: r.danger ? "cl-board__card is-danger" : "cl-board__card", "data-number": r.number }, h("a", { href: a.href(r.number), dir: "ltr" }, r.number), h("b", {}, name), h("span", { "data-title": true }), clock(r, a.day),
      r.handler !== "" && h("small", { class: "cl-hint" }, h("bdi", {}, memberName(a, r.handler)), r.standing && " · " + t("away.standing")));
    retitle(card, this.#titleOf(r));
    return card;
  }

  #titleOf(r: Row): Title {
    if (!r.title) return { is: "none" };
    if (opened() === null) return { is: "shut" };
    return this.#titles.get(r.number) ?? { is: "opening" };
  }

  #keyChanged(): void {
    if (this.#ended) return;
    if (opened() === null) {
      this.#facts = null;
      this.#titles.clear();
      return this.#draw();
    }
    ready(this.me).then(async (facts) => {
      const unit = facts.units.find((u) => u.unit === this.#unit.unit);
      if (this.#ended || opened() === null || unit === undefined) return;
      this.#facts = facts;
      this.#draw(); // handlers have names from here on
      const rows = this.#columns.flatMap((c) => c.rows).filter((r) => r.title && !this.#titles.has(r.number));
      for (let i = 0; i < rows.length; i += 50) {
        await openTitles(facts, unit, new Map(rows.slice(i, i + 50).map((r) => [r.number, r.case])), (number, title) => {
          if (this.#ended || opened() === null) return;
          this.#titles.set(number, title);
          const card = this.#place.querySelector<HTMLElement>(`[data-number="${CSS.escape(number)}"]`);
          if (card !== null) retitle(card, title);
        });
      }
    }).catch((e: unknown) => {
      if (!this.#ended) fill(this.#key, note("warn", t("queue.titles_failed"), sentence(e)));
    });
  }
}

function stepName(step: string): string {
  switch (step) {
    case "new":
      return t("board.step_new");
    case "triaged":
      return t("board.step_triaged");
    case "waiting":
      return t("board.step_waiting");
    case "accepted":
      return t("board.step_accepted");
    case "inquiry":
      return t("board.step_inquiry");
    case "paused":
      return t("board.step_paused");
    case "concluded":
      return t("board.step_concluded");
    case "review":
      return t("board.step_review");
    default:
      return t("board.step_told");
  }
}
