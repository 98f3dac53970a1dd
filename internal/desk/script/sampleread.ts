// A sample at the inspector's door: what the case log witnesses, opened here and shown only where it is exactly what was logged.
import { fromBase64, hexHash } from "../../../browser/src/bytes";
import { parseProof, verifyCaseProof } from "../../../browser/src/proof/inclusion";
import { caseOrigin } from "../../../browser/src/proof/keys";
import { verifyKeySet } from "../../../browser/src/proof/keyset";
import { byId, type Child, fill, foreign, h, icon, note } from "../../site/script/dom";
import { bytes as sizeOf, date, t } from "../../site/script/words";
import { get, Refused } from "./api";
import { eventName, paragraphs } from "./casewords";
import { printButton } from "./inspectparts";
import { reviewForm, type Witnessed } from "./inspectreviews";
import type { Sample } from "./inspectsamples";
import { askKeeper, withKey } from "./keeper";
import type { Me } from "./signin";
import { Notice, page, sentence } from "./view";

interface Logged {
  chain: string;
  seq: number;
  kind: string;
  day: string;
  sealed: string;
  files: { blob: string; size: number; hash: string }[];
}

interface Leaf {
  kind: string;
  day: string;
  index: number;
  proof: string | null;
}

interface Answer {
  sample: Sample;
  case: string;
  docs: Logged[];
  leaves: Leaf[];
  sealed: string;
  list: string;
  root: string;
}

/** What leaves say, by hash: of documents and of attachments. */
interface Witness {
  leaf: Leaf;
  file: boolean;
}

/** Checks every leaf by the log's key of the signed list. Leaves that do not verify witness nothing. */
export function witnesses(a: { list: string; root: string; leaves: readonly Leaf[] }): { by: Map<string, Witness>; bad: Leaf[]; young: Leaf[] } {
  const set = verifyKeySet(need(a.list), { root: byId("app").dataset["root"] || a.root, requireProof: false });
  const by = new Map<string, Witness>();
  const bad: Leaf[] = [];
  const young: Leaf[] = [];
  for (const leaf of a.leaves) {
    if (leaf.proof === null) {
      young.push(leaf);
      continue;
    }
    try {
      const { event } = verifyCaseProof(parseProof(need(leaf.proof)), caseOrigin(set.instance), set.logs.cases);
      for (const hash of [event.report, event.doc]) if (hash !== "") by.set(hash, { leaf, file: false });
      for (const hash of event.files) by.set(hash, { leaf, file: true });
    } catch {
      bad.push(leaf);
    }
  }
  return { by, bad, young };
}

function need(text: string): Uint8Array {
  const b = fromBase64(text);
  if (b === null) throw new Error("not base64");
  return b;
}

/** Shows one sample: asks for the key, opens what was handed over, and checks each document against its leaf. */
export async function readSample(box: HTMLElement, me: Me, sample: string): Promise<void> {
  const place = h("div", {});
  const notice = new Notice();
  page(box, t("inspect.sample"), notice.box, place);
  await withKey(place, me, async () => {
    const a = await get<Answer>("samples/" + sample);
    const title = h("p", {}, h("b", {}, foreign(a.sample.number)), " · ", foreign(a.sample.office), " · ", t("inspect.answered_on", { Day: a.sample.answered === "" ? "–" : date(a.sample.answered) }), " ", foreign(a.sample.answered_by));
    if (a.sample.state === "open") return fill(place, title, note("", t("inspect.sample_open")));
    if (a.sample.state === "refused") {
      const { text } = await askKeeper("openText", { sealed: need(a.sealed) });
      return fill(place, title, note("warn", t("inspect.refused_title")), h("h2", {}, t("inspect.reasons")), ...paragraphs(text), printButton());
    }
    const seen = witnesses(a);
    const files = a.docs.map((d) => need(d.sealed));
    const { documents } = await askKeeper("openSample", { case: a.case, sealed: need(a.sealed), documents: files });
    fill(place, title, h("p", {}, t("inspect.sample_lede")), seen.bad.length > 0 && note("danger", t("inspect.leaf_bad", { Count: seen.bad.length }), t("inspect.chain_broken_text")), seen.young.length > 0 && note("", t("inspect.leaf_young", { Count: seen.young.length })),
      ...a.docs.map((d, i) => shown(d, hexHash(files[i]!), documents[i] ?? null, seen.by)), printButton());
    if (!a.sample.review) return;
    const exact = a.docs.flatMap((d, i) => {
      const leaf = seen.by.get(hexHash(files[i]!));
      const o = documents[i];
      return d.chain === "reporter" && leaf !== undefined && !leaf.file && o !== null && o !== undefined ? [o as Witnessed] : [];
    });
    try {
      place.append(await reviewForm(me, a.sample.number, exact));
    } catch (e) {
      if (!(e instanceof Refused) || e.status !== 409) throw e; // it was answered
    }
  }).catch((e: unknown) => notice.fault(sentence(e)));
}

type Opened = { body: object; document: { author: { role: string; id: string }; day: string } } | null;

/** One document. Words whose ciphertext no leaf names are not shown: they may be anybody's. */
function shown(d: Logged, hash: string, o: Opened, by: ReadonlyMap<string, Witness>): HTMLElement {
  const leaf = by.get(hash);
  const exact = leaf !== undefined && !leaf.file;
  const mark = exact ? h("span", { class: "cl-tag cl-tag--ok" }, icon("check"), t("inspect.exact")) : h("span", { class: "cl-tag cl-tag--danger" }, icon("warning"), t("inspect.not_logged"));
  const head = h("h2", {}, kindName(d.kind), " · ", date(d.day), " ", mark);
  if (!exact) return h("section", { class: "cl-card cl-gap2", "data-exact": "no" }, head, note("danger", t("inspect.not_logged_text")));
  if (o === null) return h("section", { class: "cl-card cl-gap2", "data-exact": "yes" }, head, note("warn", t("inspect.no_file_key"), t("inspect.no_file_key_text")));
  const { role, id } = o.document.author;
  return h("section", { class: "cl-card cl-gap2", "data-exact": "yes" }, head, h("p", { class: "cl-hint" }, role === "reporter" ? t("inspect.by_reporter") : foreign(id), " · ", eventName(leaf.leaf.kind), " · ", t("inspect.leaf", { N: leaf.leaf.index })),
    ...fields(o.body as Record<string, unknown>), ...d.files.map((f) => h("p", { class: "cl-hint" }, t("inspect.attachment", { Size: sizeOf(f.size) }), " ", by.get(f.hash)?.file === true ? t("inspect.attachment_logged") : t("inspect.attachment_named"))));
}

const labels: Readonly<Record<string, () => string>> = {
  what: () => t("inspect.field.what"), when: () => t("inspect.field.when"), where: () => t("inspect.field.where"), told: () => t("inspect.field.told"), how: () => t("inspect.field.how"), answers: () => t("inspect.field.answers"),
  reach: () => t("inspect.field.reach"), text: () => t("inspect.field.text"), reasons: () => t("inspect.reasons"), outcome: () => t("inspect.field.outcome"), code: () => t("inspect.field.code"), review: () => t("inspect.field.review"), addresses: () => t("inspect.field.addresses"),
  decision: () => t("inspect.field.decision"), act: () => t("inspect.act"), files: () => t("inspect.field.files"), approve: () => t("inspect.field.approve"),
};

/** The fields of a body that are words. What only machines use is left out. */
function fields(body: Readonly<Record<string, unknown>>): Child[] {
  const out: Child[] = [];
  for (const [name, label] of Object.entries(labels)) {
    const words = wordsOf(body[name]);
    if (words.length > 0) out.push(h("h3", {}, label()), ...words);
  }
  return out;
}

function wordsOf(v: unknown): HTMLElement[] {
  if (typeof v === "string") return v === "" ? [] : paragraphs(v);
  if (typeof v === "boolean") return [h("p", {}, v ? t("inspect.yes") : t("inspect.no"))];
  if (Array.isArray(v)) return v.flatMap(wordsOf);
  if (typeof v !== "object" || v === null) return [];
  const o = v as Record<string, unknown>;
  if (typeof o["name"] === "string" && typeof o["blob"] === "string") return paragraphs(o["name"]);
  if (typeof o["q"] === "string") return paragraphs(o["q"] + ": " + [...(o["values"] as string[]), o["text"] as string].filter((x) => x !== "").join(" · "));
  return fields(o) as HTMLElement[];
}

function kindName(kind: string): string {
  switch (kind) {
    case "report":
      return t("inspect.kind.report");
    case "message":
      return t("inspect.kind.message");
    case "reply":
      return t("inspect.kind.reply");
    case "decision":
      return t("inspect.kind.decision");
    case "proposal":
      return t("inspect.kind.proposal");
    case "approval":
      return t("inspect.kind.approval");
    case "note":
      return t("inspect.kind.note");
    default:
      return kind;
  }
}
