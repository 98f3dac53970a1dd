// What the keeper does with many reports: opens, remembers, keeps the list under seal, and believes nobody else's.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import test from "node:test";
import { flood, labelled } from "./alike.mjs";
import { bytes, lib, verdict } from "./kit.mjs";

const { casekeys, floods, keyfile, sketchlist } = lib.staff;
const instance = "example-1";
const seeded = (n) => new Uint8Array(32).fill(n);
const file = (role, id, n) => new keyfile.KeyFile({ role, id, name: id, instance, made: "2026-11-22" }, new lib.seal.Identity(seeded(n)), seeded(n + 1));
const [chen, zhao, lin] = [file("member", "chen", 10), file("member", "zhao", 20), file("member", "lin", 30)];
const office = file("unit", "centre", 40);
const other = file("unit", "north", 50);
const signers = [chen, zhao].map((m) => m.sign.encoded);
const day = "2026-11-22";

/** The operations of somebody's keeper. */
function keeper(mine, units = [office]) {
  const holder = { file: () => mine, units: () => units };
  const cases = new casekeys.CaseKeys(holder);
  return new floods.Floods(holder, (sealed) => cases.opened(sealed)).handlers();
}

const reporter = new lib.ed25519.SigningKey(seeded(3));
const caseOf = (n) => "a".repeat(21) + String(n).padStart(4, "0").replace(/\d/g, (d) => "abcdefghij"[d]) + "a";
const body = (what, more = {}) => ({
  category: "documents", region: "north", unit: "centre", via: "web", lang: "zh-Hans", contact: "anonymous", danger: false, wish: false, reach: "", identity: "", answers: [], what, when: "", where: "", how: [], told: "", files: [],
  mailbox: { auth: key64(1), recipient: chen.age.recipient, sign: reporter.encoded }, ...more,
});
function key64(n) {
  return new lib.ed25519.SigningKey(seeded(n)).encoded;
}
const report = (n, what, { to = office, by = reporter, change = {}, more = {} } = {}) =>
  lib.documents.sealDocument({ instance, kind: "report", case: caseOf(n), id: caseOf(n), seq: 1, prev: "", unit: "centre", day, author: { role: "reporter", id: "" }, ...change }, body(what, more), [{ role: "reporter", key: by }], [to.age.recipient]);

/** An answer as the server makes it. */
function framed(head, ...parts) {
  const h = bytes(JSON.stringify(head));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(h.length);
  return new Uint8Array(Buffer.concat([size, h, ...parts]));
}
const answer = (all) => framed({ reports: all.map(([n, sealed]) => ({ number: `N${n}`, size: sealed.length })) }, ...all.map(([, s]) => s));
const wanted = (...ns) => ns.map((n) => ({ number: `N${n}`, case: caseOf(n), day: n < 3 ? "2026-11-20" : day }));
const unit = "centre";
const recipient = office.age.recipient;
const none = new Uint8Array(0);

const same = flood(8).map((x) => x.text);
const texts = [...same, labelled[0].text, labelled[16].text];
const sealedTexts = texts.map((what, n) => [n, report(n, what)]);

test("reports are read, grouped, and remembered under seal for the next who looks", async () => {
  const k = keeper(chen);
  assert.deepEqual(await k.floodBegin({ unit, sealed: none, signers }), { found: false, known: [] });
  const first = await k.floodRead({ unit, answer: answer(sealedTexts.slice(0, 6)), wanted: wanted(0, 1, 2, 3, 4, 5, 6) });
  assert.deepEqual(first, { read: ["N0", "N1", "N2", "N3", "N4", "N5"], unread: [] });
  const kept = await k.floodKeep({ unit, recipient, day, gone: [] });
  assert.equal(kept.since, "2026-11-20");
  assert.equal(kept.sealed.length, lib.seal.sealedSize(65536, 1), "the size says nothing about a few");
  await k.floodRead({ unit, answer: answer(sealedTexts.slice(6)), wanted: wanted(6, 7, 8, 9) });
  const all = texts.map((_, n) => caseOf(n));
  const g = await k.floodGroup({ unit, cases: [...all, caseOf(99)] });
  assert.deepEqual(g.groups.map((x) => x.members.map((m) => m.id).sort()), [all.slice(0, 8)]);
  assert.deepEqual([g.alone, g.unknown, g.files], [all.slice(8), [caseOf(99)], []]);

  // A colleague finds the list, reads what is new alone, and neither loses what the other read.
  const z = keeper(zhao);
  assert.deepEqual((await z.floodBegin({ unit, sealed: kept.sealed, signers })).known.sort(), all.slice(0, 6));
  await z.floodRead({ unit, answer: answer(sealedTexts.slice(8)), wanted: wanted(8, 9) });
  const theirs = await z.floodKeep({ unit, recipient, day, gone: [caseOf(0)] });
  assert.equal((await k.floodBegin({ unit, sealed: theirs.sealed, signers })).known.length, 10);
  const both = await k.floodKeep({ unit, recipient, day, gone: [caseOf(0), caseOf(1), caseOf(2)] });
  assert.equal(both.since, day, "the oldest that is left");
  const third = keeper(chen);
  assert.deepEqual((await third.floodBegin({ unit, sealed: both.sealed, signers })).known.sort(), all.slice(3));
  const again = await third.floodGroup({ unit, cases: all.slice(3) });
  assert.deepEqual(again.groups[0].members.map((m) => m.id).sort(), all.slice(3, 8), "sketches of two people can be compared");
  assert.deepEqual((await third.floodWords({ unit, cases: [all[3]] })).words, [null], "words are not kept");
});

test("a second secret is given up, and what is at hand is sketched anew", async () => {
  const [k, z] = [keeper(chen), keeper(zhao)];
  for (const x of [k, z]) await x.floodBegin({ unit, sealed: none, signers });
  await k.floodRead({ unit, answer: answer(sealedTexts.slice(0, 4)), wanted: wanted(0, 1, 2, 3) });
  await z.floodRead({ unit, answer: answer(sealedTexts.slice(4)), wanted: wanted(4, 5, 6, 7, 8, 9) });
  const { sealed } = await k.floodKeep({ unit, recipient, day, gone: [] });
  assert.equal((await z.floodBegin({ unit, sealed, signers })).known.length, 10);
  const { groups } = await z.floodGroup({ unit, cases: texts.map((_, n) => caseOf(n)) });
  assert.equal(groups[0].members.length, 8);
});

test("what differs is told, and what a page has opened is compared exactly", async () => {
  const k = keeper(chen);
  await k.floodBegin({ unit, sealed: none, signers });
  await k.floodRead({ unit, answer: answer(sealedTexts), wanted: wanted(0, 1, 2, 3, 4, 5, 6, 7, 8, 9) });
  const { changes } = await k.floodChanges({ unit, example: caseOf(0), cases: [caseOf(1), caseOf(88)] });
  assert.equal(changes[0].filter((c) => c.is !== "new").map((c) => c.text).join(""), texts[0]);
  assert.equal(changes[1], null);
  assert.ok((await k.floodLike({ unit, example: caseOf(0), report: body(texts[1]) })).like > 0.6);
  assert.ok((await k.floodLike({ unit, example: caseOf(0), report: body(texts[8]) })).like < 0.2);
  assert.equal((await k.floodLike({ unit, example: caseOf(88), report: body(texts[0]) })).like, 0);
  const words = await k.floodWords({ unit, cases: [caseOf(9)] });
  assert.deepEqual(words, { words: [texts[9]] });
});

test("a report that is not what the server says is not read", async () => {
  const k = keeper(chen);
  await k.floodBegin({ unit, sealed: none, signers });
  const bad = [
    [0, report(7, "of another case")], [1, report(1, "for another office", { to: other })], [2, report(2, "signed by another", { by: new lib.ed25519.SigningKey(seeded(9)) })], [3, bytes("no age file")],
    [4, report(4, "of another installation", { change: { instance: "example-2" } })], [5, report(5, "of another office", { change: { unit: "north" } })], [6, report(6, "good")], [8, report(8, "nobody asked")],
  ];
  const got = await k.floodRead({ unit, answer: answer(bad), wanted: wanted(0, 1, 2, 3, 4, 5, 6, 7) });
  assert.deepEqual(got, { read: ["N6"], unread: [["N0", "damaged"], ["N1", "key"], ["N2", "unsigned"], ["N3", "damaged"], ["N4", "damaged"], ["N5", "damaged"]].map(([number, why]) => ({ number, why })) });
  for (const cut of [none, answer(bad).slice(0, -1), framed({ reports: 1 }), framed({ reports: [{ number: "N1", size: -1 }] }), framed({}), new Uint8Array([0, 0, 0, 9, 1])]) assert.equal(verdict(() => k.floodRead({ unit, answer: cut, wanted: wanted(1) })), "format");
});

test("a list that no triage or approver of this office signed counts as none", async () => {
  const k = keeper(lin);
  await k.floodBegin({ unit, sealed: none, signers });
  await k.floodRead({ unit, answer: answer(sealedTexts.slice(0, 2)), wanted: wanted(0, 1) });
  const { sealed } = await k.floodKeep({ unit, recipient, day, gone: [] });
  const plain = lib.seal.open(sealed, [office.age]);
  const again = (p) => lib.seal.seal(p, [recipient]);
  const good = [lin.sign.encoded];
  assert.equal((await keeper(chen).floodBegin({ unit, sealed, signers: good })).found, true);
  const bent = (at) => again(plain.map((b, i) => (i === at ? b ^ 1 : b)));
  const otherUnit = sketchlist.writeList({ secret: seeded(1), entries: new Map() }, { instance, unit: "north", by: "chen", day }, chen.sign);
  for (const [list, by] of [[sealed, signers], [sealed, []], [bent(0), good], [bent(30), good], [bent(90), good], [bent(400), good], [again(plain.slice(0, 300)), good], [again(none), good], [again(otherUnit), signers], [bytes("x"), good], [lib.seal.seal(plain, [other.age.recipient]), good]])
    assert.deepEqual(await keeper(chen).floodBegin({ unit, sealed: list, signers: by }), { found: false, known: [] });
});

test("nothing without a beginning, and no list to a key that is not the office's", async () => {
  const k = keeper(chen);
  for (const op of ["floodRead", "floodKeep", "floodGroup", "floodWords", "floodChanges", "floodLike"]) assert.equal(verdict(() => k[op]({ unit, recipient, day, gone: [], cases: ["a"], answer: none, wanted: [], report: body("") })), "order");
  await k.floodBegin({ unit, sealed: none, signers });
  assert.equal(verdict(() => k.floodKeep({ unit, recipient: chen.age.recipient, day, gone: [] })), "key_file");
  assert.equal(verdict(() => keeper(chen, [other]).floodKeep({ unit, recipient, day, gone: [] })), "order");
});

test("a report with attachments and one without words are known as such", async () => {
  const k = keeper(chen);
  await k.floodBegin({ unit, sealed: none, signers });
  const made = await lib.files.sealFile((async function* () { yield bytes("x"); })(), 1, () => undefined);
  const files = [{ ...made, blob: "c" + "a".repeat(25), name: "a.png", type: "image/png", cleaned: "no" }];
  await k.floodRead({ unit, answer: answer([[0, report(0, texts[0], { more: { files } })], [1, report(1, texts[1])], [2, report(2, " ")]]), wanted: wanted(0, 1, 2) });
  const { sealed } = await k.floodKeep({ unit, recipient, day, gone: [] });
  const z = keeper(zhao);
  await z.floodBegin({ unit, sealed, signers });
  const g = await z.floodGroup({ unit, cases: [0, 1, 2].map(caseOf) });
  assert.deepEqual([g.files, g.alone, g.groups.length], [[caseOf(0)], [caseOf(2)], 1]);
});
