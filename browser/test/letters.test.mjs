// Letters from ready sentences: the same verdict and words as internal/pack, and a letter that is made again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { lib } from "./kit.mjs";

const { again, daysOf, made, render, said, whole } = lib.staff.letters;
const { sentences, cases } = JSON.parse(readFileSync(new URL("../../internal/pack/testdata/sentences.json", import.meta.url), "utf8"));
const plain = { form: "{y}-{m}-{d}", months: [..."123456789"].concat("10", "11", "12") };
const dates = { en: plain, "zh-Hans": plain };
const iso = (s) => s.replace("2026-3-9", "2026-03-09"); // the vectors write days as files do

test("every sentence says what the pack says, and refuses what it refuses", () => {
  assert.ok(cases.length > 100);
  for (const c of cases) {
    const s = { id: c.sentence, title: "", ...sentences[c.sentence] };
    s.asks ??= [];
    for (const lang of ["en", "zh-Hans"]) {
      const got = render(s, c.picks, lang, dates);
      assert.equal(got === null ? null : iso(got), c.texts === null ? null : c.texts[lang], JSON.stringify(c));
    }
  }
});

const frame = {
  lang: "en", text: "", days: { answer_by: "2026-04-30", today: "2026-03-09" }, dates: { en: { form: "{d} {m} {y}", months: ["January", "February", "March"] }, "zh-Hans": { form: "{y}年{m}月{d}日", months: ["1", "2", "3"] } },
  texts: { en: "We ask:\n{question}\nBy 30 April.", "zh-Hans": "我们想问：\n{question}\n4月30日前。" },
  sentences: [
    { id: "same", title: "", text: { en: "Is it what you wrote on {letter}?", "zh-Hans": "是{letter}写的那件事吗？" }, asks: [{ name: "letter", type: "day", label: "", options: [] }] },
    { id: "safe", title: "", text: { en: "Take care.", "zh-Hans": "请小心。" }, asks: [] },
  ],
};
const chosen = [{ id: "same", picks: { letter: ["2026-03-09"] } }, { id: "safe", picks: {} }];

test("a letter is made again only as it was sealed", () => {
  const letter = made(frame, "needs_info", "", chosen, " And {question}? ");
  const text = whole(frame, "needs_info", said(frame, chosen, " And {question}? ", "en"), "en");
  assert.equal(text, "We ask:\nIs it what you wrote on 9 March 2026?\nTake care.\nAnd {question}?\nBy 30 April.");
  assert.deepEqual(daysOf(letter), frame.days);
  assert.equal(again(frame, letter, text, "zh-Hans"), "我们想问：\n是2026年3月9日写的那件事吗？\n请小心。\nAnd {question}?\n4月30日前。");
  assert.equal(again(frame, letter, text + " ", "zh-Hans"), null); // changed by hand
  assert.equal(again({ ...frame, sentences: frame.sentences.slice(1) }, letter, text, "zh-Hans"), null); // the pack has it no more
  assert.equal(again(frame, { ...letter, sentences: [] }, text, "zh-Hans"), null); // says something else than was sent
  assert.equal(again(frame, letter, text, "fr"), null);
});

test("what is open shows as such, and nothing is said without it", () => {
  assert.equal(said(frame, [{ id: "same", picks: {} }], "", "en"), null);
  assert.equal(said(frame, [{ id: "same", picks: {} }], "", "en", "……"), "Is it what you wrote on ……?");
  assert.equal(said(frame, [{ id: "gone", picks: {} }], "x", "en"), null);
  assert.equal(whole({ ...frame, texts: { en: "" } }, "message", "Hello.", "en"), "Hello.");
  assert.equal(whole({ ...frame, texts: { en: "Dear." } }, "first", "Hello.", "en"), "Dear.\n\nHello.");
});
