package cases

import (
	"fmt"
	"slices"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// history is a case as one act finds it.
type history struct {
	m      Machine
	c      Case
	events []Event
	open   *Proposal
	clocks []Clock
}

// row finds the line of the table that the act asks for.
func (h history) row(act Act) (Transition, error) {
	if !slices.Contains(ActKinds(), act.Kind) {
		return Transition{}, errs.New(errs.Invalid, "cases.unknown_act", nil)
	}
	for _, t := range transitions() {
		if t.Act != act.Kind || !h.at(t.From) {
			continue
		}
		if t.Proposal != "" && (h.open == nil || h.open.Kind != t.Proposal) {
			continue
		}
		if d := standing(h.events); t.Of != "" && (d == nil || d.Kind != t.Of) {
			continue
		}
		return t, nil
	}
	if act.Kind == ActApprove && slices.Contains(proposed[:], h.c.State) {
		return Transition{}, errs.New(errs.Conflict, "cases.no_proposal", nil)
	}
	return Transition{}, errs.New(errs.Conflict, "cases.not_from_here", nil)
}

func (h history) at(from []State) bool {
	if from == nil {
		return len(h.events) == 0 && h.c.State == ""
	}
	return len(h.events) > 0 && slices.Contains(from, h.c.State)
}

// role finds the role in which the actor may do this.
func (h history) role(t Transition, act Act) (Role, error) {
	staff := act.By.Member != ""
	if slices.Contains(Aside(h.events), act.By.Member) {
		return "", errs.New(errs.Denied, "cases.aside", nil)
	}
	notYours, both := false, false
	for _, r := range t.By {
		if !slices.Contains(act.By.Roles, r) || staff == (r == System || r == Reporter) {
			continue
		}
		if r == Handler && !act.By.has(AssignedTo(h.events)) {
			notYours = true
			continue
		}
		if r == Handler && AssignedTo(h.events) != act.By.Member && h.voted(act.By.Member) {
			both = true
			continue
		}
		return r, nil
	}
	if both {
		return "", errs.New(errs.Denied, "cases.voted", nil)
	}
	if notYours {
		return "", errs.New(errs.Denied, "cases.not_your_case", nil)
	}
	return "", errs.New(errs.Denied, "cases.role", nil)
}

// fresh refuses acts on an old view, before the last event's day, or on a history that does not fit the case.
func (h history) fresh(act Act, role Role) error {
	state, err := Replay(h.events)
	if err != nil {
		return err
	}
	if state != h.c.State || h.c.Version != int64(len(h.events)) {
		return errs.New(errs.Internal, "cases.broken_history", errs.Args{"Seq": len(h.events)})
	}
	if role != System && role != Reporter && act.Seen != h.c.Version {
		return errs.New(errs.Conflict, "cases.moved_on", nil)
	}
	if act.Day.IsZero() || (len(h.events) > 0 && act.Day.Before(h.events[len(h.events)-1].Day)) {
		return errs.New(errs.Unavailable, "cases.day_back", nil)
	}
	return nil
}

func (h history) check(need Need, act Act) error {
	switch need {
	case NeedDoc:
		return missingIf(act.Doc.IsZero(), "cases.doc_missing")
	case NeedNoInterest:
		return deniedIf(!act.NoInterest, "cases.interest")
	case NeedChecks:
		k := act.Checks
		done := k.Category && k.Conduct && k.Danger && k.Remit && k.Interest && k.Duplicate
		return missingIf(!done, "cases.checks_missing")
	case NeedRisks:
		return missingIf(!act.Checks.RiskToReporter || !act.Checks.RiskToReported, "cases.risks_missing")
	case NeedHandler:
		return h.handlerFor(act)
	case NeedDecline:
		return missingIf(!slices.Contains(DeclineCodes(), act.Code), "cases.code_missing")
	case NeedFinding:
		return h.finding(act)
	case NeedHearing:
		return h.hearing(act)
	case NeedClearing:
		return h.clearing(act)
	case NeedCleared:
		return conflictIf(h.clears() && h.knows() && !h.cleared(), "cases.not_cleared")
	case NeedDanger:
		return conflictIf(!h.c.Danger, "cases.no_danger")
	case NeedExtensible:
		return h.extensible(act)
	case NeedWaited:
		c := last(h.clocks, ClockAnswer)
		open := h.c.State == NeedsInfo && c != nil && c.State != Settled
		return conflictIf(open && !act.Day.After(c.Due), "cases.still_waiting")
	case NeedSettled:
		return conflictIf(slices.ContainsFunc(h.clocks, func(c Clock) bool { return c.State != Settled }), "cases.clocks_run")
	case NeedFree:
		return conflictIf(h.open != nil, "cases.proposal_waits")
	case NeedProposal:
		return conflictIf(h.open == nil || h.open.Seq != act.Proposal, "cases.no_proposal")
	case NeedOther:
		return h.other(act)
	case NeedOwn:
		if !h.ownProposal(act.By) {
			return errs.New(errs.Denied, "cases.not_your_proposal", nil)
		}
		return deniedIf(h.open.refusalsNeeded() > 1, "cases.protected_withdraw")
	default:
		return h.checkLater(need, act)
	}
}

// checkLater is check for reviews, links, transfers and interests.
func (h history) checkLater(need Need, act Act) error {
	switch need {
	case NeedReviewable:
		return h.reviewable(act)
	case NeedReviewer:
		return h.reviewer(act)
	case NeedParent:
		return h.parent(act.Parent)
	case NeedOutcome:
		return h.outcome(act.Parent)
	case NeedObjection:
		c := last(h.clocks, ClockTransfer)
		return conflictIf(c == nil || !act.Day.After(c.Due), "cases.objection_open")
	case NeedUnsent:
		return conflictIf(h.transfer(EventTransferSent), "cases.sent_already")
	case NeedSent:
		return conflictIf(!h.transfer(EventTransferSent) || h.transfer(EventTransferReceived), "cases.not_sent")
	case NeedReceipt:
		return conflictIf(!h.transfer(EventTransferReceived), "cases.no_receipt")
	case NeedPassed:
		return conflictIf(!h.transfer(EventTransferSent), "cases.nothing_sent")
	case NeedColleague:
		return h.colleague(act)
	case NeedAside:
		return conflictIf(!slices.Contains(Aside(h.events), act.Handler), "cases.not_aside")
	case NeedInTime:
		c := last(h.clocks, ClockTransfer)
		return conflictIf(c == nil || act.Day.After(c.Due), "cases.objection_over")
	case NeedCopy:
		return conflictIf(act.Copy.IsZero() || act.Copy != ApprovedCopy(h.events), "cases.other_copy")
	default:
		return fmt.Errorf("cases: unknown need %q", need)
	}
}

// transfer reports whether the last transfer came as far as k.
func (h history) transfer(k EventKind) bool {
	for _, e := range slices.Backward(h.events) {
		if e.Kind == k || e.Kind == EventTransferred {
			return e.Kind == k
		}
	}
	return false
}

// finding asks for what the findings need that could hurt somebody: F1 and F2 the hearing of the person
// reported, unless no measure follows; F5 evidence of intent and the reporter's own answer to a question.
func (h history) finding(act Act) error {
	switch act.Code {
	case F1, F2:
		return missingIf(!act.NoMeasures && !h.happened(EventHeard), "cases.not_heard")
	case F3, F4:
		return nil
	case F5:
		if act.Intent.IsZero() {
			return errs.New(errs.Invalid, "cases.intent_missing", nil)
		}
		asked := slices.IndexFunc(h.events, func(e Event) bool { return e.Kind == EventAsked || e.Kind == EventMessaged })
		answered := asked >= 0 && slices.ContainsFunc(h.events[asked:], func(e Event) bool {
			return e.Kind == EventAnswered || e.Kind == EventAdded
		})
		return missingIf(!answered, "cases.answer_missing")
	default:
		return errs.New(errs.Invalid, "cases.finding_missing", nil)
	}
}

func (h history) extensible(act Act) error {
	if act.Clock != ClockInquiry && act.Clock != ClockOutcome {
		return errs.New(errs.Invalid, "cases.clock_missing", nil)
	}
	c := last(h.clocks, act.Clock)
	return conflictIf(c == nil || c.State == Settled || c.moved, "cases.not_extensible")
}

// other refuses whoever proposed, voted before, or ever handled the case, and who counts as one person with them.
func (h history) other(act Act) error {
	me := h.selves(act.By)
	if h.open != nil {
		if slices.Contains(me, h.open.Member) {
			return errs.New(errs.Denied, "cases.own_proposal", nil)
		}
		if slices.ContainsFunc(h.open.voters, func(m id.Member) bool { return slices.Contains(me, m) }) {
			return errs.New(errs.Denied, "cases.voted", nil)
		}
	}
	own := slices.ContainsFunc(h.events, func(e Event) bool { return e.Kind == EventAssigned && slices.Contains(me, e.Member) })
	return deniedIf(own, "cases.own_case")
}

func (h history) happened(k EventKind) bool {
	return slices.ContainsFunc(h.events, func(e Event) bool { return e.Kind == k })
}

func missingIf(bad bool, key string) error  { return refuseIf(bad, errs.Invalid, key) }
func deniedIf(bad bool, key string) error   { return refuseIf(bad, errs.Denied, key) }
func conflictIf(bad bool, key string) error { return refuseIf(bad, errs.Conflict, key) }

func refuseIf(bad bool, kind errs.Kind, key string) error {
	if !bad {
		return nil
	}
	return errs.New(kind, key, nil)
}
