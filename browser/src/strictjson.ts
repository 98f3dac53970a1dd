import { fromUtf8 } from "./bytes";
import { Fault } from "./fault";

/** A value of the part of JSON that documents use. */
export type Value = string | number | boolean | Value[] | Fields;

/** An object of it. It has no prototype, so that no key means anything but itself. */
export interface Fields {
  [key: string]: Value;
}

/** Levels of objects and lists. */
const maxDepth = 12;

/** "-0" would be read as 0 and written differently. */
const integer = /-?(?:0|[1-9][0-9]*)/y;
const space = /[ \t\n\r]*/y;
// Everything between quotes but quotes, back slashes and control characters, or one escape.
const part = /[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/**
 * Reads one object of the JSON on which all parsers agree: valid UTF-8, nothing around it, no null, no key twice, keys
 * of a-z 0-9 _ only, integers only and those within ±(2^53−1), bounded depth. Everything else is "document".
 */
export function parseStrict(bytes: Uint8Array): Fields {
  const text = fromUtf8(bytes);
  if (text === null || text[0] !== "{") throw new Fault("document", "not one JSON object in UTF-8");
  const r = new Reader(text);
  const v = r.value(maxDepth);
  if (!r.atEnd()) throw new Fault("document", "something after the object");
  return v as Fields;
}

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  atEnd(): boolean {
    return this.#at === this.text.length;
  }

  value(depth: number): Value {
    this.#take(space);
    const c = this.text[this.#at];
    if (c === "{" || c === "[") {
      if (depth === 0) throw new Fault("document", "nested too deeply");
      return c === "{" ? this.#object(depth - 1) : this.#list(depth - 1);
    }
    if (c === '"') return this.#string();
    for (const word of [true, false]) if (this.#skip(String(word))) return word;
    return this.#integer();
  }

  #object(depth: number): Fields {
    const out = Object.create(null) as Fields;
    this.#at++;
    this.#take(space);
    if (this.#skip("}")) return out;
    do {
      this.#take(space);
      const key = this.#string();
      if (!/^[a-z0-9_]+$/.test(key)) throw new Fault("document", "key outside a-z 0-9 _");
      if (key in out) throw new Fault("document", "key twice in one object");
      this.#take(space);
      this.#want(":");
      out[key] = this.value(depth);
      this.#take(space);
    } while (this.#skip(","));
    this.#want("}");
    return out;
  }

  #list(depth: number): Value[] {
    const out: Value[] = [];
    this.#at++;
    this.#take(space);
    if (this.#skip("]")) return out;
    do {
      out.push(this.value(depth));
      this.#take(space);
    } while (this.#skip(","));
    this.#want("]");
    return out;
  }

  #string(): string {
    this.#want('"');
    let out = "";
    for (;;) {
      if (this.#skip('"')) return out.replace(/\p{Surrogate}/gu, "\ufffd"); // a lone one, as other programs read it
      const p = this.#take(part);
      if (p === "") throw new Fault("document", "not valid JSON");
      if (p[0] !== "\\") out += p;
      else if (p[1] === "u") out += String.fromCharCode(parseInt(p.slice(2), 16));
      else out += escapes[p[1]!] ?? p[1]!;
    }
  }

  #integer(): number {
    const s = this.#take(integer);
    const n = Number(s);
    if (s === "" || s === "-0" || !Number.isSafeInteger(n) || /[.eE0-9]/.test(this.text[this.#at] ?? ""))
      throw new Fault("document", "not an integer within 2^53");
    return n;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #skip(word: string): boolean {
    if (!this.text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  #want(c: string): void {
    if (!this.#skip(c)) throw new Fault("document", "not valid JSON");
  }
}
