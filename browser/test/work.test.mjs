import assert from "node:assert/strict";
import test from "node:test";
import { createChallenge, verifySolution } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
import { lib, rejects } from "./kit.mjs";

const { solve } = lib.work;
const secrets = { hmacSignatureSecret: "a secret of the server", hmacKeySignatureSecret: "another one" };
const challenge = (more) => createChallenge({ algorithm: "PBKDF2/SHA-256", cost: 50, counter: 37, deriveKey, ...secrets, ...more });

test("ALTCHA's own server accepts the work", async () => {
  const c = await challenge({ cost: 5000 });
  const rounds = [];
  const solution = await solve(c, { onProgress: (r) => rounds.push(r) });
  assert.equal(solution.counter, 37);
  assert.deepEqual(rounds, [20000, 40000, 60000, 80000, 100000, 120000, 140000, 160000, 180000]);
  const sent = JSON.parse(JSON.stringify({ challenge: c, solution }));
  assert.deepEqual(Object.keys(sent.solution), ["counter", "derivedKey"]);
  assert.equal((await verifySolution({ ...sent, deriveKey, ...secrets })).verified, true);
  sent.solution.derivedKey = "00".repeat(32);
  assert.equal((await verifySolution({ ...sent, deriveKey, ...secrets })).verified, false);
});

test("a prefix without a known counter", async () => {
  const c = await challenge({ counter: undefined, keyPrefix: "0a", cost: 3 });
  const solution = await solve(c);
  assert.ok(solution.derivedKey.startsWith("0a"));
  assert.equal((await verifySolution({ challenge: c, solution, deriveKey, ...secrets })).verified, true);
});

test("without the platform's PBKDF2 the result is the same", async () => {
  const c = await challenge();
  const native = await solve(c);
  const original = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  Object.defineProperty(globalThis, "crypto", { configurable: true, value: { getRandomValues: (b) => b } });
  try {
    assert.equal(globalThis.crypto.subtle, undefined);
    assert.deepEqual(await solve(c), native);
  } finally {
    Object.defineProperty(globalThis, "crypto", original);
  }
});

test("it is capped, can be stopped, and does no other work", async () => {
  const c = await challenge();
  await rejects(solve(c, { maxRounds: 37 * 50 }), "work");
  assert.equal((await solve(c, { maxRounds: 38 * 50 })).counter, 37);
  let asked = 0;
  await rejects(solve(await challenge({ cost: 20000 }), { stopped: () => ++asked > 5 }), "work");
  assert.equal(asked, 6);
  for (const change of [
    { algorithm: "SHA-256" }, { algorithm: "PBKDF2/SHA-512" }, { cost: 0 }, { cost: 1.5 }, { cost: 1e9 }, { cost: "50" }, { keyLength: 64 }, { keyPrefix: "" }, { keyPrefix: "0" },
    { keyPrefix: "zz" }, { keyPrefix: "AA" }, { keyPrefix: "00".repeat(33) }, { nonce: "" }, { nonce: "x" }, { salt: undefined },
  ]) await rejects(solve({ ...c, parameters: { ...c.parameters, ...change } }), "work");
});

test("a worker does it and tells how far it is", async () => {
  const c = await challenge({ cost: 20000 });
  const page = { postMessage: (data) => setImmediate(() => worker.onmessage({ data: structuredClone(data) })) };
  const worker = { postMessage: (data) => setImmediate(() => page.onmessage({ data: structuredClone(data) })) };
  lib.workworker.serveWork(worker);
  const rounds = [];
  assert.equal((await lib.remote.solveInWorker(page, c, (r) => rounds.push(r))).counter, 37);
  assert.equal(rounds.length, 37);
  await rejects(lib.remote.solveInWorker(page, c, undefined, 20000), "work");
});
