import { base64, utf8 } from "../bytes";
import type { SigningKey } from "../ed25519";
import { Fault } from "../fault";
import { addSignature, type Envelope, parseEnvelope, writeEnvelope } from "../proof/envelope";
import { type FormerKey, type KeySet, KEYS_PREFIX, keySetOf, type PersonKey, type UnitKey } from "../proof/keyset";
import { parseRoster, ROSTER_PREFIX, type Roster, writeRoster } from "../proof/roster";
import { parseRecipient, type Recipient, seal } from "../seal";
import { isDay } from "../syntax";
import type { KeyFile } from "./keyfile";

// What package ceremony makes in Go: the lists that the root key signs.

/** What a server publishes of itself: its instance, and verifier key lines. */
export interface ServerFacts {
  instance: string;
  ack: string;
  public_log: string;
  case_log: string;
}

/** Names by language tag, as JSON has them. */
export type PlainNames = Readonly<Record<string, string>>;

/** The current key of a unit on a list that is being made. */
export interface CurrentUnit {
  id: string;
  name: PlainNames;
  /** Id of the unit above, or "". */
  parent: string;
  recipient: string;
  sign: string;
}

/** Somebody's public keys. */
export interface PublicKeys {
  id: string;
  recipient: string;
  sign: string;
}

/** The holders that a key set names. */
export interface Lists {
  /**
   * The verified set in force, none for the first. A key that stays keeps its first day, and a key of a unit or an inspector that
   * goes stays listed with this day as its last: otherwise what it signed could not be checked any more.
   */
  previous?: KeySet;
  server: ServerFacts;
  authority: PlainNames;
  /** Of the signature, and the first of new keys. YYYY-MM-DD */
  day: string;
  /** The root key, base64url. */
  root: string;
  units: readonly CurrentUnit[];
  custodians: readonly PublicKeys[];
  inspectors: readonly PublicKeys[];
}

/** The plain fields of a key set, as JSON.parse gives them of its body. */
export interface PlainKeySet {
  v: 1;
  instance: string;
  version: number;
  day: string;
  authority: PlainNames;
  root: string;
  ack: string;
  logs: { public: string; cases: string };
  intake: (CurrentUnit & { from: string; to: string })[];
  custodians: PersonKey[];
  inspectors: PersonKey[];
  /** Left out when there are none. */
  former?: FormerKey[];
}

/**
 * The next key set: version 1, or the one after the previous set. Throws "list" for a previous set of another
 * installation ("instance") or root ("root"), and for a key that would end before it began ("day"); "format" for what
 * no list may say.
 */
export function assemble(l: Lists): KeySet {
  const p = l.previous;
  if (!isDay(l.day)) throw new Fault("list", "day");
  if (p !== undefined && p.instance !== l.server.instance) throw new Fault("list", "instance");
  if (p !== undefined && p.root !== l.root) throw new Fault("list", "root");
  const fields: PlainKeySet = {
    v: 1, instance: l.server.instance, version: (p?.version ?? 0) + 1, day: l.day, authority: l.authority, root: l.root,
    ack: l.server.ack, logs: { public: l.server.public_log, cases: l.server.case_log },
    intake: l.units.map((u) => ({ ...u, from: l.day, to: "" })),
    custodians: people(l.custodians, p?.custodians, l.day), inspectors: people(l.inspectors, p?.inspectors, l.day),
  };
  if (p !== undefined) {
    carry(fields, p.intake);
    const gone = p.inspectors.filter((b) => !fields.inspectors.some((x) => x.id === b.id && x.sign === b.sign));
    const former = [...p.former, ...gone.map((b) => ({ id: b.id, sign: b.sign, from: b.from, to: b.from > l.day ? b.from : l.day }))];
    if (former.length > 0) fields.former = former;
  }
  return keySetOf(fields);
}

/** A key that stays keeps its first day. */
function people(now: readonly PublicKeys[], before: readonly PersonKey[] = [], day: string): PersonKey[] {
  return now.map(({ id, recipient, sign }) => ({ id, recipient, sign, from: before.find((b) => samePerson(b, { id, recipient, sign }))?.from ?? day }));
}

/** Tells whether two entries are the same person with the same keys. */
export function samePerson(a: PublicKeys, b: PublicKeys): boolean {
  return a.id === b.id && a.recipient === b.recipient && a.sign === b.sign;
}

function carry(fields: PlainKeySet, before: readonly UnitKey[]): void {
  const last = fields.day; // what the unit signed today stays good, and an emergency does not wait for tomorrow
  for (const b of before) {
    const stays = fields.intake.find((u) => b.to === "" && samePerson(u, b));
    if (stays !== undefined) {
      stays.from = b.from;
      continue;
    }
    if (b.to === "" && b.from > last) throw new Fault("list", "day");
    fields.intake.push({ ...plainUnit(b), from: b.from, to: b.to === "" ? last : b.to });
  }
}

/** The current keys of a set, to go on with. */
export function currentUnits(k: KeySet): CurrentUnit[] {
  return k.intake.filter((u) => u.to === "").map(plainUnit);
}

function plainUnit(u: UnitKey): CurrentUnit {
  const name: Record<string, string> = {};
  for (const [tag, text] of u.name) name[tag] = text;
  return { id: u.id, name, parent: u.parent, recipient: u.recipient, sign: u.sign };
}

/** The file of a key set with the root's signature. Another key than the set's root is "root". */
export function signKeySet(k: KeySet, root: SigningKey): Uint8Array {
  if (root.encoded !== k.root) throw new Fault("root");
  return writeEnvelope(addSignature(unsigned(k.body), KEYS_PREFIX, "root", root));
}

/** The file with the inspector's signature added. Whoever calls has verified the file. Throws "format", "signature". */
export function countersign(file: Uint8Array, inspector: SigningKey): Uint8Array {
  return writeEnvelope(addSignature(parseEnvelope(file), KEYS_PREFIX, "inspector", inspector));
}

function unsigned(body: string): Envelope {
  return { v: 1, body, signatures: [], proof: "" };
}

/** A member of an office, with the roles that the roster gives. */
export interface RosterHolder extends PublicKeys {
  name: string;
  roles: readonly string[];
}

/** The roles that get the unit's key. Clerks, records, payers and administrators hold none. */
export const HOLDS_KEY: readonly string[] = ["triage", "handler", "approver"];

/**
 * Lists the holders of a unit's key and seals the key to those whose role needs it. The version counts from 1 for each
 * unit. Throws "key_file" for a key that is no unit's, "format" for what no roster may say.
 */
export function makeRoster(unit: KeyFile, version: number, day: string, holders: readonly RosterHolder[]): Roster {
  if (unit.holder.role !== "unit") throw new Fault("key_file", "not a unit's key");
  const members = holders.map((h) => {
    const roles = [...new Set(h.roles)].sort();
    const key = roles.some((r) => HOLDS_KEY.includes(r)) ? base64(seal(utf8(unit.text()), [parseRecipient(h.recipient)])) : "";
    return { id: h.id, name: h.name, roles, recipient: h.recipient, sign: h.sign, key };
  });
  return parseRoster(writeRoster({ instance: unit.holder.instance, unit: unit.holder.id, version, day, members }));
}

/** The file of a roster with the root's signature. */
export function signRoster(r: Roster, root: SigningKey): Uint8Array {
  return writeEnvelope(addSignature(unsigned(r.body), ROSTER_PREFIX, "root", root));
}

/** The unit's key file for whoever can recover it. */
export function recoveryCopy(unit: KeyFile, recovery: Recipient): Uint8Array {
  if (unit.holder.role !== "unit") throw new Fault("key_file", "not a unit's key");
  return seal(utf8(unit.text()), [recovery]);
}
