// The card on a case page: the inspector asks for the keys of this case, and a member gives them or says why not.
import { base64, fromBase64, hexHash } from "../../../browser/src/bytes";
import { fill, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { post } from "./api";
import type { CaseFile } from "./casetypes";
import { askKeeper, withKey } from "./keeper";
import type { Me } from "./signin";
import type { Facts } from "./unit";
import { act, Field, Notice, sentence } from "./view";

/** What the card stands on. facts holds the verified list of keys: the inspector's key is taken from it, never from the server's word. */
export interface SampleAsk {
  me: Me;
  unit: string;
  facts: Facts;
  file: Pick<CaseFile, "case" | "samples" | "events" | "docs">;
  /** The sample was answered: the case should be asked for again. */
  done(): void | Promise<void>;
}

/** Cards for what the inspector asked about this case; none when nothing is open. */
export function sampleCard(o: SampleAsk): HTMLElement | null {
  const s = o.file.samples[0];
  if (s === undefined) return null;
  const title = h("h2", {}, t("inspect.card_title"));
  const inspector = o.facts.set.inspectors.find((p) => p.id === s.inspector);
  if (inspector === undefined) return h("section", { class: "cl-card", id: "sample" }, title, note("danger", t("inspect.card_unlisted"), t("inspect.card_unlisted_text")));
  const place = h("div", {});
  const notice = new Notice();
  const answered = async (body: object, text: string): Promise<void> => {
    await post(`work/${o.unit}/sample/${s.sample}`, body);
    fill(card, title, note("ok", text));
    await o.done();
  };
  const give = act(t("inspect.card_give"), t("inspect.card_giving"), () => withKey(place, o.me, async () => {
    notice.clear();
    const { sealed } = await askKeeper("fileKeys", { case: o.file.case, ...logged(o.file), to: inspector.recipient, root: o.facts.root, list: o.facts.list });
    await answered({ sealed: base64(sealed) }, t("inspect.card_given"));
  }), (e) => notice.fault(sentence(e)));
  const why = new Field("sample-why", t("inspect.card_why"), { hint: t("inspect.card_why_hint"), rows: 3 });
  const refuse = act(t("inspect.card_refuse"), t("inspect.card_giving"), async () => {
    why.fault("");
    if (why.value === "") return why.fault(t("inspect.card_why_missing"));
    await withKey(place, o.me, async () => {
      const { sealed } = await askKeeper("sealText", { text: why.value, to: inspector.recipient });
      await answered({ refused: base64(sealed) }, t("inspect.card_refused"));
    });
  }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary");
  const card = h("section", { class: "cl-card", id: "sample" }, title, h("p", {}, s.review ? t("inspect.card_review", { Day: date(s.due) }) : t("inspect.card_text", { Day: date(s.due) }), " ", foreign(s.inspector)), notice.box, place, h("div", { class: "cl-actions" }, give),
    !s.review && h("details", { class: "cl-more" }, h("summary", {}, t("inspect.card_not")), why.box, h("div", { class: "cl-actions" }, refuse)));
  return card;
}

/** What the case log witnesses: the documents that events of the case name, and every letter to the reporter, which a decision is not named by. */
function logged(f: SampleAsk["file"]): { documents: Uint8Array[]; hashes: string[] } {
  const named = new Set(f.events.map((e) => e.doc));
  const docs = f.docs.filter((d) => (named.has(d.doc) || d.chain === "unit") && d.withheld !== true);
  const documents = docs.map((d) => {
    const b = fromBase64(d.sealed);
    if (b === null) throw new Error("not base64");
    return b;
  });
  return { documents, hashes: docs.map((d) => (d.given === true ? d.hash : hexHash(fromBase64(d.sealed)!))) };
}
