package pack

import (
	"slices"
	"strconv"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/workday"
)

// Letters are the sentences that can be chosen instead of typed, and the letters to the person reported.
type Letters struct {
	Sentences  []Sentence `yaml:"sentences"`
	Invitation Text       `yaml:"invitation"` // asks the person reported to answer
	Clearing   Text       `yaml:"clearing"`   // tells them that nothing was found
}

// Sentence is what a letter can say. Its text holds placeholders of [SentencePlaceholders] and of its own Asks, and no place for
// words that somebody writes: whoever chooses it knows what it says in every language.
type Sentence struct {
	ID    string     `yaml:"id"`
	For   []Template `yaml:"for"`
	Codes []string   `yaml:"codes"` // of a decision; none: for every code
	Title Text       `yaml:"title"` // what the desk calls it
	Text  Text       `yaml:"text"`
	Asks  []Ask      `yaml:"asks"`
}

// Ask is something that the desk asks for when the sentence is chosen.
type Ask struct {
	Name    string   `yaml:"name"` // of the placeholder
	Type    AskType  `yaml:"type"`
	Label   Text     `yaml:"label"`
	Options []Option `yaml:"options"` // one and many; as they stand in the sentence
}

// AskType is the kind of thing that is asked for.
type AskType string

// The types.
const (
	AskOne     AskType = "one"     // one of the options
	AskMany    AskType = "many"    // at least one of the options, each on a line of its own
	AskDay     AskType = "day"     // a day
	AskCount   AskType = "count"   // a number from 1 to 999
	AskAddress AskType = "address" // one of the pack's addresses
)

// The templates that sentences can be for beside those of [Messages]: letters whose frame is the same everywhere, or that have none.
const (
	TemplateMessage   Template = "message" // a letter without a frame
	TemplateExtend    Template = "extend"
	TemplateUpheld    Template = "upheld"
	TemplateSentBack  Template = "sent_back"
	TemplateSuspended Template = "suspended"
	TemplateResumed   Template = "resumed"
	TemplateUnlinked  Template = "unlinked"
	TemplatePassOn    Template = "pass_on"    // asks whether a case may go to another body
	TemplateKept      Template = "kept"       // it does not go there after all
	TemplateReturned  Template = "returned"   // the other body gave it back
	TemplateCalledOff Template = "called_off" // approved, and not sent
	TemplateMoved     Template = "moved"      // another office has the case from now on
)

// SentenceTemplates are the templates that must have sentences.
func SentenceTemplates() []Template {
	return []Template{TemplateFirst, TemplateAccepted, TemplateDeclined, TemplateNeedsInfo, TemplateProgress, TemplateOutcome, TemplateMessage,
		TemplateExtend, TemplateUpheld, TemplateSentBack, TemplateSuspended, TemplateResumed, TemplateUnlinked,
		TemplatePassOn, TemplateKept, TemplateReturned, TemplateCalledOff, TemplateMoved}
}

// FindingCodes are the findings that an outcome can have. Package cases holds their meaning.
func FindingCodes() []string { return []string{"F1", "F2", "F3", "F4", "F5"} }

// SentencePlaceholders are what every sentence may hold without asking: number of the case, today, the office, the category, the day of
// receipt and those of the promises, and the authority's first telephone number.
func SentencePlaceholders() []string {
	return []string{"number", "today", "unit", "category", "received", "decision_by", "outcome_by", "answer_by", "next_by", "review_by", "phone"}
}

// PersonPlaceholders are those of the letters to the person reported. conduct is what is reported, which the handler writes or takes
// from the category; answer_by is the last day to answer.
func PersonPlaceholders() []string {
	return []string{"authority", "unit", "address", "number", "today", "category", "conduct", "answer_by", "phone"}
}

// Picks are what was chosen for a sentence, by the name of the ask: ids of options or of an address, a day, a number.
type Picks map[string][]string

// Serves reports whether the sentence can stand in a letter of the template, with a code where the letter has one.
func (s Sentence) Serves(t Template, code string) bool {
	return slices.Contains(s.For, t) && (len(s.Codes) == 0 || slices.Contains(s.Codes, code))
}

// Render writes the sentence in a language. values are those of [SentencePlaceholders]; day writes a day and address a place to turn
// to, in that language. What is missing or was not offered is an Invalid error that names it.
func (s Sentence) Render(lang string, values map[string]string, picks Picks, day func(workday.Day) string, address func(id string) (string, bool)) (string, error) {
	all := map[string]string{}
	for k, v := range values {
		all[k] = v
	}
	for name := range picks {
		if !slices.ContainsFunc(s.Asks, func(a Ask) bool { return a.Name == name }) {
			return "", errs.New(errs.Invalid, "pack.pick.unknown", errs.Args{"Name": s.Title.In(lang)})
		}
	}
	for _, a := range s.Asks {
		text, ok := a.words(lang, picks[a.Name], day, address)
		if !ok {
			return "", errs.New(errs.Invalid, "pack.pick.missing", errs.Args{"Name": a.Label.In(lang)}).AtField(s.ID + "." + a.Name)
		}
		all[a.Name] = text
	}
	return s.Text.Fill(lang, all)
}

func (a Ask) words(lang string, chosen []string, day func(workday.Day) string, address func(id string) (string, bool)) (string, bool) {
	if len(chosen) == 0 || a.Type != AskMany && len(chosen) != 1 {
		return "", false
	}
	switch a.Type {
	case AskOne, AskMany:
		var lines []string
		for _, o := range a.Options { // in the order of the pack
			if slices.Contains(chosen, o.ID) {
				lines = append(lines, o.Label.In(lang))
			}
		}
		if len(lines) != len(chosen) {
			return "", false
		}
		if a.Type == AskOne {
			return lines[0], true
		}
		return "\n– " + strings.Join(lines, "\n– "), true
	case AskDay:
		d, err := workday.ParseDay(chosen[0])
		return day(d), err == nil
	case AskCount:
		n, err := strconv.Atoi(chosen[0])
		return chosen[0], err == nil && n >= 1 && n <= 999 && strconv.Itoa(n) == chosen[0]
	case AskAddress:
		return address(chosen[0])
	default:
		return "", false
	}
}
