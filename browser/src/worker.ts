import type { File } from "./bodies";
import { Fault } from "./fault";
import type { SealedFile } from "./files";
import type { Challenge, Solution } from "./work";

// What pages and workers say to each other. A worker does one job and is thrown away: a secret in its memory does not
// wait for the next file.

/** What a page says to a worker. */
export type Job =
  /** The ciphertext comes in pieces of so many bytes; the last one is shorter. */
  | { op: "seal"; file: Blob; clean: boolean; piece: number }
  /** Asks for one more piece: without it nothing more is read. The memory of one that was used may go back. */
  | { op: "next"; used?: ArrayBuffer }
  | { op: "solve"; challenge: Challenge; maxRounds?: number };

/** What a worker says to its page. */
export type News =
  | { op: "size"; sealed: number; cleaned: File["cleaned"]; removed: string[] }
  | { op: "piece"; bytes: Uint8Array }
  | { op: "sealed"; file: SealedFile }
  | { op: "rounds"; rounds: number }
  | { op: "solved"; solution: Solution }
  | { op: "fault"; kind: Fault["kind"]; what: string };

/** Sends news to the page. */
export function tell(end: MessageEnd, news: News): void {
  end.postMessage(news);
}

/** Runs a job and tells the page what it threw. What no part of this library threw has no text that could be shown. */
export function report(end: MessageEnd, job: () => Promise<void>): void {
  job().catch((e: unknown) => {
    tell(end, e instanceof Fault ? { op: "fault", kind: e.kind, what: e.what } : { op: "fault", kind: "file", what: "unreadable" });
  });
}
