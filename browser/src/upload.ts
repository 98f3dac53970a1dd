import { concat } from "./bytes";
import { Fault } from "./fault";
import type { Source } from "./files";

/** What an upload asks its surroundings to send. The library itself reaches no network. */
export interface UploadRequest {
  method: "POST" | "HEAD" | "PATCH";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: Uint8Array;
}

/** What came back. */
export interface UploadResponse {
  status: number;
  /** A header by its name in any case, or null. */
  header(name: string): string | null;
}

/** Sends one request. It rejects when nothing came back; cancel() ends the request that is under way, if it can. */
export interface Transport {
  send(request: UploadRequest): Promise<UploadResponse>;
  cancel?(): void;
}

/** What an upload needs to know. */
export interface UploadOptions {
  /** Where uploads are made. */
  url: string;
  transport: Transport;
  /** The bytes that source will give, announced before the first of them. */
  size: number;
  source: Source;
  /** More headers for the first request, such as the proof of work. The server takes no Upload-Metadata. */
  headers?: Readonly<Record<string, string>>;
  /** Bytes of a request. Two of them are held: one on its way, because a cut request is sent again, and the next. */
  piece?: number;
  /** A piece of source was sent, and is not needed any more. */
  used?(piece: Uint8Array): void;
  /** How often in a row a request may fail before the upload pauses by itself, and the wait before the nth. */
  tries?: number;
  wait?(attempt: number): Promise<void>;
  onProgress?(sent: number, size: number): void;
  /** The upload has paused by itself: the line is down, or the server has no room. */
  onPause?(): void;
}

const version = "1.0.0";

/** "paused" waits for resume(); "done" and "failed" are for good. */
type State = "new" | "running" | "paused" | "done" | "failed";

/**
 * One upload by tus 1.0.0: creation, PATCH with an offset, and after a cut HEAD and on from there. Nothing of it is
 * remembered anywhere: when the page goes, the upload is over.
 */
export class Upload {
  #state: State = "new";
  #url = "";
  readonly #pieces: Pieces;
  #wake: (() => void) | undefined;

  constructor(private readonly o: UploadOptions) {
    this.#pieces = new Pieces(o.source, o.piece ?? 1048576, o.used);
  }

  get state(): State {
    return this.#state;
  }

  /** The address that the server gave the upload, or "". */
  get url(): string {
    return this.#url;
  }

  /** Cancels what is under way; run() waits for resume(). */
  pause(): void {
    if (this.#state !== "running") return;
    this.#state = "paused";
    this.o.transport.cancel?.();
  }

  resume(): void {
    if (this.#state !== "paused") return;
    this.#state = "running";
    this.#wake?.();
  }

  /** Gives up for good. run() rejects with "upload". */
  stop(): void {
    if (this.#state === "done") return;
    this.#state = "failed";
    this.o.transport.cancel?.();
    this.#wake?.();
  }

  /**
   * Sends everything and returns the upload's address. Throws "upload" when the server refuses or has lost what it had
   * taken, and whatever source throws.
   */
  async run(): Promise<string> {
    if (this.#state !== "new") throw new Fault("upload", "started already");
    this.#state = "running";
    try {
      this.#url = await this.#persist(() => this.#create());
      let offset = 0;
      while (offset < this.o.size) {
        this.o.onProgress?.(offset, this.o.size);
        const body = await this.#pieces.from(offset);
        if (body.length === 0 || offset + body.length > this.o.size) throw new Fault("upload", "the content has another size");
        offset = await this.#persist((again) => (again ? this.#ask() : this.#patch(offset, body)));
      }
      if (!(await this.#pieces.isEmptyAfter(offset))) throw new Fault("upload", "the content has another size");
      this.o.onProgress?.(offset, this.o.size);
      this.#state = "done";
      return this.#url;
    } catch (e) {
      this.#state = "failed";
      throw e;
    } finally {
      await this.#pieces.close();
    }
  }

  /** Repeats step until it gives a result. A step gives null when the request was cut; the next one is told so. */
  async #persist<T>(step: (again: boolean) => Promise<T | null>): Promise<T> {
    let failures = 0;
    for (let again = false; ; again = true) {
      await this.#running();
      const result = await step(again);
      if (result !== null) return result;
      if (this.#state !== "running") failures = 0;
      else if (++failures >= (this.o.tries ?? 8)) {
        this.#state = "paused";
        failures = 0;
        this.o.onPause?.();
      } else await (this.o.wait ?? pause)(failures);
    }
  }

  async #running(): Promise<void> {
    while (this.#state === "paused") await new Promise<void>((wake) => (this.#wake = wake));
    if (this.#state === "failed") throw new Fault("upload", "stopped");
  }

  async #create(): Promise<string | null> {
    const r = await this.#send("POST", this.o.url, { ...this.o.headers, "Upload-Length": String(this.o.size) });
    const place = r?.header("Location") ?? null;
    if (r === null) return null;
    if (r.status !== 201 || place === null || place === "") throw refused(r);
    return place;
  }

  async #patch(offset: number, body: Uint8Array): Promise<number | null> {
    const headers = { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    const r = await this.#send("PATCH", this.#url, headers, body);
    if (r === null || r.status === 409 || r.status === 423) return null; // it has another offset, or holds a lock: ask
    if (r.status !== 204) throw refused(r);
    return this.#offset(r);
  }

  /** After a cut only the server knows how much of the last request arrived. */
  async #ask(): Promise<number | null> {
    const r = await this.#send("HEAD", this.#url, {});
    if (r === null || r.status === 423) return null;
    if (r.status !== 200 && r.status !== 204) throw refused(r);
    return this.#offset(r);
  }

  #offset(r: UploadResponse): number {
    const s = r.header("Upload-Offset") ?? "";
    const n = Number(s);
    if (!/^(?:0|[1-9][0-9]*)$/.test(s) || n > this.o.size) throw new Fault("upload", "offset");
    return n;
  }

  /** Sends a request; null when nothing came back, or the server is busy. */
  async #send(method: UploadRequest["method"], url: string, headers: Record<string, string>, body?: Uint8Array): Promise<UploadResponse | null> {
    let r: UploadResponse;
    try {
      r = await this.o.transport.send({ method, url, headers: { "Tus-Resumable": version, ...headers }, ...(body && { body }) });
    } catch {
      return null;
    }
    return r.status === 429 || r.status >= 500 ? null : r;
  }
}

function refused(r: UploadResponse): Fault {
  return new Fault("upload", "status " + r.status);
}

function pause(attempt: number): Promise<void> {
  return new Promise((done) => setTimeout(done, Math.min(30000, 500 * 2 ** attempt)));
}

/**
 * Cuts a source into pieces and keeps the last one, so that any offset within it can be sent from again. The one after
 * it is made meanwhile: otherwise the line would wait for the processor, and the processor for the line.
 */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array>;
  #start = 0;
  #held: Uint8Array = new Uint8Array(0);
  #next: Promise<Uint8Array> | undefined;
  #ended = false;

  constructor(
    source: Source,
    private readonly size: number,
    private readonly used: ((piece: Uint8Array) => void) | undefined,
  ) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** What follows offset: the rest of the piece that is held, or the next one. Empty at the end. */
  async from(offset: number): Promise<Uint8Array> {
    const at = offset - this.#start;
    if (at < 0 || at > this.#held.length) throw new Fault("upload", "the server lost what it had");
    if (at < this.#held.length) return this.#held.subarray(at);
    const next = this.#next ?? this.#read();
    this.#start = offset;
    if (this.#held.length > 0) this.used?.(this.#held);
    this.#held = new Uint8Array(0); // what follows may fail
    this.#held = await next;
    this.#next = this.#read();
    this.#next.catch(() => undefined); // whoever asks for it is told
    return this.#held;
  }

  async isEmptyAfter(offset: number): Promise<boolean> {
    return (await this.from(offset)).length === 0;
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#source.return?.();
  }

  async #read(): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let have = 0; have < this.size && !this.#ended; ) {
      const { done, value } = await this.#source.next();
      this.#ended = done === true;
      if (done || value.length === 0) continue;
      parts.push(value);
      have += value.length;
    }
    return parts.length === 1 ? parts[0]! : concat(...parts);
  }
}
