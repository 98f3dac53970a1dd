// A new recovery kit in the place of the one on record, and with enough sheets of that one everything that it opens: what
// it holds is sealed to the new kit, and offices that nobody can open any more get a new key and their former ones.
//
// kit (the sheets' words, once, to be printed), typedBack for each, oldSheet for each sheet of the kit on record that is
// there, opens to look, renew. The recovery key and the keys of offices stay in the worker; no document is opened.

import { equal, fromUtf8, hexHash, utf8 } from "../bytes";
import type { SigningKey } from "../ed25519";
import { Fault } from "../fault";
import { parseEnvelope } from "../proof/envelope";
import { type KeySet, parseKeys, type UnitKey, verifyKeySet } from "../proof/keyset";
import type { WordList } from "../receipt";
import { type Identity, open, parseRecipient, type Recipient, seal } from "../seal";
import { type KeyFile, parseKeyFile } from "./keyfile";
import { HOLDS_KEY, recoveryCopy, samePerson } from "./lists";
import { type Joined, makeOffices, memberOf, type Office, type SignedRecovery, signedRecovery, signRecovery } from "./offices";
import { combineRecovery, kitOf, parseRootSheet, parseSheet, type Sheet } from "./sheet";

/** A copy of an office's key that is sealed to the kit on record, as the server says. */
export interface KeyCopy {
  unit: string;
  /** Hex SHA-256 of the recipient of the key inside. */
  key: string;
  sealed: Uint8Array;
}

/** A key of an office that the list names, and whether its copy opens: "none" is there without a copy for this kit. */
export interface CopyState {
  unit: string;
  recipient: string;
  from: string;
  /** Last day, "" for the key in force. */
  to: string;
  state: "opens" | "fails" | "none";
}

/** What renewing asks and answers. */
export interface RenewalOperations {
  /**
   * Takes a sheet of the kit on record as typed from paper, in any order; those that were taken stay taken when one is
   * refused. need is how many more. Throws "word", "length", "sheet": damaged, elsewhere, kind, kit, twice; "none" when all
   * together give another key, and then none is taken; "order" when none is needed any more.
   */
  oldSheet: {
    ask: { instance: string; words: string; recovery: { recipient: string; k: number; n: number } };
    answer: { places: number[]; need: number };
  };
  /** Tries every copy. The list is not verified here: renew does that. Throws "order" before all sheets are taken. */
  opens: { ask: { list: Uint8Array; copies: KeyCopy[] }; answer: { keys: CopyState[] } };
  /**
   * Signs the next list, the new kit, and a roster for each office given, which gets a new key. sheet is the root sheet as
   * typed; people and offices are those of the operation offices. With the old sheets taken every other office keeps its
   * key, all copies are sealed again, and holders of an office with a new key get its former ones (handed); recovery is then
   * the record in force. Without them every office that has a key must be given. without names recipients whose copies do
   * not open, to be left as they are. Throws what offices throws, "order", and "copy" (office and first day of a key that does not
   * open, or that nothing would open afterwards). May be asked again.
   */
  renew: {
    ask: { instance: string; sheet: string; list: Uint8Array; day: string; recovery: SignedRecovery | null; people: Joined[]; offices: Office[]; copies: KeyCopy[]; without: string[] };
    answer: Renewed;
  };
}

/** What is proposed to the inspector. key is the recipient of the key inside; sealed opens with the new recovery key alone, or the member's. */
export interface Renewed {
  list: Uint8Array;
  rosters: Uint8Array[];
  recovery: { unit: string; key: string; sealed: Uint8Array }[];
  handed: { unit: string; member: string; key: string; sealed: Uint8Array }[];
  kit: SignedRecovery;
}

/** A new kit whose sheets are all back. */
export interface NewKit {
  recipient: Recipient;
  k: number;
  n: number;
}

interface Old {
  recovery: { recipient: string; k: number; n: number };
  sheets: Sheet[];
  key?: Identity;
}

/** What the worker knows of the kit on record. */
export class Renewal {
  #old: Old | undefined;

  constructor(private readonly words: WordList) {}

  async oldSheet({ instance, words, recovery }: RenewalOperations["oldSheet"]["ask"]): Promise<RenewalOperations["oldSheet"]["answer"]> {
    const { recipient, k, n } = recovery;
    if (this.#old?.recovery.recipient !== recipient) this.#old = { recovery: { recipient, k, n }, sheets: [] };
    const old = this.#old;
    if (old.key !== undefined) throw new Fault("order", "all are there");
    const sheet = parseSheet(instance, words, this.words);
    const place = placeOf(sheet);
    if (sheet.k !== k || sheet.n !== n || !equal(sheet.kit, kitOf(recipient))) throw new Fault("sheet", "kit");
    if (old.sheets.some((s) => placeOf(s) === place)) throw new Fault("sheet", "twice");
    old.sheets.push(sheet);
    if (old.sheets.length === k) old.key = await this.#combine(old);
    return { places: old.sheets.map(placeOf), need: k - old.sheets.length };
  }

  async #combine(old: Old): Promise<Identity> {
    const key = await combineRecovery(old.sheets).catch(() => undefined);
    if (key?.recipient === old.recovery.recipient) return key;
    this.#old = undefined;
    throw new Fault("sheet", "none");
  }

  opens({ list, copies }: RenewalOperations["opens"]["ask"]): RenewalOperations["opens"]["answer"] {
    const key = this.#old?.key;
    if (key === undefined) throw new Fault("order", "sheets are missing");
    const set = parseKeys(parseEnvelope(list).body);
    return { keys: set.intake.map(({ id, recipient, from, to, sign }) => ({ unit: id, recipient, from, to, state: stateOf(set, { id, recipient, sign }, copies, key) })) };
  }

  /** renew with a kit that is typed back. */
  renew(q: RenewalOperations["renew"]["ask"], kit: NewKit, progress: (done: number) => void): Renewed {
    const root = parseRootSheet(q.instance, q.sheet, this.words);
    const current = verifyKeySet(q.list, { root: root.encoded, requireProof: false });
    if (current.instance !== q.instance) throw new Fault("origin");
    const opened = this.#open(q, root, current);
    const all = q.offices.length + opened.length;
    const { list, made } = makeOffices(root, { ...q, current }, this.words, (n) => progress(n / all));
    for (const u of current.intake) if (u.to === "" && !made.some((m) => m.office.id === u.id) && !opened.some((f) => isKey(f, u))) throw new Fault("copy", u.id + " " + u.from);
    const out: Renewed = { list, rosters: made.map((m) => m.roster), recovery: [], handed: [], kit: signRecovery(q.instance, root, kit) };
    const to = parseRecipient(kit.recipient);
    const copy = (file: KeyFile) => out.recovery.push({ unit: file.holder.id, key: file.age.recipient, sealed: recoveryCopy(file, to) });
    for (const { file } of made) copy(file);
    for (const [i, file] of opened.entries()) {
      copy(file);
      const office = made.find((m) => m.office.id === file.holder.id)?.office;
      if (office !== undefined) out.handed.push(...handOver(file, office, q.people));
      progress((made.length + i + 1) / all);
    }
    return out;
  }

  /** Every copy in clear, if the sheets are there. */
  #open(q: RenewalOperations["renew"]["ask"], root: SigningKey, current: KeySet): KeyFile[] {
    const key = this.#old?.key;
    if (key === undefined) return [];
    if (q.recovery === null || signedRecovery(q.instance, root, q.recovery) !== key.recipient) throw new Fault("signature", "of the recovery key");
    return current.intake.flatMap((u) => {
      const sealed = copyOf(u.id, u.recipient, q.copies);
      const file = sealed === undefined ? undefined : openCopy(current, u, sealed, key);
      if (sealed === undefined || (file === undefined && q.without.includes(u.recipient))) return [];
      if (file === undefined) throw new Fault("copy", u.id + " " + u.from);
      return [file];
    });
  }
}

/** The place of a recovery sheet, which its share ends with; a root sheet is "sheet kind". */
function placeOf(s: Sheet): number {
  const share = s.share();
  return share[share.length - 1]!;
}

const copyOf = (unit: string, recipient: string, copies: readonly KeyCopy[]): Uint8Array | undefined => copies.find((c) => c.unit === unit && c.key === hexHash(utf8(recipient)))?.sealed;

function stateOf(set: KeySet, u: Pick<UnitKey, "id" | "recipient" | "sign">, copies: readonly KeyCopy[], key: Identity): CopyState["state"] {
  const sealed = copyOf(u.id, u.recipient, copies);
  if (sealed === undefined) return "none";
  return openCopy(set, u, sealed, key) === undefined ? "fails" : "opens";
}

const isKey = (f: KeyFile, u: Pick<UnitKey, "id" | "recipient" | "sign">): boolean => samePerson(u, { id: f.holder.id, recipient: f.age.recipient, sign: f.sign.encoded });

/** The key file in a copy, if it is exactly the key that the list names. */
function openCopy(set: KeySet, u: Pick<UnitKey, "id" | "recipient" | "sign">, sealed: Uint8Array, key: Identity): KeyFile | undefined {
  try {
    const file = parseKeyFile(fromUtf8(open(sealed, [key])) ?? "");
    return file.holder.role === "unit" && file.holder.instance === set.instance && isKey(file, u) ? file : undefined;
  } catch (e) {
    if (e instanceof Fault) return undefined;
    throw e;
  }
}

/** A former key for everybody whose role in the office needs its key. */
function handOver(file: KeyFile, office: Office, people: readonly Joined[]): Renewed["handed"] {
  return office.holders.filter((h) => h.roles.some((r) => HOLDS_KEY.includes(r))).map((h) => ({
    unit: office.id, member: h.id, key: file.age.recipient, sealed: seal(utf8(file.text()), [parseRecipient(memberOf(people, h.id).recipient)]),
  }));
}
