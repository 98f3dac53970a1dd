package desk

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"clarion.example/clarion/browser/build"
	"clarion.example/clarion/internal/web"
)

// never are things that no script of the doors may use, each with the reason.
var never = map[string]string{
	`\beval\(|new Function\(`: "text is never run as code",
	`innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|\.srcdoc`: "foreign text is only ever text",
	`localStorage|sessionStorage|indexedDB|\bcaches\b|\bcookie\b|serviceWorker`:                          "nothing stays on the device",
	`XMLHttpRequest|WebSocket|sendBeacon|importScripts|RTCPeer|\bimport\(`:                               "a page reaches the network by its own line alone",
	`Math\.random`:     "randomness is the platform's",
	`[^\x00-\x7f]`:     "a lost charset must not change a character",
	`sourceMappingURL`: "no source maps",
	`console\.`:        "nothing is written where another could read it",
}

func TestScriptsStayWithinTheirBounds(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"desk.js", "viewer.js"} {
		body, err := os.ReadFile(filepath.Join("dist", name))
		if err != nil {
			t.Fatal(err)
		}
		for pattern, reason := range never {
			if at := regexp.MustCompile(pattern).FindIndex(body); at != nil {
				t.Errorf("%s: …%s…: %s", name, body[max(0, at[0]-30):min(len(body), at[1]+30)], reason)
			}
		}
	}
	// pdf.js has code for many surroundings; its document's policy is what holds it. These two would be rules that we broke.
	body, err := os.ReadFile("dist/viewer-pdf.js")
	if err != nil {
		t.Fatal(err)
	}
	if at := regexp.MustCompile(`[^\x00-\x7f]|sourceMappingURL|new Function\(|[^.\w]eval\(`).FindIndex(body); at != nil {
		t.Errorf("viewer-pdf.js: …%s…", body[max(0, at[0]-30):min(len(body), at[1]+30)])
	}
	n := web.NewStatic(body, "text/javascript; charset=utf-8", web.Immutable).BrotliLen()
	t.Logf("viewer-pdf.js: %d bytes, %d compressed", len(body), n)
	if n > 1_600_000 {
		t.Errorf("viewer-pdf.js has %d bytes compressed", n)
	}
}

// TestDistIsAFreshBuild builds the scripts again: they must be what is committed.
func TestDistIsAFreshBuild(t *testing.T) {
	t.Parallel()
	modules, err := filepath.Abs("../../browser/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(modules, "pdfjs-dist")); err != nil {
		if os.Getenv("CLARION_REQUIRE_ALL") == "1" {
			t.Fatal("the packages of browser/ are not installed")
		}
		t.Skip("the packages of browser/ are not installed: npm ci --prefix browser")
	}
	out := t.TempDir()
	for name, entry := range map[string]string{"desk.js": "script/desk.ts", "viewer.js": "viewer/viewer.ts", "viewer-pdf.js": "viewer/pdf.ts"} {
		from, err := filepath.Abs(filepath.FromSlash(entry))
		if err != nil {
			t.Fatal(err)
		}
		if name == "viewer-pdf.js" {
			err = build.Viewer(from, modules, filepath.Join(out, name))
		} else {
			err = build.Page(from, filepath.Join(out, name))
		}
		if err != nil {
			t.Fatal(err)
		}
		same(t, filepath.Join(out, name), filepath.Join("dist", name))
	}
	same(t, "viewer/viewer.css", "dist/viewer.css")
}

func same(t *testing.T, fresh, committed string) {
	t.Helper()
	got, err := os.ReadFile(fresh)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(committed)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not built from its sources (%v): run go generate ./internal/desk", committed, err)
	}
}
