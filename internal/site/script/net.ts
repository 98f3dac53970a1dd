// The network as the pages use it: our own server, no cookie, nothing kept, a limit on patience.
import { fromUtf8, utf8 } from "../../../browser/src/bytes";

/** The server said no, or nothing. status is 0 when no answer came. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    /** A key of our own texts, or "". The server's own sentence is not shown: it may not be our server any more. */
    readonly key: string,
    /** Seconds after which to try again, or 0. */
    readonly wait: number,
  ) {
    super("refused: " + status + " " + key);
  }
}

const patience = 60_000;

/** What send asks for. */
export interface Ask {
  method?: "GET" | "POST" | "HEAD" | "PATCH" | "DELETE";
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array;
  /** Milliseconds without an answer after which it is given up. */
  patience?: number;
  signal?: AbortSignal;
}

/** Sends a request and gives the answer as soon as its head is there, whatever its status. Rejects with Refused(0) when none came. */
export const send = (url: string, ask: Ask = {}): Promise<Response> => timed(url, ask, async (r) => r);

/** Sends a request and lets take have the answer. Patience covers both: a line can also fall silent in the middle of a body. */
async function timed<T>(url: string, ask: Ask, take: (r: Response) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const over = setTimeout(() => stop.abort(), ask.patience ?? patience);
  const leave = () => stop.abort();
  ask.signal?.addEventListener("abort", leave);
  try {
    const r = await fetch(url, {
      method: ask.method ?? "GET", headers: { ...ask.headers }, ...(ask.body && { body: ask.body as Uint8Array<ArrayBuffer> }), credentials: "omit",
      cache: ask.method === undefined ? "no-cache" : "no-store", redirect: "error", referrerPolicy: "same-origin", signal: stop.signal,
    });
    return await take(r);
  } catch (e) {
    throw e instanceof Refused ? e : new Refused(0, "", 0);
  } finally {
    clearTimeout(over);
    ask.signal?.removeEventListener("abort", leave);
  }
}

async function good(r: Response): Promise<Uint8Array> {
  const body = new Uint8Array(await r.arrayBuffer());
  if (r.ok) return body;
  let key = "";
  try {
    key = String((JSON.parse(fromUtf8(body) ?? "") as { error: { key: unknown } }).error.key);
  } catch {
    // An answer of something between us and the server.
  }
  throw new Refused(r.status, key, Number(r.headers.get("Retry-After") ?? "0") || 0);
}

/** The body of an address of ours. */
export const get = (url: string, o: Ask = {}): Promise<Uint8Array> => timed(url, o, good);

/** The JSON of an address of ours. */
export async function getJSON<T>(url: string, o: Ask = {}): Promise<T> {
  return read<T>(await get(url, o));
}

/** Posts a body and reads the JSON of the answer. */
export async function post<T>(url: string, body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal): Promise<T> {
  const bytes = typeof body === "string" ? utf8(body) : body;
  // A slow line needs its time: a minute, and more for what takes long to go out at 2 KiB a second.
  const long = patience + bytes.length / 2;
  return read<T>(await timed(url, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: bytes, patience: long, ...(signal && { signal }) }, good));
}

function read<T>(body: Uint8Array): T {
  try {
    return JSON.parse(fromUtf8(body) ?? "") as T;
  } catch {
    throw new Refused(0, "", 0);
  }
}
