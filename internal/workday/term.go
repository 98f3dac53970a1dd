package workday

import (
	"fmt"
	"strconv"
	"strings"
)

// Unit is what a term is counted in.
type Unit string

// The units of a term.
const (
	Days     Unit = "days"
	Workdays Unit = "working days"
	Months   Unit = "months"
)

// Term is a length of time that a promise is made for: 7 days, 3 working days, 3 months.
type Term struct {
	N    int
	Unit Unit
}

// ParseTerm reads "7 days", "3 working days" or "6 months". One of a thing may be written in the singular.
func ParseTerm(s string) (Term, error) {
	num, unit, ok := strings.Cut(s, " ")
	n, err := strconv.Atoi(num)
	if !ok || err != nil || n < 1 || n > 9999 || strconv.Itoa(n) != num {
		return Term{}, fmt.Errorf("workday: %q is not a term like \"7 days\"", s)
	}
	if n == 1 {
		unit = strings.TrimSuffix(unit, "s") + "s"
	}
	switch u := Unit(unit); u {
	case Days, Workdays, Months:
		return Term{n, u}, nil
	default:
		return Term{}, fmt.Errorf("workday: %q is counted in neither days, working days nor months", s)
	}
}

// Due is the last day of t when it starts on from. The day it starts is not counted.
func (t Term) Due(from Day, c Calendar) Day {
	switch t.Unit {
	case Workdays:
		return c.AddWorkdays(from, t.N)
	case Months:
		return from.AddMonths(t.N)
	default:
		return from.Add(t.N)
	}
}

// Elapsed is how much of t has gone by between two days, in the unit that t is measured in; months are
// measured in days.
func (t Term) Elapsed(from, to Day, c Calendar) int {
	if t.Unit == Workdays {
		return c.WorkdaysBetween(from, to)
	}
	return to.Sub(from)
}

// Shift moves a due day over a pause that lasted from one day to another: what was left of the term when the
// pause began is left when it ends, in the unit that t is measured in. What was late stays late.
func (t Term) Shift(due, from, to Day, c Calendar) Day {
	left := t.Elapsed(from, due, c)
	if t.Unit == Workdays {
		return c.AddWorkdays(to, left)
	}
	return to.Add(left)
}

// IsZero reports whether t was never set.
func (t Term) IsZero() bool { return t == Term{} }

// String is what ParseTerm reads.
func (t Term) String() string {
	if t.N == 1 {
		return "1 " + strings.TrimSuffix(string(t.Unit), "s")
	}
	return strconv.Itoa(t.N) + " " + string(t.Unit)
}

// MarshalText writes String.
func (t Term) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (t *Term) UnmarshalText(b []byte) (err error) {
	*t, err = ParseTerm(string(b))
	return err
}
