// The worker that makes root key, kit and offices' keys.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import test from "node:test";
import { facts, fault, heard, instance, key, list, person, seeded, server, start } from "./ceremonykit.mjs";
import { lib, rejects } from "./kit.mjs";

const { keyfile, lists, messages, sheet } = lib.staff;

const c = start();
const made = await c.ask("begin", { instance, k: 2, n: 3 });
const typed = made.sheets.map((s) => s.words.join(" "));

test("the first list is signed when every sheet is back, and not before", async () => {
  assert.deepEqual(made.sheets.map((s) => [s.kind, s.place, s.words.length]), [["root", 0, 30], ["recovery", 1, 30], ["recovery", 2, 30], ["recovery", 3, 30]]);
  await fault(c.ask("begin", { instance, k: 2, n: 3 }), "order");
  await fault(c.ask("firstList", facts), "order");
  assert.deepEqual(await c.ask("typedBack", { words: typed[2] }), { sheet: 2, missing: [0, 1, 3] });
  assert.deepEqual(await c.ask("typedBack", { words: typed[2].toUpperCase() }), { sheet: 2, missing: [0, 1, 3] });
  await fault(c.ask("typedBack", { words: typed[0].replace(/^\w+/, "xxx") }), "word", "1");
  await fault(c.ask("typedBack", { words: typed[0].split(" ").slice(1).join(" ") }), "length", "29");
  await fault(c.ask("typedBack", { words: typed[0].split(" ").reverse().join(" ") }), "sheet", "damaged");
  const strange = sheet.rootSheet(instance, seeded(1)).words(list);
  await fault(c.ask("typedBack", { words: strange }), "sheet", "unknown");
  await fault(c.ask("typedBack", { words: sheet.rootSheet("example-2", seeded(1)).words(list) }), "sheet", "elsewhere");
  for (const i of [3, 0]) await c.ask("typedBack", { words: typed[i] });
  await fault(c.ask("firstList", facts), "order");
  assert.deepEqual((await c.ask("typedBack", { words: typed[1] })).missing, []);
  await fault(c.ask("firstList", { ...facts, server: { ...server, instance: "example-2" } }), "list", "instance");
  const first = await c.ask("firstList", facts);
  assert.deepEqual([first.root, first.fingerprint, first.recovery.recipient], [made.root, made.fingerprint, made.recipient]);
  assert.deepEqual(await c.ask("firstList", facts), first, "asked again");
  await fault(c.ask("firstList", { ...facts, day: "2026-11-02" }), "order");
  await fault(c.ask("typedBack", { words: typed[0] }), "order");
  const set = lib.keyset.verifyKeySet(first.list, { root: made.fingerprint, requireProof: false });
  assert.deepEqual([set.version, set.intake, set.custodians, set.inspectors, set.authority.get("en")], [1, [], [], [], "Centre"]);
  const { signature, ...recovery } = first.recovery;
  assert.ok(lib.ed25519.verify(lib.ed25519.parseKey(made.root), messages.recoveryStatement({ instance, ...recovery }), signature));
  // The paper is enough: root from its sheet, recovery from any two.
  assert.equal(sheet.parseRootSheet(instance, typed[0], list).encoded, made.root);
  const two = [typed[3], typed[1]].map((w) => sheet.parseSheet(instance, w, list));
  assert.equal((await sheet.combineRecovery(two)).recipient, made.recipient);
});

test("the sheets' words are said once", () => {
  const [begun, ...rest] = c.said;
  assert.equal(begun.answer.sheets.length, 4);
  const text = heard(rest);
  for (const s of made.sheets) assert.ok(!text.includes(s.words.slice(8, 12).join(" ")) && !text.includes(s.words.slice(8, 12).join('","')));
});

test("a kit too small, or somebody else's root, is refused", async () => {
  for (const [k, n] of [[1, 3], [3, 3], [2, 17]]) await fault(start().ask("begin", { instance, k, n }), "share");
  await fault(start().ask("begin", { instance: "Example", k: 2, n: 3 }), "instance");
  await fault(start().ask("typedBack", { words: typed[0] }), "order");
});

const people = [person("qian", "inspector", 41), person("zhao", "custodian", 42), person("sun", "custodian", 43), person("li", "member", 44), person("wang", "member", 45), person("zhou", "member", 46)];
const offices = [
  { id: "centre", name: { "zh-Hans": "中心", en: "Centre" }, parent: "", roster: 0, holders: [{ id: "li", roles: ["triage", "handler"] }, { id: "wang", roles: ["approver"] }, { id: "zhou", roles: ["intake"] }] },
  { id: "north", name: { en: "North" }, parent: "centre", roster: 0, holders: [{ id: "wang", roles: ["handler"] }] },
];
const change = async (more = {}) => {
  const first = await c.ask("firstList", facts);
  return { instance, sheet: typed[0], list: first.list, day: "2026-11-22", recovery: first.recovery, people, offices, ...more };
};

test("offices get keys, and everybody theirs", async () => {
  const w = start();
  const ask = await change();
  const parts = [];
  const done = await w.ask("offices", ask, (part) => parts.push(part));
  assert.deepEqual(parts, [0.5, 1]);
  const trust = { root: made.root, requireProof: false };
  const previous = lib.keyset.verifyKeySet(ask.list, trust);
  await rejects((async () => lib.keyset.verifyKeySet(done.list, { ...trust, previous }))(), "countersignature");
  const signed = lists.countersign(done.list, key(41));
  const set = lib.keyset.verifyKeySet(signed, { ...trust, previous });
  assert.deepEqual([set.version, set.intake.map((u) => [u.id, u.parent]), set.custodians.map((p) => p.id), set.inspectors.map((p) => p.id)], [2, [["centre", ""], ["north", "centre"]], ["zhao", "sun"], ["qian"]]);
  const rosters = done.rosters.map((r) => lib.roster.verifyRoster(r, set));
  const recovery = await sheet.combineRecovery([typed[1], typed[2]].map((t) => sheet.parseSheet(instance, t, list)));
  for (const [i, copy] of done.recovery.entries()) {
    const file = keyfile.parseKeyFile(Buffer.from(lib.seal.open(copy.sealed, [recovery])).toString());
    assert.deepEqual([copy.unit, copy.key, file.sign.encoded], [set.intake[i].id, set.intake[i].recipient, set.intake[i].sign]);
    for (const m of rosters[i].members) {
      const n = people.find((p) => p.id === m.id).sign === key(44).encoded ? 44 : m.id === "wang" ? 45 : 46;
      if (m.id === "zhou") assert.equal(m.key, "");
      else assert.equal(Buffer.from(lib.seal.open(lib.bytes.fromBase64(m.key), [new lib.seal.Identity(seeded(n))])).toString(), file.text());
    }
  }
  // No secret of any office, of the root or of the kit is in what was said.
  const text = heard(w.said);
  assert.ok(!/SECRET-KEY/i.test(text) && !text.includes("sign-secret"));
  await again(signed, set);
  await rotation(signed, done.rosters);
});

/** The next change: one office more, a custodian less; who stays needs no words, and what stays keeps its day. */
async function again(list, before) {
  const stay = people.slice(0, 2).map((p) => ({ ...p, words: "" }));
  const south = { id: "south", name: { en: "South" }, parent: "centre", roster: 0, holders: [{ id: "li", roles: ["handler"] }] };
  const ask = await change({ list, day: "2026-12-01", people: [...stay, people[3]], offices: [south, { ...offices[1], roster: 1, holders: south.holders }] });
  const done = await start().ask("offices", ask);
  const set = lib.keyset.verifyKeySet(lists.countersign(done.list, key(41)), { root: made.root, requireProof: false, previous: before });
  assert.deepEqual(set.intake.map((u) => [u.id, u.from, u.to]), [["centre", "2026-11-22", ""], ["south", "2026-12-01", ""], ["north", "2026-12-01", ""], ["north", "2026-11-22", "2026-12-01"]]);
  assert.deepEqual(set.custodians.map((p) => [p.id, p.from]), [["zhao", "2026-11-22"]]);
  assert.deepEqual(done.rosters.map((r) => lib.roster.verifyRoster(r, set).version), [1, 2]);
  await fault(start().ask("offices", { ...ask, people: [...stay, { ...people[3], words: "" }] }), "fingerprint", "li");
  await fault(start().ask("offices", { ...ask, day: "2026-11-21" }), "list", "day");
}

/** A new key for an office: whose keys its roster in force names needs no words, and nobody else is believed. */
async function rotation(list, rosters) {
  const [centre, north] = [lib.roster.parseRoster(lib.envelope.parseEnvelope(rosters[0]).body), rosters[1]];
  const stay = people.slice(0, 3).map((p) => ({ ...p, words: "" }));
  const wang = { ...people[4], words: "" };
  const office = { ...offices[1], roster: 1, rosters: [north], holders: [{ id: "wang", roles: ["approver"] }] };
  const ask = await change({ list, day: "2026-12-01", people: [...stay, wang], offices: [office] });
  const done = await start().ask("offices", ask);
  const [next] = done.rosters.map((r) => lib.roster.verifyRoster(r, lib.keyset.verifyKeySet(list, { root: made.root, requireProof: false })));
  assert.deepEqual([next.version, next.members.map((m) => [m.id, m.roles])], [2, [["wang", ["approver"]]]]);
  const refused = (more, kind, what) => fault(start().ask("offices", { ...ask, ...more }), kind, what);
  await refused({ offices: [{ ...office, rosters: [] }] }, "fingerprint", "wang");
  await refused({ offices: [{ ...office, rosters: [rosters[0]] }] }, "list", "north");
  await refused({ offices: [{ ...office, roster: 3 }] }, "list", "north");
  await refused({ people: [...stay, { ...wang, recipient: people[3].recipient }] }, "fingerprint", "wang");
  await refused({ people: [...stay, wang, { ...people[3], words: "" }], offices: [{ ...office, holders: [...office.holders, { id: "li", roles: ["handler"] }] }] }, "fingerprint", "li");
  await refused({ people: [...stay, { ...wang, role: "custodian" }], offices: [{ ...office, holders: [] }] }, "fingerprint", "wang");
  const forged = lists.signRoster({ ...centre, body: lib.roster.writeRoster({ ...centre, unit: "north" }) }, key(1));
  await refused({ offices: [{ ...office, rosters: [forged] }] }, "root");
}

test("a server that offers another key is caught", async () => {
  const w = start();
  const other = new lib.seal.Identity(seeded(99)).recipient;
  const refused = async (more, kind, what) => fault(w.ask("offices", await change(more)), kind, what);
  for (const [i, p] of people.entries()) {
    const swap = (more) => ({ people: people.map((o, j) => (i === j ? { ...p, ...more } : o)) });
    for (const more of [{ recipient: other }, { sign: key(98).encoded }, { words: people[(i + 1) % people.length].words }, { words: "" }, { role: p.role === "member" ? "custodian" : "member" }]) await refused(swap(more), "fingerprint", p.id);
  }
  const good = (await change()).recovery;
  for (const bad of [{ recipient: other }, { k: 2, n: 5 }, { signature: new Uint8Array(64) }]) await refused({ recovery: { ...good, ...bad } }, "signature");
  await refused({ sheet: typed[1] }, "sheet", "kind");
  await refused({ sheet: sheet.rootSheet(instance, seeded(1)).words(list) }, "root");
  await refused({ list: lists.signKeySet(lists.assemble({ ...facts, root: key(1).encoded, units: [], custodians: [], inspectors: [] }), key(1)) }, "root");
  await refused({ instance: "example-2" }, "sheet", "elsewhere");
  await refused({ offices: [{ ...offices[0], holders: [{ id: "nobody", roles: ["handler"] }] }] }, "list", "nobody");
  await refused({ offices: [{ ...offices[0], holders: [{ id: "zhao", roles: ["handler"] }] }] }, "list", "zhao");
  await refused({ offices: [offices[1]] }, "format");
  await refused({ offices: [{ ...offices[0], roster: -1 }] }, "format");
});
