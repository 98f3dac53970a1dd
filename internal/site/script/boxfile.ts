// A file that staff addressed to the mailbox: fetched sealed, opened and checked here, and given only when it is whole.
import type { File as Description } from "../../../browser/src/bodies";
import { Fault } from "../../../browser/src/fault";
import { fromStream, openFile } from "../../../browser/src/files";
import { h } from "./dom";
import type { Line } from "./line";
import { Refused } from "./net";

/** Bytes of a file above which a browser is not asked to hold it: it may not be used before its end was checked. */
export const LARGEST = 209_715_200;

/** Bytes that are held in the page before they go to where the browser keeps blobs. */
const batch = 4_194_304;

/** Fetches and opens a file. told is called with bytes of content so far. A file that differs from its description is a Fault. */
export async function fetchFile(line: Line, f: Description, signal: AbortSignal, told: (done: number) => void): Promise<Blob> {
  const answer = await line.file(f.blob, signal);
  if (answer.body === null) throw new Fault("file", "no stream");
  const parts: Blob[] = [];
  let held: Uint8Array[] = [];
  let size = 0;
  let done = 0;
  const settle = () => {
    parts.push(new Blob(held as Uint8Array<ArrayBuffer>[]));
    held = [];
    size = 0;
  };
  const source = fromStream(answer.body);
  await openFile(broken(source), f, (piece) => {
    if (signal.aborted) throw new Refused(0, "", 0);
    held.push(piece.slice());
    size += piece.length;
    done += piece.length;
    if (size >= batch) settle();
    told(done);
  });
  settle();
  return new Blob(parts, { type: "application/octet-stream" });
}

/** Milliseconds without a byte after which a line counts as broken: the mailbox must not stay open for it. */
const patience = 60_000;

/** A line that breaks, or falls silent, is no damaged file. */
async function* broken(src: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const all = src[Symbol.asyncIterator]();
  let whole = false;
  try {
    for (;;) {
      let over: ReturnType<typeof setTimeout> | undefined;
      const silent = new Promise<never>((_, fail) => (over = setTimeout(() => fail(new Refused(0, "", 0)), patience)));
      const next = await Promise.race([all.next(), silent]).finally(() => clearTimeout(over));
      whole = next.done === true;
      if (whole) return;
      yield next.value as Uint8Array;
    }
  } catch (e) {
    throw e instanceof Fault ? e : new Refused(0, "", 0);
  } finally {
    if (!whole) void all.return?.();
  }
}

/** Endings that a device needs to find a program; a name says nothing else. */
const endings: Readonly<Record<string, string>> = {
  "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "text/plain": "txt", "video/mp4": "mp4", "audio/mpeg": "mp3",
};

/** Gives a blob to the person under a neutral name. */
export function give(blob: Blob, type: string): void {
  const url = URL.createObjectURL(blob);
  const a = h("a", { href: url, download: "file." + (endings[type] ?? "bin") });
  document.body.appendChild(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
