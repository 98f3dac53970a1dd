// A colleague more in an office: their duties, and the eight words that they read out.
import { base64 } from "../../../browser/src/bytes";
import { Fault } from "../../../browser/src/fault";
import { foreign, h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { post } from "./api";
import type { Colleague, Place } from "./holders";
import { askKeeper, withKey } from "./keeper";
import { dutyName } from "./names";
import { ready, type Unit } from "./unit";
import { act, Field, Notice, sentence } from "./view";

/** Duties that somebody may be given here. Those in the signed list's rules get the office's key. */
const duties = ["triage", "handler", "approver", "intake"] as const;

/** The form for one more. What it makes waits for an approver. */
export function joinForm(at: Place, u: Unit): HTMLElement {
  const newest = u.rosters[u.rosters.length - 1]!;
  const free = at.people.filter((p) => p.active && !newest.members.some((m) => m.id === p.account));
  const id = (s: string) => `${s}-${u.unit}`;
  if (free.length === 0) return h("section", { class: "cl-gap2" }, h("h3", {}, t("holders.add")), h("p", { class: "cl-hint" }, t("holders.nobody")));
  const notice = new Notice();
  const place = h("div", {});
  const words = new Field(id("join-words"), t("holders.words"), { hint: t("desk.words_of_hint"), rows: 2, code: true });
  const who = choices(t("holders.who"), "radio", id("join"), free.map((p) => ({ value: p.account, label: foreign(p.name), hint: p.account })));
  const what = choices(t("holders.duties"), "checkbox", id("duty"), duties.map((d) => ({ value: d, label: dutyName(d), hint: "" })));
  const go = act(t("holders.add_go"), t("holders.adding"), async () => {
    notice.clear();
    words.fault("");
    const person = free.find((p) => chosen(who).includes(p.account));
    const roles = chosen(what);
    if (person === undefined) return notice.fault(t("holders.who_missing"));
    if (roles.length === 0) return notice.fault(t("holders.duties_missing"));
    if (words.value === "") return words.fault(t("desk.words_missing"));
    await withKey(place, at.me, () => send(at, u, person, roles, words.value).then(() => at.again(t("holders.added", { Name: person.name }))));
  }, (e) => {
    const f = e as { kind?: string };
    if (f.kind === "fingerprint") words.fault(t("desk.words_differ"));
    else notice.fault(e instanceof Fault ? t("holders.add_fault") : sentence(e));
  });
  return h("section", { class: "cl-gap2 cl-narrowbox", "data-join": u.unit }, h("h3", {}, t("holders.add")), h("p", {}, t("holders.add_text")), who, what, words.box, notice.box, place, h("div", { class: "cl-actions" }, go));
}

/** The worker checks the words against the keys that it seals to; what it signs waits at the server. */
async function send(at: Place, u: Unit, p: Colleague, roles: string[], words: string): Promise<void> {
  await ready(at.me);
  const newest = u.rosters[u.rosters.length - 1]!;
  const day = at.facts.day > newest.day ? at.facts.day : newest.day;
  const joins = [{ id: p.account, name: p.name, roles, recipient: p.recipient, sign: p.sign, words }];
  const made = await askKeeper("addMember", { root: at.facts.root, list: at.facts.list, rosters: [...u.files], day, joins });
  await post(`work/${u.unit}/change`, { roster: base64(made.roster), handed: made.handed.map((x) => ({ member: x.member, key: x.key, sealed: base64(x.sealed) })) });
}

function choices(title: string, type: "radio" | "checkbox", name: string, all: readonly { value: string; label: string | HTMLElement; hint: string }[]): HTMLElement {
  const css = type === "radio" ? "govuk-radios" : "govuk-checkboxes";
  return h("fieldset", { class: "govuk-fieldset cl-gap" }, h("legend", { class: "govuk-fieldset__legend" }, title), h("div", { class: css + (type === "checkbox" ? " cl-inline" : "") }, ...all.map((c) => h("div", { class: css + "__item" },
    h("input", { class: css + "__input", type, name, id: `${name}-${c.value}`, value: c.value }), h("label", { class: `govuk-label ${css}__label`, for: `${name}-${c.value}` }, c.label, c.hint !== "" && h("span", { class: "cl-hint" }, " ", foreign(c.hint)))))));
}

const chosen = (fieldset: HTMLElement): string[] => [...fieldset.querySelectorAll<HTMLInputElement>("input:checked")].map((i) => i.value).sort();
