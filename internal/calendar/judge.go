package calendar

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// judge looks for slips of the pen: each would move a date that somebody is promised. It fills in the lists of the table.
func (d *draft) judge(f *faults) {
	for _, key := range []string{"schema", "id", "name", "weekend", "years", "sources", "holidays", "make_up_days"} {
		if d.at[key] == 0 {
			f.add(0, "missing", errs.Args{"Key": key})
		}
	}
	if !id.ValidName(d.ID) {
		f.add(d.at["id"], "bad_id", errs.Args{"Value": short(d.ID)})
	}
	text(f, d.at["name"], d.Name, false)
	d.judgeZone(f)
	d.judgeWeek(f)
	d.judgeYears(f)
	for _, s := range d.sources {
		text(f, s.line, s.value.Text, false)
		for _, y := range s.value.Years {
			if !slices.Contains(d.Years, y) {
				f.add(s.line, "source_year", errs.Args{"Year": strconv.Itoa(y)})
			}
		}
		d.Sources = append(d.Sources, s.value)
	}
	if len(d.sources) == 0 {
		f.add(d.at["sources"], "no_source", nil)
	}
	d.judgeDays(f)
}

func (d *draft) judgeZone(f *faults) {
	line := d.at["zone"]
	switch {
	case d.Zone == "" && len(d.holidays)+len(d.makeUp) > 0:
		f.add(line, "no_zone", nil)
	case d.Zone == "":
	case d.Zone == "Local":
		f.add(line, "bad_zone", errs.Args{"Value": d.Zone})
	default:
		if _, err := time.LoadLocation(d.Zone); err != nil {
			f.add(line, "bad_zone", errs.Args{"Value": short(d.Zone)})
		}
	}
}

func (d *draft) judgeWeek(f *faults) {
	var seen [7]bool
	for _, w := range d.Weekend {
		if seen[w] {
			f.add(d.at["weekend"], "day_twice", errs.Args{"Day": weekdayNames[w]})
		}
		seen[w] = true
	}
	if !slices.Contains(seen[:], false) {
		f.add(d.at["weekend"], "no_week", nil)
	}
}

func (d *draft) judgeYears(f *faults) {
	line := d.at["years"]
	if len(d.Years) > maxYears {
		f.add(line, "too_many", errs.Args{"Limit": maxYears})
	}
	for i, y := range d.Years {
		if y < 1970 || y > 2200 {
			f.add(line, "year_range", errs.Args{"Year": strconv.Itoa(y)})
		}
		if i > 0 && y != d.Years[i-1]+1 {
			f.add(line, "years_gap", nil)
		}
	}
}

// judgeDays looks at holidays and make-up days together.
func (d *draft) judgeDays(f *faults) {
	taken := map[workday.Day]int{}
	take := func(line int, day workday.Day) bool {
		if other, twice := taken[day]; twice {
			f.add(line, "taken", errs.Args{"Day": day.String(), "Line": other})
			return false
		}
		taken[day] = line
		if !slices.Contains(d.Years, day.Year) {
			f.add(line, "year_not_listed", errs.Args{"Day": day.String()})
			return false
		}
		return true
	}
	for _, h := range d.holidays {
		v := h.value
		text(f, h.line, v.Name, false)
		if v.From.IsZero() || v.To.IsZero() || v.To.Before(v.From) || v.To.Sub(v.From) > 30 {
			f.add(h.line, "bad_stretch", errs.Args{"From": v.From.String(), "To": v.To.String()})
			continue
		}
		for day := v.From; !day.After(v.To) && take(h.line, day); {
			day = day.Add(1)
		}
		d.Holidays = append(d.Holidays, v)
	}
	for _, m := range d.makeUp {
		v := m.value
		text(f, m.line, v.For, true)
		if v.Day.IsZero() {
			f.add(m.line, "no_day", nil)
			continue
		}
		if take(m.line, v.Day) && !slices.Contains(d.Weekend, v.Day.Weekday()) {
			f.add(m.line, "worked_anyway", errs.Args{"Day": v.Day.String()})
		}
		d.MakeUp = append(d.MakeUp, v)
	}
	slices.SortFunc(d.Holidays, func(a, b Holiday) int { return strings.Compare(a.From.String(), b.From.String()) })
	slices.SortFunc(d.MakeUp, func(a, b MakeUp) int { return strings.Compare(a.Day.String(), b.Day.String()) })
}

// text checks names and sources: plain, visible, one paragraph. optional allows none at all.
func text(f *faults, line int, t Text, optional bool) {
	if len(t) == 0 && !optional {
		f.add(line, "no_text", nil)
	}
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		s := t[lang]
		switch {
		case lang == "" || len(lang) > 35:
			f.add(line, "bad_lang", errs.Args{"Value": short(lang)})
		case strings.TrimSpace(s) == "" || strings.TrimSpace(s) != s || len(s) > maxText:
			f.add(line, "bad_text", errs.Args{"Lang": lang})
		case strings.ContainsFunc(s, func(r rune) bool {
			return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
		}):
			f.add(line, "hidden", errs.Args{"Lang": lang})
		}
	}
}
