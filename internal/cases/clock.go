package cases

import (
	"slices"

	"clarion.example/clarion/internal/workday"
)

// ClockState is how a clock stands on a day.
type ClockState string

// The states of a clock.
const (
	Running  ClockState = "running"
	Paused   ClockState = "paused" // the days still show
	Settled  ClockState = "settled"
	Breached ClockState = "breached" // runs, and its day is over
)

// Key names the clock state in the catalogue.
func (s ClockState) Key() string { return "cases.clockstate." + string(s) }

// Clock is one promise as its events tell it. Paused counts the days of all its pauses, up to today if one
// is open; Due is the last day that an event fixed, so while a clock is paused it will still move.
type Clock struct {
	Kind    ClockKind
	Started workday.Day
	Due     workday.Day
	Paused  int
	State   ClockState
	Settled workday.Day // zero unless settled
	Late    bool        // breached now, or settled after Due
	Used    int         // per cent of its time, pauses left out; 80 warns the approver, above 100 is a breach
	Theirs  bool        // the time is the reporter's or the person reported's: that it went by is no fault of the office
	moved   bool
	pause   workday.Day // when the open pause began
	away    int         // all closed pauses, in the unit of the term
}

// Elapsed is the number of days from the start to the end of the clock or to today, pauses included.
func (c Clock) Elapsed(today workday.Day) int {
	if c.State == Settled {
		today = c.Settled
	}
	return today.Sub(c.Started)
}

// Clocks derives every clock of a case from its events, in the order in which they started; a clock that was
// started again stands there again. The due days stand in the events, so a changed calendar or rule moves no
// promise that was made; they are used for the share of time that has gone by.
func (m Machine) Clocks(events []Event, today workday.Day) []Clock {
	var out []Clock
	var act EventKind // to which the clocks that follow belong
	for _, e := range events {
		if e.Kind == EventClockStarted {
			theirs := e.Clock == ClockAnswer || e.Clock == ClockHearing || e.Clock == ClockTransfer && act == EventProposedTransfer
			out = append(out, Clock{Kind: e.Clock, Started: e.Day, Due: e.Due, State: Running, Theirs: theirs})
			continue
		}
		if !e.Kind.IsClock() {
			act = e.Kind
			continue
		}
		if c := last(out, e.Clock); c != nil {
			m.follow(c, e)
		}
	}
	for i := range out {
		m.finish(&out[i], today)
	}
	return out
}

// last finds the clock of a kind that started last.
func last(clocks []Clock, kind ClockKind) *Clock {
	for i := range slices.Backward(clocks) {
		if clocks[i].Kind == kind {
			return &clocks[i]
		}
	}
	return nil
}

// follow takes a clock through one of its events.
func (m Machine) follow(c *Clock, e Event) {
	term := m.Rules.Term(c.Kind)
	if c.State == Paused && (e.Kind == EventClockResumed || e.Kind == EventClockSettled) {
		c.Paused += e.Day.Sub(c.pause)
		c.away += term.Elapsed(c.pause, e.Day, m.Calendar)
	}
	switch e.Kind {
	case EventClockPaused:
		c.State, c.pause = Paused, e.Day
	case EventClockResumed:
		c.State, c.Due = Running, e.Due
	case EventClockMoved:
		c.Due, c.moved = e.Due, true
	case EventClockSettled:
		if c.State == Paused {
			c.Due = term.Shift(c.Due, c.pause, e.Day, m.Calendar)
		}
		c.State, c.Settled = Settled, e.Day
	default:
	}
}

// finish adds what depends on the day on which somebody looks.
func (m Machine) finish(c *Clock, today workday.Day) {
	end := today
	switch c.State {
	case Settled:
		end = c.Settled
		c.Late = c.Settled.After(c.Due)
	case Paused:
		end = c.pause
		c.Late = c.pause.After(c.Due)
		if today.After(c.pause) {
			c.Paused += today.Sub(c.pause)
		}
	case Running:
		if today.After(c.Due) {
			c.State, c.Late = Breached, true
		}
	}
	term := m.Rules.Term(c.Kind)
	used := term.Elapsed(c.Started, end, m.Calendar) - c.away
	whole := term.Elapsed(c.Started, c.Due, m.Calendar) - c.away
	switch {
	case whole > 0:
		c.Used = max(0, used*100/whole)
	case c.Late:
		c.Used = 101
	}
}

// clockEvents writes what a row does to the clocks, which it sees as they stood before the act.
func (m Machine) clockEvents(t Transition, clocks []Clock, day workday.Day) []Event {
	var out []Event
	for _, k := range t.Settles {
		if c := last(clocks, k); c != nil && c.State != Settled {
			out = append(out, Event{Kind: EventClockSettled, Clock: k})
		}
	}
	for i, c := range clocks {
		if slices.Contains(t.Settles, c.Kind) || last(clocks, c.Kind) != &clocks[i] {
			continue
		}
		switch {
		case t.Pauses && (c.State == Running || c.State == Breached):
			out = append(out, Event{Kind: EventClockPaused, Clock: c.Kind})
		case t.Resumes && c.State == Paused:
			due := m.Rules.Term(c.Kind).Shift(c.Due, c.pause, day, m.Calendar)
			out = append(out, Event{Kind: EventClockResumed, Clock: c.Kind, Due: due})
		}
	}
	for _, k := range t.Starts {
		out = append(out, Event{Kind: EventClockStarted, Clock: k, Due: m.Rules.Term(k).Due(day, m.Calendar)})
	}
	return out
}
