// Letters: one verdict with internal/lettercheck, and what a letter has in common with a report.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { lib } from "./kit.mjs";

const { checkLetter } = lib.staff.lettercheck;
const { common } = lib.staff.shared;

test("the check says of every sentence what the server says", () => {
  const lines = readFileSync(new URL("../../internal/lettercheck/testdata/verdicts.jsonl", import.meta.url), "utf8").trim().split("\n");
  assert.ok(lines.length >= 120);
  for (const line of lines) {
    const { text, hits } = JSON.parse(line);
    assert.deepEqual(checkLetter(text), hits, text);
  }
});

const parts = (letter, report, files) => common(letter, report, files).map((c) => [c.what, letter.slice(c.from, c.to)]);

test("runs of the reporter's words are found, shorter ones are not", () => {
  const report = "三月初，采购科的人让我把图纸一页一页拍下来，每页给五十元。我没有答应。";
  assert.deepEqual(parts("有人反映：采购科的人让我把图纸一页一页拍下来。", report), [["words", "采购科的人让我把图纸一页一页拍下来"]]);
  assert.deepEqual(parts("有人反映采购科的人让我把图纸带走。", report), []); // eleven characters
  assert.deepEqual(parts("采购科的人，让我把图纸；一页", report), [["words", "采购科的人，让我把图纸；一页"]]);
  const english = "He asked me to photograph the drawings page by page and offered fifty a page.";
  assert.deepEqual(parts("Somebody says you ASKED ME to photograph the drawings, page by page!", english), [["words", "ASKED ME to photograph the drawings, page by page"]]);
  assert.deepEqual(parts("Somebody photographed the drawings page by page.", english), []);
  assert.deepEqual(parts("", english), []);
  assert.deepEqual(parts("anything", ""), []);
});

test("days and names of files are found however they are written", () => {
  assert.deepEqual(parts("您在3月9日做过什么？", "2026-03-09 晚上"), [["day", "3月9日"]]);
  assert.deepEqual(parts("On March 9 or 10 April", "it was the 9 March 2026"), [["day", "March 9"]]);
  assert.deepEqual(parts("On 2026-03-10", "9 March"), []);
  assert.deepEqual(parts("The plan-of-hall.JPG shows it", "", ["plan-of-hall.jpg", "a.png"]), [["file", "plan-of-hall"]]);
});

test("a long letter against a long report takes no time to speak of", () => {
  const report = "他说这件事不要告诉别人。".repeat(1600);
  const before = Date.now();
  assert.ok(common("他说这件事不要告诉任何人。".repeat(250), report).length === 0);
  assert.ok(Date.now() - before < 5000);
});
