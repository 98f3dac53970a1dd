import { concat, utf8 } from "../bytes";
import { Fault } from "../fault";
import { readOrientation, writeOrientation } from "./exif";

const soi = 0xd8;
const eoi = 0xd9;
const sos = 0xda;
const app0 = 0xe0;
const app1 = 0xe1;
const app2 = 0xe2;
const app14 = 0xee;
const app15 = 0xef;
const com = 0xfe;

/** Tables, frame headers and intervals: what a decoder needs. DHT, DAC, DQT, DNL, DRI, and SOF but for the reserved 0xc8. */
const needed = new Set([0xc4, 0xcc, 0xdb, 0xdc, 0xdd, ...[0, 1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15].map((n) => 0xc0 + n)]);

/** What came out, and what was found and left out. */
export interface Cleaned {
  bytes: Uint8Array;
  removed: string[];
}

/**
 * Takes metadata out of a JPEG and leaves every byte of the picture: keeps JFIF without its thumbnail, ICC, Adobe and
 * the picture's own segments; drops the rest, and whatever stands after the end; puts the orientation back alone.
 * Throws "picture" for a structure that it does not know.
 */
export function cleanJpeg(b: Uint8Array): Cleaned {
  const bad = (): never => {
    throw new Fault("picture");
  };
  if (b[0] !== 0xff || b[1] !== soi) bad();
  const kept: Uint8Array[] = [];
  const removed = new Set<string>();
  let orientation = 1;
  let frame = false;
  let scan = false;
  for (let at = 2; ; ) {
    if (b[at] !== 0xff) bad();
    while (b[at + 1] === 0xff) at++; // fill bytes
    const marker = b[at + 1] ?? bad();
    if (marker === eoi) {
      if (!frame || !scan) bad();
      if (at + 2 < b.length) removed.add("trailer");
      break;
    }
    const size = at + 4 <= b.length ? b[at + 2]! * 256 + b[at + 3]! : 0;
    let end = at + 2 + size;
    if (size < 2 || end > b.length) bad();
    const segment = b.subarray(at, end);
    const data = segment.subarray(4);
    if (needed.has(marker)) {
      frame ||= marker !== 0xc4 && marker !== 0xcc && marker < 0xd0;
      kept.push(segment);
    } else if (marker === sos) {
      end = endOfScan(b, end);
      scan = true;
      kept.push(b.subarray(at, end));
    } else if (marker === com || (marker >= app0 && marker <= app15)) {
      const keep = keptApplication(marker, data, removed);
      if (keep !== null) kept.push(keep);
      if (marker === app1 && starts(data, "Exif\0\0")) orientation = readOrientation(data.subarray(6));
    } else bad();
    at = end;
  }
  // Exif stands first, or after JFIF, which must be first.
  const jfif = kept[0]?.[1] === app0 ? kept.splice(0, 1) : [];
  const exif = orientation > 1 ? [segmentOf(app1, concat(utf8("Exif\0\0"), writeOrientation(orientation)))] : [];
  return { bytes: concat(new Uint8Array([0xff, soi]), ...jfif, ...exif, ...kept, new Uint8Array([0xff, eoi])), removed: [...removed].sort() };
}

/** The end of entropy-coded data: the next marker that is no stuffed 0xff and no restart. */
function endOfScan(b: Uint8Array, from: number): number {
  for (let at = from; at + 1 < b.length; at++) {
    const next = b[at + 1]!;
    if (b[at] === 0xff && next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw new Fault("picture", "cut");
}

/** What stays of an application segment or comment, or null; what goes is named in removed. */
function keptApplication(marker: number, data: Uint8Array, removed: Set<string>): Uint8Array | null {
  if (marker === app0 && starts(data, "JFIF\0") && data.length >= 14) {
    if (data.length > 14) removed.add("thumbnail");
    return segmentOf(app0, concat(data.subarray(0, 12), new Uint8Array(2)));
  }
  if (marker === app2 && starts(data, "ICC_PROFILE\0")) return segmentOf(app2, data);
  if (marker === app14 && starts(data, "Adobe") && data.length >= 12) return segmentOf(app14, data.subarray(0, 12));
  removed.add(nameOf(marker, data));
  return null;
}

function nameOf(marker: number, data: Uint8Array): string {
  if (marker === com) return "comment";
  if (starts(data, "Exif\0")) return "exif";
  if (starts(data, "http://ns.adobe.com/x")) return "xmp";
  if (starts(data, "Photoshop 3.0\0")) return "iptc";
  return starts(data, "JFXX\0") ? "thumbnail" : "other";
}

function segmentOf(marker: number, data: Uint8Array): Uint8Array {
  const size = data.length + 2;
  return concat(new Uint8Array([0xff, marker, size >> 8, size & 255]), data);
}

function starts(data: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (data[i] !== text.charCodeAt(i)) return false;
  return true;
}
