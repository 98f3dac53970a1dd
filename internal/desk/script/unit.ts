// The offices of whoever is signed in: signed lists that were checked here, and the offices' keys in the keeper.
import { fromBase64 } from "../../../browser/src/bytes";
import { Fault } from "../../../browser/src/fault";
import { type KeySet, unitOn, verifyKeySet } from "../../../browser/src/proof/keyset";
import { type Member, type Roster, verifyRosters } from "../../../browser/src/proof/roster";
import { byId } from "../../site/script/dom";
import { get } from "./api";
import { askKeeper, opened } from "./keeper";
import type { Me } from "./signin";

/** The programme in the page's language, as the server words it. */
export interface Pack {
  categories: { id: string; name: string; elements: string[]; basis: { law: string; edition: string; article: string; text: string }[] }[];
  regions: { id: string; name: string }[];
  offices: { id: string; name: string }[];
  questions: Readonly<Record<string, { id: string; type?: string; label: string; options: { id: string; label: string }[] }[]>>;
  declines: Readonly<Record<string, string>>;
  authority: string;
  /** Of the pack; the first is the authority's own. */
  languages: readonly string[];
  /** To whom a case can be passed on: names by language, and an age1pq1 key or "". */
  bodies: readonly { id: string; name: Readonly<Record<string, string>>; recipient: string }[];
  /** The laws that let it be passed on. */
  bases: readonly { id: string; text: Readonly<Record<string, string>> }[];
  limits: { long: number };
}

/** An office whose newest signed roster lists who is here. Everything but name comes from signed lists. */
export interface Unit {
  readonly unit: string;
  /** In the page's language. */
  readonly name: string;
  readonly roles: readonly string[];
  /** The keeper has the office's key of today. */
  readonly holds: boolean;
  readonly set: KeySet;
  /** Every version, oldest first. */
  readonly rosters: readonly Roster[];
  /** The files of rosters, in the same order. */
  readonly files: readonly Uint8Array[];
  /** The entry of who is here in the newest. */
  readonly mine: Member;
}

/** What members' pages start from. */
export interface Facts {
  readonly instance: string;
  /** Of the authority, YYYY-MM-DD. */
  readonly day: string;
  /** The root key that the list was checked with, or its fingerprint. */
  readonly root: string;
  readonly list: Uint8Array;
  readonly set: KeySet;
  readonly units: readonly Unit[];
  readonly pack: Pack;
}

interface Answer {
  instance: string;
  root: string;
  list: string;
  day: string;
  units: { unit: string; name: string; rosters: string[]; handed: { sealed: string }[] }[];
  pack: Pack;
}

/** Milliseconds after which lists are asked for again: a colleague may have come, or the office have a new key. */
const FRESH = 600_000;

let known: { key: object; since: number; facts: Promise<Facts> } | null = null;

/**
 * Takes signed lists from the server, checks them, and has the keeper hold the keys of the offices. Asked again it gives
 * the same for ten minutes, until the key locks, or forgetFacts. Needs the open key (withKey): throws "locked" without; "root", "signature",
 * "format", "origin", "addition", "list" for lists that are not to be believed.
 */
export function ready(me: Me): Promise<Facts> {
  const key = opened();
  if (key === null) return Promise.reject(new Fault("locked"));
  if (known?.key !== key || Date.now() - known.since > FRESH) {
    const facts = take(me, key);
    known = { key, since: Date.now(), facts };
    facts.catch(() => {
      if (known?.facts === facts) known = null;
    });
  }
  return known.facts;
}

/** Lists have changed: the next ready asks again. */
export function forgetFacts(): void {
  known = null;
}

/** The offices of who is here. */
export const units = async (me: Me): Promise<readonly Unit[]> => (await ready(me)).units;

async function take(me: Me, key: { recipient: string; sign: string }): Promise<Facts> {
  const a = await get<Answer>("work/facts");
  const root = byId("app").dataset["root"] || a.root;
  const list = need(a.list);
  const set = verifyKeySet(list, { root, requireProof: true });
  if (set.instance !== byId("app").dataset["instance"]) throw new Fault("origin");
  const out: Unit[] = [];
  for (const u of a.units) {
    const files = u.rosters.map(need);
    const rosters = verifyRosters(files, set);
    const newest = rosters[rosters.length - 1];
    const mine = newest?.members.find((m) => m.id === me.account && m.recipient === key.recipient && m.sign === key.sign);
    if (newest === undefined || newest.unit !== u.unit || mine === undefined) throw new Fault("list", u.unit);
    const ours = rosters.flatMap((r) => r.members).filter((m) => m.recipient === key.recipient && m.key !== "");
    const sealed = [...new Set([...ours.map((m) => m.key), ...u.handed.map((x) => x.sealed)])].map(need);
    const keys = set.intake.filter((k) => k.id === u.unit).map(({ id, recipient, sign }) => ({ id, recipient, sign }));
    const { held } = await askKeeper("holdUnits", { keys, sealed });
    const today = unitOn(set, u.unit, a.day);
    out.push({ unit: u.unit, name: u.name, roles: mine.roles, holds: today !== undefined && held.includes(today.recipient), set, rosters, files, mine });
  }
  return { instance: set.instance, day: a.day, root, list, set, units: out, pack: a.pack };
}

function need(text: string): Uint8Array {
  const b = fromBase64(text);
  if (b === null) throw new Fault("format");
  return b;
}
