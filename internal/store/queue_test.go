package store_test

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/store/storetest"
)

// vote is who proposed what waits, and whether zhao has voted on it.
type vote struct {
	by   id.Member
	zhao bool
	had  bool // zhao had the case once
}

// fill stores n cases that differ in everything that the queue looks at.
func fill(t testing.TB, s *store.Store, n int, rng *rand.Rand) (all []store.Queued, votes map[string]vote) {
	t.Helper()
	pick := func(list ...string) string { return list[rng.IntN(len(list))] }
	votes = map[string]vote{}
	for range n {
		r := storetest.NewReport(10)
		r.Case.Unit = id.Unit(pick("city", "city", "province", "centre"))
		r.Case.Category = id.Category(pick("documents", "sabotage"))
		r.Case.Region = id.Region(pick("north", "south", ""))
		r.Case.Via = cases.Via(pick("web", "phone"))
		r.Case.Lang = pick("zh-Hans", "en")
		r.Case.State = cases.State(pick("received", "triaged", "closed"))
		r.Case.Day = day("2026-11-01").Add(rng.IntN(3))
		r.Case.Danger = rng.IntN(5) == 0
		if r.Due.Day = day("2026-12-01").Add(rng.IntN(5)); r.Case.State == cases.Closed {
			r.Due = store.Due{}
		}
		q := store.Queued{Due: r.Due, Danger: r.Case.Danger}
		var events []store.Event
		for _, e := range []cases.Event{
			{Kind: cases.EventAdded}, {Kind: cases.EventAssigned, Member: "lin"}, {Kind: cases.EventAnswered}, {Kind: cases.EventClockResumed, Member: "lin"},
			{Kind: cases.EventAssigned, Member: "mei"}, {Kind: cases.EventReopened, Member: "chen"}, {Kind: cases.EventAssigned, Member: "zhao"}, {Kind: cases.EventLapsed}, {Kind: cases.EventAdded, Member: "clerk"},
		} {
			if e.Day = r.Case.Day; rng.IntN(3) == 0 {
				events = append(events, store.Event{Event: e})
			}
		}
		q.Handler = cases.AssignedTo(caselog.Bare(events))
		for _, e := range events {
			q.Letter = e.Kind == cases.EventAdded || e.Kind == cases.EventAnswered || q.Letter && (e.Member == "" || e.Kind.IsClock())
		}
		proposers := []id.Member{"", "", "wu", "lin", "zhao"}
		proposer := proposers[rng.IntN(len(proposers))]
		write(t, s, func(tx *store.Tx) error {
			if err := r.Add(tx); err != nil {
				return err
			}
			for _, e := range events { // one at a time, as acts come
				version, err := tx.AddEvents(r.Case.Key, r.Case.Version, e)
				if err != nil {
					return err
				}
				r.Case.Version = version
			}
			if proposer == "" {
				return nil
			}
			p := store.Proposal{Case: r.Case.Key, Kind: cases.EventProposedDecline, Doc: id.NewDoc(), Proposer: proposer}
			key, err := tx.AddProposal(p)
			if err != nil || proposer == "zhao" {
				return errors.Join(err, tx.DecideProposal(key, store.ProposalWithdrawn, proposer))
			}
			q.Proposed = true
			v := vote{proposer, rng.IntN(3) == 0, slices.ContainsFunc(events, func(e store.Event) bool { return e.Member == "zhao" })}
			if votes[r.Case.Number] = v; v.zhao {
				return tx.Vote(key, store.Vote{Member: "zhao", Approves: true})
			}
			return nil
		})
		q.Case = r.Case
		all = append(all, q)
	}
	slices.SortFunc(all, func(a, b store.Queued) int {
		last := func(q store.Queued) string { return cmp.Or(q.Due.Day.String(), "9") }
		level := func(q store.Queued) int { return map[bool]int{true: 0, false: 1}[q.Danger] }
		return cmp.Or(cmp.Compare(level(a), level(b)), cmp.Compare(last(a), last(b)), cmp.Compare(a.Key, b.Key))
	})
	return all, votes
}

// TestQueue compares pages of every size, under every filter, with the same cases sorted and filtered here.
func TestQueue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		all, votes := fill(t, s, 200, rand.New(rand.NewPCG(1, 2)))
		aside := map[int64]bool{} // in which wei takes no part
		write(t, s, func(tx *store.Tx) error {
			for i := 0; i < len(all); i += 4 {
				q := &all[i]
				aside[q.Key] = true
				version, err := tx.AddEvents(q.Key, q.Version, store.Event{Event: cases.Event{Kind: cases.EventSteppedAside, Member: "wei", Day: q.Day}})
				if err != nil {
					return err
				}
				q.Version = version
			}
			return nil
		})
		for name, f := range map[string]store.Filter{
			"one unit":    {Units: []id.Unit{"city"}},
			"all units":   {Units: []id.Unit{"city", "province", "centre", "nowhere"}},
			"state":       {Units: []id.Unit{"city", "province"}, State: cases.Triaged},
			"category":    {Units: []id.Unit{"city", "centre"}, Category: "sabotage"},
			"region":      {Units: []id.Unit{"city"}, Region: "north", Via: cases.ViaPhone},
			"lang, day":   {Units: []id.Unit{"province", "city"}, Lang: "en", Day: day("2026-11-02")},
			"everything":  {Units: []id.Unit{"city"}, Category: "documents", Region: "south", State: cases.Received, Via: cases.ViaWeb, Lang: "en"},
			"handler":     {Units: []id.Unit{"city", "centre"}, Handlers: []id.Member{"lin"}},
			"letters":     {Units: []id.Unit{"city", "centre"}, Letter: true},
			"mine, new":   {Units: []id.Unit{"city"}, Letter: true, Handlers: []id.Member{"mei"}},
			"votes":       {Units: []id.Unit{"city", "province"}, Votes: "zhao"},
			"votes, own":  {Units: []id.Unit{"city"}, Votes: "wu", Category: "sabotage"},
			"danger":      {Units: []id.Unit{"city", "centre"}, Danger: true},
			"late":        {Units: []id.Unit{"city", "centre"}, DueBefore: day("2026-12-03")},
			"late, day":   {Units: []id.Unit{"city"}, DueBefore: day("2026-12-03"), Day: day("2026-11-02")},
			"ends then":   {Units: []id.Unit{"city", "centre"}, DueFrom: day("2026-12-02"), DueBefore: day("2026-12-04")},
			"from then":   {Units: []id.Unit{"city"}, DueFrom: day("2026-12-03"), Handlers: []id.Member{"lin"}},
			"states":      {Units: []id.Unit{"city", "centre"}, States: []cases.State{cases.Received, cases.Triaged}},
			"late in":     {Units: []id.Unit{"city"}, DueBefore: day("2026-12-04"), States: []cases.State{cases.Received, cases.Triaged}},
			"their late":  {Units: []id.Unit{"city"}, Handlers: []id.Member{"lin"}, DueBefore: day("2026-12-04"), States: []cases.State{cases.Received, cases.Triaged}},
			"two":         {Units: []id.Unit{"city", "centre"}, Handlers: []id.Member{"lin", "mei"}},
			"two, new":    {Units: []id.Unit{"city"}, Letter: true, Handlers: []id.Member{"mei", "lin"}, DueFrom: day("2026-12-03")},
			"theirs in":   {Units: []id.Unit{"city", "centre"}, Handlers: []id.Member{"lin", "mei"}, States: []cases.State{cases.Triaged, cases.Closed}},
			"their one":   {Units: []id.Unit{"city", "province"}, Handlers: []id.Member{"mei"}, State: cases.Triaged, Category: "documents"},
			"both":        {Units: []id.Unit{"city"}, Handlers: []id.Member{"lin"}, State: cases.Received, States: []cases.State{cases.Received, cases.Triaged}},
			"their new":   {Units: []id.Unit{"city", "centre"}, Handlers: []id.Member{"lin", "zhao"}, Letter: true, States: []cases.State{cases.Received, cases.Closed}},
			"dangers":     {Units: []id.Unit{"city", "province"}, Handlers: []id.Member{"lin", "zhao"}, Danger: true, States: []cases.State{cases.Received, cases.Triaged}},
			"part":        {Units: []id.Unit{"city", "centre"}, TakesPart: "wei"},
			"part in":     {Units: []id.Unit{"city"}, TakesPart: "wei", Handlers: []id.Member{"lin", "mei"}, States: []cases.State{cases.Received, cases.Triaged}},
			"part, new":   {Units: []id.Unit{"city", "centre"}, TakesPart: "wei", Handlers: []id.Member{"lin"}, Letter: true},
			"part, votes": {Units: []id.Unit{"city", "province"}, TakesPart: "wei", Votes: "wu2", Handlers: []id.Member{"lin", "zhao", "mei"}, DueBefore: day("2026-12-04")},
			"nothing":     {Units: []id.Unit{"city"}, Category: "none"},
		} {
			var want []store.Queued
			for _, q := range all {
				v, waits := votes[q.Number]
				if f.Votes != "" && (!waits || v.by == f.Votes || f.Votes == "zhao" && (v.zhao || v.had)) {
					continue
				}
				if slices.Contains(f.Units, q.Unit) && (f.TakesPart == "" || !aside[q.Key]) && (f.Category == "" || f.Category == q.Category) &&
					(f.Region == "" || f.Region == q.Region) && (f.State == "" || f.State == q.State) &&
					(f.Via == "" || f.Via == q.Via) && (f.Lang == "" || f.Lang == q.Lang) && (f.Day.IsZero() || f.Day == q.Day) &&
					(len(f.Handlers) == 0 || slices.Contains(f.Handlers, q.Handler)) && (!f.Letter || q.Letter) && (!f.Danger || q.Danger) &&
					(len(f.States) == 0 || slices.Contains(f.States, q.State)) &&
					(f.DueFrom.IsZero() || !q.Due.Day.IsZero() && !q.Due.Day.Before(f.DueFrom)) &&
					(f.DueBefore.IsZero() || !q.Due.Day.IsZero() && q.Due.Day.Before(f.DueBefore)) {
					want = append(want, q)
				}
			}
			if f.Category == "" && f.Region == "" && f.State == "" && f.Via == "" && f.Lang == "" && f.Day.IsZero() {
				for _, most := range []int{1, 5, 1000} {
					read(t, s, func(tx *store.Tx) error {
						n, err := tx.CountQueue(f, most)
						if n != min(most, len(want)) {
							t.Errorf("%s: counted %d of %d", name, n, len(want))
						}
						return err
					})
				}
			}
			if len(want) == 0 && name != "nothing" && name != "everything" {
				t.Errorf("%s: no case to find", name)
			}
			for _, limit := range []int{1, 7, 50, 500} {
				if d := diff(want, walk(t, s, f, limit)); d != "" {
					t.Errorf("%s by %d (-want +got):\n%s", name, limit, d)
				}
			}
		}
		err := s.Read(t.Context(), func(tx *store.Tx) error { _, err := tx.Queue(store.Filter{}, store.Cursor{}, 10); return err })
		if !errs.Is(err, errs.Denied) {
			t.Errorf("a queue of no unit: %v, want Denied", err)
		}
	})
}

// walk reads the queue page by page.
func walk(t testing.TB, s *store.Store, f store.Filter, limit int) (all []store.Queued) {
	t.Helper()
	var at store.Cursor
	for range 100_000 {
		var page store.Page
		read(t, s, func(tx *store.Tx) (err error) { page, err = tx.Queue(f, at, limit); return err })
		if len(page.Cases) > limit {
			t.Fatalf("%d cases on a page of %d", len(page.Cases), limit)
		}
		if page.Looked < len(page.Cases) || len(page.Cases) == 0 && page.More && page.Looked == 0 {
			t.Fatalf("%d cases on a page that looked at %d", len(page.Cases), page.Looked)
		}
		all = append(all, page.Cases...)
		if !page.More {
			return all
		}
		if page.Next == at {
			t.Fatal("a page leads to itself")
		}
		at = page.Next
	}
	t.Fatal("the queue does not end")
	return nil
}

// TestQueueFollows moves cases and expects the queue to follow.
func TestQueueFollows(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		a, b, c := add(t, s), add(t, s), add(t, s)
		order := func(want ...int64) {
			t.Helper()
			var got []int64
			for _, q := range walk(t, s, store.Filter{Units: []id.Unit{"city"}}, 10) {
				got = append(got, q.Key)
			}
			if d := diff(want, got); d != "" {
				t.Errorf("order (-want +got):\n%s", d)
			}
		}
		order(a.Case.Key, b.Case.Key, c.Case.Key)
		write(t, s, func(tx *store.Tx) error {
			return tx.SetDue(c.Case.Key, store.Due{Clock: cases.ClockTriage, Day: a.Due.Day.Add(-1)})
		})
		order(c.Case.Key, a.Case.Key, b.Case.Key)
		write(t, s, func(tx *store.Tx) error { return tx.RaiseDanger(b.Case.Key, noon) })
		order(b.Case.Key, c.Case.Key, a.Case.Key)
		write(t, s, func(tx *store.Tx) error { return tx.SettleDanger(b.Case.Key) })
		write(t, s, func(tx *store.Tx) error { return tx.SetDue(a.Case.Key, store.Due{}) })
		order(c.Case.Key, b.Case.Key, a.Case.Key)
		write(t, s, func(tx *store.Tx) error { return tx.Reroute(b.Case.Key, "province", "documents", "") })
		order(c.Case.Key, a.Case.Key)
		write(t, s, func(tx *store.Tx) error {
			_, err := tx.AddEvents(c.Case.Key, c.Case.Version, store.Event{Event: cases.Event{Kind: cases.EventTriaged, To: cases.Triaged}})
			return err
		})
		got := walk(t, s, store.Filter{Units: []id.Unit{"city"}, State: cases.Triaged}, 10)
		if len(got) != 1 || got[0].Key != c.Case.Key || got[0].Due.Clock != cases.ClockTriage {
			t.Errorf("triaged: %+v", got)
		}
	})
}

// TestQueueWhileOthersWork pages through a queue while cases arrive, are worked on and leave between two pages: who did not
// move is on exactly one page, under every list.
func TestQueueWhileOthersWork(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		rng := rand.New(rand.NewPCG(5, 6))
		all, _ := fill(t, s, 120, rng)
		for name, f := range map[string]store.Filter{
			"all": {Units: []id.Unit{"city"}}, "category": {Units: []id.Unit{"city"}, Category: "documents"}, "rest": {Units: []id.Unit{"city"}, Category: "documents", Via: cases.ViaWeb},
			"states": {Units: []id.Unit{"city"}, States: []cases.State{cases.Received, cases.Triaged}}, "late": {Units: []id.Unit{"city"}, DueBefore: day("2026-12-04")},
		} {
			before := map[int64]bool{}
			for _, q := range walk(t, s, f, 500) {
				before[q.Key] = true
			}
			seen, moved, at := map[int64]int{}, map[int64]bool{}, store.Cursor{}
			for more := true; more; {
				var page store.Page
				read(t, s, func(tx *store.Tx) (err error) { page, err = tx.Queue(f, at, 4); return err })
				for _, q := range page.Cases {
					seen[q.Key]++
				}
				at, more = page.Next, page.More
				r := storetest.NewReport(1)
				r.Case.Danger, r.Due.Day = rng.IntN(2) == 0, day("2026-12-01").Add(rng.IntN(5))
				write(t, s, r.Add)
				q := all[rng.IntN(len(all))]
				moved[q.Key] = true
				write(t, s, func(tx *store.Tx) error {
					return tx.SetDue(q.Key, store.Due{Clock: cases.ClockTriage, Day: day("2026-12-01").Add(rng.IntN(5))})
				})
			}
			for key := range before {
				if !moved[key] && seen[key] != 1 {
					t.Errorf("%s: case %d, which did not move, was shown %d times", name, key, seen[key])
				}
			}
		}
	})
}

// TestCountTheirs gives somebody more cases in one state than a number looks at, all more urgent than the few in others, and expects
// every number to be what a plain count says, and the few on the first page of their own.
func TestCountTheirs(t *testing.T) {
	t.Parallel()
	const many, few = 2100, 7
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		dsn := fresh(t)
		s := storetest.Open(t, dsn)
		rng := rand.New(rand.NewPCG(7, 8))
		write(t, s, func(tx *store.Tx) error {
			for i := range many + 3*few {
				r := storetest.NewReport(1)
				r.Case.State, r.Due.Day, r.Case.Danger = cases.InInquiry, day("2026-12-01").Add(rng.IntN(5)), rng.IntN(100) == 0
				if i >= many {
					r.Case.State, r.Due.Day, r.Case.Danger = []cases.State{cases.Accepted, cases.Linked, cases.Suspended}[i%3], day("2027-01-01"), false
				}
				events := []store.Event{{Event: cases.Event{Kind: cases.EventAssigned, Member: []id.Member{"lin", "lin", "lin", "mei"}[i%4], Day: r.Case.Day}}}
				if i < many {
					events[0].Member = "lin"
				}
				if i%50 == 0 || i >= many {
					events = append(events, store.Event{Event: cases.Event{Kind: cases.EventAdded, Day: r.Case.Day}})
				}
				if i%60 == 0 || i == many {
					events = append(events, store.Event{Event: cases.Event{Kind: cases.EventSteppedAside, Member: "wei", Day: r.Case.Day}})
				}
				key, err := tx.AddCase(r.Case, r.Due, events...)
				if err != nil {
					return err
				}
				if r.Case.Key = key; r.Case.Danger {
					if err := tx.RaiseDanger(key, noon); err != nil {
						return err
					}
				}
			}
			return nil
		})
		db := raw(t, dsn)
		of := func(f store.Filter, plain string) {
			t.Helper()
			f.Units = []id.Unit{"city"}
			var want int
			if err := db.QueryRow(`SELECT count(*) FROM case_due q JOIN cases c ON c.key = q.case_key WHERE c.unit = 'city' AND ` + plain).Scan(&want); err != nil {
				t.Fatal(err)
			}
			if want == 0 {
				t.Errorf("%s: no case to count", plain)
			}
			for _, most := range []int{1, 3, 1000, 5000} {
				read(t, s, func(tx *store.Tx) error {
					n, err := tx.CountQueue(f, most)
					if n != min(most, want) {
						t.Errorf("%s: counted %d of %d, at most %d", plain, n, want, most)
					}
					return err
				})
			}
		}
		lin, both := []id.Member{"lin"}, []id.Member{"lin", "mei"}
		had := ` AND (SELECT e.member FROM case_events e WHERE e.case_key = c.key AND e.kind = 'assigned') = 'lin'`
		takes := ` AND NOT EXISTS (SELECT 1 FROM case_events e WHERE e.case_key = c.key AND e.kind = 'stepped_aside')`
		for _, state := range []cases.State{cases.InInquiry, cases.Accepted, cases.Suspended} {
			in := `c.state = '` + string(state) + `'`
			of(store.Filter{States: []cases.State{state}}, in)
			of(store.Filter{States: []cases.State{state}, Handlers: both}, in)
			of(store.Filter{States: []cases.State{state}, Handlers: lin}, in+had)
			of(store.Filter{States: []cases.State{state}, Handlers: lin, TakesPart: "wei"}, in+had+takes)
			of(store.Filter{States: []cases.State{state}, TakesPart: "wei"}, in+takes)
		}
		paused := []cases.State{cases.Linked, cases.Suspended}
		of(store.Filter{States: paused, Handlers: lin}, `c.state IN ('linked', 'suspended')`+had)
		of(store.Filter{Handlers: lin, TakesPart: "wei"}, `1 = 1`+had+takes)
		of(store.Filter{Handlers: lin, Letter: true}, `EXISTS (SELECT 1 FROM case_events e WHERE e.case_key = c.key AND e.kind = 'added')`+had)
		of(store.Filter{Handlers: lin, DueFrom: day("2026-12-03"), DueBefore: day("2026-12-04"), TakesPart: "wei"}, `q.due = '2026-12-03'`+had+takes)
		read(t, s, func(tx *store.Tx) error {
			page, err := tx.Queue(store.Filter{Units: []id.Unit{"city"}, Handlers: both, States: paused}, store.Cursor{}, 6)
			if len(page.Cases) != 6 || !page.More {
				t.Errorf("%d cases on the first page of %d, more: %v", len(page.Cases), 2*few, page.More)
			}
			return err
		})
	})
}
