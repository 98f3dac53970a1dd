// What a person keeps for themself: filters, texts, reminders, and whether single keys work. One JSON object, sealed to their
// own key and signed by it (docs/spec/staff.md 8), so that a server can neither read it nor put a word into it.
import { base64url, fromBase64url, fromUtf8, utf8 } from "../bytes";
import { parseKey, verify } from "../ed25519";
import { Fault } from "../fault";
import { open, parseRecipient, seal } from "../seal";
import { type Fields, parseStrict, type Value } from "../strictjson";
import { isDay, isName } from "../syntax";
import type { KeyFile } from "./keyfile";

/** A list with its filters under a name. */
export interface SavedFilter {
  name: string;
  unit: string;
  show: string;
  /** Field and value, as the address of the list has them. */
  filter: Record<string, string>;
}

/** A text that is used again and again. */
export interface SavedText {
  name: string;
  text: string;
}

/** Something to do, by a day or "" for some time; number is a case's, or "". done is the day, "" while it is open. */
export interface Reminder {
  id: string;
  unit: string;
  number: string;
  text: string;
  due: string;
  done: string;
}

export interface Own {
  /** Single keys do something. */
  keys: boolean;
  filters: SavedFilter[];
  texts: SavedText[];
  reminders: Reminder[];
}

/** Operations of a keeper on it. text is the JSON. */
export interface OwnOperations {
  /** The file as it goes to the server. */
  sealOwn: { ask: { version: number; text: string }; answer: { sealed: Uint8Array } };
  /** The words of a file that sealOwn made for this person. Throws "signature" for what another made, or for another version. */
  openOwn: { ask: { sealed: Uint8Array; version: number }; answer: { text: string } };
}

export const nothing = (): Own => ({ keys: true, filters: [], texts: [], reminders: [] });

/** Characters of a name and of a text, and how many of each kind. The page says so before. */
export const MOST = { name: 60, text: 4000, filters: 50, texts: 100, reminders: 500 };

/** Writes it, in one line. */
export const writeOwn = (o: Own): string => JSON.stringify({ v: 1, ...o });

/** Reads it. Throws "document". */
export function readOwn(text: string): Own {
  const f = parseStrict(utf8(text));
  if (f["v"] !== 1 || typeof f["keys"] !== "boolean") throw bad();
  return {
    keys: f["keys"],
    filters: list(f["filters"], MOST.filters, (x) => ({ name: name(x["name"]), unit: text0(x["unit"], 40), show: text0(x["show"], 20), filter: strings(x["filter"]) })),
    texts: list(f["texts"], MOST.texts, (x) => ({ name: name(x["name"]), text: text0(x["text"], MOST.text) })),
    reminders: list(f["reminders"], MOST.reminders, (x) => ({
      id: text0(x["id"], 40), unit: text0(x["unit"], 40), number: text0(x["number"], 40), text: text0(x["text"], MOST.text), due: day(x["due"]), done: day(x["done"]),
    })),
  };
}

const bad = () => new Fault("document", "own file");

function list<T>(v: Value | undefined, most: number, one: (f: Fields) => T): T[] {
  if (!Array.isArray(v) || v.length > most) throw bad();
  return v.map((x) => {
    if (typeof x !== "object" || Array.isArray(x)) throw bad();
    return one(x);
  });
}

function text0(v: Value | undefined, most: number): string {
  if (typeof v !== "string" || v.length > most) throw bad();
  return v;
}

function name(v: Value | undefined): string {
  const s = text0(v, MOST.name);
  if (s.trim() === "") throw bad();
  return s;
}

function day(v: Value | undefined): string {
  const s = text0(v, 10);
  if (s !== "" && !isDay(s)) throw bad();
  return s;
}

function strings(v: Value | undefined): Record<string, string> {
  if (typeof v !== "object" || Array.isArray(v)) throw bad();
  return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, text0(x, 60)]));
}

const HEAD = "clarion/own-file/v1\n";
/** A file says in steps of so many bytes how much it holds. */
const STEP = 4096;

/** What is signed: whose it is, which version, and the words. */
function statement(who: KeyFile, version: number, text: string): string {
  const { instance, id } = who.holder;
  if (!isName(id) || !Number.isSafeInteger(version) || version < 1) throw new Fault("request", "own file");
  return `${HEAD}${instance}\n${id}\n${version}\n${text}`;
}

/** Signs and seals the words as a version of somebody's file. */
export const sealOwn = (who: KeyFile, version: number, text: string): Uint8Array => sealSaid(who, (words) => statement(who, version, words), text);

/** The words of a file that sealOwn made of this version for the same person. */
export const openOwn = (who: KeyFile, version: number, sealed: Uint8Array): string => openSaid(who, statement(who, version, ""), sealed);

/** Signs and seals a statement that ends with the words, to whoever signs it. */
export function sealSaid(who: KeyFile, statement: (words: string) => string, text: string): Uint8Array {
  const padded = text + " ".repeat(STEP - 1 - ((utf8(text).length + STEP - 1) % STEP));
  const said = statement(padded);
  return seal(utf8(base64url(who.sign.sign("", utf8(said))) + "\n" + said), [parseRecipient(who.age.recipient)]);
}

/** The words of what sealSaid made for the same person, behind head. Throws "signature". */
export function openSaid(who: KeyFile, head: string, sealed: Uint8Array): string {
  const text = fromUtf8(open(sealed, [who.age])) ?? "";
  const cut = text.indexOf("\n");
  const said = text.slice(cut + 1);
  const signature = fromBase64url(text.slice(0, Math.max(0, cut)), 64);
  const key = parseKey(who.sign.encoded);
  if (signature === null || key === null || !said.startsWith(head) || !verify(key, utf8(said), signature)) throw new Fault("signature", "own file");
  return said.slice(head.length).replace(/ +$/, "");
}
