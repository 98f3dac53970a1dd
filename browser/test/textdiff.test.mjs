// What one text has that another has not.
import assert from "node:assert/strict";
import test from "node:test";
import { labelled, numbers } from "./alike.mjs";
import { lib } from "./kit.mjs";

const { changes, shortened } = lib.staff.textdiff;
const marks = { same: "", gone: "-", new: "+" };
const told = (a, b) => changes(a, b).map((c) => marks[c.is] + c.text).join("|");
const side = (all, without) => all.filter((c) => c.is !== without).map((c) => c.text).join("");

test("words, numbers and characters that differ are marked", () => {
  assert.equal(told("付五百元", "付六百元"), "付|-五|+六|百元");
  assert.equal(told("call 1234 now", "call 1244 now"), "call |-1234|+1244| now");
  assert.equal(told("the same", "the same"), "the same");
  assert.equal(told("", "new"), "+new");
  assert.equal(told("gone", ""), "-gone");
  assert.equal(told("", ""), "");
  assert.equal(told("a b c", "a c"), "a |-b |c");
});

test("both texts can be read out of the changes", () => {
  const next = numbers(5);
  for (let i = 0; i < 300; i++) {
    const a = labelled[next(labelled.length)].text;
    const b = next(3) === 0 ? labelled[next(labelled.length)].text : a.slice(next(20), a.length - next(20)) + "尾".repeat(next(3));
    const all = changes(a, b);
    assert.equal(side(all, "new"), a);
    assert.equal(side(all, "gone"), b);
  }
});

test("texts that have nothing in common are not searched for ever", () => {
  const [a, b] = ["甲乙".repeat(20_000), "丙丁".repeat(20_000)];
  const began = performance.now();
  assert.equal(told(a, b), `-${a}|+${b}`);
  assert.ok(performance.now() - began < 3000);
});

test("what is the same is shortened around changes", () => {
  const all = shortened(changes("头".repeat(100) + "甲" + "中".repeat(100) + "乙" + "尾".repeat(100), "头".repeat(100) + "中".repeat(100) + "乙丙" + "尾".repeat(100)), 5);
  assert.deepEqual(all.map((c) => c.text), [" … 头头头头头", "甲", "中中中中中 … 中中中乙".slice(0, 0) + all[2].text, "丙", "尾尾尾尾尾 … "]);
  assert.ok(all[2].text.length < 20 && all[2].text.endsWith("乙"));
});
