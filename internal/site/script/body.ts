// What was answered, as the body of a report.
import type { File as Description, Report } from "../../../browser/src/bodies";
import type { KeySet } from "../../../browser/src/proof/keyset";
import { clean, cleanLine, dateOf } from "./fields";
import { hasCustodians, type Situation, visible, whenText } from "./steps";
import { language } from "./words";

/** The body of a report, but for who it is. */
export function bodyOf(s: Situation, keys: KeySet, files: readonly Description[], mailbox: Report["mailbox"], unit: string): Omit<Report, "identity"> {
  const a = s.answers;
  const danger = a.one("danger");
  const contact = hasCustodians(keys) ? ((a.one("contact") || "anonymous") as Report["contact"]) : "anonymous";
  return {
    category: a.one("category"), region: a.one("region"), unit, via: "web", lang: a.one("lang") || language(), contact,
    danger: danger === "yes" || danger === "unsure", wish: hasCustodians(keys) && a.one("wish") === "yes", reach: contact === "named" ? cleanLine(a.one("reach")) : "",
    answers: visible(s).flatMap((q) => {
      const key = "a-" + q.id;
      if (q.type === "one" || q.type === "many") {
        const values = (q.options ?? []).map((o) => o.id).filter((id) => a.all(key).includes(id));
        return values.length === 0 ? [] : [{ q: q.id, values, text: "" }];
      }
      const date = q.type === "date" ? dateOf(a, key, s.offer.today) : null;
      const text = date !== null ? ("value" in date ? date.value : "") : q.type === "long" ? clean(a.one(key)) : cleanLine(a.one(key));
      return text === "" ? [] : [{ q: q.id, values: [], text }];
    }),
    what: clean(a.one("what")), when: whenText(s, cleanLine(a.one("when"))), where: cleanLine(a.one("where")),
    how: ["saw", "heard", "document", "device", "other"].filter((h) => a.all("how").includes(h)), told: clean(a.one("told")), files: [...files], mailbox,
  };
}
