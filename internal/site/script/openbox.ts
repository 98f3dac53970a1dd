// An open mailbox: reading, answering, and what can be done with the mailbox itself.
import type { File as Description } from "../../../browser/src/bodies";
import { Fault } from "../../../browser/src/fault";
import { Attachments } from "./attach";
import { type Box, changeCode, closeBox, eraseMessage, look, makeCode, type NewCode, objectTransfer, type Outgoing, requestReview, sendMessage } from "./boxacts";
import { askClose, askErase, askObject, askRecode, askReview, closedView, newCodeView } from "./boxask";
import { fetchFile, give, LARGEST } from "./boxfile";
import { acknowledgement, type Checked, proofs } from "./boxproof";
import { canWrite, notices, passing, status, threadView, timeline, unitName } from "./boxview";
import { button, byId, fill, foreign, h, icon, note, put } from "./dom";
import { Answers, clean, control, faultList, type Field, length } from "./fields";
import type { Form } from "./form";
import { Refused } from "./net";
import { segmentOf } from "./page";
import { save } from "./receipt";
import { bytes, dayMonth, language, num, t } from "./words";

/** Minutes without use after which the code is asked for again. */
export const idle = 15;

/** The page around an open mailbox. */
export interface Host {
  /** In the language of the page. */
  form(): Form;
  draw(paint: () => void): void;
  wait(says: string): void;
  /** Goes one step further, to a page that asks; back leads home. */
  ask(paint: () => void): void;
  /** Back from a page that asked, or home again. */
  home(): void;
  /** Back to the door, saying why; "" for the owner's own wish. */
  shut(title: string): void;
}

/** Lets the browser paint. */
export const breath = (): Promise<void> => new Promise((go) => setTimeout(go, 30));

/** What a person should read when something did not work. */
export function sentence(e: unknown): string {
  if (e instanceof Fault) return t("page.box_untrue");
  if (!(e instanceof Refused)) return t("page.not_taken_text");
  if (e.status === 0) return t("page.box_line");
  if (e.status === 503 || e.status === 429) return t("page.box_busy");
  const known: Readonly<Record<string, string>> = { "intake.not_there": "intake.not_there", "intake.no_proof_yet": "intake.no_proof_yet", "intake.no_upload": "page.files_gone_text", "intake.too_long": "intake.too_long" };
  return known[e.key] === undefined ? t("page.not_taken_text") : t(known[e.key]!);
}

/** The mailbox behind the door. What is being written outlives the open mailbox, until the page is left. */
export class OpenBox {
  readonly #app = byId("app");
  #box: Box | null = null;
  /** The case that draft and files belong to. */
  #of = "";
  #draft = new Answers();
  #files: Attachments;
  #out: Outgoing | null = null;
  #asking: Outgoing | null = null;
  #next: NewCode | null = null;
  #busy = false;
  /** What the next look at the mailbox says first. */
  #said: HTMLElement | null = null;
  readonly #loads = new Set<AbortController>();

  constructor(private readonly host: Host) {
    this.#files = this.#newFiles();
  }

  get open(): boolean {
    return this.#box !== null;
  }

  /** Something is under way, or shown, that must not be cut short. */
  get busy(): boolean {
    return this.#busy || this.#loads.size > 0 || this.#next !== null;
  }

  /** A code is on the page that may not have been copied. */
  get showing(): boolean {
    return this.#next !== null;
  }

  /** An act of the owner is under way. */
  get acting(): boolean {
    return this.#busy;
  }

  /** Something was written that has not been sent, or a code is shown that may not have been copied. */
  get unsent(): boolean {
    return clean(this.#draft.one("answer")) !== "" || clean(this.#draft.one("review")) !== "" || clean(this.#draft.one("object")) !== "" || this.#files.count > 0 || this.#next !== null;
  }

  /** Takes a mailbox that was opened. What was written for another case is nobody's here. */
  enter(box: Box): void {
    if (this.#of !== box.list.case) this.wipe();
    this.#of = box.list.case;
    this.#box = box;
  }

  /** A code is on the page that may not have been copied yet. */
  shows(code: NewCode | null): void {
    this.#next = code;
  }

  /** Forgets the mailbox. What is being written stays, for whoever opens the same one again. */
  lock(): void {
    for (const l of this.#loads) l.abort();
    this.#loads.clear();
    this.#box?.keys.prk.fill(0);
    this.#box = null;
    this.#next = null;
    this.#said = null;
  }

  /** Forgets everything. */
  wipe(): void {
    this.lock();
    this.#draft = new Answers();
    this.#files.clear();
    this.#files = this.#newFiles();
    this.#out = this.#asking = null;
    this.#of = "";
  }

  #newFiles(): Attachments {
    const { files, file } = this.host.form().limits;
    return new Attachments({ count: files, size: file }, () => this.#noteFiles());
  }

  /** Draws the mailbox. */
  home(): void {
    this.#next = null;
    this.host.draw(() => this.#home());
  }

  #home(faults: { key: string; text: string }[] = []): void {
    const b = this.#box;
    if (b === null) return;
    const said = this.#said;
    this.#said = null;
    const acts = {
      erase: (item: number, unit: string, day: string) =>
        this.host.ask(() => askErase(this.#frame(), { by: unitName(this.host.form(), unit), day }, () => void this.#erase(item), () => this.host.home())),
      save: (f: Description, row: HTMLElement) => void this.#save(f, row),
    };
    const main = h("div", {}, said !== null && h("div", { "data-said": true, tabindex: "-1" }, said), ...notices(b.list, b.thread),
      h("h2", { class: "govuk-visually-hidden" }, t("site.mailbox_thread")), h("p", { class: "cl-hint cl-gap" }, t("site.mailbox_once")),
      h("div", { class: "cl-gap" }, threadView(b.list, b.thread, this.host.form(), acts)), canWrite(b.list) && b.thread.lead && this.#answer(b, faults));
    fill(this.#app, status(b.list, this.host.form()), faultList(faults), h("div", { class: "cl-split" }, main, this.#aside(b)));
    this.#noteFiles();
  }

  /** The column of pages that ask. */
  #frame(): HTMLElement {
    const box = h("div", { class: "cl-form" });
    fill(this.#app, box);
    return box;
  }

  #field(b: Box): Field {
    const hint = t("page.box_answer_hint", { Unit: unitName(this.host.form(), b.list.unit) });
    return { kind: "long", key: "answer", label: t("site.answer"), hint, optional: false, options: [], max: this.host.form().limits.long, rows: 6 };
  }

  #answer(b: Box, faults: { key: string; text: string }[]): HTMLElement {
    const files = h("div", {});
    this.#files.show(files);
    const more = h("details", { class: "govuk-details", open: this.#files.count > 0 }, h("summary", { class: "govuk-details__summary" }, h("span", { class: "govuk-details__summary-text" }, t("site.mailbox_files"))),
      h("div", { class: "govuk-details__text" }, h("p", {}, t("page.files_limits", { Max: this.host.form().limits.files, Size: this.host.form().limits.file / 1048576 })), files));
    return h("div", { class: "cl-section" }, control(this.#field(b), this.#draft, false, faults.find((f) => f.key === "answer")?.text ?? ""), more,
      h("div", { id: "waiting" }), h("div", { class: "cl-actions" }, h("button", { type: "button", class: "govuk-button", id: "send", click: () => void this.#send() }, icon("lock"), h("span", {}, t("site.mailbox_send")))));
  }

  /** The button says what pressing it means now. */
  #noteFiles(): void {
    const says = document.querySelector("#send > span");
    const box = document.getElementById("waiting");
    if (says === null || box === null) return;
    const open = this.#files.open;
    says.textContent = open > 0 ? t("page.send_text_now") : t("site.mailbox_send");
    fill(box, open > 0 && note("warn", t("page.files_open", { Count: open }), t("page.files_open_text")));
  }

  #aside(b: Box): HTMLElement {
    const link = (label: string, pictogram: string, act: () => void) => h("p", {}, button(label, act, "cl-plainbutton cl-linklike", pictogram));
    const proof = h("section", { class: "cl-card" }, h("h2", {}, t("site.proof_head")), h("p", {}, t("site.proof_ack_text")), this.#check(b, t("page.box_ack"), () => acknowledgement(b.line, b.set, b.thread.report)));
    if (b.list.proof) put(proof, h("p", {}, t("site.proof_text")), this.#check(b, t("page.box_proof"), async () => {
      await look(b);
      return proofs(b.line, b.set, b.thread.report, b.list);
    }));
    return h("aside", { class: "cl-aside", "aria-label": t("site.mailbox_aside") }, h("section", { class: "cl-card" }, h("h2", {}, t("site.mailbox_progress")), timeline(b.list)),
      b.list.readers.length > 0 && h("section", { class: "cl-card" }, h("h2", {}, t("site.readers_head")), h("p", {}, t("site.readers_text")), h("ul", { class: "cl-list" }, ...b.list.readers.map((u) => h("li", {}, foreign(unitName(this.host.form(), u)))))),
      passing(b.list) !== null && h("section", { class: "cl-card" }, h("h2", {}, t("site.passing_head")), h("p", {}, passing(b.list)),
        b.list.object !== "" && h("p", {}, t("site.object_until", { Day: dayMonth(b.list.object) })), b.list.object !== "" ? link(t("site.object_title"), "cross", () => this.#askObject()) : b.list.passing === "proposed" && h("p", {}, t("site.object_over"))),
      b.list.review !== "" && h("section", { class: "cl-card" }, h("h2", {}, t("site.review_head")), h("p", {}, t("site.review_until", { Day: dayMonth(b.list.review) })), link(t("site.review_title"), "search", () => this.#askReview())), proof,
      h("section", { class: "cl-card" }, h("h2", {}, t("site.mailbox_care")), h("p", {}, t("site.mailbox_minutes", { Count: idle })),
        link(t("site.recode_title"), "key", () => this.host.ask(() => askRecode(this.#frame(), segmentOf(language()) === "en", (words) => void this.#recode(words), () => this.host.home()))),
        link(t("site.close_title"), "cross", () => this.host.ask(() => askClose(this.#frame(), () => void this.#close(), () => this.host.home()))),
        link(t("page.box_shut"), "leave", () => this.host.shut(""))),
      h("section", { class: "cl-card" }, h("h2", {}, t("site.mailbox_unhappy")), h("p", {}, t("site.mailbox_unhappy_text"), h("span", { class: "cl-then" },
        h("a", { href: `/${segmentOf(language())}/contact#inspector`, target: "_blank", rel: "noopener" }, t("site.mailbox_inspector"))))));
  }

  /** A button that fetches and checks something, and then offers it. */
  #check(b: Box, label: string, fetch: () => Promise<Checked>): HTMLElement {
    const out = h("div", { role: "status" });
    const go = async () => {
      fill(out, h("p", { class: "cl-hint" }, t("page.box_checking")));
      try {
        const c = await fetch();
        fill(out, note("ok", t("page.box_good"), c.says));
        for (const f of c.files) {
          const keep = button(f.label, () => save(f.name, f.bytes), "cl-plainbutton cl-linklike", "save");
          if (f.about !== "") put(keep, h("span", { class: "govuk-visually-hidden" }, " " + f.about));
          put(out, f.about !== "" && h("p", { class: "cl-hint" }, f.about), h("p", {}, keep));
        }
      } catch (e) {
        // Asked with a code that was changed meanwhile: its answer says nothing of the mailbox that is open.
        if (this.#box !== b || this.#busy || this.#next !== null || this.#gone(e)) return;
        fill(out, e instanceof Fault ? note("danger", t("page.box_proof_bad"), t("page.box_proof_bad_text")) : note("warn", sentence(e)));
      }
    };
    return h("div", {}, h("p", {}, button(label, () => void go(), "cl-plainbutton cl-linklike", "check")), out);
  }

  // Acts.

  /** A mailbox that was closed, or whose code was changed, somewhere else. */
  #gone(e: unknown): boolean {
    if (!(e instanceof Refused && e.key === "intake.no_mailbox")) return false;
    this.host.shut(t("intake.no_mailbox"));
    return true;
  }

  async #send(): Promise<void> {
    const b = this.#box;
    if (b === null || this.#busy) return;
    const text = clean(this.#draft.one("answer"));
    const over = length(text) - this.host.form().limits.long;
    const fault = text === "" && this.#files.ready.length === 0 ? t("intake.answer_empty") : over > 0 ? t("intake.text_long", { Limit: this.host.form().limits.long, Over: over }) : "";
    if (fault !== "") return this.host.draw(() => this.#home([{ key: "answer", text: fault }]));
    this.#files.leaveOpen();
    this.#busy = true;
    this.host.wait(t("page.box_sending"));
    try {
      await breath();
      await sendMessage(b, text, this.#files.ready, this.#out, (o) => (this.#out = o));
      this.#out = null;
      this.#draft = new Answers();
      this.#files = this.#newFiles();
      this.#said = note("seal", t("visit.note_sent"));
      await this.#again(b);
    } catch (e) {
      if (this.#gone(e)) return;
      if (e instanceof Refused && e.key === "intake.no_upload") this.#files.lost();
      const lost = e instanceof Refused && (e.status === 0 || (e.status >= 500 && e.key !== "store.busy"));
      this.#said = note("warn", lost ? t("page.box_line_sent") : sentence(e), lost ? null : t("site.held_kept"));
    } finally {
      this.#busy = false;
    }
    if (this.#box !== null) this.host.draw(() => this.#home());
  }

  /** Looks at the mailbox after an act. Whatever goes wrong now changes nothing of what was done. */
  async #again(b: Box): Promise<void> {
    try {
      await look(b);
    } catch (e) {
      if (e instanceof Refused && e.key === "intake.no_mailbox") throw e;
      if (e instanceof Fault) this.#said = h("div", {}, this.#said ?? "", note("danger", sentence(e)));
    }
  }

  async #act(says: string, act: (b: Box) => Promise<HTMLElement | null>): Promise<void> {
    const b = this.#box;
    if (b === null || this.#busy) return;
    this.#busy = true;
    this.host.wait(says);
    let said: HTMLElement | null = null;
    try {
      await breath();
      said = await act(b);
    } catch (e) {
      this.#busy = false;
      if (this.#gone(e)) return;
      said = note("warn", sentence(e));
    } finally {
      this.#busy = false;
    }
    if (said === null) return;
    this.#said = said;
    this.host.home();
  }

  #erase(item: number): Promise<void> {
    return this.#act(t("page.box_working"), async (b) => {
      await eraseMessage(b, item);
      await this.#again(b);
      const said = this.#said;
      return h("div", {}, note("ok", t("visit.note_erased")), said);
    });
  }

  #askReview(fault = ""): void {
    this.host.ask(() => askReview(this.#frame(), this.#draft, this.host.form().limits.long, () => void this.#review(), () => this.host.home(), fault));
  }

  #review(): Promise<void> {
    const text = clean(this.#draft.one("review"));
    const over = length(text) - this.host.form().limits.long;
    if (over > 0) return Promise.resolve(this.#askReview(t("intake.text_long", { Limit: this.host.form().limits.long, Over: over })));
    return this.#act(t("page.box_sending"), async (b) => {
      try {
        await requestReview(b, text === "" ? t("site.review_wordless") : text, this.#asking, (o) => (this.#asking = o));
      } catch (e) {
        if (!(e instanceof Refused && e.status === 409 && e.key.startsWith("cases."))) throw e;
        await this.#again(b);
        return note("warn", t("visit.note_no_review"));
      }
      this.#asking = null;
      this.#draft.set("review", "");
      await this.#again(b);
      return note("seal", t("visit.note_review"));
    });
  }

  #askObject(fault = ""): void {
    this.host.ask(() => askObject(this.#frame(), this.#draft, this.host.form().limits.long, () => void this.#object(), () => this.host.home(), fault));
  }

  #object(): Promise<void> {
    const text = clean(this.#draft.one("object"));
    const over = length(text) - this.host.form().limits.long;
    if (over > 0) return Promise.resolve(this.#askObject(t("intake.text_long", { Limit: this.host.form().limits.long, Over: over })));
    return this.#act(t("page.box_sending"), async (b) => {
      try {
        await objectTransfer(b, text === "" ? t("site.object_wordless") : text, this.#asking, (o) => (this.#asking = o));
      } catch (e) {
        if (!(e instanceof Refused && e.status === 409 && e.key.startsWith("cases."))) throw e;
        await this.#again(b);
        return note("warn", t("visit.note_no_object"));
      }
      this.#asking = null;
      this.#draft.set("object", "");
      await this.#again(b);
      return note("seal", t("visit.note_object"));
    });
  }

  #recode(words: boolean): Promise<void> {
    return this.#act(t("page.box_working"), async (b) => {
      this.#next ??= await makeCode(b.set.instance, words);
      const next = this.#next;
      let sure = true;
      try {
        this.#box = await changeCode(b, next);
      } catch (e) {
        if (!next.unsure || (e instanceof Refused && e.key === "intake.no_mailbox")) {
          this.#next = null;
          throw e;
        }
        sure = false; // it may have been changed: the person must have seen the new code
      }
      this.host.draw(() => newCodeView(this.#frame(), next.code, next.words, sure ? t("site.newcode_text") : t("page.box_recode_unsure"), sure, () => {
        if (!sure) return void this.#recode(words);
        this.#next = null; // it was copied
        this.host.home();
      }));
      return null;
    });
  }

  #close(): Promise<void> {
    return this.#act(t("page.box_working"), async (b) => {
      await closeBox(b);
      this.wipe();
      this.host.draw(() => closedView(this.#frame()));
      return null;
    });
  }

  async #save(f: Description, row: HTMLElement): Promise<void> {
    const b = this.#box;
    const says = row.querySelector("[data-says]");
    if (b === null || says === null) return;
    if (f.size > LARGEST) {
      says.textContent = t("page.box_file_large", { Limit: bytes(LARGEST) });
      return;
    }
    const load = new AbortController();
    this.#loads.add(load);
    says.textContent = t("page.box_checking");
    try {
      const blob = await fetchFile(b.line, f, load.signal, (done) => (says.textContent = t("page.box_file_coming", { Percent: num(f.size === 0 ? 0 : Math.floor((done / f.size) * 100)) })));
      if (this.#box !== b) return; // shut meanwhile
      give(blob, f.type);
      says.textContent = t("page.box_file_good");
    } catch (e) {
      if (this.#box !== b || this.#busy || this.#next !== null || this.#gone(e)) return;
      says.textContent = e instanceof Fault ? t("intake.file_damaged") : sentence(e);
    } finally {
      this.#loads.delete(load);
    }
  }
}
