package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"golang.org/x/mod/sumdb/tlog"
)

// TestLog proves every leaf in every tree, and that every tree continues every smaller one.
func TestLog(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const n = 70
		for i := range n {
			write(t, s, func(tx *store.Tx) error {
				at, err := tx.AppendLeaf(ledger.Public, fmt.Appendf(nil, "leaf %d", i))
				if at != int64(i) {
					t.Errorf("leaf %d got index %d", i, at)
				}
				return err
			})
		}
		if got := size(t, s, ledger.Cases); got != 0 {
			t.Errorf("the other log has %d leaves", got)
		}
		read(t, s, func(tx *store.Tx) error {
			leaves, err := tx.LeafRange(ledger.Public, 0, n+10)
			if err != nil || len(leaves) != n {
				return fmt.Errorf("%d leaves: %w", len(leaves), err)
			}
			roots := make([]tlog.Hash, n+1)
			for size := range int64(n + 1) {
				if roots[size], err = tx.TreeHash(ledger.Public, size); err != nil {
					return err
				}
			}
			for size := int64(1); size <= n; size++ {
				for i := range size {
					proof, err := tx.ProveLeaf(ledger.Public, size, i)
					if err != nil {
						return err
					}
					if err := tlog.CheckRecord(proof, size, roots[size], i, tlog.RecordHash(leaves[i])); err != nil {
						return fmt.Errorf("leaf %d of %d: %w", i, size, err)
					}
				}
				for old := int64(1); old <= size; old += 7 {
					proof, err := tx.ProveTree(ledger.Public, size, old)
					if err != nil {
						return err
					}
					if err := tlog.CheckTree(proof, size, roots[size], old, roots[old]); err != nil {
						return fmt.Errorf("%d to %d: %w", old, size, err)
					}
				}
			}
			return nil
		})
	})
}

// TestLogBatches appends batches of many sizes and failures, so that the edge in memory is put to the test.
func TestLogBatches(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		s, other := storetest.Open(t, dsn), storetest.Open(t, dsn)
		want := int64(0)
		for round, leaves := range []int{1, 3, 0, 17, 200, 1, 64} {
			at := s
			if round%3 == 2 {
				at = other // the edge in the first store's memory grows old
			}
			write(t, at, func(tx *store.Tx) error {
				for i := range leaves {
					if _, err := tx.AppendLeaf(ledger.Cases, fmt.Appendf(nil, "%d/%d", round, i)); err != nil {
						return err
					}
				}
				return nil
			})
			want += int64(leaves)
			boom := errors.New("boom")
			err := at.Write(t.Context(), func(tx *store.Tx) error {
				_, err := tx.AppendLeaf(ledger.Cases, []byte("never"))
				return errors.Join(err, boom)
			})
			if !errors.Is(err, boom) {
				t.Errorf("round %d: %v", round, err)
			}
		}
		if got := size(t, s, ledger.Cases); got != want {
			t.Errorf("%d leaves, want %d", got, want)
		}
		storetest.Check(t, s)
	})
}

func TestCheckpoint(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		at := func(size int64, note string) store.Checkpoint {
			return store.Checkpoint{Log: ledger.Cases, Size: size, Root: sha256Of(note), Note: []byte(note), At: noon}
		}
		advance := func(old []byte, next store.Checkpoint) error {
			return s.Write(t.Context(), func(tx *store.Tx) error { return tx.AdvanceCheckpoint(old, next) })
		}
		err := s.Read(t.Context(), func(tx *store.Tx) error { _, err := tx.Checkpoint(ledger.Cases); return err })
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("no checkpoint yet: %v", err)
		}
		if err := advance([]byte("one"), at(1, "two")); !errs.Is(err, errs.Conflict) {
			t.Errorf("continuing a checkpoint that the database has lost: %v", err)
		}
		// Many nodes try to be first; one is.
		var wg sync.WaitGroup
		errsGot := make([]error, 8)
		for i := range errsGot {
			wg.Go(func() { errsGot[i] = advance(nil, at(5, "one")) })
		}
		wg.Wait()
		won := 0
		for _, err := range errsGot {
			if err == nil {
				won++
			} else if !errs.Is(err, errs.Conflict) {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d nodes were first", won)
		}
		if err := advance([]byte("one"), at(4, "smaller")); !errs.Is(err, errs.Conflict) {
			t.Errorf("a smaller tree: %v", err)
		}
		if err := advance([]byte("one"), at(5, "two")); err != nil {
			t.Error(err)
		}
		if err := advance([]byte("one"), at(6, "late")); !errs.Is(err, errs.Conflict) {
			t.Errorf("from an old checkpoint: %v", err)
		}
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Checkpoint(ledger.Cases)
			if d := diff(at(5, "two"), got); d != "" {
				t.Errorf("checkpoint (-want +got):\n%s", d)
			}
			return err
		})
	})
}
