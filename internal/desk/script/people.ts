// Who has an account, and links for those who shall have one.
import { roleName } from "./names";
import { fill, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post } from "./api";
import { awayLink } from "./away";
import type { Me } from "./signin";
import { act, enterPresses, Field, Notice, page, sentence, type View } from "./view";

/** Somebody with an account at one of the doors. */
export interface Person {
  account: string;
  name: string;
  role: Me["role"];
  door: string;
  day: string;
  active: boolean;
  recipient: string;
  sign: string;
}

/** A link that was made and not used yet. */
interface Open {
  account: string;
  name: string;
  role: Me["role"];
  minutes: number;
}

export function people(me: Me): View {
  return { path: "people", title: t("desk.people"), draw: (box) => draw(box, me) };
}

async function draw(box: HTMLElement, me: Me): Promise<void> {
  const { accounts, invitations } = await get<{ accounts: Person[]; invitations: Open[] }>("people");
  const { entries } = await get<{ entries: { code: string; text: string }[] }>("setup/missing");
  const needed = entries.filter((e) => e.code === "new_key");
  const made = h("div", {});
  const rows = accounts.map((p) => h("tr", {}, h("th", { scope: "row" }, foreign(p.name), h("small", {}, foreign(p.account))), h("td", {}, roleName(p.role)), h("td", {}, p.active ? date(p.day) : t("desk.removed")), h("td", {}, p.active && p.account !== me.account && p.role !== "inspector" && remove(p, box, me))));
  page(box, t("desk.people"), h("p", {}, t("desk.people_lede")), awayLink(), made,
    needed.length > 0 && note("warn", t("holders.newkey_needed"), h("ul", { class: "cl-list" }, ...needed.map((e) => h("li", {}, e.text))), h("p", {}, h("a", { href: `/${location.pathname.split("/")[1] ?? ""}/keys` }, t("holders.newkey_go")))),
    h("div", { class: "cl-scroll" }, h("table", { class: "cl-table" }, h("caption", { class: "govuk-visually-hidden" }, t("desk.people")), h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("desk.person")), h("th", { scope: "col" }, t("desk.role")), h("th", { scope: "col" }, t("desk.since")), h("th", { scope: "col" }, h("span", { class: "govuk-visually-hidden" }, t("desk.act"))))), h("tbody", {}, ...rows))),
    invitations.length > 0 && h("section", { class: "cl-gap2" }, h("h2", {}, t("desk.links_open")), h("ul", { class: "cl-list" }, ...invitations.map((o) => h("li", {}, foreign(o.name), " · ", roleName(o.role), " · ", t("desk.join_minutes", { Count: o.minutes }))))),
    invite(box, made, me));
}

/** Asks once more before somebody loses their account. */
function remove(p: Person, box: HTMLElement, me: Me): HTMLElement {
  const cell = h("span", { class: "cl-rowact" });
  const ask = (): void => fill(cell, h("span", { role: "alert" }, t("desk.remove_sure", { Name: p.name })), " ", act(t("desk.remove_yes"), t("desk.remove_doing"), async () => {
    await post("people/remove", { account: p.account, door: p.door });
    await draw(box, me);
  }, (e) => fill(cell, note("danger", sentence(e))), "cl-plainbutton cl-linklike"), " ", act(t("desk.no"), t("desk.no"), async () => { offer(); }, () => undefined, "cl-plainbutton cl-linklike"));
  const offer = (): void => fill(cell, act(t("desk.remove"), t("desk.remove"), async () => { ask(); }, () => undefined, "cl-plainbutton cl-linklike"));
  offer();
  return cell;
}

function invite(box: HTMLElement, made: HTMLElement, me: Me): HTMLElement {
  const name = new Field("name", t("desk.invite_name"), { hint: t("desk.invite_name_hint"), width: 20 });
  const id = new Field("account", t("desk.account_new"), { hint: t("desk.account_new_hint"), code: true, width: 20 });
  const notice = new Notice();
  const role = h("div", { class: "govuk-radios" }, ...(["member", "custodian"] as const).map((r, i) => h("div", { class: "govuk-radios__item" },
    h("input", { class: "govuk-radios__input", type: "radio", name: "role", id: "role-" + r, value: r, checked: i === 0 }), h("label", { class: "govuk-label govuk-radios__label", for: "role-" + r }, roleName(r)), h("div", { class: "govuk-hint govuk-radios__hint" }, r === "member" ? t("desk.role_hint_member") : t("desk.role_hint_custodian")))));
  const go = act(t("desk.invite"), t("desk.invite_making"), async () => {
    notice.clear();
    name.fault("");
    id.fault("");
    if (name.value === "") return name.fault(t("desk.name_missing"));
    if (!/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(id.value)) return id.fault(t("desk.account_format"));
    const wanted = role.querySelector<HTMLInputElement>("input:checked")?.value ?? "member";
    const { link } = await post<{ link: string }>("people/invite", { account: id.value, name: name.value, role: wanted });
    const who = name.value;
    await draw(box, me);
    const place = box.querySelector<HTMLElement>("[data-made]");
    if (place !== null) fill(place, note("ok", t("desk.invited", { Name: who }), h("p", {}, t("desk.invited_text")), h("p", { class: "cl-command" }, h("code", { dir: "ltr" }, link))));
  }, (e) => notice.fault(sentence(e)));
  made.setAttribute("data-made", "");
  const form = h("section", { class: "cl-gap2 cl-narrowbox" }, h("h2", {}, t("desk.invite_title")), notice.box, name.box, id.box, h("fieldset", { class: "govuk-fieldset" }, h("legend", { class: "govuk-fieldset__legend" }, t("desk.role")), role), h("div", { class: "cl-actions" }, go));
  enterPresses(form, go);
  return form;
}
