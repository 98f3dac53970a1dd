package site

import (
	"bytes"
	"net/http/httptest"
	"strings"
	"testing"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/proof"
)

// TestBytesCompressesOnce asks for the same file many times: it is prepared, and so compressed, once for as long as it
// stays the same, and never served stale.
func TestBytesCompressesOnce(t *testing.T) {
	t.Parallel()
	s := &Site{}
	ask := func(path string, body []byte) *web.Static {
		r := httptest.NewRequest("GET", path, nil)
		w := httptest.NewRecorder()
		s.bytes(w, r, body, "text/plain; charset=utf-8")
		if !bytes.Equal(w.Body.Bytes(), body) {
			t.Errorf("%s: got %q, want %q", path, w.Body, body)
		}
		st, ok := s.pages.Load(path)
		if !ok {
			t.Fatalf("%s was not kept", path)
		}
		return st.(*web.Static)
	}
	old, other := bytes.Repeat([]byte("old\n"), 100), bytes.Repeat([]byte("new\n"), 100)
	first := ask("/keys.json", old)
	if ask("/log/public/checkpoint", other) == first {
		t.Error("two paths share one file")
	}
	if ask("/keys.json", bytes.Clone(old)) != first {
		t.Error("the same file was prepared again")
	}
	if ask("/keys.json", other) == first {
		t.Error("another file was served as the old one")
	}
}

// TestReleaseIsWrittenOnce: the statement and the pages that name keys are made once for each list of keys, and never
// served stale.
func TestReleaseIsWrittenOnce(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	a, err := newAssets()
	if err != nil {
		t.Fatal(err)
	}
	var set *proof.KeySet
	s := &Site{render: renderer(t, c), assets: a, sites: map[i18n.Lang]ui.Site{}, forms: map[i18n.Lang]*web.Static{}, static: map[string]*web.Static{}, o: Options{
		Catalog: c, Keys: func() (*proof.KeySet, error) {
			if set == nil {
				return nil, errs.New(errs.Unavailable, "keyring.none", nil)
			}
			return set, nil
		},
	}}
	for _, l := range c.Langs() {
		s.sites[l], s.forms[l] = sampler{c.For(l)}.site(), web.NewStatic([]byte("{}"), "application/json", web.Revalidate)
	}
	pages := 0
	seen := map[string]bool{}
	for _, next := range []*proof.KeySet{nil, {Root: "root", Version: 1}, {Root: "root", Version: 2}} {
		set = next
		first := askRelease(t, s)
		s.o.Version = "another" // which a second writing would show
		if again := askRelease(t, s); again != first {
			t.Errorf("the statement was written again: %s", again)
		}
		s.o.Version = ""
		if seen[first] || strings.Contains(first, "/report ") != (next != nil) {
			t.Errorf("the statement for %v: %s", next, first)
		}
		seen[first] = true
		if next != nil {
			pages += len(keyedPages()) * len(c.Langs())
		}
	}
	kept := 0
	s.pages.Range(func(any, any) bool { kept++; return true })
	if want := pages + len(seen); kept != want {
		t.Errorf("%d things are kept, want %d", kept, want)
	}
}

func askRelease(t *testing.T, s *Site) string {
	t.Helper()
	w := httptest.NewRecorder()
	if err := s.release(w, httptest.NewRequest("GET", "/release.txt", nil)); err != nil {
		t.Fatal(err)
	}
	return w.Body.String()
}
