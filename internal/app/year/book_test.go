package year_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// book is a second reckoning of a case's clocks, as somebody with a calendar on the wall would keep it: each morning a day is ticked
// off on every clock that runs. It shares nothing with the machine but the terms and which days are worked.
type book struct {
	s     *story
	tolls []*toll
	wrote []store.Warning // what must have been written down
}

// toll is one clock, as it was last started or moved.
type toll struct {
	kind     cases.ClockKind
	began    int64 // event
	day      workday.Day
	due      workday.Day
	gone     int // days or working days of its term that have gone by
	whole    int // of so many
	paused   bool
	left     int // when the pause began
	reached  map[cases.Level]workday.Day
	told     map[cases.Level]bool
	settled  bool
	pausedOn workday.Day
}

func newBook(s *story) book { return book{s: s} }

// counts reports whether a day counts for a clock.
func (b *book) counts(k cases.ClockKind, d workday.Day) bool {
	m := b.s.y.w.Machine
	return m.Rules.Term(k).Unit != workday.Workdays || m.Calendar.IsWorkday(d)
}

// between ticks off the days from one day to another, the first not counted.
func (b *book) between(k cases.ClockKind, from, to workday.Day) (n int) {
	for d := from.Add(1); !d.After(to); d = d.Add(1) {
		if b.counts(k, d) {
			n++
		}
	}
	for d := to.Add(1); !d.After(from); d = d.Add(1) {
		if b.counts(k, d) {
			n--
		}
	}
	return n
}

// after walks forward until n days have counted.
func (b *book) after(k cases.ClockKind, from workday.Day, n int) workday.Day {
	for n > 0 {
		if from = from.Add(1); b.counts(k, from) {
			n--
		}
	}
	return from
}

// term is the last day of a term by a paper calendar.
func (b *book) term(k cases.ClockKind, from workday.Day) workday.Day {
	t := b.s.y.w.Machine.Rules.Term(k)
	if t.Unit != workday.Months {
		return b.after(k, from, t.N)
	}
	d := at(from).AddDate(0, t.N, 0)
	if want := (int(at(from).Month())-1+t.N)%12 + 1; int(d.Month()) != want { // there is no 31st
		d = d.AddDate(0, 0, -d.Day())
	}
	return workday.DayOf(d, time.UTC)
}

// pass begins a day.
func (b *book) pass(d workday.Day) {
	for _, c := range b.tolls {
		if !c.settled && !c.paused && b.counts(c.kind, d) {
			c.gone++
		}
	}
	b.mark(d)
}

// mark notes which clocks stand at a level today.
func (b *book) mark(d workday.Day) {
	for _, c := range b.tolls {
		until := d
		if c.paused {
			until = c.pausedOn
		}
		late := until.After(c.due)
		for level, yes := range map[cases.Level]bool{cases.Near: late || c.whole > 0 && c.gone*100/c.whole >= 80, cases.Over: late} {
			if _, before := c.reached[level]; yes && !before && !c.settled {
				c.reached[level] = d
			}
		}
	}
}

// warn is what the server must write down this morning.
func (b *book) warn(today workday.Day) {
	for _, c := range b.tolls {
		for _, level := range []cases.Level{cases.Near, cases.Over} {
			day, yes := c.reached[level]
			if !yes || c.settled || c.told[level] {
				continue
			}
			c.told[level] = true
			b.wrote = append(b.wrote, store.Warning{Warning: cases.Warning{Clock: c.kind, Began: c.began, Level: level, Day: day}, Unit: b.s.unit, Made: today})
		}
	}
}

// take follows what happened, and holds each day that an event names against its own.
func (b *book) take(added []cases.Event) {
	t := b.s.y.t
	t.Helper()
	for _, e := range added {
		i := -1
		for j, c := range b.tolls {
			if c.kind == e.Clock {
				i = j
			}
		}
		want := e.Due
		switch e.Kind {
		case cases.EventClockStarted:
			want = b.term(e.Clock, e.Day)
			b.tolls = append(b.tolls, &toll{kind: e.Clock, began: e.Seq, day: e.Day, due: e.Due, whole: b.between(e.Clock, e.Day, e.Due),
				reached: map[cases.Level]workday.Day{}, told: map[cases.Level]bool{}})
		case cases.EventClockPaused:
			b.tolls[i].paused, b.tolls[i].pausedOn, b.tolls[i].left = true, e.Day, b.between(e.Clock, e.Day, b.tolls[i].due)
		case cases.EventClockResumed:
			c := b.tolls[i]
			if c.left > 0 {
				want = b.after(e.Clock, e.Day, c.left)
			}
			c.paused, c.due = false, e.Due
		case cases.EventClockMoved:
			old := b.tolls[i]
			old.whole += b.between(e.Clock, old.due, e.Due)
			old.began, old.due = e.Seq, e.Due
			old.reached, old.told = map[cases.Level]workday.Day{}, map[cases.Level]bool{}
		case cases.EventClockSettled:
			b.tolls[i].settled = true
		default:
			continue
		}
		if e.Due != want {
			t.Fatalf("case %d: %s of %s on %s is due on %s, and by a paper calendar on %s", b.s.n, e.Kind, e.Clock, e.Day, e.Due, want)
		}
	}
	b.mark(b.s.y.day)
}

// compareWarnings holds what was written down against the book.
func (s *story) compareWarnings() {
	t := s.y.t
	t.Helper()
	line := func(w store.Warning) string {
		return fmt.Sprintf("%s of event %d, %d on %s, written on %s in %s", w.Clock, w.Began, w.Level, w.Day, w.Made, w.Unit)
	}
	var want, got []string
	for _, w := range s.book.wrote {
		want = append(want, line(w))
	}
	err := s.y.w.Store.Read(s.y.ctx(), func(tx *store.Tx) error {
		all, err := tx.WarningsOf([]int64{s.key})
		for _, w := range all[s.key] {
			got = append(got, line(w))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(strings.Join(want, "\n"), strings.Join(got, "\n")); d != "" {
		t.Errorf("case %d (%s), warnings (-as the calendar has it +written):\n%s", s.n, s.plan, d)
	}
}
