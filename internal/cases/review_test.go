package cases_test

import (
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
)

func TestReviewIsAnsweredBySomebodyNew(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Review) // tan proposed, chen approved
	s.refused(errs.Denied, "cases.had_part", s.full(chen, cases.ActUphold))
	s.refused(errs.Denied, "cases.had_part", s.full(staff("tan", cases.Approver), cases.ActSendBack))
	s.refused(errs.Denied, "cases.review_approver", s.full(he, cases.ActUphold))
	s.do(zhao, cases.ActUphold)
	if s.c.State != cases.Declined {
		t.Fatalf("upheld into %s", s.c.State)
	}

	s.do(sender, cases.ActRequestReview)
	for _, again := range []cases.Actor{zhao, sun} {
		s.refused(errs.Denied, "cases.review_inspector", s.full(again, cases.ActUphold))
	}
	s.do(he, cases.ActSendBack)
	if s.c.State != cases.Triaged {
		t.Fatalf("sent back into %s", s.c.State)
	}
	clocks := s.m.Clocks(s.events, s.day)
	if c := clocks[len(clocks)-1]; c.Kind != cases.ClockOutcome || c.State != cases.Running {
		t.Errorf("the last clock is %+v", c)
	}
	// A new decision can be reviewed anew, and the inspector may answer again.
	s.do(tan, cases.ActProposeDecline, code(cases.D3))
	s.do(chen, cases.ActApprove)
	s.do(sender, cases.ActRequestReview)
	s.do(sun, cases.ActUphold)
	s.do(sender, cases.ActRequestReview)
	s.do(he, cases.ActUphold)
	s.refused(errs.Conflict, "cases.reviewed_twice", s.full(sender, cases.ActRequestReview))
}

func TestHandlerDoesNotReview(t *testing.T) {
	t.Parallel()
	s := to(t, cases.FeedbackGiven)
	s.do(sender, cases.ActRequestReview)
	s.refused(errs.Denied, "cases.had_part", s.full(staff("lin", cases.Approver), cases.ActUphold))
	s.do(zhao, cases.ActSendBack)
	if s.c.State != cases.InInquiry || cases.AssignedTo(s.events) != "lin" {
		t.Errorf("%s with %q", s.c.State, cases.AssignedTo(s.events))
	}
	s.do(lin, cases.ActProposeConclusion, code(cases.F1), func(a *cases.Act) { a.NoMeasures = true })
	s.do(sun, cases.ActApprove)
	s.do(lin, cases.ActFeedback)
}

func TestReviewHasATerm(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Accepted)
	s.refused(errs.Conflict, "cases.not_from_here", s.full(sender, cases.ActRequestReview))
	s = to(t, cases.Declined)
	by, level, ok := s.m.ReviewUntil(s.c, s.events, s.day)
	if !ok || level != 1 || by != s.day.Add(30) {
		t.Fatalf("by %s, level %d, %v", by, level, ok)
	}
	s.later(31)
	s.refused(errs.Conflict, "cases.review_over", s.full(sender, cases.ActRequestReview))
	if _, _, ok := s.m.ReviewUntil(s.c, s.events, s.day); ok {
		t.Error("still offered")
	}
	s = to(t, cases.Closed)
	s.later(30)
	s.do(sender, cases.ActRequestReview)
	s.later(10)
	s.do(zhao, cases.ActUphold)
	if s.c.State != cases.FeedbackGiven {
		t.Errorf("a closed case is now %s", s.c.State)
	}
	if by, level, ok := s.m.ReviewUntil(s.c, s.events, s.day); !ok || level != 2 || by != s.day.Add(30) {
		t.Errorf("second level by %s, %d, %v", by, level, ok)
	}
}

// TestProtectedDeclineIsSentBackByTwo at either level.
func TestProtectedDeclineIsSentBackByTwo(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Triaged)
	s.do(tan, cases.ActProposeDecline, code(cases.D7))
	s.do(chen, cases.ActApprove)
	s.do(sender, cases.ActRequestReview)
	s.do(zhao, cases.ActSendBack)
	if s.c.State != cases.Review {
		t.Fatalf("one voice sent it into %s", s.c.State)
	}
	s.refused(errs.Denied, "cases.had_part", s.full(zhao, cases.ActSendBack))
	s.do(sun, cases.ActUphold)

	s.do(sender, cases.ActRequestReview)
	s.do(he, cases.ActSendBack)
	if s.c.State != cases.Review {
		t.Fatalf("the inspector alone sent it into %s", s.c.State)
	}
	s.refused(errs.Denied, "cases.review_approver", s.full(he, cases.ActSendBack))
	s.do(qian, cases.ActSendBack)
	if s.c.State != cases.Triaged {
		t.Errorf("two sent it into %s", s.c.State)
	}
}

// TestReviewEndsAProposal: what staff were about to close is looked at first.
func TestReviewEndsAProposal(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Declined)
	s.do(tan, cases.ActProposeClosing)
	s.do(sender, cases.ActRequestReview)
	if _, ok := cases.OpenProposal(s.events); ok {
		t.Error("the proposal still waits")
	}
}

func TestReviewOnTheTimeline(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Review)
	s.later(4)
	steps := s.m.Timeline(s.events, s.day)
	last := steps[len(steps)-1]
	if len(steps) != 4 || last.Kind != cases.StepReview || last.State != cases.StepNow || last.Due != s.day.Add(26) {
		t.Errorf("%+v", steps)
	}
	s.do(zhao, cases.ActSendBack)
	steps = s.m.Timeline(s.events, s.day)
	if len(steps) != 5 || steps[2].State != cases.StepNow || steps[2].Due != s.day.Add(15) {
		t.Errorf("after it was sent back: %+v", steps)
	}
}
