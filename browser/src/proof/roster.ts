import { fromBase64, fromUtf8, utf8 } from "../bytes";
import { parseKey } from "../ed25519";
import { Fault } from "../fault";
import { isDay, isInstance, isName, isOneLine } from "../syntax";
import { count, list, must, object, readCanonical, text } from "./canonical";
import { parseEnvelope, signers } from "./envelope";
import { isRecipient, type KeySet } from "./keyset";

/** What stands before the body of a roster in what is signed. */
export const ROSTER_PREFIX = "clarion/roster/v1\n";

const sealedStart = "age-encryption.org/v1\n-> mlkem768x25519 ";

/** One entry of a roster. */
export interface Member {
  readonly id: string;
  readonly name: string;
  /** Sorted, none twice. */
  readonly roles: readonly string[];
  readonly recipient: string;
  readonly sign: string;
  /** Base64 of the unit's key file sealed to the member; "" if the member holds none. */
  readonly key: string;
}

/** Who holds a unit's key, for staff alone. */
export interface Roster {
  readonly instance: string;
  readonly unit: string;
  readonly version: number;
  readonly day: string;
  readonly members: readonly Member[];
  /** The roster as it was signed. */
  readonly body: string;
}

/**
 * Reads a roster that the root key of a verified key set signed, or two members of previous as an addition to it.
 * previous is the last one of the unit that was accepted. Throws "format", "signature", "root", "origin", "older",
 * "addition".
 */
export function verifyRoster(bytes: Uint8Array, keys: KeySet, previous?: Roster): Roster {
  const env = parseEnvelope(bytes);
  must(env.proof === "", "a roster is not published");
  const r = parseRoster(env.body);
  const by = signers(env, ROSTER_PREFIX, ["root", "approver", "holder"]);
  if (previous !== undefined && by["root"]!.length === 0) {
    checkAddition(r, previous, by);
    return r;
  }
  if (by["root"]!.length !== 1 || by["root"]![0] !== keys.root || by["holder"]!.length > 0) throw new Fault("root");
  if (r.instance !== keys.instance || (previous !== undefined && r.unit !== previous.unit)) throw new Fault("origin");
  if (previous !== undefined && (r.version < previous.version || (r.version === previous.version && r.body !== previous.body))) throw new Fault("older");
  return r;
}

/**
 * Reads the rosters of one unit, oldest first. The first is signed by the root; each later one by the root too, or by two
 * members of the one before, who may only add. One that does not follow the one before spoils the chain. Throws what
 * verifyRoster does.
 */
export function verifyRosters(files: readonly Uint8Array[], keys: KeySet): Roster[] {
  const out: Roster[] = [];
  for (const file of files) {
    const last = out[out.length - 1];
    const r = verifyRoster(file, keys, last);
    if (last !== undefined && r.version === last.version) throw new Fault("older");
    out.push(r);
  }
  return out;
}

/**
 * Judges an addition: who holds the unit's key and a second member, an approver, signed that nothing changes but that
 * there are more members, behind those of before.
 */
function checkAddition(r: Roster, previous: Roster, by: Record<string, string[]>): void {
  const bad = (what: string): never => {
    throw new Fault("addition", what);
  };
  if (r.instance !== previous.instance || r.unit !== previous.unit) throw new Fault("origin");
  if (r.version <= previous.version) throw new Fault("older");
  if (r.version !== previous.version + 1) bad("version");
  if (r.day < previous.day) bad("day");
  const { members } = previous;
  if (r.members.length <= members.length || members.some((m, i) => writeMember(m) !== writeMember(r.members[i]!))) bad("members of before");
  const signer = (role: string) => (by[role]!.length === 1 ? members.find((m) => m.sign === by[role]![0]) : undefined);
  const holder = signer("holder");
  const approver = signer("approver");
  if (holder === undefined || holder.key === "") bad("holder");
  if (approver === undefined || approver.id === holder?.id || !approver.roles.includes("approver")) bad("approver");
}

/** Reads the body of a roster in its only spelling. Only verifyRoster says whether to believe it. */
export function parseRoster(body: string): Roster {
  const r = readCanonical(utf8(body), (v) => build(v, body), writeRoster);
  const seen = new Set<string>();
  for (const m of r.members) for (const what of ["id " + m.id, m.recipient, m.sign]) {
    must(!seen.has(what), "a member is there twice");
    seen.add(what);
  }
  return r;
}

function build(v: unknown, body: string): Roster {
  const o = object(v, "roster");
  must(o["v"] === 1, "v");
  const r = {
    instance: text(o["instance"], "instance"), unit: text(o["unit"], "unit"), version: count(o["version"], "version"), day: text(o["day"], "day"),
    members: list(o["members"], "members", buildMember), body,
  };
  must(isInstance(r.instance) && isName(r.unit) && isDay(r.day), "heading");
  return r;
}

function buildMember(v: unknown): Member {
  const o = object(v, "member");
  const m = {
    id: text(o["id"], "id"), name: text(o["name"], "name"), roles: list(o["roles"], "roles", (x) => text(x, "roles")),
    recipient: text(o["recipient"], "recipient"), sign: text(o["sign"], "sign"), key: text(o["key"], "key"),
  };
  const key = fromBase64(m.key);
  must(isName(m.id) && isOneLine(m.name, utf8(m.name).length) && isRecipient(m.recipient) && parseKey(m.sign) !== null && key !== null, "member");
  must(key.length === 0 || fromUtf8(key.slice(0, sealedStart.length)) === sealedStart, "key");
  must(m.roles.every((role, i) => /^[a-z_]{1,40}$/.test(role) && (i === 0 || m.roles[i - 1]! < role)), "roles");
  return m;
}

/** The only spelling of a roster. */
export function writeRoster(r: Omit<Roster, "body">): string {
  const members = r.members.map(plainMember);
  return JSON.stringify({ v: 1, instance: r.instance, unit: r.unit, version: r.version, day: r.day, members });
}

const plainMember = (m: Member): Member => ({ id: m.id, name: m.name, roles: m.roles, recipient: m.recipient, sign: m.sign, key: m.key });
const writeMember = (m: Member): string => JSON.stringify(plainMember(m));
