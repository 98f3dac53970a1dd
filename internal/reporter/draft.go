package reporter

import (
	"slices"
	"strings"
	"unicode/utf8"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// Draft is a report before it is sealed: what --answers holds.
type Draft struct {
	Category string            `json:"category"`
	Danger   string            `json:"danger"` // no, yes or unsure
	What     string            `json:"what"`
	Date     string            `json:"date"` // a year, month or day, or ""
	When     string            `json:"when"` // in words
	Where    string            `json:"where"`
	Region   string            `json:"region"` // "" is rather not say
	How      []string          `json:"how"`    // saw heard document device other
	Told     string            `json:"told"`
	Answers  map[string]Values `json:"answers"` // to the category's questions
	Reply    string            `json:"reply"`   // language of the reply; "" is the form's
	Office   string            `json:"office"`  // "" is the usual one, above the one above it
	Code     string            `json:"code"`    // digits or words; "" is what the form's language has
}

// Values are one text or several choices; in JSON a string stands for a list of one.
type Values []string

// UnmarshalJSON reads a string or a list of strings.
func (v *Values) UnmarshalJSON(b []byte) error { return unmarshalValues(b, (*[]string)(v)) }

// Fault is something in a draft that must be put right: the field, and the sentence.
type Fault struct {
	Field string
	Err   *errs.Error
}

// Check makes the body of a report out of a draft, without the mailbox's keys, or says everything that is wrong with it.
func (f *Form) Check(d Draft, today workday.Day) (*seal.Report, []Fault) {
	ck := checker{}
	r := &seal.Report{Via: "web", Contact: "anonymous", Lang: d.Reply, Region: d.Region, Category: d.Category}
	r.What = ck.text("what", d.What, f.Limits.Account)
	r.Where = ck.text("where", d.Where, f.Limits.Place)
	r.Told = ck.text("told", d.Told, pack.MaxTold)
	if r.What == "" {
		ck.add("what", "intake.what_missing", nil)
	}
	switch d.Danger {
	case "yes", "unsure":
		r.Danger = true
	case "no":
	default:
		ck.add("danger", "intake.danger_missing", nil)
	}
	date, fault := pack.Date(d.Date, today)
	if fault != nil {
		ck.faults = append(ck.faults, Fault{"date", fault})
	}
	r.When = strings.TrimSpace(date + " " + ck.text("when", d.When, f.Limits.Short))
	r.How = ck.among("how", pack.Hows(), d.How)
	if d.Region != "" {
		ck.among("region", ids(f.Regions, func(r Region) string { return r.ID }), []string{d.Region})
	}
	if r.Lang == "" {
		r.Lang = f.Lang
	}
	ck.among("reply", ids(f.Langs, func(n Named) string { return n.ID }), []string{r.Lang})
	if d.Code != "" && d.Code != "digits" && d.Code != "words" {
		ck.add("code", "intake.code_kind_missing", nil)
	}
	c, ok := f.Category(d.Category)
	if !ok {
		ck.add("category", "intake.category_unknown", nil)
		return r, ck.faults
	}
	ck.category(f, c, d, r, today)
	return r, ck.faults
}

func (ck *checker) category(f *Form, c *Category, d Draft, r *seal.Report, today workday.Day) {
	answered := c.pack().Answer(f.Limits.pack(), questionMap(d.Answers), today)
	for _, fault := range answered.Faults {
		ck.faults = append(ck.faults, Fault{"answers." + fault.Field, fault})
	}
	for _, a := range answered.Answers {
		r.Answers = append(r.Answers, seal.Answer{Q: string(a.Question), Values: a.Values, Text: a.Text})
	}
	usual, above := f.OfficeOf(c, d.Region)
	switch r.Unit = usual; d.Office {
	case "", usual:
	case "above", above:
		if r.Unit = above; above == "" {
			ck.add("office", "intake.office_unknown", nil)
		}
	default:
		ck.add("office", "intake.office_unknown", nil)
	}
}

func ids[T any](all []T, name func(T) string) []string {
	var out []string
	for _, v := range all {
		out = append(out, name(v))
	}
	return out
}

// checker gathers faults.
type checker struct{ faults []Fault }

func (ck *checker) add(field, key string, args errs.Args) {
	ck.faults = append(ck.faults, Fault{field, errs.New(errs.Invalid, key, args)})
}

func (ck *checker) text(field, sent string, limit int) string {
	clean := pack.Clean(sent)
	if n := utf8.RuneCountInString(clean); limit > 0 && n > limit {
		ck.add(field, "intake.text_long", errs.Args{"Limit": limit, "Over": n - limit})
	}
	return clean
}

// among keeps what is known, once, in the order of known.
func (ck *checker) among(field string, known, sent []string) []string {
	if slices.ContainsFunc(sent, func(s string) bool { return !slices.Contains(known, s) }) {
		ck.add(field, "intake.option_unknown", nil)
	}
	var out []string
	for _, k := range known {
		if slices.Contains(sent, k) {
			out = append(out, k)
		}
	}
	return out
}
