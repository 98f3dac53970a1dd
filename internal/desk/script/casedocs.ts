// What the documents of a case are called where they are chosen.
import { dayMonth, t } from "../../site/script/words";
import type { Item } from "./caseopen";

/** What a document is called where it is chosen; "" for what is not chosen by itself. */
export function docName(it: Item, nameFor: (id: string) => string): string {
  const day = dayMonth(it.doc.day);
  switch (it.kind) {
    case "report":
      return t("joint.doc.report", { Day: day });
    case "message":
      return t("joint.doc.message", { Day: day, N: it.doc.seq });
    case "reply":
      return t("joint.doc.reply", { Day: day, N: it.doc.seq });
    case "decision":
      return t("joint.doc.decision", { Day: day, N: it.doc.seq });
    case "note":
      return t("joint.doc.note", { Day: day, Name: nameFor(it.author.id) });
    case "copy":
      return t("joint.doc.copy", { Day: day });
    case "proposal":
      return t("joint.doc.proposal", { Day: day, Name: nameFor(it.author.id) });
    case "approval":
      return t("joint.doc.approval", { Day: day, Name: nameFor(it.author.id) });
    default:
      return "";
  }
}
