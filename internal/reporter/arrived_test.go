package reporter_test

import (
	"context"
	"testing"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/reporter"
)

func (p *place) patient(context.Context) error { return nil }

var cut = answer{200, "<html>a proxy of a hotel"}

// TestNoCodeIsLost: whenever a report may be stored, its code is kept, whatever was said at a later send.
func TestNoCodeIsLost(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	for name, c := range map[string]struct {
		answers []answer
		maybe   bool
	}{
		"the server broke in words":             {[]answer{refused(500, "errs.internal")}, true},
		"the id is there already":               {[]answer{refused(409, "store.exists")}, true},
		"refused":                               {[]answer{refused(403, "work.spent")}, false},
		"closed":                                {[]answer{refused(503, "intake.closed")}, false},
		"busy":                                  {[]answer{refused(503, "store.busy"), refused(503, "store.busy"), refused(503, "store.busy")}, false},
		"the answer lost, then refused":         {[]answer{cut, refused(403, "work.spent")}, true},
		"the answer lost, then closed":          {[]answer{cut, refused(503, "intake.closed")}, true},
		"busy, then the answer lost, then busy": {[]answer{refused(503, "store.busy"), cut, refused(503, "store.busy")}, true},
	} {
		s := p.sealed("x")
		p.answers("/api/report", c.answers...)
		_, err := p.client().Send(t.Context(), s, p.patient)
		p.straight()
		if err == nil || s.MayHaveArrived() != c.maybe {
			t.Errorf("%s: %v, may have arrived: %t, want %t", name, err, s.MayHaveArrived(), c.maybe)
		}
	}
	s := p.sealed("x")
	p.answers("/api/work", cut, cut, cut)
	if _, err := p.client().Send(t.Context(), s, p.patient); err == nil || s.MayHaveArrived() {
		t.Errorf("never posted, and it may have arrived: %v", err)
	}
}

// TestNoNewCodeIsLost: a change of code that may have been made gives the new code, one that was not gives none.
func TestNoNewCodeIsLost(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	m := p.open(p.sent("x"))
	l := p.list(m, nil)
	p.answers("/mailbox/challenge", answer{500, "down"})
	if code, _, err := m.Recode(t.Context(), l, false); err == nil || code != "" {
		t.Errorf("a change that was never posted: %q, %v", code, err)
	}
	p.straight()
	p.answers("/mailbox/recode", refused(500, "errs.internal"))
	code, next, err := m.Recode(t.Context(), l, false)
	if err == nil || code == "" {
		t.Fatalf("a change that may have been made: %q, %v", code, err)
	}
	if l := p.list(next, nil); len(l.Doubts) > 0 {
		t.Errorf("it was made: %v", l.Doubts)
	}
}

// TestTheSameAnswerAgain: an answer whose receipt was lost is sent once more, and stored once.
func TestTheSameAnswerAgain(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, p *place) {
		m := p.open(p.sent("x"))
		l := p.list(m, &reporter.Heads{})
		p.answers("/mailbox/send", cut)
		if err := m.Answer(t.Context(), l, "it was on Monday", nil); err != nil {
			t.Fatal(err)
		}
		p.answers("/mailbox/send", refused(500, "errs.internal"))
		if err := m.Answer(t.Context(), l, "in the afternoon", nil); err != nil {
			t.Fatal(err)
		}
		if l := p.list(m, nil); len(l.Own) != 3 || len(l.Doubts) > 0 {
			t.Errorf("own documents %+v, doubts %v", l.Own, l.Doubts)
		}
		o, err := p.Session(t, "chen", "unit-1").Open(t.Context(), l.Number)
		if err != nil || len(o.Doubts) > 0 || len(o.Items[cases.FromReporter]) != 3 {
			t.Errorf("the unit sees %v: %v", o, err)
		}
	})
}
