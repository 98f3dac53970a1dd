package cases

import "clarion.example/clarion/internal/id"

// Proposal is a decision that waits for somebody else.
type Proposal struct {
	Event
	approvals int
	refusals  int
	voters    []id.Member
	ayes      []bool // of voters, in their order
}

// OpenProposal returns the proposal that waits, if one does. Approvals and refusals count towards it until a decision, enough
// refusals, or its withdrawal. It is over, too, when the reporter objects to a transfer or asks for a review, and when its
// proposer takes no part any more; the vote of somebody who takes none does not count.
func OpenProposal(events []Event) (p Proposal, ok bool) {
	open := openProposal(events)
	if open == nil {
		return Proposal{}, false
	}
	return *open, true
}

// Votes says how many approvals and refusals the proposal has, and how many of each decide it.
func (p Proposal) Votes() (approvals, approvalsNeeded, refusals, refusalsNeeded int) {
	return p.approvals, p.approvalsNeeded(), p.refusals, p.refusalsNeeded()
}

// approvalsNeeded: false with intent takes two approvers beside the proposer, everything else one.
func (p Proposal) approvalsNeeded() int {
	if p.Code == F5 {
		return 2
	}
	return 1
}

// refusalsNeeded: to overrule a proposal that protects an activity or a trait takes two.
func (p Proposal) refusalsNeeded() int {
	if p.Kind == EventProposedDecline && p.Code.Protected() {
		return 2
	}
	return 1
}

func openProposal(events []Event) *Proposal {
	var open *Proposal
	for _, e := range events {
		switch {
		case e.Kind.IsProposal():
			open = &Proposal{Event: e}
		case open == nil:
		case e.Kind == EventApproved:
			open.approvals++
			open.voters, open.ayes = append(open.voters, e.Member), append(open.ayes, true)
			if open.approvals >= open.approvalsNeeded() {
				open = nil
			}
		case e.Kind == EventRefused:
			open.refusals++
			open.voters, open.ayes = append(open.voters, e.Member), append(open.ayes, false)
			if open.refusals >= open.refusalsNeeded() {
				open = nil
			}
		case e.Kind == EventSteppedAside && (e.Member != open.Member || open.refusalsNeeded() > 1):
			open.forget(e.Member) // a protected proposal is taken back by nobody alone, in this way either
		case e.Kind == EventSteppedAside, e.Kind == EventWithdrawn, e.Kind == EventObjected, e.Kind == EventReviewRequested:
			open = nil
		}
	}
	return open
}

// AssignedTo returns the handler of the case, "" when it has none. Reopening a case takes it from its handler, and so does an interest
// that they have in it.
func AssignedTo(events []Event) id.Member {
	var handler id.Member
	for _, e := range events {
		switch e.Kind {
		case EventAssigned:
			handler = e.Member
		case EventReopened, EventLeadPassed:
			handler = ""
		case EventSteppedAside:
			if e.Member == handler {
				handler = ""
			}
		default:
		}
	}
	return handler
}

// Retention is how long a closed case is kept, by class; a pack gives each class its term.
type Retention string

// The classes.
const (
	RetainShort Retention = "unfounded" // out of scope or unfounded: default 60 days
	RetainLong  Retention = "concluded" // default 2 years
)

// RetentionOf returns the class that the last decision of a case gives it; "" when nothing was decided.
func RetentionOf(events []Event) Retention {
	var class Retention
	for _, e := range events {
		switch {
		case e.Kind == EventDeclined, e.Kind == EventTransferred, outcome(e) && e.Code == F3:
			class = RetainShort
		case outcome(e):
			class = RetainLong
		case e.Kind == EventTransferReturned, e.Kind == EventTransferCalledOff:
			class = ""
		}
	}
	return class
}

// outcome reports whether the event gives the case a finding: its own, or that of the case it is linked to.
func outcome(e Event) bool {
	return e.Kind == EventConcluded || e.Kind == EventFeedback && e.Code != ""
}
