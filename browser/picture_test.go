package browser

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mark is what no cleaned picture may hold.
const mark = "SECRET-MARK-7781"

func testImage() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 61, 37))
	for y := range 37 {
		for x := range 61 {
			img.Set(x, y, color.RGBA{uint8(x * 4), uint8(y * 6), uint8(x * y), 255})
		}
	}
	return img
}

func jpegSegment(marker byte, data string) []byte {
	return slices.Concat([]byte{0xff, marker}, binary.BigEndian.AppendUint16(nil, uint16(len(data)+2)), []byte(data))
}

// exifOf is an Exif block with a maker and an orientation.
func exifOf(orientation uint16) string {
	b := []byte("MM\x00*\x00\x00\x00\x08\x00\x02")
	b = append(b, "\x01\x0f\x00\x02"...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(mark)+1))
	b = binary.BigEndian.AppendUint32(b, 38)
	b = append(b, "\x01\x12\x00\x03\x00\x00\x00\x01"...)
	b = binary.BigEndian.AppendUint16(b, orientation)
	b = append(b, 0, 0, 0, 0, 0, 0)
	return string(b) + mark + "\x00"
}

func pngChunk(kind, data string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(b, kind+data...)
	return binary.BigEndian.AppendUint32(b, crc32(kind+data))
}

func crc32(s string) uint32 {
	c := ^uint32(0)
	for _, b := range []byte(s) {
		c ^= uint32(b)
		for range 8 {
			c = c>>1 ^ 0xedb88320*(c&1)
		}
	}
	return ^c
}

// pictures are real pictures with marks in every place where metadata lives.
func pictures(t *testing.T) map[string][]byte {
	t.Helper()
	var j, p bytes.Buffer
	if err := jpeg.Encode(&j, testImage(), nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&p, testImage()); err != nil {
		t.Fatal(err)
	}
	marked := slices.Concat(j.Bytes()[:2], jpegSegment(0xe1, "Exif\x00\x00"+exifOf(6)), jpegSegment(0xe1, "http://ns.adobe.com/xap/1.0/\x00<x>"+mark+"</x>"),
		jpegSegment(0xed, "Photoshop 3.0\x008BIM"+mark), jpegSegment(0xfe, mark), j.Bytes()[2:], []byte(mark))
	chunked := slices.Concat(p.Bytes()[:33], pngChunk("tEXt", "Author\x00"+mark), pngChunk("eXIf", exifOf(8)), pngChunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+mark), p.Bytes()[33:], []byte(mark))
	return map[string][]byte{"jpg": marked, "png": chunked}
}

// TestPicturesAreCleaned cleans real pictures: the marks are gone, the pixels are the same, Go's decoders and exiftool agree.
func TestPicturesAreCleaned(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	for kind, dirty := range pictures(t) {
		var got struct {
			Picture []byte
			Removed []string
		}
		if err := p.call(t, "clean", map[string]any{"picture": dirty}, &got); err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if bytes.Contains(got.Picture, []byte(mark)) || !bytes.Contains(dirty, []byte(mark)) {
			t.Errorf("%s: the mark is still there", kind)
		}
		samePixels(t, kind, dirty, got.Picture)
		checkWithExiftool(t, kind, dirty, got.Picture)
		t.Logf("%s: %d → %d bytes, removed %v", kind, len(dirty), len(got.Picture), got.Removed)
	}
}

func samePixels(t *testing.T, name string, a, b []byte) {
	t.Helper()
	x, _, errX := image.Decode(bytes.NewReader(a))
	y, _, errY := image.Decode(bytes.NewReader(b))
	if errX != nil || errY != nil || x.Bounds() != y.Bounds() {
		t.Errorf("%s: %v %v", name, errX, errY)
		return
	}
	for i := range x.Bounds().Dx() {
		for j := range x.Bounds().Dy() {
			if x.At(i, j) != y.At(i, j) {
				t.Errorf("%s: pixel %d,%d differs", name, i, j)
				return
			}
		}
	}
}

// checkWithExiftool asks a program that knows more places than we do.
func checkWithExiftool(t *testing.T, kind string, dirty, clean []byte) {
	t.Helper()
	tool, err := exec.LookPath("exiftool")
	if err != nil {
		if os.Getenv("CLARION_REQUIRE_ALL") == "1" {
			t.Error("exiftool missing")
		}
		return
	}
	read := func(b []byte) string {
		file := filepath.Join(t.TempDir(), "picture."+kind)
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), tool, "-a", "-u", "-G1", "-s", "--System:all", "--ExifTool:all", "--File:all", file).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	if before := read(dirty); !strings.Contains(before, mark) {
		t.Errorf("%s: exiftool does not see the mark in the picture as it was:\n%s", kind, before)
	}
	allowed := []string{"Orientation", "ExifByteOrder", "ImageSize", "Megapixels", "ImageWidth", "ImageHeight", "BitDepth", "ColorType", "Compression", "Filter", "Interlace"}
	after := read(clean)
	if !strings.Contains(after, "Orientation") {
		t.Errorf("%s: the orientation is gone:\n%s", kind, after)
	}
	for _, line := range strings.Split(strings.TrimSpace(after), "\n") {
		fields := strings.Fields(line)
		if len(fields) < 2 || !slices.Contains(allowed, fields[1]) {
			t.Errorf("%s: left behind: %s", kind, line)
		}
	}
}
