package workday

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
)

const dayMinutes = 24 * 60

// Span is part of a civil day, in minutes after midnight: From is staffed, To is not any more. To may be
// 1440, the end of the day. A night is two spans, one on each day.
type Span struct{ From, To int }

// ParseSpan reads "09:00-17:30". The end of the day is 24:00.
func ParseSpan(s string) (Span, error) {
	a, b, ok := strings.Cut(s, "-")
	from, okFrom := parseMinute(a)
	to, okTo := parseMinute(b)
	if !ok || !okFrom || !okTo || from >= to {
		return Span{}, fmt.Errorf("workday: %q is not a span like 09:00-17:30", s)
	}
	return Span{from, to}, nil
}

func parseMinute(s string) (int, bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	h, errH := strconv.ParseUint(s[:2], 10, 8)
	m, errM := strconv.ParseUint(s[3:], 10, 8)
	n := int(h)*60 + int(m)
	return n, errH == nil && errM == nil && m < 60 && n <= dayMinutes
}

// String is what ParseSpan reads.
func (s Span) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)
}

// UnmarshalText reads what String wrote.
func (s *Span) UnmarshalText(b []byte) (err error) {
	*s, err = ParseSpan(string(b))
	return err
}

// MarshalText writes String.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Week is the weekly table: spans by day of the week (index 0 is Sunday), and what holds instead on holidays
// and on make-up working days. An empty list is a day without staff.
type Week struct {
	Days    [7][]Span
	Holiday []Span
	MakeUp  []Span
}

// Hours says when somebody is there to read. Copies share their tables, which nothing changes after
// [NewHours]. The zero Hours is never staffed.
type Hours struct {
	zone     *time.Location
	week     Week
	calendar Calendar
}

// NewHours builds the table. Spans of one day must be in order and must not touch each other's inside.
func NewHours(zone *time.Location, week Week, calendar Calendar) (Hours, error) {
	lists := append(slices.Clone(week.Days[:]), week.Holiday, week.MakeUp)
	for _, spans := range lists {
		end := 0
		for _, s := range spans {
			if s.From < end || s.From >= s.To || s.To > dayMinutes {
				return Hours{}, fmt.Errorf("workday: span %s is out of order", s)
			}
			end = s.To
		}
	}
	return Hours{zone, week, calendar}, nil
}

// With returns the same table of hours by another calendar.
func (h Hours) With(c Calendar) Hours {
	h.calendar = c
	return h
}

// On returns the spans that are staffed on d.
func (h Hours) On(d Day) []Span {
	switch {
	case h.calendar.IsHoliday(d):
		return h.week.Holiday
	case h.calendar.IsMakeUp(d):
		return h.week.MakeUp
	default:
		return h.week.Days[d.Weekday()]
	}
}

// IsStaffed reports whether somebody is there at t.
func (h Hours) IsStaffed(t time.Time) bool {
	next, ok := h.NextStaffed(t)
	return ok && next.Equal(t)
}

// NextStaffed returns t if somebody is there at t, else the next instant at which somebody is. ok is false
// when there is none within two years: the table is empty.
func (h Hours) NextStaffed(t time.Time) (next time.Time, ok bool) {
	for start := range h.stretches(t) {
		return start, true
	}
	return time.Time{}, false
}

// StaffedBetween adds up the staffed time from a to b. It is 0 if b is not after a.
func (h Hours) StaffedBetween(a, b time.Time) time.Duration {
	var sum time.Duration
	for start, end := range h.stretches(a) {
		if !start.Before(b) {
			break
		}
		if end.After(b) {
			end = b
		}
		sum += end.Sub(start)
	}
	return sum
}

// AddStaffed returns the instant at which d of staffed time has gone by since t. ok is false when that is
// not within two years. A clock of 15 minutes started at night is due 15 minutes after the doors open.
func (h Hours) AddStaffed(t time.Time, d time.Duration) (due time.Time, ok bool) {
	for start, end := range h.stretches(t) {
		if have := end.Sub(start); have < d {
			d -= have
			continue
		}
		return start.Add(d), true
	}
	return time.Time{}, false
}

// stretches yields the staffed stretches after t, in order, the first cut to begin at t, for two years. It
// walks stretches of constant offset, inside which civil time and instants run alike, so that an hour that
// a change of clocks repeats counts twice and one that it skips never.
func (h Hours) stretches(t time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(start, end time.Time) bool) {
		if h.zone == nil {
			return
		}
		limit := t.AddDate(2, 0, 0)
		for at := t.In(h.zone); at.Before(limit); {
			_, to := at.ZoneBounds()
			if to.IsZero() || to.After(limit) {
				to = limit
			}
			if !h.walk(at, to, yield) {
				return
			}
			at = to.In(h.zone)
		}
	}
}

// walk yields the staffed stretches between from and to, which have one offset. It returns false when yield
// did.
func (h Hours) walk(from, to time.Time, yield func(start, end time.Time) bool) bool {
	_, offset := from.Zone()
	civil := time.FixedZone("", offset)
	for d := DayOf(from, civil); d.Time(civil).Before(to); d = d.Add(1) {
		midnight := d.Time(civil)
		for _, s := range h.On(d) {
			start := midnight.Add(time.Duration(s.From) * time.Minute)
			end := midnight.Add(time.Duration(s.To) * time.Minute)
			if start.Before(from) {
				start = from
			}
			if end.After(to) {
				end = to
			}
			if start.Before(end) && !yield(start.In(h.zone), end.In(h.zone)) {
				return false
			}
		}
	}
	return true
}
