// The ceremony makes what nobody may keep in a computer: the root key, the recovery kit, and the keys of offices. It
// runs in a worker of its own (ceremony.js), and a page talks to it with Worked<CeremonyOperations> of serve.ts.
//
// First set-up:   begin (the sheets' words, once, to be printed), typedBack for each sheet, in any order, then firstList.
// Every change:   offices, with the root sheet typed in.
// A new kit:      kit, typedBack for each sheet, oldSheet for those that are there, opens, renew (renewal.ts).
//
// Bytes are Uint8Array. Faults that a page should word: "word", "length" and "sheet" (what was typed, see fault.ts;
// "sheet unknown" is a sound sheet that was not made just now), "order" (not all sheets are back; begun already), "root"
// (the list in force is another root key's), "fingerprint" (what: the id of the person whose words differ),
// "signature" (the root did not sign this recovery key), "list" (what: day, instance,
// root, or the id of a person who is not there), "copy" (renewal.ts). The worker keeps nothing of offices; it forgets root
// and kit after firstList, and a recovery key when it is ended. End it when it is done.

import { random } from "../bytes";
import { SigningKey } from "../ed25519";
import { Fault } from "../fault";
import { rootFingerprint } from "../proof/keys";
import { verifyKeySet } from "../proof/keyset";
import { wordList, type WordList } from "../receipt";
import { newIdentity } from "../seal";
import { unpack } from "../wordlist";
import { assemble, type PlainNames, recoveryCopy, type ServerFacts, signKeySet } from "./lists";
import { type Joined, makeOffices, type Office, type SignedRecovery, signedRecovery, signRecovery } from "./offices";
import { type NewKit, Renewal, type RenewalOperations } from "./renewal";
import type { Handlers } from "./serve";
import { parseRootSheet, parseSheet, rootSheet, type Sheet, splitRecovery } from "./sheet";

/** A sheet to print. place counts recovery sheets from 1; the root sheet has 0. */
export interface PrintedSheet {
  kind: "root" | "recovery";
  place: number;
  words: string[];
}

/** What each operation asks and answers. */
export interface CeremonyOperations extends RenewalOperations {
  /** Makes root key and kit: any k of n sheets, 2 <= k < n <= 16. */
  begin: {
    ask: { instance: string; k: number; n: number };
    answer: { root: string; fingerprint: string; recipient: string; sheets: PrintedSheet[] };
  };
  /** Makes a kit alone, to take the place of the one on record: any k of n sheets. */
  kit: { ask: { instance: string; k: number; n: number }; answer: { recipient: string; sheets: PrintedSheet[] } };
  /** Checks a sheet as it was typed from paper. sheet is its index in what begin or kit gave, missing those that are not back yet. */
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
  /** Of a first kit. */
  root?: SigningKey;
  recovery: NewKit;
  sheets: Sheet[];
  back: Set<number>;
}

/** The memory of the worker. */
export class Ceremony {
  readonly #list: WordList = wordList(unpack());
  readonly #renewal = new Renewal(this.#list);
  #kit: Kit | undefined;
  #first: { asked: string; answer: CeremonyOperations["firstList"]["answer"] } | undefined;
  #begun = false;

  /** What serve() answers questions with. */
  handlers(): Handlers<CeremonyOperations> {
    return {
      begin: (q) => this.#begin(q),
      kit: (q) => this.#alone(q),
      typedBack: ({ words }) => this.#typedBack(words),
      firstList: (q) => this.#firstList(q),
      offices: (q, progress) => this.#offices(q, progress),
      oldSheet: (q) => this.#renewal.oldSheet(q),
      opens: (q) => this.#renewal.opens(q),
      renew: (q, progress) => this.#renew(q, progress),
    };
  }

  async #begin({ instance, k, n }: CeremonyOperations["begin"]["ask"]): Promise<CeremonyOperations["begin"]["answer"]> {
    if (this.#begun) throw new Fault("order", "begun already");
    const seed = random(32);
    const root = new SigningKey(seed);
    const { recipient, sheets } = await this.#make(instance, k, n, [rootSheet(instance, seed)], root);
    seed.fill(0);
    return { root: root.encoded, fingerprint: rootFingerprint(root.publicKey), recipient, sheets: this.#printed(sheets, 0) };
  }

  async #alone({ instance, k, n }: CeremonyOperations["kit"]["ask"]): Promise<CeremonyOperations["kit"]["answer"]> {
    if (this.#begun) throw new Fault("order", "begun already");
    const { recipient, sheets } = await this.#make(instance, k, n, []);
    return { recipient, sheets: this.#printed(sheets, 1) };
  }

  /** Makes a recovery key, and keeps its sheets behind those given. */
  async #make(instance: string, k: number, n: number, first: Sheet[], root?: SigningKey): Promise<{ recipient: string; sheets: Sheet[] }> {
    const key = newIdentity();
    const { recipient } = key;
    const sheets = [...first, ...(await splitRecovery(instance, key, k, n))];
    this.#begun = true;
    this.#kit = { instance, ...(root !== undefined && { root }), recovery: { recipient, k, n }, sheets, back: new Set() };
    return { recipient, sheets };
  }

  #printed(sheets: readonly Sheet[], from: number): PrintedSheet[] {
    return sheets.map((s, i) => ({ kind: s.kind, place: i + from, words: s.words(this.#list).split(" ") }));
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
    if (root === undefined) throw new Fault("order", "a kit without a root key");
    if (q.server.instance !== kit.instance) throw new Fault("list", "instance");
    const set = assemble({ server: q.server, authority: q.authority, day: q.day, root: root.encoded, units: [], custodians: [], inspectors: [] });
    const answer = { list: signKeySet(set, root), root: root.encoded, fingerprint: rootFingerprint(root.publicKey), recovery: signRecovery(kit.instance, root, recovery) };
    this.#first = { asked, answer };
    this.#kit = undefined; // from here on the root key is on paper alone
    return answer;
  }

  #offices(q: CeremonyOperations["offices"]["ask"], progress: (done: number) => void): CeremonyOperations["offices"]["answer"] {
    const root = parseRootSheet(q.instance, q.sheet, this.#list);
    const current = verifyKeySet(q.list, { root: root.encoded, requireProof: false });
    if (current.instance !== q.instance) throw new Fault("origin");
    const recovery = signedRecovery(q.instance, root, q.recovery);
    const { list, made } = makeOffices(root, { ...q, current }, this.#list, (n) => progress(n / q.offices.length));
    return { list, rosters: made.map((m) => m.roster), recovery: made.map(({ office, file }) => ({ unit: office.id, key: file.age.recipient, sealed: recoveryCopy(file, recovery) })) };
  }

  #renew(q: CeremonyOperations["renew"]["ask"], progress: (done: number) => void): CeremonyOperations["renew"]["answer"] {
    const kit = this.#kit;
    if (kit === undefined || kit.root !== undefined || kit.back.size < kit.sheets.length) throw new Fault("order", "not all sheets are back");
    if (q.instance !== kit.instance) throw new Fault("instance");
    return this.#renewal.renew(q, kit.recovery, progress);
  }
}
