package cases

import (
	"slices"

	"clarion.example/clarion/internal/errs"
)

// hearing asks what came of it. That somebody did not answer can be said only of an invitation whose time is over; that they were
// not reached is explained in the act's document.
func (h history) hearing(act Act) error {
	switch act.Code {
	case H1, H3, H4:
		return nil
	case H2:
		c := last(h.clocks, ClockHearing)
		if c == nil {
			return errs.New(errs.Conflict, "cases.not_invited", nil)
		}
		return conflictIf(!act.Day.After(c.Due), "cases.hearing_open")
	default:
		return errs.New(errs.Invalid, "cases.hearing_missing", nil)
	}
}

// clearing asks for a finding that clears somebody, and what became of the letter. Who was invited or heard knows of the inquiry.
func (h history) clearing(act Act) error {
	switch {
	case !h.clears():
		return errs.New(errs.Conflict, "cases.nothing_to_clear", nil)
	case !slices.Contains(Clearings(), act.Code):
		return errs.New(errs.Invalid, "cases.clearing_missing", nil)
	default:
		return conflictIf(act.Code == C2 && h.reached(), "cases.knows_of_it")
	}
}

// clears reports whether the finding that stands says that the report did not hold.
func (h history) clears() bool {
	d := standing(h.events)
	return d != nil && (d.Code == F3 || d.Code == F5)
}

// knows reports whether the person reported was approached in this case, so that a letter is due or a reason why there is none.
func (h history) knows() bool { return h.happened(EventInvited) || h.happened(EventHeard) }

// reached reports whether the person reported was written to or spoken with, as far as the record says.
func (h history) reached() bool {
	return slices.ContainsFunc(h.events, func(e Event) bool {
		return e.Kind == EventInvited || e.Kind == EventHeard && e.Code != H4
	})
}

// cleared reports whether a clearing letter, or the reason why there is none, follows the last finding.
func (h history) cleared() bool {
	for _, e := range slices.Backward(h.events) {
		switch e.Kind {
		case EventCleared:
			return true
		case EventConcluded:
			return false
		default:
		}
	}
	return false
}
