package main

import (
	"bufio"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
)

// asked is an interview about a form with an office above the one of the town, and none above that of the county.
func asked(t *testing.T) (iv *interviewer, answer func(field, typed string)) {
	t.Helper()
	catalog, err := i18n.New(func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	f := &reporter.Form{
		Lang: "en", Langs: []reporter.Named{{ID: "en", Name: "English"}},
		Categories: []reporter.Category{{ID: "c", Office: "town", Questions: []reporter.Question{{ID: "line", Type: "text"}, {ID: "lines", Type: "long"}}}},
		Offices:    []reporter.Office{{ID: "town", Above: "county"}, {ID: "county"}},
		Regions:    []reporter.Region{{ID: "a", Name: "A", Office: "town"}, {ID: "b", Name: "B", Office: "county"}},
	}
	v := &visit{printer: &printer{w: &strings.Builder{}, l: catalog.For("en")}, catalog: catalog, t: &reporter.Trusted{Set: &proof.KeySet{}}}
	iv = &interviewer{visit: v, f: f, c: &f.Categories[0], today: workday.MustDay("2026-03-23"),
		d: &reporter.Draft{Category: "c", Danger: "no", What: "x", Answers: map[string]reporter.Values{}}}
	return iv, func(field, typed string) {
		t.Helper()
		v.in = bufio.NewReader(strings.NewReader(typed))
		i := slices.IndexFunc(iv.questions(), func(q question) bool { return q.field == field })
		if i < 0 {
			t.Fatalf("no question %q", field)
		}
		if err := iv.questions()[i].ask(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnAnswerIsTakenBack: a text that is asked again and left empty is gone.
func TestAnAnswerIsTakenBack(t *testing.T) {
	t.Parallel()
	iv, answer := asked(t)
	for field, typed := range map[string][2]string{"line": {"said\n", "\n"}, "lines": {"said\n.\n", ".\n"}} {
		answer("answers."+field, typed[0])
		if got := iv.d.Answers[field]; len(got) != 1 || strings.TrimSpace(got[0]) != "said" {
			t.Errorf("%s: %q", field, got)
		}
		answer("answers."+field, typed[1])
	}
	r, faults := iv.f.Check(*iv.d, iv.today)
	if len(faults) > 0 || len(r.Answers) > 0 {
		t.Errorf("answers %+v, faults %v", r.Answers, faults)
	}
}

// TestTheOfficeFollowsThePlace: the office above is asked for once the place is known, and forgotten when the place changes to
// one where none stands above.
func TestTheOfficeFollowsThePlace(t *testing.T) {
	t.Parallel()
	iv, answer := asked(t)
	iv.c.Office = "county"
	script := map[string]string{"region": "2\n", "office": "2\n"}
	for _, q := range iv.questions() { // as an interview does, in one pass
		if typed, ok := script[q.field]; ok {
			answer(q.field, typed)
		}
	}
	if iv.d.Region != "a" || iv.d.Office != "county" {
		t.Errorf("region %q, office %q", iv.d.Region, iv.d.Office)
	}
	answer("region", "3\n")
	answer("office", "")
	if r, faults := iv.f.Check(*iv.d, iv.today); len(faults) > 0 || iv.d.Office != "" || r.Unit != "county" {
		t.Errorf("office %q, report to %q, faults %v", iv.d.Office, r.Unit, faults)
	}
}
