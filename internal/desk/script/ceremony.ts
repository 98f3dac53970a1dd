// The page's side of the worker that makes root key, recovery kit and offices' keys. It lives for one ceremony.
import { base64, base64url, fromBase64url, hexHash, utf8 } from "../../../browser/src/bytes";
import type { CeremonyOperations } from "../../../browser/src/staff/ceremony";
import type { Joined, Office, SignedRecovery } from "../../../browser/src/staff/offices";
import type { CopyState, KeyCopy } from "../../../browser/src/staff/renewal";
import { Worked } from "../../../browser/src/staff/serve";
import { Refused } from "./api";
import { need, start } from "./keeper";
import type { Facts } from "./keys";
import type { Chosen } from "./propose";

/** A sheet to print. */
export interface Sheet {
  kind: "root" | "recovery";
  /** Of recovery sheets, from 1. */
  place: number;
  words: readonly string[];
}

/** A recovery kit while the page makes it, with the root's sheet when that is made too. */
export interface Kit {
  k: number;
  n: number;
  /** Eight letters and digits that tell this kit from others; they stand on its sheets. */
  mark: string;
  sheets: readonly Sheet[];
}

/** By what people tell one kit from another: nothing of it opens anything. */
export function markOf(recipient: string): string {
  const hash = hexHash(utf8(recipient));
  return hash.slice(0, 4) + " " + hash.slice(4, 8);
}

let ceremony: { ask: Worked<CeremonyOperations>; end(): void } | null = null;

function worker(fresh: boolean): Worked<CeremonyOperations> {
  if (fresh || ceremony === null) {
    ceremony?.end();
    const w = start("ceremony");
    ceremony = { ask: new Worked<CeremonyOperations>(w), end: () => w.terminate() };
  }
  return ceremony.ask;
}

/** Forgets everything that the worker holds. */
export function endCeremony(): void {
  ceremony?.end();
  ceremony = null;
}

/** Makes the root key and the first kit. */
export async function newKit(facts: Facts, k: number, n: number): Promise<Kit> {
  const { sheets, recipient } = await worker(true).ask("begin", { instance: facts.instance, k, n });
  return { k, n, mark: markOf(recipient), sheets };
}

/** Makes a kit alone. What was typed of the one on record stays. */
export async function nextKit(facts: Facts, k: number, n: number): Promise<Kit> {
  const { sheets, recipient } = await worker(false).ask("kit", { instance: facts.instance, k, n });
  return { k, n, mark: markOf(recipient), sheets };
}

/** Checks a sheet as it was typed, and gives its index. */
export async function typeBack(words: string): Promise<number> {
  return (await worker(false).ask("typedBack", { words })).sheet;
}

/** Signs the first list. May be asked again. */
export async function signFirst(facts: Facts): Promise<object> {
  const { list, recovery } = await worker(false).ask("firstList", { server: { instance: facts.instance, ...facts.server }, authority: facts.authority, day: facts.day });
  return { list: base64(list), kit: { ...recovery, signature: base64url(recovery.signature) } };
}

/** Takes a sheet of the kit on record, and gives how many more are needed. */
export async function oldSheet(facts: Facts, words: string): Promise<number> {
  const { recipient, k, n } = onRecord(facts);
  return (await worker(false).ask("oldSheet", { instance: facts.instance, words, recovery: { recipient, k, n } })).need;
}

/** What the sheets open, of every key of an office that the list names. */
export async function looks(facts: Facts, copies: readonly KeyCopy[]): Promise<CopyState[]> {
  return (await worker(false).ask("opens", { list: need(facts.list), copies: [...copies] })).keys;
}

/** What is sent of a change; made is what each member of it is called at the server. */
interface Asked {
  instance: string;
  list: Uint8Array;
  day: string;
  people: Joined[];
  offices: Office[];
}

function asked(facts: Facts, chosen: readonly Chosen[]): Asked {
  const people: Joined[] = chosen.flatMap(({ person: p, words }) => (p.role === "administrator" ? [] : [{ id: p.account, name: p.name, role: p.role, recipient: p.recipient, sign: p.sign, words }]));
  const offices = facts.offices.flatMap((o) => {
    const holders = chosen.flatMap((c) => (c.offices[o.id] === undefined ? [] : [{ id: c.person.account, roles: [...c.offices[o.id]!] }]));
    return holders.length === 0 ? [] : [{ id: o.id, name: o.name, parent: o.parent, roster: o.roster, rosters: o.rosters.map(need), holders }];
  });
  return { instance: facts.instance, list: need(facts.list), day: facts.day, people, offices };
}

/** The kit that the server has, with the root's word for it. */
function onRecord(facts: Facts): SignedRecovery {
  const r = facts.recovery;
  const word = r === null ? null : fromBase64url(r.signature, 64);
  if (r === null || word === null) throw new Refused(0, "", "");
  return { recipient: r.recipient, k: r.k, n: r.n, signature: word };
}

/** Makes offices' keys, rosters and the next list for the people who were chosen. */
export async function prepare(facts: Facts, chosen: readonly Chosen[], sheet: string): Promise<object> {
  try {
    const made = await worker(true).ask("offices", { ...asked(facts, chosen), sheet, recovery: onRecord(facts) });
    return { key_set: base64(made.list), rosters: made.rosters.map(base64), recovery: made.recovery.map((x) => ({ unit: x.unit, key: x.key, sealed: base64(x.sealed) })) };
  } finally {
    endCeremony();
  }
}

/** Makes what a new kit brings. The worker keeps what was typed, so that this may be asked again. left are the keys whose copies stay with the kit before. */
export async function prepareKit(facts: Facts, chosen: readonly Chosen[], sheet: string, copies: readonly KeyCopy[], left: readonly CopyState[]): Promise<object> {
  const recovery = facts.recovery === null ? null : onRecord(facts);
  const made = await worker(false).ask("renew", { ...asked(facts, chosen), sheet, recovery, copies: [...copies], without: left.map((l) => l.recipient) });
  return {
    key_set: base64(made.list), rosters: made.rosters.map(base64), recovery: made.recovery.map((x) => ({ unit: x.unit, key: x.key, sealed: base64(x.sealed) })),
    handed: made.handed.map((x) => ({ unit: x.unit, member: x.member, key: x.key, sealed: base64(x.sealed) })), left: left.map((l) => ({ unit: l.unit, key: l.recipient })),
    kit: { ...made.kit, signature: base64url(made.kit.signature) },
  };
}
