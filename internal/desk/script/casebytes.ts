// Bytes of attachments between the server, the keeper and the page: in pieces, and used only when they are whole and checked.
import type { File as Description } from "../../../browser/src/bodies";
import { postBytes, Refused, stream } from "./api";
import { casePath } from "./casesend";
import type { CaseFile } from "./casetypes";
import { askKeeper } from "./keeper";

/** Bytes that go to the keeper at once, and that are held before they go to where the browser keeps blobs. */
const PIECE = 1_048_576;
const BATCH = 4_194_304;

/** Where a file is asked for: in an office of who is here. */
export type Where = Pick<CaseFile, "unit" | "number">;

/** Milliseconds without a byte after which a line counts as broken. */
const patience = 60_000;

/** Pieces that become one blob. */
class Gathered {
  readonly #parts: Blob[] = [];
  #held: Uint8Array[] = [];
  #size = 0;
  total = 0;

  add(pieces: readonly Uint8Array[]): void {
    for (const p of pieces) {
      this.#held.push(p);
      this.#size += p.length;
      this.total += p.length;
    }
    if (this.#size >= BATCH) this.#settle();
  }

  #settle(): void {
    this.#parts.push(new Blob(this.#held as Uint8Array<ArrayBuffer>[]));
    this.#held = [];
    this.#size = 0;
  }

  blob(): Blob {
    this.#settle();
    return new Blob(this.#parts, { type: "application/octet-stream" });
  }
}

/** Fetches and opens a file that the document with this hash names. told is called with bytes of content so far. A file that differs from its description is a Fault. */
export async function fetchFile(f: Where, x: Description, hash: string, signal: AbortSignal, told: (done: number) => void): Promise<Blob> {
  const { handle } = await askKeeper("fileBegin", { hash, blob: x.blob });
  const out = new Gathered();
  try {
    const reader = (await stream(`${casePath(f)}/file/${x.blob}`, signal)).getReader();
    for (;;) {
      const next = await inTime(reader.read(), () => void reader.cancel().catch(() => undefined));
      if (next.done) break;
      for (let at = 0; at < next.value.length; at += PIECE) {
        out.add((await askKeeper("filePiece", { handle, piece: next.value.slice(at, at + PIECE) })).pieces);
        told(out.total);
      }
    }
    out.add((await askKeeper("fileEnd", { handle })).pieces);
    return out.blob();
  } catch (e) {
    void askKeeper("fileDrop", { handle }).catch(() => undefined);
    throw e;
  }
}

/** What comes from the line, or the refusal that nothing did. */
async function inTime<T>(p: Promise<T>, late: () => void): Promise<T> {
  let over: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<never>((_, fail) => (over = setTimeout(() => (late(), fail(new Refused(0, "", ""))), patience)));
  try {
    return await Promise.race([p.catch(() => Promise.reject(new Refused(0, "", ""))), silent]);
  } finally {
    clearTimeout(over);
  }
}

/** Seals a file and gives it to the server, where it waits for the document that names it. told is called with the share that is done. */
export async function sealAttachment(f: CaseFile, file: File, signal: AbortSignal, told: (done: number) => void): Promise<Description> {
  const { handle } = await askKeeper("sealBegin", { size: file.size });
  const out = new Gathered();
  try {
    for (let at = 0; at < file.size; at += PIECE) {
      if (signal.aborted) throw new Refused(0, "", "");
      out.add((await askKeeper("sealPiece", { handle, piece: new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()) })).pieces);
      told(Math.min(0.9, (0.9 * (at + PIECE)) / file.size));
    }
    const done = await askKeeper("sealEnd", { handle });
    out.add(done.pieces);
    const { blob } = await postBytes<{ blob: string }>(casePath(f) + "/upload", out.blob(), signal);
    return { ...done.file, blob, name: file.name, type: file.type, cleaned: "no" };
  } catch (e) {
    void askKeeper("fileDrop", { handle }).catch(() => undefined);
    throw e;
  }
}
