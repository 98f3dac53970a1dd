package cases

import (
	"slices"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// Parent is the earlier case of the same facts, as an act on the case that is linked to it sees it. There is no other tie
// between cases, and none between people.
type Parent struct {
	Key     int64 // as in [Case]: cases are numbered in the order in which they came
	Unit    id.Unit
	State   State
	Finding Code // of the decision that stands, "" for none
}

// ParentOf is what a linked case may know of its parent.
func ParentOf(c Case, events []Event) *Parent {
	p := &Parent{Key: c.Key, Unit: c.Unit, State: c.State}
	if d := standing(events); d != nil && d.Kind != EventDeclined {
		p.Finding = d.Code
	}
	return p
}

// handled are the states of a case that others can be linked to: somebody is on it, and its outcome is not told yet.
var handled = [...]State{Accepted, InInquiry, Suspended, Concluded}

func (h history) parent(p *Parent) error {
	switch {
	case p == nil || p.Unit != h.c.Unit:
		return errs.New(errs.Invalid, "cases.parent_missing", nil)
	case p.Key >= h.c.Key:
		return errs.New(errs.Conflict, "cases.parent_later", nil)
	default:
		return conflictIf(!slices.Contains(handled[:], p.State), "cases.parent_state")
	}
}

// outcome: a finding of intent is about the other reporter, and what was declined or is under review decides nothing here. Such
// a case is unlinked and decided alone.
func (h history) outcome(p *Parent) error {
	switch {
	case p == nil:
		return errs.New(errs.Invalid, "cases.parent_missing", nil)
	case p.State != FeedbackGiven && p.State != Closed:
		return errs.New(errs.Conflict, "cases.parent_open", nil)
	default:
		return conflictIf(!slices.Contains([]Code{F1, F2, F3, F4}, p.Finding), "cases.parent_alone")
	}
}
