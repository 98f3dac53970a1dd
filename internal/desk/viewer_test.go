package desk

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"clarion.example/clarion/internal/web"
)

// TestViewerDocument: the document in which strangers' files are shown may load its own two files and nothing else, and only its
// own files may be read from a foreign origin.
func TestViewerDocument(t *testing.T) {
	t.Parallel()
	a, err := newAssets()
	if err != nil {
		t.Fatal(err)
	}
	d := &door{assets: a, frames: map[string]*web.Static{}}
	const origin = "https://desk.example"
	wd := web.NewDoor(web.Options{URL: origin, Log: slog.New(slog.DiscardHandler)})
	if err := d.viewerRoutes(wd, origin); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/viewer":     "media-src blob:; trusted-types 'none'",
		"/viewer-pdf": "worker-src blob:; trusted-types clarion",
	} {
		r := httptest.NewRequest("GET", origin+path, nil)
		w := httptest.NewRecorder()
		wd.ServeHTTP(w, r)
		script, _ := a.Path(path[1:] + ".js")
		style, _ := a.Path("viewer.css")
		csp := "sandbox allow-scripts; default-src 'none'; script-src " + origin + script + "; style-src " + origin + style +
			"; connect-src 'none'; form-action 'none'; frame-ancestors 'self'; base-uri 'none'; require-trusted-types-for 'script'; " + want
		for name, value := range map[string]string{
			"Content-Security-Policy": csp, "Integrity-Policy": "blocked-destinations=(script)", "X-Frame-Options": "SAMEORIGIN",
			"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff",
		} {
			if got := w.Header().Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", path, name, got, value)
			}
		}
		if body := w.Body.String(); w.Code != 200 || strings.Count(body, "integrity=") != 2 || strings.Count(body, "<script") != 1 {
			t.Errorf("%s: %d %s", path, w.Code, body)
		}
	}
	for _, f := range a.All() {
		if ours := f.Name == "viewer.js" || f.Name == "viewer-pdf.js" || f.Name == "viewer.css"; viewers(f.Name) != ours {
			t.Errorf("%s may be read from anywhere: %v", f.Name, !ours)
		}
	}
}
