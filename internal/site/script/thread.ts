// What is in a mailbox: opened, and checked against the published keys and the order that the documents name
// themselves. The server between is not believed; what does not fit keeps its place and loses its words.
import type { EraseNote, File } from "../../../browser/src/bodies";
import { fromBase64, utf8 } from "../../../browser/src/bytes";
import { type ChainHead, type ChainItem, checkChain, EMPTY, Leads, type Thread as Chain } from "../../../browser/src/chain";
import { answersReview, openDocument, parseDocument, type Signed } from "../../../browser/src/documents";
import { parseKey } from "../../../browser/src/ed25519";
import { ChainFault, Fault } from "../../../browser/src/fault";
import type { MailboxKeys } from "../../../browser/src/mailbox";
import { inspectorsOn, type KeySet, unitsOn } from "../../../browser/src/proof/keyset";
import { isDay, isHash, isId, isName } from "../../../browser/src/syntax";

/** A document as the server lists it. Nothing in it is true by itself. */
export interface Listed {
  /** 0 for the reporter's own, and for one that is not sealed to the mailbox yet. */
  item: number;
  doc: string;
  chain: "reporter" | "unit";
  kind: string;
  seq: number;
  day: string;
  unit: string;
  /** Of the sealed bytes as they were first stored, hex. */
  hash: string;
  /** Base64; absent for own, erased and waiting ones. */
  sealed?: string;
  /** The signed erase note of an erased one. */
  note?: string;
  /** The bytes were sealed anew, to this mailbox's keys: after a change of code, or by the office where a letter waited for them. */
  copied?: boolean;
}

/** One line of the case's way, in days. */
export interface StepLine {
  step: string;
  state: string;
  done: string;
  due: string;
  decided: string;
}

/** What the server answers to "list". */
export interface Listing {
  case: string;
  number: string;
  unit: string;
  lang: string;
  state: string;
  steps: StepLine[];
  /** Last day for the answer that the unit waits for, or "". */
  asked: string;
  /** Last day on which a review of the decision can be asked for, or "". */
  review: string;
  /** Last day on which the owner can object to a transfer, or "". */
  object: string;
  /** How far the case has come on its way to another body: proposed, approved, sent, received, or "". */
  passing: string;
  /** Offices that read chosen documents beside the case's own. */
  readers: string[];
  /** A checkpoint covers the report. */
  proof: boolean;
  docs: Listed[];
}

/** A line of the thread. */
export type Entry =
  | { is: "mine"; report: boolean; day: string }
  | { is: "letter"; item: number; unit: string; day: string; decision: boolean; /** The inspector's answer to a review. */ review: boolean; text: string; files: File[] }
  | { is: "waiting"; unit: string; day: string }
  | { is: "erased"; day: string }
  | { is: "gap"; day: string }
  /** moved: signed by the unit, but for another place or case. */
  | { is: "false"; day: string; moved: boolean };

/** A mailbox that was looked through. */
export interface Thread {
  entries: Entry[];
  /** Ends of the two chains: where the next own document goes, and what a later list must still hold. */
  own: ChainHead;
  theirs: ChainHead;
  /** Hash of the sealed report, or "". */
  report: string;
  /** The office that the case is listed under is the one to which the letters lead. Where it is not, nothing is sealed to it. */
  lead: boolean;
}

/** Reads the answer to "list", or throws "format". */
export function readListing(v: unknown): Listing {
  const o = v as Listing;
  const text = (s: unknown): s is string => typeof s === "string" && s.length <= 200;
  const day = (s: unknown) => s === "" || (typeof s === "string" && isDay(s));
  if (typeof o !== "object" || o === null || ![o.case, o.number, o.unit, o.lang, o.state, o.passing].every(text) || !isId(o.case) || !isName(o.unit) || !day(o.asked) || !day(o.review) || !day(o.object))
    throw new Fault("format", "listing");
  const steps: unknown = o.steps ?? [];
  const docs: unknown = o.docs ?? [];
  const readers: unknown = o.readers ?? [];
  if (!Array.isArray(steps) || !Array.isArray(docs) || !Array.isArray(readers) || !readers.every((u) => typeof u === "string" && isName(u))) throw new Fault("format", "listing");
  for (const s of steps as StepLine[]) if (![s.step, s.state, s.decided].every(text) || !day(s.done) || !day(s.due)) throw new Fault("format", "step");
  for (const d of docs as Listed[]) {
    const ok = Number.isSafeInteger(d.item) && d.item >= 0 && Number.isSafeInteger(d.seq) && d.seq >= 1 && text(d.doc) && isId(d.doc) && text(d.kind) && isDay(d.day) && isName(d.unit) &&
      isHash(d.hash) && (d.chain === "reporter" || d.chain === "unit") && ["string", "undefined"].includes(typeof d.sealed) && ["string", "undefined"].includes(typeof d.note);
    if (!ok) throw new Fault("format", "document of the listing");
  }
  return { ...o, steps: steps as StepLine[], docs: docs as Listed[], proof: o.proof === true };
}

/** Opens and checks everything. before is what was seen earlier in this visit: what was there then must be there now. */
export function openThread(list: Listing, keys: MailboxKeys, set: KeySet, before: Thread | null): Thread {
  const own = ownChain(list);
  const theirs = unitChain(list, keys, set);
  const lost = (head: ChainHead, chain: string) => head.seq > 0 && !list.docs.some((d) => d.chain === chain && d.seq === head.seq && d.hash === head.sealed);
  const entries = mingle(theirs.entries, own.entries);
  if (before !== null && (lost(before.own, "reporter") || lost(before.theirs, "unit"))) entries.push({ is: "gap", day: "" });
  return { entries, own: own.head, theirs: theirs.head, report: own.report, lead: theirs.lead };
}

/** The reporter's own documents are not given back; their numbers, kinds and hashes are. */
function ownChain(list: Listing): { entries: Entry[]; head: ChainHead; report: string } {
  const entries: Entry[] = [];
  let head = EMPTY;
  let report = "";
  const seen = new Set<string>();
  for (const d of list.docs.filter((x) => x.chain === "reporter")) {
    const again = seen.has(d.doc) || seen.has(d.hash) || d.seq <= head.seq;
    if (again || d.seq !== head.seq + 1 || (d.kind === "report") !== (d.seq === 1)) entries.push({ is: "gap", day: d.day });
    if (again) continue;
    seen.add(d.doc).add(d.hash);
    head = { seq: d.seq, sealed: d.hash };
    if (d.seq === 1) report = d.hash;
    if (d.kind === "report" || d.kind === "message") entries.push({ is: "mine", report: d.kind === "report", day: d.day });
  }
  if (head.seq === 0) entries.push({ is: "gap", day: "" }); // every case begins with a report
  return { entries, head, report };
}

interface Opened {
  listed: Listed;
  link: ChainItem | null;
  signed: Signed | null;
}

function unitChain(list: Listing, keys: MailboxKeys, set: KeySet): { entries: Entry[]; head: ChainHead; lead: boolean } {
  // It begins with the office of the report, and goes on with the one that a letter names: an office's own signature, not the server's word.
  const leads = new Leads(list.docs.find((d) => d.chain === "reporter" && d.seq === 1)?.unit ?? list.unit);
  const chain = (): Chain => ({ instance: set.instance, case: list.case, chain: "unit", unit: leads.unit });
  // After a change of code letters are copies that the owner resealed, and letters from before the keys are copies of the office.
  // All others are the bytes that were hashed.
  const recoded = list.docs.some((d) => d.chain === "reporter" && d.kind === "rekey");
  const all = list.docs.filter((d) => d.chain === "unit").map((d) => opened(d, keys, set, recoded || d.copied === true));
  const entries: Entry[] = [];
  const seen = new Set<string>();
  let head = EMPTY;
  for (const o of all) {
    const d = o.listed;
    if (o.signed === null && d.item === 0 && d.sealed === undefined && d.note === undefined) {
      // Not sealed to this mailbox yet: only its number can be followed.
      if (d.seq !== head.seq + 1) entries.push({ is: "gap", day: d.day });
      entries.push({ is: "waiting", unit: d.unit, day: d.day });
      head = { seq: Math.max(d.seq, head.seq), sealed: d.hash };
      leads.lost();
      continue;
    }
    if (o.link === null) {
      entries.push({ is: "false", day: d.day, moved: false });
      continue;
    }
    const fault = seen.has(d.hash) ? "repeat" : faultAt(chain(), head, o.link);
    if (fault === "erase" || (fault !== "" && fault !== "gap" && fault !== "prev")) {
      entries.push({ is: "false", day: d.day, moved: fault !== "erase" });
      continue;
    }
    if (fault !== "") entries.push({ is: "gap", day: d.day });
    seen.add(d.hash);
    head = { seq: o.signed?.document.seq ?? o.link.erased?.seq ?? d.seq, sealed: d.hash }; // go on from here: one gap is told once
    entries.push(o.signed === null ? { is: "erased", day: d.day } : letter(d.item, o.signed));
    if (o.signed === null) leads.lost();
    else leads.letter(o.signed.document.unit, o.signed.document.kind === "reply" ? o.signed.body("reply").next : undefined);
  }
  return { entries, head, lead: leads.end(list.unit) };
}

function faultAt(chain: Chain, head: ChainHead, link: ChainItem): ChainFault["fault"] | "" {
  const e = link.erased;
  if (e !== undefined) {
    if (e.chain !== chain.chain || e.sealed !== link.sealed) return "erase";
    // The note is the owner's own: a number that is missing before it is missing, and no forgery.
    return e.seq === head.seq + 1 ? "" : e.seq > head.seq ? "gap" : "order";
  }
  try {
    checkChain(chain, head, [link]);
    return "";
  } catch (e) {
    if (e instanceof ChainFault) return e.fault;
    throw e;
  }
}

/** Tells whether a published key signed it: the inspector's what names an inspector as its author, and the unit's all else. */
function believed(s: Signed, set: KeySet): boolean {
  if (s.document.author.role === "inspector") return s.document.kind === "reply" && answersReview(s, s.body("reply"), (id, day) => inspectorsOn(set, id, day));
  return unitsOn(set, s.document.unit, s.document.day).some((unit) => {
    const key = parseKey(unit.sign);
    return key !== null && s.verifiedBy("unit", key);
  });
}

/** Opens one document to the reporter. link is null for what nobody who may have written it has signed. */
function opened(d: Listed, keys: MailboxKeys, set: KeySet, copy: boolean): Opened {
  const none = { listed: d, link: null, signed: null };
  try {
    if (d.note !== undefined && d.sealed === undefined) {
      const erased = ownNote(d, keys, set.instance);
      return { listed: d, link: erased && { sealed: d.hash, erased }, signed: null };
    }
    const bytes = fromBase64(d.sealed ?? "");
    if (bytes === null) return none;
    const signed = openDocument(bytes, [keys.age]);
    if (signed.document.id !== d.doc || (signed.sealed !== d.hash && !copy) || !believed(signed, set) || !readable(signed)) return none;
    return { listed: d, link: { sealed: d.hash, document: signed.document }, signed };
  } catch (e) {
    if (e instanceof Fault) return none;
    throw e;
  }
}

/** A body that breaks its format is a forgery. */
function readable(s: Signed): boolean {
  if (s.document.kind !== "reply" && s.document.kind !== "decision") return false;
  s.body(s.document.kind);
  return true;
}

/** The note that this mailbox's key signed when a message was erased, or null. */
export function ownNote(d: Listed, keys: MailboxKeys, instance: string): EraseNote | null {
  const note = parseDocument(utf8(d.note ?? ""));
  if (note.document.instance !== instance || !note.verifiedBy("reporter", keys.sign.publicKey)) return null;
  const body = note.body("erase");
  return body.doc === d.doc ? body : null;
}

function letter(item: number, s: Signed): Entry {
  const { unit, day } = s.document;
  const inspector = s.document.author.role === "inspector";
  if (s.document.kind === "reply") {
    const { text, files } = s.body("reply");
    return { is: "letter", item, unit, day, decision: false, review: inspector, text, files };
  }
  const { reasons, addresses, review } = s.body("decision");
  return { is: "letter", item, unit, day, decision: true, review: inspector, text: [reasons, ...addresses, review].filter((x) => x !== "").join("\n\n"), files: [] };
}

/** Own entries between the unit's by their days; the unit's own order stays. The report came first. */
function mingle(theirs: readonly Entry[], own: readonly Entry[]): Entry[] {
  const out: Entry[] = [];
  const rest = [...own];
  const first = rest.findIndex((e) => e.day === "" || (e.is === "mine" && e.report));
  if (first >= 0) out.push(...rest.splice(0, first + 1));
  for (const e of theirs) {
    while (rest.length > 0 && rest[0]!.day < e.day) out.push(rest.shift()!);
    out.push(e);
  }
  return [...out, ...rest];
}
