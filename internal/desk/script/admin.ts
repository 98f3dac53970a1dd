// What an administrator looks at beside people: offices and who holds their keys, hours and numbers, settings. Nothing is changed here.
import { foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get } from "./api";
import { minute, table } from "./inspectparts";
import { dutyName } from "./names";
import { type InForce, inForce } from "./workyear";
import { page, type View } from "./view";

interface Office {
  id: string;
  name: string;
  parent: string;
  intake: boolean;
  since: string;
  roster: number;
  day: string;
  holders: { account: string; name: string; roles: string[]; holds: boolean; lost: boolean }[];
}

export function offices(): View {
  return { path: "offices", title: t("admin.offices"), draw: drawOffices };
}

async function drawOffices(box: HTMLElement): Promise<void> {
  const { offices: all } = await get<{ offices: Office[] }>("admin/offices");
  const known = new Set(all.map((o) => o.id));
  const branch = (parent: string): HTMLElement | false => {
    const below = all.filter((o) => (parent === "" ? o.parent === "" || !known.has(o.parent) : o.parent === parent));
    return below.length > 0 && h("ul", { class: "cl-tree" }, ...below.map((o) => h("li", {}, one(o), branch(o.id))));
  };
  const lost = all.filter((o) => o.holders.some((m) => m.lost));
  page(box, t("admin.offices"), h("p", {}, t("admin.offices_lede")), lost.length > 0 && note("danger", t("admin.needs_key", { Count: lost.length }), t("admin.needs_key_text")), branch(""));
}

function one(o: Office): HTMLElement {
  const holding = o.holders.filter((m) => m.holds).length;
  return h("section", { class: "cl-card", "data-office": o.id }, h("h2", {}, foreign(o.name), " ", h("span", { class: "cl-tag" }, o.intake ? t("admin.intake") : t("admin.intake_not")), " ", o.holders.some((m) => m.lost) && h("span", { class: "cl-tag cl-tag--danger" }, t("admin.new_key"))),
    h("p", { class: "cl-hint" }, o.since === "" ? t("admin.key_none") : t("admin.key_since", { Day: date(o.since) }), " · ", t("admin.holding", { Count: holding }), o.roster > 0 && " · " + t("admin.roster", { N: o.roster, Day: date(o.day) })),
    o.holders.length > 0 && h("ul", { class: "cl-list" }, ...o.holders.map((m) => h("li", {}, foreign(m.name), " ", h("span", { class: "cl-hint" }, foreign(m.account)), m.roles.length > 0 && " · " + m.roles.map(dutyName).join(" · "), m.holds && " · " + t("admin.holds"), m.lost && h("span", { class: "cl-tag cl-tag--warn" }, t("admin.lost"))))));
}

interface Day {
  day: string;
  kind: string;
  name: string;
  spans: string[];
}

interface Hours {
  numbers: { label: string; number: string; tel: string; hours: string; note: string }[];
  text: string;
  zone: string;
  staffed: boolean;
  next: string;
  week: Day[];
  special: Day[];
  years: number[];
  source: string;
  today: string;
  calendar: InForce;
}

export function hours(): View {
  return { path: "hours", title: t("admin.hours"), draw: drawHours };
}

const spans = (d: Day): string => (d.spans.length === 0 ? t("admin.nobody") : d.spans.join(" · "));
const kind = (k: string): string => (k === "holiday" ? t("admin.holiday") : k === "make_up" ? t("admin.make_up") : "");

async function drawHours(box: HTMLElement): Promise<void> {
  const a = await get<Hours>("admin/hours");
  page(box, t("admin.hours"), h("p", {}, t("admin.hours_lede")),
    a.staffed ? note("ok", t("admin.staffed_now")) : note("", a.next === "" ? t("admin.staffed_never") : t("admin.staffed_next", { When: minute(a.next) })),
    h("section", { class: "cl-gap2" }, h("h2", {}, t("admin.numbers")), table(t("admin.numbers"), [t("admin.label"), t("admin.number"), t("admin.when"), t("admin.note")], a.numbers.map((n) => [foreign(n.label), h("span", { dir: "ltr" }, foreign(n.number)), foreign(n.hours), foreign(n.note)]))),
    h("section", { class: "cl-gap2" }, h("h2", {}, t("admin.week")), h("p", {}, foreign(a.text), " ", h("span", { class: "cl-hint", dir: "ltr" }, a.zone)), table(t("admin.week"), [t("admin.day"), t("admin.spans"), t("admin.kind")], a.week.map((d) => [date(d.day), spans(d), kind(d.kind)]))),
    inForce(a.calendar, a.years, a.special, a.today, a.source),
    h("section", { class: "cl-gap2" }, h("h2", {}, t("admin.special")), a.special.length === 0 ? h("p", {}, t("admin.special_none")) : table(t("admin.special"), [t("admin.day"), t("admin.kind"), t("calendar.name"), t("admin.spans")], a.special.map((d) => [date(d.day), kind(d.kind), foreign(d.name), spans(d)]))));
}

interface Setting {
  name: string;
  env: string;
  help: string;
  default: string;
  value: string;
  hidden: boolean;
}

export function configuration(): View {
  return { path: "settings", title: t("admin.settings"), draw: drawSettings };
}

async function drawSettings(box: HTMLElement): Promise<void> {
  const { settings } = await get<{ settings: Setting[] }>("admin/settings");
  const value = (s: Setting) => (s.hidden ? h("span", { class: "cl-hint" }, t("admin.hidden")) : s.value === "" ? h("span", { class: "cl-hint" }, t("admin.empty")) : h("span", {}, h("code", { dir: "ltr" }, s.value), s.value !== s.default && h("span", { class: "cl-tag cl-tag--go" }, t("admin.changed"))));
  page(box, t("admin.settings"), h("p", {}, t("admin.settings_lede")), table(t("admin.settings"), [t("admin.setting"), t("admin.value"), t("admin.means"), t("admin.env")], settings.map((s) => [h("code", { dir: "ltr" }, s.name), value(s), h("span", { lang: "en", dir: "ltr" }, s.help), h("code", { dir: "ltr" }, s.env)])));
}
