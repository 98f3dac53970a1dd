package casework

import (
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/workday"
)

// unreached are acts of the machine that no surface of this version does: the other half of each is not built. They are offered to
// nobody and refused to everybody.
var unreached = [...]cases.ActKind{cases.ActProposeTransfer, cases.ActObject, cases.ActSendTransfer, cases.ActConfirmTransfer,
	cases.ActReturnTransfer, cases.ActCallOffTransfer}

// Reached reports whether this version does a row of the machine: not when its act is unreached, nor when only unreached acts
// lead to what it starts from.
func Reached(t cases.Transition) bool {
	switch {
	case slices.Contains(unreached[:], t.Act), t.Proposal == cases.EventProposedTransfer:
		return false
	default:
		return len(t.From) != 1 || t.From[0] != cases.Transferred
	}
}

// Term is how long a clock runs at this authority; zero for one that is not counted in days.
func (s *Service) Term(k cases.ClockKind) workday.Term { return s.o.Machine.Rules.Term(k) }
