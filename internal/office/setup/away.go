package setup

import (
	"context"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
)

// Away is what somebody sees of who is away in a unit: everything if they may enter it for others, otherwise what concerns them.
type Away struct {
	Unit   id.Unit
	Day    workday.Day // today
	All    bool        // they may enter absences of others
	In     bool        // they are in the unit themself
	People []Named     // of the unit
	Days   []Absent
}

// Name is what somebody is called in the unit, or their id: an administrator has no place in it.
func (a Away) Name(m id.Member) string {
	if i := slices.IndexFunc(a.People, func(p Named) bool { return p.ID == m }); i >= 0 {
		return a.People[i].Name
	}
	return string(m)
}

// Absent is an absence that was not ended and is not over. Lapsed: whoever stood in has left or is no handler any more, so that nobody
// has the cases.
type Absent struct {
	store.Absence
	Lapsed bool
}

// Away lists who is away, or will be, in the units of who asks; administrators see every unit that has a roster.
func (s *Service) Away(ctx context.Context, who Who) (out []Away, err error) {
	st, a, err := s.enter(ctx, who, Administrator, Member)
	if err != nil {
		return nil, err
	}
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		for _, at := range s.o.Pack.Offices {
			o := st.away(a, at.ID)
			if o == nil {
				continue
			}
			w := Away{Unit: at.ID, Day: s.today(), All: o.all, In: o.me != "", People: o.people}
			if w.Days, err = o.absences(tx, at.ID, w.Day); err != nil {
				return err
			}
			w.Days = slices.DeleteFunc(w.Days, func(a Absent) bool { return !o.all && a.Member != o.me && a.Deputy != o.me })
			out = append(out, w)
		}
		return nil
	})
	return out, err
}

// absenceKept is how many days after its last an absence is forgotten, when somebody enters another.
const absenceKept = 90

// EnterAbsence writes down that somebody is away, a.Member "" for the one who asks, and returns its key. Nothing asks why.
func (s *Service) EnterAbsence(ctx context.Context, who Who, unit id.Unit, a cases.Absence) (key int64, err error) {
	if a.Member == "" {
		a.Member = who.Account
	}
	err = s.absence(ctx, who, unit, actAway, func() cases.Absence { return a }, func(tx *store.Tx, o *awayOffice) error {
		if err := s.checkAbsence(tx, o, unit, 0, a); err != nil {
			return err
		}
		if err := tx.ForgetAbsences(s.today().Add(-absenceKept)); err != nil {
			return err
		}
		key, err = tx.AddAbsence(store.Absence{Absence: a, Unit: unit, By: who.Account, Entered: s.today()})
		return err
	})
	return key, err
}

// CorrectAbsence gives an absence other days or another deputy, from now on. Days that are past cannot be changed.
func (s *Service) CorrectAbsence(ctx context.Context, who Who, unit id.Unit, key int64, to cases.Absence) error {
	return s.absence(ctx, who, unit, actAwayChanged, func() cases.Absence { return to }, func(tx *store.Tx, o *awayOffice) error {
		a, err := s.absenceOf(tx, o, unit, key)
		if err != nil {
			return err
		}
		if to.Member = a.Member; a.From.Before(s.today()) {
			to.From = a.From
		}
		if err := s.checkAbsence(tx, o, unit, key, to); err != nil {
			return err
		}
		a.Absence = to
		return tx.ChangeAbsence(a)
	})
}

// EndAbsence says that somebody is back before the last day, or does not go at all: at once, nobody has their cases any more.
func (s *Service) EndAbsence(ctx context.Context, who Who, unit id.Unit, key int64) error {
	var ended cases.Absence
	return s.absence(ctx, who, unit, actAwayEnded, func() cases.Absence { return ended }, func(tx *store.Tx, o *awayOffice) error {
		a, err := s.absenceOf(tx, o, unit, key)
		if err != nil {
			return err
		}
		ended, a.Ended = a.Absence, s.today()
		return tx.ChangeAbsence(a)
	})
}

// awayOffice is what absences of a unit are judged by. all: the person may enter those of others; me is "" for somebody who is not
// in the unit.
type awayOffice struct {
	*state
	people []Named
	me     id.Member
	all    bool
}

// awayFor lets in members of a unit and administrators.
func (s *Service) awayFor(ctx context.Context, who Who, unit id.Unit) (*awayOffice, error) {
	st, a, err := s.enter(ctx, who, Administrator, Member)
	if err != nil {
		return nil, err
	}
	if o := st.away(a, unit); o != nil {
		return o, nil
	}
	return nil, errs.New(errs.NotFound, "setup.no_unit", nil)
}

// away is a unit as the account may see who is away there; nil for a unit in which they have no place.
func (st *state) away(a Account, unit id.Unit) *awayOffice {
	r := st.rosters[unit]
	o := &awayOffice{state: st, people: st.named(r), all: a.Role == Administrator}
	m := memberOf(r, a)
	if m != nil {
		o.me, o.all = a.ID, o.all || slices.Contains(m.Roles, string(cases.Approver))
	}
	if r == nil || m == nil && !o.all {
		return nil
	}
	return o
}

// absence runs fn and writes its audit entry in one transaction, or why it was refused.
func (s *Service) absence(ctx context.Context, who Who, unit id.Unit, act string, a func() cases.Absence, fn func(tx *store.Tx, o *awayOffice) error) error {
	o, err := s.awayFor(ctx, who, unit)
	if err == nil {
		detail := map[string]any{}
		err = s.changeIn(ctx, who, unit, act, o.facts, detail, func(tx *store.Tx) error {
			if err := fn(tx, o); err != nil {
				return err
			}
			now := a()
			detail["member"], detail["from"], detail["to"] = now.Member, now.From, now.To
			if now.Deputy != "" {
				detail["deputy"] = now.Deputy
			}
			return nil
		})
	}
	return s.refusedIn(ctx, who, unit, act, err)
}

// absenceOf finds an absence that the person may change: their own, or any. For others it does not exist.
func (s *Service) absenceOf(tx *store.Tx, o *awayOffice, unit id.Unit, key int64) (store.Absence, error) {
	a, err := tx.Absence(unit, key)
	if err == nil && a.Member != o.me && !o.all {
		err = errs.New(errs.NotFound, "store.absence_absent", nil)
	}
	if err == nil && (!a.Ended.IsZero() || a.To.Before(s.today())) {
		err = errs.New(errs.Conflict, "store.absence_over", nil)
	}
	return a, err
}

// checkAbsence judges an absence by who is in the unit and by the others that stand, apart from the one of the key.
func (s *Service) checkAbsence(tx *store.Tx, o *awayOffice, unit id.Unit, key int64, a cases.Absence) error {
	switch {
	case a.Member != o.me && !o.all:
		return errs.New(errs.Denied, "away.role", nil)
	case !slices.ContainsFunc(o.people, func(p Named) bool { return p.ID == a.Member }):
		return errs.New(errs.Invalid, "away.not_here", nil).AtField("member")
	case a.Deputy != "" && a.Deputy != a.Member && !o.handler(a.Member):
		return errs.New(errs.Invalid, "away.no_cases", nil).AtField("deputy")
	case a.Deputy != "" && !o.handler(a.Deputy):
		return errs.New(errs.Invalid, "away.not_handler", nil).AtField("deputy")
	}
	today := s.today()
	all, err := o.absences(tx, unit, today)
	if err != nil {
		return err
	}
	var others []cases.Absence
	for _, b := range all {
		if b.Key == key {
			continue
		}
		if b.Lapsed { // who stood in does not any more
			b.Deputy = ""
		}
		others = append(others, b.Absence.Absence)
	}
	return cases.CheckAbsence(a, others, today)
}

func (o *awayOffice) handler(m id.Member) bool { return handler(o.people, m) }

func handler(people []Named, m id.Member) bool {
	return slices.ContainsFunc(people, func(p Named) bool { return p.ID == m && p.Handles() })
}

func (o *awayOffice) absences(tx *store.Tx, unit id.Unit, from workday.Day) (out []Absent, err error) {
	rows, err := tx.Absences(unit, from)
	for _, a := range rows {
		out = append(out, Absent{a, a.Deputy != "" && (!o.handler(a.Deputy) || !o.handler(a.Member))})
	}
	return out, err
}

// Span is days, both included.
type Span struct{ From, To workday.Day }

// missed are the days, from today on, on which the people who are not away are not enough for a function.
func missed(f cases.Function, people []Named, away []store.Absence, today workday.Day) (out []Span) {
	var turns []workday.Day // on which somebody goes or comes back
	for _, a := range away {
		turns = append(turns, a.From, a.To.Add(1))
	}
	turns = slices.DeleteFunc(append(turns, today), func(d workday.Day) bool { return d.Before(today) })
	slices.SortFunc(turns, func(a, b workday.Day) int { return a.Sub(b) })
	turns = slices.Compact(turns)
	for i, from := range turns[:len(turns)-1] {
		there := slices.DeleteFunc(slices.Clone(people), func(p Named) bool {
			return slices.ContainsFunc(away, func(a store.Absence) bool { return a.Member == p.ID && a.Has(from) })
		})
		if len(f.Vacant(staffOf(there))) == 0 {
			continue
		}
		span := Span{from, turns[i+1].Add(-1)}
		if n := len(out); n > 0 && out[n-1].To.Add(1) == from {
			out[n-1].To = span.To
		} else {
			out = append(out, span)
		}
	}
	return out
}

// absent are the absences in some units, from today on, and the languages of everybody at the desk.
func (s *Service) absent(ctx context.Context, rosters map[id.Unit]*proof.Roster) (away map[id.Unit][]store.Absence, said map[id.Member][]string, err error) {
	away = map[id.Unit][]store.Absence{}
	err = s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		for unit := range rosters {
			if away[unit], err = tx.Absences(unit, s.today()); err != nil {
				return err
			}
		}
		said, err = tx.Tongues(doors[0])
		return err
	})
	return away, said, err
}
