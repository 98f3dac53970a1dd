// The administrator's keys: the root and its kit, made once; then lists of keys, proposed to the inspector.
import { fill, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post } from "./api";
import { markOf, newKit, signFirst } from "./ceremony";
import { sheets } from "./kitsheets";
import { propose } from "./propose";
import type { Person } from "./people";
import type { Me } from "./signin";
import { act, Notice, page, sentence, type View } from "./view";

/** What the server says of itself and of where the set-up stands. */
export interface Facts {
  instance: string;
  server: { ack: string; public_log: string; case_log: string };
  authority: Readonly<Record<string, string>>;
  /** Today, where the authority is. */
  day: string;
  /** The file of the list in force in base64, or null before the first. */
  list: string;
  version: number;
  root: string;
  recovery: { recipient: string; k: number; n: number; signature: string; day: string } | null;
  /** What waits for the inspector; kit: it brings a new recovery kit. */
  draft: { day: string; kit: boolean } | null;
  offices: { id: string; name: Readonly<Record<string, string>>; shown: string; parent: string; intake: boolean; roster: number; rosters: string[] }[];
  people: Person[];
}

export function keys(me: Me): View {
  return { path: "keys", title: t("desk.keys"), draw: (box) => draw(box, me) };
}

async function draw(box: HTMLElement, me: Me): Promise<void> {
  const facts = await get<Facts>("setup/facts");
  if (facts.version === 0) return choose(box, me, facts);
  const { entries } = await get<{ entries: { code: string; done: boolean }[] }>("setup/missing");
  const stale = facts.recovery !== null && entries.some((e) => e.code === "recovery" && !e.done);
  const list = h("dl", { class: "cl-pairs cl-gap" }, h("dt", {}, t("desk.list_version")), h("dd", {}, t("desk.list_of", { Version: facts.version })), h("dt", {}, t("desk.root_print")), h("dd", {}, h("code", { dir: "ltr" }, facts.root)),
    h("dt", {}, t("desk.recovery")), h("dd", {}, facts.recovery === null ? t("desk.recovery_none") : t("desk.recovery_of", { K: facts.recovery.k, N: facts.recovery.n, Day: date(facts.recovery.day) }),
      facts.recovery !== null && h("span", { class: "cl-nowrap" }, " · ", t("kit.mark"), " ", h("code", { dir: "ltr" }, markOf(facts.recovery.recipient))), h("br"), h("a", { href: kitPlace() }, facts.recovery === null ? t("kit.go_make") : t("kit.go"))));
  const place = h("div", { class: "cl-gap2" });
  page(box, t("desk.keys"), h("p", {}, t("desk.keys_lede")), list, stale && h("div", { class: "cl-gap" }, note("warn", t("kit.stale"), t("kit.stale_text"))), place);
  if (facts.draft !== null) fill(place, waiting(box, me, facts.draft));
  else fill(place, propose(facts, me, () => void draw(box, me)));
}

/** Where the kit is used and replaced. */
export const kitPlace = (): string => `/${location.pathname.split("/")[1] ?? ""}/kit`;

/** A change that waits for the inspector can be taken back. */
function waiting(box: HTMLElement, me: Me, d: { day: string; kit: boolean }): HTMLElement {
  const notice = new Notice();
  return h("section", {}, h("h2", {}, t("desk.draft")), note("", t("desk.draft_waits"), t("desk.draft_waits_text", { Day: date(d.day) })), d.kit && h("p", { class: "cl-gap" }, t("kit.waits")), notice.box, h("div", { class: "cl-actions" }, act(t("desk.draft_withdraw"), t("desk.remove_doing"), async () => {
    await post("draft/withdraw");
    await draw(box, me);
  }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary")));
}

/** How many sheets there are, and how many are needed. */
function choose(box: HTMLElement, me: Me, facts: Facts): void {
  const notice = new Notice();
  const ways: [number, number][] = [[2, 3], [3, 5]];
  const radios = h("div", { class: "govuk-radios" }, ...ways.map(([k, n], i) => h("div", { class: "govuk-radios__item" }, h("input", { class: "govuk-radios__input", type: "radio", name: "kit", id: `kit-${n}`, value: `${k} ${n}`, checked: i === 0 }), h("label", { class: "govuk-label govuk-radios__label", for: `kit-${n}` }, t("desk.kit_of", { K: k, N: n })), h("div", { class: "govuk-hint govuk-radios__hint" }, n === 3 ? t("desk.kit_hint_3") : t("desk.kit_hint_5")))));
  const go = act(t("desk.kit_make"), t("desk.kit_making"), async () => {
    const [k, n] = (radios.querySelector<HTMLInputElement>("input:checked")?.value ?? "2 3").split(" ").map(Number) as [number, number];
    const kit = await newKit(facts, k, n);
    sheets(box, facts, kit, (said) => first(box, me, facts, said));
  }, (e) => notice.fault(sentence(e)));
  page(box, t("desk.kit_title"), h("p", {}, t("desk.kit_lede")), h("ul", { class: "cl-list" }, h("li", {}, t("desk.kit_root")), h("li", {}, t("desk.kit_recovery")), h("li", {}, t("desk.kit_never"))), notice.box,
    h("fieldset", { class: "govuk-fieldset cl-gap" }, h("legend", { class: "govuk-fieldset__legend" }, t("desk.kit_how_many")), radios), h("div", { class: "cl-actions" }, go));
}

/** Signs the first list and sends it. The sheets are checked, so nothing is lost if the server does not answer: the page tries again. */
async function first(box: HTMLElement, me: Me, facts: Facts, notice: Notice): Promise<void> {
  const list = await signFirst(facts);
  const send = async () => {
    const { root } = await post<{ root: string }>("setup/first", list);
    page(box, t("desk.first_done"), note("ok", t("desk.first_done_note")), h("p", { class: "cl-gap" }, t("desk.first_print")), h("p", { class: "cl-command" }, h("code", { dir: "ltr" }, root)), h("p", {}, t("desk.first_next")), h("div", { class: "cl-actions" }, act(t("desk.first_go"), t("desk.first_go"), () => draw(box, me), () => undefined)));
  };
  try {
    await send();
  } catch (e) {
    notice.fault(sentence(e), t("desk.first_kept"));
    notice.box.append(h("div", { class: "cl-actions" }, act(t("desk.again"), t("desk.sending"), send, (x) => notice.fault(sentence(x), t("desk.first_kept")))));
  }
}
