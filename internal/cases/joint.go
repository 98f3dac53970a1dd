package cases

import (
	"slices"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Office writes what happens between offices, by member: that another one reads the case from now on ([EventOfficeJoined]) or no more
// ([EventOfficeLeft]), and how it comes to be its own ([EventLeadOffered] to [EventLeadPassed]). It is no act of the table: it moves no
// state, takes nothing that waits, and an approver of the other office does it as well. The error is that of [Machine.Apply] for a day
// before the last event.
func (m Machine) Office(c Case, events []Event, kind EventKind, by id.Member, day workday.Day, at time.Time) (Event, error) {
	h := history{m: m, c: c, events: events}
	act := Act{By: Actor{Member: by}, Day: day, At: at, Seen: c.Version}
	if err := h.fresh(act, Approver); err != nil {
		return Event{}, err
	}
	return h.number([]Event{{Kind: kind}}, act, Approver, "")[0], nil
}

// passable are the states in which a case can become another office's. What was concluded is answered for by the office that concluded.
var passable = [...]State{Acknowledged, Triaged, NeedsInfo, Accepted, InInquiry}

// Passable refuses a case that cannot become another office's now: because of where it stands, or because a proposal waits.
func Passable(c Case, events []Event) error {
	if !slices.Contains(passable[:], c.State) {
		return errs.New(errs.Conflict, "cases.not_from_here", nil)
	}
	if _, waits := OpenProposal(events); waits {
		return errs.New(errs.Conflict, "cases.proposal_waits", nil)
	}
	return nil
}

// LeadAskedBy is who asked another office last to take the case over, "" for nobody.
func LeadAskedBy(events []Event) id.Member {
	for _, e := range slices.Backward(events) {
		if e.Kind == EventLeadOffered {
			return e.Member
		}
	}
	return ""
}

// Handovers are the letters with which the case became another office's, in order.
func Handovers(events []Event) (letters []id.Doc) {
	for _, e := range events {
		if e.Kind == EventLeadPassed {
			letters = append(letters, e.Doc)
		}
	}
	return letters
}
