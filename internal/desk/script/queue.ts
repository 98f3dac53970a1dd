// The list of cases: where members begin. The server knows routing fields; titles are opened here.
import { fill, focus, h, note } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { get, Refused } from "./api";
import { MANY } from "./floods";
import { onKey, opened, withKey } from "./keeper";
import { own } from "./own";
import { lookLinks, noUnit, type Plain, plainFacts, seesAll, unitHref } from "./plain";
import { addressOf, type Asked, emptyText, filterForm, questionOf, readAsked, showName } from "./queueask";
import { Bulk } from "./queuebulk";
import { keyList, keys } from "./queuekeys";
import { Live } from "./queuelive";
import { alikeLine, drawPager, drawTabs, numberForm, unitLinks } from "./queueparts";
import type { Around, Row, Title } from "./queuerows";
import { savedBar } from "./queuesaved";
import { Search } from "./queuesearch";
import { Table } from "./queuetable";
import { openTitles } from "./queuetitles";
import type { Me } from "./signin";
import { type Facts, ready, type Unit } from "./unit";
import { Notice, page, sentence, type View } from "./view";

export function cases(me: Me): View {
  let shown: Queue | null = null;
  return {
    path: "cases", title: t("queue.title"),
    draw: (box) => {
      shown?.end();
      shown = new Queue(me, box);
      return shown.start();
    },
    leave: () => {
      shown?.end();
      shown = null;
    },
    mayLeave: (go) => shown === null || shown.mayLeave(go),
  };
}

interface Page {
  rows: Row[];
  next: string;
  more: boolean;
}

/** The row that was opened last, and the office whose list was: whoever comes back goes on there. */
let last = "";
let lastUnit = "";

class Queue {
  readonly #segment = location.pathname.split("/")[1] ?? "";
  readonly #notice = new Notice();
  readonly #quiet = h("div", { role: "status", class: "cl-quiet" });
  readonly #tabs = h("nav", { "aria-label": t("queue.lists") });
  readonly #filters = h("div", {});
  readonly #alike = h("div", { class: "cl-quiet" });
  readonly #key = h("div", { class: "cl-gap" });
  readonly #count = h("p", { class: "cl-queue__count", role: "status", tabindex: "-1" });
  readonly #empty = h("div", {});
  readonly #pager = h("div", { class: "cl-pager cl-noprint" });
  readonly #table = new Table(() => this.#around(), (r) => this.#titleOf(r), () => this.#bulk?.draw());
  readonly #saved = h("div", {});
  readonly #stay = h("div", {});
  #bulk: Bulk | null = null;
  readonly #titles = new Map<string, Title>();
  readonly #wants = new Set<string>();
  #frameEnds: (() => void)[] = [];
  #deaf: () => void = () => undefined;
  #plain!: Plain;
  #facts: Facts | null = null;
  #asked!: Asked;
  /** Cursors of the pages before this one. */
  #trail: string[] = [];
  #live: Live | null = null;
  #search: Search | null = null;
  #round = 0;
  #soon = 0;
  #ended = false;

  constructor(
    private readonly me: Me,
    private readonly box: HTMLElement,
  ) {}

  async start(): Promise<void> {
    this.#plain = await plainFacts();
    if (this.#ended) return;
    if (this.#plain.units.length === 0) return noUnit(this.box, t("queue.title"));
    if (this.#plain.units.every((u) => u.roles.every((r) => r === "intake"))) return void page(this.box, t("queue.title"), h("p", {}, t("entry.clerk")), h("p", { class: "cl-gap" }, h("a", { href: unitHref(this.#plain, "entry", this.#plain.units[0]!.unit) }, t("entry.title"))));
    this.#take();
    this.#frame();
    this.#deaf = onKey(() => this.#keyChanged());
    try {
      await this.#load();
    } catch (e) {
      this.#fault(e);
    }
    this.#keyChanged();
  }

  end(): void {
    this.#ended = true;
    this.#round++;
    clearTimeout(this.#soon);
    this.#deaf();
    for (const f of this.#frameEnds) f();
    this.#bulk?.end();
    this.#shut();
  }

  /** What waits to be sent is asked about: it would be lost. */
  mayLeave(go: () => void): boolean {
    const bulk = this.#bulk;
    if (bulk === null || !bulk.busy) return true;
    const leave = async () => {
      await bulk.send();
      go();
    };
    fill(this.#stay, note("warn", t("queue.bulk_leave"), t("queue.bulk_leave_text"), h("div", { class: "cl-actions" }, h("button", { type: "button", class: "govuk-button", click: () => void leave() }, t("queue.bulk_leave_send")),
      h("button", { type: "button", class: "govuk-button govuk-button--secondary", click: () => {
        fill(this.#stay);
        bulk.undo();
        go();
      } }, t("queue.bulk_leave_undo")))));
    this.#stay.scrollIntoView({ block: "nearest" });
    return false;
  }

  /** Nothing that was opened stays, and nobody listens. */
  #shut(): void {
    this.#facts = null;
    this.#titles.clear();
    this.#search?.forget();
    this.#live?.end();
    this.#live = null;
  }

  get #unit(): Unit | null {
    return this.#facts?.units.find((u) => u.unit === this.#asked.unit) ?? null;
  }

  #read(search: string): Asked {
    const units = this.#plain.units.map((u) => u.unit);
    return readAsked(search, [...units.filter((u) => u === lastUnit), ...units]);
  }

  /** Takes what the address says. */
  #take(): void {
    this.#asked = this.#read(location.search);
    lastUnit = this.#asked.unit;
    const trail: unknown = (history.state as { trail?: unknown } | null)?.trail;
    this.#trail = Array.isArray(trail) ? trail.filter((x): x is string => typeof x === "string") : [];
  }

  /** Who only handles cases sees those assigned to them. */
  #assignedOnly(): boolean {
    const roles = this.#plain.units.find((u) => u.unit === this.#asked.unit)?.roles ?? [];
    return !roles.includes("triage") && !roles.includes("approver");
  }

  readonly #href = (a: Asked): string => `/${this.#segment}/cases${addressOf(a, this.#plain.units.length > 1)}`;

  readonly #case = (number: string): string => `/${this.#segment}/case/${encodeURIComponent(number)}${this.#plain.units.length > 1 ? "?unit=" + encodeURIComponent(this.#asked.unit) : ""}`;

  /** Goes to another list, filter or page of the same view, without drawing everything anew. */
  #go(a: Asked, trail: string[] = []): void {
    if (!this.mayLeave(() => this.#go(a, trail))) return;
    fill(this.#stay);
    const unit = this.#asked.unit;
    const address = this.#href(a);
    if (address === location.pathname + location.search) history.replaceState({ trail }, "", address);
    else history.pushState({ trail }, "", address);
    this.#take();
    this.#notice.clear();
    fill(this.#quiet);
    if (unit !== this.#asked.unit) {
      this.#shut();
      this.#frame();
    }
    this.#load().then(() => this.#keyChanged()).catch((e: unknown) => this.#fault(e));
  }

  #frame(): void {
    const { form, input } = numberForm((n) => this.#open(n));
    const why = h("details", { class: "cl-why" }, h("summary", {}, t("queue.no_person")), h("p", {}, t("queue.no_person_why")));
    const help = h("details", { class: "cl-help cl-noprint" }, h("summary", {}, t("queue.keys")), h("p", { class: "cl-hint" }, t("queue.keys_text")), keyList());
    this.#search?.forget();
    this.#search = new Search({ unit: this.#asked.unit, caseLink: this.#case, ready: (place, run) => this.#withUnit(place, run) });
    for (const f of this.#frameEnds) f();
    const links = (e: Event) => this.#link(e as MouseEvent);
    this.box.addEventListener("click", links);
    this.#frameEnds = [() => this.box.removeEventListener("click", links), keys({ links: () => this.#table.links(), number: input, help, says: this.#table.says })];
    const head = h("h1", { tabindex: "-1" }, t("queue.title"));
    fill(this.box, h("div", { class: "cl-titlebar" }, head, form), unitLinks(this.#plain.units, this.#asked.unit, this.#href), this.#looks(), this.#tabs, this.#filters, this.#saved, this.#stay, this.#notice.box, this.#quiet, this.#alike,
      h("div", { class: "cl-sortline" }, h("span", {}, t("queue.order")), why, this.#choosing()), this.#key, this.#count, this.#table.element, this.#empty, this.#bulk?.box ?? false, this.#pager, this.#table.says,
      h("div", { class: "cl-below cl-noprint" }, this.#search.box, help));
    focus(head);
  }

  /** The switch that lets somebody choose several cases, for those who may give them to others. */
  #choosing(): HTMLElement | false {
    this.#bulk?.end();
    this.#bulk = null;
    const unit = this.#plain.units.find((u) => u.unit === this.#asked.unit);
    if (unit === undefined || !seesAll(unit)) return false;
    let on = false;
    const b = h("button", { type: "button", class: "cl-plainbutton cl-linklike cl-noprint", "aria-pressed": "false", click: () => turn(!on) }, t("queue.bulk_several"));
    const turn = (to: boolean) => {
      if (bulk.busy) return;
      on = to;
      b.setAttribute("aria-pressed", String(on));
      b.textContent = on ? t("queue.bulk_stop_choosing") : t("queue.bulk_several");
      this.#table.choose(on);
      if (on) bulk.draw();
      else bulk.box.hidden = true;
    };
    const bulk = new Bulk({
      unit: unit.unit, rows: () => this.#table.chosen, clear: () => turn(false),
      handlers: () => (this.#unit?.rosters[this.#unit.rosters.length - 1]?.members ?? []).filter((m) => m.roles.includes("handler")).map((m) => [m.id, m.name] as const),
      done: () => void this.#load().catch((e: unknown) => this.#fault(e)),
    });
    this.#bulk = bulk;
    this.#table.choose(false);
    return b;
  }

  #looks(): HTMLElement | false {
    const unit = this.#plain.units.find((u) => u.unit === this.#asked.unit);
    return unit !== undefined && lookLinks(this.#plain, unit, "cases");
  }

  /** Links that stay in this view change the list; those to a case remember where one was. */
  #link(e: MouseEvent): void {
    const a = e.target instanceof Element ? e.target.closest("a") : null;
    if (a === null || e.ctrlKey || e.metaKey || e.shiftKey) return;
    const number = a.closest<HTMLElement>("[data-number]")?.dataset["number"];
    if (number !== undefined) last = number;
    if (a.dataset["in"] === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    this.#go(this.#read(a.search));
  }

  /** Opens a case as a click on its link would. */
  #open(number: string): void {
    last = number;
    const a = h("a", { href: this.#case(number), hidden: true });
    this.box.append(a);
    a.click();
  }

  #around(): Around {
    return { pack: this.#plain.pack, day: this.#plain.day, href: this.#case, me: this.me.account, people: this.#unit };
  }

  /** Takes the list from the server. What is shown stays until it is there. */
  async #load(): Promise<void> {
    const round = ++this.#round;
    drawTabs(this.#tabs, this.#asked, this.#href, {});
    fill(this.#filters, filterForm(this.#plain.pack, this.#asked, (filter) => {
      this.#go({ ...this.#asked, filter, after: "" });
      this.#count.focus();
    }));
    fill(this.#count, t("queue.loading"));
    this.#table.busy(true);
    try {
      const got = await get<Page>(questionOf(this.#asked));
      if (round === this.#round) this.#draw(got);
    } finally {
      if (round === this.#round) this.#table.busy(false);
    }
    this.#counts().catch(() => undefined); // the tabs stand without numbers
  }

  #fault(e: unknown): void {
    if (this.#ended) return;
    fill(this.#count);
    const lost = e instanceof Refused && e.status === 422 && this.#asked.after !== "";
    fill(this.#notice.box, note("danger", lost ? t("queue.bad_cursor") : sentence(e)), h("div", { class: "cl-actions" },
      h("button", { type: "button", class: "govuk-button govuk-button--secondary", click: () => this.#go(lost ? { ...this.#asked, after: "" } : this.#asked, lost ? [] : this.#trail) }, t("desk.again"))));
  }

  async #counts(): Promise<void> {
    const round = this.#round;
    const counts = await get<Record<string, number>>(`work/${this.#asked.unit}/counts`);
    if (round !== this.#round) return;
    drawTabs(this.#tabs, this.#asked, this.#href, counts);
    fill(this.#alike, this.#asked.show === "triage" && !this.#assignedOnly() && (counts["triage"] ?? 0) > MANY && alikeLine(`/${this.#segment}/alike${this.#plain.units.length > 1 ? "?unit=" + encodeURIComponent(this.#asked.unit) : ""}`));
  }

  #titleOf(r: Row): Title {
    if (!r.title) return { is: "none" };
    if (opened() === null) return { is: "shut" };
    return this.#titles.get(r.number) ?? { is: "opening" };
  }

  #draw({ rows, next, more }: Page): void {
    this.#table.show(rows);
    const filtered = Object.keys(this.#asked.filter).length > 0;
    fill(this.#empty, rows.length === 0 && h("div", { class: "cl-empty" }, h("p", {}, more ? t("queue.empty_part") : filtered ? t("queue.empty_filter") : this.#asked.after !== "" ? t("queue.empty_end") : emptyText(this.#assignedOnly() && this.#asked.show === "" ? "mine" : this.#asked.show))));
    fill(this.#count, rows.length === 0 ? "" : t("queue.count", { Count: rows.length, Page: this.#trail.length + 1, List: showName(this.#asked.show) }));
    drawPager(this.#pager, this.#asked, this.#trail, more ? next : "", (a, trail) => {
      this.#go(a, trail);
      this.#count.focus();
    });
    if (last !== "" && this.#table.focusOn(last)) last = "";
  }

  /** The key was opened or shut: titles are opened, or gone. */
  #keyChanged(): void {
    if (this.#ended) return;
    if (opened() === null) {
      this.#shut();
      fill(this.#saved);
      this.#table.retitleAll();
      const unlock = h("button", { type: "button", class: "govuk-button govuk-button--secondary", click: () => void withKey(this.#key, this.me, async () => undefined) }, t("desk.unlock"));
      fill(this.#key, note("seal", t("queue.key_shut"), t("queue.key_shut_text"), h("div", { class: "cl-actions" }, unlock)));
      return;
    }
    fill(this.#key);
    ready(this.me).then((facts) => {
      if (this.#ended || opened() === null) return;
      const first = this.#facts === null;
      this.#facts = facts;
      if (first) this.#table.redraw(); // handlers have names from here on
      this.#listen();
      own().then((o) => {
        if (!this.#ended && opened() !== null) savedBar(this.#saved, o.filters, this.#asked, this.#plain.units.length > 1);
      }).catch(() => undefined); // the list stands without it
      return this.#openTitles();
    }).catch((e: unknown) => this.#keyFault(e));
  }

  #keyFault(e: unknown): void {
    if (this.#ended || opened() === null) return;
    for (const row of this.#table.rows) if (this.#titleOf(row).is === "opening") this.#table.retitle(row.number, { is: "shut" });
    fill(this.#key, e instanceof Refused ? note("warn", t("queue.titles_failed"), sentence(e)) : note("danger", t("queue.lists_bad"), t("queue.lists_bad_text")),
      h("div", { class: "cl-actions" }, h("button", { type: "button", class: "govuk-button govuk-button--secondary", click: () => this.#keyChanged() }, t("desk.again"))));
  }

  /** Opens the titles of the rows that are shown and were not opened yet. */
  async #openTitles(): Promise<void> {
    const unit = this.#unit;
    const facts = this.#facts;
    const wanted = new Map(this.#table.rows.filter((r) => r.title && !this.#titles.has(r.number)).map((r) => [r.number, r.case]));
    if (facts === null || unit === null || wanted.size === 0) return;
    await openTitles(facts, unit, wanted, (number, title) => {
      if (this.#ended || opened() === null || this.#unit !== unit) return;
      this.#titles.set(number, title);
      this.#table.retitle(number, title);
    });
  }

  /** Runs what needs the verified lists, with the key asked for in place. */
  #withUnit(place: HTMLElement, run: (facts: Facts, unit: Unit) => Promise<void>): Promise<void> {
    return withKey(place, this.me, async () => {
      const facts = await ready(this.me);
      const unit = facts.units.find((u) => u.unit === this.#asked.unit);
      if (unit !== undefined) await run(facts, unit);
    });
  }

  #listen(): void {
    if (this.#live !== null || this.#ended) return;
    this.#live = new Live(this.#asked.unit, {
      case: (number) => this.#acted(number),
      danger: () => void this.#danger().catch(() => this.#notice.fault(t("queue.danger_now"))),
      hour: () => this.#stale(t("queue.hour")),
      ask: () => void this.#renew().catch(() => undefined),
      line: (up) => this.box.toggleAttribute("data-live", up),
    });
  }

  /** A quiet line with a button that takes the list anew. */
  #stale(text: string): void {
    fill(this.#quiet, h("p", {}, text, " ", h("button", { type: "button", class: "cl-plainbutton cl-linklike", click: () => this.#go(this.#asked, this.#trail) }, t("queue.renew"))));
  }

  /** Staff did something to a case: rows that are shown are taken anew, several at once. Where nobody sits, a line says so. */
  #acted(number: string): void {
    if (this.#live?.used !== true) return this.#stale(t("queue.moved_on"));
    this.#wants.add(number);
    if (this.#soon !== 0) return;
    this.#soon = window.setTimeout(() => {
      this.#soon = 0;
      this.#renew().catch(() => this.#stale(t("queue.moved_on")));
    }, 300);
  }

  /** Takes this page anew and puts rows that changed in the place of the old ones. Nothing moves, and nothing new comes in. */
  async #renew(): Promise<void> {
    const round = this.#round;
    const acted = new Set(this.#wants);
    this.#wants.clear();
    this.#counts().catch(() => undefined);
    if (acted.size > 0 && ![...acted].some((n) => this.#table.row(n) !== undefined)) return;
    const got = await get<Page>(questionOf(this.#asked));
    if (round !== this.#round) return;
    const now = new Map(got.rows.map((r) => [r.number, r]));
    for (const before of this.#table.rows) {
      const row = now.get(before.number);
      if (row === undefined) this.#table.gone(before.number);
      else if (acted.has(row.number) || row.version !== before.version) {
        this.#titles.delete(row.number);
        this.#table.replace(row);
      }
    }
    await this.#openTitles();
  }

  /** Somebody may be in danger: said at once, and the case on top of the list. */
  async #danger(): Promise<void> {
    const round = this.#round;
    const got = await get<Page>(questionOf({ unit: this.#asked.unit, show: "danger", filter: {}, after: "" }));
    if (round !== this.#round) return;
    const fresh = got.rows.filter((r) => this.#table.row(r.number)?.danger !== true);
    fill(this.#notice.box, note("danger", t("queue.danger_now"), ...fresh.map((r) => h("p", {}, h("a", { href: this.#case(r.number), dir: "ltr" }, r.number)))));
    this.#counts().catch(() => undefined);
    for (const row of fresh.reverse()) this.#table.top(row);
    if (fresh.length > 0) fill(this.#empty);
    await this.#openTitles();
  }
}
