package cases_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/workday"
)

var visible = cmpopts.IgnoreUnexported(cases.Clock{})

func d(s string) workday.Day { return workday.MustDay(s) }

func (s *story) clock(kind cases.ClockKind) cases.Clock {
	s.t.Helper()
	var found *cases.Clock
	for _, c := range s.m.Clocks(s.events, s.day) {
		if c.Kind == kind {
			found = &c
		}
	}
	if found == nil {
		s.t.Fatalf("no clock %s", kind)
	}
	return *found
}

// The dates are those of the page models: received on 12 March, asked on the 29th.
func TestPromises(t *testing.T) {
	t.Parallel()
	want := []cases.Promise{{Step: cases.StepReceived, By: start}, {Step: cases.StepFirst, By: d("2026-03-19")},
		{Step: cases.StepDecision, By: d("2026-03-27")}, {Step: cases.StepOutcome, By: d("2026-06-19")}}
	if diff := cmp.Diff(want, machine(t).Promises(start)); diff != "" {
		t.Error(diff)
	}
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	s := begin(t)
	if s.m.Timeline(nil, start) != nil {
		t.Error("no events, no timeline")
	}
	s.do(system, cases.ActReceive)
	check := func(want ...cases.Step) {
		t.Helper()
		if diff := cmp.Diff(want, s.m.Timeline(s.events, s.day)); diff != "" {
			t.Error(diff)
		}
	}
	received := cases.Step{Kind: cases.StepReceived, State: cases.StepDone, Done: start}
	check(received,
		cases.Step{Kind: cases.StepFirst, State: cases.StepNow, Due: d("2026-03-19")},
		cases.Step{Kind: cases.StepDecision, State: cases.StepTodo, Due: d("2026-03-27")},
		cases.Step{Kind: cases.StepInquiry, State: cases.StepTodo},
		cases.Step{Kind: cases.StepOutcome, State: cases.StepTodo, Due: d("2026-06-19")})
	s.later(1)
	s.do(clerk, cases.ActAcknowledge)
	s.do(tan, cases.ActTriage)
	s.later(7)
	s.do(tan, cases.ActAccept)
	s.do(lin, cases.ActOpenInquiry)
	s.later(18)
	first := cases.Step{Kind: cases.StepFirst, State: cases.StepDone, Done: d("2026-03-13"), Due: d("2026-03-19")}
	accepted := cases.Step{Kind: cases.StepDecision, State: cases.StepDone, Done: d("2026-03-20"), Due: d("2026-03-27"), Decided: cases.Accepted}
	check(received, first, accepted,
		cases.Step{Kind: cases.StepInquiry, State: cases.StepNow, Due: d("2026-05-19"), Days: 18},
		cases.Step{Kind: cases.StepOutcome, State: cases.StepTodo, Due: d("2026-06-13")})
	s.do(lin, cases.ActProposeConclusion, code(cases.F3))
	if s.m.Timeline(s.events, s.day)[3].State != cases.StepNow {
		t.Error("an open proposal shows")
	}
	s.do(chen, cases.ActApprove)
	s.later(40)
	check(received, first, accepted,
		cases.Step{Kind: cases.StepInquiry, State: cases.StepDone, Done: d("2026-04-07"), Due: d("2026-05-19"), Days: 18},
		cases.Step{Kind: cases.StepOutcome, State: cases.StepNow, Due: d("2026-04-28"), Late: true})
}

func TestTimelineOfADeclinedAndReopenedCase(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Declined)
	steps := s.m.Timeline(s.events, s.day)
	if len(steps) != 3 || steps[2].Key() != "cases.step.declined" || steps[2].State != cases.StepDone {
		t.Errorf("got %+v", steps)
	}
	s = to(t, cases.Closed)
	s.later(10)
	s.do(tan, cases.ActProposeReopening)
	s.do(sun, cases.ActApprove)
	want := []cases.Step{
		{Kind: cases.StepReceived, State: cases.StepDone, Done: start},
		{Kind: cases.StepFirst, State: cases.StepDone, Done: start, Due: d("2026-03-19")},
		{Kind: cases.StepDecision, State: cases.StepNow, Due: d("2026-04-06")},
		{Kind: cases.StepInquiry, State: cases.StepTodo},
		{Kind: cases.StepOutcome, State: cases.StepTodo, Due: d("2026-06-22")},
	}
	if diff := cmp.Diff(want, s.m.Timeline(s.events, s.day)); diff != "" {
		t.Error(diff)
	}
}

func TestPauseShowsItsDaysAndMovesThePromise(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Triaged)
	s.later(3)
	s.do(tan, cases.ActAsk)
	s.later(10)
	got := s.clock(cases.ClockDecision)
	want := cases.Clock{Kind: cases.ClockDecision, Started: start, Due: d("2026-03-27"), Paused: 10, State: cases.Paused, Used: 20}
	if diff := cmp.Diff(want, got, visible); diff != "" {
		t.Error(diff)
	}
	if step := s.m.Timeline(s.events, s.day)[2]; !step.Paused || step.Late {
		t.Errorf("step: %+v", step)
	}
	if s.clock(cases.ClockAnswer).State != cases.Running || s.clock(cases.ClockOutcome).State != cases.Paused {
		t.Error("the question runs, everything else is paused")
	}
	s.do(sender, cases.ActAdd)
	if s.c.State != cases.Triaged {
		t.Fatal(s.c.State)
	}
	want = cases.Clock{Kind: cases.ClockDecision, Started: start, Due: d("2026-04-06"), Paused: 10, State: cases.Running, Used: 20}
	if diff := cmp.Diff(want, s.clock(cases.ClockDecision), visible); diff != "" {
		t.Error(diff)
	}
	s.later(13)
	if c := s.clock(cases.ClockDecision); c.State != cases.Breached || !c.Late || c.Used != 106 {
		t.Errorf("13 days after the answer: %+v", c)
	}
}

func TestAQuestionWaitsItsTime(t *testing.T) {
	t.Parallel()
	s := to(t, cases.NeedsInfo)
	s.later(30)
	for _, kind := range []cases.ActKind{cases.ActLapse, cases.ActProposeDecline} {
		act := s.full(tan, kind)
		act.Code = cases.D3
		s.refused(errs.Conflict, "cases.still_waiting", act)
	}
	s.later(1)
	s.do(system, cases.ActLapse)
	if c := s.clock(cases.ClockDecision); s.c.State != cases.Triaged || c.State != cases.Running || c.Due != d("2026-04-27") {
		t.Errorf("%s, %+v", s.c.State, c)
	}
}

func TestDecliningWhileAskedSettlesWhatIsPaused(t *testing.T) {
	t.Parallel()
	s := to(t, cases.NeedsInfo)
	s.later(31)
	s.do(tan, cases.ActProposeDecline, code(cases.D3))
	s.do(chen, cases.ActApprove)
	for _, c := range s.m.Clocks(s.events, s.day) {
		if c.State != cases.Settled {
			t.Errorf("%+v", c)
		}
	}
	if c := s.clock(cases.ClockDecision); c.Late || c.Paused != 31 {
		t.Errorf("%+v", c)
	}
}

func TestBreachIsToldAtTheEndOfTheDayNotBefore(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Received)
	s.later(7)
	if c := s.clock(cases.ClockFirst); c.State != cases.Running || c.Used != 100 || c.Late {
		t.Errorf("on the day: %+v", c)
	}
	s.later(1)
	if c := s.clock(cases.ClockFirst); c.State != cases.Breached || !c.Late {
		t.Errorf("the day after: %+v", c)
	}
	s.do(system, cases.ActAcknowledge)
	s.later(100)
	if c := s.clock(cases.ClockFirst); c.State != cases.Settled || !c.Late || c.Elapsed(s.day) != 8 {
		t.Errorf("settled late: %+v", c)
	}
}

func TestExtensionOnce(t *testing.T) {
	t.Parallel()
	s := to(t, cases.InInquiry)
	s.refused(errs.Denied, "cases.own_case", s.full(staff("lin", cases.Approver), cases.ActExtend))
	s.do(chen, cases.ActExtend)
	if c := s.clock(cases.ClockInquiry); c.Due != start.Add(90) {
		t.Errorf("%+v", c)
	}
	s.refused(errs.Conflict, "cases.not_extensible", s.full(chen, cases.ActExtend))
	s.do(chen, cases.ActExtend, func(a *cases.Act) { a.Clock = cases.ClockOutcome })
	if c := s.clock(cases.ClockOutcome); c.Due != d("2026-09-12") {
		t.Errorf("%+v", c)
	}
	s.later(30)
	s.do(lin, cases.ActProgress)
	if c := s.clock(cases.ClockProgress); c.State != cases.Running || c.Due != start.Add(60) {
		t.Errorf("%+v", c)
	}
}

// A promise that was made stands, whatever the operator does to calendar and terms later.
func TestAChangedRuleMovesNoPromise(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Acknowledged)
	before := s.clock(cases.ClockTriage)
	s.m.Rules.Triage = workday.Term{N: 9, Unit: workday.Days}
	cal, err := workday.NewCalendar([]time.Weekday{time.Friday}, []workday.Day{d("2026-03-16")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.m.Calendar = cal
	if after := s.clock(cases.ClockTriage); after.Due != before.Due || before.Due != d("2026-03-17") {
		t.Errorf("before %v, after %v", before.Due, after.Due)
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	got, err := cases.NewRules(map[string]workday.Term{"s4": {N: 10, Unit: workday.Workdays}, "r1": {N: 30, Unit: workday.Workdays}})
	want := cases.DefaultRules()
	want.Decision = workday.Term{N: 10, Unit: workday.Workdays}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if _, err := cases.NewRules(map[string]workday.Term{"s1": {}}); err == nil {
		t.Error("a clock of no length")
	}
}
