import type { File } from "./bodies";
import { Fault } from "./fault";
import type { SealedFile, Source } from "./files";
import type { Challenge, Solution } from "./work";
import type { Job, News } from "./worker";

// The page's end of the workers. The page makes the worker, gives it here, and ends it afterwards.

/** A file that a worker is sealing. */
export interface RemoteFile {
  /** Bytes of ciphertext that source will give. */
  readonly size: number;
  readonly cleaned: File["cleaned"];
  /** What cleaning took away, for the page to say. */
  readonly removed: readonly string[];
  /** The ciphertext. Each piece is made when it is asked for. */
  readonly source: Source;
  /** Gives back a piece that nobody needs any more: the next one is written there. */
  used(piece: Uint8Array): void;
  /** The description; there once source has given everything. */
  result(): SealedFile;
}

/**
 * Lets a worker that runs serveFiles seal a file, cleaned first if wanted, into pieces of so many bytes. Throws what the
 * worker throws.
 */
export async function sealInWorker(end: MessageEnd, file: Blob, clean: boolean, piece: number): Promise<RemoteFile> {
  const news = listen(end);
  const free: ArrayBuffer[] = [];
  post(end, { op: "seal", file, clean, piece });
  const first = await news();
  if (first.op !== "size") throw new Fault("file", "order of messages");
  let done: SealedFile | undefined;
  const source = (async function* () {
    for (;;) {
      const used = free.pop();
      end.postMessage({ op: "next", ...(used && { used }) } satisfies Job, used && [used]);
      const n = await news();
      if (n.op === "piece") yield n.bytes;
      else if (n.op === "sealed") {
        done = n.file;
        return;
      } else throw new Fault("file", "order of messages");
    }
  })();
  return {
    size: first.sealed,
    cleaned: first.cleaned,
    removed: first.removed,
    source,
    used: (b) => {
      if (b.buffer.byteLength === piece) free.push(b.buffer as ArrayBuffer);
    },
    result: () => {
      if (done === undefined) throw new Fault("file", "not sealed yet");
      return done;
    },
  };
}

/** Lets a worker that runs serveWork solve a challenge. Throws what the worker throws. */
export async function solveInWorker(end: MessageEnd, challenge: Challenge, onRounds?: (rounds: number) => void, maxRounds?: number): Promise<Solution> {
  const news = listen(end);
  post(end, { op: "solve", challenge, ...(maxRounds !== undefined && { maxRounds }) });
  for (;;) {
    const n = await news();
    if (n.op === "solved") return n.solution;
    if (n.op === "rounds") onRounds?.(n.rounds);
  }
}

function post(end: MessageEnd, job: Job): void {
  end.postMessage(job);
}

/** Takes what the worker says, in order. A fault of the worker, or its end, is thrown. */
function listen(end: MessageEnd): () => Promise<News> {
  const waiting: News[] = [];
  let wake: (() => void) | undefined;
  const take = (n: News) => {
    waiting.push(n);
    wake?.();
  };
  end.onmessage = ({ data }) => take(data as News);
  end.onerror = () => take({ op: "fault", kind: "file", what: "the worker failed" });
  return async () => {
    while (waiting.length === 0) await new Promise<void>((go) => (wake = go));
    const n = waiting.shift()!;
    if (n.op === "fault") throw new Fault(n.kind, n.what);
    return n;
  };
}
