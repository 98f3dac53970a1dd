import assert from "node:assert/strict";
import test from "node:test";
import { lib, noise, pieces, rejects } from "./kit.mjs";

const { Upload } = lib.upload;

const soon = () => new Promise((next) => setImmediate(next));

/** A tus 1.0.0 server in memory, which can be made to cut requests. */
class Server {
  taken = [];
  log = [];
  size = null;
  cut = () => null; // how many bytes of a request arrive before it breaks, and whether the answer gets lost

  async send({ method, url, headers, body }) {
    await soon(); // as a network would
    this.log.push(method);
    assert.equal(headers["Tus-Resumable"], "1.0.0");
    assert.ok(!("Upload-Metadata" in headers));
    const answer = (status, h = {}) => ({ status, header: (name) => h[name] ?? null });
    const cut = this.cut(method, this.log.length);
    if (cut?.status) return answer(cut.status);
    if (method === "POST") {
      if (cut) throw new Error("cut");
      this.size = Number(headers["Upload-Length"]);
      return answer(201, { Location: "/u/1" });
    }
    assert.equal(url, "/u/1");
    if (method === "HEAD") {
      if (cut) throw new Error("cut");
      return answer(200, { "Upload-Offset": String(this.taken.length), "Upload-Length": String(this.size) });
    }
    assert.equal(headers["Content-Type"], "application/offset+octet-stream");
    if (Number(headers["Upload-Offset"]) !== this.taken.length) return answer(409);
    const arrived = cut ? body.subarray(0, cut.arrive) : body;
    this.taken.push(...arrived);
    if (cut) throw new Error("cut");
    return answer(204, { "Upload-Offset": String(this.taken.length) });
  }
}

const start = (content, transport, more = {}) =>
  new Upload({ url: "/files", transport, size: content.length, source: pieces(content, 777), piece: 5000, wait: soon, ...more });

test("an upload arrives whole, in pieces", async () => {
  for (const size of [0, 1, 4999, 5000, 5001, 20000]) {
    const content = noise(size);
    const server = new Server();
    const seen = [];
    const upload = start(content, server, { onProgress: (sent) => seen.push(sent), headers: { "X-Work": "done" } });
    assert.equal(await upload.run(), "/u/1");
    assert.deepEqual(new Uint8Array(server.taken), content);
    assert.equal(upload.state, "done");
    assert.equal(seen[seen.length - 1], size);
    assert.ok(seen.every((v, i) => i === 0 || v > seen[i - 1]));
  }
});

test("a cut at any byte is resumed from what arrived", async () => {
  const content = noise(7000);
  for (let arrive = 0; arrive <= 5000; arrive += 250) {
    const server = new Server();
    let cuts = 0;
    server.cut = (method) => (method === "PATCH" && cuts++ === 0 ? { arrive } : null);
    await start(content, server).run();
    assert.deepEqual(new Uint8Array(server.taken), content, `${arrive}`);
    assert.ok(server.log.includes("HEAD"));
  }
});

test("everything may fail now and then", async () => {
  const content = noise(30000);
  const server = new Server();
  server.cut = (method, n) => (n % 3 === 1 ? (n % 2 ? { status: 503 } : { arrive: 10 * n }) : null);
  await start(content, server).run();
  assert.deepEqual(new Uint8Array(server.taken), content);
});

test("it pauses by itself after too many failures, and goes on when told", async () => {
  const content = noise(9000);
  const server = new Server();
  let down = true;
  server.cut = (method) => (down && method !== "POST" ? { arrive: 0 } : null);
  const upload = start(content, server, { tries: 3 });
  const run = upload.run();
  while (upload.state !== "paused") await soon();
  const before = server.log.length;
  for (let i = 0; i < 20; i++) await soon();
  assert.equal(server.log.length, before);
  down = false;
  upload.resume();
  await run;
  assert.deepEqual(new Uint8Array(server.taken), content);
});

test("pause cancels what is under way, resume asks how much arrived", async () => {
  const content = noise(12000);
  const server = new Server();
  let cancel;
  let held = true;
  const transport = {
    send: (r) => (r.method === "PATCH" && held ? new Promise((_, fail) => {
      cancel = () => { server.taken.push(...r.body.subarray(0, 1234)); fail(new Error("cancelled")); };
    }) : server.send(r)),
    cancel: () => cancel?.(),
  };
  const upload = start(content, transport);
  const run = upload.run();
  while (cancel === undefined) await soon();
  upload.pause();
  held = false;
  for (let i = 0; i < 10; i++) await soon();
  assert.equal(upload.state, "paused");
  upload.resume();
  await run;
  assert.deepEqual(new Uint8Array(server.taken), content);
  assert.equal(server.log.filter((m) => m === "HEAD").length, 1);
});

test("stopping ends it, and closes the source", async () => {
  let closed = false;
  const endless = (async function* () {
    try {
      for (;;) yield noise(1000);
    } finally {
      closed = true;
    }
  })();
  const upload = new Upload({ url: "/files", transport: new Server(), size: 1e9, source: endless, piece: 5000, wait: soon });
  const run = upload.run();
  await soon();
  upload.stop();
  await rejects(run, "upload");
  assert.equal(upload.state, "failed");
  assert.ok(closed);
  await rejects(upload.run(), "upload");
});

test("what time does not heal is a fault", async () => {
  for (const status of [400, 403, 404, 410, 413]) {
    for (const at of ["POST", "PATCH"]) {
      const server = new Server();
      server.cut = (method) => (method === at ? { status } : null);
      await rejects(start(noise(10), server).run(), "upload");
    }
  }
  const lost = new Server();
  lost.cut = (method, n) => {
    if (n === 3) lost.taken.length = 100; // the server forgot what it had confirmed
    return n === 3 ? { arrive: 0 } : null;
  };
  await rejects(start(noise(20000), lost).run(), "upload");
  const odd = { send: async (r) => (r.method === "POST" ? { status: 201, header: () => "/u/1" } : { status: 204, header: () => "1e3" }) };
  await rejects(start(noise(10), odd).run(), "upload");
});

test("a source of another size than announced is refused", async () => {
  const content = noise(6000);
  await rejects(start(content, new Server(), { size: 6001 }).run(), "upload");
  await rejects(start(content, new Server(), { size: 5000 }).run(), "upload");
  await rejects(start(content, new Server(), { size: 5500 }).run(), "upload");
});

test("the next piece is made while one is on its way, and memory that was used comes back", async () => {
  const content = noise(20000);
  let made = 0;
  const source = (async function* () {
    for (let at = 0; at < content.length; at += 5000) {
      made++;
      yield content.slice(at, at + 5000);
    }
  })();
  const server = new Server();
  const ahead = [];
  const send = server.send.bind(server);
  server.send = async (r) => {
    const answer = await send(r);
    if (r.method === "PATCH") ahead.push(made);
    return answer;
  };
  const used = [];
  await new Upload({ url: "/files", transport: server, size: 20000, source, piece: 5000, used: (b) => used.push(b), wait: soon }).run();
  assert.deepEqual(ahead, [2, 3, 4, 4]);
  assert.deepEqual(used.map((b) => b.length), [5000, 5000, 5000, 5000]);
  assert.deepEqual(new Uint8Array(server.taken), content);
});

test("a source that breaks while a piece is on its way ends the upload with its own fault", async () => {
  const source = (async function* () {
    yield noise(5000);
    throw new Error("the card was pulled out");
  })();
  const upload = new Upload({ url: "/files", transport: new Server(), size: 20000, source, piece: 5000, wait: soon });
  await assert.rejects(upload.run(), /pulled out/);
  assert.equal(upload.state, "failed");
});
