// Pictures, text, sound and video in the viewer. A picture becomes pixels before it is in the document, text is text, and the
// rest goes to the browser's players from an address that only this document knows.
import { type Kind, PIXELS, pieces, pictureSize, readText, sniff, typeOf, wayOf } from "../../../browser/src/staff/sniff";
import { height, onWidth, type Outward, place, Refusal, room, serve } from "./frame";

/** Characters of a text that are shown. */
const TEXT = 200_000;

/** Pixels and side of the largest canvas that every browser has. */
const CANVAS = 16_777_216;
const SIDE = 8_192;

/** Milliseconds until a player that says nothing counts as unable. */
const PLAYER = 15_000;

serve((tell) => {
  let drawn: HTMLCanvasElement | null = null;
  let percent = 100;
  const fit = (): void => {
    if (drawn !== null) drawn.style.width = Math.round((Math.min(drawn.width, room()) * percent) / 100) + "px";
  };
  const again = (way: string) => (): void => {
    fit();
    tell({ shown: { way, height: height() } });
  };
  return {
    async show(bytes) {
      const kind = sniff(bytes);
      const way = wayOf(kind);
      if (way === "picture") {
        drawn = await picture(bytes, kind);
        place().replaceChildren(drawn);
        fit();
      } else if (way === "text") return tell(text(bytes));
      else if (way === "sound" || way === "video") await player(bytes, kind, way);
      else throw new Refusal("never");
      onWidth(again(way));
      tell({ shown: { way, height: height() } });
    },
    async zoom(p) {
      percent = p;
      again("picture")();
    },
  };
});

const blob = (bytes: Uint8Array, kind: Kind): Blob => new Blob([bytes as Uint8Array<ArrayBuffer>], { type: typeOf(kind) });

async function picture(bytes: Uint8Array, kind: Kind): Promise<HTMLCanvasElement> {
  const size = pictureSize(bytes, kind);
  if (size === null || size.width === 0 || size.height === 0) throw new Refusal("broken");
  if (size.width * size.height > PIXELS) throw new Refusal("large");
  const map = await createImageBitmap(blob(bytes, kind));
  const shrink = Math.min(1, SIDE / map.width, SIDE / map.height, Math.sqrt(CANVAS / (map.width * map.height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.floor(map.width * shrink));
  canvas.height = Math.max(1, Math.floor(map.height * shrink));
  const c = canvas.getContext("2d");
  if (c === null) throw new Refusal("broken");
  c.imageSmoothingQuality = "high";
  c.drawImage(map, 0, 0, canvas.width, canvas.height);
  map.close();
  return canvas;
}

function text(bytes: Uint8Array): Outward {
  const read = readText(bytes, TEXT);
  if (read === null) throw new Refusal("broken");
  const pre = document.createElement("pre");
  const own = document.createElement("bdi");
  for (const p of pieces(read.text)) {
    if (!p.sign) own.append(p.text);
    else {
      const sign = document.createElement("span");
      sign.className = "sign";
      sign.textContent = p.text;
      own.append(sign);
    }
  }
  pre.append(own);
  place().replaceChildren(pre);
  return { shown: { way: "text", height: height(), cut: read.cut } };
}

function player(bytes: Uint8Array, kind: Kind, way: "sound" | "video"): Promise<void> {
  const e = document.createElement(way === "video" ? "video" : "audio");
  e.controls = true;
  e.preload = "metadata";
  e.setAttribute("controlslist", "nodownload nofullscreen noremoteplayback");
  e.setAttribute("disablepictureinpicture", "");
  e.setAttribute("playsinline", "");
  return new Promise((done, fail) => {
    const over = setTimeout(() => fail(new Refusal("player")), PLAYER);
    e.addEventListener("loadedmetadata", () => {
      clearTimeout(over);
      done();
    });
    e.addEventListener("error", () => {
      clearTimeout(over);
      fail(new Refusal("player"));
    });
    e.src = URL.createObjectURL(blob(bytes, kind));
    place().replaceChildren(e);
  });
}
