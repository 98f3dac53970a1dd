// The worker that keeps a key: what it does, what it refuses, and that no answer holds a secret.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import test from "node:test";
import { lib, rejects, unhex } from "./kit.mjs";

const { keeper: keepers, keyfile, lists, prf, serve, staffworker, wrapped } = lib.staff;
const list = lib.receipt.wordList(lib.wordlist.unpack());
const seeded = (n) => new Uint8Array(32).fill(n);
const key = (n) => new lib.ed25519.SigningKey(seeded(n));
const instance = "example-1";

/** A keeper at the other end of a channel that copies, with a clock that the test moves, and all that it said. */
function start() {
  const said = [];
  let timer;
  let locked = 0;
  const page = { postMessage: (data) => setImmediate(() => worker.onmessage({ data: structuredClone(data) })) };
  const worker = { postMessage: (data) => { said.push(structuredClone(data)); setImmediate(() => page.onmessage({ data: structuredClone(data) })); } };
  staffworker.serveKeeper(worker, {
    start: (run, milliseconds) => { assert.equal(milliseconds, 600_000); return (timer = { run }); },
    stop: (started) => { if (started !== undefined && timer === started) timer = undefined; },
  });
  const worked = new serve.Worked(page, () => locked++);
  return {
    said, ask: (op, ask = {}, progress) => worked.ask(op, ask, progress),
    idle: () => timer?.run(), waits: () => timer !== undefined, locked: () => locked,
  };
}

/** Every way in which a secret could stand in an answer. */
function spellings(secret) {
  const b = Buffer.from(secret);
  return [b.toString("hex"), b.toString("base64"), b.toString("base64url"), b.toString("base64").replace(/=+$/, ""), JSON.stringify([...b]).slice(1, -1)];
}

/** Everything that was said, as text in which bytes stand in three spellings. */
function everything(said) {
  return said.map((m) => JSON.stringify(m, (_, v) => (v instanceof Uint8Array ? { hex: Buffer.from(v).toString("hex"), text: Buffer.from(v).toString("latin1"), list: [...v].join(",") } : v))).join("\n");
}

const joining = { instance, door: "desk", account: "li-wei", role: "member", name: "李伟", day: "2026-11-22", token: seeded(7), salt: seeded(8).slice(16) };

/** An account as a server keeps it, with its secrets, which only a test can know. */
function account(role = "inspector", id = "qian", n = 40) {
  const holder = { role: role === "administrator" ? "member" : role, id, name: id, instance, made: "2026-11-22" };
  const file = new keyfile.KeyFile(holder, new lib.seal.Identity(seeded(n)), seeded(n + 1));
  const kek = prf.passkeyKek(seeded(n + 2));
  return { file, prf: seeded(n + 2), kek, wrapped: wrapped.wrap(wrapped.withKek(wrapped.firstKek(file, new lib.seal.Identity(seeded(n + 3))), kek)), role, id, keys: { id, recipient: file.age.recipient, sign: file.sign.encoded } };
}

const enter = (k, a) => k.ask("unlock", { wrapped: a.wrapped, instance, door: "desk", account: a.id, role: a.role, prf: a.prf });

test("joining, signing in and a second passkey", async () => {
  const k = start();
  const parts = [];
  const made = await k.ask("make", joining, (done) => parts.push(done));
  assert.ok(parts.length > 50 && parts[parts.length - 1] === 1);
  assert.equal(made.words.length, 6);
  assert.equal(made.fingerprint, lib.staff.fingerprint.staffFingerprint({ instance, role: "member", id: "li-wei", recipient: made.recipient, sign: made.sign }, list));
  const enrolment = lib.staff.messages.enrolMessage({ ...joining, recipient: made.recipient, login: made.login });
  assert.ok(lib.ed25519.verify(lib.ed25519.parseKey(made.sign), enrolment, made.signature));

  // With the words of the paper, in another worker.
  const again = start();
  const where = { instance, door: "desk", account: "li-wei", challenge: seeded(9) };
  await rejects(again.ask("signIn", where), "order");
  const { signature } = await again.ask("signIn", { ...where, passphrase: made.words.join("  ").toUpperCase(), salt: joining.salt });
  assert.ok(lib.ed25519.verify(lib.ed25519.parseKey(made.login), lib.staff.messages.signInMessage(where), signature));
  const who = { wrapped: made.wrapped, instance, door: "desk", account: "li-wei", role: "member" };
  for (const other of [{ account: "li" }, { instance: "example-2" }, { role: "custodian" }]) await rejects(again.ask("unlock", { ...who, ...other }), "key_file");
  await rejects(again.ask("openDocument", { sealed: new Uint8Array(0) }), "locked");
  const opened = await again.ask("unlock", who);
  assert.deepEqual([opened.recipient, opened.sign, opened.fingerprint, opened.keks.length], [made.recipient, made.sign, made.fingerprint, 1]);
  assert.ok((await again.ask("signIn", where)).signature, "a session can be renewed");

  // A passkey, which then opens alone, and is dropped. Each step is signed, and counts when the server has taken it.
  const proven = (before, { wrapped: after, signature }) => {
    const message = lib.staff.messages.rewrapMessage({ instance, door: "desk", account: "li-wei", before, after });
    assert.ok(lib.ed25519.verify(lib.ed25519.parseKey(made.sign), message, signature));
    return after;
  };
  await rejects(again.ask("rewrapped"), "order");
  const lost = await again.ask("addPasskey", { prf: seeded(4) });
  proven(made.wrapped, lost);
  const added = await again.ask("addPasskey", { prf: seeded(5) });
  const two = proven(made.wrapped, added);
  assert.equal(added.kek, prf.passkeyKek(seeded(5)).recipient);
  assert.deepEqual((await again.ask("rewrapped")).keks, [opened.keks[0], added.kek]);
  await rejects(again.ask("addPasskey", { prf: seeded(5) }), "recipient");
  const third = start();
  assert.equal((await third.ask("unlock", { ...who, wrapped: two, prf: seeded(5) })).recipient, made.recipient);
  for (const n of [4, 6]) await rejects(start().ask("unlock", { ...who, wrapped: two, prf: seeded(n) }), "wrong_key");
  await rejects(third.ask("signIn", where), "order");
  await rejects(third.ask("dropPasskey", { kek: opened.keks[0] }), "recipient");
  const one = proven(two, await third.ask("dropPasskey", { kek: added.kek }));
  await rejects(start().ask("unlock", { ...who, wrapped: one, prf: seeded(5) }), "wrong_key");
  const three = await again.ask("addPasskey", { prf: seeded(6) });
  assert.equal(lib.seal.checkHeader(proven(two, three), 4), 3);

  for (const w of [k, again, third]) noSecret(w.said, made);
});

test("another passphrase: who asks types the present one, and passkeys stay", async () => {
  const k = start();
  const made = await k.ask("make", joining);
  const added = await k.ask("addPasskey", { prf: seeded(5) });
  await k.ask("rewrapped");
  const here = { instance, door: "desk", account: "li-wei" };
  const { messages } = lib.staff;

  // The login key that is still there is not enough, and wrong words give another signature.
  const shown = { ...here, act: "passphrase", challenge: seeded(9) };
  await rejects(k.ask("presence", shown), "request");
  const typed = { ...shown, passphrase: made.words.join(" "), salt: joining.salt };
  const login = lib.ed25519.parseKey(made.login);
  assert.ok(lib.ed25519.verify(login, messages.presenceMessage(shown), (await k.ask("presence", typed)).signature));
  assert.ok(!lib.ed25519.verify(login, messages.signInMessage(shown), (await k.ask("presence", typed)).signature));
  assert.ok(!lib.ed25519.verify(login, messages.presenceMessage(shown), (await k.ask("presence", { ...typed, salt: seeded(3).slice(16) })).signature));
  await rejects(start().ask("newPassphrase", { salt: joining.salt }), "locked");

  const next = await k.ask("newPassphrase", { salt: joining.salt });
  assert.equal(next.words.length, 6);
  assert.notDeepEqual(next.words, made.words);
  const message = messages.newPassphraseMessage({ ...here, login: next.login, salt: joining.salt, before: added.wrapped, after: next.wrapped });
  assert.ok(lib.ed25519.verify(lib.ed25519.parseKey(made.sign), message, next.signature));
  const who = { ...here, wrapped: next.wrapped, role: "member" };
  assert.equal((await start().ask("unlock", { ...who, passphrase: next.words.join(" "), salt: joining.salt })).recipient, made.recipient);
  assert.equal((await start().ask("unlock", { ...who, prf: seeded(5) })).recipient, made.recipient);
  await rejects(start().ask("unlock", { ...who, passphrase: made.words.join(" "), salt: joining.salt }), "wrong_key");

  // Until the server has taken it, the present one holds: what is signed next names the file of before.
  const again = await k.ask("newPassphrase", { salt: joining.salt });
  assert.ok(lib.ed25519.verify(lib.ed25519.parseKey(made.sign), messages.newPassphraseMessage({ ...here, login: again.login, salt: joining.salt, before: added.wrapped, after: again.wrapped }), again.signature));
  assert.equal((await k.ask("rewrapped")).keks.length, 2);
  assert.ok(lib.ed25519.verify(lib.ed25519.parseKey(again.login), messages.signInMessage(shown), (await k.ask("signIn", shown)).signature), "a session is renewed with the new one");
  const more = await k.ask("addPasskey", { prf: seeded(6) });
  assert.ok(lib.ed25519.verify(lib.ed25519.parseKey(made.sign), messages.rewrapMessage({ ...here, before: again.wrapped, after: more.wrapped }), more.signature));
  for (const m of [made, next, again]) noSecret(k.said, m);
});

/** None but the words, once, which make answers. */
function noSecret(said, made) {
  const text = everything(said.filter((m) => m.answer?.words === undefined));
  assert.ok(!text.includes("SECRET"));
  // "recipient" and "list" are words of the list and names of fields, "request" is one and a kind of fault.
  for (const w of made.words) assert.ok(w === "request" || !new RegExp(`"${w}"(?!:)`).test(text), w);
  assert.ok(!text.includes(made.words.join(" ")));
}

test("what was typed wrongly is told, and nothing is signed with it", async () => {
  const k = start();
  const where = { instance, door: "desk", account: "li-wei", challenge: seeded(9), salt: new Uint8Array(16) };
  await assert.rejects(k.ask("signIn", { ...where, passphrase: "abacus zoom reptil unplug deafening sprint" }), (e) => e.kind === "word" && e.what === "3");
  await assert.rejects(k.ask("signIn", { ...where, passphrase: "abacus" }), (e) => e.kind === "length" && e.what === "1");
  await rejects(k.ask("signIn", { ...where, passphrase: "abacus zoom reptile unplug deafening sprint", salt: new Uint8Array(3) }), "key");
  await rejects(k.ask("signIn", where), "order");
  for (const bad of ["nothing", "__proto__", "constructor", "touch"]) await rejects(k.ask(bad), "order");
  for (const bad of [undefined, null, { prf: 7 }]) await rejects(k.ask("unlock", bad), undefined);
  await rejects(k.ask("make", { ...joining, role: "root" }), "key_file");
  await rejects(k.ask("make", { ...joining, door: "a\nb" }), "request");
  await rejects(k.ask("make", { ...joining, salt: new Uint8Array(15) }), "key");
});

// A list in force with one inspector, and the next with another custodian and office.
const root = key(10);
const verifier = (name, n) => {
  const raw = new Uint8Array([1, ...key(n).publicKey]);
  const id = lib.bytes.hex(lib.bytes.sha256(lib.bytes.concat(lib.bytes.utf8(name + "\n"), raw)).slice(0, 4));
  return `${name}+${id}+${Buffer.from(raw).toString("base64")}`;
};
const server = { instance, ack: verifier(instance + "/acknowledgement", 21), public_log: verifier(instance + "/public", 22), case_log: verifier(instance + "/cases", 23) };
const base = { server, authority: { en: "Authority" }, root: root.encoded, units: [], custodians: [] };
const inspector = account();
const custodian = account("custodian", "zhao", 50);
const current = lists.countersign(lists.signKeySet(lists.assemble({ ...base, day: "2026-11-01", inspectors: [inspector.keys] }), root), inspector.file.sign);
const trust = { root: root.encoded, requireProof: false };
const previous = lib.keyset.verifyKeySet(current, trust);
const next = (change = {}) => lists.assemble({ ...base, previous, day: "2026-11-22", inspectors: [inspector.keys], custodians: [custodian.keys], ...change });
const words = (a) => lib.staff.fingerprint.staffFingerprint({ instance, role: a.role, ...a.keys }, list);
const heard = (a, said = words(a)) => ({ ...a.keys, role: a.role, words: said });
const draftOf = (set, by = root) => ({ list: lists.signKeySet(set, by), current, root: lib.keys.rootFingerprint(root.publicKey), keySet: JSON.parse(set.body), heard: [heard(custodian)] });

test("an inspector signs what was shown, and nothing else", async () => {
  const k = start();
  const draft = draftOf(next());
  await rejects(k.ask("countersign", draft), "locked");
  await enter(k, inspector);
  const signed = (await k.ask("countersign", draft)).list;
  assert.equal(lib.keyset.verifyKeySet(signed, { ...trust, previous }).version, 2);
  const refused = async (change, kind, what) => assert.rejects(k.ask("countersign", { ...draft, ...change }), (e) => e.kind === kind && (what === undefined || e.what === what), JSON.stringify([kind, what]));
  await refused({ keySet: { ...draft.keySet, day: "2026-11-23" } }, "list", "shown");
  await refused({ keySet: { ...draft.keySet, custodians: [] } }, "list", "shown");
  await refused({ keySet: {} }, "format");
  await refused({ heard: [] }, "list", "zhao");
  await refused({ heard: [heard(custodian, words(inspector))] }, "fingerprint", "zhao");
  const swapped = account("custodian", "zhao", 60);
  await refused({ heard: [heard(swapped, words(custodian))] }, "fingerprint", "zhao");
  await refused({ heard: [heard(swapped)] }, "list", "zhao");
  await refused({ heard: [{ ...heard(custodian), role: "member" }] }, "fingerprint", "zhao");
  await refused({ root: key(11).encoded }, "root");
  const numbered = (version) => draftOf(lib.keyset.keySetOf({ ...JSON.parse(next().body), version }));
  await refused(numbered(3), "list", "version");
  await refused(numbered(1), "older");
  const without = next({ inspectors: [account("inspector", "sun", 70).keys] });
  const other = start();
  await enter(other, account("inspector", "wang", 80));
  await assert.rejects(other.ask("countersign", draft), (e) => e.kind === "list" && e.what === "inspector");
  await refused(draftOf(without), "list", "sun");
  const c = start();
  await enter(c, custodian);
  await assert.rejects(c.ask("countersign", draft), (e) => e.kind === "list" && e.what === "inspector");
  await assert.rejects(c.ask("approve", { category: "bribery", hash: "sha256:" + "0a".repeat(32), day: "2026-11-22" }), (e) => e.kind === "list");
  await refused({ list: draft.list.map((b, i) => (i === 100 ? b ^ 1 : b)) }, "format");
});

test("an approval is the statement of package pack", async () => {
  const k = start();
  await enter(k, inspector);
  const a = { category: "bribery", hash: "sha256:" + "0a".repeat(32), day: "2026-11-22" };
  const { by, signature } = await k.ask("approve", a);
  assert.equal(by, "qian");
  const text = `clarion/category-approval/v1\nbribery\nsha256:${"0a".repeat(32)}\nqian\n2026-11-22\n`;
  assert.ok(lib.ed25519.verify(inspector.file.sign.publicKey, lib.bytes.utf8(text), signature));
  await rejects(k.ask("approve", { ...a, hash: "x\ny" }), "request");
  await rejects(k.ask("approve", { ...a, by: "somebody", category: "" }), "request");
});

const d = { instance, kind: "message", case: "a".repeat(26), id: "a".repeat(26), seq: 1, prev: "", unit: "centre", day: "2026-11-22", author: { role: "reporter", id: "" } };
const sealed = (to) => lib.documents.sealDocument(d, { text: "测试", files: [] }, [{ role: "reporter", key: key(3) }], to);
const member = account("member", "li-wei", 90);
const office = new keyfile.KeyFile({ role: "unit", id: "centre", name: "Centre", instance, made: "2026-11-22" }, new lib.seal.Identity(seeded(100)), seeded(101));
const unit = { id: "centre", recipient: office.age.recipient, sign: office.sign.encoded };

test("documents to the person, and to an office whose key the person holds", async () => {
  const k = start();
  await enter(k, member);
  const own = await k.ask("openDocument", { sealed: sealed([member.file.age.recipient]) });
  assert.deepEqual([own.document.kind, own.body.text, own.signers], ["message", "测试", [{ role: "reporter", key: key(3).encoded }]]);
  const s = sealed([office.age.recipient]);
  await rejects(k.ask("openDocument", { sealed: s }), "wrong_key");
  const to = (text) => lib.seal.seal(lib.bytes.utf8(text), [member.file.age.recipient]);
  const copy = to(office.text());
  await rejects(k.ask("holdUnit", { sealed: copy, unit: { ...unit, id: "other" } }), "key_file");
  await rejects(k.ask("holdUnit", { sealed: copy, unit: { ...unit, sign: key(1).encoded } }), "key_file");
  await rejects(k.ask("holdUnit", { sealed: to(member.file.text()), unit: member.keys }), "key_file");
  assert.deepEqual(await k.ask("holdUnit", { sealed: copy, unit }), {});
  assert.equal((await k.ask("openDocument", { sealed: s })).sealed, lib.bytes.hexHash(s));
  const third = start();
  await enter(third, member);
  assert.deepEqual(await third.ask("holdUnits", { sealed: [to(member.file.text()), copy], keys: [{ ...unit, id: "other" }, unit] }), { held: [unit.recipient] });
  assert.equal((await third.ask("openDocument", { sealed: s })).sealed, lib.bytes.hexHash(s));
  // A key file is sealed like a document, and is none: opening gives no key out.
  await rejects(k.ask("openDocument", { sealed: copy }), "document");
});

const world = async () => {
  const k = start();
  await enter(k, member);
  await k.ask("holdUnit", { sealed: lib.seal.seal(lib.bytes.utf8(office.text()), [member.file.age.recipient]), unit });
  return k;
};
const toSeal = { case: "a".repeat(26), unit: "centre", recipient: unit.recipient, day: "2026-11-22", kind: "note", id: "b" + "a".repeat(25), seq: 1, prev: "", body: { text: "记一笔", files: [] } };

test("what a member writes is sealed to the office, and a letter to the reporter as well", async () => {
  const k = await world();
  const reporter = new lib.seal.Identity(seeded(110));
  const note = await k.ask("sealDocument", toSeal);
  assert.equal(note.hash, lib.bytes.hexHash(note.sealed));
  const back = lib.documents.openDocument(note.sealed, [office.age]);
  assert.deepEqual(back.signers, [{ role: "member", key: member.file.sign.encoded }]);
  assert.deepEqual([back.document.author, back.document.instance], [{ role: "member", id: "li-wei" }, instance]);
  const letter = await k.ask("sealDocument", { ...toSeal, kind: "reply", body: { text: "您好", files: [], template: "" }, reporter: reporter.recipient });
  const read = lib.documents.openDocument(letter.sealed, [reporter]);
  assert.deepEqual(read.signers.map((s) => s.role), ["member", "unit"]);
  assert.ok(read.verifiedBy("unit", office.sign.publicKey));
  // Before there is a mailbox it waits, and goes to it later, word for word.
  const waits = await k.ask("sealDocument", { ...toSeal, kind: "reply", body: { text: "等着", files: [], template: "" } });
  await rejects(Promise.resolve().then(() => lib.documents.openDocument(waits.sealed, [reporter])), "wrong_key");
  const moved = await k.ask("reseal", { sealed: waits.sealed, to: reporter.recipient });
  assert.equal(lib.documents.openDocument(moved.sealed, [reporter]).body("reply").text, "等着");
  await rejects(k.ask("reseal", { sealed: note.sealed, to: reporter.recipient }), "document");
  for (const [change, kind] of [
    [{ kind: "report" }, "document"], [{ kind: "message", body: { text: "x", files: [] } }, "document"], [{ kind: "rekey" }, "document"], [{ recipient: reporter.recipient }, "key_file"], [{ unit: "other" }, "key_file"],
    [{ reporter: reporter.recipient }, "document"], [{ body: { text: 1, files: [] } }, "document"], [{ kind: "title", body: { text: "字".repeat(81) } }, "document"], [{ case: "x" }, "document"], [{ prev: "x" }, "document"],
  ]) await rejects(k.ask("sealDocument", { ...toSeal, ...change }), kind);
});

test("the keys of attachments stay in the keeper", async () => {
  const k = await world();
  const content = new Uint8Array(300_000).map((_, i) => i * 7);
  // Somebody sends a file.
  const cipher = [];
  const made = await lib.files.sealFile((async function* () { yield content; })(), content.length, (p) => void cipher.push(p.slice()));
  const file = { ...made, blob: "c" + "a".repeat(25), name: "a.png", type: "image/png", cleaned: "no" };
  const sent = lib.documents.sealDocument(d, { text: "有图", files: [file] }, [{ role: "reporter", key: key(3) }], [office.age.recipient]);
  const shown = await k.ask("openDocument", { sealed: sent });
  assert.equal(shown.body.files[0].key, "");
  assert.equal(shown.body.files[0].name, "a.png");
  const all = lib.bytes.concat(...cipher);
  const opens = async (bytes) => {
    const { handle, size } = await k.ask("fileBegin", { hash: shown.sealed, blob: file.blob });
    assert.equal(size, content.length);
    const out = [];
    for (let at = 0; at < bytes.length; at += 50_000) out.push(...(await k.ask("filePiece", { handle, piece: bytes.subarray(at, at + 50_000) })).pieces);
    out.push(...(await k.ask("fileEnd", { handle })).pieces);
    return lib.bytes.concat(...out);
  };
  assert.deepEqual(await opens(all), content);
  const bent = all.slice();
  bent[200_000] ^= 1;
  await assert.rejects(opens(bent), (e) => e.kind === "file" && e.what === "sealed_hash");
  await assert.rejects(opens(all.subarray(0, 100_000)), (e) => e.kind === "file" && e.what === "sealed_size");
  await assert.rejects(opens(lib.bytes.concat(all, all)), (e) => e.kind === "file" && e.what === "sealed_size");
  await rejects(k.ask("fileBegin", { hash: shown.sealed, blob: "d" + "a".repeat(25) }), "order");
  await rejects(k.ask("fileBegin", { hash: lib.bytes.hexHash(all), blob: file.blob }), "order");
  await rejects(k.ask("filePiece", { handle: 99, piece: all }), "order");
  // A second document with another description of the same blob changes nothing for the first.
  const liar = lib.documents.sealDocument({ ...d, id: "b" + "a".repeat(25) }, { text: "也有图", files: [{ ...file, key: lib.seal.newIdentity().text(), sha256: "0".repeat(64) }] }, [{ role: "reporter", key: key(3) }], [office.age.recipient]);
  const lies = await k.ask("openDocument", { sealed: liar });
  assert.deepEqual(await opens(all), content);
  const wrong = await k.ask("fileBegin", { hash: lies.sealed, blob: file.blob });
  await k.ask("filePiece", { handle: wrong.handle, piece: all });
  await assert.rejects(k.ask("fileEnd", { handle: wrong.handle }), (e) => e.kind === "file" && e.what === "damaged");
  const big = await k.ask("fileBegin", { hash: shown.sealed, blob: file.blob });
  await rejects(k.ask("filePiece", { handle: big.handle, piece: new Uint8Array(4_194_305) }), "too_large");
  await k.ask("fileDrop", big);
  await rejects(k.ask("fileEnd", big), "order");

  // And staff send one.
  const { handle } = await k.ask("sealBegin", { size: content.length });
  const out = [...(await k.ask("sealPiece", { handle, piece: content.subarray(0, 200_001) })).pieces, ...(await k.ask("sealPiece", { handle, piece: content.subarray(200_001) })).pieces];
  const end = await k.ask("sealEnd", { handle });
  const whole = lib.bytes.concat(...out, ...end.pieces);
  assert.deepEqual([end.file.key, end.file.sealed, end.file.sealed_size], ["", lib.bytes.hexHash(whole), whole.length]);
  const own = { ...end.file, blob: "e" + "a".repeat(25), name: "b.png", type: "image/png", cleaned: "no" };
  const doc = await k.ask("sealDocument", { ...toSeal, body: { text: "附件", files: [own] } });
  const stored = lib.documents.openDocument(doc.sealed, [office.age]).body("note").files[0];
  const clear = [];
  await lib.files.openFile((async function* () { yield whole; })(), stored, (p) => void clear.push(p.slice()));
  assert.deepEqual(lib.bytes.concat(...clear), content);
  await rejects(k.ask("sealDocument", { ...toSeal, body: { text: "别处的", files: [{ ...own, sealed: made.sealed }] } }), "file");
  const short = await k.ask("sealBegin", { size: 10 });
  await k.ask("sealPiece", { handle: short.handle, piece: content.subarray(0, 9) });
  await assert.rejects(k.ask("sealEnd", { handle: short.handle }), (e) => e.kind === "file" && e.what === "size");

  const text = everything(k.said);
  for (const secret of [made.key, stored.key]) assert.ok(!text.includes(secret));
  for (const secret of [seeded(90), seeded(91), seeded(100), seeded(101)]) for (const s of spellings(secret)) assert.ok(!text.includes(s));
});

test("another office reads what is handed on to its listed key, and nothing of another case", async () => {
  const k = await world();
  const note = (await k.ask("sealDocument", toSeal)).sealed;
  const other = (await k.ask("sealDocument", { ...toSeal, case: "q" + "a".repeat(25) })).sealed;
  const second = new keyfile.KeyFile({ role: "unit", id: "unit-2", name: "Second", instance, made: "2026-11-22" }, new lib.seal.Identity(seeded(80)), seeded(81));
  const set = next({ units: [{ ...unit, name: { en: "Centre" }, parent: "" }, { id: "unit-2", name: { en: "Second" }, parent: "", recipient: second.age.recipient, sign: second.sign.encoded }] });
  const list = lists.countersign(lists.signKeySet(set, root), inspector.file.sign);
  const to = { office: "unit-2", root: root.encoded, list };
  const asked = { case: toSeal.case, documents: [note], day: toSeal.day, to };
  await rejects(k.ask("handOn", { ...asked, documents: [note, other] }), "document");
  await rejects(k.ask("handOn", { ...asked, case: "" }), "request");
  await rejects(k.ask("handOn", { ...asked, to: { ...to, office: "unit-3" } }), "recipient");
  await rejects(k.ask("handOn", { ...asked, day: "2025-12-31" }), "recipient");
  await rejects(k.ask("handOn", { ...asked, to: { ...to, root: key(11).encoded } }), "root");
  const { headers } = await k.ask("handOn", asked);
  assert.equal(headers.length, 1);
  const theirs = lib.bytes.concat(headers[0], note.subarray(headers[0].length));
  const read = lib.documents.openDocument(theirs, [second.age]);
  assert.equal(read.body("note").text, "记一笔");
  assert.throws(() => lib.documents.openDocument(theirs, [office.age]), (e) => e.kind === "wrong_key");
  // A note for both is one document that both open.
  const both = (await k.ask("sealDocument", { ...toSeal, also: to })).sealed;
  for (const id of [office.age, second.age]) assert.equal(lib.documents.openDocument(both, [id]).body("note").text, "记一笔");
  await rejects(k.ask("sealDocument", { ...toSeal, kind: "reply", body: { text: "x", files: [], template: "" }, also: to }), "document");
});

test("an inspector reads one case by its file keys, and nothing else", async () => {
  const k = await world();
  const note = (await k.ask("sealDocument", toSeal)).sealed;
  const other = (await k.ask("sealDocument", { ...toSeal, case: "q" + "a".repeat(25) })).sealed;
  const report = sealed([office.age.recipient]);
  const asked = { case: toSeal.case, documents: [note, report], to: inspector.keys.recipient, root: root.encoded, list: current };
  await rejects(k.ask("fileKeys", { ...asked, documents: [note, other] }), "document");
  // To nobody but an inspector whom the root's list names, whoever the server says is asking.
  for (const to of [custodian.keys.recipient, member.keys.recipient, unit.recipient, ""]) await rejects(k.ask("fileKeys", { ...asked, to }), "recipient");
  await rejects(k.ask("fileKeys", { ...asked, root: key(11).encoded }), "root");
  await rejects(k.ask("fileKeys", { ...asked, list: lists.signKeySet(next({ inspectors: [account("inspector", "sun", 70).keys] }), root), to: account("inspector", "sun", 70).keys.recipient }), "countersignature");
  const keys = (await k.ask("fileKeys", asked)).sealed;
  const i = start();
  await enter(i, inspector);
  const read = (await i.ask("openSample", { case: toSeal.case, sealed: keys, documents: [report, note, other] })).documents;
  assert.deepEqual(read.map((x) => x?.body.text), ["测试", "记一笔", undefined]);
  const bent = note.slice();
  bent[bent.length - 1] ^= 1;
  assert.deepEqual((await i.ask("openSample", { case: toSeal.case, sealed: keys, documents: [bent] })).documents, [null]);
  await rejects(i.ask("openSample", { case: "q" + "a".repeat(25), sealed: keys, documents: [other] }), "document");
  await rejects(k.ask("openSample", { case: toSeal.case, sealed: keys, documents: [note] }), "wrong_key");
  // Files that a document of the sample names open as any other's; a file of keys that is written otherwise is none.
  const forged = (change) => lib.seal.seal(lib.bytes.utf8(JSON.stringify({ v: 1, kind: "clarion/sample-keys/v1", instance, case: toSeal.case, keys: [], ...change })), [inspector.keys.recipient]);
  assert.deepEqual((await i.ask("openSample", { case: toSeal.case, sealed: forged({}), documents: [note] })).documents, [null]);
  for (const change of [{ v: 2 }, { kind: "x" }, { instance: "example-2" }, { case: "x" }, { keys: {} }, { more: 1 }, { keys: [1] }, { keys: [{ hash: lib.bytes.hexHash(note), file_key: "AA" }] }, { keys: [{ hash: "x", file_key: lib.bytes.base64url(seeded(1).slice(0, 16)) }] }])
    await rejects(i.ask("openSample", { case: toSeal.case, sealed: forged(change), documents: [note] }), "document");
  // The file key of one document opens that document alone.
  const one = lib.seal.fileKeyOf(note, [office.age]);
  assert.equal(one.length, 16);
  assert.ok(lib.bytes.equal(lib.seal.openByFileKey(note, one), lib.seal.open(note, [office.age])));
  for (const wrong of [other, report]) await rejects(Promise.resolve().then(() => lib.seal.openByFileKey(wrong, one)), "wrong_key");
  // What crosses to the page at either end holds no file key, and no other.
  const crossed = everything([...k.said, ...i.said]);
  for (const secret of [one, lib.seal.fileKeyOf(report, [office.age]), seeded(40), seeded(41), seeded(90), seeded(91), seeded(100), seeded(101)]) for (const s of spellings(secret)) assert.ok(!crossed.includes(s), s);
  const words = await k.ask("sealText", { text: "理由", to: inspector.keys.recipient });
  assert.deepEqual(await i.ask("openText", words), { text: "理由" });
  await rejects(i.ask("openText", { sealed: keys }), "document");
});

test("ten idle minutes, or a word, and everything is answered with locked", async () => {
  for (const how of ["idle", "lock", "idle without a key"]) {
    const k = start();
    if (how !== "idle without a key") await enter(k, inspector);
    else await rejects(k.ask("dropPasskey", { kek: "" }), "locked");
    assert.equal(k.locked(), 0);
    assert.ok(k.waits());
    if (how === "lock") assert.deepEqual(await k.ask("lock"), {});
    else k.idle();
    await new Promise((go) => setImmediate(go));
    assert.equal(k.locked(), 1);
    assert.ok(!k.waits());
    for (const op of ["signIn", "unlock", "make", "addPasskey", "dropPasskey", "presence", "newPassphrase", "rewrapped", "approve", "countersign", "holdUnit", "holdUnits", "addMember", "approveRoster", "fingerprints", "openDocument", "sealDocument", "reseal", "fileBegin", "sealBegin", "fileKeys", "handOn", "openSample", "openText", "lock", "nothing"])
      await rejects(k.ask(op, { ...joining, ...draftOf(next()), wrapped: inspector.wrapped, prf: inspector.prf, instance, account: "qian", role: "inspector", sealed: new Uint8Array(1) }), "locked");
    assert.equal(k.locked(), 1);
  }
});

test("a question begins the ten minutes anew", async () => {
  const k = start();
  await enter(k, inspector);
  await k.ask("approve", { category: "a", hash: "sha256:" + "00".repeat(32), day: "2026-11-22" });
  await rejects(k.ask("nothing"), "order");
  assert.ok(k.waits());
  k.idle();
  await rejects(k.ask("approve", { category: "a", hash: "sha256:" + "00".repeat(32), day: "2026-11-22" }), "locked");
});

test("no answer holds a secret", async () => {
  const all = [];
  const questions = (a, sealedTo) => ({
    unlock: { wrapped: a.wrapped, instance, door: "desk", account: a.id, role: a.role, prf: a.prf },
    addPasskey: { prf: seeded(5) }, rewrapped: {}, dropPasskey: { kek: prf.passkeyKek(seeded(5)).recipient },
    approve: { category: "bribery", hash: "sha256:" + "0a".repeat(32), day: "2026-11-22" }, countersign: draftOf(next()),
    holdUnit: { sealed: lib.seal.seal(lib.bytes.utf8(office.text()), [a.file.age.recipient]), unit },
    openDocument: { sealed: sealedTo }, signIn: { instance, door: "desk", account: a.id, challenge: seeded(9) }, make: { ...joining, role: "root" }, lock: {},
  });
  for (const a of [inspector, custodian, member]) {
    const k = start();
    for (const [op, ask] of Object.entries(questions(a, sealed([a.file.age.recipient, office.age.recipient])))) await k.ask(op, ask).catch(() => undefined);
    // What is sealed to the person, opened as if it were a document, and files that are something else.
    const other = start();
    await enter(other, a);
    for (const s of [a.wrapped, questions(a, a.wrapped).holdUnit.sealed]) for (const op of ["openDocument", "holdUnit", "unlock"]) await other.ask(op, { sealed: s, wrapped: s, unit: a.keys }).catch(() => undefined);
    all.push(...k.said, ...other.said);
  }
  assert.ok(all.length > 30);
  const text = everything(all);
  assert.ok(text.includes(inspector.file.sign.encoded), "the search finds what is there");
  const secrets = [inspector, custodian, member].flatMap((a) => [a.file.age.seed(), a.kek.seed(), a.prf]).concat([office.age.seed(), seeded(41), seeded(51), seeded(91), seeded(101)]);
  for (const secret of secrets) for (const s of spellings(secret)) assert.ok(!text.includes(s), s);
  assert.ok(!/SECRET-KEY/i.test(text));
});

test("an operation that is under way when the keeper locks leaves nothing behind", async () => {
  const k = start();
  const making = k.ask("make", joining);
  await new Promise((go) => setImmediate(go));
  k.idle();
  await rejects(making, "locked");
  assert.ok(!everything(k.said).includes("words"));
  await rejects(k.ask("openDocument", { sealed: new Uint8Array(1) }), "locked");
});

test("a worker that the page ends leaves nobody waiting", async () => {
  const worked = new serve.Worked({ postMessage: () => undefined });
  const waits = worked.ask("openDocument", { sealed: new Uint8Array(1) });
  worked.ended();
  await rejects(waits, "locked");
});
