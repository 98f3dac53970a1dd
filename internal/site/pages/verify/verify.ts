// The page where anyone checks an acknowledgement or proofs, on their own device. The cryptography is verify.js's; this
// is what stands between it and the page. It shows what it read as text only, stores nothing, and fetches two things at
// most: the list of keys and today's checkpoint. With a kept list of keys it fetches nothing.
import type * as library from "../../../../browser/src/entry/verify";

type Library = typeof library;
type Keys = ReturnType<Library["verifyKeySet"]>;
type Acknowledgement = ReturnType<Library["parseAcknowledgement"]>;
type Proof = ReturnType<Library["parseProof"]>;
type Tone = "ok" | "danger" | "warn";

declare const clarion: Library;

/** A sentence of the page's catalogue with what fills it in. It ends a check. */
class Verdict extends Error {
  constructor(
    readonly tone: Tone,
    readonly key: string,
    readonly args: Record<string, string> = {},
  ) {
    super(key);
  }
}

/** Nothing that a person keeps is larger. */
const largest = 8388608;

function byId<T extends HTMLElement>(id: string): T {
  const e = document.getElementById(id);
  if (e === null) throw new Error("the page has no " + id);
  return e as T;
}

/** A text of the catalogue; words of others stand isolated, so that they cannot turn the sentence around them. */
function text(key: string, args: Record<string, string> = {}): string {
  const t = document.getElementById("t-" + key);
  return (t === null ? key : t.textContent!).replace(/\{(\w+)\}/g, (_, name: string) => "\u2068" + (args[name] ?? "") + "\u2069");
}

const lang = document.documentElement.lang;

/** A day as the page's language writes it. */
function day(iso: string): string {
  const f = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { year: "numeric", month: "long", day: "numeric", timeZone: "UTC" });
  return f.format(new Date(iso + "T00:00:00Z"));
}

const number = (n: number): string => new Intl.NumberFormat(lang === "en" ? "en-GB" : lang).format(n);

/** What somebody brought: at most one acknowledgement, any number of proofs, perhaps a list of keys. */
interface Kept {
  acks: Uint8Array[];
  proofs: Uint8Array[];
  keys: Uint8Array | null;
}

function sort(files: Uint8Array[]): Kept {
  const kept: Kept = { acks: [], proofs: [], keys: null };
  for (const file of files) {
    const start = clarion.fromUtf8(file.slice(0, 22)) ?? "";
    if (start === "clarion/acknowledgemen") kept.acks.push(file);
    else if (start.startsWith("c2sp.org/tlog-proof@v1")) kept.proofs.push(file);
    else if (start.startsWith('{"v":1,"body":"')) kept.keys = file;
    else throw new Verdict("warn", start.startsWith("PK") ? "archive" : "unknown");
  }
  if (kept.acks.length > 1) throw new Verdict("warn", "two");
  if (kept.acks.length + kept.proofs.length === 0) throw new Verdict("warn", "none");
  return kept;
}

async function chosen(id: string): Promise<Uint8Array[]> {
  const out: Uint8Array[] = [];
  for (const f of Array.from(byId<HTMLInputElement>(id).files ?? [])) {
    if (f.size > largest) throw new Verdict("warn", "unknown");
    out.push(new Uint8Array(await f.arrayBuffer()));
  }
  return out;
}

async function fetched(path: string): Promise<Uint8Array | null> {
  try {
    const r = await fetch(path, { cache: "no-cache", credentials: "omit", referrerPolicy: "no-referrer" });
    return r.ok ? new Uint8Array(await r.arrayBuffer()) : null;
  } catch {
    return null;
  }
}

/** The kind of a fault of the library, or "" for anything else. */
function kindOf(e: unknown): string {
  return e instanceof clarion.Fault ? e.kind : "";
}

/** The root key that a list names itself: what it is worth, the fingerprint beside the result says. */
function named(bytes: Uint8Array): string {
  try {
    const root: unknown = JSON.parse(JSON.parse(clarion.fromUtf8(bytes) ?? "").body).root;
    return typeof root === "string" ? root : "";
  } catch {
    return "";
  }
}

/** Reads what was typed of a fingerprint: "" for nothing. */
function typed(): string {
  const s = byId<HTMLTextAreaElement>("print").value.replace(/\s/g, "").toLowerCase();
  if (s !== "" && !/^[0-9a-f]{64}$/.test(s)) throw new Verdict("warn", "root_short", { n: String(s.length) });
  return s;
}

function readKeys(bytes: Uint8Array, print: string): Keys {
  try {
    return clarion.verifyKeySet(bytes, { root: print || named(bytes), requireProof: true });
  } catch (e) {
    const why: Record<string, string> = {
      root: print === "" ? "keys_format" : "keys_root", signature: "keys_signature", countersignature: "keys_countersignature", no_proof: "keys_proof", not_included: "keys_proof",
    };
    throw new Verdict("danger", why[kindOf(e)] ?? "keys_format");
  }
}

/** The name under which a note's first signature stands, or "". */
function signer(note: Uint8Array): string {
  return /\n\n\u2014 ([^ \n]*) /.exec(clarion.fromUtf8(note) ?? "")?.[1] ?? "";
}

/** Turns a fault into the sentence of what is wrong with a file. */
function refused(e: unknown, note: Uint8Array, name: string): Verdict {
  if (e instanceof Verdict) return e;
  const kind = kindOf(e);
  if (kind === "signature" && signer(note) !== name) return new Verdict("danger", "bad_origin");
  const why: Record<string, string> = { format: "bad_format", signature: "bad_signature", opening: "bad_opening", origin: "bad_origin", not_included: "bad_included" };
  return new Verdict(why[kind] === undefined ? "warn" : "danger", why[kind] ?? "bad_other");
}

function readAck(bytes: Uint8Array, keys: Keys): Acknowledgement {
  try {
    return clarion.parseAcknowledgement(bytes, keys.ack);
  } catch (e) {
    throw refused(e, bytes, keys.ack.name);
  }
}

/** An entry of the ledger that a proof shows. */
interface Entry {
  kind: string;
  day: string;
  index: number;
  size: number;
  root: Uint8Array;
}

function readProof(bytes: Uint8Array, ack: Acknowledgement | null, keys: Keys): Entry {
  let note = bytes;
  try {
    const p: Proof = clarion.parseProof(bytes);
    note = p.checkpoint;
    const { event, checkpoint } = clarion.verifyCaseProof(p, clarion.caseOrigin(keys.instance), keys.logs.cases);
    if (ack !== null && event.kind === "received") pair(ack, p, keys);
    return { kind: event.kind, day: event.day, index: p.index, size: checkpoint.size, root: checkpoint.root };
  } catch (e) {
    throw refused(e, note, keys.logs.cases.name);
  }
}

function pair(ack: Acknowledgement, p: Proof, keys: Keys): void {
  try {
    clarion.verifyKept(ack, p, keys.logs.cases);
  } catch (e) {
    throw kindOf(e) === "opening" ? new Verdict("danger", "bad_pair") : e;
  }
}

/** Compares proofs with the checkpoint of today: a smaller ledger, or another one of the same size, was rewritten. */
async function today(entries: Entry[], keys: Keys): Promise<string> {
  const bytes = await fetched("/log/cases/checkpoint");
  if (bytes === null) return text("today_not");
  let now: ReturnType<Library["parseCheckpoint"]>;
  try {
    now = clarion.parseCheckpoint(clarion.trimCheckpoint(bytes, keys.logs.cases), clarion.caseOrigin(keys.instance), keys.logs.cases);
  } catch {
    throw new Verdict("danger", "bad_rewritten");
  }
  for (const e of entries)
    if (e.size > now.size || (e.size === now.size && e.root.join() !== now.root.join())) throw new Verdict("danger", "bad_rewritten");
  return entries.every((e) => e.size === now.size) ? text("today_same") : text("today_more", { size: number(now.size) });
}

/** Everything that a check found, for the list below the sentence. */
type Facts = [label: string, value: string][];

async function check(facts: Facts): Promise<Verdict> {
  const files = await chosen("kept");
  const pasted = byId<HTMLTextAreaElement>("pasted").value;
  // What was copied from a page lacks the last line end, which is part of the file.
  if (pasted.trim() !== "") files.push(clarion.utf8(pasted.trim() + "\n"));
  const print = typed();
  const kept = sort(files);
  const given = (await chosen("list"))[0] ?? kept.keys;
  const list = given ?? (await fetched("/keys.json"));
  if (list === null) throw new Verdict("warn", "keys_fetch");
  const keys = readKeys(list, print);
  const ack = kept.acks[0] === undefined ? null : readAck(kept.acks[0], keys);
  const entries = kept.proofs.map((p) => readProof(p, ack, keys));
  const authority = ack?.authority ?? keys.authority.get(lang) ?? Array.from(keys.authority.values())[0]!;
  facts.push(["f_authority", authority]);
  if (ack !== null) facts.push(["f_day", day(ack.day)], ["f_by", day(ack.includedBy)], ["f_report", groups(ack.report)]);
  for (const e of entries) facts.push(["f_entry", text("entry", { event: text("e_" + e.kind), day: day(e.day), index: number(e.index + 1), size: number(e.size) })]);
  if (entries.length > 0) facts.push(["f_today", given === null ? await today(entries, keys) : text("today_not")]);
  facts.push(["f_root", fingerprint(keys.root)], ["f_keys", text("keys", { version: number(keys.version), day: day(keys.day) })]);
  byId("means-ack").hidden = ack === null;
  byId("means-proof").hidden = entries.length === 0;
  byId("means-compare").hidden = print !== "";
  return holds(ack, entries, authority);
}

function holds(ack: Acknowledgement | null, entries: Entry[], authority: string): Verdict {
  if (ack !== null) {
    const both = entries.some((e) => e.kind === "received");
    return new Verdict("ok", both ? "ok_both" : "ok_ack", { authority, day: day(ack.day) });
  }
  const only = entries[0]!;
  if (entries.length > 1) return new Verdict("ok", "ok_proofs", { authority, n: number(entries.length) });
  return new Verdict("ok", "ok_proof", { authority, day: day(only.day), event: text("e_" + only.kind) });
}

const groups = (hex: string): string => hex.match(/.{4}/g)!.join(" ");

function fingerprint(root: string): string {
  const raw = atob(root.replace(/-/g, "+").replace(/_/g, "/"));
  return clarion.rootFingerprint(Uint8Array.from(raw, (c) => c.charCodeAt(0)));
}

function show(v: Verdict, facts: Facts): void {
  for (const tone of ["ok", "danger", "warn"]) {
    const box = byId(tone);
    box.hidden = tone !== v.tone;
    const [title, sentence] = Array.from(box.querySelectorAll("p"));
    title!.textContent = text(v.tone === "ok" ? "yes" : v.key.startsWith("bad_") && v.tone === "danger" ? "no" : "unsure");
    sentence!.textContent = tone === v.tone ? text(v.key, v.args) : "";
  }
  const list = byId("facts");
  list.textContent = "";
  for (const [label, value] of v.tone === "ok" ? facts : []) {
    const dt = document.createElement("dt");
    const dd = document.createElement("dd");
    const bdi = document.createElement(label === "f_report" || label === "f_root" ? "code" : "bdi");
    dt.textContent = text(label);
    bdi.textContent = value;
    dd.append(bdi);
    list.append(dt, dd);
  }
  byId("means").hidden = v.tone !== "ok";
  const result = byId("result");
  result.hidden = false;
  result.focus();
}

/** Shows beside a field what is wrong with it; "" takes it away. */
function fault(field: string, message: string): void {
  const p = byId(field + "-error");
  p.textContent = message;
  p.hidden = message === "";
  const control = byId(field);
  if (message === "") control.removeAttribute("aria-invalid");
  else {
    control.setAttribute("aria-invalid", "true");
    byId("result").hidden = true;
    const around = control.closest("details");
    if (around !== null) around.open = true;
    control.focus();
  }
}

/** Faults of the person's own input stand beside the field. */
const fields: Record<string, string> = { none: "kept", two: "kept", root_short: "print" };

async function run(button: HTMLButtonElement): Promise<void> {
  if (button.disabled) return;
  const word = button.querySelector("span")!;
  const before = word.textContent;
  button.disabled = true;
  word.textContent = text("busy");
  fault("kept", "");
  fault("print", "");
  const facts: Facts = [];
  let v: Verdict;
  try {
    v = await check(facts);
  } catch (e) {
    v = e instanceof Verdict ? e : new Verdict("warn", "bad_other");
  }
  button.disabled = false;
  word.textContent = before;
  const field = fields[v.key];
  if (field === undefined) show(v, facts);
  else fault(field, text(v.key, v.args));
}

/** The page works only where the library does: a wrong character set or engine shows here, not in a verdict. */
function sound(): boolean {
  try {
    return clarion.hexHash(clarion.utf8("\u2014 \u6838")) === "127c3a5598a1ec9523c82297c75dea3b0474209867673d5d94835a5258a3334d" && day("2026-03-12") !== "";
  } catch {
    return false;
  }
}

if (sound()) {
  byId("without").hidden = true;
  byId("app").hidden = false;
  const button = byId<HTMLButtonElement>("check");
  button.addEventListener("click", () => void run(button));
}
