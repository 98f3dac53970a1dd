package cases_test

import (
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

func without(act cases.Act, change func(*cases.Act)) cases.Act {
	change(&act)
	return act
}

func TestWhatAnActMustBring(t *testing.T) {
	t.Parallel()
	noDoc := func(a *cases.Act) { a.Doc = id.Doc{} }
	interested := func(a *cases.Act) { a.NoInterest = false }

	s := to(t, cases.Acknowledged)
	s.refused(errs.Denied, "cases.interest", without(s.full(tan, cases.ActTriage), interested))
	for _, unchecked := range []func(*cases.Checks){
		func(c *cases.Checks) { c.Category = false }, func(c *cases.Checks) { c.Conduct = false },
		func(c *cases.Checks) { c.Danger = false }, func(c *cases.Checks) { c.Remit = false },
		func(c *cases.Checks) { c.Interest = false }, func(c *cases.Checks) { c.Duplicate = false },
	} {
		s.refused(errs.Invalid, "cases.checks_missing", without(s.full(tan, cases.ActTriage), func(a *cases.Act) { unchecked(&a.Checks) }))
	}

	s = to(t, cases.Triaged)
	s.refused(errs.Invalid, "cases.doc_missing", without(s.full(tan, cases.ActAsk), noDoc))
	s.refused(errs.Invalid, "cases.risks_missing", without(s.full(tan, cases.ActAccept), func(a *cases.Act) { a.Checks.RiskToReported = false }))
	s.refused(errs.Invalid, "cases.handler_missing", without(s.full(tan, cases.ActAccept), func(a *cases.Act) { a.Handler = "" }))
	for _, c := range []cases.Code{"", "D9", cases.F1} {
		s.refused(errs.Invalid, "cases.code_missing", without(s.full(tan, cases.ActProposeDecline), code(c)))
	}
	s.refused(errs.Invalid, "cases.doc_missing", without(s.full(tan, cases.ActProposeDecline), func(a *cases.Act) { a.Code = cases.D1; noDoc(a) }))
	s.refused(errs.Conflict, "cases.no_proposal", s.full(chen, cases.ActApprove))

	s = to(t, cases.InInquiry)
	s.refused(errs.Invalid, "cases.finding_missing", without(s.full(lin, cases.ActProposeConclusion), code(cases.D1)))
	s.refused(errs.Invalid, "cases.clock_missing", without(s.full(chen, cases.ActExtend), func(a *cases.Act) { a.Clock = cases.ClockFirst }))
}

func TestDeclineTakesTwo(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Triaged)
	both := staff("tan", cases.Triage, cases.Approver)
	s.do(both, cases.ActProposeDecline, code(cases.D2))
	s.refused(errs.Denied, "cases.own_proposal", s.full(both, cases.ActApprove))
	s.refused(errs.Denied, "cases.own_proposal", s.full(both, cases.ActRefuse))
	for _, kind := range []cases.ActKind{cases.ActAccept, cases.ActAsk} {
		s.refused(errs.Conflict, "cases.proposal_waits", s.full(tan, kind))
	}
	s.refused(errs.Conflict, "cases.proposal_waits", without(s.full(tan, cases.ActProposeDecline), code(cases.D1)))
	s.refused(errs.Conflict, "cases.no_proposal", without(s.full(chen, cases.ActApprove), func(a *cases.Act) { a.Proposal = 1 }))
	s.refused(errs.Denied, "cases.interest", without(s.full(chen, cases.ActApprove), func(a *cases.Act) { a.NoInterest = false }))
	s.do(chen, cases.ActApprove)
	last := s.events[len(s.events)-1]
	for _, e := range s.events {
		if e.Kind == cases.EventDeclined && (e.Code != cases.D2 || e.Member != "chen" || e.Doc.IsZero()) {
			t.Errorf("the decision: %+v", e)
		}
	}
	if s.c.State != cases.Declined || last.Kind != cases.EventClockSettled {
		t.Errorf("state %s, last %+v", s.c.State, last)
	}
}

func TestOrdinaryProposalCanBeRefusedOrWithdrawn(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Triaged)
	s.do(tan, cases.ActProposeDecline, code(cases.D3))
	s.refused(errs.Denied, "cases.not_your_proposal", s.full(staff("per", cases.Triage), cases.ActWithdraw))
	s.do(tan, cases.ActWithdraw)
	s.do(tan, cases.ActProposeDecline, code(cases.D3))
	s.do(chen, cases.ActRefuse)
	s.do(tan, cases.ActAccept)
}

// No one person overrules a protected activity or a trait: neither by taking the proposal back, nor by
// refusing it, nor by accepting the case over it, nor by reopening it.
func TestProtectedCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []cases.Code{cases.D6, cases.D7} {
		s := to(t, cases.Triaged)
		s.do(tan, cases.ActProposeDecline, code(c))
		s.refused(errs.Denied, "cases.protected_withdraw", s.full(tan, cases.ActWithdraw))
		s.do(chen, cases.ActRefuse)
		s.refused(errs.Conflict, "cases.proposal_waits", s.full(tan, cases.ActAccept))
		s.refused(errs.Denied, "cases.voted", s.full(chen, cases.ActRefuse))
		s.refused(errs.Denied, "cases.voted", s.full(chen, cases.ActApprove))
		s.do(zhao, cases.ActRefuse)
		s.do(tan, cases.ActAccept)

		s = to(t, cases.Triaged)
		s.do(tan, cases.ActProposeDecline, code(c))
		s.do(chen, cases.ActRefuse)
		s.do(zhao, cases.ActApprove) // one refusal does not stand in the way
		s.do(tan, cases.ActProposeClosing)
		s.do(chen, cases.ActApprove)
		s.do(tan, cases.ActProposeReopening)
		s.refused(errs.Denied, "cases.own_proposal", s.full(staff("tan", cases.Approver), cases.ActApprove))
	}
}

func TestConclusion(t *testing.T) {
	t.Parallel()
	s := to(t, cases.InInquiry)
	s.refused(errs.Invalid, "cases.not_heard", without(s.full(lin, cases.ActProposeConclusion), code(cases.F1)))
	s.do(lin, cases.ActHear, code(cases.H1))
	s.do(lin, cases.ActProposeConclusion, code(cases.F1))
	s.refused(errs.Denied, "cases.own_proposal", s.full(staff("lin", cases.Approver), cases.ActApprove))
	s.do(lin, cases.ActWithdraw)
	s.do(tan, cases.ActAssign, func(a *cases.Act) { a.Handler = "wu" })
	s.refused(errs.Denied, "cases.not_your_case", without(s.full(lin, cases.ActProposeConclusion), code(cases.F1)))
	s.do(wu, cases.ActProposeConclusion, code(cases.F1))
	s.refused(errs.Denied, "cases.own_case", s.full(staff("lin", cases.Approver), cases.ActApprove))
	s.do(chen, cases.ActApprove)
	if s.c.State != cases.Concluded {
		t.Error(s.c.State)
	}
}

func TestFalseWithIntent(t *testing.T) {
	t.Parallel()
	s := to(t, cases.InInquiry)
	f5 := func() cases.Act {
		return without(s.full(lin, cases.ActProposeConclusion), func(a *cases.Act) { a.Code, a.Intent = cases.F5, id.NewDoc() })
	}
	s.do(sender, cases.ActAdd) // before anybody asked: not an answer
	s.refused(errs.Invalid, "cases.intent_missing", without(f5(), func(a *cases.Act) { a.Intent = id.Doc{} }))
	s.refused(errs.Invalid, "cases.answer_missing", f5())
	s.do(lin, cases.ActMessage)
	s.refused(errs.Invalid, "cases.answer_missing", f5())
	s.do(sender, cases.ActAdd)
	if err := s.try(f5()); err != nil {
		t.Fatal(err)
	}
	s.do(chen, cases.ActApprove)
	if s.c.State != cases.InInquiry {
		t.Fatalf("one approval was enough: %s", s.c.State)
	}
	s.refused(errs.Denied, "cases.voted", s.full(chen, cases.ActApprove))
	s.do(zhao, cases.ActApprove)
	if s.c.State != cases.Concluded || cases.RetentionOf(s.events) != cases.RetainLong {
		t.Errorf("%s, %s", s.c.State, cases.RetentionOf(s.events))
	}
}

func TestClosingAndReopening(t *testing.T) {
	t.Parallel()
	s := to(t, cases.FeedbackGiven)
	s.refused(errs.Denied, "cases.not_your_case", s.full(wu, cases.ActProposeClosing))
	s.do(lin, cases.ActProposeClosing)
	s.refused(errs.Denied, "cases.own_proposal", s.full(staff("lin", cases.Approver), cases.ActApprove))
	s.do(chen, cases.ActApprove)
	s.later(20)
	s.do(tan, cases.ActProposeReopening)
	s.do(sun, cases.ActApprove)
	if s.c.State != cases.Triaged || cases.AssignedTo(s.events) != "" {
		t.Errorf("%s, handler %q", s.c.State, cases.AssignedTo(s.events))
	}
	s.do(tan, cases.ActAccept, func(a *cases.Act) { a.Handler = "wu" })
	s.do(wu, cases.ActOpenInquiry)
	if cases.RetentionOf(to(t, cases.Declined).events) != cases.RetainShort {
		t.Error("a declined case is kept briefly")
	}
}
