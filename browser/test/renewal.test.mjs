// A new recovery kit, with and without sheets of the one before.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import test from "node:test";
import { facts, fault, heard, instance, key, list, person, seeded, server, start } from "./ceremonykit.mjs";
import { lib } from "./kit.mjs";

const { keyfile, lists, messages, sheet } = lib.staff;
const wordsOf = (made) => made.sheets.map((s) => s.words.join(" "));
const hashOf = (recipient) => lib.bytes.hexHash(lib.bytes.utf8(recipient));
const text = (b) => Buffer.from(b).toString();

const people = [person("qian", "inspector", 41), person("zhao", "custodian", 42), person("sun", "custodian", 43), person("li", "member", 44), person("wang", "member", 45), person("zhou", "member", 46)];
const stay = people.slice(0, 3).map((p) => ({ ...p, words: "" }));
const seedOf = { li: 44, wang: 45, zhou: 46 };
const office = (id, roster, holders, rosters = []) => ({ id, name: { "zh-Hans": id, en: id }, parent: id === "centre" ? "" : "centre", roster, rosters, holders });

// An installation: offices centre and north; centre gets a second key.
const c = start();
const first = await c.ask("begin", { instance, k: 2, n: 3 });
const sheets = wordsOf(first);
for (const words of sheets) await c.ask("typedBack", { words });
const begun = await c.ask("firstList", facts);
const root = { root: first.root, requireProof: false };
const copies = [];
const keep = (made) => made.recovery.forEach((r) => copies.push({ unit: r.unit, key: hashOf(r.key), sealed: r.sealed }));
const countersigned = (file) => lists.countersign(file, key(41));
const change = (list, day, offices, who) => c.ask("offices", { instance, sheet: sheets[0], list, day, recovery: begun.recovery, people: who, offices });
const second = await change(begun.list, "2026-11-02", [office("centre", 0, [{ id: "li", roles: ["triage", "approver"] }]), office("north", 0, [{ id: "wang", roles: ["handler"] }])], people);
keep(second);
const third = await change(countersigned(second.list), "2026-11-10", [office("centre", 1, [{ id: "li", roles: ["handler"] }], [second.rosters[0]])], [...stay, people[3]]);
keep(third);
const inForce = countersigned(third.list);
const setOf = (file) => lib.keyset.verifyKeySet(file, root);
const before = setOf(inForce);

/** A worker with a new kit that is typed back, and the sheets given of the old one. */
async function renewing(old = [], k = 2, n = 3) {
  const w = start();
  const made = await w.ask("kit", { instance, k, n });
  const typed = wordsOf(made);
  for (const words of typed) await w.ask("typedBack", { words });
  for (const i of old) await w.ask("oldSheet", { instance, words: sheets[i], recovery: first0 });
  return { w, typed, made };
}
const first0 = { recipient: first.recipient, k: 2, n: 3 };
const xu = person("xu", "member", 47);
const recovering = office("centre", 2, [{ id: "xu", roles: ["triage", "approver"] }, { id: "zhou", roles: ["intake"] }], [third.rosters[0]]);
const question = (more = {}) => ({ instance, sheet: sheets[0], list: inForce, day: "2026-11-22", recovery: begun.recovery, people: [...stay, xu, people[5]], offices: [recovering], copies, without: [], ...more });
const combined = (typed) => sheet.combineRecovery(typed.map((t) => sheet.parseSheet(instance, t, list)));
const opens = (sealed, id) => keyfile.parseKeyFile(text(lib.seal.open(sealed, [id])));

test("a kit alone has no root sheet, and signs nothing before all are back", async () => {
  const w = start();
  const made = await w.ask("kit", { instance, k: 3, n: 5 });
  assert.deepEqual(made.sheets.map((s) => [s.kind, s.place, s.words.length]), [1, 2, 3, 4, 5].map((i) => ["recovery", i, 30]));
  await fault(w.ask("kit", { instance, k: 3, n: 5 }), "order");
  await fault(w.ask("begin", { instance, k: 3, n: 5 }), "order");
  for (const [i, words] of wordsOf(made).entries()) {
    await fault(w.ask("renew", question()), "order");
    assert.equal((await w.ask("typedBack", { words })).missing.length, 4 - i);
  }
  await fault(w.ask("typedBack", { words: sheets[1] }), "sheet", "unknown");
  await fault(w.ask("firstList", facts), "order");
  await fault(w.ask("renew", question({ instance: "example-2" })), "instance");
  await fault(start().ask("renew", question()), "order");
  const fresh = start();
  await fresh.ask("begin", { instance, k: 2, n: 3 });
  await fault(fresh.ask("renew", question()), "order");
});

test("sheets of the kit on record are taken one by one, and a wrong one costs nothing", async () => {
  const { w } = await renewing();
  const ask = (words, recovery = first0) => w.ask("oldSheet", { instance, words, recovery });
  await fault(w.ask("opens", { list: inForce, copies }), "order");
  await fault(ask(sheets[1].replace(/^\w+/, "xxx")), "word", "1");
  await fault(ask(sheets[1].split(" ").slice(1).join(" ")), "length", "29");
  await fault(ask(sheets[1].split(" ").reverse().join(" ")), "sheet", "damaged");
  await fault(ask(sheets[0]), "sheet", "kind");
  await fault(ask(sheet.rootSheet("example-2", seeded(1)).words(list)), "sheet", "elsewhere");
  const other = wordsOf(await start().ask("kit", { instance, k: 2, n: 3 }));
  await fault(ask(other[0]), "sheet", "kit");
  assert.deepEqual(await ask(sheets[3].toUpperCase()), { places: [sheet.parseSheet(instance, sheets[3], list).share()[32]], need: 1 });
  await fault(ask(sheets[3]), "sheet", "twice");
  await fault(ask(other[1]), "sheet", "kit");
  await fault(w.ask("opens", { list: inForce, copies }), "order");
  assert.equal((await ask(sheets[1])).need, 0);
  await fault(ask(sheets[2]), "order");
  const { keys } = await w.ask("opens", { list: inForce, copies });
  assert.deepEqual(keys.map((k) => [k.unit, k.from, k.to, k.state]), [["north", "2026-11-02", "", "opens"], ["centre", "2026-11-10", "", "opens"], ["centre", "2026-11-02", "2026-11-10", "opens"]]);
  // A sound sheet with another share of the same four bytes: together another key. Nothing is kept of any.
  const forged = await sheet.splitRecovery(instance, new lib.seal.Identity(seeded(9)), 2, 3);
  const real = sheet.parseSheet(instance, sheets[1], list);
  const false1 = new sheet.Sheet(instance, "recovery", 2, 3, real.kit, forged[1].share()).words(list);
  const v = (await renewing()).w;
  await v.ask("oldSheet", { instance, words: false1, recovery: first0 });
  await fault(v.ask("oldSheet", { instance, words: sheets[1], recovery: first0 }), "sheet", "none");
  assert.equal((await v.ask("oldSheet", { instance, words: sheets[1], recovery: first0 })).need, 1);
});

test("an office is recovered: new key, former keys for its new holders alone, everything for the new kit", async () => {
  const { w, typed, made } = await renewing([2, 3]);
  const parts = [];
  const done = await w.ask("renew", question(), (part) => parts.push(part));
  assert.deepEqual(parts.map((p) => p.toFixed(2)), ["0.25", "0.50", "0.75", "1.00"]);
  const set = lib.keyset.verifyKeySet(countersigned(done.list), { ...root, previous: before });
  assert.deepEqual(set.intake.map((u) => [u.id, u.from, u.to]), [["north", "2026-11-02", ""], ["centre", "2026-11-22", ""], ["centre", "2026-11-10", "2026-11-22"], ["centre", "2026-11-02", "2026-11-10"]]);
  assert.deepEqual([set.custodians.map((p) => p.id), set.inspectors.map((p) => p.id)], [["zhao", "sun"], ["qian"]]);
  const roster = lib.roster.verifyRoster(done.rosters[0], set);
  assert.deepEqual([done.rosters.length, roster.version, roster.members.map((m) => [m.id, m.key !== ""])], [1, 3, [["xu", true], ["zhou", false]]]);
  const mine = new lib.seal.Identity(seeded(47));
  const fresh = opens(lib.bytes.fromBase64(roster.members[0].key), mine);
  assert.equal(fresh.age.recipient, set.intake[1].recipient);
  const handed = done.handed.map((h) => [h.unit, h.member, h.key, opens(h.sealed, mine).age.recipient]);
  assert.deepEqual(handed, [before.intake[1], before.intake[2]].map((u) => ["centre", "xu", u.recipient, u.recipient]));
  // The new kit opens all that the old one did and the new key; the old one opens none of it.
  assert.deepEqual([done.kit.recipient, done.kit.k, done.kit.n], [made.recipient, 2, 3]);
  assert.ok(lib.ed25519.verify(lib.ed25519.parseKey(first.root), messages.recoveryStatement({ instance, recipient: made.recipient, k: 2, n: 3 }), done.kit.signature));
  const now = await combined(typed.slice(1));
  const was = await combined(sheets.slice(2));
  assert.deepEqual(done.recovery.map((r) => r.key).sort(), set.intake.map((u) => u.recipient).sort());
  for (const r of done.recovery) {
    assert.equal(opens(r.sealed, now).age.recipient, r.key);
    assert.throws(() => lib.seal.open(r.sealed, [was]), (e) => e.kind === "wrong_key");
  }
  const said = heard(w.said.slice(1));
  assert.ok(!/SECRET-KEY/i.test(said) && !said.includes("sign-secret"));
  for (const s of [...sheets, ...typed]) assert.ok(!said.includes(s.split(" ").slice(8, 12).join(" ")));
  assert.equal((await w.ask("renew", question())).recovery.length, 4, "asked again");
});

test("a new kit with the old sheets leaves every office its key", async () => {
  const { w, typed } = await renewing([1, 2], 3, 5);
  const done = await w.ask("renew", question({ offices: [], people: stay }));
  assert.deepEqual([done.rosters, done.handed, done.recovery.length], [[], [], 3]);
  const set = lib.keyset.verifyKeySet(countersigned(done.list), { ...root, previous: before });
  assert.deepEqual([set.version, set.intake], [before.version + 1, before.intake]);
  assert.equal(opens(done.recovery[2].sealed, await combined(typed.slice(2))).age.recipient, done.recovery[2].key);
});

test("without the old sheets every office needs a new key, and nothing is handed over", async () => {
  const { w } = await renewing([1]);
  await fault(w.ask("renew", question()), "copy", "north 2026-11-02");
  const north = office("north", 1, [{ id: "wang", roles: ["handler"] }], [second.rosters[1]]);
  const ask = question({ recovery: null, copies: [], people: [...stay, xu, people[4], people[5]], offices: [recovering, north] });
  const done = await w.ask("renew", ask);
  assert.deepEqual([done.rosters.length, done.handed, done.recovery.map((r) => r.unit)], [2, [], ["centre", "north"]]);
  setOf(countersigned(done.list));
});

test("a copy that is not the key of the list is named, and nothing is done", async () => {
  const { w } = await renewing([1, 2]);
  const with0 = (i, sealed) => copies.map((x, j) => (i === j ? { ...x, sealed } : x));
  const old = await combined(sheets.slice(2));
  const sealedTo = (file) => lib.seal.seal(lib.bytes.utf8(file.text()), [old.recipient]);
  const holder = { role: "unit", id: "centre", name: "x", instance, made: "2026-11-02" };
  const former = opens(copies[0].sealed, old);
  const bad = {
    cut: copies[0].sealed.slice(0, -1), other: copies[1].sealed, fresh: sealedTo(keyfile.newKeyFile(holder)),
    signing: sealedTo(new keyfile.KeyFile(holder, former.age, seeded(5))), member: sealedTo(keyfile.newKeyFile({ ...holder, role: "member" })), none: new Uint8Array(0),
    elsewhere: sealedTo(new keyfile.KeyFile({ ...holder, instance: "example-2" }, former.age, seeded(5))),
  };
  for (const sealed of Object.values(bad)) {
    await fault(w.ask("renew", question({ copies: with0(0, sealed) })), "copy", "centre 2026-11-02");
    assert.deepEqual((await w.ask("opens", { list: inForce, copies: with0(0, sealed) })).keys.map((k) => k.state), ["opens", "opens", "fails"]);
  }
  const recipient = before.intake[2].recipient;
  const done = await w.ask("renew", question({ copies: with0(0, bad.cut), without: [recipient] }));
  assert.deepEqual([done.handed.length, done.recovery.length, done.recovery.some((r) => r.key === recipient)], [1, 3, false]);
  // What opens is never left behind; a key in force without a copy is not either.
  assert.equal((await w.ask("renew", question({ without: [recipient] }))).recovery.length, 4);
  await fault(w.ask("renew", question({ copies: copies.filter((x) => x.unit !== "north") })), "copy", "north 2026-11-02");
  await fault(w.ask("renew", question({ copies: with0(1, bad.cut), without: [before.intake[0].recipient] })), "copy", "north 2026-11-02");
  assert.deepEqual((await w.ask("opens", { list: inForce, copies: [] })).keys.map((k) => k.state), ["none", "none", "none"]);
});

test("a false server, root or person is refused", async () => {
  const { w } = await renewing([1, 3]);
  const refused = (more, kind, what) => fault(w.ask("renew", question(more)), kind, what);
  await refused({ sheet: sheets[1] }, "sheet", "kind");
  await refused({ sheet: sheet.rootSheet(instance, seeded(1)).words(list) }, "root");
  await refused({ recovery: { ...begun.recovery, signature: new Uint8Array(64) } }, "signature");
  await refused({ recovery: null }, "signature");
  const evil = lists.signKeySet(lists.assemble({ ...facts, root: key(1).encoded, units: [], custodians: [], inspectors: [] }), key(1));
  await refused({ list: evil }, "root");
  await refused({ people: [...stay, { ...xu, words: people[3].words }, people[5]] }, "fingerprint", "xu");
  await refused({ people: [...stay, { ...xu, recipient: people[3].recipient }, people[5]] }, "fingerprint", "xu");
  await refused({ people: [...stay, people[5]] }, "list", "xu");
  await refused({ day: "2026-11-09" }, "list", "day");
  await refused({ offices: [{ ...recovering, rosters: [second.rosters[1]] }] }, "list", "centre");
  assert.equal((await w.ask("renew", question())).handed.length, 2, "and nothing is lost by it");
});
