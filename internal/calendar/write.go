package calendar

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"clarion.example/clarion/internal/workday"
)

// Encode writes a table as [Parse] reads it, one entry a line, so that people can compare two versions.
func (t *Table) Encode() ([]byte, error) {
	var out bytes.Buffer
	var failed error
	put := func(key string, v any, end string) {
		b, err := marshal(v)
		if err != nil {
			failed = err
		}
		fmt.Fprintf(&out, "  %q: %s%s\n", key, b, end)
	}
	weekend := []string{}
	for _, w := range t.Weekend {
		weekend = append(weekend, weekdayNames[w])
	}
	out.WriteString("{\n")
	put("schema", Schema, ",")
	put("id", t.ID, ",")
	put("name", t.Name, ",")
	if t.Zone != "" {
		put("zone", t.Zone, ",")
	}
	put("weekend", weekend, ",")
	put("years", append([]int{}, t.Years...), ",")
	for i, part := range []struct {
		key  string
		rows []json.RawMessage
	}{{"sources", rows(t.Sources, &failed)}, {"holidays", rows(t.Holidays, &failed)}, {"make_up_days", rows(t.MakeUp, &failed)}} {
		lines := make([]string, len(part.rows))
		for j, r := range part.rows {
			lines[j] = "\n    " + string(r)
		}
		end := ","
		if i == 2 {
			end = ""
		}
		body := strings.Join(lines, ",")
		if body != "" {
			body += "\n  "
		}
		fmt.Fprintf(&out, "  %q: [%s]%s\n", part.key, body, end)
	}
	out.WriteString("}\n")
	return out.Bytes(), failed
}

func rows[T any](list []T, failed *error) (out []json.RawMessage) {
	for _, v := range list {
		b, err := marshal(v)
		if err != nil {
			*failed = err
		}
		out = append(out, b)
	}
	return out
}

func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// Merge is the table with the years of another in place of its own: other years stay as they are. The result is judged like a
// file, without lines.
func (t *Table) Merge(newer *Table) (*Table, Faults) {
	if len(t.Years) == 0 { // the week alone gives way as a whole
		return newer, nil
	}
	out := *t
	out.Weekend, out.Zone = newer.Weekend, newer.Zone
	in := func(y int) bool { return slices.Contains(newer.Years, y) }
	out.Years = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(t.Years), newer.Years...))))
	out.Sources = slices.Clone(newer.Sources)
	for _, s := range slices.Backward(t.Sources) {
		if s.Years = slices.DeleteFunc(slices.Clone(s.Years), in); len(s.Years) > 0 {
			out.Sources = slices.Insert(out.Sources, 0, s)
		}
	}
	out.Holidays = slices.Clone(newer.Holidays)
	for _, h := range t.Holidays {
		if !in(h.From.Year) && !in(h.To.Year) {
			out.Holidays = append(out.Holidays, h)
		}
	}
	out.MakeUp = slices.Clone(newer.MakeUp)
	for _, m := range t.MakeUp {
		if !in(m.Day.Year) {
			out.MakeUp = append(out.MakeUp, m)
		}
	}
	b, err := out.Encode()
	if err != nil {
		return nil, Faults{{0, "calendar.syntax", map[string]any{"What": plain(err)}}}
	}
	whole, faults := Parse(b)
	for i := range faults {
		faults[i].Line = 0 // of a text that nobody has seen
	}
	return whole, faults
}

// Change is one day that a new calendar counts, or names, otherwise. Was and Now are "work", "rest", "holiday" or "make_up";
// Provisional says that the old one did not cover the day's year and counted the week alone.
type Change struct {
	Day         workday.Day
	Was, Now    string
	Name        Text
	Provisional bool
}

// Diff lists the days of all years of both that differ, in order.
func Diff(old, now *Table) (out []Change, err error) {
	a, err := old.Calendar()
	if err != nil {
		return nil, err
	}
	b, err := now.Calendar()
	if err != nil {
		return nil, err
	}
	years := slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(old.Years), now.Years...))))
	for _, y := range years {
		for d := (workday.Day{Year: y, Month: 1, Dom: 1}); d.Year == y; d = d.Add(1) {
			if was, is := Kind(a, d), Kind(b, d); was != is {
				name := now.Note(d)
				if name == nil {
					name = old.Note(d)
				}
				out = append(out, Change{d, was, is, name, a.Provisional(d)})
			}
		}
	}
	return out, nil
}

// Kind is what a day is: "holiday", "make_up", "rest" (a plain weekend day) or "work".
func Kind(c workday.Calendar, d workday.Day) string {
	switch {
	case c.IsHoliday(d):
		return "holiday"
	case c.IsMakeUp(d):
		return "make_up"
	case !c.IsWorkday(d):
		return "rest"
	default:
		return "work"
	}
}
