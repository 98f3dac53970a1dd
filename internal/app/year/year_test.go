// Package year_test plays a year of an authority: 300 reports, everybody who works there, every row of the machine and every refusal
// that it knows, on both databases and under a clock that the test moves from day to day. Everything goes through the use cases that
// doors and terminal call; only reading what came of it looks into the database.
package year_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

const (
	reports = 300
	length  = 361 // days, up to the end of 2026, for which China's holidays are published
	arrive  = 300 // days on which reports come
)

var (
	firstDay = workday.MustDay("2026-01-05") // a Monday
	// off are the days on which the server was not running, counted from the first: two stretches and a weekend.
	off = [...][2]int{{70, 78}, {150, 151}, {222, 236}}
)

// year is one installation through its year.
type year struct {
	t       *testing.T
	w       *apptest.World
	clock   *apptest.Clock
	dice    dice
	n       int // of the day
	day     workday.Day
	people  map[id.Unit][]*member
	stories []*story
	inside  []byte // a sealed document that stands for all that stay inside a unit: the server cannot tell

	taken   map[cell]int
	refused map[string]int
	rare    []string // refusals that were not met often
	away    absences
	acts    int
	seen    int64 // last entry of the audit log that this test knows
	walked  int64 // last entry that was verified
	point   point // of the last checkpoint of the case log
	shown   map[cases.ClockKind]int
	looks   int
	keys    map[id.Unit]*seal.KeyFile // of every office
	joint   joint
}

// cell is a row of the machine in one of the states that it starts from.
type cell struct {
	row  int
	from cases.State
}

func TestYear(t *testing.T) {
	t.Parallel()
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) {
		began := time.Now()
		y := open(t, fresh(t))
		for y.n = 0; y.n < length; y.n++ {
			y.day = firstDay.Add(y.n)
			for _, s := range y.stories {
				s.book.pass(y.day)
			}
			if isOff(y.n) {
				continue
			}
			y.live()
		}
		y.end()
		y.report(time.Since(began))
	})
}

func isOff(n int) bool {
	return slices.ContainsFunc(off[:], func(o [2]int) bool { return o[0] <= n && n <= o[1] })
}

func open(t *testing.T, dsn string) *year {
	t.Helper()
	clock := apptest.NewClock(at(firstDay))
	y := &year{t: t, clock: clock, w: apptest.Start(t, apptest.Options{DSN: dsn, Clock: clock, Set: map[string]string{"desk.handouts": "1000000", "ledger.dummies": "1", "pack": packWithFive(t)}}),
		dice: dice(2026), day: firstDay, people: map[id.Unit][]*member{}, keys: map[id.Unit]*seal.KeyFile{}, away: absences{refused: map[string]int{}}, taken: map[cell]int{}, refused: map[string]int{}, shown: map[cases.ClockKind]int{}}
	y.rare = slices.DeleteFunc(refusals(t), func(k string) bool { return unmet[k] != "" })
	y.hire()
	y.inside = y.sealInside()
	y.seen, y.walked = y.auditEnd(), 0
	for n := range reports {
		y.stories = append(y.stories, y.newStory(n))
	}
	return y
}

// at is the hour at which the office opens.
func at(d workday.Day) time.Time {
	return time.Date(2026, 1, 5, 1, 0, 0, 0, time.UTC).AddDate(0, 0, d.Sub(firstDay))
}

// live is a day on which the server runs: it starts the day as its background tasks do, and then people come.
func (y *year) live() {
	y.clock.Move(at(y.day).Sub(y.clock.Now()))
	if err := y.w.Casework.Warn(y.t.Context()); err != nil {
		y.t.Fatal(err)
	}
	if err := y.w.Dummies(y.t.Context()); err != nil {
		y.t.Fatal(err)
	}
	y.goAway()
	for _, s := range y.stories {
		s.book.warn(y.day)
	}
	for _, s := range y.stories {
		s.live()
	}
	y.verify()
}

// end looks at the whole once more, from the beginning. The world's own end walks every row, chain and leaf again.
func (y *year) end() {
	y.t.Helper()
	for _, s := range y.stories {
		if s.stop != nil {
			s.stop()
		}
		if s.key != 0 {
			s.compareWarnings()
		}
	}
	y.readTogether()
	y.wholeLog()
	y.atTheDesk()
	y.everyRow()
	y.everyRefusal()
	y.stoodIn()
}

func (y *year) report(took time.Duration) {
	rows := map[int]bool{}
	for c := range y.taken {
		rows[c.row] = true
	}
	refusals, closed := 0, 0
	for _, n := range y.refused {
		refusals += n
	}
	near, over := map[cases.ClockKind]int{}, map[cases.ClockKind]int{}
	for _, s := range y.stories {
		for _, w := range s.book.wrote {
			if w.Level == cases.Near {
				near[w.Clock]++
			} else {
				over[w.Clock]++
			}
		}
		if s.c.State == cases.Closed {
			closed++
		}
	}
	y.t.Logf("%d cases (%d closed), %d acts in %d of %d rows, %d refusals of %d kinds, %d entries of the audit log, %d leaves, %.1f s",
		len(y.stories), closed, y.acts, len(rows), len(cases.Transitions()), refusals, len(y.refused), y.auditEnd(), y.point.size, took.Seconds())
	y.t.Logf("80 per cent: %v; breached: %v; days that the mailbox and the office share: %v, looked at %d times", near, over, y.shown, y.looks)
}

// dice are drawn from a seed, so that each run plays the same year.
type dice uint64

// roll gives 0 to n-1.
func (d *dice) roll(n int) int {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) >> 1 % uint64(n))
}

func oneOf[T any](d *dice, of ...T) T { return of[d.roll(len(of))] }

func (y *year) ctx() context.Context { return y.t.Context() }

// name writes a row as docs/spec/cases.md has it.
func name(t cases.Transition) string {
	var from []string
	for _, s := range t.From {
		from = append(from, string(s))
	}
	what := string(t.Act)
	if t.Proposal != "" {
		what += fmt.Sprintf(" (%s)", t.Proposal)
	}
	if t.Of != "" {
		what += fmt.Sprintf(" (%s)", t.Of)
	}
	return what + " from " + strings.Join(from, " ")
}
