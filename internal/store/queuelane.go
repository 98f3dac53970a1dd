package store

import (
	"slices"
	"strings"

	"clarion.example/clarion/internal/id"
)

// lane is a part of the queue that one index walks in the order of the queue.
type lane struct {
	unit   id.Unit
	conds  []string // on case_due q, each with %s for its argument
	args   []any
	level  int64  // 0 or 1, or anyLevel
	before string // a day that due lies before, "" for any; needs a level
}

const anyLevel = -1

// lanes divides what a filter asks for by unit, and where the index asks for it by state and level. What no index leads to
// [Filter.admits] sorts out.
func (f Filter) lanes() []lane {
	levels := []int64{anyLevel}
	switch {
	case f.Danger:
		levels = []int64{0}
	case !f.DueBefore.IsZero():
		levels = []int64{0, 1}
	}
	before := ""
	if !f.DueBefore.IsZero() {
		before = f.DueBefore.String()
	}
	var out []lane
	for _, unit := range f.Units {
		for _, by := range f.narrow() {
			for _, level := range levels {
				by.unit, by.level, by.before = unit, level, before
				out = append(out, by)
			}
		}
	}
	return out
}

// narrow chooses the index that leads past the most: conditions of lanes, several where values are.
func (f Filter) narrow() []lane {
	one := func(cond string, args ...any) []lane { return []lane{{conds: []string{cond}, args: args}} }
	switch {
	case f.Votes != "":
		return []lane{{conds: []string{`q.proposed = 1`, `EXISTS (SELECT 1 FROM proposals p WHERE p.case_key = q.case_key AND p.state = 'open'
			AND p.proposer <> %s AND NOT EXISTS (SELECT 1 FROM proposal_votes v WHERE v.proposal_key = p.key AND v.member = %s))`,
			`NOT EXISTS (SELECT 1 FROM case_events e WHERE e.case_key = q.case_key AND e.kind = 'assigned' AND e.member = %s)`},
			args: []any{string(f.Votes), string(f.Votes), string(f.Votes)}}}
	case f.Handler != "":
		return one(`q.handler = %s AND q.handler <> ''`, string(f.Handler))
	case f.Letter:
		return one(`q.letter = 1`)
	case !f.Day.IsZero():
		return one(`q.day = %s`, f.Day)
	case f.Region != "":
		return one(`q.region = %s`, string(f.Region))
	case f.Category != "":
		return one(`q.category = %s`, string(f.Category))
	case f.State != "":
		return one(`q.state = %s`, string(f.State))
	case len(f.States) > 0:
		var out []lane
		for _, s := range f.States {
			out = append(out, one(`q.state = %s`, string(s))...)
		}
		return out
	default:
		return []lane{{}}
	}
}

// enter is where a walk of the lane starts for a place in the whole queue; ok is false when the place lies behind the lane.
func (l lane) enter(after Cursor) (Cursor, bool) {
	switch {
	case after == Cursor{}:
		return Cursor{Level: max(l.level, 0) - 1}, true
	case l.level == anyLevel || l.level == after.Level:
		return after, true
	default:
		return Cursor{Level: l.level - 1}, l.level > after.Level
	}
}

// where is the condition on case_due q behind a place, with its arguments from ?1.
func (l lane) where(after Cursor) (string, []any) {
	args := []any{string(l.unit)}
	next := func(v any) string { args = append(args, v); return mark(len(args)) }
	and := []string{`q.unit = ?1`}
	given := l.args
	for _, cond := range l.conds {
		for strings.Contains(cond, "%s") {
			cond = strings.Replace(cond, "%s", next(given[0]), 1)
			given = given[1:]
		}
		and = append(and, cond)
	}
	switch {
	case l.level == anyLevel:
		and = append(and, `(q.level, q.due, q.case_key) > (`+next(after.Level)+`, `+next(after.Due)+`, `+next(after.Key)+`)`)
	case after.Level < l.level:
		and = append(and, `q.level = `+next(l.level))
	default:
		and = append(and, `q.level = `+next(l.level), `(q.due, q.case_key) > (`+next(after.Due)+`, `+next(after.Key)+`)`)
	}
	if l.before != "" {
		and = append(and, `q.due < `+next(l.before))
	}
	return strings.Join(and, ` AND `), args
}

// CountQueue counts the cases of a filter up to a most. It is for the numbers beside lists: only Units, States, Handler, Votes,
// Danger, Letter and DueBefore count, so that each number walks one index.
func (tx *Tx) CountQueue(f Filter, most int) (n int, err error) {
	f = Filter{Units: f.Units, States: f.States, Handler: f.Handler, Votes: f.Votes, Danger: f.Danger, Letter: f.Letter, DueBefore: f.DueBefore}
	for _, l := range f.lanes() {
		if f.Handler != "" || f.Votes != "" { // their index leads to few: the rest is looked up
			conds, args := f.rest()
			l.conds, l.args = slices.Concat(l.conds, conds), slices.Concat(l.args, args)
		}
		at, _ := l.enter(Cursor{})
		where, args := l.where(at)
		args = append(args, int64(most-n))
		var some int64
		if err := tx.one(`SELECT count(*) FROM (SELECT 1 FROM case_due q WHERE `+where+` LIMIT `+mark(len(args))+`) few`, args, &some); err != nil {
			return 0, err
		}
		if n += int(some); n >= most {
			break
		}
	}
	return n, nil
}

// rest is what [Filter.narrow] left out for the sake of a better index. A sum is no index's, so that the better one is taken.
func (f Filter) rest() (conds []string, args []any) {
	if f.Votes != "" && f.Handler != "" {
		conds, args = append(conds, `q.handler = %s`), append(args, string(f.Handler))
	}
	if f.Letter {
		conds = append(conds, `q.letter + 0 = 1`)
	}
	if len(f.States) > 0 {
		conds = append(conds, `q.state IN (%s`+strings.Repeat(`, %s`, len(f.States)-1)+`)`)
		for _, s := range f.States {
			args = append(args, string(s))
		}
	}
	return conds, args
}
