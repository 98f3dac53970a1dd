import { fromUtf8, utf8 } from "../bytes";
import { Fault } from "../fault";
import { isOneLine } from "../syntax";

// Lists and events have one spelling. A reader takes what JSON.parse gives, builds the value again field by field in
// the order of the format, writes it, and refuses the input unless it is the same text. So unknown, missing, double
// and differently written fields, null and white space are all refused at once.

/** Reads bytes with build, which takes parsed JSON apart with the functions below. Throws "format". */
export function readCanonical<T>(bytes: Uint8Array, build: (v: unknown) => T, write: (v: T) => string = JSON.stringify): T {
  const text = fromUtf8(bytes);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text ?? "");
  } catch {
    throw new Fault("format", "not JSON");
  }
  const v = build(parsed);
  if (write(v) !== text) throw new Fault("format", "not in its only spelling");
  return v;
}

/** Throws "format" unless the condition holds. */
export function must(condition: boolean, field: string): asserts condition {
  if (!condition) throw new Fault("format", field);
}

/** The fields of an object. */
export function object(v: unknown, field: string): Record<string, unknown> {
  must(typeof v === "object" && v !== null && !Array.isArray(v), field);
  return v as Record<string, unknown>;
}

/** A string. */
export function text(v: unknown, field: string): string {
  must(typeof v === "string", field);
  return v;
}

/** A whole number from 1 to 2^53−1. */
export function count(v: unknown, field: string): number {
  must(typeof v === "number" && Number.isSafeInteger(v) && v >= 1, field);
  return v;
}

/** A list, each item of which is read by item. */
export function list<T>(v: unknown, field: string, item: (v: unknown) => T): T[] {
  must(Array.isArray(v), field);
  return v.map(item);
}

/** Names by language tag, at least one. A Map, because objects put keys of digits first. */
export type Names = ReadonlyMap<string, string>;

/** Reads names by language tag; a name is one line. */
export function names(v: unknown, field: string): Names {
  const o = object(v, field);
  const out = new Map<string, string>();
  for (const tag of Object.keys(o).sort()) {
    must(/^[A-Za-z0-9-]{2,35}$/.test(tag), field);
    const name = text(o[tag], field);
    must(isOneLine(name, utf8(name).length), field);
    out.set(tag, name);
  }
  must(out.size > 0, field);
  return out;
}

/** Writes names with their tags sorted by bytes, which for letters and digits is how names sorted them. */
export function writeNames(n: Names): string {
  return "{" + [...n].map(([tag, name]) => JSON.stringify(tag) + ":" + JSON.stringify(name)).join(",") + "}";
}
