package cases_test

import (
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// TestHearing: nobody is said to have kept silent before their time is over, and each outcome opens the way to a finding with measures.
func TestHearing(t *testing.T) {
	t.Parallel()
	hear := func(s *story, c cases.Code) cases.Act { return without(s.full(lin, cases.ActHear), code(c)) }
	for _, c := range cases.Hearings() {
		s := to(t, cases.InInquiry)
		s.refused(errs.Invalid, "cases.hearing_missing", hear(s, ""))
		s.refused(errs.Invalid, "cases.hearing_missing", hear(s, cases.F1))
		s.refused(errs.Conflict, "cases.not_invited", hear(s, cases.H2))
		s.refused(errs.Invalid, "cases.doc_missing", without(s.full(lin, cases.ActInvite), func(a *cases.Act) { a.Doc = id.Doc{} }))
		s.refused(errs.Denied, "cases.role", s.full(chen, cases.ActInvite))
		s.do(lin, cases.ActInvite)
		s.later(11)
		s.do(lin, cases.ActInvite) // the time begins anew
		s.later(21)                // fifteen working days
		s.refused(errs.Conflict, "cases.hearing_open", hear(s, cases.H2))
		s.refused(errs.Invalid, "cases.doc_missing", without(hear(s, cases.H1), func(a *cases.Act) { a.Doc = id.Doc{} }))
		s.refused(errs.Invalid, "cases.not_heard", without(s.full(lin, cases.ActProposeConclusion), code(cases.F1)))
		s.later(1)
		s.do(lin, cases.ActHear, code(c))
		for _, k := range s.m.Clocks(s.events, s.day) {
			if k.Kind == cases.ClockHearing && k.State != cases.Settled {
				t.Errorf("%s: %+v", c, k)
			}
		}
		s.do(lin, cases.ActProposeConclusion, code(cases.F1))
	}
}

// TestSuspensionPausesTheHearing: while an inquiry waits, nobody's time to answer runs out.
func TestSuspensionPausesTheHearing(t *testing.T) {
	t.Parallel()
	s := to(t, cases.InInquiry)
	s.do(lin, cases.ActInvite)
	s.do(chen, cases.ActSuspend)
	s.later(60)
	s.do(chen, cases.ActResume)
	s.refused(errs.Conflict, "cases.hearing_open", without(s.full(lin, cases.ActHear), code(cases.H2)))
}

// concluded walks to the outcome of an inquiry in which the person reported was heard, if at all, with this outcome.
func concluded(t *testing.T, heard, finding cases.Code) *story {
	t.Helper()
	s := to(t, cases.InInquiry)
	if heard != "" {
		s.do(lin, cases.ActHear, code(heard))
	}
	s.do(lin, cases.ActMessage)
	s.do(sender, cases.ActAdd)
	s.do(lin, cases.ActProposeConclusion, func(a *cases.Act) { a.Code, a.Intent, a.NoMeasures = finding, id.NewDoc(), true })
	s.do(chen, cases.ActApprove)
	if finding == cases.F5 {
		s.do(zhao, cases.ActApprove)
	}
	s.do(lin, cases.ActFeedback)
	return s
}

// TestClearingLetter: whoever knows that they were reported learns that nothing was found.
func TestClearingLetter(t *testing.T) {
	t.Parallel()
	for _, finding := range []cases.Code{cases.F3, cases.F5} {
		s := concluded(t, cases.H1, finding)
		s.refused(errs.Conflict, "cases.not_cleared", s.full(lin, cases.ActProposeClosing))
		s.refused(errs.Invalid, "cases.clearing_missing", without(s.full(lin, cases.ActClear), code(cases.H1)))
		s.refused(errs.Conflict, "cases.knows_of_it", without(s.full(lin, cases.ActClear), code(cases.C2)))
		s.refused(errs.Invalid, "cases.doc_missing", without(s.full(lin, cases.ActClear), func(a *cases.Act) { a.Code, a.Doc = cases.C1, id.Doc{} }))
		s.refused(errs.Denied, "cases.role", s.full(chen, cases.ActClear))
		s.do(lin, cases.ActClear, code(cases.C1))
		s.do(lin, cases.ActProposeClosing)
	}
	s := concluded(t, cases.H4, cases.F3)
	s.refused(errs.Conflict, "cases.not_cleared", s.full(lin, cases.ActProposeClosing))
	s.do(lin, cases.ActClear, code(cases.C2))
	s.do(lin, cases.ActProposeClosing)

	s = concluded(t, "", cases.F3) // nobody was approached: a letter is possible and not due
	s.do(lin, cases.ActProposeClosing)
	s.do(lin, cases.ActWithdraw)
	s.do(lin, cases.ActClear, code(cases.C2))

	for _, finding := range []cases.Code{cases.F1, cases.F2, cases.F4} {
		s := concluded(t, cases.H1, finding)
		s.refused(errs.Conflict, "cases.nothing_to_clear", without(s.full(lin, cases.ActClear), code(cases.C1)))
		s.do(lin, cases.ActProposeClosing)
	}
}

// TestClearingAfterReview: a letter speaks of the finding that it followed, not of the next one.
func TestClearingAfterReview(t *testing.T) {
	t.Parallel()
	s := concluded(t, cases.H3, cases.F3)
	s.do(lin, cases.ActClear, code(cases.C1))
	s.do(sender, cases.ActRequestReview)
	s.do(zhao, cases.ActUphold)
	s.do(lin, cases.ActProposeClosing)
	s.do(lin, cases.ActWithdraw)
	s.do(sender, cases.ActRequestReview)
	s.do(he, cases.ActSendBack)
	s.do(lin, cases.ActProposeConclusion, code(cases.F3))
	s.do(chen, cases.ActApprove)
	s.do(lin, cases.ActFeedback)
	s.refused(errs.Conflict, "cases.not_cleared", s.full(lin, cases.ActProposeClosing))
	s.do(lin, cases.ActClear, code(cases.C1))
	s.do(lin, cases.ActProposeClosing)
}
