// Files: chosen one at a time, cleaned if wanted, sealed in a worker and sent before the text that names them.
import type { File as Description } from "../../../browser/src/bodies";
import { base64url, utf8 } from "../../../browser/src/bytes";
import { cleanable, MAX_PICTURE } from "../../../browser/src/clean/clean";
import { Fault } from "../../../browser/src/fault";
import { sealInWorker, solveInWorker } from "../../../browser/src/remote";
import { isId } from "../../../browser/src/syntax";
import { type Transport, Upload } from "../../../browser/src/upload";
import type { Challenge } from "../../../browser/src/work";
import { button, fill, focus, foreign, h, icon, note, put } from "./dom";
import { getJSON, Refused, send } from "./net";
import { segmentOf, startWorker } from "./page";
import { bytes, language, num, t } from "./words";

type State = "waiting" | "sending" | "paused" | "done" | "failed";

class Item {
  state: State = "waiting";
  sent = 0;
  total = 0;
  why = "";
  /** The server has no room now, or too much to do: it is asked again. */
  busy = false;
  description: Description | null = null;
  upload: Upload | null = null;
  worker: ReturnType<typeof startWorker> | null = null;
  /** Counts the attempts, so that an old one that ends late changes nothing. */
  turn = 0;
  readonly row = h("li", {});

  constructor(
    readonly file: File,
    readonly name: string,
    readonly cleaned: Description["cleaned"],
  ) {}
}

/** What may be added. */
export interface FileLimits {
  count: number;
  /** Bytes of one. */
  size: number;
}

/** The files of one report or message. They live in the page's memory only. */
export class Attachments {
  readonly #items: Item[] = [];
  #running = false;
  #photos = 0;
  #box: HTMLElement | null = null;
  #told: HTMLElement | null = null;

  constructor(
    private readonly limits: FileLimits,
    private readonly changed: () => void,
  ) {}

  /** Those that have arrived, in the order in which they were chosen. */
  get ready(): Description[] {
    return this.#items.flatMap((i) => (i.description === null ? [] : [i.description]));
  }

  /** How many are on their way. */
  get open(): number {
    return this.#items.filter((i) => i.state !== "done").length;
  }

  get count(): number {
    return this.#items.length;
  }

  /** A line for each file, for reading over. */
  lines(): { name: string; text: string }[] {
    return this.#items.map((i) => ({ name: i.name, text: `${i.name}\n${bytes(i.file.size)}\n${this.#says(i)}` }));
  }

  /** Ends everything that is under way and forgets it. */
  clear(): void {
    for (const i of [...this.#items]) this.#drop(i);
  }

  /** Forgets what has not arrived; what has stays. */
  leaveOpen(): void {
    for (const i of this.#items.filter((x) => x.state !== "done")) this.#drop(i);
  }

  /** Shows the list and the two buttons in box. */
  show(box: HTMLElement): void {
    const told = h("p", { class: "govuk-visually-hidden", role: "status" });
    const list = h("div", {});
    fill(box, told, list);
    this.#told = told;
    this.#box = list;
    this.#draw();
  }

  #draw(): void {
    const box = this.#box;
    if (box === null) return;
    const ask = h("div", {});
    fill(box);
    if (this.#items.length > 0) {
      const list = h("ul", { class: "cl-files cl-files--going" });
      for (const i of this.#items) {
        this.#row(i);
        put(list, i.row);
      }
      put(box, h("section", { class: "cl-gap2" }, h("h2", {}, t("page.files_yours")), list));
    }
    if (this.#items.length >= this.limits.count) put(box, h("p", { class: "cl-gap" }, t("site.files_enough")));
    else put(box, ask, this.#buttons(ask));
  }

  #buttons(ask: HTMLElement): HTMLElement {
    const pick = (id: string, label: string, accept: string) => {
      const input = h("input", { type: "file", id, class: "govuk-visually-hidden", tabindex: "-1", "aria-hidden": "true", accept: accept === "" ? undefined : accept });
      input.addEventListener("change", () => {
        const f = input.files?.[0];
        input.value = ""; // the same file may be chosen again
        if (f !== undefined) void this.#chosen(f, ask);
      });
      const b = button(label, () => input.click(), "govuk-button govuk-button--secondary", "file");
      return h("div", {}, b, input);
    };
    return h("div", { class: "cl-actions cl-gap2" }, pick("pick-picture", t("page.pick_picture"), "image/*,video/*"), pick("pick-file", t("page.pick_file"), ""));
  }

  async #chosen(f: File, ask: HTMLElement): Promise<void> {
    const refuse = (title: string) => fill(ask, h("div", { class: "cl-gap", role: "alert" }, note("warn", title)));
    if (f.size === 0) return refuse(t("intake.empty_file"));
    if (f.size > this.limits.size) return refuse(t("intake.file_too_large", { Limit: this.limits.size / 1048576 }));
    let kind: "jpeg" | "png" | null = null;
    try {
      kind = f.size > MAX_PICTURE ? null : cleanable(new Uint8Array(await f.slice(0, 16).arrayBuffer()));
    } catch {
      return refuse(t("page.file_unreadable"));
    }
    if (kind === null) this.#askPlain(f, ask, t("page.unclean_title"), t("page.unclean_text"));
    else this.#askClean(f, ask);
  }

  /** A picture can be sent clean, as it is, or both. */
  #askClean(f: File, ask: HTMLElement): void {
    const all = [
      { id: "clean", label: t("page.clean_yes"), hint: t("page.clean_yes_hint") },
      { id: "original", label: t("page.clean_no"), hint: t("page.clean_no_hint") },
      { id: "both", label: t("page.clean_both"), hint: t("page.clean_both_hint") },
    ];
    const options = this.limits.count - this.#items.length > 1 ? all : all.slice(0, 2);
    const radios = h("div", { class: "govuk-radios" });
    for (const [n, o] of options.entries()) {
      put(radios, h("div", { class: "govuk-radios__item" },
        h("input", { class: "govuk-radios__input", type: "radio", name: "clean", id: "clean-" + o.id, value: o.id, checked: n === 0, autocomplete: "off" }),
        h("label", { class: "govuk-label govuk-radios__label", for: "clean-" + o.id }, o.label), h("div", { class: "govuk-hint govuk-radios__hint" }, o.hint)));
    }
    const add = () => {
      const choice = radios.querySelector<HTMLInputElement>("input:checked")?.value;
      fill(ask);
      if (choice !== "original") this.#add(f, `photo-${++this.#photos}${/\.png$/i.test(f.name) || f.type === "image/png" ? ".png" : ".jpg"}`, "yes");
      if (choice !== "clean") this.#add(f, fileName(f.name), "original");
    };
    this.#card(ask, f, h("fieldset", { class: "govuk-fieldset cl-gap" }, h("legend", { class: "govuk-fieldset__legend" }, t("page.clean_title")), h("div", { class: "govuk-hint" }, t("page.clean_hint")), radios), t("page.file_add"), add);
  }

  /** What cannot be cleaned is sent as it is, or not at all. */
  #askPlain(f: File, ask: HTMLElement, title: string, text: string): void {
    this.#card(ask, f, h("div", { class: "cl-gap" }, note("warn", title, text)), t("page.file_add_plain"), () => {
      fill(ask);
      this.#add(f, fileName(f.name), "no");
    });
  }

  #card(ask: HTMLElement, f: File, question: HTMLElement, yes: string, add: () => void): void {
    const drop = () => {
      fill(ask);
      focus(this.#box);
    };
    const card = h("div", { class: "cl-card cl-gap2" }, h("p", {}, icon("file"), " ", foreign(fileName(f.name)), " ", h("span", { class: "cl-num" }, bytes(f.size))), question,
      h("div", { class: "cl-actions" }, button(yes, add), button(t("page.file_not"), drop, "govuk-button cl-button--quiet")));
    fill(ask, card);
    focus(card);
  }

  #add(f: File, name: string, cleaned: Description["cleaned"]): void {
    this.#items.push(new Item(f, name, cleaned));
    this.#draw();
    focus(this.#box?.querySelector<HTMLElement>("h2") ?? null);
    this.changed();
    void this.#work();
  }

  /** One file after the other: a phone has one line. */
  async #work(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (;;) {
      const next = this.#items.find((i) => i.state === "waiting");
      if (next === undefined) break;
      await this.#send(next);
    }
    this.#running = false;
  }

  async #send(i: Item): Promise<void> {
    const turn = ++i.turn;
    i.state = "sending";
    this.#row(i);
    try {
      i.worker = startWorker("files");
      const piece = i.file.size < 8388608 ? 262144 : 1048576;
      const remote = await sealInWorker(i.worker, i.file, i.cleaned === "yes", piece);
      i.total = remote.size;
      const headers = { "Clarion-Work": await this.#pay(remote.size) };
      if (i.turn !== turn) return;
      const url = `/${segmentOf(language())}/api/upload`;
      i.upload = new Upload({
        url, headers, size: remote.size, source: remote.source, transport: transport((busy) => this.#busy(i, busy)), piece, used: remote.used,
        onProgress: (sent) => {
          i.sent = sent;
          this.#progress(i);
        },
        onPause: () => this.#state(i, "paused"),
      });
      const run = i.upload.run();
      this.#row(i); // from here on it can be paused
      const id = (await run).split("/").pop() ?? "";
      if (!isId(id)) throw new Fault("upload", "address");
      i.description = { ...remote.result(), blob: id, name: i.name, type: mediaType(i.file.type), cleaned: i.cleaned };
      i.sent = i.total;
      this.#state(i, "done");
    } catch (e) {
      if (i.turn !== turn || !this.#items.includes(i)) return;
      i.why = this.#reason(e);
      this.#state(i, "failed");
    } finally {
      if (i.turn === turn) i.worker?.terminate();
    }
  }

  async #pay(size: number): Promise<string> {
    const challenge = await getJSON<Challenge>(`/${segmentOf(language())}/api/upload-work?size=${size}`);
    const worker = startWorker("work");
    try {
      const solution = await solveInWorker(worker, challenge);
      return base64url(utf8(JSON.stringify({ challenge, solution })));
    } finally {
      worker.terminate();
    }
  }

  #reason(e: unknown): string {
    if (e instanceof Fault && e.kind === "picture") return t("page.clean_failed");
    if (e instanceof Fault && e.kind === "file") return t("page.file_changed");
    if (e instanceof Refused && e.status === 503) return t("intake.no_room_for_files");
    return t("page.file_failed");
  }

  #busy(i: Item, busy: boolean): void {
    if (i.busy === busy) return;
    i.busy = busy;
    this.#row(i);
  }

  #state(i: Item, s: State): void {
    i.state = s;
    this.#row(i);
    this.#say(`${i.name}: ${this.#says(i)}`);
    this.changed();
  }

  #drop(i: Item): void {
    i.turn++;
    i.upload?.stop();
    i.worker?.onerror?.(null); // whoever waits for it waits for nothing
    i.worker?.terminate();
    const url = i.upload?.url ?? "";
    // Nobody waits for this: what is left is erased within a day.
    if (url !== "") void send(url, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" } }).catch(() => undefined);
    this.#items.splice(this.#items.indexOf(i), 1);
    this.#draw();
    this.#say(t("page.file_removed", { Name: i.name }));
    focus(this.#box?.querySelector<HTMLElement>("h2, .cl-actions button") ?? null);
    this.changed();
  }

  /** The server has them no more: they can be sent again. */
  lost(): void {
    for (const i of this.#items.filter((x) => x.state === "done")) {
      i.description = null;
      i.upload = null;
      i.sent = 0;
      i.why = t("page.file_failed");
      i.state = "failed";
    }
  }

  /** Tells those who do not see the list. */
  #say(text: string): void {
    if (this.#told !== null) this.#told.textContent = text;
  }

  #says(i: Item): string {
    switch (i.state) {
      case "waiting":
        return t("page.file_waiting");
      case "sending":
        if (i.busy) return t("page.file_busy");
        return i.total === 0 || i.sent === 0 ? t("page.file_sealing") : t("page.file_sending", { Percent: num(Math.floor((i.sent / i.total) * 100)) });
      case "paused":
        return i.busy ? t("page.file_no_room") : t("page.file_paused", { Percent: num(i.total === 0 ? 0 : Math.floor((i.sent / i.total) * 100)) });
      case "done":
        return i.cleaned === "yes" ? t("page.file_done_clean") : t("page.file_done");
      case "failed":
        return i.why;
    }
  }

  #progress(i: Item): void {
    const bar = i.row.querySelector("progress");
    const says = i.row.querySelector("[data-says]");
    if (bar === null || says === null) return this.#row(i);
    bar.max = i.total;
    bar.value = i.sent;
    says.textContent = this.#says(i);
  }

  #row(i: Item): void {
    const held = i.row.contains(document.activeElement);
    const called = () => h("span", { class: "govuk-visually-hidden" }, " ", foreign(i.name));
    const small = (label: string, act: () => void) => {
      const b = button(label, act, "cl-plainbutton cl-linklike");
      put(b, called());
      return b;
    };
    const bar = h("progress", { max: i.total || 1, value: i.sent, "aria-label": i.name });
    fill(i.row,
      h("div", { class: "cl-files__what" }, h("span", {}, foreign(i.name), " ", h("span", { class: "cl-num" }, bytes(i.file.size))),
        i.state === "done" ? h("span", { class: "cl-tag cl-tag--seal" }, icon("lock"), this.#says(i)) : h("span", { class: "cl-hint", "data-says": true, role: i.state === "failed" ? "alert" : undefined }, this.#says(i)),
        (i.state === "sending" || i.state === "paused") && bar),
      h("div", { class: "cl-files__acts" },
        i.state === "sending" && i.upload?.state === "running" && small(t("page.pause"), () => {
          i.upload?.pause();
          if (i.upload?.state === "paused") this.#state(i, "paused");
        }),
        i.state === "paused" && small(t("page.resume"), () => {
          i.upload?.resume();
          this.#state(i, "sending");
        }),
        i.state === "failed" && small(t("page.again"), () => {
          i.state = "waiting";
          this.#row(i);
          void this.#work();
        }),
        small(t("site.files_remove"), () => this.#drop(i))));
    if (held) i.row.querySelector("button")?.focus();
  }
}

/** Sends the requests of an upload; one at a time, and it can be cut. */
function transport(told: (busy: boolean) => void): Transport {
  let cut: AbortController | null = null;
  return {
    async send(r) {
      cut = new AbortController();
      const answer = await send(r.url, { method: r.method, headers: r.headers, ...(r.body && { body: r.body }), signal: cut.signal, patience: 60_000 + (r.body?.length ?? 0) / 2 });
      told(answer.status === 503 || answer.status === 429);
      return { status: answer.status, header: (name) => answer.headers.get(name) };
    },
    cancel: () => cut?.abort(),
  };
}

/** The last part of a claimed name, without what cannot be seen, at most 120 characters. */
function fileName(name: string): string {
  const last = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, "").trim();
  const all = [...last];
  return all.length === 0 ? "file" : all.length > 120 ? [...all.slice(0, 100), ...all.slice(-20)].join("") : last;
}

function mediaType(type: string): string {
  return /^[a-z0-9.+-]+\/[a-z0-9.+-]+$/.test(type) && type.length <= 100 ? type : "application/octet-stream";
}
