import { equal, fromBase64, fromUtf8, utf8 } from "../bytes";
import { SIGNATURE_SIZE, verify } from "../ed25519";
import { Fault } from "../fault";
import type { Verifier } from "./keys";

const maxNote = 65536;
const maxSignatures = 100;

interface Line {
  name: string;
  id: Uint8Array;
  signature: Uint8Array;
  text: string;
}

interface Note {
  text: string;
  lines: Line[];
}

/** Takes a signed note (c2sp.org/signed-note) apart; base64 in another spelling is refused with everything else. */
function split(bytes: Uint8Array): Note {
  const bad = new Fault("format", "not a signed note");
  if (bytes.length > maxNote) throw bad;
  const all = fromUtf8(bytes);
  if (all === null || /[\u0000-\u0009\u000b-\u001f]/.test(all) || !all.endsWith("\n")) throw bad;
  const at = all.lastIndexOf("\n\n");
  if (at < 0 || at + 2 === all.length) throw bad;
  const lines = all.slice(at + 2, -1).split("\n").map((text) => {
    const m = /^\u2014 ([^ ]*) (.+)$/u.exec(text);
    const raw = m === null ? null : fromBase64(m[2]!);
    if (m === null || raw === null || raw.length < 5 || !isKeyName(m[1]!)) throw bad;
    return { name: m[1]!, id: raw.slice(0, 4), signature: raw.slice(4), text };
  });
  if (lines.length > maxSignatures) throw bad;
  return { text: all.slice(0, at + 1), lines };
}

const isKeyName = (s: string): boolean => s !== "" && !/[+\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/.test(s);

function signedBy(v: Verifier, line: Line): boolean {
  return line.name === v.name && equal(line.id, v.id);
}

/**
 * Opens a note whose first signature is by v and whose others, if any, are by different witnesses. Returns its text.
 * Throws "format", or "signature" for one that is wrong or by anybody else.
 */
export function openNote(bytes: Uint8Array, v: Verifier, witnesses: readonly Verifier[] = []): string {
  const { text, lines } = split(bytes);
  const seen: Verifier[] = [];
  lines.forEach((line, i) => {
    const by = [v, ...witnesses].find((k) => signedBy(k, line));
    if (by !== undefined && seen.includes(by)) throw new Fault("format", "the same signature twice");
    if (by === undefined || (i === 0) !== (by === v)) throw new Fault("signature", "missing or by another key");
    if (line.signature.length !== SIGNATURE_SIZE || !verify(by.key, utf8(text), line.signature)) throw new Fault("signature");
    seen.push(by);
  });
  return text;
}

/** Takes from a note all signatures but the one by v, which must be sound. */
export function trimNote(bytes: Uint8Array, v: Verifier): Uint8Array {
  const { text, lines } = split(bytes);
  const own = lines.find((l) => signedBy(v, l));
  if (own === undefined || !verify(v.key, utf8(text), own.signature)) throw new Fault("signature");
  return utf8(text + "\n" + own.text + "\n");
}
