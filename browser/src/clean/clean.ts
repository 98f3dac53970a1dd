import { Fault } from "../fault";
import { type Cleaned, cleanJpeg } from "./jpeg";
import { cleanPng } from "./png";

export type { Cleaned } from "./jpeg";

/** The largest picture in bytes that is cleaned: the whole of it is in memory then. */
export const MAX_PICTURE = 67108864;

/** What a file is by its first bytes, never by its name: a type that can be cleaned, or null. */
export function cleanable(head: Uint8Array): "jpeg" | "png" | null {
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return "jpeg";
  return head[0] === 0x89 && head[1] === 0x50 && head[2] === 0x4e && head[3] === 0x47 ? "png" : null;
}

/**
 * Takes metadata out of a JPEG or PNG byte by byte; the pixels stay what they were. It never draws the picture anew:
 * browsers that resist fingerprinting would hand back noise. Throws "picture" for everything that it does not fully
 * understand, so that nothing passes as clean that was not looked at.
 */
export function clean(picture: Uint8Array): Cleaned {
  if (picture.length > MAX_PICTURE) throw new Fault("too_large");
  switch (cleanable(picture)) {
    case "jpeg":
      return cleanJpeg(picture);
    case "png":
      return cleanPng(picture);
    default:
      throw new Fault("picture", "neither JPEG nor PNG");
  }
}
