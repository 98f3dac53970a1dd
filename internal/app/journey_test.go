package app_test

import (
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/terminal"
)

// fill walks the plain form to its last page with the answers of a real person, and returns that page.
func fill(t *testing.T, b *apptest.Browser, lang, what string, files ...apptest.File) *apptest.Page {
	t.Helper()
	p := b.Get("/" + lang + "/report/plain").Want(200)
	p = p.Form("f").Press("next").Want(200)
	screen := p.Form("f")
	p = screen.Set("screen", continueOption).Press("next").Want(200)
	p = p.Form("f").Set("category", "protected-documents").Press("next").Want(200)
	p = p.Form("f").Set("q-danger", "no").Set("q-what", what).Set("q-region", "donggang").Press("next").Want(200)
	p = p.Form("f").Set("a-means", "pay").Set("a-wanted", "marked").Press("next").Want(200)
	p = p.Form("f").Set("a-offer", "500").Press("next").Want(200)
	for _, f := range files {
		p = p.Form("f").Choose("file", f).Press("add").Want(200)
	}
	p = p.Form("f").Press("next").Want(200)
	p = p.Form("f").Set("kind", "digits").Press("next").Want(200)
	p.Form("f").Set("honest", "yes")
	return p
}

const continueOption = "conduct"

func TestSmoke(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	b := w.NewBrowser(t)
	p := fill(t, b, "zh", "有人按页付钱，请我拍摄标有密级的文件。", apptest.File{Name: "照片.jpg", Type: "image/jpeg", Body: []byte("JPEGDATA")})
	p.Want(200, "有人按页付钱", "照片.jpg")
	receipt := p.Form("f").Press("send").Want(200)
	code := receipt.Code()
	ack := receipt.Form("g").Press("ack").Want(200)
	if !strings.HasPrefix(ack.Body, "clarion/acknowledgement/v1\n") {
		t.Fatalf("acknowledgement: %q", ack.Body)
	}
	box := b.Get("/zh/mailbox/plain").Want(200).Form("f").Set("code", code).Press("open").Want(200, "MH-")
	chen, err := w.As(t.Context(), "chen", "unit-1")
	if err != nil {
		t.Fatal(err)
	}
	number := box.Text()[strings.Index(box.Text(), "MH-"):][:15]
	o, err := chen.Open(t.Context(), number)
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Doubts) > 0 || o.Report.What != "有人按页付钱，请我拍摄标有密级的文件。" || len(o.Report.Files) != 1 {
		t.Fatalf("opened %+v with doubts %v", o.Report, o.Doubts)
	}
	if _, err := chen.Reply(t.Context(), number, terminal.Letter{Text: "还记得是哪一天吗？"}); err != nil {
		t.Fatal(err)
	}
	if _, err := chen.Decide(t.Context(), number, terminal.Decision{Act: cases.ActTriage}); err != nil {
		t.Fatal(err)
	}
	box = box.Form("g").Press("open").Want(200, "还记得是哪一天吗")
	box.Form("f").Set("answer", "三月九日下午。").Press("send").Want(200)
}
