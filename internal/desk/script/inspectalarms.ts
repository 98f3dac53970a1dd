// What the inspector must look at: alarms, and cases past their time.
import { type Child, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post } from "./api";
import { clockName, stateName } from "./casewords";
import { minute, printButton, table } from "./inspectparts";
import { act, Notice, page, sentence, type View } from "./view";

interface Alarm {
  alarm: number;
  kind: string;
  at: string;
  who: string;
  office: string;
  number: string;
  detail?: { documents?: number; sample?: number };
  by: string;
  settled: string;
}

interface Answer {
  open: Alarm[];
  late: { office: string; count: number }[];
  settled: Alarm[];
  next: number;
}

export function alarms(): View {
  return { path: "alarms", title: t("inspect.alarms"), draw };
}

function what(a: Alarm): string {
  switch (a.kind) {
    case "handouts":
      return t("inspect.alarm.handouts");
    case "second_factor":
      return t("inspect.alarm.second_factor");
    case "sample_late":
      return t("inspect.alarm.sample_late");
    case "sample_refused":
      return t("inspect.alarm.sample_refused");
    default:
      return a.kind;
  }
}

function means(a: Alarm): string {
  switch (a.kind) {
    case "handouts":
      return t("inspect.alarm.handouts_text");
    case "second_factor":
      return t("inspect.alarm.second_factor_text");
    case "sample_late":
      return t("inspect.alarm.sample_late_text");
    default:
      return t("inspect.alarm.sample_refused_text");
  }
}

const facts = (a: Alarm): Child[] => [minute(a.at), ...(a.who === "" ? [] : [" · ", foreign(a.who)]), ...(a.office === "" ? [] : [" · ", foreign(a.office)]), ...(a.number === "" ? [] : [" · ", h("b", {}, foreign(a.number))])];

async function draw(box: HTMLElement): Promise<void> {
  const first = await get<Answer>("alarms");
  const notice = new Notice();
  const again = () => draw(box);
  const one = (a: Alarm) => h("li", { "data-alarm": a.alarm }, h("div", { class: "cl-alarm" }, h("b", {}, what(a)), h("p", {}, means(a)), h("p", { class: "cl-hint" }, ...facts(a))),
    act(t("inspect.settle"), t("inspect.settling"), async () => {
      await post("alarms/settle", { alarm: a.alarm });
      await again();
    }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary"));
  const past = h("div", {});
  const more = (settled: readonly Alarm[], next: number): void => {
    past.append(...settled.map((a) => h("p", { class: "cl-gap" }, h("b", {}, what(a)), " · ", ...facts(a), h("br"), h("span", { class: "cl-hint" }, t("inspect.settled_by", { Day: date(a.settled) }), " ", foreign(a.by)))));
    if (next === 0) return;
    const b = act(t("inspect.more"), t("inspect.loading"), async () => {
      const a = await get<Answer>("alarms?after=" + next);
      b.remove();
      more(a.settled, a.next);
    }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary");
    past.append(b);
  };
  more(first.settled, first.next);
  page(box, t("inspect.alarms"), h("p", {}, t("inspect.alarms_lede")), notice.box,
    first.open.length === 0 ? note("ok", t("inspect.alarms_none")) : h("ul", { class: "cl-todo" }, ...first.open.map(one)),
    h("section", { class: "cl-gap2" }, h("h2", {}, t("inspect.clocks")), first.late.length === 0 ? h("p", {}, t("inspect.clocks_none")) : h("ul", { class: "cl-list" }, ...first.late.map((l) => h("li", {}, foreign(l.office), " · ", l.count >= 1000 ? t("inspect.many") : t("inspect.cases", { Count: l.count })))),
      first.late.length > 0 && h("p", {}, h("a", { href: "clocks" }, t("inspect.clocks_go")))),
    h("section", { class: "cl-gap2" }, h("h2", {}, t("inspect.settled")), first.settled.length === 0 ? h("p", { class: "cl-hint" }, t("inspect.settled_none")) : past), printButton());
}

interface Late {
  number: string;
  office: string;
  state: string;
  clock: string;
  due: string;
  /** The day on which it was written down that the time was over, "" before. */
  reached: string;
}

export function clocks(): View {
  return { path: "clocks", title: t("inspect.clocks"), draw: (box) => drawClocks(box) };
}

/** looked is the number of a case whose suspension was just looked at. */
async function drawClocks(box: HTMLElement, looked = ""): Promise<void> {
  const list = h("div", {});
  const notice = new Notice();
  const load = async (after: string): Promise<void> => {
    const a = await get<{ cases: Late[]; next: string }>("clocks" + (after === "" ? "" : "?after=" + encodeURIComponent(after)));
    if (a.cases.length > 0) list.append(table(t("inspect.clocks"), [t("inspect.number"), t("inspect.office"), t("inspect.clock"), t("inspect.due"), t("inspect.reached"), t("inspect.state")],
      a.cases.map((c) => [foreign(c.number), foreign(c.office), clockName(c.clock), date(c.due), c.reached === "" ? t("inspect.reached_not") : date(c.reached), stateName(c.state)])));
    else if (after === "") list.append(note("ok", t("inspect.clocks_none")));
    if (a.next === "") return;
    const b = act(t("inspect.more"), t("inspect.loading"), async () => {
      await load(a.next);
      b.remove();
    }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary");
    list.append(b);
  };
  await load("");
  page(box, t("inspect.clocks"), h("p", {}, t("inspect.clocks_lede"), " ", h("a", { href: "rules" }, t("rules.link"))), notice.box, list, await suspended((number) => drawClocks(box, number), notice), printButton());
  if (looked !== "") notice.good(t("inspect.suspended_looked", { Number: looked }));
}

/** Inquiries that wait. The inspector's look starts the clock of each again. */
async function suspended(again: (number: string) => Promise<void>, notice: Notice): Promise<HTMLElement> {
  const { cases } = await get<{ cases: { number: string; office: string; since: string; due: string }[] }>("suspended");
  const look = (number: string): HTMLElement => act(t("inspect.suspended_look"), t("inspect.settling"), async () => {
    await post("suspended/look", { number });
    await again(number);
  }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary cl-button--small");
  return h("section", { class: "cl-gap2", id: "suspended" }, h("h2", {}, t("inspect.suspended")), h("p", {}, t("inspect.suspended_lede")),
    cases.length === 0 ? note("ok", t("inspect.suspended_none")) : table(t("inspect.suspended"), [t("inspect.number"), t("inspect.office"), t("inspect.suspended_since"), t("inspect.due"), t("inspect.suspended_act")],
      cases.map((c) => [foreign(c.number), foreign(c.office), date(c.since), date(c.due), look(c.number)])));
}

