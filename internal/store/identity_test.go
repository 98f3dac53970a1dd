package store_test

import (
	"crypto/sha256"
	"testing"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

func TestIdentities(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r, other := storetest.NewReport(300), add(t, s)
		want := store.Identity{Box: []byte("box"), Shares: []store.IdentityShare{{"qian", []byte("one")}, {"zhao", []byte("two")}}}
		claim := random32()
		write(t, s, func(tx *store.Tx) error { // as an intake does: all in the transaction of the case
			if err := r.Add(tx); err != nil {
				return err
			}
			if err := tx.AddIdentity(r.Case.Key, want); err != nil {
				return err
			}
			return tx.AddClaimKey(r.Mailbox.Key, claim)
		})
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Identity(r.Case.Key)
			if d := diff(want, got); d != "" {
				t.Errorf("identity (-want +got):\n%s", d)
			}
			if err != nil {
				return err
			}
			if hash, err := tx.IdentityHash(r.Case.Key); err != nil || hash != sha256.Sum256(want.Box) {
				t.Errorf("hash of the box: %x, %v", hash, err)
			}
			key, err := tx.ClaimKey(r.Mailbox.Key)
			if key != claim {
				t.Errorf("claim key %x", key)
			}
			return err
		})
		absent := func(name string, fn func(*store.Tx) error) {
			t.Helper()
			if err := s.Read(t.Context(), fn); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		absent("identity of another case", func(tx *store.Tx) error { _, err := tx.Identity(other.Case.Key); return err })
		absent("hash of another case's", func(tx *store.Tx) error { _, err := tx.IdentityHash(other.Case.Key); return err })
		absent("claim key of another mailbox", func(tx *store.Tx) error { _, err := tx.ClaimKey(other.Mailbox.Key); return err })
		for name, fn := range map[string]func(*store.Tx) error{
			"second identity":  func(tx *store.Tx) error { return tx.AddIdentity(r.Case.Key, want) },
			"second claim key": func(tx *store.Tx) error { return tx.AddClaimKey(r.Mailbox.Key, random32()) },
		} {
			if err := s.Write(t.Context(), fn); !errs.Is(err, errs.Conflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
		twice := store.Identity{Box: []byte("box"), Shares: []store.IdentityShare{{"qian", []byte("one")}, {"qian", []byte("two")}}}
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddIdentity(other.Case.Key, twice) }); !errs.Is(err, errs.Conflict) {
			t.Errorf("two shares of one custodian: %v", err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.CloseMailbox(r.Mailbox.Key) })
		absent("claim key of a closed mailbox", func(tx *store.Tx) error { _, err := tx.ClaimKey(r.Mailbox.Key); return err })
	})
}
