package cases

import (
	"slices"

	"clarion.example/clarion/internal/workday"
)

// StepKind is one of the steps that a reporter is told about.
type StepKind string

// The steps, in order.
const (
	StepReceived StepKind = "received"
	StepFirst    StepKind = "first"    // the first message in the mailbox
	StepDecision StepKind = "decision" // accepted or declined, with reasons
	StepInquiry  StepKind = "inquiry"
	StepOutcome  StepKind = "outcome" // the reporter is told the outcome
	StepReview   StepKind = "review"  // only while somebody looks at the decision again, and after
)

// StepKinds returns the steps, for tables that must be complete.
func StepKinds() []StepKind {
	return []StepKind{StepReceived, StepFirst, StepDecision, StepInquiry, StepOutcome, StepReview}
}

// StepState says whether a step lies behind, is the present one, or is to come.
type StepState string

// The states of a step.
const (
	StepDone StepState = "done"
	StepNow  StepState = "now"
	StepTodo StepState = "todo"
)

// Step is one line of the reporter's timeline. It holds days only and nothing that staff have not yet told:
// an open proposal does not show.
type Step struct {
	Kind    StepKind
	State   StepState
	Done    workday.Day // zero until done
	Due     workday.Day // zero where no day was promised yet
	Late    bool        // done after Due, or not done and Due is over
	Paused  bool        // waits, most often for the reporter's answer; Due will move
	Days    int         // inquiry only: days so far, or in all
	Decided State       // decision only: Accepted, Declined or Transferred
}

// Key names the step in the catalogue; a decision that was taken is named by what it was.
func (s Step) Key() string {
	if s.Kind == StepDecision && s.Decided != "" {
		return "cases.step." + string(s.Decided)
	}
	return "cases.step." + string(s.Kind)
}

// Promise is a step and the day by which it is promised.
type Promise struct {
	Step StepKind
	By   workday.Day
}

// Promises are the days that a reporter is told when the report is received on day: the first message, the
// decision, the outcome. They assume the latest first message, so a later word only moves them forward.
func (m Machine) Promises(day workday.Day) []Promise {
	first := m.Rules.First.Due(day, m.Calendar)
	return []Promise{
		{StepReceived, day},
		{StepFirst, first},
		{StepDecision, m.Rules.Decision.Due(day, m.Calendar)},
		{StepOutcome, m.Rules.Outcome.Due(first, m.Calendar)},
	}
}

// Timeline is the reporter's view of a case: which steps are done, which is the present one, what is to come
// and by when. A case that was declined or transferred ends with the decision, one under review with the review. After a
// reopening, a review that sent it back, or a transfer that came back or was called off, the steps begin anew. A linked case looks as
// one that was accepted. It returns nil for a case without events.
func (m Machine) Timeline(events []Event, today workday.Day) []Step {
	if len(events) == 0 {
		return nil
	}
	clocks := m.Clocks(sinceBegun(events), today)
	steps := []Step{
		{Kind: StepReceived, Done: events[0].Day},
		m.step(StepFirst, ClockFirst, m.Clocks(events, today)),
		m.step(StepDecision, ClockDecision, clocks),
		m.step(StepInquiry, ClockInquiry, clocks),
		m.step(StepOutcome, ClockOutcome, clocks),
	}
	if steps[4].Due.IsZero() {
		steps[4].Due = m.Rules.Outcome.Due(steps[1].Due, m.Calendar)
	}
	for _, e := range events {
		follow(steps, e)
	}
	if events[len(events)-1].To == Suspended { // as PublicState: a pause would tell
		for i := range steps {
			steps[i].Paused = false
		}
	}
	if c := last(clocks, ClockInquiry); c != nil {
		steps[3].Days = c.Elapsed(today)
	}
	if d := steps[2].Decided; d == Declined || d == Transferred {
		steps = steps[:3]
	}
	if d := standing(events); d != nil && d.Level > 0 {
		s := m.step(StepReview, ClockReview, clocks)
		s.Done = d.Answered
		steps = append(steps, s)
	}
	return mark(steps, today)
}

// sinceBegun leaves out what came before the case last began anew: those clocks are settled for good. A case that goes back
// into inquiry keeps the clock of its decision.
func sinceBegun(events []Event) []Event {
	for i, e := range slices.Backward(events) {
		if e.Kind == EventReopened || e.Kind == EventTransferReturned || e.Kind == EventTransferCalledOff || e.Kind == EventSentBack && e.To == Triaged {
			return events[i:]
		}
	}
	return events
}

// step reads the promised day of a step from its clock. A settled pause has moved it already.
func (m Machine) step(kind StepKind, clock ClockKind, clocks []Clock) Step {
	s := Step{Kind: kind}
	if c := last(clocks, clock); c != nil {
		s.Due, s.Paused = c.Due, c.State == Paused
	}
	return s
}

func follow(steps []Step, e Event) {
	switch e.Kind {
	case EventAcknowledged:
		steps[1].Done = e.Day
	case EventAccepted, EventDeclined, EventTransferred:
		steps[2].Done, steps[2].Decided = e.Day, e.To
	case EventLinked:
		steps[2].Done, steps[2].Decided = e.Day, Accepted
	case EventConcluded:
		steps[3].Done = e.Day
	case EventFeedback:
		steps[4].Done = e.Day
		if steps[3].Done.IsZero() { // the inquiry was that of the earlier case
			steps[3].Done = e.Day
		}
	case EventReopened, EventUnlinked, EventSentBack, EventTransferReturned, EventTransferCalledOff:
		if e.To == Triaged {
			steps[2].Done, steps[2].Decided = workday.Day{}, ""
		}
		steps[3].Done, steps[4].Done = workday.Day{}, workday.Day{}
	default:
	}
}

// mark makes the first step that is not done the present one.
func mark(steps []Step, today workday.Day) []Step {
	now := StepNow
	for i := range steps {
		s := &steps[i]
		end := s.Done
		if s.Done.IsZero() {
			s.State, now, end = now, StepTodo, today
		} else {
			s.State = StepDone
		}
		s.Late = !s.Due.IsZero() && !s.Paused && end.After(s.Due)
	}
	return steps
}

// PublicState is the state that a reporter is shown. A linked case shows as one that was accepted: that there is another report of
// the same facts would tell somebody who reports himself whether others did. A suspended one shows as one in inquiry: whether the
// reporter may be told is the approver's decision, and a letter then says more than a state.
func PublicState(s State) State {
	switch s {
	case Linked:
		return Accepted
	case Suspended:
		return InInquiry
	default:
		return s
	}
}

// PublicStatus is the key of the plain sentence that a reporter, or a clerk with the pick-up number, reads
// for a state.
func PublicStatus(s State) string { return "cases.status." + string(PublicState(s)) }
