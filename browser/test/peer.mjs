// The other side for go test: reads one JSON command a line, writes one JSON answer a line.
import { Buffer } from "node:buffer";
import { createInterface } from "node:readline";
import { lib, pieces, unbase64, unhex } from "./kit.mjs";

const words = lib.receipt.wordList(lib.wordlist.unpack());
const base64 = (b) => Buffer.from(b).toString("base64");

const commands = {
  recipient: ({ seed }) => new lib.seal.Identity(unhex(seed)).recipient,
  sealDocument({ document, body, seed, role, to }) {
    const key = new lib.ed25519.SigningKey(unhex(seed));
    return base64(lib.documents.sealDocument(document, body, [{ role, key }], to.map(lib.seal.parseRecipient)));
  },
  openDocument({ sealed, seed, key, role }) {
    const s = lib.documents.openDocument(unbase64(sealed), [new lib.seal.Identity(unhex(seed))]);
    return { document: s.document, body: s.body(s.document.kind), verified: s.verifiedBy(role, unhex(key)), sealed: s.sealed };
  },
  fileKey: ({ sealed, seed }) => base64(lib.seal.fileKeyOf(unbase64(sealed), [new lib.seal.Identity(unhex(seed))])),
  openByFileKey: ({ sealed, key }) => base64(lib.seal.openByFileKey(unbase64(sealed), unbase64(key))),
  // A transfer to a key, or with to "" to words.
  sealTransfer({ copy, files, from, seed, to }) {
    const plain = lib.staff.transfer.transferTar(copy, files.map(unbase64), from, new lib.ed25519.SigningKey(unhex(seed)));
    if (to !== "") return { sealed: base64(lib.staff.transfer.sealToKey(plain, to)), words: [] };
    const made = lib.staff.transfer.sealToWords(plain, words);
    return { sealed: base64(made.sealed), words: made.words };
  },
  newReference: () => lib.staff.redact.newReference(),
  async sealFile({ content }) {
    const b = unbase64(content);
    const out = [];
    const file = await lib.files.sealFile(pieces(b), b.length, (piece) => void out.push(piece.slice()));
    return { file, sealed: base64(Buffer.concat(out)) };
  },
  async openFile({ sealed, file }) {
    const out = [];
    await lib.files.openFile(pieces(unbase64(sealed)), file, (piece) => void out.push(piece.slice()));
    return base64(Buffer.concat(out));
  },
  mailbox({ instance, code }) {
    return lib.mailbox.publicMailbox(lib.mailbox.deriveMailbox(instance, code));
  },
  async splitIdentity({ of, person, custodians }) {
    const made = await lib.shares.splitIdentity(of, person, custodians);
    return { box: base64(made.box), shares: made.shares.map((s) => ({ custodian: s.custodian, sealed: base64(s.sealed) })) };
  },
  combineIdentity({ of, box, named, shares }) {
    const sealed = unbase64(box);
    const asked = { ...of, box: lib.bytes.hexHash(sealed) };
    const open = ({ sealed: s, seed }) => lib.shares.openShare(unbase64(s), new lib.seal.Identity(unhex(seed)), asked);
    return lib.shares.combineIdentity(sealed, named, shares.map(open));
  },
  requestMessage: ({ request }) => base64(lib.vault.requestMessage(request)),
  agree({ request, signature, asker, custodian, day, share, seed, sign }) {
    const holder = new lib.seal.Identity(unhex(seed));
    const { answer, sealed } = lib.vault.agree(request, unbase64(signature), unbase64(asker), custodian, day, unbase64(share), holder);
    return { ...answer, sealed: base64(sealed), signature: base64(new lib.ed25519.SigningKey(unhex(sign)).sign("", lib.vault.answerMessage(answer))) };
  },
  refuse({ request, signature, asker, custodian, day, words, sign }) {
    const answer = lib.vault.refuse(request, unbase64(signature), unbase64(asker), custodian, day, words);
    return { ...answer, signature: base64(new lib.ed25519.SigningKey(unhex(sign)).sign("", lib.vault.answerMessage(answer))) };
  },
  combineGiven({ request, box, named, seed, given }) {
    const all = given.map((g) => ({ answer: g.answer, key: unbase64(g.key), signature: unbase64(g.signature), sealed: unbase64(g.sealed) }));
    return lib.vault.combine(request, unbase64(box), named, new lib.seal.Identity(unhex(seed)), all);
  },
  newWords({ instance, request, words }) {
    const { plain, hash } = lib.vault.newWords(instance, request, words);
    return { plain: base64(plain), hash };
  },
  openWords: ({ sealed, seed, instance, request, hash }) => lib.vault.openWords(unbase64(sealed), new lib.seal.Identity(unhex(seed)), instance, request, hash),
  newPassphrase: () => lib.staff.passphrase.newPassphrase(words),
  async staffKeys({ words: typed, salt }) {
    const k = await lib.staff.passphrase.staffKeys(typed, unhex(salt), words);
    return { login: k.login.encoded, recipient: k.kek.recipient };
  },
  keyFile: ({ text }) => lib.staff.keyfile.parseKeyFile(text).text(),
  newKeyFile: (holder) => lib.staff.keyfile.newKeyFile(holder).text(),
  wrap({ text, seeds }) {
    const [first, ...more] = seeds.map((s) => new lib.seal.Identity(unhex(s)));
    let u = lib.staff.wrapped.firstKek(lib.staff.keyfile.parseKeyFile(text), first);
    for (const kek of more) u = lib.staff.wrapped.withKek(u, kek);
    return base64(lib.staff.wrapped.wrap(u));
  },
  // Lists as the root's page makes them, each a file.
  makeLists({ seed, lists, previous, office, roster }) {
    const root = new lib.ed25519.SigningKey(unhex(seed));
    const trust = { root: root.encoded, requireProof: false };
    const before = previous === undefined ? {} : { previous: lib.keyset.verifyKeySet(unbase64(previous), trust) };
    const set = lib.staff.lists.assemble({ ...lists, ...before, root: root.encoded });
    const file = lib.staff.keyfile.parseKeyFile(office);
    const r = lib.staff.lists.makeRoster(file, roster.version, lists.day, roster.holders);
    return { keySet: base64(lib.staff.lists.signKeySet(set, root)), roster: base64(lib.staff.lists.signRoster(r, root)) };
  },
  countersign: ({ list, seed }) => base64(lib.staff.lists.countersign(unbase64(list), new lib.ed25519.SigningKey(unhex(seed)))),
  // A new kit as the administrator's page makes it, with the old sheets given; typed are the words of the new one.
  async renew({ k, n, old, ...q }) {
    const c = new lib.staff.ceremony.Ceremony().handlers();
    const typed = (await c.kit({ instance: q.instance, k, n })).sheets.map((s) => s.words.join(" "));
    for (const sheet of typed) c.typedBack({ words: sheet });
    const recovery = { ...q.recovery, signature: unbase64(q.recovery.signature) };
    for (const sheet of old) await c.oldSheet({ instance: q.instance, words: sheet, recovery });
    const offices = q.offices.map((o) => ({ ...o, rosters: o.rosters.map(unbase64) }));
    const people = q.people.map((p) => ({ ...p, words: lib.staff.fingerprint.staffFingerprint({ instance: q.instance, ...p }, words) }));
    const copies = q.copies.map((x) => ({ ...x, sealed: unbase64(x.sealed) }));
    const done = c.renew({ ...q, list: unbase64(q.list), recovery, people, offices, copies, without: [] }, () => undefined);
    const sealed = (all) => all.map((x) => ({ ...x, sealed: base64(x.sealed) }));
    return { typed, list: base64(done.list), rosters: done.rosters.map(base64), recovery: sealed(done.recovery), handed: sealed(done.handed), kit: { ...done.kit, signature: base64(done.kit.signature) } };
  },
  verifyLists({ list, root, roster, previousRoster, proposed }) {
    const trust = { root, requireProof: false };
    const keys = (proposed ? lib.keyset.verifyProposed : lib.keyset.verifyKeySet)(unbase64(list), trust);
    const before = previousRoster && lib.roster.verifyRoster(unbase64(previousRoster), keys);
    return { version: keys.version, roster: lib.roster.verifyRoster(unbase64(roster), keys, before).body };
  },
  clean({ picture }) {
    const { bytes, removed } = lib.clean.clean(unbase64(picture));
    return { picture: base64(bytes), removed };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...rest } = JSON.parse(line);
  let answer;
  try {
    answer = { result: await commands[command](rest) };
  } catch (e) {
    answer = { error: e.kind ?? String(e) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
