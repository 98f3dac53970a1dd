package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// question is one thing that an interview asks, and shows.
type question struct {
	field string
	label string
	ask   func() error
	show  func() string
}

type interviewer struct {
	*visit
	f     *reporter.Form
	c     *reporter.Category
	d     *reporter.Draft
	today workday.Day
}

// questions are those that the answers so far call for.
func (iv *interviewer) questions() []question {
	t := func(key string) string { return iv.l.T(key, nil) }
	named := func(prefix string, values ...string) (out []reporter.Named) {
		for _, v := range values {
			out = append(out, reporter.Named{ID: v, Name: t(prefix + v)})
		}
		return out
	}
	regions := []reporter.Named{{Name: t("site.q_region_none")}}
	for _, r := range iv.f.Regions {
		regions = append(regions, reporter.Named{ID: r.ID, Name: r.Name})
	}
	d := iv.d
	out := []question{
		iv.one("danger", t("site.q_danger"), t("site.q_danger_hint"), named("site.q_danger_", "no", "yes", "unsure"), &d.Danger),
		iv.text("what", t("site.q_what"), t("site.q_what_hint"), &d.What),
		iv.short("date", t("site.q_date"), "2026-03-09, 2026-03, 2026", &d.Date),
		iv.short("when", t("site.q_when"), t("site.q_when_hint"), &d.When),
		iv.short("where", t("site.q_where"), t("site.q_where_hint"), &d.Where),
		iv.one("region", t("site.q_region"), t("site.q_region_hint"), regions, &d.Region),
		iv.many("how", t("site.q_how"), "", named("site.q_how_", pack.Hows()...), &d.How),
		iv.text("told", t("site.q_told"), t("site.q_told_hint"), &d.Told),
	}
	for _, q := range iv.c.Questions {
		out = append(out, iv.own(q))
	}
	return append(out, iv.one("reply", t("site.reply_lang"), "", iv.f.Langs, &d.Reply), iv.office(), iv.one("code", t("site.code_kind"), t("site.code_kind_hint"), []reporter.Named{{ID: "digits", Name: t("reporter.code_digits")}, {ID: "words", Name: t("reporter.code_words")}}, &d.Code))
}

// office is passed over where none stands above: the list is made before the place is known.
func (iv *interviewer) office() question {
	return question{"office", iv.l.T("site.office", nil), func() error {
		usual, above := iv.f.OfficeOf(iv.c, iv.d.Region)
		if above == "" {
			iv.d.Office = ""
			return nil
		}
		iv.line("")
		iv.line("%s", iv.l.T("site.office_hint", nil))
		id, err := iv.choose(iv.l.T("site.office", nil), []reporter.Named{
			{ID: usual, Name: iv.l.T("reporter.office_usual", errs.Args{"Office": iv.unit(usual)})},
			{ID: above, Name: iv.l.T("reporter.office_above", errs.Args{"Office": iv.unit(above)})},
		})
		iv.d.Office = id
		return err
	}, func() string { return iv.unit(iv.d.Office) }}
}

// hint prints what stands under a question.
func (iv *interviewer) hint(label, hint string) {
	iv.line("")
	iv.line("%s", inLine(label))
	if hint != "" {
		iv.hinted(hint)
	}
}

// hinted prints what helps with a question.
func (v *visit) hinted(hint string) { v.say("reporter.hint", errs.Args{"Text": inLine(hint)}) }

func (iv *interviewer) text(field, label, hint string, to *string) question {
	return question{field, label, func() (err error) {
		iv.hint(label, hint)
		*to, err = iv.long()
		return err
	}, func() string { return *to }}
}

func (iv *interviewer) short(field, label, hint string, to *string) question {
	return question{field, label, func() (err error) {
		iv.hint(label, hint)
		*to, err = iv.visit.ask(iv.l.T("reporter.type_line", nil))
		return err
	}, func() string { return *to }}
}

func (iv *interviewer) one(field, label, hint string, options []reporter.Named, to *string) question {
	return question{field, label, func() (err error) {
		if hint != "" {
			iv.line("")
			iv.hinted(hint)
		}
		*to, err = iv.choose(label, options)
		return err
	}, func() string { return namesOf(options, *to) }}
}

func (iv *interviewer) many(field, label, hint string, options []reporter.Named, to *[]string) question {
	return question{field, label, func() (err error) {
		*to, err = iv.pick(strings.TrimSpace(label+" "+hint), "reporter.choose_many", options)
		return err
	}, func() string { return namesOf(options, *to...) }}
}

func namesOf(options []reporter.Named, ids ...string) string {
	var out []string
	for _, o := range options {
		if slices.Contains(ids, o.ID) {
			out = append(out, o.Name)
		}
	}
	return strings.Join(out, "\n")
}

// own is a question of the category; it is skipped while its condition does not hold.
func (iv *interviewer) own(q reporter.Question) question {
	values := func() []string { return iv.d.Answers[q.ID] }
	set := func(v []string) { iv.d.Answers[q.ID] = v }
	var text string
	var inner question
	typed := func(q question) question {
		ask := q.ask
		q.ask = func() error { err := ask(); set([]string{text}); return err } // also "": it takes the old answer back
		return q
	}
	switch q.Type {
	case "one":
		options := q.Options
		inner = question{ask: func() error {
			prompt := "reporter.choose_many"
			if q.Required {
				prompt = "reporter.choose"
			}
			picked, err := iv.pick(strings.TrimSpace(q.Label+" "+q.Hint), prompt, options)
			set(picked)
			return err
		}, show: func() string { return namesOf(options, values()...) }}
	case "many":
		var picked []string
		inner = iv.many("", q.Label, q.Hint, q.Options, &picked)
		ask := inner.ask
		inner.ask = func() error { err := ask(); set(picked); return err }
	case "long":
		inner = typed(iv.text("", q.Label, q.Hint, &text))
	default:
		inner = typed(iv.short("", q.Label, q.Hint, &text))
	}
	ask := inner.ask
	return question{"answers." + q.ID, q.Label, func() error {
		visible := iv.c.Visible(iv.f.Limits, iv.d.Answers, iv.today)
		if !slices.ContainsFunc(visible, func(o reporter.Question) bool { return o.ID == q.ID }) {
			return nil
		}
		return ask()
	}, func() string {
		if len(q.Options) > 0 {
			return namesOf(q.Options, values()...)
		}
		return strings.Join(values(), "\n")
	}}
}

// settle shows everything, lets every answer be changed, and ends when the person says to send it.
func (iv *interviewer) settle() (*seal.Report, error) {
	for {
		r, err := iv.righted()
		if err != nil {
			return nil, err
		}
		done, err := iv.summary(r)
		if err != nil || done {
			return r, err
		}
	}
}

// righted asks again for everything that is wrong, until nothing is.
func (iv *interviewer) righted() (*seal.Report, error) {
	for {
		r, faults := iv.f.Check(*iv.d, iv.today)
		if len(faults) == 0 {
			return r, nil
		}
		for _, fault := range faults {
			iv.line("")
			iv.say("reporter.again", nil)
			iv.line("%s", iv.l.T(fault.Err.Key, fault.Err.Args))
			i := slices.IndexFunc(iv.questions(), func(q question) bool { return q.field == fault.Field })
			if i < 0 {
				return nil, fault.Err
			}
			if err := iv.questions()[i].ask(); err != nil {
				return nil, err
			}
		}
	}
}

// summary shows everything with numbers. done says that it may be sent.
func (iv *interviewer) summary(r *seal.Report) (done bool, err error) {
	iv.line("")
	iv.line("=== %s", iv.l.T("reporter.summary", nil))
	iv.words(iv.l.T("reporter.category", nil), iv.c.Name)
	all := iv.questions()
	for i, q := range all {
		if s := q.show(); s != "" {
			iv.words(fmt.Sprintf("%d  %s", i+1, q.label), s)
		}
	}
	iv.say("reporter.to", errs.Args{"Unit": iv.unit(r.Unit)})
	a, err := iv.visit.ask(iv.l.T("reporter.go", nil))
	if err != nil {
		return false, err
	}
	switch n, nerr := strconv.Atoi(a); {
	case a == "send" || a == iv.l.T("reporter.send", nil):
		return true, nil
	case a == "stop" || a == iv.l.T("reporter.stop", nil):
		return false, errStopped
	case nerr != nil || n < 1 || n > len(all):
		iv.say("reporter.not_a_number", errs.Args{"N": len(all)})
		return false, iv.err
	default:
		return false, all[n-1].ask()
	}
}
