import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { bech32 } from "@scure/base";
// Not the package's front door: that would bring passphrases, passkeys, other curves and TransformStream with it.
import { HybridIdentity, HybridRecipient } from "../node_modules/age-encryption/dist/recipients.js";
import { base64raw, concat, equal, random, sha256, utf8 } from "./bytes";
import { ChunkOpener, ChunkSealer } from "./chunks";
import { Fault, orFault } from "./fault";
import { closeHeader, headerSize, MAX_RECIPIENTS, NONCE_SIZE, parseHeader, writeHeader } from "./header";

export { checkHeader, MAX_RECIPIENTS, sealedSize } from "./header";

const recipientPrefix = "age1pq";
const identityPrefix = "age-secret-key-pq-";
const kemKeySize = 1184; // of the 1,216 bytes of a public key; the rest is X25519
const kemVectors = 1152;

/** A public key, age1pq1…, that parseRecipient has read. */
export type Recipient = string & { readonly recipient: unique symbol };

/** Reads age1pq1…, lower case, nothing before or after it. Everything else is "recipient". */
export function parseRecipient(text: string): Recipient {
  return orFault("recipient", () => {
    const { prefix, words } = bech32.decode(text as `${string}1${string}`, false);
    const key = bech32.fromWords(words);
    if (prefix !== recipientPrefix || key.length !== kemKeySize + 32 || !isReduced(key) || bech32.encode(prefix, words, false) !== text)
      throw new Fault("recipient");
    return text as Recipient;
  });
}

/** FIPS 203 section 7.2: every coefficient of an ML-KEM key is below 3329, or the key has two spellings. */
function isReduced(key: Uint8Array): boolean {
  for (let i = 0; i < kemVectors; i += 3) {
    const [a, b, c] = [key[i]!, key[i + 1]!, key[i + 2]!];
    if ((a | ((b & 15) << 8)) >= 3329 || ((b >> 4) | (c << 4)) >= 3329) return false;
  }
  return true;
}

/** A secret key: the 32-byte seed of an age hybrid key. It hides itself from JSON; only text() and seed() give the secret. */
export class Identity {
  readonly #seed: Uint8Array;
  #recipient: Recipient | undefined;

  /** seed is 32 bytes; another length is "identity". */
  constructor(seed: Uint8Array) {
    if (seed.length !== 32) throw new Fault("identity");
    this.#seed = seed.slice();
  }

  /** The secret as AGE-SECRET-KEY-PQ-1… */
  text(): string {
    return bech32.encode(identityPrefix, bech32.toWords(this.#seed), false).toUpperCase();
  }

  /** A copy of the 32 secret bytes. */
  seed(): Uint8Array {
    return this.#seed.slice();
  }

  /** The public key that seals to this one. */
  get recipient(): Recipient {
    this.#recipient ??= bech32.encode(recipientPrefix, bech32.toWords(MLKEM768X25519.getPublicKey(this.#seed)), false) as Recipient;
    return this.#recipient;
  }

  toJSON(): never {
    throw new Fault("secret");
  }
}

/** Makes a fresh random key. */
export function newIdentity(): Identity {
  return new Identity(random(32));
}

/** Reads AGE-SECRET-KEY-PQ-1…, upper case, nothing before or after it. Everything else is "identity". */
export function parseIdentity(text: string): Identity {
  return orFault("identity", () => {
    const { prefix, words } = bech32.decode(text.toLowerCase() as `${string}1${string}`, false);
    const id = new Identity(bech32.fromWords(words));
    if (prefix !== identityPrefix || id.text() !== text) throw new Fault("identity");
    return id;
  });
}

/** Seals content that comes in pieces. What start, push and end give, in this order, is the sealed file. */
export class Sealer {
  readonly #chunks: ChunkSealer;
  readonly #start: Uint8Array;

  /**
   * Throws "recipient" unless there are 1 to limit different recipients. With reuse, what push gives holds until the
   * next push, which may bring 64 KiB at most.
   */
  constructor(to: readonly Recipient[], limit = MAX_RECIPIENTS, reuse = false) {
    const fileKey = random(16);
    const header = newHeader(fileKey, to, limit);
    const nonce = random(NONCE_SIZE);
    this.#start = concat(header, nonce);
    this.#chunks = new ChunkSealer(hkdf(sha256, fileKey, nonce, utf8("payload"), 32), reuse);
  }

  start(): Uint8Array {
    return this.#start;
  }

  push(data: Uint8Array): Uint8Array[] {
    return this.#chunks.push(data);
  }

  end(): Uint8Array {
    return this.#chunks.end();
  }
}

/**
 * Opens a sealed file that comes in pieces. The header is checked before any key is used. What push gives is content,
 * but only when end has returned is all of it authentic. Throws "format", "recipient", and "wrong_key" when none of
 * the keys fits.
 */
export class Opener {
  #head: Uint8Array[] = [];
  #have = 0;
  #chunks: ChunkOpener | undefined;

  constructor(
    private readonly identities: readonly Identity[],
    private readonly limit = MAX_RECIPIENTS,
  ) {}

  push(data: Uint8Array): Uint8Array[] {
    if (this.#chunks !== undefined) return this.#chunks.push(data);
    this.#head.push(data);
    this.#have += data.length;
    return this.#have < headerSize(this.limit) + NONCE_SIZE ? [] : this.#begin();
  }

  end(): Uint8Array[] {
    const first = this.#chunks === undefined ? this.#begin() : [];
    return [...first, this.#chunks!.end()];
  }

  #begin(): Uint8Array[] {
    const b = concat(...this.#head);
    this.#head = [];
    const header = parseHeader(b, this.limit);
    const fileKey = unwrap(header.stanzas, this.identities);
    if (!equal(headerMac(fileKey, header.signed), header.mac)) throw new Fault("format", "header was changed");
    const nonce = b.slice(header.size, header.size + NONCE_SIZE);
    if (nonce.length !== NONCE_SIZE) throw new Fault("format", "cut");
    this.#chunks = new ChunkOpener(hkdf(sha256, fileKey, nonce, utf8("payload"), 32));
    return this.#chunks.push(b.subarray(header.size + NONCE_SIZE));
  }
}

function unwrap(stanzas: { args: string[]; body: Uint8Array }[], identities: readonly Identity[]): Uint8Array {
  for (const id of identities) {
    const key = orFault("format", () => new HybridIdentity(id.text()).unwrapFileKey(stanzas));
    if (key !== null && key.length === 16) return key;
  }
  throw new Fault("wrong_key");
}

/** The 16 bytes that a sealed file's content is under. Whoever has them reads this one file, and no other. Throws as Opener. */
export function fileKeyOf(sealed: Uint8Array, identities: readonly Identity[]): Uint8Array {
  const header = parseHeader(sealed, MAX_RECIPIENTS);
  const fileKey = unwrap(header.stanzas, identities);
  if (!equal(headerMac(fileKey, header.signed), header.mac)) throw new Fault("format", "header was changed");
  return fileKey;
}

/** Opens a sealed file with its file key alone: "wrong_key" for that of another file, or of a header that was changed. */
export function openByFileKey(sealed: Uint8Array, fileKey: Uint8Array): Uint8Array {
  const header = parseHeader(sealed, MAX_RECIPIENTS);
  if (!equal(headerMac(fileKey, header.signed), header.mac)) throw new Fault("wrong_key");
  const nonce = sealed.slice(header.size, header.size + NONCE_SIZE);
  if (nonce.length !== NONCE_SIZE) throw new Fault("format", "cut");
  const chunks = new ChunkOpener(hkdf(sha256, fileKey, nonce, utf8("payload"), 32));
  return concat(...chunks.push(sealed.subarray(header.size + NONCE_SIZE)), chunks.end());
}

/**
 * The header of a sealed file whose file key is fileKey, for recipients of its own: a second way into the same body, while the first
 * stays as it is. Throws "recipient" unless there are 1 to limit different ones.
 */
export function newHeader(fileKey: Uint8Array, to: readonly Recipient[], limit = MAX_RECIPIENTS): Uint8Array {
  if (to.length === 0 || to.length > limit || new Set(to).size !== to.length) throw new Fault("recipient");
  const stanzas = to.map((r) => orFault("recipient", () => new HybridRecipient(parseRecipient(r)).wrapFileKey(fileKey)[0]!));
  const signed = writeHeader(stanzas, base64raw);
  return closeHeader(signed, headerMac(fileKey, signed), base64raw);
}

/** The MAC of a header whose file key this is. */
export function headerMac(fileKey: Uint8Array, signed: Uint8Array): Uint8Array {
  return hmac(sha256, hkdf(sha256, fileKey, undefined, utf8("header"), 32), signed);
}

/** Seals plain at once. It adds no padding. */
export function seal(plain: Uint8Array, to: readonly Recipient[]): Uint8Array {
  const s = new Sealer(to);
  return concat(s.start(), ...s.push(plain), s.end());
}

/** Opens what seal made; throws as Opener. */
export function open(sealed: Uint8Array, identities: readonly Identity[]): Uint8Array {
  const o = new Opener(identities);
  return concat(...o.push(sealed), ...o.end());
}
