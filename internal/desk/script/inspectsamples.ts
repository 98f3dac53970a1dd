// Samples: the inspector asks for the keys of a case, waits, and reads what was logged.
import { fill, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post } from "./api";
import { choice, table } from "./inspectparts";
import { readSample } from "./sampleread";
import type { Me } from "./signin";
import { act, enterPresses, Field, Notice, page, sentence, type View } from "./view";

/** A sample as the list shows it. */
export interface Sample {
  sample: number;
  number: string;
  office: string;
  inspector: string;
  asked: string;
  due: string;
  state: "open" | "given" | "refused";
  late: boolean;
  answered_by: string;
  answered: string;
  mine: boolean;
  /** A reporter's request for review made it. */
  review: boolean;
}

interface Answer {
  samples: Sample[];
  next: number;
  offices: { id: string; name: string }[];
}

export function samples(me: Me): View {
  return { path: "samples", title: t("inspect.samples"), below: true, draw: (box) => {
    const one = /\/samples\/(\d+)\/?$/.exec(location.pathname)?.[1];
    return one === undefined ? draw(box, null) : readSample(box, me, one);
  } };
}

const segment = (): string => location.pathname.split("/")[1] ?? "";

function state(s: Sample): HTMLElement {
  if (s.state === "given") return h("span", { class: "cl-tag cl-tag--ok" }, t("inspect.sample_given"));
  if (s.state === "refused") return h("span", { class: "cl-tag cl-tag--danger" }, t("inspect.sample_refused"));
  return s.late ? h("span", { class: "cl-tag cl-tag--warn" }, t("inspect.sample_late")) : h("span", { class: "cl-tag" }, t("inspect.sample_open"));
}

async function draw(box: HTMLElement, asked: Sample | null): Promise<void> {
  const first = await get<Answer>("samples");
  const notice = new Notice();
  const list = h("div", {});
  const show = (a: Answer): void => {
    if (a.samples.length > 0) list.append(table(t("inspect.samples"), [t("inspect.number"), t("inspect.office"), t("inspect.asked"), t("inspect.due"), t("inspect.state"), t("inspect.read")], a.samples.map((s) => [
      foreign(s.number), foreign(s.office), date(s.asked), date(s.due), state(s), s.state !== "open" && s.mine ? h("a", { href: `/${segment()}/samples/${s.sample}` }, t("inspect.read_go")) : s.mine ? "–" : h("span", {}, t("inspect.of_other"), " ", foreign(s.inspector)),
    ])));
    if (a.next === 0) return;
    const b = act(t("inspect.more"), t("inspect.loading"), async () => {
      const next = await get<Answer>("samples?after=" + a.next);
      b.remove();
      show(next);
    }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary");
    list.append(b);
  };
  if (first.samples.length === 0) list.append(h("p", { class: "cl-hint" }, t("inspect.samples_none")));
  show(first);
  page(box, t("inspect.samples"), h("p", {}, t("inspect.samples_lede")), asked !== null && h("div", { role: "status" }, note("ok", t("inspect.sample_asked", { Number: asked.number, Day: date(asked.due) }))), asking(box, first.offices, notice), notice.box, h("h2", { class: "cl-gap2" }, t("inspect.samples_all")), list);
}

function asking(box: HTMLElement, offices: Answer["offices"], notice: Notice): HTMLElement {
  const number = new Field("sample-number", t("inspect.sample_number"), { hint: t("inspect.sample_number_hint"), code: true, width: 10 });
  const unit = choice("sample-unit", t("inspect.sample_unit"), t("inspect.sample_choose"), offices.map((o) => [o.id, o.name] as const), "");
  const byNumber = act(t("inspect.sample_ask"), t("inspect.asking"), async () => {
    notice.clear();
    number.fault("");
    if (number.value === "") return number.fault(t("inspect.sample_number_missing"));
    await draw(box, await post<Sample>("samples/ask", { number: number.value }));
  }, (e) => number.fault(sentence(e)));
  const byLot = act(t("inspect.sample_draw"), t("inspect.asking"), async () => {
    notice.clear();
    if (unit.input.value === "") return notice.fault(t("inspect.sample_choose_missing"));
    await draw(box, await post<Sample>("samples/ask", { unit: unit.input.value }));
  }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary");
  const form = h("div", {}, number.box, h("div", { class: "cl-actions" }, byNumber));
  enterPresses(form, byNumber);
  const place = h("div", { class: "cl-cols cl-cols--2 cl-noprint cl-gap2" });
  fill(place, h("section", { class: "cl-card" }, h("h2", {}, t("inspect.by_number")), form), h("section", { class: "cl-card" }, h("h2", {}, t("inspect.by_lot")), h("p", {}, t("inspect.by_lot_text")), unit.box, h("div", { class: "cl-actions" }, byLot)));
  return place;
}
