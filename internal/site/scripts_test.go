package site

import (
	"bytes"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/browser/build"
	"clarion.example/clarion/internal/web"
)

// never are things that no script of a page may use, each with the reason.
var never = map[string]string{
	`\beval\b|new Function\(`: "text is never run as code",
	`innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|\.srcdoc`: "foreign text is only ever text",
	`localStorage|sessionStorage|indexedDB|\bcaches\b|\bcookie\b|serviceWorker`:                          "nothing stays on the device",
	`XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|RTCPeer|\bimport\(`:                   "a page reaches the network by fetch alone",
	`Math\.random`:     "randomness is the platform's",
	`https?://`:        "nothing is asked of another host",
	`[^\x00-\x7f]`:     "a lost charset must not change a character",
	`sourceMappingURL`: "no source maps",
	`console\.`:        "nothing is written where another could read it",
	`\.(?:at|replaceAll|findLast)\(|structuredClone|Promise\.any|WeakRef|\?\?=`: "Chrome 80 and Safari 14.0 have not got it",
}

func TestScriptsStayWithinTheirBounds(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("dist/*.js")
	if err != nil || len(names) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, name := range names {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.ReplaceAll(body, []byte("https://tips.example"), nil) // the self-test signs for it
		for pattern, reason := range never {
			// Another language's frame is fetched as a document that runs nothing: no string becomes markup on the way.
			if b := filepath.Base(name); b == "report.js" || b == "mailbox.js" {
				pattern = strings.Replace(pattern, "XMLHttpRequest|", "", 1)
			}
			if at := regexp.MustCompile(pattern).FindIndex(body); at != nil {
				t.Errorf("%s: …%s…: %s", name, body[max(0, at[0]-30):min(len(body), at[1]+30)], reason)
			}
		}
	}
}

// TestDistIsAFreshBuild builds the pages' scripts again: they must be what is committed.
func TestDistIsAFreshBuild(t *testing.T) {
	t.Parallel()
	sources := map[string]string{"verify-page.js": "pages/verify/verify.ts", "report.js": "script/report.ts", "mailbox.js": "script/mailbox.ts"}
	areTheBundles(t, maps.Keys(sources))
	if _, err := os.Stat("../../browser/node_modules"); err != nil && os.Getenv("CLARION_REQUIRE_ALL") != "1" {
		t.Skip("the packages of browser/ are not installed: npm ci --prefix browser")
	}
	for out, source := range sources {
		entry, err := filepath.Abs(filepath.FromSlash(source))
		if err != nil {
			t.Fatal(err)
		}
		fresh := filepath.Join(t.TempDir(), out)
		if err := build.Page(entry, fresh); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(fresh)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("dist", out))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not built from %s (%v): run go generate ./internal/site", out, source, err)
		}
	}
}

// areTheBundles fails unless these are the names of all bundles.
func areTheBundles(t *testing.T, names iter.Seq[string]) {
	t.Helper()
	paths, err := filepath.Glob("dist/*.js")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range paths {
		all = append(all, filepath.Base(p))
	}
	if want := slices.Sorted(names); !slices.Equal(all, want) {
		t.Errorf("the bundles are %q, this test knows %q", all, want)
	}
}

// weights bound the scripts that a visitor has to load, in bytes compressed. The report page has 120 KB for everything.
var weights = map[string]int{"report.js": 62_000, "mailbox.js": 62_000, "verify-page.js": 8_000}

func TestScriptsAreLight(t *testing.T) {
	t.Parallel()
	areTheBundles(t, maps.Keys(weights))
	a, err := newAssets()
	if err != nil {
		t.Fatal(err)
	}
	for name, most := range weights {
		for _, f := range a.All() {
			if f.Name != name {
				continue
			}
			n := web.NewStatic(f.Body, f.Type, web.Immutable).BrotliLen()
			t.Logf("%-16s %7d bytes, %6d compressed", name, len(f.Body), n)
			if n > most {
				t.Errorf("%s has %d bytes compressed, %d are allowed", name, n, most)
			}
		}
	}
}
