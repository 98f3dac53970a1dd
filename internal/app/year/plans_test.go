package year_test

import (
	"slices"
	"strings"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
)

// plan is a way through the machine.
type plan struct {
	name string
	play func(*story)
}

func plans() []plan {
	out := []plan{
		{"asked", (*story).asked}, {"lapsed", (*story).lapsed}, {"linked", (*story).linked}, {"protected, overruled", (*story).overruled},
		{"suspended", (*story).suspended}, {"unlinked", (*story).unlinked}, {"asked in vain", (*story).askedInVain},
	}
	for _, c := range []cases.Code{cases.D1, cases.D3, cases.D6, cases.D7, cases.D8} {
		out = append(out, plan{"declined " + string(c), func(s *story) { s.begin(); s.decline(c) }})
	}
	for _, c := range []cases.Code{cases.F1, cases.F2, cases.F3, cases.F4, cases.F5, cases.F3} {
		out = append(out, plan{"found " + string(c), func(s *story) { s.begin(); s.accept(); s.inquire(c) }})
	}
	return append(out, transferPlans()...)
}

// begin acknowledges and sorts.
func (s *story) begin() {
	s.pause(0, 4)
	s.do(s.who(cases.Triage, anybody), cases.ActAcknowledge)
	s.pause(0, 2)
	s.do(s.who(cases.Triage, anybody), cases.ActTriage)
	s.pause(0, 3)
}

// decide brings a proposal to its decision. On the way it may be taken back, or refused, and is made again.
func (s *story) decide(propose func() *member) {
	proposer := propose()
	open, _ := cases.OpenProposal(s.events)
	s.pause(0, 3)
	_, _, _, refusals := open.Votes()
	switch s.y.dice.roll(3) {
	case 0:
		if refusals > 1 {
			break
		}
		s.do(s.takeBack(proposer), cases.ActWithdraw)
		s.pause(0, 2)
		propose()
	case 1:
		for range refusals {
			s.do(s.other(), cases.ActRefuse)
			s.pause(0, 1)
		}
		propose()
	}
	s.approve()
}

// approve votes until there is a decision.
func (s *story) approve() {
	for {
		if _, waits := cases.OpenProposal(s.events); !waits {
			return
		}
		s.pause(0, 4)
		s.do(s.other(), cases.ActApprove)
	}
}

// decline turns the report down; then the case is closed, reopened or reviewed.
func (s *story) decline(c cases.Code) {
	s.decide(func() *member { return s.by(cases.Triage, cases.ActProposeDecline, code(c)) })
	s.afterwards()
}

// by lets somebody with a role do something, and says who it was.
func (s *story) by(role cases.Role, kind cases.ActKind, more ...with) *member {
	m := s.who(role, anybody)
	s.do(m, kind, more...)
	return m
}

func (s *story) accept() {
	h := s.who(cases.Handler, anybody)
	s.by(cases.Triage, cases.ActAccept, func(w *casework.Work) { w.Act.Handler = h.Member })
	s.pause(0, 4)
}

// inquire looks into the matter, hears the person reported, and comes to a finding.
func (s *story) inquire(c cases.Code) {
	if s.c.State == cases.Accepted {
		s.do(s.handler(), cases.ActOpenInquiry)
	}
	for range 1 + s.y.dice.roll(2) {
		s.pause(15, 32)
		s.do(s.handler(), cases.ActProgress)
	}
	if k := s.y.dice.roll(3); k > 0 {
		clock := []cases.ClockKind{1: cases.ClockInquiry, 2: cases.ClockOutcome}[k]
		if s.extensible(clock) {
			s.do(s.other(), cases.ActExtend, func(w *casework.Work) { w.Act.Clock = clock })
		}
	}
	heard := c == cases.F1 || s.y.dice.roll(2) == 0
	if heard {
		s.hear()
	}
	if c == cases.F5 {
		h := s.handler()
		if w := s.work(h, cases.ActProposeConclusion, code(c)); s.verdict(h, w) != nil { // unless the reporter answered a letter already
			s.refusedAs(h, w)
		}
		s.by(cases.Triage, cases.ActMessage)
		s.pause(1, 5)
		s.write("三月九日。")
		h = s.handler()
		w := s.work(h, cases.ActProposeConclusion, code(c))
		w.Act.Intent = id.Doc{}
		s.refusedAs(h, w)
	}
	s.pause(0, 6)
	s.decide(func() *member {
		h := s.handler()
		s.do(h, cases.ActProposeConclusion, code(c), func(w *casework.Work) { w.Act.NoMeasures = !heard })
		return h
	})
	s.pause(1, 10)
	s.do(s.handler(), cases.ActFeedback)
	s.afterwards()
}

// extensible: the clock runs and was not moved before.
func (s *story) extensible(kind cases.ClockKind) bool {
	var started, moved int64
	for _, e := range s.events {
		switch {
		case e.Clock != kind:
		case e.Kind == cases.EventClockStarted:
			started, moved = e.Seq, 0
		case e.Kind == cases.EventClockMoved:
			moved = e.Seq
		case e.Kind == cases.EventClockSettled:
			started = 0
		}
	}
	return started > 0 && moved == 0
}

// hear invites the person reported and writes down what came of it.
func (s *story) hear() {
	h := oneOf(&s.y.dice, cases.Hearings()...)
	if h != cases.H4 || s.y.dice.roll(2) == 0 {
		s.do(s.handler(), cases.ActInvite)
		s.pause(3, 12)
	}
	if h == cases.H2 {
		s.waitFor(cases.ClockHearing)
	}
	s.do(s.handler(), cases.ActHear, code(h))
}

// clear tells the person reported, where the finding clears them.
func (s *story) clear() {
	d, _ := cases.Standing(s.events)
	if d.Code != cases.F3 && d.Code != cases.F5 || s.c.State != cases.FeedbackGiven {
		return
	}
	c := cases.C2
	for _, e := range s.events {
		if e.Kind == cases.EventInvited || e.Kind == cases.EventHeard && e.Code != cases.H4 {
			c = oneOf(&s.y.dice, cases.C1, cases.C3)
		}
	}
	s.pause(1, 5)
	h := s.handler()
	if c != cases.C2 && s.y.refused["cases.knows_of_it"] < often {
		s.refusedAs(h, s.work(h, cases.ActClear, code(cases.C2)))
	}
	s.do(h, cases.ActClear, code(c))
}

// afterwards is what can follow a decision that the reporter was told.
func (s *story) afterwards() {
	s.rounds++
	s.pause(1, 12)
	fate := s.y.dice.roll(6)
	if s.rounds > 2 {
		fate = 4
	}
	switch fate {
	case 0, 1:
		s.review()
	case 2:
		s.close()
		s.pause(1, 4)
		if d, ok := cases.Standing(s.events); ok && d.Level == 0 && s.inTime(d) {
			s.review()
		}
	case 3:
		s.close()
		s.pause(2, 20)
		s.decide(func() *member { return s.by(oneOf(&s.y.dice, cases.Triage), cases.ActProposeReopening) })
		s.pause(1, 4)
		s.again()
	default:
		s.tooLate()
		s.close()
	}
}

// inTime: a review can still be asked for.
func (s *story) inTime(d cases.Decision) bool { return !s.y.day.After(d.Told.Add(30)) }

// again decides a case anew that is triaged once more.
func (s *story) again() {
	switch s.y.dice.roll(3) {
	case 0:
		s.accept()
		s.inquire(cases.F2)
	default:
		s.decline(cases.D4)
	}
}

// close settles what is left.
func (s *story) close() {
	s.clear()
	s.pause(1, 6)
	s.decide(func() *member {
		if s.c.State == cases.FeedbackGiven {
			h := s.handler()
			s.do(h, cases.ActProposeClosing)
			return h
		}
		return s.by(cases.Triage, cases.ActProposeClosing)
	})
}

// review: the reporter asks, somebody new answers.
func (s *story) review() {
	d, ok := cases.Standing(s.events)
	if !ok || d.Level > 0 || !s.inTime(d) || s.reviewers() < 2 {
		if s.c.State != cases.Closed {
			s.close()
		}
		return
	}
	s.ask()
	s.pause(3, 24)
	if s.y.taken[s.cell(cases.ActUphold)] == 0 || s.y.dice.roll(2) == 0 {
		s.do(s.reviewer(), cases.ActUphold)
		if !s.toInspector() {
			s.pause(1, 5)
			s.close()
			return
		}
	}
	for s.c.State == cases.Review {
		s.do(s.reviewer(), cases.ActSendBack)
		s.pause(0, 4)
	}
	if s.c.State == cases.InInquiry {
		s.inquire(oneOf(&s.y.dice, cases.F1, cases.F2, cases.F4))
		return
	}
	s.again()
}

// asked: a question is answered, in time or not.
func (s *story) asked() {
	s.begin()
	s.do(s.who(cases.Triage, anybody), cases.ActAsk)
	s.pause(4, 26)
	s.write("下午三点，在二楼。")
	s.pause(1, 3)
	if s.y.dice.roll(2) == 0 {
		s.accept()
		s.inquire(oneOf(&s.y.dice, cases.F1, cases.F4))
		return
	}
	s.decline(cases.D2)
}

// lapsed: nobody answers, and it is decided on what is there.
func (s *story) lapsed() {
	s.begin()
	s.do(s.who(cases.Triage, anybody), cases.ActAsk)
	s.pause(5, 20)
	s.waitFor(cases.ClockAnswer)
	s.do(s.who(cases.Triage, anybody), cases.ActLapse)
	s.decline(cases.D3)
}

// askedInVain: declined while the question is open.
func (s *story) askedInVain() {
	s.begin()
	s.do(s.who(cases.Triage, anybody), cases.ActAsk)
	s.waitFor(cases.ClockAnswer)
	s.decline(cases.D5)
}

// waitFor lets a clock run out.
func (s *story) waitFor(kind cases.ClockKind) {
	for {
		clocks := s.y.w.Machine.Clocks(s.events, s.y.day)
		i := slices.IndexFunc(clocks, func(c cases.Clock) bool { return c.Kind == kind && c.State == cases.Running })
		if i < 0 {
			return
		}
		s.wait(max(1, clocks[i].Due.Sub(s.y.day)+1))
	}
}

// overruled: a protected proposal is refused by two, and the case taken up.
func (s *story) overruled() {
	s.begin()
	s.do(s.who(cases.Triage, anybody), cases.ActProposeDecline, code(oneOf(&s.y.dice, cases.D6, cases.D7)))
	for range 2 {
		s.pause(0, 3)
		s.do(s.other(), cases.ActRefuse)
	}
	s.accept()
	s.inquire(cases.F2)
}

// suspended: the inquiry waits for a court, and the inspector looks.
func (s *story) suspended() {
	s.begin()
	s.accept()
	s.do(s.handler(), cases.ActOpenInquiry)
	s.pause(10, 28)
	s.do(s.other(), cases.ActSuspend)
	for range 1 + s.y.dice.roll(2) {
		s.pause(40, 95)
		s.look()
	}
	s.pause(3, 20)
	s.do(s.other(), cases.ActResume)
	s.inquire(cases.F1)
}

// linked: the outcome is that of an earlier case.
func (s *story) linked() {
	s.begin()
	if !s.link() {
		s.decline(cases.D4)
		return
	}
	for range 10 {
		s.pause(14, 30)
		if p := s.parent.c; p.State == cases.FeedbackGiven || p.State == cases.Closed {
			break
		}
		if s.extensible(cases.ClockOutcome) && s.y.dice.roll(2) == 0 {
			s.do(s.other(), cases.ActExtend, func(w *casework.Work) { w.Act.Clock = cases.ClockOutcome })
		}
		s.do(s.who(cases.Triage, anybody), cases.ActProgress)
	}
	s.pause(0, 2)
	by := s.who(cases.Triage, anybody)
	p := cases.ParentOf(s.parent.c, s.parent.events)
	if p.Finding == cases.F5 {
		s.refusedAs(by, s.work(by, cases.ActFeedback))
	}
	if (p.State != cases.FeedbackGiven && p.State != cases.Closed) || !slices.Contains([]cases.Code{cases.F1, cases.F2, cases.F3, cases.F4}, p.Finding) {
		s.do(by, cases.ActUnlink)
		s.decline(cases.D4)
		return
	}
	s.do(by, cases.ActFeedback)
	if s.pause(1, 8); s.n%2 == 0 {
		s.review()
		return
	}
	s.afterwards()
}

// unlinked: what looked the same was not.
func (s *story) unlinked() {
	s.begin()
	if !s.link() {
		s.decline(cases.D8)
		return
	}
	s.pause(5, 40)
	s.do(s.who(cases.Triage, anybody), cases.ActUnlink)
	s.accept()
	s.inquire(cases.F4)
}

// link finds an earlier case that somebody is on.
func (s *story) link() bool {
	for range 12 {
		by := s.who(cases.Triage, anybody)
		for _, p := range slices.Backward(s.y.stories[:s.n]) {
			if s.n/len(plans())%2 == 1 && !strings.HasSuffix(p.plan, "F5") {
				continue
			}
			if p.key != 0 && p.unit == s.unit && p.key < s.key && slices.Contains([]cases.State{cases.Accepted, cases.InInquiry, cases.Suspended, cases.Concluded}, p.c.State) {
				s.parent = p
				s.do(by, cases.ActLink, func(w *casework.Work) { w.Parent = p.c.Number })
				return true
			}
		}
		s.wait(2)
	}
	return false
}

// onTheWay are acts that move nothing, in each state where the table has them, and now and then.
func (s *story) onTheWay() {
	y := s.y
	for _, kind := range []cases.ActKind{cases.ActSettleDanger, cases.ActAdd, cases.ActMessage, cases.ActAssign, cases.ActHandOver, cases.ActStepAside, cases.ActSetAside} {
		where := s.cell(kind)
		if where.row < 0 || cases.Transitions()[where.row].To != "" || y.taken[where] > 0 && y.dice.roll(40) > 0 {
			continue
		}
		_, waits := cases.OpenProposal(s.events)
		switch {
		case kind == cases.ActAdd:
			s.write("补充一点：门是锁着的。")
		case kind == cases.ActSettleDanger && !s.danger(), (kind == cases.ActAssign || kind == cases.ActHandOver) && waits:
		case kind == cases.ActHandOver:
			s.handOver()
		case kind == cases.ActStepAside || kind == cases.ActSetAside:
			s.interest(kind)
		case kind == cases.ActAssign:
			h := s.who(cases.Handler, anybody)
			s.by(oneOf(&y.dice, cases.Triage, cases.Approver), kind, func(w *casework.Work) { w.Act.Handler = h.Member })
		case !y.w.Machine.Calendar.IsWorkday(y.day):
		default:
			s.by(cases.Triage, kind)
		}
	}
}

// handOver: the handler gives the case to another, where they have it themself today.
func (s *story) handOver() {
	has := cases.AssignedTo(s.events)
	if has == "" || !s.byID(has).here(s.y.day) {
		return
	}
	to := s.who(cases.Handler, func(m id.Member) bool { return m != has })
	if cases.AssignedTo(s.events) == has && s.byID(has).here(s.y.day) { // days may have gone by
		s.do(s.byID(has), cases.ActHandOver, func(w *casework.Work) { w.Act.Handler = to.Member })
	}
}

// interest: somebody takes no part any more, by their own word or an approver's. Most often it was a mistake, and an approver lets them
// back in; now and then it is the one who has the case, and another goes on with it.
func (s *story) interest(kind cases.ActKind) {
	y := s.y
	role, able := oneOf(&y.dice, cases.Triage, cases.Approver), func(m id.Member) bool { return !s.hasPart(m) }
	_, waits := cases.OpenProposal(s.events)
	forGood := !waits && cases.AssignedTo(s.events) != "" && s.byID(cases.AssignedTo(s.events)).here(y.day) && y.dice.roll(8) == 0
	if forGood {
		role, able = cases.Handler, func(m id.Member) bool { return m == cases.AssignedTo(s.events) }
	}
	whom := s.who(role, able)
	named := func(w *casework.Work) { w.Act.Handler = whom.Member }
	boss := func() *member { return s.who(cases.Approver, func(m id.Member) bool { return m != whom.Member }) }
	if kind == cases.ActStepAside {
		s.do(whom, kind)
	} else {
		s.do(boss(), kind, named)
	}
	if y.refused["casework.aside"] < often {
		s.refused(try{whom, s.work(whom, cases.ActMessage), errs.Denied, "casework.aside"})
	}
	if y.refused["cases.aside_already"] < often {
		by := boss()
		s.refusedAs(by, s.work(by, cases.ActSetAside, named))
	}
	if !forGood {
		s.do(boss(), cases.ActReadmit, named)
	}
}

// hasPart: somebody has the case, or a proposal, vote or voice in what is not decided yet.
func (s *story) hasPart(m id.Member) bool {
	open, waits := cases.OpenProposal(s.events)
	return m == cases.AssignedTo(s.events) || slices.ContainsFunc(s.events, func(e cases.Event) bool {
		return e.Member == m && (waits && e.Seq >= open.Seq || e.Kind == cases.EventReturnVoice)
	})
}

// danger: the flag is up and nobody has dealt with it.
func (s *story) danger() bool {
	return s.c.Danger && !slices.ContainsFunc(s.events, func(e cases.Event) bool { return e.Kind == cases.EventDangerSettled })
}
