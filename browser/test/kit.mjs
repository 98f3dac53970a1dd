// What the tests share. The library is the one that go test has just built, with the minifier and the targets of the
// shipped scripts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

export const lib = await import(process.env.CLARION_LIBRARY);
export const everything = process.env.CLARION_EVERY_BIT === "1";

const here = new URL(".", import.meta.url);

export const vectors = (path) => JSON.parse(readFileSync(new URL("../../" + path, here), "utf8"));
export const unhex = (s) => new Uint8Array(Buffer.from(s, "hex"));
export const unbase64 = (s) => new Uint8Array(Buffer.from(s ?? "", "base64"));
export const bytes = (s) => new Uint8Array(Buffer.from(s, "utf8"));

/** "" if run returns, else the kind of fault; anything but a fault of the library is a mistake of the library. */
export function verdict(run) {
  try {
    run();
    return "";
  } catch (e) {
    if (!(e instanceof lib.fault.Fault)) throw e;
    return e.kind;
  }
}

export async function rejects(promise, kind) {
  await assert.rejects(promise, (e) => e instanceof lib.fault.Fault && (kind === undefined || e.kind === kind || e.fault === kind));
}

export async function collect(source) {
  const out = [];
  for await (const b of source) out.push(b);
  return new Uint8Array(Buffer.concat(out));
}

export async function* pieces(content, size = 10000) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

/** A Blob as the library reads it. */
export const blob = (content) => ({
  size: content.length,
  slice: (from, to) => ({ arrayBuffer: async () => content.slice(from, to).buffer }),
});

/** Bytes that look like anything, the same each time. */
export function noise(size, seed = 1) {
  const out = new Uint8Array(size);
  for (let i = 0, x = seed >>> 0 || 1; i < size; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    out[i] = x;
  }
  return out;
}
