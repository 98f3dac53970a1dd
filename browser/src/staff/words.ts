import { Fault } from "../fault";
import { canonical, codeParts, type WordList } from "../receipt";

/**
 * The numbers of typed words, of which there must be n, all among the first below of the list. Case, width, blanks and
 * other separators are forgiven. Throws "word" for the first that is not there, then "length".
 */
export function knownWords(typed: string, n: number, list: WordList, below = list.at.length): number[] {
  const words = codeParts(typed);
  const out = words.map((w) => (list.has.has(w) ? list.at.indexOf(w) : -1));
  const bad = out.findIndex((at) => at < 0 || at >= below);
  if (bad >= 0) throw new Fault("word", String(bad + 1));
  if (words.length !== n) throw new Fault("length", String(words.length));
  return out;
}

/** n typed words in the form in which they are drawn; throws as knownWords. */
export function typedWords(typed: string, n: number, list: WordList): string {
  knownWords(typed, n, list);
  return canonical(typed);
}
