package calendar_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/calendar"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/workday"
)

func shipped(t testing.TB, name string) *calendar.Table {
	t.Helper()
	table, ok, err := calendar.Shipped(name)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	return table
}

// TestChina compares the shipped days of 2026 with the notice, written as the notice writes them.
func TestChina(t *testing.T) {
	t.Parallel()
	table := shipped(t, "cn")
	c, err := table.Calendar()
	if err != nil {
		t.Fatal(err)
	}
	rest := map[string]string{"01-01": "01-03", "02-15": "02-23", "04-04": "04-06", "05-01": "05-05", "06-19": "06-21", "09-25": "09-27", "10-01": "10-07"}
	lengths := map[string]int{"01-01": 3, "02-15": 9, "04-04": 3, "05-01": 5, "06-19": 3, "09-25": 3, "10-01": 7} // “共3天”
	holidays := map[workday.Day]bool{}
	for from, to := range rest {
		n := 0
		for d := workday.MustDay("2026-" + from); !d.After(workday.MustDay("2026-" + to)); d = d.Add(1) {
			holidays[d] = true
			n++
		}
		if n != lengths[from] {
			t.Errorf("from %s: %d days", from, n)
		}
	}
	work := map[workday.Day]time.Weekday{}
	for day, w := range map[string]time.Weekday{"01-04": time.Sunday, "02-14": time.Saturday, "02-28": time.Saturday, "05-09": time.Saturday, "09-20": time.Sunday, "10-10": time.Saturday} {
		work[workday.MustDay("2026-"+day)] = w
	}
	for d := workday.MustDay("2026-01-01"); d.Year == 2026; d = d.Add(1) {
		w, makeUp := work[d]
		if c.IsHoliday(d) != holidays[d] || c.IsMakeUp(d) != makeUp || makeUp && d.Weekday() != w {
			t.Errorf("%s is %s", d, calendar.Kind(c, d))
		}
		if c.Provisional(d) {
			t.Errorf("%s is provisional", d)
		}
		if (holidays[d] || makeUp) && (table.Note(d).In("zh-Hans") == "" || table.Note(d).In("en") == "") {
			t.Errorf("%s has no name", d)
		}
	}
	if new := workday.MustDay("2027-01-01"); !c.Provisional(new) || !c.IsWorkday(new) {
		t.Error("a year that nobody published is counted by the week and marked")
	}
	if end, left, ok := table.End(workday.MustDay("2026-11-23")); !ok || end != workday.MustDay("2026-12-31") || left != 38 {
		t.Errorf("ends %s in %d days, %t", end, left, ok)
	}
}

func TestWeekdays(t *testing.T) {
	t.Parallel()
	table := shipped(t, "weekdays")
	c, err := table.Calendar()
	if err != nil {
		t.Fatal(err)
	}
	for d := workday.MustDay("2026-01-01"); d.Year < 2029; d = d.Add(1) {
		if weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday; c.IsWorkday(d) == weekend || c.Provisional(d) {
			t.Fatalf("%s: %s", d, calendar.Kind(c, d))
		}
	}
	if _, _, ok := table.End(workday.MustDay("2026-11-23")); ok {
		t.Error("the week alone has no end")
	}
}

func TestEncodeIsWhatParseReads(t *testing.T) {
	t.Parallel()
	for _, name := range calendar.Names() {
		want := shipped(t, name)
		b, err := want.Encode()
		if err != nil {
			t.Fatal(err)
		}
		got, faults := calendar.Parse(b)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

const small = `{
  "schema": 1, "id": "ours",
  "name": {"en": "Ours", "zh-Hans": "自定"},
  "zone": "Europe/Berlin",
  "weekend": ["saturday", "sunday"],
  "years": [2026, 2027],
  "sources": [{"text": {"en": "The gazette"}}],
  "holidays": [
    {"name": {"en": "New Year"}, "from": "2026-01-01", "to": "2026-01-02"}
  ],
  "make_up_days": [
    {"day": "2026-01-03"}
  ]
}`

func TestSlipsNameTheirLine(t *testing.T) {
	t.Parallel()
	if _, faults := calendar.Parse([]byte(small)); len(faults) > 0 {
		t.Fatal(faults)
	}
	texts, err := i18n.New(func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ old, now, want string }{
		{`{"day": "2026-01-03"}`, `{"day": "2026-01-05"}`, "12 calendar.worked_anyway"},
		{`{"day": "2026-01-03"}`, `{"day": "2026-01-02"}`, "12 calendar.taken"},
		{`{"day": "2026-01-03"}`, `{}`, "12 calendar.no_day"},
		{`{"day": "2026-01-03"}`, `{"day": "2026-02-30"}`, "12 calendar.syntax"},
		{`{"day": "2026-01-03"}`, `{"dya": "2026-01-03"}`, "12 calendar.syntax"},
		{`{"day": "2026-01-03"}`, `{"day": "2026-01-03"}, {"day": "2026-01-03"}`, "12 calendar.taken"},
		{`{"day": "2026-01-03"}`, `{"day": "2028-01-01"}`, "12 calendar.year_not_listed"},
		{`"to": "2026-01-02"`, `"to": "2025-12-31"`, "9 calendar.bad_stretch"},
		{`"to": "2026-01-02"`, `"to": "2026-03-02"`, "9 calendar.bad_stretch"},
		{`"from": "2026-01-01"`, `"from": "2025-12-31"`, "9 calendar.year_not_listed"},
		{`{"en": "New Year"}`, `{}`, "9 calendar.no_text"},
		{`{"en": "New Year"}`, `{"en": "New Year "}`, "9 calendar.bad_text"},
		{`{"en": "New Year"}`, `{"en": "New\u202eYear"}`, "9 calendar.hidden"},
		{`{"en": "New Year"}`, `{"en": "a", "en": "b"}`, "9 calendar.key_twice"},
		{`"years": [2026, 2027]`, `"years": [2026, 2028]`, "6 calendar.years_gap"},
		{`"years": [2026, 2027]`, `"years": [2026, 20270]`, "6 calendar.year_range"},
		{`"saturday", "sunday"`, `"saturday", "sonntag"`, "5 calendar.weekday"},
		{`"saturday", "sunday"`, `"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"`, "5 calendar.no_week"},
		{`Europe/Berlin`, `Local`, "4 calendar.bad_zone"},
		{`  "zone": "Europe/Berlin",` + "\n", ``, "0 calendar.no_zone"},
		{`{"text": {"en": "The gazette"}}`, ``, "7 calendar.no_source"},
		{`{"text": {"en": "The gazette"}}`, `{"years": [2025], "text": {"en": "The gazette"}}`, "7 calendar.source_year"},
		{`"schema": 1`, `"schema": 2`, "2 calendar.schema"},
		{`"id": "ours"`, `"id": "Ours"`, "2 calendar.bad_id"},
		{`"id": "ours"`, `"id": "ours", "persons": []`, "2 calendar.unknown_key"},
		{`"id": "ours"`, `"id": "ours", "id": "theirs"`, "2 calendar.key_twice"},
		{"  ]\n}", "  ]\n", "14 calendar.syntax"},
		{"  ]\n}", "  ]\n} {}", "14 calendar.syntax"},
	} {
		text := strings.Replace(small, tc.old, tc.now, 1)
		if text == small {
			t.Fatalf("nothing to replace: %s", tc.old)
		}
		_, faults := calendar.Parse([]byte(text))
		if len(faults) == 0 {
			t.Errorf("%s for %s was taken", tc.now, tc.old)
			continue
		}
		found := false
		for _, f := range faults {
			found = found || fmt.Sprintf("%d %s", f.Line, f.Key) == tc.want
			for _, lang := range texts.Langs() {
				if strings.HasPrefix(f.In(texts.For(lang)), "calendar.") {
					t.Errorf("%s has no sentence in %s", f.Key, lang)
				}
			}
		}
		if !found {
			t.Errorf("%s for %s: want %s, got %+v", tc.now, tc.old, tc.want, faults)
		}
	}
	if _, faults := calendar.Parse(make([]byte, calendar.MaxFile+1)); len(faults) != 1 || faults[0].Key != "calendar.too_large" {
		t.Error(faults)
	}
}

func TestMergeKeepsOtherYears(t *testing.T) {
	t.Parallel()
	base := shipped(t, "cn")
	next, faults := calendar.Parse([]byte(`{"schema":1,"id":"next","name":{"en":"Next"},"zone":"Asia/Shanghai","weekend":["saturday","sunday"],"years":[2027],
		"sources":[{"years":[2027],"text":{"en":"An invented notice"}}],"holidays":[{"name":{"en":"New Year"},"from":"2027-01-01","to":"2027-01-03"}],"make_up_days":[]}`))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	whole, faults := base.Merge(next)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if diff := cmp.Diff([]int{2026, 2027}, whole.Years); diff != "" || whole.ID != "cn" || len(whole.Sources) != 2 {
		t.Errorf("%+v\n%s", whole, diff)
	}
	changes, err := calendar.Diff(base, whole)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range changes {
		got = append(got, fmt.Sprintf("%s %s→%s %s %t", c.Day, c.Was, c.Now, c.Name.In("en"), c.Provisional))
	}
	want := []string{"2027-01-01 work→holiday New Year true", "2027-01-02 rest→holiday New Year true", "2027-01-03 rest→holiday New Year true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	gap, _ := calendar.Parse([]byte(strings.ReplaceAll(small, "[2026, 2027]", "[2026]")))
	gap.Years, gap.Holidays, gap.MakeUp = []int{2029}, nil, nil
	if _, faults := base.Merge(gap); len(faults) == 0 || faults[0].Key != "calendar.years_gap" {
		t.Errorf("a gap between the years: %v", faults)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	for _, name := range calendar.Names() {
		b, err := os.ReadFile("data/" + name + ".json")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"schema":1,"holidays":[{"from":"9999-12-31","to":"9999-12-31"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		table, faults := calendar.Parse(b)
		if (table == nil) != (len(faults) > 0) {
			t.Fatal("a table and faults, or neither")
		}
		if table != nil {
			checkSound(t, table)
		}
	})
}

// checkSound holds for every table that a reader hands out.
func checkSound(t *testing.T, table *calendar.Table) {
	t.Helper()
	c, err := table.Calendar()
	if err != nil {
		t.Fatal(err)
	}
	b, err := table.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, faults := calendar.Parse(b)
	if len(faults) > 0 {
		t.Fatalf("what was written is refused: %v\n%s", faults, b)
	}
	if diff, err := calendar.Diff(table, again); err != nil || len(diff) > 0 {
		t.Fatal("what was written counts otherwise", err, diff)
	}
	for _, m := range table.MakeUp {
		if !c.IsWorkday(m.Day) {
			t.Fatal("a make-up day is no working day")
		}
	}
}
