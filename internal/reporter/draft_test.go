package reporter_test

import (
	"slices"
	"testing"

	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/internal/workday"
)

// TestAChoiceTwice: a value that comes twice counts once, as at the door without scripts; one that nobody offers is a fault.
func TestAChoiceTwice(t *testing.T) {
	t.Parallel()
	f := &reporter.Form{Langs: []reporter.Named{{ID: "en"}}, Categories: []reporter.Category{{ID: "c", Office: "u"}}}
	d := reporter.Draft{Category: "c", Danger: "no", What: "x", Reply: "en", How: []string{"heard", "saw", "heard"}}
	r, faults := f.Check(d, workday.MustDay("2026-03-23"))
	if len(faults) > 0 || !slices.Equal(r.How, []string{"saw", "heard"}) {
		t.Errorf("%q, faults %v", r.How, faults)
	}
	d.How = append(d.How, "dreamt")
	if _, faults := f.Check(d, workday.MustDay("2026-03-23")); len(faults) != 1 || faults[0].Field != "how" {
		t.Errorf("faults %v", faults)
	}
}
