// What the root signs when offices get keys: the next list, and a roster for each new key. Shared by the two ceremonies that
// do so, a change of holders (ceremony.ts) and a new recovery kit (renewal.ts).

import { type SigningKey, verify } from "../ed25519";
import { Fault } from "../fault";
import type { KeySet } from "../proof/keyset";
import { type Member, verifyRosters } from "../proof/roster";
import type { WordList } from "../receipt";
import { parseRecipient, type Recipient } from "../seal";
import { checkFingerprint } from "./fingerprint";
import { type KeyFile, newKeyFile } from "./keyfile";
import { assemble, type CurrentUnit, currentUnits, makeRoster, type PlainNames, type PublicKeys, samePerson, signKeySet, signRoster } from "./lists";
import { recoveryStatement } from "./messages";

/** The recovery key with the root's word for it, as the server keeps it. */
export interface SignedRecovery {
  recipient: string;
  k: number;
  n: number;
  signature: Uint8Array;
}

/** Somebody who has joined, as the server says, with the eight words that the administrator heard and typed. */
export interface Joined extends PublicKeys {
  name: string;
  role: "member" | "custodian" | "inspector";
  words: string;
}

/** An office that gets a new key. */
export interface Office {
  id: string;
  name: PlainNames;
  /** Id of the office above that has a key too, or "". */
  parent: string;
  /** Version of its roster in force, 0 for none. */
  roster: number;
  /** Its rosters in force, from the last that the root signed: whose keys the newest names needs no words. */
  rosters?: readonly Uint8Array[];
  holders: { id: string; roles: string[] }[];
}

/** What a change is made from, beside the root key. current is the verified list in force. */
export interface Change {
  instance: string;
  current: KeySet;
  day: string;
  people: readonly Joined[];
  offices: readonly Office[];
}

/** The next list with the root's signature, and each new key with the roster that gives it to its holders. */
export interface Changed {
  list: Uint8Array;
  made: { office: Office; file: KeyFile; roster: Uint8Array }[];
}

/**
 * Makes a key for each office given and the next list. Throws "fingerprint" with the id of the person whose words differ,
 * "list" (day, or the id of a person or an office), and what verifyRosters throws. made is called after each office.
 */
export function makeOffices(root: SigningKey, q: Change, words: WordList, made: (n: number) => void = () => undefined): Changed {
  const members = q.offices.flatMap((o) => newest(o, q.current));
  for (const p of q.people) if (!listed(q.current, members, p)) checkFingerprint({ instance: q.instance, role: p.role, id: p.id, recipient: p.recipient, sign: p.sign }, p.words, words);
  const files = q.offices.map((o) => ({ office: o, file: newOffice(q.instance, o, q.day) }));
  const stay = currentUnits(q.current).filter((u) => !q.offices.some((o) => o.id === u.id));
  const set = assemble({
    previous: q.current, day: q.day, root: root.encoded, authority: Object.fromEntries(q.current.authority),
    server: { instance: q.instance, ack: q.current.ack.line, public_log: q.current.logs.public.line, case_log: q.current.logs.cases.line },
    units: [...stay, ...files.map(({ office, file }) => unitOf(office, file))],
    custodians: q.people.filter((p) => p.role === "custodian"), inspectors: q.people.filter((p) => p.role === "inspector"),
  });
  const out: Changed = { list: signKeySet(set, root), made: [] };
  for (const { office, file } of files) {
    const roster = makeRoster(file, office.roster + 1, q.day, office.holders.map((h) => ({ ...memberOf(q.people, h.id), roles: h.roles })));
    out.made.push({ office, file, roster: signRoster(roster, root) });
    made(out.made.length);
  }
  return out;
}

/** The recovery key, if the root key vouches for it; else "signature". */
export function signedRecovery(instance: string, root: SigningKey, r: SignedRecovery): Recipient {
  if (!verify(root.publicKey, recoveryStatement({ instance, recipient: r.recipient, k: r.k, n: r.n }), r.signature)) throw new Fault("signature", "of the recovery key");
  return parseRecipient(r.recipient);
}

/** The root's word for a recovery key. */
export function signRecovery(instance: string, root: SigningKey, r: { recipient: string; k: number; n: number }): SignedRecovery {
  const { recipient, k, n } = r;
  return { recipient, k, n, signature: root.sign("", recoveryStatement({ instance, recipient, k, n })) };
}

/** Members of the roster in force of an office that has one. Throws "list" for a chain that is not the office's. */
function newest(o: Office, current: KeySet): readonly Member[] {
  const all = verifyRosters(o.rosters ?? [], current);
  const last = all[all.length - 1];
  if (last === undefined) return [];
  if (last.unit !== o.id || last.version !== o.roster) throw new Fault("list", o.id);
  return last.members;
}

/** Tells whether these keys of this person in this role were vouched for before: by the root, or in a roster by two members. */
function listed(k: KeySet, members: readonly Member[], p: Joined): boolean {
  const before = p.role === "custodian" ? k.custodians : p.role === "inspector" ? k.inspectors : members;
  return before.some((b) => samePerson(b, p));
}

/** The member of this id; "list" if nobody has joined as that. */
export function memberOf(people: readonly Joined[], id: string): Joined {
  const p = people.find((x) => x.id === id && x.role === "member");
  if (p === undefined) throw new Fault("list", id);
  return p;
}

function newOffice(instance: string, o: Office, day: string): KeyFile {
  const name = o.name["zh-Hans"] ?? Object.values(o.name)[0] ?? o.id;
  return newKeyFile({ role: "unit", id: o.id, name, instance, made: day });
}

function unitOf(o: Office, file: KeyFile): CurrentUnit {
  return { id: o.id, name: o.name, parent: o.parent, recipient: file.age.recipient, sign: file.sign.encoded };
}
