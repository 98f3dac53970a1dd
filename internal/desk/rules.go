package desk

import (
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/web"
	"clarion.example/clarion/internal/workday"
)

// ruleJSON is a row of the machine, as docs/spec/cases.md has it.
type ruleJSON struct {
	Act      cases.ActKind     `json:"act"`
	Proposal cases.EventKind   `json:"proposal"`
	Of       cases.EventKind   `json:"of"`
	From     []cases.State     `json:"from"`
	To       cases.State       `json:"to"` // "": the state stays
	By       []cases.Role      `json:"by"`
	Needs    []cases.Need      `json:"needs"`
	Starts   []cases.ClockKind `json:"starts"`
	Settles  []cases.ClockKind `json:"settles"`
	Pauses   bool              `json:"pauses"`
	Resumes  bool              `json:"resumes"`
}

type termJSON struct {
	Clock cases.ClockKind `json:"clock"`
	Term  string          `json:"term"` // in the page's language
}

// rulesRoutes are for whoever has a session at either door: the rules by which cases are handled are no secret of anybody's.
func (d *door) rulesRoutes(wd *web.Door, lang i18n.Lang) {
	wd.Handle("GET /"+lang.Segment()+"/api/rules", 0, read(d, lang, func(*visit) (any, error) {
		return map[string]any{"states": reached(), "rules": rules(), "terms": d.terms(lang)}, nil
	}))
}

// reached are the states that the machine leads to, in the order of the journey.
func reached() (out []cases.State) {
	for _, s := range cases.States() {
		if slices.ContainsFunc(cases.Transitions(), func(t cases.Transition) bool { return t.To == s }) {
			out = append(out, s)
		}
	}
	return out
}

func rules() (out []ruleJSON) {
	for _, t := range cases.Transitions() {
		out = append(out, ruleJSON{t.Act, t.Proposal, t.Of, some(t.From), t.To, some(t.By), some(t.Needs), some(t.Starts), some(t.Settles), t.Pauses, t.Resumes})
	}
	return out
}

// some is a list that JSON writes as one, even when it is empty.
func some[T any](in []T) []T { return append([]T{}, in...) }

// terms are how long the clocks run that are counted in days, as this authority has set them.
func (d *door) terms(lang i18n.Lang) (out []termJSON) {
	l := d.o.Catalog.For(lang)
	for _, k := range cases.ClockKinds() {
		if t := d.o.Casework.Term(k); t.N > 0 {
			out = append(out, termJSON{k, l.T(termKey(t), errs.Args{"Count": t.N})})
		}
	}
	return out
}

func termKey(t workday.Term) string {
	switch t.Unit {
	case workday.Workdays:
		return "visit.term_workdays"
	case workday.Months:
		return "visit.term_months"
	default:
		return "visit.term_days"
	}
}
