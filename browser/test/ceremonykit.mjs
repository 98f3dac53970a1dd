// What the tests of the ceremony's worker share: an installation example-1, and people with keys of known seeds.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { lib } from "./kit.mjs";

const { ceremonyworker, fingerprint, serve } = lib.staff;
export const list = lib.receipt.wordList(lib.wordlist.unpack());
export const seeded = (n) => new Uint8Array(32).fill(n);
export const key = (n) => new lib.ed25519.SigningKey(seeded(n));
export const instance = "example-1";

/** Starts a worker; said is everything that it ever says. */
export function start() {
  const said = [];
  const page = { postMessage: (data) => setImmediate(() => worker.onmessage({ data: structuredClone(data) })) };
  const worker = { postMessage: (data) => { said.push(structuredClone(data)); setImmediate(() => page.onmessage({ data: structuredClone(data) })); } };
  ceremonyworker.serveCeremony(worker);
  const worked = new serve.Worked(page);
  return { said, ask: (op, ask = {}, progress) => worked.ask(op, ask, progress) };
}

export const fault = (promise, kind, what) => assert.rejects(promise, (e) => e instanceof lib.fault.Fault && e.kind === kind && (what === undefined || e.what === what));

const verifier = (name, n) => {
  const raw = new Uint8Array([1, ...key(n).publicKey]);
  const id = lib.bytes.hex(lib.bytes.sha256(lib.bytes.concat(lib.bytes.utf8(name + "\n"), raw)).slice(0, 4));
  return `${name}+${id}+${Buffer.from(raw).toString("base64")}`;
};
export const server = { instance, ack: verifier(instance + "/acknowledgement", 21), public_log: verifier(instance + "/public", 22), case_log: verifier(instance + "/cases", 23) };
export const facts = { server, authority: { "zh-Hans": "举报中心", en: "Centre" }, day: "2026-11-01" };

/** Somebody who joined, with the words that they said. */
export function person(id, role, n) {
  const keys = { id, recipient: new lib.seal.Identity(seeded(n)).recipient, sign: key(n).encoded };
  return { ...keys, name: "名 " + id, role, words: fingerprint.staffFingerprint({ instance, role, ...keys }, list) };
}

/** Bytes and texts of what a worker said, to look for secrets in. */
export const heard = (said) => JSON.stringify(said, (_, v) => (v instanceof Uint8Array ? Buffer.from(v).toString("latin1") + Buffer.from(v).toString("hex") : v));
