import { expand, extract, hkdf } from "@noble/hashes/hkdf.js";
import { base64url, concat, hex, sha256, utf8 } from "./bytes";
import { SigningKey, verify } from "./ed25519";
import { Fault } from "./fault";
import { canonical } from "./receipt";
import { Identity } from "./seal";
import { isInstance } from "./syntax";

/** What a receipt code gives: the reporter's side of a case. */
export interface MailboxKeys {
  /** Everything follows from it; as secret as the code. */
  readonly prk: Uint8Array;
  /** Signs requests to the mailbox; the server keeps its public half. */
  readonly auth: SigningKey;
  /** Opens what is sealed to the mailbox. */
  readonly age: Identity;
  /** Signs documents, inside the seal only. */
  readonly sign: SigningKey;
}

/** The public half of a receipt code, as a report names it. */
export interface Mailbox {
  auth: string;
  recipient: string;
  sign: string;
}

/**
 * Derives the keys of a receipt code at an instance. The code may be typed in any way that canonical understands; its
 * check digits do not matter here. Throws "instance", or "code" for an empty one.
 */
export function deriveMailbox(instance: string, code: string): MailboxKeys {
  if (!isInstance(instance)) throw new Fault("instance");
  const ikm = canonical(code);
  if (ikm === "") throw new Fault("code");
  return mailboxFrom(extract(sha256, utf8(ikm), utf8("clarion/receipt/v1\0" + instance)));
}

/** Derives the keys from the middle step. */
export function mailboxFrom(prk: Uint8Array): MailboxKeys {
  const seed = (label: string) => expand(sha256, prk, utf8("clarion/receipt/v1/" + label), 32);
  return {
    prk,
    auth: new SigningKey(seed("auth/ed25519")),
    age: new Identity(seed("age/mlkem768x25519")),
    sign: new SigningKey(seed("sign/ed25519")),
  };
}

/** The public halves. */
export function publicMailbox(keys: MailboxKeys): Mailbox {
  return { auth: keys.auth.encoded, recipient: keys.age.recipient, sign: keys.sign.encoded };
}

/** The key that claims a reward. The passphrase may be empty. */
export function claimKey(prk: Uint8Array, passphrase: string): SigningKey {
  const ikm = concat(prk, utf8(passphrase.normalize("NFKC")));
  return new SigningKey(hkdf(sha256, ikm, undefined, utf8("clarion/claim/v1"), 32));
}

/** What a signature of the mailbox covers. */
export interface MailboxRequest {
  instance: string;
  /** Scheme, host and port as the browser sees them. */
  origin: string;
  /** Upper case. */
  method: string;
  /** With the query, as sent. */
  path: string;
  /** Empty, if there is none. */
  body: Uint8Array;
  /** The server's 32 bytes. */
  challenge: Uint8Array;
}

/** The bytes that are signed. A field that could look like another line is "request". */
export function requestMessage(r: MailboxRequest): Uint8Array {
  const words = [r.origin, r.method, r.path];
  if (!isInstance(r.instance) || words.some((w) => !/^[!-~]+$/.test(w)) || r.challenge.length !== 32) throw new Fault("request");
  const lines = ["clarion/mailbox/v1/request", r.instance, ...words, hex(sha256(r.body)), base64url(r.challenge), ""];
  return utf8(lines.join("\n"));
}

/** Signs r with the mailbox's sign-in key. */
export function signRequest(auth: SigningKey, r: MailboxRequest): Uint8Array {
  return auth.sign("", requestMessage(r));
}

/** Tells whether signature is by the public key auth over r. */
export function verifyRequest(auth: Uint8Array, r: MailboxRequest, signature: Uint8Array): boolean {
  return verify(auth, requestMessage(r), signature);
}
