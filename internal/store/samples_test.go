package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

func TestSamples(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := add(t, s)
		want := store.Sample{Case: r.Case.Key, Unit: "city", Inspector: "song", Asked: day("2026-11-23"), Due: day("2026-11-30"), State: store.SampleOpen}
		write(t, s, func(tx *store.Tx) (err error) { want.Key, err = tx.AddSample(want); return err })
		err := s.Write(t.Context(), func(tx *store.Tx) error { _, err := tx.AddSample(want); return err })
		if !errs.Is(err, errs.Conflict) || keyOf(err) != "store.sample_open" {
			t.Errorf("second open sample: %v", err)
		}
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Samples(0, 10)
			open, err2 := tx.OpenSamples(r.Case.Key)
			early, err3 := tx.LateSamples("city", day("2026-11-30"))
			late, err4 := tx.LateSamples("city", day("2026-12-01"))
			for _, d := range []string{diff([]store.Sample{want}, got), diff(got, open), diff([]store.Sample(nil), early), diff(got, late)} {
				if d != "" {
					t.Errorf("(-want +got):\n%s", d)
				}
			}
			return errors.Join(err, err2, err3, err4)
		})
		write(t, s, func(tx *store.Tx) error {
			_, err := tx.AddAlarm(store.Alarm{At: time.Unix(1, 0), Kind: store.AlarmSampleLate, Unit: "city", Case: r.Case.ID, Detail: want.Detail()})
			return err
		})
		read(t, s, func(tx *store.Tx) error {
			if late, err := tx.LateSamples("city", day("2026-12-01")); len(late) != 0 || err != nil {
				t.Errorf("raised twice: %v %v", late, err)
			}
			return nil
		})
		write(t, s, func(tx *store.Tx) error {
			return tx.AnswerSample(want.Key, store.SampleGiven, "li", day("2026-11-24"), []byte("keys"))
		})
		want.State, want.AnsweredBy, want.Answered, want.Sealed = store.SampleGiven, "li", day("2026-11-24"), []byte("keys")
		read(t, s, func(tx *store.Tx) error {
			got, err := tx.Sample(want.Key)
			if d := diff(want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			return err
		})
		err = s.Write(t.Context(), func(tx *store.Tx) error {
			return tx.AnswerSample(want.Key, store.SampleRefused, "li", day("2026-11-24"), nil)
		})
		if !errs.Is(err, errs.Conflict) || keyOf(err) != "store.sample_answered" {
			t.Errorf("answered twice: %v", err)
		}
		if err := s.Read(t.Context(), func(tx *store.Tx) error { _, err := tx.Sample(99); return err }); !errs.Is(err, errs.NotFound) {
			t.Errorf("no such sample: %v", err)
		}
	})
}

func TestAuditPage(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		s := storetest.Open(t, dsn)
		r := add(t, s)
		at := time.Unix(1_790_000_000, 0)
		for i := range 9 {
			e := store.AuditEntry{At: at.Add(time.Duration(i) * time.Hour), Who: id.Member(fmt.Sprint("m", i%2)), Unit: "city", Act: "open", Case: r.Case.ID, Outcome: store.Allowed}
			if i == 4 {
				e.Act, e.Outcome, e.Case = "sign-in", store.Refused, id.Case{}
			}
			write(t, s, func(tx *store.Tx) error { return tx.Audit(e) })
		}
		seqs := func(before int64, f store.AuditFilter, n int) (out []int64, next int64) {
			t.Helper()
			read(t, s, func(tx *store.Tx) error {
				page, more, err := tx.AuditPage(before, f, n)
				for _, e := range page {
					if !e.Fits || (e.Number == r.Case.Number) == e.Case.IsZero() {
						t.Errorf("entry %d: fits %v, number %q", e.Seq, e.Fits, e.Number)
					}
					out = append(out, e.Seq)
				}
				next = more
				return err
			})
			return out, next
		}
		for _, c := range []struct {
			before int64
			f      store.AuditFilter
			n      int
			want   []int64
			next   int64
		}{
			{0, store.AuditFilter{}, 4, []int64{9, 8, 7, 6}, 6},
			{6, store.AuditFilter{}, 9, []int64{5, 4, 3, 2, 1}, 0},
			{0, store.AuditFilter{Who: "m1"}, 9, []int64{8, 6, 4, 2}, 0},
			{0, store.AuditFilter{Act: "sign-in", Outcome: store.Refused, Unit: "city"}, 9, []int64{5}, 0},
			{0, store.AuditFilter{Unit: "centre"}, 9, nil, 0},
			{0, store.AuditFilter{From: at.Add(2 * time.Hour), To: at.Add(4 * time.Hour)}, 9, []int64{4, 3}, 0},
		} {
			if got, next := seqs(c.before, c.f, c.n); !slices.Equal(got, c.want) || next != c.next {
				t.Errorf("before %d, %+v: %v, next %d; want %v, %d", c.before, c.f, got, next, c.want, c.next)
			}
		}
		part := func(after int64) (last int64, err error) {
			read(t, s, func(tx *store.Tx) error { last, _, err = tx.VerifyAuditPart(after, 4); return nil })
			return last, err
		}
		for after, want := range map[int64]int64{0: 4, 4: 8, 8: 9, 9: 9} {
			if last, err := part(after); last != want || err != nil {
				t.Errorf("part behind %d ends at %d, %v", after, last, err)
			}
		}
		changeAudit(t, dsn, 6)
		read(t, s, func(tx *store.Tx) error {
			page, _, err := tx.AuditPage(0, store.AuditFilter{}, 9)
			for _, e := range page {
				if e.Fits == (e.Seq == 6) {
					t.Errorf("entry %d fits: %v", e.Seq, e.Fits)
				}
			}
			return err
		})
		var broken *store.AuditError
		if _, err := part(4); !errors.As(err, &broken) || broken.Seq != 6 {
			t.Errorf("changed entry: %v", err)
		}
	})
}

// changeAudit changes an entry behind the store's back.
func changeAudit(t *testing.T, dsn string, seq int64) {
	t.Helper()
	db := raw(t, dsn)
	off := "ALTER TABLE audit DISABLE TRIGGER ALL"
	if strings.HasPrefix(dsn, "sqlite:") {
		off = "DROP TRIGGER audit_no_update"
	}
	for _, q := range []string{off, fmt.Sprintf("UPDATE audit SET who = 'nobody' WHERE seq = %d", seq)} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLateCases(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var want []string
		for i, unit := range []id.Unit{"city", "centre", "city", "north"} {
			r := storetest.NewReport(100)
			r.Case.Unit, r.Case.Danger, r.Due.Day = unit, i == 2, day("2026-11-20").Add(i)
			write(t, s, r.Add)
			if i < 3 {
				want = append(want, r.Case.Number)
			}
		}
		units := []id.Unit{"city", "centre"}
		list := func(today string, after store.LateAt, n int) (got []string) {
			t.Helper()
			read(t, s, func(tx *store.Tx) error {
				page, err := tx.LateCases(units, day(today), after, n)
				for _, l := range page {
					got = append(got, l.Number)
				}
				return err
			})
			return got
		}
		if got := list("2026-12-01", store.LateAt{}, 9); !slices.Equal(got, want) {
			t.Errorf("late: %v, want %v", got, want)
		}
		if got := list("2026-11-21", store.LateAt{}, 9); !slices.Equal(got, want[:1]) { // a clock's last day is not over
			t.Errorf("late on the 21st: %v, want %v", got, want[:1])
		}
		read(t, s, func(tx *store.Tx) error {
			first, err := tx.LateCases(units, day("2026-12-01"), store.LateAt{}, 1)
			if err != nil {
				return err
			}
			if got := list("2026-12-01", store.LateAt{Due: first[0].Due.Day.String(), Key: first[0].Key}, 9); !slices.Equal(got, want[1:]) {
				t.Errorf("second page: %v, want %v", got, want[1:])
			}
			n, err := tx.CountLate("city", day("2026-12-01"), 1000)
			if n != 2 {
				t.Errorf("%d late in the city's office, want 2", n)
			}
			return err
		})
		read(t, s, func(tx *store.Tx) error {
			n, err := tx.CasesOf("city")
			drawn := map[int64]bool{}
			for i := range n {
				key, err := tx.CaseAt("city", i)
				if err != nil {
					return err
				}
				drawn[key] = true
			}
			if _, err := tx.CaseAt("city", n); n != 2 || len(drawn) != 2 || !errs.Is(err, errs.NotFound) {
				t.Errorf("%d cases, %d can be drawn; behind the last: %v", n, len(drawn), err)
			}
			return err
		})
	})
}
