package casework

import (
	"context"
	"slices"
	"strconv"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// Templates whose frame is no pack's: how reviews are answered and inquiries suspended is the same everywhere.
const (
	TemplateUpheld    = pack.TemplateUpheld
	TemplateSentBack  = pack.TemplateSentBack
	TemplateSuspended = pack.TemplateSuspended
	TemplateResumed   = pack.TemplateResumed
	TemplateUnlinked  = pack.TemplateUnlinked
	TemplatePassOn    = pack.TemplatePassOn
	TemplateKept      = pack.TemplateKept
	TemplateReturned  = pack.TemplateReturned
	TemplateCalledOff = pack.TemplateCalledOff
	TemplateMoved     = pack.TemplateMoved
)

// Letters are the templates that a member can ask for. That of a closed case names a day of erasure, which no rule gives yet.
func Letters() []pack.Template { return pack.SentenceTemplates() }

// own are the placeholders for what a member writes; body, basis and files are who would get a
// case, the law that allows it, and how many of the files.
var own = [...]string{"reasons", "question", "note", "body", "basis", "files"}

// LetterAsk is which letter is wanted. Code is the decline code of a decision to decline; the code of an outcome is the case's own
// finding. Days, when given, are those of a letter that was written before, as [Frame.Days] gave them: it is then worded with them, and
// with the finding of that day.
type LetterAsk struct {
	Template pack.Template
	Code     cases.Code
	Days     map[string]string
}

// Frame is a letter of a case as far as the server can write it, in each language of the pack. What a member writes or chooses stays
// in it as {reasons}, {question} or {note}, and in the sentences as the names of what they ask for.
type Frame struct {
	Lang      string            // the reporter's
	Texts     map[string]string // by language; "" for a letter without a frame
	Days      map[string]string // days as YYYY-MM-DD, and the number of days of an inquiry
	Sentences []FrameSentence
	Dates     map[string]DateForm
	Fills     map[string]map[string]pack.Text // of a letter that names them: the pack's bodies and bases by id
}

// FrameSentence is a sentence that the letter can say.
type FrameSentence struct {
	pack.Sentence
	Texts map[string]string
}

// DateForm is how a language writes a day: Form holds {y}, {m}, {d}.
type DateForm struct {
	Form   string
	Months []string
}

// Letter is a letter of a case in every language of the pack. It is asked for by who may write it, and for letters that were written
// before by whoever may read them.
func (s *Service) Letter(ctx context.Context, who *Person, number string, ask LetterAsk) (f Frame, err error) {
	var c cases.Case
	err = s.guardedRead(ctx, who, "letter", func() cases.Case { return c }, map[string]any{"template": string(ask.Template)}, func(tx *store.Tx) error {
		found, events, err := s.open(tx, who, number)
		c = found
		if err != nil {
			return err
		}
		if !slices.Contains(Letters(), ask.Template) || ask.Template == pack.TemplateDeclined && !slices.Contains(cases.DeclineCodes(), ask.Code) {
			return errs.New(errs.Invalid, "casework.no_template", nil)
		}
		code := ask.Code
		if ask.Template != pack.TemplateDeclined {
			if code, err = s.outcomeCode(tx, c, events, ask); err != nil {
				return err
			}
		}
		f, err = s.frame(ask.Template, code, Words{Case: c, Clocks: s.o.Machine.Clocks(events, s.today()), Lang: c.Lang}, ask.Days)
		return err
	})
	return f, err
}

// ReviewLetter is a letter that answers a review, upheld or sent back, in each language, for somebody who is of no office.
func (s *Service) ReviewLetter(t pack.Template, c cases.Case, events []cases.Event) (Frame, error) {
	if t != TemplateUpheld && t != TemplateSentBack {
		return Frame{}, errs.New(errs.Invalid, "casework.no_template", nil)
	}
	return s.frame(t, "", Words{Case: c, Clocks: s.o.Machine.Clocks(events, s.today()), Lang: c.Lang}, nil)
}

// outcomeCode is the finding that a letter of the outcome tells, "" for other letters.
func (s *Service) outcomeCode(tx *store.Tx, c cases.Case, events []cases.Event, ask LetterAsk) (cases.Code, error) {
	if ask.Template != pack.TemplateOutcome {
		return "", nil
	}
	if ask.Days != nil && slices.Contains(cases.Findings(), ask.Code) {
		return ask.Code, nil
	}
	if p, err := s.parentOf(tx, c, "", ""); err != nil || p != nil {
		if err != nil {
			return "", err
		}
		return p.Finding, nil
	}
	return Finding(events), nil
}

// frame words a letter in each language.
func (s *Service) frame(t pack.Template, code cases.Code, w Words, before map[string]string) (Frame, error) {
	days, err := s.letterDays(t, w).replaced(before)
	if err != nil {
		return Frame{}, err
	}
	f := Frame{Lang: w.Lang, Texts: map[string]string{}, Days: days.kept(), Dates: map[string]DateForm{}, Fills: s.fills(t)}
	for _, x := range s.o.Pack.Letters.Sentences {
		if x.Serves(t, string(code)) {
			f.Sentences = append(f.Sentences, FrameSentence{x, map[string]string{}})
		}
	}
	for _, lang := range s.o.Pack.Languages {
		l := s.o.Catalog.For(i18n.Lang(lang))
		values := s.values(l, lang, code, w, days)
		for _, name := range own {
			values[name] = "{" + name + "}"
		}
		if f.Texts[lang], err = s.envelope(l, lang, t, code, values); err != nil {
			return Frame{}, err
		}
		f.Dates[lang] = dateForm(l)
		for _, x := range f.Sentences {
			mine := sentenceValues(values)
			for _, a := range x.Asks {
				mine[a.Name] = "{" + a.Name + "}"
			}
			if x.Texts[lang], err = x.Text.Fill(lang, mine); err != nil {
				return Frame{}, err
			}
		}
	}
	return f, nil
}

// fills are what {body} and {basis} of the letter can stand for without anything typed; {body} is an office where a case goes to one.
func (s *Service) fills(t pack.Template) map[string]map[string]pack.Text {
	out := map[string]map[string]pack.Text{}
	if t == pack.TemplateMoved {
		out["body"] = map[string]pack.Text{}
		for _, o := range s.o.Pack.Offices {
			out["body"][string(o.ID)] = o.Name
		}
	}
	if t != pack.TemplatePassOn {
		return out
	}
	out["body"], out["basis"] = map[string]pack.Text{}, map[string]pack.Text{}
	for _, b := range s.o.Pack.Bodies {
		out["body"][b.ID] = b.Name
	}
	for _, g := range s.o.Pack.Bases {
		out["basis"][g.ID] = g.Text
	}
	out["files"] = map[string]pack.Text{}
	for n := range mostFiles + 1 {
		text := pack.Text{}
		for _, lang := range s.o.Pack.Languages {
			text[lang] = FilesSaid(s.o.Catalog.For(i18n.Lang(lang)), n)
		}
		out["files"][strconv.Itoa(n)] = text
	}
	return out
}

// mostFiles go with a copy for another body.
const mostFiles = 20

// FilesSaid is what a letter says of n files that go with a copy; nothing of none.
func FilesSaid(l *i18n.Localizer, n int) string {
	if n == 0 {
		return l.T("casework.letter_no_files", nil)
	}
	return l.T("casework.letter_files", errs.Args{"Count": n})
}

func dateForm(l *i18n.Localizer) DateForm {
	d := DateForm{Form: l.T("i18n.date", errs.Args{"Year": "{y}", "Month": "{m}", "Day": "{d}"})}
	for m := 1; m <= 12; m++ {
		d.Months = append(d.Months, l.T("i18n.month_"+strconv.Itoa(m), nil))
	}
	return d
}

// sentenceValues are those of a letter that a sentence may hold.
func sentenceValues(values map[string]string) map[string]string {
	out := map[string]string{}
	for _, name := range pack.SentencePlaceholders() {
		out[name] = values[name]
	}
	return out
}

// letterDays are what the calendar fills in: days, and how long an inquiry has taken.
type letterDays struct {
	days map[string]workday.Day
	long int // -1: there is no inquiry
}

// kept is how a sealed letter keeps them.
func (d letterDays) kept() map[string]string {
	out := map[string]string{}
	for name, day := range d.days {
		if !day.IsZero() {
			out[name] = day.String()
		}
	}
	if d.long >= 0 {
		out["days"] = strconv.Itoa(d.long)
	}
	return out
}

// replaced are the same with those of a letter that was written before.
func (d letterDays) replaced(before map[string]string) (letterDays, error) {
	for name, v := range before {
		_, known := d.days[name]
		day, err := workday.ParseDay(v)
		switch n, bad := strconv.Atoi(v); {
		case name == "days" && bad == nil && n >= 0 && n < 100_000:
			d.long = n
		case known && err == nil:
			d.days[name] = day
		default:
			return d, errs.New(errs.Invalid, "casework.no_template", nil)
		}
	}
	return d, nil
}
