package cases

import (
	"slices"
	"sync"
)

// unerased are the states in which the mailbox is there.
var unerased = [...]State{Received, Acknowledged, Triaged, NeedsInfo, Linked, Transferred, Declined, Accepted, InInquiry, Suspended,
	Concluded, FeedbackGiven, Review, Closed}

// proposed are the states in which a proposal can wait.
var proposed = [...]State{Triaged, NeedsInfo, InInquiry, Declined, Transferred, FeedbackGiven, Closed}

// Transitions returns the whole machine, to be read beside docs/spec/cases.md. What is not in it cannot be done.
func Transitions() []Transition { return slices.Clone(transitions()) }

// transitions is the table, written once: every act looks into it. Nobody changes a row.
var transitions = sync.OnceValue(func() []Transition {
	return slices.Concat(journey(), proposals(), reviews(), suspensions(), links(), transfers(), interests())
})

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
		{Act: ActAssign, From: []State{Accepted, InInquiry, Suspended, Concluded, FeedbackGiven}, Event: EventAssigned,
			By: []Role{Triage, Approver}, Needs: []Need{NeedHandler, NeedFree}},
		{Act: ActProgress, From: []State{InInquiry}, Event: EventProgress, By: []Role{Handler}, Needs: []Need{NeedDoc},
			Settles: []ClockKind{ClockProgress}, Starts: []ClockKind{ClockProgress}},
		{Act: ActInvite, From: []State{InInquiry}, Event: EventInvited, By: []Role{Handler}, Needs: []Need{NeedDoc},
			Settles: []ClockKind{ClockHearing}, Starts: []ClockKind{ClockHearing}},
		{Act: ActHear, From: []State{InInquiry}, Event: EventHeard, By: []Role{Handler}, Needs: []Need{NeedDoc, NeedHearing},
			Settles: []ClockKind{ClockHearing}},
		{Act: ActClear, From: []State{FeedbackGiven}, Event: EventCleared, By: []Role{Handler}, Needs: []Need{NeedDoc, NeedClearing}},
		{Act: ActExtend, From: []State{InInquiry, Linked}, By: []Role{Approver}, Needs: []Need{NeedDoc, NeedExtensible, NeedOther}},
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
			Needs: []Need{NeedNoInterest, NeedSettled, NeedCleared, NeedFree}},
		{Act: ActProposeReopening, From: []State{Closed}, Event: EventProposedReopening, By: []Role{Triage, Handler},
			Needs: []Need{NeedDoc, NeedNoInterest, NeedFree}},

		{Act: ActApprove, Proposal: EventProposedDecline, From: []State{Triaged, NeedsInfo}, To: Declined,
			Event: EventDeclined, By: []Role{Approver}, Needs: deciding,
			Settles: []ClockKind{ClockDecision, ClockAnswer, ClockOutcome}},
		{Act: ActApprove, Proposal: EventProposedConclusion, From: []State{InInquiry}, To: Concluded,
			Event: EventConcluded, By: []Role{Approver}, Needs: deciding, Settles: []ClockKind{ClockInquiry, ClockProgress, ClockHearing}},
		{Act: ActApprove, Proposal: EventProposedClosing, From: []State{Declined, FeedbackGiven}, To: Closed,
			Event: EventClosed, By: []Role{Approver}, Needs: deciding},
		{Act: ActApprove, Proposal: EventProposedReopening, From: []State{Closed}, To: Triaged, Event: EventReopened,
			By: []Role{Approver}, Needs: deciding, Starts: []ClockKind{ClockDecision, ClockOutcome}},

		{Act: ActRefuse, From: proposed[:], Event: EventRefused, By: []Role{Approver},
			Needs: []Need{NeedDoc, NeedNoInterest, NeedProposal, NeedOther}, Settles: []ClockKind{ClockTransfer}},
		{Act: ActWithdraw, From: proposed[:], Event: EventWithdrawn, By: []Role{Triage, Handler},
			Needs: []Need{NeedProposal, NeedOwn}, Settles: []ClockKind{ClockTransfer}},
	}
}

// reviews: the reporter asks, twice at most, and each level is answered by somebody new.
func reviews() []Transition {
	by, needs := []Role{Approver, Inspector}, []Need{NeedDoc, NeedNoInterest, NeedReviewer}
	return []Transition{
		{Act: ActRequestReview, From: []State{Declined, FeedbackGiven, Closed}, To: Review, Event: EventReviewRequested, By: []Role{Reporter},
			Needs: []Need{NeedDoc, NeedReviewable}, Starts: []ClockKind{ClockReview}},
		{Act: ActUphold, Of: EventDeclined, From: []State{Review}, To: Declined, Event: EventUpheld, By: by, Needs: needs,
			Settles: []ClockKind{ClockReview}},
		{Act: ActUphold, Of: EventConcluded, From: []State{Review}, To: FeedbackGiven, Event: EventUpheld, By: by, Needs: needs,
			Settles: []ClockKind{ClockReview}},
		{Act: ActUphold, Of: EventFeedback, From: []State{Review}, To: FeedbackGiven, Event: EventUpheld, By: by, Needs: needs,
			Settles: []ClockKind{ClockReview}},
		{Act: ActSendBack, Of: EventDeclined, From: []State{Review}, To: Triaged, Event: EventSentBack, By: by, Needs: needs,
			Settles: []ClockKind{ClockReview}, Starts: []ClockKind{ClockDecision, ClockOutcome}},
		{Act: ActSendBack, Of: EventConcluded, From: []State{Review}, To: InInquiry, Event: EventSentBack, By: by, Needs: needs,
			Settles: []ClockKind{ClockReview}, Starts: []ClockKind{ClockInquiry, ClockProgress, ClockOutcome}},
		{Act: ActSendBack, Of: EventFeedback, From: []State{Review}, To: Triaged, Event: EventSentBack, By: by, Needs: needs,
			Settles: []ClockKind{ClockReview}, Starts: []ClockKind{ClockDecision, ClockOutcome}},
	}
}

func suspensions() []Transition {
	return []Transition{
		{Act: ActSuspend, From: []State{InInquiry}, To: Suspended, Event: EventSuspended, By: []Role{Approver},
			Needs: []Need{NeedDoc, NeedNoInterest, NeedFree, NeedOther}, Starts: []ClockKind{ClockPause}, Pauses: true},
		{Act: ActLook, From: []State{Suspended}, Event: EventLooked, By: []Role{Inspector}, Settles: []ClockKind{ClockPause},
			Starts: []ClockKind{ClockPause}},
		{Act: ActResume, From: []State{Suspended}, To: InInquiry, Event: EventResumed, By: []Role{Approver},
			Needs: []Need{NeedDoc, NeedNoInterest, NeedOther}, Settles: []ClockKind{ClockPause}, Resumes: true},
	}
}

// links: towards its reporter a linked case is one that was accepted, with the same promises. What became of the earlier case
// is told to each reporter by an act on their own case.
func links() []Transition {
	return []Transition{
		{Act: ActLink, From: []State{Triaged}, To: Linked, Event: EventLinked, By: []Role{Triage},
			Needs: []Need{NeedDoc, NeedNoInterest, NeedRisks, NeedFree, NeedParent}, Settles: []ClockKind{ClockDecision},
			Starts: []ClockKind{ClockProgress}},
		{Act: ActProgress, From: []State{Linked}, Event: EventProgress, By: []Role{Triage}, Needs: []Need{NeedDoc},
			Settles: []ClockKind{ClockProgress}, Starts: []ClockKind{ClockProgress}},
		{Act: ActFeedback, From: []State{Linked}, To: FeedbackGiven, Event: EventFeedback, By: []Role{Triage},
			Needs: []Need{NeedDoc, NeedNoInterest, NeedOutcome}, Settles: []ClockKind{ClockOutcome, ClockProgress}},
		{Act: ActUnlink, From: []State{Linked}, To: Triaged, Event: EventUnlinked, By: []Role{Triage},
			Needs: []Need{NeedDoc, NeedNoInterest}, Settles: []ClockKind{ClockProgress}, Starts: []ClockKind{ClockDecision}},
	}
}

// transfers: the reporter is told first and may object; only then another person decides, and only then something leaves.
func transfers() []Transition {
	return []Transition{
		{Act: ActProposeTransfer, From: []State{Triaged}, Event: EventProposedTransfer, By: []Role{Triage},
			Needs: []Need{NeedDoc, NeedNoInterest, NeedFree}, Starts: []ClockKind{ClockTransfer}},
		{Act: ActObject, From: []State{Triaged}, Event: EventObjected, By: []Role{Reporter}, Proposal: EventProposedTransfer,
			Needs: []Need{NeedDoc, NeedInTime}, Settles: []ClockKind{ClockTransfer}},
		{Act: ActApprove, Proposal: EventProposedTransfer, From: []State{Triaged}, To: Transferred, Event: EventTransferred,
			By: []Role{Approver}, Needs: []Need{NeedNoInterest, NeedProposal, NeedOther, NeedObjection},
			Settles: []ClockKind{ClockTransfer, ClockDecision, ClockOutcome}, Starts: []ClockKind{ClockTransfer}},
		{Act: ActSendTransfer, From: []State{Transferred}, Event: EventTransferSent, By: []Role{Triage},
			Needs: []Need{NeedDoc, NeedUnsent, NeedCopy}, Settles: []ClockKind{ClockTransfer}},
		{Act: ActConfirmTransfer, From: []State{Transferred}, Event: EventTransferReceived, By: []Role{Triage},
			Needs: []Need{NeedDoc, NeedSent}},
		{Act: ActReturnTransfer, From: []State{Transferred}, To: Triaged, Event: EventTransferReturned, By: []Role{Triage},
			Needs: []Need{NeedDoc, NeedFree, NeedPassed}, Starts: []ClockKind{ClockDecision, ClockOutcome}},
		{Act: ActCallOffTransfer, From: []State{Transferred}, To: Triaged, Event: EventTransferCalledOff, By: []Role{Approver},
			Needs: []Need{NeedDoc, NeedUnsent}, Settles: []ClockKind{ClockTransfer}, Starts: []ClockKind{ClockDecision, ClockOutcome}},
		{Act: ActProposeClosing, From: []State{Transferred}, Event: EventProposedClosing, By: []Role{Triage},
			Needs: []Need{NeedNoInterest, NeedSettled, NeedFree, NeedReceipt}},
		{Act: ActApprove, Proposal: EventProposedClosing, From: []State{Transferred}, To: Closed, Event: EventClosed,
			By: []Role{Approver}, Needs: []Need{NeedNoInterest, NeedProposal, NeedOther}},
	}
}

// interests: whoever has one in the matter takes no part in the case, at once and whatever its state; the case stays, and somebody else
// goes on with it.
func interests() []Transition {
	return []Transition{
		{Act: ActHandOver, From: []State{Accepted, InInquiry, Suspended, Concluded, FeedbackGiven}, Event: EventAssigned, By: []Role{Handler},
			Needs: []Need{NeedDoc, NeedHandler, NeedFree}},
		{Act: ActStepAside, From: unerased[:], Event: EventSteppedAside, By: []Role{Triage, Handler, Approver}},
		{Act: ActSetAside, From: unerased[:], Event: EventSteppedAside, By: []Role{Approver}, Needs: []Need{NeedDoc, NeedColleague}},
		{Act: ActReadmit, From: unerased[:], Event: EventReadmitted, By: []Role{Approver}, Needs: []Need{NeedDoc, NeedAside}},
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
