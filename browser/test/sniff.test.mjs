// What a file is, by its first bytes, and how text of it is read.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import test from "node:test";
import { bytes, lib } from "./kit.mjs";

const { HEAD, endingOf, pictureSize, pieces, readText, sniff, typeOf, wayOf } = lib.staff.sniff;
const raw = (s) => new Uint8Array(Buffer.from(s, "latin1"));
const wide = (s) => new Uint8Array(Buffer.from("\ufeff" + s, "utf16le"));
const page = "<!doctype html><script>alert(1)</script>";
const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>';
const zip = (name) => raw("PK\x03\x04" + "\0".repeat(26) + name);

const all = [
  ["jpeg", raw("\xff\xd8\xff\xe0" + page)], ["png", raw("\x89PNG\r\n\x1a\n" + page)], ["gif", raw("GIF89a" + page)], ["webp", raw("RIFF\0\0\0\0WEBPVP8 ")],
  ["pdf", raw("%PDF-1.7")], ["pdf", raw("\r\n%PDF-1.7")], ["mp4", raw("\0\0\0\x18ftypisom")], ["mov", raw("\0\0\0\x18ftypqt  ")], ["m4a", raw("\0\0\0\x18ftypM4A ")], ["picture", raw("\0\0\0\x18ftypheic")],
  ["webm", raw("\x1a\x45\xdf\xa3")], ["ogg", raw("OggS\0")], ["flac", raw("fLaC\0")], ["wav", raw("RIFF\0\0\0\0WAVE")], ["", raw("RIFF\0\0\0\0AVI \x01\0")], ["mp3", raw("ID3\x04\0")], ["mp3", raw("\xff\xfb\x90\x64\0")], ["aac", raw("\xff\xf1\x50\x80\0")],
  ["html", bytes(page)], ["html", bytes(" \n\ufeff\t" + page)], ["html", wide(page)], ["html", bytes("<!-- x --><b>")], ["html", bytes("<?xml version='1.0'?><html xmlns='a'>")],
  ["svg", bytes(svg)], ["svg", bytes("<?xml version='1.0'?>\n<!-- a -->" + svg)], ["svg", bytes("<SVG/>")], ["xml", bytes("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>")],
  ["zip", zip("a.txt")], ["docx", zip("[Content_Types].xml  word/document.xml")], ["xlsx", zip("_rels/.rels xl/workbook.xml")], ["pptx", zip("[Content_Types].xml ppt/a.xml")], ["odf", zip("mimetypeapplication/vnd.oasis.opendocument.text")],
  ["doc", raw("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")], ["rtf", raw("{\\rtf1")], ["archive", raw("Rar!\x1a\x07")], ["archive", raw("7z\xbc\xaf\x27\x1c")], ["archive", raw("\x1f\x8b\x08")], ["program", raw("MZ\x90\0")], ["program", raw("\x7fELF")], ["program", raw("\xca\xfe\xba\xbe")],
  ["text", bytes("MZ said hello")], ["text", bytes("GIF is a format")], ["text", bytes("您好，世界")], ["text", raw("\xc4\xfa\xba\xc3")], ["text", wide("您好")], ["text", bytes("1 < 2")], ["text", bytes("#!/bin/sh\nrm -rf /")],
  ["empty", raw("")], ["", raw("text\0text")], ["", raw("\x01\x02\x03")], ["", raw("\xff\xff\xff\xff")], ["picture", raw("II*\0")],
];

test("the first bytes decide", () => {
  for (const [kind, b] of all) assert.equal(sniff(b), kind, JSON.stringify(Buffer.from(b).toString("latin1").slice(0, 40)));
});

test("nothing that can carry scripts is shown, or saved under a name that runs", () => {
  for (const [kind, b] of all) {
    const way = wayOf(sniff(b));
    if (["html", "svg", "xml", "program", "archive", "zip", "docx", "xlsx", "pptx", "odf", "doc", "rtf", "picture", "empty", ""].includes(kind)) assert.equal(way, "none", kind);
    else assert.notEqual(way, "none", kind);
    assert.ok(!/html|svg|xml/.test(typeOf(kind)), kind);
    assert.ok(!/^(html?|svg|xml|exe|js|com|bat|)$/.test(endingOf(kind)), kind);
  }
});

/** The same numbers each time. */
function* numbers(seed) {
  for (let x = seed; ; ) yield (x = (Math.imul(x, 1664525) + 1013904223) >>> 0) >>> 8;
}

test("whatever the bytes are, there is an answer, and it is that of the beginning", () => {
  const n = numbers(7);
  for (let i = 0; i < 20_000; i++) {
    const b = Uint8Array.from(all[n.next().value % all.length][1]);
    for (let k = n.next().value % 4; k > 0 && b.length > 0; k--) b[n.next().value % b.length] = n.next().value & 255;
    const cut = b.subarray(0, n.next().value % (b.length + 1));
    const kind = sniff(cut);
    assert.equal(typeof kind, "string");
    const size = pictureSize(cut, kind);
    assert.ok(size === null || (size.width >= 0 && size.height >= 0));
    const text = readText(cut, 50);
    if (kind === "text") assert.ok(text !== null && text.text.length <= 50);
    if (wayOf(kind) === "text") assert.ok(!/^\s*<[a-z!?/]/i.test(text.text), text.text);
  }
  const long = new Uint8Array(HEAD * 2).fill(0x61);
  long[HEAD + 1] = 0;
  assert.equal(sniff(long), "text"); // decided by the beginning
  assert.equal(readText(long, HEAD), null); // and refused where it is no text
});

test("a picture says its size before it is decoded", () => {
  const png = raw("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xfd\xe8\0\0\xfd\xe8");
  assert.deepEqual(pictureSize(png, "png"), { width: 65000, height: 65000 });
  assert.deepEqual(pictureSize(raw("GIF89a\x02\x01\x03\0"), "gif"), { width: 258, height: 3 });
  assert.deepEqual(pictureSize(raw("\xff\xd8\xff\xe1\0\x04ab\xff\xc2\0\x11\x08\x01\0\x02\0\x03"), "jpeg"), { width: 512, height: 256 });
  assert.deepEqual(pictureSize(raw("RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x3f\0\xfe\x01\0"), "webp"), { width: 16384, height: 511 });
  assert.deepEqual(pictureSize(raw("RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x40\x01\xf0\0"), "webp"), { width: 320, height: 240 });
  for (const k of ["png", "gif", "jpeg", "webp", "text"]) assert.equal(pictureSize(raw("\xff\xd8\xff"), k), null, k);
  assert.equal(pictureSize(raw("\xff\xd8\xff\xda\0\x04ab"), "jpeg"), null);
});

test("text is read whole, in three encodings, and cut between characters", () => {
  assert.deepEqual(readText(bytes("\ufeffa\r\nb\rc"), 10), { text: "a\nb\nc", cut: false });
  assert.deepEqual(readText(raw("\xc4\xfa\xba\xc3"), 10), { text: "您好", cut: false });
  assert.deepEqual(readText(wide("您好"), 10), { text: "您好", cut: false });
  assert.deepEqual(readText(bytes("ab😀c"), 3), { text: "ab", cut: true });
  assert.deepEqual(readText(bytes("您好您好"), 1), { text: "您", cut: true });
  assert.equal(readText(raw("a\0b"), 10), null);
});

test("what would not be seen is named", () => {
  assert.deepEqual(pieces("safe\u202egpj.exe"), [{ text: "safe", sign: false }, { text: "U+202E", sign: true }, { text: "gpj.exe", sign: false }]);
  for (const c of ["\u200b", "\u2066", "\ufeff", "\u{e0041}", "\x1b", "\x85", "\xad", "\u2028"]) assert.deepEqual(pieces(c).map((p) => p.sign), [true], c.codePointAt(0).toString(16));
  assert.deepEqual(pieces("a\tb\n👨\u200d👩 é"), [{ text: "a\tb\n👨\u200d👩 é", sign: false }]);
});
