// Whether the people of a change are enough for reports to come in: the form shuts where they are not.
import { fill, foreign, h, note } from "../../site/script/dom";
import { t } from "../../site/script/words";
import type { Chosen, Office } from "./propose";

/** The rule of "before the doors open": somebody looks at a report, and somebody else can approve what they propose. */
function staffed(unit: string, chosen: readonly Chosen[]): boolean {
  const has = (c: Chosen, ...roles: string[]) => roles.some((r) => c.offices[unit]?.includes(r) === true);
  return chosen.some((a) => has(a, "triage", "handler") && chosen.some((b) => b !== a && has(b, "approver")));
}

/** The place that says so while people are chosen, before anybody signs. */
export class Enough {
  readonly box = h("div", { role: "status", class: "cl-gap2" });

  /** made are the offices that get a key. One to which nobody was given yet says nothing. */
  show(made: readonly Office[], chosen: readonly Chosen[]): void {
    const short = made.filter((o) => o.intake && chosen.some((c) => c.offices[o.id] !== undefined) && !staffed(o.id, chosen));
    if (short.length === 0) fill(this.box);
    else fill(this.box, note("warn", t("kit.shuts"), t("kit.shuts_text"), h("ul", { class: "cl-list" }, ...short.map((o) => h("li", {}, foreign(o.shown))))));
  }
}
