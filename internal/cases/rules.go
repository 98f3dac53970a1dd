package cases

import (
	"fmt"

	"clarion.example/clarion/internal/workday"
)

// Rules are the terms of the clocks. A pack may set each; [DefaultRules] holds what it leaves out.
type Rules struct {
	First       workday.Term // s1: first message, from receipt
	Triage      workday.Term // s2: a person looks, from receipt
	Transfer    workday.Term // s3: objecting to a transfer, and then sending it
	Decision    workday.Term // s4: accepted or declined, from receipt
	Inquiry     workday.Term // s5: from the opening of the inquiry
	InquiryMore workday.Term // s5-more: its one extension
	Outcome     workday.Term // s6: the reporter is told, from the first message
	OutcomeMore workday.Term // s6-more: its one extension
	Feedback    workday.Term // s6-after: never later than this after the conclusion
	Review      workday.Term // s7: each level of review, and how long one may be asked for
	Answer      workday.Term // answer: how long a question waits
	Progress    workday.Term // progress: between two progress notes
	Suspended   workday.Term // suspended: between two looks of the inspector at a suspension
	Hearing     workday.Term // hearing: for the person reported to answer an invitation
}

// DefaultRules are the terms that hold where a pack is silent.
func DefaultRules() Rules {
	return Rules{
		First: days(7), Triage: workdays(3), Transfer: workdays(5), Decision: days(15), Inquiry: days(60),
		InquiryMore: days(30), Outcome: months(3), OutcomeMore: months(3), Feedback: workdays(15), Review: days(30),
		Answer: days(30), Progress: days(30), Suspended: days(90), Hearing: workdays(15),
	}
}

func days(n int) workday.Term     { return workday.Term{N: n, Unit: workday.Days} }
func workdays(n int) workday.Term { return workday.Term{N: n, Unit: workday.Workdays} }
func months(n int) workday.Term   { return workday.Term{N: n, Unit: workday.Months} }

// NewRules takes the terms of a pack by name (s1, s2, s3, s4, s5, s5-more, s6, s6-more, s6-after, s7, answer,
// progress, suspended, hearing) over the defaults. Other names belong to other machines and are left alone. A term that is not
// positive is an error.
func NewRules(set map[string]workday.Term) (Rules, error) {
	r := DefaultRules()
	for name, at := range map[string]*workday.Term{
		"s1": &r.First, "s2": &r.Triage, "s3": &r.Transfer, "s4": &r.Decision, "s5": &r.Inquiry, "s5-more": &r.InquiryMore,
		"s6": &r.Outcome, "s6-more": &r.OutcomeMore, "s6-after": &r.Feedback, "s7": &r.Review, "answer": &r.Answer,
		"progress": &r.Progress, "suspended": &r.Suspended, "hearing": &r.Hearing,
	} {
		term, ok := set[name]
		if !ok {
			continue
		}
		if term.N < 1 {
			return Rules{}, fmt.Errorf("cases: clock %s has the term %q", name, term)
		}
		*at = term
	}
	return r, nil
}

// Term is the length of a clock when it starts, and so the unit that its pauses are counted in. S0 and the
// danger clock are not counted in days and have none.
func (r Rules) Term(k ClockKind) workday.Term {
	switch k {
	case ClockFirst:
		return r.First
	case ClockTriage:
		return r.Triage
	case ClockTransfer:
		return r.Transfer
	case ClockDecision:
		return r.Decision
	case ClockInquiry:
		return r.Inquiry
	case ClockOutcome:
		return r.Outcome
	case ClockReview:
		return r.Review
	case ClockAnswer:
		return r.Answer
	case ClockProgress:
		return r.Progress
	case ClockPause:
		return r.Suspended
	case ClockHearing:
		return r.Hearing
	case ClockReceipt, ClockDanger:
		return workday.Term{}
	default:
		return workday.Term{}
	}
}
