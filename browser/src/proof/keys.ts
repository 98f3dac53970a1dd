import { concat, fromBase64, hex, hexHash, sha256, utf8 } from "../bytes";
import { isGoodKey, parseKey } from "../ed25519";
import { Fault } from "../fault";

/** Names of an installation's keys, which are also the origins of its logs. */
export const ackName = (instance: string): string => instance + "/acknowledgement";
export const publicOrigin = (instance: string): string => instance + "/public";
export const caseOrigin = (instance: string): string => instance + "/cases";

const ed25519 = 1; // the type of key, in the first byte

/** A named Ed25519 key that signs notes. */
export interface Verifier {
  /** As it was read. */
  readonly line: string;
  readonly name: string;
  /** Four bytes that stand before each signature. */
  readonly id: Uint8Array;
  readonly key: Uint8Array;
}

/** Reads a verifier key line (c2sp.org/signed-note) in its only spelling, or throws "key". */
export function parseVerifier(line: string): Verifier {
  const m = /^([!-*,-~]{1,100})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(line);
  const raw = m === null ? null : fromBase64(m[3]!);
  if (m === null || raw === null || raw[0] !== ed25519 || !isGoodKey(raw.subarray(1))) throw new Fault("key");
  const v = { line, name: m[1]!, id: sha256(concat(utf8(m[1]! + "\n"), raw)).slice(0, 4), key: raw.slice(1) };
  if (hex(v.id) !== m[2]) throw new Fault("key");
  return v;
}

/** The fingerprint of a root key as papers and pages show it: 16 groups of four hex characters. */
export function rootFingerprint(root: Uint8Array): string {
  return hexHash(concat(utf8("clarion/root/v1\n"), root)).match(/.{4}/g)!.join(" ");
}

/** White space as Unicode has it; what JavaScript's \s means differs by two characters. */
const white = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;

/** Tells whether trusted, a root key or its whole fingerprint in any case and spacing, means root. */
export function isRoot(trusted: string, root: string): boolean {
  const key = parseKey(root);
  if (key === null) return false;
  return trusted === root || trusted.replace(white, "").toLowerCase() === rootFingerprint(key).replace(/ /g, "");
}
