import type { File } from "./bodies";
import { clean, cleanable, MAX_PICTURE } from "./clean/clean";
import { Fault } from "./fault";
import { fromBlob, sealedFileSize, sealFile, type Source } from "./files";
import { type Job, type News, report, tell } from "./worker";

/** Seals one file for the page at the other end. */
export function serveFiles(end: MessageEnd): void {
  let next: (() => void) | undefined;
  let asked = false;
  let used: ArrayBuffer | undefined;
  const turn = () => (asked ? undefined : new Promise<void>((go) => (next = go)));
  end.onmessage = ({ data }) => {
    const job = data as Job;
    if (job.op === "next") {
      asked = true;
      used = job.used ?? used;
      next?.();
    } else if (job.op === "seal") {
      report(end, () => sealOne(end, job, async () => {
        await turn();
        asked = false;
        const free = used;
        used = undefined;
        return free;
      }));
    }
  };
}

/** turn waits until the page asks, and gives the memory that it sent back, if any. */
async function sealOne(end: MessageEnd, job: Job & { op: "seal" }, turn: () => Promise<ArrayBuffer | undefined>): Promise<void> {
  const { source, size, cleaned, removed } = await prepare(job.file, job.clean);
  tell(end, { op: "size", sealed: sealedFileSize(size), cleaned, removed });
  let piece: Uint8Array | undefined;
  let have = 0;
  const give = () => {
    if (piece === undefined) return;
    const bytes = piece.subarray(0, have);
    piece = undefined;
    have = 0;
    end.postMessage({ op: "piece", bytes } satisfies News, [bytes.buffer as ArrayBuffer]);
  };
  const description = await sealFile(source, size, async (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      piece ??= new Uint8Array((await turn()) ?? new ArrayBuffer(job.piece));
      const n = Math.min(piece.length - have, bytes.length - at);
      piece.set(bytes.subarray(at, at + n), have);
      have += n;
      at += n;
      if (have === piece.length) give();
    }
  });
  give();
  await turn();
  tell(end, { op: "sealed", file: description });
}

/** What is to be sealed: the file as it is, or what cleaning left of it. */
async function prepare(file: Blob, wanted: boolean): Promise<{ source: Source; size: number; cleaned: File["cleaned"]; removed: string[] }> {
  if (!wanted) return { source: fromBlob(file), size: file.size, cleaned: "no", removed: [] };
  const head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  if (cleanable(head) === null) throw new Fault("picture", "neither JPEG nor PNG");
  if (file.size > MAX_PICTURE) throw new Fault("too_large");
  const { bytes, removed } = clean(new Uint8Array(await file.slice(0, file.size).arrayBuffer()));
  const source = (async function* () {
    yield bytes;
  })();
  return { source, size: bytes.length, cleaned: "yes", removed };
}
