import { hmac } from "@noble/hashes/hmac.js";
import { base64url, equal, fromBase64url, fromUtf8, sha256, utf8 } from "../bytes";
import { Fault } from "../fault";
import { type Identity, open, parseRecipient, type Recipient, seal } from "../seal";
import { type KeyFile, parseKeyFile } from "./keyfile";
import { staffSeed } from "./passphrase";

/** How many keys open a wrapped key file: the passphrase's, and those of three passkeys. */
export const MAX_KEKS = 4;

const line = "# wrapped-to: ";

/** A key that opens a wrapped file, with the proof that its holder wrapped this very key file. */
export interface Kek {
  readonly recipient: Recipient;
  /** Of the file's text, under a key that follows from the secret one. 32 bytes. */
  readonly mac: Uint8Array;
}

/**
 * A key file with the keys that open it, the passphrase's first. They stand inside the seal: a server that could name
 * them would have the file sealed to a key of its own with the next passkey. Their proofs keep it from sealing a key
 * file of its own making to a passkey whose recipient it knows.
 */
export interface Unwrapped {
  readonly file: KeyFile;
  readonly keks: readonly Kek[];
}

function proofOf(file: KeyFile, kek: Identity): Uint8Array {
  return hmac(sha256, staffSeed(kek.seed(), "wrapped-mac"), utf8(file.text()));
}

/** Seals a key file to its keys. Throws "recipient" for none, one twice, or more than four. */
export function wrap(u: Unwrapped): Uint8Array {
  if (u.keks.length > MAX_KEKS) throw new Fault("recipient", "more than the limit");
  return seal(utf8(u.file.text() + write(u.keks)), u.keks.map((k) => k.recipient));
}

function write(keks: readonly Kek[]): string {
  return keks.map((k) => `${line}${k.recipient} ${base64url(k.mac)}\n`).join("");
}

/** Opens what wrap made, with one of its keys. Throws "wrong_key", "format", "recipient", "key_file". */
export function unwrap(wrapped: Uint8Array, kek: Identity): Unwrapped {
  const text = fromUtf8(open(wrapped, [kek]));
  if (text === null) throw new Fault("key_file", "not UTF-8");
  const end = text.indexOf("\n" + line) + 1; // 0 for none
  const file = parseKeyFile(text.slice(0, end));
  const keks = text.slice(end).split("\n").slice(0, -1).map((l) => {
    const [recipient, mac] = l.slice(line.length).split(" ");
    return { recipient: parseRecipient(recipient ?? ""), mac: fromBase64url(mac ?? "", 32) ?? new Uint8Array(0) };
  });
  const own = keks.filter((k) => k.recipient === kek.recipient);
  if (text.slice(end) !== write(keks) || new Set(keks.map((k) => k.recipient)).size !== keks.length || keks.length > MAX_KEKS || own.length !== 1)
    throw new Fault("key_file", "the keys that it is wrapped to");
  if (!equal(own[0]!.mac, proofOf(file, kek))) throw new Fault("key_file", "not wrapped by who holds this key");
  return { file, keks };
}

/** A new key file with its first key, the passphrase's. */
export function firstKek(file: KeyFile, kek: Identity): Unwrapped {
  return { file, keks: [{ recipient: kek.recipient, mac: proofOf(file, kek) }] };
}

/** With one key more, such as a new passkey's. Throws "recipient" for one that is there, or for a fifth. */
export function withKek(u: Unwrapped, kek: Identity): Unwrapped {
  if (u.keks.some((k) => k.recipient === kek.recipient) || u.keks.length >= MAX_KEKS) throw new Fault("recipient");
  return { file: u.file, keks: [...u.keks, ...firstKek(u.file, kek).keks] };
}

/** With another key of the passphrase. The passkeys' keys and their proofs stay. */
export function withFirstKek(u: Unwrapped, kek: Identity): Unwrapped {
  if (u.keks.some((k) => k.recipient === kek.recipient)) throw new Fault("recipient");
  return { file: u.file, keks: [...firstKek(u.file, kek).keks, ...u.keks.slice(1)] };
}

/** Without the key of a passkey that was lost. The passphrase's stays: "recipient". */
export function withoutKek(u: Unwrapped, recipient: string): Unwrapped {
  const at = u.keks.findIndex((k) => k.recipient === recipient);
  if (at < 1) throw new Fault("recipient");
  return { file: u.file, keks: u.keks.filter((_, i) => i !== at) };
}
