// Titles and notes are opened by the keeper and judged here. What is opened stays in the memory of the place that shows it.
import { fromBase64 } from "../../../browser/src/bytes";
import { Fault } from "../../../browser/src/fault";
import { inspectorsOn } from "../../../browser/src/proof/keyset";
import { judgeShort } from "../../../browser/src/staff/shorttext";
import { post } from "./api";
import { askKeeper } from "./keeper";
import type { Title } from "./queuerows";
import type { Facts, Unit } from "./unit";

/** A sealed text and where the server says that it belongs. */
export interface Sealed {
  case: string;
  kind: "title" | "note";
  doc: string;
  sealed: string;
}

/** Opens one text. Throws "locked" when the key is shut. */
export async function openText(facts: Facts, unit: Unit, s: Sealed): Promise<Extract<Title, { is: "open" | "doubt" }>> {
  const bytes = fromBase64(s.sealed);
  if (bytes === null) return { is: "doubt", why: "damaged" };
  try {
    const read = await askKeeper("openDocument", { sealed: bytes });
    const why = judgeShort(read, { instance: facts.instance, unit: unit.unit, case: s.case, doc: s.doc, kind: s.kind }, unit.rosters, (id, day) => inspectorsOn(unit.set, id, day));
    if (why !== null) return { is: "doubt", why };
    return { is: "open", text: (read.body as { text: string }).text };
  } catch (e) {
    if (!(e instanceof Fault) || e.kind === "locked") throw e;
    return { is: "doubt", why: e.kind === "wrong_key" ? "key" : "damaged" };
  }
}

/** Fetches the newest titles of cases and opens them one by one. cases gives the id of each number; told hears each. */
export async function openTitles(facts: Facts, unit: Unit, cases: ReadonlyMap<string, string>, told: (number: string, title: Title) => void): Promise<void> {
  const { titles } = await post<{ titles: { number: string; doc: string; sealed: string }[] }>(`work/${unit.unit}/titles`, { numbers: [...cases.keys()] });
  const left = new Set(cases.keys());
  for (const s of titles) {
    const id = cases.get(s.number);
    if (id === undefined || !left.delete(s.number)) continue; // nobody asked for it, or it came twice
    told(s.number, await openText(facts, unit, { case: id, kind: "title", doc: s.doc, sealed: s.sealed }));
  }
  for (const number of left) told(number, { is: "none" });
}
