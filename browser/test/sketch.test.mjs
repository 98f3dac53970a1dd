// Which texts are shown as alike.
import assert from "node:assert/strict";
import test from "node:test";
import { flood, labelled, numbers } from "./alike.mjs";
import { lib } from "./kit.mjs";

const { ALIKE, Sketcher, VALUES, group, inCommon, likeness, normalise, piecesOf } = lib.staff.sketch;
const secret = new Uint8Array(32).map((_, i) => i);
const s = new Sketcher(secret);
const sketched = (all) => all.map(({ id, text }) => ({ id, sketch: s.sketch(text) }));
const shuffled = (all, seed) => {
  const next = numbers(seed);
  const out = [...all];
  for (let i = out.length - 1; i > 0; i--) {
    const j = next(i + 1);
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
};

test("what copies differ in is taken away", () => {
  assert.equal(normalise("您好，ＡＢＣ 　１２３！\u200b"), "您好abc123");
  assert.equal(normalise("Hello,\nWorld"), "helloworld");
  assert.deepEqual([...piecesOf("abcd")], ["abc", "bcd"]);
  assert.deepEqual([...piecesOf("ab")], ["ab"]);
  assert.deepEqual([...piecesOf("…！")], ["…！"], "a text of punctuation alone is a text");
  assert.equal(piecesOf(" \n").size, 0);
  assert.deepEqual([...piecesOf("𠮷𠮷𠮷𠮷")], ["𠮷𠮷𠮷"], "characters, not halves of them");
});

test("a sketch estimates what two texts have in common", () => {
  let off = 0;
  let n = 0;
  for (const a of labelled.slice(0, 24)) for (const b of labelled.slice(0, 24)) {
    const d = likeness(s.sketch(a.text), s.sketch(b.text)) - inCommon(piecesOf(a.text), piecesOf(b.text));
    off += d * d;
    n++;
    assert.ok(Math.abs(d) < 0.2, `${a.id} ${b.id}: ${d}`);
  }
  assert.ok(Math.sqrt(off / n) < 0.05, `${Math.sqrt(off / n)}`);
  assert.equal(s.sketch("  "), null);
  assert.equal(s.sketch("x").length, VALUES);
  assert.equal(likeness(s.sketch("自动"), s.sketch("自 动！")), 1);
});

test("another secret gives another sketch, which says nothing about the text", () => {
  const t = new Sketcher(new Uint8Array(32).fill(9));
  for (const { text } of labelled.slice(0, 8)) assert.ok(likeness(s.sketch(text), t.sketch(text)) < 0.05);
});

test("near-identical texts are grouped, and different ones that share phrases are not", (t) => {
  const { groups, alone } = group(sketched(labelled));
  const of = new Map(labelled.map((x) => [x.id, x.group]));
  const at = new Map();
  groups.forEach((g, i) => g.members.forEach((m) => at.set(m.id, i)));
  let [right, found, truly] = [0, 0, 0];
  for (const a of labelled) for (const b of labelled) {
    if (a.id >= b.id) continue;
    const together = at.has(a.id) && at.get(a.id) === at.get(b.id);
    const same = of.get(a.id) === of.get(b.id);
    found += together;
    truly += same;
    right += together && same;
  }
  const [precision, recall] = [right / found, right / truly];
  t.diagnostic(`${labelled.length} texts, ${new Set(of.values()).size} groups: precision ${precision.toFixed(4)}, recall ${recall.toFixed(4)}; ${alone.length} alone`);
  assert.ok(labelled.length >= 200 && new Set(of.values()).size >= 30);
  assert.equal(precision, 1, "nothing different was put together");
  assert.ok(recall > 0.95, `${recall}`);
  for (const g of groups) assert.ok(g.members[0].id === g.example && g.members.every((m) => m.like >= ALIKE), "each is alike the example");
  assert.equal(groups.reduce((n, g) => n + g.members.length, alone.length), labelled.length, "each text is in one place");
});

test("the order of arrival changes nothing", () => {
  const all = sketched([...labelled, ...flood(200)]);
  const first = group(all);
  for (let seed = 1; seed <= 12; seed++) assert.deepEqual(group(shuffled(all, seed)), first);
});

test("a chain of small steps is no group: each member is alike the example", () => {
  const words = Array.from({ length: 400 }, (_, i) => String.fromCodePoint(0x4e00 + i * 7)).join("");
  const chain = Array.from({ length: 60 }, (_, i) => ({ id: String(i).padStart(2, "0"), text: words.slice(i * 5, i * 5 + 100) }));
  const { groups } = group(sketched(chain));
  assert.ok(groups.length > 2, `${groups.length}`);
  const pieces = new Map(chain.map((x) => [x.id, piecesOf(x.text)]));
  for (const g of groups) for (const m of g.members) assert.ok(inCommon(pieces.get(g.example), pieces.get(m.id)) > ALIKE - 0.15);
});

test("texts without words are like no other, and the same words twice are", () => {
  const { groups, alone } = group(sketched([{ id: "a", text: "" }, { id: "b", text: " " }, { id: "c", text: "111" }, { id: "d", text: "111" }, { id: "e", text: "112" }]));
  assert.deepEqual(alone, ["a", "b", "e"]);
  assert.deepEqual(groups.map((g) => g.members.map((m) => m.id)), [["c", "d"]]);
  assert.deepEqual(group([]), { groups: [], alone: [] });
});

test("5,000 are sketched and grouped in seconds, and the few different ones are found", (t) => {
  const all = [...flood(5000), ...labelled.filter((x) => x.id.endsWith("-0") && x.group !== "zh10").map((x) => ({ id: x.id, text: x.text }))];
  const began = performance.now();
  const sketches = sketched(all);
  const made = performance.now();
  const { groups, alone } = group(sketches);
  const done = performance.now();
  t.diagnostic(`${all.length}: sketched in ${Math.round(made - began)} ms, grouped in ${Math.round(done - made)} ms`);
  assert.equal(groups.length, 1);
  assert.equal(groups[0].members.length, 5000);
  assert.equal(alone.length, 31);
  assert.ok(done - made < 10_000, "generous: the machine may be busy");
});

test("different texts in great number are grouped in seconds", (t) => {
  const next = numbers(3);
  const all = Array.from({ length: 5000 }, (_, i) => ({ id: String(i), text: Array.from({ length: 60 }, () => String.fromCodePoint(0x4e00 + next(40))).join("") }));
  const sketches = sketched(all);
  const began = performance.now();
  const { alone } = group(sketches);
  t.diagnostic(`5,000 different: grouped in ${Math.round(performance.now() - began)} ms`);
  assert.equal(alone.length, 5000);
  assert.ok(performance.now() - began < 20_000);
});
