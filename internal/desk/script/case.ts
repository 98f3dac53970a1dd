// One case: opened here, handled here. What the server hands out is shut until the key opens it; what somebody types stays
// whatever happens on the way.
import type { Proposal } from "../../../browser/src/bodies";
import type { Frame } from "../../../browser/src/staff/letters";
import { type Child, fill, focus, h, icon, note } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { get, post, Refused } from "./api";
import type { Worded } from "./caseperson";
import { actForm, actList, type Doing, letters, voting } from "./caseacts";
import { Attachments } from "./caseattach";
import { Drafts } from "./casedraft";
import { fileList, filesIsland } from "./casefiles";
import type { Ground, Planned } from "./caseforms";
import { jointCard } from "./casejoint";
import { ties } from "./caselink";
import { doubtAt, hashOf, openFile, written, type OpenedCase, Unreadable } from "./caseopen";
import { doubtNotice, identity, island, reportBody, shutIsland, typist } from "./casereport";
import { arrived, casePath, resealWaiting, send, type Sent, write } from "./casesend";
import { inside, thread, title, type Around } from "./casethread";
import { noteForm, titleBar } from "./casetitle";
import type { CaseFile } from "./casetypes";
import { categoryName, clocks, eventLine, log, officeName, tags } from "./caseview";
import { actName, doubtText, stateName, why } from "./casewords";
import { onKey, opened, withKey } from "./keeper";
import { sampleCard } from "./sample";
import type { Me } from "./signin";
import { type Facts, type Pack, ready } from "./unit";
import { act, leaveNote, type Notice, page, sentence, type View } from "./view";

/** The view of every address below case: the case of that number. */
export function caseView(me: Me): View {
  let page: CasePage | null = null;
  return {
    path: "case", below: true, unlisted: true, title: t("casepage.case"),
    draw: (box) => {
      page = new CasePage(me, decodeURIComponent(location.pathname.split("/")[3] ?? ""), box);
      return page.start();
    },
    leave: () => page?.end(),
    mayLeave: (go) => page?.mayLeave(go) ?? true,
  };
}

/** What the page needs of the facts: the server's word for it while the key is shut, checked when it is open. */
type Plain = { day: string; pack: Pack; units: readonly { unit: string; name: string }[] };

class CasePage {
  readonly #drafts = new Drafts();
  readonly #sent = new Map<string, Sent[]>();
  readonly #files = new Map<string, Attachments>();
  readonly #held = new Map<string, unknown>();
  readonly #key = h("div", {});
  #facts!: Plain;
  #checked: Facts | null = null;
  #file!: CaseFile;
  #open: OpenedCase | null = null;
  #refusal: Child = null;
  #at = "";
  #chosen = "";
  #said: HTMLElement | null = null;
  #meanwhile: HTMLElement | null = null;
  #ends: (() => void)[] = [];
  #sample: { sample: number; card: HTMLElement } | null = null;

  constructor(private readonly me: Me, private readonly number: string, private readonly box: HTMLElement) {}

  async start(): Promise<void> {
    this.#facts = opened() !== null ? await this.#check() : await get<Plain>("work/facts");
    try {
      this.#file = await this.#find();
    } catch (e) {
      if (!(e instanceof Refused) || e.status !== 404) throw e;
      const back = h("a", { href: `/${location.pathname.split("/")[1] ?? ""}/cases` }, t("casepage.back"));
      return void page(this.box, t("casepage.case"), note("danger", e.text), h("p", { class: "cl-gap" }, back));
    }
    this.#listen();
    if (opened() !== null) await this.#read();
    this.#show();
  }

  async #check(): Promise<Facts> {
    this.#checked = await ready(this.me);
    return this.#checked;
  }

  /** The case, in whichever of one's offices it is. */
  async #find(): Promise<CaseFile> {
    let missing: unknown = new Refused(404, "", t("casepage.no_office"));
    const said = new URLSearchParams(location.search).get("unit"); // the queue knows which
    for (const u of this.#facts.units.filter((x) => said === null || x.unit === said)) {
      try {
        return await get<CaseFile>(casePath({ unit: u.unit, number: this.number }));
      } catch (e) {
        if (!(e instanceof Refused) || e.status !== 404) throw e;
        missing = e;
      }
    }
    throw missing;
  }

  #listen(): void {
    const shut = () => {
      if (opened() === null && this.#open !== null) this.#lock();
    };
    const hide = () => this.#lock();
    const unload = (e: BeforeUnloadEvent) => {
      if (this.box.isConnected && this.#drafts.words) e.preventDefault();
    };
    const print = () => this.box.querySelectorAll("details").forEach((d) => (d.open = true));
    window.addEventListener("pagehide", hide);
    window.addEventListener("beforeunload", unload);
    window.addEventListener("beforeprint", print);
    this.#ends = [onKey(shut), () => window.removeEventListener("pagehide", hide), () => window.removeEventListener("beforeunload", unload), () => window.removeEventListener("beforeprint", print)];
  }

  /** Another place is shown. */
  end(): void {
    for (const f of this.#ends.splice(0)) f();
    this.#open = null;
    this.#held.clear(); // a copy under way holds what the report says
  }

  /** Asks before typed words are lost; go leads to where somebody wanted to. */
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

  /** Shuts every island. What is typed stays. */
  #lock(): void {
    this.#open = null;
    this.#said = null;
    if (this.box.isConnected) this.#show();
  }

  /** Opens everything with the key, and sends waiting letters on. */
  async #read(): Promise<void> {
    this.#refusal = null;
    const facts = await this.#check();
    this.#facts = facts;
    const unit = facts.units.find((u) => u.unit === this.#file.unit);
    try {
      if (unit === undefined) throw new Refused(404, "", t("casepage.no_office"));
      this.#open = await openFile(this.#file, unit, facts.day);
    } catch (e) {
      if (!(e instanceof Unreadable)) throw e;
      this.#open = null;
      this.#refusal = note("danger", t("casepage.unreadable"), doubtText(e.key, e.args));
      return;
    }
    const now = new Date();
    this.#at = `${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
    const resealed = await resealWaiting(this.#file, this.#open).catch(() => 0); // the next who opens it tries again
    if (resealed > 0) {
      for (const d of this.#file.docs) if (d.chain === "unit") d.waiting = false;
      this.#said = note("ok", t("casepage.resealed", { Count: resealed }));
    }
  }

  /** Fetches and opens the case anew. */
  async #again(): Promise<void> {
    this.#file = await get<CaseFile>(casePath(this.#file));
    if (opened() !== null) await this.#read();
  }

  #nameFor = (id: string): string => {
    for (const all of this.#open?.others.values() ?? []) for (const r of [...all].reverse()) for (const m of r.members) if (m.id === id && m.name !== "") return m.name;
    for (const u of this.#checked?.units ?? []) for (const r of [...u.rosters].reverse()) for (const m of r.members) if (m.id === id && m.name !== "") return m.name;
    return this.#file.handlers.find((m) => m.id === id)?.name ?? id;
  };

  #worded = (template: string, code: string, days: Readonly<Record<string, string>>) => post<Frame>(casePath(this.#file) + "/letter", { template, code, days });

  get #around(): Around {
    return { nameFor: this.#nameFor, officeFor: (id) => officeName(this.#facts.pack, id), lead: this.#file.unit, files: (some, hash) => fileList(this.#file, some, hash), worded: this.#worded, fault: this.#fault };
  }

  get #ground(): Ground {
    return {
      file: this.#file, pack: this.#facts.pack, drafts: this.#drafts, attach: (form) => this.#attach(form), waiting: () => this.#waiting(), waitingDoc: () => this.#waitingDoc(),
      opened: () => this.#open, day: this.#facts.day, hold: (form, make) => this.#hold(form, make),
      template: (name, code) => post<Frame>(casePath(this.#file) + "/letter", { template: name, code }), worded: this.#worded,
      person: (clearing) => post<Worded>(casePath(this.#file) + "/person", { clearing }), report: () => (this.#open === null ? null : written(this.#open)),
    };
  }

  #attach(form: string): Attachments {
    const a = this.#files.get(form) ?? new Attachments(form, () => this.#file);
    this.#files.set(form, a);
    return a;
  }

  #hold<T>(form: string, make: () => T): T {
    if (!this.#held.has(form)) this.#held.set(form, make());
    return this.#held.get(form) as T;
  }

  #waitingItem() {
    const p = this.#file.proposal;
    return this.#open?.items.inside.find((it) => p !== null && it.doc.doc === p.doc && (it.kind === "proposal" || it.kind === "copy") && it.body !== null) ?? null;
  }

  #waiting(): Proposal | null {
    const it = this.#waitingItem();
    return it?.kind === "proposal" ? (it.body as Proposal) : null;
  }

  #waitingDoc(): { doc: string; hash: string } | null {
    const it = this.#waitingItem();
    return it === null ? null : { doc: it.doc.doc, hash: hashOf(it.doc) };
  }

  #fault = (e: unknown): Child => note("danger", sentence(e));

  get #doing(): Doing {
    return { ground: this.#ground, open: this.#open !== null, nameFor: this.#nameFor, chosen: this.#chosen, choose: (a) => this.#choose(a), send: (p, n) => this.#send(p, n), fault: this.#fault, key: h("div", { "data-key": true }), meanwhile: this.#meanwhile };
  }

  #choose(act: string): void {
    const before = this.#chosen;
    this.#chosen = act;
    this.#meanwhile = null;
    this.#show();
    focus(act === "" ? this.box.querySelector(`[data-act="${before}"]`) : this.box.querySelector("#act-head"));
  }

  /** Seals and sends an act. Documents need the open key, and it is asked for where the button is. */
  async #send(p: Planned, notice: Notice): Promise<void> {
    const form = p.act === "approve" || p.act === "refuse" ? "vote" : p.act;
    await this.#out(form, notice, p.docs.length > 0, (keep) => send(p, this.#file, this.#open, this.#facts.day, keep), () => note("ok", t("casepage.done", { Act: actName(p.act) }), h("p", {}, t("casepage.done_state", { State: stateName(this.#file.state) }))));
  }

  /** Writes a note or a title. */
  async #write(kind: "note" | "title", text: string, notice: Notice): Promise<void> {
    const files = kind === "note" ? await this.#attach("note").ready() : [];
    if (files === null) return;
    const body = kind === "note" ? { text, files } : { text };
    await this.#out(kind, notice, true, (keep) => write({ kind, body }, this.#file, this.#open!, this.#facts.day, keep), () => note("ok", kind === "note" ? t("casepage.note_done") : t("casepage.title_done")));
  }

  async #out(form: string, notice: Notice, sealed: boolean, go: (keep: (s: Sent) => void) => Promise<void>, done: () => HTMLElement): Promise<void> {
    if (sealed && this.#open === null) return this.#ask(notice);
    const tries = this.#sent.get(form) ?? [];
    this.#sent.set(form, tries);
    try {
      await go((s) => tries.push(s));
    } catch (e) {
      if (!(e instanceof Refused) || e.status !== 409) return void fill(notice.box, this.#fault(e));
      if (!(await this.#compare(form, tries, e, notice))) return;
    }
    this.#drafts.clear(form);
    this.#sent.delete(form);
    this.#files.delete(form);
    this.#held.delete(form);
    this.#chosen = "";
    this.#meanwhile = null;
    try {
      await this.#again();
    } catch (e) {
      if (e instanceof Refused && e.status === 403) return this.#gone(done(), e);
      this.#refusal = this.#fault(e);
    }
    this.#said = done();
    this.#show();
    focus(this.#said);
  }

  /** With this act the case has left whoever did it: nothing of it stays on the page. */
  #gone(done: HTMLElement, e: Refused): void {
    this.end();
    const segment = location.pathname.split("/")[1] ?? "";
    page(this.box, t("casepage.case"), done, h("p", { class: "cl-gap" }, e.text), h("p", { class: "cl-gap" }, h("a", { href: `/${segment}/cases` }, t("casepage.back")), " · ", h("a", { href: location.pathname + location.search, "data-again": true }, t("desk.again"))));
    focus(done);
  }

  /** The key first. Then the same words can be sent. */
  async #ask(notice: Notice): Promise<void> {
    if (opened() !== null) return notice.fault(t("casepage.unreadable"));
    const place = notice.box.parentElement?.querySelector<HTMLElement>("[data-key]") ?? this.#key;
    await withKey(place, this.me, async () => {
      await this.#read();
      this.#said = note("", t("casepage.key_again"));
      this.#show();
      focus(this.#said);
    });
  }

  /** After a conflict: what happened meanwhile is fetched and shown, and what is typed stays. True when the act itself had arrived. */
  async #compare(form: string, tries: readonly Sent[], e: Refused, notice: Notice): Promise<boolean> {
    const before = this.#file;
    try {
      await this.#again();
    } catch (late) {
      fill(notice.box, this.#fault(late));
      return false;
    }
    if (tries.some((s) => arrived(s, this.#file))) return true;
    const events = this.#file.events.filter((x) => x.seq > before.version && !x.kind.startsWith("clock_"));
    const written = this.#file.docs.filter((d) => (d.kind === "note" || d.kind === "title") && !before.docs.some((b) => b.doc === d.doc));
    if (events.length + written.length === 0) {
      fill(notice.box, this.#fault(e));
      return false;
    }
    this.#meanwhile = note("warn", t("casepage.meanwhile"), h("ul", { class: "cl-list" }, ...events.map((x) => eventLine(x, this.#nameFor)), ...written.map((d) => h("li", {}, d.kind === "title" ? t("casepage.meanwhile_title") : t("casepage.meanwhile_note")))), h("p", {}, t("casepage.meanwhile_text")));
    this.#said = letters.includes(form) || form === this.#chosen ? null : this.#meanwhile;
    this.#show();
    focus(this.#meanwhile);
    return false;
  }

  /** What the inspector asks about this case, once lists were checked. The card of one request stays, with what is typed. */
  #sampled(): Child {
    const sample = this.#file.samples[0]?.sample;
    if (this.#checked === null || sample === undefined) return null;
    if (this.#sample?.sample !== sample) {
      const card = sampleCard({ me: this.me, unit: this.#file.unit, facts: this.#checked, file: this.#file, done: () => undefined });
      this.#sample = card === null ? null : { sample, card };
    }
    return this.#sample?.card ?? null;
  }

  /** Which other offices read the case. */
  #joint(): Child {
    const unit = this.#checked?.units.find((u) => u.unit === this.#file.unit);
    return jointCard({
      file: this.#file, open: this.#open, facts: this.#checked, approver: unit?.roles.includes("approver") === true, officeFor: (id) => officeName(this.#facts.pack, id), nameFor: this.#nameFor, ground: this.#ground,
      gone: (text) => {
        this.#drafts.clear("");
        this.end();
        page(this.box, t("joint.lead_gone"), note("ok", text), h("p", { class: "cl-gap" }, h("a", { href: `/${location.pathname.split("/")[1] ?? ""}/cases` }, t("casepage.back"))));
      },
      done: async (text) => {
        await this.#again();
        this.#said = note("ok", text);
        this.#show();
        focus(this.#said);
      },
    });
  }

  #show(): void {
    const f = this.#file;
    const o = this.#open;
    const d = this.#doing;
    const heading = o === null ? "" : title(o.items.inside);
    const segment = location.pathname.split("/")[1] ?? "";
    fill(this.box,
      h("a", { class: "govuk-back-link cl-noprint", href: `/${segment}/cases` }, t("casepage.back")),
      titleBar({ heading, category: categoryName(this.#facts.pack, f.category), number: f.number, open: o !== null, drafts: this.#drafts, save: (text, n) => this.#write("title", text, n), fault: this.#fault }),
      tags(f, this.#facts.pack),
      h("p", { class: "cl-jump cl-noprint" }, h("a", { href: "#acts" }, t("casepage.jump"))),
      f.standing && note("", t("away.for_whom", { Name: this.#nameFor(f.handler) }), t("away.standing_text")),
      this.#said, ...this.#doubts(),
      h("div", { class: "cl-case" }, h("div", {}, ...this.#islands(d)), h("div", {}, clocks(f.clocks, this.#facts.day), ties(f, segment), this.#joint(), this.#sampled(), voting(d), actList(d), this.#rail(d), log(f.events, this.#nameFor), h("p", { class: "cl-small cl-noprint" }, h("a", { href: `/${segment}/rules#state-${f.state}` }, t("rules.link"))))));
    if (o === null && opened() !== null && this.#refusal === null) fill(this.#key, h("div", { class: "cl-actions" }, act(t("casepage.open"), t("casepage.opening"), () => this.#reopen(), (e) => fill(this.#key, this.#fault(e)))));
    if (o === null && opened() === null) void withKey(this.#key, this.me, () => this.#reopen());
  }

  async #reopen(): Promise<void> {
    fill(this.#key);
    await this.#read();
    this.#show();
    focus(this.box.querySelector("#report"));
  }

  /** The form of the chosen act: one that writes to the reporter stands below the letters. */
  #rail(d: Doing): Child {
    if (this.#chosen === "" || letters.includes(this.#chosen)) return null;
    return this.#form(d);
  }

  #form(d: Doing): Child {
    const offer = this.#file.acts.find((x) => x.act === this.#chosen);
    const off = offer !== undefined && offer.why === "" ? null : note("warn", t("casepage.not_possible"), offer === undefined ? t("casepage.not_now") : why(offer.why));
    return h("div", { class: "cl-noprint" }, off, actForm(this.#chosen, d));
  }

  #doubts(): Child[] {
    const all = (this.#open?.doubts ?? []).map((x) => h("span", { "data-doubt": x.key }, doubtAt(x)));
    return all.length === 0 ? [] : [doubtNotice(all)];
  }

  #islands(d: Doing): Child[] {
    const f = this.#file;
    const o = this.#open;
    if (o === null)
      return [this.#refusal ?? this.#key, shutIsland("report", t("casepage.report"), t("casepage.report_shut")), shutIsland("box", t("casepage.box"), t("casepage.box_shut")), letters.includes(this.#chosen) && this.#form(d), shutIsland("inside", t("casepage.inside"), t("casepage.inside_shut"))];
    const lockButton = h("button", { type: "button", class: "govuk-button govuk-button--secondary cl-noprint", click: () => this.#lock() }, t("casepage.lock"));
    return [
      island({ id: "report", title: t("casepage.report"), pictogram: "key", says: t("casepage.report_open", { Time: this.#at }), act: lockButton }, ...reportBody(o.report, f, this.#facts.pack, typist(o.items.reporter[0]))),
      filesIsland(f, o),
      identity(f),
      island({ id: "box", title: t("casepage.box"), pictogram: "mail", says: o.reply.waiting ? t("casepage.box_waiting") : o.reply.vouched ? t("casepage.box_vouched") : t("casepage.box_open") }, thread(f, o.items, this.#around), f.mailbox === null && h("p", { class: "cl-hint" }, t("casepage.no_mailbox")), letters.includes(this.#chosen) && this.#form(d)),
      island({ id: "inside", title: t("casepage.inside"), pictogram: "pen", says: t("casepage.inside_open") }, inside(o.items.inside, this.#around, f.lang), noteForm(this.#drafts, this.#attach("note"), (text, n) => this.#write("note", text, n), this.#fault)),
      h("div", { class: "cl-actions cl-noprint" }, this.#print(), h("a", { class: "cl-linklike", href: `/${location.pathname.split("/")[1] ?? ""}/own?case=${encodeURIComponent(this.number)}` }, t("own.remind"))),
    ];
  }

  /** Paper is outside the seal: that is said before, in the place of the button. */
  #print(): HTMLElement {
    const place = h("div", { class: "cl-noprint" });
    const ask = () => fill(place, note("warn", t("casepage.print_title"), t("casepage.print_text")), h("div", { class: "cl-actions" }, h("button", { type: "button", class: "govuk-button", click: () => window.print() }, t("desk.print")), h("button", { type: "button", class: "govuk-button govuk-button--secondary", click: back }, t("casepage.fold"))));
    const back = () => fill(place, h("button", { type: "button", class: "cl-plainbutton cl-linklike", click: ask }, icon("file"), t("casepage.print")));
    back();
    return place;
  }
}
