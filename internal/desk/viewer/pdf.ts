// PDF pages in the viewer, drawn by pdf.js one at a time. It reads the file in a worker, so that a file that never ends keeps
// nobody: the desk takes the frame away, and the worker with it. Nothing of a file runs: no script, form, link or
// attachment of it has code here that would act on it; what is drawn is pixels.
import workerText from "clarion:pdf-worker";
import tables from "clarion:pdf-cmaps";
import { AnnotationMode, getDocument, PasswordException, PDFWorker, type PDFDocumentProxy, type PDFPageProxy, type RenderTask } from "../../../browser/node_modules/pdfjs-dist/legacy/build/pdf.mjs";
import { PIXELS, pieces, sniff } from "../../../browser/src/staff/sniff";
import { height, onWidth, place, Refusal, room, serve } from "./frame";

/** Pixels and side of the largest canvas that every browser has. */
const CANVAS = 16_777_216;
const SIDE = 8_192;

/** CSS pixels of a point at 100 per cent, at most: on a wide screen a page stays about as large as paper. */
const LARGEST = 1.6;

/** Characters of a page that are given to reading voices. */
const READ = 50_000;

/** Tables of encodings come from this script: there is no network. */
class Tables {
  async fetch(q: { kind: string; filename: string }): Promise<Uint8Array> {
    const packed = q.kind === "cMapUrl" ? tables[q.filename.replace(/\.bcmap$/, "")] : undefined;
    if (packed === undefined) throw new Error("not in this script");
    return Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  }
}

type Policy = { createScriptURL(url: string): string };

function startWorker(): Worker {
  const url = URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }));
  const policy: Policy | undefined = (window as unknown as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } }).trustedTypes?.createPolicy("clarion", {
    createScriptURL: (u) => {
      if (u !== url) throw new TypeError("not the worker");
      return u;
    },
  });
  try {
    return new Worker(policy?.createScriptURL(url) ?? url);
  } catch {
    throw new Refusal("old");
  }
}

async function open(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  if (sniff(bytes) !== "pdf") throw new Refusal("never");
  const task = getDocument({
    data: bytes, worker: new PDFWorker({ port: startWorker() as unknown as null, verbosity: 0 }), verbosity: 0,
    BinaryDataFactory: Tables, cMapUrl: "cmaps/", cMapPacked: true, useWorkerFetch: false, useWasm: false,
    enableXfa: false, maxImageSize: PIXELS, disableAutoFetch: true, disableWorkerRendering: true,
  } as Parameters<typeof getDocument>[0]);
  try {
    return await task.promise;
  } catch (e) {
    throw new Refusal(e instanceof PasswordException ? "locked" : "broken");
  }
}

/** Puts the words of a page beside its picture, for reading voices. They are the file's own claim of what is drawn. */
function read(page: PDFPageProxy, canvas: HTMLCanvasElement): void {
  void page.getTextContent().then((all) => {
    if (!canvas.isConnected) return;
    let text = "";
    for (const i of all.items) if ("str" in i && text.length < READ) text += i.str + (i.hasEOL ? "\n" : "");
    const words = document.createElement("bdi");
    words.className = "voice";
    words.textContent = pieces(text.slice(0, READ)).map((p) => p.text).join("");
    canvas.setAttribute("aria-hidden", "true");
    canvas.after(words);
  }, () => undefined);
}

serve((tell) => {
  let file: PDFDocumentProxy | null = null;
  let shown: PDFPageProxy | null = null;
  let running: RenderTask | null = null;
  let percent = 100;

  const draw = async (): Promise<void> => {
    if (file === null || shown === null) return;
    running?.cancel();
    const natural = shown.getViewport({ scale: 1 });
    if (!(natural.width > 0 && natural.height > 0)) throw new Refusal("broken");
    const width = (Math.min(room(), natural.width * LARGEST) * percent) / 100;
    const dense = Math.min(window.devicePixelRatio || 1, 3);
    const most = Math.min(SIDE / natural.width, SIDE / natural.height, Math.sqrt(CANVAS / (natural.width * natural.height)));
    const viewport = shown.getViewport({ scale: Math.min((width / natural.width) * dense, most) });
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.floor(viewport.width));
    canvas.height = Math.max(1, Math.floor(viewport.height));
    // A page that is a thousand times as high as wide is shown narrower.
    canvas.style.width = Math.round(Math.min(width, (HIGHEST * natural.width) / natural.height)) + "px";
    running = shown.render({ canvas, viewport, annotationMode: AnnotationMode.ENABLE, background: "#fff" } as Parameters<PDFPageProxy["render"]>[0]);
    await running.promise;
    place().replaceChildren(canvas);
    read(shown, canvas);
    tell({ shown: { way: "pdf", height: height(), pages: file.numPages, page: shown.pageNumber } });
  };

  const turn = async (n: number): Promise<void> => {
    if (file === null || !Number.isInteger(n) || n < 1 || n > file.numPages) return;
    const before = shown;
    shown = await file.getPage(n);
    if (before !== null && before !== shown) before.cleanup();
    await draw();
    window.scrollTo(0, 0);
  };

  return {
    async show(bytes) {
      file = await open(bytes);
      await turn(1);
      onWidth(() => void draw().catch(() => undefined));
    },
    page: turn,
    async zoom(p) {
      percent = p;
      await draw();
    },
  };
});

/** CSS pixels of the highest page. */
const HIGHEST = 20_000;
