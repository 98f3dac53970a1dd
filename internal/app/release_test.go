package app_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// TestReleaseIsLogged: the hash of what this release gives to browsers stands in the public log, once.
func TestReleaseIsLogged(t *testing.T) {
	t.Parallel()
	w := apptest.Start(t, apptest.Options{})
	for range 2 {
		if err := w.LogRelease(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	page := w.NewBrowser(t).Get("/release.txt").Want(200)
	if !strings.HasPrefix(page.Body, "clarion/release/v1\n") || !strings.Contains(page.Body, "\nreport.js ") || !strings.Contains(page.Body, "\nclarion.css ") {
		t.Fatalf("statement: %s", page.Body)
	}
	for _, path := range []string{"/zh/verify", "/en/verify"} {
		html := w.NewBrowser(t).Get(path).Want(200)
		if !strings.Contains(page.Body, fmt.Sprintf("\n%s %x\n", path, sha256.Sum256([]byte(html.Body)))) {
			t.Errorf("the statement has another hash of %s: %s", path, page.Body)
		}
		csp := html.Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "script-src 'self';") || !strings.Contains(csp, "require-trusted-types-for 'script'") || strings.Contains(csp, "unsafe") || html.Header.Get("Integrity-Policy") == "" {
			t.Errorf("%s: headers %v", path, html.Header)
		}
		if html.Header.Get("Etag") == "" || html.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s is not revalidated: %v", path, html.Header)
		}
	}
	want, err := proof.PublicLeaf(proof.PublicRelease, sha256.Sum256([]byte(page.Body)))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	err = w.Store.Read(t.Context(), func(tx *store.Tx) error {
		leaves, err := tx.LeafRange(ledger.Public, 0, 100)
		for _, l := range leaves {
			if string(l) == string(want) {
				found++
			}
		}
		return err
	})
	if err != nil || found != 1 {
		t.Errorf("the release stands %d times in the public log: %v", found, err)
	}
}
