// What the library takes from its surroundings, and nothing else: no DOM, no storage, no network. The standard
// library's own declarations would let a page's objects in by the door.

declare class TextEncoder {
  encode(text: string): Uint8Array;
}

declare class TextDecoder {
  constructor(label: "utf-8" | "gb18030" | "utf-16le" | "utf-16be", options: { fatal: true; ignoreBOM: true });
  decode(bytes: Uint8Array, options?: { stream: boolean }): string;
}

declare const crypto: {
  getRandomValues(bytes: Uint8Array): Uint8Array;
  /** Absent on plain http, which an onion service is. */
  readonly subtle?: {
    importKey(format: "raw", key: Uint8Array, algorithm: "PBKDF2", extractable: false, usages: ["deriveBits"]): Promise<unknown>;
    deriveBits(algorithm: { name: "PBKDF2"; hash: "SHA-256"; salt: Uint8Array; iterations: number }, key: unknown, bits: number): Promise<ArrayBuffer>;
  };
};

declare function setTimeout(run: () => void, milliseconds: number): unknown;
declare function clearTimeout(started: unknown): void;

/** The part of a readable stream that is read here. */
interface ReadableStream {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array }>;
    cancel(): Promise<void>;
    releaseLock(): void;
  };
}

/** The part of a File or Blob that is read here. */
interface Blob {
  readonly size: number;
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** One end of a channel of messages: a worker as its page sees it, or the page as a worker sees it. */
interface MessageEnd {
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  /** The worker could not be loaded, or threw. */
  onerror?: ((event: unknown) => void) | null;
}
