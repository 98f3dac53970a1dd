package browsertest

import (
	"bytes"
	"html/template"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

var sheetPage = template.Must(template.New("sheet").Parse(`<!doctype html><meta charset="utf-8"><title>{{.Lang}}</title>
<style>body{font:12px sans-serif;background:#888;margin:16px}figure{display:inline-block;vertical-align:top;margin:6px;background:#fff}figcaption{padding:4px}img{display:block;max-width:420px}.s img{max-width:200px}</style>
{{range .Shots}}<figure{{if .Small}} class="s"{{end}}><figcaption>{{.Name}}</figcaption><a href="{{.File}}"><img src="{{.File}}" alt=""></a></figure>{{end}}`))

// sheet writes every picture of a language on one page, as HTML and as a picture of it.
func (l *looker) sheet() {
	l.t.Helper()
	if l.dir == "" {
		return
	}
	type item struct {
		File, Name string
		Small      bool
	}
	var data struct {
		Lang  string
		Shots []item
	}
	data.Lang = l.lang
	for _, s := range l.took {
		data.Shots = append(data.Shots, item{s.file, s.name, !strings.Contains(s.name, "1280") && !strings.Contains(s.name, "paper")})
	}
	var b bytes.Buffer
	if err := sheetPage.Execute(&b, data); err != nil {
		l.t.Fatal(err)
	}
	path := filepath.Join(l.dir, "sheet-"+l.lang+".html")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		l.t.Fatal(err)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		l.t.Fatal(err)
	}
	l.size(2600, 1200)
	l.do(chromedp.Navigate("file://" + abs))
	l.world = 0
	shot, err := chromedp.Run(l.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		l.t.Fatal(err)
	}
	if err := os.WriteFile(strings.TrimSuffix(path, ".html")+".png", shot, 0o600); err != nil {
		l.t.Fatal(err)
	}
}

// paper prints the page, fails unless it takes the given number of sheets, and makes a picture of the first.
func (l *looker) paper(name string, sheets string) {
	l.t.Helper()
	pdf, err := chromedp.Run(l.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	if err != nil {
		l.t.Fatal(err)
	}
	path := filepath.Join(l.t.TempDir(), "page.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		l.t.Fatal(err)
	}
	info, err := exec.Command("pdfinfo", path).Output()
	if err != nil {
		l.t.Log("no pdfinfo: the printed page is not checked")
		return
	}
	if f := strings.Fields(string(info[bytes.Index(info, []byte("Pages:")):])); f[1] != sheets {
		l.t.Errorf("%s %s: printed on %s sheets, want %s", l.lang, name, f[1], sheets)
	}
	words, err := exec.Command("pdftotext", path, "-").Output()
	if err != nil {
		l.t.Fatal(err)
	}
	// The code stands alone on its sheet.
	for _, telling := range []string{"明河", "Minghe", "举报", "eport", "127.0.0.1"} {
		if bytes.Contains(words, []byte(telling)) {
			l.t.Errorf("%s %s: the sheet says %q: %s", l.lang, name, telling, words)
		}
	}
	if l.dir != "" {
		out := filepath.Join(l.dir, l.lang+"-"+name+"-paper")
		if err := exec.Command("pdftoppm", "-r", "70", "-png", "-singlefile", path, out).Run(); err != nil {
			l.t.Fatal(err)
		}
		l.took = append(l.took, shot{filepath.Base(out) + ".png", name + " paper"})
	}
}
