// Cases of other offices that this one reads: the list, and one of them with what was chosen for this office. Nothing is decided here.
import type { Bodies } from "../../../browser/src/bodies";
import { base64, random } from "../../../browser/src/bytes";
import type { Roster } from "../../../browser/src/proof/roster";
import { unitOn } from "../../../browser/src/proof/keyset";
import { type OpenedGiven, openGiven } from "../../../browser/src/staff/casefile";
import { idOf } from "../../../browser/src/syntax";
import { button, type Child, fill, focus, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post, Refused } from "./api";
import { Drafts, keptField } from "./casedraft";
import { fileList } from "./casefiles";
import { doubtAt, hashOf, rostersOf } from "./caseopen";
import { doubtNotice, island, reportBody, shutIsland, typist } from "./casereport";
import { inside, thread, title, type Around } from "./casethread";
import type { CaseClock, CaseDoc, Routing } from "./casetypes";
import { categoryName, clocks, languageName, officeName } from "./caseview";
import { clockName, stateName, viaName } from "./casewords";
import { table } from "./inspectparts";
import { askKeeper, onKey, opened, withKey } from "./keeper";
import { lookLinks, noUnit, otherUnits, type Plain, plainFacts, seesAll, unitAsked, unitHref } from "./plain";
import type { Me } from "./signin";
import { type Facts, ready } from "./unit";
import { act, leaveNote, Notice, page, sentence, type View } from "./view";

interface Row extends Routing {
  unit: string;
  since: string;
  clock: string;
  due: string;
  lead: "" | "offered" | "taken";
}

/** A case of another office, as GET work/U/shared/N answers. */
interface Shared extends Routing {
  unit: string;
  since: string;
  clocks: CaseClock[];
  docs: CaseDoc[];
  /** The case's own office first, then those that wrote notes. */
  offices: { unit: string; rosters: string[] }[];
  /** Where the chain inside stands: what a note follows. */
  seq: number;
  last: string;
  ends: boolean;
  /** This office was asked to take the case over, or will. */
  lead: "" | "offered" | "taken";
  /** Who is here asked it. */
  asker: boolean;
}

/** The list of an office. */
export function othersView(): View {
  return { path: "others", title: t("joint.list"), unlisted: true, under: "cases", draw: (box) => list(box) };
}

async function list(box: HTMLElement): Promise<void> {
  const plain = await plainFacts();
  const unit = unitAsked(plain);
  if (unit === undefined) return noUnit(box, t("joint.list"));
  const body = h("div", {});
  page(box, t("joint.list"), otherUnits(plain, unit.unit, "others"), lookLinks(plain, unit, "others"), h("p", { class: "cl-hint cl-run" }, t("joint.list_lede")), body);
  if (!seesAll(unit)) return fill(body, note("", t("joint.not_yours")));
  const rows: Row[] = [];
  const more = async (after: string): Promise<void> => {
    const a = await get<{ rows: Row[]; next: string }>(`work/${unit.unit}/shared?after=${encodeURIComponent(after)}`);
    rows.push(...a.rows);
    const notice = new Notice();
    const next = a.next !== "" && act(t("joint.more"), t("joint.fetching"), () => more(a.next), (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary");
    fill(body, rows.length === 0 ? h("div", { class: "cl-empty" }, h("p", {}, t("joint.list_empty"))) : table(t("joint.list"), [t("joint.case"), t("joint.office"), t("joint.state"), t("joint.since"), t("joint.next")], rows.map((r) => cells(r, plain, unit.unit))), notice.box, next);
  };
  await more("");
}

const cells = (r: Row, plain: Plain, mine: string): Child[] => [
  h("span", {}, h("a", { href: caseHref(r.number, mine) }, foreign(r.number)), h("br", {}), h("span", { class: "cl-hint" }, foreign(categoryName(plain.pack, r.category)))),
  foreign(officeName(plain.pack, r.unit)), h("span", {}, stateName(r.state), r.lead !== "" && h("br", {}), r.lead !== "" && h("span", { class: "cl-tag cl-tag--warn" }, r.lead === "taken" ? t("joint.lead_ours") : t("joint.lead_asks"))), date(r.since), r.due === "" ? "–" : `${clockName(r.clock)}: ${date(r.due)}`,
];

const caseHref = (number: string, mine: string): string => `/${location.pathname.split("/")[1] ?? ""}/shared/${encodeURIComponent(number)}?unit=${encodeURIComponent(mine)}`;

/** The view of every address below shared: one case of another office. */
export function sharedView(me: Me): View {
  let shown: SharedPage | null = null;
  return {
    path: "shared", below: true, unlisted: true, under: "cases", title: t("joint.case_title"),
    draw: (box) => {
      shown?.end();
      shown = new SharedPage(me, decodeURIComponent(location.pathname.split("/")[3] ?? ""), box);
      return shown.start();
    },
    leave: () => {
      shown?.end();
      shown = null;
    },
    mayLeave: (go) => shown?.mayLeave(go) ?? true,
  };
}

class SharedPage {
  readonly #drafts = new Drafts();
  readonly #key = h("div", {});
  #plain!: Plain;
  #unit!: Plain["units"][number];
  #file!: Shared;
  #open: OpenedGiven<CaseDoc> | null = null;
  #facts: Facts | null = null;
  #rosters: ReadonlyMap<string, readonly Roster[]> = new Map();
  #said: HTMLElement | null = null;
  #ends: (() => void)[] = [];

  constructor(private readonly me: Me, private readonly number: string, private readonly box: HTMLElement) {}

  async start(): Promise<void> {
    this.#plain = await plainFacts();
    const unit = unitAsked(this.#plain);
    if (unit === undefined) return noUnit(this.box, t("joint.case_title"));
    this.#unit = unit;
    try {
      await this.#fetch();
    } catch (e) {
      if (!(e instanceof Refused) || (e.status !== 404 && e.status !== 403)) throw e;
      return void page(this.box, t("joint.case_title"), note("danger", e.text), h("p", { class: "cl-gap" }, this.#back()));
    }
    this.#listen();
    if (opened() !== null) await this.#read();
    this.#show();
    focus(this.box.querySelector("h1"));
  }

  #listen(): void {
    const hide = () => this.#lock(); // a page that the browser keeps for the way back keeps no words
    const unload = (e: BeforeUnloadEvent) => {
      if (this.box.isConnected && this.#drafts.words) e.preventDefault();
    };
    window.addEventListener("pagehide", hide);
    window.addEventListener("beforeunload", unload);
    const deaf = onKey(() => {
      if (opened() === null && this.#open !== null) this.#lock();
    });
    this.#ends = [deaf, () => window.removeEventListener("pagehide", hide), () => window.removeEventListener("beforeunload", unload)];
  }

  end(): void {
    for (const f of this.#ends.splice(0)) f();
    this.#open = null;
  }

  /** Asks before a note that was typed is lost. */
  mayLeave(go: () => void): boolean {
    if (!this.#drafts.words) return true;
    this.#said = leaveNote(() => {
      this.#said = null;
      this.#show();
      focus(this.box.querySelector("h1"));
    }, () => {
      this.#drafts.clear("");
      go();
    });
    this.#show();
    focus(this.#said);
    return false;
  }

  #lock(): void {
    this.#open = null;
    this.#said = null;
    if (this.box.isConnected) this.#show();
  }

  #back(): HTMLElement {
    return h("a", { class: "govuk-back-link cl-noprint", href: unitHref(this.#plain, "others", this.#unit.unit) }, t("joint.back"));
  }

  async #fetch(): Promise<void> {
    this.#file = await get<Shared>(`work/${this.#unit.unit}/shared/${encodeURIComponent(this.number)}`);
  }

  /** Opens what was given. Who wrote is checked against the rosters of the offices, each verified with the signed list of keys. */
  async #read(): Promise<void> {
    const facts = await ready(this.me);
    this.#facts = facts;
    this.#rosters = rostersOf(this.#file.offices, facts.set);
    const lead = this.#file.unit;
    const trust = {
      set: facts.set, rosters: this.#rosters.get(lead) ?? [], others: new Map([...this.#rosters].filter(([u]) => u !== lead)),
      fingerprint: async ({ recipient, sign }: { recipient: string; sign: string }) => (await askKeeper("keyFingerprint", { recipient, sign })).words,
    };
    this.#open = await openGiven<CaseDoc>(this.#file, trust, (sealed) => askKeeper("openDocument", { sealed }));
  }

  readonly #nameFor = (id: string): string => {
    for (const all of this.#rosters.values()) for (const r of [...all].reverse()) for (const m of r.members) if (m.id === id && m.name !== "") return m.name;
    return id;
  };

  get #around(): Around {
    const where = { unit: this.#unit.unit, number: this.number };
    return {
      nameFor: (id) => this.#nameFor(id), officeFor: (id) => officeName(this.#plain.pack, id), lead: this.#file.unit,
      files: (some, hash) => fileList(where, some, hash), worded: null, fault: (e) => note("danger", sentence(e)),
    };
  }

  #show(): void {
    const f = this.#file;
    const o = this.#open;
    const heading = o === null ? "" : title(o.items.inside);
    const doubts = (o?.doubts ?? []).map((d) => h("span", { "data-doubt": d.key }, doubtAt(d)));
    fill(this.box, this.#back(),
      h("h1", { tabindex: "-1" }, foreign(heading === "" ? categoryName(this.#plain.pack, f.category) : heading), " ", h("span", { class: "cl-num cl-hint" }, foreign(f.number))),
      h("ul", { class: "cl-casehead", "aria-label": t("casepage.tags") }, h("li", { class: "cl-tag cl-tag--go" }, stateName(f.state)), h("li", { class: "cl-tag" }, viaName(f.via)), h("li", { class: "cl-tag" }, t("casepage.answer_in", { Language: languageName(f.lang) }))),
      note("", t("joint.theirs", { Office: officeName(this.#plain.pack, f.unit), Day: date(f.since) }), t("joint.theirs_text", { Office: officeName(this.#plain.pack, f.unit) })),
      this.#asked(), this.#said, doubts.length > 0 && doubtNotice(doubts),
      h("div", { class: "cl-case" }, h("div", {}, ...this.#islands()), h("div", {}, clocks(f.clocks, this.#plain.day), f.ends && this.#stop())));
    if (o === null) void withKey(this.#key, this.me, () => this.#reopen()).catch((e: unknown) => fill(this.#key, note("danger", sentence(e))));
  }

  async #reopen(): Promise<void> {
    fill(this.#key);
    await this.#read();
    this.#show();
    focus(this.box.querySelector("#report"));
  }

  #islands(): Child[] {
    const o = this.#open;
    if (o === null) return [this.#key, shutIsland("report", t("casepage.report"), t("casepage.report_shut"))];
    const lockButton = button(t("casepage.lock"), () => this.#lock(), "govuk-button govuk-button--secondary cl-noprint");
    const first = o.items.reporter.find((it) => it.doc.seq === 1);
    const letters = o.items.reporter.some((it) => it.doc.seq > 1) || o.items.unit.length > 0;
    return [
      o.report === null || first === undefined
        ? island({ id: "report", title: t("casepage.report"), pictogram: "lock", says: first === undefined ? t("joint.no_report") : t("casepage.unreadable"), shut: true, act: lockButton })
        : island({ id: "report", title: t("casepage.report"), pictogram: "key", says: t("joint.given"), act: lockButton }, ...reportBody(o.report, this.#file, this.#plain.pack, typist(o.items.reporter[0])), o.report.files.length > 0 && this.#around.files(o.report.files, hashOf(first.doc))),
      letters && island({ id: "box", title: t("casepage.box"), pictogram: "mail", says: t("joint.box") }, thread(this.#file, o.items, this.#around)),
      island({ id: "inside", title: t("casepage.inside"), pictogram: "pen", says: t("joint.inside") }, inside(o.items.inside, this.#around, this.#file.lang), this.#noteForm()),
    ];
  }

  /** A note that both offices read. It is sealed to both keys, and theirs comes from the signed list. */
  #noteForm(): HTMLElement {
    const notice = new Notice();
    const text = keptField(this.#drafts, "note-text", t("joint.note"), { hint: t("joint.note_hint", { Office: officeName(this.#plain.pack, this.#file.unit) }), rows: 3 });
    const go = act(t("casepage.note_save"), t("casepage.sealing"), async () => {
      notice.clear();
      text.fault("");
      if (text.value === "") return text.fault(t("casepage.text_missing"));
      await this.#send(text.value, notice);
    }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary");
    return h("div", { class: "cl-write cl-noprint", "data-form": "note" }, text.box, notice.box, h("div", { class: "cl-actions" }, go));
  }

  async #send(text: string, notice: Notice): Promise<void> {
    const facts = this.#facts;
    const own = facts === null ? undefined : unitOn(facts.set, this.#unit.unit, facts.day);
    if (facts === null || own === undefined) return notice.fault(t("casepage.unreadable"));
    const f = this.#file;
    const id = idOf(random(16));
    const body: Bodies["note"] = { text, files: [] };
    const { sealed } = await askKeeper("sealDocument", {
      case: f.case, unit: this.#unit.unit, recipient: own.recipient, day: facts.day, kind: "note", id, seq: f.seq + 1, prev: f.last, body,
      also: { office: f.unit, root: facts.root, list: facts.list },
    });
    try {
      await post(`work/${this.#unit.unit}/shared/${encodeURIComponent(this.number)}/note`, { doc: { id, chain: "inside", kind: "note", seq: f.seq + 1, prev: f.last, sealed: base64(sealed), files: [] } });
    } catch (e) {
      if (!(e instanceof Refused) || (e.status !== 409 && e.status !== 0)) throw e;
      await this.#again(); // somebody wrote meanwhile, or the answer was lost: what is typed stays
      if (!f.docs.some((d) => d.doc === id) && this.#file.docs.some((d) => d.doc === id)) return this.#done(t("casepage.note_done"));
      this.#said = note("warn", t("casepage.meanwhile"), t("casepage.meanwhile_text"));
      this.#show();
      return focus(this.#said);
    }
    this.#drafts.clear("");
    await this.#again();
    this.#done(t("casepage.note_done"));
  }

  #done(text: string): void {
    this.#drafts.clear("");
    this.#said = note("ok", text);
    this.#show();
    focus(this.#said);
  }

  async #again(): Promise<void> {
    await this.#fetch();
    if (opened() !== null) await this.#read();
  }

  /** What the other office asks, and the answer of an approver. */
  #asked(): HTMLElement | null {
    const f = this.#file;
    if (f.lead === "") return null;
    const notice = new Notice();
    const answer = (step: "take" | "keep", text: string) => async (): Promise<void> => {
      await post(`work/${this.#unit.unit}/case/${encodeURIComponent(this.number)}/lead`, { unit: this.#unit.unit, step });
      await this.#again();
      this.#said = note("ok", text);
      this.#show();
      focus(this.#said);
    };
    const taken = f.lead === "taken";
    const yes = f.ends && !taken && !f.asker && act(t("joint.lead_take"), t("joint.stopping"), answer("take", t("joint.lead_took")), (e) => notice.fault(sentence(e)));
    const no = f.ends && act(taken ? t("joint.lead_untake") : t("joint.lead_no"), t("joint.stopping"), answer("keep", t("joint.lead_said_no")), (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary");
    const office = officeName(this.#plain.pack, f.unit);
    return h("section", { class: "cl-card cl-noprint", "data-lead": f.lead, "aria-labelledby": "lead" }, h("h2", { id: "lead" }, taken ? t("joint.lead_ours") : t("joint.lead_asks")),
      h("p", {}, taken ? t("joint.lead_ours_text", { Office: office }) : t("joint.lead_asks_text", { Office: office })), !f.ends && h("p", { class: "cl-hint" }, t("joint.lead_approver")), f.asker && !taken && h("p", { class: "cl-hint" }, t("joint.lead_own")),
      notice.box, h("div", { class: "cl-actions" }, yes, no));
  }

  /** An approver ends it for the office. It is asked twice. */
  #stop(): HTMLElement {
    const place = h("div", { class: "cl-gap" });
    const notice = new Notice();
    const ask = () => {
      fill(place, note("warn", t("joint.stop_title"), t("joint.stop_text")), notice.box, h("div", { class: "cl-actions" }, act(t("joint.stop_do"), t("joint.stopping"), async () => {
        await post(`work/${this.#unit.unit}/case/${encodeURIComponent(this.number)}/unshare`, { unit: this.#unit.unit });
        this.end();
        page(this.box, t("joint.case_title"), note("ok", t("joint.stopped")), h("p", { class: "cl-gap" }, this.#back()));
      }, (e) => notice.fault(sentence(e))), button(t("casepage.fold"), back, "govuk-button govuk-button--secondary")));
      focus(place.querySelector("button"));
    };
    const back = () => fill(place, button(t("joint.stop"), ask, "govuk-button govuk-button--secondary"));
    back();
    return h("section", { class: "cl-card cl-noprint", "aria-labelledby": "stop" }, h("h2", { id: "stop" }, t("joint.stop_head")), h("p", { class: "cl-hint" }, t("joint.stop_hint")), place);
  }
}
