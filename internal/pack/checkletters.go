package pack

import (
	"slices"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/lettercheck"
)

// letters: every letter can be written without typing a word, in every language, and no sentence takes guilt for granted.
func (c *checker) letters(l *Letters) {
	seen := map[string]bool{}
	c.between("sentences", len(l.Sentences), 1, 300)
	for i, s := range l.Sentences {
		at := index("sentences", i)
		c.name(at+".id", s.ID, seen)
		c.text(at+".title", s.Title)
		c.lint(at+".title", s.Title)
		c.sentence(at, s)
	}
	for _, t := range SentenceTemplates() {
		codes := []string{""}
		switch t {
		case TemplateDeclined:
			codes = DeclineCodes()
		case TemplateOutcome:
			codes = FindingCodes()
		default:
		}
		for _, code := range codes {
			if !slices.ContainsFunc(l.Sentences, func(s Sentence) bool { return s.Serves(t, code) }) {
				c.add("sentences", "pack.no_sentence", errs.Args{"Name": strings.TrimSuffix(string(t)+"."+code, ".")})
			}
		}
	}
	c.holds("invitation", l.Invitation, []string{"conduct", "answer_by", "unit"}, PersonPlaceholders())
	c.holds("clearing", l.Clearing, []string{"unit"}, PersonPlaceholders())
}

func (c *checker) sentence(at string, s Sentence) {
	c.between(at+".for", len(s.For), 1, len(SentenceTemplates()))
	for _, t := range s.For {
		if !slices.Contains(SentenceTemplates(), t) {
			c.add(at+".for", "pack.bad_value", errs.Args{"Value": string(t), "Allowed": joined(SentenceTemplates())})
		}
	}
	for _, code := range s.Codes {
		c.oneOf(at+".codes", code, append(DeclineCodes(), FindingCodes()...)...)
	}
	var must []string
	for i, a := range s.Asks {
		must = append(must, a.Name)
		c.ask(index(at+".asks", i), s, i, a)
	}
	c.holds(at+".text", s.Text, must, SentencePlaceholders())
}

func (c *checker) ask(at string, s Sentence, i int, a Ask) {
	if a.Name == "" || strings.Trim(a.Name, "abcdefghijklmnopqrstuvwxyz_") != "" || slices.Contains(SentencePlaceholders(), a.Name) {
		c.add(at+".name", "pack.bad_value", errs.Args{"Value": a.Name, "Allowed": "a–z _"})
	}
	if slices.ContainsFunc(s.Asks[:i], func(b Ask) bool { return b.Name == a.Name }) {
		c.add(at+".name", "pack.duplicate", errs.Args{"Name": a.Name})
	}
	c.oneOf(at+".type", string(a.Type), string(AskOne), string(AskMany), string(AskDay), string(AskCount), string(AskAddress))
	c.text(at+".label", a.Label)
	choice := a.Type == AskOne || a.Type == AskMany
	if choice != (len(a.Options) >= 2) || !choice && len(a.Options) > 0 {
		c.add(at+".options", "pack.options", nil)
	}
	seen := map[string]bool{}
	for j, o := range a.Options {
		c.name(index(at+".options", j)+".id", o.ID, seen)
		c.text(index(at+".options", j)+".label", o.Label)
		c.lint(index(at+".options", j)+".label", o.Label)
	}
}

// holds checks a text with placeholders in every language.
func (c *checker) holds(path string, t Text, must, may []string) {
	c.plain(path, t)
	c.lint(path, t)
	for _, lang := range c.langs {
		at := path + "." + lang
		if strings.TrimSpace(t[lang]) == "" {
			c.add(path, "pack.missing_text", errs.Args{"Lang": lang})
			continue
		}
		have, ok := placeholders(t[lang])
		if !ok {
			c.add(at, "pack.bad_braces", nil)
		}
		for _, x := range have {
			if !slices.Contains(must, x) && !slices.Contains(may, x) {
				c.add(at, "pack.unknown_placeholder", errs.Args{"Name": x})
			}
		}
		for _, x := range must {
			if !slices.Contains(have, x) {
				c.add(at, "pack.missing_placeholder", errs.Args{"Name": x})
			}
		}
	}
}

// lint refuses words that an authority should not write to anybody.
func (c *checker) lint(path string, t Text) {
	for lang, s := range t {
		for _, h := range lettercheck.Check(s) {
			c.add(path+"."+lang, letterKey(h.Kind), errs.Args{"Word": s[h.From:h.To]})
		}
	}
}

func letterKey(k lettercheck.Kind) string {
	switch k {
	case lettercheck.Trait:
		return "pack.letter.trait"
	case lettercheck.Threat:
		return "pack.letter.threat"
	case lettercheck.Promise:
		return "pack.letter.promise"
	case lettercheck.Guilt:
		return "pack.letter.guilt"
	default:
		return "pack.letter.guilt"
	}
}

func joined(all []Template) string {
	var out []string
	for _, t := range all {
		out = append(out, string(t))
	}
	return strings.Join(out, ", ")
}
