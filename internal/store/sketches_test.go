package store_test

import (
	"bytes"
	"testing"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

// TestSketches: the second of two who write at once is told, an empty list keeps its version, and an erased case leaves.
func TestSketches(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		put := func(v int64, since string, body string) (version int64, err error) {
			err = s.Write(t.Context(), func(tx *store.Tx) error {
				version, err = tx.PutSketches(store.Sketches{Unit: "city", Version: v, Since: day(since), Sealed: []byte(body)})
				return err
			})
			return version, err
		}
		holds := func(version int64, body string) {
			t.Helper()
			read(t, s, func(tx *store.Tx) error {
				got, err := tx.Sketches("city")
				if got.Version != version || !bytes.Equal(got.Sealed, []byte(body)) {
					t.Errorf("version %d %q, want %d %q", got.Version, got.Sealed, version, body)
				}
				return err
			})
		}
		holds(0, "")
		if _, err := put(3, "2026-11-20", "out of nothing"); !errs.Is(err, errs.Conflict) {
			t.Errorf("a version that there never was: %v", err)
		}
		for i, body := range []string{"one", "two"} {
			if v, err := put(int64(i), "2026-11-23", body); err != nil || v != int64(i)+1 {
				t.Fatalf("%d, %v", v, err)
			}
		}
		for _, v := range []int64{0, 1, 3} {
			if _, err := put(v, "2026-11-23", "late"); !errs.Is(err, errs.Conflict) {
				t.Errorf("version %d was replaced: %v", v, err)
			}
		}
		holds(2, "two")

		old, now := add(t, s), add(t, s) // of 22 November
		write(t, s, func(tx *store.Tx) error { _, err := tx.EraseCase(old.Case.Key); return err })
		holds(2, "two") // begins after that day
		if _, err := put(2, "2026-11-22", "three"); err != nil {
			t.Fatal(err)
		}
		write(t, s, func(tx *store.Tx) error { _, err := tx.EraseCase(now.Case.Key); return err })
		holds(4, "")
		if _, err := put(3, "2026-11-22", "what was read before"); !errs.Is(err, errs.Conflict) {
			t.Errorf("written over the erasure: %v", err)
		}
		if _, err := put(4, "2026-11-23", "anew"); err != nil {
			t.Error(err)
		}
		if err := s.Scrub(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
