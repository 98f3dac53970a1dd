package store_test

import (
	"errors"
	"sync"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

func TestWarnings(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := add(t, s)
		w := store.Warning{Warning: cases.Warning{Clock: cases.ClockDecision, Began: 3, Level: cases.Near, Day: day("2026-03-20")}, Unit: "city", Made: day("2026-03-24")}
		var wg sync.WaitGroup
		first := make([]bool, 8)
		for i := range first { // as nodes do that start together
			wg.Go(func() {
				write(t, s, func(tx *store.Tx) (err error) { first[i], err = tx.AddWarning(r.Case.Key, w); return err })
			})
		}
		wg.Wait()
		n := 0
		for _, added := range first {
			if added {
				n++
			}
		}
		if n != 1 {
			t.Errorf("written %d times", n)
		}
		over := w
		over.Level, over.Day = cases.Over, day("2026-04-01")
		write(t, s, func(tx *store.Tx) error { _, err := tx.AddWarning(r.Case.Key, over); return err })
		check := func(rows []store.Warning) {
			t.Helper()
			read(t, s, func(tx *store.Tx) error {
				got, err := tx.WarningsOf([]int64{r.Case.Key, 99})
				march, err2 := tx.WarningCounts(day("2026-03-01"), day("2026-03-31"))
				whole, err3 := tx.WarningCounts(day("2026-03-20"), day("2026-04-01"))
				near := store.WarningCount{Unit: "city", Clock: cases.ClockDecision, Level: cases.Near, N: 1}
				late := store.WarningCount{Unit: "city", Clock: cases.ClockDecision, Level: cases.Over, N: 1}
				for _, d := range []string{diff(rows, got[r.Case.Key]), diff([]store.WarningCount{near}, march), diff([]store.WarningCount{near, late}, whole)} {
					if d != "" {
						t.Errorf("(-want +got):\n%s", d)
					}
				}
				return errors.Join(err, err2, err3)
			})
		}
		check([]store.Warning{w, over})
		write(t, s, func(tx *store.Tx) error { _, err := tx.EraseCase(r.Case.Key); return err })
		check(nil) // the counts stay, and name no case
	})
}
