// Reading the reports that wait, so that those which are nearly the same can be told. What was read is kept under seal for next time.
import { unitOn } from "../../../browser/src/proof/keyset";
import { framed } from "../../../browser/src/staff/framed";
import { get, getBytes, postBytes, postForBytes, Refused } from "./api";
import { askKeeper } from "./keeper";
import type { Facts, Unit } from "./unit";

/** A case about which nothing was decided, as GET work/U/alike lists it. */
export interface Waits {
  number: string;
  case: string;
  category: string;
  lang: string;
  day: string;
  state: string;
  danger: boolean;
  proposal: { kind: string; code: string; by: string } | null;
}

/** Reports that are asked for at once: the worker is busy with them for about half a second. */
const BATCH = 50;
/** After so many reports the list is kept: a page that is shut loses no more. */
const KEEP = 500;
/** How often something is tried again when the server is busy or a colleague was faster. */
const TRIES = 10;

/** Everything that waits in an office. */
export async function waiting(unit: string): Promise<Waits[]> {
  const out = new Map<string, Waits>();
  for (let at = ""; ; ) {
    const page: { rows: Waits[]; next: string; more: boolean } = await get(`work/${unit}/alike${at === "" ? "" : "?after=" + encodeURIComponent(at)}`);
    for (const r of page.rows) out.set(r.case, r);
    if (!page.more) return [...out.values()];
    at = page.next;
  }
}

const pause = (milliseconds: number): Promise<void> => new Promise((go) => window.setTimeout(go, milliseconds));

/** Asks again while the server is busy. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let i = 1; ; i++) {
    try {
      return await ask();
    } catch (e) {
      if (!(e instanceof Refused) || e.status !== 503 || i === TRIES) throw e;
      await pause(1000 * i);
    }
  }
}

/** What the reports of an office are read with, while this page is open. */
export class Reader {
  /** Numbers of reports that could not be read, and why. */
  readonly unread = new Map<string, string>();
  #version = 0;
  #gone: string[] | null = null;
  #stopped = false;

  constructor(
    private readonly facts: Facts,
    private readonly unit: Unit,
    private waits: readonly Waits[],
  ) {}

  /** Another list of what waits. */
  renew(waits: readonly Waits[]): void {
    this.waits = waits;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Takes the sealed list as it stands at the server. */
  async #load(): Promise<{ found: boolean; known: string[] }> {
    const { head, rest } = framed(await getBytes(`work/${this.unit.unit}/alike/sketches`));
    this.#version = Number((head as { version?: unknown }).version);
    const signers = this.unit.rosters.flatMap((r) => r.members).filter((m) => m.roles.includes("triage") || m.roles.includes("approver")).map((m) => m.sign);
    return askKeeper("floodBegin", { unit: this.unit.unit, sealed: rest, signers: [...new Set(signers)] });
  }

  /** What the sealed list knows need not be read. Gives the cases that are known. */
  async begin(): Promise<Set<string>> {
    const { found, known } = await this.#load();
    const waits = new Set(this.waits.map((w) => w.case));
    this.#gone ??= known.filter((c) => !waits.has(c));
    if (!found) await this.keep(); // the secret, before anything is read under it
    return new Set(known);
  }

  /** Keeps what was read. Another who keeps at the same time loses nothing, and neither does this. */
  async keep(): Promise<void> {
    const { unit, set } = this.unit;
    const recipient = unitOn(set, unit, this.facts.day)?.recipient ?? "";
    for (let i = 1; ; i++) {
      const { sealed, since } = await askKeeper("floodKeep", { unit, recipient, day: this.facts.day, gone: this.#gone ?? [] });
      try {
        const path = `work/${unit}/alike/sketches?version=${this.#version}&since=${since}`;
        this.#version = (await patiently(() => postBytes<{ version: number }>(path, new Blob([sealed as Uint8Array<ArrayBuffer>]), new AbortController().signal))).version;
        return;
      } catch (e) {
        if (!(e instanceof Refused) || e.status !== 409 || i === TRIES) throw e;
        await this.#load();
      }
    }
  }

  /** Reads what is not known yet. told hears how many of all are. What was read until it ends, or throws, is kept. */
  async run(told: (done: number, of: number) => void): Promise<void> {
    this.#stopped = false;
    const known = await this.begin();
    const todo = this.waits.filter((w) => !known.has(w.case));
    const before = this.waits.length - todo.length;
    let kept = 0;
    let done = 0;
    let next = this.#fetch(todo.slice(0, BATCH));
    try {
      for (let at = 0; at < todo.length && !this.#stopped; at += BATCH) {
        const asked = todo.slice(at, at + BATCH);
        const answer = await next;
        next = this.#fetch(todo.slice(at + BATCH, at + 2 * BATCH));
        await this.#take(asked, answer);
        done += asked.length;
        told(before + done, this.waits.length);
        if (done - kept < KEEP) continue;
        kept = done;
        await this.keep();
      }
    } finally {
      next.catch(() => undefined);
      if (done > kept) await this.keep();
    }
  }

  #fetch(some: readonly Waits[]): Promise<Uint8Array | null> {
    const answer = some.length === 0 ? Promise.resolve(null) : patiently(() => postForBytes(`work/${this.unit.unit}/alike/reports`, { numbers: some.map((w) => w.number) }));
    answer.catch(() => undefined); // whoever waits for it hears
    return answer;
  }

  /** Gives the reports of an answer to the keeper, and asks again for what had no room in it. */
  async #take(asked: readonly Waits[], first: Uint8Array | null): Promise<void> {
    let left = asked;
    for (let answer = first; answer !== null && left.length > 0; answer = await this.#fetch(left)) {
      const { read, unread } = await askKeeper("floodRead", { unit: this.unit.unit, answer, wanted: left.map(({ number, case: id, day }) => ({ number, case: id, day })) });
      for (const u of unread) this.unread.set(u.number, u.why);
      if (read.length + unread.length === 0) return; // the others wait no more
      const came = new Set([...read, ...unread.map((u) => u.number)]);
      left = left.filter((w) => !came.has(w.number));
    }
  }

  /** Sees to it that the words of some reports are at hand, and gives them; null for what cannot be read. */
  async words(some: readonly Waits[]): Promise<(string | null)[]> {
    const cases = some.map((w) => w.case);
    const { words } = await askKeeper("floodWords", { unit: this.unit.unit, cases });
    const missing = some.filter((w, i) => words[i] === null && !this.unread.has(w.number));
    if (missing.length === 0) return words;
    for (let at = 0; at < missing.length; at += BATCH) {
      const part = missing.slice(at, at + BATCH);
      await this.#take(part, await this.#fetch(part));
    }
    return (await askKeeper("floodWords", { unit: this.unit.unit, cases })).words;
  }
}
