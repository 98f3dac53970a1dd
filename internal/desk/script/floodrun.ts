// One act on many cases: each is opened, checked, sealed and sent by itself, as on its own page. What cannot be done is named, and
// the rest goes on. What was interrupted goes on where it stopped.
import type { Proposal } from "../../../browser/src/bodies";
import { Fault } from "../../../browser/src/fault";
import type { Frame } from "../../../browser/src/staff/letters";
import { STILL_ALIKE } from "../../../browser/src/staff/sketch";
import { h } from "../../site/script/dom";
import { t } from "../../site/script/words";
import { get, post, Refused } from "./api";
import { voted } from "./caseacts";
import type { Attached } from "./caseattach";
import type { Drafts } from "./casedraft";
import { formOf, type Ground, type Planned } from "./caseforms";
import { hashOf, openFile, type OpenedCase, Unreadable, written } from "./caseopen";
import type { Worded } from "./caseperson";
import { arrived, casePath, send, type Sent } from "./casesend";
import type { CaseFile } from "./casetypes";
import { doubtText, why } from "./casewords";
import type { Waits } from "./floodread";
import { askKeeper } from "./keeper";
import type { Facts, Unit } from "./unit";

/** What is done to each of the cases. */
export interface Joint {
  /** An act of the machine. */
  act: string;
  /** The case with whose text each is compared, "" for none. */
  example: string;
  /** What was typed and chosen, once for all. */
  drafts: Drafts;
  /** The proposal as it was shown to who approves or refuses. */
  shown: Proposal | null;
}

/** A case that was opened for an act. */
export interface Ready {
  file: CaseFile;
  open: OpenedCase;
}

/** Why a case was left alone, in words. */
class Left extends Error {}

/** Fetches and opens a case of the office. */
export async function openOne(unit: Unit, day: string, number: string): Promise<Ready> {
  const file = await get<CaseFile>(casePath({ unit: unit.unit, number }));
  return { file, open: await openFile(file, unit, day) };
}

/** No files: they would be sealed anew for each case, and nobody would see how far that is. */
const noFiles = (): Attached => ({ box: h("p", { class: "cl-hint cl-small" }, t("floods.no_files")), ready: async () => [] });

const proposalOf = ({ file, open }: Ready) => open.items.inside.find((it) => file.proposal !== null && it.doc.doc === file.proposal.doc && it.kind === "proposal" && it.body !== null) ?? null;

/** What forms stand on, for one of many cases. */
export function groundOf(r: Ready, facts: Facts, drafts: Drafts): Ground {
  const templates = new Map<string, Promise<Frame>>();
  const waits = proposalOf(r);
  return {
    file: r.file, pack: facts.pack, drafts, attach: noFiles,
    waiting: () => (waits?.body ?? null) as Proposal | null,
    waitingDoc: () => (waits === null ? null : { doc: waits.doc.doc, hash: hashOf(waits.doc) }),
    template: (name, code) => {
      const key = name + " " + code;
      const known = templates.get(key) ?? post<Frame>(casePath(r.file) + "/letter", { template: name, code });
      templates.set(key, known);
      return known;
    },
    worded: (template, code, days) => post<Frame>(casePath(r.file) + "/letter", { template, code, days }),
    person: (clearing) => post<Worded>(casePath(r.file) + "/person", { clearing }),
    report: () => written(r.open), opened: () => r.open, day: facts.day,
    hold: (_, make) => make(), // what is done with many cases at once makes nothing that must be kept
  };
}

const votes = (act: string): boolean => act === "approve" || act === "refuse";

/** Whether two proposals say the same. The words for the reporter follow from code and reasons, in each reporter's language. */
const sameWords = (a: Proposal | null, b: Proposal | null): boolean => a !== null && b !== null && a.act === b.act && a.code === b.code && a.reasons === b.reasons;

/** The run over the cases that were chosen. */
export class Run {
  readonly failed: { number: string; why: string }[] = [];
  done = 0;
  readonly #left: Waits[];
  readonly #sent = new Map<string, Sent[]>();
  #stopped = false;
  running = false;

  constructor(
    readonly joint: Joint,
    chosen: readonly Waits[],
    private readonly account: string,
  ) {
    this.#left = [...chosen];
  }

  get left(): number {
    return this.#left.length;
  }

  get all(): number {
    return this.done + this.failed.length + this.#left.length;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Goes on until nothing is left or somebody stops it. Throws what stops all of them: no answer, a session that is over, a shut key. */
  async go(facts: () => Promise<{ facts: Facts; unit: Unit }>, told: () => void): Promise<void> {
    this.#stopped = false;
    this.running = true;
    try {
      while (this.#left.length > 0 && !this.#stopped) {
        const now = this.#left[0]!;
        const { facts: f, unit } = await facts();
        try {
          await this.#one(now, f, unit);
          this.done++;
        } catch (e) {
          this.failed.push({ number: now.number, why: reason(e) }); // throws what is about all of them
        }
        this.#left.shift();
        told();
      }
    } finally {
      this.running = false;
    }
  }

  async #one(w: Waits, facts: Facts, unit: Unit): Promise<void> {
    const { act, drafts, shown } = this.joint;
    const r = await openOne(unit, facts.day, w.number);
    const tries = this.#sent.get(w.number) ?? [];
    if (tries.some((s) => (s.ids.length > 0 ? arrived(s, r.file) : this.#moved(w, r.file)))) return; // the answer was lost, not the act
    const offer = r.file.acts.find((o) => o.act === act);
    if (offer === undefined || offer.why !== "") throw new Left(offer === undefined ? t("casepage.not_now") : why(offer.why));
    await this.#alike(w, r, unit);
    const ground = groundOf(r, facts, drafts);
    let planned: Planned | null;
    if (!votes(act)) planned = (await formOf(act, ground)?.make()) ?? null;
    else if (!sameWords(shown, ground.waiting())) throw new Left(t("floods.left_proposal"));
    else planned = await voted({ ground }, ground.waiting(), act === "approve", drafts.get("vote-text").trim());
    if (planned === null) throw new Left(t("floods.left_form"));
    this.#sent.set(w.number, tries);
    await send(planned, r.file, r.open, facts.day, (s) => tries.push(s));
  }

  /** An act without documents is known by the state that it left. */
  #moved(w: Waits, f: CaseFile): boolean {
    return f.state !== w.state && f.events.some((e) => e.member === this.account && e.from === w.state && e.to === f.state);
  }

  /** Everything that makes a case one to be looked at by itself. */
  async #alike(w: Waits, r: Ready, unit: Unit): Promise<void> {
    const doubt = r.open.doubts[0];
    if (doubt !== undefined) throw new Left(t("floods.left_doubt", { What: doubtText(doubt.key, doubt.args) }));
    if (r.file.danger && !w.danger) throw new Left(t("floods.left_danger"));
    if (r.open.items.reporter.some((it) => it.kind === "message")) throw new Left(t("floods.left_message"));
    if (this.joint.example === "" || this.joint.example === w.case) return;
    const { like } = await askKeeper("floodLike", { unit: unit.unit, example: this.joint.example, report: r.open.report });
    if (like < STILL_ALIKE) throw new Left(t("floods.left_other", { Percent: Math.round(like * 100) }));
  }
}

/** Why one case was left alone. What would happen to the next one as well is thrown. */
function reason(e: unknown): string {
  if (e instanceof Left) return e.message;
  if (e instanceof Unreadable) return doubtText(e.key, e.args);
  if (e instanceof Refused && e.status !== 0 && e.status !== 401 && e.status < 500 && e.text !== "") return e.text;
  if (e instanceof Fault && e.kind !== "locked" && e.kind !== "order") return t("floods.left_fault");
  throw e;
}
