package pack

import (
	"slices"

	"clarion.example/clarion/internal/errs"
)

// minExamples is how many reportable and how many not reportable examples a category shows, and maxReport the
// most bytes that all its answers may take: a sealed report holds 1 MiB with its manifest and padding.
const (
	minExamples = 3
	maxReport   = 700 << 10
)

// category checks one file. What people could report, and what they are asked, must be free of traits; what
// cannot be reported may name them.
func (c *checker) category(p *Pack, k *Category) {
	c.text("name", k.Name)
	c.text("summary", k.Summary)
	if len(k.Basis) == 0 {
		c.add("basis", "pack.no_basis", nil)
	}
	for i, b := range k.Basis {
		at := index("basis", i)
		c.text(at+".law", b.Law)
		c.optional(at+".edition", b.Edition)
		c.optional(at+".article", b.Article)
		c.text(at+".text", b.Text)
	}
	if len(k.Elements) == 0 {
		c.add("elements", "pack.no_elements", nil)
	}
	c.texts("elements", k.Elements)
	c.examples("reportable", k.Reportable)
	c.examples("not_reportable", k.NotReportable)
	c.served("office", p, k.Office)

	c.traitsIn("id", string(k.ID))
	c.traits("name", k.Name)
	c.traits("summary", k.Summary)
	for i, t := range k.Elements {
		c.traits(index("elements", i), t)
	}
	for i, t := range k.Reportable {
		c.traits(index("reportable", i), t)
	}
	c.questions(p, k)
}

// examples counts those that are there in every language.
func (c *checker) examples(path string, list []Text) {
	c.texts(path, list)
	for _, lang := range c.langs {
		have := 0
		for _, t := range list {
			if t[lang] != "" {
				have++
			}
		}
		if have < minExamples {
			c.add(path, "pack.too_few_examples", errs.Args{"Lang": lang, "Have": have, "Want": minExamples})
		}
	}
}

func (c *checker) questions(p *Pack, k *Category) {
	seen, size := map[string]bool{}, 4*p.Limits.Account
	c.between("questions", len(k.Questions), 0, 30)
	for i, q := range k.Questions {
		at := index("questions", i)
		c.name(at+".id", string(q.ID), seen)
		c.text(at+".label", q.Label)
		c.optional(at+".hint", q.Hint)
		c.traitsIn(at+".id", string(q.ID))
		c.traits(at+".label", q.Label)
		c.traits(at+".hint", q.Hint)
		c.oneOf(at+".type", string(q.Type), string(TypeText), string(TypeLong), string(TypeOne), string(TypeMany),
			string(TypeDate), string(TypePlace))
		c.options(at, q)
		c.condition(at, k.Questions[:i], q)
		if q.Max != 0 {
			c.between(at+".max", q.Max, 1, p.Limits.most(q.Type))
		}
		size += 4 * p.Limits.Max(q)
	}
	if size > maxReport {
		c.add("questions", "pack.report_too_large", errs.Args{"Size": size >> 10, "Limit": maxReport >> 10})
	}
}

func (c *checker) options(at string, q Question) {
	choice := q.Type == TypeOne || q.Type == TypeMany
	if choice && len(q.Options) < 2 || !choice && len(q.Options) > 0 {
		c.add(at+".options", "pack.options", nil)
	}
	seen := map[string]bool{}
	for i, o := range q.Options {
		at := index(at+".options", i)
		c.name(at+".id", o.ID, seen)
		c.text(at+".label", o.Label)
		c.traitsIn(at+".id", o.ID)
		c.traits(at+".label", o.Label)
	}
}

// condition must look back, at a question with options.
func (c *checker) condition(at string, earlier []Question, q Question) {
	if q.When == nil {
		return
	}
	at += ".when"
	i := slices.IndexFunc(earlier, func(e Question) bool { return e.ID == q.When.Question })
	if i < 0 {
		c.add(at, "pack.later_condition", errs.Args{"Name": string(q.When.Question)})
		return
	}
	if len(q.When.Any) == 0 {
		c.add(at+".any", "pack.empty", nil)
	}
	for j, want := range q.When.Any {
		if !slices.ContainsFunc(earlier[i].Options, func(o Option) bool { return o.ID == want }) {
			c.add(index(at+".any", j), "pack.unknown_reference", errs.Args{"Name": want})
		}
	}
}

// most is the longest answer that a type of question takes, in characters; 0 for those that are not written.
func (l Limits) most(t Type) int {
	switch t {
	case TypeText:
		return l.Short
	case TypePlace:
		return l.Place
	case TypeLong:
		return l.Long
	case TypeDate:
		return len("2026-11-22")
	case TypeOne, TypeMany:
		return 0
	default:
		return 0
	}
}

// Max is the longest answer that a question takes, in characters; 0 for a choice.
func (l Limits) Max(q Question) int {
	if q.Max > 0 {
		return min(q.Max, l.most(q.Type))
	}
	return l.most(q.Type)
}
