import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { base64 as std, base64nopad as stdRaw, base64urlnopad as urlRaw } from "@scure/base";

export { concatBytes as concat } from "@noble/hashes/utils.js";
export { sha256, bytesToHex as hex, hexToBytes as fromHex };

const encoder = /* @__PURE__ */ new TextEncoder();
// A byte order mark is a character like any other: dropping it would make two spellings of one text.
const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of text; a lone surrogate becomes U+FFFD. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes, or null if they are not valid. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** Hex SHA-256. */
export function hexHash(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** Random bytes from the platform's generator. */
export function random(size: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(size));
}

/** Compares public bytes. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

interface Codec {
  encode(bytes: Uint8Array): string;
  decode(text: string): Uint8Array;
}

/** Reads text in its only spelling: what decodes must encode to the same text again. */
function only(codec: Codec, text: string): Uint8Array | null {
  try {
    const bytes = codec.decode(text);
    return codec.encode(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}

/** Standard base64 with padding. */
export const base64 = (bytes: Uint8Array): string => std.encode(bytes);

/** Reads padded base64 in its only spelling, or gives null. */
export const fromBase64 = (text: string): Uint8Array | null => only(std, text);

/** Standard base64 without padding. */
export const base64raw = (bytes: Uint8Array): string => stdRaw.encode(bytes);

/** Reads unpadded base64 in its only spelling, or gives null. */
export const fromBase64raw = (text: string): Uint8Array | null => only(stdRaw, text);

/** base64url without padding. */
export const base64url = (bytes: Uint8Array): string => urlRaw.encode(bytes);

/** Reads unpadded base64url of exactly size bytes in its only spelling, or gives null. */
export function fromBase64url(text: string, size: number): Uint8Array | null {
  const bytes = only(urlRaw, text);
  return bytes !== null && bytes.length === size ? bytes : null;
}
