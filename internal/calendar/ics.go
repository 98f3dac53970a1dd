package calendar

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/workday"
)

// Left is a day of a foreign calendar that was not taken: it lies outside the years asked for, or its event is marked neither as
// rest nor as work among others that are.
type Left struct {
	Line int
	Day  workday.Day
	Name string
}

// ICS is what to take from an iCalendar file, which knows neither its source nor which years it covers.
type ICS struct {
	Base   *Table // weekend, zone, id and name come from here
	Years  []int  // that the file covers whole
	Source Source
}

// ParseICS reads a calendar in iCalendar (RFC 5545). Events of whole days are holidays; those with 班 in their summary, or of
// Apple's kind ALTERNATE-WORKDAY, are make-up days, which may also have hours of one day. docs/spec/calendar.md has the rules.
func (o ICS) ParseICS(b []byte) (*Table, []Left, Faults) {
	f := &faults{}
	events := readEvents(b, f)
	if len(f.found) > 0 {
		return nil, nil, f.found
	}
	r := &icsReader{ICS: o, f: f, marked: slices.ContainsFunc(events, func(e event) bool { return e.kind() != "" })}
	for _, e := range events {
		r.take(e)
	}
	if len(r.holidays)+len(r.makeUp) == 0 && len(f.found) == 0 {
		f.add(0, "ics_empty", nil)
	}
	if len(f.found) > 0 {
		return nil, nil, f.found
	}
	d := &draft{Table: *o.Base, holidays: r.stretches(), makeUp: r.makeUp, sources: []lined[Source]{{0, o.Source}}, at: map[string]int{}}
	for _, key := range []string{"schema", "id", "name", "weekend", "years", "sources", "holidays", "make_up_days"} {
		d.at[key] = -1 // there, without a line
	}
	d.Years, d.Holidays, d.MakeUp, d.Sources = slices.Sorted(slices.Values(o.Years)), nil, nil, nil
	d.judge(f)
	for i := range f.found {
		f.found[i].Line = max(0, f.found[i].Line)
	}
	if len(f.found) > 0 {
		return nil, nil, f.found
	}
	return &d.Table, r.left, nil
}

// event is a VEVENT and the line where it begins.
type event struct {
	line int
	*ics.VEvent
}

func (e event) text(name string) string {
	if p := e.GetProperty(ics.ComponentProperty(name)); p != nil {
		return p.Value
	}
	return ""
}

func (e event) date(name string) (value, zone string, whole bool) {
	p := e.GetProperty(ics.ComponentProperty(name))
	if p == nil {
		return "", "", false
	}
	if z := p.ICalParameters["TZID"]; len(z) > 0 {
		zone = z[0]
	}
	return p.Value, zone, !strings.Contains(p.Value, "T")
}

// kind is "make_up", "holiday" or "", when the event is not marked.
func (e event) kind() string {
	switch special, s := e.text("X-APPLE-SPECIAL-DAY"), e.text("SUMMARY"); {
	case special == "ALTERNATE-WORKDAY":
		return "make_up"
	case special == "WORK-HOLIDAY":
		return "holiday"
	case strings.Contains(s, "班"):
		return "make_up"
	case strings.ContainsAny(s, "休假"):
		return "holiday"
	default:
		return ""
	}
}

// name is the summary without its mark: 春节 of 春节（休） and of 春节 假期 第1天/共8天.
func (e event) name() string {
	s := strings.TrimSpace(strings.ToValidUTF8(e.text("SUMMARY"), ""))
	if e.kind() == "" || e.text("X-APPLE-SPECIAL-DAY") != "" && !strings.ContainsAny(s, "班休假") {
		return short(s)
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("（(【[·-", r) }); i > 0 {
		s = s[:i]
	}
	for _, mark := range []string{"补班", "上班", "调休", "放假", "假期", "班", "休"} {
		if cut := strings.TrimSuffix(s, mark); cut != "" {
			s = cut
		}
	}
	return short(s)
}

var beginEvent = regexp.MustCompile(`(?i)^BEGIN:VEVENT[ \t]*$`)

func readEvents(b []byte, f *faults) (out []event) {
	if len(b) > MaxFile {
		f.add(0, "too_large", errs.Args{"Limit": MaxFile >> 10})
		return nil
	}
	if !utf8.Valid(b) {
		f.add(0, "not_utf8", nil)
		return nil
	}
	cal, err := parseICS(bytes.TrimPrefix(b, []byte("\ufeff")))
	if err != nil {
		f.add(0, "ics_syntax", errs.Args{"What": plain(err)})
		return nil
	}
	var lines []int
	for i, line := range bytes.Split(b, []byte("\n")) {
		if beginEvent.Match(bytes.TrimRight(line, "\r")) {
			lines = append(lines, i+1)
		}
	}
	events := cal.Events()
	if len(events) != len(lines) || len(events) > maxEntries {
		f.add(0, "ics_events", errs.Args{"Have": len(events), "Want": len(lines), "Limit": maxEntries})
		return nil
	}
	for i, e := range events {
		out = append(out, event{lines[i], e})
	}
	return out
}

// parseICS keeps a fault of the library from ending the program.
func parseICS(b []byte) (cal *ics.Calendar, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("the file cannot be read (%T)", v)
		}
	}()
	cal, err = ics.ParseCalendar(bytes.NewReader(b))
	if err == nil && (cal == nil || !bytes.Contains(bytes.ToUpper(b), []byte("END:VCALENDAR"))) {
		err = errors.New("this is not a whole calendar")
	}
	return cal, err
}

type icsReader struct {
	ICS
	f        *faults
	marked   bool
	holidays []lined[Holiday] // a day each
	makeUp   []lined[MakeUp]
	left     []Left
}

// take sorts an event in, leaves it out or says what is wrong with it.
func (r *icsReader) take(e event) {
	if strings.EqualFold(e.text("STATUS"), "CANCELLED") {
		return
	}
	for _, p := range []string{"RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"} {
		if e.HasProperty(ics.ComponentProperty(p)) {
			r.f.add(e.line, "ics_repeats", errs.Args{"Property": p})
			return
		}
	}
	name := e.name()
	if name == "" {
		r.f.add(e.line, "ics_no_name", nil)
		return
	}
	from, to, ok := r.stretch(e)
	if !ok {
		return
	}
	kind := e.kind()
	for d := from; !d.After(to); d = d.Add(1) {
		switch {
		case !slices.Contains(r.Years, d.Year), r.marked && kind == "":
			r.left = append(r.left, Left{e.line, d, name})
		case kind == "make_up":
			r.makeUp = append(r.makeUp, lined[MakeUp]{e.line, MakeUp{d, r.named(name)}})
		default:
			r.holidays = append(r.holidays, lined[Holiday]{e.line, Holiday{r.named(name), d, d}})
		}
	}
}

// named gives a name the language that its letters say, and the other names of the table where it is known there.
func (r *icsReader) named(name string) Text {
	for _, h := range r.Base.Holidays {
		for _, s := range h.Name {
			if s == name {
				return h.Name
			}
		}
	}
	if strings.ContainsFunc(name, func(c rune) bool { return unicode.Is(unicode.Han, c) }) {
		return Text{"zh-Hans": name}
	}
	return Text{"en": name}
}

// stretch is the first and the last day of an event.
func (r *icsReader) stretch(e event) (from, to workday.Day, ok bool) {
	start, zone, whole := e.date("DTSTART")
	end, endZone, endWhole := e.date("DTEND")
	from, okFrom := basicDay(start)
	bad := func(key string) (workday.Day, workday.Day, bool) {
		r.f.add(e.line, key, errs.Args{"From": short(start), "To": short(end)})
		return from, to, false
	}
	if !okFrom {
		return bad("ics_day")
	}
	if !whole {
		last, okTo := basicDay(end)
		foreign := strings.HasSuffix(start, "Z") || zone != "" && zone != r.Base.Zone || endZone != zone
		if e.kind() != "make_up" || foreign || !okTo || last != from || endWhole {
			return bad("ics_timed")
		}
		return from, from, true
	}
	if d := e.text("DURATION"); d != "" && end == "" {
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(d, "P"), "D"))
		if err != nil || n < 1 || n > 31 || d != fmt.Sprintf("P%dD", n) {
			return bad("ics_day")
		}
		return from, from.Add(n - 1), true
	}
	if end == "" {
		return from, from, true
	}
	to, okTo := basicDay(end)
	switch n := to.Sub(from); {
	case !okTo || !endWhole || n < 0 || n > 31:
		return bad("ics_day")
	case n > 0:
		to = to.Add(-1) // DTEND is the first day after; the same day as DTSTART is common and means one day
	}
	return from, to, true
}

// basicDay reads the date of 20260101 and of 20260101T090000.
func basicDay(s string) (workday.Day, bool) {
	s, clock, timed := strings.Cut(s, "T")
	if timed {
		if _, err := time.Parse("150405", strings.TrimSuffix(clock, "Z")); err != nil {
			return workday.Day{}, false
		}
	}
	t, err := time.Parse("20060102", s)
	return workday.DayOf(t, time.UTC), err == nil && t.Year() >= 1970
}

// stretches joins days of one name that follow each other.
func (r *icsReader) stretches() (out []lined[Holiday]) {
	slices.SortStableFunc(r.holidays, func(a, b lined[Holiday]) int {
		return strings.Compare(a.value.From.String(), b.value.From.String())
	})
	for _, h := range r.holidays {
		if n := len(out); n > 0 && out[n-1].value.To.Add(1) == h.value.From && out[n-1].value.To.Year == h.value.From.Year &&
			fmt.Sprint(out[n-1].value.Name) == fmt.Sprint(h.value.Name) {
			out[n-1].value.To = h.value.To
			continue
		}
		out = append(out, h)
	}
	return out
}
