import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { Fault } from "./fault";
import { CHUNK_SIZE, TAG_SIZE } from "./header";

// age's STREAM: chunks of 64 KiB under ChaCha20-Poly1305, whose nonce is the chunk's number and a mark on the last.
// The library's own version needs TransformStream, which Safari 14.0 has not; this one takes bytes and gives bytes.

/** Takes what is given to it in pieces and hands on whole chunks, the last one only when it is told that it is the last. */
abstract class Chunks {
  readonly #nonce = new Uint8Array(12);
  readonly #buffer: Uint8Array;
  #used = 0;
  #first = true;

  constructor(
    private readonly key: Uint8Array,
    size: number,
  ) {
    this.#buffer = new Uint8Array(size);
  }

  /** Takes more input and returns the chunks that are whole now. */
  push(data: Uint8Array): Uint8Array[] {
    const out: Uint8Array[] = [];
    for (let at = 0; at < data.length; ) {
      if (this.#used === this.#buffer.length) {
        out.push(this.turn(this.key, this.#nonce, this.#buffer, this.#first, false));
        this.#count();
      }
      const n = Math.min(this.#buffer.length - this.#used, data.length - at);
      this.#buffer.set(data.subarray(at, at + n), this.#used);
      this.#used += n;
      at += n;
    }
    return out;
  }

  /** Returns the last chunk. Nothing may be pushed after it. */
  end(): Uint8Array {
    this.#nonce[11] = 1;
    return this.turn(this.key, this.#nonce, this.#buffer.subarray(0, this.#used), this.#first, true);
  }

  #count(): void {
    this.#used = 0;
    this.#first = false;
    for (let i = 10; i >= 0; i--) {
      this.#nonce[i]!++;
      if (this.#nonce[i] !== 0) return;
    }
  }

  protected abstract turn(key: Uint8Array, nonce: Uint8Array, chunk: Uint8Array, first: boolean, last: boolean): Uint8Array;
}

/** Content to ciphertext. */
export class ChunkSealer extends Chunks {
  readonly #out: Uint8Array | undefined;

  /** With reuse a chunk holds until the next one is made: a large file leaves nothing behind that must be collected. */
  constructor(key: Uint8Array, reuse: boolean) {
    super(key, CHUNK_SIZE);
    if (reuse) this.#out = new Uint8Array(CHUNK_SIZE + TAG_SIZE);
  }

  protected turn(key: Uint8Array, nonce: Uint8Array, chunk: Uint8Array): Uint8Array {
    return chacha20poly1305(key, nonce).encrypt(chunk, this.#out?.subarray(0, chunk.length + TAG_SIZE));
  }
}

/** Ciphertext to content. Nothing that came out may be used before end() has returned. */
export class ChunkOpener extends Chunks {
  constructor(key: Uint8Array) {
    super(key, CHUNK_SIZE + TAG_SIZE);
  }

  protected turn(key: Uint8Array, nonce: Uint8Array, chunk: Uint8Array, first: boolean, last: boolean): Uint8Array {
    let plain: Uint8Array;
    try {
      plain = chacha20poly1305(key, nonce).decrypt(chunk);
    } catch {
      throw new Fault("format", "a chunk was changed or cut");
    }
    // A file could otherwise be written in two ways.
    if (last && !first && plain.length === 0) throw new Fault("format", "the last chunk is empty");
    return plain;
  }
}
