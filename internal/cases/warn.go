package cases

import (
	"slices"
	"sort"

	"clarion.example/clarion/internal/workday"
)

// Level is how far a clock has gone when somebody is told, in per cent of its time.
type Level int

// The levels.
const (
	Near Level = 80  // the approvers of the unit
	Over Level = 100 // the inspector: the clock is breached
)

// WarnAhead is at least a fifth of the longest term that a pack may give, with its extension, in days: a clock whose day is
// further away has not reached [Near].
const WarnAhead = 70

// Warning says that a running clock reached a level. Began is the number of the event that started or extended the clock: an
// extended clock warns anew. Day is the true day, which may be long past when the server was off.
type Warning struct {
	Clock ClockKind
	Began int64
	Level Level
	Day   workday.Day
	Due   workday.Day
}

// Warnings are those of the clocks of a case that are not settled: at most two each. They follow from the events alone, so that
// whoever asks late hears the same. Those for which known answers true are left out; it is asked without Day.
func (m Machine) Warnings(events []Event, today workday.Day, known func(Warning) bool) (out []Warning) {
	clocks := m.Clocks(events, today)
	for i, c := range clocks {
		if c.State == Settled || last(clocks, c.Kind) != &clocks[i] || c.Used < int(Near) && !c.Late {
			continue
		}
		began := m.began(events, c.Kind)
		for _, level := range []Level{Near, Over} {
			reached := func(c Clock) bool { return c.Late || level == Near && c.Used >= int(Near) }
			w := Warning{Clock: c.Kind, Began: began.Seq, Level: level, Due: c.Due}
			if !reached(c) || known(w) {
				continue
			}
			w.Day = m.first(events, began, today, reached)
			out = append(out, w)
		}
	}
	return out
}

// began is the event by which the time of a clock last changed: its start or its extension.
func (m Machine) began(events []Event, kind ClockKind) (began Event) {
	for _, e := range events {
		if e.Clock == kind && (e.Kind == EventClockStarted || e.Kind == EventClockMoved) {
			began = e
		}
	}
	return began
}

// first is the first day, up to today, on which a clock stood so. Once it does, it goes on to until it is settled or extended:
// a pause keeps what was reached.
func (m Machine) first(events []Event, began Event, today workday.Day, reached func(Clock) bool) workday.Day {
	n := sort.Search(today.Sub(began.Day), func(i int) bool {
		day := began.Day.Add(i)
		until := len(events)
		for j, e := range events {
			if e.Day.After(day) {
				until = j
				break
			}
		}
		clocks := m.Clocks(slices.Clip(events[:until]), day)
		c := last(clocks, began.Clock)
		return c != nil && reached(*c)
	})
	return began.Day.Add(n)
}
