package year_test

import (
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
)

// transferPlans are the ways of a case that goes to another body, or that does not go there after all.
func transferPlans() []plan {
	return []plan{
		{"passed on", (*story).passedOn}, {"passing on given up", (*story).givenUp}, {"given back", (*story).givenBack}, {"called off", (*story).calledOff},
	}
}

// passedOn: proposed, not objected to, approved, sent, received, closed. On the way each step is tried too early.
func (s *story) passedOn() {
	s.begin()
	s.pass()
	s.tooEarly(s.who(cases.Triage, anybody), cases.ActConfirmTransfer)
	s.tooEarly(s.who(cases.Triage, anybody), cases.ActReturnTransfer)
	s.tooEarly(s.who(cases.Triage, anybody), cases.ActProposeClosing)
	s.tooEarly(s.who(cases.Triage, anybody), cases.ActSendTransfer, otherCopy)
	s.send()
	s.tooEarly(s.who(cases.Triage, anybody), cases.ActSendTransfer)
	s.tooEarly(s.who(cases.Triage, anybody), cases.ActProposeClosing)
	s.pause(1, 8)
	s.by(cases.Triage, cases.ActConfirmTransfer)
	s.pause(1, 8)
	s.decide(func() *member { return s.by(cases.Triage, cases.ActProposeClosing) })
	s.pause(1, 4)
	if s.y.refused["cases.nothing_decided"] < often {
		before := s.shot(true)
		s.wasRefused(before, s.tryReview(), errs.Conflict, "cases.nothing_decided")
	}
}

// givenUp: the reporter objects, an approver refuses, or who proposed takes it back; then it is handled here.
func (s *story) givenUp() {
	s.begin()
	by := s.by(cases.Triage, cases.ActProposeTransfer)
	s.tooEarly(s.other(), cases.ActApprove)
	s.pause(0, 1)
	switch way := s.n / len(plans()) % 3; {
	case way == 0 && s.mayObject():
		s.object()
	case way < 2: // by then the reporter's days may be over
		s.do(s.other(), cases.ActRefuse)
	default:
		s.do(s.takeBack(by), cases.ActWithdraw)
	}
	if s.n%2 == 0 {
		s.accept()
		s.inquire(cases.F2)
		return
	}
	s.decline(cases.D1)
}

// givenBack: the other body says that it is not theirs, before or after it had confirmed.
func (s *story) givenBack() {
	s.begin()
	s.pass()
	s.send()
	s.pause(1, 6)
	if s.n/len(plans())%2 == 0 {
		s.by(cases.Triage, cases.ActConfirmTransfer)
		s.pause(1, 10)
	}
	s.by(cases.Triage, cases.ActReturnTransfer)
	s.pause(1, 4)
	s.again()
}

// calledOff: approved, and then not sent after all.
func (s *story) calledOff() {
	s.begin()
	s.pass()
	s.pause(0, 3)
	s.do(s.other(), cases.ActCallOffTransfer)
	s.pause(1, 4)
	s.again()
}

// pass proposes, lets the reporter's days go by, and approves.
func (s *story) pass() {
	s.by(cases.Triage, cases.ActProposeTransfer)
	s.waitFor(cases.ClockTransfer)
	if s.y.refused["cases.objection_over"] < often {
		before := s.shot(true)
		s.wasRefused(before, s.tryObject(), errs.Conflict, "cases.objection_over")
	}
	s.approve()
}

// send records that the approved copy went out.
func (s *story) send() {
	s.pause(0, 2)
	s.by(cases.Triage, cases.ActSendTransfer)
	if s.y.refused["cases.sent_already"] < often {
		by := s.who(cases.Approver, anybody)
		s.refusedAs(by, s.work(by, cases.ActCallOffTransfer))
	}
}

// tooEarly tries what is not its turn yet.
func (s *story) tooEarly(by *member, kind cases.ActKind, more ...with) {
	w := s.work(by, kind, more...)
	if e := s.verdict(by, w); e == nil || s.y.refused[e.Key] < often {
		s.refusedAs(by, w)
	}
}

// otherCopy is a copy that nobody approved.
func otherCopy(w *casework.Work) { w.Act.Copy = id.NewDoc() }

// object is the reporter's.
func (s *story) object() {
	where := s.cell(cases.ActObject)
	if err := s.tryObject(); err != nil {
		s.y.t.Fatalf("case %d (%s) in %s: %v", s.n, s.plan, s.c.State, err)
	}
	s.wrote++
	s.happened(where, nil)
}

// mayObject: the reporter's days to object run.
func (s *story) mayObject() bool {
	return slices.ContainsFunc(s.y.w.Machine.Clocks(s.events, s.y.day), func(c cases.Clock) bool {
		return c.Kind == cases.ClockTransfer && c.State == cases.Running && !s.y.day.After(c.Due)
	})
}

func (s *story) tryObject() error {
	return s.y.w.Intake.Object(s.y.ctx(), s.open(), s.y.w.Intake.NewToken(), "我不同意移送。")
}
