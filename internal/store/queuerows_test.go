package store_test

import (
	"crypto/sha256"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

// TestQueueMigration empties what migration 8 adds and expects its statements to find it all again from the events.
func TestQueueMigration(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		s := storetest.Open(t, dsn)
		want, _ := fill(t, s, 120, rand.New(rand.NewPCG(3, 4)))
		text, err := os.ReadFile("migrations/0008_queue.sql")
		if err != nil {
			t.Fatal(err)
		}
		db := raw(t, dsn)
		statements := []string{`UPDATE case_due SET category = '', region = '', day = '', handler = 'x', letter = 0, proposed = 0`}
		for _, q := range strings.Split(string(text), ";") {
			if q = strings.TrimSpace(q); strings.HasPrefix(q, "UPDATE") {
				statements = append(statements, q)
			}
		}
		if len(statements) != 5 {
			t.Fatalf("%d statements", len(statements))
		}
		for _, q := range statements {
			if _, err := db.Exec(q); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		units := []id.Unit{"city", "province", "centre"}
		if d := diff(want, walk(t, s, store.Filter{Units: units}, 50)); d != "" {
			t.Errorf("the queue (-want +got):\n%s", d)
		}
		sabotage := slices.DeleteFunc(slices.Clone(want), func(q store.Queued) bool { return q.Category != "sabotage" })
		if d := diff(sabotage, walk(t, s, store.Filter{Units: units, Category: "sabotage"}, 50)); d != "" {
			t.Errorf("a category (-want +got):\n%s", d)
		}
	})
}

// inside adds a document to the inside chain of a case, as the next.
func inside(t *testing.T, s *store.Store, r *storetest.Report, kind, words string) {
	t.Helper()
	write(t, s, func(tx *store.Tx) error {
		docs, err := tx.Docs(r.Case.Key, cases.Inside)
		if err != nil {
			return err
		}
		d := store.Doc{Case: r.Case.Key, Chain: cases.Inside, Seq: int64(len(docs)) + 1, ID: id.NewDoc(), Kind: kind, Unit: r.Case.Unit, Day: r.Case.Day, Hash: sha256.Sum256([]byte(words))}
		if len(docs) > 0 {
			d.Prev = docs[len(docs)-1].Hash
		}
		_, err = tx.AddDoc(d, []byte(words))
		return err
	})
}

// TestTexts: titles are the newest of each case, texts come once each, and only those of the unit and, for a handler, of their
// cases.
func TestTexts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		mine, theirs, other, moved := add(t, s), add(t, s), storetest.NewReport(1), add(t, s)
		other.Case.Unit = "province"
		write(t, s, other.Add)
		write(t, s, func(tx *store.Tx) error {
			_, err := tx.AddEvents(mine.Case.Key, mine.Case.Version, store.Event{Event: cases.Event{Kind: cases.EventAssigned, Member: "lin", Day: mine.Case.Day}})
			return err
		})
		for _, r := range []*storetest.Report{mine, theirs, other, moved} {
			inside(t, s, r, "title", "first "+r.Case.Number)
			inside(t, s, r, "note", "note "+r.Case.Number)
			inside(t, s, r, "title", "second "+r.Case.Number)
			inside(t, s, r, "proposal", "not to be searched")
		}
		inside(t, s, theirs, "note", "last")
		guest := *theirs // a note of another office that reads the case: an office's list has what it wrote itself
		guest.Case.Unit = "province"
		inside(t, s, &guest, "note", "of a guest")
		write(t, s, func(tx *store.Tx) error { return tx.Reroute(moved.Case.Key, "province", "documents", "") })
		titles := func(unit id.Unit, handlers ...id.Member) (got []string) {
			read(t, s, func(tx *store.Tx) error {
				found, err := tx.Titles(unit, handlers, []string{mine.Case.Number, theirs.Case.Number, other.Case.Number, moved.Case.Number, "MH-NONE"})
				for _, f := range found {
					if !slices.Contains([]string{mine.Case.Number, theirs.Case.Number, other.Case.Number, moved.Case.Number}, f.Number) || f.Doc.IsZero() || f.Case.IsZero() {
						t.Errorf("title: %+v", f)
					}
					got = append(got, string(f.Sealed))
				}
				return err
			})
			return got
		}
		if d := diff([]string{"second " + mine.Case.Number, "second " + theirs.Case.Number}, titles("city")); d != "" {
			t.Errorf("titles of the unit:\n%s", d)
		}
		if d := diff([]string{"second " + mine.Case.Number}, titles("city", "lin")); d != "" {
			t.Errorf("titles of a handler:\n%s", d)
		}
		texts := func(unit id.Unit, n int, handlers ...id.Member) (got []string) {
			at, more := int64(0), true
			for more {
				read(t, s, func(tx *store.Tx) (err error) {
					var found []store.Text
					if found, at, more, err = tx.Texts(unit, handlers, at, n); err != nil {
						return err
					}
					err = tx.ReadTexts(found)
					for _, f := range found {
						if !f.Old {
							got = append(got, string(f.Sealed))
						}
					}
					return err
				})
			}
			return got
		}
		for _, n := range []int{1, 3, 200} {
			if d := diff([]string{"note " + mine.Case.Number, "second " + mine.Case.Number, "note " + theirs.Case.Number, "second " + theirs.Case.Number, "last"}, texts("city", n)); d != "" {
				t.Errorf("texts of the unit by %d:\n%s", n, d)
			}
			if d := diff([]string{"note " + mine.Case.Number, "second " + mine.Case.Number}, texts("city", n, "wu", "lin")); d != "" {
				t.Errorf("texts of a handler by %d:\n%s", n, d)
			}
			if d := diff([]string{"note " + other.Case.Number, "second " + other.Case.Number}, texts("province", n)); d != "" {
				t.Errorf("texts of the other unit by %d:\n%s", n, d)
			}
		}
		if got := texts("city", 10, "wu"); got != nil {
			t.Errorf("somebody without cases: %q", got)
		}
	})
}

// TestPageFacts: what a row shows is read for many cases at once and mixes none up.
func TestPageFacts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b, c := add(t, s), add(t, s), add(t, s)
		inside(t, s, a, "note", "no title")
		inside(t, s, b, "title", "title")
		write(t, s, func(tx *store.Tx) error {
			if _, err := tx.AddProposal(store.Proposal{Case: b.Case.Key, Kind: cases.EventProposedDecline, Code: cases.D3, Doc: id.NewDoc(), Proposer: "lin"}); err != nil {
				return err
			}
			return tx.RaiseDanger(c.Case.Key, noon.Add(90*time.Second))
		})
		keys := []int64{a.Case.Key, b.Case.Key, c.Case.Key}
		read(t, s, func(tx *store.Tx) error {
			events, err := tx.EventsOf(keys)
			if err != nil {
				return err
			}
			for _, k := range keys {
				alone, err := tx.Events(k)
				if err != nil {
					return err
				}
				for i := range alone {
					alone[i].Doc = id.Doc{}
				}
				bare := make([]cases.Event, len(alone))
				for i, e := range alone {
					bare[i] = e.Event
				}
				if d := diff(bare, events[k]); d != "" {
					t.Errorf("events of %d:\n%s", k, d)
				}
			}
			raised, err := tx.RaisedOf(keys)
			if err != nil || len(raised) != 1 || !raised[c.Case.Key].Equal(noon.Add(90*time.Second).Truncate(time.Minute)) {
				t.Errorf("raised: %v %v", raised, err)
			}
			waits, err := tx.OpenProposalsOf(keys)
			if err != nil || len(waits) != 1 || waits[b.Case.Key].Proposer != "lin" || waits[b.Case.Key].Code != cases.D3 {
				t.Errorf("proposals: %v %v", waits, err)
			}
			titled, err := tx.TitledAmong(keys)
			if err != nil || len(titled) != 1 || !titled[b.Case.Key] {
				t.Errorf("titled: %v %v", titled, err)
			}
			none, err := tx.EventsOf(nil)
			if err != nil || len(none) != 0 {
				t.Errorf("events of nobody: %v %v", none, err)
			}
			return err
		})
	})
}

// TestCountHandOut: a member's documents add up over an hour and start anew with the next.
func TestCountHandOut(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		noon := noon.Truncate(time.Hour)
		for i, c := range []struct {
			who    id.Member
			at     time.Time
			n      int
			before int
		}{
			{"lin", noon, 3, 0}, {"lin", noon.Add(59 * time.Minute), 4, 3}, {"wu", noon, 1, 0}, {"lin", noon.Add(time.Hour), 1, 0},
			{"lin", noon.Add(30 * time.Minute), 1, 7}, {"lin", noon.Add(72 * time.Hour), 2, 0}, {"lin", noon, 1, 0}, {"wu", noon, 1, 1},
		} {
			write(t, s, func(tx *store.Tx) error {
				before, err := tx.CountHandOut(c.who, c.at, c.n)
				if before != c.before {
					t.Errorf("%d: %d before, want %d", i, before, c.before)
				}
				return err
			})
		}
	})
}

// TestAlarms: an alarm waits until somebody settles it, once, and stays in the list.
func TestAlarms(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		first := store.Alarm{At: noon, Kind: store.AlarmHandOuts, Who: "lin", Unit: "city", Detail: []byte(`{"n":601}`)}
		second := store.Alarm{At: noon.Add(time.Minute), Kind: store.AlarmSampleLate, Case: id.NewCase()}
		write(t, s, func(tx *store.Tx) (err error) {
			if first.Key, err = tx.AddAlarm(first); err != nil {
				return err
			}
			second.Key, err = tx.AddAlarm(second)
			return err
		})
		lists := func() (open, all []store.Alarm) {
			read(t, s, func(tx *store.Tx) (err error) {
				if open, err = tx.OpenAlarms(0, 10); err != nil {
					return err
				}
				all, err = tx.Alarms(0, 10)
				return err
			})
			return open, all
		}
		open, all := lists()
		if d := diff([]store.Alarm{first, second}, open) + diff([]store.Alarm{second, first}, all); d != "" {
			t.Errorf("before:\n%s", d)
		}
		settle := func(key int64) error {
			return s.Write(t.Context(), func(tx *store.Tx) error { return tx.SettleAlarm(key, "inspector", day("2026-11-23")) })
		}
		if err := settle(first.Key); err != nil {
			t.Fatal(err)
		}
		if err := settle(first.Key); !errs.Is(err, errs.Conflict) {
			t.Errorf("settled twice: %v", err)
		}
		if err := settle(99); !errs.Is(err, errs.NotFound) {
			t.Errorf("settled nothing: %v", err)
		}
		first.SettledBy, first.Settled = "inspector", day("2026-11-23")
		open, all = lists()
		if d := diff([]store.Alarm{second}, open) + diff([]store.Alarm{second, first}, all); d != "" {
			t.Errorf("after:\n%s", d)
		}
		read(t, s, func(tx *store.Tx) error {
			rest, err := tx.Alarms(second.Key, 10)
			if len(rest) != 1 || rest[0].Key != first.Key {
				t.Errorf("before the second: %+v", rest)
			}
			return err
		})
	})
}

// TestHanded: former keys go to the member they are sealed to.
func TestHanded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := store.Handed{Unit: "city", Key: [32]byte{7}, Member: "mei", Sealed: []byte("one"), Giver: "lin", Day: day("2026-11-22")}
		again := h
		again.Sealed, again.Giver = []byte("two"), "wu"
		for _, x := range []store.Handed{h, again} {
			write(t, s, func(tx *store.Tx) error { return tx.HandOver(x) })
		}
		for _, c := range []struct {
			unit   id.Unit
			member id.Member
			want   []store.Handed
		}{{"city", "mei", []store.Handed{again}}, {"province", "mei", nil}, {"city", "lin", nil}} {
			read(t, s, func(tx *store.Tx) error {
				got, err := tx.HandedTo(c.unit, c.member)
				if d := diff(c.want, got); d != "" {
					t.Errorf("%s in %s:\n%s", c.member, c.unit, d)
				}
				return err
			})
		}
	})
}
