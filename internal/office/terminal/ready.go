package terminal

import (
	"maps"
	"slices"
	"strings"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/seal"
)

// frameOf is the template of a letter.
func frameOf(c *Opened, l Letter) pack.Template {
	switch {
	case c.Case.State == cases.Received && !l.Ask && !l.Progress:
		return pack.TemplateFirst
	case l.Ask:
		return pack.TemplateNeedsInfo
	case l.Progress:
		return pack.TemplateProgress
	default:
		return pack.TemplateMessage
	}
}

// ready puts chosen sentences before what was typed, in the reporter's language, and says what the letter is made of. Without
// sentences it does nothing.
func (s *Session) ready(c *Opened, t pack.Template, text *string, chosen []casework.Chosen) (*seal.Letter, error) {
	if len(chosen) == 0 {
		return nil, nil
	}
	w := casework.Words{Case: c.Case, Clocks: c.Clocks, Lang: c.Report.Lang}
	said, err := s.Casework.Sentences(t, "", w, w.Lang, chosen)
	if err != nil {
		return nil, err
	}
	made := &seal.Letter{Template: string(t), Words: strings.TrimSpace(*text)}
	*text = strings.TrimSpace(said + "\n" + *text)
	for _, x := range chosen {
		one := seal.Sentence{ID: x.ID}
		for _, name := range slices.Sorted(maps.Keys(x.Picks)) {
			one.Picks = append(one.Picks, seal.Pick{Name: name, Values: x.Picks[name]})
		}
		made.Sentences = append(made.Sentences, one)
	}
	days := s.Casework.LetterDays(t, w)
	for _, name := range slices.Sorted(maps.Keys(days)) {
		made.Days = append(made.Days, seal.Filled{Name: name, Value: days[name]})
	}
	return made, nil
}
