package cases

import (
	"slices"

	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Passing is how far a case has come on its way to another body, as its reporter is told.
type Passing string

// The stages. "" is a case that nobody wants to pass on, or no more.
const (
	PassingProposed Passing = "proposed" // the reporter was written to
	PassingApproved Passing = "approved" // decided, and not sent
	PassingSent     Passing = "sent"
	PassingReceived Passing = "received" // the other body has confirmed
)

// PassingOf is the stage of a case.
func PassingOf(events []Event) Passing {
	if p, ok := OpenProposal(events); ok && p.Kind == EventProposedTransfer {
		return PassingProposed
	}
	for _, e := range slices.Backward(events) {
		switch e.Kind {
		case EventTransferReceived:
			return PassingReceived
		case EventTransferSent:
			return PassingSent
		case EventTransferred:
			return PassingApproved
		case EventTransferReturned, EventTransferCalledOff:
			return ""
		default:
		}
	}
	return ""
}

// ObjectUntil is the last day on which the reporter can object to a transfer; zero when none waits for them, or the day is over.
func (m Machine) ObjectUntil(events []Event, today workday.Day) workday.Day {
	c := last(m.Clocks(events, today), ClockTransfer)
	if PassingOf(events) != PassingProposed || c == nil || today.After(c.Due) {
		return workday.Day{}
	}
	return c.Due
}

// ApprovedCopy is the sealed copy of the last transfer that was approved, zero for none.
func ApprovedCopy(events []Event) id.Doc {
	for _, e := range slices.Backward(events) {
		if e.Kind == EventTransferred {
			return e.Doc
		}
	}
	return id.Doc{}
}
