package pack

import (
	"io/fs"
	"slices"
	"strings"
	"time"

	"clarion.example/clarion/internal/calendar"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/workday"
)

// calendarTable reads the calendar that pack.yaml names, before anything is checked. One that is written out stays there.
func (c *checker) calendarTable(fsys fs.FS, p *Pack, f *calendarFile) {
	if f.Use == "" && f.File == "" {
		return
	}
	c.file = mainFile
	if f.Use != "" && f.File != "" || f.Source != nil || f.Years != nil || f.Weekend != nil || f.Holidays != nil || f.MakeUp != nil {
		c.add("calendar", "pack.calendar_mixed", nil)
	}
	var err error
	if f.Use != "" {
		c.oneOf("calendar.use", f.Use, calendar.Names()...)
		p.Table, _, err = calendar.Shipped(f.Use)
	} else {
		p.Table, err = readCalendar(fsys, f.File)
	}
	switch {
	case err != nil:
		first, _, _ := strings.Cut(err.Error(), "\n")
		c.add("calendar", "pack.bad_calendar", errs.Args{"Cause": strings.TrimSuffix(first, ".")})
	case p.Table != nil:
		p.Years, p.Source = p.Table.Years, Text{}
		for _, lang := range p.Languages {
			p.Source[lang] = p.Table.Source(lang)
		}
	}
}

func readCalendar(fsys fs.FS, name string) (*calendar.Table, error) {
	b, err := readFile(fsys, name)
	if err != nil {
		return nil, err
	}
	t, faults := calendar.Parse(b)
	if len(faults) > 0 {
		return nil, faults
	}
	return t, nil
}

// calendar checks the calendar, or makes a table of one that is written out, and builds it.
func (c *checker) calendar(p *Pack, f *calendarFile) {
	switch {
	case p.Table != nil:
		if p.Table.Zone != "" && p.Table.Zone != p.Zone.String() {
			c.add("calendar", "pack.calendar_zone", errs.Args{"Have": p.Table.Zone, "Want": p.Zone.String()})
		}
	case f.Use != "" || f.File != "":
		return
	default:
		p.Table = c.written(p, f)
	}
	cal, err := p.Table.Calendar()
	if err != nil {
		c.add("calendar", "pack.bad_calendar", errs.Args{"Cause": strings.TrimPrefix(err.Error(), "workday: ")})
	}
	p.Calendar = cal
}

// written checks a calendar that stands in pack.yaml.
func (c *checker) written(p *Pack, f *calendarFile) *calendar.Table {
	t := &calendar.Table{ID: p.ID, Zone: p.Zone.String(), Years: p.Years, Sources: []calendar.Source{{Text: calendar.Text(p.Source)}}}
	for i, name := range f.Weekend {
		c.oneOf(index("calendar.weekend", i), name, weekdays[:]...)
		if d := slices.Index(weekdays[:], name); d >= 0 {
			t.Weekend = append(t.Weekend, time.Weekday(d))
		}
	}
	c.years("calendar.holidays", p.Years, f.Holidays)
	c.years("calendar.make_up_days", p.Years, f.MakeUp)
	c.between("calendar.years", len(p.Years), 1, 20)
	for i := 1; i < len(p.Years); i++ {
		if p.Years[i] != p.Years[i-1]+1 {
			c.add("calendar.years", "pack.years_gap", nil)
		}
	}
	for _, d := range f.Holidays {
		t.Holidays = append(t.Holidays, calendar.Holiday{From: d, To: d})
	}
	for _, d := range f.MakeUp {
		t.MakeUp = append(t.MakeUp, calendar.MakeUp{Day: d})
	}
	return t
}

func (c *checker) years(path string, years []int, days []workday.Day) {
	for i, d := range days {
		if !slices.Contains(years, d.Year) {
			c.add(index(path, i), "pack.year_not_listed", errs.Args{"Day": d.String()})
		}
	}
}

// WithCalendar is the pack by another calendar, which an operator took up. Invalid (calendar.zone_differs) when that counts its
// days in another zone.
func (p *Pack) WithCalendar(t *calendar.Table) (*Pack, error) {
	if t.Zone != "" && t.Zone != p.Zone.String() {
		return nil, errs.New(errs.Invalid, "calendar.zone_differs", errs.Args{"Have": t.Zone, "Want": p.Zone.String()})
	}
	cal, err := t.Calendar()
	if err != nil {
		return nil, err
	}
	out := *p
	out.Table, out.Calendar, out.Years, out.Hours, out.Source = t, cal, t.Years, p.Hours.With(cal), Text{}
	for _, lang := range p.Languages {
		out.Source[lang] = t.Source(lang)
	}
	return &out, nil
}
