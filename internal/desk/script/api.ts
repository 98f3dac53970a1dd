// The server as the desk's pages use it: same origin, the session's cookie, and a token that only a page of ours can read.
import { fromUtf8, hexHash } from "../../../browser/src/bytes";

/** The server said no, or nothing. status is 0 when no answer came. text is its sentence in the page's language. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly key: string,
    readonly text: string,
  ) {
    super("refused: " + status + " " + key);
  }
}

let token = "";

/** Takes the token of the session that began, or "" when it is over. */
export function useToken(t: string): void {
  token = t;
}

/** Who hears that the session is over. */
let over: () => void = () => undefined;
export function onSessionOver(f: () => void): void {
  over = f;
}

const patience = 60_000;

async function call(method: string, path: string, body?: unknown): Promise<Uint8Array> {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), patience);
  let r: Response;
  let bytes: Uint8Array;
  try {
    r = await fetch(path, {
      method, credentials: "same-origin", cache: "no-store", redirect: "error", referrerPolicy: "same-origin", signal: stop.signal,
      headers: { ...(body !== undefined && { "Content-Type": "application/json" }), ...(token !== "" && { "Clarion-Token": token }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    bytes = new Uint8Array(await r.arrayBuffer());
  } catch {
    throw new Refused(0, "", "");
  } finally {
    clearTimeout(late);
  }
  if (r.ok) return bytes;
  const fault = refusal(r.status, bytes);
  if (r.status === 401 && token !== "") over();
  throw fault;
}

function refusal(status: number, body: Uint8Array): Refused {
  try {
    const e = (JSON.parse(fromUtf8(body) ?? "") as { error: { key: unknown; text: unknown } }).error;
    return new Refused(status, String(e.key), String(e.text));
  } catch {
    return new Refused(status, "", ""); // something between us and the server
  }
}

function parse<T>(bytes: Uint8Array): T {
  try {
    return JSON.parse(fromUtf8(bytes) ?? "") as T;
  } catch {
    throw new Refused(0, "", "");
  }
}

/** Where the API of a language is. */
let base = "";
export function speakTo(segment: string): void {
  base = "/" + segment + "/api/";
}

/** The address of something of the API, for what fetches by itself. */
export const address = (path: string): string => base + path;

export const get = async <T>(path: string): Promise<T> => parse<T>(await call("GET", base + path));
export const post = async <T>(path: string, body: unknown = {}): Promise<T> => parse<T>(await call("POST", base + path, body));

/** Bytes that are no JSON. */
export const getBytes = (path: string): Promise<Uint8Array> => call("GET", base + path);
export const postForBytes = (path: string, body: unknown): Promise<Uint8Array> => call("POST", base + path, body);

/** Sends bytes that are no JSON. */
export async function postBytes<T>(path: string, body: Blob, signal: AbortSignal): Promise<T> {
  const r = await answered(fetch(base + path, { method: "POST", credentials: "same-origin", cache: "no-store", redirect: "error", referrerPolicy: "same-origin", signal, headers: { "Content-Type": "application/octet-stream", "Clarion-Token": token }, body }));
  return parse<T>(new Uint8Array(await answered(r.arrayBuffer())));
}

/** Bytes as they come, for files that are too large for one piece. */
export async function stream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const r = await answered(fetch(base + path, { credentials: "same-origin", cache: "no-store", redirect: "error", referrerPolicy: "same-origin", signal }));
  if (r.body === null) throw new Refused(0, "", "");
  return r.body;
}

/** What came, or the refusal that it is. */
async function answered<T>(p: Promise<T>): Promise<T> {
  let r: T;
  try {
    r = await p;
  } catch {
    throw new Refused(0, "", "");
  }
  if (!(r instanceof Response) || r.ok) return r;
  const fault = refusal(r.status, new Uint8Array(await r.arrayBuffer().catch(() => new ArrayBuffer(0))));
  if (r.status === 401 && token !== "") over();
  throw fault;
}

/** A file that must have a hash, hex SHA-256. */
export async function getHashed<T>(path: string, hash: string): Promise<T> {
  const b = await call("GET", base + path);
  if (hexHash(b) !== hash) throw new Refused(0, "", "");
  return parse<T>(b);
}
