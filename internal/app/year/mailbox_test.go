package year_test

import (
	"encoding/json"
	"net/http/httptest"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// clockOf is the clock that a step of the reporter's timeline shows.
var clockOf = map[cases.StepKind]cases.ClockKind{cases.StepFirst: cases.ClockFirst, cases.StepDecision: cases.ClockDecision,
	cases.StepInquiry: cases.ClockInquiry, cases.StepOutcome: cases.ClockOutcome, cases.StepReview: cases.ClockReview}

// sameDates: the mailbox, with scripts and without, shows each running clock with the day that the office sees.
func (s *story) sameDates() {
	y := s.y
	y.t.Helper()
	m := s.open()
	v, err := y.w.Intake.View(y.ctx(), m)
	if err != nil {
		y.t.Fatal(err)
	}
	l, err := y.w.Intake.List(y.ctx(), m)
	if err != nil {
		y.t.Fatal(err)
	}
	if d := cmp.Diff(v.Steps, l.Steps); d != "" || v.Asked != l.Asked || v.Review != l.Review || v.State != l.State || v.Number != s.c.Number || l.Number != v.Number {
		y.t.Fatalf("case %d: the mailbox is another with scripts: %s", s.n, d)
	}
	by := y.people[s.unit][0] // triage may open every case
	f, err := y.w.Casework.Open(y.ctx(), by.Person, s.c.Number)
	if err != nil {
		y.t.Fatal(err)
	}
	y.wrote(s.shot(false).audit, line{"open", by.Member, s.c.ID, store.Allowed, ""})
	office := map[cases.ClockKind]string{}
	for _, c := range f.Clocks {
		office[c.Kind] = ""
		if c.State != cases.Settled {
			office[c.Kind] = c.Due.String()
		}
	}
	s.compare(v, office)
	s.says(v)
}

// compare holds the days of the mailbox against those of the clocks that run or are paused.
func (s *story) compare(v intake.View, office map[cases.ClockKind]string) {
	y := s.y
	y.t.Helper()
	y.looks++
	shows := map[cases.ClockKind]string{cases.ClockAnswer: dayText(v.Asked)}
	for _, step := range v.Steps {
		if step.Done.IsZero() {
			shows[clockOf[step.Kind]] = dayText(step.Due)
		}
	}
	for kind, due := range office {
		if due == "" || kind == cases.ClockAnswer && s.c.State != cases.NeedsInfo {
			continue
		}
		if day, shown := shows[kind]; shown {
			y.shown[kind]++
			if day != due {
				y.t.Errorf("case %d (%s) in %s on %s: %s is due on %s for the reporter and on %s in the office", s.n, s.plan, s.c.State, y.day, kind, day, due)
			}
		} else if kind == cases.ClockFirst || kind == cases.ClockDecision || kind == cases.ClockOutcome || kind == cases.ClockReview {
			y.t.Errorf("case %d (%s) in %s: %s runs, and the mailbox shows no day for it: %+v", s.n, s.plan, s.c.State, kind, v.Steps)
		}
	}
}

func dayText(d workday.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// says: the mailbox has a sentence for the state, every letter, opened and signed, and a line for each of the reporter's own.
func (s *story) says(v intake.View) {
	t := s.y.t
	t.Helper()
	for _, lang := range s.y.w.Pack.Languages {
		if text, err := s.y.w.Catalog.T(i18n.Lang(lang), cases.PublicStatus(v.State), nil); err != nil || text == "" {
			t.Errorf("no words for %s in %s: %v", v.State, lang, err)
		}
	}
	if v.State != cases.PublicState(s.c.State) {
		t.Errorf("case %d is %s, and the mailbox says %s", s.n, s.c.State, v.State)
	}
	letters, mine := 0, 0
	for _, e := range v.Entries {
		if e.Mine {
			mine++
			continue
		}
		letters++
		if e.Fault != intake.FaultNone || e.Waiting || e.Text == "" {
			t.Errorf("case %d: a letter of %s: %q %v %q", s.n, e.Day, e.Fault, e.Waiting, e.Text)
		}
	}
	if letters != s.told || mine != s.wrote {
		t.Errorf("case %d: %d letters and %d of the reporter's own in the mailbox, and %d and %d were sent", s.n, letters, mine, s.told, s.wrote)
	}
}

// mailbox is what the reporter finds when the case is at its end.
func (s *story) mailbox() {
	t := s.y.t
	t.Helper()
	v, err := s.y.w.Intake.View(s.y.ctx(), s.open())
	if err != nil {
		t.Fatal(err)
	}
	d, ok := cases.Standing(s.events)
	if !ok {
		return // given up without a decision
	}
	var told cases.Code
	for _, e := range v.Entries {
		if e.Outcome == string(cases.Declined) || e.Outcome == string(cases.Concluded) {
			told = cases.Code(e.Code)
		}
	}
	if told != d.Code && s.parent == nil {
		t.Errorf("case %d was decided as %s, and the last decision in the mailbox says %q", s.n, d.Code, told)
	}
	for _, step := range v.Steps {
		if step.Done.IsZero() && v.State == cases.Closed {
			t.Errorf("case %d is closed, and %s is to come", s.n, step.Kind)
		}
	}
}

// atTheDesk: at the desk, the page of each case that is not at its end, and of some that are, has the days that its mailbox has.
func (y *year) atTheDesk() {
	y.t.Helper()
	if err := y.w.OpenDesk(y.ctx()); err != nil {
		y.t.Fatal(err)
	}
	h, err := y.w.DeskHandler()
	if err != nil {
		y.t.Fatal(err)
	}
	origin := y.w.Config.Desk.URL
	cookie, _ := y.w.MemberSignsIn(y.t, h, origin, "zhao")
	for _, s := range y.stories {
		if s.key == 0 || s.over && s.n%10 > 0 {
			continue
		}
		r := httptest.NewRequest("GET", origin+"/zh/api/work/"+string(s.unit)+"/case/"+s.c.Number, nil)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(cookie)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		var page struct {
			Clocks []struct{ Clock, State, Due string }
		}
		if err := json.Unmarshal(rec.Body.Bytes(), &page); rec.Code != 200 || err != nil {
			y.t.Fatalf("the desk answers %d, %v", rec.Code, err)
		}
		office := map[cases.ClockKind]string{}
		for _, c := range page.Clocks {
			office[cases.ClockKind(c.Clock)] = ""
			if c.State != string(cases.Settled) {
				office[cases.ClockKind(c.Clock)] = c.Due
			}
		}
		v, err := y.w.Intake.View(y.ctx(), s.open())
		if err != nil {
			y.t.Fatal(err)
		}
		s.compare(v, office)
	}
}
