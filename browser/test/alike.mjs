// Texts that are nearly the same, made of those in testdata/alike.json: what people change when they copy a text.
import { readFileSync } from "node:fs";

const { texts } = JSON.parse(readFileSync(new URL("../testdata/alike.json", import.meta.url), "utf8"));

const greeting = { zh: "尊敬的工作人员：", en: "Dear Sir or Madam, " };
const ending = { zh: "谢谢！请尽快处理。", en: " Thank you, please act soon." };
const link = " https://example.com/a?id=" + "7731";
const digits = (s, by) => s.replace(/[0-9]|[一二三四五六七八九]|\b(?:one|two|three|four|five|six|seven|eight|nine)\b/g, (d) => by[d] ?? d);
const other = { zh: { 三: "五", 九: "八", 两: "三", 五: "六", 二: "四" }, en: { nine: "eight", three: "four", two: "five", five: "seven", eight: "nine" } };
/** Drops one sentence of the middle. */
const shorter = (s) => {
  const all = s.match(/[^。！？.!?]+[。！？.!?]+\s*/g) ?? [s];
  return all.length < 4 ? s.slice(0, Math.floor(s.length * 0.9)) : all.filter((_, i) => i !== 2).join("");
};

const ways = [
  (s) => s,
  (s) => s.replace(/[，。,.]/g, " "),
  (s, lang) => greeting[lang] + s.replace(/^(您好，|Hello, )/, ""),
  (s, lang) => digits(s, other[lang]),
  (s) => s + link,
  (s, lang) => s + ending[lang],
  (s) => s.toUpperCase().replace(/ /g, "\u00a0"),
  (s) => shorter(s),
];

/** Every text in every way: id, group, text. */
export const labelled = texts.flatMap(({ group, lang, text }) => ways.map((w, i) => ({ id: `${group}-${i}`, group, text: w(text, lang) })));

/** A generator of numbers below n that is the same each time. */
export function numbers(seed) {
  let x = seed >>> 0;
  return (n) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return Math.floor((x / 2 ** 32) * n);
  };
}

/** n copies of one text of the corpus, each with another ending, number or greeting. */
export function flood(n, which = 9) {
  const { text, lang } = texts[which];
  const next = numbers(7);
  return Array.from({ length: n }, (_, i) => {
    const w = ways[[0, 1, 2, 4, 5][next(5)]];
    return { id: String(i).padStart(5, "0"), text: `${w(text, lang)} ${next(1000)}` };
  });
}
