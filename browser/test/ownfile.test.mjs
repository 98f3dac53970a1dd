// A person's own file: what is kept comes back, and nothing that another made is believed.
import assert from "node:assert/strict";
import test from "node:test";
import { lib } from "./kit.mjs";

const { keyfile, ownfile } = lib.staff;
const refuses = (run, kind, what) => assert.throws(run, (e) => e instanceof lib.fault.Fault && e.kind === kind, what);
const seeded = (n) => new Uint8Array(32).fill(n);
const person = (id, n, instance = "example-1") => new keyfile.KeyFile({ role: "member", id, name: id, instance, made: "2026-11-23" }, new lib.seal.Identity(seeded(n)), seeded(n + 1));

const full = {
  keys: false,
  filters: [{ name: "英文来件", unit: "unit-1", show: "triage", filter: { lang: "en" } }],
  texts: [{ name: "收到", text: "您好，\n材料已收到。" }],
  reminders: [{ id: "r1", unit: "unit-1", number: "GA-0000-0000-00", text: "call back", due: "2026-12-01", done: "" }],
};

test("what is written is read", () => {
  assert.deepEqual(ownfile.readOwn(ownfile.writeOwn(full)), full);
  assert.deepEqual(ownfile.readOwn(ownfile.writeOwn(ownfile.nothing())), ownfile.nothing());
});

test("what is no such file is refused", () => {
  const broken = {
    "no object": "[]", "another version": { ...full, v: 2 }, "no keys": { v: 1, filters: [], texts: [], reminders: [] }, "a day that there is not": { v: 1, ...full, reminders: [{ ...full.reminders[0], due: "2026-02-30" }] },
    "a name of blanks": { v: 1, ...full, texts: [{ name: "  ", text: "x" }] }, "a long text": { v: 1, ...full, texts: [{ name: "x", text: "x".repeat(4001) }] },
    "many": { v: 1, ...full, filters: Array(51).fill(full.filters[0]) }, "a number for a text": { v: 1, ...full, texts: [{ name: "x", text: 1 }] }, "a list for a filter": { v: 1, ...full, filters: [{ ...full.filters[0], filter: [] }] },
  };
  for (const [what, x] of Object.entries(broken)) refuses(() => ownfile.readOwn(typeof x === "string" ? x : JSON.stringify(x)), "document", what);
});

test("only the person's own file of this version opens", () => {
  const lin = person("lin", 20);
  const text = ownfile.writeOwn(full);
  const sealed = ownfile.sealOwn(lin, 3, text);
  assert.equal(ownfile.openOwn(lin, 3, sealed), text);
  refuses(() => ownfile.openOwn(lin, 2, sealed), "signature", "an older file as a newer");
  refuses(() => ownfile.openOwn(person("mei", 30), 3, sealed), "wrong_key", "somebody else's");
  refuses(() => ownfile.openOwn(person("mei", 20), 3, sealed), "signature", "another name");
  refuses(() => ownfile.openOwn(person("lin", 20, "example-2"), 3, sealed), "signature", "another installation");
  // Anybody can seal to a public key. Only its holder can sign.
  const mei = person("mei", 30);
  const planted = lib.seal.seal(lib.bytes.utf8(lib.bytes.base64url(mei.sign.sign("", lib.bytes.utf8(`clarion/own-file/v1\nexample-1\nlin\n3\n${text}`))) + `\nclarion/own-file/v1\nexample-1\nlin\n3\n${text}`), [lib.seal.parseRecipient(lin.age.recipient)]);
  refuses(() => ownfile.openOwn(lin, 3, planted), "signature", "planted");
});

test("a file tells its size in steps", () => {
  const lin = person("lin", 20);
  const size = (n) => ownfile.sealOwn(lin, 1, "x".repeat(n)).length;
  assert.equal(size(1), size(4096));
  assert.equal(size(4097) - size(4096), 4096);
});
