// The one thing that pixels cannot do without: which way up the picture is. Everything else of Exif is dropped.

const orientationTag = 0x0112;
const short = 3;

/** The orientation, 2 to 8, that a TIFF structure (the inside of Exif) names; 1, which needs no mark, for everything else. */
export function readOrientation(tiff: Uint8Array): number {
  const little = tiff[0] === 0x49 && tiff[1] === 0x49;
  if (!little && !(tiff[0] === 0x4d && tiff[1] === 0x4d)) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const u16 = (at: number) => (at >= 0 && at + 2 <= tiff.length ? view.getUint16(at, little) : 0);
  const start = tiff.length >= 8 ? view.getUint32(4, little) : 0;
  const entries = u16(start);
  for (let i = 0; i < entries; i++) {
    const at = start + 2 + 12 * i;
    if (u16(at) !== orientationTag || u16(at + 2) !== short) continue;
    const value = u16(at + 8);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** A TIFF structure of 26 bytes that says the orientation and nothing else. */
export function writeOrientation(orientation: number): Uint8Array {
  const out = new Uint8Array(26);
  const view = new DataView(out.buffer);
  out.set([0x4d, 0x4d, 0, 42]);
  view.setUint32(4, 8);
  view.setUint16(8, 1);
  view.setUint16(10, orientationTag);
  view.setUint16(12, short);
  view.setUint32(14, 1);
  view.setUint16(18, orientation);
  return out;
}
