package workday_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"clarion.example/clarion/internal/workday"
)

func day(s string) workday.Day { return workday.MustDay(s) }

func days(list ...string) []workday.Day {
	var out []workday.Day
	for _, s := range list {
		out = append(out, day(s))
	}
	return out
}

var weekend = []time.Weekday{time.Saturday, time.Sunday}

// invented is a calendar with a long holiday that is paid for by two worked weekend days, over New Year.
func invented(t testing.TB) workday.Calendar {
	t.Helper()
	c, err := workday.NewCalendar(weekend,
		days("2027-12-30", "2027-12-31", "2028-01-03", "2028-02-29"), days("2027-12-26", "2028-01-08"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAddWorkdays(t *testing.T) {
	t.Parallel()
	c := invented(t)
	for _, tc := range []struct {
		from string
		n    int
		want string
	}{
		{"2027-12-24", 1, "2027-12-26"},  // a worked Sunday
		{"2027-12-24", 5, "2028-01-04"},  // over New Year
		{"2028-01-07", 1, "2028-01-08"},  // a worked Saturday
		{"2028-02-28", 1, "2028-03-01"},  // a leap day that is a holiday
		{"2028-01-01", 1, "2028-01-04"},  // from a day off
		{"2028-01-04", -1, "2027-12-29"}, // back
		{"2028-01-01", 0, "2028-01-01"},
	} {
		if got := c.AddWorkdays(day(tc.from), tc.n); got != day(tc.want) {
			t.Errorf("%s + %d working days = %s, want %s", tc.from, tc.n, got, tc.want)
		}
	}
	if !c.IsHoliday(day("2028-01-03")) || !c.IsMakeUp(day("2028-01-08")) || c.IsHoliday(day("2028-01-02")) {
		t.Error("lists")
	}
}

func TestCalendarRefusesSlips(t *testing.T) {
	t.Parallel()
	week := []time.Weekday{0, 1, 2, 3, 4, 5, 6}
	for name, make := range map[string]func() (workday.Calendar, error){
		"no working day":  func() (workday.Calendar, error) { return workday.NewCalendar(week, nil, nil) },
		"no such weekday": func() (workday.Calendar, error) { return workday.NewCalendar([]time.Weekday{7}, nil, nil) },
		"twice": func() (workday.Calendar, error) {
			return workday.NewCalendar(weekend, days("2026-01-01", "2026-01-01"), nil)
		},
		"both": func() (workday.Calendar, error) {
			return workday.NewCalendar(weekend, days("2026-01-03"), days("2026-01-03"))
		},
		"worked anyway": func() (workday.Calendar, error) { return workday.NewCalendar(weekend, nil, days("2026-01-05")) },
		"make-up day twice": func() (workday.Calendar, error) {
			return workday.NewCalendar(weekend, nil, days("2026-01-04", "2026-01-04"))
		},
		"a holiday of no day": func() (workday.Calendar, error) { return workday.NewCalendar(weekend, []workday.Day{{}}, nil) },
	} {
		if _, err := make(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestWorkdaysCountBack(t *testing.T) {
	t.Parallel()
	c := invented(t)
	rapid.Check(t, func(rt *rapid.T) {
		from := day("2027-11-01").Add(rapid.IntRange(0, 200).Draw(rt, "from"))
		n := rapid.IntRange(-60, 60).Draw(rt, "n")
		to := c.AddWorkdays(from, n)
		if got := c.WorkdaysBetween(from, to); got != n {
			rt.Fatalf("%s and %s are %d apart, want %d", from, to, got, n)
		}
		if n != 0 && !c.IsWorkday(to) {
			rt.Fatalf("%s is no working day", to)
		}
	})
}

func TestTerm(t *testing.T) {
	t.Parallel()
	c := invented(t)
	for _, tc := range []struct{ term, from, due string }{
		{"7 days", "2028-02-25", "2028-03-03"}, // over a leap day
		{"1 working day", "2027-12-29", "2028-01-04"},
		{"3 working days", "2027-12-28", "2028-01-05"},
		{"3 months", "2027-11-30", "2028-02-29"}, // there is no 30 February
		{"1 month", "2026-01-31", "2026-02-28"},
	} {
		term, err := workday.ParseTerm(tc.term)
		if err != nil {
			t.Fatal(err)
		}
		if got := term.Due(day(tc.from), c); got != day(tc.due) || term.String() != tc.term {
			t.Errorf("%s from %s is due %s, want %s", term, tc.from, got, tc.due)
		}
	}
	for _, bad := range []string{"", "7", "7days", "0 days", "-1 days", "07 days", "7 weeks", "7  days", "99999 days", "1.5 days", "+7 days"} {
		if got, err := workday.ParseTerm(bad); err == nil {
			t.Errorf("%q is read as %s", bad, got)
		}
	}
}

// A pause moves the due day by exactly the time that it took: what was left before is left after.
func TestShiftKeepsWhatIsLeft(t *testing.T) {
	t.Parallel()
	c := invented(t)
	rapid.Check(t, func(rt *rapid.T) {
		unit := rapid.SampledFrom([]workday.Unit{workday.Days, workday.Workdays}).Draw(rt, "unit")
		term := workday.Term{N: rapid.IntRange(1, 40).Draw(rt, "n"), Unit: unit}
		due := term.Due(day("2027-12-01"), c)
		pause := day("2027-12-01").Add(rapid.IntRange(0, 60).Draw(rt, "pause"))
		resume := pause.Add(rapid.IntRange(0, 60).Draw(rt, "resume"))
		before, after := term.Elapsed(pause, due, c), term.Elapsed(resume, term.Shift(due, pause, resume, c), c)
		if before != after {
			rt.Fatalf("left %d before, %d after", before, after)
		}
	})
}

// A day outside the years that are known is counted by the week, and marked.
func TestProvisional(t *testing.T) {
	t.Parallel()
	plain := invented(t)
	c := plain.Covering(2027, 2028)
	for d, want := range map[string]bool{"2026-12-31": true, "2027-01-01": false, "2028-12-31": false, "2029-01-01": true} {
		if c.Provisional(day(d)) != want || plain.Provisional(day(d)) {
			t.Errorf("%s: want provisional %t", d, want)
		}
	}
	if got := c.AddWorkdays(day("2028-12-29"), 1); got != day("2029-01-01") {
		t.Errorf("the calendar still answers: %s", got)
	}
}

// Three years of terms are a matter of microseconds each.
func BenchmarkAddWorkdays(b *testing.B) {
	c, from := invented(b), day("2026-01-05")
	for b.Loop() {
		c.AddWorkdays(from, 750)
	}
}

// BenchmarkWorkdaysBetween counts 15 working days, as a clock does when somebody looks.
func BenchmarkWorkdaysBetween(b *testing.B) {
	c, from := invented(b), day("2026-01-05")
	to := c.AddWorkdays(from, 15)
	for b.Loop() {
		c.WorkdaysBetween(from, to)
	}
}

// Counting by the index is counting day by day.
func TestIndexAgreesWithDays(t *testing.T) {
	t.Parallel()
	begin := day("2027-10-01")
	rapid.Check(t, func(rt *rapid.T) {
		var week []time.Weekday
		for w := range time.Weekday(6) {
			if rapid.Bool().Draw(rt, "rest") {
				week = append(week, w)
			}
		}
		var holidays, makeUp []workday.Day
		for i := range 120 {
			d := begin.Add(i)
			switch rapid.IntRange(0, 3).Draw(rt, "kind") {
			case 0:
				holidays = append(holidays, d)
			case 1:
				if slices.Contains(week, d.Weekday()) {
					makeUp = append(makeUp, d)
				}
			}
		}
		c, err := workday.NewCalendar(week, holidays, makeUp)
		if err != nil {
			rt.Fatal(err)
		}
		from, n := begin.Add(rapid.IntRange(-20, 140).Draw(rt, "from")), rapid.IntRange(-60, 60).Draw(rt, "n")
		want, left, step := from, n, 1
		if n < 0 {
			left, step = -n, -1
		}
		for left > 0 {
			if want = want.Add(step); c.IsWorkday(want) {
				left--
			}
		}
		if got := c.AddWorkdays(from, n); got != want {
			rt.Fatalf("%s + %d = %s, want %s", from, n, got, want)
		}
		to := begin.Add(rapid.IntRange(-20, 140).Draw(rt, "to"))
		count, at := 0, from
		for at.Before(to) {
			if at = at.Add(1); c.IsWorkday(at) {
				count++
			}
		}
		for at.After(to) {
			if at = at.Add(-1); c.IsWorkday(at) {
				count--
			}
		}
		if got := c.WorkdaysBetween(from, to); got != count {
			rt.Fatalf("%s to %s: %d, want %d", from, to, got, count)
		}
	})
}
