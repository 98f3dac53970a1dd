import { combine, split } from "shamir-secret-sharing";
import { base64, fromBase64, fromUtf8, hexHash, utf8 } from "./bytes";
import { Fault } from "./fault";
import { paddedLength } from "./pad";
import { Identity, newIdentity, open, parseRecipient, type Recipient, seal } from "./seal";
import { type Fields, parseStrict } from "./strictjson";
import { isHash, isId, isInstance, isName } from "./syntax";

/** How many custodians must agree. */
export const THRESHOLD = 2;

const maxCustodians = 16;
const boxFloor = 256;
const shareSize = 33; // 32 bytes of the secret and the place of the share
const first = "clarion/identity-share/v1";

/** Who somebody is, and how to reach them. */
export interface Person {
  name: string;
  reach: string;
}

/** A person's identity, sealed under a key of this record alone, and the shares of that key. */
export interface IdentityBox {
  /** Opens only with the key that two shares give. */
  box: Uint8Array;
  /** One for each custodian, sealed to nobody else. */
  shares: { custodian: string; sealed: Uint8Array }[];
}

/** What a share belongs to. The hash of the box keeps a share from being asked for under another case's name. */
export interface ShareOf {
  instance: string;
  case: string;
  /** Hex SHA-256 of the box. */
  box: string;
}

/**
 * Seals person under a fresh key and splits that key among the custodians, two of whom are needed. Throws "share" for
 * fewer than two custodians, too many, or one twice.
 */
export async function splitIdentity(
  of: { instance: string; case: string },
  person: Person,
  custodians: readonly { id: string; recipient: string }[],
): Promise<IdentityBox> {
  const n = custodians.length;
  if (n < THRESHOLD || n > maxCustodians || new Set(custodians.map((c) => c.id)).size !== n || !custodians.every((c) => isName(c.id)))
    throw new Fault("share", "custodians");
  const recipients = custodians.map((c) => parseRecipient(c.recipient));
  if (new Set(recipients).size !== n) throw new Fault("share", "custodians");
  if (!isInstance(of.instance) || !isId(of.case)) throw new Fault("share");
  const key = newIdentity();
  const text = utf8(JSON.stringify({ v: 1, instance: of.instance, case: of.case, name: person.name, reach: person.reach }));
  const plain = new Uint8Array(paddedLength(text.length, boxFloor)).fill(0x20);
  plain.set(text);
  const box = seal(plain, [key.recipient]);
  const belongs = { ...of, box: hexHash(box) };
  const parts = await split(key.seed(), n, THRESHOLD);
  return { box, shares: custodians.map((c, i) => ({ custodian: c.id, sealed: sealShare(belongs, parts[i]!, recipients[i]!) })) };
}

function sealShare(of: ShareOf, part: Uint8Array, to: Recipient): Uint8Array {
  return seal(utf8([first, of.instance, of.case, of.box, base64(part), ""].join("\n")), [to]);
}

/** A custodian's share in clear. It hides itself from JSON. */
export class Share {
  readonly #part: Uint8Array;

  constructor(
    readonly of: ShareOf,
    part: Uint8Array,
  ) {
    this.#part = part;
  }

  /** Seals the share anew to the one person whom the approved reason names. */
  reseal(to: string): Uint8Array {
    return sealShare(this.of, this.#part, parseRecipient(to));
  }

  bytes(): Uint8Array {
    return this.#part.slice();
  }

  toJSON(): never {
    throw new Fault("secret");
  }
}

/**
 * Opens a share with the key of whoever holds it. A share of another case or box than the one that was asked for is
 * "share": nobody gets a custodian's agreement under a false name.
 */
export function openShare(sealed: Uint8Array, holder: Identity, of: ShareOf): Share {
  const text = fromUtf8(open(sealed, [holder]));
  const lines = (text ?? "").split("\n");
  const [head, instance, case_, box, encoded, last] = lines;
  const part = fromBase64(encoded ?? "");
  if (lines.length !== 6 || head !== first || last !== "" || part?.length !== shareSize) throw new Fault("format", "share");
  if (!isHash(of.box) || instance !== of.instance || case_ !== of.case || box !== of.box) throw new Fault("share", "of another case");
  return new Share({ instance, case: case_, box }, part);
}

/**
 * Opens the box with the shares of two or more custodians. named is the field identity of the case's verified report:
 * any other box may be the server's own. Wrong shares give a wrong key, which the box refuses: "wrong_key". A box that
 * the report does not name, fewer than two shares, one twice, or shares of different boxes are "share".
 */
export async function combineIdentity(box: Uint8Array, named: string, shares: readonly Share[]): Promise<Person> {
  const hash = hexHash(box);
  if (hash !== named) throw new Fault("share", "not the box that the report names");
  const parts = shares.map((s) => s.bytes());
  const places = new Set(parts.map((p) => p[shareSize - 1]));
  if (parts.length < THRESHOLD || places.size !== parts.length || shares.some((s) => s.of.box !== hash)) throw new Fault("share");
  const key = new Identity(await combine(parts));
  const plain = open(box, [key]);
  let end = plain.length;
  while (plain[end - 1] === 0x20) end--;
  const f: Fields = parseStrict(plain.subarray(0, end));
  const of = shares[0]!.of;
  if (f["v"] !== 1 || f["instance"] !== of.instance || f["case"] !== of.case || typeof f["name"] !== "string" || typeof f["reach"] !== "string")
    throw new Fault("share", "of another case");
  return { name: f["name"], reach: f["reach"] };
}
