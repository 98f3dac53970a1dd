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
	"text/template/parse"

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
		helpers := funcs(c.For(lang), a, icons)
		shared, err := template.New("ui").Funcs(helpers).ParseFS(parts, "templates/*.html")
		if err != nil {
			return nil, fmt.Errorf("ui: %w", err)
		}
		r.pages[lang] = map[string]*template.Template{}
		for _, name := range names {
			page := path.Base(path.Dir(name))
			if r.pages[lang][page], err = parsePage(shared, helpers, pages, name); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

// parsePage parses a page into a set of its own, with copies of the shared parts that it uses. What it does not use would
// stand in memory once for every page and language, and be most of what the collector walks.
func parsePage(shared *template.Template, helpers template.FuncMap, pages fs.FS, name string) (*template.Template, error) {
	src, err := fs.ReadFile(pages, name)
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	page, err := template.New(path.Base(name)).Option("missingkey=error").Funcs(helpers).Parse(string(src))
	if err != nil {
		return nil, fmt.Errorf("ui: page %s: %w", name, err)
	}
	todo := page.Templates()
	for len(todo) > 0 {
		t := todo[0]
		todo = todo[1:]
		for _, called := range calledBy(t.Tree.Root) {
			part := shared.Lookup(called)
			if part == nil || page.Lookup(called) != nil { // a page may have its own; one that nobody has fails when the page is shown
				continue
			}
			added, err := page.AddParseTree(called, part.Tree.Copy())
			if err != nil {
				return nil, fmt.Errorf("ui: page %s: %w", name, err)
			}
			todo = append(todo, added)
		}
	}
	return page, nil
}

// calledBy names the templates that are called somewhere in n.
func calledBy(n parse.Node) (names []string) {
	branches := func(b *parse.BranchNode) []string {
		names := calledBy(b.List)
		if b.ElseList != nil {
			names = append(names, calledBy(b.ElseList)...)
		}
		return names
	}
	switch n := n.(type) {
	case *parse.TemplateNode:
		return []string{n.Name}
	case *parse.ListNode:
		for _, child := range n.Nodes {
			names = append(names, calledBy(child)...)
		}
	case *parse.IfNode:
		return branches(&n.BranchNode)
	case *parse.RangeNode:
		return branches(&n.BranchNode)
	case *parse.WithNode:
		return branches(&n.BranchNode)
	}
	return names
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
