package pack

// Messages are the templates of what the authority writes to a reporter. Each has placeholders in braces, of
// which [Placeholders] lists those that it may and must hold.
type Messages struct {
	First     Text            `yaml:"first"` // the first message, with dates
	Accepted  Text            `yaml:"accepted"`
	Declined  map[string]Text `yaml:"declined"` // by decline code, all eight
	NeedsInfo Text            `yaml:"needs_info"`
	Progress  Text            `yaml:"progress"`
	Outcome   Text            `yaml:"outcome"`
}

// Template names one of the templates; every decline code shares one set of placeholders.
type Template string

// The templates.
const (
	TemplateFirst     Template = "first"
	TemplateAccepted  Template = "accepted"
	TemplateDeclined  Template = "declined"
	TemplateNeedsInfo Template = "needs_info"
	TemplateProgress  Template = "progress"
	TemplateOutcome   Template = "outcome"
)

// Placeholders returns the names that a template must hold and those that it may hold besides. Days are
// written out in the reader's language before they are filled in.
//
//	unit         the office, by its name
//	category     the category, by its name
//	received     the day of receipt
//	decision_by  last day for the decision
//	outcome_by   last day for the outcome
//	answer_by    last day for the reporter's answer
//	next_by      last day for the next progress note
//	review_by    last day to ask for a review
//	question, reasons, note, finding   what a member of staff writes or chooses
//	addresses    where else to turn to, one a line
//	days         days of inquiry so far
func Placeholders(t Template) (must, may []string) {
	switch t {
	case TemplateFirst:
		return []string{"received", "decision_by", "outcome_by"}, []string{"unit"}
	case TemplateAccepted:
		return []string{"category", "reasons", "outcome_by"}, []string{"unit"}
	case TemplateDeclined:
		return []string{"reasons", "addresses", "review_by"}, []string{"unit"}
	case TemplateNeedsInfo:
		return []string{"question", "answer_by"}, []string{"unit"}
	case TemplateProgress:
		return []string{"days", "note", "next_by"}, []string{"unit"}
	case TemplateOutcome:
		return []string{"finding", "reasons", "review_by"}, []string{"unit"}
	default:
		return nil, nil
	}
}

// DeclineCodes are the codes that every pack has words for. Package cases holds their meaning.
func DeclineCodes() []string { return []string{"D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"} }
