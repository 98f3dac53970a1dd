// Requests to a mailbox, signed on this device. The server checks the signature and learns neither the code nor a word.
import { base64url, fromBase64url, fromUtf8, utf8 } from "../../../browser/src/bytes";
import { Fault } from "../../../browser/src/fault";
import { type MailboxKeys, signRequest } from "../../../browser/src/mailbox";
import { getJSON, post, Refused, send } from "./net";
import { segmentOf } from "./page";
import { language } from "./words";

/** What a mailbox can be asked to do (docs/spec/api.md, Mailbox). */
export type Act = "list" | "send" | "review" | "object" | "erase" | "recode" | "close" | "ack" | "proofs" | "file";

/** Milliseconds for which a challenge is used; the server takes it for a minute. No clock has to be right for this. */
const fresh = 40_000;

/** One mailbox at one installation. */
export class Line {
  #challenge: Uint8Array | null = null;
  #since = 0;

  constructor(
    readonly keys: MailboxKeys,
    readonly instance: string,
  ) {}

  /** Does one act and reads the JSON of the answer. Rejects with Refused. */
  ask<T>(act: Act, body: object = {}): Promise<T> {
    return this.#signed(act, body, (path, bytes, headers) => post<T>(path, bytes, headers));
  }

  /** The ciphertext of a file of the mailbox, as it comes. */
  file(blob: string, signal: AbortSignal): Promise<Response> {
    return this.#signed("file", { blob }, async (path, body, headers) => {
      const r = await send(path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body, signal });
      if (r.ok) return r;
      throw new Refused(r.status, keyOf(await r.arrayBuffer().catch(() => new ArrayBuffer(0))), Number(r.headers.get("Retry-After") ?? "0") || 0);
    });
  }

  async #signed<T>(act: Act, body: object, go: (path: string, body: Uint8Array, headers: Record<string, string>) => Promise<T>): Promise<T> {
    const path = `/${segmentOf(language())}/api/mailbox/${act}`;
    const bytes = utf8(JSON.stringify(body));
    for (let tries = 1; ; tries++) {
      const challenge = await this.#fresh();
      const r = { instance: this.instance, origin: location.origin, method: "POST", path, body: bytes, challenge };
      const headers = { "Clarion-Auth": this.keys.auth.encoded, "Clarion-Challenge": base64url(challenge), "Clarion-Signature": base64url(signRequest(this.keys.auth, r)) };
      try {
        return await go(path, bytes, headers);
      } catch (e) {
        this.#challenge = null;
        // A phone that slept, or a slow line: the challenge was too old when it arrived.
        if (!(e instanceof Refused && e.key === "intake.challenge_over") || tries === 2) throw e;
      }
    }
  }

  async #fresh(): Promise<Uint8Array> {
    if (this.#challenge !== null && performance.now() - this.#since < fresh) return this.#challenge;
    const since = performance.now();
    const { challenge } = await getJSON<{ challenge: unknown }>(`/${segmentOf(language())}/api/mailbox/challenge`);
    const bytes = typeof challenge === "string" ? fromBase64url(challenge, 32) : null;
    if (bytes === null) throw new Fault("format", "challenge");
    this.#since = since;
    return (this.#challenge = bytes);
  }
}

/** The key of an error answer, or "". */
function keyOf(body: ArrayBuffer): string {
  try {
    return String((JSON.parse(fromUtf8(new Uint8Array(body)) ?? "") as { error: { key: unknown } }).error.key);
  } catch {
    return "";
  }
}
