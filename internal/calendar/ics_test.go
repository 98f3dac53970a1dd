package calendar_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/calendar"
)

func vcal(events ...string) string {
	out := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Days//EN\r\n"
	for _, e := range events {
		out += "BEGIN:VEVENT\r\nUID:x\r\n" + strings.ReplaceAll(e, "\n", "\r\n") + "\r\nEND:VEVENT\r\n"
	}
	return out + "END:VCALENDAR\r\n"
}

func source() calendar.Source {
	return calendar.Source{Text: calendar.Text{"en": "An invented notice"}}
}

func readICS(t *testing.T, text string, years ...int) (*calendar.Table, []calendar.Left, calendar.Faults) {
	t.Helper()
	return calendar.ICS{Base: shipped(t, "cn"), Years: years, Source: source()}.ParseICS([]byte(text))
}

// kinds writes the table as one line a day or stretch.
func kinds(t *calendar.Table) (out []string) {
	for _, h := range t.Holidays {
		out = append(out, "holiday "+h.From.String()+" "+h.To.String()+" "+h.Name.In("zh-Hans"))
	}
	for _, m := range t.MakeUp {
		out = append(out, "make_up "+m.Day.String()+" "+m.For.In("zh-Hans"))
	}
	return out
}

// The three ways in which Chinese calendars are published: stretches with （休） and （班）, a day each with a count and make-up days
// with hours, and Apple's property.
func TestICSWays(t *testing.T) {
	t.Parallel()
	want := []string{"holiday 2027-01-01 2027-01-03 元旦", "make_up 2027-01-09 元旦"}
	for name, text := range map[string]string{
		"stretches": vcal("DTSTART;VALUE=DATE:20270101\nDTEND;VALUE=DATE:20270104\nSUMMARY:元旦（休）", "DTSTART;VALUE=DATE:20270109\nDTEND;VALUE=DATE:20270110\nSUMMARY:元旦（班）",
			"DTSTART;VALUE=DATE:20270308\nDTEND;VALUE=DATE:20270309\nSUMMARY:妇女节"),
		"a day each": vcal("DTSTART;VALUE=DATE:20270101\nDTEND;VALUE=DATE:20270101\nSUMMARY:元旦 假期 第1天/共3天", "DTSTART;VALUE=DATE:20270102\nDTEND;VALUE=DATE:20270102\nSUMMARY:元旦 假期 第2天/共3天",
			"DTSTART;VALUE=DATE:20270103\nDTEND;VALUE=DATE:20270103\nSUMMARY:元旦 假期 第3天/共3天", "DTSTART:20270109T090000\nDTEND:20270109T180000\nSUMMARY:元旦 补班 第1天/共1天\nBEGIN:VALARM\nTRIGGER:-PT60M\nACTION:DISPLAY\nEND:VALARM"),
		"apple": vcal("DTSTART;VALUE=DATE:20270101\nDURATION:P3D\nSUMMARY:元旦\nX-APPLE-SPECIAL-DAY:WORK-HOLIDAY", "DTSTART;VALUE=DATE:20270109\nSUMMARY:元旦\nX-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY",
			"DTSTART;VALUE=DATE:20270214\nSUMMARY:情人节"),
		"folded lines": strings.Replace(vcal("DTSTART;VALUE=DATE:20270101\nDTEND;VALUE=DATE:20270104\nSUMMARY:元旦（休）", "DTSTART;VALUE=DATE:20270109\nSUMMARY:元旦（班）"), "DTEND;VALUE=", "DTEND;VA\r\n LUE=", 1),
	} {
		table, _, faults := readICS(t, text, 2027)
		if len(faults) > 0 {
			t.Errorf("%s: %v", name, faults)
			continue
		}
		if diff := cmp.Diff(want, kinds(table)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if table.Holidays[0].Name.In("en") != "New Year" {
			t.Errorf("%s: a name that the calendar in force knows keeps its other languages", name)
		}
	}
}

func TestICSWithoutMarksIsHolidays(t *testing.T) {
	t.Parallel()
	table, left, faults := readICS(t, vcal("DTSTART;VALUE=DATE:20270101\nDTEND;VALUE=DATE:20270102\nSUMMARY:Neujahr", "DTSTART;VALUE=DATE:20280101\nSUMMARY:Neujahr", "DTSTART;VALUE=DATE:20270501\nSTATUS:CANCELLED\nSUMMARY:X"), 2027)
	if len(faults) > 0 || cmp.Diff([]string{"holiday 2027-01-01 2027-01-01 Neujahr"}, kinds(table)) != "" {
		t.Fatal(faults, kinds(table))
	}
	if len(left) != 1 || left[0].Day.String() != "2028-01-01" || left[0].Line != 10 {
		t.Errorf("left out: %+v", left)
	}
}

func TestICSRefuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text, key string
		line      int
	}{
		{vcal("DTSTART;VALUE=DATE:20270101\nRRULE:FREQ=YEARLY\nSUMMARY:New Year"), "ics_repeats", 4},
		{vcal("DTSTART;VALUE=DATE:20270101\nSUMMARY:A", "DTSTART;VALUE=DATE:20270101\nDTEND;VALUE=DATE:20261231\nSUMMARY:B"), "ics_day", 9},
		{vcal("DTSTART;VALUE=DATE:20270230\nSUMMARY:A"), "ics_day", 4},
		{vcal("SUMMARY:A"), "ics_day", 4},
		{vcal("DTSTART;VALUE=DATE:20270101"), "ics_no_name", 4},
		{vcal("DTSTART:20270101T000000Z\nDTEND:20270101T100000Z\nSUMMARY:元旦（班）"), "ics_timed", 4},
		{vcal("DTSTART;TZID=Europe/Berlin:20270102T090000\nDTEND;TZID=Europe/Berlin:20270102T100000\nSUMMARY:元旦（班）"), "ics_timed", 4},
		{vcal("DTSTART:20270102T090000\nDTEND:20270103T100000\nSUMMARY:元旦（班）"), "ics_timed", 4},
		{vcal("DTSTART:20270101T090000\nDTEND:20270101T100000\nSUMMARY:元旦（休）"), "ics_timed", 4},
		{vcal("DTSTART;VALUE=DATE:20270104\nSUMMARY:元旦（班）"), "worked_anyway", 4},
		{vcal("DTSTART;VALUE=DATE:20270102\nSUMMARY:元旦（休）", "DTSTART;VALUE=DATE:20270102\nSUMMARY:元旦（班）"), "taken", 9},
		{vcal("DTSTART;VALUE=DATE:20260101\nSUMMARY:A"), "ics_empty", 0},
		{vcal(), "ics_empty", 0},
		{"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "ics_syntax", 0},
		{"<html>", "ics_syntax", 0},
		{"", "ics_syntax", 0},
		{"\xff", "not_utf8", 0},
	} {
		_, _, faults := readICS(t, tc.text, 2027)
		if len(faults) == 0 || faults[0].Key != "calendar."+tc.key || faults[0].Line != tc.line {
			t.Errorf("want %s on line %d, got %+v\n%s", tc.key, tc.line, faults, tc.text)
		}
	}
}

func FuzzICS(f *testing.F) {
	f.Add([]byte(vcal("DTSTART;VALUE=DATE:20270101\nDTEND;VALUE=DATE:20270104\nSUMMARY:元旦（休）", "DTSTART;VALUE=DATE:20270109\nSUMMARY:元旦（班）")))
	f.Add([]byte(vcal("DTSTART:20270109T090000\nDTEND:20270109T180000\nSUMMARY:元旦 补班 第1天/共1天")))
	f.Add([]byte(vcal("DTSTART;TZID=\"A:B\";VALUE=DATE:20270101\nDURATION:P3D\nSUMMARY;LANGUAGE=en:A\\, B\\n")))
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VTODO\nBEGIN:VEVENT\nEND:VEVENT\nEND:VTODO\nEND:VCALENDAR\n"))
	base, _, err := calendar.Shipped("cn")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		table, _, faults := calendar.ICS{Base: base, Years: []int{2027}, Source: source()}.ParseICS(b)
		if (table == nil) != (len(faults) > 0) {
			t.Fatal("a table and faults, or neither")
		}
		if table == nil {
			return
		}
		checkSound(t, table)
		if whole, faults := base.Merge(table); len(faults) > 0 || whole == nil {
			t.Fatalf("a sound year does not fit: %v", faults)
		}
	})
}
