package store_test

import (
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

// TestFirstCodes exchanges a code once, and refuses one that is used, over, unknown, or whose case has a mailbox.
func TestFirstCodes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := add(t, s)
		f := store.FirstCode{Case: r.Case.Key, Mark: random32(), Kind: store.FirstPickUp, Until: noon.Add(48 * time.Hour)}
		over := store.FirstCode{Case: r.Case.Key, Mark: random32(), Kind: store.FirstLink, Until: noon.Add(-2 * time.Hour)}
		write(t, s, func(tx *store.Tx) error {
			if err := tx.AddFirstCode(f); err != nil {
				return err
			}
			return tx.AddFirstCode(over)
		})
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddFirstCode(f) }); !errs.Is(err, errs.Conflict) {
			t.Errorf("a mark twice: %v", err)
		}
		next := store.Mailbox{Auth: random32(), Sign: random32(), Recipient: "age1pq1new"}
		use := func(mark [32]byte) error {
			return s.Write(t.Context(), func(tx *store.Tx) error {
				got, err := tx.FirstCode(mark)
				if err != nil {
					return err
				}
				return tx.UseFirstCode(got, next, noon)
			})
		}
		if err := use(f.Mark); !errs.Is(err, errs.Conflict) {
			t.Errorf("while the case has a mailbox: %v", err)
		}
		write(t, s, func(tx *store.Tx) error { return tx.CloseMailbox(r.Mailbox.Key) })
		if err := use(over.Mark); !errs.Is(err, errs.NotFound) {
			t.Errorf("a code that is over: %v", err)
		}
		if err := use(random32()); !errs.Is(err, errs.NotFound) {
			t.Errorf("an unknown code: %v", err)
		}
		if err := use(f.Mark); err != nil {
			t.Fatal(err)
		}
		write(t, s, func(tx *store.Tx) error {
			m, err := tx.MailboxByAuth(next.Auth)
			if err != nil {
				return err
			}
			next.Case = r.Case.Key
			keys, err := tx.FirstKeys(r.Case.Key)
			if d := diff([]store.Mailbox{next}, keys); d != "" {
				t.Errorf("the keys that the server vouches for (-want +got):\n%s", d)
			}
			if err != nil {
				return err
			}
			return tx.CloseMailbox(m.Key)
		})
		if err := use(f.Mark); !errs.Is(err, errs.NotFound) {
			t.Errorf("a second time: %v", err)
		}
	})
}

// TestFirstGuesses counts by the hour and keeps no other.
func TestFirstGuesses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, at := range []time.Time{noon, noon.Add(time.Minute), noon.Add(time.Hour)} {
			write(t, s, func(tx *store.Tx) error { return tx.CountFirstGuess(at) })
		}
		for at, want := range map[time.Time]int64{noon: 0, noon.Add(time.Hour): 1, noon.Add(9 * time.Hour): 0} {
			read(t, s, func(tx *store.Tx) error {
				n, err := tx.FirstGuesses(at)
				if n != want {
					t.Errorf("at %v: %d guesses, want %d", at, n, want)
				}
				return err
			})
		}
	})
}
