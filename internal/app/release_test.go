package app_test

import (
	"crypto/sha256"
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
	if !strings.HasPrefix(page.Body, "clarion/release/v1\n") || !strings.Contains(page.Body, "\nreporter.js ") || !strings.Contains(page.Body, "\nclarion.css ") {
		t.Fatalf("statement: %s", page.Body)
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
