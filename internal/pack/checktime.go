package pack

import (
	"maps"
	"slices"
	"strings"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/workday"
)

var weekdays = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// times checks zone, calendar and staffed hours, and builds them.
func (c *checker) times(p *Pack, f *packFile) {
	loc, err := zone(f.Zone)
	if err != nil {
		c.add("zone", "pack.bad_zone", errs.Args{"Value": f.Zone})
		loc = time.UTC
	}
	p.Zone = loc
	c.text("calendar.source", p.Source)
	c.calendar(p, &f.Calendar)
	s := f.Staffed
	c.text("staffed.text", s.Text)
	week := workday.Week{
		Days:    [7][]workday.Span{s.Sunday, s.Monday, s.Tuesday, s.Wednesday, s.Thursday, s.Friday, s.Saturday},
		Holiday: s.Holidays, MakeUp: s.MakeUp,
	}
	if p.Hours, err = workday.NewHours(loc, week, p.Calendar); err != nil {
		c.add("staffed", "pack.bad_hours", errs.Args{"Cause": strings.TrimPrefix(err.Error(), "workday: ")})
		return
	}
	if !slices.ContainsFunc(week.Days[:], func(d []workday.Span) bool { return len(d) > 0 }) {
		c.add("staffed", "pack.never_staffed", nil)
	}
}

// longest is the longest term of each clock, in days; the shortest is one. They keep a slip of the pen, or a
// pack that would take a promise back, from becoming a promise.
func longest() map[string]int {
	return map[string]int{
		"s1": 14, "s2": 14, "s3": 30, "s4": 60, "s5": 183, "s5-more": 92, "s6": 184, "s6-more": 92, "s6-after": 45,
		"s7": 92, "answer": 92, "progress": 92, "told": 30, "suspended": 183, "hearing": 92,
		"r1": 184, "r2": 60, "r3": 1100, "r4": 1100,
	}
}

func (c *checker) clocks(p *Pack) {
	limits := longest()
	for _, name := range slices.Sorted(maps.Keys(p.Clocks)) {
		c.term("clocks."+name, p.Clocks[name], limits[name])
	}
	c.between("danger_minutes", int(p.Danger/time.Minute), 1, 24*60)
	classes := map[string]int{"declined": 366, "unfounded": 366, "concluded": 3660, "reward": 3660}
	for _, name := range slices.Sorted(maps.Keys(p.Retention)) {
		c.term("retention."+name, p.Retention[name], classes[name])
	}
	for _, name := range slices.Sorted(maps.Keys(classes)) {
		if _, ok := p.Retention[name]; !ok {
			c.add("retention."+name, "pack.empty", nil)
		}
	}
}

func (c *checker) term(path string, t workday.Term, most int) {
	if most == 0 {
		c.add(path, "pack.unknown_clock", nil)
		return
	}
	days := t.N
	switch t.Unit {
	case workday.Workdays:
		days = (t.N*7 + 4) / 5
	case workday.Months:
		days = t.N * 30
	case workday.Days:
	}
	if days < 1 || days > most {
		c.add(path, "pack.clock_range", errs.Args{"Value": t.String(), "High": most})
	}
}

// limits: long enough to tell what happened, and in all small enough for one sealed report.
func (c *checker) limits(p *Pack) {
	l := p.Limits
	c.between("limits.short", l.Short, 20, 1000)
	c.between("limits.place", l.Place, 20, 1000)
	c.between("limits.long", l.Long, 200, 20000)
	c.between("limits.account", l.Account, 1000, 50000)
	c.between("limits.files", l.Files, 1, 50)
	c.between("limits.file", l.File, 1, 10240)
	c.between("limits.plain_file", l.PlainFile, 1, l.File)
}
