package cases_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/BurntSushi/toml"

	"clarion.example/clarion/internal/cases"
)

var literal = regexp.MustCompile(`"(cases\.[a-z_]+)"`)

// TestEveryWordIsInTheCatalogue collects every key that this package can give and looks it up in both languages.
func TestEveryWordIsInTheCatalogue(t *testing.T) {
	t.Parallel()
	keys := map[string]bool{}
	add := func(k string) { keys[k] = true }
	for _, s := range cases.States() {
		add(s.Key())
		add(cases.PublicStatus(s))
	}
	for _, k := range cases.EventKinds() {
		add(k.Key())
	}
	for _, k := range cases.ActKinds() {
		add(k.Key())
	}
	for _, c := range slices.Concat(cases.DeclineCodes(), cases.Findings(), cases.Hearings(), cases.Clearings()) {
		add(c.Key())
	}
	for _, r := range append(cases.Roles(), cases.System, cases.Reporter) {
		add(r.Key())
	}
	for _, c := range cases.ClockKinds() {
		add(c.Key())
	}
	for _, c := range []cases.ClockState{cases.Running, cases.Paused, cases.Settled, cases.Breached} {
		add(c.Key())
	}
	for _, k := range cases.StepKinds() {
		add(cases.Step{Kind: k}.Key())
	}
	for _, s := range []cases.State{cases.Accepted, cases.Declined, cases.Transferred} {
		add(cases.Step{Kind: cases.StepDecision, Decided: s}.Key())
	}
	for _, n := range cases.Needs() {
		add(n.Key())
	}
	for _, v := range cases.Vias() {
		add(v.Key())
	}
	for _, c := range cases.Contacts() {
		add(c.Key())
	}
	for _, file := range []string{"guard.go", "hearing.go", "apply.go", "review.go", "parent.go", "aside.go"} {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literal.FindAllStringSubmatch(string(b), -1) {
			add(m[1])
		}
	}
	for _, lang := range []string{"zh-Hans", "en"} {
		var texts map[string]string
		if _, err := toml.DecodeFile("../i18n/catalog/cases."+lang+".toml", &texts); err != nil {
			t.Fatal(err)
		}
		for k := range keys {
			if texts[k] == "" {
				t.Errorf("%s has no %s", lang, k)
			}
			delete(texts, k)
		}
		for k := range texts {
			t.Errorf("%s has %s, which nothing gives", lang, k)
		}
	}
}
