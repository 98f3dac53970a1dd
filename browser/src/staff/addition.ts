// Additions to a roster: one member who holds the unit's key makes them, another who is an approver signs them too.

import { base64, utf8 } from "../bytes";
import type { SigningKey } from "../ed25519";
import { Fault } from "../fault";
import { addSignature, parseEnvelope, writeEnvelope } from "../proof/envelope";
import { type KeySet, verifyKeySet } from "../proof/keyset";
import { type Member, parseRoster, type Roster, ROSTER_PREFIX, verifyRoster, verifyRosters, writeRoster } from "../proof/roster";
import type { WordList } from "../receipt";
import { parseRecipient, seal } from "../seal";
import { checkFingerprint } from "./fingerprint";
import type { KeyFile } from "./keyfile";
import { HOLDS_KEY, type PublicKeys, samePerson } from "./lists";

/** Somebody who shall join a unit, with the eight words that the page's person heard from them and typed. */
export interface Joining extends PublicKeys {
  name: string;
  roles: readonly string[];
  words: string;
}

/** A former key file of the unit, sealed to a new member. key is the recipient of the key inside. */
export interface Handed {
  member: string;
  key: string;
  sealed: Uint8Array;
}

/** What an addition is made from: the list of keys as the page trusts it, and the unit's rosters in force, oldest first. */
export interface InForce {
  /** The root key or its fingerprint, from elsewhere than the list. */
  root: string;
  list: Uint8Array;
  rosters: readonly Uint8Array[];
}

function inForce(q: InForce): { set: KeySet; last: Roster } {
  const set = verifyKeySet(q.list, { root: q.root, requireProof: false });
  const rosters = verifyRosters(q.rosters, set);
  const last = rosters[rosters.length - 1];
  if (last === undefined) throw new Fault("list", "no roster");
  return { set, last };
}

function memberOf(r: Roster, mine: KeyFile): Member {
  const own = { id: mine.holder.id, recipient: mine.age.recipient, sign: mine.sign.encoded };
  const m = r.members.find((x) => samePerson(x, own));
  if (m === undefined || r.instance !== mine.holder.instance) throw new Fault("list", "not a member");
  return m;
}

/**
 * The next roster with the holder's signature, and the former keys of the unit that are among units for whoever joins.
 * Throws "fingerprint" with the id of the person whose words differ, "list" for somebody who may not, "key_file" when the
 * unit's key is not among units, "format" for what no roster may say, and what verifyRosters throws.
 */
export function makeAddition(q: InForce & { day: string; joins: readonly Joining[] }, mine: KeyFile, units: readonly KeyFile[], words: WordList): { roster: Uint8Array; handed: Handed[] } {
  const { set, last } = inForce(q);
  if (memberOf(last, mine).key === "") throw new Fault("list", "holder");
  const listed = (u: KeyFile) => set.intake.find((k) => k.id === last.unit && samePerson(k, { id: u.holder.id, recipient: u.age.recipient, sign: u.sign.encoded }));
  const key = units.find((u) => listed(u)?.to === "");
  if (key === undefined) throw new Fault("key_file", "the unit's key");
  if (q.joins.length === 0) throw new Fault("list", "nobody");
  const former = units.filter((u) => (listed(u)?.to ?? "") !== "");
  const handed: Handed[] = [];
  const joins = q.joins.map((j): Member => {
    checkFingerprint({ instance: last.instance, role: "member", id: j.id, recipient: j.recipient, sign: j.sign }, j.words, words);
    const roles = [...new Set(j.roles)].sort();
    if (roles.length === 0) throw new Fault("list", j.id);
    const holds = roles.some((r) => HOLDS_KEY.includes(r));
    const sealed = (u: KeyFile) => seal(utf8(u.text()), [parseRecipient(j.recipient)]);
    if (holds) for (const u of former) handed.push({ member: j.id, key: u.age.recipient, sealed: sealed(u) });
    return { id: j.id, name: j.name, roles, recipient: j.recipient, sign: j.sign, key: holds ? base64(sealed(key)) : "" };
  });
  const next = parseRoster(writeRoster({ instance: last.instance, unit: last.unit, version: last.version + 1, day: q.day, members: [...last.members, ...joins] }));
  if (next.day < last.day) throw new Fault("addition", "day");
  return { roster: sign({ v: 1, body: next.body, signatures: [], proof: "" }, "holder", mine.sign), handed };
}

/**
 * A proposed roster with the approver's signature. shown is its body as the page showed it: nothing else is signed. Throws
 * "list" (shown; approver), "addition" and "signature" for what may not come into force.
 */
export function approveAddition(q: InForce & { roster: Uint8Array; shown: string }, mine: KeyFile): Uint8Array {
  const { set, last } = inForce(q);
  const env = parseEnvelope(q.roster);
  if (env.body !== q.shown) throw new Fault("list", "shown");
  if (!memberOf(last, mine).roles.includes("approver")) throw new Fault("list", "approver");
  const signed = sign(env, "approver", mine.sign);
  verifyRoster(signed, set, last);
  return signed;
}

function sign(env: ReturnType<typeof parseEnvelope>, role: string, key: SigningKey): Uint8Array {
  return writeEnvelope(addSignature(env, ROSTER_PREFIX, role, key));
}
