package casework

import (
	"context"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// PersonLetter is a letter to the person reported, in each language of the pack. Conduct is what can stand for {conduct} in it where
// nobody writes anything: the summary of the category.
type PersonLetter struct {
	Texts   map[string]string
	Conduct map[string]string
	Due     workday.Day // last day to answer an invitation of today
}

// Person words the invitation to answer, or with clearing the letter that says that nothing was found. {conduct} stays in it: what is
// reported is sealed. It holds nothing of the reporter.
func (s *Service) Person(ctx context.Context, who *Person, number string, clearing bool) (out PersonLetter, err error) {
	var c cases.Case
	err = s.guardedRead(ctx, who, "letter", func() cases.Case { return c }, map[string]any{"template": "person"}, func(tx *store.Tx) error {
		found, _, err := s.open(tx, who, number)
		c = found
		if err != nil {
			return err
		}
		today, m := s.today(), s.o.Machine
		out = PersonLetter{Texts: map[string]string{}, Conduct: map[string]string{}, Due: m.Rules.Hearing.Due(today, m.Calendar)}
		for _, lang := range s.o.Pack.Languages {
			if out.Texts[lang], out.Conduct[lang], err = s.personText(c, lang, today, out.Due, clearing); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func (s *Service) personText(c cases.Case, lang string, today, due workday.Day, clearing bool) (text, conduct string, err error) {
	p, l := s.o.Pack, s.o.Catalog.For(i18n.Lang(lang))
	office, ok := p.Office(c.Unit)
	if !ok {
		return "", "", errs.New(errs.Conflict, "casework.no_template", nil)
	}
	values := map[string]string{"authority": p.Authority.Name.In(lang), "unit": office.Name.In(lang), "address": office.Address.In(lang), "number": c.Number,
		"today": l.Date(today), "category": "", "conduct": "{conduct}", "answer_by": l.Date(due), "phone": s.phone()}
	if cat, ok := p.Category(c.Category); ok {
		values["category"], conduct = cat.Name.In(lang), cat.Summary.In(lang)
	}
	letter := p.Letters.Invitation
	if clearing {
		letter = p.Letters.Clearing
	}
	text, err = letter.Fill(lang, values)
	return text, conduct, err
}
