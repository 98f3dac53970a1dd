import { base64url, concat, fromBase64url, utf8 } from "../bytes";
import { parseKey, SIGNATURE_SIZE, type SigningKey, verify } from "../ed25519";
import { Fault } from "../fault";
import { list, must, object, readCanonical, text } from "./canonical";

const maxList = 8388608;
const maxSignatures = 16;

/** The outer form of a signed list (docs/spec/proof.md section 6). */
export interface Envelope {
  v: 1;
  body: string;
  signatures: { role: string; key: string; sig: string }[];
  proof: string;
}

/** Reads a signed list in its only spelling, or throws "format". Nothing in it is to be used before its signatures are checked. */
export function parseEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length > maxList) throw new Fault("format", "list is too large");
  return readCanonical(bytes, readEnvelope);
}

function readEnvelope(v: unknown): Envelope {
  const o = object(v, "signed list");
  must(o["v"] === 1, "v");
  const signatures = list(o["signatures"], "signatures", (x) => {
    const s = object(x, "signatures");
    return { role: text(s["role"], "role"), key: text(s["key"], "key"), sig: text(s["sig"], "sig") };
  });
  must(signatures.length <= maxSignatures, "signatures");
  return { v: 1, body: text(o["body"], "body"), signatures, proof: text(o["proof"], "proof") };
}

/** The keys that signed, by role. Every signature must be sound and in an allowed role, or the list is "signature". */
export function signers(env: Envelope, prefix: string, allowed: readonly string[]): Record<string, string[]> {
  const message = concat(utf8(prefix), utf8(env.body));
  const by: Record<string, string[]> = {};
  for (const role of allowed) by[role] = [];
  for (const s of env.signatures) {
    const key = parseKey(s.key);
    const sig = fromBase64url(s.sig, SIGNATURE_SIZE);
    const same = allowed.includes(s.role) ? by[s.role]! : null;
    if (key === null || sig === null || same === null || same.includes(s.key) || !verify(key, message, sig)) throw new Fault("signature");
    same.push(s.key);
  }
  return by;
}

/** env with one more signature. The same one twice is "signature". */
export function addSignature(env: Envelope, prefix: string, role: string, key: SigningKey): Envelope {
  if (env.signatures.some((s) => s.role === role && s.key === key.encoded)) throw new Fault("signature", "signed already");
  if (env.signatures.length >= maxSignatures) throw new Fault("format", "signatures");
  const sig = base64url(key.sign(prefix, utf8(env.body)));
  return { ...env, signatures: [...env.signatures, { role, key: key.encoded, sig }] };
}

/** The file of a signed list. */
export function writeEnvelope(env: Envelope): Uint8Array {
  return utf8(JSON.stringify({ v: 1, body: env.body, signatures: env.signatures.map(({ role, key, sig }) => ({ role, key, sig })), proof: env.proof }));
}
