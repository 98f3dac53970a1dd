// One side of the viewer's only channel: bytes come in, and what the desk needs to frame them goes out. The document
// has an opaque origin, no network and no storage; whatever a file makes of it, nothing of the desk is in reach.

/** What comes in. show once; the others for what is shown. */
export interface Inward {
  show?: ArrayBuffer;
  lang?: string;
  /** A page, from 1. */
  page?: number;
  /** Per cent of the width that fits. */
  zoom?: number;
}

/** What goes out. Of a fault, key is the end of a text's key. */
export type Outward =
  | { ready: true }
  | { shown: { way: string; height: number; pages?: number; page?: number; cut?: boolean } }
  | { fault: string }
  | { key: "close" | "next" | "previous" };

/** What somebody who shows a kind of file does. */
export interface Showing {
  show(bytes: Uint8Array): Promise<void>;
  page?(n: number): Promise<void>;
  zoom?(percent: number): Promise<void>;
}

/** A file that is not shown, and why. */
export class Refusal extends Error {
  constructor(readonly key: string) {
    super(key);
  }
}

/** Where a file is shown. */
export const place = (): HTMLElement => document.getElementById("file") as HTMLElement;

/** Takes the channel from the desk, and shows what comes through it. */
export function serve(make: (tell: (o: Outward) => void) => Showing): void {
  const take = (e: MessageEvent): void => {
    const port = e.ports[0];
    if (e.source !== window.parent || port === undefined) return;
    window.removeEventListener("message", take);
    const tell = (o: Outward): void => port.postMessage(o);
    const showing = make(tell);
    let last: Promise<void> = Promise.resolve();
    port.onmessage = (m: MessageEvent) => {
      const q = m.data as Inward;
      // One after the other: a page is not turned while another is drawn.
      last = last.then(() => answer(showing, q)).catch((x: unknown) => tell({ fault: x instanceof Refusal ? x.key : "broken" }));
    };
    keys(tell);
    tell({ ready: true });
  };
  window.addEventListener("message", take);
}

async function answer(showing: Showing, q: Inward): Promise<void> {
  if (q.lang !== undefined) document.documentElement.lang = q.lang;
  if (q.show !== undefined) await showing.show(new Uint8Array(q.show));
  if (q.page !== undefined) await showing.page?.(q.page);
  if (q.zoom !== undefined) await showing.zoom?.(q.zoom);
}

function keys(tell: (o: Outward) => void): void {
  window.addEventListener("keydown", (e) => {
    if (e.altKey || e.ctrlKey || e.metaKey) return;
    if (e.key === "Escape") tell({ key: "close" });
    else if (e.target instanceof HTMLMediaElement) return;
    else if (e.key === "PageDown" || e.key === "ArrowRight") tell({ key: "next" });
    else if (e.key === "PageUp" || e.key === "ArrowLeft") tell({ key: "previous" });
  });
  // What is dropped here would otherwise be opened in place of the viewer.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (e) => e.preventDefault());
}

/** CSS pixels of the width that a file has. */
export const room = (): number => Math.max(160, place().clientWidth - 32);

/** How high the document is. */
export const height = (): number => Math.ceil(document.documentElement.getBoundingClientRect().height);

/** Calls run when the width changes: the height follows from it, and must not ask again. */
export function onWidth(run: () => void): void {
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    run();
  });
}
