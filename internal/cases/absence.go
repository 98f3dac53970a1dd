package cases

import (
	"slices"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Absence is the days on which a member of a unit is away, both included, by the unit's calendar, and who has their cases
// meanwhile. Why somebody is away is nobody's business and stands nowhere. One that is ended early is no absence any more.
type Absence struct {
	Member   id.Member
	Deputy   id.Member // a handler of the same unit; "" for nobody: the cases wait
	From, To workday.Day
}

// maxAbsence is how many days an absence may have, and how many days ahead it may begin.
const maxAbsence = 366

// Has reports whether the day is one of the absence.
func (a Absence) Has(d workday.Day) bool { return !d.Before(a.From) && !d.After(a.To) }

func (a Absence) meets(b Absence) bool { return !a.To.Before(b.From) && !b.To.Before(a.From) }

// StandsIn are those whose cases somebody has on a day, each once.
func StandsIn(all []Absence, deputy id.Member, on workday.Day) (out []id.Member) {
	for _, a := range all {
		if deputy != "" && a.Deputy == deputy && a.Has(on) && !slices.Contains(out, a.Member) {
			out = append(out, a.Member)
		}
	}
	return out
}

// CheckAbsence says why a cannot stand beside the other absences of the unit. Nobody stands in for themself, nobody who is away
// stands in for others, nor passes on what they have for them, and nobody is away twice at a time.
func CheckAbsence(a Absence, others []Absence, today workday.Day) error {
	switch {
	case a.From.IsZero() || a.To.IsZero() || a.To.Before(a.From):
		return errs.New(errs.Invalid, "away.days", nil).AtField("to")
	case a.To.Before(today):
		return errs.New(errs.Invalid, "away.past", nil).AtField("to")
	case a.To.Sub(a.From) >= maxAbsence || a.From.Sub(today) > maxAbsence:
		return errs.New(errs.Invalid, "away.long", nil).AtField("to")
	case a.Deputy == a.Member:
		return errs.New(errs.Invalid, "away.self", nil).AtField("deputy")
	}
	for _, o := range others {
		if !a.meets(o) {
			continue
		}
		days := errs.Args{"From": o.From, "To": o.To}
		switch {
		case o.Member == a.Member:
			return errs.New(errs.Conflict, "away.twice", days).AtField("from")
		case a.Deputy != "" && o.Member == a.Deputy:
			return errs.New(errs.Conflict, "away.deputy_away", days).AtField("deputy")
		case o.Deputy == a.Member:
			return errs.New(errs.Conflict, "away.is_deputy", days).AtField("from")
		}
	}
	return nil
}

// has reports whether the actor has the cases of m: their own, or those of somebody who is away.
func (a Actor) has(m id.Member) bool {
	return m != "" && (m == a.Member || slices.Contains(a.For, m))
}

// forWhom is in whose place the actor does this: the handler's who is away, where the act is a handler's, or the proposer's who is
// away. "" when they act for themself.
func (h history) forWhom(t Transition, act Act) id.Member {
	handler := AssignedTo(h.events)
	deputy := slices.Contains(t.By, Handler) && slices.Contains(act.By.Roles, Handler) && slices.Contains(act.By.For, handler)
	if deputy && !h.voted(act.By.Member) { // whose vote counts acts in another role, for themself
		return handler
	}
	if act.Kind == ActWithdraw && h.open.Member != act.By.Member {
		if slices.Contains(act.By.For, h.open.Member) {
			return h.open.Member
		}
	}
	return ""
}

// ownProposal: what a deputy proposed is the proposal of the one in whose place they did, too.
func (h history) ownProposal(by Actor) bool { return by.has(h.open.Member) || by.has(h.open.For) }

// selves are the people who count as one with the actor in this case: themself, those for whom they stand in today, and, for good,
// everybody in whose place they have acted in the case and everybody who has acted in theirs.
func (h history) selves(by Actor) []id.Member {
	out := append([]id.Member{by.Member}, by.For...)
	for _, e := range h.events {
		switch {
		case e.For == "":
		case e.Member == by.Member:
			out = append(out, e.For)
		case e.For == by.Member:
			out = append(out, e.Member)
		}
	}
	return out
}

// voted reports whether somebody has a vote or voice in what is not decided yet: whoever has one is nobody's deputy in the case
// until then, or the vote would be the handler's own.
func (h history) voted(m id.Member) bool {
	if h.open != nil && slices.Contains(h.open.voters, m) {
		return true
	}
	d := standing(h.events)
	return d != nil && h.c.State == Review && slices.Contains(d.voices, m)
}
