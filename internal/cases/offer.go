package cases

import (
	"slices"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Offer is an act that somebody with an actor's roles can do in the state of a case. Why is "" when this actor could do it
// now, if they brought what it asks for, and otherwise the catalogue's key of the refusal.
type Offer struct {
	Act ActKind
	Why string
}

// Offers lists the acts that a member of staff may think of, in the order of [ActKinds]. It decides nothing: [Machine.Apply]
// is asked with an act that brings everything that can be brought, so that the two cannot disagree. parent is the case that this
// one is linked to, nil for none.
func (m Machine) Offers(c Case, events []Event, by Actor, today workday.Day, parent *Parent) []Offer {
	var out []Offer
	for _, kind := range ActKinds() {
		if !fitting(c.State, kind, by) {
			continue
		}
		out = append(out, Offer{kind, m.refusal(c, events, by, kind, today, parent)})
	}
	return out
}

// fitting reports whether a row of the table has the act in this state for one of the roles.
func fitting(state State, kind ActKind, by Actor) bool {
	return slices.ContainsFunc(transitions(), func(t Transition) bool {
		return t.Act == kind && slices.Contains(t.From, state) && slices.ContainsFunc(t.By, func(r Role) bool {
			return r != System && r != Reporter && slices.Contains(by.Roles, r)
		})
	})
}

// refusal is why the best act of a kind is refused now, "" when it is not. What depends on a choice is tried each way.
func (m Machine) refusal(c Case, events []Event, by Actor, kind ActKind, today workday.Day, parent *Parent) string {
	best := Act{Kind: kind, By: by, Day: today, Seen: c.Version, Doc: id.NewDoc(), Intent: id.NewDoc(), Handler: by.Member,
		NoInterest: true, NoMeasures: true, Code: F3, Clock: ClockInquiry,
		Checks: Checks{Category: true, Conduct: true, Danger: true, Remit: true, Interest: true, Duplicate: true,
			RiskToReporter: true, RiskToReported: true}}
	switch kind {
	case ActProposeDecline:
		best.Code = D1
	case ActHear:
		best.Code = H1
	case ActClear:
		best.Code = C1
	case ActLink: // the earlier case is the person's to name
		best.Parent = &Parent{Key: c.Key - 1, Unit: c.Unit, State: Accepted}
	case ActHandOver, ActSetAside: // somebody else is the person's to name
		best.Handler = "somebody"
	case ActReadmit:
		best.Handler = ""
		if aside := Aside(events); len(aside) > 0 {
			best.Handler = aside[0]
		}
	default:
		best.Parent = parent
	}
	best.Copy = ApprovedCopy(events)
	if p := openProposal(events); p != nil {
		best.Proposal = p.Seq
	}
	key := m.try(c, events, best)
	if kind == ActExtend && key == "cases.not_extensible" {
		best.Clock = ClockOutcome
		key = m.try(c, events, best)
	}
	return key
}

// try is the key with which an act would be refused, "" when it would not.
func (m Machine) try(c Case, events []Event, act Act) string {
	_, err := m.Apply(c, events, act)
	if err == nil {
		return ""
	}
	if e, ok := errs.Public(err); ok {
		return e.Key
	}
	return "cases.not_from_here"
}
