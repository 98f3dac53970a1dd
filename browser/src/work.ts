import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { fromHex, hex, sha256 } from "./bytes";
import { Fault } from "./fault";

/** A challenge of the ALTCHA v2 protocol; only PBKDF2/SHA-256 with keys of 32 bytes is worked on. */
export interface Challenge {
  parameters: {
    algorithm: string;
    /** Hex, before the counter; and hex of the salt. */
    nonce: string;
    salt: string;
    /** Rounds of PBKDF2 for each counter. */
    cost: number;
    keyLength?: number;
    /** Hex of how the key must begin. */
    keyPrefix: string;
    /** Seconds since 1970. */
    expiresAt?: number;
    [more: string]: unknown;
  };
  signature?: string;
}

/** What shows that the work was done. */
export interface Solution {
  counter: number;
  /** Hex of the key that begins as asked. */
  derivedKey: string;
}

/** Rounds in all after which a challenge is given up: about what a slow phone does in 30 s. */
export const MAX_ROUNDS = 6_000_000;
/** Rounds for one counter: more would leave no moment to stop. */
export const MAX_COST = 200_000;
/** Rounds between two moments at which it tells how far it is and can be stopped. */
const breath = 20_000;

/** How far to go, and whom to tell. stopped and onProgress are called about every 20,000 rounds. */
export interface WorkOptions {
  maxRounds?: number;
  stopped?(): boolean;
  onProgress?(rounds: number): void;
}

type Derive = (password: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

/**
 * Tries counters until the derived key begins as the challenge asks. Throws "work" for a challenge of another kind or
 * one that costs too much, when the cap is reached, and when it is stopped. It never asks for the time: an expired
 * challenge is the server's to refuse.
 */
export async function solve(c: Challenge, o: WorkOptions = {}): Promise<Solution> {
  const p = c.parameters;
  const isHex = (s: unknown) => typeof s === "string" && /^(?:[0-9a-f]{2})+$/.test(s);
  if (p.algorithm !== "PBKDF2/SHA-256" || (p.keyLength ?? 32) !== 32 || !isHex(p.nonce) || !isHex(p.salt) || !isHex(p.keyPrefix))
    throw new Fault("work", "challenge of another kind");
  if (!Number.isInteger(p.cost) || p.cost < 1 || p.cost > MAX_COST || p.keyPrefix.length > 64) throw new Fault("work", "cost");
  const nonce = fromHex(p.nonce);
  const derive = deriver(Uint8Array.from(fromHex(p.salt)), p.cost);
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  const most = o.maxRounds ?? MAX_ROUNDS;
  let since = 0;
  for (let counter = 0; (counter + 1) * p.cost <= most; counter++) {
    new DataView(password.buffer).setUint32(nonce.length, counter);
    const derivedKey = hex(await derive(password));
    if (derivedKey.startsWith(p.keyPrefix)) return { counter, derivedKey };
    since += p.cost;
    if (since < breath) continue;
    since = 0;
    await new Promise<void>((next) => setTimeout(next, 0));
    if (o.stopped?.()) throw new Fault("work", "stopped");
    o.onProgress?.((counter + 1) * p.cost);
  }
  throw new Fault("work", "too much work");
}

/** PBKDF2 by the platform where there is one, else by noble. */
function deriver(salt: Uint8Array<ArrayBuffer>, iterations: number): Derive {
  const subtle = crypto.subtle;
  if (subtle === undefined) return async (password) => pbkdf2(sha256, password, salt, { c: iterations, dkLen: 32 });
  return async (password) => {
    const key = await subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    return new Uint8Array(await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, key, 256));
  };
}
