// Package workday computes civil days, working days and staffed hours from calendars that are data.
//
// It is pure: the time comes from the caller, and it never reads the clock or the environment.
package workday

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"time"
)

// Day is a civil date without time or zone, such as 2026-11-22. The zero Day is "no day".
type Day struct {
	Year  int
	Month time.Month
	Dom   int
}

// DayOf returns the civil date of t in loc.
func DayOf(t time.Time, loc *time.Location) Day {
	y, m, d := t.In(loc).Date()
	return Day{y, m, d}
}

// ParseDay reads YYYY-MM-DD and refuses days that do not exist.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, fmt.Errorf("workday: %q is not a day like 2026-11-22", s)
	}
	return DayOf(t, time.UTC), nil
}

// MustDay is ParseDay for constants in code and tests.
func MustDay(s string) Day {
	d, err := ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

// Time is midnight of d in loc.
func (d Day) Time(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Dom, 0, 0, 0, 0, loc)
}

// Add returns the day n days later; n may be negative.
func (d Day) Add(n int) Day {
	if dom := d.Dom + n; dom >= 1 && dom <= 28 {
		return Day{d.Year, d.Month, dom}
	}
	return DayOf(d.Time(time.UTC).AddDate(0, 0, n), time.UTC)
}

// AddMonths returns the same day n months later, or the last day of that month if it is shorter.
func (d Day) AddMonths(n int) Day {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Day{first.Year(), first.Month(), min(d.Dom, last)}
}

// Sub returns the number of days from e to d.
func (d Day) Sub(e Day) int { return d.number() - e.number() }

// number counts days from 1 March of the year 0 of the Gregorian calendar, with a year that begins in March, so that the leap day
// is its last (Richards, "Mapping Time"). Clocks ask for it many times a page.
func (d Day) number() int {
	y, m := d.Year, int(d.Month)-3
	if m < 0 {
		y, m = y-1, m+12
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	of := y - era*400
	return era*146097 + of*365 + of/4 - of/100 + (153*m+2)/5 + d.Dom - 1
}

// Before reports whether d comes before e.
func (d Day) Before(e Day) bool {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Dom, e.Dom)) < 0
}

// After reports whether d comes after e.
func (d Day) After(e Day) bool { return e.Before(d) }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return weekday(d.number()) }

func weekday(number int) time.Weekday { return time.Weekday(((number+3)%7 + 7) % 7) }

// IsZero reports whether d is "no day".
func (d Day) IsZero() bool { return d == Day{} }

// String is YYYY-MM-DD, or "" for no day.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Dom)
}

// MarshalText writes String.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Day) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = Day{}
		return nil
	}
	*d, err = ParseDay(string(b))
	return err
}

// Value writes String to a database.
func (d Day) Value() (driver.Value, error) { return d.String(), nil }

// Scan reads what Value wrote.
func (d *Day) Scan(v any) error {
	switch v := v.(type) {
	case string:
		return d.UnmarshalText([]byte(v))
	case []byte:
		return d.UnmarshalText(v)
	case nil:
		*d = Day{}
		return nil
	default:
		return fmt.Errorf("workday: cannot scan %T into a day", v)
	}
}
