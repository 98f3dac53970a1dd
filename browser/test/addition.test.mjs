// Additions to a roster: what the worker signs, and what it refuses to sign.
import assert from "node:assert/strict";
import test from "node:test";
import { lib, verdict } from "./kit.mjs";

const { addition, fingerprint, keyfile, lists, units } = lib.staff;
const words = lib.receipt.wordList(lib.wordlist.unpack());
const seeded = (n) => new Uint8Array(32).fill(n);
const instance = "example-1";
const root = new lib.ed25519.SigningKey(seeded(10));
const verifier = (name, n) => {
  const raw = new Uint8Array([1, ...new lib.ed25519.SigningKey(seeded(n)).publicKey]);
  const id = lib.bytes.hex(lib.bytes.sha256(lib.bytes.concat(lib.bytes.utf8(name + "\n"), raw)).slice(0, 4));
  return `${name}+${id}+${Buffer.from(raw).toString("base64")}`;
};

function person(id, n, role = "member") {
  const file = new keyfile.KeyFile({ role, id, name: id, instance, made: "2026-11-22" }, new lib.seal.Identity(seeded(n)), seeded(n + 1));
  return { id, name: id, file, recipient: file.age.recipient, sign: file.sign.encoded };
}
const said = (p) => fingerprint.staffFingerprint({ instance, role: "member", id: p.id, recipient: p.recipient, sign: p.sign }, words);
const joining = (p, roles, w = said(p)) => ({ id: p.id, name: p.name, recipient: p.recipient, sign: p.sign, roles, words: w });

const former = person("centre", 100, "unit");
const unit = person("centre", 110, "unit");
const [li, wang, zhou, sun] = [person("li", 120), person("wang", 130), person("zhou", 140), person("sun", 150)];

const server = { instance, ack: verifier(instance + "/acknowledgement", 21), public_log: verifier(instance + "/public", 22), case_log: verifier(instance + "/cases", 23) };
const base = { server, authority: { en: "Authority" }, root: root.encoded, custodians: [], inspectors: [] };
const office = (u) => ({ id: "centre", name: { en: "Centre" }, parent: "", recipient: u.recipient, sign: u.sign });
const one = lists.assemble({ ...base, day: "2026-11-01", units: [office(former)] });
const two = lists.assemble({ ...base, previous: one, day: "2026-11-22", units: [office(unit)] });
const list = lists.signKeySet(two, root);
const first = lists.makeRoster(unit.file, 1, "2026-11-22", [{ ...li, roles: ["handler", "triage"] }, { ...wang, roles: ["approver"] }, { ...zhou, roles: ["intake"] }]);
const inForce = { root: root.encoded, list, rosters: [lists.signRoster(first, root)] };
const kept = [former.file, unit.file];

const add = (change = {}, mine = li, held = kept) => addition.makeAddition({ ...inForce, day: "2026-11-23", joins: [joining(sun, ["triage"])], ...change }, mine.file, held, words);
const bodyOf = (file) => JSON.parse(Buffer.from(file).toString()).body;
const approve = (made, change = {}, by = wang) => addition.approveAddition({ ...inForce, roster: made.roster, shown: bodyOf(made.roster), ...change }, by.file);
const chain = (...files) => lib.roster.verifyRosters([...inForce.rosters, ...files], two);

test("an addition of two members is in force, and gives the keys", () => {
  const made = add({ joins: [joining(sun, ["triage"]), joining(person("wu", 160), ["intake"])] });
  assert.equal(verdict(() => chain(made.roster)), "addition", "without the approver");
  const [, second] = chain(approve(made));
  assert.deepEqual(second.members.map((m) => m.id), ["li", "wang", "zhou", "sun", "wu"]);
  const [joined, clerk] = second.members.slice(3);
  assert.equal(clerk.key, "", "whose role needs no key gets none");
  const keys = two.intake.map(({ id, recipient, sign }) => ({ id, recipient, sign }));
  assert.deepEqual(made.handed.map((h) => [h.member, h.key]), [["sun", former.recipient]]);
  const opened = units.openUnits([lib.bytes.fromBase64(joined.key), made.handed[0].sealed], keys, sun.file);
  assert.deepEqual(opened.map((f) => f.age.recipient), [unit.recipient, former.recipient]);
  assert.deepEqual(units.openUnits([lib.bytes.fromBase64(joined.key)], keys, li.file), [], "another's copy");
  // A copy of a key that the list does not name, or of another office, is passed over.
  const copy = (f) => lib.seal.seal(lib.bytes.utf8(f.text()), [sun.recipient]);
  assert.deepEqual(units.openUnits([copy(person("centre", 170, "unit").file), copy(sun.file), new Uint8Array(3)], keys, sun.file), []);
});

test("nothing is signed for whoever may not, or with other words", () => {
  const refused = (run, kind, what) => assert.throws(run, (e) => e instanceof lib.fault.Fault && e.kind === kind && (what === undefined || e.what === what), JSON.stringify([kind, what]));
  const swapped = person("sun", 180);
  refused(() => add({ joins: [joining(swapped, ["triage"], said(sun))] }), "fingerprint", "sun");
  refused(() => add({ joins: [joining(sun, ["triage"], "abacus zoom")] }), "fingerprint", "sun");
  refused(() => add({ joins: [] }), "list", "nobody");
  refused(() => add({ joins: [joining(sun, [])] }), "list", "sun");
  refused(() => add({ joins: [joining(li, ["triage"])] }), "format");
  refused(() => add({ joins: [joining(sun, ["Chief"])] }), "format");
  refused(() => add({ day: "2026-11-21" }), "addition", "day");
  refused(() => add({}, zhou), "list", "holder");
  refused(() => add({}, sun), "list", "not a member");
  refused(() => add({}, li, [former.file]), "key_file");
  refused(() => add({}, li, [person("centre", 170, "unit").file]), "key_file");
  refused(() => add({ root: sun.sign }), "root");
  refused(() => add({ rosters: [lists.signRoster(first, sun.file.sign)] }), "root");
  refused(() => add({ rosters: [] }), "list", "no roster");

  const made = add();
  refused(() => approve(made, {}, li), "list", "approver");
  refused(() => approve(made, {}, sun), "list", "not a member");
  refused(() => approve(made, { shown: bodyOf(made.roster).replace("sun", "sum") }), "list", "shown");
  const own = add({}, wang);
  refused(() => approve(own), "addition");
  // A roster that takes somebody away is no addition, whoever has signed.
  const less = { ...JSON.parse(bodyOf(made.roster)) };
  less.members = less.members.slice(1);
  const file = lib.envelope.writeEnvelope(lib.envelope.addSignature({ v: 1, body: JSON.stringify(less), signatures: [], proof: "" }, lib.roster.ROSTER_PREFIX, "holder", li.file.sign));
  refused(() => approve({ roster: file }), "addition");
  refused(() => approve({ roster: made.roster.map((b, i) => (i === 50 ? b ^ 1 : b)) }), "format");
});
