package cases_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/workday"
)

func none(cases.Warning) bool { return false }

func warned(s *story, today workday.Day) (out []string) {
	for _, w := range s.m.Warnings(s.events, today, none) {
		out = append(out, fmt.Sprintf("%s %d %s", w.Clock, w.Level, w.Day))
	}
	return out
}

// TestWarningsNameTheTrueDay: whoever asks on the day, or weeks later because the server was off, hears the same days.
func TestWarningsNameTheTrueDay(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Triaged) // s4 runs: 15 days from start; s6 three months
	day12, day16 := start.Add(12), start.Add(16)
	for _, tc := range []struct {
		today workday.Day
		want  []string
	}{
		{start.Add(11), nil},
		{day12, []string{"s4 80 " + day12.String()}},
		{start.Add(15), []string{"s4 80 " + day12.String()}}, // the last day is not late
		{day16, []string{"s4 80 " + day12.String(), "s4 100 " + day16.String()}},
		{start.Add(40), []string{"s4 80 " + day12.String(), "s4 100 " + day16.String()}},
	} {
		if diff := cmp.Diff(tc.want, warned(s, tc.today)); diff != "" {
			t.Errorf("on day %d:\n%s", tc.today.Sub(start), diff)
		}
	}
	s.later(20)
	s.do(tan, cases.ActAccept)
	for _, w := range s.m.Warnings(s.events, s.day, none) {
		if w.Clock == cases.ClockDecision {
			t.Errorf("a settled clock warns: %+v", w)
		}
	}
}

// TestWarningsLeavePausesOut: while a question waits no time goes by, and what was reached before stays.
func TestWarningsLeavePausesOut(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Triaged)
	s.later(10)
	s.do(tan, cases.ActAsk)
	s.later(20)
	s.do(sender, cases.ActAdd)
	if got := warned(s, s.day.Add(1)); got != nil {
		t.Errorf("11 of 15 days: %v", got)
	}
	want := []string{"s4 80 " + start.Add(32).String()}
	if diff := cmp.Diff(want, warned(s, start.Add(34))); diff != "" {
		t.Error(diff)
	}

	s = to(t, cases.Triaged)
	s.later(13)
	s.do(tan, cases.ActAsk)
	want = []string{"s4 80 " + start.Add(12).String()}
	if diff := cmp.Diff(want, warned(s, start.Add(20))); diff != "" {
		t.Errorf("paused at 13 of 15 days:\n%s", diff)
	}
}

// TestWarningsAfterAnExtension: an extended clock warns anew, as another one.
func TestWarningsAfterAnExtension(t *testing.T) {
	t.Parallel()
	s := to(t, cases.InInquiry)
	opened := s.day
	s.day = opened.Add(50) // 83 per cent of 60 days
	before := inquiry(s)
	if len(before) != 1 || before[0].Level != cases.Near || before[0].Day != opened.Add(48) {
		t.Fatalf("%+v", before)
	}
	s.do(zhao, cases.ActExtend)
	if got := inquiry(s); len(got) != 0 {
		t.Errorf("50 of 90 days: %+v", got)
	}
	s.day = opened.Add(80)
	after := inquiry(s)
	if len(after) != 1 || after[0].Began == before[0].Began || after[0].Day != opened.Add(72) {
		t.Errorf("%+v", after)
	}
}

func inquiry(s *story) (out []cases.Warning) {
	for _, w := range s.m.Warnings(s.events, s.day, none) {
		if w.Clock == cases.ClockInquiry {
			out = append(out, w)
		}
	}
	return out
}

// TestThreeYearsOfClocks takes many cases through three years of days, with questions, extensions and downtime in them, and looks at
// every clock every week. It takes milliseconds a case: nothing in it waits.
func TestThreeYearsOfClocks(t *testing.T) {
	t.Parallel()
	m := machine(t)
	m.Calendar = m.Calendar.Covering(2026, 2026)
	begin, looked, levels := time.Now(), 0, map[cases.Level]int{}
	for n := range 300 {
		s := years(t, m, workday.MustDay("2026-01-05").Add(n*3))
		for day := s.events[0].Day; day.Before(workday.MustDay("2029-01-05")); day = day.Add(7) {
			until := 0
			for until < len(s.events) && !s.events[until].Day.After(day) {
				until++
			}
			for _, c := range s.m.Clocks(s.events[:until], day) {
				looked++
				if c.Due.Before(c.Started) || c.Used < 0 {
					t.Fatalf("%s of case %d on %s: %+v", c.Kind, n, day, c)
				}
			}
		}
		for _, w := range s.m.Warnings(s.events, workday.MustDay("2029-01-05"), none) {
			levels[w.Level]++
		}
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("three years took %s", took)
	} else {
		t.Logf("%d clocks in %s, open at the end: %v", looked, took, levels)
	}
	if levels[cases.Over] == 0 {
		t.Error("cases that nobody settles are late after three years")
	}
}

// years is a case that is asked about, answered after a month, inquired into, extended and left lying.
func years(t testing.TB, m cases.Machine, from workday.Day) *story {
	t.Helper()
	s := &story{t: t, m: m, day: from}
	s.do(system, cases.ActReceive)
	s.do(system, cases.ActAcknowledge)
	s.later(2)
	s.do(tan, cases.ActTriage)
	s.do(tan, cases.ActAsk)
	s.later(30)
	s.do(sender, cases.ActAdd)
	s.later(5)
	s.do(tan, cases.ActAccept)
	s.do(lin, cases.ActOpenInquiry)
	for range 3 {
		s.later(29)
		s.do(lin, cases.ActProgress)
	}
	s.do(zhao, cases.ActExtend)
	return s
}

func BenchmarkClocks(b *testing.B) {
	s := years(b, machine(b), start)
	today := s.day.Add(10)
	for b.Loop() {
		s.m.Clocks(s.events, today)
	}
}

func BenchmarkWarnings(b *testing.B) {
	s := years(b, machine(b), start)
	today := s.day.Add(60)
	for b.Loop() {
		s.m.Warnings(s.events, today, none)
	}
}
