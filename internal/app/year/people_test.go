package year_test

import (
	"slices"
	"strings"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// units are the offices at work. Reports come to the first two, and to the third from those who pass over the usual one.
var units = [...]id.Unit{"unit-1", "unit-2", "centre"}

// member is somebody at work, and when they are away.
type member struct {
	*casework.Person
	away [][2]workday.Day
	key  *seal.KeyFile // of the unit

	account casework.Account // of handlers who can enter absences
}

// hire puts people of all roles on the rosters, beside those of the demonstration: chen (triage), lin (handler), zhao and wu
// (approvers).
func (y *year) hire() {
	for _, o := range y.w.Pack.Offices {
		y.keys[o.ID] = y.w.Key(y.t, string(o.ID))
	}
	for _, unit := range units {
		key := y.keys[unit]
		add := func(p *casework.Person) {
			y.people[unit] = append(y.people[unit], &member{Person: p, key: key, away: y.absences()})
		}
		for _, name := range []string{"chen", "lin", "zhao", "wu"} {
			add(y.w.Session(y.t, name, string(unit)).Who)
		}
		var hired []apptest.Recruit
		for name, roles := range map[string][]string{
			"mei": {"handler", "triage"}, "tao": {"handler"}, "yan": {"approver", "handler", "triage"}, "qin": {"approver"}, "wei": {"approver"}, "shi": {"approver"},
			"bai": {"approver"}, "gao": {"intake"}, "fan": {"triage"}, "hua": {"custodian", "protection"}, "jin": {"payer", "reward_panel"},
			"kang": {"channel_manager", "org_liaison", "publisher"}, "lei": {"inspector", "records", "sysadmin"},
		} {
			hired = append(hired, apptest.Recruit{Member: name + "-" + string(unit), Roles: roles})
		}
		slices.SortFunc(hired, func(a, b apptest.Recruit) int { return strings.Compare(a.Member, b.Member) })
		for _, s := range y.w.HireAll(y.t, string(unit), hired...) {
			add(s.Who)
		}
		for _, m := range y.people[unit] {
			if m.Has(cases.Handler) && m.Member != "lin" { // whose account the demonstration makes
				m.account = y.accountOf(unit, m.Member)
				y.w.Account(y.t, string(m.Member), string(unit))
			}
		}
	}
}

// absences are two stretches of the year in which somebody is away.
func (y *year) absences() (out [][2]workday.Day) {
	for range 2 {
		from := firstDay.Add(y.dice.roll(length))
		out = append(out, [2]workday.Day{from, from.Add(3 + y.dice.roll(12))})
	}
	return out
}

func (m *member) here(d workday.Day) bool {
	return !slices.ContainsFunc(m.away, func(a [2]workday.Day) bool { return !d.Before(a[0]) && !d.After(a[1]) })
}

// who is somebody with a role who is here and whom able takes; the story waits for a working day and for them.
func (s *story) who(role cases.Role, able func(id.Member) bool) *member {
	return s.whoOf(s.unit, role, able)
}

// whoOf is that in another office.
func (s *story) whoOf(unit id.Unit, role cases.Role, able func(id.Member) bool) *member {
	y := s.y
	for range 90 {
		var found []*member
		for _, m := range y.people[unit] {
			if m.Has(role) && m.here(y.day) && able(m.Member) && !slices.Contains(cases.Aside(s.events), m.Member) {
				found = append(found, m)
			}
		}
		if len(found) > 0 && y.w.Machine.Calendar.IsWorkday(y.day) {
			return found[y.dice.roll(len(found))]
		}
		s.wait(1)
	}
	y.t.Fatalf("nobody is left for %s of case %d (%s) in %s, in %s", role, s.n, s.plan, unit, s.c.State)
	return nil
}

func anybody(id.Member) bool { return true }

// other is an approver who neither proposed, nor voted, nor ever handled the case.
func (s *story) other() *member {
	return s.who(cases.Approver, func(who id.Member) bool {
		open, waits := cases.OpenProposal(s.events)
		return !slices.ContainsFunc(s.events, func(e cases.Event) bool {
			voted := waits && e.Seq >= open.Seq && (e.Kind == cases.EventApproved || e.Kind == cases.EventRefused || e.Kind.IsProposal())
			return e.Member == who && (voted || e.Kind == cases.EventAssigned)
		})
	})
}

// reviewer is an approver without a part in the case.
func (s *story) reviewer() *member {
	return s.who(cases.Approver, func(who id.Member) bool { return !s.hadPart(who) })
}

// hadPart: whoever did anything in the case but look, write, sort and speak with other offices has one.
func (s *story) hadPart(who id.Member) bool {
	none := []cases.EventKind{cases.EventAcknowledged, cases.EventTriaged, cases.EventMessaged, cases.EventOfficeJoined, cases.EventOfficeLeft,
		cases.EventLeadOffered, cases.EventLeadTaken, cases.EventLeadKept, cases.EventLeadPassed}
	return slices.ContainsFunc(s.events, func(e cases.Event) bool {
		return e.Member == who && !slices.Contains(none, e.Kind) && !e.Kind.IsClock()
	})
}

// reviewers counts who could still answer a review.
func (s *story) reviewers() (n int) {
	for _, m := range s.y.people[s.unit] {
		if m.Has(cases.Approver) && !s.hadPart(m.Member) {
			n++
		}
	}
	return n
}

// byID is a member of the story's office.
func (s *story) byID(who id.Member) *member {
	i := slices.IndexFunc(s.y.people[s.unit], func(m *member) bool { return m.Member == who })
	if i < 0 {
		s.y.t.Fatalf("nobody is called %q", who)
	}
	return s.y.people[s.unit][i]
}

// handler is who has the case, or who stands in for them. When they are away, or there is nobody, triage or an approver gives it to somebody else.
func (s *story) handler() *member {
	for {
		if h := cases.AssignedTo(s.events); h != "" {
			m := s.byID(h)
			for range 3 {
				if m.here(s.y.day) && s.y.w.Machine.Calendar.IsWorkday(s.y.day) {
					return m
				}
				if d := s.deputy(h); d != nil && s.y.w.Machine.Calendar.IsWorkday(s.y.day) {
					return d
				}
				s.wait(1)
			}
		}
		if _, waits := cases.OpenProposal(s.events); waits {
			s.wait(1)
			continue
		}
		next := s.who(cases.Handler, anybody)
		s.do(s.who(oneOf(&s.y.dice, cases.Triage, cases.Approver), anybody), cases.ActAssign, func(w *casework.Work) { w.Act.Handler = next.Member })
	}
}
