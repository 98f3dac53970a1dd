// The inspector's half of the set-up: who may hold keys, and which categories may be reported.
import { dutyName, officeHow, personHow, roleName } from "./names";
import { fill, foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";
import { get, post } from "./api";
import { kitNote, type NewKit } from "./inspectkit";
import { contentOf, countersign, signApproval, withKey } from "./keeper";
import type { Me } from "./signin";
import { staffingLink } from "./staffing";
import { act, Field, Notice, page, sentence, type View } from "./view";

/** Somebody whom the change concerns. */
interface Changed {
  id: string;
  name: string;
  role: Me["role"];
  how: "added" | "changed" | "removed";
  duties: string[];
  offices: string[];
}

/** A change that waits. list is the file of keys as the administrator signed it, in base64. */
interface Draft {
  id: string;
  list: string;
  /** The file in force. */
  current: string;
  by: string;
  day: string;
  version: number;
  people: Changed[];
  offices: { id: string; shown: string; how: "added" | "changed" | "removed" }[];
  /** null while the recovery kit stays. */
  kit: NewKit | null;
}

export function lists(me: Me): View {
  return { path: "list", title: t("desk.list"), draw: (box) => drawList(box, me) };
}

async function drawList(box: HTMLElement, me: Me): Promise<void> {
  const { draft, fault } = await get<{ draft: Draft | null; fault?: string }>("draft");
  if (draft === null) {
    page(box, t("desk.list"), fault !== undefined ? note("warn", t("desk.draft_stale"), fault) : note("", t("desk.list_none"), t("desk.list_none_text")), staffingLink());
    return;
  }
  const notice = new Notice();
  const content = contentOf(draft.list);
  const root = new Field("root-print", t("desk.root_print"), { hint: t("desk.root_print_hint"), rows: 2, code: true });
  const named = draft.people.filter((p) => p.how !== "removed" && (p.role === "custodian" || p.role === "inspector") && p.id !== me.account);
  const fields = named.map((p) => ({ p, field: new Field("words-" + p.id, t("desk.words_of", { Name: p.name }), { hint: t("desk.words_of_hint"), rows: 2, code: true }) }));
  const place = h("div", {});
  const go = act(t("desk.countersign"), t("desk.countersigning"), async () => {
    notice.clear();
    for (const f of fields) {
      f.field.fault("");
      if (f.field.value === "") return f.field.fault(t("desk.words_missing"));
    }
    root.fault("");
    if (root.value === "") return root.fault(t("desk.root_print_missing"));
    await withKey(place, me, async () => {
      const signed = await countersign({ list: draft.list, current: draft.current, root: root.value, keySet: content, heard: fields.map((f) => ({ id: f.p.id, role: f.p.role, words: f.field.value })) }).catch((e: unknown) => {
        const f = e as { kind?: string; what?: string };
        const bad = fields.find((x) => x.p.id === f.what);
        if (f.kind === "root") root.fault(t("desk.root_print_wrong"));
        else if (bad !== undefined) bad.field.fault(f.kind === "fingerprint" ? t("desk.words_differ") : t("desk.words_missing"));
        else if (f.kind === "word" || f.kind === "length") notice.fault(t("desk.words_misspelt"));
        else if (f.kind === "list" || f.kind === "signature" || f.kind === "format" || f.kind === "older") notice.fault(t("desk.list_false"), t("desk.list_false_text"));
        else throw e;
        return null;
      });
      if (signed === null) return;
      await post("draft/countersign", { draft: draft.id, list: signed });
      page(box, t("desk.list"), note("ok", t("desk.countersigned"), t("desk.countersigned_text", { Version: draft.version })));
    });
  }, (e) => notice.fault(sentence(e)));
  page(box, t("desk.list"), h("p", {}, t("desk.list_lede", { Day: date(draft.day) })), draft.kit !== null && h("div", { class: "cl-gap" }, kitNote(draft.kit)), h("section", { class: "cl-gap2" }, h("h2", {}, t("desk.changes")), h("ul", { class: "cl-list" },
    ...draft.offices.map((o) => h("li", {}, officeHow(o.how), " ", foreign(o.shown))),
    ...draft.people.map((p) => h("li", {}, personHow(p.how), " ", h("b", {}, foreign(p.name === "" ? p.id : p.name)), " · ", roleName(p.role), p.offices.length > 0 && h("span", {}, " · ", foreign(p.offices.join(" ")), p.duties.map((d) => " · " + dutyName(d)).join("")))))),
    fields.length > 0 && h("section", { class: "cl-gap2" }, h("h2", {}, t("desk.heard")), h("p", {}, t("desk.heard_lede")), ...fields.map((f) => f.field.box)), h("div", { class: "cl-narrowbox" }, root.box), notice.box, place, h("div", { class: "cl-actions" }, go));
}

/** A category as the form words it, in the page's language. statement is what is signed. */
interface Category {
  id: string;
  name: string;
  summary: string;
  tests: string[];
  yes: string[];
  no: string[];
  law: string[];
  hash: string;
  approved: string;
}

export function approvals(me: Me): View {
  return { path: "categories", title: t("desk.categories"), draw: (box) => drawCategories(box, me) };
}

async function drawCategories(box: HTMLElement, me: Me): Promise<void> {
  const { categories, day } = await get<{ categories: Category[]; day: string }>("categories");
  const card = (c: Category) => {
    const place = h("div", {});
    const notice = new Notice();
    const state = h("div", {});
    const offer = () => fill(state, h("div", { class: "cl-actions" }, act(t("desk.approve"), t("desk.approving"), () => withKey(place, me, async () => {
      const signature = await signApproval({ category: c.id, hash: c.hash, day });
      await post("categories/approve", { category: c.id, hash: c.hash, day, signature });
      fill(place);
      fill(state, note("ok", t("desk.approved", { Day: date(day) })));
    }), (e) => notice.fault(sentence(e)))));
    if (c.approved === "") offer();
    else fill(state, note("ok", t("desk.approved", { Day: date(c.approved) })));
    const part = (title: string, items: string[]) => items.length > 0 && h("div", {}, h("h3", {}, title), h("ul", { class: "cl-list" }, ...items.map((x) => h("li", {}, foreign(x)))));
    return h("section", { class: "cl-card cl-gap2", id: "category-" + c.id }, h("h2", {}, foreign(c.name)), h("p", {}, foreign(c.summary)), part(t("ui.tests"), c.tests), h("div", { class: "cl-cols cl-cols--2" }, part(t("ui.can_yes"), c.yes), part(t("ui.can_no"), c.no)), part(t("ui.law"), c.law), notice.box, place, state);
  };
  page(box, t("desk.categories"), h("p", {}, t("desk.categories_lede")), ...categories.map(card));
}
