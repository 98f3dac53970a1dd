import type { File } from "./bodies";
import { clean, cleanable, MAX_PICTURE } from "./clean/clean";
import { Fault } from "./fault";
import { fromBlob, sealedFileSize, sealFile, type Source } from "./files";
import { type Job, type News, report, tell } from "./worker";

/** Seals one file for the page at the other end. */
export function serveFiles(end: MessageEnd): void {
  let next: (() => void) | undefined;
  let asked = false;
  const turn = () => (asked ? undefined : new Promise<void>((go) => (next = go)));
  end.onmessage = ({ data }) => {
    const job = data as Job;
    if (job.op === "next") {
      asked = true;
      next?.();
    } else if (job.op === "seal") {
      report(end, () => sealOne(end, job.file, job.clean, async () => {
        await turn();
        asked = false;
      }));
    }
  };
}

async function sealOne(end: MessageEnd, file: Blob, wanted: boolean, turn: () => Promise<void>): Promise<void> {
  const { source, size, cleaned, removed } = await prepare(file, wanted);
  tell(end, { op: "size", sealed: sealedFileSize(size), cleaned, removed });
  const description = await sealFile(source, size, async (bytes) => {
    await turn();
    const own = bytes.slice(); // its memory goes to the page
    end.postMessage({ op: "piece", bytes: own } satisfies News, [own.buffer as ArrayBuffer]);
  });
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
