// The scripts as they are delivered, in a world that has what an old browser's page or worker has, and nothing else.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const dist = (name) => readFileSync(new URL("../dist/" + name, import.meta.url), "utf8");
/** What the pages take of the library, as a script of its own. */
const reporter = () => readFileSync(process.env.CLARION_LIBRARY.replace("library.mjs", "reporter.js"), "utf8");

/** A global scope without a network, storage, or anything of node's. */
function world(more = {}) {
  const { getRandomValues } = globalThis.crypto;
  const scope = { TextEncoder, TextDecoder, setTimeout, crypto: { getRandomValues: getRandomValues.bind(globalThis.crypto) }, ...more };
  // Arrays from outside are of another world; what the library asks of them must hold there too.
  return vm.createContext(scope, { codeGeneration: { strings: false, wasm: false } });
}

/** Integers as long as those of the curve, multiplied 100,000 times: how fast this machine is at this moment. */
const measure = `(() => {
  const p = (1n << 255n) - 19n;
  let x = 9n;
  for (let i = 0; i < 100_000; i++) x = (x * x + 486662n) % p;
  return x;
})()`;

test("the reporter's script tests itself, without WebCrypto, before anybody waits", () => {
  const spent = (code, w) => {
    const before = process.cpuUsage();
    vm.runInContext(code, w);
    return process.cpuUsage(before).user / 1000;
  };
  const took = [1, 2, 3].map(() => {
    const w = world();
    const unit = spent(measure, world());
    vm.runInContext(reporter(), w);
    const self = spent("clarion.selfTest()", w);
    assert.deepEqual(Object.keys(w).filter((k) => !["TextEncoder", "TextDecoder", "setTimeout", "crypto"].includes(k)), ["clarion"]);
    return { self, unit };
  });
  console.log(`# self-test: ${took.map((t) => `${Math.round(t.self)} (${(t.self / t.unit).toFixed(1)})`).join(", ")} ms of processor time (of the measure), each in a fresh world`);
  // A machine that is busy takes longer for both. Quiet, the measure takes 45 to 80 ms.
  assert.ok(Math.min(...took.map((t) => t.self / t.unit)) < 8);
});

test("the self-test notices a platform that computes something else", () => {
  for (const sabotage of [
    "DataView.prototype.getUint32 = () => 0", "String.prototype.codePointAt = () => 48", "Uint8Array.prototype.set = function () {}", "String.prototype.normalize = function () { return 'x' }", "crypto.getRandomValues = () => { throw 1 }",
    "JSON.stringify = () => '{}'", "TextEncoder.prototype.encode = () => new Uint8Array(3)",
  ]) {
    const w = world({ TextEncoder: class extends TextEncoder {} });
    vm.runInContext(reporter(), w);
    vm.runInContext(sabotage, w);
    assert.throws(() => vm.runInContext("clarion.selfTest()", w), /selftest/, sabotage);
  }
});

test("the words are what the reporter's script accepts", () => {
  const w = world();
  vm.runInContext(dist("words.js"), w);
  vm.runInContext(reporter(), w);
  assert.equal(vm.runInContext("clarion.checkCode(clarion.newWords(clarion.wordList(clarionWords.list)), clarion.wordList(clarionWords.list))", w), null);
});

test("the page for checking starts, the workers listen", () => {
  const page = world();
  vm.runInContext(dist("verify.js"), page);
  assert.equal(vm.runInContext("typeof clarion.verifyKeySet", page), "function");
  for (const name of ["files.js", "work.js", "keeper.js", "ceremony.js"]) {
    const w = world();
    vm.runInContext("var self = globalThis", w);
    vm.runInContext(dist(name), w);
    assert.equal(vm.runInContext("typeof onmessage", w), "function", name);
  }
});
