// The copy of a report for another body while it is being made: passages that are blacked out, files that go with it, and exactly
// what leaves (docs/design/0017-transfer.md).
import type { File as Description, Report } from "../../../browser/src/bodies";
import { clean, cleanable } from "../../../browser/src/clean/clean";
import { blacked, blacken, draft, joined, MARK, naming, type Passage, REASONS, type Reason, restore, type Span, standing } from "../../../browser/src/staff/redact";
import { button, type Child, fill, h, note } from "../../site/script/dom";
import { bytes as sizeOf, t } from "../../site/script/words";
import { fetchFile, sealAttachment } from "./casebytes";
import { hashOf, type OpenedCase } from "./caseopen";
import type { CaseFile } from "./casetypes";
import { categoryName } from "./caseview";
import { howName, reasonName, shown, words } from "./casewords";
import type { Pack } from "./unit";
import { sentence } from "./view";
import { openViewer } from "./viewer";

/** Bytes of a picture that can go with a copy: it is cleaned and sealed in one piece. */
const LARGEST = 52_428_800;

/** What of a report can leave, as one text: never how to reach somebody, who they are, or what they wrote later. */
export function reportText(r: Report, pack: Pack): string {
  const asked = Object.entries(pack.questions).find(([id]) => id === r.category)?.[1] ?? []; // a stranger's word may be "constructor"
  const line = (label: string, text: string): string[] => (text.trim() === "" ? [] : [t("transfer.line", { Label: label, Text: text.trim() })]);
  const answers = r.answers.flatMap((a) => {
    const q = asked.find((x) => x.id === a.q);
    return line(q?.label ?? a.q, [...a.values.map((v) => q?.options.find((o) => o.id === v)?.label ?? v), a.text].filter((x) => x !== "").join("\n"));
  });
  return draft([
    categoryName(pack, r.category), r.what.trim(), ...line(t("casepage.when"), r.when), ...line(t("casepage.where"), r.where),
    ...line(t("casepage.how_known"), r.how.map(howName).join(" · ")), ...line(t("casepage.told"), r.told), ...answers,
  ].filter((x) => x !== "").join("\n\n"));
}

/** A file that may go with the copy. */
interface Offered {
  file: Description;
  box: HTMLInputElement;
  says: HTMLElement;
  place: HTMLElement;
  stop: AbortController | null;
  done: Description | null;
  kind: string;
}

/** A copy under way. It keeps its own part of the page. */
export class CopyDraft {
  readonly box: HTMLElement;
  readonly #area: HTMLTextAreaElement;
  readonly #list = h("ol", { class: "cl-blacked" });
  readonly #leaves = h("blockquote", { class: "cl-quote cl-leaves", "data-leaves": "" });
  readonly #warns = h("div", { role: "status" });
  readonly #missing = h("p", { class: "govuk-error-message", role: "alert", hidden: true });
  readonly #filesMissing = h("p", { class: "govuk-error-message", role: "alert", hidden: true });
  readonly #files: Offered[];
  readonly #reach: string;
  #all: Passage[] = [];
  /** Called after each change. */
  changed: () => void = () => undefined;

  constructor(private readonly text: string, private readonly lang: string, private readonly f: CaseFile, o: OpenedCase) {
    const id = "propose_transfer-source";
    this.#area = h("textarea", { class: "govuk-textarea cl-copytext", id, readonly: true, rows: 12, spellcheck: "false", lang, dir: "auto", translate: "no", "aria-describedby": id + "-hint" });
    this.#area.value = text;
    this.#reach = o.report.reach;
    const report = o.items.reporter[0];
    const hash = report === undefined ? "" : hashOf(report.doc);
    this.#files = o.report.files.map((file) => this.#offered(file, hash));
    const press = (r: Reason) => button(reasonName(r), () => this.#black(r), "govuk-button govuk-button--secondary");
    const pictures = this.#files.filter((x) => !x.box.disabled);
    const others = this.#files.length - pictures.length;
    this.box = h("div", { class: "cl-copy" },
      h("label", { class: "govuk-label", for: id }, t("transfer.source")), h("div", { class: "govuk-hint", id: id + "-hint" }, t("transfer.source_hint")), this.#area,
      h("p", { class: "cl-small", id: id + "-why" }, t("transfer.black")), this.#missing, h("div", { class: "cl-actions", role: "group", "aria-labelledby": id + "-why" }, ...REASONS.map(press)),
      this.#list,
      this.#files.length > 0 && h("fieldset", { class: "govuk-fieldset cl-gap" }, h("legend", { class: "govuk-fieldset__legend" }, t("transfer.files")), this.#filesMissing,
        h("div", { class: "govuk-checkboxes govuk-checkboxes--small" }, ...pictures.map((x) => h("div", { class: "govuk-checkboxes__item cl-copyfile" }, x.box, h("label", { class: "govuk-label govuk-checkboxes__label", for: x.box.id }, words(x.file.name), " ", h("span", { class: "cl-hint cl-small" }, sizeOf(x.file.size))), x.says, x.place))),
        others > 0 && h("p", { class: "cl-hint cl-small" }, t("transfer.files_stay", { Count: others }))),
      h("h3", { class: "cl-gap" }, t("transfer.leaves")), this.#warns, this.#leaves);
    this.#show();
  }

  /** Files that are chosen. */
  get chosen(): number {
    return this.#files.filter((x) => x.box.checked).length;
  }

  /** Passages that are blacked out. */
  get passages(): number {
    return this.#all.length;
  }

  #black(r: Reason): void {
    const { selectionStart: from, selectionEnd: to } = this.#area;
    const next = blacken(this.text, this.#all, from, to, r);
    const nothing = from === to || (next.length === this.#all.length && next.every((p, i) => p.from === this.#all[i]!.from && p.to === this.#all[i]!.to && p.reason === this.#all[i]!.reason));
    this.#missing.textContent = nothing ? t("transfer.black_missing") : "";
    this.#missing.hidden = !nothing;
    if (nothing) return this.#area.focus();
    this.#all = next;
    this.#show();
  }

  #show(): void {
    fill(this.#list, ...this.#all.map((p) => {
      const piece = this.text.slice(p.from, p.to).replace(/\s+/g, " ");
      return h("li", {}, words([...piece].length > 60 ? [...piece].slice(0, 60).join("") + " …" : piece, this.lang), h("span", { class: "cl-hint cl-small" }, reasonName(p.reason)),
        button(t("transfer.unblack"), () => {
          this.#all = restore(this.#all, p.from);
          this.#show();
          this.#area.focus();
        }, "cl-plainbutton cl-linklike"));
    }));
    const still = standing(this.text, this.#all);
    const reach = naming(this.text, this.#all, this.#reach);
    fill(this.#warns, reach.length > 0 && note("warn", t("transfer.reach"), t("transfer.still_text")), still.length > 0 && note("warn", t("transfer.still", { Count: still.length }), t("transfer.still_text")), this.#all.length === 0 && h("p", { class: "cl-hint" }, t("transfer.nothing_black")));
    fill(this.#leaves, ...this.#pieces(joined([...still, ...reach])));
    this.changed();
  }

  /** The text as it leaves, with what still stands marked. */
  #pieces(still: readonly Span[]): Child[] {
    const out: Child[] = [];
    let at = 0;
    const plain = (to: number) => {
      for (const s of still.filter((x) => x.from >= at && x.to <= to)) {
        out.push(shown(this.text.slice(at, s.from)), h("mark", { class: "cl-still" }, shown(this.text.slice(s.from, s.to))));
        at = s.to;
      }
      out.push(shown(this.text.slice(at, to)));
    };
    for (const p of this.#all) {
      plain(p.from);
      out.push(h("span", { class: "cl-black", title: reasonName(p.reason) }, MARK));
      at = p.to;
    }
    plain(this.text.length);
    return [h("bdi", { translate: "no", lang: this.lang }, ...out)];
  }

  #offered(file: Description, hash: string): Offered {
    const id = "propose_transfer-file-" + file.blob;
    const picture = /^image\/(jpeg|png)$/.test(file.type) && file.size <= LARGEST;
    const x: Offered = { file, box: h("input", { class: "govuk-checkboxes__input", type: "checkbox", id, disabled: !picture }), says: h("span", { class: "cl-hint cl-small", role: "status" }), place: h("div", { class: "cl-filerow__view" }), stop: null, done: null, kind: "" };
    x.box.addEventListener("change", () => {
      this.#filesMissing.hidden = true;
      if (x.box.checked) void this.#take(x, hash);
      else this.#drop(x);
      this.changed();
    });
    return x;
  }

  #drop(x: Offered): void {
    x.stop?.abort();
    x.stop = null;
    x.done = null;
    fill(x.says);
    fill(x.place);
  }

  /** Opens, cleans and seals a picture anew. What the program does not understand whole does not leave. */
  async #take(x: Offered, hash: string): Promise<void> {
    const stop = (x.stop = new AbortController());
    const says = (percent: number) => (x.says.textContent = t("transfer.file_coming", { Percent: Math.floor(percent) }));
    try {
      const opened = await fetchFile(this.f, x.file, hash, stop.signal, (done) => says((40 * done) / Math.max(1, x.file.size)));
      const raw = new Uint8Array(await opened.arrayBuffer());
      x.kind = cleanable(raw) === "png" ? "png" : "jpg";
      let bytes: Uint8Array;
      try {
        bytes = clean(raw).bytes;
      } catch {
        x.box.checked = false;
        x.box.disabled = true;
        x.says.textContent = t("transfer.file_stays");
        this.changed();
        return;
      }
      const copy = new Blob([bytes as Uint8Array<ArrayBuffer>]);
      const done = await sealAttachment(this.f, new File([copy], "file", { type: x.kind === "png" ? "image/png" : "image/jpeg" }), stop.signal, (share) => says(40 + 60 * share));
      if (stop.signal.aborted) return;
      x.done = done;
      fill(x.says, t("transfer.file_ready"), " ", button(t("casepage.file_show"), () => void openViewer(x.place, copy, { title: t("casepage.file_title") }), "cl-plainbutton cl-linklike"));
    } catch (e) {
      if (stop.signal.aborted) return;
      x.box.checked = false;
      x.says.textContent = sentence(e);
      this.changed();
    }
  }

  /** The copy's text with its reasons, and its files under neutral names; null while a file is on its way: the page has said so. */
  ready(): { text: string; blacked: Reason[]; files: Description[] } | null {
    const chosen = this.#files.filter((x) => x.box.checked);
    const open = chosen.some((x) => x.done === null);
    this.#filesMissing.textContent = open ? t("casepage.attach_open") : "";
    this.#filesMissing.hidden = !open;
    if (open) return null;
    const { text, reasons } = blacked(this.text, this.#all);
    return { text, blacked: reasons, files: chosen.map((x, i) => ({ ...x.done!, name: `file-${i + 1}.${x.kind}`, cleaned: "yes" })) };
  }
}
