package app_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/errs"
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
	if n := releases(t, w, page.Body); n != 1 {
		t.Errorf("the release stands %d times in the public log", n)
	}
}

// releases counts how often a statement stands in the public log.
func releases(t *testing.T, w *apptest.World, statement string) (found int) {
	t.Helper()
	want, err := proof.PublicLeaf(proof.PublicRelease, sha256.Sum256([]byte(statement)))
	if err != nil {
		t.Fatal(err)
	}
	err = w.Store.Read(t.Context(), func(tx *store.Tx) error {
		leaves, err := tx.LeafRange(ledger.Public, 0, 100)
		found = 0
		for _, l := range leaves {
			if string(l) == string(want) {
				found++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestFollowKeys: the pages that name a new list of keys are logged once, also when the list was taken up before or
// the database had no room at first.
func TestFollowKeys(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, start func(apptest.Options) *apptest.World) {
		w := start(apptest.Options{Set: map[string]string{"server.queue": "1"}})
		follow := func() {
			t.Helper()
			for range 2 {
				if err := w.FollowKeys(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if n := releases(t, w, w.NewBrowser(t).Get("/release.txt").Want(200).Body); n != 1 {
				t.Errorf("the release stands %d times in the public log", n)
			}
		}
		follow()
		w.Publish(t, func(*proof.KeySet) {})
		free := fillQueue(t, w)
		if err := w.FollowKeys(t.Context()); !errs.Is(err, errs.Unavailable) {
			t.Errorf("without room for a write: %v", err)
		}
		free()
		follow()
	})
}
