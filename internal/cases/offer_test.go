package cases_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
)

// byInput are refusals that depend on what an act brings, or on the view that it was made on: an offer says nothing of them.
var byInput = []string{"cases.doc_missing", "cases.interest", "cases.checks_missing", "cases.risks_missing", "cases.handler_missing",
	"cases.code_missing", "cases.not_heard", "cases.intent_missing", "cases.answer_missing", "cases.finding_missing",
	"cases.clock_missing", "cases.not_extensible", "cases.moved_on", "cases.hearing_missing", "cases.hearing_open", "cases.not_invited",
	"cases.clearing_missing", "cases.knows_of_it", "cases.colleague_missing", "cases.aside_oneself", "cases.aside_already", "cases.not_aside", "cases.handler_aside",
	"cases.has_it"}

// byParent are refusals of a link, which depend on the case that it names; for other acts that is known.
var byParent = []string{"cases.parent_missing", "cases.parent_later", "cases.parent_state"}

// TestOffersAgree throws random acts by random people at a case and compares each verdict with what was offered to them.
func TestOffersAgree(t *testing.T) {
	t.Parallel()
	met := map[string]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		s := begin(t)
		s.do(system, cases.ActReceive)
		for range 100 {
			s.later(rapid.SampledFrom([]int{0, 0, 0, 1, 5, 31}).Draw(rt, "days"))
			act := anyAct(rt, s)
			if act.By.Member == "" { // the system and reporters are offered nothing
				if len(s.m.Offers(s.c, s.events, act.By, s.day, act.Parent)) > 0 {
					rt.Fatal("an offer to somebody who is not staff")
				}
				_ = s.try(act)
				continue
			}
			offers := s.m.Offers(s.c, s.events, act.By, s.day, act.Parent)
			i := slices.IndexFunc(offers, func(o cases.Offer) bool { return o.Act == act.Kind })
			key := ""
			if err := s.try(act); err != nil {
				e, ok := errs.Public(err)
				if !ok {
					rt.Fatal(err)
				}
				key = e.Key
			}
			switch {
			case i < 0 && key != "cases.role" && key != "cases.not_from_here" && key != "cases.no_proposal" && key != "cases.aside":
				rt.Fatalf("%s by %s in %s is not offered, and the rules say %q", act.Kind, act.By.Member, s.c.State, key)
			case i >= 0 && offers[i].Why != key && !slices.Contains(byInput, key) && !(act.Kind == cases.ActLink && slices.Contains(byParent, key)):
				rt.Fatalf("%s by %s in %s is offered with %q, and the rules say %q", act.Kind, act.By.Member, s.c.State, offers[i].Why, key)
			}
			if i >= 0 {
				met[offers[i].Why] = true
			}
		}
	})
	// The rarer moments stand in TestOffers: chance need not come by them.
	for _, why := range []string{"", "cases.own_proposal", "cases.proposal_waits", "cases.no_proposal", "cases.not_your_case", "cases.no_danger"} {
		if !met[why] {
			t.Errorf("no act came to be offered with %q", why)
		}
	}
}

// TestOffers are the moments that a page depends on, one by one.
func TestOffers(t *testing.T) {
	t.Parallel()
	why := func(s *story, by cases.Actor, kind cases.ActKind) string {
		for _, o := range s.m.Offers(s.c, s.events, by, s.day, nil) {
			if o.Act == kind {
				return o.Why
			}
		}
		return "none"
	}
	s := to(t, cases.Triaged)
	s.do(tan, cases.ActProposeDecline, code(cases.D6))
	both := staff("tan", cases.Triage, cases.Approver)
	for _, c := range []struct {
		by   cases.Actor
		kind cases.ActKind
		want string
	}{
		{chen, cases.ActApprove, ""},
		{both, cases.ActApprove, "cases.own_proposal"},
		{tan, cases.ActApprove, "none"},
		{tan, cases.ActWithdraw, "cases.protected_withdraw"},
		{tan, cases.ActAccept, "cases.proposal_waits"},
		{tan, cases.ActTriage, "none"},
		{lin, cases.ActMessage, "cases.not_your_case"},
		{clerk, cases.ActMessage, "none"},
	} {
		if got := why(s, c.by, c.kind); got != c.want {
			t.Errorf("%s for %s: %q, want %q", c.kind, c.by.Member, got, c.want)
		}
	}
	s.do(chen, cases.ActRefuse)
	if got := why(s, chen, cases.ActRefuse); got != "cases.voted" {
		t.Errorf("a second refusal: %q", got)
	}
	// An inquiry that was extended can still have its outcome's clock extended.
	s = to(t, cases.InInquiry)
	s.do(chen, cases.ActExtend)
	if got := why(s, chen, cases.ActExtend); got != "" {
		t.Errorf("extending the outcome after the inquiry: %q", got)
	}
	s.do(chen, cases.ActExtend, func(a *cases.Act) { a.Clock = cases.ClockOutcome })
	if got := why(s, chen, cases.ActExtend); got != "cases.not_extensible" {
		t.Errorf("extending a third time: %q", got)
	}
}
