import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import test from "node:test";
import { MessageChannel } from "node:worker_threads";
import { blob, bytes, collect, lib, noise, pieces, rejects } from "./kit.mjs";

const { files, pad, seal } = lib;
const describe = (sealed) => ({ ...sealed, blob: "a".repeat(26), name: "x", type: "", cleaned: "no" });

async function sealAll(content, source = pieces(content)) {
  const out = [];
  const f = await files.sealFile(source, content.length, (b) => void out.push(b.slice()));
  return { sealed: new Uint8Array(Buffer.concat(out)), file: describe(f) };
}

async function openAll(sealed, file, source = pieces(sealed, 7001)) {
  const out = [];
  await files.openFile(source, file, (b) => void out.push(b.slice()));
  return new Uint8Array(Buffer.concat(out));
}

test("files come back, whatever their size and pieces", async () => {
  for (const size of [0, 1, 65535, 65536, 65537, 131072, 300001]) {
    const content = noise(size);
    const { sealed, file } = await sealAll(content);
    assert.equal(sealed.length, files.sealedFileSize(size));
    assert.equal(file.sealed_size, sealed.length);
    assert.equal(file.sha256, createHash("sha256").update(content).digest("hex"));
    assert.equal(file.sealed, createHash("sha256").update(sealed).digest("hex"));
    assert.deepEqual(await openAll(sealed, file), content);
    assert.deepEqual(await openAll(sealed, file, pieces(sealed, sealed.length)), content);
  }
  const a = await sealAll(bytes("x"));
  const b = await sealAll(bytes("x"));
  assert.notEqual(a.file.key, b.file.key);
});

test("a file that grew or shrank is refused", async () => {
  await rejects(files.sealFile(pieces(noise(10)), 9, () => {}), "too_large");
  await rejects(files.sealFile(pieces(noise(10)), 11, () => {}), "size");
  await rejects(files.sealFile(pieces(noise(1)), -1, () => {}), "too_large");
});

test("every fault has its name", async () => {
  const content = noise(70000);
  const { sealed, file } = await sealAll(content);
  const change = (at) => {
    const b = sealed.slice();
    b[at] ^= 1;
    return b;
  };
  const rehash = (b) => ({ ...file, sealed: createHash("sha256").update(b).digest("hex") });
  await rejects(openAll(sealed, { ...file, size: 70001 * 2 }), "description");
  await rejects(openAll(sealed, { ...file, key: file.key.toLowerCase() }), "description");
  await rejects(openAll(sealed.subarray(0, -1), file), "sealed_size");
  await rejects(openAll(Buffer.concat([sealed, sealed]), file), "sealed_size");
  await rejects(openAll(change(5000), file), "sealed_hash");
  await rejects(openAll(change(5000), rehash(change(5000))), "damaged");
  await rejects(openAll(change(30), rehash(change(30))), "damaged");
  await rejects(openAll(sealed, { ...file, key: seal.newIdentity().text() }), "damaged");
  await rejects(openAll(sealed, { ...file, sha256: "0".repeat(64) }), "content");
  await rejects(openAll(sealed, { ...file, size: 69999 }), "padding");
  const grown = { ...file, size: 69632 };
  assert.equal(pad.paddedLength(69632, 65536), 69632);
  await rejects(openAll(sealed, grown), "description");
});

test("a padding that is too short or not zero is refused", async () => {
  for (const [plain, fault] of [[new Uint8Array(65536).fill(1, 9, 10), "padding"], [new Uint8Array(65535), "sealed_size"]]) {
    const id = seal.newIdentity();
    const b = new seal.Sealer([id.recipient], 1);
    const sealed = new Uint8Array(Buffer.concat([b.start(), ...b.push(plain), b.end()]));
    const f = { blob: "a".repeat(26), name: "", type: "", size: 5, sha256: createHash("sha256").update(plain.subarray(0, 5)).digest("hex"), key: id.text(), sealed: createHash("sha256").update(sealed).digest("hex"), sealed_size: files.sealedFileSize(5), cleaned: "no" };
    await rejects(openAll(sealed, f), fault);
  }
});

test("a failing source or sink is not damage", async () => {
  const { sealed, file } = await sealAll(noise(100));
  const failing = (async function* () {
    yield sealed.subarray(0, 3000);
    throw new Error("disk");
  })();
  await assert.rejects(openAll(sealed, file, failing), /disk/);
  await assert.rejects(files.openFile(pieces(sealed), file, () => { throw new Error("full"); }), /full/);
  await assert.rejects(files.sealFile(pieces(noise(9)), 9, async () => { throw new Error("full"); }), /full/);
});

test("blobs and streams are read to their end", async () => {
  const content = noise(600000);
  assert.deepEqual(await collect(files.fromBlob(blob(content))), content);
  const stream = () => new ReadableStream({ start(c) { c.enqueue(content.subarray(0, 9)); c.enqueue(content.subarray(9)); c.close(); } });
  assert.deepEqual(await collect(files.fromStream(stream())), content);
  let cancelled = false;
  const endless = new ReadableStream({ pull: (c) => c.enqueue(bytes("x")), cancel: () => void (cancelled = true) });
  for await (const b of files.fromStream(endless)) if (b.length > 0) break;
  assert.ok(cancelled);
});

test("memory stays constant, and the next piece waits for the sink", async () => {
  let given = 0;
  let taken = 0;
  let most = 0;
  const piece = noise(65536);
  const total = 64 * 65536;
  const source = (async function* () {
    for (; given < total; given += piece.length) yield piece;
  })();
  await files.sealFile(source, total, async (b) => {
    await new Promise((next) => setImmediate(next));
    taken += b.length;
    most = Math.max(most, given - taken);
  });
  assert.ok(most <= 3 * 65536, `${most} bytes under way`);
});

/** A page and a worker that hear each other. */
function ends() {
  const { port1, port2 } = new MessageChannel();
  const end = (port) => ({
    postMessage: (m, transfer) => port.postMessage(m, transfer),
    set onmessage(f) { port.on("message", (data) => f({ data })); },
    close: () => port.close(),
  });
  return { page: end(port1), worker: end(port2) };
}

/** What structured cloning does to a Blob, done beforehand: functions cannot be posted. */
function withFile(worker, content) {
  return { postMessage: worker.postMessage, set onmessage(f) { worker.onmessage = ({ data }) => f({ data: data.op === "seal" ? { ...data, file: blob(content) } : data }); } };
}

test("a worker seals piece by piece, only when it is asked", async () => {
  const content = noise(400000);
  const { page, worker } = ends();
  lib.fileworker.serveFiles(withFile(worker, content));
  const remote = await lib.remote.sealInWorker(page, null, false, 50000);
  assert.equal(remote.size, files.sealedFileSize(content.length));
  assert.throws(() => remote.result());
  const sizes = [];
  const copies = (async function* () {
    for await (const b of remote.source) {
      sizes.push(b.length);
      const copy = b.slice();
      remote.used(b); // the next piece is written over it
      yield copy;
    }
  })();
  const sealed = await collect(copies);
  assert.ok(sizes.slice(0, -1).every((n) => n === 50000) && sizes.length === Math.ceil(remote.size / 50000), `${sizes}`);
  assert.deepEqual(await openAll(sealed, describe(remote.result())), content);
  page.close();
});

test("a worker says why it will not", async () => {
  const { page, worker } = ends();
  lib.fileworker.serveFiles(withFile(worker, bytes("no picture")));
  await rejects(lib.remote.sealInWorker(page, null, true, 50000), "picture");
  page.close();
  const gone = { postMessage: () => gone.onerror({}) };
  await rejects(lib.remote.sealInWorker(gone, null, false, 50000), "file");
});
