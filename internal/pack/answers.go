package pack

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// MaxTold bounds "whom have you told already", which every category asks, in characters.
const MaxTold = 1000

// Hows are the ways of knowing that every category offers, in order.
func Hows() []string { return []string{"saw", "heard", "document", "device", "other"} }

// Answer is one answered question. Values are option ids in the order of the pack, for choices; Text is what
// was written, for the others. Of the two one is empty.
type Answer struct {
	Question id.Question
	Values   []string
	Text     string
}

// Answered is what [Category.Answer] makes of a form.
type Answered struct {
	Answers []Answer      // normalised, in the order of the pack, without questions that are not asked
	Visible []id.Question // the questions that are asked, given these answers, in order
	Faults  []*errs.Error // each names its question in Field
}

// Answer checks what somebody sent for the questions of a category and says which of them are asked. today
// bounds dates: a day that is still to come for everybody on Earth is a slip.
//
// An answer to a question that its condition hides is dropped without a fault: somebody went back and changed
// an earlier answer. A question that the category does not have is a fault of the form. Texts lose what
// cannot be seen and space around them; letters stay as they were typed.
func (c *Category) Answer(l Limits, sent map[id.Question][]string, today workday.Day) Answered {
	var out Answered
	given := map[id.Question][]string{}
	for _, q := range c.Questions {
		if q.When != nil && !slices.ContainsFunc(given[q.When.Question], func(v string) bool { return slices.Contains(q.When.Any, v) }) {
			continue
		}
		out.Visible = append(out.Visible, q.ID)
		a, fault := q.answer(l, sent[q.ID], today)
		if fault != nil {
			out.Faults = append(out.Faults, fault.AtField(string(q.ID)))
			continue
		}
		if len(a.Values) > 0 || a.Text != "" {
			given[q.ID] = a.Values
			out.Answers = append(out.Answers, a)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		if !slices.ContainsFunc(c.Questions, func(q Question) bool { return q.ID == name }) {
			out.Faults = append(out.Faults, errs.New(errs.Invalid, "pack.answer.not_asked", nil).AtField(string(name)))
		}
	}
	return out
}

func (q Question) answer(l Limits, sent []string, today workday.Day) (Answer, *errs.Error) {
	a := Answer{Question: q.ID}
	var fault *errs.Error
	switch q.Type {
	case TypeOne, TypeMany:
		a.Values, fault = q.choose(sent)
	case TypeDate:
		a.Text, fault = date(first(sent), today)
	case TypeLong:
		a.Text = Clean(first(sent))
	case TypeText, TypePlace:
		a.Text = strings.Join(strings.Fields(Clean(first(sent))), " ")
	}
	if fault != nil {
		return a, fault
	}
	if most, have := l.Max(q), utf8.RuneCountInString(a.Text); most > 0 && have > most {
		return a, errs.New(errs.Invalid, "pack.answer.too_long", errs.Args{"Max": most, "Have": have})
	}
	if q.Required && len(a.Values) == 0 && a.Text == "" {
		return a, errs.New(errs.Invalid, "pack.answer.empty", nil)
	}
	return a, nil
}

func first(sent []string) string {
	if len(sent) == 0 {
		return ""
	}
	return sent[0]
}

// choose keeps the options of the pack, in its order. An empty value is a choice that was not made.
func (q Question) choose(sent []string) ([]string, *errs.Error) {
	var chosen []string
	for _, o := range q.Options {
		if slices.Contains(sent, o.ID) {
			chosen = append(chosen, o.ID)
		}
	}
	for _, v := range sent {
		if v != "" && !slices.Contains(chosen, v) {
			return nil, errs.New(errs.Invalid, "pack.answer.unknown_option", nil)
		}
	}
	if q.Type == TypeOne && len(chosen) > 1 {
		return nil, errs.New(errs.Invalid, "pack.answer.one_only", nil)
	}
	return chosen, nil
}

// date takes a year, a month or a day as somebody typed it and gives it back with leading zeros. A day that is
// still to come for everybody on Earth is a slip.
func date(s string, today workday.Day) (string, *errs.Error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	bad := errs.New(errs.Invalid, "pack.answer.bad_date", nil)
	parts := strings.Split(s, "-")
	widths := [...]int{4, 2, 2}
	if len(parts) > 3 || len(parts[0]) != 4 {
		return "", bad
	}
	full := [...]string{"", "01", "01"}
	for i, p := range parts {
		if n, err := strconv.ParseUint(p, 10, 16); err != nil || n == 0 || len(p) > widths[i] {
			return "", bad
		}
		full[i] = strings.Repeat("0", widths[i]-len(p)) + p
		parts[i] = full[i]
	}
	d, err := workday.ParseDay(strings.Join(full[:], "-"))
	if err != nil || d.Year < 1900 {
		return "", bad
	}
	if d.After(today.Add(1)) {
		return "", errs.New(errs.Invalid, "pack.answer.future", nil)
	}
	return strings.Join(parts, "-"), nil
}

// Clean is the form in which written answers are kept: valid UTF-8, line feeds only, no control characters,
// no space around it. A text without anything that can be seen becomes "". What changes the direction of
// writing stays: the pages show it.
func Clean(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ").Replace(strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s))
	if !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.M, r) }) {
		return ""
	}
	return s
}
