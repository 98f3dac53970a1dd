package store_test

import (
	"errors"
	"testing"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

func TestDraft(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		none := func() {
			t.Helper()
			for name, err := range map[string]error{
				"reading":  s.Read(t.Context(), func(tx *store.Tx) error { _, err := tx.Draft(); return err }),
				"dropping": s.Write(t.Context(), (*store.Tx).DropDraft),
			} {
				if !errs.Is(err, errs.NotFound) || keyOf(err) != "store.draft_absent" {
					t.Errorf("%s no draft: %v", name, err)
				}
			}
		}
		none()
		first := store.Draft{Body: []byte("one"), Proposer: "sun-yi", Day: day("2026-11-22")}
		second := store.Draft{Body: []byte("two"), Proposer: "li-wei", Day: day("2026-11-23")}
		for _, want := range []store.Draft{first, second} { // there is one at most
			write(t, s, func(tx *store.Tx) error { return tx.PutDraft(want) })
			read(t, s, func(tx *store.Tx) error {
				got, err := tx.Draft()
				if d := diff(want, got); d != "" {
					t.Errorf("(-want +got):\n%s", d)
				}
				return err
			})
		}
		write(t, s, (*store.Tx).DropDraft)
		none()
	})
}

func TestUnitRecovery(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a := store.UnitRecovery{Unit: "city", Key: [32]byte{1}, Recovery: [32]byte{9}, Sealed: []byte("a"), Day: day("2026-11-22")}
		next := store.UnitRecovery{Unit: "city", Key: [32]byte{2}, Recovery: [32]byte{9}, Sealed: []byte("b"), Day: day("2026-11-23")}
		b := store.UnitRecovery{Unit: "centre", Key: [32]byte{1}, Recovery: [32]byte{9}, Sealed: []byte("c"), Day: day("2026-11-22")}
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(tx.PutUnitRecovery(a), tx.PutUnitRecovery(next), tx.PutUnitRecovery(b))
		})
		a.Recovery, a.Sealed, a.Day = [32]byte{8}, []byte("again"), day("2026-11-24") // the recovery key was replaced
		write(t, s, func(tx *store.Tx) error { return tx.PutUnitRecovery(a) })
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.UnitRecoveries()
			if d := diff([]store.UnitRecovery{b, a, next}, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			return err
		})
	})
}

// TestRevokedCategory: an approval can be taken back and given again.
func TestRevokedCategory(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a := store.CategoryApproval{Category: "sabotage", PackHash: random32(), Inspector: "sun-yi", Day: day("2026-11-22"), Signature: []byte("sig")}
		other := a
		other.Category = "intrusion"
		write(t, s, func(tx *store.Tx) error { return errors.Join(tx.ApproveCategory(a), tx.ApproveCategory(other)) })
		write(t, s, func(tx *store.Tx) error { return tx.RevokeCategory(a.Category, a.PackHash) })
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.RevokeCategory(a.Category, a.PackHash) }); !errs.Is(err, errs.NotFound) {
			t.Errorf("taken back twice: %v", err)
		}
		a.Inspector = "li-wei"
		write(t, s, func(tx *store.Tx) error { return tx.ApproveCategory(a) })
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.CategoryApprovals(a.PackHash)
			if d := diff([]store.CategoryApproval{other, a}, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			return err
		})
	})
}

func TestKitChanges(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		first := store.KitChange{List: 4, Kit: random32(), K: 2, N: 3, Proposer: "sun-yi"}
		used := store.KitChange{List: 7, Kit: random32(), K: 3, N: 5, Proposer: "li-wei", Carried: true, Uses: []store.KitUse{{Unit: "centre", Former: 2}, {Unit: "city"}}}
		write(t, s, func(tx *store.Tx) error { return errors.Join(tx.AddKitChange(used), tx.AddKitChange(first)) })
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.KitChanges()
			if d := diff([]store.KitChange{first, used}, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			return err
		})
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddKitChange(used) }); err == nil {
			t.Error("one list brought two kits")
		}
	})
}
