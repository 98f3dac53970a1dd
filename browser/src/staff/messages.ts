import { concat, sha256, utf8 } from "../bytes";
import { parseKey } from "../ed25519";
import { Fault } from "../fault";
import { parseRecipient } from "../seal";
import { isDay, isInstance, isName } from "../syntax";

// What staff sign. A field outside its grammar is "request": it could look like another line (docs/spec/staff.md 2).

/** Where somebody signs in: one account at one door of one installation. */
export interface SignIn {
  instance: string;
  door: string;
  account: string;
  /** 32 bytes of the server. */
  challenge: Uint8Array;
}

/** Signed by the login key. */
export function signInMessage(s: SignIn): Uint8Array {
  must(isInstance(s.instance) && isName(s.door) && isName(s.account) && s.challenge.length === 32);
  return concat(lines("clarion/staff-sign-in/v1", s.instance, s.door, s.account), s.challenge);
}

/** What somebody who joins ties together. */
export interface Enrolment {
  instance: string;
  door: string;
  account: string;
  role: string;
  recipient: string;
  /** The key that will sign in, base64url. */
  login: string;
  /** The invitation's token, 32 bytes; its hash is signed. */
  token: Uint8Array;
}

/** Signed by the signing key of the new key file. */
export function enrolMessage(e: Enrolment): Uint8Array {
  must(isInstance(e.instance) && isName(e.door) && isName(e.account) && isName(e.role) && parseKey(e.login) !== null && e.token.length === 32);
  parseRecipient(e.recipient);
  return concat(lines("clarion/enrol/v1", e.instance, e.door, e.account, e.role, e.recipient, e.login), sha256(e.token));
}

/** One wrapped key file taking the place of another. */
export interface Rewrap {
  instance: string;
  door: string;
  account: string;
  /** The wrapped file in force, and the new one. */
  before: Uint8Array;
  after: Uint8Array;
}

/** Signed by the signing key of the key file. */
export function rewrapMessage(r: Rewrap): Uint8Array {
  must(isInstance(r.instance) && isName(r.door) && isName(r.account));
  return concat(lines("clarion/rewrap/v1", r.instance, r.door, r.account), sha256(r.before), sha256(r.after));
}

/** Somebody who is signed in, and shows that it is they. */
export interface Presence extends SignIn {
  /** What for: passphrase or factor. */
  act: string;
}

/** Signed by the login key. */
export function presenceMessage(p: Presence): Uint8Array {
  must(isInstance(p.instance) && isName(p.door) && isName(p.account) && isName(p.act) && p.challenge.length === 32);
  return concat(lines("clarion/presence/v1", p.instance, p.door, p.account, p.act), p.challenge);
}

/** A passphrase taking the place of another, with the file that it opens. */
export interface NewPassphrase extends Rewrap {
  /** The key that signs in from now on, base64url, and the salt from which it follows, 16 bytes. */
  login: string;
  salt: Uint8Array;
}

/** Signed by the signing key of the key file. */
export function newPassphraseMessage(n: NewPassphrase): Uint8Array {
  must(isInstance(n.instance) && isName(n.door) && isName(n.account) && parseKey(n.login) !== null && n.salt.length === 16);
  return concat(lines("clarion/new-passphrase/v1", n.instance, n.door, n.account, n.login), n.salt, sha256(n.before), sha256(n.after));
}

/** An inspector's word that a category with exactly this content may be opened. */
export interface Approval {
  category: string;
  /** "sha256:" and 64 hex digits. */
  hash: string;
  /** The inspector. */
  by: string;
  day: string;
}

/** Signed by the inspector's signing key. */
export function approvalStatement(a: Approval): Uint8Array {
  must(isName(a.category) && /^sha256:[0-9a-f]{64}$/.test(a.hash) && isName(a.by) && isDay(a.day));
  return lines("clarion/category-approval/v1", a.category, a.hash, a.by, a.day);
}

/** The recovery key, so that no server can put another in its place. */
export interface RecoveryKey {
  instance: string;
  recipient: string;
  /** How many sheets give it back, and how many there are. */
  k: number;
  n: number;
}

/** Signed by the root key when it is made. */
export function recoveryStatement(r: RecoveryKey): Uint8Array {
  must(isInstance(r.instance) && Number.isInteger(r.k) && Number.isInteger(r.n) && r.k >= 2 && r.n > r.k && r.n <= 16);
  parseRecipient(r.recipient);
  return lines("clarion/recovery/v1", r.instance, r.recipient, String(r.k), String(r.n));
}

function lines(...all: string[]): Uint8Array {
  return utf8(all.map((line) => line + "\n").join(""));
}

function must(good: boolean): void {
  if (!good) throw new Fault("request", "a field that cannot be signed");
}
