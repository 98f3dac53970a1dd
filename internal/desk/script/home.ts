// What the door shows first: what is missing before the form may open, and who must do it.
import { whoName } from "./names";
import { h, icon, note } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { get } from "./api";
import type { Me } from "./signin";
import { page, type View } from "./view";

/** An entry of the list before the doors open. text and who are in the page's language. */
interface Entry {
  code: string;
  text: string;
  who: "administrator" | "inspector" | "operator" | "custodians";
  blocks: boolean;
  done: boolean;
}

/** Where an entry is seen to, by its code and by who is here. */
const places: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  administrator: { keys: "keys", recovery: "kit", offices: "keys", new_key: "keys", staff: "people", custodians: "people" },
  inspector: { category: "categories", offices: "list" },
};

/** path is where it stands: those who handle cases begin with the cases. */
export function home(me: Me, path = ""): View {
  return { path, title: t("desk.home"), draw: (box) => draw(box, me) };
}

async function draw(box: HTMLElement, me: Me): Promise<void> {
  const { open, entries } = await get<{ open: boolean; entries: Entry[] }>("setup/missing");
  const todo = entries.filter((e) => !e.done);
  const segment = location.pathname.split("/")[1] ?? "";
  const line = (e: Entry) => {
    const to = places[me.role]?.[e.code];
    return h("li", { class: e.done ? "is-done" : undefined }, h("b", {}, icon(e.done ? "check" : "clock"), h("span", {}, e.text)), h("span", { class: "cl-hint" }, e.done ? t("desk.entry_done") : t("desk.entry_by", { Who: whoName(e.who) }), !e.blocks && !e.done && " " + t("desk.entry_may_wait")),
      !e.done && to !== undefined && h("a", { href: `/${segment}/${to}` }, t("desk.entry_go")));
  };
  page(box, t("desk.before"), open ? note("ok", t("desk.doors_open"), t("desk.doors_open_text")) : note("warn", t("desk.doors_shut"), t("desk.doors_shut_text", { Count: todo.filter((e) => e.blocks).length })),
    todo.length > 0 && h("section", { class: "cl-gap2" }, h("h2", {}, t("desk.entries_todo")), h("ul", { class: "cl-todo" }, ...todo.map(line))),
    h("section", { class: "cl-gap2" }, h("h2", {}, t("desk.entries_done")), entries.some((e) => e.done) ? h("ul", { class: "cl-todo" }, ...entries.filter((e) => e.done).map(line)) : h("p", { class: "cl-hint" }, t("desk.entries_none"))));
}
