// The staff's half against the vectors of package seal, and what it refuses.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import test from "node:test";
import { bytes, lib, rejects, unhex, vectors, verdict } from "./kit.mjs";

const { fingerprint, keyfile, lists, messages, passphrase, prf, sheet, wrapped } = lib.staff;
const v = vectors("seal/testdata/staff.json");
const list = lib.receipt.wordList(lib.wordlist.unpack());
const hex = (b) => Buffer.from(b).toString("hex");
const hash = (text) => lib.bytes.hexHash(bytes(text));
const identity = (seed) => new lib.seal.Identity(unhex(seed));
const key = (seed) => new lib.ed25519.SigningKey(unhex(seed));
const seeded = (n) => new Uint8Array(32).fill(n);

/** The verdict of Go: the kind of fault, and what of it where a page shows that. */
function told(run) {
  try {
    run();
    return "";
  } catch (e) {
    assert.ok(e instanceof lib.fault.Fault, String(e));
    return e.kind === "sheet" ? e.what : ["word", "length", "fingerprint"].includes(e.kind) ? `${e.kind} ${e.what}` : e.kind;
  }
}

test("passkeys give the keys of the vectors", () => {
  assert.equal(hex(prf.prfInput()), v.prf_input);
  for (const p of v.passkeys) {
    const kek = prf.passkeyKek(unhex(p.prf));
    assert.deepEqual([hex(kek.seed()), kek.text(), hash(kek.recipient)], [p.kek_seed, p.kek, p.recipient_sha256]);
  }
  assert.equal(verdict(() => prf.passkeyKek(new Uint8Array(31))), "key");
});

test("passphrases give the keys of the vectors, and tell how far they are", async () => {
  for (const p of v.passphrases) {
    const parts = [];
    const k = await passphrase.staffKeys(p.typed, unhex(p.salt), list, (done) => parts.push(done));
    assert.deepEqual([k.login.encoded, hex(k.kek.seed()), hash(k.kek.recipient)], [p.login, p.kek_seed, p.recipient_sha256]);
    assert.ok(parts.length > 50 && parts.length <= 101 && parts[parts.length - 1] === 1);
    assert.ok(parts.every((x, i) => i === 0 || x > parts[i - 1]));
  }
  await rejects(passphrase.staffKeys(v.passphrases[0].typed, new Uint8Array(15), list), "key");
});

test("a wrong word is named", async () => {
  for (const [typed, want] of [
    ["", "length 0"], ["abacus", "length 1"], ["abacus zoom reptil unplug deafening sprint", "word 3"], ["1234 5678 9012 3456 7890 1234", "word 1"],
    ["abacus zoom reptile unplug deafening sprint abacus", "length 7"], ["ABACUS zoom, reptile-unplug deafening ｓｐｒｉｎｔ", ""],
  ]) assert.equal(told(() => passphrase.parsePassphrase(typed, list)), want, typed);
  await rejects(passphrase.staffKeys("abacus", new Uint8Array(16), list), "length");
  for (let i = 0; i < 50; i++) {
    const made = passphrase.newPassphrase(list);
    assert.equal(passphrase.parsePassphrase(made, list), made);
  }
});

test("statements are signed as Go signs them", () => {
  const signed = (m, message) => hex(key(m.signer_seed).sign("", message));
  const s = { ...v.sign_in, challenge: unhex(v.sign_in.challenge) };
  assert.equal(signed(s, messages.signInMessage(s)), s.signature);
  const e = v.enrolment;
  const joins = { ...e, recipient: identity(e.recipient_seed).recipient, login: key(e.login).encoded, token: bytes("token") };
  // The vector's token is short; ours are 32 bytes.
  assert.equal(verdict(() => messages.enrolMessage(joins)), "request");
  const m = messages.enrolMessage({ ...joins, token: seeded(1) });
  m.set(unhex(e.invitation), m.length - 32);
  assert.equal(lib.bytes.hexHash(m), e.message_sha256);
  assert.equal(signed(e, m), e.signature);
  const r = v.recovery;
  assert.equal(signed(r, messages.recoveryStatement({ ...r, recipient: identity(r.recipient_seed).recipient })), r.signature);
  for (const bad of [{ instance: "A" }, { door: "a\nb" }, { account: "" }, { challenge: new Uint8Array(31) }]) assert.equal(verdict(() => messages.signInMessage({ ...s, ...bad })), "request");
  for (const bad of [{ k: 1 }, { k: 5 }, { n: 17 }, { k: 2.5 }]) assert.equal(verdict(() => messages.recoveryStatement({ ...r, recipient: identity(r.recipient_seed).recipient, ...bad })), "request");
  // The bytes of seal/rewrap_test.go, with hashes in the place of its numbers.
  const w = { instance: "tips.example", door: "desk", account: "li-wei", before: seeded(1), after: seeded(2) };
  assert.deepEqual(Buffer.from(messages.rewrapMessage(w)), Buffer.concat([Buffer.from("clarion/rewrap/v1\ntips.example\ndesk\nli-wei\n"), lib.bytes.sha256(seeded(1)), lib.bytes.sha256(seeded(2))]));
  assert.equal(verdict(() => messages.rewrapMessage({ ...w, account: "a\nb" })), "request");
  const p = { ...v.presence, challenge: unhex(v.presence.challenge) };
  assert.equal(lib.bytes.hexHash(messages.presenceMessage(p)), p.message_sha256);
  assert.equal(signed(p, messages.presenceMessage(p)), p.signature);
  for (const bad of [{ instance: "A" }, { door: "a\nb" }, { account: "" }, { act: "a\nb" }, { challenge: new Uint8Array(31) }]) assert.equal(verdict(() => messages.presenceMessage({ ...p, ...bad })), "request");
  const n = { ...v.new_passphrase, login: key(v.new_passphrase.login).encoded, salt: unhex(v.new_passphrase.salt), before: unhex(v.new_passphrase.before), after: unhex(v.new_passphrase.after) };
  assert.equal(lib.bytes.hexHash(messages.newPassphraseMessage(n)), n.message_sha256);
  assert.equal(signed(n, messages.newPassphraseMessage(n)), n.signature);
  for (const bad of [{ instance: "A" }, { door: "a\nb" }, { account: "" }, { login: "AAAA" }, { salt: new Uint8Array(15) }]) assert.equal(verdict(() => messages.newPassphraseMessage({ ...n, ...bad })), "request");
  const a = { category: "bribery", hash: "sha256:" + "0a".repeat(32), by: "qian", day: "2026-11-22" };
  assert.equal(Buffer.from(messages.approvalStatement(a)).toString(), `clarion/category-approval/v1\nbribery\nsha256:${"0a".repeat(32)}\nqian\n2026-11-22\n`);
  for (const bad of [{ category: "a\nb" }, { hash: "0a".repeat(32) }, { by: "" }, { day: "2026-02-30" }]) assert.equal(verdict(() => messages.approvalStatement({ ...a, ...bad })), "request");
});

test("fingerprints are those of Go, and every field counts", () => {
  const f = v.fingerprint;
  const holder = { instance: f.instance, role: f.role, id: f.id, recipient: identity(f.recipient_seed).recipient, sign: key(f.sign_seed).encoded };
  assert.equal(fingerprint.staffFingerprint(holder, list), f.words);
  fingerprint.checkFingerprint(holder, f.words.toUpperCase().replace(/ /g, ", "), list);
  for (const [field, other] of Object.entries({ instance: "example-2", role: "member", id: "wang", recipient: identity("09".repeat(32)).recipient, sign: key("09".repeat(32)).encoded })) {
    const changed = { ...holder, [field]: other };
    assert.notEqual(fingerprint.staffFingerprint(changed, list), f.words);
    assert.equal(told(() => fingerprint.checkFingerprint(changed, f.words, list)), "fingerprint " + changed.id);
  }
  for (const words of ["", f.words + " abacus", f.words.slice(0, -2)]) assert.equal(told(() => fingerprint.checkFingerprint(holder, words, list)), "fingerprint zhao");
  assert.equal(verdict(() => fingerprint.staffFingerprint({ ...holder, id: "a\nb" }, list)), "request");
});

test("sheets are those of Go", async () => {
  const s = v.sheets;
  assert.equal(sheet.rootSheet(s.instance, unhex(s.root_seed)).words(list), s.root);
  assert.equal(sheet.parseRootSheet(s.instance, s.root.toUpperCase(), list).encoded, key(s.root_seed).encoded);
  const kit = s.recovery.map((w) => sheet.parseSheet(s.instance, w, list));
  assert.deepEqual(kit.map((x) => x.words(list)), s.recovery);
  for (const some of [[0, 1, 2], [4, 2, 0], [1, 2, 3, 4, 0]]) assert.equal(hex((await sheet.combineRecovery(some.map((i) => kit[i]))).seed()), s.recovery_seed);
  const other = sheet.parseSheet(s.instance, s.other, list);
  const root = sheet.parseSheet(s.instance, s.root, list);
  for (const [some, want] of [[[], "few"], [kit.slice(0, 2), "few"], [[kit[0], kit[1], kit[0]], "twice"], [[kit[0], kit[1], other], "kit"], [[kit[0], root, kit[1]], "kind"]])
    await assert.rejects(sheet.combineRecovery(some), (e) => e.kind === "sheet" && e.what === want);
  for (const [typed, want] of Object.entries(s.bad)) assert.equal(told(() => sheet.parseSheet(s.instance, typed, list)), want.replace(/^(word \d+) \w+$/, "$1"), typed);
  assert.equal(told(() => sheet.parseRootSheet(s.instance, s.recovery[0], list)), "kind");
  assert.equal(told(() => sheet.parseRootSheet("example-2", s.root, list)), "elsewhere");
  assert.equal(verdict(() => JSON.stringify(root)), "secret");
});

test("a kit made here comes back, and a forged share does not make a key", async () => {
  const id = lib.seal.newIdentity();
  const kit = await sheet.splitRecovery("i", id, 2, 3);
  const typed = kit.map((s) => sheet.parseSheet("i", s.words(list), list));
  for (const [a, b] of [[0, 1], [2, 0], [1, 2]]) assert.equal(hex((await sheet.combineRecovery([typed[a], typed[b]])).seed()), hex(id.seed()));
  const forged = new sheet.Sheet("i", "recovery", 2, 3, kit[0].kit, (await sheet.splitRecovery("i", lib.seal.newIdentity(), 2, 3))[1].share());
  await assert.rejects(sheet.combineRecovery([kit[0], forged]), (e) => e.what === "kit" || e.what === "twice");
  for (const [k, n] of [[1, 3], [2, 2], [3, 2], [2, 17], [2, 3.5]]) await rejects(sheet.splitRecovery("i", id, k, n), "share");
});

test("one wrong word of a sheet, or two that changed places, never pass", () => {
  const right = sheet.rootSheet("i", lib.bytes.random(32)).words(list).split(" ");
  const typed = (words) => told(() => sheet.parseSheet("i", words.join(" "), list));
  for (let i = 0; i < right.length; i++) {
    const w = [...right];
    w[i] = list.at[(list.at.indexOf(w[i]) + 1) % 4096];
    assert.equal(typed(w), "damaged");
    w[i] = list.at[4096];
    assert.equal(typed(w), `word ${i + 1}`);
    for (let j = 0; j < i; j++) {
      const w = [...right];
      [w[i], w[j]] = [w[j], w[i]];
      assert.equal(typed(w), right[i] === right[j] ? "" : "damaged");
    }
  }
});

const holder = { role: "member", id: "li-wei", name: "李伟", instance: "example-1", made: "2026-11-22" };

test("key files are read in their only spelling", () => {
  const file = keyfile.newKeyFile(holder);
  const text = file.text();
  assert.equal(keyfile.parseKeyFile(text).text(), text);
  const other = keyfile.newKeyFile(holder);
  const swap = (name) => text.replace(new RegExp(`# ${name}: .*`), other.text().match(new RegExp(`# ${name}: .*`))[0]);
  for (const bad of ["", text.slice(0, -1), text + "\n", text.replace("li-wei", "Li"), text.replace("member", "root"), text.replace("2026-11-22", "2026-11-31"), text.replace("v1", "v2"),
    swap("recipient"), swap("sign-public"), swap("sign-secret"), text.replace(/AGE.*\n/, ""), text.replace(/\n/g, "\r\n"), text.replace("# name: 李伟\n", "")]) assert.equal(verdict(() => keyfile.parseKeyFile(bad)), "key_file", bad.slice(0, 60));
  for (const bad of [{ id: "Li" }, { name: " x" }, { name: "a\nb" }, { made: "" }, { role: "root" }]) assert.equal(verdict(() => keyfile.newKeyFile({ ...holder, ...bad })), "key_file");
  assert.equal(verdict(() => JSON.stringify(file)), "secret");
});

test("a wrapped file opens with each of its keys; no fifth, and the passphrase's stays", () => {
  const file = keyfile.newKeyFile({ ...holder, name: "# wrapped-to: x" });
  const keks = [1, 2, 3, 4, 5].map((n) => new lib.seal.Identity(seeded(n)));
  let u = wrapped.firstKek(file, keks[0]);
  for (const k of keks.slice(1, 4)) u = wrapped.unwrap(wrapped.wrap(wrapped.withKek(u, k)), k);
  const all = wrapped.wrap(u);
  for (const k of keks.slice(0, 4)) assert.equal(wrapped.unwrap(all, k).file.text(), file.text());
  assert.equal(verdict(() => wrapped.unwrap(all, keks[4])), "wrong_key");
  assert.equal(verdict(() => wrapped.withKek(u, keks[4])), "recipient");
  assert.equal(verdict(() => wrapped.withKek(wrapped.firstKek(file, keks[0]), keks[0])), "recipient");
  const less = wrapped.withoutKek(u, keks[1].recipient);
  assert.equal(verdict(() => wrapped.unwrap(wrapped.wrap(less), keks[1])), "wrong_key");
  assert.deepEqual(wrapped.unwrap(wrapped.wrap(less), keks[3]).keks.map((k) => k.recipient), [keks[0], keks[2], keks[3]].map((k) => k.recipient));
  for (const bad of [keks[0].recipient, keks[1].recipient + "x", ""]) assert.equal(verdict(() => wrapped.withoutKek(u, bad)), "recipient");
});

test("a key file that a server made and sealed to a passkey is refused", () => {
  const [kek, other] = [1, 2].map((n) => new lib.seal.Identity(seeded(n)));
  const [file, forged] = [holder, holder].map(keyfile.newKeyFile);
  const to = (text) => verdict(() => wrapped.unwrap(lib.seal.seal(bytes(text), [kek.recipient]), kek));
  const line = (f, k, mac = wrapped.firstKek(f, k).keks[0].mac) => `# wrapped-to: ${k.recipient} ${lib.bytes.base64url(mac)}\n`;
  assert.equal(to(file.text() + line(file, kek)), "");
  assert.equal(to(file.text() + line(file, other) + line(file, kek)), "");
  const own = line(file, kek);
  // Without the proof of this key for this file, whoever made it does not hold the key.
  for (const bad of [line(file, kek, new Uint8Array(32)), line(forged, kek), line(file, kek, wrapped.firstKek(file, other).keks[0].mac), `# wrapped-to: ${kek.recipient}\n`]) assert.equal(to(file.text() + bad), "key_file");
  assert.equal(to(forged.text() + own), "key_file");
  for (const bad of [file.text(), file.text() + line(file, other), file.text() + own + own, file.text() + own + "x\n", file.text() + own.slice(0, -1), own, file.text() + own.replace(" age", "  age"), ""]) assert.notEqual(to(bad), "", bad.slice(-40));
});

const root = key("0a".repeat(32));
const verifier = (name, n) => {
  const raw = new Uint8Array([1, ...key(n.repeat(32)).publicKey]);
  const id = hex(lib.bytes.sha256(lib.bytes.concat(bytes(name + "\n"), raw)).slice(0, 4));
  return `${name}+${id}+${Buffer.from(raw).toString("base64")}`;
};
const server = { instance: "example-1", ack: verifier("example-1/acknowledgement", "21"), public_log: verifier("example-1/public", "22"), case_log: verifier("example-1/cases", "23") };
const person = (id, n) => ({ id, recipient: identity(n.repeat(32)).recipient, sign: key(n.repeat(32)).encoded });
const unit = (id, n, parent = "") => ({ ...person(id, n), name: { "zh-Hans": "一处", en: "Office <1>" }, parent });
const first = { server, authority: { en: "Authority", "zh-Hans": "机构" }, day: "2026-03-01", root: root.encoded, units: [], custodians: [], inspectors: [] };

test("a list follows the one before: keys that stay keep their days, keys that go end on its day", () => {
  const one = lists.assemble({ ...first, units: [unit("a", "31"), unit("b", "32", "a")], inspectors: [person("qian", "41")], custodians: [person("zhao", "42")] });
  assert.equal(one.version, 1);
  const next = { ...first, previous: one, day: "2026-03-15", units: [unit("a", "31"), unit("b", "33", "a")], inspectors: [person("qian", "41")], custodians: [person("sun", "43")] };
  const two = lists.assemble(next);
  assert.equal(two.version, 2);
  assert.deepEqual(two.intake.map((u) => [u.id, u.from, u.to]), [["a", "2026-03-01", ""], ["b", "2026-03-15", ""], ["b", "2026-03-01", "2026-03-15"]]);
  assert.deepEqual([two.inspectors[0].from, two.custodians[0].from], ["2026-03-01", "2026-03-15"]);
  assert.deepEqual(two.former, []);
  const left = lists.assemble({ ...next, previous: two, day: "2026-09-01", units: lists.currentUnits(two), inspectors: [person("wu", "44")] });
  const back = lists.assemble({ ...next, previous: left, day: "2026-10-01", units: lists.currentUnits(left), inspectors: [person("wu", "44"), person("qian", "45")] });
  const was = { id: "qian", sign: person("qian", "41").sign, from: "2026-03-01", to: "2026-09-01" };
  assert.deepEqual([left.former, back.former], [[was], [was]]);
  const on = (day) => lib.keyset.inspectorsOn(back, "qian", day);
  assert.deepEqual(["2026-02-28", "2026-03-01", "2026-09-01", "2026-09-02", "2026-10-01"].map((d) => on(d).length), [0, 1, 1, 0, 1]);
  const three = lists.assemble({ ...next, previous: two, day: "2027-01-01", units: lists.currentUnits(two) });
  assert.deepEqual(three.intake.map((u) => [u.id, u.from, u.to]), two.intake.map((u) => [u.id, u.from, u.to]));
  const refused = (l) => { try { lists.assemble(l); return ""; } catch (e) { return `${e.kind} ${e.what}`; } };
  const sameDay = lists.assemble({ ...next, day: "2026-03-01" });
  assert.deepEqual(sameDay.intake.map((u) => [u.id, u.from, u.to]), [["a", "2026-03-01", ""], ["b", "2026-03-01", ""], ["b", "2026-03-01", "2026-03-01"]]);
  assert.deepEqual(lib.keyset.unitsOn(sameDay, "b", "2026-03-01").map((u) => u.to), ["", "2026-03-01"]);
  assert.equal(refused({ ...next, day: "2026-02-28" }), "list day");
  assert.equal(refused({ ...next, root: key("0b".repeat(32)).encoded }), "list root");
  assert.equal(refused({ ...next, server: { ...server, instance: "example-2" } }), "list instance");
  assert.match(refused({ ...next, custodians: [person("zhao", "41")] }), /^format/);
  assert.match(refused({ ...next, units: [unit("b", "32", "a")], previous: undefined }), /^format/);
  assert.match(refused({ ...next, day: "2026-3-1" }), /^list day/);
});

test("signed lists verify, and nothing else does", () => {
  const inspector = key("41".repeat(32));
  const one = lists.assemble(first);
  const trust = { root: lib.keys.rootFingerprint(root.publicKey), requireProof: false };
  const file = lists.signKeySet(one, root);
  assert.equal(lib.keyset.verifyKeySet(file, trust).body, one.body);
  assert.equal(verdict(() => lists.signKeySet(one, inspector)), "root");
  const two = lists.assemble({ ...first, previous: one, day: "2026-03-02", inspectors: [person("qian", "41")] });
  const draft = lists.signKeySet(two, root);
  const after = { ...trust, previous: one };
  assert.equal(verdict(() => lib.keyset.verifyKeySet(draft, after)), "countersignature");
  assert.equal(lib.keyset.verifyProposed(draft, after).version, 2);
  const done = lists.countersign(draft, inspector);
  assert.equal(lib.keyset.verifyKeySet(done, after).version, 2);
  assert.equal(verdict(() => lists.countersign(done, inspector)), "signature");
  assert.equal(verdict(() => lib.keyset.verifyProposed(file, { ...trust, previous: two })), "older");
});

test("a roster seals the key to those whose role needs it", () => {
  const office = keyfile.newKeyFile({ role: "unit", id: "a", name: "Office", instance: "example-1", made: "2026-03-01" });
  const keys = lists.assemble(first);
  const holders = ["approver", "handler", "intake", "records", "triage"].map((role, i) => ({ ...person(role, `5${i}`), name: role, roles: [role, "records", role] }));
  const r = lists.makeRoster(office, 1, "2026-03-01", holders);
  const file = lists.signRoster(r, root);
  assert.equal(lib.roster.verifyRoster(file, keys).body, r.body);
  for (const [i, m] of r.members.entries()) {
    assert.deepEqual([...m.roles], [...new Set([holders[i].roles[0], "records"])].sort());
    assert.equal(m.key !== "", ["approver", "handler", "triage"].includes(m.id), m.id);
    if (m.key !== "") assert.equal(Buffer.from(lib.seal.open(lib.bytes.fromBase64(m.key), [identity(`5${i}`.repeat(32))])).toString(), office.text());
  }
  assert.equal(verdict(() => lib.roster.verifyRoster(lists.signRoster(r, key("0b".repeat(32))), keys)), "root");
  const two = lists.makeRoster(office, 2, "2026-03-02", holders.slice(1));
  assert.equal(verdict(() => lib.roster.verifyRoster(file, keys, two)), "older");
  assert.equal(lib.roster.verifyRoster(lists.signRoster(two, root), keys, r).version, 2);
  assert.equal(verdict(() => lists.makeRoster(keyfile.newKeyFile(holder), 1, "2026-03-01", [])), "key_file");
  for (const bad of [[holders[0], holders[0]], [{ ...holders[0], name: "" }], [{ ...holders[0], roles: ["Handler"] }], [{ ...holders[2], recipient: "x" }]]) assert.equal(verdict(() => lists.makeRoster(office, 1, "2026-03-01", bad)), "format");
  const changed = Buffer.from(Buffer.from(file).toString().replace("2026-03-01", "2026-03-03"));
  assert.equal(verdict(() => lib.roster.verifyRoster(changed, keys)), "signature");
});
