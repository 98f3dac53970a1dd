// Who holds the key of an office: everybody in it sees the list, adds colleagues, and approves what another adds.
import { base64, fromBase64 } from "../../../browser/src/bytes";
import { Fault } from "../../../browser/src/fault";
import { parseEnvelope } from "../../../browser/src/proof/envelope";
import { type Member, parseRoster, type Roster } from "../../../browser/src/proof/roster";
import { fill, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post } from "./api";
import { awayLink } from "./away";
import { joinForm } from "./holdersadd";
import { askKeeper, withKey } from "./keeper";
import { dutyName } from "./names";
import type { Person } from "./people";
import type { Me } from "./signin";
import { staffingLink } from "./staffing";
import { type Facts, forgetFacts, ready, type Unit } from "./unit";
import { act, Notice, page, sentence, type View, wordGrid } from "./view";

/** An account of a member as the server says. Nothing is sealed to it before its words were compared. */
export type Colleague = Omit<Person, "door">;

/** What is drawn, and what draws it anew with a sentence of what was done. */
export interface Place {
  readonly me: Me;
  readonly facts: Facts;
  readonly people: readonly Colleague[];
  again(done: string): Promise<void>;
}

export function holders(me: Me): View {
  return { path: "holders", title: t("holders.title"), draw: (box) => draw(box, me, "") };
}

async function draw(box: HTMLElement, me: Me, done: string): Promise<void> {
  const place = h("div", {});
  page(box, t("holders.title"), h("p", {}, t("holders.lede")), done !== "" && h("div", { role: "status" }, note("ok", done)), place, staffingLink(), awayLink());
  await withKey(place, me, async () => {
    forgetFacts();
    let facts: Facts;
    try {
      facts = await ready(me);
    } catch (e) {
      fill(place, note("danger", e instanceof Fault && e.kind !== "locked" ? t("holders.false_list") : sentence(e), e instanceof Fault && e.kind !== "locked" ? t("holders.false_list_text") : null));
      return;
    }
    const people = facts.units.length === 0 ? [] : await get<Colleague[]>("work/people");
    const at: Place = { me, facts, people, again: (text) => draw(box, me, text) };
    const offices = await Promise.all(facts.units.map((u) => office(at, u)));
    fill(place, ...(offices.length === 0 ? [note("", t("holders.none"), t("holders.none_text"))] : offices));
  });
}

async function office(at: Place, u: Unit): Promise<HTMLElement> {
  const newest = u.rosters[u.rosters.length - 1]!;
  const { change } = await get<{ change: Change | null }>(`work/${u.unit}/change`);
  const gone = (m: Member) => at.people.some((p) => !p.active && p.account === m.id && p.recipient === m.recipient && p.sign === m.sign);
  const missing = u.mine.key !== "" && !u.holds;
  return h("section", { class: "cl-gap2", "data-unit": u.unit }, h("h2", {}, foreign(u.name)),
    missing && note("danger", t("holders.not_held"), t("holders.not_held_text")),
    newest.members.some(gone) && note("warn", t("holders.needs_key"), t("holders.needs_key_text")),
    change !== null && (await waiting(at, u, change)),
    h("ul", { class: "cl-list" }, ...newest.members.map((m) => h("li", {}, holder(at, u, m, gone(m))))),
    h("details", { class: "govuk-details" }, h("summary", { class: "govuk-details__summary" }, h("span", { class: "govuk-details__summary-text" }, t("holders.versions"))), h("div", { class: "govuk-details__text" }, h("ol", { class: "cl-list", reversed: true }, ...u.rosters.map((_, i) => version(u, i)).reverse()))),
    u.holds && change === null && joinForm(at, u));
}

/** One holder, with the words to compare when somebody asks for them. */
function holder(at: Place, u: Unit, m: Member, gone: boolean): HTMLElement {
  const words = h("div", {});
  const show = act(t("holders.words_show"), t("holders.words_show"), async () => {
    if (words.firstChild !== null) return fill(words);
    fill(words, await wordsOf(at, [m]).then(([w]) => wordGrid(w!.split(" "), t("desk.words_of", { Name: m.name }))));
  }, (e) => fill(words, note("danger", sentence(e))), "cl-plainbutton cl-linklike");
  show.setAttribute("aria-label", t("holders.words_show_of", { Name: m.name }));
  return h("div", {}, h("b", {}, foreign(m.name)), " ", h("span", { class: "cl-hint" }, foreign(m.id)), " ", m.key !== "" ? h("span", { class: "cl-tag cl-tag--seal" }, t("holders.holds")) : h("span", { class: "cl-tag" }, t("holders.holds_not")), " ",
    gone && h("span", { class: "cl-tag cl-tag--warn" }, t("desk.removed")), h("div", {}, duties(m), " · ", since(u, m)), show, words);
}

export const duties = (m: { roles: readonly string[] }): string => m.roles.map(dutyName).join(" · ");

/** The eight words of members, which the worker computes from their keys. */
export async function wordsOf(at: Place, members: readonly Member[]): Promise<string[]> {
  const { words } = await askKeeper("fingerprints", { holders: members.map((m) => ({ instance: at.facts.instance, role: "member", id: m.id, recipient: m.recipient, sign: m.sign })) });
  return words;
}

/** Since which version somebody stands on the list as now, and who put them there. */
function since(u: Unit, m: Member): string {
  const there = (r: Roster) => r.members.some((x) => x.id === m.id && x.recipient === m.recipient && x.sign === m.sign);
  let first = u.rosters.length - 1;
  while (first > 0 && there(u.rosters[first - 1]!)) first--;
  return t("holders.since", { Day: date(u.rosters[first]!.day), By: signedBy(u, first) });
}

/** Who signed a version: the root, or two members of the one before. */
function signedBy(u: Unit, i: number): string {
  const before = u.rosters[i - 1]?.members ?? [];
  const { signatures } = parseEnvelope(u.files[i]!);
  if (signatures.some((s) => s.role === "root")) return t("holders.by_root");
  const name = (role: string) => before.find((m) => m.sign === signatures.find((s) => s.role === role)?.key)?.name ?? "";
  return t("holders.by_two", { Holder: name("holder"), Approver: name("approver") });
}

function version(u: Unit, i: number): HTMLElement {
  const r = u.rosters[i]!;
  const before = u.rosters[i - 1]?.members ?? [];
  const names = (a: readonly Member[], b: readonly Member[]) => a.filter((m) => !b.some((x) => x.id === m.id)).map((m) => m.name).join(", ");
  const came = names(r.members, before);
  const went = names(before, r.members);
  return h("li", { value: String(r.version) }, t("holders.version", { Day: date(r.day), By: signedBy(u, i) }), came !== "" && h("div", {}, t("holders.came"), " ", foreign(came)), went !== "" && h("div", {}, t("holders.went"), " ", foreign(went)));
}

interface Change {
  roster: string;
  by: string;
  day: string;
  /** Why it can no longer come into force, or "". */
  fault: string;
}

/** What waits, for everybody in the office to see; an approver signs exactly what is shown here. */
async function waiting(at: Place, u: Unit, c: Change): Promise<HTMLElement> {
  const notice = new Notice();
  const place = h("div", {});
  const file = fromBase64(c.roster) ?? new Uint8Array(0);
  const shown = parseEnvelope(file);
  const newest = u.rosters[u.rosters.length - 1]!;
  const joins = parseRoster(shown.body).members.slice(newest.members.length);
  const words = await wordsOf(at, joins);
  const maker = newest.members.find((m) => m.sign === shown.signatures.find((s) => s.role === "holder")?.key);
  const mine = maker?.id === at.me.account;
  const approver = u.roles.includes("approver");
  const heard = h("input", { class: "govuk-checkboxes__input", type: "checkbox", id: "heard-" + u.unit });
  const approve = act(t("holders.approve"), t("holders.approving"), async () => {
    notice.clear();
    if (!heard.checked) return notice.fault(t("holders.approve_unheard"));
    await withKey(place, at.me, async () => {
      await ready(at.me); // an unlocked keeper holds the offices' keys again
      const { roster } = await askKeeper("approveRoster", { root: at.facts.root, list: at.facts.list, rosters: [...u.files], roster: file, shown: shown.body });
      await post(`work/${u.unit}/change/approve`, { roster: base64(roster) });
      await at.again(t("holders.approved", { Name: joins.map((m) => m.name).join(", ") }));
    });
  }, (e) => notice.fault(e instanceof Fault ? t("holders.approve_fault") : sentence(e)));
  const drop = act(mine ? t("holders.take_back") : t("holders.refuse"), t("desk.remove_doing"), async () => {
    await post(`work/${u.unit}/change/drop`);
    await at.again(mine ? t("holders.taken_back") : t("holders.refused"));
  }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary");
  const may = approver && !mine && c.fault === "";
  return h("div", { class: "cl-card cl-gap", "data-change": u.unit }, h("h3", {}, t("holders.waits")), h("p", {}, t("holders.waits_by", { Name: maker?.name ?? c.by, Day: date(c.day) })),
    c.fault !== "" && note("warn", t("holders.stale"), c.fault),
    ...joins.map((m, i) => h("div", { class: "cl-gap" }, h("p", {}, h("b", {}, foreign(m.name)), " ", h("span", { class: "cl-hint" }, foreign(m.id)), " · ", duties(m), " · ", m.key !== "" ? t("holders.will_hold") : t("holders.will_not_hold")), wordGrid(words[i]!.split(" "), t("desk.words_of", { Name: m.name })))),
    may && h("p", {}, t("holders.approve_how")),
    may && h("div", { class: "govuk-checkboxes" }, h("div", { class: "govuk-checkboxes__item" }, heard, h("label", { class: "govuk-label govuk-checkboxes__label", for: "heard-" + u.unit }, t("holders.heard")))),
    approver && mine && h("p", { class: "cl-hint" }, t("holders.own")), notice.box, place,
    h("div", { class: "cl-actions" }, may && approve, (approver || mine) && drop));
}
