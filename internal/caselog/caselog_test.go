package caselog_test

import (
	"testing"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
)

// TestWitness: what is kept with an event opens the leaf that stands in the log, and nothing else does.
func TestWitness(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		event := proof.Event{Kind: proof.EventAcknowledged, Day: "2026-03-23"}
		var kept []*store.Leaf
		if err := s.Write(t.Context(), func(tx *store.Tx) error {
			for range 3 {
				leaf, err := caselog.Witness(tx, event)
				if err != nil {
					return err
				}
				kept = append(kept, leaf)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		err := s.Read(t.Context(), func(tx *store.Tx) error {
			leaves, err := tx.LeafRange(ledger.Cases, 0, 3)
			if err != nil {
				return err
			}
			for i, k := range kept {
				want, got, err := proof.Opening{Random: k.Random, Event: k.JSON}.Leaf(event.Kind)
				if err != nil {
					return err
				}
				if k.Index != int64(i) || string(leaves[i]) != string(want) || got.Kind != event.Kind || got.Day != event.Day {
					t.Errorf("leaf %d: index %d, %q opens to %+v", i, k.Index, leaves[i], got)
				}
				if i > 0 && (string(leaves[i]) == string(leaves[0]) || k.Random == kept[0].Random) {
					t.Error("two events of the same kind and day have the same leaf")
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestNextDue: the queue goes by the clock that runs and ends first.
func TestNextDue(t *testing.T) {
	t.Parallel()
	on := func(kind cases.ClockKind, state cases.ClockState, due string) cases.Clock {
		return cases.Clock{Kind: kind, State: state, Due: workday.MustDay(due)}
	}
	for name, c := range map[string]struct {
		clocks []cases.Clock
		want   store.Due
	}{
		"none":    {nil, store.Due{}},
		"settled": {[]cases.Clock{on(cases.ClockFirst, cases.Settled, "2026-03-30")}, store.Due{}},
		"first of two": {[]cases.Clock{on(cases.ClockDecision, cases.Running, "2026-04-07"), on(cases.ClockFirst, cases.Running, "2026-03-30")},
			store.Due{Clock: cases.ClockFirst, Day: workday.MustDay("2026-03-30")}},
		"breached counts": {[]cases.Clock{on(cases.ClockDecision, cases.Breached, "2026-03-01"), on(cases.ClockOutcome, cases.Running, "2026-06-30")},
			store.Due{Clock: cases.ClockDecision, Day: workday.MustDay("2026-03-01")}},
		"paused does not": {[]cases.Clock{on(cases.ClockDecision, cases.Paused, "2026-03-01"), on(cases.ClockAnswer, cases.Running, "2026-04-22")},
			store.Due{Clock: cases.ClockAnswer, Day: workday.MustDay("2026-04-22")}},
	} {
		if got := caselog.NextDue(c.clocks); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
