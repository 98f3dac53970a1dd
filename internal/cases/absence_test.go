package cases_test

import (
	"slices"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// wuForLin is a handler who is an approver too, while lin is away.
func wuForLin() cases.Actor {
	a := staff("wu", cases.Handler, cases.Approver, cases.Triage)
	a.For = []id.Member{"lin"}
	return a
}

// TestDeputy: a deputy does a handler's acts in their own name, the events say for whom, and the two count as one person in the
// case for good.
func TestDeputy(t *testing.T) {
	t.Parallel()
	s := to(t, cases.InInquiry)
	wu := staff("wu", cases.Handler, cases.Approver, cases.Triage)
	s.refused(errs.Denied, "cases.not_your_case", s.full(wu, cases.ActProgress))
	s.do(lin, cases.ActProposeConclusion, code(cases.F3))
	s.refused(errs.Denied, "cases.own_proposal", s.full(wuForLin(), cases.ActApprove))
	s.refused(errs.Denied, "cases.own_proposal", s.full(wuForLin(), cases.ActRefuse))
	s.do(wuForLin(), cases.ActWithdraw)
	if e := s.events[len(s.events)-1]; e.Kind != cases.EventWithdrawn || e.Member != "wu" || e.For != "lin" {
		t.Errorf("%+v", e)
	}
	s.do(wuForLin(), cases.ActProposeConclusion, code(cases.F3))
	// lin is back, and holds the role of an approver as well.
	both := staff("lin", cases.Handler, cases.Approver)
	s.refused(errs.Denied, "cases.own_proposal", s.full(both, cases.ActApprove))
	s.do(both, cases.ActWithdraw)
	s.do(lin, cases.ActProposeConclusion, code(cases.F3))
	s.refused(errs.Denied, "cases.own_proposal", s.full(wu, cases.ActApprove))
	mine := s.full(wu, cases.ActMessage)
	mine.By.Roles = []cases.Role{cases.Handler}
	s.refused(errs.Denied, "cases.not_your_case", mine)
	s.do(chen, cases.ActApprove)
	for _, e := range s.events {
		if e.For != "" && (e.Member != "wu" || e.For != "lin" || e.Kind == cases.EventAssigned) {
			t.Errorf("%+v", e)
		}
	}
	s.do(lin, cases.ActFeedback)
	s.do(sender, cases.ActRequestReview)
	s.refused(errs.Denied, "cases.had_part", s.full(wu, cases.ActUphold))
	s.do(zhao, cases.ActUphold)
}

// TestDeputyWhoVoted: nobody acts in the place of somebody about whose proposal they have a vote that still counts.
func TestDeputyWhoVoted(t *testing.T) {
	t.Parallel()
	s := to(t, cases.InInquiry)
	s.do(lin, cases.ActMessage)
	s.do(sender, cases.ActAdd)
	s.do(lin, cases.ActProposeConclusion, code(cases.F5), func(a *cases.Act) { a.Intent = id.NewDoc() })
	wu := staff("wu", cases.Handler, cases.Approver)
	s.do(wu, cases.ActApprove)
	wu.For = []id.Member{"lin"}
	s.refused(errs.Denied, "cases.voted", s.full(wu, cases.ActProgress))
	wu.Roles = append(wu.Roles, cases.Triage) // with another role they do it for themself, and stay two people
	s.do(wu, cases.ActMessage)
	if last := s.events[len(s.events)-1]; last.For != "" {
		t.Errorf("with a vote that counts, in whose place: %+v", last)
	}
	s.do(chen, cases.ActApprove)
	if s.c.State != cases.Concluded {
		t.Fatal(s.c.State)
	}
	s.do(wu, cases.ActFeedback)
}

// TestCheckAbsence holds every rule against a list.
func TestCheckAbsence(t *testing.T) {
	t.Parallel()
	day := func(n int) workday.Day { return start.Add(n) }
	mei := cases.Absence{Member: "mei", Deputy: "lin", From: day(5), To: day(9)}
	others := []cases.Absence{mei}
	for name, c := range map[string]struct {
		a   cases.Absence
		key string
	}{
		"a day":                   {cases.Absence{Member: "tan", Deputy: "lin", From: day(0), To: day(0)}, ""},
		"the same deputy":         {cases.Absence{Member: "tan", Deputy: "lin", From: day(5), To: day(9)}, ""},
		"nobody":                  {cases.Absence{Member: "tan", From: day(5), To: day(9)}, ""},
		"after it":                {cases.Absence{Member: "mei", Deputy: "lin", From: day(10), To: day(12)}, ""},
		"ill since yesterday":     {cases.Absence{Member: "tan", Deputy: "lin", From: day(-1), To: day(2)}, ""},
		"no first day":            {cases.Absence{Member: "tan", To: day(2)}, "away.days"},
		"backwards":               {cases.Absence{Member: "tan", From: day(3), To: day(2)}, "away.days"},
		"over":                    {cases.Absence{Member: "tan", From: day(-3), To: day(-1)}, "away.past"},
		"for years":               {cases.Absence{Member: "tan", From: day(0), To: day(366)}, "away.long"},
		"in years":                {cases.Absence{Member: "tan", From: day(367), To: day(368)}, "away.long"},
		"themself":                {cases.Absence{Member: "tan", Deputy: "tan", From: day(0), To: day(1)}, "away.self"},
		"twice":                   {cases.Absence{Member: "mei", From: day(9), To: day(12)}, "away.twice"},
		"the deputy goes away":    {cases.Absence{Member: "lin", From: day(1), To: day(5)}, "away.is_deputy"},
		"the deputy goes later":   {cases.Absence{Member: "lin", From: day(10), To: day(11)}, ""},
		"a deputy who is away":    {cases.Absence{Member: "tan", Deputy: "mei", From: day(9), To: day(9)}, "away.deputy_away"},
		"a deputy who will be":    {cases.Absence{Member: "tan", Deputy: "mei", From: day(1), To: day(4)}, ""},
		"crosswise":               {cases.Absence{Member: "lin", Deputy: "mei", From: day(5), To: day(6)}, "away.deputy_away"},
		"nobody's deputy is away": {cases.Absence{Member: "wu", Deputy: "tan", From: day(5), To: day(6)}, ""},
	} {
		err := cases.CheckAbsence(c.a, others, start)
		if e, ok := errs.Public(err); c.key != "" && (!ok || e.Key != c.key) || c.key == "" && err != nil {
			t.Errorf("%s: %v, want %q", name, err, c.key)
		}
	}
	others = append(others, cases.Absence{Member: "wu", Deputy: "lin", From: day(9), To: day(10)}, cases.Absence{Member: "tan", From: day(9), To: day(10)})
	for n, want := range map[int][]id.Member{4: nil, 5: {"mei"}, 9: {"mei", "wu"}, 10: {"wu"}, 11: nil} {
		if got := cases.StandsIn(others, "lin", day(n)); !slices.Equal(got, want) {
			t.Errorf("day %d: %v, want %v", n, got, want)
		}
	}
	if got := cases.StandsIn(others, "", day(9)); got != nil {
		t.Errorf("nobody stands in for %v", got)
	}
}
