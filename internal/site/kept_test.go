package site

import (
	"bytes"
	"net/http/httptest"
	"testing"

	"clarion.example/clarion/internal/web"
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
