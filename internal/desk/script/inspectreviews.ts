// Reviews: a reporter has asked for the inspector's eyes. The list of those that wait, and the answer to one, which the inspector signs
// with the key of the public list and with nothing else (docs/design/0020-review-by-the-inspector.md).
import type { Bodies } from "../../../browser/src/bodies";
import { base64, fromBase64, random } from "../../../browser/src/bytes";
import type { Frame } from "../../../browser/src/staff/letters";
import { idOf } from "../../../browser/src/syntax";
import { type Child, fill, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post } from "./api";
import { Drafts, keptBox, keptChoice, keptField } from "./casedraft";
import { Writing } from "./caseletter";
import { codeName } from "./casewords";
import { table } from "./inspectparts";
import type { Sample } from "./inspectsamples";
import { askKeeper, withKey } from "./keeper";
import type { Me } from "./signin";
import { act, Notice, page, sentence, type View } from "./view";

interface Waiting {
  number: string;
  office: string;
  asked: string;
  due: string;
  sample: Sample | null;
}

/** A review as GET reviews/N answers. */
interface ReviewFile extends Waiting {
  case: string;
  unit: string;
  lang: string;
  seen: number;
  code: string;
  two: boolean;
  day: string;
  heads: Readonly<Record<string, { seq: number; sealed: string }>>;
  list: string;
  root: string;
}

/** A document of a sample that is exactly what was logged. */
export interface Witnessed {
  document: { kind: string; seq: number; chain?: string };
  body: object;
  signers: readonly { role: string; key: string }[];
}

const segment = (): string => location.pathname.split("/")[1] ?? "";

export function reviews(me: Me): View {
  return { path: "reviews", title: t("inspect.reviews"), below: true, draw: (box) => {
    const one = /\/reviews\/([^/]+)\/?$/.exec(location.pathname)?.[1];
    return one === undefined ? draw(box) : unread(box, me, decodeURIComponent(one));
  } };
}

async function draw(box: HTMLElement): Promise<void> {
  const { reviews: all } = await get<{ reviews: Waiting[] }>("reviews");
  page(box, t("inspect.reviews"), h("p", {}, t("inspect.reviews_lede")),
    all.length === 0 ? note("ok", t("inspect.reviews_none")) : table(t("inspect.reviews"), [t("inspect.number"), t("inspect.office"), t("inspect.asked"), t("inspect.due"), t("inspect.state"), t("inspect.read")], all.map((r) => [
      foreign(r.number), foreign(r.office), date(r.asked), date(r.due), ...way(r),
    ])));
}

/** How far the office is with handing the case over, and what can be done. */
function way(r: Waiting): [Child, Child] {
  const s = r.sample;
  const link = (to: string, text: string) => h("a", { href: `/${segment()}/${to}` }, text);
  if (s === null) return [h("span", { class: "cl-tag" }, t("inspect.review_unasked")), link("samples", t("inspect.samples"))];
  if (s.state === "given") return [h("span", { class: "cl-tag cl-tag--ok" }, t("inspect.sample_given")), link("samples/" + s.sample, t("inspect.review_go"))];
  if (s.late) return [h("span", { class: "cl-tag cl-tag--warn" }, t("inspect.sample_late")), link("reviews/" + encodeURIComponent(r.number), t("inspect.review_unread"))];
  return [h("span", { class: "cl-tag" }, t("inspect.review_until", { Day: date(s.due) })), "\u2013"];
}

/** An office that hands nothing over: a decision that nobody will show cannot stand. */
async function unread(box: HTMLElement, me: Me, number: string): Promise<void> {
  const place = h("div", {});
  page(box, t("inspect.review"), place);
  const f = await get<ReviewFile>("reviews/" + encodeURIComponent(number));
  const head = h("p", {}, h("b", {}, foreign(f.number)), " \u00b7 ", foreign(f.office));
  if (f.sample?.late !== true) return fill(place, head, note("", t("inspect.review_wait")));
  fill(place, head, note("warn", t("inspect.review_unread_title"), t("inspect.review_unread_text")), answerForm(me, f, ""));
}

/** The form below what was read; null when no review of this case waits any more. docs are what the case log witnesses, in their order. */
export async function reviewForm(me: Me, number: string, docs: readonly Witnessed[]): Promise<HTMLElement> {
  const f = await get<ReviewFile>("reviews/" + encodeURIComponent(number));
  const to = mailboxOf(docs);
  if (to === "") return note("warn", t("inspect.review_no_mailbox"), t("inspect.review_no_mailbox_text"));
  return answerForm(me, f, to);
}

/** The reporter's recipient: the report's, or that of a change of code that the mailbox before had signed. */
function mailboxOf(docs: readonly Witnessed[]): string {
  let now: Bodies["rekey"]["mailbox"] | null = null;
  for (const d of docs) {
    if (d.document.kind === "report") now = (d.body as Bodies["report"]).mailbox ?? null;
    const key: string = now?.sign ?? "";
    if (d.document.kind === "rekey" && d.signers.some((s) => s.role === "reporter" && s.key === key)) now = (d.body as Bodies["rekey"]).mailbox;
  }
  return now?.recipient ?? "";
}

/** With to "" the office hands nothing over: the letter goes to the office alone, which seals it on, and it can only be sent back. */
function answerForm(me: Me, f: ReviewFile, to: string): HTMLElement {
  const drafts = new Drafts();
  const notice = new Notice();
  const key = h("div", {});
  const letter = h("div", {});
  const writing = new Writing({ drafts, file: { lang: f.lang }, template: (template) => post<Frame>(`reviews/${encodeURIComponent(f.number)}/letter`, { template }) }, "review", { label: t("casepage.reasons"), hint: t("inspect.review_hint"), rows: 5 });
  const inside = keptField(drafts, "review-inside-text", t("casepage.reasons_inside"), { hint: t("casepage.reasons_inside_hint"), rows: 5 });
  const voice = (v: string) => v === "send_back" && f.two;
  const show = (v: string) => {
    fill(letter, ...(v === "" ? [] : voice(v) ? [h("p", { class: "cl-hint" }, t("inspect.review_two")), inside.box] : [writing.box, writing.preview]));
    if (v !== "" && !voice(v)) writing.load(v === "uphold" ? "upheld" : "sent_back", "");
  };
  const choice = keptChoice(drafts, "review-act", t("inspect.review_which"), [...(to === "" ? [] : [{ id: "uphold", label: t("inspect.review_uphold") }]), { id: "send_back", label: t("inspect.review_send_back") }], show);
  const own = keptBox(drafts, "review-interest", t("casepage.interest"));
  const missing = h("p", { class: "govuk-error-message", role: "alert", hidden: true }, t("casepage.interest_missing"));
  const send = act(t("casepage.seal_send"), t("casepage.sealing"), async () => {
    notice.clear();
    choice.fault("");
    inside.fault("");
    const v = choice.value;
    missing.hidden = own.on;
    if (v === "") return choice.fault(t("inspect.review_missing"));
    if (voice(v) && inside.value === "") return inside.fault(t("casepage.reasons_missing"));
    if ((!voice(v) && !writing.complete(t("casepage.reasons_missing"))) || !own.on) return;
    await withKey(key, me, async () => {
      const template = v === "uphold" ? "upheld" : "sent_back";
      const chain = voice(v) ? "inside" : "unit";
      const body = voice(v) ? { text: inside.value, files: [] } : { ...(await writing.write(template, "")), files: [], template };
      const before = f.heads[chain] ?? { seq: 0, sealed: "" };
      const id = idOf(random(16));
      const kind = voice(v) ? ("note" as const) : ("reply" as const);
      const { sealed } = await askKeeper("sealReview", { case: f.case, unit: f.unit, day: f.day, kind, id, seq: before.seq + 1, prev: before.sealed, body, root: f.root, list: fromBase64(f.list) ?? new Uint8Array(0), ...(!voice(v) && to !== "" && { reporter: to }) });
      await post(`reviews/${encodeURIComponent(f.number)}/answer`, { act: v, seen: f.seen, doc: { id, chain, kind, seq: before.seq + 1, prev: before.sealed, sealed: base64(sealed), files: [] } });
      fill(form, h("h2", {}, t("inspect.review_answer")), note("ok", voice(v) ? t("inspect.review_voiced") : t("inspect.review_answered"), h("p", {}, h("a", { href: `/${segment()}/reviews` }, t("inspect.reviews")))));
    });
  }, (e) => notice.fault(sentence(e)));
  const form = h("section", { class: "cl-card cl-decide cl-gap2 cl-noprint", id: "review-form" }, h("h2", {}, t("inspect.review_answer")), f.code !== "" && h("p", {}, h("b", {}, f.code + " "), codeName(f.code)), h("p", { class: "cl-hint" }, t("inspect.review_signed")),
    choice.box, letter, h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, missing, own.box), notice.box, key, h("div", { class: "cl-actions" }, send));
  return form;
}
