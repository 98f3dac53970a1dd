import { concat, fromBase64raw, utf8 } from "./bytes";
import { Fault } from "./fault";

// The header of an age file to n hybrid recipients has one possible layout, so it is read byte by byte: first line,
// n stanzas of 1,557 bytes, closing line. No other stanza can reach the library that unwraps.

const intro = "age-encryption.org/v1\n";
const stanzaStart = "-> mlkem768x25519 ";
const encapsulated = 1494; // base64 characters of the 1,120-byte encapsulated key
const wrappedKey = 43; // base64 characters of the 32-byte wrapped file key
const stanzaSize = stanzaStart.length + encapsulated + 1 + wrappedKey + 1;
const endStart = "--- ";
const endSize = endStart.length + 43 + 1;

/** How many recipients a sealed document may have. */
export const MAX_RECIPIENTS = 4;

/** Bytes of the nonce after the header, of a chunk of content, and of what a chunk grows by. */
export const NONCE_SIZE = 16;
export const CHUNK_SIZE = 65536;
export const TAG_SIZE = 16;

/** Bytes of the header for n recipients. */
export function headerSize(n: number): number {
  return intro.length + n * stanzaSize + endSize;
}

/** The length in bytes of a sealed file with plain bytes of content and n recipients. */
export function sealedSize(plain: number, n: number): number {
  return headerSize(n) + NONCE_SIZE + plain + TAG_SIZE * Math.max(1, Math.ceil(plain / CHUNK_SIZE));
}

/** What one recipient needs to find the file's key. */
export interface Stanza {
  args: string[];
  body: Uint8Array;
}

/** What parseHeader reads. */
export interface Header {
  stanzas: Stanza[];
  /** The bytes that the MAC covers: all but the last 44. */
  signed: Uint8Array;
  mac: Uint8Array;
  size: number;
}

/**
 * Reads the header at the start of a sealed file without any key. Throws "format" unless b begins with a whole age v1
 * header in which every stanza is of the hybrid type, and "recipient" if there are more than limit.
 */
export function parseHeader(b: Uint8Array, limit: number): Header {
  const at = (from: number, want: string) => latin(b, from, want.length) === want;
  if (!at(0, intro)) throw new Fault("format", "no age v1 header");
  const stanzas: Stanza[] = [];
  for (let pos = intro.length; ; pos += stanzaSize) {
    if (at(pos, endStart)) {
      const mac = line(b, pos + endStart.length, 43);
      if (stanzas.length === 0 || mac === null) throw new Fault("format", "closing line of the header");
      return { stanzas, signed: b.slice(0, pos + endStart.length - 1), mac, size: pos + endSize };
    }
    if (stanzas.length === limit) throw new Fault("recipient", "more than the limit");
    const share = line(b, pos + stanzaStart.length, encapsulated);
    const body = line(b, pos + stanzaStart.length + encapsulated + 1, wrappedKey);
    if (!at(pos, stanzaStart) || share === null || body === null) throw new Fault("format", "stanza is not mlkem768x25519");
    stanzas.push({ args: ["mlkem768x25519", latin(b, pos + stanzaStart.length, encapsulated)], body });
  }
}

/** How many recipients the header at the start of b has; throws as parseHeader. */
export function checkHeader(b: Uint8Array, limit: number): number {
  return parseHeader(b, limit).stanzas.length;
}

/** The header without its MAC, as the MAC covers it. */
export function writeHeader(stanzas: Stanza[], encode: (b: Uint8Array) => string): Uint8Array {
  const lines = stanzas.map((s) => "-> " + s.args.join(" ") + "\n" + encode(s.body) + "\n");
  return utf8(intro + lines.join("") + "---");
}

/** The closing line with its MAC. */
export function closeHeader(signed: Uint8Array, mac: Uint8Array, encode: (b: Uint8Array) => string): Uint8Array {
  return concat(signed, utf8(" " + encode(mac) + "\n"));
}

/** size characters of unpadded base64 in their only encoding and a line feed, or null. */
function line(b: Uint8Array, from: number, size: number): Uint8Array | null {
  return b[from + size] === 10 ? fromBase64raw(latin(b, from, size)) : null;
}

function latin(b: Uint8Array, from: number, size: number): string {
  return String.fromCharCode(...b.subarray(from, from + size));
}
