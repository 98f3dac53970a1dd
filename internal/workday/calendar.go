package workday

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"time"
)

// Calendar says which days are working days. It is data of one authority: a weekend, holidays, and make-up
// days, which are weekend days that are worked in exchange for a holiday. Copies share their tables, which
// nothing changes after [NewCalendar]. The zero Calendar works every day.
type Calendar struct {
	weekend  [7]bool
	holidays map[Day]bool
	makeUp   map[Day]bool
	odd      []oddDay // holidays that the week would work, and make-up days, in order
	first    int      // year from which, and last until which, the holidays are known; 0 and 0: always
	last     int
}

// oddDay is a day that is not as its week: at is its number, sum how many working days all up to it add or take.
type oddDay struct{ at, sum int }

// NewCalendar builds a calendar. It refuses a week without a working day, a day given twice, a day that is
// both holiday and make-up day, and a make-up day that the week works anyway: each is a slip of the pen that
// would move a promised date.
func NewCalendar(weekend []time.Weekday, holidays, makeUp []Day) (Calendar, error) {
	c := Calendar{holidays: make(map[Day]bool), makeUp: make(map[Day]bool)}
	for _, w := range weekend {
		if w < time.Sunday || w > time.Saturday {
			return Calendar{}, fmt.Errorf("workday: %d is not a day of the week", int(w))
		}
		c.weekend[w] = true
	}
	if !slices.Contains(c.weekend[:], false) {
		return Calendar{}, fmt.Errorf("workday: a week without a working day")
	}
	for _, d := range holidays {
		if d.IsZero() || c.holidays[d] {
			return Calendar{}, fmt.Errorf("workday: holiday %q is empty or given twice", d)
		}
		c.holidays[d] = true
	}
	for _, d := range makeUp {
		switch {
		case d.IsZero() || c.makeUp[d]:
			return Calendar{}, fmt.Errorf("workday: make-up day %q is empty or given twice", d)
		case c.holidays[d]:
			return Calendar{}, fmt.Errorf("workday: %s is both holiday and make-up day", d)
		case !c.weekend[d.Weekday()]:
			return Calendar{}, fmt.Errorf("workday: make-up day %s is worked anyway", d)
		}
		c.makeUp[d] = true
	}
	c.index()
	return c, nil
}

// index sorts the odd days: clocks count working days many times a page, and over years.
func (c *Calendar) index() {
	for d := range c.makeUp {
		c.odd = append(c.odd, oddDay{d.number(), 1})
	}
	for d := range c.holidays {
		if !c.weekend[d.Weekday()] {
			c.odd = append(c.odd, oddDay{d.number(), -1})
		}
	}
	slices.SortFunc(c.odd, func(a, b oddDay) int { return cmp.Compare(a.at, b.at) })
	for i := range c.odd {
		if i > 0 {
			c.odd[i].sum += c.odd[i-1].sum
		}
	}
}

// upTo counts the working days up to and including a day number, from a day long ago that does not matter.
func (c Calendar) upTo(n int) int {
	var before [8]int // working days among the first so many of a week that begins with day number 0
	for i := range 7 {
		before[i+1] = before[i]
		if !c.weekend[weekday(i)] {
			before[i+1]++
		}
	}
	weeks, rest := (n+1)/7, (n+1)%7
	if rest < 0 {
		weeks, rest = weeks-1, rest+7
	}
	count := weeks*before[7] + before[rest]
	if i := sort.Search(len(c.odd), func(i int) bool { return c.odd[i].at > n }); i > 0 {
		count += c.odd[i-1].sum
	}
	return count
}

// Covering returns the calendar with the years, first and last included, whose holidays are known. It answers for other days
// too, by the week alone, and says that such an answer is provisional.
func (c Calendar) Covering(first, last int) Calendar {
	c.first, c.last = first, last
	return c
}

// Provisional reports whether d lies outside the years whose holidays are known.
func (c Calendar) Provisional(d Day) bool {
	return c.last != 0 && (d.Year < c.first || d.Year > c.last)
}

// IsWorkday reports whether d is a working day.
func (c Calendar) IsWorkday(d Day) bool {
	if c.makeUp[d] {
		return true
	}
	return !c.weekend[d.Weekday()] && !c.holidays[d]
}

// IsHoliday reports whether d is listed as a holiday; a plain weekend day is not.
func (c Calendar) IsHoliday(d Day) bool { return c.holidays[d] }

// IsMakeUp reports whether d is listed as a make-up working day.
func (c Calendar) IsMakeUp(d Day) bool { return c.makeUp[d] }

// AddWorkdays returns the n-th working day after d; d itself is not counted, whatever it is. A negative n
// counts back; 0 returns d.
func (c Calendar) AddWorkdays(d Day, n int) Day {
	at := d.number()
	switch far := 7*max(n, -n) + len(c.odd) + 7; { // a week has a working day, and each odd day takes one at most
	case n > 0:
		want := c.upTo(at) + n
		return d.Add(1 + sort.Search(far, func(i int) bool { return c.upTo(at+1+i) >= want }))
	case n < 0:
		want := c.upTo(at-1) + n
		return d.Add(-1 - sort.Search(far, func(i int) bool { return c.upTo(at-2-i) <= want }))
	}
	return d
}

// WorkdaysBetween counts the working days after from, up to and including to, so that
// WorkdaysBetween(d, AddWorkdays(d, n)) is n. If to comes first the result is negative.
func (c Calendar) WorkdaysBetween(from, to Day) int {
	a, b := from.number(), to.number()
	if b < a {
		return c.upTo(b-1) - c.upTo(a-1)
	}
	return c.upTo(b) - c.upTo(a)
}
