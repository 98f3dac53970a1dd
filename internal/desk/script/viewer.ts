// An attachment, shown in a frame that can reach nothing: what a file is, its first bytes decide. The frame is believed in nothing but
// shapes and bounds, and taken away when it does not answer.
import { endingOf, HEAD, type Kind, sniff, wayOf } from "../../../browser/src/staff/sniff";
import { button, fill, focus, h, note } from "../../site/script/dom";
import { bytes as sizeOf, language, t } from "../../site/script/words";

/** What stands around a file that is shown. */
export interface ViewerOptions {
  /** What the page calls the file, in its own words. */
  title: string;
  /** The viewer is gone, by whatever way. */
  closed?: () => void;
}

/** A viewer that is open. */
export interface Viewer {
  close(): void;
}

/** Milliseconds that the frame has for an answer. The library for PDF is large, and a line may be slow: the start has longer. */
const ANSWER = 20_000;
const START = 60_000;

/** Bytes of a file that are given to the frame; of a text, only the beginning. */
const MOST = { picture: 67_108_864, text: 1_048_576, sound: 209_715_200, video: 209_715_200, pdf: 104_857_600, none: 0 };

/** Pixels of the frame's height. Higher documents scroll inside. */
const LEAST = 72;
const HIGHEST = 20_000;

const ZOOMS: readonly number[] = [50, 75, 100, 125, 150, 200, 300, 400];

/** Gives a file to the person under a neutral name, what its first bytes are and nothing that a stranger wrote, or under one of our own. */
export async function save(file: Blob, name?: string): Promise<void> {
  const kind = sniff(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()));
  const url = URL.createObjectURL(new Blob([file], { type: "application/octet-stream" }));
  const a = h("a", { href: url, download: name ?? "file." + endingOf(kind) });
  document.body.appendChild(a);
  a.click();
  a.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Shows a file in place. It stays until it is closed, the page is left, or place is emptied. */
export function openViewer(place: HTMLElement, file: Blob, o: ViewerOptions): Viewer {
  const v = new Shown(place, file, o);
  void v.begin();
  return v;
}

/** What a file is, in words. */
function kindName(k: Kind): string {
  switch (wayOf(k)) {
    case "picture": return t("viewer.kind_picture");
    case "text": return t("viewer.kind_text");
    case "pdf": return t("viewer.kind_pdf");
    case "sound": return t("viewer.kind_sound");
    case "video": return t("viewer.kind_video");
    case "none": return t("viewer.kind_other");
  }
}

/** Why a kind is never shown. */
function neverShown(k: Kind): string {
  switch (k) {
    case "html": case "svg": case "xml": return t("viewer.never_web");
    case "rtf": case "doc": case "docx": case "xlsx": case "pptx": case "odf": return t("viewer.never_office");
    case "zip": case "archive": return t("viewer.never_archive");
    case "program": return t("viewer.never_program");
    case "empty": return t("viewer.empty");
    default: return t("viewer.never_other");
  }
}

/** A fault that the frame may name. */
function faultText(key: string): string {
  switch (key) {
    case "large": return t("viewer.fault_large");
    case "player": return t("viewer.fault_player");
    case "locked": return t("viewer.fault_locked");
    case "old": return t("viewer.fault_old");
    case "slow": return t("viewer.fault_slow");
    default: return t("viewer.fault_broken");
  }
}

/** What a frame says that something is shown, as far as it can be believed. */
interface Told {
  height: number;
  pages: number;
  page: number;
  cut: boolean;
}

const whole = (v: unknown, least: number, most: number): number => (typeof v === "number" && Number.isInteger(v) ? Math.min(Math.max(v, least), most) : least);

function told(v: unknown): Told | null {
  if (typeof v !== "object" || v === null) return null;
  const s = v as Record<string, unknown>;
  const pages = whole(s["pages"], 0, 100_000);
  return { height: whole(s["height"], LEAST, HIGHEST), pages, page: whole(s["page"], 0, pages), cut: s["cut"] === true };
}

class Shown implements Viewer {
  readonly #place: HTMLElement;
  readonly #file: Blob;
  readonly #o: ViewerOptions;
  readonly #heading: HTMLElement;
  readonly #kind = h("p", { class: "cl-hint" });
  readonly #tools = h("div", { class: "cl-viewer__tools", hidden: true });
  readonly #body = h("div", { class: "cl-viewer__body" });
  readonly #more = h("div", { role: "status" });
  readonly #box: HTMLElement;
  readonly #before = document.activeElement;
  #frame: HTMLIFrameElement | null = null;
  #port: MessagePort | null = null;
  #over: ReturnType<typeof setTimeout> | undefined;
  #told: Told = { height: LEAST, pages: 0, page: 0, cut: false };
  #zoom = 100;
  #way: ReturnType<typeof wayOf> = "none";
  #closed = false;
  readonly #leave = () => this.close();

  constructor(place: HTMLElement, file: Blob, o: ViewerOptions) {
    this.#place = place;
    this.#file = file;
    this.#o = o;
    this.#heading = h("h3", { tabindex: "-1" }, o.title);
    const quiet = "govuk-button govuk-button--secondary";
    this.#box = h("section", { class: "cl-viewer", "aria-label": t("viewer.title", { Name: o.title }), keydown: (e) => this.#key(e as KeyboardEvent) },
      h("div", { class: "cl-viewer__head" }, h("div", {}, this.#heading, this.#kind), h("div", { class: "cl-viewer__acts" }, button(t("viewer.save"), () => void save(file), quiet, "save"), button(t("viewer.close"), this.#leave, quiet, "cross"))),
      this.#tools, this.#body, this.#more);
  }

  async begin(): Promise<void> {
    fill(this.#place, this.#box);
    fill(this.#more, h("p", { class: "cl-hint" }, t("viewer.opening")));
    focus(this.#heading);
    window.addEventListener("pagehide", this.#leave);
    try {
      const kind = sniff(new Uint8Array(await this.#file.slice(0, HEAD).arrayBuffer()));
      this.#way = wayOf(kind);
      this.#box.dataset["way"] = this.#way;
      this.#kind.textContent = kindName(kind) + " · " + sizeOf(this.#file.size);
      if (this.#way === "none") return this.#refuse(neverShown(kind));
      const most = MOST[this.#way];
      if (this.#file.size > most && this.#way !== "text") return this.#refuse(t("viewer.fault_large"));
      const bytes = await this.#file.slice(0, most).arrayBuffer();
      if (!this.#closed) this.#start(bytes);
    } catch {
      this.#refuse(t("viewer.fault_broken"));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const inside = this.#box.contains(document.activeElement);
    this.#stop();
    window.removeEventListener("pagehide", this.#leave);
    this.#box.remove();
    if (inside && this.#before instanceof HTMLElement && this.#before.isConnected) this.#before.focus();
    this.#o.closed?.();
  }

  /** Takes the frame away, and with it whatever runs in it. */
  #stop(): void {
    clearTimeout(this.#over);
    this.#port?.close();
    this.#port = null;
    this.#frame?.remove();
    this.#frame = null;
  }

  #refuse(text: string): void {
    if (this.#closed) return;
    this.#stop();
    this.#tools.hidden = true;
    this.#box.dataset["state"] = "refused";
    fill(this.#body);
    fill(this.#more, note("warn", t("viewer.not_shown"), text));
  }

  #wait(milliseconds: number): void {
    clearTimeout(this.#over);
    this.#over = setTimeout(() => this.#refuse(faultText("slow")), milliseconds);
  }

  #start(bytes: ArrayBuffer): void {
    const frame = h("iframe", { src: this.#way === "pdf" ? "/viewer-pdf" : "/viewer", sandbox: "allow-scripts", referrerpolicy: "no-referrer", title: t("viewer.frame", { Name: this.#o.title }), height: LEAST });
    this.#frame = frame;
    this.#wait(START);
    frame.addEventListener("load", () => {
      if (this.#frame !== frame || this.#port !== null) return this.#refuse(t("viewer.fault_broken")); // it went somewhere else
      const c = new MessageChannel();
      this.#port = c.port1;
      c.port1.onmessage = (m: MessageEvent) => this.#hear(m.data, bytes);
      frame.contentWindow?.postMessage("clarion-viewer", "*", [c.port2]); // its origin is opaque: no other target can be named
    });
    fill(this.#body, frame);
  }

  #hear(data: unknown, bytes: ArrayBuffer): void {
    if (this.#closed || this.#port === null || typeof data !== "object" || data === null) return;
    const m = data as Record<string, unknown>;
    if (m["ready"] === true && bytes.byteLength > 0) {
      this.#wait(START);
      this.#port.postMessage({ show: bytes, lang: language() }, [bytes]);
    } else if (typeof m["fault"] === "string") this.#refuse(faultText(m["fault"]));
    else if (m["key"] === "close") this.close();
    else if (m["key"] === "next") this.#turn(1);
    else if (m["key"] === "previous") this.#turn(-1);
    else {
      const s = told(m["shown"]);
      if (s === null) return;
      clearTimeout(this.#over);
      this.#told = s;
      this.#frame?.setAttribute("height", String(s.height));
      this.#drawTools();
      this.#box.dataset["state"] = "shown";
      this.#box.dataset["page"] = String(s.page);
    }
  }

  #key(e: KeyboardEvent): void {
    if (e.key === "Escape" && !e.defaultPrevented) {
      e.preventDefault();
      e.stopPropagation();
      this.close();
    }
  }

  #ask(q: { page: number } | { zoom: number }): void {
    this.#wait(ANSWER);
    this.#port?.postMessage(q);
  }

  #turn(by: number): void {
    const page = this.#told.page + by;
    if (page >= 1 && page <= this.#told.pages) this.#ask({ page });
  }

  #scale(by: number): void {
    const at = ZOOMS.indexOf(this.#zoom) + by;
    const zoom = ZOOMS[at];
    if (zoom === undefined) return;
    this.#zoom = zoom;
    this.#ask({ zoom });
  }

  #drawTools(): void {
    const had = document.activeElement instanceof HTMLElement && this.#tools.contains(document.activeElement) ? document.activeElement.dataset["tool"] : undefined;
    const tool = (name: string, label: string, run: () => void, can: boolean): HTMLButtonElement => {
      const b = button(label, () => {
        if (b.getAttribute("aria-disabled") !== "true") run();
      }, "govuk-button govuk-button--secondary");
      b.dataset["tool"] = name;
      if (!can) b.setAttribute("aria-disabled", "true");
      return b;
    };
    const s = this.#told;
    const paged = s.pages > 1;
    this.#tools.hidden = this.#way !== "pdf" && this.#way !== "picture";
    fill(this.#tools,
      paged && tool("previous", t("viewer.previous"), () => this.#turn(-1), s.page > 1),
      s.pages > 0 && h("span", { class: "cl-nowrap", role: "status" }, t("viewer.page", { N: s.page, Of: s.pages })),
      paged && tool("next", t("viewer.next"), () => this.#turn(1), s.page < s.pages),
      tool("smaller", t("viewer.smaller"), () => this.#scale(-1), this.#zoom > (ZOOMS[0] ?? 0)),
      h("span", { class: "cl-nowrap" }, t("viewer.zoom", { N: this.#zoom })),
      tool("larger", t("viewer.larger"), () => this.#scale(1), this.#zoom < (ZOOMS[ZOOMS.length - 1] ?? 0)));
    if (had !== undefined) this.#tools.querySelector<HTMLElement>(`[data-tool="${had}"]`)?.focus();
    const cut = s.cut || (this.#way === "text" && this.#file.size > MOST.text);
    fill(this.#more, cut && note("", t("viewer.cut"), t("viewer.cut_text")), h("p", { class: "cl-hint" }, this.#way === "sound" || this.#way === "video" ? t("viewer.hint_player") : t("viewer.hint_print")));
  }
}
