package cases

import (
	"slices"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// reviewLevels is how often one decision may be looked at again.
const reviewLevels = 2

// SampleDays is how many working days an office has to hand a case over to the inspector.
const SampleDays = 5

// Decision is the last decision of a case that stands, with the reviews that were asked for.
type Decision struct {
	Kind     EventKind   // EventDeclined, EventConcluded, or EventFeedback for the outcome of the case that this one is linked to
	Code     Code        // decline code or finding
	Told     workday.Day // when the reporter was told; zero before that
	Level    int         // reviews asked for so far
	Answered workday.Day // the last of them; zero while it waits, and without one
	voices   []id.Member // for sending a protected decline back
	answered []id.Member // who let it stand
}

// Standing returns the decision that stands; ok is false when none does.
func Standing(events []Event) (d Decision, ok bool) {
	if s := standing(events); s != nil {
		return *s, true
	}
	return Decision{}, false
}

func standing(events []Event) *Decision {
	var d *Decision
	for _, e := range events {
		switch {
		case e.Kind == EventDeclined:
			d = &Decision{Kind: EventDeclined, Code: e.Code, Told: e.Day}
		case e.Kind == EventConcluded:
			d = &Decision{Kind: EventConcluded, Code: e.Code}
		case e.Kind == EventFeedback && e.Code != "":
			d = &Decision{Kind: EventFeedback, Code: e.Code, Told: e.Day}
		case d == nil:
		case e.Kind == EventFeedback:
			d.Told = e.Day
		case e.Kind == EventReviewRequested:
			d.Level, d.Answered, d.voices = d.Level+1, workday.Day{}, nil
		case e.Kind == EventSteppedAside:
			d.voices = slices.DeleteFunc(d.voices, func(m id.Member) bool { return m == e.Member })
		case e.Kind == EventReturnVoice:
			d.voices = append(d.voices, e.Member)
		case e.Kind == EventUpheld:
			d.Answered, d.answered = e.Day, append(d.answered, e.Member)
		case e.Kind == EventSentBack, e.Kind == EventReopened:
			d = nil
		}
	}
	return d
}

// voicesNeeded: what protects an activity or a trait is overruled by no one person, not by the inspector either.
func (d Decision) voicesNeeded() int {
	if d.Kind == EventDeclined && d.Code.Protected() {
		return 2
	}
	return 1
}

// Waits reports whether a review of the level waits for an answer.
func (d Decision) Waits(level int) bool { return d.Level == level && d.Answered.IsZero() }

// Voices is how many have said so far that the decision should go back.
func (d Decision) Voices() int { return len(d.voices) }

// FirstOfTwo reports whether a voice for sending the decision back would be the first of two: nothing is decided then, and the
// reporter is told nothing.
func (d Decision) FirstOfTwo() bool { return len(d.voices)+1 < d.voicesNeeded() }

// ReviewUntil is the last day on which the reporter may ask for a review, and which level it would be, 1 or 2. ok is false when
// no decision can be reviewed, or its time is over.
func (m Machine) ReviewUntil(c Case, events []Event, today workday.Day) (by workday.Day, level int, ok bool) {
	h := history{m: m, c: c, events: events}
	if !h.at([]State{Declined, FeedbackGiven, Closed}) || h.reviewable(Act{Day: today}) != nil {
		return workday.Day{}, 0, false
	}
	d := standing(events)
	return m.reviewBy(d), d.Level + 1, true
}

// reviewBy counts from the day on which the reporter read the decision, or the answer to the first review.
func (m Machine) reviewBy(d *Decision) workday.Day {
	from := d.Told
	if d.Level > 0 {
		from = d.Answered
	}
	return m.Rules.Review.Due(from, m.Calendar)
}

func (h history) reviewable(act Act) error {
	d := standing(h.events)
	switch {
	case d == nil || d.Told.IsZero():
		return errs.New(errs.Conflict, "cases.nothing_decided", nil)
	case d.Level >= reviewLevels:
		return errs.New(errs.Conflict, "cases.reviewed_twice", nil)
	default:
		return conflictIf(act.Day.After(h.m.reviewBy(d)), "cases.review_over")
	}
}

// reviewer lets an approver answer the first level and the inspector the second. The second voice that a protected decline takes
// is an approver's at either level.
func (h history) reviewer(act Act) error {
	d, me := standing(h.events), h.selves(act.By)
	part := slices.ContainsFunc(me, func(m id.Member) bool { return hadPart(h.events, m) })
	if d.Level == reviewLevels && len(d.voices) == 0 {
		if !slices.Contains(act.By.Roles, Inspector) {
			return errs.New(errs.Denied, "cases.review_inspector", nil)
		}
		return deniedIf(part || slices.Contains(d.answered, act.By.Member), "cases.had_part")
	}
	if !slices.Contains(act.By.Roles, Approver) {
		return errs.New(errs.Denied, "cases.review_approver", nil)
	}
	return deniedIf(part || slices.ContainsFunc(me, func(m id.Member) bool { return reviewed(h.events, m) }), "cases.had_part")
}

// hadPart reports whether somebody ever proposed, voted, handled, linked or told an outcome in the case.
func hadPart(events []Event, m id.Member) bool {
	return slices.ContainsFunc(events, func(e Event) bool {
		if e.Member != m {
			return false
		}
		switch e.Kind {
		case EventApproved, EventRefused, EventWithdrawn, EventAssigned, EventFeedback, EventLinked:
			return true
		default:
			return e.Kind.IsProposal()
		}
	})
}

// reviewed reports whether somebody answered a review in the case. There may be one inspector only, who looks at each new decision.
func reviewed(events []Event, m id.Member) bool {
	return slices.ContainsFunc(events, func(e Event) bool {
		return e.Member == m && (e.Kind == EventReturnVoice || e.Kind == EventUpheld || e.Kind == EventSentBack)
	})
}
