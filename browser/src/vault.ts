import { base64, hexHash, random, utf8 } from "./bytes";
import { encodeKey, verify } from "./ed25519";
import { Fault } from "./fault";
import { paddedLength } from "./pad";
import { type Identity, open, parseRecipient } from "./seal";
import { combineIdentity, openShare, type Person, type Share } from "./shares";
import { type Fields, parseStrict } from "./strictjson";
import { isDay, isHash, isId, isInstance, isName } from "./syntax";

// Asking for an identity, and answering (docs/spec/seal.md, section 9). The twin of vault.go in package seal.

/** How many bytes of UTF-8 somebody may write to ask for an identity, or to refuse one. */
export const MAX_WORDS = 4000;

const wordsFloor = 1024;

/** What a member signs who asks to know who a reporter is. It names one reader and that reader's key. */
export interface IdentityRequest {
  instance: string;
  id: string;
  case: string;
  /** The case's number, for people. */
  number: string;
  /** Hex SHA-256 of the box, from the case's verified report. */
  box: string;
  unit: string;
  asker: string;
  reader: string;
  /** The reader's key in the signed list of the unit. */
  to: string;
  reason: string;
  /** Name of the law that forbids telling the reporter, or "". */
  law: string;
  day: string;
  /** Last day for answers. */
  until: string;
  /** Hex SHA-256 of what newWords gives. */
  words: string;
}

/** What a custodian signs about a request. */
export interface IdentityAnswer {
  instance: string;
  /** Hex SHA-256 of the request's message. */
  request: string;
  custodian: string;
  agrees: boolean;
  day: string;
  /** Hex SHA-256 of the share that is sealed to the reader, or of the words of a refusal. */
  holds: string;
}

/** One custodian's agreement as it reaches the reader. */
export interface GivenShare {
  answer: IdentityAnswer;
  /** The custodian's signing key in the published list, 32 bytes. */
  key: Uint8Array;
  signature: Uint8Array;
  sealed: Uint8Array;
}

const lines = (...all: string[]): Uint8Array => utf8(all.map((l) => l + "\n").join(""));

function must(holds: boolean): void {
  if (!holds) throw new Fault("request");
}

/** The bytes that the asker signs; "request" for a field outside its grammar. */
export function requestMessage(r: IdentityRequest): Uint8Array {
  must(isInstance(r.instance) && isId(r.id) && isId(r.case) && /^[A-Za-z0-9-]{1,40}$/.test(r.number) && isHash(r.box) && isHash(r.words));
  must(isName(r.unit) && isName(r.asker) && isName(r.reader) && isName(r.reason) && (r.law === "" || isName(r.law)));
  must(isDay(r.day) && isDay(r.until) && r.day <= r.until);
  parseRecipient(r.to);
  return lines("clarion/identity-request/v1", r.instance, r.id, r.case, r.number, r.box, r.unit, r.asker, r.reader, r.to, r.reason, r.law, r.day, r.until, r.words);
}

/** The bytes that a custodian signs; "request" for a field outside its grammar. */
export function answerMessage(a: IdentityAnswer): Uint8Array {
  must(isInstance(a.instance) && isHash(a.request) && isName(a.custodian) && isDay(a.day) && isHash(a.holds));
  return lines("clarion/identity-answer/v1", a.instance, a.request, a.custodian, a.agrees ? "yes" : "no", a.day, a.holds);
}

function answer(r: IdentityRequest, signature: Uint8Array, asker: Uint8Array, custodian: string, day: string): Omit<IdentityAnswer, "agrees" | "holds"> {
  const message = requestMessage(r);
  if (!verify(asker, message, signature)) throw new Fault("signature");
  if (custodian === r.asker || custodian === r.reader) throw new Fault("share", "a custodian who asks or reads");
  must(isName(custodian) && isDay(day) && day >= r.day && day <= r.until);
  return { instance: r.instance, request: hexHash(message), custodian, day };
}

/**
 * Checks that the request is the asker's, opens a custodian's share and seals it to the one reader whom the request names. "share" for a
 * custodian who is asker or reader, by name or by key, and for a share of another case or box; "request" for a day outside the request's;
 * "signature" for a request that asker, the key of the unit's signed list, did not sign.
 */
export function agree(
  r: IdentityRequest,
  signature: Uint8Array,
  asker: Uint8Array,
  custodian: string,
  day: string,
  share: Uint8Array,
  holder: Identity,
): { answer: IdentityAnswer; sealed: Uint8Array } {
  const made = answer(r, signature, asker, custodian, day);
  if (holder.recipient === r.to) throw new Fault("share", "to the custodian's own key");
  const sealed = openShare(share, holder, { instance: r.instance, case: r.case, box: r.box }).reseal(r.to);
  return { answer: { ...made, agrees: true, holds: hexHash(sealed) }, sealed };
}

/** The answer of a custodian who does not agree. words is the hash that newWords gives. */
export function refuse(r: IdentityRequest, signature: Uint8Array, asker: Uint8Array, custodian: string, day: string, words: string): IdentityAnswer {
  return { ...answer(r, signature, asker, custodian, day), agrees: false, holds: words };
}

/**
 * Opens the identity for the reader. Each share must come with a custodian's signed agreement to exactly this request; named is the box's hash
 * in the case's verified report. Faults are those of combineIdentity, "signature", and "share" for what is no agreement to this request.
 */
export async function combine(r: IdentityRequest, box: Uint8Array, named: string, reader: Identity, given: readonly GivenShare[]): Promise<Person> {
  const request = hexHash(requestMessage(r));
  if (reader.recipient !== r.to) throw new Fault("share", "for another reader");
  const seen = new Set<string>();
  const shares: Share[] = [];
  for (const g of given) {
    const a = g.answer;
    if (!verify(g.key, answerMessage(a), g.signature)) throw new Fault("signature");
    const fits = a.instance === r.instance && a.request === request && a.agrees && a.holds === hexHash(g.sealed) && a.day >= r.day && a.day <= r.until;
    const key = "key " + encodeKey(g.key);
    if (!fits || a.custodian === r.asker || a.custodian === r.reader || seen.has(a.custodian) || seen.has(key)) throw new Fault("share", "no agreement to this request");
    seen.add(a.custodian).add(key);
    shares.push(openShare(g.sealed, reader, { instance: r.instance, case: r.case, box: r.box }));
  }
  return combineIdentity(box, named, shares);
}

/** Writes why somebody asks or refuses, padded and ready to be sealed to each who reads it, and gives the hash that the statement names. */
export function newWords(instance: string, request: string, words: string): { plain: Uint8Array; hash: string } {
  must(isInstance(instance) && isId(request) && words.trim() !== "");
  if (utf8(words).length > MAX_WORDS) throw new Fault("too_large");
  const text = utf8(JSON.stringify({ v: 1, instance, request, salt: base64(random(32)), words }));
  const plain = new Uint8Array(paddedLength(text.length, wordsFloor)).fill(0x20);
  plain.set(text);
  return { plain, hash: hexHash(plain) };
}

/** Opens words that were sealed to holder: "share" for those of another request, or other than the statement names. */
export function openWords(sealed: Uint8Array, holder: Identity, instance: string, request: string, hash: string): string {
  const plain = open(sealed, [holder]);
  if (hexHash(plain) !== hash) throw new Fault("share", "other words than were signed");
  let end = plain.length;
  while (plain[end - 1] === 0x20) end--;
  const f: Fields = parseStrict(plain.subarray(0, end));
  if (f["v"] !== 1 || typeof f["words"] !== "string") throw new Fault("format", "words");
  if (f["instance"] !== instance || f["request"] !== request) throw new Fault("share", "words of another request");
  return f["words"];
}
