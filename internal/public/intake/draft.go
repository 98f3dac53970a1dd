package intake

import (
	"slices"
	"strings"
	"unicode/utf8"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// Names of the fields of a draft, as errors name them.
const (
	FieldCategory = "category"
	FieldDanger   = "danger"
	FieldWhat     = "what"
	FieldDate     = "date"
	FieldWhen     = "when"
	FieldWhere    = "where"
	FieldRegion   = "region"
	FieldHow      = "how"
	FieldTold     = "told"
	FieldLang     = "reply"
	FieldOffice   = "office"
	FieldCode     = "kind"
	FieldHonest   = "honest"
)

// Sent is a form as it came: nothing in it was checked.
type Sent struct {
	Category, Danger, What, Date, When, Where, Region, Told, Lang, Office, CodeKind, Honest string
	How                                                                                     []string
	Answers                                                                                 map[id.Question][]string
}

// Draft is a checked report that is not sealed yet. It lives in memory only. Its JSON spelling tells two sends of
// the same form apart.
type Draft struct {
	Category id.Category
	Danger   bool
	Unsure   bool // about danger
	What     string
	Date     string // as far as the reporter knows it: a year, month or day
	When     string
	Where    string
	Region   id.Region
	How      []string
	Told     string
	Lang     string
	Unit     id.Unit
	Words    bool
	Answers  []pack.Answer
}

// Faults are everything that is wrong with a form, in the order of its questions.
type Faults []*errs.Error

// For returns the faults of some fields.
func (f Faults) For(fields ...string) Faults {
	var out Faults
	for _, e := range f {
		if slices.Contains(fields, e.Field) {
			out = append(out, e)
		}
	}
	return out
}

// CheckCommon checks the questions that every category asks. The draft holds what was right.
func (s *Service) CheckCommon(in Sent) (Draft, Faults) {
	var f faultList
	lim := s.o.Pack.Limits
	d := Draft{
		What: f.text(FieldWhat, in.What, lim.Account), When: f.text(FieldWhen, in.When, lim.Short),
		Where: f.text(FieldWhere, in.Where, lim.Place), Told: f.text(FieldTold, in.Told, pack.MaxTold),
	}
	switch in.Danger {
	case "yes":
		d.Danger = true
	case "unsure":
		d.Danger, d.Unsure = true, true
	case "no":
	default:
		f.add(FieldDanger, "intake.danger_missing", nil)
	}
	if d.What == "" && !f.has(FieldWhat) {
		f.add(FieldWhat, "intake.what_missing", nil)
	}
	var fault *errs.Error
	if d.Date, fault = pack.Date(in.Date, s.today()); fault != nil {
		f.list = append(f.list, fault.AtField(FieldDate))
	}
	d.Region = id.Region(in.Region)
	if _, ok := s.o.Pack.Region(d.Region); d.Region != "" && !ok {
		f.add(FieldRegion, "intake.region_unknown", nil)
	}
	for _, h := range in.How {
		if !slices.Contains(pack.Hows(), h) {
			f.add(FieldHow, "intake.option_unknown", nil)
			break
		}
	}
	for _, h := range pack.Hows() {
		if slices.Contains(in.How, h) {
			d.How = append(d.How, h)
		}
	}
	return d, f.list
}

// Check checks a whole form.
func (s *Service) Check(in Sent) (*Draft, Faults) {
	d, faults := s.CheckCommon(in)
	f := faultList{list: faults}
	category, ok := s.o.Pack.Category(id.Category(in.Category))
	if !ok {
		f.add(FieldCategory, "intake.category_unknown", nil)
	} else {
		d.Category = category.ID
		answered := category.Answer(s.o.Pack.Limits, in.Answers, s.today())
		d.Answers = answered.Answers
		f.list = append(f.list, answered.Faults...)
		d.Unit = s.office(&f, d, in.Office)
	}
	if !slices.Contains(s.o.Pack.Languages, in.Lang) {
		f.add(FieldLang, "intake.lang_missing", nil)
	}
	d.Lang = in.Lang
	switch in.CodeKind {
	case "digits":
	case "words":
		d.Words = true
	default:
		f.add(FieldCode, "intake.code_kind_missing", nil)
	}
	return &d, f.list
}

// office is the one that reads such a report, or the one above it if the reporter chose that.
func (s *Service) office(f *faultList, d Draft, chosen string) id.Unit {
	usual, ok := s.o.Pack.Route(d.Category, d.Region)
	if !ok {
		f.add(FieldOffice, "intake.office_unknown", nil)
		return ""
	}
	if above, ok := s.o.Pack.Above(usual.ID); ok && id.Unit(chosen) == above.ID {
		return above.ID
	}
	if chosen != "" && id.Unit(chosen) != usual.ID {
		f.add(FieldOffice, "intake.office_unknown", nil)
	}
	return usual.ID
}

// Visible lists the questions of a category that are asked, given what was answered so far.
func (s *Service) Visible(c *pack.Category, answers map[id.Question][]string) []id.Question {
	return c.Answer(s.o.Pack.Limits, answers, s.today()).Visible
}

// Today is the civil day of the authority.
func (s *Service) Today() workday.Day { return s.today() }

// Limits are what one form may carry.
func (s *Service) Limits() FileLimits { return s.o.Files }

// report is the body of the sealed document.
func (d *Draft) report() *seal.Report {
	r := &seal.Report{
		Category: string(d.Category), Region: string(d.Region), Unit: string(d.Unit), Via: string(cases.ViaWeb), Lang: d.Lang,
		Contact: string(cases.Anonymous), Danger: d.Danger, What: d.What, When: joinWhen(d.Date, d.When), Where: d.Where, How: d.How, Told: d.Told,
	}
	for _, a := range d.Answers {
		r.Answers = append(r.Answers, seal.Answer{Q: string(a.Question), Values: a.Values, Text: a.Text})
	}
	return r
}

func joinWhen(date, words string) string { return strings.TrimSpace(date + " " + words) }

// faultList gathers faults while fields are read.
type faultList struct{ list Faults }

func (f *faultList) add(field, key string, args errs.Args) {
	f.list = append(f.list, errs.New(errs.Invalid, key, args).AtField(field))
}

func (f *faultList) has(field string) bool { return len(f.list.For(field)) > 0 }

// text cleans a text and says by how much it is too long. A text that is too long is kept whole: the person shortens
// it, nobody cuts it.
func (f *faultList) text(field, sent string, limit int) string {
	clean := pack.Clean(sent)
	if n := utf8.RuneCountInString(clean); n > limit {
		f.add(field, "intake.text_long", errs.Args{"Limit": limit, "Over": n - limit})
	}
	return clean
}
