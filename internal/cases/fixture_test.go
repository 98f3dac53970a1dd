package cases_test

import (
	"testing"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

var (
	start  = workday.MustDay("2026-03-12") // a Thursday
	system = cases.Actor{Roles: []cases.Role{cases.System}}
	sender = cases.Actor{Roles: []cases.Role{cases.Reporter}}
	clerk  = staff("clerk", cases.Intake)
	tan    = staff("tan", cases.Triage)
	lin    = staff("lin", cases.Handler)
	wu     = staff("wu", cases.Handler)
	chen   = staff("chen", cases.Approver)
	zhao   = staff("zhao", cases.Approver)
	sun    = staff("sun", cases.Approver)
	qian   = staff("qian", cases.Approver)
	he     = staff("he", cases.Inspector)
	all    = cases.Checks{Category: true, Conduct: true, Danger: true, Remit: true, Interest: true, Duplicate: true,
		RiskToReporter: true, RiskToReported: true}
)

func staff(name string, roles ...cases.Role) cases.Actor {
	return cases.Actor{Member: id.Member(name), Roles: roles}
}

func machine(t testing.TB) cases.Machine {
	t.Helper()
	cal, err := workday.NewCalendar([]time.Weekday{time.Saturday, time.Sunday}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	return cases.Machine{Calendar: cal, Rules: cases.DefaultRules()}
}

// story is one case in the making.
type story struct {
	t      testing.TB
	m      cases.Machine
	c      cases.Case
	events []cases.Event
	day    workday.Day
}

func begin(t testing.TB) *story {
	t.Helper()
	return &story{t: t, m: machine(t), day: start}
}

// full is an act with everything that any need could ask for.
func (s *story) full(by cases.Actor, kind cases.ActKind) cases.Act {
	act := cases.Act{Kind: kind, By: by, Day: s.day, At: s.day.Time(time.UTC).Add(10*time.Hour + 7*time.Minute + 9*time.Second),
		Seen: s.c.Version, Doc: id.NewDoc(), Handler: "lin", NoInterest: true, Checks: all, Clock: cases.ClockInquiry}
	act.Copy = cases.ApprovedCopy(s.events)
	if p, ok := cases.OpenProposal(s.events); ok {
		act.Proposal = p.Seq
	}
	act.Parent = &cases.Parent{Key: s.c.Key - 1, Unit: s.c.Unit, State: cases.Accepted}
	if kind == cases.ActHandOver || kind == cases.ActSetAside || kind == cases.ActReadmit {
		act.Handler = "wu"
	}
	if s.c.State == cases.Linked {
		act.Parent.State, act.Parent.Finding = cases.FeedbackGiven, cases.F2
	}
	return act
}

func (s *story) try(act cases.Act) error {
	s.t.Helper()
	added, err := s.m.Apply(s.c, s.events, act)
	if err != nil {
		return err
	}
	s.events = append(s.events, added...)
	s.c = cases.After(s.c, added)
	return nil
}

func (s *story) do(by cases.Actor, kind cases.ActKind, change ...func(*cases.Act)) {
	s.t.Helper()
	act := s.full(by, kind)
	for _, f := range change {
		f(&act)
	}
	if err := s.try(act); err != nil {
		s.t.Fatalf("%s by %s in state %q: %v", kind, by.Member, s.c.State, err)
	}
}

func (s *story) refused(kind errs.Kind, key string, act cases.Act) {
	s.t.Helper()
	before := len(s.events)
	err := s.try(act)
	e, ok := errs.Public(err)
	if !ok || e.Key != key || e.Kind != kind || len(s.events) != before {
		s.t.Errorf("%s in state %q: got %v, want %s (%s) and nothing written", act.Kind, s.c.State, err, key, kind)
	}
}

func (s *story) later(days int) { s.day = s.day.Add(days) }

func code(c cases.Code) func(*cases.Act) { return func(a *cases.Act) { a.Code = c } }

// to walks a new case to a state by the shortest way.
func to(t testing.TB, state cases.State) *story {
	t.Helper()
	s := begin(t)
	s.do(system, cases.ActReceive)
	if state == cases.Received {
		return s
	}
	s.do(system, cases.ActAcknowledge)
	if state == cases.Acknowledged {
		return s
	}
	s.do(tan, cases.ActTriage)
	switch state {
	case cases.Triaged:
		return s
	case cases.NeedsInfo:
		s.do(tan, cases.ActAsk)
		return s
	case cases.Declined:
		s.do(tan, cases.ActProposeDecline, code(cases.D3))
		s.do(chen, cases.ActApprove)
		return s
	case cases.Review:
		s.do(tan, cases.ActProposeDecline, code(cases.D3))
		s.do(chen, cases.ActApprove)
		s.do(sender, cases.ActRequestReview)
		return s
	case cases.Linked:
		s.do(tan, cases.ActLink)
		return s
	case cases.Transferred:
		s.do(tan, cases.ActProposeTransfer)
		s.later(8) // five working days and a weekend
		s.do(chen, cases.ActApprove)
		return s
	}
	s.do(tan, cases.ActAccept)
	if state == cases.Accepted {
		return s
	}
	s.do(lin, cases.ActOpenInquiry)
	if state == cases.InInquiry {
		return s
	}
	if state == cases.Suspended {
		s.do(chen, cases.ActSuspend)
		return s
	}
	s.do(lin, cases.ActProposeConclusion, code(cases.F2), func(a *cases.Act) { a.NoMeasures = true })
	s.do(chen, cases.ActApprove)
	if state == cases.Concluded {
		return s
	}
	s.do(lin, cases.ActFeedback)
	if state == cases.FeedbackGiven {
		return s
	}
	s.do(lin, cases.ActProposeClosing)
	s.do(chen, cases.ActApprove)
	if state != cases.Closed {
		t.Fatalf("no way to %s", state)
	}
	return s
}

var reachable = []cases.State{cases.Received, cases.Acknowledged, cases.Triaged, cases.NeedsInfo, cases.Declined,
	cases.Accepted, cases.InInquiry, cases.Concluded, cases.FeedbackGiven, cases.Closed, cases.Linked, cases.Transferred,
	cases.Suspended, cases.Review}
