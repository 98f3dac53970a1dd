// The ceremony makes what nobody may keep in a computer: the root key, the recovery kit, and the keys of offices. It
// runs in a worker of its own (ceremony.js), and a page talks to it with Worked<CeremonyOperations> of serve.ts.
//
// First set-up:   begin (the sheets' words, once, to be printed), typedBack for each sheet, in any order, then firstList.
// Every change:   offices, with the root sheet typed in.
//
// Bytes are Uint8Array. Faults that a page should word: "word", "length" and "sheet" (what was typed, see fault.ts;
// "sheet unknown" is a sound sheet that was not made just now), "order" (not all sheets are back; begun already), "root"
// (the list in force is another root key's), "fingerprint" (what: the id of the person whose words differ),
// "signature" (the root did not sign this recovery key), "list" (what: day, instance,
// root, or the id of a person who is not there). The worker keeps nothing of offices; it forgets root and kit after
// firstList. End it when it is done.

import { random } from "../bytes";
import { SigningKey, verify } from "../ed25519";
import { Fault } from "../fault";
import { rootFingerprint } from "../proof/keys";
import { type KeySet, verifyKeySet } from "../proof/keyset";
import { type Member, verifyRosters } from "../proof/roster";
import { wordList, type WordList } from "../receipt";
import { newIdentity, parseRecipient, type Recipient } from "../seal";
import { unpack } from "../wordlist";
import { checkFingerprint } from "./fingerprint";
import { type KeyFile, newKeyFile } from "./keyfile";
import { assemble, type CurrentUnit, currentUnits, makeRoster, type PlainNames, type PublicKeys, recoveryCopy, samePerson, type ServerFacts, signKeySet, signRoster } from "./lists";
import { recoveryStatement } from "./messages";
import type { Handlers } from "./serve";
import { parseRootSheet, parseSheet, rootSheet, type Sheet, splitRecovery } from "./sheet";

/** A sheet to print. place counts recovery sheets from 1; the root sheet has 0. */
export interface PrintedSheet {
  kind: "root" | "recovery";
  place: number;
  words: string[];
}

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

/** What each operation asks and answers. */
export interface CeremonyOperations {
  /** Makes root key and kit: any k of n sheets, 2 <= k < n <= 16. */
  begin: {
    ask: { instance: string; k: number; n: number };
    answer: { root: string; fingerprint: string; recipient: string; sheets: PrintedSheet[] };
  };
  /** Checks a sheet as it was typed from paper. sheet is its index in what begin gave, missing those that are not back yet. */
  typedBack: { ask: { words: string }; answer: { sheet: number; missing: number[] } };
  /** Signs list 1: the server's keys, no office, nobody. May be asked again, with the same answer. */
  firstList: {
    ask: { server: ServerFacts; authority: PlainNames; day: string };
    answer: { list: Uint8Array; root: string; fingerprint: string; recovery: SignedRecovery };
  };
  /**
   * Makes a key for each given office and the next list. sheet is the root sheet as typed, list the file in force.
   * people are all who shall be custodians and inspectors, and all who hold an office; who is on the list in force, or on
   * the newest roster of an office given, with the same keys needs no words. Offices that are not given keep their key. The list still needs the inspector's
   * signature. key is the recipient of the office's new key; sealed opens with the recovery key alone.
   */
  offices: {
    ask: { instance: string; sheet: string; list: Uint8Array; day: string; recovery: SignedRecovery; people: Joined[]; offices: Office[] };
    answer: { list: Uint8Array; rosters: Uint8Array[]; recovery: { unit: string; key: string; sealed: Uint8Array }[] };
  };
}

interface Kit {
  instance: string;
  root: SigningKey;
  recovery: { recipient: Recipient; k: number; n: number };
  sheets: Sheet[];
  back: Set<number>;
}

/** The memory of the worker. */
export class Ceremony {
  readonly #list: WordList = wordList(unpack());
  #kit: Kit | undefined;
  #first: { asked: string; answer: CeremonyOperations["firstList"]["answer"] } | undefined;
  #begun = false;

  /** What serve() answers questions with. */
  handlers(): Handlers<CeremonyOperations> {
    return {
      begin: (q) => this.#begin(q),
      typedBack: ({ words }) => this.#typedBack(words),
      firstList: (q) => this.#firstList(q),
      offices: (q, progress) => this.#offices(q, progress),
    };
  }

  async #begin({ instance, k, n }: CeremonyOperations["begin"]["ask"]): Promise<CeremonyOperations["begin"]["answer"]> {
    if (this.#begun) throw new Fault("order", "begun already");
    const seed = random(32);
    const recovery = newIdentity();
    const sheets = [rootSheet(instance, seed), ...(await splitRecovery(instance, recovery, k, n))];
    const root = new SigningKey(seed);
    seed.fill(0);
    this.#begun = true;
    this.#kit = { instance, root, recovery: { recipient: recovery.recipient, k, n }, sheets, back: new Set() };
    return {
      root: root.encoded, fingerprint: rootFingerprint(root.publicKey), recipient: recovery.recipient,
      sheets: sheets.map((s, place) => ({ kind: s.kind, place, words: s.words(this.#list).split(" ") })),
    };
  }

  #typedBack(words: string): CeremonyOperations["typedBack"]["answer"] {
    const kit = this.#kit;
    if (kit === undefined) throw new Fault("order", "not begun");
    const typed = parseSheet(kit.instance, words, this.#list).words(this.#list);
    const sheet = kit.sheets.findIndex((s) => s.words(this.#list) === typed);
    if (sheet < 0) throw new Fault("sheet", "unknown");
    kit.back.add(sheet);
    return { sheet, missing: [...kit.sheets.keys()].filter((i) => !kit.back.has(i)) };
  }

  #firstList(q: CeremonyOperations["firstList"]["ask"]): CeremonyOperations["firstList"]["answer"] {
    const asked = JSON.stringify(q);
    if (this.#first?.asked === asked) return this.#first.answer;
    const kit = this.#kit;
    if (kit === undefined || kit.back.size < kit.sheets.length) throw new Fault("order", "not all sheets are back");
    const { root, recovery } = kit;
    if (q.server.instance !== kit.instance) throw new Fault("list", "instance");
    const set = assemble({ server: q.server, authority: q.authority, day: q.day, root: root.encoded, units: [], custodians: [], inspectors: [] });
    const signature = root.sign("", recoveryStatement({ instance: kit.instance, ...recovery }));
    const answer = { list: signKeySet(set, root), root: root.encoded, fingerprint: rootFingerprint(root.publicKey), recovery: { ...recovery, signature } };
    this.#first = { asked, answer };
    this.#kit = undefined; // from here on the root key is on paper alone
    return answer;
  }

  async #offices(q: CeremonyOperations["offices"]["ask"], progress: (done: number) => void): Promise<CeremonyOperations["offices"]["answer"]> {
    const root = parseRootSheet(q.instance, q.sheet, this.#list);
    const current = verifyKeySet(q.list, { root: root.encoded, requireProof: false });
    if (current.instance !== q.instance) throw new Fault("origin");
    const recovery = signedRecovery(q.instance, root, q.recovery);
    const members = q.offices.flatMap((o) => newest(o, current));
    for (const p of q.people) if (!listed(current, members, p)) checkFingerprint({ instance: q.instance, role: p.role, id: p.id, recipient: p.recipient, sign: p.sign }, p.words, this.#list);

    const made = q.offices.map((o) => ({ office: o, file: newOffice(q.instance, o, q.day) }));
    const stay = currentUnits(current).filter((u) => !q.offices.some((o) => o.id === u.id));
    const set = assemble({
      previous: current, day: q.day, root: root.encoded, authority: Object.fromEntries(current.authority),
      server: { instance: q.instance, ack: current.ack.line, public_log: current.logs.public.line, case_log: current.logs.cases.line },
      units: [...stay, ...made.map(({ office, file }) => unitOf(office, file))],
      custodians: q.people.filter((p) => p.role === "custodian"), inspectors: q.people.filter((p) => p.role === "inspector"),
    });
    const answer: CeremonyOperations["offices"]["answer"] = { list: signKeySet(set, root), rosters: [], recovery: [] };
    for (const { office, file } of made) {
      const roster = makeRoster(file, office.roster + 1, q.day, office.holders.map((h) => ({ ...member(q.people, h.id), roles: h.roles })));
      answer.rosters.push(signRoster(roster, root));
      answer.recovery.push({ unit: office.id, key: file.age.recipient, sealed: recoveryCopy(file, recovery) });
      progress(answer.rosters.length / made.length);
    }
    return answer;
  }
}

/** The recovery key, if the root key vouches for it. */
function signedRecovery(instance: string, root: SigningKey, r: SignedRecovery): Recipient {
  if (!verify(root.publicKey, recoveryStatement({ instance, recipient: r.recipient, k: r.k, n: r.n }), r.signature)) throw new Fault("signature", "of the recovery key");
  return parseRecipient(r.recipient);
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

function member(people: readonly Joined[], id: string): Joined {
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
