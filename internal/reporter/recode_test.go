package reporter_test

import (
	"testing"

	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
)

// TestRecodeInDoubt: letters that do not fit, and an erased one whose note is false, are no hindrance to a new code.
func TestRecodeInDoubt(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, p *place) {
		m := p.open(p.sent("x"))
		number, chen := p.list(m, nil).Number, p.Session(t, "chen", "unit-1")
		for _, words := range []string{"first words", "second words", "third words"} {
			p.letter(chen, number, words)
		}
		if err := m.Erase(t.Context(), p.list(m, nil), p.list(m, nil).Letters[0].Item); err != nil {
			t.Fatal(err)
		}
		p.bend("/mailbox/list", docs(t, func(d []map[string]any) []map[string]any {
			d[1]["note"] = "{}"
			d[2]["sealed"] = "bm8gYWdlIGZpbGU=" // "no age file": a server that checks copies would refuse it
			return d
		}))
		l := p.list(m, nil)
		p.straight()
		if len(l.Doubts) != 2 {
			t.Fatalf("doubts %v", l.Doubts)
		}
		_, next, err := m.Recode(t.Context(), l, true)
		if err != nil {
			t.Fatal(err)
		}
		l = p.list(next, nil)
		if len(l.Doubts) != 2 || l.Doubts[0].Key != "reporter.doubt_note" || l.Doubts[1].Key != "reporter.doubt_damaged" || l.Letters[2].Text != "third words" {
			t.Errorf("with the new code: %v, %q", l.Doubts, l.Letters[2].Text)
		}
	})
}

// TestNoKeyOfBeforeTheList: a server's day from before the list of keys brings back no key that the list retired.
func TestNoKeyOfBeforeTheList(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	p.publish(func(k *proof.KeySet) { k.Day = "2026-03-24" })
	trusted := p.trust(p.memory())
	if _, err := trusted.Seal(report("x"), trusted.Set.Day, false, nil); err != nil {
		t.Error(err)
	}
	if _, err := trusted.Seal(report("x"), workday.MustDay(trusted.Set.Day).Add(-1).String(), false, nil); keyOf(err) != "reporter.no_unit_key" {
		t.Errorf("the day before: %v", err)
	}
}
