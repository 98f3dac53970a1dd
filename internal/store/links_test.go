package store_test

import (
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		first, second, third := add(t, s), add(t, s), add(t, s)
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.LinkCase(first.Case.Key, second.Case.Key) }); err == nil {
			t.Error("a case was linked to a later one")
		}
		write(t, s, func(tx *store.Tx) error { return tx.LinkCase(third.Case.Key, second.Case.Key) })
		write(t, s, func(tx *store.Tx) error { return tx.LinkCase(third.Case.Key, first.Case.Key) })
		write(t, s, func(tx *store.Tx) error { return tx.LinkCase(second.Case.Key, first.Case.Key) })
		read(t, s, func(tx *store.Tx) error {
			p, err := tx.ParentOf(third.Case.Key)
			if err != nil || p.Key != first.Case.Key {
				t.Errorf("parent %d, %v", p.Key, err)
			}
			if _, err := tx.ParentOf(first.Case.Key); !errs.Is(err, errs.NotFound) {
				t.Errorf("the first has a parent: %v", err)
			}
			all, err := tx.ChildrenOf(first.Case.Key)
			if len(all) != 2 || all[0].Key != second.Case.Key || all[1].Key != third.Case.Key {
				t.Errorf("children %v", keys(all))
			}
			return err
		})
		write(t, s, func(tx *store.Tx) error { return tx.UnlinkCase(second.Case.Key) })
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.UnlinkCase(second.Case.Key) }); !errs.Is(err, errs.NotFound) {
			t.Errorf("unlinked twice: %v", err)
		}
		write(t, s, func(tx *store.Tx) error { _, err := tx.EraseCase(first.Case.Key); return err })
		read(t, s, func(tx *store.Tx) error {
			if _, err := tx.ParentOf(third.Case.Key); !errs.Is(err, errs.NotFound) {
				t.Errorf("an erased case is still a parent: %v", err)
			}
			return nil
		})
	})
}

func keys(all []cases.Case) (out []int64) {
	for _, c := range all {
		out = append(out, c.Key)
	}
	return out
}
