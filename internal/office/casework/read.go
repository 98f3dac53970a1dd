package casework

import (
	"context"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// Row is a case in the queue: routing fields and clocks, never content.
type Row struct {
	Case   cases.Case
	Danger bool // open: nobody has dealt with it
	Due    store.Due
}

// Filter narrows a list. There is nothing finer: no name, no word, no person.
type Filter struct {
	Category id.Category
	Region   id.Region
	State    cases.State
	Via      cases.Via
	Lang     string
	Day      workday.Day
}

// List gives the next cases of the person's unit after a place: danger first, then by the clock that ends next. A
// handler sees the cases assigned to them. More says that next leads to more, or may: a list can be short, even empty.
func (s *Service) List(ctx context.Context, who *Person, f Filter, after store.Cursor, limit int) (rows []Row, next store.Cursor, more bool, err error) {
	none := func() cases.Case { return cases.Case{} }
	err = s.guardedRead(ctx, who, "list", none, nil, func(tx *store.Tx) error {
		if !who.Has(cases.Triage, cases.Approver, cases.Handler) {
			return errs.New(errs.Denied, "casework.role", nil)
		}
		filter := store.Filter{Units: []id.Unit{who.Unit}, Category: f.Category, Region: f.Region, State: f.State, Via: f.Via, Lang: f.Lang, Day: f.Day}
		if !who.Has(readers[:]...) {
			rows, next, more, err = listOf(tx, who.Member, filter, after, limit, max(handlerLook, limit))
			return err
		}
		page, err := tx.Queue(filter, after, limit)
		for _, q := range page.Cases {
			rows = append(rows, Row{q.Case, q.Danger, q.Due})
		}
		next, more = page.Next, page.More
		return err
	})
	return rows, next, more, err
}

// handlerLook is about how many cases of others a handler's list looks at: whether one is theirs stands in its events.
const handlerLook = 10_000

// listOf lists what is assigned to a handler, which may stand behind much that is not. After about look cases it stops
// short, and more says so.
func listOf(tx *store.Tx, who id.Member, f store.Filter, after store.Cursor, limit, look int) (rows []Row, next store.Cursor, more bool, err error) {
	const part = 100
	next, more = after, true
	for looked := 0; more && len(rows) < limit && looked < look; {
		page, err := tx.Queue(f, next, min(part, look))
		if err != nil {
			return nil, next, false, err
		}
		looked += page.Looked
		next, more = page.Next, page.More
		for i, q := range page.Cases {
			events, err := tx.Events(q.Key)
			if err != nil {
				return nil, next, false, err
			}
			if cases.AssignedTo(caselog.Bare(events)) != who {
				continue
			}
			rows = append(rows, Row{q.Case, q.Danger, q.Due})
			if len(rows) == limit {
				next, more = q.Place(), more || i < len(page.Cases)-1
				break
			}
		}
	}
	return rows, next, more, nil
}

func (s *Service) today() workday.Day { return workday.DayOf(s.o.Now(), s.o.Pack.Zone) }

// Today is the authority's civil day: what documents written now must carry.
func (s *Service) Today() workday.Day { return s.today() }
