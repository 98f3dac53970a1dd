package ui

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"

	"clarion.example/clarion/internal/i18n"
)

//go:embed templates/*.html
var parts embed.FS

//go:embed icons/*.svg
var iconFiles embed.FS

// Renderer holds every page in every language, parsed once. It is safe for concurrent use.
type Renderer struct {
	catalog *i18n.Catalog
	pages   map[i18n.Lang]map[string]*template.Template
}

// NewRenderer parses the pages. pages holds one folder for each, with <name>/<name>.html; that file defines
// "title" and "main" and calls one of the frames "page", "form-page" or "wide-page" with its dot.
func NewRenderer(c *i18n.Catalog, a *Assets, pages fs.FS) (*Renderer, error) {
	names, err := fs.Glob(pages, "*/*.html")
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	icons, err := loadIcons()
	if err != nil {
		return nil, err
	}
	r := &Renderer{catalog: c, pages: map[i18n.Lang]map[string]*template.Template{}}
	for _, lang := range c.Langs() {
		base, err := template.New("ui").Option("missingkey=error").Funcs(funcs(c.For(lang), a, icons)).ParseFS(parts, "templates/*.html")
		if err != nil {
			return nil, fmt.Errorf("ui: %w", err)
		}
		r.pages[lang] = map[string]*template.Template{}
		for _, name := range names {
			page := path.Base(path.Dir(name))
			if r.pages[lang][page], err = parsePage(base, pages, name); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

func parsePage(base *template.Template, pages fs.FS, name string) (*template.Template, error) {
	src, err := fs.ReadFile(pages, name)
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	t, err := base.Clone()
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	if t, err = t.New(path.Base(name)).Parse(string(src)); err != nil {
		return nil, fmt.Errorf("ui: page %s: %w", name, err)
	}
	return t, nil
}

// Render writes page with data in lang, or an error and nothing: a page is whole or absent. data is the page's
// own struct, which embeds [Frame]. The page's bytes are not kept.
func (r *Renderer) Render(w io.Writer, page string, lang i18n.Lang, data any) error {
	t, ok := r.pages[r.catalog.For(lang).Lang()][page]
	if !ok {
		return fmt.Errorf("ui: no page %q", page)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return fmt.Errorf("ui: rendering: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("ui: writing: %w", err)
	}
	return nil
}

// Pages returns the names of the pages, sorted.
func (r *Renderer) Pages() []string { return slices.Sorted(maps.Keys(r.pages[i18n.Default])) }
