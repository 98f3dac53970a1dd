// A case for another body: one age file with what somebody approved, byte for byte (docs/spec/seal.md 10). It is made here and
// saved by a person; no server sees it.
import { ScryptRecipient } from "../../node_modules/age-encryption/dist/recipients.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import type { Copy } from "../bodies";
import { base64raw, base64url, concat, hexHash, random, sha256, utf8 } from "../bytes";
import { ChunkSealer } from "../chunks";
import type { SigningKey } from "../ed25519";
import { Fault } from "../fault";
import { closeHeader, NONCE_SIZE, writeHeader } from "../header";
import { newWords, type WordList } from "../receipt";
import { headerMac, parseRecipient, seal } from "../seal";

const PREFIX = "clarion/transfer/v1\n";

/** Ten words hold 129 bits: what slows guessing down is their number, and a reader without much memory opens the file too. */
const WORK = 14;

/** What stands in transfer.json beside the copy's own fields. */
export interface Sender {
  authority: string;
  /** The unit's name. */
  unit: string;
  day: string;
}

/** The inside of the file: transfer.json, its signature, copy.txt and the files, whose contents must be what the copy names, else "file". */
export function transferTar(c: Copy, files: readonly Uint8Array[], from: Sender, key: SigningKey): Uint8Array {
  if (files.length !== c.files.length || c.files.some((f, i) => f.size !== files[i]!.length || f.sha256 !== hexHash(files[i]!))) throw new Fault("file", "not what was approved");
  const inside = [{ name: "copy.txt", bytes: utf8(c.text) }, ...c.files.map((f, i) => ({ name: f.name, bytes: files[i]! }))];
  const head = utf8(JSON.stringify({
    v: 1, authority: from.authority, unit: from.unit, reference: c.reference, day: from.day, body: c.body, basis: { code: c.basis.code, text: c.basis.text },
    ...(c.blacked.length > 0 && { blacked: c.blacked }), files: inside.map((f) => ({ name: f.name, size: f.bytes.length, sha256: hexHash(f.bytes) })),
  }));
  const signature = utf8(`${key.encoded}\n${base64url(key.sign(PREFIX, head))}\n`);
  return tar([{ name: "transfer.json", bytes: head }, { name: "transfer.sig", bytes: signature }, ...inside]);
}

/** A plain ustar archive without owners and times. */
function tar(files: readonly { name: string; bytes: Uint8Array }[]): Uint8Array {
  const out: Uint8Array[] = [];
  for (const { name, bytes } of files) {
    const head = new Uint8Array(512);
    const put = (at: number, text: string) => head.set(utf8(text), at);
    const octal = (n: number, digits: number) => n.toString(8).padStart(digits, "0");
    put(0, name);
    put(100, "0000644\0" + "0000000\0" + "0000000\0" + octal(bytes.length, 11) + "\0" + octal(0, 11) + "\0" + " ".repeat(8) + "0");
    put(257, "ustar\0" + "00");
    put(148, octal(head.reduce((n, b) => n + b, 0), 6) + "\0 ");
    out.push(head, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512));
  }
  return concat(...out, new Uint8Array(1024));
}

/** Seals to an age1pq1… key; "recipient" for anything else. */
export const sealToKey = (plain: Uint8Array, recipient: string): Uint8Array => seal(plain, [parseRecipient(recipient)]);

/** Seals to ten words that are made here: age's own stanza for a passphrase, which is the words with a hyphen between them. */
export function sealToWords(plain: Uint8Array, list: WordList): { sealed: Uint8Array; words: string[] } {
  const words = newWords(list).split(" ");
  const fileKey = random(16);
  const signed = writeHeader(new ScryptRecipient(words.join("-"), WORK).wrapFileKey(fileKey), base64raw);
  const nonce = random(NONCE_SIZE);
  const chunks = new ChunkSealer(hkdf(sha256, fileKey, nonce, utf8("payload"), 32), false);
  return { sealed: concat(closeHeader(signed, headerMac(fileKey, signed), base64raw), nonce, ...chunks.push(plain), chunks.end()), words };
}
