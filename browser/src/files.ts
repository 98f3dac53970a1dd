import { sha256 as newHash } from "@noble/hashes/sha2.js";
import { type File, isFile, MAX_FILE } from "./bodies";
import { hex } from "./bytes";
import { Fault, FileFault } from "./fault";
import { FLOOR_ATTACHMENT, paddedLength } from "./pad";
import { newIdentity, Opener, parseIdentity, sealedSize, Sealer } from "./seal";

/** Content that comes in pieces. */
export type Source = AsyncIterable<Uint8Array>;

/** Takes pieces of content; the next piece waits for it, and may be written where this one was. */
export type Sink = (piece: Uint8Array) => void | Promise<void>;

/** What sealing fills of a description; blob, name and type are the caller's. */
export type SealedFile = Pick<File, "size" | "sha256" | "key" | "sealed" | "sealed_size">;

const piece = 65536;
const reading = 1048576;

/** The bytes of ciphertext for a file of this size. */
export function sealedFileSize(size: number): number {
  return sealedSize(paddedLength(size, FLOOR_ATTACHMENT), 1);
}

/** Reads a File or Blob a piece at a time, one ahead; browsers that have no stream of a Blob can do this. */
export async function* fromBlob(blob: Blob): Source {
  const read = (at: number) => {
    const bytes = blob.slice(at, Math.min(at + reading, blob.size)).arrayBuffer();
    bytes.catch(() => undefined); // whoever waits for it is told
    return bytes;
  };
  let next = read(0);
  for (let at = 0; at < blob.size; at += reading) {
    const bytes = await next;
    if (at + reading < blob.size) next = read(at + reading);
    yield new Uint8Array(bytes);
  }
}

/** Reads a stream. Leaving the loop early cancels it. */
export async function* fromStream(stream: ReadableStream): Source {
  const reader = stream.getReader();
  let whole = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      whole = done;
      if (done) return;
      if (value !== undefined) yield value;
    }
  } finally {
    if (!whole) await reader.cancel();
    reader.releaseLock();
  }
}

/**
 * Seals src under a fresh key of its own, followed by zero bytes up to the padded size, in constant memory. size is
 * what the caller expects: the upload has announced it, so another one (a file that changed meanwhile) is "too_large"
 * or "file". After a fault what went to out cannot be opened and must be dropped.
 */
export async function sealFile(src: Source, size: number, out: Sink): Promise<SealedFile> {
  if (!(size >= 0 && size <= MAX_FILE)) throw new Fault("too_large");
  const id = newIdentity();
  const sealer = new Sealer([id.recipient], 1, true);
  const content = newHash.create();
  const sealed = newHash.create();
  const write = async (b: Uint8Array) => {
    sealed.update(b);
    await out(b);
  };
  const push = async (b: Uint8Array) => {
    for (let at = 0; at < b.length; at += piece) {
      for (const chunk of sealer.push(b.subarray(at, at + piece))) await write(chunk);
    }
  };
  await write(sealer.start());
  let got = 0;
  for await (const b of src) {
    got += b.length;
    if (got > size) throw new Fault("too_large", "the file grew");
    content.update(b);
    await push(b);
  }
  if (got !== size) throw new FileFault("size");
  const zeros = new Uint8Array(piece);
  for (let left = paddedLength(size, FLOOR_ATTACHMENT) - size; left > 0; left -= piece) await push(zeros.subarray(0, Math.min(left, piece)));
  await write(sealer.end());
  return { size, sha256: hex(content.digest()), key: id.text(), sealed: hex(sealed.digest()), sealed_size: sealedFileSize(size) };
}

/**
 * Opens the attachment that f describes, in constant memory, and checks everything that f says of it. After a fault
 * out may have got a part of the content, or all of it, which must not be used. What is wrong is a FileFault; other
 * errors are those of src and out.
 */
export async function openFile(src: Source, f: File, out: Sink): Promise<void> {
  if (!isFile(f)) throw new FileFault("description");
  const sealed = newHash.create();
  const content = new Content(f.size, out);
  const opener = new Opener([parseIdentity(f.key)], 1);
  let got = 0;
  let wrong: unknown;
  // What is left is read after a fault too, so that the hash of the ciphertext tells damage from another file.
  for await (const b of src) {
    got += b.length;
    if (got > f.sealed_size) break;
    sealed.update(b);
    if (wrong === undefined) wrong = await faultOf(() => content.take(opener.push(b)));
  }
  wrong ??= await faultOf(() => content.take(opener.end()));
  if (got !== f.sealed_size) throw new FileFault("sealed_size");
  if (hex(sealed.digest()) !== f.sealed) throw new FileFault("sealed_hash");
  if (wrong !== undefined) throw wrong instanceof FileFault ? wrong : new FileFault("damaged");
  if (content.total !== paddedLength(f.size, FLOOR_ATTACHMENT)) throw new FileFault("size");
  if (content.hash() !== f.sha256) throw new FileFault("content");
}

/** Runs step and gives the fault of this library that it threw; anything else is the caller's. */
async function faultOf(step: () => Promise<void>): Promise<Fault | undefined> {
  try {
    await step();
    return undefined;
  } catch (e) {
    if (e instanceof Fault) return e;
    throw e;
  }
}

/** Parts what is opened into size bytes of content and zero bytes. */
class Content {
  readonly #hash = newHash.create();
  total = 0;

  constructor(
    private readonly size: number,
    private readonly out: Sink,
  ) {}

  async take(chunks: Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      const n = Math.min(chunk.length, Math.max(0, this.size - this.total));
      this.total += chunk.length;
      if (n > 0) {
        this.#hash.update(chunk.subarray(0, n));
        await this.out(chunk.subarray(0, n));
      }
      for (let i = n; i < chunk.length; i++) if (chunk[i] !== 0) throw new FileFault("padding");
    }
  }

  hash(): string {
    return hex(this.#hash.digest());
  }
}
