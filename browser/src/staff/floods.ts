// What a member's keeper does with many reports that are nearly the same: it opens them, remembers sketches and words, and says
// which are alike. Words leave it only where a page asks for those of one report, or for what differs.

import type { Report } from "../bodies";
import { random } from "../bytes";
import { checkChain, EMPTY } from "../chain";
import { Fault } from "../fault";
import { open as openSealed, type Identity, parseRecipient, seal } from "../seal";
import type { Holder, OpenedDocument } from "./casekeys";
import { framed } from "./framed";
import type { Handlers } from "./serve";
import { type Alike, group, inCommon, piecesOf, Sketcher } from "./sketch";
import { type Entry, readList, type SketchList, wordsOf, writeList } from "./sketchlist";
import { type Change, changes } from "./textdiff";
import { typedIn } from "./typed";

/** A report that the page asked for. */
export interface Wanted {
  number: string;
  case: string;
  /** Of its case. */
  day: string;
}

/** Why a report could not be read. */
export type Unread = "key" | "damaged" | "unsigned";

/** What each operation asks and answers. A unit is one whose key is kept. */
export interface FloodOperations {
  /**
   * Takes the sealed list of a unit, empty for none, together with what is known here already. signers are the keys of those who
   * may keep it, out of verified rosters. found: a list that opens and verifies; else the page keeps one first of all.
   */
  floodBegin: { ask: { unit: string; sealed: Uint8Array; signers: readonly string[] }; answer: { found: boolean; known: string[] } };
  /** Opens reports, as the server answered, and sketches them. Numbers that did not come are in neither list. */
  floodRead: { ask: { unit: string; answer: Uint8Array; wanted: readonly Wanted[] }; answer: { read: string[]; unread: { number: string; why: Unread }[] } };
  /** The list, sealed to the unit's key in force, without the cases that are gone. since is the day of its oldest, or day. */
  floodKeep: { ask: { unit: string; recipient: string; day: string; gone: readonly string[] }; answer: { sealed: Uint8Array; since: string } };
  /** Which of some cases are alike. unknown were not read. */
  floodGroup: { ask: { unit: string; cases: readonly string[] }; answer: { groups: Alike[]; alone: string[]; files: string[]; unknown: string[] } };
  /** The words of reports, null where they are not at hand. */
  floodWords: { ask: { unit: string; cases: readonly string[] }; answer: { words: (string | null)[] } };
  /** What each of some reports has that the example has not, and the other way round; null where words are not at hand. */
  floodChanges: { ask: { unit: string; example: string; cases: readonly string[] }; answer: { changes: (Change[] | null)[] } };
  /** What a report that was opened has in common with the example, exactly: 0 to 1, and 0 where the example's words are not at hand. */
  floodLike: { ask: { unit: string; example: string; report: Report }; answer: { like: number } };
}

/** How many characters of words are remembered; what was read first is forgotten, and fetched again when somebody looks. */
const MOST_WORDS = 60_000_000;

class Memory implements SketchList {
  readonly entries = new Map<string, Entry>();
  readonly words = new Map<string, string>();
  sketcher: Sketcher;
  #size = 0;

  constructor(public secret: Uint8Array) {
    this.sketcher = new Sketcher(secret);
  }

  /** Goes over to the secret of a list that was kept elsewhere: what is still at hand is sketched anew, the rest is read again. */
  adopt(list: SketchList): void {
    if (list.secret.some((b, i) => b !== this.secret[i])) {
      this.secret = list.secret;
      this.sketcher = new Sketcher(list.secret);
      for (const [id, e] of [...this.entries]) {
        const words = this.words.get(id);
        if (words === undefined) this.entries.delete(id);
        else this.entries.set(id, { ...e, sketch: this.sketcher.sketch(words) });
      }
    }
    for (const [id, e] of list.entries) if (!this.entries.has(id)) this.entries.set(id, e);
  }

  add(id: string, day: string, r: Report): void {
    const words = wordsOf(r);
    this.entries.set(id, { day, files: r.files.length > 0, sketch: this.sketcher.sketch(words) });
    this.#size += words.length - (this.words.get(id)?.length ?? 0);
    this.words.delete(id);
    this.words.set(id, words);
    for (const [old, gone] of this.words) {
      if (this.#size <= MOST_WORDS) break;
      this.words.delete(old);
      this.#size -= gone.length;
    }
  }
}

/** The memory of a keeper about reports that wait. */
export class Floods {
  readonly #units = new Map<string, Memory>();

  constructor(
    private readonly who: Holder,
    private readonly open: (sealed: Uint8Array) => OpenedDocument,
  ) {}

  forget(): void {
    this.#units.clear();
  }

  handlers(): Handlers<FloodOperations> {
    return {
      floodBegin: (q) => this.#begin(q),
      floodRead: ({ unit, answer, wanted }) => this.#read(unit, answer, wanted),
      floodKeep: ({ unit, recipient, day, gone }) => {
        const m = this.#memory(unit);
        for (const id of gone) m.entries.delete(id);
        const key = this.#keys(unit).find((k) => k.recipient === recipient);
        if (key === undefined) throw new Fault("key_file", "the office's key is not here");
        const mine = this.who.file();
        const plain = writeList(m, { instance: mine.holder.instance, unit, by: mine.holder.id, day }, mine.sign);
        const since = [...m.entries.values()].reduce((first, e) => (e.day < first ? e.day : first), day);
        return { sealed: seal(plain, [parseRecipient(recipient)]), since };
      },
      floodGroup: ({ unit, cases }) => {
        const { entries } = this.#memory(unit);
        const known = cases.flatMap((id) => (entries.has(id) ? [{ id, ...entries.get(id)! }] : []));
        return { ...group(known), files: known.filter((k) => k.files).map((k) => k.id), unknown: cases.filter((id) => !entries.has(id)) };
      },
      floodWords: ({ unit, cases }) => ({ words: cases.map((id) => this.#memory(unit).words.get(id) ?? null) }),
      floodChanges: ({ unit, example, cases }) => {
        const { words } = this.#memory(unit);
        const from = words.get(example);
        return { changes: cases.map((id) => (from === undefined || !words.has(id) ? null : changes(from, words.get(id)!))) };
      },
      floodLike: ({ unit, example, report }) => {
        const from = this.#memory(unit).words.get(example);
        return { like: from === undefined ? 0 : inCommon(piecesOf(from), piecesOf(wordsOf(report))) };
      },
    };
  }

  /** The keys of a unit that are kept. */
  #keys(unit: string): Identity[] {
    return this.who.units().filter((u) => u.holder.id === unit).map((u) => u.age);
  }

  #memory(unit: string): Memory {
    const m = this.#units.get(unit);
    if (m === undefined) throw new Fault("order", "nothing was begun");
    return m;
  }

  #begin({ unit, sealed, signers }: FloodOperations["floodBegin"]["ask"]): { found: boolean; known: string[] } {
    const { instance } = this.who.file().holder;
    let list: SketchList | null = null;
    try {
      if (sealed.length > 0) list = readList(openSealed(sealed, this.#keys(unit)), { instance, unit }, signers);
    } catch (e) {
      if (!(e instanceof Fault)) throw e; // what is none of ours is made anew
    }
    const m = this.#units.get(unit) ?? new Memory(list?.secret ?? random(32));
    this.#units.set(unit, m);
    if (list !== null) m.adopt(list);
    return { found: list !== null, known: [...m.entries.keys()] };
  }

  #read(unit: string, answer: Uint8Array, wanted: readonly Wanted[]): { read: string[]; unread: { number: string; why: Unread }[] } {
    const m = this.#memory(unit);
    const read: string[] = [];
    const unread: { number: string; why: Unread }[] = [];
    for (const { number, sealed } of reportsIn(answer)) {
      const w = wanted.find((x) => x.number === number);
      if (w === undefined) continue; // nobody asked for it
      const r = this.#report(unit, w.case, sealed);
      if (typeof r === "string") unread.push({ number, why: r });
      else {
        m.add(w.case, w.day, r);
        read.push(number);
      }
    }
    return { read, unread };
  }

  /** A report that belongs where the server put it, or why it counts as unread: the rules of casefile.ts. */
  #report(unit: string, id: string, sealed: Uint8Array): Report | Unread {
    try {
      const s = this.open(sealed);
      checkChain({ instance: this.who.file().holder.instance, case: id, chain: "reporter", unit }, EMPTY, [{ sealed: s.sealed, document: s.document }]);
      if (s.document.kind !== "report") return "damaged";
      const r = s.body as Report;
      // Who typed it only a roster tells, which the case's own page has. Here a stranger's report counts as much, and is worth as little.
      return typedIn(s) || s.signers.some((x) => x.role === "reporter" && x.key === r.mailbox.sign) ? r : "unsigned";
    } catch (e) {
      if (!(e instanceof Fault) || e.kind === "locked") throw e;
      return e.kind === "wrong_key" ? "key" : "damaged";
    }
  }
}

/** Reads an answer of many reports: a head, and their bytes. Throws "format" for what is none. */
function reportsIn(answer: Uint8Array): { number: string; sealed: Uint8Array }[] {
  const { head, rest } = framed(answer);
  const { reports } = head as { reports?: unknown };
  if (!Array.isArray(reports)) throw new Fault("format", "answer");
  let at = 0;
  const out = (reports as { number?: unknown; size?: unknown }[]).map(({ number, size }) => {
    if (typeof number !== "string" || typeof size !== "number" || !Number.isInteger(size) || size < 0) throw new Fault("format", "answer");
    at += size;
    return { number, sealed: rest.slice(at - size, at) };
  });
  if (at !== rest.length) throw new Fault("format", "answer");
  return out;
}
