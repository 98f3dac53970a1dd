// Makes the sealed report and sends it. Whatever goes wrong, the same report can be sent again and is stored once.
import type { File as Description, Report } from "../../../browser/src/bodies";
import { base64, hexHash, random, utf8 } from "../../../browser/src/bytes";
import { sealDocument } from "../../../browser/src/documents";
import { claimKey, deriveMailbox, publicMailbox } from "../../../browser/src/mailbox";
import { type Acknowledgement, parseAcknowledgement } from "../../../browser/src/proof/acknowledgement";
import { type KeySet, unitOn } from "../../../browser/src/proof/keyset";
import { newDigits, newWords, wordList } from "../../../browser/src/receipt";
import { solveInWorker } from "../../../browser/src/remote";
import { parseRecipient, sealedSize } from "../../../browser/src/seal";
import { splitIdentity } from "../../../browser/src/shares";
import { idOf, isDay } from "../../../browser/src/syntax";
import { FLOOR_REPORT, SUBMISSION_SIZES } from "../../../browser/src/pad";
import { Fault } from "../../../browser/src/fault";
import type { Challenge } from "../../../browser/src/work";
import { bodyOf } from "./body";
import { cleanLine } from "./fields";
import { getJSON, post, Refused } from "./net";
import { loadWords, segmentOf, startWorker } from "./page";
import { officeOf, type Situation } from "./steps";
import { language } from "./words";

/** What was sent or is about to be: everything but the work, which is done anew for each try. */
export interface Sealed {
  code: string;
  words: boolean;
  /** Hex hash of the sealed report. */
  hash: string;
  /** The parts of the body before and after the work. */
  head: Record<string, unknown>;
  first: number;
}

/** What the server answers. */
export interface Receipt {
  day: string;
  promises: { step: string; by: string }[];
  acknowledgement: string;
}

/** Seals everything for the office. The code is made here, now, and nowhere else. */
export async function sealReport(s: Situation, keys: KeySet, files: readonly Description[]): Promise<Sealed> {
  const words = s.answers.one("code") === "words";
  const code = words ? newWords(wordList(await loadWords())) : newDigits();
  const mailbox = deriveMailbox(keys.instance, code);
  const office = officeOf(s);
  const unit = office && unitOn(keys, office.id, s.offer.today);
  // The day is the server's word: one from before the list of keys would bring back a key that was put away.
  if (unit === undefined || s.offer.today < keys.day) throw new Fault("key", "no key of the office");
  const rest = bodyOf(s, keys, files, publicMailbox(mailbox), unit.id);
  const caseId = idOf(random(16));
  const doc = idOf(random(16));
  const identity = rest.contact === "anonymous" ? null : await splitIdentity({ instance: keys.instance, case: caseId }, person(s), keys.custodians);
  const body: Report = { ...rest, identity: identity ? hexHash(identity.box) : "" }; // signed, so that no other box can take its place
  const sealed = sealDocument(
    { instance: keys.instance, kind: "report", case: caseId, id: doc, seq: 1, prev: "", unit: unit.id, day: s.offer.today, author: { role: "reporter", id: "" } },
    body, [{ role: "reporter", key: mailbox.sign }], [parseRecipient(unit.recipient)],
  );
  const phrase = s.answers.one("phrase");
  const head = {
    v: 1, case: caseId, doc, unit: unit.id, category: body.category, region: body.region, lang: body.lang, danger: body.danger, at: "browser",
    contact: body.contact, wish: body.wish, claim: body.wish && cleanLine(phrase) !== "" ? claimKey(mailbox.prk, cleanLine(phrase)).encoded : "",
    mailbox: body.mailbox, sealed: base64(sealed), files: files.map((f) => f.blob),
    ...(identity && { identity: { box: base64(identity.box), shares: identity.shares.map((x) => ({ custodian: x.custodian, share: base64(x.sealed) })) } }),
  };
  return { code, words, hash: hexHash(sealed), head, first: firstSize(keys) };
}

const person = (s: Situation) => ({ name: cleanLine(s.answers.one("name")), reach: cleanLine(s.answers.one("reach")) });

/** The least size of a body: one that a report with an identity for every custodian fits, so that nobody sees which has one. */
function firstSize(keys: KeySet): number {
  const n = keys.custodians.length;
  if (n < 2) return SUBMISSION_SIZES[0]!;
  const text = (bytes: number) => Math.ceil(bytes / 3) * 4;
  const need = 3584 + 2560 + text(sealedSize(FLOOR_REPORT, 1)) + text(sealedSize(512, 1)) + n * (text(sealedSize(320, 1)) + 80);
  return SUBMISSION_SIZES.find((size) => size >= need) ?? SUBMISSION_SIZES[SUBMISSION_SIZES.length - 1]!;
}

/** Does the work and sends. A challenge that grew old on a slow line, or was used by a try whose answer was lost, is paid once more. */
export async function submit(s: Sealed, told: (stage: "work" | "send") => void, stop: AbortSignal): Promise<Receipt> {
  try {
    return receiptOf(await pay(s, told, stop));
  } catch (e) {
    if (!(e instanceof Refused) || (e.key !== "work.expired" && e.key !== "work.used")) throw e;
    return receiptOf(await pay(s, told, stop));
  }
}

/** What a server may answer. In another shape nothing of it is used: the code is shown all the same, and that the statement is not sound. */
function receiptOf(r: unknown): Receipt {
  const none = { day: "", promises: [], acknowledgement: "" };
  if (typeof r !== "object" || r === null) return none;
  const { day, promises, acknowledgement } = r as Partial<Receipt>;
  if (typeof day !== "string" || !isDay(day) || typeof acknowledgement !== "string" || !Array.isArray(promises)) return none;
  const good = promises.every((p: unknown) => typeof p === "object" && p !== null && typeof (p as Receipt["promises"][0]).step === "string" && isDay(String((p as Receipt["promises"][0]).by)));
  return good ? { day, promises, acknowledgement } : none;
}

async function pay(s: Sealed, told: (stage: "work" | "send") => void, stop: AbortSignal): Promise<unknown> {
  const segment = segmentOf(language());
  told("work");
  const challenge = await getJSON<Challenge>(`/${segment}/api/work`);
  const worker = startWorker("work");
  const end = () => worker.onerror?.(null); // ends the wait for it as well
  stop.addEventListener("abort", end);
  let body: Uint8Array;
  try {
    const solution = await solveInWorker(worker, challenge);
    body = pad(JSON.stringify({ ...s.head, work: { challenge, solution } }), s.first);
  } finally {
    stop.removeEventListener("abort", end);
    worker.terminate();
  }
  if (stop.aborted) throw new Fault("work", "stopped");
  told("send");
  return post<unknown>(`/${segment}/api/report`, body, {}, stop);
}

function pad(json: string, first: number): Uint8Array {
  const body = utf8(json);
  const size = SUBMISSION_SIZES.find((n) => n >= first && n >= body.length);
  if (size === undefined) throw new Fault("too_large");
  const out = new Uint8Array(size).fill(0x20);
  out.set(body);
  return out;
}

/** Checks that the acknowledgement is the authority's and speaks of this report, or throws. */
export function checkReceipt(r: Receipt, s: Sealed, keys: KeySet): Acknowledgement {
  const a = parseAcknowledgement(utf8(r.acknowledgement), keys.ack);
  if (a.report !== s.hash || a.instance !== keys.instance || a.day !== r.day) throw new Fault("opening", "of another report");
  return a;
}

