// Package storetest gives tests real databases and says what it means to be one here: [Each] runs a test on
// SQLite and on PostgreSQL, [Check] is the invariant that must hold after every step, [NewReport] makes what an
// intake stores.
//
// It must never be imported by the product, and it fakes nothing.
package storetest

import (
	"context"
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// SQLite returns the DSN of a new, empty SQLite database in a directory of the test.
func SQLite(tb testing.TB) string {
	tb.Helper()
	return "sqlite:" + filepath.Join(tb.TempDir(), "clarion.db")
}

// Open opens a database that may be empty and closes it at the end of the test.
func Open(tb testing.TB, dsn string) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), store.Options{DSN: dsn, Create: true})
	if err != nil {
		tb.Fatalf("opening the database: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("closing the database: %v", err)
		}
	})
	return s
}

// Databases calls fn in a parallel subtest for each kind of database, with a function that gives the DSN of a new,
// empty one.
func Databases(t *testing.T, fn func(t *testing.T, fresh func(testing.TB) string)) {
	for name, fresh := range map[string]func(testing.TB) string{"sqlite": SQLite, "postgres": Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fn(t, fresh)
		})
	}
}

// Each calls fn in a parallel subtest for each kind of database with a new store, and checks the invariants after
// it.
func Each(t *testing.T, fn func(t *testing.T, s *store.Store)) {
	t.Helper()
	Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		s := Open(t, fresh(t))
		fn(t, s)
		Check(t, s)
	})
}

// Check fails the test unless every invariant holds: those of [store.Store.Verify], and each event opens the
// commitment of its leaf, if that is a leaf of the case log.
func Check(tb testing.TB, s *store.Store) {
	tb.Helper()
	ctx := context.WithoutCancel(tb.Context()) // also called while a test is being cleaned up
	if err := s.Verify(ctx); err != nil {
		tb.Errorf("the database contradicts itself: %v", err)
		return
	}
	err := s.Read(ctx, func(tx *store.Tx) error {
		for last := int64(0); ; {
			part, err := tx.CasesAfter(last, 100)
			if err != nil || len(part) == 0 {
				return err
			}
			for _, c := range part {
				checkLeaves(tb, tx, c)
				last = c.Key
			}
		}
	})
	if err != nil {
		tb.Errorf("checking the database: %v", err)
	}
}

func checkLeaves(tb testing.TB, tx *store.Tx, c cases.Case) {
	tb.Helper()
	events, err := tx.Events(c.Key)
	if err != nil {
		tb.Errorf("case %s: %v", c.Number, err)
	}
	for _, e := range events {
		if e.Leaf == nil {
			continue
		}
		leaf, err := tx.LeafRange(ledger.Cases, e.Leaf.Index, 1)
		if err != nil || len(leaf) != 1 {
			tb.Errorf("case %s, event %d: no leaf %d (%v)", c.Number, e.Seq, e.Leaf.Index, err)
			continue
		}
		if !strings.HasPrefix(string(leaf[0]), leafHead) {
			continue
		}
		kind := e.Kind
		if opened, err := proof.ParseEvent(e.Leaf.JSON); err == nil {
			kind = cases.EventKind(opened.Kind) // the ledger has its own word for some events
		}
		if want := string(LeafData(kind, e.Leaf.Random, e.Leaf.JSON)); string(leaf[0]) != want {
			tb.Errorf("case %s, event %d: leaf %d is\n%q\nand the event opens\n%q", c.Number, e.Seq, e.Leaf.Index, leaf[0], want)
		}
	}
}

const leafHead = "clarion/case-leaf/v1\n"

// LeafData is a leaf of the case log as docs/spec/proof.md defines it.
func LeafData(kind cases.EventKind, random [32]byte, event []byte) []byte {
	sum := commitment(random, event)
	return []byte(leafHead + string(kind) + "\n" + base64.StdEncoding.EncodeToString(sum[:]) + "\n")
}
