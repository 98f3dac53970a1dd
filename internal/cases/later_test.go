package cases_test

import (
	"slices"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

func TestSuspensionPausesAndIsLookedAt(t *testing.T) {
	t.Parallel()
	s := to(t, cases.InInquiry)
	s.refused(errs.Denied, "cases.own_case", s.full(staff("lin", cases.Approver), cases.ActSuspend))
	s.later(10)
	s.do(chen, cases.ActSuspend)
	s.later(80)
	s.do(he, cases.ActLook)
	s.later(20)
	for _, c := range s.m.Clocks(s.events, s.day) {
		switch {
		case c.Kind == cases.ClockInquiry && (c.State != cases.Paused || c.Paused != 100):
			t.Errorf("the inquiry: %+v", c)
		case c.Kind == cases.ClockPause && c.Started != start && c.State == cases.Running && c.Due != s.day.Add(70):
			t.Errorf("the suspension: %+v", c)
		}
	}
	if steps := s.m.Timeline(s.events, s.day); steps[3].Paused {
		t.Error("the timeline tells of a suspension, which the reporter may not have been told")
	}
	s.do(zhao, cases.ActResume)
	for _, c := range s.m.Clocks(s.events, s.day) {
		if c.Kind == cases.ClockInquiry && (c.State != cases.Running || c.Due != start.Add(160)) {
			t.Errorf("the inquiry goes on: %+v", c)
		}
	}
}

func TestLinkedCaseIsToldByItself(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Triaged)
	for _, c := range []struct {
		key    string
		kind   errs.Kind
		parent *cases.Parent
	}{
		{"cases.parent_missing", errs.Invalid, nil},
		{"cases.parent_missing", errs.Invalid, &cases.Parent{Key: -1, Unit: "south", State: cases.Accepted}},
		{"cases.parent_later", errs.Conflict, &cases.Parent{Key: 0, State: cases.Accepted}}, // itself
		{"cases.parent_later", errs.Conflict, &cases.Parent{Key: 1, State: cases.Accepted}},
		{"cases.parent_state", errs.Conflict, &cases.Parent{Key: -1, State: cases.Triaged}},
		{"cases.parent_state", errs.Conflict, &cases.Parent{Key: -1, State: cases.Linked}},
		{"cases.parent_state", errs.Conflict, &cases.Parent{Key: -1, State: cases.Closed, Finding: cases.F1}},
	} {
		s.refused(c.kind, c.key, without(s.full(tan, cases.ActLink), func(a *cases.Act) { a.Parent = c.parent }))
	}
	s.do(tan, cases.ActLink)
	if cases.PublicState(s.c.State) != cases.Accepted {
		t.Error("the reporter sees that there was an earlier report")
	}
	for _, c := range []struct {
		key    string
		parent cases.Parent
	}{
		{"cases.parent_open", cases.Parent{Key: -1, State: cases.InInquiry}},
		{"cases.parent_open", cases.Parent{Key: -1, State: cases.Concluded, Finding: cases.F1}},
		{"cases.parent_open", cases.Parent{Key: -1, State: cases.Review, Finding: cases.F1}},
		{"cases.parent_alone", cases.Parent{Key: -1, State: cases.FeedbackGiven, Finding: cases.F5}},
		{"cases.parent_alone", cases.Parent{Key: -1, State: cases.Closed}},
	} {
		s.refused(errs.Conflict, c.key, without(s.full(tan, cases.ActFeedback), func(a *cases.Act) { a.Parent = &c.parent }))
	}
	s.do(tan, cases.ActFeedback)
	if d, ok := cases.Standing(s.events); !ok || d.Code != cases.F2 || cases.RetentionOf(s.events) != cases.RetainLong {
		t.Errorf("%+v, %v, kept as %q", d, ok, cases.RetentionOf(s.events))
	}
	steps := s.m.Timeline(s.events, s.day)
	for _, step := range steps {
		if step.State != cases.StepDone {
			t.Errorf("%+v", step)
		}
	}
	if steps[2].Decided != cases.Accepted {
		t.Errorf("decided %q", steps[2].Decided)
	}
}

func TestLinkIsUndone(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Linked)
	s.later(20)
	s.do(tan, cases.ActUnlink)
	s.do(tan, cases.ActAccept)
	if s.c.State != cases.Accepted {
		t.Error(s.c.State)
	}
}

func TestParentOf(t *testing.T) {
	t.Parallel()
	s := to(t, cases.FeedbackGiven)
	if p := cases.ParentOf(s.c, s.events); p.Finding != cases.F2 || p.State != cases.FeedbackGiven {
		t.Errorf("%+v", p)
	}
	s = to(t, cases.Declined)
	if p := cases.ParentOf(s.c, s.events); p.Finding != "" {
		t.Errorf("%+v", p)
	}
}

func TestTransferWaitsForTheReporter(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Triaged)
	s.do(tan, cases.ActProposeTransfer)
	s.refused(errs.Conflict, "cases.objection_open", s.full(chen, cases.ActApprove))
	s.do(sender, cases.ActObject)
	s.refused(errs.Conflict, "cases.no_proposal", s.full(chen, cases.ActApprove))
	s.do(tan, cases.ActProposeTransfer)
	s.do(tan, cases.ActWithdraw)
	for _, c := range s.m.Clocks(s.events, s.day) {
		if c.Kind == cases.ClockTransfer && c.State != cases.Settled {
			t.Errorf("%+v", c)
		}
	}
	s = to(t, cases.Transferred)
	s.refused(errs.Conflict, "cases.not_sent", s.full(tan, cases.ActConfirmTransfer))
	s.refused(errs.Conflict, "cases.clocks_run", s.full(tan, cases.ActProposeClosing))
	s.do(tan, cases.ActSendTransfer)
	s.refused(errs.Conflict, "cases.sent_already", s.full(tan, cases.ActSendTransfer))
	s.refused(errs.Conflict, "cases.no_receipt", s.full(tan, cases.ActProposeClosing))
	s.do(tan, cases.ActConfirmTransfer)
	s.refused(errs.Conflict, "cases.not_sent", s.full(tan, cases.ActConfirmTransfer))
	s.do(tan, cases.ActProposeClosing)
	s.do(chen, cases.ActApprove)
	if s.c.State != cases.Closed || cases.RetentionOf(s.events) != cases.RetainShort {
		t.Errorf("%s, kept as %q", s.c.State, cases.RetentionOf(s.events))
	}
	if steps := s.m.Timeline(s.events, s.day); len(steps) != 3 || steps[2].Decided != cases.Transferred {
		t.Errorf("%+v", steps)
	}
}

func TestTransferComesBack(t *testing.T) {
	t.Parallel()
	for _, confirmed := range []bool{false, true} {
		s := to(t, cases.Transferred)
		s.refused(errs.Conflict, "cases.nothing_sent", s.full(tan, cases.ActReturnTransfer))
		s.do(tan, cases.ActSendTransfer)
		if confirmed {
			s.do(tan, cases.ActConfirmTransfer)
			s.do(tan, cases.ActProposeClosing)
			s.refused(errs.Conflict, "cases.proposal_waits", s.full(tan, cases.ActReturnTransfer))
			s.do(tan, cases.ActWithdraw)
		}
		s.later(3)
		s.do(tan, cases.ActReturnTransfer)
		if s.c.State != cases.Triaged || cases.RetentionOf(s.events) != "" {
			t.Errorf("%s, kept as %q", s.c.State, cases.RetentionOf(s.events))
		}
		var running []cases.ClockKind
		for _, c := range s.m.Clocks(s.events, s.day) {
			if c.State == cases.Running {
				running = append(running, c.Kind)
				if !c.Due.After(s.day) {
					t.Errorf("%s is due on %s, it came back on %s", c.Kind, c.Due, s.day)
				}
			}
		}
		if !slices.Contains(running, cases.ClockDecision) || !slices.Contains(running, cases.ClockOutcome) || len(running) != 2 {
			t.Errorf("these clocks run: %v", running)
		}
		if steps := s.m.Timeline(s.events, s.day); len(steps) != 5 || steps[2].State != cases.StepNow || steps[2].Decided != "" {
			t.Errorf("%+v", steps)
		}
		// Another body: the reporter is asked anew, and what was sent to the first counts for nothing.
		s.do(tan, cases.ActProposeTransfer)
		s.refused(errs.Conflict, "cases.objection_open", s.full(chen, cases.ActApprove))
		s.later(8)
		s.do(chen, cases.ActApprove)
		s.refused(errs.Conflict, "cases.not_sent", s.full(tan, cases.ActConfirmTransfer))
		s.refused(errs.Conflict, "cases.nothing_sent", s.full(tan, cases.ActReturnTransfer))
	}
}

// TestObjectionHasItsDays: on the last day the reporter can object, and after it no more; then whoever decides may.
func TestObjectionHasItsDays(t *testing.T) {
	t.Parallel()
	for after, open := range map[int]bool{0: true, 7: true, 8: false} {
		s := to(t, cases.Triaged)
		s.do(tan, cases.ActProposeTransfer)
		s.later(after)
		if by := s.m.ObjectUntil(s.events, s.day); by.IsZero() == open || open && by != start.Add(7) {
			t.Errorf("after %d days: until %s", after, by)
		}
		if !open {
			s.refused(errs.Conflict, "cases.objection_over", s.full(sender, cases.ActObject))
			s.do(chen, cases.ActApprove)
			continue
		}
		s.do(sender, cases.ActObject)
		s.refused(errs.Conflict, "cases.not_from_here", s.full(sender, cases.ActObject))
		if by, stage := s.m.ObjectUntil(s.events, s.day), cases.PassingOf(s.events); !by.IsZero() || stage != "" {
			t.Errorf("objected, and until %s it can be done again; %q", by, stage)
		}
	}
}

// TestOnlyTheApprovedCopyIsSent: not that of an earlier proposal, and not another document.
func TestOnlyTheApprovedCopyIsSent(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Transferred)
	first := cases.ApprovedCopy(s.events)
	s.do(chen, cases.ActCallOffTransfer)
	s.do(tan, cases.ActProposeTransfer)
	s.later(8)
	s.do(chen, cases.ActApprove)
	for _, other := range []id.Doc{{}, first, id.NewDoc()} {
		act := s.full(tan, cases.ActSendTransfer)
		act.Copy = other
		s.refused(errs.Conflict, "cases.other_copy", act)
	}
	s.do(tan, cases.ActSendTransfer)
}

func TestPassingStages(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Triaged)
	stage := func(want cases.Passing) {
		t.Helper()
		if got := cases.PassingOf(s.events); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	stage("")
	s.do(tan, cases.ActProposeTransfer)
	stage(cases.PassingProposed)
	s.later(8)
	s.do(chen, cases.ActApprove)
	stage(cases.PassingApproved)
	s.do(tan, cases.ActSendTransfer)
	stage(cases.PassingSent)
	s.do(tan, cases.ActConfirmTransfer)
	stage(cases.PassingReceived)
	s.do(tan, cases.ActReturnTransfer)
	stage("")
}

func TestTransferCalledOff(t *testing.T) {
	t.Parallel()
	s := to(t, cases.Transferred)
	s.refused(errs.Denied, "cases.role", s.full(tan, cases.ActCallOffTransfer))
	s.refused(errs.Invalid, "cases.doc_missing", func() cases.Act { a := s.full(chen, cases.ActCallOffTransfer); a.Doc = id.Doc{}; return a }())
	s.later(2)
	s.do(chen, cases.ActCallOffTransfer) // whoever approved it may be the one who learns better
	if s.c.State != cases.Triaged || cases.RetentionOf(s.events) != "" {
		t.Errorf("%s, kept as %q", s.c.State, cases.RetentionOf(s.events))
	}
	var running []cases.ClockKind
	for _, c := range s.m.Clocks(s.events, s.day) {
		if c.State == cases.Running {
			running = append(running, c.Kind)
		}
	}
	if !slices.Equal(running, []cases.ClockKind{cases.ClockDecision, cases.ClockOutcome}) {
		t.Errorf("these clocks run: %v", running)
	}
	if steps := s.m.Timeline(s.events, s.day); len(steps) != 5 || steps[2].State != cases.StepNow || steps[2].Decided != "" {
		t.Errorf("%+v", steps)
	}
	// The same body once more: a new letter and a new term.
	s.do(tan, cases.ActProposeTransfer)
	s.refused(errs.Conflict, "cases.objection_open", s.full(chen, cases.ActApprove))
	s.later(8)
	s.do(chen, cases.ActApprove)
	s.do(tan, cases.ActSendTransfer)
	s.refused(errs.Conflict, "cases.sent_already", s.full(chen, cases.ActCallOffTransfer))
}
