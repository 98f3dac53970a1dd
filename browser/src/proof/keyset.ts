import { hexHash, utf8 } from "../bytes";
import { parseKey } from "../ed25519";
import { Fault } from "../fault";
import { parseRecipient } from "../seal";
import { isDay, isInstance, isName } from "../syntax";
import { count, list, must, type Names, names, object, readCanonical, text, writeNames } from "./canonical";
import { parseEnvelope, signers } from "./envelope";
import { parseProof, verifyPublicProof } from "./inclusion";
import { ackName, caseOrigin, isRoot, parseVerifier, publicOrigin, type Verifier } from "./keys";
import { publicLeaf } from "./leaf";

/** What stands before the body of a key set in what is signed. */
export const KEYS_PREFIX = "clarion/keys/v1\n";

/** The key of a unit for a time. A unit that changed its key stands more than once. */
export interface UnitKey {
  readonly id: string;
  readonly name: Names;
  /** Id of the unit above, or "". */
  readonly parent: string;
  readonly recipient: string;
  readonly sign: string;
  /** First day, and last day or "" while it is current. */
  readonly from: string;
  readonly to: string;
}

/** The key of a custodian or inspector. */
export interface PersonKey {
  readonly id: string;
  readonly recipient: string;
  readonly sign: string;
  readonly from: string;
}

/** A key with which an inspector signed for a time, the last day included. Nothing is sealed to it. */
export interface FormerKey {
  readonly id: string;
  readonly sign: string;
  readonly from: string;
  readonly to: string;
}

/** What /keys.json says: every public key of an installation. */
export interface KeySet {
  readonly instance: string;
  readonly version: number;
  readonly day: string;
  readonly authority: Names;
  readonly root: string;
  readonly ack: Verifier;
  readonly logs: { readonly public: Verifier; readonly cases: Verifier };
  readonly intake: readonly UnitKey[];
  readonly custodians: readonly PersonKey[];
  readonly inspectors: readonly PersonKey[];
  /** Inspectors who are none any more, or have another key. */
  readonly former: readonly FormerKey[];
  /** The set as it was signed: what to remember as an earlier one. */
  readonly body: string;
}

/**
 * The keys of unit id on day, the last to come into force first. There is more than one on a day on which one replaced
 * another: what the unit signed that day may be signed by any of them.
 */
export function unitsOn(k: KeySet, id: string, day: string): UnitKey[] {
  const ends = (u: UnitKey): string => u.to || "~"; // after every day
  const later = (a: string, b: string): number => (a === b ? 0 : a < b ? 1 : -1);
  return k.intake.filter((u) => u.id === id && u.from <= day && (u.to === "" || day <= u.to)).sort((a, b) => later(ends(a), ends(b)) || later(a.from, b.from));
}

/** The key of unit id to which things are sealed on day: the last that came into force. */
export function unitOn(k: KeySet, id: string, day: string): UnitKey | undefined {
  return unitsOn(k, id, day)[0];
}

/** The keys with which inspector id could sign on day: more than one on a day on which one replaced another. */
export const inspectorsOn = (k: Pick<KeySet, "inspectors" | "former">, id: string, day: string): string[] =>
  [...k.inspectors.filter((p) => p.id === id && p.from <= day), ...k.former.filter((p) => p.id === id && p.from <= day && day <= p.to)].map((p) => p.sign);

/** Tells whether two keys of a unit were current together, but for the day on which one replaced the other. */
function overlap(a: UnitKey, b: UnitKey): boolean {
  const replaced = (a.to !== "" && a.to === b.from) || (b.to !== "" && b.to === a.from);
  return !replaced && (a.to === "" || b.from <= a.to) && (b.to === "" || a.from <= b.to);
}

/** What a reader knows beforehand. */
export interface Trust {
  /** The root key, or its fingerprint in any case and spacing. From elsewhere than the file. */
  root: string;
  /** The last key set that was accepted. */
  previous?: KeySet;
  /** Refuse a file without proof of publication. One that is there is always checked. */
  requireProof: boolean;
}

/**
 * Reads /keys.json and returns its keys only if the trusted root key signed them and everything else of
 * docs/spec/proof.md section 6 holds. Throws "format", "root", "signature", "countersignature", "origin", "older",
 * "no_proof", "not_included".
 */
export function verifyKeySet(bytes: Uint8Array, trust: Trust): KeySet {
  return verifySet(bytes, trust, true);
}

/**
 * verifyKeySet without the countersignature, for a list that waits for its inspector. What it returns is a proposal:
 * never to be used, or sealed to.
 */
export function verifyProposed(bytes: Uint8Array, trust: Trust): KeySet {
  return verifySet(bytes, trust, false);
}

function verifySet(bytes: Uint8Array, trust: Trust, countersigned: boolean): KeySet {
  const env = parseEnvelope(bytes);
  const keys = parseKeys(env.body);
  if (!isRoot(trust.root, keys.root)) throw new Fault("root");
  const by = signers(env, KEYS_PREFIX, ["root", "inspector"]);
  if (by["root"]!.length !== 1 || by["root"]![0] !== keys.root) throw new Fault("signature", "the root signature");
  if (countersigned) checkCountersigned(by["inspector"]!, keys, trust.previous);
  checkFollows(keys, trust.previous);
  if (env.proof === "") {
    if (trust.requireProof) throw new Fault("no_proof");
    return keys;
  }
  const leaf = publicLeaf("keys", hexHash(utf8(env.body)));
  verifyPublicProof(parseProof(utf8(env.proof)), leaf, publicOrigin(keys.instance), keys.logs.public);
  return keys;
}

function checkCountersigned(inspectors: readonly string[], keys: KeySet, previous: KeySet | undefined): void {
  const signed = (people: readonly PersonKey[]) => people.some((p) => inspectors.includes(p.sign));
  if (keys.custodians.length + keys.inspectors.length > 0 && !signed(keys.inspectors)) throw new Fault("countersignature");
  if (previous === undefined || previous.inspectors.length === 0) return;
  const people = (k: KeySet) => JSON.stringify([k.custodians, k.inspectors, k.former]);
  if (people(keys) !== people(previous) && !signed(previous.inspectors)) throw new Fault("countersignature");
}

function checkFollows(keys: KeySet, previous: KeySet | undefined): void {
  if (previous === undefined) return;
  if (keys.instance !== previous.instance) throw new Fault("origin");
  if (keys.root !== previous.root) throw new Fault("root");
  if (keys.version < previous.version || (keys.version === previous.version && keys.body !== previous.body)) throw new Fault("older");
}

/**
 * The key set of plain fields, such as JSON.parse gives, checked as parseKeys does; its body is their only spelling.
 * Throws "format".
 */
export function keySetOf(fields: unknown): KeySet {
  return parseKeys(writeKeys(buildKeys(fields, "")));
}

/** Reads the body of a key set in its only spelling. Only verifyKeySet says whether to believe it. */
export function parseKeys(body: string): KeySet {
  const keys = readCanonical(utf8(body), (v) => buildKeys(v, body), writeKeys);
  checkHolders(keys);
  return keys;
}

function buildKeys(v: unknown, body: string): KeySet {
  const o = object(v, "key set");
  must(o["v"] === 1, "v");
  const instance = text(o["instance"], "instance");
  must(isInstance(instance), "instance");
  const day = text(o["day"], "day");
  must(isDay(day), "day");
  const root = text(o["root"], "root");
  must(parseKey(root) !== null, "root");
  const logs = object(o["logs"], "logs");
  return {
    instance, version: count(o["version"], "version"), day, authority: names(o["authority"], "authority"), root,
    ack: named(o["ack"], ackName(instance)),
    logs: { public: named(logs["public"], publicOrigin(instance)), cases: named(logs["cases"], caseOrigin(instance)) },
    intake: list(o["intake"], "intake", buildUnit),
    custodians: list(o["custodians"], "custodians", buildPerson),
    inspectors: list(o["inspectors"], "inspectors", buildPerson),
    former: o["former"] === undefined ? [] : list(o["former"], "former", buildFormer),
    body,
  };
}

function named(v: unknown, name: string): Verifier {
  try {
    const key = parseVerifier(text(v, name));
    if (key.name === name) return key;
  } catch {
    // The same fault for a bad key and for a key of something else.
  }
  throw new Fault("format", "key of " + name);
}

function buildPerson(v: unknown): PersonKey {
  const o = object(v, "person");
  const p = { id: text(o["id"], "id"), recipient: text(o["recipient"], "recipient"), sign: text(o["sign"], "sign"), from: text(o["from"], "from") };
  must(isName(p.id) && isDay(p.from), "custodians or inspectors");
  return p;
}

function buildFormer(v: unknown): FormerKey {
  const o = object(v, "former");
  const p = { id: text(o["id"], "id"), sign: text(o["sign"], "sign"), from: text(o["from"], "from"), to: text(o["to"], "to") };
  must(isName(p.id) && isDay(p.from) && isDay(p.to) && p.to >= p.from, "former");
  return p;
}

function buildUnit(v: unknown): UnitKey {
  const o = object(v, "unit");
  const u = {
    id: text(o["id"], "id"), name: names(o["name"], "name"), parent: text(o["parent"], "parent"), recipient: text(o["recipient"], "recipient"),
    sign: text(o["sign"], "sign"), from: text(o["from"], "from"), to: text(o["to"], "to"),
  };
  must(isName(u.id) && u.parent !== u.id && isDay(u.from) && (u.to === "" || (isDay(u.to) && u.to >= u.from)), "intake");
  return u;
}

/** A key in two hats would let one person act as two. A unit that changes its recipient may keep its signing key. */
function checkHolders(k: KeySet): void {
  const holder = new Map([[k.root, "root"]]);
  const fresh = (who: string, recipient: string, sign: string): boolean => {
    if (parseKey(sign) === null || !isRecipient(recipient) || holder.has(recipient) || (holder.get(sign) ?? who) !== who) return false;
    holder.set(recipient, who).set(sign, who);
    return true;
  };
  const units = new Set(["", ...k.intake.map((u) => u.id)]);
  k.intake.forEach((u, i) => {
    must(units.has(u.parent) && fresh("unit " + u.id, u.recipient, u.sign), "intake");
    must(!k.intake.slice(0, i).some((o) => o.id === u.id && overlap(o, u)), "intake: two current keys");
  });
  const people = new Set<string>();
  for (const p of [...k.custodians, ...k.inspectors]) {
    must(!people.has(p.id) && fresh("person " + p.id, p.recipient, p.sign), "custodians or inspectors");
    people.add(p.id);
  }
  k.former.forEach((p, i) => {
    const who = "person " + p.id;
    must(parseKey(p.sign) !== null && (holder.get(p.sign) ?? who) === who && !k.former.slice(0, i).some((o) => JSON.stringify(o) === JSON.stringify(p)), "former");
    holder.set(p.sign, who);
  });
}

/** Tells whether s is an age1pq1… key in its only spelling. */
export function isRecipient(s: string): boolean {
  try {
    return parseRecipient(s) === s;
  } catch {
    return false;
  }
}

function writeKeys(k: KeySet): string {
  const v = (key: Verifier) => JSON.stringify(key.line);
  const unit = (u: UnitKey) =>
    `{"id":${JSON.stringify(u.id)},"name":${writeNames(u.name)},` + JSON.stringify({ parent: u.parent, recipient: u.recipient, sign: u.sign, from: u.from, to: u.to }).slice(1);
  return (
    `{"v":1,"instance":${JSON.stringify(k.instance)},"version":${k.version},"day":"${k.day}","authority":${writeNames(k.authority)},` +
    `"root":"${k.root}","ack":${v(k.ack)},"logs":{"public":${v(k.logs.public)},"cases":${v(k.logs.cases)}},` +
    `"intake":[${k.intake.map(unit).join(",")}],"custodians":${JSON.stringify(k.custodians)},"inspectors":${JSON.stringify(k.inspectors)}${k.former.length === 0 ? "" : `,"former":${JSON.stringify(k.former)}`}}`
  );
}
