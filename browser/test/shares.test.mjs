import assert from "node:assert/strict";
import test from "node:test";
import { bytes, lib, rejects, verdict } from "./kit.mjs";

const { combineIdentity, openShare, splitIdentity } = lib.shares;
const { hexHash } = lib.bytes;
const custodians = ["zhao", "qian", "sun"].map((id, i) => ({ id, key: new lib.seal.Identity(new Uint8Array(32).fill(i + 1)) }));
const list = custodians.map(({ id, key }) => ({ id, recipient: key.recipient }));
const of = { instance: "example-instance-1", case: "mfrggzdfmztwq2lknnwg23tpoa" };
const person = { name: "王小明", reach: "+86 10 1234" };

const made = await splitIdentity(of, person, list);
const asked = { ...of, box: hexHash(made.box) };
const share = (i, more = {}) => openShare(made.shares[i].sealed, custodians[i].key, { ...asked, ...more });

test("any two custodians open, one does not", async () => {
  for (const two of [[0, 1], [0, 2], [2, 1], [0, 1, 2]]) assert.deepEqual(await combineIdentity(made.box, asked.box, two.map((i) => share(i))), person);
  await rejects(combineIdentity(made.box, asked.box, [share(0)]), "share");
  await rejects(combineIdentity(made.box, asked.box, [share(0), share(0)]), "share");
  await rejects(combineIdentity(made.box, asked.box, []), "share");
});

test("a custodian reseals her share to the one who may read", async () => {
  const officer = lib.seal.newIdentity();
  const got = [0, 2].map((i) => openShare(share(i).reseal(officer.recipient), officer, asked));
  assert.deepEqual(await combineIdentity(made.box, asked.box, got), person);
  assert.equal(verdict(() => openShare(made.shares[0].sealed, officer, asked)), "wrong_key");
  assert.equal(verdict(() => JSON.stringify(share(0))), "secret");
});

test("a share is not given under another case's name", () => {
  assert.equal(verdict(() => share(0, { case: "a".repeat(26) })), "share");
  assert.equal(verdict(() => share(0, { instance: "other" })), "share");
  assert.equal(verdict(() => share(0, { box: "0".repeat(64) })), "share");
  const junk = lib.seal.seal(bytes("clarion/identity-share/v1\n"), [custodians[0].key.recipient]);
  assert.equal(verdict(() => openShare(junk, custodians[0].key, asked)), "format");
});

test("shares of different records do not open anything", async () => {
  const other = await splitIdentity(of, person, list);
  const mixed = openShare(other.shares[1].sealed, custodians[1].key, { ...of, box: hexHash(other.box) });
  await rejects(combineIdentity(made.box, asked.box, [share(0), mixed]), "share");
  const wrong = new lib.shares.Share(asked, new Uint8Array(33).fill(9));
  await rejects(combineIdentity(made.box, asked.box, [share(0), wrong]), "wrong_key");
});

test("a box that the report does not name is not opened", async () => {
  const box = hexHash((await splitIdentity(of, person, list)).box);
  for (const named of [box, "", asked.box.toUpperCase()]) await rejects(combineIdentity(made.box, named, [share(0), share(1)]), "share");
});

test("sizes tell little", async () => {
  const sizes = new Set();
  for (const name of ["", "王", "x".repeat(60)]) sizes.add((await splitIdentity(of, { name, reach: "" }, list)).box.length);
  assert.equal(sizes.size, 1);
});

test("custodians are at least two, at most sixteen, and different", async () => {
  for (const bad of [[], list.slice(0, 1), [list[0], list[0]], [list[0], { ...list[0], id: "other" }], [list[0], { id: "Zhao", recipient: list[1].recipient }]])
    await rejects(splitIdentity(of, person, bad), "share");
  await rejects(splitIdentity(of, person, [list[0], { id: "x", recipient: "age1x" }]), "recipient");
  await rejects(splitIdentity({ ...of, case: "" }, person, list), "share");
});
