package oversight

import (
	"context"
	"slices"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// Suspended is an inquiry that waits, and until when the inspector looks at it again.
type Suspended struct {
	Number string
	Unit   id.Unit
	Since  workday.Day
	Due    workday.Day
}

const maxSuspended = 200

// Suspended lists the inquiries that wait, those to be looked at first, at most 200.
func (s *Service) Suspended(ctx context.Context, who Who) (out []Suspended, err error) {
	err = s.look(ctx, who, actClocks, nothing, func(tx *store.Tx) error {
		out = nil
		page, err := tx.Queue(store.Filter{Units: s.units(), State: cases.Suspended}, store.Cursor{}, maxSuspended)
		if err != nil {
			return err
		}
		for _, q := range page.Cases {
			since, err := suspendedSince(tx, q.Key)
			if err != nil {
				return err
			}
			out = append(out, Suspended{q.Number, q.Unit, since, q.Due.Day})
		}
		return nil
	})
	return out, err
}

func suspendedSince(tx *store.Tx, key int64) (day workday.Day, err error) {
	rows, err := tx.Events(key)
	for _, e := range rows {
		if e.Kind == cases.EventSuspended {
			day = e.Day
		}
	}
	return day, err
}

// LookAt settles the clock of a suspension and starts it again: the inspector has looked, by a sample or by asking, and lets it go
// on. It is the one thing of a case that an inspector moves. Conflict for a case that is not suspended.
func (s *Service) LookAt(ctx context.Context, who Who, number string) error {
	var a about
	return s.change(ctx, who, string(cases.ActLook), func() about { return a }, func(tx *store.Tx) error {
		clean, err := cases.ParseNumber(s.o.Pack.Prefix, number)
		if err != nil {
			return errs.Wrap(errs.Invalid, "oversight.bad_number", nil, err)
		}
		c, err := tx.CaseByNumber(clean)
		if errs.Is(err, errs.NotFound) {
			return errs.New(errs.NotFound, "oversight.no_case", nil)
		}
		if err != nil {
			return err
		}
		a = about{Case: c.ID, Unit: c.Unit}
		rows, err := tx.Events(c.Key)
		if err != nil {
			return err
		}
		old, today := caselog.Bare(rows), s.today()
		added, err := s.o.Machine.Apply(c, old, cases.Act{Kind: cases.ActLook, By: cases.Actor{Member: who.Account, Roles: []cases.Role{cases.Inspector}},
			Day: today, At: s.o.Now(), Seen: c.Version})
		if err != nil {
			return err
		}
		events := make([]store.Event, len(added))
		for i, e := range added {
			events[i].Event = e
		}
		if _, err := tx.AddEvents(c.Key, c.Version, events...); err != nil {
			return err
		}
		return tx.SetDue(c.Key, caselog.NextDue(s.o.Machine.Clocks(slices.Concat(old, added), today)))
	})
}
