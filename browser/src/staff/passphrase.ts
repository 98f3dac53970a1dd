import { hkdf } from "@noble/hashes/hkdf.js";
import { scrypt } from "@noble/hashes/scrypt.js";
import { random, sha256, utf8 } from "../bytes";
import { SigningKey } from "../ed25519";
import { Fault } from "../fault";
import { drawWords, type WordList } from "../receipt";
import { Identity } from "../seal";
import { typedWords } from "./words";

/** Words of a generated passphrase, bytes of an account's salt. */
export const PASSPHRASE_WORDS = 6;
const SALT_SIZE = 16;

const salt1 = "clarion/staff/v1";
const cost = { N: 131072, r: 8, p: 1, dkLen: 32 }; // docs/spec/staff.md section 1

/** Draws six words, 77 bits. */
export function newPassphrase(list: WordList): string {
  return drawWords(random(32), "clarion/passphrase/v1", PASSPHRASE_WORDS, list);
}

/** The canonical form of a typed passphrase. Throws "word" and "length". */
export function parsePassphrase(typed: string, list: WordList): string {
  return typedWords(typed, PASSPHRASE_WORDS, list);
}

/** What a passphrase gives on one account. */
export interface StaffKeys {
  /** Signs in. */
  readonly login: SigningKey;
  /** Opens the wrapped key file. */
  readonly kek: Identity;
}

/**
 * Derives the keys of a passphrase and the account's salt of 16 bytes. It takes 128 MiB and about a second in which the
 * thread does nothing else, so pages leave it to the worker, whose messages with onProgress (0 to 1, in hundredths)
 * arrive meanwhile. It waits a turn before it begins. Throws "word", "length", "key" for another salt.
 */
export async function staffKeys(typed: string, salt: Uint8Array, list: WordList, onProgress?: (done: number) => void): Promise<StaffKeys> {
  const passphrase = parsePassphrase(typed, list);
  if (salt.length !== SALT_SIZE) throw new Fault("key", "salt");
  await new Promise<void>((go) => setTimeout(go, 0));
  let told = -1;
  const tell = (part: number) => {
    const hundredths = Math.floor(part * 100);
    if (hundredths > told) onProgress?.((told = hundredths) / 100);
  };
  // Not the library's own scryptAsync: it reads the clock.
  const master = scrypt(utf8(passphrase), salt, { ...cost, onProgress: tell });
  const keys = { login: new SigningKey(staffSeed(master, "sign-in/ed25519")), kek: new Identity(staffSeed(master, "passphrase-kek/mlkem768x25519")) };
  master.fill(0);
  return keys;
}

/** 32 bytes that follow from a secret under a label. */
export function staffSeed(ikm: Uint8Array, label: string): Uint8Array {
  return hkdf(sha256, ikm, utf8(salt1), utf8(`${salt1}/${label}`), 32);
}
