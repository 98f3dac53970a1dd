package desk

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"clarion.example/clarion/browser"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/web"
)

//go:generate ../../browser/node_modules/.bin/tsc -p .
//go:generate go run generate.go

//go:embed dist/*.js dist/*.css
var ownFiles embed.FS

//go:embed pages
var pageFiles embed.FS

// textKeys names the texts that the scripts use; go generate finds them.
//
//go:embed dist/texts.txt
var textKeys string

// newAssets are the files that the shells refer to: those of package ui, the library's scripts, and our own.
func newAssets() (*ui.Assets, error) {
	library, err := browser.Scripts()
	if err != nil {
		return nil, err
	}
	var files []ui.File
	for _, s := range library {
		files = append(files, ui.File{Name: s.Name, Body: s.Body})
	}
	for _, pattern := range []string{"dist/*.js", "dist/*.css"} {
		names, err := fs.Glob(ownFiles, pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			body, err := ownFiles.ReadFile(name)
			if err != nil {
				return nil, err
			}
			files = append(files, ui.File{Name: path.Base(name), Body: body})
		}
	}
	return ui.NewAssets(files...)
}

func newRenderer(c *i18n.Catalog, a *ui.Assets) (*ui.Renderer, error) {
	sub, err := fs.Sub(pageFiles, "pages")
	if err != nil {
		return nil, fmt.Errorf("desk: %w", err)
	}
	return ui.NewRenderer(c, a, sub)
}

// ShellPage is the page in which the scripts build everything else. Texts is the SHA-256 of the texts' bytes. Root is the
// root key that the page checks lists with, "" before the first list: it stands in the page, whose bytes are the same for
// everybody, and so a server that shows somebody another root is seen by whoever compares pages.
type ShellPage struct {
	ui.Frame
	Door, Instance, Texts, Root string
}

// FaultPage says that a page cannot be shown.
type FaultPage struct {
	ui.Frame
	Title, Text string
	Fault       string // names the bug, not the visit; only with status 500
}

// prepare makes the texts of a language.
func (d *door) prepare(lang i18n.Lang) error {
	texts := map[string]i18n.Forms{}
	for _, key := range strings.Fields(textKeys) {
		forms, ok := d.o.Catalog.Forms(lang, key)
		if !ok {
			return fmt.Errorf("desk: the scripts use the text %s, which %s does not have", key, lang)
		}
		texts[key] = forms
	}
	b, err := json.Marshal(map[string]any{"v": 1, "lang": lang, "texts": texts})
	if err != nil {
		return err
	}
	d.texts[lang] = web.NewStatic(b, "application/json; charset=utf-8", web.Revalidate)
	d.hashes[lang] = sum(b)
	_, err = d.shell(lang, d.o.Setup.Root())
	return err
}

// shell is the page of a language under a root key. It is made anew when the root key becomes known.
func (d *door) shell(lang i18n.Lang, root string) (*web.Static, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if root != d.root {
		d.root = root
		clear(d.shells)
	}
	if shell := d.shells[lang]; shell != nil {
		return shell, nil
	}
	var page bytes.Buffer
	data := ShellPage{d.frame(lang), string(d.name), d.o.Instance, d.hashes[lang], root}
	if err := d.render.Render(&page, "shell", lang, data); err != nil {
		return nil, err
	}
	d.shells[lang] = web.NewStatic(page.Bytes(), "text/html; charset=utf-8", "no-store")
	return d.shells[lang], nil
}

// frame is what stands around a page. The tagline names the door.
func (d *door) frame(lang i18n.Lang) ui.Frame {
	l := d.o.Catalog.For(lang)
	f := ui.Frame{Demo: d.o.Demo, Links: ui.Links{Home: "/" + lang.Segment() + "/"}}
	f.Site = ui.Site{Name: d.o.Pack.Authority.Name.In(string(lang)), Tagline: l.T("desk.door_"+string(d.name), nil), Version: d.o.Version}
	for _, o := range l.Others() {
		f.Langs = append(f.Langs, ui.LangLink{Lang: o.Lang(), Name: o.Name(), Href: "/" + o.Lang().Segment() + "/"})
	}
	return f
}

// fault renders what a browser asked for as a page.
func (d *door) fault(w http.ResponseWriter, r *http.Request, p web.Problem) {
	segment, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	lang, ok := d.o.Catalog.BySegment(segment)
	if !ok {
		lang = d.o.Catalog.Match(r.Header.Get("Accept-Language"))
	}
	l := d.o.Catalog.For(lang)
	page := FaultPage{Frame: d.frame(lang), Title: l.T("desk.fault_other", nil), Fault: p.Fault}
	switch p.Status {
	case http.StatusNotFound:
		page.Title = l.T("desk.fault_404", nil)
	case http.StatusInternalServerError:
		page.Title = l.T("desk.fault_500", nil)
	}
	if p.Public != nil {
		page.Text = l.T(p.Public.Key, p.Public.Args)
	}
	var b bytes.Buffer
	if err := d.render.Render(&b, "fault", lang, page); err != nil {
		d.o.Log.Error("fault page", "status", p.Status)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(p.Status)
	// A write error means that the visitor left.
	_, _ = w.Write(b.Bytes())
}
