// One verdict: on every item of the corpus the library must say what the Go packages said.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { bytes, everything, lib, unbase64, unhex, verdict } from "./kit.mjs";

const corpus = JSON.parse(readFileSync(new URL("../testdata/corpus.json", import.meta.url), "utf8"));

/** Bytes from the abbreviated text of the corpus. */
function expand(s) {
  if (s.startsWith("base64:")) return unbase64(s.slice(7));
  return bytes(s.replace(/\{\{(?:(\d+)|(.)\*(\d+))\}\}/g, (_, i, c, n) => (i !== undefined ? corpus.long[i] : c.repeat(n))));
}

const words = lib.receipt.wordList(lib.wordlist.unpack());
const codeFault = (f) =>
  f === null ? "" : f.kind === "group" ? `group ${f.group}` : f.kind === "word" ? `word ${f.position} ${f.hasDigit}` : `length ${f.digits} ${f.words}`;
const identities = (seeds) => (seeds ?? []).map((s) => new lib.seal.Identity(unhex(s)));

const judges = {
  codes(c) {
    assert.equal(lib.receipt.canonical(c.typed), c.canonical);
    assert.equal(lib.receipt.wrongGroup(c.typed), c.wrong);
    return codeFault(lib.receipt.checkCode(c.typed, words));
  },
  pick_ups: (c) => codeFault(lib.receipt.checkPickUpNumber(c.typed)),
  keys: (c) => (lib.ed25519.parseKey(c.text) === null ? "signature" : ""),
  signatures: (c) => (lib.ed25519.verify(unhex(c.key), bytes(c.message), unhex(c.signature)) ? "" : "signature"),
  recipients: (c) => verdict(() => lib.seal.parseRecipient(c.text)),
  identities: (c) => verdict(() => lib.seal.parseIdentity(c.text)),
  sealed: (c) => verdict(() => lib.seal.open(unbase64(c.sealed), identities(c.seeds))),
  flips: judgeFlips,
  documents: (c) => verdict(() => {
    const signed = lib.documents.parseDocument(expand(c.plain));
    assert.equal(verdict(() => signed.body(signed.document.kind)), c.body, "body");
  }),
  chains: judgeChain,
  requests: judgeRequest,
  notes: (c) => verdict(() => judgeNote(c, expand(c.bytes))),
  changes: judgeChanges,
  consistency: (c) => verdict(() => {
    const older = { origin: c.old_origin, size: c.old_size, root: unbase64(c.old_root) };
    const newer = { origin: "x/cases", size: c.size, root: unbase64(c.root) };
    lib.checkpoint.checkConsistency(older, newer, (c.proof ?? []).map(unbase64));
  }),
  verifiers: (c) => verdict(() => lib.keys.parseVerifier(c.line)),
  key_sets: judgeKeySet,
  rosters: judgeRosters,
};

/** Every bit where that is asked for; else one bit of each byte, each of the eight in turn, which takes seconds and not two minutes. */
function judgeFlips(c) {
  const sealed = unbase64(c.sealed);
  const ids = identities([c.seed]);
  const first = verdict(() => lib.documents.openDocument(sealed, ids));
  if (first !== "") return first;
  for (let i = 0; i < 8 * sealed.length; i += everything ? 1 : 9) {
    sealed[i >> 3] ^= 1 << (i & 7);
    if (verdict(() => lib.documents.openDocument(sealed, ids)) === "") return `bit ${i}`;
    sealed[i >> 3] ^= 1 << (i & 7);
  }
  return "";
}

function judgeChain(c) {
  const thread = { instance: c.thread.Instance, case: c.thread.Case, chain: c.thread.Chain, unit: c.thread.Unit };
  try {
    lib.chain.checkChain(thread, { seq: c.after.Seq, sealed: c.after.Sealed }, c.items ?? []);
    return "";
  } catch (e) {
    assert.ok(e instanceof lib.fault.ChainFault);
    assert.deepEqual([e.position, e.want], [c.at, c.due]);
    return e.fault;
  }
}

const mailbox = lib.mailbox.deriveMailbox("example-instance-1", "4828 0935 5512 2046 7391 1164 8857 3300 9913 6471");

function judgeRequest(c) {
  return verdict(() => {
    const r = { instance: c.instance, origin: c.origin, method: c.method, path: c.path, body: bytes(c.body), challenge: unhex(c.challenge) };
    const signature = lib.mailbox.signRequest(mailbox.auth, r);
    assert.equal(Buffer.from(signature).toString("hex"), c.signature);
    assert.ok(lib.mailbox.verifyRequest(mailbox.auth.publicKey, r, signature));
  });
}

function judgeNote(c, b) {
  const v = lib.keys.parseVerifier(c.verifier);
  const witnesses = (c.witnesses ?? []).map(lib.keys.parseVerifier);
  if (c.kind === "ack") return lib.acknowledgement.parseAcknowledgement(b, v);
  if (c.kind === "checkpoint") return lib.checkpoint.parseCheckpoint(b, c.origin, v, witnesses);
  const p = lib.inclusion.parseProof(b);
  if (c.kind === "case") return lib.inclusion.verifyCaseProof(p, c.origin, v, witnesses);
  if (c.kind === "public") return lib.inclusion.verifyPublicProof(p, bytes(c.leaf), c.origin, v, witnesses);
  assert.equal(c.kind, "kept");
  const a = lib.acknowledgement.parseAcknowledgement(bytes(c.ack), lib.keys.parseVerifier(c.ack_verifier));
  return lib.acknowledgement.verifyKept(a, p, v, witnesses);
}

function judgeChanges(c) {
  const b = expand(c.bytes);
  const judge = (changed) => verdict(() => judgeNote(c, changed));
  const first = judge(b);
  if (first !== "") return first;
  for (let i = 0; i < b.length; i++) {
    for (const x of unbase64(c.xor)) {
      b[i] ^= x;
      if (judge(b) === "") return `byte ${i} xor ${x}`;
      b[i] ^= x;
    }
    if (judge(Uint8Array.from([...b.subarray(0, i), ...b.subarray(i + 1)])) === "") return `without byte ${i}`;
  }
  return "";
}

function judgeKeySet(c) {
  const root = corpus.key_sets.find((k) => k.name === "good").root;
  const previous = c.previous && lib.keyset.verifyKeySet(expand(c.previous), { root, requireProof: false });
  return verdict(() => lib.keyset.verifyKeySet(expand(c.bytes), { root: c.root, previous, requireProof: c.require_proof ?? false }));
}

function judgeRosters(c) {
  const good = corpus.key_sets.find((k) => k.name === "good");
  const keys = lib.keyset.verifyKeySet(expand(good.bytes), { root: good.root, requireProof: false });
  return verdict(() => lib.roster.verifyRosters((c.files ?? []).map(expand), keys));
}

for (const [list, items] of Object.entries(corpus)) {
  if (list === "long") continue;
  test(`${list}: ${items.length} items`, () => {
    for (const c of items) {
      try {
        assert.equal(judges[list](c), c.want);
      } catch (e) {
        e.message = `${c.name}: ${e.message}`;
        throw e;
      }
    }
  });
}

test("the library's own verification would accept what ours refuses", () => {
  const usual = (c) => {
    try {
      return ed25519.verify(unhex(c.signature), bytes(c.message), unhex(c.key), { zip215: false });
    } catch {
      return false;
    }
  };
  const apart = corpus.signatures.filter((c) => c.want !== "" && usual(c));
  assert.ok(apart.length > 10, `only ${apart.length}: the corpus does not show why the equation is our own`);
});
