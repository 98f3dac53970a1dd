import { base64url, concat, fromBase64url, hexHash, utf8 } from "./bytes";
import { type Bodies, type Kind, decodeBody, encodeBody } from "./bodies";
import { parseKey, SIGNATURE_SIZE, type SigningKey, verify } from "./ed25519";
import { Fault } from "./fault";
import { FLOOR_MESSAGE, FLOOR_REPORT, paddedLength } from "./pad";
import { type Identity, open, type Recipient, seal } from "./seal";
import { type Fields, parseStrict, type Value } from "./strictjson";
import { isDay, isHash, isId, isInstance, isName } from "./syntax";

/** The size in bytes of the largest sealed document, and of the largest padded one inside. */
export const MAX_SEALED = 1048576;
export const MAX_PLAIN = 1032192;

const maxSignatures = 4;
const prefix = "clarion/document/v1\n";

/** The three sequences of documents of a case: reporter to unit, unit to reporter, inside the unit. */
export type Chain = "reporter" | "unit" | "inside";
/** In what capacity somebody wrote or signed. */
export type Role = "reporter" | "member" | "unit" | "inspector" | "custodian" | "server";

const chains: Readonly<Record<Kind, Chain>> = {
  report: "reporter", message: "reporter", rekey: "reporter", erase: "reporter",
  reply: "unit", decision: "unit",
  note: "inside", title: "inside", proposal: "inside", approval: "inside", copy: "inside",
};
const roles: readonly string[] = ["reporter", "member", "unit", "inspector", "custodian", "server"];

/** The chain that a kind belongs to. */
export function chainOf(kind: Kind): Chain {
  return chains[kind];
}

/** The least padded size of a kind in bytes. */
export function floorOf(kind: Kind): number {
  return kind === "report" ? FLOOR_REPORT : FLOOR_MESSAGE;
}

/** What stands inside a seal, without its body. */
export interface Document {
  /** The installation. */
  instance: string;
  kind: Kind;
  case: string;
  id: string;
  /** 1, 2, 3… within the chain. */
  seq: number;
  /** Hex SHA-256 of the sealed bytes before it in the chain; "" for the first. */
  prev: string;
  unit: string;
  /** YYYY-MM-DD */
  day: string;
  author: { role: Role; id: string };
}

/** A key and the capacity in which it signs. */
export interface Signer {
  role: Role;
  key: SigningKey;
}

/** A document whose signatures are sound. Whose they are, only verifiedBy tells. */
export class Signed {
  constructor(
    readonly document: Document,
    /** The signed JSON text. */
    readonly raw: string,
    private readonly fields: Fields,
    /** The signatures as pairs of role and public key. */
    readonly signers: readonly { role: Role; key: string }[],
    /** Hex SHA-256 of the sealed bytes, when openDocument read it; else "". */
    readonly sealed: string,
  ) {}

  /** The body, which must be of this kind. */
  body<K extends Kind>(kind: K): Bodies[K] {
    if (this.document.kind !== kind) throw new Fault("document", "body of another kind");
    return decodeBody(kind, this.fields);
  }

  /** Tells whether the document is signed in role by key, which the caller already trusts for that role. */
  verifiedBy(role: Role, key: Uint8Array): boolean {
    const text = base64url(key);
    return this.signers.some((s) => s.role === role && s.key === text);
  }
}

/**
 * Tells whether a document is an inspector's answer to a review, or their voice for sending a decision back, which stays inside the office;
 * signed by that inspector's key and by nobody else. on gives the keys of an inspector on a day. Such a key is believed for nothing else.
 */
export function answersReview(s: { document: Document; signers: Signed["signers"] }, body: object, on: (id: string, day: string) => readonly string[]): boolean {
  const { author, kind, day } = s.document;
  const { template, files, next } = body as Bodies["reply"];
  const [by, ...others] = s.signers;
  const known = kind === "note" || (kind === "reply" && (template === "upheld" || template === "sent_back"));
  return author.role === "inspector" && known && files.length === 0 && next === undefined &&
    by?.role === "inspector" && on(author.id, day).includes(by.key) && others.length === 0;
}

/**
 * Writes d with its body, signs it with every signer, and pads the result with spaces, ready to be sealed. Throws
 * "document", "signature" for no, too many or double signers, "too_large".
 */
export function signDocument<K extends Kind>(
  d: Document & { kind: K },
  body: Bodies[K],
  signers: readonly Signer[],
  floor = floorOf(d.kind),
): Uint8Array {
  // The body is written by its own rules, so it is put into the text and not through JSON.stringify again.
  const head = JSON.stringify({
    v: 1, instance: d.instance, kind: d.kind, case: d.case, chain: chains[d.kind], id: d.id, seq: d.seq, prev: d.prev,
    unit: d.unit, day: d.day, author: { role: d.author.role, id: d.author.id },
  });
  const doc = head.slice(0, -1) + ',"body":' + encodeBody(d.kind, body) + "}";
  const sigs = signers.map(({ role, key }) => ({ role, key: key.encoded, sig: base64url(key.sign(prefix, utf8(doc))) }));
  const text = utf8(JSON.stringify({ v: 1, doc, sigs }));
  const size = paddedLength(text.length, floor);
  if (size > MAX_PLAIN) throw new Fault("too_large");
  const plain = new Uint8Array(size).fill(0x20);
  plain.set(text);
  parseDocument(plain); // what we write, we and everybody else must be able to read
  return plain;
}

/** signDocument, sealed to 1 to 4 recipients. */
export function sealDocument<K extends Kind>(
  d: Document & { kind: K },
  body: Bodies[K],
  signers: readonly Signer[],
  to: readonly Recipient[],
): Uint8Array {
  return seal(signDocument(d, body, signers), to);
}

/**
 * Reads what signDocument wrote and refuses everything else: unknown, missing or double fields, anything but spaces at
 * the end, and any signature that does not verify with the key that it names itself. The body is read by Signed.body.
 */
export function parseDocument(plain: Uint8Array, sealed = ""): Signed {
  if (plain.length > MAX_PLAIN) throw new Fault("too_large");
  let end = plain.length;
  while (end > 0 && plain[end - 1] === 0x20) end--;
  const env = exact(parseStrict(plain.subarray(0, end)), "v", "doc", "sigs");
  if (env["v"] !== 1) throw new Fault("document", "unknown version");
  const raw = text(env, "doc");
  const fields = parseStrict(utf8(raw));
  const document = readDocument(fields);
  return new Signed(document, raw, fields["body"] as Fields, readSignatures(env["sigs"]!, utf8(raw)), sealed);
}

function readDocument(f: Fields): Document {
  exact(f, "v", "instance", "kind", "case", "chain", "id", "seq", "prev", "unit", "day", "author", "body");
  const a = exact(f["author"]!, "role", "id");
  const d = {
    instance: text(f, "instance"), kind: text(f, "kind") as Kind, case: text(f, "case"), id: text(f, "id"), seq: f["seq"],
    prev: text(f, "prev"), unit: text(f, "unit"), day: text(f, "day"), author: { role: text(a, "role") as Role, id: text(a, "id") },
  };
  const { role, id } = d.author;
  const known = Object.keys(chains).includes(d.kind);
  const ok: readonly [string, boolean][] = [
    ["v", f["v"] === 1],
    ["instance", isInstance(d.instance)],
    ["kind", known],
    ["case", isId(d.case)],
    ["chain", known && text(f, "chain") === chains[d.kind]],
    ["id", isId(d.id)],
    ["seq", typeof d.seq === "number" && d.seq >= 1],
    ["prev", d.seq === 1 ? d.prev === "" : isHash(d.prev)],
    ["unit", isName(d.unit)],
    ["day", isDay(d.day)],
    ["author", role === "reporter" ? id === "" && f["chain"] === "reporter" : roles.includes(role) && isName(id)],
    ["body", typeof f["body"] === "object" && !Array.isArray(f["body"])],
  ];
  for (const [field, good] of ok) if (!good) throw new Fault("document", "field " + field);
  return d as Document;
}

function readSignatures(list: Value, doc: Uint8Array): { role: Role; key: string }[] {
  if (!Array.isArray(list)) throw new Fault("document", "sigs");
  if (list.length === 0 || list.length > maxSignatures) throw new Fault("signature", "number of signatures");
  const seen: { role: Role; key: string }[] = [];
  const message = concat(utf8(prefix), doc);
  for (const item of list) {
    const { role, key: name, sig: encoded } = signatureFields(item);
    const key = parseKey(name);
    const sig = fromBase64url(encoded, SIGNATURE_SIZE);
    if (key === null || sig === null || !roles.includes(role) || !verify(key, message, sig)) throw new Fault("signature");
    if (seen.some((o) => o.role === role && o.key === name)) throw new Fault("signature", "the same twice");
    seen.push({ role: role as Role, key: name });
  }
  return seen;
}

/** One signature as it is written. A missing field is empty, which is no signature. */
function signatureFields(item: Value): { role: string; key: string; sig: string } {
  if (typeof item !== "object" || Array.isArray(item)) throw new Fault("document", "sigs");
  const out = { role: "", key: "", sig: "" };
  for (const field of Object.keys(item)) {
    if (field !== "role" && field !== "key" && field !== "sig") throw new Fault("document", "unknown field");
    out[field] = text(item, field);
  }
  return out;
}

/** An object with exactly these keys. */
function exact(v: Value, ...keys: string[]): Fields {
  if (typeof v !== "object" || Array.isArray(v) || Object.keys(v).length !== keys.length || keys.some((k) => !(k in v)))
    throw new Fault("document", "must have exactly the fields " + keys.join(", "));
  return v;
}

function text(f: Fields, key: string): string {
  const v = f[key];
  if (typeof v !== "string") throw new Fault("document", "field " + key);
  return v;
}

/** Opens what sealDocument made, and checks it as parseDocument does. */
export function openDocument(sealed: Uint8Array, identities: readonly Identity[]): Signed {
  if (sealed.length > MAX_SEALED) throw new Fault("too_large");
  return parseDocument(open(sealed, identities), hexHash(sealed));
}
