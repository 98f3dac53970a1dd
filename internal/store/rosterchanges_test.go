package store_test

import (
	"testing"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

// TestRosterChanges: one change waits for each unit, the newest, until it is taken away.
func TestRosterChanges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		one := store.RosterChange{Unit: "city", Body: []byte("one"), Proposer: "lin", Day: day("2026-11-22")}
		two := store.RosterChange{Unit: "city", Body: []byte("two"), Proposer: "chen", Day: day("2026-11-23")}
		other := store.RosterChange{Unit: "north", Body: []byte("other"), Proposer: "lin", Day: day("2026-11-22")}
		write(t, s, func(tx *store.Tx) error {
			for _, c := range []store.RosterChange{one, other, two} {
				if err := tx.PutRosterChange(c); err != nil {
					return err
				}
			}
			return nil
		})
		for _, want := range []store.RosterChange{two, other} {
			read(t, s, func(tx *store.Tx) error {
				got, err := tx.RosterChange(want.Unit)
				if d := diff(want, got); d != "" {
					t.Errorf("(-want +got):\n%s", d)
				}
				return err
			})
		}
		write(t, s, func(tx *store.Tx) error { return tx.DropRosterChange("city") })
		read(t, s, func(tx *store.Tx) error {
			if _, err := tx.RosterChange("city"); !errs.Is(err, errs.NotFound) {
				t.Errorf("it still waits: %v", err)
			}
			_, err := tx.RosterChange("north")
			return err
		})
		err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.DropRosterChange("city") })
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("dropped what is not there: %v", err)
		}
	})
}
