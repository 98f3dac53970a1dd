package casework

import (
	"slices"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

// TestListOf: a handler's list finds every case of theirs once, page by page, and none looks at more than it may.
func TestListOf(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		var want []string
		err := st.Write(t.Context(), func(tx *store.Tx) error {
			want = nil
			for i := range 40 {
				r := storetest.NewReport(1)
				if err := r.Add(tx); err != nil {
					return err
				}
				if i%20 < 8 || i%20 > 9 {
					continue
				}
				event := cases.Event{Kind: cases.EventAssigned, Day: r.Case.Day, Member: "lin"}
				if _, err := tx.AddEvents(r.Case.Key, r.Case.Version, store.Event{Event: event}); err != nil {
					return err
				}
				want = append(want, r.Case.Number)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		f := store.Filter{Units: []id.Unit{"city"}}
		for _, c := range []struct{ limit, look, pages int }{{10, 1000, 1}, {4, 1000, 2}, {1, 1000, 5}, {10, 5, 8}} {
			var got []string
			at, more, pages := store.Cursor{}, true, 0
			for more && pages < 100 {
				err := st.Read(t.Context(), func(tx *store.Tx) error {
					rows, next, m, err := listOf(tx, "lin", f, at, c.limit, c.look)
					for _, r := range rows {
						got = append(got, r.Case.Number)
					}
					at, more, pages = next, m, pages+1
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			if !slices.Equal(got, want) || pages != c.pages {
				t.Errorf("%+v: %d pages of %q, want %q", c, pages, got, want)
			}
		}
	})
}
