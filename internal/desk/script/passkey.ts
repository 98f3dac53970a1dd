// Passkeys: one ceremony signs in and opens the key. What the passkey answers for the key goes to the keeper and nowhere else.
import { base64url, random } from "../../../browser/src/bytes";
import { prfInput } from "../../../browser/src/staff/prf";
import { post } from "./api";

/** A question of the server to a passkey: WebAuthn's JSON, and what comes back with the answer. */
export interface Question {
  options: { publicKey: Json };
  state: string;
}

type Json = Readonly<Record<string, unknown>>;

/** An answer without what opens keys, and that apart. prf is null where the passkey has none. */
export interface Answer {
  body: string;
  prf: Uint8Array | null;
}

/** Tells whether this browser makes passkeys at this address. */
export const passkeysHere = (): boolean => window.isSecureContext && typeof PublicKeyCredential === "function";

const bytes = (text: unknown): ArrayBuffer => {
  const pad = String(text).replace(/-/g, "+").replace(/_/g, "/");
  const raw = atob(pad);
  return Uint8Array.from(raw, (c) => c.charCodeAt(0)).buffer;
};

const list = (v: unknown): PublicKeyCredentialDescriptor[] =>
  (Array.isArray(v) ? (v as Json[]) : []).map((c) => ({ type: "public-key", id: bytes(c["id"]), ...(Array.isArray(c["transports"]) && { transports: c["transports"] as AuthenticatorTransport[] }) }));

/** Asked for with every ceremony, whatever the server's question says. */
const extensions = (): AuthenticationExtensionsClientInputs => ({ prf: { eval: { first: prfInput() as Uint8Array<ArrayBuffer> } } }) as AuthenticationExtensionsClientInputs;

interface PRF {
  prf?: { enabled?: boolean; results?: { first?: ArrayBuffer } };
}

function resultOf(c: PublicKeyCredential): { enabled: boolean; first: Uint8Array | null } {
  const { prf } = c.getClientExtensionResults() as PRF;
  const first = prf?.results?.first;
  return { enabled: prf?.enabled === true || first !== undefined, first: first === undefined ? null : new Uint8Array(first) };
}

const text = (b: ArrayBuffer): string => base64url(new Uint8Array(b));

/** Asks any passkey of this door. */
export async function asks(q: Question): Promise<Answer> {
  const p = q.options.publicKey;
  const c = (await navigator.credentials.get({
    publicKey: { challenge: bytes(p["challenge"]), rpId: String(p["rpId"]), timeout: 120_000, userVerification: "required", allowCredentials: list(p["allowCredentials"]), extensions: extensions() },
  })) as PublicKeyCredential;
  const r = c.response as AuthenticatorAssertionResponse;
  const body = {
    id: c.id, rawId: text(c.rawId), type: c.type, clientExtensionResults: {},
    response: { clientDataJSON: text(r.clientDataJSON), authenticatorData: text(r.authenticatorData), signature: text(r.signature), ...(r.userHandle && { userHandle: text(r.userHandle) }) },
  };
  return { body: JSON.stringify(body), prf: resultOf(c).first };
}

/** Makes a passkey. Some tell what opens keys only when they are asked once more. */
export async function makes(q: Question): Promise<Answer> {
  const p = q.options.publicKey;
  const user = p["user"] as Json;
  const c = (await navigator.credentials.create({
    publicKey: {
      challenge: bytes(p["challenge"]), rp: p["rp"] as unknown as PublicKeyCredentialRpEntity, user: { id: bytes(user["id"]), name: String(user["name"]), displayName: String(user["displayName"]) },
      pubKeyCredParams: p["pubKeyCredParams"] as PublicKeyCredentialParameters[], timeout: 120_000, excludeCredentials: list(p["excludeCredentials"]),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" }, attestation: "none", extensions: extensions(),
    },
  })) as PublicKeyCredential;
  const r = c.response as AuthenticatorAttestationResponse;
  const made = resultOf(c);
  const body = {
    id: c.id, rawId: text(c.rawId), type: c.type, clientExtensionResults: { prf: { enabled: made.enabled } },
    response: { clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject), transports: typeof r.getTransports === "function" ? r.getTransports() : [] },
  };
  return { body: JSON.stringify(body), prf: made.first ?? (made.enabled ? await opens([text(c.rawId)]) : null) };
}

/** What opens keys, of one of these passkeys (ids, base64url). The server takes no part. */
export async function opens(ids: readonly string[]): Promise<Uint8Array | null> {
  const c = (await navigator.credentials.get({
    publicKey: { challenge: random(32) as Uint8Array<ArrayBuffer>, timeout: 120_000, userVerification: "required", allowCredentials: ids.map((id) => ({ type: "public-key" as const, id: bytes(id) })), extensions: extensions() },
  })) as PublicKeyCredential;
  return resultOf(c).first;
}

/** The server's question for a sign-in. */
export const question = (path: string): Promise<Question> => post<Question>(path);

