import { parseKey } from "./ed25519";
import { Fault } from "./fault";
import type { Mailbox } from "./mailbox";
import { FLOOR_ATTACHMENT, paddedLength } from "./pad";
import { parseIdentity, parseRecipient, sealedSize } from "./seal";
import type { Fields, Value } from "./strictjson";
import { isHash, isId, isName } from "./syntax";

/** The largest attachment in bytes that the format allows. */
export const MAX_FILE = 2 ** 40;

/** An attachment: where its ciphertext is, what it is, and how to open it. */
export interface File {
  /** The server's id of the ciphertext. */
  blob: string;
  name: string;
  /** As the sender's device said; never to be believed. */
  type: string;
  /** True size in bytes. */
  size: number;
  /** Of the content without padding. */
  sha256: string;
  /** AGE-SECRET-KEY-PQ-1…, for this file alone. */
  key: string;
  /** Hash of the ciphertext, and its bytes. */
  sealed: string;
  sealed_size: number;
  cleaned: "no" | "yes" | "original";
}

/** The answer to one question of the category; values are the chosen options. */
export interface Answer {
  q: string;
  values: string[];
  text: string;
}

/** The first document of a case. */
export interface Report {
  category: string;
  region: string;
  unit: string;
  via: string;
  lang: string;
  contact: "anonymous" | "confidential" | "named";
  danger: boolean;
  /** Wants a reward if one is due. */
  wish: boolean;
  /** Telephone or address, contact "named" only. */
  reach: string;
  /** Hash of the sealed identity box, "" exactly when anonymous. */
  identity: string;
  answers: Answer[];
  what: string;
  when: string;
  where: string;
  /** How it is known. */
  how: string[];
  /** Whom the reporter told already. */
  told: string;
  files: File[];
  mailbox: Mailbox;
  /** How somebody took it down. */
  taken?: Taken;
}

/** With consent to a recording, or as minutes; how many minutes it took; whether the pick-up number was read back. */
export interface Taken {
  consent: string;
  minutes: number;
  number: boolean;
}

/** What a reporter adds, and what a unit writes for itself. */
export interface Message {
  text: string;
  files: File[];
}

/** What a unit writes to a reporter. */
export interface Reply {
  text: string;
  files: File[];
  template: string;
  letter?: Letter;
  /** Passes the case on: from the letter after this one on, that unit writes. */
  next?: { unit: string };
}

/** What a letter was made of, so that somebody can read it in another language. Worth only as much as the letter that comes out of it. */
export interface Letter {
  template: string;
  /** Decline code or finding, or "". */
  code: string;
  /** What was chosen, by its id in the pack. */
  sentences: { id: string; picks: { name: string; values: string[] }[] }[];
  /** What was typed besides. */
  words: string;
  /** What the server filled in, such as review_by 2026-04-30. */
  days: { name: string; value: string }[];
}

/** The working title of a case, at most 80 characters. */
export interface Title {
  text: string;
}

/** Tells a reporter what was decided and what they can do. */
export interface Decision {
  code: string;
  outcome: string;
  reasons: string;
  addresses: string[];
  review: string;
  letter?: Letter;
}

/** Asks another member to approve an act, such as a decision in its final words. */
export interface Proposal {
  act: string;
  code: string;
  reasons: string;
  decision?: Decision;
}

/** Answers a proposal; sealed is the hash of its sealed bytes, so that it approves exactly those words. */
export interface Approval {
  proposal: string;
  sealed: string;
  approve: boolean;
  reasons: string;
}

/** What another body gets of a case: exactly this text and these files. */
export interface Copy {
  /** Who gets it. */
  body: string;
  /** The law that lets it be passed on: the pack's code, or "" for one that was typed, and the words. */
  basis: { code: string; text: string };
  /** The copy's own, such as 7Q4K-2RD9-3F. */
  reference: string;
  /** Of the text. */
  lang: string;
  /** With the mark ███ for each passage that was blacked out. */
  text: string;
  /** The reason for each mark: reporter, third or needless. */
  blacked: string[];
  /** Cleaned copies, named file-1.jpg and so on. */
  files: File[];
}

/** Tells the unit the reporter's new keys. */
export interface Rekey {
  mailbox: Mailbox;
}

/** Stands for a document whose sealed bytes the reporter erased from the mailbox. */
export interface EraseNote {
  chain: "reporter" | "unit" | "inside";
  doc: string;
  seq: number;
  sealed: string;
}

/** The body of each kind of document. */
export interface Bodies {
  report: Report;
  message: Message;
  rekey: Rekey;
  erase: EraseNote;
  reply: Reply;
  decision: Decision;
  note: Message;
  title: Title;
  proposal: Proposal;
  approval: Approval;
  copy: Copy;
}

/** What a document is. */
export type Kind = keyof Bodies;

/** A shape says which fields a body has, in the order in which they are written. */
type Shape = { readonly [field: string]: Type };
type Type = "text" | "bool" | "int" | readonly [Type] | { readonly optional: Shape } | { readonly of: Shape };

const mailbox: Shape = { auth: "text", recipient: "text", sign: "text" };
const file: Shape = {
  blob: "text", name: "text", type: "text", size: "int", sha256: "text", key: "text", sealed: "text", sealed_size: "int",
  cleaned: "text",
};
const files: Type = [{ of: file }];
const letter: Type = {
  optional: {
    template: "text", code: "text", sentences: [{ of: { id: "text", picks: [{ of: { name: "text", values: ["text"] } }] } }], words: "text",
    days: [{ of: { name: "text", value: "text" } }],
  },
};
const decision: Shape = { code: "text", outcome: "text", reasons: "text", addresses: ["text"], review: "text", letter };

const shapes: Readonly<Record<Kind, Shape>> = {
  report: {
    category: "text", region: "text", unit: "text", via: "text", lang: "text", contact: "text", danger: "bool", wish: "bool",
    reach: "text", identity: "text", answers: [{ of: { q: "text", values: ["text"], text: "text" } }], what: "text",
    when: "text", where: "text", how: ["text"], told: "text", files, mailbox: { of: mailbox },
    taken: { optional: { consent: "text", minutes: "int", number: "bool" } },
  },
  message: { text: "text", files },
  rekey: { mailbox: { of: mailbox } },
  erase: { chain: "text", doc: "text", seq: "int", sealed: "text" },
  reply: { text: "text", files, template: "text", letter, next: { optional: { unit: "text" } } },
  decision,
  note: { text: "text", files },
  title: { text: "text" },
  proposal: { act: "text", code: "text", reasons: "text", decision: { optional: decision } },
  approval: { proposal: "text", sealed: "text", approve: "bool", reasons: "text" },
  copy: { body: "text", basis: { of: { code: "text", text: "text" } }, reference: "text", lang: "text", text: "text", blacked: ["text"], files },
};

const checks: { readonly [K in Kind]: (b: Bodies[K]) => boolean } = {
  report: (b) =>
    isName(b.category) && (b.region === "" || isName(b.region)) && isName(b.unit) && isName(b.via) &&
    ["anonymous", "confidential", "named"].includes(b.contact) && (b.reach === "" || b.contact === "named") &&
    (b.contact === "anonymous" ? b.identity === "" : isHash(b.identity)) &&
    (b.taken === undefined || (b.via !== "web" && ["recording", "minutes"].includes(b.taken.consent) && b.taken.minutes >= 0 && b.taken.minutes <= 1440)) &&
    (isEmpty(b.mailbox) || isMailbox(b.mailbox)) && areFiles(b.files),
  message: (b) => areFiles(b.files),
  rekey: (b) => isMailbox(b.mailbox),
  erase: (b) => ["reporter", "unit", "inside"].includes(b.chain) && isId(b.doc) && b.seq >= 1 && isHash(b.sealed),
  reply: (b) => (b.next === undefined || isName(b.next.unit)) && areFiles(b.files),
  decision: () => true,
  note: (b) => areFiles(b.files),
  title: (b) => [...b.text].length <= 80,
  proposal: () => true,
  approval: (b) => isId(b.proposal) && isHash(b.sealed),
  copy: (b) =>
    isLine(b.body, 200) && (b.basis.code === "" || isName(b.basis.code)) && isLine(b.basis.text, 1000) && reference.test(b.reference) &&
    marks(b.text, "███") === b.blacked.length && marks(b.text, "█") === 3 * b.blacked.length && b.blacked.every((r) => ["reporter", "third", "needless"].includes(r)) &&
    b.files.every((f, i) => neutral.exec(f.name)?.[1] === String(i + 1) && f.cleaned === "yes") && areFiles(b.files),
};

const reference = /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}$/;
const neutral = /^file-([1-9][0-9]?)(?:\.[a-z0-9]{1,5})?$/;
const marks = (text: string, mark: string): number => text.split(mark).length - 1;
const isLine = (s: string, most: number): boolean => !/^\p{White_Space}*$/u.test(s) && [...s].length <= most && !/[\r\n]/.test(s);

const isEmpty = (m: Mailbox): boolean => m.auth === "" && m.recipient === "" && m.sign === "";

function isMailbox(m: Mailbox): boolean {
  return parseKey(m.auth) !== null && parseKey(m.sign) !== null && holds(() => parseRecipient(m.recipient));
}

const areFiles = (list: File[]): boolean => list.every((f) => isId(f.blob) && isFile(f));

/** Tells whether the parts of a description that sealing fills agree with each other. */
export function isFile(f: File): boolean {
  return (
    f.size >= 0 && f.size <= MAX_FILE && isHash(f.sha256) && isHash(f.sealed) &&
    f.sealed_size === sealedSize(paddedLength(f.size, FLOOR_ATTACHMENT), 1) &&
    ["no", "yes", "original"].includes(f.cleaned) && holds(() => parseIdentity(f.key))
  );
}

function holds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}

/** Writes a body: the fields in order, without the lists that are empty. A body that breaks its format is "document". */
export function encodeBody<K extends Kind>(kind: K, body: Bodies[K]): string {
  const text = JSON.stringify(written({ of: shapes[kind] }, body));
  return decodeBody(kind, JSON.parse(text) as Fields) && text;
}

function written(type: Type, v: unknown): unknown {
  if (typeof type === "string") return v;
  if (Array.isArray(type)) return (v as unknown[]).map((x) => written((type as readonly [Type])[0], x));
  const shape = "of" in type ? type.of : (type as { optional: Shape }).optional;
  const out: Record<string, unknown> = {};
  for (const [field, t] of Object.entries(shape)) {
    const x = (v as Record<string, unknown>)[field];
    if (x === undefined || (Array.isArray(x) && x.length === 0)) continue;
    out[field] = written(t, x);
  }
  return out;
}

/** Reads a body that parseStrict has read. Unknown fields, wrong types and values outside the format are "document". */
export function decodeBody<K extends Kind>(kind: K, raw: Fields): Bodies[K] {
  const body = decode({ of: shapes[kind] }, raw) as Bodies[K];
  if (!checks[kind](body)) throw new Fault("document", "body of kind " + kind);
  return body;
}

function decode(type: Type, v: Value | undefined): unknown {
  if (type === "text") return typed("string", v, "");
  if (type === "bool") return typed("boolean", v, false);
  if (type === "int") return typed("number", v, 0);
  if ("length" in type) {
    if (v !== undefined && !Array.isArray(v)) throw new Fault("document", "wrong type");
    return (v ?? []).map((x) => decode(type[0], x));
  }
  if (v === undefined && "optional" in type) return undefined;
  return decodeFields("of" in type ? type.of : type.optional, v ?? {});
}

/** A missing field is its empty value, as for every reader of the format. */
function typed(want: "string" | "boolean" | "number", v: Value | undefined, none: Value): Value {
  if (v !== undefined && typeof v !== want) throw new Fault("document", "wrong type");
  return v ?? none;
}

function decodeFields(shape: Shape, v: Value): Record<string, unknown> {
  if (typeof v !== "object" || Array.isArray(v)) throw new Fault("document", "wrong type");
  for (const field of Object.keys(v)) if (!Object.keys(shape).includes(field)) throw new Fault("document", "unknown field");
  const out: Record<string, unknown> = {};
  for (const [field, type] of Object.entries(shape)) {
    const x = decode(type, v[field]);
    if (x !== undefined) out[field] = x;
  }
  return out;
}
