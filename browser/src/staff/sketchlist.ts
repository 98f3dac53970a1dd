// The list of sketches of a unit, as it stands inside its seal: docs/design/0018-floods.md has every byte.
import type { Report } from "../bodies";
import { base64url, concat, fromBase64url, fromUtf8, utf8 } from "../bytes";
import { parseKey, SIGNATURE_SIZE, type SigningKey, verify } from "../ed25519";
import { Fault } from "../fault";
import { paddedLength } from "../pad";
import { isDay, isId, isInstance, isName } from "../syntax";
import { type Sketch, VALUES } from "./sketch";

/** What is known of one report. */
export interface Entry {
  /** On which its case came, YYYY-MM-DD. */
  readonly day: string;
  /** There are attachments. */
  readonly files: boolean;
  /** null for a report without words. */
  readonly sketch: Sketch | null;
}

/** The list of a unit: entries by case, and the secret that sketches are made under. */
export interface SketchList {
  readonly secret: Uint8Array;
  readonly entries: Map<string, Entry>;
}

const PREFIX = "clarion/sketches/v1\n";
const FLOOR = 65536;
const SECRET = 32;
const ID = 26;
const ENTRY = ID + 4 + 1 + 2 * VALUES;
const MOST = 1_000_000;

/** Writes a list, signed by the member who keeps it. */
export function writeList(list: SketchList, where: { instance: string; unit: string; by: string; day: string }, key: SigningKey): Uint8Array {
  const head = utf8(JSON.stringify({ v: 1, instance: where.instance, unit: where.unit, by: where.by, day: where.day, secret: base64url(list.secret), n: list.entries.size }));
  const body = new Uint8Array(4 + head.length + list.entries.size * ENTRY);
  new DataView(body.buffer).setUint32(0, head.length);
  body.set(head, 4);
  let at = 4 + head.length;
  for (const id of [...list.entries.keys()].sort()) {
    writeEntry(body.subarray(at, at + ENTRY), id, list.entries.get(id)!);
    at += ENTRY;
  }
  const plain = concat(utf8(PREFIX), key.sign(PREFIX, body), body);
  return concat(plain, new Uint8Array(paddedLength(plain.length, FLOOR) - plain.length));
}

function writeEntry(to: Uint8Array, id: string, e: Entry): void {
  const v = new DataView(to.buffer, to.byteOffset, to.length);
  to.set(utf8(id));
  v.setUint32(ID, Number(e.day.split("-").join("")));
  v.setUint8(ID + 4, (e.files ? 1 : 0) | (e.sketch === null ? 2 : 0));
  e.sketch?.forEach((x, i) => v.setUint16(ID + 5 + 2 * i, x));
}

/** Reads a list that one of signers (base64url) has kept. Throws "document" and "signature" for what is none. */
export function readList(plain: Uint8Array, where: { instance: string; unit: string }, signers: readonly string[]): SketchList {
  const bad = () => new Fault("document", "sketches");
  const start = PREFIX.length + SIGNATURE_SIZE;
  if (plain.length < start + 4 || fromUtf8(plain.subarray(0, PREFIX.length)) !== PREFIX) throw bad();
  const v = new DataView(plain.buffer, plain.byteOffset, plain.length);
  const first = start + 4 + v.getUint32(start);
  const head = headOf(first <= plain.length ? plain.subarray(start + 4, first) : new Uint8Array(0));
  const secret = head === null ? null : fromBase64url(head.secret, SECRET);
  if (head === null || secret === null || head.instance !== where.instance || head.unit !== where.unit || first + head.n * ENTRY > plain.length) throw bad();
  const message = concat(utf8(PREFIX), plain.subarray(start, first + head.n * ENTRY));
  const signature = plain.slice(PREFIX.length, start);
  if (!signers.some((s) => (key => key !== null && verify(key, message, signature))(parseKey(s)))) throw new Fault("signature", "sketches");
  const entries = new Map<string, Entry>();
  for (let i = 0; i < head.n; i++) {
    const at = first + i * ENTRY;
    const d = String(v.getUint32(at + ID)).padStart(8, "0");
    const day = `${d.slice(0, 4)}-${d.slice(4, 6)}-${d.slice(6)}`;
    const flags = v.getUint8(at + ID + 4);
    const sketch = (flags & 2) !== 0 ? null : Uint16Array.from({ length: VALUES }, (_, j) => v.getUint16(at + ID + 5 + 2 * j));
    const id = fromUtf8(plain.subarray(at, at + ID)) ?? "";
    if (!isDay(day) || flags > 3 || !isId(id)) throw bad();
    entries.set(id, { day, files: (flags & 1) !== 0, sketch });
  }
  return { secret, entries };
}

interface Head {
  instance: string;
  unit: string;
  secret: string;
  n: number;
}

function headOf(bytes: Uint8Array): Head | null {
  try {
    const h = JSON.parse(fromUtf8(bytes) ?? "") as Record<string, unknown>;
    const { v, instance, unit, by, day, secret, n } = h;
    const ok = v === 1 && typeof instance === "string" && isInstance(instance) && typeof unit === "string" && isName(unit) && typeof by === "string" && isName(by) &&
      typeof day === "string" && isDay(day) && typeof secret === "string" && typeof n === "number" && Number.isInteger(n) && n >= 0 && n <= MOST && Object.keys(h).length === 7;
    return ok ? { instance, unit, secret, n } : null;
  } catch {
    return null;
  }
}

/** The words of a report that are compared with those of others. */
export function wordsOf(r: Report): string {
  return [r.what, r.when, r.where, r.told, ...r.answers.map((a) => a.text)].filter((x) => x.trim() !== "").join("\n");
}
