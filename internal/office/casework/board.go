package casework

import (
	"context"
	"slices"
	"sync"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// Step is a column of the board: states in which the same people are to do something.
type Step string

// steps are the columns in the order of the work. What is closed or erased waits for nobody.
var steps = [...]struct {
	name   Step
	states []cases.State
}{
	{"new", []cases.State{cases.Received, cases.Acknowledged}},
	{"triaged", []cases.State{cases.Triaged}},
	{"waiting", []cases.State{cases.NeedsInfo}},
	{"accepted", []cases.State{cases.Accepted}},
	{"inquiry", []cases.State{cases.InInquiry}},
	{"paused", []cases.State{cases.Suspended, cases.Linked, cases.Transferred}},
	{"concluded", []cases.State{cases.Concluded}},
	{"review", []cases.State{cases.Review}},
	{"told", []cases.State{cases.FeedbackGiven, cases.Declined}},
}

// Column is a step with its most urgent cases. Count is at most [MostCounted], which means that many or more.
type Column struct {
	Step   Step
	States []cases.State
	Count  int
	Rows   []Row
}

// columnRows is how many cases a column shows.
const columnRows = 6

// Board is where the person's cases stand: those of the unit, and of a handler those assigned to them.
func (s *Service) Board(ctx context.Context, who *Person) (columns []Column, err error) {
	err = s.guardedRead(ctx, who, "board", noCase, nil, func(tx *store.Tx) error {
		filter, _, err := s.narrow(tx, who, Filter{})
		if err != nil {
			return err
		}
		var shown []store.Queued
		for _, step := range steps {
			c := Column{Step: step.name, States: step.states}
			filter.States = step.states
			if c.Count, err = tx.CountQueue(filter, MostCounted); err != nil {
				return err
			}
			if c.Count > 0 {
				page, err := tx.Queue(filter, store.Cursor{}, columnRows)
				if err != nil {
					return err
				}
				shown, c.Rows = append(shown, page.Cases...), make([]Row, len(page.Cases))
			}
			columns = append(columns, c)
		}
		rows, err := s.rows(tx, shown) // of all columns at once
		for _, c := range columns {
			rows = rows[copy(c.Rows, rows):]
		}
		return err
	})
	return columns, err
}

// DayCount is how many clocks end on a day: the next of each case. At most [MostCounted].
type DayCount struct {
	Day workday.Day
	N   int
}

// maxDays is how many days a calendar has at most: a month with the rest of its weeks.
const maxDays = 42

// Days counts for each of n days from a first how many of the person's cases have their next clock end then. Days without any are left out.
func (s *Service) Days(ctx context.Context, who *Person, from workday.Day, n int) (out []DayCount, err error) {
	if from.IsZero() || n < 1 || n > maxDays {
		return nil, errs.New(errs.Invalid, "web.bad_form", nil).AtField("from")
	}
	err = s.guardedRead(ctx, who, "list", noCase, nil, func(tx *store.Tx) error {
		filter, _, err := s.narrow(tx, who, Filter{})
		if err != nil {
			return err
		}
		for i := range n {
			day := from.Add(i)
			filter.DueFrom, filter.DueBefore = day, day.Add(1)
			count, err := tx.CountQueue(filter, MostCounted)
			if err != nil {
				return err
			}
			if count > 0 {
				out = append(out, DayCount{day, count})
			}
		}
		return nil
	})
	return out, err
}

// Load is how much an office has to do. It counts cases and clocks, never people.
type Load struct {
	Day      workday.Day // on which it was counted
	States   []StateCount
	Weeks    []DayCount // reports by the Monday of their week, all of the last half year, empty weeks too
	Warnings []store.WarningCount
	From     workday.Day // of the warnings, to Day
}

// StateCount is how many cases are in a state, at most [MostCounted].
type StateCount struct {
	State cases.State
	N     int
}

const (
	loadWeeks = 26
	loadFresh = 10 * time.Minute
)

// loads remembers what was counted, by unit.
type loads struct {
	mu sync.Mutex
	of map[id.Unit]*knownLoad
}

type knownLoad struct {
	at   time.Time
	load *Load
}

// Load counts for those who see the whole unit. It may be ten minutes old.
func (s *Service) Load(ctx context.Context, who *Person) (l *Load, err error) {
	err = s.guardedRead(ctx, who, "load", noCase, nil, func(tx *store.Tx) error {
		if !who.Has(readers[:]...) {
			return errs.New(errs.Denied, "casework.role", nil)
		}
		now := s.o.Now()
		if l = s.loads.recent(who.Unit, now); l != nil {
			return nil
		}
		l = &Load{Day: s.today()}
		if err := s.count(tx, who.Unit, l); err != nil {
			return err
		}
		s.loads.keep(who.Unit, now, l)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// recent is what was counted within [loadFresh], or nil.
func (k *loads) recent(unit id.Unit, now time.Time) *Load {
	k.mu.Lock()
	defer k.mu.Unlock()
	known := k.of[unit]
	if known == nil || now.Sub(known.at) >= loadFresh || now.Before(known.at) {
		return nil
	}
	return known.load
}

func (k *loads) keep(unit id.Unit, at time.Time, l *Load) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == nil {
		k.of = map[id.Unit]*knownLoad{}
	}
	k.of[unit] = &knownLoad{at, l}
}

func (s *Service) count(tx *store.Tx, unit id.Unit, l *Load) error {
	for _, step := range steps {
		for _, state := range step.states {
			n, err := tx.CountQueue(store.Filter{Units: []id.Unit{unit}, States: []cases.State{state}}, MostCounted)
			if err != nil {
				return err
			}
			l.States = append(l.States, StateCount{state, n})
		}
	}
	monday := l.Day.Add(-(int(l.Day.Weekday()) + 6) % 7)
	days, err := tx.ArrivedByDay(unit, monday.Add(-7*(loadWeeks-1)), l.Day)
	if err != nil {
		return err
	}
	for i := range loadWeeks {
		week := DayCount{Day: monday.Add(-7 * (loadWeeks - 1 - i))}
		for _, d := range days {
			if since := d.Day.Sub(week.Day); since >= 0 && since < 7 {
				week.N += d.N
			}
		}
		l.Weeks = append(l.Weeks, week)
	}
	l.From = l.Day.Add(-365)
	all, err := tx.WarningCounts(l.From, l.Day)
	l.Warnings = slices.DeleteFunc(all, func(w store.WarningCount) bool { return w.Unit != unit })
	return err
}

// Known tells which of some cases the person may see, by their numbers as they are given back. Numbers of others are as if there
// were none.
func (s *Service) Known(ctx context.Context, who *Person, numbers []string) (found []string, err error) {
	if len(numbers) > maxPage {
		return nil, errs.New(errs.Invalid, "web.bad_form", nil).AtField("numbers")
	}
	err = s.guardedRead(ctx, who, "list", noCase, nil, func(tx *store.Tx) error {
		for _, n := range numbers {
			c, _, err := s.open(tx, who, n)
			switch {
			case err == nil && c.State != cases.Erased:
				found = append(found, c.Number)
			case err == nil, errs.Is(err, errs.NotFound), errs.Is(err, errs.Denied), errs.Is(err, errs.Invalid):
			default:
				return err
			}
		}
		return nil
	})
	return found, err
}
