// What a member's keeper does with the documents of cases. The keys of offices, documents and attachments stay in here:
// a page gets words, ciphertext and hashes.

import { type Bodies, type File, type Kind, MAX_FILE } from "../bodies";
import { base64url, fromBase64url, fromUtf8, hexHash, utf8 } from "../bytes";
import { answersReview, chainOf, type Document, openDocument, parseDocument, type Role, sealDocument, type Signed } from "../documents";
import { Fault } from "../fault";
import { openFile, type SealedFile, sealFile } from "../files";
import { inspectorsOn, unitOn, verifyKeySet } from "../proof/keyset";
import type { WordList } from "../receipt";
import { fileKeyOf, type Identity, newHeader, open, openByFileKey, parseRecipient, type Recipient, seal } from "../seal";
import { type Fields, parseStrict } from "../strictjson";
import { isHash, isId } from "../syntax";
import type { KeyFile } from "./keyfile";
import { Pieced } from "./pieces";
import type { Handlers } from "./serve";
import { sealToKey, sealToWords, transferTar } from "./transfer";

/** A document as a page gets it. The keys of attachments are "" in its body. */
export interface OpenedDocument {
  document: Document;
  body: Bodies[Kind];
  signers: { role: Role; key: string }[];
  /** Hex SHA-256 of the sealed bytes. */
  sealed: string;
}

/** The kinds that members write. */
export type Written = "reply" | "decision" | "note" | "title" | "proposal" | "approval" | "copy";

const written: readonly string[] = ["reply", "decision", "note", "title", "proposal", "approval", "copy"];

/** A document to be sealed. Attachments in its body have the key "": those that sealEnd described. */
export interface ToSeal<K extends Written = Written> {
  case: string;
  unit: string;
  /** Of the unit's key in force, as the verified list of keys names it. */
  recipient: string;
  day: string;
  kind: K;
  id: string;
  seq: number;
  /** Hex SHA-256 of the sealed document before it in the chain, "" for the first. */
  prev: string;
  body: Bodies[K];
  /** The reporter's, for the chain to the reporter; without it a letter is sealed to the unit alone, and waits. */
  reporter?: string;
  /** For what stands inside: another office that reads it too, whose key of that day comes from list. */
  also?: Listed;
}

/** An office, by the signed list of keys in force. root is the root key or its fingerprint. */
export interface Listed {
  office: string;
  root: string;
  list: Uint8Array;
}

/** What each operation asks and answers. Handles are the keeper's, for one file each. */
export interface CaseOperations {
  /** Opens a document that is sealed to this person or to an office whose key is kept. Whose the signatures are, the page judges. */
  openDocument: { ask: { sealed: Uint8Array }; answer: OpenedDocument };
  /** Signs a document as this person, and towards the reporter as the unit, and seals it. hash is the hex SHA-256 of sealed. */
  sealDocument: { ask: ToSeal; answer: { sealed: Uint8Array; hash: string } };
  /** A letter that waited for a mailbox, sealed to it: the same bytes inside. */
  reseal: { ask: { sealed: Uint8Array; to: string }; answer: { sealed: Uint8Array } };
  /** Begins to open an attachment that the document with this hash names. */
  fileBegin: { ask: { hash: string; blob: string }; answer: { handle: number; size: number; sealed_size: number } };
  /** Gives the next piece of ciphertext, at most 4 MiB. What comes out may be used when fileEnd has answered, and not before. */
  filePiece: { ask: { handle: number; piece: Uint8Array }; answer: { pieces: Uint8Array[] } };
  /** All ciphertext was given. Throws "file" (what: in what it differs from its description). */
  fileEnd: { ask: { handle: number }; answer: { pieces: Uint8Array[] } };
  /** Begins to seal an attachment of size bytes. */
  sealBegin: { ask: { size: number }; answer: { handle: number } };
  /** Gives the next piece of content, at most 4 MiB; answers ciphertext. */
  sealPiece: { ask: { handle: number; piece: Uint8Array }; answer: { pieces: Uint8Array[] } };
  /** The description, but for what the page knows; the key stays here, for sealDocument. */
  sealEnd: { ask: { handle: number }; answer: { pieces: Uint8Array[]; file: SealedFile } };
  /** Gives up an attachment. */
  fileDrop: { ask: { handle: number }; answer: Record<string, never> };
  /**
   * The file keys of documents of a case that this person can open, sealed to an inspector who asked for it. list is the
   * signed list of keys in force, root the root key or its fingerprint; to must be an inspector's recipient on it, else "recipient".
   */
  fileKeys: { ask: { case: string; documents: Uint8Array[]; /** What was logged of each, where the office opens it with a header of its own. */ hashes?: string[]; to: string; root: string; list: Uint8Array }; answer: { sealed: Uint8Array } };
  /**
   * Lets another office read documents of a case that this person can open: the file key of each, sealed once more, to that office's key
   * of day alone. Throws "recipient" for an office that the list does not name, "document" for a document of another case.
   */
  handOn: { ask: { case: string; documents: Uint8Array[]; day: string; to: Listed }; answer: { headers: Uint8Array[] } };
  /** At the inspector's: opens documents with the file keys that a member sealed to this person. null: none of them opens it, or it is of another case. */
  openSample: { ask: { case: string; sealed: Uint8Array; documents: Uint8Array[] }; answer: { documents: (OpenedDocument | null)[] } };
  /**
   * At the inspector's: the answer to a review, or a voice for the office alone (kind note), signed with this person's key and with nothing
   * else. list is the signed list of keys in force, root the root key or its fingerprint: the office's key comes from it. Without reporter
   * it is sealed to the office alone.
   */
  sealReview: { ask: Omit<ToSeal<"reply" | "note">, "recipient"> & { root: string; list: Uint8Array }; answer: { sealed: Uint8Array } };
  /** Words that sealText sealed to this person. */
  openText: { ask: { sealed: Uint8Array }; answer: { text: string } };
  /**
   * The age file of a copy for another body, made from the sealed document that was approved and signed by its office; files are the
   * contents that it names. to is an age1pq1… key, or "" for ten words, which the answer holds. Throws "file" for other contents.
   */
  sealTransfer: { ask: { copy: Uint8Array; hash: string; authority: string; unit: string; day: string; to: string; files: Uint8Array[] }; answer: { sealed: Uint8Array; words: string[] } };
  /** Words for one person alone, such as the reasons of a refusal for the inspector. Nobody signs them. */
  sealText: { ask: { text: string; to: string }; answer: { sealed: Uint8Array } };
}

/** How many descriptions of attachments are remembered, of what was sealed here as well; how many files may be under way at once, and documents in a sample. */
const MOST_NAMED = 10_000;
const MOST_MADE = 1000;
const MOST_FILES = 16;
const MOST_SAMPLED = 5000;
/** Bytes of the largest piece of a file. */
const PIECE = 4_194_304;

/** Whose keys these are, asked anew each time: they may be locked meanwhile. */
export interface Holder {
  file(): KeyFile;
  units(): readonly KeyFile[];
}

type Open = { is: "open"; run: Pieced<void> } | { is: "seal"; run: Pieced<SealedFile> };

/** The memory of a keeper about cases. */
export class CaseKeys {
  /** Descriptions of attachments with their keys, by the hash of the document that names them. */
  #named = new Map<string, readonly File[]>();
  #count = 0;
  /** Keys of attachments that were sealed here, by the hash of the ciphertext. */
  #made = new Map<string, string>();
  #files = new Map<number, Open>();
  #last = 0;

  /** The key that opened the last document: mostly it opens the next one too. */
  #fits: Identity | undefined;

  constructor(private readonly who: Holder, private readonly words: () => WordList) {}

  forget(): void {
    this.#fits = undefined;
    this.#named.clear();
    this.#count = 0;
    this.#made.clear();
    this.#files.clear();
  }

  handlers(): Handlers<CaseOperations> {
    return {
      openDocument: ({ sealed }) => this.opened(sealed),
      sealDocument: (q) => this.#seal(q),
      reseal: ({ sealed, to }) => {
        const d = openDocument(sealed, this.#identities());
        if (chainOf(d.document.kind) !== "unit") throw new Fault("document", "no letter");
        return { sealed: seal(open(sealed, this.#identities()), [parseRecipient(to)]) };
      },
      fileBegin: ({ hash, blob }) => {
        const f = this.#named.get(hash)?.find((x) => x.blob === blob);
        if (f === undefined) throw new Fault("order", "no such attachment");
        const handle = this.#begin({ is: "open", run: new Pieced((src, out) => openFile(src, f, out)) });
        return { handle, size: f.size, sealed_size: f.sealed_size };
      },
      filePiece: async ({ handle, piece }) => ({ pieces: await this.#file(handle, "open").run.push(bounded(piece)) }),
      fileEnd: async ({ handle }) => {
        const f = this.#file(handle, "open");
        this.#files.delete(handle);
        return { pieces: (await f.run.end()).pieces };
      },
      sealBegin: ({ size }) => {
        if (!(Number.isSafeInteger(size) && size >= 0 && size <= MAX_FILE)) throw new Fault("too_large");
        return { handle: this.#begin({ is: "seal", run: new Pieced((src, out) => sealFile(src, size, out)) }) };
      },
      sealPiece: async ({ handle, piece }) => ({ pieces: await this.#file(handle, "seal").run.push(bounded(piece)) }),
      sealEnd: async ({ handle }) => {
        const f = this.#file(handle, "seal");
        this.#files.delete(handle);
        const { pieces, result } = await (f.run as Pieced<SealedFile>).end();
        if (this.#made.size >= MOST_MADE) this.#made.delete(this.#made.keys().next().value!);
        this.#made.set(result.sealed, result.key);
        return { pieces, file: { ...result, key: "" } };
      },
      fileDrop: ({ handle }) => {
        this.#files.delete(handle);
        return {};
      },
      fileKeys: (q) => ({ sealed: this.#fileKeys(q) }),
      handOn: (q) => ({ headers: this.#handOn(q) }),
      openSample: (q) => ({ documents: this.#sample(q) }),
      sealTransfer: (q) => this.#transfer(q),
      sealReview: (q) => this.#review(q),
      openText: ({ sealed }) => ({ text: textOf(open(sealed, [this.who.file().age])) }),
      sealText: ({ text, to }) => ({ sealed: seal(utf8(TEXT + text), [parseRecipient(to)]) }),
    };
  }

  /** Opens a document that is sealed to this person or to an office whose key is kept. */
  opened(sealed: Uint8Array): OpenedDocument {
    const all = this.#identities();
    for (const id of [...all.filter((x) => x === this.#fits), ...all.filter((x) => x !== this.#fits)]) {
      try {
        const s = openDocument(sealed, [id]);
        this.#fits = id;
        return this.#shown(s);
      } catch (e) {
        if (!(e instanceof Fault) || e.kind !== "wrong_key") throw e;
      }
    }
    throw new Fault("wrong_key");
  }

  /** Those of offices first: most is sealed to them, and trying a key takes longer than opening. */
  #identities(): Identity[] {
    return [...this.who.units(), this.who.file()].map((f) => f.age);
  }

  #shown(s: Signed): OpenedDocument {
    const body = s.body(s.document.kind);
    const signers = s.signers.map(({ role, key }) => ({ role, key }));
    if (!("files" in body)) return { document: s.document, body, signers, sealed: s.sealed };
    if (body.files.length > 0) this.#name(s.sealed, body.files);
    return { document: s.document, body: { ...body, files: body.files.map((f) => ({ ...f, key: "" })) }, signers, sealed: s.sealed };
  }

  /** Keeps descriptions, and forgets the oldest beyond the bound: a stranger says how many a document has. */
  #name(hash: string, files: readonly File[]): void {
    this.#count += files.length - (this.#named.get(hash)?.length ?? 0);
    this.#named.delete(hash);
    this.#named.set(hash, files);
    for (const [old, gone] of this.#named) {
      if (this.#count <= MOST_NAMED) break;
      this.#named.delete(old);
      this.#count -= gone.length;
    }
  }

  #seal(q: ToSeal): { sealed: Uint8Array; hash: string } {
    if (!written.includes(q.kind)) throw new Fault("document", "no kind of members");
    const mine = this.who.file();
    const unit = this.who.units().find((u) => u.holder.id === q.unit && u.age.recipient === q.recipient);
    if (unit === undefined) throw new Fault("key_file", "the office's key is not here");
    const toReporter = chainOf(q.kind) === "unit";
    if (!toReporter && q.reporter !== undefined) throw new Fault("document", "not for the reporter");
    if (toReporter && q.also !== undefined) throw new Fault("document", "not for another office");
    const document = {
      instance: mine.holder.instance, kind: q.kind, case: q.case, id: q.id, seq: q.seq, prev: q.prev, unit: q.unit, day: q.day,
      author: { role: "member" as const, id: mine.holder.id },
    };
    const signers = [{ role: "member" as const, key: mine.sign }, ...(toReporter ? [{ role: "unit" as const, key: unit.sign }] : [])];
    const to: Recipient[] = [unit.age.recipient, ...(q.reporter === undefined ? [] : [parseRecipient(q.reporter)]), ...(q.also === undefined ? [] : [this.#office(q.also, q.day)])];
    const sealed = sealDocument(document, this.#withKeys(q.body), signers, to);
    return { sealed, hash: hexHash(sealed) };
  }

  /** The body with the keys of attachments that were sealed here. */
  #withKeys<B extends Bodies[Written]>(body: B): B {
    if (!("files" in body)) return body;
    const files = body.files.map((f) => {
      const key = this.#made.get(f.sealed);
      if (key === undefined || f.key !== "") throw new Fault("file", "not sealed here");
      return { ...f, key };
    });
    return { ...body, files };
  }

  #begin(f: Open): number {
    if (this.#files.size >= MOST_FILES) throw new Fault("order", "too many files at once");
    this.#files.set(++this.#last, f);
    return this.#last;
  }

  #file(handle: number, is: Open["is"]): Open {
    const f = this.#files.get(handle);
    if (f === undefined || f.is !== is) throw new Fault("order", "no such file");
    return f;
  }

  /** An office's key of a day. The server says which office it is; only a list that the root signed says which key that has. */
  #office(o: Listed, day: string): Recipient {
    const set = verifyKeySet(o.list, { root: o.root, requireProof: false });
    if (set.instance !== this.who.file().holder.instance) throw new Fault("origin");
    const key = unitOn(set, o.office, day);
    if (key === undefined) throw new Fault("recipient", "the office");
    return parseRecipient(key.recipient);
  }

  #handOn(q: CaseOperations["handOn"]["ask"]): Uint8Array[] {
    if (!isId(q.case)) throw new Fault("request", "case");
    if (q.documents.length > MOST_SAMPLED) throw new Fault("too_large");
    const to = this.#office(q.to, q.day);
    return q.documents.map((sealed) => {
      const { document } = openDocument(sealed, this.#identities());
      if (document.case !== q.case || document.instance !== this.who.file().holder.instance) throw new Fault("document", "of another case");
      return newHeader(fileKeyOf(sealed, this.#identities()), [to]);
    });
  }

  #fileKeys(q: CaseOperations["fileKeys"]["ask"]): Uint8Array {
    if (!isId(q.case)) throw new Fault("request", "case");
    const { instance } = this.who.file().holder;
    // The server says who asks; only a list that the root signed says who is an inspector.
    const set = verifyKeySet(q.list, { root: q.root, requireProof: false });
    if (set.instance !== instance) throw new Fault("origin");
    if (!set.inspectors.some((p) => p.recipient === q.to)) throw new Fault("recipient", "no inspector");
    if (q.documents.length > MOST_SAMPLED) throw new Fault("too_large");
    if (q.hashes !== undefined && (q.hashes.length !== q.documents.length || !q.hashes.every(isHash))) throw new Fault("request", "hashes");
    const keys = q.documents.map((sealed, i) => {
      // Only documents of this case: an inspector asks for one, and gets no other's key with it.
      const { document } = openDocument(sealed, this.#identities());
      if (document.case !== q.case || document.instance !== instance) throw new Fault("document", "of another case");
      return { hash: q.hashes?.[i] ?? hexHash(sealed), file_key: base64url(fileKeyOf(sealed, this.#identities())) };
    });
    return seal(utf8(JSON.stringify({ v: 1, kind: SAMPLE, instance, case: q.case, keys })), [parseRecipient(q.to)]);
  }

  #transfer(q: CaseOperations["sealTransfer"]["ask"]): { sealed: Uint8Array; words: string[] } {
    const s = openDocument(q.copy, this.#identities());
    if (s.sealed !== q.hash) throw new Fault("document", "another copy");
    const unit = this.who.units().filter((u) => u.holder.id === s.document.unit).pop(); // the key in force was opened last
    if (unit === undefined) throw new Fault("key_file", "the office's key is not here");
    const plain = transferTar(s.body("copy"), q.files, { authority: q.authority, unit: q.unit, day: q.day }, unit.sign);
    return q.to === "" ? sealToWords(plain, this.words()) : { sealed: sealToKey(plain, q.to), words: [] };
  }

  #review(q: CaseOperations["sealReview"]["ask"]): { sealed: Uint8Array } {
    const mine = this.who.file();
    const set = verifyKeySet(q.list, { root: q.root, requireProof: false });
    if (mine.holder.role !== "inspector" || set.instance !== mine.holder.instance || !set.inspectors.some((p) => p.id === mine.holder.id && p.sign === mine.sign.encoded)) throw new Fault("key_file", "no inspector's key");
    const office = unitOn(set, q.unit, q.day);
    if (office === undefined) throw new Fault("recipient", "the office");
    const document = {
      instance: set.instance, kind: q.kind, case: q.case, id: q.id, seq: q.seq, prev: q.prev, unit: q.unit, day: q.day, author: { role: "inspector" as const, id: mine.holder.id },
    };
    const signers = [{ role: "inspector" as const, key: mine.sign }];
    // What readers would not believe is not made.
    if (!answersReview({ document, signers: signers.map((s) => ({ role: s.role, key: s.key.encoded })) }, q.body, (id, day) => inspectorsOn(set, id, day))) throw new Fault("document", "no answer to a review");
    if (q.kind === "note" && q.reporter !== undefined) throw new Fault("document", "not for the reporter");
    const to = [parseRecipient(office.recipient), ...(q.reporter === undefined ? [] : [parseRecipient(q.reporter)])];
    return { sealed: sealDocument(document, q.body, signers, to) };
  }

  #sample(q: CaseOperations["openSample"]["ask"]): (OpenedDocument | null)[] {
    const mine = this.who.file();
    if (q.documents.length > MOST_SAMPLED) throw new Fault("too_large");
    const keys = readSample(open(q.sealed, [mine.age]), mine.holder.instance, q.case);
    return q.documents.map((sealed) => {
      const hash = hexHash(sealed);
      const key = keys.get(hash);
      if (key === undefined) return null;
      try {
        const s = parseDocument(openByFileKey(sealed, key), hash);
        return s.document.case === q.case && s.document.instance === mine.holder.instance ? this.#shown(s) : null;
      } catch (e) {
        if (e instanceof Fault) return null;
        throw e;
      }
    });
  }
}

function bounded(piece: Uint8Array): Uint8Array {
  if (piece.length > PIECE) throw new Fault("too_large", "piece");
  return piece;
}

const SAMPLE = "clarion/sample-keys/v1";
const TEXT = "clarion/inspector-text/v1\n";

function textOf(plain: Uint8Array): string {
  const text = fromUtf8(plain);
  if (text === null || !text.startsWith(TEXT)) throw new Fault("document", "no text");
  return text.slice(TEXT.length);
}

/** The file keys of a sample by the hash of the sealed document. */
function readSample(plain: Uint8Array, instance: string, caseID: string): Map<string, Uint8Array> {
  const bad = () => new Fault("document", "sample");
  const f = parseStrict(plain) as Fields;
  if (f["v"] !== 1 || f["kind"] !== SAMPLE || f["instance"] !== instance || f["case"] !== caseID || !Array.isArray(f["keys"]) || Object.keys(f).length !== 5) throw bad();
  const out = new Map<string, Uint8Array>();
  for (const item of f["keys"]) {
    if (typeof item !== "object" || Array.isArray(item) || Object.keys(item).length !== 2) throw bad();
    const { hash, file_key } = item as { hash?: unknown; file_key?: unknown };
    const key = typeof file_key === "string" ? fromBase64url(file_key, 16) : null;
    if (typeof hash !== "string" || !isHash(hash) || key === null || out.has(hash)) throw bad();
    out.set(hash, key);
  }
  return out;
}
