// The library, as a page uses it: solves the work with ALTCHA's own client, seals while it sends, loses the line, pauses
// and goes on. It reads one line of JSON and writes what the document says of the file.
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { solveChallenge } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
import { lib, noise, pieces } from "./kit.mjs";

const order = JSON.parse(readFileSync(0, "utf8"));
const { files, upload, work } = lib;
const content = noise(order.size);
const size = files.sealedFileSize(content.length);

const answer = await fetch(`${order.origin}/zh/api/upload-work?size=${size}`);
const challenge = await answer.json();
const ours = await work.solve(challenge);
const { counter, derivedKey } = await solveChallenge({ challenge, deriveKey });
if (ours.counter !== counter || ours.derivedKey !== derivedKey) throw new Error("two solutions of one challenge");
const payload = Buffer.from(JSON.stringify({ challenge, solution: { counter, derivedKey } })).toString("base64url");

/** What sealFile gives, as a source. */
async function* sealing(into) {
  const made = [];
  let wake = () => {};
  let ended = false;
  const sealed = files.sealFile(pieces(content), content.length, (b) => { made.push(b.slice()); wake(); }).finally(() => { ended = true; wake(); });
  for (;;) {
    while (made.length > 0) yield made.shift();
    if (ended) break;
    await new Promise((next) => (wake = next));
  }
  Object.assign(into, await sealed);
}

let requests = 0;
let cuts = 0;
let abort;
const transport = {
  async send({ method, url, headers, body }) {
    abort = new AbortController();
    const cut = method === "PATCH" && ++requests % 2 === 0;
    if (cut) {
      cuts++;
      setTimeout(() => abort.abort(), requests % 5);
    }
    const r = await fetch(new URL(url, order.origin), { method, headers, body, signal: abort.signal });
    return { status: r.status, header: (name) => r.headers.get(name) };
  },
  cancel: () => abort?.abort(),
};

const file = {};
const one = new upload.Upload({
  url: "/zh/api/upload", transport, size, source: sealing(file), headers: { "Clarion-Work": payload }, piece: 100_000,
  wait: () => new Promise((next) => setImmediate(next)),
  onProgress: (sent) => {
    if (sent > size / 2 && file.paused === undefined) {
      file.paused = true;
      setImmediate(() => { one.pause(); setImmediate(() => one.resume()); });
    }
  },
});
const url = await one.run();
delete file.paused;
console.log(JSON.stringify({ url, cuts, content: Buffer.from(content.slice(0, 16)).toString("hex"), file: { ...file, blob: url.slice(url.lastIndexOf("/") + 1), name: "file.bin", type: "application/octet-stream", cleaned: "no" } }));
// An aborted fetch can hold its socket, and with it the process, for a long time.
process.exit(0);
