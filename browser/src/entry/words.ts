// The word list, for those who choose words.
import { unpack } from "../wordlist";

export const list = unpack();
