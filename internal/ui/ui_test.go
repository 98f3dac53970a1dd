package ui

import (
	"bytes"
	"html/template"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/i18n"
)

func assets(t *testing.T) *Assets {
	t.Helper()
	a, err := NewAssets()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAssetsAreNamedByContent(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`^/assets/[a-z]+\.[0-9a-f]{12}\.(css|svg|png)$`)
	for _, f := range assets(t).All() {
		if !named.MatchString(f.Path) || f.Type == "" || len(f.Body) == 0 {
			t.Errorf("%s: %q %q, %d bytes", f.Name, f.Path, f.Type, len(f.Body))
		}
	}
	var paths []string
	for _, body := range []string{"a{}", "b{}"} {
		a, err := loadAssets(fstest.MapFS{"x.css": {Data: []byte(body)}})
		if err != nil {
			t.Fatal(err)
		}
		p, ok := a.Path("x.css")
		if !ok {
			t.Fatal("no path")
		}
		paths = append(paths, p)
	}
	if paths[0] == paths[1] {
		t.Error("two contents share a path")
	}
	if _, ok := assets(t).Path("nothing.css"); ok {
		t.Error("a path for a file that does not exist")
	}
	script, err := NewAssets(File{"x.js", []byte("1")})
	if err != nil {
		t.Fatal(err)
	}
	if h, ok := script.Integrity("x.js"); !ok || h != "sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s=" {
		t.Errorf("integrity %q", h)
	}
	if _, err := NewAssets(File{"clarion.css", nil}); err == nil {
		t.Error("two files of one name")
	}
	if _, err := loadAssets(fstest.MapFS{"x.wasm": {Data: []byte("1")}}); err == nil {
		t.Error("a file of an unknown type was taken")
	}
}

func TestStylesheetIsSmallAndAlone(t *testing.T) {
	t.Parallel()
	for _, f := range assets(t).All() {
		if f.Name != "clarion.css" {
			continue
		}
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, brotli.BestCompression)
		if _, err := w.Write(f.Body); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if b.Len() > 13<<10 {
			t.Errorf("%d bytes on the wire, more than 13 KB", b.Len())
		}
		for _, bad := range []string{"url(", "@import", "GDS Transport", "crown", "http:", "https:"} {
			if bytes.Contains(f.Body, []byte(bad)) {
				t.Errorf("the stylesheet holds %q", bad)
			}
		}
		return
	}
	t.Error("no clarion.css")
}

// TestStylesheetIsBuilt notices a change of our own CSS that was not built: each selector of the sources must be
// in the result.
func TestStylesheetIsBuilt(t *testing.T) {
	t.Parallel()
	built, err := dist.ReadFile("dist/clarion.css")
	if err != nil {
		t.Fatal(err)
	}
	class := regexp.MustCompile(`\.cl-[a-z0-9_-]+|--cl-[a-z0-9-]+`)
	for _, name := range []string{"tokens.css", "clarion.css", "pages.css"} {
		src, err := os.ReadFile("css/" + name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range class.FindAll(src, -1) {
			if !bytes.Contains(built, c) {
				t.Errorf("%s: %s is not in dist/clarion.css: run go generate ./internal/ui", name, c)
			}
		}
		if name != "tokens.css" && regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b[^"{]*;`).Match(src) {
			t.Errorf("%s writes a colour; only tokens.css may", name)
		}
	}
}

func TestForeign(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]template.HTML{
		"a<b>":       "<bdi>a&lt;b&gt;</bdi>",
		"x\u202eexe": "<bdi>x[U+202E]exe</bdi>",
	} {
		if got := foreign(in); got != want {
			t.Errorf("%q: %s", in, got)
		}
	}
	want := template.HTML(`<p dir="auto"><bdi>a</bdi><br><bdi>b</bdi></p><p dir="auto"><bdi>&lt;i&gt;</bdi></p>`)
	if got := lines("\r\na\r\nb\n\n\n\n<i>\n"); got != want {
		t.Errorf("lines: %s", got)
	}
	if got := lines(""); got != "" {
		t.Errorf("nothing became %s", got)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	for href, linked := range map[string]bool{"/zh/contact": true, "//evil.example": false, "https://evil.example": false, "javascript:alert(1)": false, "/\\evil.example": false, "": false} {
		if got := link(href, "<x>"); strings.Contains(string(got), "<a ") != linked || strings.Contains(string(got), "<x>") {
			t.Errorf("%q: %s", href, got)
		}
	}
	if got := tel(Phone{Number: "1\"<2", Tel: "+86 (400) \"x"}); got != `<a class="cl-tel" dir="ltr" href="tel:+86400">1&#34;&lt;2</a>` {
		t.Errorf("tel: %s", got)
	}
}

func localizer(t *testing.T, missing func(error)) *i18n.Localizer {
	t.Helper()
	c, err := i18n.Load(fstest.MapFS{"a.zh-Hans.toml": {Data: []byte(`"a.x" = "{{.A}} & {{.B}}"`)}}, missing)
	if err != nil {
		t.Fatal(err)
	}
	return c.For(i18n.Default)
}

func TestPiecesOfMarkup(t *testing.T) {
	t.Parallel()
	l := localizer(t, func(err error) { t.Error(err) })
	type words string
	got, err := markup(l, "a.x", []any{"A", wrap("b", "<1>"), "B", words("<i>\uE000\uE001")})
	if err != nil {
		t.Fatal(err)
	}
	if want := template.HTML("<b>&lt;1&gt;</b> &amp; &lt;i&gt;\uFFFD\uFFFD"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := markup(l, "a.x", []any{"A"}); err == nil {
		t.Error("half a pair was taken")
	}
}

func TestRenderIsWholeOrAbsent(t *testing.T) {
	t.Parallel()
	c, err := i18n.New(func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	pages := fstest.MapFS{"x/x.html": {Data: []byte(`before {{.There}} {{icon "lock"}} after`)}, "y/y.html": {Data: []byte(`{{icon "nothing"}}`)}}
	r, err := NewRenderer(c, assets(t), pages)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"x", "y"}, r.Pages()); diff != "" {
		t.Error(diff)
	}
	var b bytes.Buffer
	for page, data := range map[string]any{"x": map[string]string{}, "y": nil, "z": nil} {
		if err := r.Render(&b, page, "en", data); err == nil || b.Len() != 0 {
			t.Errorf("%s: error %v, %d bytes", page, err, b.Len())
		}
	}
	if err := r.Render(&b, "x", "en", map[string]string{"There": "<here>"}); err != nil || !strings.Contains(b.String(), "&lt;here&gt; <svg") {
		t.Errorf("%v %s", err, &b)
	}
	if _, err := NewRenderer(c, assets(t), fstest.MapFS{"x/x.html": {Data: []byte(`{{nofunc}}`)}}); err == nil {
		t.Error("a page with an unknown function was parsed")
	}
}

func TestIconsAreHiddenAndPlain(t *testing.T) {
	t.Parallel()
	icons, err := loadIcons()
	if err != nil {
		t.Fatal(err)
	}
	for name, svg := range icons {
		if !strings.HasPrefix(string(svg), `<svg class="cl-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">`) || regexp.MustCompile(`style=|fill=|stroke=|script|href`).MatchString(string(svg)) {
			t.Errorf("%s: %s", path.Base(name), svg)
		}
	}
}

func TestStepsAndErrors(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff([]Progress{Done, Now, ToCome}, Steps{Now: 2, Of: 3}.Bars()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]ErrorItem{{"b", "wrong"}}, Errors(Field{ID: "a"}, Field{ID: "b", Error: "wrong"})); diff != "" {
		t.Error(diff)
	}
	d := DateValue{"2026", "3", "9"}
	if d.Part("y")+d.Part("m")+d.Part("d") != "202639" {
		t.Error(d)
	}
}

// TestPagesHoldWhatTheyCall: parts are found behind every kind of branch, and one that nobody calls is not there.
func TestPagesHoldWhatTheyCall(t *testing.T) {
	t.Parallel()
	c, err := i18n.New(func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	pages := fstest.MapFS{"x/x.html": {Data: []byte(`{{define "stamp"}}own{{end}}{{template "stamp"}}` +
		`{{if .}}{{range .}}{{with .}}{{template "thread-gap"}}{{end}}{{end}}{{else}}{{with .}}{{else}}{{range .}}{{else}}{{template "thread-false"}}{{end}}{{end}}{{end}}`)}}
	r, err := NewRenderer(c, assets(t), pages)
	if err != nil {
		t.Fatal(err)
	}
	for mark, data := range map[string][]string{"cl-note--warn": {"a"}, "cl-note--danger": nil} {
		var b bytes.Buffer
		if err := r.Render(&b, "x", "en", data); err != nil || !strings.HasPrefix(b.String(), "own<") || !strings.Contains(b.String(), mark) {
			t.Errorf("%s: %v %s", mark, err, &b)
		}
	}
	if r.pages["en"]["x"].Lookup("steps") != nil {
		t.Error("the page holds a part that it does not call")
	}
}
