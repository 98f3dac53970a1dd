package store_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

// reply stores a document from the unit to the reporter and shows it in the mailbox.
func reply(t testing.TB, s *store.Store, r *storetest.Report, seq int64, prev [32]byte, body string) (d store.Doc, item int64) {
	t.Helper()
	d = store.Doc{Case: r.Case.Key, Chain: cases.FromUnit, Seq: seq, ID: id.NewDoc(), Kind: "reply", Unit: "city",
		Day: r.Case.Day, Prev: prev, Size: int64(len(body))}
	d.Hash = sha256Of(body)
	write(t, s, func(tx *store.Tx) (err error) {
		if d.Key, err = tx.AddDoc(d, []byte(body)); err != nil {
			return err
		}
		item, err = tx.AddItem(r.Mailbox.Key, d.Key, nil)
		return err
	})
	return d, item
}

// itemBody is what a mailbox shows for an item that is not erased.
func itemBody(t testing.TB, s *store.Store, mailbox, item int64) (body string, ok bool) {
	t.Helper()
	read(t, s, func(tx *store.Tx) error {
		items, bodies, err := tx.OpenItems(mailbox)
		for i, it := range items {
			if it.Key == item && !it.Erased {
				body, ok = string(bodies[i]), true
			}
			if it.Erased && bodies[i] != nil {
				t.Errorf("item %d is erased and has a body", it.Key)
			}
		}
		return err
	})
	return body, ok
}

func random32() (b [32]byte) {
	rand.Read(b[:])
	return b
}

func TestMailboxItems(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r, other := add(t, s), add(t, s)
		first, one := reply(t, s, r, 1, [32]byte{}, "first")
		second, two := reply(t, s, r, 2, first.Hash, "second")
		if body, ok := itemBody(t, s, r.Mailbox.Key, one); !ok || body != "first" {
			t.Errorf("body %q, %v", body, ok)
		}
		if body, ok := itemBody(t, s, other.Mailbox.Key, one); ok {
			t.Errorf("from another mailbox: %q", body)
		}
		err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.AddItem(r.Mailbox.Key, first.Key, nil); return err })
		if !errs.Is(err, errs.Conflict) {
			t.Errorf("shown twice: %v", err)
		}
		err = s.Write(t.Context(), func(tx *store.Tx) error { return tx.EraseItem(other.Mailbox.Key, one, nil) })
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("erased from another mailbox: %v", err)
		}
		for range 2 {
			write(t, s, func(tx *store.Tx) error { return tx.EraseItem(r.Mailbox.Key, one, []byte("signed note")) })
		}
		if body, ok := itemBody(t, s, r.Mailbox.Key, one); ok {
			t.Errorf("an erased item: %q", body)
		}
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Items(r.Mailbox.Key)
			want := []store.Item{{Key: one, Doc: first, Erased: true, Note: []byte("signed note")}, {Key: two, Doc: second}}
			if d := diff(want, got); d != "" {
				t.Errorf("items (-want +got):\n%s", d)
			}
			if err != nil {
				return err
			}
			body, err := tx.DocBody(first.Key)
			if string(body) != "first" {
				t.Errorf("the unit's copy is %q", body)
			}
			return err
		})
	})
}

// TestNewCode changes a mailbox's keys: the old code opens nothing, the new one opens the resealed copies.
func TestNewCode(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r, other := add(t, s), add(t, s)
		first, one := reply(t, s, r, 1, [32]byte{}, "first")
		_, two := reply(t, s, r, 2, first.Hash, "second")
		write(t, s, func(tx *store.Tx) error { return tx.EraseItem(r.Mailbox.Key, one, []byte("old note")) })
		next := store.Mailbox{Key: r.Mailbox.Key, Auth: random32(), Sign: random32(), Recipient: "age1pq1new"}
		noted := func(old [32]byte, next store.Mailbox, copies, notes map[int64][]byte) error {
			return s.Write(t.Context(), func(tx *store.Tx) error { return tx.ReplaceMailboxKeys(old, next, copies, notes) })
		}
		replace := func(old [32]byte, next store.Mailbox, copies map[int64][]byte) error {
			return noted(old, next, copies, nil)
		}
		good := map[int64][]byte{two: []byte("second, resealed")}
		taken := next
		taken.Auth = other.Mailbox.Auth
		for name, err := range map[string]error{
			"no copies":          replace(r.Mailbox.Auth, next, nil),
			"copy of an erased":  replace(r.Mailbox.Auth, next, map[int64][]byte{one: []byte("x"), two: []byte("y")}),
			"copy of no item":    replace(r.Mailbox.Auth, next, map[int64][]byte{99: []byte("x"), two: []byte("y")}),
			"note for a message": noted(r.Mailbox.Auth, next, good, map[int64][]byte{two: []byte("x")}),
			"wrong old key":      replace(random32(), next, good),
			"key of another":     replace(r.Mailbox.Auth, taken, good),
		} {
			if !errs.Is(err, errs.Conflict) {
				t.Errorf("%s: %v, want Conflict", name, err)
			}
		}
		if err := noted(r.Mailbox.Auth, next, good, map[int64][]byte{one: []byte("new note")}); err != nil {
			t.Fatal(err)
		}
		again := next
		again.Auth = random32()
		if err := replace(next.Auth, again, map[int64][]byte{two: []byte("third time")}); err != nil {
			t.Fatal(err)
		}
		fourth := next
		fourth.Auth = random32()
		if err := replace(again.Auth, fourth, map[int64][]byte{two: nil}); err != nil {
			t.Fatal(err)
		}
		again = fourth
		if body, ok := itemBody(t, s, r.Mailbox.Key, two); !ok || body != "third time" {
			t.Errorf("copy %q, %v", body, ok)
		}
		read(t, s, func(tx *store.Tx) error {
			items, err := tx.Items(r.Mailbox.Key)
			if err != nil || string(items[0].Note) != "new note" {
				t.Errorf("the note of the erased message is %q: a change of code without notes must keep it", items[0].Note)
			}
			return err
		})
		read(t, s, func(tx *store.Tx) error {
			for _, old := range [][32]byte{r.Mailbox.Auth, next.Auth} {
				if _, err := tx.MailboxByAuth(old); !errs.Is(err, errs.NotFound) {
					t.Errorf("an old code: %v", err)
				}
			}
			got, err := tx.MailboxByAuth(again.Auth)
			again.Case = r.Case.Key
			if d := diff(again, got); d != "" {
				t.Errorf("mailbox (-want +got):\n%s", d)
			}
			return err
		})
	})
}

func TestCloseMailbox(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := add(t, s)
		_, one := reply(t, s, r, 1, [32]byte{}, "first")
		write(t, s, func(tx *store.Tx) error { return tx.CloseMailbox(r.Mailbox.Key) })
		read(t, s, func(tx *store.Tx) error {
			_, closed := tx.MailboxByAuth(r.Mailbox.Auth)
			_, never := tx.MailboxByAuth(random32())
			if !errs.Is(closed, errs.NotFound) || closed.Error() != never.Error() {
				t.Errorf("closed: %v; never made: %v", closed, never)
			}
			if _, err := tx.MailboxOf(r.Case.Key); !errs.Is(err, errs.NotFound) {
				t.Errorf("of the case: %v", err)
			}
			items, err := tx.Items(r.Mailbox.Key)
			if len(items) != 0 {
				t.Errorf("%d items left", len(items))
			}
			return err
		})
		if body, ok := itemBody(t, s, r.Mailbox.Key, one); ok {
			t.Errorf("an item of a closed mailbox: %q", body)
		}
		for name, fn := range map[string]func(*store.Tx) error{
			"closed again": func(tx *store.Tx) error { return tx.CloseMailbox(r.Mailbox.Key) },
			"made again":   func(tx *store.Tx) error { _, err := tx.AddMailbox(r.Mailbox); return err },
		} {
			if err := s.Write(t.Context(), fn); err == nil {
				t.Error(name)
			}
		}
		fresh := store.Mailbox{Case: r.Case.Key, Auth: random32(), Sign: random32(), Recipient: "age1pq1new"}
		write(t, s, func(tx *store.Tx) (err error) { fresh.Key, err = tx.AddMailbox(fresh); return err })
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.MailboxOf(r.Case.Key)
			if d := diff(fresh, got); d != "" {
				t.Errorf("new mailbox (-want +got):\n%s", d)
			}
			return err
		})
	})
}

func TestClaimTries(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := add(t, s)
		try := func(on string) error {
			return s.Write(t.Context(), func(tx *store.Tx) error { return tx.TryClaim(r.Mailbox.Key, day(on), 10) })
		}
		for _, on := range []string{"2026-11-22", "2026-11-23"} {
			for n := range 12 {
				if err := try(on); (err != nil) != (n >= 10) || err != nil && !errs.Is(err, errs.TooMany) {
					t.Errorf("try %d on %s: %v", n+1, on, err)
				}
			}
		}
	})
}

func TestBlobs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := add(t, s)
		b := store.Blob{ID: id.NewBlob(), Case: r.Case.Key, Doc: r.Doc.Key, Direction: store.Inward, Size: 3 << 20,
			SHA256: random32(), Chunks: [][32]byte{random32(), random32(), random32()}}
		write(t, s, func(tx *store.Tx) error { return tx.AddBlob(b) })
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddBlob(b) }); !errs.Is(err, errs.Conflict) {
			t.Errorf("committed twice: %v", err)
		}
		waiting := store.PendingFile{Blob: id.NewBlob(), Manifest: []byte("sealed"), Expires: noon}
		write(t, s, func(tx *store.Tx) error { _, err := tx.AddPendingFile(random32(), waiting); return err })
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Blob(b.ID)
			if d := diff(b, got); d != "" {
				t.Errorf("blob (-want +got):\n%s", d)
			}
			if err != nil {
				return err
			}
			all, err := tx.Blobs(r.Doc.Key)
			if d := diff([]store.Blob{b}, all); d != "" {
				t.Errorf("of the document (-want +got):\n%s", d)
			}
			if _, err := tx.Blob(waiting.Blob); !errs.Is(err, errs.NotFound) {
				t.Errorf("an unclaimed blob: %v", err)
			}
			for blob, want := range map[id.Blob]bool{b.ID: true, waiting.Blob: true, id.NewBlob(): false} {
				if known, err := tx.BlobKnown(blob); err != nil || known != want {
					t.Errorf("known %v (%v), want %v", known, err, want)
				}
			}
			return err
		})
	})
}

// TestErrorsHoldNoValues provokes constraints with marked values and looks for them in the errors.
func TestErrorsHoldNoValues(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := add(t, s)
		const mark = "Zhang-San-was-here"
		for _, fn := range []func(*store.Tx) error{
			func(tx *store.Tx) error { c := r.Case; c.Number = mark; _, err := tx.AddCase(c, r.Due); return err },
			func(tx *store.Tx) error { m := r.Mailbox; m.Recipient = mark; _, err := tx.AddMailbox(m); return err },
			func(tx *store.Tx) error { return tx.AddMeta("x\x00"+mark, mark) },
			func(tx *store.Tx) error { return tx.AddBlob(store.Blob{ID: id.NewBlob(), Doc: 99, Direction: mark}) },
			func(tx *store.Tx) error { return tx.Audit(store.AuditEntry{Who: mark, Outcome: mark}) },
			func(tx *store.Tx) error { panic(mark) },
		} {
			if err := s.Write(t.Context(), fn); err != nil && strings.Contains(err.Error(), mark) {
				t.Errorf("the error shows a value: %v", err)
			}
		}
	})
}
