// The vectors that bind every program: those of seal and proof.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import test from "node:test";
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { bytes, lib, unbase64, unhex, vectors, verdict } from "./kit.mjs";

const { documents, ed25519, keys, keyset, mailbox, pad, receipt, seal } = lib;
const hex = (b) => Buffer.from(b).toString("hex");
const words = receipt.wordList(lib.wordlist.unpack());

test("receipt codes give the keys of the vectors", () => {
  for (const v of vectors("seal/testdata/receipt.json").vectors) {
    assert.equal(receipt.canonical(v.text), v.canonical, v.name);
    const k = mailbox.deriveMailbox(v.instance, v.text);
    assert.deepEqual(
      [hex(k.prk), hex(k.auth.publicKey), hex(k.sign.publicKey), hex(k.age.seed()), k.age.text(), k.age.recipient],
      [v.pRK, v.authPub, v.signPub, v.ageSeed, v.identity, v.recipient], v.name);
    const request = { instance: v.instance, origin: v.origin, method: "POST", path: "/api/mailbox/open", body: bytes(v.requestBody), challenge: new Uint8Array(Buffer.from(v.challenge, "base64url")) };
    assert.equal(Buffer.from(mailbox.requestMessage(request)).toString(), v.requestMessage);
    assert.equal(hex(mailbox.signRequest(k.auth, request)), v.signature);
  }
});

test("secrets are not written out by accident", () => {
  const k = mailbox.deriveMailbox("example-instance-1", "1");
  for (const secret of [k.auth, k.age, { inside: k.sign }]) assert.equal(verdict(() => JSON.stringify(secret)), "secret");
  assert.ok(!String(k.age).includes("AGE"));
  assert.deepEqual(Object.keys(k.age), []);
});

test("Damm digits", () => {
  const v = vectors("seal/testdata/damm.json");
  for (const [group, three, four] of v.groups) assert.equal(three + receipt.checkDigit(group, three), four);
  assert.equal(receipt.checkCode(v.validCode, words), null);
  for (const { code, wrongGroup } of v.invalid) assert.deepEqual(receipt.checkCode(code, words), { kind: "group", group: wrongGroup });
  assert.equal(receipt.checkPickUpNumber(v.pickUpNumber), null);
});

test("drawn codes, fingerprints and claim keys", () => {
  for (const v of vectors("seal/testdata/codes.json")) {
    const seed = unhex(v.seed);
    assert.equal(receipt.digitsFrom(seed), v.digits);
    assert.equal(receipt.wordsFrom(seed, words), v.words);
    assert.equal(receipt.fingerprint(seed, words), v.fingerprint);
    assert.equal(hex(mailbox.claimKey(seed, v.passphrase).publicKey), v.claim_public);
  }
});

test("new codes are sound and different", () => {
  const seen = new Set();
  for (let i = 0; i < 200; i++) {
    for (const code of [receipt.newDigits(), receipt.newWords(words)]) {
      assert.equal(receipt.checkCode(code, words), null, code);
      assert.equal(receipt.canonical(code), code);
      assert.equal(receipt.codeParts(code).length, 10);
      seen.add(code);
    }
  }
  assert.equal(seen.size, 400);
  assert.deepEqual(receipt.checkCode("one two", null), { kind: "length", digits: 0, words: 2 });
});

test("another list is not the word list", () => {
  const list = lib.wordlist.unpack();
  assert.equal(list.length, 7772);
  assert.equal(verdict(() => receipt.wordList([...list.slice(1), list[0]])), "words");
});

test("padding", () => {
  for (const [from, to] of vectors("seal/testdata/padding.json").vectors) assert.equal(pad.padme(from), to);
  for (let n = 2; n < 3000; n++) {
    const e = Math.floor(Math.log2(n));
    const mask = 2n ** BigInt(e - (Math.floor(Math.log2(e)) + 1 || 0)) - 1n;
    if (e > 0) assert.equal(pad.padme(n), Number((BigInt(n) + mask) & ~mask), `${n}`);
  }
  assert.equal(pad.padme(2 ** 40 + 1), 2 ** 40 + 2 ** 34);
  assert.equal(pad.paddedLength(1, 4096), 4096);
  const sizes = ["", "x".repeat(28672), "举".repeat(9558), "x".repeat(262145)].map((s) => pad.padSubmission(s).length);
  assert.deepEqual(sizes, [28672, 28672, 65536, 1153434]);
  assert.equal(Buffer.from(pad.padSubmission("{}")).toString().trimEnd(), "{}");
  assert.equal(verdict(() => pad.padSubmission("x".repeat(1153435))), "too_large");
});

test("the golden document opens, and is written again byte for byte", () => {
  const v = vectors("seal/testdata/document.json");
  const sealed = unbase64(v.sealed);
  const signed = documents.openDocument(sealed, [new seal.Identity(unhex(v.unit_seed))]);
  assert.equal(signed.sealed, v.sealed_hash);
  const key = new ed25519.SigningKey(unhex(v.signer_seed));
  assert.ok(signed.verifiedBy("reporter", key.publicKey));
  assert.ok(!signed.verifiedBy("unit", key.publicKey));
  assert.ok(signed.body("message").text.startsWith("我看到了"));
  assert.equal(verdict(() => signed.body("report")), "document");
  const plain = documents.signDocument(signed.document, signed.body("message"), [{ role: "reporter", key }]);
  assert.equal(plain.length, v.plain_size);
  // JSON.stringify leaves U+2028 as it is, Go escapes it; both are the same document to every reader.
  const again = documents.parseDocument(plain);
  assert.deepEqual(again.body("message"), signed.body("message"));
  assert.deepEqual(again.document, signed.document);
});

test("writing refuses what reading would", () => {
  const key = new ed25519.SigningKey(new Uint8Array(32));
  const d = { instance: "i", kind: "title", case: "a".repeat(26), id: "a".repeat(26), seq: 1, prev: "", unit: "u", day: "2026-11-22", author: { role: "unit", id: "u" } };
  const sign = (change, body = { text: "x" }, signers = [{ role: "unit", key }]) => verdict(() => documents.signDocument({ ...d, ...change }, body, signers));
  assert.equal(sign({}), "");
  assert.equal(sign({ seq: 2 }), "document");
  assert.equal(sign({ day: "2026-02-30" }), "document");
  assert.equal(sign({ author: { role: "reporter", id: "" } }), "document");
  assert.equal(sign({}, { text: "x".repeat(81) }), "document");
  assert.equal(sign({}, { text: 1 }), "document");
  assert.equal(sign({}, { text: "x" }, []), "signature");
  assert.equal(sign({}, { text: "x" }, [{ role: "unit", key }, { role: "unit", key }]), "signature");
  assert.equal(sign({ kind: "note" }, { text: "x".repeat(1032192), files: [] }), "too_large");
});

test("only hybrid recipients, each once, within the limit", async () => {
  const ids = [1, 2, 3, 4, 5].map((n) => new seal.Identity(new Uint8Array(32).fill(n)));
  const to = ids.map((id) => id.recipient);
  const plain = bytes("hello");
  for (const n of [1, 4]) assert.equal(seal.seal(plain, to.slice(0, n)).length, seal.sealedSize(plain.length, n));
  const classic = await identityToRecipient(await generateX25519Identity());
  for (const bad of [[], to, [to[0], to[0]], [to[0], classic], [classic], [to[0], "age1tagpq1"], [""]]) assert.equal(verdict(() => seal.seal(plain, bad)), "recipient");
});

test("stock age in the browser opens ours, and we open what it sealed to us alone", async () => {
  const id = seal.newIdentity();
  for (const size of [0, 1, 65535, 65536, 65537, 200000]) {
    const plain = new Uint8Array(size).fill(7);
    const stock = new Decrypter();
    stock.addIdentity(id.text());
    assert.deepEqual(await stock.decrypt(seal.seal(plain, [id.recipient])), plain);
    const e = new Encrypter();
    e.addRecipient(id.recipient);
    assert.deepEqual(seal.open(await e.encrypt(plain), [id]), plain);
  }
  const mixed = new Encrypter();
  mixed.addRecipient(id.recipient);
  mixed.addRecipient(await identityToRecipient(await generateX25519Identity()));
  const b = await mixed.encrypt("it mixes without a word");
  assert.equal(verdict(() => seal.open(b, [id])), "format");
});

test("proof's vectors", () => {
  const v = vectors("proof/testdata/vectors.json");
  const [ack, cases] = [keys.parseVerifier(v.ack_verifier), keys.parseVerifier(v.case_verifier)];
  const a = lib.acknowledgement.parseAcknowledgement(bytes(v.acknowledgement), ack);
  assert.equal(hex(a.opening.random), v.random);
  assert.equal(Buffer.from(a.opening.event).toString(), v.event);
  assert.equal(a.event.report, "ab".repeat(32));
  const { leaf } = lib.leaf.caseLeaf(a.opening);
  assert.equal(Buffer.from(leaf).toString(), v.case_leaf);
  assert.equal(hex(lib.tree.leafHash(leaf)), v.case_leaf_hash);
  const c = lib.acknowledgement.verifyKept(a, lib.inclusion.parseProof(bytes(v.proof)), cases);
  assert.equal(c.size, 3);
  assert.equal(lib.checkpoint.parseCheckpoint(bytes(v.checkpoint), v.instance + "/cases", cases).size, 3);
  assert.equal(keys.rootFingerprint(ed25519.parseKey(v.root_key)), v.root_fingerprint);
  const k = keyset.verifyKeySet(bytes(v.key_set), { root: v.root_fingerprint, requireProof: false });
  assert.equal(k.authority.get("zh-Hans"), "举报中心");
  assert.equal(verdict(() => keyset.verifyKeySet(bytes(v.key_set), { root: v.root_fingerprint, requireProof: true })), "no_proof");
  assert.equal(keyset.unitOn(k, "centre", "2026-11-22"), undefined);
});
