package workday_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"clarion.example/clarion/internal/workday"
)

func TestDay(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "2026-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026-01-01 "} {
		if d, err := workday.ParseDay(bad); err == nil {
			t.Errorf("%q is read as %s", bad, d)
		}
	}
	if got := day("2028-02-29").AddMonths(12); got != day("2029-02-28") {
		t.Errorf("a year after a leap day: %s", got)
	}
	if got := day("2026-12-31").AddMonths(2); got != day("2027-02-28") {
		t.Errorf("over New Year: %s", got)
	}
	late := time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC)
	if got := workday.DayOf(late, zone(t, "Asia/Shanghai")); got != day("2027-01-01") {
		t.Errorf("half past eleven at night in UTC is %s in Shanghai", got)
	}
}

func TestDaysAddAndSubtract(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		from := day("2000-01-01").Add(rapid.IntRange(0, 40000).Draw(rt, "from"))
		n := rapid.IntRange(-4000, 4000).Draw(rt, "n")
		to := from.Add(n)
		if to.Sub(from) != n || to.After(from) != (n > 0) || to.Before(from) != (n < 0) {
			rt.Fatalf("%s + %d = %s", from, n, to)
		}
		var back, scanned workday.Day
		if b, _ := to.MarshalText(); back.UnmarshalText(b) != nil || back != to {
			rt.Fatalf("%s is read back as %s", to, back)
		}
		if v, _ := to.Value(); scanned.Scan(v) != nil || scanned != to {
			rt.Fatalf("%s is scanned as %s", to, scanned)
		}
	})
}

// The arithmetic of days is that of the time package.
func TestDayAgreesWithTime(t *testing.T) {
	t.Parallel()
	at := func(d workday.Day) time.Time { return d.Time(time.UTC) }
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(name string) workday.Day {
			return workday.DayOf(time.Unix(rapid.Int64Range(-70_000_000_000, 70_000_000_000).Draw(rt, name), 0), time.UTC)
		}
		a, b, n := draw("a"), draw("b"), rapid.IntRange(-2000, 2000).Draw(rt, "n")
		if got := a.Sub(b); got != int((at(a).Unix()-at(b).Unix())/86400) {
			rt.Fatalf("%s - %s = %d", a, b, got)
		}
		if a.Weekday() != at(a).Weekday() || a.Before(b) != at(a).Before(at(b)) || a.Add(n) != workday.DayOf(at(a).AddDate(0, 0, n), time.UTC) {
			rt.Fatalf("%s, %s, %d: %s, %t, %s", a, b, n, a.Weekday(), a.Before(b), a.Add(n))
		}
	})
}
