package seal

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func hashOf(n byte) string { return strings.Repeat(string("0123456789abcdef"[n&15]), 64) }

// threeDocuments is a sound chain, hash n belonging to document n.
func threeDocuments(t testing.TB) []ChainItem {
	var items []ChainItem
	for i, id := range []string{docA, docB, docC} {
		d := testDocument(t)
		d.ID, d.Seq = id, int64(i+1)
		if i > 0 {
			d.Prev = hashOf(byte(i))
		}
		items = append(items, ChainItem{Sealed: hashOf(byte(i + 1)), Document: &d})
	}
	return items
}

func changed(items []ChainItem, i int, f func(*Document)) []ChainItem {
	out := slices.Clone(items)
	d := *out[i].Document
	f(&d)
	out[i].Document = &d
	return out
}

var testThread = Thread{Instance: "example-instance-1", Case: caseID, Chain: ChainReporter, Unit: "capital"}

func TestChainAccepts(t *testing.T) {
	t.Parallel()
	items := threeDocuments(t)
	head, err := CheckChain(testThread, ChainHead{}, items...)
	if err != nil || head != (ChainHead{3, hashOf(3)}) {
		t.Errorf("whole: %v %v", head, err)
	}
	half, err := CheckChain(testThread, ChainHead{}, items[:1]...)
	if err != nil {
		t.Fatal(err)
	}
	if head, err = CheckChain(testThread, half, items[1:]...); err != nil || head.Seq != 3 {
		t.Errorf("in two parts: %v %v", head, err)
	}
	if head, err = CheckChain(testThread, half); err != nil || head != half {
		t.Errorf("nothing new: %v %v", head, err)
	}
	erased := slices.Clone(items)
	erased[1] = ChainItem{Sealed: hashOf(2), Erased: &EraseNote{Chain: ChainReporter, Doc: docB, Seq: 2, Sealed: hashOf(2)}}
	if head, err = CheckChain(testThread, ChainHead{}, erased...); err != nil || head.Seq != 3 {
		t.Errorf("with an erased document: %v %v", head, err)
	}
	anyUnit := testThread
	anyUnit.Unit = ""
	moved := changed(items, 2, func(d *Document) { d.Unit = "north" })
	if _, err = CheckChain(anyUnit, ChainHead{}, moved...); err != nil {
		t.Errorf("a case that moved: %v", err)
	}
}

func TestChainNamesFaults(t *testing.T) {
	t.Parallel()
	items := threeDocuments(t)
	note := func(f func(*EraseNote)) []ChainItem {
		e := EraseNote{Chain: ChainReporter, Doc: docB, Seq: 2, Sealed: hashOf(2)}
		f(&e)
		return []ChainItem{items[0], {Sealed: hashOf(2), Erased: &e}, items[2]}
	}
	for name, tc := range map[string]struct {
		items []ChainItem
		fault ChainFault
		pos   int
	}{
		"instance":         {changed(items, 1, func(d *Document) { d.Instance = "other" }), FaultInstance, 1},
		"case":             {changed(items, 2, func(d *Document) { d.Case = docA }), FaultCase, 2},
		"chain":            {changed(items, 0, func(d *Document) { d.Chain = ChainInside }), FaultChain, 0},
		"unit":             {changed(items, 1, func(d *Document) { d.Unit = "north" }), FaultUnit, 1},
		"dropped first":    {items[1:], FaultGap, 0},
		"dropped middle":   {[]ChainItem{items[0], items[2]}, FaultGap, 1},
		"swapped":          {[]ChainItem{items[0], items[2], items[1]}, FaultOrder, 1},
		"replayed":         {[]ChainItem{items[0], items[1], items[0]}, FaultRepeat, 2},
		"same id":          {changed(items, 1, func(d *Document) { d.ID = docA }), FaultRepeat, 1},
		"number again":     {changed(items, 1, func(d *Document) { d.Seq = 1 }), FaultOrder, 1},
		"wrong prev":       {changed(items, 1, func(d *Document) { d.Prev = hashOf(9) }), FaultPrev, 1},
		"swapped bytes":    {[]ChainItem{{Sealed: hashOf(8), Document: items[0].Document}, items[1]}, FaultPrev, 1},
		"note, other seq":  {note(func(e *EraseNote) { e.Seq = 3 }), FaultErase, 1},
		"note, other hash": {note(func(e *EraseNote) { e.Sealed = hashOf(7) }), FaultErase, 1},
		"note, chain":      {note(func(e *EraseNote) { e.Chain = ChainUnit }), FaultErase, 1},
		"note, repeated":   {note(func(e *EraseNote) { e.Doc = docA }), FaultErase, 1},
		"nothing":          {[]ChainItem{{Sealed: hashOf(1)}}, FaultErase, 0},
	} {
		_, err := CheckChain(testThread, ChainHead{}, tc.items...)
		e, ok := errors.AsType[*ChainError](err)
		if !ok || e.Fault != tc.fault || e.Position != tc.pos || e.Want != int64(tc.pos+1) {
			t.Errorf("%s: %v, want %s at %d", name, err, tc.fault, tc.pos)
		}
	}
	if _, err := CheckChain(testThread, ChainHead{1, hashOf(1)}, items...); err == nil {
		t.Error("a chain that starts again was accepted")
	}
}
