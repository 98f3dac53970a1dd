import { fromUtf8, utf8 } from "../bytes";
import { Fault } from "../fault";
import { type Identity, open, parseRecipient, type Recipient, seal } from "../seal";
import { type KeyFile, parseKeyFile } from "./keyfile";

/** How many keys open a wrapped key file: the passphrase's, and those of three passkeys. */
export const MAX_KEKS = 4;

const line = "# wrapped-to: ";

/**
 * A key file with the keys that open it, the passphrase's first. They stand inside the seal: a server that could name
 * them would have the file sealed to a key of its own with the next passkey.
 */
export interface Unwrapped {
  readonly file: KeyFile;
  readonly keks: readonly Recipient[];
}

/** Seals a key file to its keys. Throws "recipient" for none, one twice, or more than four. */
export function wrap(u: Unwrapped): Uint8Array {
  if (u.keks.length > MAX_KEKS) throw new Fault("recipient", "more than the limit");
  return seal(utf8(u.file.text() + u.keks.map((r) => line + r + "\n").join("")), u.keks);
}

/** Opens what wrap made, with one of its keys. Throws "wrong_key", "format", "recipient", "key_file". */
export function unwrap(wrapped: Uint8Array, kek: Identity): Unwrapped {
  const text = fromUtf8(open(wrapped, [kek]));
  if (text === null) throw new Fault("key_file", "not UTF-8");
  const end = text.indexOf("\n" + line) + 1; // 0 for none
  const rest = end === 0 ? "" : text.slice(end);
  const keks = rest.split("\n").slice(0, -1).map((l) => parseRecipient(l.slice(line.length)));
  const file = parseKeyFile(end === 0 ? text : text.slice(0, end));
  if (rest !== keks.map((r) => line + r + "\n").join("") || !keks.includes(kek.recipient) || new Set(keks).size !== keks.length || keks.length > MAX_KEKS)
    throw new Fault("key_file", "the keys that it is wrapped to");
  return { file, keks };
}

/** With one key more, such as a new passkey's. Throws "recipient" for one that is there, or for a fifth. */
export function withKek(u: Unwrapped, kek: Recipient): Unwrapped {
  if (u.keks.includes(kek) || u.keks.length >= MAX_KEKS) throw new Fault("recipient");
  return { file: u.file, keks: [...u.keks, kek] };
}

/** Without the key of a passkey that was lost. The passphrase's stays: "recipient". */
export function withoutKek(u: Unwrapped, kek: string): Unwrapped {
  const at = u.keks.findIndex((r) => r === kek);
  if (at < 1) throw new Fault("recipient");
  return { file: u.file, keks: u.keks.filter((_, i) => i !== at) };
}
