// Package calendar reads calendars of working days: data of an authority or a state, with names, a source and the years that it
// covers, in JSON or iCalendar. It says what is wrong with one, line by line, and what a new one changes.
//
// It is pure: it must never read the clock, the network or a database, and it never guesses a day that nobody published.
package calendar

import (
	"slices"
	"strings"
	"time"

	"clarion.example/clarion/internal/workday"
)

// Schema is the version of the file format (docs/spec/calendar.md).
const Schema = 1

// Text is one text in several languages, by BCP 47 tag.
type Text map[string]string

// In is the text in a language, else in English, else in any.
func (t Text) In(lang string) string {
	if s, ok := t[lang]; ok {
		return s
	}
	if s, ok := t["en"]; ok {
		return s
	}
	keys := make([]string, 0, len(t))
	for k := range t {
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return ""
	}
	return t[slices.Min(keys)]
}

// Table is a calendar as data. Zone is a name of the tz database: days are counted there; "" fits every zone, for a calendar
// without holidays. Years are covered whole and follow each other; without years there are no holidays and no end. Nothing
// changes a Table after [Parse].
type Table struct {
	ID       string
	Name     Text
	Zone     string
	Weekend  []time.Weekday
	Years    []int
	Sources  []Source
	Holidays []Holiday
	MakeUp   []MakeUp
}

// Source says who published the dates of some years, and when.
type Source struct {
	Years     []int       `json:"years,omitempty"`
	Published workday.Day `json:"published,omitzero"`
	Text      Text        `json:"text"`
}

// Holiday is a stretch of days without work, first and last included.
type Holiday struct {
	Name Text        `json:"name"`
	From workday.Day `json:"from"`
	To   workday.Day `json:"to"`
}

// MakeUp is a day of the weekend that is worked in exchange for a holiday, which For names; For may be nil.
type MakeUp struct {
	Day workday.Day `json:"day"`
	For Text        `json:"for,omitempty"`
}

// Calendar is the table to count with. Its faults were found by [Parse].
func (t *Table) Calendar() (workday.Calendar, error) {
	var holidays, makeUp []workday.Day
	for _, h := range t.Holidays {
		for d := h.From; !d.After(h.To); d = d.Add(1) {
			holidays = append(holidays, d)
		}
	}
	for _, m := range t.MakeUp {
		makeUp = append(makeUp, m.Day)
	}
	c, err := workday.NewCalendar(t.Weekend, holidays, makeUp)
	if err != nil || len(t.Years) == 0 {
		return c, err
	}
	return c.Covering(t.Years[0], t.Years[len(t.Years)-1]), nil
}

// Note names the holiday of a day, or the one that a make-up day is for; nil for other days and where nobody named it.
func (t *Table) Note(d workday.Day) Text {
	for _, h := range t.Holidays {
		if !d.Before(h.From) && !d.After(h.To) {
			return h.Name
		}
	}
	for _, m := range t.MakeUp {
		if m.Day == d {
			return m.For
		}
	}
	return nil
}

// Source joins what is said about the sources, in a language.
func (t *Table) Source(lang string) string {
	parts := make([]string, len(t.Sources))
	for i, s := range t.Sources {
		parts[i] = s.Text.In(lang)
	}
	return strings.Join(parts, "\n")
}

// WarnDays is how many days before its end a calendar asks for the next one.
const WarnDays = 60

// End is the last covered day, and how many days are left of it from today on; below zero it is over. ok is false for a calendar
// without end.
func (t *Table) End(today workday.Day) (end workday.Day, left int, ok bool) {
	if len(t.Years) == 0 {
		return workday.Day{}, 0, false
	}
	end = workday.Day{Year: t.Years[len(t.Years)-1], Month: time.December, Dom: 31}
	return end, end.Sub(today), true
}
