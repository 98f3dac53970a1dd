package main

import (
	"slices"
	"strconv"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// interview asks the questions of the form in their order, lets every answer be changed, and asks whether to send. No report
// and no error means that it cannot be reported here.
func (v *visit) interview(f *reporter.Form, today workday.Day) (reporter.Draft, *seal.Report, error) {
	d := reporter.Draft{Answers: map[string]reporter.Values{}}
	goes, err := v.screen(f)
	if err != nil || !goes {
		return d, nil, err
	}
	c, err := v.category(f)
	if err != nil {
		return d, nil, err
	}
	d.Category = c.ID
	iv := &interviewer{visit: v, f: f, c: c, d: &d, today: today}
	for _, q := range iv.questions() {
		if err := q.ask(); err != nil {
			return d, nil, err
		}
	}
	r, err := iv.settle()
	return d, r, err
}

// screen turns away what cannot be reported here.
func (v *visit) screen(f *reporter.Form) (bool, error) {
	v.line("")
	v.words(f.Screen.Title, f.Screen.Intro)
	var options []reporter.Named
	for _, o := range f.Screen.Options {
		options = append(options, reporter.Named{ID: o.ID, Name: o.Label})
	}
	id, err := v.choose("", options)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(f.Screen.Options, func(o reporter.ScreenOption) bool { return o.ID == id })
	o := f.Screen.Options[i]
	if o.Outcome == "continue" {
		return true, nil
	}
	v.words(o.Title, o.Text)
	for _, a := range o.Addresses {
		v.words(a.Name, strings.Join(append(a.Lines, a.Number), "\n"))
	}
	v.say("reporter.away", nil)
	return false, v.err
}

// category asks for the kind of conduct, and shows its limits before it is taken.
func (v *visit) category(f *reporter.Form) (*reporter.Category, error) {
	for {
		var options []reporter.Named
		for _, c := range f.Categories {
			options = append(options, reporter.Named{ID: c.ID, Name: c.Name})
		}
		id, err := v.choose(v.l.T("reporter.category", nil), options)
		if err != nil {
			return nil, err
		}
		c, _ := f.Category(id)
		v.words(c.Name, c.Summary)
		v.words(v.l.T("reporter.can_yes", nil), strings.Join(c.Yes, "\n"))
		v.words(v.l.T("reporter.can_no", nil), strings.Join(c.No, "\n"))
		yes, err := v.sure(v.l.T("reporter.is_it", nil))
		if err != nil || yes {
			return c, err
		}
	}
}

// choose asks for one of the options.
func (v *visit) choose(label string, options []reporter.Named) (string, error) {
	for {
		picked, err := v.pick(label, "reporter.choose", options)
		if err != nil {
			return "", err
		}
		if len(picked) == 1 {
			return picked[0], nil
		}
		v.say("reporter.not_a_number", errs.Args{"N": len(options)})
	}
}

// pick lists the options and reads numbers.
func (v *visit) pick(label, prompt string, options []reporter.Named) ([]string, error) {
	for {
		v.line("")
		if label != "" {
			v.line("%s", inLine(label))
		}
		for i, o := range options {
			v.line("  %2d  %s", i+1, inLine(o.Name))
		}
		a, err := v.ask(v.l.T(prompt, nil))
		if err != nil {
			return nil, err
		}
		var out []string
		good := true
		for part := range strings.FieldsFuncSeq(a, func(r rune) bool { return strings.ContainsRune(" ,，、;", r) }) {
			n, err := strconv.Atoi(part)
			if good = good && err == nil && n >= 1 && n <= len(options); good {
				out = append(out, options[n-1].ID)
			}
		}
		if good {
			return out, nil
		}
		v.say("reporter.not_a_number", errs.Args{"N": len(options)})
	}
}

// long reads several lines, up to one with only a dot.
func (v *visit) long() (string, error) {
	v.hinted(v.l.T("reporter.type_long", nil))
	if v.err != nil {
		return "", v.err
	}
	var b strings.Builder
	for {
		line, err := v.in.ReadString('\n')
		if text := strings.TrimRight(line, "\r\n"); text == "." || text == "。" {
			return b.String(), nil
		}
		b.WriteString(line)
		if err != nil {
			return "", errStopped // the input ended before the text did
		}
	}
}
