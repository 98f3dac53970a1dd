package cases

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
	ActInvite            ActKind = "invite" // the person reported is asked to answer by a day
	ActHear              ActKind = "hear"   // what came of it
	ActExtend            ActKind = "extend"
	ActFeedback          ActKind = "feedback"
	ActClear             ActKind = "clear" // the person reported is told that nothing stands against them
	ActProposeDecline    ActKind = "propose_decline"
	ActProposeConclusion ActKind = "propose_conclusion"
	ActProposeClosing    ActKind = "propose_closing"
	ActProposeReopening  ActKind = "propose_reopening"
	ActApprove           ActKind = "approve"
	ActRefuse            ActKind = "refuse"
	ActWithdraw          ActKind = "withdraw"

	ActRequestReview   ActKind = "request_review"
	ActUphold          ActKind = "uphold"
	ActSendBack        ActKind = "send_back"
	ActSuspend         ActKind = "suspend"
	ActLook            ActKind = "look"
	ActResume          ActKind = "resume"
	ActLink            ActKind = "link"
	ActUnlink          ActKind = "unlink"
	ActProposeTransfer ActKind = "propose_transfer"
	ActObject          ActKind = "object"
	ActSendTransfer    ActKind = "send_transfer"
	ActConfirmTransfer ActKind = "confirm_transfer"
	ActReturnTransfer  ActKind = "return_transfer" // the other body says that it is not theirs
	ActCallOffTransfer ActKind = "call_off_transfer"

	ActHandOver  ActKind = "hand_over"  // the handler gives the case to another
	ActStepAside ActKind = "step_aside" // somebody has an interest in the matter
	ActSetAside  ActKind = "set_aside"  // an approver says so of a colleague
	ActReadmit   ActKind = "readmit"
)

// ActKinds returns every act, for tables that must be complete.
func ActKinds() []ActKind {
	return []ActKind{ActReceive, ActAcknowledge, ActTriage, ActAsk, ActAdd, ActLapse, ActMessage, ActSettleDanger,
		ActAccept, ActAssign, ActOpenInquiry, ActProgress, ActInvite, ActHear, ActExtend, ActFeedback, ActClear, ActProposeDecline,
		ActProposeConclusion, ActProposeClosing, ActProposeReopening, ActApprove, ActRefuse, ActWithdraw, ActRequestReview, ActUphold,
		ActSendBack, ActSuspend, ActLook, ActResume, ActLink, ActUnlink, ActProposeTransfer, ActObject, ActSendTransfer,
		ActConfirmTransfer, ActReturnTransfer, ActCallOffTransfer, ActHandOver, ActStepAside, ActSetAside, ActReadmit}
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
	NeedHandler    Need = "handler"     // a handler is named who takes part in the case
	NeedDecline    Need = "decline"     // a decline code
	NeedFinding    Need = "finding"     // a finding, with what F1, F2 and F5 ask for
	NeedHearing    Need = "hearing"     // what came of the invitation; no answer only when its time is over
	NeedClearing   Need = "clearing"    // a finding that clears somebody, and what became of the letter
	NeedCleared    Need = "cleared"     // whoever knows of the inquiry was told that it found nothing against them
	NeedDanger     Need = "danger"      // the danger flag is up
	NeedExtensible Need = "extensible"  // the clock runs and was not extended before
	NeedWaited     Need = "waited"      // the question's time is over, where one is open
	NeedSettled    Need = "settled"     // no clock runs
	NeedFree       Need = "free"        // no proposal waits
	NeedProposal   Need = "proposal"    // this proposal waits
	NeedOther      Need = "other"       // someone else than proposer, earlier voters and handlers
	NeedOwn        Need = "own"         // the proposer, and no protected code
	NeedReviewable Need = "reviewable"  // a decision that the reporter was told, in time, and not reviewed twice
	NeedReviewer   Need = "reviewer"    // somebody without a part in the case; at the second level the inspector
	NeedParent     Need = "parent"      // an earlier case of the unit that is being handled
	NeedOutcome    Need = "outcome"     // the case that this one is linked to has an outcome that its reporter was told
	NeedObjection  Need = "objection"   // the reporter's time to object to the transfer is over
	NeedUnsent     Need = "unsent"      // the transfer was not sent yet
	NeedSent       Need = "sent"        // the transfer was sent, and its receipt is not confirmed
	NeedReceipt    Need = "receipt"     // the other body has confirmed the transfer
	NeedPassed     Need = "passed"      // the transfer was sent, whether or not its receipt is confirmed
	NeedColleague  Need = "colleague"   // somebody else is named, who takes part in the case
	NeedAside      Need = "aside"       // who is named takes no part
	NeedInTime     Need = "in_time"     // the reporter's time to object still runs
	NeedCopy       Need = "copy"        // the copy that was approved, and no other
)

// Needs returns every need, in the order of the list above, for tables that must be complete.
func Needs() []Need {
	return []Need{NeedDoc, NeedNoInterest, NeedChecks, NeedRisks, NeedHandler, NeedDecline, NeedFinding, NeedHearing, NeedClearing, NeedCleared, NeedDanger, NeedExtensible,
		NeedWaited, NeedSettled, NeedFree, NeedProposal, NeedOther, NeedOwn, NeedReviewable, NeedReviewer, NeedParent, NeedOutcome,
		NeedObjection, NeedUnsent, NeedSent, NeedReceipt, NeedPassed, NeedColleague, NeedAside, NeedInTime, NeedCopy}
}

// Key names the need in the catalogue.
func (n Need) Key() string { return "cases.need." + string(n) }

// Transition is one row of the table. A row whose Proposal is set is done by approving such a proposal, a row whose Of is set
// when that is the decision under review.
type Transition struct {
	Act      ActKind
	From     []State   // nil: there is no case yet
	To       State     // "": the state stays
	Event    EventKind // "" for extend, which is a clock event only
	By       []Role    // any of these; a handler counts only on cases assigned to them
	Needs    []Need
	Proposal EventKind
	Of       EventKind // "", declined or concluded
	Starts   []ClockKind
	Settles  []ClockKind // those of them that run or are paused
	Pauses   bool        // every clock that runs, apart from those in Starts
	Resumes  bool        // every clock that is paused
}
