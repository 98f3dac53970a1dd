// What a clerk takes down: the words so far, in memory and as a draft, and the report that comes of them.
import type { Report } from "../../../browser/src/bodies";
import { base64, fromBase64, hexHash, random, utf8 } from "../../../browser/src/bytes";
import { Fault } from "../../../browser/src/fault";
import type { KeySet } from "../../../browser/src/proof/keyset";
import { splitIdentity } from "../../../browser/src/shares";
import { parseStrict } from "../../../browser/src/strictjson";
import { idOf } from "../../../browser/src/syntax";
import { bodyOf } from "../../site/script/body";
import { Answers, cleanLine } from "../../site/script/fields";
import type { Form, Question } from "../../site/script/form";
import type { Situation } from "../../site/script/steps";
import { post } from "./api";
import { askKeeper } from "./keeper";
import type { Facts, Pack, Unit } from "./unit";

/** A draft as the server has it. */
export interface Stored {
  case: string;
  via: string;
  day: string;
  version: number;
  sealed: string | null;
}

/** GET work/U/entries. */
export interface Entries {
  open: Stored[];
  calls: Readonly<Record<string, number>>;
  today: string;
  /** Categories that are open. */
  approved: string[];
  form: {
    langs: { id: string; name: string }[];
    categories: { id: string; name: string; tests: string[]; questions: (Omit<Question, "options"> & { options: { id: string; label: string }[] })[] }[];
    /** Sentences to be read out, by language and key; and the labels of the pack's questions, by language and category/question. */
    say: Readonly<Record<string, Readonly<Record<string, string>>>>;
    labels: Readonly<Record<string, Readonly<Record<string, string>>>>;
    limits: { short: number; place: number; long: number; account: number };
    emergency: string;
  };
}

/** One call that is being taken down. */
export interface Call {
  readonly case: string;
  readonly unit: string;
  readonly answers: Answers;
  version: number;
  /** The pick-up number, until it was read back. */
  number: string;
  /** It was read back; tries that were not right. */
  read: boolean;
  misses: number;
  /** Milliseconds since 1970. */
  began: number;
  /** recording or minutes, "" before it was asked. */
  consent: string;
  /** What was sent as the next version: one of them is what the server has, if an answer was lost. */
  sent: string[];
}

/** Opens an entry. */
export async function openCall(unit: string, now: number): Promise<Call> {
  const id = idOf(random(16));
  const { number } = await post<{ number: string }>(`work/${unit}/entries/open`, { case: id, via: "phone" });
  return { case: id, unit, answers: new Answers(), version: 0, number, read: false, misses: 0, began: now, consent: "", sent: [] };
}

const write = (c: Call): string => JSON.stringify({ v: 1, number: c.number, read: c.read, misses: c.misses, began: c.began, consent: c.consent, answers: c.answers.every() });

/** Brings a draft back. Throws "signature" for one that is not this person's, "document" for what is none. */
export async function bringBack(unit: string, s: Stored): Promise<Call> {
  const out: Call = { case: s.case, unit, answers: new Answers(), version: s.version, number: "", read: false, misses: 0, began: Date.now(), consent: "", sent: [] };
  if (s.sealed === null || s.version === 0) return out;
  const sealed = fromBase64(s.sealed);
  if (sealed === null) throw new Fault("format", "draft");
  const { text } = await askKeeper("openDraft", { case: s.case, version: s.version, sealed });
  const f = parseStrict(utf8(text));
  const bad = () => new Fault("document", "draft");
  if (f["v"] !== 1 || typeof f["number"] !== "string" || typeof f["read"] !== "boolean" || typeof f["began"] !== "number" || typeof f["consent"] !== "string" || typeof f["misses"] !== "number") throw bad();
  const answers = f["answers"];
  if (!Array.isArray(answers)) throw bad();
  for (const a of answers) {
    if (!Array.isArray(a) || a.some((x) => typeof x !== "string") || a.length < 2) throw bad();
    const [key, ...values] = a as string[];
    out.answers.set(key!, ...values);
  }
  return Object.assign(out, { number: f["number"], read: f["read"], began: f["began"], consent: f["consent"], misses: f["misses"] });
}

/** Seals what is there as the next draft, and sends it. */
export async function keep(c: Call): Promise<void> {
  const version = c.version + 1;
  const { sealed } = await askKeeper("sealDraft", { case: c.case, version, text: write(c) });
  const bytes = base64(sealed);
  c.sent.push(bytes);
  await post(`work/${c.unit}/entries/draft`, { case: c.case, version, sealed: bytes });
  c.version = version;
  c.sent = [];
}

/** The words of an entry, for the questions of the public form. */
export function situation(c: Call, e: Entries, pack: Pack, keys: KeySet): Situation {
  const nothing = { title: "", intro: "", options: [] };
  const form: Form = {
    v: 1, lang: "", authority: pack.authority, place: "", langs: e.form.langs, limits: { ...e.form.limits, files: 0, file: 0 },
    emergency: { label: "", number: e.form.emergency, tel: "", hours: "", note: "" }, hotline: null, screen: nothing,
    categories: e.form.categories.map((x) => ({ ...x, questions: x.questions.map((q) => ({ ...q, options: q.options.map((o) => ({ id: o.id, name: o.label })) })), summary: "", yes: [], no: [], law: null, office: c.unit })), none: null, offices: [],
    regions: pack.regions.map((r) => ({ ...r, office: c.unit })), hours: "", texts: {},
  };
  return { form, offer: { open: true, today: e.today, categories: e.approved.map((id) => ({ id, day: "" })), staffed: true, next_day: "", next_time: "", identity: true } as Situation["offer"], keys, answers: c.answers };
}

/** What the caller is told. */
export interface Handed {
  day: string;
  promises: { step: string; by: string }[];
}

/** A report that is sealed and ready to be handed in; the same again gets the same answer. */
export interface Ready {
  readonly unit: string;
  readonly body: Record<string, unknown>;
}

/** Seals the report to the office. Nobody here can open it afterwards. */
export async function sealCall(c: Call, s: Situation, facts: Facts, unit: Unit, now: number): Promise<Ready> {
  const keys = unit.set;
  const identity = (s.answers.one("contact") || "anonymous") === "anonymous" ? null
    : await splitIdentity({ instance: keys.instance, case: c.case }, { name: cleanLine(s.answers.one("name")), reach: cleanLine(s.answers.one("reach")) }, keys.custodians);
  const doc = idOf(random(16));
  const body: Report = {
    ...bodyOf(s, keys, [], { auth: "", recipient: "", sign: "" }, c.unit), via: "phone", identity: identity ? hexHash(identity.box) : "",
    taken: { consent: c.consent, minutes: Math.min(1440, Math.max(0, Math.round((now - c.began) / 60_000))), number: c.read },
  };
  const { sealed } = await askKeeper("sealEntry", { case: c.case, id: doc, unit: c.unit, day: s.offer.today, body, root: facts.root, list: facts.list });
  return {
    unit: c.unit,
    body: {
      case: c.case, doc, category: body.category, region: body.region, lang: body.lang, danger: body.danger, contact: body.contact, wish: body.wish,
      identity: identity && { box: base64(identity.box), shares: identity.shares.map((x) => ({ custodian: x.custodian, share: base64(x.sealed) })) },
      sealed: base64(sealed), number: c.read,
    },
  };
}

export const handIn = (r: Ready): Promise<Handed> => post<Handed>(`work/${r.unit}/entries/hand-in`, r.body);

/** Which groups of a pick-up number were read back otherwise, from 1; all of them for another length. */
export function missed(number: string, back: string): number[] {
  const digits = (s: string) => s.normalize("NFKC").replace(/[^0-9]/g, "");
  const want = digits(number).match(/.{4}/g) ?? [];
  const got = digits(back);
  if (got.length !== want.length * 4) return want.map((_, i) => i + 1);
  return want.flatMap((w, i) => (got.slice(4 * i, 4 * i + 4) === w ? [] : [i + 1]));
}
