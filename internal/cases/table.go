package cases

import (
	"slices"
	"sync"
)

// ActKind is what somebody wants to do.
type ActKind string

// The acts of this version.
const (
	ActReceive           ActKind = "receive"
	ActAcknowledge       ActKind = "acknowledge"
	ActTriage            ActKind = "triage"
	ActAsk               ActKind = "ask"
	ActAdd               ActKind = "add"   // the reporter writes, or a clerk for a caller; in needs_info it answers the question
	ActLapse             ActKind = "lapse" // the question waited long enough
	ActMessage           ActKind = "message"
	ActSettleDanger      ActKind = "settle_danger"
	ActAccept            ActKind = "accept"
	ActAssign            ActKind = "assign"
	ActOpenInquiry       ActKind = "open_inquiry"
	ActProgress          ActKind = "progress"
	ActHear              ActKind = "hear"
	ActExtend            ActKind = "extend"
	ActFeedback          ActKind = "feedback"
	ActProposeDecline    ActKind = "propose_decline"
	ActProposeConclusion ActKind = "propose_conclusion"
	ActProposeClosing    ActKind = "propose_closing"
	ActProposeReopening  ActKind = "propose_reopening"
	ActApprove           ActKind = "approve"
	ActRefuse            ActKind = "refuse"
	ActWithdraw          ActKind = "withdraw"
)

// ActKinds returns every act, for tables that must be complete.
func ActKinds() []ActKind {
	return []ActKind{ActReceive, ActAcknowledge, ActTriage, ActAsk, ActAdd, ActLapse, ActMessage, ActSettleDanger,
		ActAccept, ActAssign, ActOpenInquiry, ActProgress, ActHear, ActExtend, ActFeedback, ActProposeDecline,
		ActProposeConclusion, ActProposeClosing, ActProposeReopening, ActApprove, ActRefuse, ActWithdraw}
}

// Key names the act for staff in the catalogue.
func (a ActKind) Key() string { return "cases.act." + string(a) }

// Need is something that an act must bring, or that must hold, beyond role and state.
type Need string

// The needs. [Machine.Apply] checks them in this order.
const (
	NeedDoc        Need = "doc"         // a sealed document: reasons, message, plan
	NeedNoInterest Need = "no_interest" // the person says that they have no interest in the matter
	NeedChecks     Need = "checks"      // all triage checks were made
	NeedRisks      Need = "risks"       // risk to the reporter and to the person reported was considered
	NeedHandler    Need = "handler"     // a handler is named
	NeedDecline    Need = "decline"     // a decline code
	NeedFinding    Need = "finding"     // a finding, with what F1, F2 and F5 ask for
	NeedDanger     Need = "danger"      // the danger flag is up
	NeedExtensible Need = "extensible"  // the clock runs and was not extended before
	NeedWaited     Need = "waited"      // the question's time is over, where one is open
	NeedSettled    Need = "settled"     // no clock runs
	NeedFree       Need = "free"        // no proposal waits
	NeedProposal   Need = "proposal"    // this proposal waits
	NeedOther      Need = "other"       // someone else than proposer, earlier voters and handlers
	NeedOwn        Need = "own"         // the proposer, and no protected code
)

// Transition is one row of the table. A row whose Proposal is set is done by approving such a proposal.
type Transition struct {
	Act      ActKind
	From     []State   // nil: there is no case yet
	To       State     // "": the state stays
	Event    EventKind // "" for extend, which is a clock event only
	By       []Role    // any of these; a handler counts only on cases assigned to them
	Needs    []Need
	Proposal EventKind
	Starts   []ClockKind
	Settles  []ClockKind // those of them that run or are paused
	Pauses   bool        // every clock that runs, apart from those in Starts
	Resumes  bool        // every clock that is paused
}

// unerased are the states in which the mailbox is there.
var unerased = [...]State{Received, Acknowledged, Triaged, NeedsInfo, Declined, Accepted, InInquiry, Concluded,
	FeedbackGiven, Closed}

// proposed are the states in which a proposal can wait.
var proposed = [...]State{Triaged, NeedsInfo, InInquiry, Declined, FeedbackGiven, Closed}

// Transitions returns the whole machine, to be read beside docs/spec/cases.md. What is not in it cannot be done.
func Transitions() []Transition { return slices.Clone(transitions()) }

// transitions is the table, written once: every act looks into it. Nobody changes a row.
var transitions = sync.OnceValue(func() []Transition { return append(journey(), proposals()...) })

func journey() []Transition {
	return []Transition{
		{Act: ActReceive, From: nil, To: Received, Event: EventReceived, By: []Role{System, Intake},
			Needs: []Need{NeedDoc}, Starts: []ClockKind{ClockFirst, ClockTriage, ClockDecision}},
		// Triage may send it as well: clerks hold no key of the unit, and towards the reporter the unit signs.
		{Act: ActAcknowledge, From: []State{Received}, To: Acknowledged, Event: EventAcknowledged, By: []Role{System, Intake, Triage},
			Needs: []Need{NeedDoc}, Settles: []ClockKind{ClockFirst}, Starts: []ClockKind{ClockOutcome}},
		{Act: ActTriage, From: []State{Acknowledged}, To: Triaged, Event: EventTriaged, By: []Role{Triage},
			Needs: []Need{NeedNoInterest, NeedChecks}, Settles: []ClockKind{ClockTriage}},
		{Act: ActAsk, From: []State{Triaged}, To: NeedsInfo, Event: EventAsked, By: []Role{Triage, Handler},
			Needs: []Need{NeedDoc, NeedFree}, Starts: []ClockKind{ClockAnswer}, Pauses: true},
		{Act: ActAdd, From: []State{NeedsInfo}, To: Triaged, Event: EventAnswered, By: []Role{Reporter, Intake},
			Needs: []Need{NeedDoc}, Settles: []ClockKind{ClockAnswer}, Resumes: true},
		{Act: ActLapse, From: []State{NeedsInfo}, To: Triaged, Event: EventLapsed, By: []Role{System, Triage},
			Needs: []Need{NeedWaited}, Settles: []ClockKind{ClockAnswer}, Resumes: true},
		{Act: ActAccept, From: []State{Triaged}, To: Accepted, Event: EventAccepted, By: []Role{Triage},
			Needs: []Need{NeedDoc, NeedNoInterest, NeedRisks, NeedHandler, NeedFree}, Settles: []ClockKind{ClockDecision}},
		{Act: ActOpenInquiry, From: []State{Accepted}, To: InInquiry, Event: EventInquiryOpened, By: []Role{Handler},
			Needs: []Need{NeedDoc, NeedNoInterest}, Starts: []ClockKind{ClockInquiry, ClockProgress}},
		{Act: ActFeedback, From: []State{Concluded}, To: FeedbackGiven, Event: EventFeedback, By: []Role{Handler},
			Needs: []Need{NeedDoc}, Settles: []ClockKind{ClockOutcome}},

		{Act: ActAdd, From: except(NeedsInfo), Event: EventAdded, By: []Role{Reporter, Intake}, Needs: []Need{NeedDoc}},
		{Act: ActMessage, From: except(Received), Event: EventMessaged, By: []Role{Triage, Handler}, Needs: []Need{NeedDoc}},
		{Act: ActSettleDanger, From: unerased[:], Event: EventDangerSettled, By: []Role{Triage}, Needs: []Need{NeedDanger}},
		{Act: ActAssign, From: []State{Accepted, InInquiry, Concluded, FeedbackGiven}, Event: EventAssigned,
			By: []Role{Triage, Approver}, Needs: []Need{NeedHandler, NeedFree}},
		{Act: ActProgress, From: []State{InInquiry}, Event: EventProgress, By: []Role{Handler}, Needs: []Need{NeedDoc},
			Settles: []ClockKind{ClockProgress}, Starts: []ClockKind{ClockProgress}},
		{Act: ActHear, From: []State{InInquiry}, Event: EventHeard, By: []Role{Handler}, Needs: []Need{NeedDoc}},
		{Act: ActExtend, From: []State{InInquiry}, By: []Role{Approver}, Needs: []Need{NeedDoc, NeedExtensible, NeedOther}},
	}
}

func proposals() []Transition {
	deciding := []Need{NeedNoInterest, NeedProposal, NeedOther}
	return []Transition{
		{Act: ActProposeDecline, From: []State{Triaged, NeedsInfo}, Event: EventProposedDecline, By: []Role{Triage},
			Needs: []Need{NeedDoc, NeedNoInterest, NeedDecline, NeedWaited, NeedFree}},
		{Act: ActProposeConclusion, From: []State{InInquiry}, Event: EventProposedConclusion, By: []Role{Handler},
			Needs: []Need{NeedDoc, NeedNoInterest, NeedFinding, NeedFree}},
		{Act: ActProposeClosing, From: []State{Declined}, Event: EventProposedClosing, By: []Role{Triage},
			Needs: []Need{NeedNoInterest, NeedSettled, NeedFree}},
		{Act: ActProposeClosing, From: []State{FeedbackGiven}, Event: EventProposedClosing, By: []Role{Handler},
			Needs: []Need{NeedNoInterest, NeedSettled, NeedFree}},
		{Act: ActProposeReopening, From: []State{Closed}, Event: EventProposedReopening, By: []Role{Triage, Handler},
			Needs: []Need{NeedDoc, NeedNoInterest, NeedFree}},

		{Act: ActApprove, Proposal: EventProposedDecline, From: []State{Triaged, NeedsInfo}, To: Declined,
			Event: EventDeclined, By: []Role{Approver}, Needs: deciding,
			Settles: []ClockKind{ClockDecision, ClockAnswer, ClockOutcome}},
		{Act: ActApprove, Proposal: EventProposedConclusion, From: []State{InInquiry}, To: Concluded,
			Event: EventConcluded, By: []Role{Approver}, Needs: deciding, Settles: []ClockKind{ClockInquiry, ClockProgress}},
		{Act: ActApprove, Proposal: EventProposedClosing, From: []State{Declined, FeedbackGiven}, To: Closed,
			Event: EventClosed, By: []Role{Approver}, Needs: deciding},
		{Act: ActApprove, Proposal: EventProposedReopening, From: []State{Closed}, To: Triaged, Event: EventReopened,
			By: []Role{Approver}, Needs: deciding, Starts: []ClockKind{ClockDecision, ClockOutcome}},

		{Act: ActRefuse, From: proposed[:], Event: EventRefused, By: []Role{Approver},
			Needs: []Need{NeedDoc, NeedNoInterest, NeedProposal, NeedOther}},
		{Act: ActWithdraw, From: proposed[:], Event: EventWithdrawn, By: []Role{Triage, Handler},
			Needs: []Need{NeedProposal, NeedOwn}},
	}
}

func except(left State) []State {
	var out []State
	for _, s := range unerased {
		if s != left {
			out = append(out, s)
		}
	}
	return out
}
