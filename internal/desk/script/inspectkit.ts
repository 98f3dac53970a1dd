// What a new recovery kit does, in words for the inspector.
import { foreign, h, note } from "../../site/script/dom";
import { date, t } from "../../site/script/words";

/** A recovery kit that comes with a list of keys. used: enough sheets of the one before were typed. holders are names. */
export interface NewKit {
  k: number;
  n: number;
  by: string;
  used: boolean;
  offices: { shown: string; former: number; holders: string[] }[];
  left: { shown: string; from: string; to: string }[];
}

/** The whole, before it is signed. */
export function kitNote(kit: NewKit): HTMLElement {
  const size = h("p", {}, t("kit.tell_size", { K: kit.k, N: kit.n }));
  if (!kit.used) return note("warn", t("kit.tell_replaced"), h("p", {}, t("kit.tell_replaced_text")), size);
  const office = (o: NewKit["offices"][number]) => h("li", {}, h("b", {}, foreign(o.shown)), " · ", t("kit.tell_former", { Count: o.former }), " · ", foreign(o.holders.join(", ")));
  const left = (l: NewKit["left"][number]) => h("li", {}, foreign(l.shown), " · ", l.to === "" ? t("kit.since", { From: date(l.from) }) : t("kit.days", { From: date(l.from), To: date(l.to) }));
  return note("danger", t("kit.tell_used"), h("p", {}, t("kit.tell_used_text"), " ", foreign(kit.by)), size,
    kit.offices.length === 0 ? h("p", {}, t("kit.tell_nobody")) : h("div", {}, h("p", {}, t("kit.tell_offices")), h("ul", { class: "cl-list" }, ...kit.offices.map(office))),
    kit.left.length > 0 && h("div", {}, h("p", {}, t("kit.tell_left")), h("ul", { class: "cl-list" }, ...kit.left.map(left))), h("p", {}, t("kit.tell_ask")));
}

/** A line among the changes of keys. */
export const kitLine = (kit: NewKit): HTMLElement => note(kit.used ? "danger" : "warn", kit.used ? t("kit.tell_used") : t("kit.tell_replaced"), h("p", {}, t("kit.tell_size", { K: kit.k, N: kit.n }), " · ", foreign(kit.by)),
  kit.offices.length > 0 && h("ul", { class: "cl-list" }, ...kit.offices.map((o) => h("li", {}, foreign(o.shown), " · ", t("kit.tell_former", { Count: o.former })))));
