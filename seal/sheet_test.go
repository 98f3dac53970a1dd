package seal

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestSheetVectors reads what was printed once.
func TestSheetVectors(t *testing.T) {
	t.Parallel()
	var v staffVectors
	readVectors(t, "staff.json", &v)
	s := v.Sheets
	root, err := ParseRootSheet(s.Instance, strings.ToUpper(s.Root))
	if err != nil || string(root.Seed()) != string(unhex(t, s.RootSeed)) {
		t.Errorf("root: %v", err)
	}
	sheets := make([]Sheet, len(s.Recovery))
	for i, w := range s.Recovery {
		sheets[i] = must(ParseSheet(s.Instance, w))
		if sheets[i].Words() != w || sheets[i].Threshold != 3 || sheets[i].Count != 5 {
			t.Errorf("sheet %d: %d of %d", i, sheets[i].Threshold, sheets[i].Count)
		}
	}
	for a := range sheets {
		for b := range a {
			for c := range b {
				id, err := CombineRecovery([]Sheet{sheets[a], sheets[c], sheets[b]})
				if err != nil || id.Seed() != array[[32]byte](t, s.RecoverySeed) {
					t.Errorf("%d %d %d: %v", a, b, c, err)
				}
			}
		}
	}
	other := must(ParseSheet(s.Instance, s.Other))
	for name, c := range map[string]struct {
		sheets []Sheet
		want   SheetFault
	}{
		"none":     {nil, SheetsMissing},
		"two":      {sheets[:2], SheetsMissing},
		"twice":    {[]Sheet{sheets[0], sheets[1], sheets[0]}, SheetTwice},
		"other":    {[]Sheet{sheets[0], sheets[1], other}, SheetMixed},
		"the root": {[]Sheet{sheets[0], must(ParseSheet(s.Instance, s.Root)), sheets[2]}, SheetOfOther},
		"empty":    {make([]Sheet, 3), SheetOfOther},
	} {
		if id, err := CombineRecovery(c.sheets); sheetVerdict(err) != string(c.want) || id != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseRootSheet(s.Instance, s.Recovery[0]); sheetVerdict(err) != "kind" {
		t.Errorf("a recovery sheet as root: %v", err)
	}
	if _, err := ParseRootSheet("example-2", s.Root); sheetVerdict(err) != "elsewhere" {
		t.Errorf("another installation's root: %v", err)
	}
	if _, err := ParseSheet("Example", s.Root); !errors.Is(err, ErrInstance) {
		t.Error(err)
	}
}

// TestForgedShares: shares that belong together by what is printed on them, and do not by what is in them, give no key.
func TestForgedShares(t *testing.T) {
	t.Parallel()
	id := NewIdentity()
	sheets := must(SplitRecovery("i", id, 2, 3))
	forged := must(SplitRecovery("i", NewIdentity(), 2, 3))
	forged[1].Kit = sheets[0].Kit
	if got, err := CombineRecovery([]Sheet{sheets[0], must(ParseSheet("i", forged[1].Words()))}); sheetVerdict(err) != "kit" || got != nil {
		t.Error(err)
	}
}

// TestSheetFindsSlips: one wrong word, or two that changed places, never pass.
func TestSheetFindsSlips(t *testing.T) {
	t.Parallel()
	s := must(RootSheet("i", [32]byte(NewIdentity().Seed())))
	right := strings.Fields(s.Words())
	for i := range right {
		w := append([]string(nil), right...)
		if w[i] = words().at[(words().index[w[i]]+1)%sheetList]; w[i] == right[i] {
			t.Fatal("the same word")
		}
		if _, err := ParseSheet("i", strings.Join(w, " ")); sheetVerdict(err) != "damaged" {
			t.Errorf("word %d: %v", i+1, err)
		}
		w[i] = words().at[sheetList]
		if _, err := ParseSheet("i", strings.Join(w, " ")); sheetVerdict(err) != fmt.Sprintf("word %d false", i+1) {
			t.Errorf("word %d from the rest of the list: %v", i+1, err)
		}
		for j := range i {
			w := append([]string(nil), right...)
			if w[i], w[j] = w[j], w[i]; w[i] == w[j] {
				continue
			}
			if _, err := ParseSheet("i", strings.Join(w, " ")); sheetVerdict(err) != "damaged" {
				t.Errorf("words %d and %d: %v", j+1, i+1, err)
			}
		}
	}
}

// TestSplitRecoveryLimits: one alone never opens, and one may always be lost.
func TestSplitRecoveryLimits(t *testing.T) {
	t.Parallel()
	id := NewIdentity()
	for _, c := range [][2]int{{1, 3}, {0, 2}, {2, 2}, {3, 2}, {2, 17}, {-1, 3}} {
		if _, err := SplitRecovery("i", id, c[0], c[1]); !errors.Is(err, ErrShare) {
			t.Errorf("%v: %v", c, err)
		}
	}
	if _, err := SplitRecovery("i", nil, 2, 3); !errors.Is(err, ErrIdentity) {
		t.Error(err)
	}
	if _, err := SplitRecovery("", id, 2, 3); !errors.Is(err, ErrInstance) {
		t.Error(err)
	}
	if _, err := RootSheet("", [32]byte{}); !errors.Is(err, ErrInstance) {
		t.Error(err)
	}
	all := must(SplitRecovery("i", id, 15, 16))
	if got, err := CombineRecovery(all[1:]); err != nil || got.Seed() != id.Seed() {
		t.Error(err)
	}
	if got, err := CombineRecovery(all[2:]); sheetVerdict(err) != "few" || got != nil {
		t.Error(err)
	}
	for _, print := range []string{fmt.Sprintf("%v %+v %#v %s %x", all[0], all[0], all[0], all[0], all[0])} {
		if strings.Contains(print, strings.Fields(all[0].Words())[8]) {
			t.Errorf("a sheet is printed: %s", print)
		}
	}
	if _, err := json.Marshal(all[0]); !errors.Is(err, ErrSecret) {
		t.Error(err)
	}
}

// FuzzParseSheet: whatever is accepted is written the same again, and nothing panics.
func FuzzParseSheet(f *testing.F) {
	f.Add(must(RootSheet("i", [32]byte{1})).Words())
	f.Add(must(SplitRecovery("i", NewIdentity(), 2, 3))[0].Words())
	f.Add("abacus 1")
	f.Fuzz(func(t *testing.T, typed string) {
		s, err := ParseSheet("i", typed)
		if err == nil && s.Words() != Canonical(typed) {
			t.Errorf("%q is written as %q", typed, s.Words())
		}
	})
}
