package casework

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// Templates that are no pack's: how reviews are answered and inquiries suspended is the same everywhere.
const (
	TemplateUpheld    pack.Template = "upheld"
	TemplateSentBack  pack.Template = "sent_back"
	TemplateSuspended pack.Template = "suspended"
	TemplateResumed   pack.Template = "resumed"
	TemplateUnlinked  pack.Template = "unlinked"
)

// Letters are the templates that a member can ask for. That of a closed case names a day of erasure, which no rule gives yet.
func Letters() []pack.Template {
	return []pack.Template{pack.TemplateFirst, pack.TemplateAccepted, pack.TemplateDeclined, pack.TemplateNeedsInfo, pack.TemplateProgress, pack.TemplateOutcome,
		TemplateUpheld, TemplateSentBack, TemplateSuspended, TemplateResumed, TemplateUnlinked}
}

// own are the placeholders for what a member writes.
var own = [...]string{"reasons", "question", "note"}

// Letter is a template of the pack in the reply language of a case, with this case's days. What a member writes stays in it as
// {reasons}, {question} and {note}. code is the decline code of a decision to decline and means nothing for other templates: that of
// an outcome is the case's own finding.
func (s *Service) Letter(ctx context.Context, who *Person, number string, t pack.Template, code cases.Code) (text string, err error) {
	var c cases.Case
	err = s.guardedRead(ctx, who, "letter", func() cases.Case { return c }, map[string]any{"template": string(t)}, func(tx *store.Tx) error {
		found, events, err := s.open(tx, who, number)
		c = found
		if err != nil {
			return err
		}
		if !slices.Contains(Letters(), t) || t == pack.TemplateDeclined && !slices.Contains(cases.DeclineCodes(), code) {
			return errs.New(errs.Invalid, "casework.no_template", nil)
		}
		switch t {
		case pack.TemplateDeclined:
		case pack.TemplateOutcome:
			code = Finding(events)
			if p, err := s.parentOf(tx, c, "", ""); err != nil {
				return err
			} else if p != nil {
				code = p.Finding
			}
		default:
			code = ""
		}
		words := Words{Case: c, Clocks: s.o.Machine.Clocks(events, s.today()), Lang: c.Lang, Own: map[string]string{}}
		for _, name := range own {
			words.Own[name] = "{" + name + "}"
		}
		text, err = s.Fill(t, code, words)
		return err
	})
	return text, err
}

// Finding is the finding that stands, "" where none does.
func Finding(events []cases.Event) (found cases.Code) {
	if d, ok := cases.Standing(events); ok && d.Kind != cases.EventDeclined {
		found = d.Code
	}
	return found
}

// Words are what a template is filled with.
type Words struct {
	Case   cases.Case
	Clocks []cases.Clock
	Lang   string            // the reporter's
	Own    map[string]string // what a member wrote: reasons, question, note
}

// Fill writes a template of the pack with a case's days.
func (s *Service) Fill(t pack.Template, code cases.Code, w Words) (string, error) {
	l := s.o.Catalog.For(i18n.Lang(w.Lang))
	today, m := s.today(), s.o.Machine
	values := map[string]string{
		"received": l.Date(w.Case.Day), "review_by": l.Date(m.Rules.Review.Due(today, m.Calendar)),
		"answer_by": l.Date(m.Rules.Answer.Due(today, m.Calendar)), "next_by": l.Date(m.Rules.Progress.Due(today, m.Calendar)),
		"decision_by": "", "outcome_by": "", "days": "", "finding": "", "addresses": s.elsewhere(l, w.Lang, code), "unit": "", "category": "", "question": "", "note": "", "reasons": "", "erase_by": "",
	}
	for _, p := range m.Promises(w.Case.Day) {
		switch p.Step {
		case cases.StepDecision:
			values["decision_by"] = l.Date(p.By)
		case cases.StepOutcome:
			values["outcome_by"] = l.Date(p.By)
		default:
		}
	}
	s.caseValues(w, l, today, values)
	if t == pack.TemplateFirst { // this letter starts the clock of the outcome
		values["outcome_by"] = l.Date(m.Rules.Outcome.Due(today, m.Calendar))
	}
	if code != "" {
		values["finding"] = l.T(code.Key(), nil)
	}
	for k, v := range w.Own {
		values[k] = v
	}
	if key := ownWords(t); key != "" {
		return l.T(key, errs.Args{"Reasons": values["reasons"], "OutcomeBy": l.Date(m.Rules.Outcome.Due(today, m.Calendar)), "DecisionBy": l.Date(m.Rules.Decision.Due(today, m.Calendar))}), nil
	}
	return s.template(t, code).Fill(w.Lang, values)
}

// ownWords is the catalogue's key of a template that is no pack's.
func ownWords(t pack.Template) string {
	switch t {
	case TemplateUpheld:
		return "casework.letter_upheld"
	case TemplateSentBack:
		return "casework.letter_sent_back"
	case TemplateSuspended:
		return "casework.letter_suspended"
	case TemplateResumed:
		return "casework.letter_resumed"
	case TemplateUnlinked:
		return "casework.letter_unlinked"
	default:
		return ""
	}
}

// caseValues are the values that follow from the case.
func (s *Service) caseValues(w Words, l *i18n.Localizer, today workday.Day, values map[string]string) {
	lang := string(l.Lang())
	if o, ok := s.o.Pack.Office(w.Case.Unit); ok {
		values["unit"] = o.Name.In(lang)
	}
	if cat, ok := s.o.Pack.Category(w.Case.Category); ok {
		values["category"] = cat.Name.In(lang)
	}
	for _, clock := range w.Clocks {
		switch clock.Kind {
		case cases.ClockOutcome:
			values["outcome_by"] = l.Date(clock.Due)
		case cases.ClockInquiry:
			values["days"] = strconv.Itoa(clock.Elapsed(today))
		case cases.ClockProgress:
			if values["days"] == "" { // a linked case has no inquiry of its own
				values["days"] = strconv.Itoa(today.Sub(clock.Started))
			}
		default:
		}
	}
}

func (s *Service) template(t pack.Template, code cases.Code) pack.Text {
	m := s.o.Pack.Messages
	switch t {
	case pack.TemplateFirst:
		return m.First
	case pack.TemplateAccepted:
		return m.Accepted
	case pack.TemplateDeclined:
		return m.Declined[string(code)]
	case pack.TemplateNeedsInfo:
		return m.NeedsInfo
	case pack.TemplateProgress:
		return m.Progress
	case pack.TemplateOutcome:
		return m.Outcome
	default:
		return m.Closed
	}
}

// elsewhere are the other places to turn to that go with a decline code, one a line.
func (s *Service) elsewhere(l *i18n.Localizer, lang string, code cases.Code) string {
	var lines []string
	for _, name := range s.o.Pack.Declines[string(code)] {
		if a, ok := s.o.Pack.Address(name); ok {
			line := a.Name.In(lang)
			if a.Shown != "" {
				line = fmt.Sprintf("%s %s", line, a.Shown)
			}
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return l.T("casework.no_other_address", nil)
	}
	return strings.Join(lines, "\n")
}
