// The keeper holds the key of whoever is signed in, in a worker of its own (keeper.js), and gives out no key: it signs
// and opens what it is asked to. A page talks to it with Worked<KeeperOperations> of serve.ts:
//
//   const keeper = new Worked<KeeperOperations>(new Worker("keeper.js"), onLocked);
//   const { signature } = await keeper.ask("signIn", { … }, (done) => bar.value = done);
//
// Signing in with a passphrase:  signIn (takes a second, tells its progress), then unlock without a source.
// Signing in with a passkey:     unlock with prf.
// Joining:                       make; the key is then open.
// A passkey more or less:        addPasskey or dropPasskey; rewrapped when the server has taken what they answered.
// Another passphrase:            presence (or a passkey) shows who asks; newPassphrase, then rewrapped.
//
// Bytes are Uint8Array. Faults that a page should word: "word" and "length" (what was typed, see fault.ts),
// "wrong_key" (not the passphrase or passkey of this file), "key_file" (a file of somebody else), "fingerprint" (what:
// whose words differ), "list" (what: shown, version, inspector, or the id of a person whose words are missing),
// "locked" and "order". After ten idle minutes, and after lock, the worker says { locked: true } and answers every
// question with "locked": end it, and start another.

import type { SigningKey } from "../ed25519";
import { Fault } from "../fault";
import { fromUtf8, utf8 } from "../bytes";
import { verifyKeySet, verifyProposed, type KeySet, keySetOf } from "../proof/keyset";
import { fingerprint, wordList, type WordList } from "../receipt";
import { type Identity, open } from "../seal";
import { unpack } from "../wordlist";
import { approveAddition, type Handed, type InForce, type Joining, makeAddition } from "./addition";
import { checkFingerprint, type Holder, staffFingerprint } from "./fingerprint";
import { type KeyFile, type KeyRole, newKeyFile, parseKeyFile } from "./keyfile";
import { countersign, type PlainKeySet, type PublicKeys, samePerson } from "./lists";
import { approvalStatement, enrolMessage, newPassphraseMessage, presenceMessage, rewrapMessage, signInMessage } from "./messages";
import { newPassphrase, type StaffKeys, staffKeys } from "./passphrase";
import { passkeyKek } from "./prf";
import type { Handlers } from "./serve";
import { CaseKeys, type CaseOperations } from "./casekeys";
import { type FloodOperations, Floods } from "./floods";
import { entryHandlers, type EntryOperations } from "./entry";
import { openOwn, type OwnOperations, sealOwn } from "./ownfile";
import { openUnits } from "./units";
import { firstKek, type Unwrapped, unwrap, withFirstKek, withKek, withoutKek, wrap } from "./wrapped";

/** The role of an account. An administrator's key file is a member's. */
export type AccountRole = "administrator" | "member" | "custodian" | "inspector";

/** Words and salt of the passphrase's path. */
export interface Passphrase {
  /** As typed. */
  passphrase: string;
  /** The account's, 16 bytes. */
  salt: Uint8Array;
}

/** Whose key is open. */
export interface Opened {
  recipient: string;
  sign: string;
  /** The eight words that others type. */
  fingerprint: string;
  /** The keys that open the file: the passphrase's, then the passkeys'. */
  keks: string[];
}

/** What somebody who joins sends, but for words and fingerprint, which are for the person alone. */
export interface Made {
  /** The six words, once. */
  words: string[];
  fingerprint: string;
  login: string;
  recipient: string;
  sign: string;
  wrapped: Uint8Array;
  /** Of the enrolment, by sign. */
  signature: Uint8Array;
}

/** A new wrapped key file, and the proof that it comes from whoever holds the key: the rewrap statement's signature. */
export interface Rewrapped {
  wrapped: Uint8Array;
  signature: Uint8Array;
}

/** A passphrase that takes the place of another. Words are for the person alone; the rest is what is sent. */
export interface Renewed extends Rewrapped {
  /** The six words, once. */
  words: string[];
  login: string;
}

/** Somebody whose words the inspector heard and typed. */
export interface Heard extends PublicKeys {
  role: AccountRole;
  words: string;
}

/** What each operation asks and answers. */
export interface KeeperOperations extends CaseOperations, EntryOperations, FloodOperations, OwnOperations {
  /** Signs the server's challenge. Without a passphrase: with the one that was typed last. */
  signIn: { ask: { instance: string; door: string; account: string; challenge: Uint8Array } & Partial<Passphrase>; answer: { signature: Uint8Array } };
  /** Opens the account's key file. Without a source: with the passphrase that signIn was given. */
  unlock: {
    ask: { wrapped: Uint8Array; instance: string; door: string; account: string; role: AccountRole } & ({ prf?: never } & Partial<Passphrase> | { prf: Uint8Array });
    answer: Opened;
  };
  /** Makes passphrase and keys of somebody who joins. day is YYYY-MM-DD, token the invitation's 32 bytes, salt the 16 that the door gives for the account's name. */
  make: { ask: { instance: string; door: string; account: string; role: AccountRole; name: string; day: string; token: Uint8Array; salt: Uint8Array }; answer: Made };
  /** The file for one passkey more. prf is what the new passkey answered to prfInput(). kek is its recipient. */
  addPasskey: { ask: { prf: Uint8Array }; answer: Rewrapped & { kek: string } };
  /** The file without the passkey whose recipient kek is. */
  dropPasskey: { ask: { kek: string }; answer: Rewrapped };
  /** Shows with words that are typed now that it is the person who asks: never with those of an earlier question. */
  presence: { ask: { instance: string; door: string; account: string; act: string; challenge: Uint8Array } & Passphrase; answer: { signature: Uint8Array } };
  /** Other words for the open key file, with the salt of the account. The file is to them and to the passkeys that it names. */
  newPassphrase: { ask: { salt: Uint8Array }; answer: Renewed };
  /** The server has taken the last answer of addPasskey, dropPasskey or newPassphrase. Until then the file is the one before. */
  rewrapped: { ask: Record<string, never>; answer: { keks: string[] } };
  /** An inspector's word for the content of a category. hash is "sha256:" and 64 hex digits. */
  approve: { ask: { category: string; hash: string; day: string }; answer: { by: string; signature: Uint8Array } };
  /**
   * An inspector's signature under a proposed list. list is the draft's file, current the file in force, root what the
   * inspector knows of the root key: its fingerprint from paper, or itself as an earlier visit kept it. keySet is
   * the draft as the page showed it, and nothing else is signed. Every custodian and inspector that is new, but for
   * the one who signs, must be in heard with the right words; others in heard are checked as well. Answers the file with one
   * signature more.
   */
  countersign: { ask: { list: Uint8Array; current: Uint8Array; root: string; keySet: PlainKeySet; heard: Heard[] }; answer: { list: Uint8Array } };
  /** Keeps the key of an office, which a roster that the page has verified seals to this person. */
  holdUnit: { ask: { sealed: Uint8Array; unit: PublicKeys }; answer: Record<string, never> };
  /**
   * Keeps every key of an office that one of sealed holds for this person, if it is one of keys, which a verified list of
   * keys names. What opens to nothing of that kind is passed over. Answers the recipients of what is kept.
   */
  holdUnits: { ask: { sealed: Uint8Array[]; keys: PublicKeys[] }; answer: { held: string[] } };
  /**
   * The next roster of an office whose key is kept, with more members, signed as its holder; and the office's former keys
   * that are kept, for them. Everybody who joins must have the right words. It waits for an approver.
   */
  addMember: { ask: InForce & { day: string; joins: Joining[] }; answer: { roster: Uint8Array; handed: Handed[] } };
  /** A proposed roster with this person's signature as approver. shown is its body as the page showed it. */
  approveRoster: { ask: InForce & { roster: Uint8Array; shown: string }; answer: { roster: Uint8Array } };
  /** The eight words of an office's keys, as their holder's key file shows them. Needs no key. */
  keyFingerprint: { ask: { recipient: string; sign: string }; answer: { words: string } };
  /** The eight words of each, to be shown. Needs no key. */
  fingerprints: { ask: { holders: Holder[] }; answer: { words: string[] } };
  /** Forgets everything. */
  lock: { ask: Record<string, never>; answer: Record<string, never> };
}

/** An open key file, as the server has it and for which door. */
interface Account extends Unwrapped {
  readonly wrapped: Uint8Array;
  readonly door: string;
  /** Of a new passphrase, once the server has it. */
  readonly login?: SigningKey;
}

/** Milliseconds without a question after which the keeper locks itself. */
export const IDLE = 600_000;

/** What a keeper needs of its surroundings, injected by tests. */
export interface Timer {
  start(run: () => void, milliseconds: number): unknown;
  stop(started: unknown): void;
}

/** The memory of the worker. Nothing in it is ever part of an answer but what KeeperOperations names. */
export class Keeper {
  readonly #list: WordList = wordList(unpack());
  #typed: StaffKeys | undefined;
  #login: SigningKey | undefined;
  #open: Account | undefined;
  #next: Account | undefined;
  #units: KeyFile[] = [];
  readonly #cases = new CaseKeys({ file: () => this.#need().file, units: () => this.#units }, () => this.#list);
  readonly #floods = new Floods({ file: () => this.#need().file, units: () => this.#units }, (sealed) => this.#cases.opened(sealed));
  #locked = false;
  #running: unknown;

  /** told is called once, when the keeper locks. */
  constructor(
    private readonly timer: Timer,
    private readonly told: () => void,
  ) {}

  /** Begins the ten minutes anew; throws "locked" when they were over. */
  touch(): void {
    if (this.#locked) {
      this.#forget(); // what an operation that was under way has put there since
      throw new Fault("locked");
    }
    this.timer.stop(this.#running);
    this.#running = this.timer.start(() => this.lock(), IDLE);
  }

  lock(): void {
    if (this.#locked) return;
    this.#locked = true;
    this.timer.stop(this.#running);
    this.#forget();
    this.told();
  }

  #forget(): void {
    this.#typed = this.#login = this.#open = this.#next = undefined;
    this.#units = [];
    this.#cases.forget();
    this.#floods.forget();
  }

  /** What serve() answers questions with. */
  handlers(): Handlers<KeeperOperations> {
    return {
      ...this.#cases.handlers(),
      ...this.#floods.handlers(),
      ...entryHandlers(() => this.#need().file),
      signIn: async (q, progress) => {
        if (q.passphrase !== undefined) await this.#derive(q, progress);
        if (this.#login === undefined) throw new Fault("order", "no passphrase");
        return { signature: this.#login.sign("", signInMessage(q)) };
      },
      unlock: async (q, progress) => {
        const kek = q.prf !== undefined ? passkeyKek(q.prf) : await this.#kek(q, progress);
        const u = unwrap(q.wrapped, kek);
        const h = u.file.holder;
        if (h.instance !== q.instance || h.id !== q.account || h.role !== keyRole(q.role)) throw new Fault("key_file", "of another account");
        return this.#opened({ ...u, wrapped: q.wrapped, door: q.door }, q.role);
      },
      make: (q, progress) => this.#make(q, progress),
      addPasskey: ({ prf }) => {
        const kek = passkeyKek(prf);
        return { ...this.#rewrap((u) => withKek(u, kek)), kek: kek.recipient };
      },
      dropPasskey: ({ kek }) => this.#rewrap((u) => withoutKek(u, kek)),
      presence: async (q, progress) => {
        const keys = await staffKeys(q.passphrase, q.salt, this.#list, progress);
        if (this.#open === undefined) this.#login = (this.#typed = keys).login; // unlock follows
        return { signature: keys.login.sign("", presenceMessage(q)) };
      },
      newPassphrase: (q, progress) => this.#renew(q.salt, progress),
      rewrapped: () => {
        if (this.#next === undefined) throw new Fault("order", "nothing was wrapped anew");
        this.#open = this.#next;
        this.#login = this.#next.login ?? this.#login;
        this.#next = undefined;
        return { keks: this.#open.keks.map((k) => k.recipient) };
      },
      approve: ({ category, hash, day }) => {
        const file = this.#inspector();
        const by = file.holder.id;
        return { by, signature: file.sign.sign("", approvalStatement({ category, hash, by, day })) };
      },
      countersign: (q) => this.#countersign(q),
      holdUnit: ({ sealed, unit }) => {
        const text = fromUtf8(open(sealed, [this.#need().file.age]));
        const file = parseKeyFile(text ?? "");
        const keys = { id: file.holder.id, recipient: file.age.recipient, sign: file.sign.encoded };
        if (file.holder.role !== "unit" || file.holder.instance !== this.#need().file.holder.instance || !samePerson(keys, unit))
          throw new Fault("key_file", "of another office");
        this.#units = [...this.#units.filter((u) => u.age.recipient !== keys.recipient), file];
        return {};
      },
      holdUnits: ({ sealed, keys }) => {
        const held = new Set<string>();
        for (const file of openUnits(sealed, keys, this.#need().file)) {
          held.add(file.age.recipient);
          this.#units = [...this.#units.filter((u) => u.age.recipient !== file.age.recipient), file];
        }
        return { held: [...held] };
      },
      addMember: (q) => makeAddition(q, this.#need().file, this.#units, this.#list),
      approveRoster: (q) => ({ roster: approveAddition(q, this.#need().file) }),
      keyFingerprint: ({ recipient, sign }) => ({ words: fingerprint(utf8(`${recipient}\n${sign}`), this.#list) }),
      fingerprints: ({ holders }) => ({ words: holders.map((h) => staffFingerprint(h, this.#list)) }),
      sealOwn: ({ version, text }) => ({ sealed: sealOwn(this.#need().file, version, text) }),
      openOwn: ({ sealed, version }) => ({ text: openOwn(this.#need().file, version, sealed) }),
      lock: () => {
        this.lock();
        return {};
      },
    };
  }

  #rewrap(change: (u: Unwrapped) => Unwrapped): Rewrapped {
    const a = this.#need();
    const u = change(a);
    const wrapped = wrap(u);
    this.#next = { ...u, wrapped, door: a.door };
    const { instance, id } = a.file.holder;
    return { wrapped, signature: a.file.sign.sign("", rewrapMessage({ instance, door: a.door, account: id, before: a.wrapped, after: wrapped })) };
  }

  async #renew(salt: Uint8Array, progress: (done: number) => void): Promise<Renewed> {
    const a = this.#need();
    const words = newPassphrase(this.#list);
    const { login, kek } = await staffKeys(words, salt, this.#list, progress);
    const u = withFirstKek(a, kek);
    const wrapped = wrap(u);
    this.#next = { ...u, wrapped, door: a.door, login };
    const { instance, id } = a.file.holder;
    const signature = a.file.sign.sign("", newPassphraseMessage({ instance, door: a.door, account: id, login: login.encoded, salt, before: a.wrapped, after: wrapped }));
    return { words: words.split(" "), login: login.encoded, wrapped, signature };
  }

  #need(): Account {
    if (this.#open === undefined) throw new Fault("locked");
    return this.#open;
  }

  #inspector(): KeyFile {
    const { file } = this.#need();
    if (file.holder.role !== "inspector") throw new Fault("list", "inspector");
    return file;
  }

  async #derive(q: Partial<Passphrase>, progress: (done: number) => void): Promise<Identity> {
    if (q.passphrase === undefined || q.salt === undefined) throw new Fault("order", "no passphrase");
    this.#typed = await staffKeys(q.passphrase, q.salt, this.#list, progress);
    this.#login = this.#typed.login;
    return this.#typed.kek;
  }

  async #kek(q: Partial<Passphrase>, progress: (done: number) => void): Promise<Identity> {
    return q.passphrase === undefined && this.#typed !== undefined ? this.#typed.kek : this.#derive(q, progress);
  }

  #opened(u: Account, role: AccountRole): Opened {
    this.#typed = undefined; // the login key stays, for a session that has to be renewed
    this.#open = u;
    this.#next = undefined;
    this.#units = [];
    this.#cases.forget();
    this.#floods.forget();
    const keys = { recipient: u.file.age.recipient, sign: u.file.sign.encoded };
    return { ...keys, fingerprint: staffFingerprint({ instance: u.file.holder.instance, role, id: u.file.holder.id, ...keys }, this.#list), keks: u.keks.map((k) => k.recipient) };
  }

  async #make(q: KeeperOperations["make"]["ask"], progress: (done: number) => void): Promise<Made> {
    const { instance, door, account, role, name, day, token, salt } = q;
    const file = newKeyFile({ role: keyRole(role), id: account, name, instance, made: day });
    const words = newPassphrase(this.#list);
    const { login, kek } = await staffKeys(words, salt, this.#list, progress);
    const joins = { instance, door, account, role, recipient: file.age.recipient, login: login.encoded, token };
    const signature = file.sign.sign("", enrolMessage(joins));
    const u = firstKek(file, kek);
    const wrapped = wrap(u);
    const { recipient, sign, fingerprint } = this.#opened({ ...u, wrapped, door }, role);
    this.#login = login;
    return { words: words.split(" "), fingerprint, login: login.encoded, recipient, sign, wrapped, signature };
  }

  #countersign(q: KeeperOperations["countersign"]["ask"]): { list: Uint8Array } {
    const file = this.#inspector();
    const { instance, id } = file.holder;
    const trust = { root: q.root, requireProof: false };
    const current = verifyKeySet(q.current, trust);
    const draft = verifyProposed(q.list, { ...trust, previous: current });
    if (current.instance !== instance) throw new Fault("origin");
    if (draft.version !== current.version + 1) throw new Fault("list", "version");
    if (keySetOf(q.keySet).body !== draft.body) throw new Fault("list", "shown");
    const own = { id, recipient: file.age.recipient, sign: file.sign.encoded };
    if (![...current.inspectors, ...draft.inspectors].some((p) => samePerson(p, own))) throw new Fault("list", "inspector");
    for (const h of q.heard) checkFingerprint({ instance, role: h.role, id: h.id, recipient: h.recipient, sign: h.sign }, h.words, this.#list);
    for (const role of ["custodian", "inspector"] as const) {
      const fresh = newPeople(draft, current, role).filter((p) => !samePerson(p, own));
      for (const p of fresh) if (!q.heard.some((h) => h.role === role && samePerson(h, p))) throw new Fault("list", p.id);
    }
    return { list: countersign(q.list, file.sign) };
  }
}

function newPeople(draft: KeySet, current: KeySet, role: "custodian" | "inspector"): PublicKeys[] {
  const of = (k: KeySet) => (role === "custodian" ? k.custodians : k.inspectors);
  return of(draft).filter((p) => !of(current).some((b) => samePerson(b, p)));
}

function keyRole(role: AccountRole): KeyRole {
  return role === "administrator" ? "member" : role;
}
