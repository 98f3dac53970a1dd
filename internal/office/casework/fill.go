package casework

import (
	"fmt"
	"strconv"
	"strings"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/workday"
)

// Words are what a template is filled with.
type Words struct {
	Case   cases.Case
	Clocks []cases.Clock
	Lang   string            // the reporter's
	Own    map[string]string // what a member wrote: reasons, question, note, body, basis, files
}

// Fill writes a template of the pack with a case's days.
func (s *Service) Fill(t pack.Template, code cases.Code, w Words) (string, error) {
	l := s.o.Catalog.For(i18n.Lang(w.Lang))
	values := s.values(l, w.Lang, code, w, s.letterDays(t, w))
	for k, v := range w.Own {
		values[k] = v
	}
	return s.envelope(l, w.Lang, t, code, values)
}

// Chosen is a sentence of the pack with what was picked for it.
type Chosen struct {
	ID    string
	Picks pack.Picks
}

// Sentences writes chosen sentences in a language, one a line, for a letter of the template. One that the letter cannot say, and a
// pick that is missing, is an Invalid error.
func (s *Service) Sentences(t pack.Template, code cases.Code, w Words, lang string, chosen []Chosen) (string, error) {
	l := s.o.Catalog.For(i18n.Lang(lang))
	values := sentenceValues(s.values(l, lang, code, w, s.letterDays(t, w)))
	var lines []string
	for _, c := range chosen {
		x, ok := s.sentence(c.ID)
		if !ok || !x.Serves(t, string(code)) {
			return "", errs.New(errs.Invalid, "casework.no_sentence", nil)
		}
		text, err := x.Render(lang, values, c.Picks, l.Date, func(name string) (string, bool) {
			if a, ok := s.o.Pack.Address(name); ok {
				return a.Name.In(lang), true
			}
			return "", false
		})
		if err != nil {
			return "", err
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "\n"), nil
}

// LetterDays are what the calendar fills in a letter of today: days as YYYY-MM-DD, and under "days" how long an inquiry has taken.
func (s *Service) LetterDays(t pack.Template, w Words) map[string]string {
	return s.letterDays(t, w).kept()
}

func (s *Service) sentence(name string) (pack.Sentence, bool) {
	for _, x := range s.o.Pack.Letters.Sentences {
		if x.ID == name {
			return x, true
		}
	}
	return pack.Sentence{}, false
}

// letterDays are the days that a letter of today names.
func (s *Service) letterDays(t pack.Template, w Words) letterDays {
	today, m := s.today(), s.o.Machine
	out := letterDays{long: -1, days: map[string]workday.Day{
		"today": today, "received": w.Case.Day, "review_by": m.Rules.Review.Due(today, m.Calendar), "answer_by": m.Rules.Answer.Due(today, m.Calendar),
		"next_by": m.Rules.Progress.Due(today, m.Calendar), "decision_anew": m.Rules.Decision.Due(today, m.Calendar), "outcome_anew": m.Rules.Outcome.Due(today, m.Calendar),
		"decision_by": {}, "outcome_by": {},
	}}
	for _, p := range m.Promises(w.Case.Day) {
		switch p.Step {
		case cases.StepDecision:
			out.days["decision_by"] = p.By
		case cases.StepOutcome:
			out.days["outcome_by"] = p.By
		default:
		}
	}
	for _, clock := range w.Clocks {
		switch clock.Kind {
		case cases.ClockOutcome:
			out.days["outcome_by"] = clock.Due
		case cases.ClockInquiry:
			out.long = clock.Elapsed(today)
		case cases.ClockProgress:
			if out.long < 0 { // a linked case has no inquiry of its own
				out.long = today.Sub(clock.Started)
			}
		default:
		}
	}
	if t == pack.TemplatePassOn {
		out.days["object_by"] = m.Rules.Transfer.Due(today, m.Calendar)
	}
	if t == pack.TemplateFirst { // this letter starts the clock of the outcome
		out.days["outcome_by"] = out.days["outcome_anew"]
	}
	return out
}

// values are what placeholders stand for in a language, without what a member writes.
func (s *Service) values(l *i18n.Localizer, lang string, code cases.Code, w Words, days letterDays) map[string]string {
	values := map[string]string{"number": w.Case.Number, "addresses": s.elsewhere(l, lang, code), "phone": s.phone(),
		"unit": "", "category": "", "days": "", "finding": "", "question": "", "note": "", "reasons": "", "body": "", "basis": "", "files": ""}
	for name, day := range days.days {
		values[name] = l.Date(day)
	}
	if days.long >= 0 {
		values["days"] = strconv.Itoa(days.long)
	}
	if o, ok := s.o.Pack.Office(w.Case.Unit); ok {
		values["unit"] = o.Name.In(lang)
	}
	if cat, ok := s.o.Pack.Category(w.Case.Category); ok {
		values["category"] = cat.Name.In(lang)
	}
	if code != "" {
		values["finding"] = l.T(code.Key(), nil)
	}
	return values
}

// phone is the authority's first number as people read it.
func (s *Service) phone() string {
	if len(s.o.Pack.Numbers) == 0 {
		return ""
	}
	return s.o.Pack.Numbers[0].Shown
}

// envelope is the frame of a letter, with values in it.
func (s *Service) envelope(l *i18n.Localizer, lang string, t pack.Template, code cases.Code, values map[string]string) (string, error) {
	if t == pack.TemplateMessage || t == pack.TemplateExtend {
		return "", nil // nothing but what a member says
	}
	if key := ownWords(t); key != "" {
		return l.T(key, errs.Args{"Reasons": values["reasons"], "OutcomeBy": values["outcome_anew"], "DecisionBy": values["decision_anew"],
			"Body": values["body"], "Basis": values["basis"], "Files": values["files"], "ObjectBy": values["object_by"]}), nil
	}
	return s.template(t, code).Fill(lang, values)
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
	case TemplatePassOn:
		return "casework.letter_pass_on"
	case TemplateKept:
		return "casework.letter_kept"
	case TemplateReturned:
		return "casework.letter_returned"
	case TemplateCalledOff:
		return "casework.letter_called_off"
	case TemplateMoved:
		return "casework.letter_moved"
	default:
		return ""
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
		return nil
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

// Finding is the finding that stands, "" where none does.
func Finding(events []cases.Event) (found cases.Code) {
	if d, ok := cases.Standing(events); ok && d.Kind != cases.EventDeclined {
		found = d.Code
	}
	return found
}
