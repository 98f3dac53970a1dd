package site

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"

	"clarion.example/clarion/browser"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/proof"
)

//go:generate ../../browser/node_modules/.bin/tsc -p .
//go:generate go run generate.go

// pageScripts are the bundles of the pages' own scripts, which generate.go builds.
//
//go:embed dist/*.js
var pageScripts embed.FS

// newAssets are the files that pages refer to: those of package ui, and every script.
func newAssets() (*ui.Assets, error) {
	var files []ui.File
	library, err := browser.Scripts()
	if err != nil {
		return nil, err
	}
	for _, s := range library {
		files = append(files, ui.File{Name: s.Name, Body: s.Body})
	}
	names, err := fs.Glob(pageScripts, "dist/*.js")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		body, err := pageScripts.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, ui.File{Name: path.Base(name), Body: body})
	}
	return ui.NewAssets(files...)
}

// Files are the scripts, style sheets and icons of this program: name to hex SHA-256, for who compares a site with it.
func Files() (map[string]string, error) {
	a, err := newAssets()
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, f := range a.All() {
		out[f.Name] = sha256Hex(f.Body)
	}
	return out, nil
}

// scriptedPage is a page that works with scripts. Its bytes are the same for everyone, and change with a release, the
// pack or the address alone: its hash stands in the statement of the release.
type scriptedPage struct {
	path string // below the language
	page string // the template
}

func scriptedPages() []scriptedPage { return []scriptedPage{{pathVerify, "verify"}} }

// staticPages renders the pages with scripts, by their whole path.
func (s *Site) staticPages() (map[string]*web.Static, error) {
	out := map[string]*web.Static{}
	for _, lang := range s.o.Catalog.Langs() {
		for _, p := range scriptedPages() {
			var b bytes.Buffer
			if err := s.render.Render(&b, p.page, lang, InfoPage{s.frame(lang, ui.Elsewhere, p.path)}); err != nil {
				return nil, err
			}
			out[href(lang, p.path)] = web.NewStatic(b.Bytes(), "text/html; charset=utf-8", web.Revalidate)
		}
	}
	return out, nil
}

// scripted serves the pages with scripts.
func (s *Site) scripted(d *web.Door) {
	for path, st := range s.static {
		d.Handle("GET "+path, 0, func(w http.ResponseWriter, r *http.Request) error {
			web.Scripts(w)
			st.Serve(w, r)
			return nil
		})
	}
}

// Release is the statement of what this installation gives to browsers: a line for each script, style sheet and page
// with scripts, and each description of the form, with its SHA-256; those of the doors of staff among them. Its own hash stands in the public log, so that all
// visitors can tell that they got the same. Pages that hold the keys to trust are in it as soon as there are keys.
func (s *Site) Release() ([]byte, error) {
	st, err := s.releaseStatic(s.keySet())
	if err != nil {
		return nil, err
	}
	return st.Bytes(), nil
}

// releaseStatic writes the statement once for each list of keys: nothing else changes while the program runs.
func (s *Site) releaseStatic(set *proof.KeySet) (*web.Static, error) {
	key := fmt.Sprint("release ", set.Root, set.Version)
	if st, ok := s.pages.Load(key); ok {
		return st.(*web.Static), nil
	}
	files := map[string]string{}
	if s.o.Staff != nil {
		var err error
		if files, err = s.o.Staff(set.Root); err != nil {
			return nil, err
		}
	}
	for _, a := range s.assets.All() {
		hash := sha256Hex(a.Body)
		if other, ok := files[a.Name]; ok && other != hash {
			return nil, fmt.Errorf("site: %s has another content at the desk", a.Name)
		}
		files[a.Name] = hash
	}
	same := maps.Clone(s.static)
	for _, lang := range s.o.Catalog.Langs() {
		same[href(lang, pathForm)] = s.forms[lang]
		if set.Root == "" {
			continue
		}
		for _, k := range keyedPages() {
			st, err := s.sealedStatic(lang, k, set)
			if err != nil {
				return nil, err
			}
			same[href(lang, k.path)] = st
		}
	}
	for path, st := range same {
		files[path] = sha256Hex(st.Bytes())
	}
	var lines []string
	for name, hash := range files {
		lines = append(lines, name+" "+hash)
	}
	slices.Sort(lines)
	statement := "clarion/release/v1\n" + s.o.Version + "\n" + strings.Join(lines, "\n") + "\n"
	st := web.NewStatic([]byte(statement), "text/plain; charset=utf-8", web.Revalidate)
	s.pages.Store(key, st)
	return st, nil
}
