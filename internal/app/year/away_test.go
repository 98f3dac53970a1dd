package year_test

import (
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/setup"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// absences is what handlers entered in the year.
type absences struct {
	last    workday.Day    // of all that were entered
	deputed int            // with a deputy
	refused map[string]int // and then entered otherwise, or not
	acts    int            // of deputies
}

// goAway lets the handlers who go today enter it, and finds out for whom everybody stands in. The first whom they name is
// the wrong one, and the next may be.
func (y *year) goAway() {
	y.t.Helper()
	for _, unit := range units {
		for _, m := range y.people[unit] {
			for _, a := range m.away {
				if m.account.ID != "" && a[0] == y.day {
					y.enters(unit, m, a[1])
				}
			}
		}
		if y.day.After(y.away.last.Add(30)) {
			continue // nobody stands in, nor did when the server last ran
		}
		for _, m := range y.people[unit] {
			if m.account.ID == "" {
				continue
			}
			now, err := y.w.Casework.Member(y.ctx(), m.account, unit)
			if err != nil {
				y.t.Fatal(err)
			}
			m.For = now.For
		}
	}
}

func (y *year) enters(unit id.Unit, m *member, to workday.Day) {
	y.t.Helper()
	able := []id.Member{m.Member} // themself, by mistake; no approver, who would have to keep out of what they approve
	for _, d := range y.people[unit] {
		if d.account.ID != "" && !d.Has(cases.Approver) && d.Member != m.Member {
			able = append(able, d.Member)
		}
	}
	for _, deputy := range append(able, "") {
		_, err := y.w.Setup.EnterAbsence(y.ctx(), setup.Who{Account: m.Member, Role: setup.Member}, unit, cases.Absence{Deputy: deputy, From: y.day, To: to})
		entry := line{act: "away-entered", who: m.Member, outcome: store.Allowed}
		if e, ok := errs.Public(err); err != nil {
			if !ok || !slices.Contains([]string{"away.self", "away.twice", "away.deputy_away", "away.is_deputy"}, e.Key) {
				y.t.Fatalf("%s goes away: %v", m.Member, err)
			}
			entry.outcome, entry.why = store.Refused, e.Key
			y.away.refused[e.Key]++
		}
		y.logged(entry)
		if err == nil {
			if deputy != "" {
				y.away.deputed++
			}
			if to.After(y.away.last) {
				y.away.last = to
			}
			return
		}
	}
}

// logged: exactly this entry came since the last look.
func (y *year) logged(want line) {
	y.t.Helper()
	var found []store.AuditEntry
	err := y.w.Store.Read(y.ctx(), func(tx *store.Tx) (err error) {
		found, err = tx.AuditAfter(y.seen, 10)
		return err
	})
	if err != nil {
		y.t.Fatal(err)
	}
	y.wrote(found, want)
}

// deputy is who stands in today for somebody of the story's office, nil for nobody.
func (s *story) deputy(of id.Member) *member {
	for _, m := range s.y.people[s.unit] {
		if slices.Contains(m.For, of) && m.here(s.y.day) && !slices.Contains(cases.Aside(s.events), m.Member) {
			return m
		}
	}
	return nil
}

// takeBack is who withdraws: the proposer, or, in a handler's case, whoever has it on that day.
func (s *story) takeBack(proposer *member) *member {
	if s.c.State == cases.InInquiry || s.c.State == cases.FeedbackGiven {
		return s.handler()
	}
	for !proposer.here(s.y.day) {
		s.wait(1)
	}
	return proposer
}

// actor is a member as the machine knows them.
func (m *member) actor() cases.Actor {
	return cases.Actor{Member: m.Member, Roles: m.Roles, For: m.For}
}

// stoodIn counts what deputies did, and holds that the events say for whom.
func (y *year) stoodIn() {
	y.t.Helper()
	for _, s := range y.stories {
		for _, e := range s.events {
			if e.For == "" || e.Kind.IsClock() {
				continue
			}
			if y.away.acts++; e.For == e.Member {
				y.t.Errorf("case %d: %+v", s.n, e)
			}
		}
	}
	if y.away.deputed == 0 || y.away.acts == 0 || len(y.away.refused) == 0 {
		y.t.Errorf("absences: %+v", y.away)
	}
	y.t.Logf("absences: %d with a deputy, who did %d acts; refused: %v", y.away.deputed, y.away.acts, y.away.refused)
}

// accountOf is a member as the newest roster of an office has them.
func (y *year) accountOf(unit id.Unit, who id.Member) casework.Account {
	y.t.Helper()
	r, err := y.w.Casework.Roster(y.ctx(), unit)
	if err != nil {
		y.t.Fatal(err)
	}
	for _, m := range r.Members {
		if m.ID == string(who) {
			return casework.Account{ID: who, Recipient: m.Recipient, Sign: m.Sign}
		}
	}
	y.t.Fatalf("nobody is called %s in %s", who, unit)
	return casework.Account{}
}
