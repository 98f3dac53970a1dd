package cases

import (
	"slices"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// Aside are those who take no part in the case, because they have an interest in it: they said so, or an approver did, and nobody
// has readmitted them since. They see nothing of it and do nothing in it.
func Aside(events []Event) (out []id.Member) {
	for _, e := range events {
		switch e.Kind {
		case EventSteppedAside:
			if !slices.Contains(out, e.Member) {
				out = append(out, e.Member)
			}
		case EventReadmitted:
			out = slices.DeleteFunc(out, func(m id.Member) bool { return m == e.Member })
		default:
		}
	}
	return out
}

// leaving writes that somebody takes no part any more. What they had proposed is over with it, and so is the clock of a transfer that
// they proposed.
func (m Machine) leaving(h history, act Act, who id.Member) []Event {
	e := Event{Kind: EventSteppedAside, Member: who}
	if act.Kind == ActSetAside {
		e.Doc = act.Doc
	}
	out := []Event{e}
	if h.open != nil && h.open.Kind == EventProposedTransfer && openProposal(append(slices.Clone(h.events), e)) == nil {
		out = append(out, m.clockEvents(Transition{Settles: []ClockKind{ClockTransfer}}, h.clocks, act.Day)...)
	}
	return out
}

// colleague asks for somebody else of the office who takes part.
func (h history) colleague(act Act) error {
	switch {
	case !id.ValidName(string(act.Handler)):
		return errs.New(errs.Invalid, "cases.colleague_missing", nil)
	case act.Handler == act.By.Member:
		return errs.New(errs.Denied, "cases.aside_oneself", nil)
	default:
		return conflictIf(slices.Contains(Aside(h.events), act.Handler), "cases.aside_already")
	}
}

// handlerFor asks for a handler who may have the case. Only who has it themself hands it over, and to somebody else.
func (h history) handlerFor(act Act) error {
	has := AssignedTo(h.events)
	switch {
	case !id.ValidName(string(act.Handler)):
		return errs.New(errs.Invalid, "cases.handler_missing", nil)
	case slices.Contains(Aside(h.events), act.Handler):
		return errs.New(errs.Conflict, "cases.handler_aside", nil)
	case act.Kind == ActHandOver && has != act.By.Member:
		return errs.New(errs.Denied, "cases.deputy_keeps", nil)
	default:
		return conflictIf(act.Kind == ActHandOver && act.Handler == has, "cases.has_it")
	}
}

// forget takes the vote of somebody who takes no part any more out of the count.
func (p *Proposal) forget(m id.Member) {
	i := slices.Index(p.voters, m)
	if i < 0 {
		return
	}
	if p.ayes[i] {
		p.approvals--
	} else {
		p.refusals--
	}
	p.voters, p.ayes = slices.Delete(p.voters, i, i+1), slices.Delete(p.ayes, i, i+1)
}
