package cases_test

import (
	"slices"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

func named(m id.Member) func(*cases.Act) { return func(a *cases.Act) { a.Handler = m } }

// TestStepAside: whoever has an interest is out at once, with what they had and proposed, and comes back with nothing of it.
func TestStepAside(t *testing.T) {
	t.Parallel()
	s := to(t, cases.InInquiry)
	s.do(lin, cases.ActProposeConclusion, code(cases.F4))
	s.do(lin, cases.ActStepAside)
	if _, waits := cases.OpenProposal(s.events); waits || cases.AssignedTo(s.events) != "" || !slices.Equal(cases.Aside(s.events), []id.Member{"lin"}) {
		t.Fatalf("a proposal waits: %v, the case is %q's, aside: %v", waits, cases.AssignedTo(s.events), cases.Aside(s.events))
	}
	s.refused(errs.Denied, "cases.aside", s.full(lin, cases.ActStepAside))
	act := s.full(tan, cases.ActAssign)
	s.refused(errs.Conflict, "cases.handler_aside", act)
	s.do(tan, cases.ActAssign, named("wu"))
	s.refused(errs.Denied, "cases.aside", s.full(lin, cases.ActMessage))
	s.refused(errs.Conflict, "cases.not_aside", func() cases.Act { a := s.full(chen, cases.ActReadmit); a.Handler = "wu"; return a }())
	s.do(chen, cases.ActReadmit, named("lin"))
	if cases.AssignedTo(s.events) != "wu" {
		t.Errorf("the case is %q's", cases.AssignedTo(s.events))
	}
	s.do(wu, cases.ActHandOver, named("lin"))
	s.do(lin, cases.ActProgress)
}

// TestSetAside: an approver does it to others, once, and never to themself.
func TestSetAside(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Triaged)
	for key, who := range map[string]id.Member{"cases.aside_oneself": "chen", "cases.colleague_missing": ""} {
		act := s.full(chen, cases.ActSetAside)
		act.Handler = who
		kind := errs.Denied
		if who == "" {
			kind = errs.Invalid
		}
		s.refused(kind, key, act)
	}
	s.do(chen, cases.ActSetAside, named("zhao"))
	act := s.full(sun, cases.ActSetAside)
	act.Handler = "zhao"
	s.refused(errs.Conflict, "cases.aside_already", act)
	s.refused(errs.Denied, "cases.aside", s.full(zhao, cases.ActReadmit))
	s.refused(errs.Denied, "cases.role", s.full(tan, cases.ActSetAside))
}

// TestAsideVotes: the vote of who steps aside does not count, and nobody takes a protected proposal back by leaving.
func TestAsideVotes(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Triaged)
	s.do(tan, cases.ActProposeDecline, code(cases.D6))
	s.do(chen, cases.ActRefuse)
	s.do(chen, cases.ActStepAside)
	s.do(tan, cases.ActStepAside)
	p, waits := cases.OpenProposal(s.events)
	if _, _, refusals, _ := p.Votes(); !waits || refusals != 0 {
		t.Fatalf("waits: %v, with %d refusals", waits, refusals)
	}
	s.do(zhao, cases.ActRefuse)
	if _, waits := cases.OpenProposal(s.events); !waits {
		t.Fatal("one refusal that counts has ended a protected proposal")
	}
	s.do(sun, cases.ActRefuse)
	if _, waits := cases.OpenProposal(s.events); waits {
		t.Fatal("two refusals have not ended it")
	}
	other := staff("other", cases.Triage)
	s.do(other, cases.ActProposeDecline, code(cases.D3))
	s.do(zhao, cases.ActApprove)
	if s.c.State != cases.Declined {
		t.Errorf("now %s", s.c.State)
	}
}

// TestAsideVoice: one of the two voices for sending a protected decline back is taken out of the count.
func TestAsideVoice(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Triaged)
	s.do(tan, cases.ActProposeDecline, code(cases.D7))
	s.do(chen, cases.ActApprove)
	s.do(sender, cases.ActRequestReview)
	s.do(zhao, cases.ActSendBack)
	s.do(zhao, cases.ActStepAside)
	s.do(sun, cases.ActSendBack)
	if s.c.State != cases.Review {
		t.Fatalf("one voice that counts led to %s", s.c.State)
	}
	s.do(qian, cases.ActSendBack)
	if s.c.State != cases.Triaged {
		t.Errorf("two voices led to %s", s.c.State)
	}
}

// TestAsideTransfer: the clock in which the reporter may object ends with the proposal of who steps aside.
func TestAsideTransfer(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Triaged)
	s.do(tan, cases.ActProposeTransfer)
	s.do(tan, cases.ActStepAside)
	for _, c := range s.m.Clocks(s.events, s.day) {
		if c.Kind == cases.ClockTransfer && c.State != cases.Settled {
			t.Errorf("the clock is %s", c.State)
		}
	}
}

// TestHandOver: only who has the case gives it away, to somebody else; whoever stands in does not.
func TestHandOver(t *testing.T) {
	t.Parallel()
	s := to(t, cases.InInquiry)
	act := s.full(lin, cases.ActHandOver)
	act.Handler = "lin"
	s.refused(errs.Conflict, "cases.has_it", act)
	deputy := wu
	deputy.For = []id.Member{"lin"}
	act = s.full(deputy, cases.ActHandOver)
	act.Handler = "tan"
	s.refused(errs.Denied, "cases.deputy_keeps", act)
	s.do(lin, cases.ActHandOver, named("wu"))
	s.refused(errs.Denied, "cases.not_your_case", s.full(lin, cases.ActProgress))
	s.do(wu, cases.ActProgress)
	s.do(wu, cases.ActProposeConclusion, code(cases.F4))
	approver := staff("lin", cases.Approver)
	s.refused(errs.Denied, "cases.own_case", s.full(approver, cases.ActApprove))
}
