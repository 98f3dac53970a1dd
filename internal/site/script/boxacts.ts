// What the owner of a mailbox does: every document is made, signed and sealed here. Whatever goes wrong on the way, the
// same act can be done again and counts once.
import type { Bodies, File as Description, Kind } from "../../../browser/src/bodies";
import { base64, fromBase64, fromUtf8, hexHash, random } from "../../../browser/src/bytes";
import { sealDocument, signDocument } from "../../../browser/src/documents";
import { Fault } from "../../../browser/src/fault";
import { deriveMailbox, type MailboxKeys, publicMailbox } from "../../../browser/src/mailbox";
import { type KeySet, unitOn } from "../../../browser/src/proof/keyset";
import { newDigits, newWords, wordList } from "../../../browser/src/receipt";
import { type Identity, open, parseRecipient, type Recipient, seal } from "../../../browser/src/seal";
import { idOf } from "../../../browser/src/syntax";
import { Line } from "./line";
import { post, Refused } from "./net";
import { loadWords, segmentOf } from "./page";
import { type Listing, openThread, ownNote, readListing, type Thread } from "./thread";
import { language } from "./words";

/** An open mailbox: its keys, and what it held when it was last looked at. */
export interface Box {
  keys: MailboxKeys;
  set: KeySet;
  line: Line;
  list: Listing;
  thread: Thread;
  /** In the authority's place. */
  today: string;
}

/** How often an act is tried again when somebody else wrote to the case at the same moment. */
const attempts = 4;

/** Opens the mailbox of keys. Rejects with Refused, or Fault for an answer that cannot be one. */
export async function openBox(keys: MailboxKeys, set: KeySet, today: string): Promise<Box> {
  const line = new Line(keys, set.instance);
  const list = readListing(await line.ask<unknown>("list"));
  // The day comes from the server. One before the keys were signed would let it choose a key that a unit has given up.
  return { keys, set, line, list, thread: openThread(list, keys, set, null), today: today < set.day ? set.day : today };
}

/** Looks again. What was seen before must still be there. */
export async function look(b: Box): Promise<void> {
  const list = readListing(await b.line.ask<unknown>("list"));
  if (list.case !== b.list.case) throw new Fault("document", "another case");
  b.thread = openThread(list, b.keys, b.set, b.thread);
  b.list = list;
}

/** Tells whether an act lost a race and should be tried on the new state. */
const moved = (e: unknown): boolean =>
  e instanceof Refused && ["store.doc_order", "store.case_moved", "cases.moved_on", "store.mailbox_moved", "intake.office_changed"].includes(e.key);

/** Tells whether an error says for certain that nothing was done. Silence, a proxy's word and a database that went away do not. */
const certainlyNot = (e: unknown): boolean =>
  e instanceof Refused && (["store.busy", "intake.first_code_busy"].includes(e.key) || (e.status >= 400 && e.status < 500 && e.key !== "" && e.key !== "store.exists"));

const gone = (e: unknown): boolean => e instanceof Refused && e.key === "intake.no_mailbox";

/** A message that may have been sent. The same words with the same files are the same message. */
export interface Outgoing {
  doc: string;
  /** The act, the words and the files. */
  said: string;
  /** Hashes of all sealed bytes that went out: any of them may have arrived. */
  hashes: string[];
}

/** Sends words and files. before is what may have arrived already; it is returned through keep at once. */
export function sendMessage(b: Box, text: string, files: readonly Description[], before: Outgoing | null, keep: (o: Outgoing) => void): Promise<void> {
  return write(b, "send", text, files, before, keep);
}

/** Asks for the decision to be looked at again, with words about it. before and keep as in sendMessage. */
export function requestReview(b: Box, text: string, before: Outgoing | null, keep: (o: Outgoing) => void): Promise<void> {
  return write(b, "review", text, [], before, keep);
}

/** Objects to a transfer, with words about it. before and keep as in sendMessage. */
export function objectTransfer(b: Box, text: string, before: Outgoing | null, keep: (o: Outgoing) => void): Promise<void> {
  return write(b, "object", text, [], before, keep);
}

async function write(b: Box, act: "send" | "review" | "object", text: string, files: readonly Description[], before: Outgoing | null, keep: (o: Outgoing) => void): Promise<void> {
  const said = JSON.stringify([act, text, files.map((f) => f.blob)]);
  const out = before !== null && before.said === said ? before : { doc: idOf(random(16)), said, hashes: [] };
  for (let tries = 1; ; tries++) {
    if (out.hashes.length > 0 || tries > 1) {
      await look(b);
      if (b.list.docs.some((d) => d.chain === "reporter" && d.doc === out.doc && out.hashes.includes(d.hash))) return;
    }
    const own = nextDocument(b, "message", out.doc, { text, files: [...files] });
    out.hashes.push(hexHash(own.sealed));
    keep(out);
    try {
      await b.line.ask(act, { doc: out.doc, unit: b.list.unit, seq: own.seq, prev: own.prev, sealed: base64(own.sealed), ...(act === "send" && { files: files.map((f) => f.blob) }) });
      return;
    } catch (e) {
      // "store.exists": an earlier try arrived after all; the next look finds it.
      if (!(moved(e) || (e instanceof Refused && e.key === "store.exists")) || tries === attempts) throw e;
    }
  }
}

/** Seals the next document of the owner's chain to the unit. */
function nextDocument<K extends Kind>(b: Box, kind: K, doc: string, body: Bodies[K]): { seq: number; prev: string; sealed: Uint8Array } {
  // Words go to no office that the letters do not lead to. A change of code has none, and is no hindrance to who wants one because of it.
  if (!b.thread.lead && kind !== "rekey") throw new Fault("key", "not the office of the letters");
  const unit = unitOn(b.set, b.list.unit, b.today);
  if (unit === undefined || b.thread.own.seq === 0) throw new Fault("key", "no key of the office");
  const { seq, sealed: prev } = b.thread.own;
  const d = { instance: b.set.instance, kind, case: b.list.case, id: doc, seq: seq + 1, prev, unit: unit.id, day: b.today, author: { role: "reporter" as const, id: "" } };
  return { seq: d.seq, prev, sealed: sealDocument(d, body, [{ role: "reporter", key: b.keys.sign }], [parseRecipient(unit.recipient)]) };
}

/** The signed note that stands for an erased message. */
function eraseNote(b: Box, keys: MailboxKeys, body: Bodies["erase"]): string {
  const d = { instance: b.set.instance, kind: "erase" as const, case: b.list.case, id: idOf(random(16)), seq: 1, prev: "", unit: b.list.unit, day: b.today, author: { role: "reporter" as const, id: "" } };
  return fromUtf8(signDocument(d, body, [{ role: "reporter", key: keys.sign }], 0)) ?? "";
}

/** Takes a message out of the mailbox. Erasing again does nothing. */
export async function eraseMessage(b: Box, item: number): Promise<void> {
  const d = b.list.docs.find((x) => x.item === item && x.chain === "unit");
  if (d === undefined) return;
  await b.line.ask("erase", { item, note: eraseNote(b, b.keys, { chain: "unit", doc: d.doc, seq: d.seq, sealed: d.hash }) });
  delete d.sealed; // whatever the next look says, its words are gone
  b.thread.entries = b.thread.entries.map((x) => (x.is === "letter" && x.item === item ? { is: "erased", day: x.day } : x));
}

/** A new code on its way: until it is known to hold, the old one may be the one that opens. */
export interface NewCode {
  code: string;
  words: boolean;
  keys: MailboxKeys;
  doc: string;
  /** It may be the one that opens: whoever holds the page must see it. */
  unsure: boolean;
}

/** Makes a code. It opens nothing before changeCode or exchange. */
export async function makeCode(instance: string, words: boolean): Promise<NewCode> {
  const code = words ? newWords(wordList(await loadWords())) : newDigits();
  return { code, words, keys: deriveMailbox(instance, code), doc: idOf(random(16)), unsure: false };
}

/** Gives the mailbox the new code: every message is resealed to it, every erase note signed anew. Returns the box that it opens. */
export async function changeCode(b: Box, next: NewCode): Promise<Box> {
  for (let tries = 1; ; tries++) {
    try {
      const own = nextDocument(b, "rekey", next.doc, { mailbox: publicMailbox(next.keys) });
      await b.line.ask("recode", { doc: next.doc, unit: b.list.unit, seq: own.seq, prev: own.prev, sealed: base64(own.sealed), next: publicMailbox(next.keys), ...moveOver(b, next.keys) });
      break;
    } catch (e) {
      // An old code that opens nothing after an answer was lost: it was changed.
      if (gone(e)) break;
      if (!certainlyNot(e)) next.unsure = true;
      if (!moved(e) || tries === attempts) throw e;
      try {
        await look(b);
      } catch (late) {
        if (gone(late)) break;
        throw late;
      }
    }
  }
  next.unsure = true;
  const box = await openBox(next.keys, b.set, b.today);
  next.unsure = false;
  return box;
}

function moveOver(b: Box, next: MailboxKeys): { copies: Record<string, string>; notes: Record<string, string> } {
  const copies: Record<string, string> = {};
  const notes: Record<string, string> = {};
  const to = parseRecipient(next.age.recipient);
  for (const d of b.list.docs) {
    if (d.chain !== "unit" || d.item === 0) continue;
    if (d.sealed !== undefined) copies[d.item] = reseal(d.sealed, b.keys.age, to);
    else if (d.note !== undefined) {
      const note = soundNote(b, d);
      if (note !== null) notes[d.item] = eraseNote(b, next, note);
    }
  }
  return { copies, notes };
}

/** An empty copy leaves as it is what does not open: it shows as false before and after, and is no hindrance to a new code. */
function reseal(sealed: string, key: Identity, to: Recipient): string {
  try {
    return base64(seal(open(fromBase64(sealed) ?? new Uint8Array(0), [key]), [to]));
  } catch (e) {
    if (e instanceof Fault) return "";
    throw e;
  }
}

function soundNote(b: Box, d: Listing["docs"][number]): Bodies["erase"] | null {
  try {
    return ownNote(d, b.keys, b.set.instance);
  } catch (e) {
    if (e instanceof Fault) return null;
    throw e;
  }
}

/** Exchanges a pick-up number or link code for the new code, and opens the mailbox with it. The server sees the number and the public keys. */
export async function exchange(first: string, next: NewCode, set: KeySet, today: string): Promise<Box> {
  const opened = async () => {
    const box = await openBox(next.keys, set, today);
    next.unsure = false;
    return box;
  };
  if (next.unsure) {
    try {
      return await opened(); // a try whose answer was lost may have done it
    } catch (e) {
      if (!gone(e)) throw e;
    }
  }
  try {
    await post(`/${segmentOf(language())}/api/exchange`, JSON.stringify({ code: first, next: publicMailbox(next.keys) }));
  } catch (e) {
    if (!certainlyNot(e)) next.unsure = true;
    if (!(e instanceof Refused && e.key === "intake.no_first_code")) throw e;
    try {
      return await opened();
    } catch (late) {
      if (!gone(late)) throw late;
      next.unsure = false; // neither the number nor the new code opens anything
      throw e;
    }
  }
  next.unsure = true;
  return opened();
}

/** Closes the mailbox for good. One that is closed already is closed. */
export async function closeBox(b: Box): Promise<void> {
  try {
    await b.line.ask("close");
  } catch (e) {
    if (!(e instanceof Refused && e.key === "intake.no_mailbox")) throw e;
  }
}
