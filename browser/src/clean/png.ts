import { concat, utf8 } from "../bytes";
import { Fault } from "../fault";
import { readOrientation, writeOrientation } from "./exif";
import type { Cleaned } from "./jpeg";

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** What decides how the picture looks, moving ones included. */
const needed = new Set(["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "bKGD", "acTL", "fcTL", "fdAT"]);
const known: Readonly<Record<string, string>> = { tEXt: "text", zTXt: "text", iTXt: "text", eXIf: "exif", tIME: "time", pHYs: "resolution" };

/**
 * Takes metadata out of a PNG and leaves every byte of the picture: keeps a list of chunks, drops the others and what
 * stands after the end, puts the orientation back alone. Throws "picture" for a cut or damaged file and for a chunk
 * that it does not know and that no decoder may skip.
 */
export function cleanPng(b: Uint8Array): Cleaned {
  if (signature.some((v, i) => b[i] !== v)) throw new Fault("picture");
  const view = new DataView(b.buffer, b.byteOffset, b.length);
  const kept: Uint8Array[] = [b.subarray(0, 8)];
  const removed = new Set<string>();
  let first = true;
  let data = false;
  for (let at = 8; ; ) {
    if (at + 12 > b.length) throw new Fault("picture", "cut");
    const size = view.getUint32(at);
    const end = at + 12 + size;
    if (end > b.length || crc(b.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) throw new Fault("picture", "damaged");
    const type = String.fromCharCode(...b.subarray(at + 4, at + 8));
    if (first !== (type === "IHDR") || !/^[A-Za-z]{4}$/.test(type)) throw new Fault("picture");
    first = false;
    data ||= type === "IDAT";
    if (needed.has(type)) kept.push(b.subarray(at, end));
    else if (/^[A-Z]/.test(type)) throw new Fault("picture", "unknown critical chunk");
    else removed.add(known[type] ?? "other");
    if (type === "eXIf") {
      const orientation = readOrientation(b.subarray(at + 8, end - 4));
      // It may stand anywhere but between the chunks of data: right after IHDR, which is the second that was kept.
      if (orientation > 1) kept.splice(2, 0, chunkOf("eXIf", writeOrientation(orientation)));
    }
    at = end;
    if (type === "IEND") {
      if (size !== 0 || !data) throw new Fault("picture");
      if (at < b.length) removed.add("trailer");
      return { bytes: concat(...kept), removed: [...removed].sort() };
    }
  }
}

function chunkOf(type: string, data: Uint8Array): Uint8Array {
  const out = concat(new Uint8Array(4), utf8(type), data, new Uint8Array(4));
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  view.setUint32(out.length - 4, crc(out.subarray(4, out.length - 4)));
  return out;
}

const table = /* @__PURE__ */ (() =>
  Uint32Array.from({ length: 256 }, (_, n) => {
    for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
    return n;
  }))();

function crc(b: Uint8Array): number {
  let c = 0xffffffff;
  for (let i = 0; i < b.length; i++) c = table[(c ^ b[i]!) & 255]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
