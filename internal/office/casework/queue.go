package casework

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// Show is one of the lists of work. Whose work is always that of who asks.
type Show string

// The lists.
const (
	ShowAll     Show = ""
	ShowMine    Show = "mine"    // assigned to them, or to somebody for whom they stand in
	ShowDanger  Show = "danger"  // nobody has dealt with it
	ShowTriage  Show = "triage"  // before triage
	ShowApprove Show = "approve" // somebody else's proposal waits for their word
	ShowLate    Show = "late"    // a running clock is over
	ShowNear    Show = "near"    // a running clock was warned of at 80 per cent, and is not over
	ShowLetters Show = "letters" // the reporter wrote after the last act of staff
)

// Shows lists them apart from ShowAll.
func Shows() []Show {
	return []Show{ShowMine, ShowDanger, ShowTriage, ShowApprove, ShowLate, ShowNear, ShowLetters}
}

// Filter narrows a list. There is nothing finer: no name, no word, no person.
type Filter struct {
	Category id.Category
	Region   id.Region
	State    cases.State
	Via      cases.Via
	Lang     string
	Day      workday.Day
	Ends     workday.Day // of the running clock that ends next
	Show     Show
}

// Row is a case in the queue: routing fields and clocks, never content.
type Row struct {
	Case     cases.Case
	Danger   bool // open: nobody has dealt with it
	Due      store.Due
	Raised   time.Time       // the minute of an open danger
	Handler  id.Member       // who has it, "" for nobody
	Letter   bool            // the reporter wrote after the last act of staff
	Title    bool            // there is a working title
	Clock    *cases.Clock    // the running clock that ends next, or else one that is paused; nil without
	Proposal *store.Proposal // that waits, without votes; nil without
}

const (
	maxPage = 50
	// MostCounted is where the numbers beside lists end.
	MostCounted = 1000
)

// narrow is the filter as the store takes it: the person's unit, and for handlers their own cases. ok is false for a list that
// is always empty for this person.
func (s *Service) narrow(tx *store.Tx, who *Person, f Filter) (_ store.Filter, ok bool, err error) {
	out := store.Filter{Units: []id.Unit{who.Unit}, Category: f.Category, Region: f.Region, State: f.State, Via: f.Via, Lang: f.Lang, Day: f.Day}
	if !who.Has(cases.Triage, cases.Approver, cases.Handler) {
		return out, false, errs.New(errs.Denied, "casework.role", nil)
	}
	if !who.Has(readers[:]...) {
		out.Handlers = who.handlers()
	}
	if out.TakesPart, err = takesPart(tx, who); err != nil {
		return out, false, err
	}
	switch f.Show {
	case ShowAll:
	case ShowMine:
		out.Handlers = who.handlers()
	case ShowDanger:
		out.Danger = true
	case ShowTriage:
		out.States = []cases.State{cases.Received, cases.Acknowledged}
	case ShowApprove:
		if !who.Has(cases.Approver) {
			return out, false, nil
		}
		out.Votes, out.For = who.Member, who.For
	case ShowLate:
		out.DueBefore = s.today()
	case ShowNear:
		out.DueFrom, out.Near = s.today(), true
	case ShowLetters:
		out.Letter = true
	default:
		return out, false, errs.New(errs.Invalid, "web.bad_form", nil).AtField("show")
	}
	return out, s.endsOn(f.Ends, &out), nil
}

// takesPart is who asks, for a list without the cases in which they take no part; "" for somebody who takes part in all, as nearly
// everybody does: an index answers quicker without it.
func takesPart(tx *store.Tx, who *Person) (id.Member, error) {
	aside, err := tx.AsideIn(who.Member)
	if len(aside) == 0 || err != nil {
		return "", err
	}
	return who.Member, nil
}

// endsOn narrows a filter to a day on which clocks end. It answers false when none of its clocks can.
func (s *Service) endsOn(day workday.Day, f *store.Filter) bool {
	if day.IsZero() {
		return true
	}
	if !f.DueBefore.IsZero() && !day.Before(f.DueBefore) || day.Before(f.DueFrom) {
		return false
	}
	f.DueFrom, f.DueBefore = day, day.Add(1)
	return true
}

// List gives the next cases of the person's unit after a place: danger first, then by the clock that ends next. A
// handler sees the cases assigned to them. More says that next leads to more, or may: a list can be short, even empty.
func (s *Service) List(ctx context.Context, who *Person, f Filter, after store.Cursor, limit int) (rows []Row, next store.Cursor, more bool, err error) {
	err = s.guardedRead(ctx, who, "list", noCase, nil, func(tx *store.Tx) error {
		filter, ok, err := s.narrow(tx, who, f)
		if err != nil || !ok {
			return err
		}
		page, err := tx.Queue(filter, after, limit)
		if err != nil {
			return err
		}
		next, more = page.Next, page.More
		rows, err = s.rows(tx, page.Cases)
		return err
	})
	return rows, next, more, err
}

// rows reads what stands beside the cases of a page, one query for all of them.
func (s *Service) rows(tx *store.Tx, page []store.Queued) ([]Row, error) {
	keys := make([]int64, len(page))
	for i, q := range page {
		keys[i] = q.Key
	}
	events, err := tx.EventsOf(keys)
	if err != nil {
		return nil, err
	}
	raised, err := tx.RaisedOf(keys)
	if err != nil {
		return nil, err
	}
	waits, err := tx.OpenProposalsOf(keys)
	if err != nil {
		return nil, err
	}
	titled, err := tx.TitledAmong(keys)
	if err != nil {
		return nil, err
	}
	today := s.today()
	rows := make([]Row, len(page))
	for i, q := range page {
		rows[i] = Row{Case: q.Case, Danger: q.Danger, Due: q.Due, Raised: raised[q.Key], Handler: q.Handler, Letter: q.Letter, Title: titled[q.Key],
			Clock: nextClock(s.o.Machine.Clocks(events[q.Key], today), q.Due)}
		if p, ok := waits[q.Key]; ok {
			rows[i].Proposal = &p
		}
	}
	return rows, nil
}

// nextClock is the clock that the queue orders the case by, or one that is paused while none runs.
func nextClock(clocks []cases.Clock, due store.Due) *cases.Clock {
	for i := range slices.Backward(clocks) {
		c := &clocks[i]
		if due.Day.IsZero() && c.State == cases.Paused || !due.Day.IsZero() && c.Kind == due.Clock && c.State != cases.Settled {
			return c
		}
	}
	return nil
}

// Page is [Service.List] for a page in a browser: at most 50 rows behind a place that was given out before, "" for the first.
func (s *Service) Page(ctx context.Context, who *Person, f Filter, after string, limit int) (rows []Row, next string, more bool, err error) {
	if limit < 1 || limit > maxPage {
		return nil, "", false, errs.New(errs.Invalid, "web.bad_form", nil).AtField("limit")
	}
	at, err := parsePlace(after)
	if err != nil {
		return nil, "", false, err
	}
	rows, to, more, err := s.List(ctx, who, f, at, limit)
	if err != nil || !more {
		return rows, "", false, err
	}
	return rows, placeText(to), true, nil
}

// placeText writes a place in the queue. It names no case that the reader was not shown, and wherever it points, the unit is
// asked for apart.
func placeText(c store.Cursor) string {
	return strconv.FormatInt(c.Level, 10) + "." + c.Due + "." + strconv.FormatInt(c.Key, 10)
}

// parsePlace reads what placeText wrote, in its only spelling.
func parsePlace(s string) (c store.Cursor, err error) {
	if s == "" {
		return c, nil
	}
	level, rest, _ := strings.Cut(s, ".")
	due, key, _ := strings.Cut(rest, ".")
	bad := errs.New(errs.Invalid, "casework.bad_place", nil)
	if _, err := workday.ParseDay(due); err != nil && due != "" {
		return c, bad
	}
	c.Due = due
	if c.Level, err = strconv.ParseInt(level, 10, 64); err != nil || c.Level < -1 || c.Level > 1 {
		return store.Cursor{}, bad
	}
	if c.Key, err = strconv.ParseInt(key, 10, 64); err != nil || c.Key < 0 || placeText(c) != s {
		return store.Cursor{}, bad
	}
	return c, nil
}

// Counts are the numbers beside the lists of work, each at most [MostCounted], which means that many or more.
func (s *Service) Counts(ctx context.Context, who *Person) (map[Show]int, error) {
	out := map[Show]int{}
	err := s.o.Store.Read(ctx, func(tx *store.Tx) error {
		for _, show := range Shows() {
			filter, ok, err := s.narrow(tx, who, Filter{Show: show})
			if err != nil {
				return err
			}
			out[show] = 0
			if !ok {
				continue
			}
			if out[show], err = tx.CountQueue(filter, MostCounted); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}
