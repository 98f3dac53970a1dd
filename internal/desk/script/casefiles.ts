// Attachments of a case: fetched sealed, opened and checked here, shown in the viewer or saved under a neutral name.
import type { File as Description } from "../../../browser/src/bodies";
import { Fault } from "../../../browser/src/fault";
import { button, type Child, fill, h } from "../../site/script/dom";
import { bytes as sizeOf, t } from "../../site/script/words";
import { Refused } from "./api";
import { fetchFile, type Where } from "./casebytes";
import { hashOf, type OpenedCase } from "./caseopen";
import { cleanedTag, island } from "./casereport";
import type { CaseFile } from "./casetypes";
import { words } from "./casewords";
import { sentence } from "./view";
import { openViewer, save } from "./viewer";

/** Bytes of a file above which a browser is not asked to hold it. */
const LARGEST = 209_715_200;

/** The files of the report. */
export function filesIsland(f: CaseFile, o: OpenedCase): Child {
  const files = o.report.files;
  if (files.length === 0) return null;
  const first = o.items.reporter[0];
  return island({ id: "files", title: t("casepage.files"), pictogram: "file", says: t("casepage.files_count", { Count: files.length, Size: sizeOf(files.reduce((n, x) => n + x.size, 0)) }) }, fileList(f, files, first === undefined ? "" : hashOf(first.doc)));
}

/** Files of one document. hash is that of its sealed bytes: the keeper knows the keys by it. */
export function fileList(f: Where, files: readonly Description[], hash: string): HTMLElement {
  return h("ul", { class: "cl-rows" }, ...files.map((x) => row(f, x, hash)));
}

function row(f: Where, x: Description, hash: string): HTMLElement {
  const says = h("span", { class: "cl-hint cl-small", role: "status" });
  const place = h("div", { class: "cl-filerow__view" });
  const stop = button(t("casepage.file_stop"), () => going?.abort(), "cl-plainbutton cl-linklike");
  let going: AbortController | null = null;
  const run = async (use: (b: Blob) => void) => {
    if (going !== null) return;
    if (x.size > LARGEST) return void fill(says, t("casepage.file_large", { Limit: sizeOf(LARGEST) }));
    const mine = (going = new AbortController());
    stop.hidden = false;
    try {
      const blob = await fetchFile(f, x, hash, mine.signal, (done) => (says.textContent = t("casepage.file_coming", { Percent: x.size === 0 ? 100 : Math.floor((done / x.size) * 100) })));
      says.textContent = t("casepage.file_good");
      use(blob);
    } catch (e) {
      says.textContent = mine.signal.aborted ? t("casepage.file_stopped") : e instanceof Refused ? sentence(e) : e instanceof Fault && e.kind === "locked" ? t("casepage.file_locked") : t("casepage.file_damaged");
    } finally {
      going = null;
      stop.hidden = true;
    }
  };
  stop.hidden = true;
  const label = (text: string) => h("span", {}, text, h("span", { class: "govuk-visually-hidden" }, " ", words(x.name)));
  const show = button("", () => void run((b) => openViewer(place, b, { title: t("casepage.file_title") })), "cl-plainbutton cl-linklike");
  const keep = button("", () => void run((b) => void save(b)), "cl-plainbutton cl-linklike");
  show.append(label(t("casepage.file_show")));
  keep.append(label(t("casepage.file_save")));
  return h("li", { class: "cl-filerow" }, cleanedTag(x), h("span", {}, words(x.name), " ", h("span", { class: "cl-hint cl-small" }, sizeOf(x.size))), says, h("span", { class: "cl-filerow__acts cl-noprint" }, show, keep, stop), place);
}
