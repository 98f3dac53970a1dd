// A case as a member's page opens it: every document in the keeper, who wrote it, its place in its chain, and the routing
// fields, here. What does not fit is a doubt, and its words are not shown. The counterpart at a terminal is the Go
// package internal/office/terminal; one corpus is judged by both.
//
// The server is not believed about a key: the reporter's come out of the sealed report, the office's out of the signed
// list, the members' out of signed rosters.

import type { Bodies, Kind, Report } from "../bodies";
import { base64url, fromBase64, hexHash } from "../bytes";
import { type ChainHead, checkChain, EMPTY, Leads, type Thread } from "../chain";
import { answersReview, type Chain, chainOf, type Document } from "../documents";
import { parseKey } from "../ed25519";
import { ChainFault, Fault } from "../fault";
import { inspectorsOn, type KeySet, unitOn } from "../proof/keyset";
import type { Roster } from "../proof/roster";
import type { OpenedDocument } from "./casekeys";
import { typedIn } from "./typed";

/** A document as the server hands it out. Nothing in it is true by itself. */
export interface StoredDocument {
  chain: Chain;
  seq: number;
  /** Its id. */
  doc: string;
  kind: string;
  unit: string;
  day: string;
  /** Hex SHA-256 of the sealed bytes. */
  hash: string;
  /** Base64. */
  sealed: string;
  /** A letter that is in no mailbox yet. */
  waiting: boolean;
  /** The office's own header stands before it, so that hash is of other bytes. */
  given?: boolean;
  /** From when another office had the case, and not handed over with it: there are no bytes. */
  withheld?: boolean;
}

/** What opening needs of a case as the server hands it out. */
export interface StoredCase {
  case: string;
  unit: string;
  category: string;
  region: string;
  via: string;
  lang: string;
  contact: string;
  flagged: boolean;
  wish: boolean;
  /** Hex SHA-256 of the sealed identity, "" for none. */
  identity: string;
  docs: readonly StoredDocument[];
  mailbox: { recipient: string; sign: string } | null;
  /** Keys that were registered with a pick-up number or link: only the server vouches for them. */
  first_keys: readonly { recipient: string; sign: string }[];
}

/** A case of another office, as that office let this one read it: chosen documents, each with this office's header. */
export type GivenCase = Pick<StoredCase, "case" | "unit"> & { docs: readonly StoredDocument[] };

/** Something that does not fit. seq 0 is about the chain as a whole. */
export interface Doubt {
  chain: Chain;
  seq: number;
  /** Of the catalogue, terminal.…. */
  key: string;
  args: Readonly<Record<string, string>>;
}

/** A document, opened. body is null where it does not open or is not to be believed. */
export interface Item<D extends StoredDocument = StoredDocument> {
  doc: D;
  kind: Kind | "";
  author: Document["author"];
  /** The office whose member wrote it, "" while that is not known. */
  unit: string;
  day: string;
  body: Bodies[Kind] | null;
  doubt: Doubt | null;
}

/** A case as it may be read. */
export interface OpenedCase<D extends StoredDocument = StoredDocument> {
  report: Report;
  items: Record<Chain, Item<D>[]>;
  doubts: Doubt[];
  /**
   * Whom letters are sealed to: the keys inside the report's seal, or after a change of code the new ones. vouched: keys of
   * which only the server says that they are the reporter's. waiting: there are none yet.
   */
  reply: { recipient: string; vouched: boolean; waiting: boolean };
  /** What the next document of a chain continues. */
  heads: Record<Chain, ChainHead>;
}

/** The report cannot be opened, or is not to be believed. key is of the catalogue. */
export class Unreadable extends Error {
  constructor(
    readonly key: "terminal.no_report" | "terminal.other_key" | "terminal.report_damaged" | "terminal.report_unsigned",
    readonly args: Readonly<Record<string, string>> = {},
  ) {
    super(key);
  }
}

/** What a case is held against. */
export interface Trust {
  set: KeySet;
  /** Of the unit, every version, oldest first, verified. */
  rosters: readonly Roster[];
  /** Of other offices that wrote in the case, in the same way: notes, or all of it while it was theirs. */
  others?: ReadonlyMap<string, readonly Roster[]>;
  /** The eight words of an office's keys, as the keeper's keyFingerprint gives them: to name the key that would open a report. */
  fingerprint(keys: { recipient: string; sign: string }): Promise<string>;
}

/** Opens one document, as the keeper's openDocument does. Throws its faults. */
export type OpenWith = (sealed: Uint8Array) => Promise<OpenedDocument>;

/** Opens a case. Throws Unreadable, and "locked" when the key goes meanwhile. */
export async function openCase<D extends StoredDocument>(c: StoredCase & { docs: readonly D[] }, trust: Trust, open: OpenWith): Promise<OpenedCase<D>> {
  return new CaseOpener(c, trust, open).run();
}

/** What another office was given of a case, as far as it may be read. report is null where it was not given, or does not fit. */
export interface OpenedGiven<D extends StoredDocument = StoredDocument> {
  report: Report | null;
  items: Record<Chain, Item<D>[]>;
  doubts: Doubt[];
}

/** Opens what another office was given. Throws "locked" when the key goes meanwhile. */
export async function openGiven<D extends StoredDocument>(c: GivenCase & { docs: readonly D[] }, trust: Trust, open: OpenWith): Promise<OpenedGiven<D>> {
  const none = { category: "", region: "", via: "", lang: "", contact: "", flagged: false, wish: false, identity: "", mailbox: null, first_keys: [] };
  return new CaseOpener({ ...none, ...c }, trust, open).given();
}

/** No name of an office: where it is nobody's turn, whoever wrote is the wrong one. */
const NOBODY = "?";

/** About a document that is listed behind a later one of its chain, or twice. */
const OUT_OF_ORDER = "terminal.chain_order";

class CaseOpener<D extends StoredDocument> {
  readonly #doubts: Doubt[] = [];
  #reply = { auth: "", recipient: "", sign: "" };
  /** Whose case it was, as the letters say. */
  #leads: Leads | null = null;

  constructor(
    private readonly c: StoredCase & { docs: readonly D[] },
    private readonly trust: Trust,
    private readonly open: OpenWith,
  ) {}

  async run(): Promise<OpenedCase<D>> {
    const report = await this.#report(this.#docs("reporter")[0]);
    // The letters say whose turn it was in the other chains.
    const unit = await this.#chain("unit");
    const letters = this.#doubts.splice(0);
    const leads = this.#leads!;
    if (!leads.end(this.c.unit)) {
      if (!leads.had(this.c.unit)) throw new Unreadable("terminal.report_damaged");
      letters.push({ chain: "unit", seq: 0, key: "terminal.lead_differs", args: { Unit: leads.unit } });
    }
    const reporter = await this.#chain("reporter");
    this.#doubts.push(...letters);
    const items = { reporter, unit, inside: await this.#chain("inside") };
    this.#compare(report);
    return { report, items, doubts: this.#doubts, reply: this.#letters(), heads: { reporter: this.#head("reporter"), unit: this.#head("unit"), inside: this.#head("inside") } };
  }

  /**
   * What was given is no whole chain: each document must be what the server lists it as, stand behind those of its chain that were
   * listed before it, and follow the one before it where both are here.
   */
  async given(): Promise<OpenedGiven<D>> {
    const items: Record<Chain, Item<D>[]> = { reporter: [], unit: [], inside: [] };
    const last: Partial<Record<Chain, D>> = {};
    let report: Report | null = null;
    this.#leads = await this.#givenLeads();
    for (const d of this.c.docs as readonly D[]) {
      const item: Item<D> = { doc: d, kind: "", author: { role: "server", id: "" }, unit: "", day: d.day, body: null, doubt: null };
      const { signed: s, doubt } = await this.#given(last[d.chain], d);
      if (doubt?.key !== OUT_OF_ORDER) last[d.chain] = d;
      if (s !== null) Object.assign(item, { kind: s.document.kind, author: s.document.author, unit: s.document.unit, day: s.document.day, body: s.body });
      if (s !== null && d.chain === "reporter" && d.seq === 1) report = s.body as Report;
      item.doubt = doubt;
      if (doubt !== null) this.#doubts.push(doubt);
      items[d.chain].push(item);
    }
    return { report, items, doubts: this.#doubts };
  }

  /** One document that was given, which follows before in the list of its chain. What does not fit says nothing of the reporter's keys, either. */
  async #given(before: D | undefined, d: D): Promise<{ signed: OpenedDocument | null; doubt: Doubt | null }> {
    const no = (key: string) => ({ signed: null, doubt: this.#doubt(d, key) });
    const { seq, hash } = before ?? { seq: 0, hash: "" };
    if (d.seq <= seq) return no(OUT_OF_ORDER);
    const keys = this.#reply;
    try {
      if (d.chain === "reporter" && d.seq === 1) await this.#report(d);
    } catch (e) {
      if (!(e instanceof Unreadable)) throw e;
      return no("terminal.doc_damaged");
    }
    let one = await this.#document(d.chain, d);
    if (one.signed !== null && !this.#listedAs(one.signed.document, d)) one = no("terminal.doc_damaged");
    if (one.signed !== null && d.seq > 1 && d.seq === seq + 1 && one.signed.document.prev !== hash) one = no("terminal.chain_prev");
    if (one.signed === null) this.#reply = keys;
    return one;
  }

  #listedAs(x: Document, d: D): boolean {
    return x.instance === this.trust.set.instance && x.case === this.c.case && chainOf(x.kind) === d.chain && x.seq === d.seq && x.unit === d.unit && (this.#leads!.had(x.unit) || this.#ofOthers(x));
  }

  /**
   * Whose case it was, by the letters that passed it on: they go along with what was written before. Where they lead somewhere else it
   * counts as the office's that it is listed under.
   */
  async #givenLeads(): Promise<Leads> {
    let leads: Leads | null = null;
    for (const d of this.#docs("unit")) {
      const s = await this.#passesOn(d);
      if (s === null) continue;
      leads ??= new Leads(s.document.unit);
      if (leads.unit !== s.document.unit) return new Leads(this.c.unit);
      leads.letter(s.document.unit, nextOf(s));
    }
    return leads?.end(this.c.unit) === true ? leads : new Leads(this.c.unit);
  }

  /** A letter that passes the case on, or null. */
  async #passesOn(d: D): Promise<OpenedDocument | null> {
    try {
      const s = await this.open(bytesOf(d));
      return nextOf(s) !== undefined && s.document.case === this.c.case && this.#writtenBy(s) ? s : null;
    } catch (e) {
      if (!(e instanceof Fault) || e.kind === "locked") throw e;
      return null;
    }
  }

  /** A note inside, of an office that reads the case beside its own. */
  #ofOthers(x: Document): boolean {
    return x.kind === "note" && x.unit !== this.c.unit && this.trust.others?.has(x.unit) === true;
  }

  #docs(chain: Chain): D[] {
    return (this.c.docs as readonly D[]).filter((d) => d.chain === chain);
  }

  /** The next document continues what the server stores, doubted or not: it would refuse anything else. */
  #head(chain: Chain): ChainHead {
    const all = this.#docs(chain);
    const last = all[all.length - 1];
    return last === undefined ? EMPTY : { seq: last.seq, sealed: last.hash };
  }

  #thread(chain: Chain, unit: string): Thread {
    return { instance: this.trust.set.instance, case: this.c.case, chain, unit };
  }

  /** Tells of each document of a chain in its turn which office it must be of, "" where any may. */
  #turns(chain: Chain): (x: Document) => string {
    const leads = this.#leads!;
    const side = leads.side();
    return (x) => {
      if (chain === "unit") return leads.unit;
      const note = chain === "inside" && x.kind === "note" && (leads.had(x.unit) || this.#ofOthers(x));
      return note || side(x.unit) ? "" : NOBODY;
    };
  }

  /** The first document, which carries the reporter's keys. */
  async #report(first: D | undefined): Promise<Report> {
    if (first === undefined) throw new Unreadable("terminal.no_report");
    let s: OpenedDocument;
    try {
      s = await this.open(bytesOf(first));
    } catch (e) {
      if (!(e instanceof Fault) || e.kind === "locked") throw e;
      if (e.kind === "wrong_key") throw new Unreadable("terminal.other_key", { Unit: await this.#unitName(first.unit, first.day), Have: this.c.unit });
      throw new Unreadable("terminal.report_damaged");
    }
    if (this.#leads === null) this.#leads = new Leads(s.document.unit);
    else if (!this.#leads.had(s.document.unit)) throw new Unreadable("terminal.report_damaged");
    // The report of another case is not shown as that of this one, not even with a doubt beside it.
    if (fault(() => checkChain(this.#thread("reporter", ""), EMPTY, [{ sealed: s.sealed, document: s.document }])) !== null || s.document.kind !== "report") throw new Unreadable("terminal.report_damaged");
    const report = s.body as Report;
    const sound = s.document.author.role === "member" ? this.#typedIn(s) : signed(s, "reporter", report.mailbox.sign);
    if (!sound) throw new Unreadable("terminal.report_unsigned");
    this.#reply = report.mailbox;
    return report;
  }

  /** Names a unit and its key of that day, for the sentence that says which key would open. */
  async #unitName(unit: string, day: string): Promise<string> {
    const u = unitOn(this.trust.set, unit, day);
    return u === undefined ? unit : `${unit} (${await this.trust.fingerprint(u)})`;
  }

  async #chain(chain: Chain): Promise<Item<D>[]> {
    const items: Item<D>[] = [];
    let head = EMPTY;
    const turn = this.#turns(chain);
    for (const d of this.#docs(chain)) {
      const item: Item<D> = { doc: d, kind: "", author: { role: "server", id: "" }, unit: "", day: d.day, body: null, doubt: null };
      if (d.withheld === true && chain === "inside" && d.unit !== this.c.unit && this.#leads!.moved) {
        head = { seq: d.seq, sealed: d.hash };
        items.push(item);
        continue;
      }
      if (chain === "unit" && d.seq > head.seq + 1) this.#leads!.lost(); // what is missing may have passed the case on
      let { signed: s, doubt } = await this.#document(chain, d);
      let letter: OpenedDocument | null = null;
      if (s === null) head = { seq: d.seq, sealed: d.hash };
      else {
        const { document } = s;
        const sealed = d.given === true ? d.hash : s.sealed; // what was given has another header: the original's counts
        const wrong = fault(() => checkChain(this.#thread(chain, turn(document)), head, [{ sealed, document }]));
        if (wrong !== null) doubt = this.#doubt(d, "terminal.chain_" + wrong);
        else {
          Object.assign(item, { kind: s.document.kind, author: s.document.author, unit: s.document.unit, day: s.document.day, body: s.body });
          letter = s;
        }
        head = { seq: wrong === null ? head.seq + 1 : d.seq, sealed };
      }
      if (chain === "unit") {
        // One that does not open, or is missing, may have passed the case on; one that opens and does not fit has not.
        if (letter !== null) this.#leads!.letter(letter.document.unit, nextOf(letter));
        else if (doubt?.key === "terminal.doc_damaged" || doubt?.key === "terminal.doc_other_key" || doubt?.key === "terminal.chain_gap") this.#leads!.lost();
      }
      item.doubt = doubt;
      if (doubt !== null) this.#doubts.push(doubt);
      items.push(item);
    }
    return items;
  }

  #doubt(d: D, key: string, args: Readonly<Record<string, string>> = {}): Doubt {
    return { chain: d.chain, seq: d.seq, key, args };
  }

  /** Opens one document and checks that somebody signed it who may write in this chain. */
  async #document(chain: Chain, d: D): Promise<{ signed: OpenedDocument | null; doubt: Doubt | null }> {
    const no = (key: string, args = {}) => ({ signed: null, doubt: this.#doubt(d, key, args) });
    let s: OpenedDocument;
    try {
      s = await this.open(bytesOf(d));
    } catch (e) {
      if (!(e instanceof Fault) || e.kind === "locked") throw e;
      return no(e.kind === "wrong_key" ? "terminal.doc_other_key" : "terminal.doc_damaged");
    }
    if (s.document.id !== d.doc || s.document.kind !== d.kind) return no("terminal.doc_damaged");
    if (chain === "reporter") return this.#fromReporter(d, s);
    const written = s.document.author.role === "inspector" ? s.body !== null && answersReview(s, s.body, (id, day) => inspectorsOn(this.trust.set, id, day)) : this.#writtenBy(s);
    if (!written) return no("terminal.doc_forged", { Author: s.document.author.id });
    return { signed: s, doubt: null };
  }

  /**
   * Tells whether the member whom a document names signed it, with a key that a roster of that day or earlier lists. A
   * member who came later cannot have written it.
   */
  #writtenBy(s: OpenedDocument, role?: string): boolean {
    const { day, author, unit } = s.document;
    const rosters = unit === this.c.unit ? this.trust.rosters : (this.trust.others?.get(unit) ?? []);
    return rosters.some((r, i) => {
      const next = rosters[i + 1];
      if (r.day > day || (next !== undefined && next.day < day)) return false;
      return r.members.some((m) => m.id === author.id && (role === undefined || m.roles.includes(role)) && signed(s, "member", m.sign));
    });
  }

  /**
   * Tells whether a report is one that somebody of the office's entry wrote down for a reporter who has no key yet: it names no mailbox
   * and did not come over the web, and nobody but that person signed it (docs/design/0021-entry-at-the-desk.md).
   */
  #typedIn(s: OpenedDocument): boolean {
    return typedIn(s) && this.#writtenBy(s, "intake");
  }

  /** Checks the reporter's present key and follows a change of code. */
  #fromReporter(d: D, s: OpenedDocument): { signed: OpenedDocument | null; doubt: Doubt | null } {
    if (s.document.seq === 1 && s.document.author.role === "member" && this.#typedIn(s)) return { signed: s, doubt: null };
    let vouched: Doubt | null = null;
    if (!signed(s, "reporter", this.#reply.sign)) {
      if (!this.c.first_keys.some((k) => signed(s, "reporter", k.sign))) return { signed: null, doubt: this.#doubt(d, "terminal.doc_not_reporter") };
      vouched = this.#doubt(d, "terminal.doc_vouched");
    }
    if (s.document.kind === "rekey" && vouched === null) this.#reply = (s.body as Bodies["rekey"]).mailbox;
    return { signed: s, doubt: vouched };
  }

  /** Compares what the server was told in clear with what stands inside the seal. */
  #compare(r: Report): void {
    const c = this.c;
    const add = (chain: Chain, seq: number, key: string, args = {}) => void this.#doubts.push({ chain, seq, key, args });
    for (const [field, same] of [
      ["category", c.category === r.category], ["region", c.region === r.region], ["via", c.via === r.via], ["lang", c.lang === r.lang],
      ["contact", c.contact === r.contact], ["danger", c.flagged === r.danger], ["wish", c.wish === r.wish],
    ] as const) if (!same) add("reporter", 1, "terminal.routing_differs", { Field: field });
    if (c.identity !== r.identity) add("reporter", 1, "terminal.identity_swapped");
    if (c.mailbox === null || (c.mailbox.recipient === this.#reply.recipient && c.mailbox.sign === this.#reply.sign)) return;
    // Replies go on to the keys inside the seal, if there are any: a server that registers keys of its own gets none.
    if (this.#firstKeys()) add("reporter", 1, "terminal.mailbox_vouched");
    else add("unit", 0, "terminal.mailbox_swapped");
  }

  /** Tells whether the mailbox has keys that came with a pick-up number or link. */
  #firstKeys(): boolean {
    const m = this.c.mailbox;
    return m !== null && this.c.first_keys.some((k) => k.sign === m.sign && k.recipient === m.recipient);
  }

  #letters(): OpenedCase["reply"] {
    if (this.#reply.recipient !== "") return { recipient: this.#reply.recipient, vouched: false, waiting: false };
    if (this.c.mailbox !== null && this.#firstKeys()) return { recipient: this.c.mailbox.recipient, vouched: true, waiting: false };
    return { recipient: "", vouched: false, waiting: true };
  }
}

/** The office to which a letter passes the case on, undefined for other letters. */
function nextOf(s: OpenedDocument): { unit: string } | undefined {
  return s.document.kind === "reply" && s.document.author.role === "member" ? (s.body as Bodies["reply"]).next : undefined;
}

/** What is not base64 is no sealed document. */
function bytesOf(d: StoredDocument): Uint8Array {
  return fromBase64(d.sealed) ?? new Uint8Array(0);
}

function signed(s: OpenedDocument, role: Document["author"]["role"], key: string): boolean {
  const k = parseKey(key);
  return k !== null && s.signers.some((x) => x.role === role && x.key === base64url(k));
}

/** What a chain says against a document, or null. */
function fault(check: () => unknown): string | null {
  try {
    check();
    return null;
  } catch (e) {
    if (e instanceof ChainFault) return e.fault;
    throw e;
  }
}

/**
 * Tells whether somebody else of the same office approved exactly the sealed bytes of a document inside it, and nobody refused them. What leaves
 * the building leaves on their signature: which document was approved is otherwise only the server's word.
 */
export function approvedBySomebody(inside: readonly Item[], it: Item, hash: string): boolean {
  const votes = inside.flatMap((x) => {
    const a = x.kind === "approval" && x.body !== null && x.doubt === null ? (x.body as Bodies["approval"]) : null;
    return a !== null && a.proposal === it.doc.doc && a.sealed === hash && x.author.role === "member" && x.author.id !== it.author.id && x.unit === it.unit ? [a.approve] : [];
  });
  return it.doubt === null && votes.length > 0 && votes.every((yes) => yes);
}

/** Tells whether stored bytes are those that a hash names: what was logged. */
export function isWhatWasLogged(sealed: Uint8Array, hash: string): boolean {
  return hexHash(sealed) === hash;
}
