package cases_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
)

// TestAnyActs throws random acts by random people at a case, most of them such as the table has for its
// state, so that it gets far. Whatever was let through, the record must keep its promises.
func TestAnyActs(t *testing.T) {
	t.Parallel()
	happened := map[cases.EventKind]bool{}
	rapid.Check(t, func(rt *rapid.T) {
		s := begin(t)
		s.do(system, cases.ActReceive)
		for range 150 {
			s.later(rapid.SampledFrom([]int{0, 0, 0, 1, 5, 31}).Draw(rt, "days"))
			act := anyAct(rt, s)
			before := slices.Clone(s.events)
			err := s.try(act)
			if err == nil && len(s.events) <= len(before) || err != nil && len(s.events) != len(before) {
				rt.Fatalf("%v with %d events after %d", err, len(s.events), len(before))
			}
			if !slices.Equal(before, s.events[:len(before)]) {
				rt.Fatal("an event was changed")
			}
			if err == nil {
				checkRecord(rt, s)
			}
		}
		for _, e := range s.events {
			happened[e.Kind] = true
		}
	})
	// Chance need not come by each event in so few cases, and the tests of each row do. A walk that gets nowhere proves nothing.
	if all := len(cases.EventKinds()); len(happened) < all*3/4 {
		t.Errorf("%d of %d kinds of event happened", len(happened), all)
	}
}

var (
	people = []cases.Actor{system, sender, clerk, tan, lin, chen, zhao, sun, qian, he, staff("tan", cases.Roles()...),
		staff("lin", cases.Roles()...), staff("wu", cases.Triage, cases.Handler, cases.Approver)}
	codes   = append(cases.DeclineCodes(), cases.Findings()...)
	parents = []*cases.Parent{nil, {Key: 1, State: cases.Accepted}, {Key: -1, Unit: "south", State: cases.Accepted}, {Key: -1, State: cases.Triaged},
		{Key: -1, State: cases.InInquiry}, {Key: -1, State: cases.Concluded, Finding: cases.F1}, {Key: -1, State: cases.Declined},
		{Key: -1, State: cases.FeedbackGiven, Finding: cases.F5}, {Key: -1, State: cases.FeedbackGiven, Finding: cases.F3},
		{Key: -1, State: cases.Closed, Finding: cases.F1}}
)

func anyAct(rt *rapid.T, s *story) cases.Act {
	kind := rapid.SampledFrom(cases.ActKinds()).Draw(rt, "act")
	by := rapid.SampledFrom(people).Draw(rt, "who")
	if rapid.IntRange(0, 9).Draw(rt, "fits") > 0 {
		rows := slices.DeleteFunc(cases.Transitions(), func(r cases.Transition) bool { return !slices.Contains(r.From, s.c.State) })
		row := rapid.SampledFrom(rows).Draw(rt, "row")
		kind = row.Act
		able := slices.DeleteFunc(slices.Clone(people), func(a cases.Actor) bool {
			return !slices.ContainsFunc(row.By, func(r cases.Role) bool { return slices.Contains(a.Roles, r) })
		})
		by = rapid.SampledFrom(able).Draw(rt, "able")
	}
	if by.Member != "" && rapid.IntRange(0, 2).Draw(rt, "deputy") == 0 { // somebody is away, and this one has their cases
		if m := rapid.SampledFrom([]id.Member{"lin", "wu", "tan"}).Draw(rt, "away"); m != by.Member {
			by.For, by.Roles = []id.Member{m}, append(slices.Clone(by.Roles), cases.Handler)
		}
	}
	act := s.full(by, kind)
	switch kind {
	case cases.ActHear:
		act.Code = rapid.SampledFrom(append(cases.Hearings(), "", cases.C1)).Draw(rt, "code")
	case cases.ActClear:
		act.Code = rapid.SampledFrom(append(cases.Clearings(), "", cases.H1)).Draw(rt, "code")
	default:
		act.Code = rapid.SampledFrom(codes).Draw(rt, "code")
	}
	act.Handler = rapid.SampledFrom([]id.Member{"lin", "wu", "tan"}).Draw(rt, "handler")
	if kind == cases.ActSetAside || kind == cases.ActReadmit {
		act.Handler = rapid.SampledFrom(people).Draw(rt, "colleague").Member
	}
	act.NoMeasures = rapid.Bool().Draw(rt, "measures")
	act.Intent = id.NewDoc()
	act.Clock = rapid.SampledFrom([]cases.ClockKind{cases.ClockInquiry, cases.ClockOutcome}).Draw(rt, "clock")
	act.Parent = rapid.SampledFrom(parents).Draw(rt, "parent")
	return act
}

// settled are the states in which no clock runs: what was promised is done. In a transferred case it depends on whether the copy left.
var settled = [...]cases.State{cases.Declined, cases.FeedbackGiven, cases.Closed}

func checkRecord(rt *rapid.T, s *story) {
	rt.Helper()
	if state, err := cases.Replay(s.events); err != nil || state != s.c.State || s.c.Version != int64(len(s.events)) {
		rt.Fatalf("replay: %s, %v; the case says %s", state, err, s.c.State)
	}
	clocks := s.m.Clocks(s.events, s.day)
	open := slices.ContainsFunc(clocks, func(c cases.Clock) bool { return c.State != cases.Settled })
	if len(clocks) == 0 || s.c.State != cases.Transferred && open == slices.Contains(settled[:], s.c.State) {
		rt.Fatalf("state %s with clocks %+v", s.c.State, clocks)
	}
	runs := slices.ContainsFunc(clocks, func(c cases.Clock) bool { return c.State == cases.Running || c.State == cases.Breached })
	if open && !runs {
		rt.Fatalf("state %s waits for nothing: %+v", s.c.State, clocks)
	}
	checkAside(rt, s.events)
	for i, e := range s.events {
		if e.For != "" && (e.For == e.Member || e.Member == "" || !slices.ContainsFunc(s.events[:i], func(b cases.Event) bool { return b.Member == e.For })) {
			rt.Fatalf("%s stood in for %q, who had nothing to do here", e.Member, e.For)
		}
		switch e.Kind {
		case cases.EventObjected:
			if by := s.m.ObjectUntil(s.events[:i], e.Day); by.IsZero() || e.Day.After(by) {
				rt.Fatalf("objected on %s, and there was time until %s", e.Day, by)
			}
		case cases.EventTransferCalledOff, cases.EventTransferReturned:
			checkNotOurs(rt, s.events[:i], e)
		case cases.EventDeclined, cases.EventClosed, cases.EventReopened, cases.EventConcluded, cases.EventTransferred:
			checkTwoPeople(rt, s.events[:i], e)
			checkIntent(rt, s.events[:i], e)
			checkCleared(rt, s.events[:i], e)
		case cases.EventHeard:
			checkHeard(rt, s.m, s.events[:i], e)
		case cases.EventAccepted, cases.EventLinked:
			checkNotOverruled(rt, s.events[:i])
		case cases.EventUpheld, cases.EventSentBack:
			checkReview(rt, s.m, s.events[:i], e)
		case cases.EventFeedback:
			if e.From == cases.Linked && (e.Code == "" || e.Code == cases.F5) {
				rt.Fatalf("told %q as the outcome of another case", e.Code)
			}
		default:
		}
	}
}

// checkAside: whoever takes no part does nothing and has nothing, until they are readmitted.
func checkAside(rt *rapid.T, events []cases.Event) {
	rt.Helper()
	aside := map[id.Member]bool{}
	for i, e := range events {
		switch {
		case e.Kind == cases.EventReadmitted && aside[e.Member]:
			delete(aside, e.Member)
		case !e.Kind.IsClock() && (aside[e.Member] || aside[e.For]): // clocks follow in the same act
			rt.Fatalf("%s by %s for %q, who take no part", e.Kind, e.Member, e.For)
		case e.Kind == cases.EventReadmitted:
			rt.Fatalf("%s was readmitted and takes part", e.Member)
		case e.Kind == cases.EventSteppedAside:
			aside[e.Member] = true
		}
		if open, ok := cases.OpenProposal(events[:i+1]); ok && aside[open.Member] && !open.Code.Protected() {
			rt.Fatalf("a proposal of %s waits, who takes no part", open.Member)
		}
	}
	if aside[cases.AssignedTo(events)] {
		rt.Fatalf("%s has the case and takes no part", cases.AssignedTo(events))
	}
}

func checkTwoPeople(rt *rapid.T, before []cases.Event, decision cases.Event) {
	rt.Helper()
	at := len(before) - 1
	for !before[at].Kind.IsProposal() {
		at--
	}
	people := map[id.Member]bool{before[at].Member: true}
	for _, e := range before[at:] {
		if e.Kind == cases.EventApproved {
			people[e.Member] = true
		}
	}
	want := 2
	if decision.Code == cases.F5 {
		want = 3
	}
	if len(people) < want || people[""] || before[at].Code != decision.Code || before[at].Doc != decision.Doc ||
		(decision.Kind == cases.EventClosed && decision.Code != "") {
		rt.Fatalf("%s %s by %v", decision.Kind, decision.Code, people)
	}
	for _, e := range before {
		if e.Kind == cases.EventAssigned && one(before, e.Member, decision.Member) {
			rt.Fatalf("%s decided their own case", e.Member)
		}
	}
	for a := range people {
		for b := range people {
			if a != b && one(before, a, b) {
				rt.Fatalf("%s and %s are one, and %s was decided by %v", a, b, decision.Kind, people)
			}
		}
	}
}

// checkNotOurs: only what was sent comes back, and only what was not sent is called off.
func checkNotOurs(rt *rapid.T, before []cases.Event, e cases.Event) {
	rt.Helper()
	sent := false
	for _, b := range before {
		switch b.Kind {
		case cases.EventTransferred:
			sent = false
		case cases.EventTransferSent:
			sent = true
		default:
		}
	}
	if sent != (e.Kind == cases.EventTransferReturned) {
		rt.Fatalf("%s, and sent is %v", e.Kind, sent)
	}
}

// one reports whether two members are the same, or one has stood in for the other in the case.
func one(events []cases.Event, a, b id.Member) bool {
	return a == b || slices.ContainsFunc(events, func(e cases.Event) bool {
		return e.For != "" && (e.Member == a && e.For == b || e.Member == b && e.For == a)
	})
}

// checkIntent: "false with intent" has its evidence, and the reporter was asked and wrote after that.
func checkIntent(rt *rapid.T, before []cases.Event, decision cases.Event) {
	rt.Helper()
	if decision.Code != cases.F5 {
		return
	}
	var asked, answered, evidence bool
	for _, e := range before {
		switch e.Kind {
		case cases.EventAsked, cases.EventMessaged:
			asked = true
		case cases.EventAdded, cases.EventAnswered:
			answered = answered || asked
		case cases.EventIntent:
			evidence = !e.Doc.IsZero()
		default:
		}
	}
	if !answered || !evidence {
		rt.Fatalf("F5 with answer %v and evidence %v", answered, evidence)
	}
}

// checkHeard: a hearing has an outcome, and nobody failed to answer who had no invitation, or still had time.
func checkHeard(rt *rapid.T, m cases.Machine, before []cases.Event, heard cases.Event) {
	rt.Helper()
	if !slices.Contains(cases.Hearings(), heard.Code) || heard.Doc.IsZero() {
		rt.Fatalf("%+v", heard)
	}
	if heard.Code != cases.H2 {
		return
	}
	var due cases.Event
	for _, e := range before {
		if e.Clock == cases.ClockHearing && !e.Due.IsZero() {
			due = e
		}
	}
	if due.Due.IsZero() || !heard.Day.After(due.Due) {
		rt.Fatalf("no answer on %s, invited until %s", heard.Day, due.Due)
	}
}

// checkCleared: no case is closed on a finding that clears somebody who knows of the inquiry, before they were told so or it is on
// record why not.
func checkCleared(rt *rapid.T, before []cases.Event, closed cases.Event) {
	rt.Helper()
	if closed.Kind != cases.EventClosed || closed.From != cases.FeedbackGiven {
		return
	}
	var knows, due bool
	for _, e := range before {
		switch e.Kind {
		case cases.EventInvited, cases.EventHeard:
			knows = true
		case cases.EventConcluded:
			due = e.Code == cases.F3 || e.Code == cases.F5
		case cases.EventReopened, cases.EventSentBack:
			due = false
		case cases.EventCleared:
			if !slices.Contains(cases.Clearings(), e.Code) || e.Doc.IsZero() {
				rt.Fatalf("%+v", e)
			}
			due = false
		default:
		}
	}
	if knows && due {
		rt.Fatal("closed without a clearing letter")
	}
}

// checkNotOverruled: a protected proposal that did not become a decision was refused by two, and a protected decline that fell was
// sent back by two, or reopened by two.
func checkNotOverruled(rt *rapid.T, before []cases.Event) {
	rt.Helper()
	var refusers, voices map[id.Member]bool
	for _, e := range before {
		switch {
		case e.Kind == cases.EventProposedDecline && e.Code.Protected():
			refusers = map[id.Member]bool{}
		case e.Kind == cases.EventSteppedAside:
			delete(refusers, e.Member)
			delete(voices, e.Member)
		case e.Kind == cases.EventRefused && refusers != nil:
			if refusers[e.Member] = true; len(refusers) == 2 {
				refusers = nil
			}
		case e.Kind == cases.EventDeclined:
			refusers, voices = nil, nil
			if e.Code.Protected() {
				voices = map[id.Member]bool{}
			}
		case e.Kind == cases.EventReviewRequested && voices != nil:
			voices = map[id.Member]bool{}
		case (e.Kind == cases.EventReturnVoice || e.Kind == cases.EventSentBack) && voices != nil:
			voices[e.Member] = true
			if e.Kind == cases.EventSentBack && len(voices) < 2 {
				rt.Fatalf("a protected decline was sent back by %v", voices)
			}
		case e.Kind == cases.EventWithdrawn && refusers != nil && len(refusers) < 2:
			rt.Fatal("a protected proposal was withdrawn")
		}
	}
	if refusers != nil && len(refusers) < 2 {
		rt.Fatalf("accepted over a protected proposal refused by %v", refusers)
	}
}

// checkReview: whoever answers had no part before, and the reporter asked in time and twice at most.
func checkReview(rt *rapid.T, m cases.Machine, before []cases.Event, answer cases.Event) {
	rt.Helper()
	var asked int
	var told, at cases.Event
	upheld := map[id.Member]bool{} // of this decision: the inspector may answer for one decision after another
	for _, e := range before {
		switch e.Kind {
		case cases.EventDeclined, cases.EventFeedback:
			asked, told = 0, e
			clear(upheld)
		case cases.EventUpheld:
			told, upheld[e.Member] = e, true
		case cases.EventReviewRequested:
			asked, at = asked+1, e
		default:
		}
		part := e.Kind.IsProposal() || e.Kind == cases.EventApproved || e.Kind == cases.EventRefused || e.Kind == cases.EventAssigned
		if part && one(before, e.Member, answer.Member) {
			rt.Fatalf("%s answered the review and had a part: %s", answer.Member, e.Kind)
		}
	}
	if upheld[answer.Member] {
		rt.Fatalf("%s answered both levels", answer.Member)
	}
	if asked < 1 || asked > 2 || at.Day.After(m.Rules.Review.Due(told.Day, m.Calendar)) {
		rt.Fatalf("asked %d times, on %s after %s", asked, at.Day, told.Day)
	}
}
