// What an attachment is. Its bytes decide, never its name nor the type that a reporter's device gave it: what begins like a
// picture is shown as pixels or not at all, whatever follows.

/** What the bytes of a file begin like. "" is nothing that is known. */
export type Kind =
  | "jpeg" | "png" | "gif" | "webp" | "pdf" | "text"
  | "mp4" | "mov" | "webm" | "mp3" | "m4a" | "aac" | "ogg" | "flac" | "wav"
  | "html" | "svg" | "xml" | "rtf" | "doc" | "docx" | "xlsx" | "pptx" | "odf"
  | "zip" | "archive" | "program" | "picture" | "empty" | "";

/** How the viewer shows a kind; "none" is never shown, and can be saved. */
export type Way = "picture" | "text" | "sound" | "video" | "pdf" | "none";

/** Bytes from the start of a file that sniff looks at. More is not needed. */
export const HEAD = 65_536;

/** Pixels of the largest picture that is decoded: 256 MiB of memory. */
export const PIXELS = 67_108_864;

/** How a kind is shown. */
export function wayOf(k: Kind): Way {
  switch (k) {
    case "jpeg": case "png": case "gif": case "webp": return "picture";
    case "text": case "pdf": return k;
    case "mp3": case "m4a": case "aac": case "ogg": case "flac": case "wav": return "sound";
    case "mp4": case "mov": case "webm": return "video";
    default: return "none";
  }
}

/** Types for the browser's own players and decoders, and for saving. What is not shown is only bytes. */
export function typeOf(k: Kind): string {
  const types: { readonly [k in Kind]?: string } = {
    jpeg: "image/jpeg", png: "image/png", gif: "image/gif", webp: "image/webp", pdf: "application/pdf", text: "text/plain",
    mp4: "video/mp4", mov: "video/quicktime", webm: "video/webm", mp3: "audio/mpeg", m4a: "audio/mp4", aac: "audio/aac", ogg: "audio/ogg", flac: "audio/flac", wav: "audio/wav",
  };
  return types[k] ?? "application/octet-stream";
}

/** The ending of a neutral name. What could run on a double click gets none that a program is bound to. */
export function endingOf(k: Kind): string {
  switch (k) {
    case "jpeg": return "jpg";
    case "text": return "txt";
    case "odf": return "odt";
    case "html": case "svg": case "xml": case "program": case "archive": case "picture": case "empty": case "": return "bin";
    default: return k;
  }
}

const ascii = (b: Uint8Array, from: number, to: number): string => String.fromCharCode(...b.subarray(from, to));

const starts = (b: Uint8Array, ...bytes: number[]): boolean => b.length >= bytes.length && bytes.every((x, i) => b[i] === x);

/** What a file is, by its first bytes: HEAD of them, or all. */
export function sniff(file: Uint8Array): Kind {
  const b = file.subarray(0, HEAD);
  if (b.length === 0) return "empty";
  return pictureKind(b) || playedKind(b) || packedKind(b) || textKind(b);
}

function pictureKind(b: Uint8Array): Kind {
  const four = ascii(b, 0, 4);
  if (starts(b, 0xff, 0xd8, 0xff)) return "jpeg";
  if (starts(b, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "png";
  if (/^GIF8[79]a/.test(ascii(b, 0, 6))) return "gif";
  if (four === "RIFF" && ascii(b, 8, 12) === "WEBP") return "webp";
  if (four === "II*\0" || four === "MM\0*" || four === "8BPS" || starts(b, 0, 0, 1, 0) || (four.startsWith("BM") && b.length > 26 && b[6] === 0 && b[7] === 0)) return "picture";
  return "";
}

function playedKind(b: Uint8Array): Kind {
  const four = ascii(b, 0, 4);
  if (ascii(b, 4, 8) === "ftyp") {
    const brand = ascii(b, 8, 12);
    if (/^M4[AB]/.test(brand)) return "m4a";
    if (/^(hei|hev|mif|msf|avi[fs])/.test(brand)) return "picture";
    return brand === "qt  " ? "mov" : "mp4";
  }
  if (starts(b, 0x1a, 0x45, 0xdf, 0xa3)) return "webm";
  if (four === "OggS") return "ogg";
  if (four === "fLaC") return "flac";
  if (four === "RIFF") return ascii(b, 8, 12) === "WAVE" ? "wav" : "";
  if (four.startsWith("ID3")) return "mp3";
  const second = b[1] ?? 0;
  if (b[0] === 0xff && (second & 0xf6) === 0xf0) return "aac";
  // A frame of layer III with a bit rate and a sampling rate that exist.
  const third = b[2] ?? 0xff;
  return b[0] === 0xff && (second & 0xe6) === 0xe2 && third >> 4 !== 15 && third >> 4 !== 0 && ((third >> 2) & 3) !== 3 ? "mp3" : "";
}

function packedKind(b: Uint8Array): Kind {
  const four = ascii(b, 0, 4);
  if (four === "PK\x03\x04") return zipKind(b);
  if (four === "PK\x05\x06" || four === "PK\x07\x08") return "zip";
  if (starts(b, 0xd0, 0xcf, 0x11, 0xe0)) return "doc";
  if (ascii(b, 0, 5) === "%PDF-") return "pdf";
  if (ascii(b, 0, 5) === "{\\rtf") return "rtf";
  if (four === "Rar!" || starts(b, 0x37, 0x7a, 0xbc, 0xaf) || starts(b, 0x1f, 0x8b) || four.startsWith("BZh") || starts(b, 0xfd, 0x37, 0x7a, 0x58) || ascii(b, 257, 262) === "ustar") return "archive";
  if (starts(b, 0x7f, 0x45, 0x4c, 0x46) || starts(b, 0xca, 0xfe, 0xba, 0xbe) || /^[\xce\xcf]\xfa\xed\xfe$/.test(four) || four === "dex\n" || (four.startsWith("MZ") && b.indexOf(0) >= 0)) return "program";
  return "";
}

/** An archive, or an office file: by the names in it that lie within the head. */
function zipKind(b: Uint8Array): Kind {
  const text = latin(b);
  if (text.startsWith("mimetypeapplication/vnd.oasis.opendocument", 30)) return "odf";
  if (!text.includes("[Content_Types].xml") && !text.includes("_rels/.rels")) return "zip";
  return text.includes("xl/") ? "xlsx" : text.includes("ppt/") ? "pptx" : "docx";
}

function latin(b: Uint8Array): string {
  let out = "";
  for (let at = 0; at < b.length; at += 4096) out += ascii(b, at, Math.min(b.length, at + 4096));
  return out;
}

function textKind(b: Uint8Array): Kind {
  const text = decode(b);
  if (text === null) return "";
  const begin = text.replace(/^[\s\ufeff]+/, "").slice(0, 2048);
  if (begin.startsWith("%PDF-")) return "pdf";
  if (!/^<[!?/a-z]/i.test(begin)) return "text";
  if (/<svg[\s>:/]/i.test(begin)) return "svg";
  return /^<\?xml/i.test(begin) && !/<html[\s>]/i.test(begin) ? "xml" : "html";
}

/** Decodes text; null if the bytes are none. Half a character at the end is left out: the bytes may be cut there. */
function decode(b: Uint8Array): string | null {
  const labels = starts(b, 0xff, 0xfe) ? (["utf-16le"] as const) : starts(b, 0xfe, 0xff) ? (["utf-16be"] as const) : (["utf-8", "gb18030"] as const);
  for (const label of labels) {
    try {
      const text = new TextDecoder(label, { fatal: true, ignoreBOM: true }).decode(b, { stream: true });
      // Controls that no text has: these are bytes of something else.
      return /[\0-\x06\x0e-\x1a\x1c-\x1f\x7f]/.test(text) ? null : text;
    } catch {
      continue;
    }
  }
  return null;
}

/** Reads text of which at most so many characters are shown. cut: there is more. null: this is no text. */
export function readText(file: Uint8Array, most: number): { text: string; cut: boolean } | null {
  const b = file.subarray(0, most * 4);
  let text = decode(b);
  if (text === null) return null;
  text = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const cut = b.length < file.length || text.length > most;
  // Not between the halves of a character.
  const end = /[\ud800-\udbff]/.test(text[most - 1] ?? "") ? most - 1 : most;
  return { text: text.slice(0, end), cut };
}

/** Characters that could make a text look like something else: controls of direction, other controls, invisible spaces, tags. As i18n.ShowControls. */
const hidden = /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\ufeff\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufff0-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

/** A piece of text; sign: it stands for a character that would not be seen. */
export interface Piece {
  text: string;
  sign: boolean;
}

/** Cuts text where characters would not be seen, and names those. */
export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const m of text.matchAll(hidden)) {
    if (m.index > at) out.push({ text: text.slice(at, m.index), sign: false });
    const code = m[0].codePointAt(0) ?? 0;
    out.push({ text: "U+" + code.toString(16).toUpperCase().padStart(4, "0"), sign: true });
    at = m.index + m[0].length;
  }
  if (at < text.length) out.push({ text: text.slice(at), sign: false });
  return out;
}

/** The size that a picture says it has, before anything is decoded; null if it says none. */
export function pictureSize(b: Uint8Array, k: Kind): { width: number; height: number } | null {
  const v = new DataView(b.buffer, b.byteOffset, b.byteLength);
  try {
    switch (k) {
      case "png": return { width: v.getUint32(16), height: v.getUint32(20) };
      case "gif": return { width: v.getUint16(6, true), height: v.getUint16(8, true) };
      case "webp": return webpSize(b, v);
      case "jpeg": return jpegSize(v);
      default: return null;
    }
  } catch {
    return null; // the file ends first
  }
}

function webpSize(b: Uint8Array, v: DataView): { width: number; height: number } | null {
  switch (ascii(b, 12, 16)) {
    case "VP8X": return { width: 1 + (v.getUint32(23, true) >>> 8), height: 1 + (v.getUint32(26, true) >>> 8) };
    case "VP8 ": return { width: v.getUint16(26, true) & 0x3fff, height: v.getUint16(28, true) & 0x3fff };
    case "VP8L": {
      const bits = v.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    default: return null;
  }
}

function jpegSize(v: DataView): { width: number; height: number } | null {
  for (let at = 2; ; ) {
    if (v.getUint8(at) !== 0xff) return null;
    const marker = v.getUint8(at + 1);
    if (marker === 0xff) at++;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) return { width: v.getUint16(at + 7), height: v.getUint16(at + 5) };
    else if (marker === 0xda || marker === 0xd9) return null;
    else if (marker >= 0xd0 && marker <= 0xd7) at += 2;
    else at += 2 + v.getUint16(at + 2);
  }
}
