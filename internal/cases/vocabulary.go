package cases

// State is where a case stands.
type State string

// The states, in the order of the journey. The machine reaches those that [Transitions] names; reward, retained and erased are
// words that records and pages already know.
const (
	Received      State = "received"       // durably written
	Acknowledged  State = "acknowledged"   // the first message with dates is in the mailbox
	Triaged       State = "triaged"        // a person has looked: conduct, danger, remit, interest, duplicates
	NeedsInfo     State = "needs_info"     // a question is in the mailbox
	Linked        State = "linked"         // same facts as an earlier report
	Transferred   State = "transferred"    // passed on to another body
	Declined      State = "declined"       // not taken up, with reasons
	Accepted      State = "accepted"       // taken up, a handler named
	InInquiry     State = "in_inquiry"     // being looked into
	Suspended     State = "suspended"      // waiting for a court or another body
	Concluded     State = "concluded"      // there is a finding
	FeedbackGiven State = "feedback_given" // the reporter has the outcome
	Reward        State = "reward"         // a reward is being decided
	Review        State = "review"         // somebody else looks at a decision again
	Closed        State = "closed"         // all clocks settled
	Retained      State = "retained"       // waiting for erasure
	Erased        State = "erased"         // gone
)

// States returns every state, for tables that must be complete.
func States() []State {
	return []State{Received, Acknowledged, Triaged, NeedsInfo, Linked, Transferred, Declined, Accepted, InInquiry,
		Suspended, Concluded, FeedbackGiven, Reward, Review, Closed, Retained, Erased}
}

// Key names the state for staff in the catalogue.
func (s State) Key() string { return "cases.state." + string(s) }

// EventKind is what happened.
type EventKind string

// The kinds of event. Those with a state of the same name enter it.
const (
	EventReceived      EventKind = "received"
	EventAcknowledged  EventKind = "acknowledged"
	EventTriaged       EventKind = "triaged"
	EventAsked         EventKind = "asked"          // a question that the case waits for
	EventAnswered      EventKind = "answered"       // the reporter answered it
	EventLapsed        EventKind = "lapsed"         // nobody answered in time: decide on what is there
	EventAdded         EventKind = "added"          // the reporter wrote
	EventMessaged      EventKind = "messaged"       // staff wrote to the reporter
	EventDangerSettled EventKind = "danger_settled" // a person has dealt with the danger flag
	EventAccepted      EventKind = "accepted"
	EventAssigned      EventKind = "assigned" // Member is the handler who now has the case; the audit log says who assigned
	EventInquiryOpened EventKind = "inquiry_opened"
	EventProgress      EventKind = "progress" // a progress note to the reporter
	EventInvited       EventKind = "invited"  // the person reported was invited to answer
	EventHeard         EventKind = "heard"    // what came of it, H1 to H4
	EventIntent        EventKind = "intent"   // evidence of intent, Doc holds it
	EventDeclined      EventKind = "declined"
	EventConcluded     EventKind = "concluded"
	EventFeedback      EventKind = "feedback_given"
	EventClosed        EventKind = "closed"
	EventReopened      EventKind = "reopened"
	EventCleared       EventKind = "cleared" // the person reported was told that nothing stands against them, or why not: C1 to C3

	EventProposedDecline    EventKind = "proposed_decline"
	EventProposedConclusion EventKind = "proposed_conclusion"
	EventProposedClosing    EventKind = "proposed_closing"
	EventProposedReopening  EventKind = "proposed_reopening"
	EventApproved           EventKind = "approved"  // one approval; the decision follows when there are enough
	EventRefused            EventKind = "refused"   // one refusal of a proposal
	EventWithdrawn          EventKind = "withdrawn" // the proposer took it back

	EventReviewRequested EventKind = "review_requested" // the reporter asks for the last decision to be looked at again
	EventReturnVoice     EventKind = "return_voice"     // one of two who must agree to send a protected decline back
	EventUpheld          EventKind = "upheld"           // the decision stands
	EventSentBack        EventKind = "sent_back"        // the decision falls, the work begins anew

	EventSuspended EventKind = "suspended"
	EventLooked    EventKind = "looked" // the inspector looked at a suspension
	EventResumed   EventKind = "resumed"

	EventLinked   EventKind = "linked"
	EventUnlinked EventKind = "unlinked"

	EventProposedTransfer  EventKind = "proposed_transfer"
	EventObjected          EventKind = "objected" // the reporter does not want it passed on: the proposal is over
	EventTransferred       EventKind = "transferred"
	EventTransferSent      EventKind = "transfer_sent"
	EventTransferReceived  EventKind = "transfer_received"   // the other body has confirmed
	EventTransferReturned  EventKind = "transfer_returned"   // the other body says that it is not theirs: the case is ours again
	EventTransferCalledOff EventKind = "transfer_called_off" // approved, and then not sent after all

	EventSteppedAside EventKind = "stepped_aside" // Member takes no part, because of an interest; the audit log says who said so
	EventReadmitted   EventKind = "readmitted"    // Member takes part again; the audit log says who readmitted them

	EventOfficeJoined EventKind = "office_joined" // another office reads chosen documents; the audit log says which
	EventOfficeLeft   EventKind = "office_left"   // no more
	EventLeadOffered  EventKind = "lead_offered"  // an office that reads it was asked to take it over; the audit log says which
	EventLeadTaken    EventKind = "lead_taken"    // it will
	EventLeadKept     EventKind = "lead_kept"     // it will not, or is asked no more
	EventLeadPassed   EventKind = "lead_passed"   // the case is that office's from now on; Doc is the letter that says so

	EventClockStarted EventKind = "clock_started"
	EventClockPaused  EventKind = "clock_paused"
	EventClockResumed EventKind = "clock_resumed" // Due is the new day
	EventClockMoved   EventKind = "clock_moved"   // Due is the new day: an extension, or a shorter term
	EventClockSettled EventKind = "clock_settled"
)

// EventKinds returns every kind, for tables that must be complete.
func EventKinds() []EventKind {
	return []EventKind{EventReceived, EventAcknowledged, EventTriaged, EventAsked, EventAnswered, EventLapsed,
		EventAdded, EventMessaged, EventDangerSettled, EventAccepted, EventAssigned, EventInquiryOpened, EventProgress,
		EventInvited, EventHeard, EventIntent, EventDeclined, EventConcluded, EventFeedback, EventClosed, EventReopened, EventCleared,
		EventProposedDecline, EventProposedConclusion, EventProposedClosing, EventProposedReopening, EventApproved,
		EventRefused, EventWithdrawn, EventReviewRequested, EventReturnVoice, EventUpheld, EventSentBack, EventSuspended, EventLooked,
		EventResumed, EventLinked, EventUnlinked, EventProposedTransfer, EventObjected, EventTransferred, EventTransferSent,
		EventTransferReceived, EventTransferReturned, EventTransferCalledOff, EventSteppedAside, EventReadmitted, EventOfficeJoined, EventOfficeLeft,
		EventLeadOffered, EventLeadTaken, EventLeadKept, EventLeadPassed,
		EventClockStarted, EventClockPaused, EventClockResumed, EventClockMoved, EventClockSettled}
}

// Key names the event for staff in the catalogue.
func (k EventKind) Key() string { return "cases.event." + string(k) }

// IsClock reports whether the event concerns a clock and nothing else.
func (k EventKind) IsClock() bool {
	switch k {
	case EventClockStarted, EventClockPaused, EventClockResumed, EventClockMoved, EventClockSettled:
		return true
	default:
		return false
	}
}

// IsProposal reports whether the event is a proposal that somebody else must approve.
func (k EventKind) IsProposal() bool {
	switch k {
	case EventProposedDecline, EventProposedConclusion, EventProposedClosing, EventProposedReopening, EventProposedTransfer:
		return true
	default:
		return false
	}
}

// IsLetter reports whether the event is something that the reporter wrote.
func (k EventKind) IsLetter() bool {
	switch k {
	case EventAdded, EventAnswered, EventReviewRequested, EventObjected:
		return true
	default:
		return false
	}
}

// Code is a decline code, a finding, or what came of a hearing or a clearing letter.
type Code string

// Decline codes: why a report is not taken up.
const (
	D1 Code = "D1" // not conduct in any category
	D2 Code = "D2" // another body's remit
	D3 Code = "D3" // no facts that can be checked
	D4 Code = "D4" // already decided, nothing new
	D5 Code = "D5" // a personal dispute
	D6 Code = "D6" // protected activity
	D7 Code = "D7" // based on a trait of a person
	D8 Code = "D8" // abusive or automated volume
)

// Findings: what an inquiry found.
const (
	F1 Code = "F1" // substantiated
	F2 Code = "F2" // partly substantiated
	F3 Code = "F3" // not substantiated
	F4 Code = "F4" // cannot be determined
	F5 Code = "F5" // false with intent
)

// What came of hearing the person reported.
const (
	H1 Code = "H1" // answered
	H2 Code = "H2" // did not answer by the day of the invitation
	H3 Code = "H3" // did not wish to answer
	H4 Code = "H4" // could not be reached; the document says what was tried
)

// What became of the clearing letter after F3 or F5.
const (
	C1 Code = "C1" // written; the document is its copy
	C2 Code = "C2" // none: the person knows nothing of the inquiry
	C3 Code = "C3" // none: the person cannot be reached
)

// Hearings returns H1 to H4.
func Hearings() []Code { return []Code{H1, H2, H3, H4} }

// Clearings returns C1 to C3.
func Clearings() []Code { return []Code{C1, C2, C3} }

// DeclineCodes returns D1 to D8.
func DeclineCodes() []Code { return []Code{D1, D2, D3, D4, D5, D6, D7, D8} }

// Findings returns F1 to F5.
func Findings() []Code { return []Code{F1, F2, F3, F4, F5} }

// Key names the code in the catalogue, in words that a reporter may read.
func (c Code) Key() string { return "cases.code." + string(c) }

// Protected reports whether the code guards an activity or a trait: no one person may overrule it.
func (c Code) Protected() bool { return c == D6 || c == D7 }

// Role is what a person may do in one unit. No role sees everything.
type Role string

// The roles of staff.
const (
	Intake         Role = "intake"          // types in calls, letters and visits
	Triage         Role = "triage"          // looks first
	Handler        Role = "handler"         // cases assigned to them only
	Approver       Role = "approver"        // never their own case
	Custodian      Role = "custodian"       // holds a share of identities
	Protection     Role = "protection"      // protection requests
	RewardPanel    Role = "reward_panel"    // decides on rewards
	Payer          Role = "payer"           // sees pay-out code and amount
	Publisher      Role = "publisher"       // articles
	ChannelManager Role = "channel_manager" // official accounts
	OrgLiaison     Role = "org_liaison"     // partner organisations
	Records        Role = "records"         // retention
	Inspector      Role = "inspector"       // independent; reads, samples, holds; edits nothing
	Sysadmin       Role = "sysadmin"        // no content
)

// Two actors that are not staff. Their events carry a day and no member.
const (
	System   Role = "system"
	Reporter Role = "reporter"
)

// Roles returns the roles of staff.
func Roles() []Role {
	return []Role{Intake, Triage, Handler, Approver, Custodian, Protection, RewardPanel, Payer, Publisher,
		ChannelManager, OrgLiaison, Records, Inspector, Sysadmin}
}

// Key names the role in the catalogue.
func (r Role) Key() string { return "cases.role." + string(r) }

// ClockKind is a promise with a date.
type ClockKind string

// The clocks. S0 (the receipt is shown at once, 5 seconds) and the danger clock (15 minutes) never stand in
// an event: the first is over before there is a case, the minute of the second stands in a row of its own.
const (
	ClockReceipt  ClockKind = "s0"
	ClockFirst    ClockKind = "s1" // first message in the mailbox
	ClockTriage   ClockKind = "s2"
	ClockTransfer ClockKind = "s3" // the reporter may object to a transfer; then: the copy is sent
	ClockDecision ClockKind = "s4" // accepted, declined or transferred
	ClockInquiry  ClockKind = "s5"
	ClockOutcome  ClockKind = "s6"        // the reporter is told the outcome
	ClockReview   ClockKind = "s7"        // each level of a review
	ClockAnswer   ClockKind = "answer"    // how long a question waits
	ClockProgress ClockKind = "progress"  // next progress note
	ClockPause    ClockKind = "suspended" // the inspector looks at a suspension
	ClockHearing  ClockKind = "hearing"   // how long the person reported has to answer
	ClockDanger   ClockKind = "danger"
)

// ClockKinds returns every clock, for tables that must be complete.
func ClockKinds() []ClockKind {
	return []ClockKind{ClockReceipt, ClockFirst, ClockTriage, ClockTransfer, ClockDecision, ClockInquiry, ClockOutcome,
		ClockReview, ClockAnswer, ClockProgress, ClockPause, ClockHearing, ClockDanger}
}

// Key names the clock for staff in the catalogue.
func (k ClockKind) Key() string { return "cases.clock." + string(k) }

// Vias returns the ways in, for tables that must be complete.
func Vias() []Via {
	return []Via{ViaWeb, ViaPhone, ViaLetter, ViaVisit, ViaEmail, ViaAuthority, ViaOrganisation, ViaOther}
}

// Key names the way in.
func (v Via) Key() string { return "cases.via." + string(v) }

// Contacts returns the contact levels.
func Contacts() []Contact { return []Contact{Anonymous, Confidential, Named} }

// Key names the contact level.
func (c Contact) Key() string { return "cases.contact." + string(c) }
