package store_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

func sha256Of(s string) [32]byte { return sha256.Sum256([]byte(s)) }

func TestMeta(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		write(t, s, func(tx *store.Tx) error { return tx.AddMeta("instance", "a") })
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.AddMeta("instance", "b") }); !errs.Is(err, errs.Conflict) {
			t.Errorf("a second instance: %v", err)
		}
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(tx.SetMeta("doors", "closed"), tx.SetMeta("doors", "open"))
		})
		read(t, s, func(tx *store.Tx) error {
			instance, err1 := tx.Meta("instance")
			doors, err2 := tx.Meta("doors")
			if instance != "a" || doors != "open" {
				t.Errorf("instance %q, doors %q", instance, doors)
			}
			return errors.Join(err1, err2)
		})
		write(t, s, func(tx *store.Tx) error { return tx.DeleteMeta("doors") })
		err := s.Read(t.Context(), func(tx *store.Tx) error { _, err := tx.Meta("doors"); return err })
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("deleted: %v", err)
		}
	})
}

func TestAudit(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		s := storetest.Open(t, dsn)
		about := id.NewCase()
		entries := []store.AuditEntry{
			{At: noon, Who: "li-wei", Unit: "city", Act: "open", Case: about, Outcome: store.Allowed, Detail: []byte(`{"doc":"x"}`)},
			{At: noon.Add(time.Second), Who: "li-wei", Unit: "city", Act: "close", Outcome: store.Refused},
			{At: noon.Add(time.Hour), Who: "zhao-min", Unit: "centre", Act: "open", Case: about, Outcome: store.Allowed},
		}
		write(t, s, func(tx *store.Tx) error { return errors.Join(tx.Audit(entries[0]), tx.Audit(entries[1])) })
		write(t, s, func(tx *store.Tx) error { return tx.Audit(entries[2]) })
		for _, bad := range []store.AuditEntry{{Outcome: store.Allowed, Detail: []byte("{")}, {Outcome: "maybe"}} {
			if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.Audit(bad) }); err == nil {
				t.Errorf("stored %+v", bad)
			}
		}
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.AuditAfter(0, 10)
			if err != nil {
				return err
			}
			for i := range got {
				entries[i].Seq, entries[i].Prev, entries[i].Hash = int64(i+1), got[i].Prev, got[i].Hash
			}
			if d := diff(entries, got); d != "" {
				t.Errorf("entries (-want +got):\n%s", d)
			}
			last, head, err := tx.VerifyAudit()
			if last != 3 || head != got[2].Hash {
				t.Errorf("verified up to %d", last)
			}
			if err != nil {
				return err
			}
			of, err := tx.AuditOfCase(about)
			if len(of) != 2 {
				t.Errorf("%d entries about the case, want 2", len(of))
			}
			return err
		})
		db := raw(t, dsn)
		for _, q := range []string{"UPDATE audit SET who = 'nobody'", "DELETE FROM audit WHERE seq = 3", "UPDATE log_leaf SET data = data",
			"DELETE FROM log_node"} {
			write(t, s, func(tx *store.Tx) error { _, err := tx.AppendLeaf(ledger.Public, []byte("x")); return err })
			if _, err := db.Exec(q); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", q, err)
			}
		}
		// Whoever owns the database can remove the triggers, and is found out.
		off := []string{"DROP TRIGGER audit_no_update"}
		if s.Kind() == "postgres" {
			off = []string{"ALTER TABLE audit DISABLE TRIGGER ALL"}
		}
		for _, q := range append(off, "UPDATE audit SET who = 'nobody' WHERE seq = 2") {
			if _, err := db.Exec(q); err != nil {
				t.Fatal(err)
			}
		}
		err := s.Verify(t.Context())
		if fault, ok := errors.AsType[*store.AuditError](err); !ok || fault.Seq != 2 || !errors.Is(err, store.ErrDamaged) {
			t.Errorf("an entry was changed: %v", err)
		}
	})
}

func TestOutbox(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		claim := func(at time.Time, n int) (got []store.Outgoing) {
			t.Helper()
			write(t, s, func(tx *store.Tx) (err error) { got, err = tx.ClaimOutgoing(at, time.Minute, n); return err })
			return got
		}
		for i := range 3 {
			write(t, s, func(tx *store.Tx) error {
				return tx.Enqueue("page", fmt.Appendf(nil, "%d", i), noon.Add(time.Duration(-i)*time.Second))
			})
		}
		if got := claim(noon.Add(-time.Hour), 10); len(got) != 0 {
			t.Errorf("%d works before they are due", len(got))
		}
		first := claim(noon, 2)
		if len(first) != 2 || string(first[0].Payload) != "2" || string(first[1].Payload) != "1" || first[0].Tries != 1 {
			t.Fatalf("claimed %+v", first)
		}
		if got := claim(noon, 10); len(got) != 1 || string(got[0].Payload) != "0" {
			t.Fatalf("the rest is %+v", got)
		}
		write(t, s, func(tx *store.Tx) error { return tx.FinishOutgoing(first[0]) })
		write(t, s, func(tx *store.Tx) error { return tx.PutOffOutgoing(first[1], noon.Add(time.Second), "refused") })
		again := claim(noon.Add(2*time.Second), 10)
		if len(again) != 1 || again[0].Key != first[1].Key || again[0].Tries != 2 || again[0].Fault != "refused" {
			t.Fatalf("put off: %+v", again)
		}
		for name, fn := range map[string]func(*store.Tx) error{
			"finish a lapsed claim":  func(tx *store.Tx) error { return tx.FinishOutgoing(first[1]) },
			"put off a lapsed claim": func(tx *store.Tx) error { return tx.PutOffOutgoing(first[1], noon, "x") },
			"finish twice":           func(tx *store.Tx) error { return tx.FinishOutgoing(first[0]) },
		} {
			if err := s.Write(t.Context(), fn); !errs.Is(err, errs.Conflict) {
				t.Errorf("%s: %v, want Conflict", name, err)
			}
		}
		if got := claim(noon.Add(time.Hour), 10); len(got) != 2 {
			t.Errorf("%d works after the leases ended, want 2", len(got))
		}
	})
}

// TestOutboxBesideAFailure: a job that fails in the same transaction gives the works of its neighbours no other keys,
// or what was claimed would come again.
func TestOutboxBesideAFailure(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		release := hold(t, s)
		boom := errors.New("boom")
		var claimed []store.Outgoing
		ended := make([]chan error, 3)
		for i, fn := range []func(*store.Tx) error{
			func(tx *store.Tx) error { return tx.Enqueue("page", []byte("one"), noon) },
			func(tx *store.Tx) (err error) { claimed, err = tx.ClaimOutgoing(noon, time.Minute, 10); return err },
			func(tx *store.Tx) error {
				if err := tx.Enqueue("page", []byte("never"), noon); err != nil {
					return err
				}
				if _, err := tx.Meta("x"); err != nil && !errs.Is(err, errs.NotFound) {
					return err
				}
				return boom
			},
		} {
			ended[i] = make(chan error, 1)
			go func() { ended[i] <- s.Write(context.Background(), fn) }()
			for s.Waiting() < i+1 { // in this order
				runtime.Gosched()
			}
		}
		release()
		for i, want := range []error{nil, nil, boom} {
			if err := <-ended[i]; !errors.Is(err, want) {
				t.Errorf("job %d: %v, want %v", i, err, want)
			}
		}
		if len(claimed) != 1 || string(claimed[0].Payload) != "one" {
			t.Fatalf("claimed %+v", claimed)
		}
		write(t, s, func(tx *store.Tx) error {
			again, err := tx.ClaimOutgoing(noon, time.Minute, 10)
			if len(again) != 0 {
				t.Errorf("claimed again: %+v", again)
			}
			return err
		})
		if err := s.Write(t.Context(), func(tx *store.Tx) error { return tx.FinishOutgoing(claimed[0]) }); err != nil {
			t.Errorf("finishing: %v", err)
		}
	})
}

func TestCountsAndKeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		approval := store.CategoryApproval{Category: "sabotage", PackHash: random32(), Inspector: "sun-yi", Day: day("2026-11-22"), Signature: []byte("sig")}
		write(t, s, func(tx *store.Tx) error {
			return errors.Join(
				tx.CountScreen(day("2026-11-22"), "not-here", 3), tx.CountScreen(day("2026-11-22"), "not-here", 4),
				tx.CountScreen(day("2026-11-23"), "not-here", 1),
				tx.TallyTens(noon, "report", 2), tx.TallyTens(noon.Add(20*time.Minute), "report", 1), tx.TallyTens(noon.Add(time.Hour), "report", 1),
				tx.ApproveCategory(approval),
				tx.AddKeySet(store.KeySet{Version: 1, Body: []byte("one"), Leaf: 4}), tx.AddKeySet(store.KeySet{Version: 2, Body: []byte("two"), Leaf: 9}),
				tx.AddRoster(store.Roster{Unit: "city", Version: 1, Body: []byte("a")}), tx.AddRoster(store.Roster{Unit: "city", Version: 2, Body: []byte("b")}),
			)
		})
		read(t, s, func(tx *store.Tx) error {
			screens, err1 := tx.ScreenCounts(day("2026-11-22"), day("2026-11-22"))
			tallies, err2 := tx.Tallies(noon.Truncate(time.Hour), noon.Add(time.Hour).Truncate(time.Hour))
			approvals, err3 := tx.CategoryApprovals(approval.PackHash)
			keys, err4 := tx.LatestKeySet()
			rosters, err5 := tx.Rosters("city")
			none, err6 := tx.Rosters("nowhere")
			latest, err7 := tx.LatestRoster("city")
			if _, err := tx.LatestRoster("nowhere"); !errs.Is(err, errs.NotFound) {
				t.Errorf("the roster of no unit: %v", err)
			}
			before, err8 := tx.RosterBefore("city", 2)
			if _, err := tx.RosterBefore("city", 1); !errs.Is(err, errs.NotFound) {
				t.Errorf("the roster before the first: %v", err)
			}
			for _, c := range []struct{ want, got any }{
				{store.Roster{Unit: "city", Version: 1, Body: []byte("a")}, before},
				{[]store.ScreenCount{{Day: day("2026-11-22"), Screen: "not-here", N: 7}}, screens},
				{[]store.Tally{{Hour: noon.Truncate(time.Hour), Act: "report", Tens: 3}}, tallies},
				{[]store.CategoryApproval{approval}, approvals},
				{store.KeySet{Version: 2, Body: []byte("two"), Leaf: 9}, keys},
				{[]store.Roster{{Unit: "city", Version: 1, Body: []byte("a")}, {Unit: "city", Version: 2, Body: []byte("b")}}, rosters},
				{[]store.Roster(nil), none},
				{store.Roster{Unit: "city", Version: 2, Body: []byte("b")}, latest},
			} {
				if d := diff(c.want, c.got); d != "" {
					t.Errorf("(-want +got):\n%s", d)
				}
			}
			return errors.Join(err1, err2, err3, err4, err5, err6, err7, err8)
		})
		for name, fn := range map[string]func(*store.Tx) error{
			"key set": func(tx *store.Tx) error { return tx.AddKeySet(store.KeySet{Version: 2, Body: []byte("other")}) },
			"roster": func(tx *store.Tx) error {
				return tx.AddRoster(store.Roster{Unit: "city", Version: 2, Body: []byte("x")})
			},
			"approval": func(tx *store.Tx) error { return tx.ApproveCategory(approval) },
		} {
			if err := s.Write(t.Context(), fn); !errs.Is(err, errs.Conflict) {
				t.Errorf("%s again: %v, want Conflict", name, err)
			}
		}
	})
}
