package workday_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones

	"pgregory.net/rapid"

	"clarion.example/clarion/internal/workday"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func spans(list ...string) []workday.Span {
	var out []workday.Span
	for _, s := range list {
		span, err := workday.ParseSpan(s)
		if err != nil {
			panic(err)
		}
		out = append(out, span)
	}
	return out
}

func hours(t testing.TB, loc *time.Location, spansOf func(time.Weekday) []workday.Span) workday.Hours {
	t.Helper()
	w := workday.Week{MakeUp: spans("10:00-12:00")}
	for d := range w.Days {
		w.Days[d] = spansOf(time.Weekday(d))
	}
	h, err := workday.NewHours(loc, w, invented(t))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func office(d time.Weekday) []workday.Span {
	if d == time.Saturday || d == time.Sunday {
		return nil
	}
	return spans("09:00-12:00", "13:30-17:30")
}

func TestStaffed(t *testing.T) {
	t.Parallel()
	loc := zone(t, "Asia/Shanghai")
	h := hours(t, loc, office)
	at := func(s string) time.Time {
		x, err := time.ParseInLocation("2006-01-02 15:04:05", s, loc)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for _, tc := range []struct{ now, next string }{
		{"2027-12-24 09:00:00", "2027-12-24 09:00:00"},
		{"2027-12-24 08:59:59", "2027-12-24 09:00:00"},
		{"2027-12-24 12:00:00", "2027-12-24 13:30:00"}, // the end is not staffed any more
		{"2027-12-24 17:29:59", "2027-12-24 17:29:59"},
		{"2027-12-24 17:30:00", "2027-12-26 10:00:00"}, // a worked Sunday has its own hours
		{"2027-12-29 18:00:00", "2028-01-04 09:00:00"}, // holidays over New Year
	} {
		next, ok := h.NextStaffed(at(tc.now))
		if !ok || !next.Equal(at(tc.next)) {
			t.Errorf("after %s: %v, want %s", tc.now, next, tc.next)
		}
		if h.IsStaffed(at(tc.now)) != (tc.now == tc.next) {
			t.Errorf("IsStaffed(%s)", tc.now)
		}
	}
	if got := h.StaffedBetween(at("2027-12-24 11:00:00"), at("2027-12-27 10:00:00")); got != 1*time.Hour+4*time.Hour+2*time.Hour+1*time.Hour {
		t.Errorf("staffed %s", got)
	}
	if got := h.StaffedBetween(at("2027-12-27 10:00:00"), at("2027-12-24 11:00:00")); got != 0 {
		t.Errorf("backwards %s", got)
	}
	due, ok := h.AddStaffed(at("2027-12-29 17:20:00"), 15*time.Minute)
	if !ok || !due.Equal(at("2028-01-04 09:05:00")) {
		t.Errorf("the danger clock is due %v", due)
	}
	if next, ok := (workday.Hours{}).NextStaffed(at("2027-12-24 09:00:00")); ok {
		t.Errorf("nobody is ever there, but %v", next)
	}
}

// Clocks that jump: an hour that is skipped cannot be staffed, one that repeats is staffed twice.
func TestClocksThatJump(t *testing.T) {
	t.Parallel()
	loc := zone(t, "Europe/Berlin")
	h := hours(t, loc, func(time.Weekday) []workday.Span { return spans("02:15-02:45") })
	spring := time.Date(2026, 3, 29, 0, 0, 0, 0, loc)
	if got := h.StaffedBetween(spring, spring.Add(12*time.Hour)); got != 0 {
		t.Errorf("staffed %s in an hour that does not exist", got)
	}
	autumn := time.Date(2026, 10, 25, 0, 0, 0, 0, loc)
	if got := h.StaffedBetween(autumn, autumn.Add(12*time.Hour)); got != time.Hour {
		t.Errorf("staffed %s, want both half hours", got)
	}
	night := hours(t, zone(t, "America/Sao_Paulo"), func(time.Weekday) []workday.Span { return spans("00:00-24:00") })
	jump := time.Date(2018, 11, 3, 12, 0, 0, 0, zone(t, "America/Sao_Paulo")) // the next midnight does not exist
	if got := night.StaffedBetween(jump, jump.Add(48*time.Hour)); got != 48*time.Hour {
		t.Errorf("day and night is %s of 48 hours", got)
	}
}

// An ordinary working day is as long in every zone on the days on which clocks change, a term over it ends on the same civil day,
// and a day that a zone left out (Pacific/Apia, 30 December 2011) has nobody there.
func TestChangesOfClocksMoveNoDay(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ zone, from, to string }{
		{"Europe/Berlin", "2026-03-27", "2026-03-31"}, {"Europe/Berlin", "2026-10-23", "2026-10-27"},
		{"America/New_York", "2026-03-06", "2026-03-10"}, {"America/New_York", "2026-10-30", "2026-11-03"},
		{"Asia/Shanghai", "2026-03-27", "2026-03-31"},
	} {
		loc := zone(t, tc.zone)
		h := hours(t, loc, office)
		from, to := day(tc.from), day(tc.to) // Friday and Tuesday around the Sunday of the change
		if got := h.StaffedBetween(from.Time(loc), to.Add(1).Time(loc)); got != 3*7*time.Hour {
			t.Errorf("%s, %s to %s: staffed %s, want 21 hours", tc.zone, from, to, got)
		}
		if got := invented(t).AddWorkdays(from, 2); got != to {
			t.Errorf("%s: two working days after %s is %s", tc.zone, from, got)
		}
		if got := workday.DayOf(from.Time(loc).Add(47*time.Hour), loc).Sub(from); got != 1 && got != 2 {
			t.Errorf("%s: %d days", tc.zone, got)
		}
		due, ok := h.AddStaffed(from.Time(loc).Add(17*time.Hour+25*time.Minute), 15*time.Minute) // five minutes before the weekend
		if want := from.Add(3).Time(loc).Add(9*time.Hour + 10*time.Minute); !ok || !due.Equal(want) {
			t.Errorf("%s: the clock of 15 minutes is due %v, want %v", tc.zone, due, want)
		}
	}
	apia := zone(t, "Pacific/Apia")
	h := hours(t, apia, office)
	thursday := time.Date(2011, 12, 29, 17, 0, 0, 0, apia)
	if got := h.StaffedBetween(thursday, thursday.Add(24*time.Hour)); got != 30*time.Minute {
		t.Errorf("staffed %s on a Friday that was left out", got)
	}
	if next, ok := h.NextStaffed(thursday.Add(time.Hour)); !ok || workday.DayOf(next, apia) != day("2012-01-02") {
		t.Errorf("after that Thursday comes %v", next)
	}
}

func TestStaffedAgreesWithTheWallClock(t *testing.T) {
	t.Parallel()
	zones := []*time.Location{time.UTC, zone(t, "Asia/Shanghai"), zone(t, "Europe/Berlin"), zone(t, "America/St_Johns"),
		zone(t, "Australia/Lord_Howe"), zone(t, "Pacific/Apia")}
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(rt *rapid.T) {
		loc := rapid.SampledFrom(zones).Draw(rt, "zone")
		h := hours(t, loc, office)
		now := begin.Add(time.Duration(rapid.Int64Range(0, 3*366*24*3600).Draw(rt, "second")) * time.Second)
		civil := now.In(loc)
		minute := civil.Hour()*60 + civil.Minute()
		want := false
		for _, s := range h.On(workday.DayOf(now, loc)) {
			want = want || (s.From <= minute && minute < s.To)
		}
		if h.IsStaffed(now) != want {
			rt.Fatalf("%v: staffed %t, want %t", civil, !want, want)
		}
		next, ok := h.NextStaffed(now)
		if !ok || next.Before(now) || !h.IsStaffed(next) || h.StaffedBetween(now, next) != 0 {
			rt.Fatalf("%v: next %v", civil, next)
		}
		need := time.Duration(rapid.IntRange(1, 3000).Draw(rt, "minutes")) * time.Minute
		due, ok := h.AddStaffed(now, need)
		if !ok || h.StaffedBetween(now, due) != need {
			rt.Fatalf("%v plus %s is %v", civil, need, due)
		}
	})
}

func TestSpans(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "9:00-10:00", "10:00-09:00", "09:00-09:00", "09:60-10:00", "23:00-24:01", "25:00-26:00", "09:00–10:00", "09:00-10:00 ", "+9:00-10:00"} {
		if got, err := workday.ParseSpan(bad); err == nil {
			t.Errorf("%q is read as %s", bad, got)
		}
	}
	for _, list := range [][]workday.Span{spans("09:00-12:00", "11:00-13:00"), spans("13:00-14:00", "09:00-10:00"), {{From: 5, To: 5}}, {{From: 0, To: 1441}}} {
		if _, err := workday.NewHours(time.UTC, workday.Week{Holiday: list}, workday.Calendar{}); err == nil {
			t.Errorf("%v is taken", list)
		}
	}
}
