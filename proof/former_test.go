package proof

import (
	"errors"
	"slices"
	"testing"
)

// TestFormerInspectors: who was an inspector is one for their days and no others, and the root alone makes nobody one of days gone by.
func TestFormerInspectors(t *testing.T) {
	t.Parallel()
	old := testKeySet(t)
	next := testKeySet(t)
	next.Version, next.Former = 2, []FormerKey{{ID: "sun", Sign: publicKey(newInspectorSeed), From: "2026-01-01", To: "2026-03-01"}}
	after := Trust{Root: rootTrust().Root, Previous: &old}
	if _, err := reread(t, signKeys(t, next)).Verify(after); !errors.Is(err, ErrCountersignature) {
		t.Errorf("by the root alone: %v", err)
	}
	set, err := reread(t, signKeys(t, next, inspectorSeed)).Verify(after)
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]int{"2025-12-31": 0, "2026-01-01": 1, "2026-03-01": 1, "2026-03-02": 0} {
		if got := set.InspectorsOn("sun", day); len(got) != want {
			t.Errorf("on %s: %v", day, got)
		}
	}
	if got := set.InspectorsOn("qian", "2026-11-01"); !slices.Equal(got, []string{publicKey(inspectorSeed)}) {
		t.Errorf("who is one now: %v", got)
	}
	third := *set
	third.Version, third.Former = 3, nil
	if _, err := reread(t, signKeys(t, third)).Verify(Trust{Root: rootTrust().Root, Previous: set}); !errors.Is(err, ErrCountersignature) {
		t.Errorf("left out by the root alone: %v", err)
	}
}
