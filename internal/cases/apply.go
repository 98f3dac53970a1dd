package cases

import (
	"slices"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Actor is who acts. Roles are those that the member holds in the unit of the case; the caller reads them
// from the roster. System and Reporter act without a member. For are those whose cases the actor has today because they are away
// ([StandsIn]).
type Actor struct {
	Member id.Member
	Roles  []Role
	For    []id.Member
}

// Checks are what a person looked at before triage or acceptance. They are declarations: what was found
// stands in the sealed documents.
type Checks struct {
	Category, Conduct, Danger, Remit, Interest, Duplicate bool // triage: all
	RiskToReporter, RiskToReported                        bool // acceptance: both
}

// Act is one thing that somebody wants to do to a case.
type Act struct {
	Kind       ActKind
	By         Actor
	Day        workday.Day // today, in the authority's zone
	At         time.Time   // now; kept for staff acts only, and no finer than privacy allows
	Seen       int64       // staff acts: the version of the case that the person saw
	Doc        id.Doc      // the sealed document of the act
	Code       Code        // propose: decline code or finding; hear, clear: what came of it
	Intent     id.Doc      // F5: the document with the evidence of intent
	NoMeasures bool        // F1, F2: no measure against the person reported follows
	Copy       id.Doc      // send_transfer: the copy that leaves
	Handler    id.Member   // accept, assign, hand over; set aside and readmit: the colleague
	Clock      ClockKind   // extend: s5 or s6
	Proposal   int64       // approve, refuse, withdraw: Seq of the proposal
	Parent     *Parent     // link, and acts on a linked case: the earlier case
	NoInterest bool        // the person declares no interest in the matter
	Checks     Checks
}

// Machine applies acts. It is data: the authority's calendar and terms.
type Machine struct {
	Calendar workday.Calendar
	Rules    Rules
}

// Apply decides whether act may be done to a case with these events and returns the events to add, at least
// one, numbered on from the last. It changes nothing: the caller writes them in the transaction that also
// writes audit entry, ledger leaf and mailbox notice, and [After] gives the case as it then is.
//
// c.State and c.Version must be those of the events; for ActReceive there are none. Errors carry a key:
// Denied (role, own proposal, own case), Conflict (moved on since it was seen, not from this state, a
// proposal waits), Invalid (something is missing), Unavailable (the day lies before the last event).
func (m Machine) Apply(c Case, events []Event, act Act) ([]Event, error) {
	h := history{m: m, c: c, events: events, open: openProposal(events)}
	t, err := h.row(act)
	if err != nil {
		return nil, err
	}
	role, err := h.role(t, act)
	if err != nil {
		return nil, err
	}
	if err := h.fresh(act, role); err != nil {
		return nil, err
	}
	h.clocks = m.Clocks(events, act.Day)
	for _, need := range t.Needs {
		if err := h.check(need, act); err != nil {
			return nil, err
		}
	}
	return h.number(m.events(h, t, act), act, role, h.forWhom(t, act)), nil
}

// After is the case once its events were added.
func After(c Case, added []Event) Case {
	for _, e := range added {
		c.State = e.To
		c.Version = e.Seq
		if e.Kind == EventDangerSettled {
			c.Danger = false
		}
	}
	return c
}

// events writes what happened, without numbers, names and times.
func (m Machine) events(h history, t Transition, act Act) []Event {
	e := Event{Kind: t.Event, To: t.To, Code: act.Code, Doc: act.Doc}
	switch act.Kind {
	case ActExtend:
		return []Event{m.extension(h, act)}
	case ActProposeConclusion:
		if act.Code == F5 {
			return []Event{{Kind: EventIntent, Doc: act.Intent}, e}
		}
		return []Event{e}
	case ActAssign:
		e.Member, e.Code, e.Doc = act.Handler, "", id.Doc{}
		return []Event{e}
	case ActHandOver, ActReadmit:
		e.Member, e.Code = act.Handler, ""
		return []Event{e}
	case ActStepAside:
		return m.leaving(h, act, act.By.Member)
	case ActSetAside:
		return m.leaving(h, act, act.Handler)
	case ActRefuse, ActWithdraw:
		e.Code = h.open.Code
	case ActSendBack:
		if standing(h.events).FirstOfTwo() {
			return []Event{{Kind: EventReturnVoice, Doc: act.Doc}}
		}
		e.Code = ""
	case ActApprove:
		return m.approval(h, t, e, act)
	case ActProposeDecline:
		return []Event{e}
	case ActHear, ActClear:
	default:
		e.Code = ""
		if act.Kind == ActFeedback && h.c.State == Linked {
			e.Code = act.Parent.Finding
		}
	}
	out := []Event{e}
	if act.Kind == ActAccept {
		out = append(out, Event{Kind: EventAssigned, Member: act.Handler})
	}
	return append(out, m.clockEvents(t, h.clocks, act.Day)...)
}

// approval writes one approval and, when there are enough, the decision with its clocks.
func (m Machine) approval(h history, t Transition, decision Event, act Act) []Event {
	out := []Event{{Kind: EventApproved, Doc: act.Doc, Code: h.open.Code}}
	if h.open.approvals+1 < h.open.approvalsNeeded() {
		return out
	}
	decision.Code, decision.Doc = h.open.Code, h.open.Doc
	out = append(out, decision)
	out = append(out, m.clockEvents(t, h.clocks, act.Day)...)
	if t.Event == EventConcluded {
		if c := last(h.clocks, ClockOutcome); c != nil && c.State != Settled {
			if due := m.Rules.Feedback.Due(act.Day, m.Calendar); due.Before(c.Due) {
				out = append(out, Event{Kind: EventClockMoved, Clock: ClockOutcome, Due: due})
			}
		}
	}
	return out
}

func (m Machine) extension(h history, act Act) Event {
	more := m.Rules.InquiryMore
	if act.Clock == ClockOutcome {
		more = m.Rules.OutcomeMore
	}
	due := more.Due(last(h.clocks, act.Clock).Due, m.Calendar)
	return Event{Kind: EventClockMoved, Clock: act.Clock, Due: due, Doc: act.Doc}
}

// number fills in sequence, states, day, and the member, for whom, and time where they may be kept.
func (h history) number(out []Event, act Act, role Role, away id.Member) []Event {
	state, seq := h.c.State, h.c.Version
	for i := range out {
		e := &out[i]
		seq++
		e.Seq, e.Day, e.From = seq, act.Day, state
		if e.To == "" {
			e.To = state
		}
		state = e.To
		if role == System || role == Reporter {
			continue
		}
		e.At = h.coarse(act.At, act.Day, role)
		if e.Member == "" {
			e.Member, e.For = act.By.Member, away
		}
	}
	return out
}

// coarse keeps the second of a staff act, except near the arrival: an entry of a call or visit, and what
// staff do on the day of receipt or the day after, keep the hour, so that no time tells when a report came.
func (h history) coarse(at time.Time, day workday.Day, role Role) time.Time {
	at = at.UTC()
	arrived := day
	if len(h.events) > 0 {
		arrived = h.events[0].Day
	}
	if role == Intake || day.Sub(arrived) <= 1 {
		return at.Truncate(time.Hour)
	}
	return at.Truncate(time.Second)
}

// Replay walks the events of a case and returns where they lead. It fails when one is missing, out of order
// or does not begin where the one before ended: such a history is not to be acted on.
func Replay(events []Event) (State, error) {
	var state State
	for i, e := range events {
		if e.Seq != int64(i+1) || e.From != state || !slices.Contains(States(), e.To) || !slices.Contains(EventKinds(), e.Kind) ||
			(i > 0 && e.Day.Before(events[i-1].Day)) {
			return "", errs.New(errs.Internal, "cases.broken_history", errs.Args{"Seq": i + 1})
		}
		state = e.To
	}
	return state, nil
}
