package store

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Filter narrows the queue. Units must name at least one: nobody sees everything by leaving something out. The
// other fields narrow when they are not zero. There is nothing finer, and there never will be.
type Filter struct {
	Units     []id.Unit
	Category  id.Category
	Region    id.Region
	State     cases.State
	Via       cases.Via
	Lang      string
	Day       workday.Day
	States    []cases.State // any of them
	Handlers  []id.Member   // assigned to one of them
	Votes     id.Member     // a proposal of somebody else waits, they have not voted on it, and never had the case
	For       []id.Member   // of Votes: who counts as one with them today; who did so before stands in the events
	TakesPart id.Member     // not those in which this member takes no part
	Danger    bool          // an open danger
	Letter    bool          // the reporter wrote after the last act of staff
	DueBefore workday.Day   // a running clock ends before this day
	DueFrom   workday.Day   // a running clock ends on this day or later
	Near      bool          // that clock was warned of at 80 per cent, as it was last started or extended
}

// Cursor is a place in the queue: everything after it follows. The zero Cursor is the beginning.
type Cursor struct {
	Level int64
	Due   string
	Key   int64
}

// Queued is a case in the queue. Danger says that a danger is still open, unlike the case's own flag.
type Queued struct {
	cases.Case
	Due      Due
	Danger   bool
	Handler  id.Member // who has it, "" for nobody
	Letter   bool      // the reporter wrote after the last act of staff
	Proposed bool      // a decision waits for others
}

// Page is a part of the queue. More says that Next leads to more, or may: a page looks at so many cases and no
// more, and can be short, even empty, when few of them fit the filter.
type Page struct {
	Cases  []Queued
	Next   Cursor
	More   bool
	Looked int // how many cases it looked at
}

// maxLook is about how many cases of one level a page looks at, so that a filter that fits nothing costs little more than one
// that fits everything. Open dangers are few.
const maxLook = 1000

// maxCount is about how many cases a number looks at where two conditions meet.
const maxCount = 2000

// Queue lists cases, danger first, then by the day of the clock that runs out next, then oldest first; at most
// limit, after the given place. It walks one index for each lane of the filter and merges.
func (tx *Tx) Queue(f Filter, after Cursor, limit int) (Page, error) {
	if len(f.Units) == 0 {
		return Page{}, errs.New(errs.Denied, "store.no_unit", nil)
	}
	q := queueWalk{tx: tx, filter: f}
	lanes := f.lanes()
	for _, l := range lanes {
		if at, ok := l.enter(after); ok {
			q.walks = append(q.walks, &laneWalk{lane: l, at: at, step: 2*limit/len(lanes) + 2, left: max(2*maxLook/len(lanes), limit)})
		}
	}
	page, err := q.page(limit)
	page.Looked = q.looked
	return page, err
}

func (q *queueWalk) page(limit int) (page Page, err error) {
	for len(page.Cases) < limit {
		first, err := q.first()
		if err != nil || first == nil {
			return page, err
		}
		if len(first.found) == 0 { // it stopped there without finding anything
			page.Next, page.More = first.at, true
			return page, nil
		}
		page.Cases = append(page.Cases, first.found[0])
		first.found = first.found[1:]
		page.Next = page.Cases[len(page.Cases)-1].Place()
	}
	more, err := q.first()
	page.More = more != nil
	return page, err
}

// Place is where the case stands: the queue goes on behind it.
func (q Queued) Place() Cursor { return Cursor{level(q.Danger), q.Due.order(), q.Key} }

func (a Cursor) compare(b Cursor) int {
	return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Due, b.Due), cmp.Compare(a.Key, b.Key))
}

// queueWalk merges the walks of several lanes.
type queueWalk struct {
	tx     *Tx
	filter Filter
	walks  []*laneWalk
	looked int
}

// laneWalk goes along one lane. Everything up to at was looked at; found is what fits of it and was not taken yet.
type laneWalk struct {
	lane  lane
	at    Cursor
	step  int // how many cases to look at next
	left  int // how many it may still look at; each walk has its share, so that each page gets on
	found []Queued
	ended bool
}

// place is where the walk's next case stands, or before which there is none.
func (w *laneWalk) place() Cursor {
	if len(w.found) > 0 {
		return w.found[0].Place()
	}
	return w.at
}

// first returns the walk whose next case comes first, or nil when all have ended. A walk that was stopped by the
// limit of cases to look at comes first with nothing found, when its turn has come.
func (q *queueWalk) first() (first *laneWalk, err error) {
	for _, w := range q.walks {
		for len(w.found) == 0 && !w.ended && w.left > 0 {
			if err := q.advance(w); err != nil {
				return nil, err
			}
		}
		if len(w.found) == 0 && w.ended {
			continue
		}
		if first == nil || w.place().compare(first.place()) < 0 {
			first = w
		}
	}
	return first, nil
}

// advance looks at some more cases of a lane, more each time.
func (q *queueWalk) advance(w *laneWalk) error {
	n := min(w.step, w.left)
	found, at, ended, err := q.tx.queuePart(w.lane, w.at, n)
	if err != nil {
		return err
	}
	w.step *= 4
	w.left -= n
	w.found = found
	switch {
	case !ended:
		q.looked, w.at = q.looked+n, at
	case w.at.inDay(): // its day has ended, not the lane
		q.looked, w.at = q.looked+n, w.at.leave()
	default:
		q.looked, w.ended = q.looked+len(found), true
	}
	return nil
}

const queuedColumns = caseColumns + `, q.level, q.due, q.clock, q.handler, q.letter, q.proposed`

// queuePart looks at the next n cases of a lane and gives those that fit the rest of the filter. at is the last that it looked
// at, unless the lane has ended. The index is walked to its limit first and each case looked up: SQLite is told so by the order of the
// join, PostgreSQL by the limit inside, or it may go through all cases in the order of their keys beside the index.
func (tx *Tx) queuePart(l lane, after Cursor, n int) (found []Queued, at Cursor, ended bool, err error) {
	where, args := l.where(after)
	args = append(args, int64(n))
	in := ` FROM case_due q WHERE ` + where + ` ORDER BY q.level, q.due, q.case_key LIMIT `
	conds, values := l.rest.asks()
	if len(conds) == 0 {
		found, err = list(tx, `SELECT `+queuedColumns+` FROM (SELECT q.*`+in+mark(len(args))+`) q CROSS JOIN cases c WHERE c.key = q.case_key
			ORDER BY q.level, q.due, q.case_key`, args, scanQueued)
		if len(found) < n || err != nil {
			return found, at, true, err
		}
		return found, found[n-1].Place(), false, nil
	}
	err = tx.one(`SELECT q.level, q.due, q.case_key`+in+`1 OFFSET `+mark(len(args)), append(slices.Clone(args[:len(args)-1]), int64(n-1)), &at.Level, &at.Due, &at.Key)
	if ended = errors.Is(err, sql.ErrNoRows); err != nil && !ended {
		return nil, at, false, err
	}
	last := mark(len(args))
	fits, args := bind(conds, values, args)
	found, err = list(tx, `SELECT `+queuedColumns+` FROM (SELECT q.*`+in+last+`) q CROSS JOIN cases c WHERE c.key = q.case_key AND `+fits+`
		ORDER BY q.level, q.due, q.case_key`, args, scanQueued)
	return found, at, ended, err
}

func scanQueued(scan scanFunc) (q Queued, err error) {
	var level, letter, proposed int64
	var due string
	if q.Case, err = scanCase(scan, &level, &due, &q.Due.Clock, &q.Handler, &letter, &proposed); err != nil {
		return q, err
	}
	q.Letter, q.Proposed = letter == 1, proposed == 1
	if q.Danger = level == 0; due != noDue {
		err = q.Due.Day.UnmarshalText([]byte(due))
	}
	return q, err
}
