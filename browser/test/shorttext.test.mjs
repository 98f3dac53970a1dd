import assert from "node:assert/strict";
import test from "node:test";
import { lib } from "./kit.mjs";

const { Wanted, excerpt, judgeShort } = lib.staff.shorttext;
const marked = (typed, text) => new Wanted(typed).find(text)?.map(([a, b]) => text.slice(a, b)) ?? null;

test("words are found whatever their case, width and composition", () => {
  assert.deepEqual(marked("pump", "The PUMP and the pump"), ["PUMP", "pump"]);
  assert.deepEqual(marked("ＡＢＣ１", "abc1 ａｂｃ１"), ["abc1", "ａｂｃ１"]);
  assert.deepEqual(marked("é", "cafe\u0301"), ["e\u0301"]);
  assert.deepEqual(marked("e\u0301", "café"), ["é"]);
  assert.deepEqual(marked("烟雾", "更衣室的烟雾报警器"), ["烟雾"]);
  assert.deepEqual(marked("报警器　更衣室", "更衣室的烟雾报警器"), ["更衣室", "报警器"]);
  assert.deepEqual(marked("office", "the o\ufb03ce"), ["o\ufb03ce"], "a ligature is marked whole");
  assert.deepEqual(marked("aa", "aaaa"), ["aaaa"]);
  assert.deepEqual(marked("İ", "i\u0307"), ["i\u0307"]);
});

test("a text without one of the words is no hit, and nothing is looked for when nothing was typed", () => {
  assert.equal(marked("pump valve", "the pump"), null);
  assert.equal(marked("  　 ", "the pump"), null);
  assert.equal(marked("", ""), null);
  assert.equal(marked(".*", "the pump"), null);
  assert.deepEqual(marked(".*", "a .* b"), [".*"]);
});

test("an excerpt holds the first hit, whole characters, and every character at most once", () => {
  const text = "𠮷".repeat(60) + "pump" + "😀".repeat(200);
  const pieces = excerpt(text, new Wanted("pump").find(text));
  assert.deepEqual(pieces.filter((p) => p.marked).map((p) => p.text), ["pump"]);
  assert.ok(pieces.every((p) => p.text.isWellFormed()));
  assert.ok(text.includes(pieces.slice(1, -1).map((p) => p.text).join("")));
  assert.deepEqual(excerpt("short", []), [{ text: "short", marked: false }]);
  for (let i = 0; i < 40; i++) {
    const t = "ab ｃ\u0301d😀".repeat(i), q = new Wanted("c\u0301d").find(t);
    if (q !== null) assert.ok(excerpt(t, q, i).some((p) => p.marked));
  }
});

test("a title counts where it belongs, written by a member of its day", () => {
  const member = (id, sign) => ({ id, name: id, roles: ["triage"], recipient: "", sign, key: "" });
  const roster = (version, day, ...members) => ({ instance: "i", unit: "u", version, day, members, body: "" });
  const rosters = [roster(1, "2026-01-01", member("chen", "K1")), roster(2, "2026-02-01", member("lin", "K2"))];
  const at = { instance: "i", unit: "u", case: "c", doc: "d", kind: "title" };
  const inspectors = (id, day) => (id === "qian" && day >= "2026-01-05" ? ["K9"] : []);
  const read = (change = {}, key = "K1", role = "member") => ({
    body: { text: "x", files: [] },
    document: { instance: "i", unit: "u", case: "c", id: "d", kind: "title", seq: 1, prev: "", day: "2026-01-10", author: { role: "member", id: "chen" }, ...change }, signers: [{ role, key }],
  });
  assert.equal(judgeShort(read(), at, rosters, inspectors), null);
  for (const field of ["instance", "unit", "case", "id", "kind"]) assert.equal(judgeShort(read({ [field]: "x" }), at, rosters, inspectors), "elsewhere");
  assert.equal(judgeShort(read({}, "K2"), at, rosters, inspectors), "author", "the key of another");
  assert.equal(judgeShort(read({}, "K1", "unit"), at, rosters, inspectors), "author", "signed in another role");
  assert.equal(judgeShort(read({ author: { role: "unit", id: "chen" } }), at, rosters, inspectors), "author");
  assert.equal(judgeShort(read({ day: "2025-12-31" }), at, rosters, inspectors), "author", "before the roster");
  assert.equal(judgeShort(read({ day: "2026-02-02" }), at, rosters, inspectors), "author", "after they left");
  assert.equal(judgeShort(read({ day: "2026-02-01" }), at, rosters, inspectors), null, "on the day of the change both count");
  const voice = { kind: "note", author: { role: "inspector", id: "qian" } };
  const note = { ...at, kind: "note" };
  assert.equal(judgeShort(read(voice, "K9", "inspector"), note, rosters, inspectors), null, "an inspector's voice");
  assert.equal(judgeShort(read(voice, "K1", "inspector"), note, rosters, inspectors), "author", "the key of another inspector");
  assert.equal(judgeShort(read(voice, "K9", "member"), note, rosters, inspectors), "author", "signed as a member");
  assert.equal(judgeShort(read({ ...voice, kind: "title" }, "K9", "inspector"), at, rosters, inspectors), "author", "inspectors give no titles");
});
