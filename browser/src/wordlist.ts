import { packed } from "./packed";

/** The words of docs/spec/seal.md section 3, for wordList, which checks them. */
export function unpack(): string[] {
  const words: string[] = [];
  let before = "";
  // A capital letter says how many letters a word shares with the one before it: A none, B one.
  for (const m of packed.matchAll(/([A-Z])([a-z]+)/g)) {
    before = before.slice(0, m[1]!.charCodeAt(0) - 65) + m[2]!;
    words.push(before);
  }
  return words;
}
