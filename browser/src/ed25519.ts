import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { base64url, concat, equal, fromBase64url, fromHex, utf8 } from "./bytes";
import { Fault } from "./fault";

/** Bytes of a signature. */
export const SIGNATURE_SIZE = 64;

// A small table for the base point: the library's usual one takes a tenth of a second to make on a cold start, which
// a visit that signs a few times never earns back.
const curve = /* @__PURE__ */ (() => {
  ed25519.Point.BASE.precompute(4);
  return ed25519;
})();

/** The y coordinates (sign bit cleared) of the points whose order divides 8; a signature by such a key says nothing. */
const smallOrder = /* @__PURE__ */ (() => [
  "00".repeat(32),
  "01" + "00".repeat(31),
  "ec" + "ff".repeat(30) + "7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
].map(fromHex))();

/** Refuses public keys on which implementations disagree: non-canonical and small-order ones. */
export function isGoodKey(key: Uint8Array): boolean {
  if (key.length !== 32) return false;
  const y = key.slice();
  y[31]! &= 0x7f;
  return !smallOrder.some((p) => equal(p, y)) && little(y) < curve.Point.Fp.ORDER;
}

/**
 * Ed25519 as docs/spec/seal.md section 2 wants it: R' = [S]B − [k]A **without** the cofactor, and its encoding must be
 * the signature's first half. noble's own verify multiplies by 8 and accepts more.
 */
export function verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isGoodKey(key) || signature.length !== SIGNATURE_SIZE) return false;
  const Point = curve.Point;
  const r = signature.slice(0, 32);
  const s = little(signature.subarray(32));
  if (s >= Point.Fn.ORDER) return false;
  try {
    const k = little(sha512(concat(r, key, message))) % Point.Fn.ORDER;
    const a = Point.fromBytes(key.slice(), false);
    return equal(Point.BASE.multiplyUnsafe(s).add(a.negate().multiplyUnsafe(k)).toBytes(), r);
  } catch {
    return false; // the key is no point of the curve
  }
}

function little(bytes: Uint8Array): bigint {
  let n = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) n = (n << 8n) | BigInt(bytes[i]!);
  return n;
}

/** A secret Ed25519 key. It hides itself from JSON and strings; nothing gives its seed. */
export class SigningKey {
  readonly #seed: Uint8Array;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;

  /** seed is the 32 secret bytes. */
  constructor(seed: Uint8Array) {
    if (seed.length !== 32) throw new Fault("key");
    this.#seed = seed.slice();
    this.publicKey = curve.getPublicKey(this.#seed);
  }

  /** Signs prefix ‖ message. */
  sign(prefix: string, message: Uint8Array): Uint8Array {
    return curve.sign(concat(utf8(prefix), message), this.#seed);
  }

  /** The public half as documents and lists write it, 43 characters. */
  get encoded(): string {
    return encodeKey(this.publicKey);
  }

  toJSON(): never {
    throw new Fault("secret");
  }
}

/** Writes a public key as unpadded base64url, 43 characters. */
export function encodeKey(key: Uint8Array): string {
  return base64url(key);
}

/** Reads what encodeKey wrote in its only spelling, or gives null; keys of small order are refused. */
export function parseKey(text: string): Uint8Array | null {
  const key = fromBase64url(text, 32);
  return key !== null && isGoodKey(key) ? key : null;
}
