// Opens the cases that the tests of package terminal kept, an office's own and those of others, with the browser's library,
// and compares what it says of them with what the terminal said. Usage: node alike.mjs LIBRARY DIRECTORY
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [library, dir] = process.argv.slice(2);
const lib = await import(library);
const { casefile, keyfile } = lib.staff;
const bytes = (text) => lib.bytes.fromBase64(text ?? "") ?? new Uint8Array(0);

const words = lib.receipt.wordList(lib.wordlist.unpack());
const fingerprint = async ({ recipient, sign }) => lib.receipt.fingerprint(lib.bytes.utf8(`${recipient}\n${sign}`), words);

async function judge(k) {
  const set = lib.keyset.verifyKeySet(bytes(k.list), { root: k.root, requireProof: false });
  const rosters = lib.roster.verifyRosters(k.rosters.map(bytes), set);
  const others = new Map(Object.entries(k.others).map(([unit, files]) => [unit, lib.roster.verifyRosters(files.map(bytes), set)]));
  const unit = keyfile.parseKeyFile(k.key);
  const open = async (sealed) => {
    const s = lib.documents.openDocument(sealed, [unit.age]);
    return { document: s.document, body: s.body(s.document.kind), signers: s.signers, sealed: s.sealed };
  };
  try {
    const c = { ...k.case, docs: k.case.docs.map((d) => ({ ...d, sealed: d.sealed ?? "" })) };
    const o = await (k.given ? casefile.openGiven : casefile.openCase)(c, { set, rosters, others, fingerprint }, open);
    const shown = ["reporter", "unit", "inside"].flatMap((chain) => o.items[chain].filter((i) => i.body !== null).map((i) => `${chain} ${i.doc.seq} ${i.kind} ${i.author.role === "reporter" ? "reporter" : i.author.id}`));
    return { fails: "", doubts: o.doubts.map((d) => `${d.chain} ${d.seq} ${d.key} ${d.args.Field ?? d.args.Author ?? ""}`), shown, report: o.report !== null };
  } catch (e) {
    if (!(e instanceof casefile.Unreadable)) throw e;
    return { fails: `${e.key} ${e.args.Unit ?? ""}`.trim(), doubts: [], shown: [], report: false };
  }
}

let differ = 0;
for (const name of readdirSync(dir).filter((n) => n.endsWith(".json"))) {
  const k = JSON.parse(readFileSync(join(dir, name), "utf8"));
  const want = { fails: k.want.fails, doubts: (k.want.doubts ?? []).map((d) => d).sort(), shown: k.want.shown ?? [], report: k.want.report };
  const got = await judge(k);
  got.doubts.sort();
  if (JSON.stringify(got) === JSON.stringify(want)) continue;
  differ++;
  console.error(`${k.name}\n  terminal ${JSON.stringify(want)}\n  browser  ${JSON.stringify(got)}`);
}
process.exit(differ === 0 ? 0 : 1);
