package app_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

// warnings reads what was written down about a case, one line each.
func warnings(t *testing.T, w *apptest.World, number string) (out []string) {
	t.Helper()
	err := w.Store.Read(t.Context(), func(tx *store.Tx) error {
		c, err := tx.CaseByNumber(number)
		if err != nil {
			return err
		}
		all, err := tx.WarningsOf([]int64{c.Key})
		for _, x := range all[c.Key] {
			out = append(out, fmt.Sprintf("%s %d %s, written %s", x.Clock, x.Level, x.Day, x.Made))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

// TestWarningsAfterDowntime: a server that was off for nine days writes each warning down once, with its true day, whichever of its
// nodes starts first; and each later one on its day.
func TestWarningsAfterDowntime(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		clock := apptest.NewClock(time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)) // a Monday
		w := apptest.Start(t, apptest.Options{DSN: fresh(t), Clock: clock})
		number := reports(t, w, 1, func(_ int, r *storetest.Report) { r.Due.Day = r.Case.Day.Add(10) })[0]
		reports(t, w, 1, func(_ int, r *storetest.Report) { r.Due.Day = r.Case.Day.Add(60) }) // far away: never
		warn := func(apps ...*app.App) {
			t.Helper()
			var wg sync.WaitGroup
			for _, a := range apps {
				wg.Go(func() {
					if err := a.Casework.Warn(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
		}
		want := func(lines ...string) {
			t.Helper()
			if diff := cmp.Diff(strings.Join(lines, "\n"), strings.Join(warnings(t, w, number), "\n")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
		warn(w.App)
		want()
		second, err := app.Open(t.Context(), app.Options{Config: w.Config, Log: slog.New(slog.DiscardHandler), Now: clock.Now, Demo: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := second.Close(); err != nil {
				t.Error(err)
			}
		})
		clock.Move(9 * 24 * time.Hour)
		warn(w.App, second)
		near := "s1 80 2026-03-10, written 2026-03-11"
		want(near)
		clock.Move(24 * time.Hour) // its last day
		warn(w.App, second)
		want(near)
		clock.Move(24 * time.Hour)
		warn(second, w.App)
		warn(w.App)
		want("s1 100 2026-03-13, written 2026-03-13", near)
		clock.Move(24 * time.Hour)
		warn(w.App)
		want("s1 100 2026-03-13, written 2026-03-13", near)
		err = w.Store.Read(t.Context(), func(tx *store.Tx) error {
			counts, err := tx.WarningCounts(w.Casework.Today().Add(-30), w.Casework.Today())
			if diff := cmp.Diff([]store.WarningCount{{Unit: "unit-1", Clock: cases.ClockFirst, Level: cases.Near, N: 1}, {Unit: "unit-1", Clock: cases.ClockFirst, Level: cases.Over, N: 1}}, counts); diff != "" {
				t.Error(diff)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
