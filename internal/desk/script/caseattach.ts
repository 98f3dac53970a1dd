// Files that go with a letter or a note: sealed in the keeper piece by piece, and kept by the server until the document names them.
import type { File as Description } from "../../../browser/src/bodies";
import { button, fill, h } from "../../site/script/dom";
import { bytes as sizeOf, t } from "../../site/script/words";
import { sealAttachment } from "./casebytes";
import type { CaseFile } from "./casetypes";
import { words } from "./casewords";
import { sentence } from "./view";

/** Bytes of a file of staff, at most: it is sealed and sent in one piece. */
const LARGEST = 52_428_800;
/** Files of one document, at most. */
const MOST = 10;

interface One {
  name: string;
  size: number;
  row: HTMLElement;
  state: HTMLElement;
  stop: AbortController;
  done: Description | null;
  failed: boolean;
}

/** What a form needs of the files that go with it. */
export interface Attached {
  readonly box: HTMLElement;
  /** Their descriptions, or null when one is not ready: the page has said so. */
  ready(): Promise<Description[] | null>;
}

/** The files of one form. They stay while the page around is drawn anew. */
export class Attachments implements Attached {
  readonly box: HTMLElement;
  readonly #list = h("ul", { class: "cl-rows cl-attach" });
  readonly #says = h("p", { class: "govuk-error-message", role: "alert", hidden: true });
  #all: One[] = [];

  constructor(form: string, private readonly file: () => CaseFile) {
    const input = h("input", { type: "file", id: form + "-file", class: "cl-file__input", multiple: true });
    input.addEventListener("change", () => {
      for (const f of input.files ?? []) this.#add(f);
      input.value = "";
    });
    this.box = h("div", { class: "cl-attachments" }, h("label", { class: "cl-small", for: form + "-file" }, t("casepage.attach")), this.#says, input, this.#list);
  }

  get any(): boolean {
    return this.#all.length > 0;
  }

  /** The descriptions of all files, or null when one is still on its way or did not get through: the page has said so. */
  async ready(): Promise<Description[] | null> {
    const open = this.#all.some((x) => x.done === null);
    this.#fault(open ? t("casepage.attach_open") : "");
    return open ? null : this.#all.map((x) => x.done!);
  }

  #fault(text: string): void {
    this.#says.textContent = text;
    this.#says.hidden = text === "";
  }

  #add(f: File): void {
    this.#fault("");
    if (f.size > LARGEST) return this.#fault(t("casepage.attach_large", { Limit: sizeOf(LARGEST) }));
    if (this.#all.length >= MOST) return this.#fault(t("casepage.attach_many", { Count: MOST }));
    const state = h("span", { class: "cl-hint cl-small", role: "status" }, t("casepage.attach_sealing"));
    const one: One = { name: f.name, size: f.size, row: h("li", {}), state, stop: new AbortController(), done: null, failed: false };
    const remove = button(t("casepage.attach_remove"), () => {
      one.stop.abort();
      this.#all = this.#all.filter((x) => x !== one);
      one.row.remove();
      this.#fault("");
    }, "cl-plainbutton cl-linklike");
    fill(one.row, h("span", {}, words(f.name), " ", h("span", { class: "cl-hint cl-small" }, sizeOf(f.size))), state, remove);
    this.#all.push(one);
    this.#list.append(one.row);
    void this.#run(f, one);
  }

  async #run(f: File, one: One): Promise<void> {
    try {
      one.done = await sealAttachment(this.file(), f, one.stop.signal, (done) => (one.state.textContent = t("casepage.attach_going", { Percent: Math.floor(done * 100) })));
      one.state.textContent = t("casepage.attach_done");
    } catch (e) {
      one.failed = true;
      one.state.textContent = sentence(e);
    }
  }
}
