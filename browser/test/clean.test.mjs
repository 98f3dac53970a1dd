import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import test from "node:test";
import { deflateSync } from "node:zlib";
import { bytes, lib, noise, verdict } from "./kit.mjs";

const { clean, cleanable } = lib.clean;
const segment = (marker, data) => Buffer.concat([Buffer.from([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255]), data]);
const text = (s) => Buffer.from(s, "latin1");

/** The inside of Exif with an orientation, in either order of bytes, beside other tags. */
function exif(orientation, little = false) {
  const b = Buffer.alloc(8 + 2 + 24 + 4);
  const u16 = (v, at) => (little ? b.writeUInt16LE(v, at) : b.writeUInt16BE(v, at));
  const u32 = (v, at) => (little ? b.writeUInt32LE(v, at) : b.writeUInt32BE(v, at));
  b.write(little ? "II" : "MM", 0);
  u16(42, 2); u32(8, 4); u16(2, 8);
  u16(0x010f, 10); u16(2, 12); u32(4, 14); b.write("Own\0", 18);
  u16(0x0112, 22); u16(3, 24); u32(1, 26); u16(orientation, 30);
  return b;
}

const parts = {
  jfif: segment(0xe0, Buffer.concat([text("JFIF\0"), Buffer.from([1, 2, 0, 0, 72, 0, 72, 0, 0])])),
  dqt: segment(0xdb, noise(65)),
  sof: segment(0xc0, Buffer.from([8, 0, 1, 0, 1, 1, 1, 0x11, 0])),
  dht: segment(0xc4, noise(20)),
  scan: Buffer.concat([segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])), Buffer.from([1, 2, 0xff, 0, 3, 0xff, 0xd0, 4])]),
  icc: segment(0xe2, Buffer.concat([text("ICC_PROFILE\0\x01\x01"), noise(50)])),
  adobe: segment(0xee, Buffer.concat([text("Adobe"), Buffer.from([0, 100, 0, 0, 0, 0, 1])])),
};
const soi = Buffer.from([0xff, 0xd8]);
const eoi = Buffer.from([0xff, 0xd9]);
const jpeg = (...segments) => new Uint8Array(Buffer.concat([soi, ...segments, eoi]));
const picture = [parts.dqt, parts.sof, parts.dht, parts.scan];

test("a JPEG loses what tells of its maker and keeps every byte of the picture", () => {
  const full = Buffer.concat([jpeg(
    segment(0xe0, Buffer.concat([text("JFIF\0"), Buffer.from([1, 2, 0, 0, 72, 0, 72, 1, 1]), Buffer.from("rgb")])),
    segment(0xe0, text("JFXX\0thumb")), segment(0xe1, Buffer.concat([text("Exif\0\0"), exif(6, true)])), segment(0xe1, text("http://ns.adobe.com/xap/1.0/\0<secret/>")),
    segment(0xed, text("Photoshop 3.0\0secret")), parts.icc, segment(0xe2, text("MPF\0secret")), parts.adobe, segment(0xfe, text("secret")), segment(0xe5, text("secret")),
    Buffer.from([0xff, 0xff]), ...picture, parts.dht, parts.scan), text("secret trailer")]);
  const { bytes: out, removed } = clean(new Uint8Array(full));
  const orientation = segment(0xe1, Buffer.concat([text("Exif\0\0"), Buffer.from("4d4d002a00000008000101120003000000010006000000000000", "hex")]));
  assert.equal(orientation.length, 36);
  assert.deepEqual(Buffer.from(out), Buffer.from(jpeg(parts.jfif, orientation, parts.icc, parts.adobe, ...picture, parts.dht, parts.scan)));
  assert.deepEqual(removed, ["comment", "exif", "iptc", "other", "thumbnail", "trailer", "xmp"]);
  const again = clean(out);
  assert.deepEqual(again.bytes, out);
  assert.deepEqual(again.removed, ["exif"]); // the orientation, taken out and put back
});

test("a JPEG that stands right needs no mark", () => {
  for (const orientation of [0, 1, 9, 300]) {
    const { bytes: out } = clean(jpeg(segment(0xe1, Buffer.concat([text("Exif\0\0"), exif(orientation)])), ...picture));
    assert.deepEqual(out, jpeg(...picture));
  }
  for (const broken of [text("Exif\0\0"), text("Exif\0\0MM\0*\xff\xff\xff\xff"), text("Exif\0\0XX"), Buffer.concat([text("Exif\0\0"), exif(6).subarray(0, 24)])])
    assert.deepEqual(clean(jpeg(segment(0xe1, broken), ...picture)).bytes, jpeg(...picture));
});

test("a JPEG of unknown structure is refused", () => {
  const good = jpeg(...picture);
  for (let cut = 0; cut < good.length; cut++) assert.notEqual(verdict(() => clean(good.subarray(0, cut))), "", `cut at ${cut}`);
  for (const [name, b] of Object.entries({
    "no scan": jpeg(parts.dqt, parts.sof), "no frame": jpeg(parts.dqt, parts.scan), "empty": jpeg(), "unknown marker": jpeg(segment(0xf0, bytes("x")), ...picture),
    "reserved": jpeg(segment(0xc8, bytes("x")), ...picture), "hierarchical": jpeg(segment(0xde, bytes("x")), ...picture), "bytes between": jpeg(Buffer.from([0]), ...picture),
    "size of one": jpeg(Buffer.from([0xff, 0xdb, 0, 1]), ...picture), "size past the end": jpeg(Buffer.from([0xff, 0xdb, 0xff, 0xff]), ...picture), "a second start": jpeg(soi, ...picture),
  })) assert.equal(verdict(() => clean(b)), "picture", name);
});

const crcTable = Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n >>> 0;
});
function chunk(type, data = Buffer.alloc(0)) {
  const b = Buffer.concat([Buffer.alloc(4), text(type), data, Buffer.alloc(4)]);
  b.writeUInt32BE(data.length);
  let c = 0xffffffff;
  for (const v of b.subarray(4, -4)) c = (crcTable[(c ^ v) & 255] ^ (c >>> 8)) >>> 0;
  b.writeUInt32BE((c ^ 0xffffffff) >>> 0, b.length - 4);
  return b;
}
const magic = Buffer.from("89504e470d0a1a0a", "hex");
const ihdr = chunk("IHDR", Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]));
const idat = chunk("IDAT", deflateSync(Buffer.from([0, 7])));
const iend = chunk("IEND");
const png = (...chunks) => new Uint8Array(Buffer.concat([magic, ...chunks]));

test("a PNG keeps a list of chunks", () => {
  const gama = chunk("gAMA", Buffer.from([0, 0, 0xb1, 0x8f]));
  const full = png(ihdr, gama, chunk("tEXt", text("Author\0secret")), chunk("iTXt", text("XML:com.adobe.xmp\0secret")), chunk("eXIf", exif(6)), chunk("tIME", Buffer.alloc(7)), chunk("prVt", text("secret")), idat, idat, iend, text("secret"));
  const { bytes: out, removed } = clean(full);
  assert.deepEqual(Buffer.from(out), Buffer.from(png(ihdr, chunk("eXIf", Buffer.from("4d4d002a00000008000101120003000000010006000000000000", "hex")), gama, idat, idat, iend)));
  assert.deepEqual(removed, ["exif", "other", "text", "time", "trailer"]);
  assert.deepEqual(clean(png(ihdr, chunk("eXIf", exif(1)), idat, iend)).bytes, png(ihdr, idat, iend));
});

test("a PNG of unknown structure is refused", () => {
  const good = png(ihdr, idat, iend);
  assert.equal(verdict(() => clean(good)), "");
  for (let cut = 0; cut < good.length; cut++) assert.notEqual(verdict(() => clean(good.subarray(0, cut))), "", `cut at ${cut}`);
  for (let i = 8; i < good.length; i++) {
    const b = good.slice();
    b[i] ^= 4;
    assert.equal(verdict(() => clean(b)), "picture", `byte ${i}`);
  }
  for (const b of [png(idat, ihdr, iend), png(ihdr, ihdr, idat, iend), png(ihdr, iend), png(ihdr, chunk("XXXX"), idat, iend), png(ihdr, idat, chunk("IEND", Buffer.from("x")))])
    assert.equal(verdict(() => clean(b)), "picture");
});

test("what it is says the first byte, not the name", () => {
  assert.equal(cleanable(jpeg(...picture)), "jpeg");
  assert.equal(cleanable(png(ihdr)), "png");
  for (const other of ["", "GIF89a", "RIFF", "\0\0\0\x18ftypheic", "<svg"]) {
    assert.equal(cleanable(bytes(other)), null);
    assert.equal(verdict(() => clean(bytes(other))), "picture");
  }
});
