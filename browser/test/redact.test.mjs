// Blacking out passages of a text, and finding what was blacked out where it still stands.
import assert from "node:assert/strict";
import test from "node:test";
import { lib } from "./kit.mjs";

const { blacken, blacked, draft, joined, MARK, naming, REASONS, restore, standing } = lib.staff.redact;
/** Blacks out each of the words at its first place. */
const over = (text, ...words) => words.reduce((all, w) => blacken(text, all, text.indexOf(w), text.indexOf(w) + w.length, "third"), []);
const left = (text, ...words) => standing(text, over(text, ...words)).map((s) => text.slice(s.from, s.to));

test("one mark for every passage, whatever its length", () => {
  const text = "王小明在三楼，欧阳修齐明在四楼。";
  const { text: out, reasons } = blacked(text, over(text, "王小明", "欧阳修齐明"));
  assert.equal(out, `${MARK}在三楼，${MARK}在四楼。`);
  assert.deepEqual(reasons, ["third", "third"]);
  assert.deepEqual(REASONS, ["reporter", "third", "needless"]);
});

test("a block that was typed is no mark", () => {
  const text = draft("███ 和\r\n王小明");
  assert.equal(blacked(text, over(text, "王小明")).text, `■■■ 和\n${MARK}`);
});

test("passages keep to whole characters, meet, cover and part", () => {
  const text = "a 👍🏽 b é c";
  assert.deepEqual(blacken(text, [], 3, 4, "third"), [{ from: 2, to: 4, reason: "third" }], "half a character is all of it");
  assert.deepEqual(blacken(text, [], 1, 2, "third"), [], "blanks");
  assert.deepEqual(blacken("xe\u0301y", [], 0, 2, "third"), [{ from: 0, to: 3, reason: "third" }], "a letter and the mark on it");
  const one = blacken("0123456789", [], 2, 6, "third");
  assert.deepEqual(blacken("0123456789", one, 6, 4, "third"), [{ from: 2, to: 6, reason: "third" }], "backwards, and within");
  assert.deepEqual(blacken("0123456789", one, 6, 8, "third"), [{ from: 2, to: 8, reason: "third" }]);
  const two = blacken("0123456789", one, 3, 5, "reporter");
  assert.deepEqual(two.map((p) => [p.from, p.to, p.reason]), [[2, 3, "third"], [3, 5, "reporter"], [5, 6, "third"]]);
  assert.equal(blacked("0123456789", two).text, "01" + MARK.repeat(3) + "6789");
  assert.deepEqual(restore(two, 3).map((p) => p.from), [2, 5]);
  assert.deepEqual(restore(restore(two, 3), 9).length, 2);
});

test("what was blacked out and still stands is found", () => {
  const cases = [
    ["王小明说了。后来王小明又说。", ["王小明"], ["王小明"]],
    ["Ms Li-Wei called. Later LI WEI came, ＬｉＷｅｉ.", ["Li-Wei"], ["LI WEI", "ＬｉＷｅｉ"]],
    ["Ann said it. It was planned.", ["Ann"], []],
    ["电话13800001111，也写作 138 0000 1111。", ["13800001111"], ["138 0000 1111"]],
    ["房间12，单号120012。", ["12"], []],
    ["我在东港船厂二车间工作。他问东港船厂二车间的人。", ["我在东港船厂二车间工作"], ["东港船厂二车间"]],
    ["他在厂里。厂里很吵。", ["他在厂里"], []],
    ["张三，李四。张 三和李、四都在。", ["张三", "李四"], ["张 三", "李、四"]],
    ["nothing else", ["nothing else"], []],
    ["e\u0301clair, then \u00c9CLAIR.", ["e\u0301clair"], ["\u00c9CLAIR"]],
  ];
  for (const [text, words, want] of cases) assert.deepEqual(left(text, ...words), want, text);
});

test("what stands inside another passage is no find", () => {
  const text = "王小明说了，后来王小明走了。";
  const all = blacken(text, over(text, "王小明"), text.lastIndexOf("王小明"), text.lastIndexOf("王小明") + 3, "reporter");
  assert.deepEqual(standing(text, all), []);
});

test("a long text takes no long time", () => {
  const text = "他在船厂的第二车间里说过这件事情。".repeat(500);
  const from = Date.now();
  standing(text, blacken(text, [], 0, 4000, "needless"));
  assert.ok(Date.now() - from < 3000);
});

test("nothing unseen stays in a text: a system can hide in it whose screen it was copied from", () => {
  const bits = ["\u200b", "\u200c", "\u200d", "\ufeff", "\u2060", "\u2062", "\u00ad", "\u034f", "\u061c", "\u115f", "\u180b", "\u3164", "\uffa0", "\ufe00", "\ufe0f", "\u{e0041}", "\u{e0100}", "\u202e", "\u2066", "\u0007", "\u009f", "\ufff9"];
  for (const b of bits) assert.equal(draft(`图${b}纸${b}`), "图纸", b.codePointAt(0).toString(16));
  assert.equal(draft("a  b\tc\u00a0\u2003d\u2800e"), "a b c d e", "kinds and numbers of blanks");
  assert.equal(draft("one \t \u3000\ntwo  "), "one\ntwo", "blanks at the end of a line");
  assert.equal(draft("a\u2028b\u0085c\u000bd\n\n\n\ne"), "a\nb\nc\nd\n\ne", "lines");
  assert.equal(draft("\u3000\u3000他说。e\u0301 👍🏽 مرحبا"), "\u3000\u3000他说。e\u0301 👍🏽 مرحبا", "what is seen stays");
  assert.equal(draft(draft("a\u200b \u200b b")), draft("a\u200b \u200b b"), "once is enough");
});

test("how to reach somebody is found in what leaves, and not where it is blacked out", () => {
  const text = "请打138 0000 1111找王小明，或写信到wang@mail.example。他在telegram频道。";
  const at = (...w) => naming(text, over(text, ...w), "王小明，电话13800001111\nwang@mail.example; tel").map((s) => text.slice(s.from, s.to));
  assert.deepEqual(at(), ["138 0000 1111", "王小明", "wang@mail.example"]);
  assert.deepEqual(at("138 0000 1111", "王小明"), ["wang@mail.example"]);
  assert.deepEqual(naming(text, [], ""), []);
  assert.deepEqual(joined([{ from: 4, to: 6 }, { from: 0, to: 2 }, { from: 1, to: 3 }]), [{ from: 0, to: 3 }, { from: 4, to: 6 }]);
});

test("a copy leaves on somebody else's signature, not on the server's word", () => {
  const { approvedBySomebody } = lib.staff.casefile;
  const item = (kind, id, by, body, doubt = null) => ({ kind, doc: { doc: id }, author: { role: "member", id: by }, day: "", body, doubt });
  const copy = item("copy", "A", "chen", {});
  const vote = (by, proposal, sealed, approve = true, doubt = null) => item("approval", "V", by, { proposal, sealed, approve, reasons: "" }, doubt);
  const is = (...votes) => approvedBySomebody([copy, ...votes], copy, "h");
  assert.equal(is(vote("zhao", "A", "h")), true);
  assert.equal(is(), false, "nobody");
  assert.equal(is(vote("zhao", "B", "h")), false, "another copy");
  assert.equal(is(vote("zhao", "A", "g")), false, "other words");
  assert.equal(is(vote("chen", "A", "h")), false, "their own");
  assert.equal(is(vote("zhao", "A", "h", false)), false, "refused");
  assert.equal(is(vote("zhao", "A", "h"), vote("sun", "A", "h", false)), false, "refused by one");
  assert.equal(is(vote("zhao", "A", "h", true, { key: "terminal.doc_forged" })), false, "forged");
  assert.equal(approvedBySomebody([{ ...vote("zhao", "A", "h"), unit: "unit-2" }], { ...copy, unit: "unit-1" }, "h"), false, "somebody of another office");
  assert.equal(approvedBySomebody([vote("zhao", "A", "h")], { ...copy, doubt: { key: "terminal.chain_prev" } }, "h"), false, "a copy in doubt");
});
