// The audit log as the inspector reads it, and every change of who holds keys.
import { fill, foreign, h, note } from "../../site/script/dom";
import { date, num, t } from "../../site/script/words";
import { get, post } from "./api";
import { kitLine, type NewKit } from "./inspectkit";
import { auditAct, auditActs, choice, detailOf, minute, person, printButton, table } from "./inspectparts";
import { dutyName, roleName } from "./names";
import { act, Field, Notice, page, sentence, type View, wordGrid } from "./view";

interface Entry {
  seq: number;
  at: string;
  who: string;
  office: string;
  act: string;
  number: string;
  outcome: string;
  detail?: unknown;
  hash: string;
  fits: boolean;
}

interface Page {
  entries: Entry[];
  next: number;
  offices: { id: string; name: string }[];
}

export function audit(): View {
  return { path: "audit", title: t("inspect.audit"), draw: drawAudit };
}

async function drawAudit(box: HTMLElement): Promise<void> {
  const notice = new Notice();
  const first = await get<Page>("audit");
  const list = h("div", { id: "entries" });
  const who = new Field("audit-who", t("inspect.who"), { hint: t("inspect.who_hint"), code: true, width: 10 });
  const day = new Field("audit-day", t("inspect.day"), { hint: t("inspect.day_hint"), code: true, width: 10 });
  const kind = choice("audit-act", t("inspect.act"), t("inspect.all"), auditActs(), "");
  const unit = choice("audit-unit", t("inspect.office"), t("inspect.all"), first.offices.map((o) => [o.id, o.name] as const), "");
  const outcome = choice("audit-outcome", t("inspect.outcome"), t("inspect.all"), [["allowed", t("inspect.allowed")], ["denied", t("inspect.denied")]], "");
  const query = (after: number): string => {
    const q = new URLSearchParams();
    for (const [name, value] of [["who", who.value], ["day", day.value], ["act", kind.input.value], ["unit", unit.input.value], ["outcome", outcome.input.value], ["after", after === 0 ? "" : String(after)]] as const) if (value !== "") q.set(name, value);
    return "audit?" + q.toString();
  };
  const show = (p: Page): void => {
    if (p.entries.some((e) => !e.fits)) list.append(note("danger", t("inspect.chain_broken"), t("inspect.chain_broken_text")));
    if (p.entries.length > 0) list.append(rows(p.entries));
    if (p.next === 0) {
      list.append(h("p", { class: "cl-hint cl-gap" }, list.querySelector("table") === null ? t("inspect.audit_none") : t("inspect.audit_end")));
      return;
    }
    const b = act(p.entries.length === 0 ? t("inspect.look_further") : t("inspect.more"), t("inspect.loading"), async () => {
      const next = await get<Page>(query(p.next));
      b.remove();
      show(next);
    }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary");
    list.append(b);
  };
  const go = act(t("inspect.filter"), t("inspect.loading"), async () => {
    notice.clear();
    day.fault("");
    if (day.value !== "" && !/^\d{4}-\d{2}-\d{2}$/.test(day.value)) return day.fault(t("inspect.day_format"));
    const p = await get<Page>(query(0));
    fill(list);
    show(p);
  }, (e) => notice.fault(sentence(e)));
  show(first);
  page(box, t("inspect.audit"), h("p", {}, t("inspect.audit_lede")), chain(notice), h("form", { class: "cl-filters cl-noprint", submit: (e) => { e.preventDefault(); go.click(); } }, who.box, day.box, kind.box, unit.box, outcome.box, go), notice.box, list, printButton());
}

function rows(entries: readonly Entry[]): HTMLElement {
  return table(t("inspect.audit"), [t("inspect.when"), t("inspect.who"), t("inspect.act"), t("inspect.number"), t("inspect.outcome"), t("inspect.entry")], entries.map((e) => [
    minute(e.at), h("span", {}, person(e.who), e.office !== "" && h("small", {}, foreign(e.office))), h("span", {}, auditAct(e.act), detailOf(e.detail) !== "" && h("small", { dir: "ltr" }, foreign(detailOf(e.detail)))),
    e.number === "" ? "–" : foreign(e.number), e.outcome === "denied" ? h("span", { class: "cl-tag cl-tag--warn" }, t("inspect.denied")) : t("inspect.allowed"),
    h("span", {}, num(e.seq), e.fits ? null : h("span", { class: "cl-tag cl-tag--danger" }, t("inspect.fits_not"))),
  ]));
}

interface Walk {
  last: number;
  size: number;
  head: string;
  broken: number;
}

/** The walk over the whole chain, in parts, with its progress. */
function chain(notice: Notice): HTMLElement {
  const bar = h("progress", { class: "cl-progress", max: 1, value: 0, hidden: true, "aria-label": t("inspect.chain") });
  const out = h("div", { role: "status" });
  const go = act(t("inspect.chain_check"), t("inspect.chain_checking"), async () => {
    fill(out);
    bar.hidden = false;
    try {
      let w: Walk = { last: 0, size: 1, head: "", broken: 0 };
      while (w.last < w.size && w.broken === 0) {
        const before = w.last;
        w = await post<Walk>("audit/verify", { after: w.last });
        bar.max = Math.max(1, w.size);
        bar.value = w.last;
        if (w.last === before && w.broken === 0) break;
      }
      if (w.broken !== 0) fill(out, note("danger", t("inspect.chain_bad", { N: num(w.broken) }), t("inspect.chain_broken_text")));
      else fill(out, note("ok", t("inspect.chain_good", { N: num(w.last) }), t("inspect.chain_note"), h("p", { class: "cl-command" }, h("code", { dir: "ltr" }, w.head))));
    } finally {
      bar.hidden = true;
    }
  }, (e) => notice.fault(sentence(e)), "govuk-button govuk-button--secondary");
  return h("section", { class: "cl-gap2" }, h("h2", {}, t("inspect.chain")), h("p", {}, t("inspect.chain_text")), out, bar, h("div", { class: "cl-actions cl-noprint" }, go));
}

interface Moved {
  role: string;
  id: string;
  name: string;
  how: string;
  roles: string[];
  words: string;
}

interface KeyNotice {
  office: string;
  version: number;
  day: string;
  signers: string[];
  moved: Moved[];
  sound: boolean;
  new: boolean;
  kit: NewKit | null;
}

export function notices(): View {
  return { path: "notices", title: t("inspect.notices"), draw: drawNotices };
}

const how = (h: string): string => (h === "came" ? t("inspect.came") : h === "went" ? t("inspect.went") : h === "key" ? t("inspect.new_key") : t("inspect.new_roles"));
const role = (r: string): string => (r === "office" ? t("inspect.office") : roleName(r));

async function drawNotices(box: HTMLElement): Promise<void> {
  const { notices: all } = await get<{ notices: KeyNotice[] }>("notices");
  const notice = new Notice();
  const one = (n: KeyNotice) => h("li", { class: "cl-card cl-gap" }, h("h2", { class: "cl-h3" }, n.office === "" ? t("inspect.list_of_keys") : foreign(n.office), " · ", t("inspect.version", { N: n.version }), " ", n.new && h("span", { class: "cl-tag cl-tag--go" }, t("inspect.new"))),
    !n.sound ? note("danger", t("inspect.unsound"), t("inspect.unsound_text")) : h("p", { class: "cl-hint" }, date(n.day), " · ", t("inspect.signed_by"), " ", ...n.signers.flatMap((s, i) => [i > 0 ? " · " : "", s === "root" ? t("inspect.root") : foreign(s)])),
    n.kit !== null && kitLine(n.kit), h("ul", { class: "cl-list" }, ...n.moved.map((m) => h("li", {}, how(m.how), " ", h("b", {}, foreign(m.name === "" ? m.id : m.name)), " · ", role(m.role), m.roles.length > 0 && " · " + m.roles.map(dutyName).join(" · "),
      m.words !== "" && h("details", { class: "cl-more" }, h("summary", {}, t("holders.words_show")), wordGrid(m.words.split(" "), t("holders.words_show")))))));
  const fresh = all.filter((n) => n.new);
  page(box, t("inspect.notices"), h("p", {}, t("inspect.notices_lede")), notice.box,
    fresh.length > 0 ? note("warn", t("inspect.notices_new", { Count: fresh.length })) : note("ok", t("inspect.notices_seen")),
    fresh.length > 0 && h("div", { class: "cl-actions cl-noprint" }, act(t("inspect.seen"), t("inspect.settling"), async () => {
      await post("notices/seen");
      await drawNotices(box);
    }, (e) => notice.fault(sentence(e)))),
    h("ul", { class: "cl-plain cl-gap2" }, ...all.map(one)), printButton());
}
