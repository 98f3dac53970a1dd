// The forms with which a case goes to another body: proposed with the copy that would leave, approved by somebody else, carried there
// as one file that a person saves, confirmed, given back or called off. The server sends nothing and reads none of it.
import type { Copy } from "../../../browser/src/bodies";
import { fromBase64, hexHash, utf8 } from "../../../browser/src/bytes";
import { Fault } from "../../../browser/src/fault";
import { approvedBySomebody } from "../../../browser/src/staff/casefile";
import { newReference } from "../../../browser/src/staff/redact";
import { button, type Child, fill, h, note } from "../../site/script/dom";
import { bytes as sizeOf, language, t } from "../../site/script/words";
import { fetchFile } from "./casebytes";
import { CopyDraft, reportText } from "./casecopy";
import { keptChoice, keptField } from "./casedraft";
import { fileList } from "./casefiles";
import { box, type Form, type Ground, interest, needed, type Plan, wrong } from "./caseforms";
import { Writing } from "./caseletter";
import { hashOf, type Item } from "./caseopen";
import { copyWords } from "./casethread";
import { officeName } from "./caseview";
import { askKeeper } from "./keeper";
import { act, Notice, wordGrid } from "./view";
import { save } from "./viewer";

/** What is chosen for something that the list of the programme does not have. */
const OTHER = "_other";

const inMine = (x: Readonly<Record<string, string>>): string => x[language()] ?? x["en"] ?? Object.values(x)[0] ?? "";

/** One of a list, or typed words. */
function pick(g: Ground, id: string, legend: string, all: readonly { id: string; label: string }[], other: { choice: string; label: string; hint: string; max: number; missing: string }, changed: () => void) {
  const typed = keptField(g.drafts, id + "-other-text", other.label, { hint: other.hint, max: other.max, typed: changed });
  const place = h("div", {});
  const show = (v: string) => {
    fill(place, v === OTHER && typed.box);
    changed();
  };
  const choice = keptChoice(g.drafts, id, legend, [...all, { id: OTHER, label: other.choice }], show);
  fill(place, choice.value === OTHER && typed.box);
  return {
    box: h("div", {}, choice.box, place),
    /** As a letter keeps it: an id, or = and words. */
    get kept(): string {
      return choice.value === OTHER ? "=" + typed.value : choice.value;
    },
    get words(): string {
      return choice.value === OTHER ? typed.value : (all.find((x) => x.id === choice.value)?.label ?? "");
    },
    ok(): boolean {
      choice.fault("");
      if (choice.value === "") return choice.fault(other.missing), false;
      return choice.value !== OTHER || needed(typed, other.missing) !== null;
    },
  };
}

/** The proposal: the copy, who gets it, the law, and the letter that asks the reporter. */
export function passOn(g: Ground): Form {
  const o = g.opened();
  if (o === null) return { lede: t("transfer.open_first"), parts: [], submit: t("casepage.propose_do"), make: async () => null };
  const copy = g.hold("propose_transfer", () => new CopyDraft(reportText(o.report, g.pack), o.report.lang, g.file, o));
  const writing = new Writing(g, "propose_transfer", { label: t("casepage.reasons"), hint: t("casepage.reasons_hint"), rows: 4 });
  const changed = () => writing.fill({ body: body.kept === "" || body.kept === "=" ? "=\u2026\u2026" : body.kept, basis: basis.kept === "" || basis.kept === "=" ? "=\u2026\u2026" : basis.kept, files: String(copy.chosen) });
  const later = () => queueMicrotask(changed); // both choices are made by then
  const body = pick(g, "propose_transfer-body", t("transfer.body"), g.pack.bodies.map((b) => ({ id: b.id, label: inMine(b.name) })), { choice: t("transfer.body_other"), label: t("transfer.body_name"), hint: t("transfer.body_hint"), max: 200, missing: t("transfer.body_missing") }, later);
  const basis = pick(g, "propose_transfer-basis", t("transfer.basis_which"), g.pack.bases.map((b) => ({ id: b.id, label: inMine(b.text) })), { choice: t("transfer.basis_other"), label: t("transfer.basis_text"), hint: t("transfer.basis_hint"), max: 1000, missing: t("transfer.basis_missing") }, later);
  copy.changed = () => {
    g.drafts.set("propose_transfer-black", copy.passages === 0 ? "" : String(copy.passages));
    later();
  };
  writing.load("pass_on", "");
  changed();
  const read = box(g, "propose_transfer-read", t("transfer.read"));
  const unread = wrong(t("transfer.read_missing"));
  const own = interest(g, "propose_transfer");
  return {
    lede: t("transfer.propose_lede"),
    parts: [copy.box, body.box, basis.box, h("h3", { class: "cl-gap" }, t("transfer.letter")), writing.box, writing.preview, h("div", { class: "govuk-checkboxes govuk-checkboxes--small cl-gap" }, unread, read.box), own.box],
    submit: t("casepage.propose_do"),
    make: async () => {
      const ready = copy.ready();
      unread.hidden = read.on();
      if (ready === null || !body.ok() || !basis.ok() || !writing.complete(t("casepage.reasons_missing")) || !unread.hidden || !own.ok()) return null;
      changed();
      const code = basis.kept.startsWith("=") ? "" : basis.kept;
      const leaves: Copy = { body: body.words, basis: { code, text: basis.words }, reference: newReference(), lang: o.report.lang, ...ready };
      return { act: "propose_transfer", no_interest: true, docs: [{ kind: "copy", body: leaves }, { kind: "reply", body: { ...(await writing.write("pass_on", "")), files: [], template: "pass_on" } }] };
    },
  };
}

const copyDoc = (g: Ground, doc: string): Item | null => g.opened()?.items.inside.find((it) => it.doc.doc === doc && it.kind === "copy" && it.body !== null) ?? null;

/** The copy that waits for a decision, once the case is open. */
export const copyWaiting = (g: Ground): Item | null => (g.file.proposal?.kind === "proposed_transfer" ? copyDoc(g, g.file.proposal.doc) : null);

/** The copy that was approved last. */
function copyApproved(g: Ground): Item | null {
  const e = [...g.file.events].reverse().find((x) => x.kind === "transferred");
  return e === undefined ? null : copyDoc(g, e.doc);
}

/** A copy exactly as it leaves, with its files. */
export function copyShown(g: Ground, it: Item): HTMLElement {
  const c = it.body as Copy;
  return h("div", { class: "cl-exact", "data-copy": c.reference }, ...copyWords(c), c.files.length > 0 && fileList(g.file, c.files, hashOf(it.doc)));
}

/** The letter that says that nothing goes to another body, as part of a form. */
export function keptLetter(g: Ground, form: string): { box: HTMLElement; complete(): boolean; plan(): Promise<Plan> } {
  const writing = new Writing(g, form, { label: t("transfer.kept"), hint: t("transfer.kept_hint"), rows: 3 });
  writing.load("kept", "");
  return {
    box: h("div", {}, writing.box, writing.preview),
    complete: () => writing.complete(t("casepage.reasons_missing")),
    plan: async () => ({ kind: "reply", body: { ...(await writing.write("kept", "")), files: [], template: "kept" } }),
  };
}

/** A proposal is taken back, and its reporter told. */
export function kept(g: Ground): Form {
  const letter = keptLetter(g, "withdraw");
  return { lede: t("transfer.withdraw_lede"), parts: [letter.box], submit: t("casepage.seal_send"), make: async () => (letter.complete() ? { act: "withdraw", proposal: g.file.proposal?.seq ?? 0, docs: [await letter.plan()] } : null) };
}

/** What tells the reporter that the case is handled here again. */
export function told(g: Ground, kind: string, template: string, lede: string): Form {
  const writing = new Writing(g, kind, { label: t("casepage.reasons"), hint: t("casepage.reasons_hint"), rows: 4 });
  writing.load(template, "");
  return {
    lede, parts: [writing.box, writing.preview], submit: t("casepage.seal_send"),
    make: async () => (writing.complete(t("casepage.reasons_missing")) ? { act: kind, docs: [{ kind: "reply", body: { ...(await writing.write(template, "")), files: [], template } }] } : null),
  };
}

/** The other body has the copy. */
export function confirmed(g: Ground): Form {
  const text = keptField(g.drafts, "confirm_transfer-text", t("transfer.confirmed"), { hint: t("transfer.confirmed_hint"), rows: 3 });
  return { parts: [text.box], submit: t("casepage.seal_do"), make: async () => (needed(text, t("casepage.text_missing")) === null ? null : { act: "confirm_transfer", docs: [{ kind: "note", body: { text: text.value, files: [] } }] }) };
}

/** SHA-256 of a key's text in groups of four, as sha256sum gives it to the other side. */
export const keyMark = (key: string): string => hexHash(utf8(key)).slice(0, 32).replace(/(.{4})(?=.)/g, "$1 ");

/** The file that was made, while its form is open. */
interface Made {
  file: Blob;
  name: string;
  hash: string;
  words: string[];
  to: string;
}

/** The file is made here, saved, and handed over by a person. Then it is recorded. */
export function sendCopy(g: Ground): Form {
  const it = copyApproved(g);
  const o = g.opened();
  if (it === null || o === null) return { lede: o === null ? t("transfer.open_first") : t("transfer.no_copy"), parts: [], submit: t("transfer.sent_do"), make: async () => null };
  if (!approvedBySomebody(o.items.inside, it, hashOf(it.doc))) return { lede: t("transfer.not_approved"), parts: [], submit: t("transfer.sent_do"), make: async () => null };
  const c = it.body as Copy;
  const copy = it.doc.doc;
  const held = g.hold<{ copy: string; made: Made | null }>("send_transfer", () => ({ copy, made: null }));
  if (held.copy !== copy) Object.assign(held, { copy, made: null }); // that file was of a copy that was called off or came back
  const known = g.pack.bodies.find((b) => b.recipient !== "" && Object.values(b.name).includes(c.body))?.recipient ?? "";
  const mark = h("p", { class: "cl-small", "data-mark": "" });
  const key = keptField(g.drafts, "send_transfer-key", t("transfer.key"), { hint: t("transfer.key_hint"), rows: 4, typed: () => show() });
  const place = h("div", {});
  const to = () => (how.value === "known" ? known : how.value === "key" ? key.value.replace(/\s+/g, "") : "");
  const show = () => {
    fill(mark, ...(to() === "" ? [] : [t("transfer.mark"), " ", h("code", { dir: "ltr", translate: "no" }, keyMark(to()))]));
    fill(place, how.value === "key" && key.box, how.value !== "words" && how.value !== "" && mark);
  };
  const how = keptChoice(g.drafts, "send_transfer-how", t("transfer.how"), [
    ...(known === "" ? [] : [{ id: "known", label: t("transfer.how_known"), hint: t("transfer.how_known_hint") }]),
    { id: "key", label: t("transfer.how_key"), hint: t("transfer.how_key_hint") }, { id: "words", label: t("transfer.how_words"), hint: t("transfer.how_words_hint") },
  ], () => show());
  show();
  const notice = new Notice();
  const out = h("div", { role: "status" });
  const result = () => fill(out, ...(held.made === null ? [] : madeShown(held.made)));
  const make = act(t("transfer.make"), t("transfer.making"), async () => {
    notice.clear();
    how.fault("");
    key.fault("");
    if (how.value === "") return how.fault(t("transfer.how_missing"));
    if (how.value === "key" && !/^age1pq1[0-9a-z]+$/.test(to())) return key.fault(t("transfer.key_wrong"));
    const made = await theFile(g, it, to(), c);
    if (held.copy !== copy) return; // another copy was approved meanwhile
    held.made = made;
    result();
    await save(made.file, made.name);
  }, (e) => notice.fault(e instanceof Fault && e.kind === "recipient" ? t("transfer.key_wrong") : t("transfer.make_failed")), "govuk-button govuk-button--secondary");
  result();
  const text = keptField(g.drafts, "send_transfer-text", t("transfer.sent"), { hint: t("transfer.sent_hint"), rows: 3 });
  return {
    lede: t("transfer.send_lede"),
    parts: [copyShown(g, it), how.box, place, notice.box, h("div", { class: "cl-actions" }, make), out, text.box],
    submit: t("transfer.sent_do"),
    make: async () => {
      if (held.made === null) return notice.fault(t("transfer.make_first")), null;
      if (needed(text, t("casepage.text_missing")) === null) return null;
      const m = held.made;
      const record = t("transfer.record", { Body: c.body, Reference: c.reference, File: m.name, Hash: m.hash, To: m.to === "" ? t("transfer.how_words") : keyMark(m.to) });
      return { act: "send_transfer", copy: it.doc.doc, docs: [{ kind: "note", body: { text: `${text.value}\n\n${record}`, files: [] } }] };
    },
  };
}

/** The age file of the approved copy, byte for byte. */
async function theFile(g: Ground, it: Item, to: string, c: Copy): Promise<Made> {
  const files: Uint8Array[] = [];
  const hash = hashOf(it.doc);
  for (const x of c.files) files.push(new Uint8Array(await (await fetchFile(g.file, x, hash, new AbortController().signal, () => undefined)).arrayBuffer()));
  const { sealed, words } = await askKeeper("sealTransfer", { copy: fromBase64(it.doc.sealed) ?? new Uint8Array(0), hash, authority: g.pack.authority, unit: officeName(g.pack, g.file.unit), day: g.day, to, files });
  return { file: new Blob([sealed as Uint8Array<ArrayBuffer>]), name: c.reference + ".age", hash: hexHash(sealed), words, to };
}

function madeShown(m: Made): Child[] {
  return [
    note("ok", t("transfer.made", { File: m.name, Size: sizeOf(m.file.size) }), t("transfer.made_text")),
    m.words.length > 0 && h("div", {}, h("p", { class: "cl-gap" }, t("transfer.words")), wordGrid(m.words, t("transfer.how_words"))),
    h("div", { class: "cl-actions" }, button(t("transfer.again"), () => void save(m.file, m.name), "cl-plainbutton cl-linklike")),
  ];
}
