package store

import (
	"math"
	"slices"
	"strings"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// lane is a part of the queue that one index walks in the order of the queue.
type lane struct {
	unit   id.Unit
	conds  []string // on case_due q, each with %s for its argument
	args   []any
	level  int64  // 0 or 1
	before string // a day that due lies before, "" for any
	from   string // a day that due does not lie before, "" for any
	rest   Filter // what the index does not lead to
}

// lanes divides what a filter asks for by unit and level, and where the index asks for it by state. One walk through both levels
// would compare (level, due) at once, of which PostgreSQL takes too little to choose the right index.
func (f Filter) lanes() []lane {
	levels := []int64{0, 1}
	if f.Danger {
		levels = levels[:1]
	}
	from, before := "", ""
	if !f.DueFrom.IsZero() {
		from, before = f.DueFrom.String(), noDue
	}
	if !f.DueBefore.IsZero() {
		before = f.DueBefore.String()
	}
	var out []lane
	for _, unit := range f.Units {
		for _, by := range f.narrow() {
			for _, level := range levels {
				by.unit, by.level, by.from, by.before = unit, level, from, before
				out = append(out, by)
			}
		}
	}
	return out
}

// narrow chooses the index that leads past the most: conditions of lanes, several where values are.
func (f Filter) narrow() []lane {
	f.Units, f.Danger, f.DueFrom, f.DueBefore = nil, false, workday.Day{}, workday.Day{} // of lanes
	rest := f
	one := func(cond string, args ...any) []lane { return []lane{{conds: []string{cond}, args: args, rest: rest}} }
	switch {
	case f.Votes != "":
		rest.Votes, rest.For = "", nil
		return []lane{f.votes(rest)}
	case len(f.Handlers) > 0:
		return f.handled(rest)
	case f.Letter:
		rest.Letter = false
		return one(`q.letter = 1`)
	case !f.Day.IsZero():
		rest.Day = workday.Day{}
		return one(`q.day = %s`, f.Day)
	case f.Region != "":
		rest.Region = ""
		return one(`q.region = %s`, string(f.Region))
	case f.Category != "":
		rest.Category = ""
		return one(`q.category = %s`, string(f.Category))
	case f.State != "":
		rest.State = ""
		return one(`q.state = %s`, string(f.State))
	case len(f.States) > 0:
		var out []lane
		rest.States = nil
		for _, s := range f.States {
			out = append(out, one(`q.state = %s`, string(s))...)
		}
		return out
	default:
		return []lane{{rest: rest}}
	}
}

// handled are the lanes of what some people have, by state where the filter asks for states: most of what somebody has who has much
// is in one or two, and to look for the others among it would be to look at all of it. Letters are as few.
func (f Filter) handled(rest Filter) (out []lane) {
	rest.Handlers = nil
	states := f.States
	if f.State != "" {
		states, rest.State = []cases.State{f.State}, ""
	} else {
		rest.States = nil
	}
	theirs := `q.handler = %s AND q.handler <> ''`
	if f.Letter && len(states) == 0 {
		rest.Letter = false
		theirs += ` AND q.letter = 1`
	}
	for _, h := range f.Handlers {
		if len(states) == 0 {
			out = append(out, lane{conds: []string{theirs}, args: []any{string(h)}, rest: rest})
		}
		for _, s := range states {
			out = append(out, lane{conds: []string{theirs, `q.state = %s`}, args: []any{string(h), string(s)}, rest: rest})
		}
	}
	return out
}

// votes is the lane of the proposals that wait for somebody's word. They and those for whom they stand in are one person, and so
// are two of whom one has stood in for the other in the case.
func (f Filter) votes(rest Filter) lane {
	in, me := anyOf(append([]id.Member{f.Votes}, f.For...))
	return lane{conds: []string{`q.proposed = 1`, `EXISTS (SELECT 1 FROM proposals p WHERE p.case_key = q.case_key AND p.state = 'open'
			AND p.proposer NOT IN ` + in + ` AND NOT EXISTS (SELECT 1 FROM proposal_votes v WHERE v.proposal_key = p.key AND v.member IN ` + in + `))`,
		`NOT EXISTS (SELECT 1 FROM case_events e WHERE e.case_key = q.case_key AND (e.kind = 'assigned' AND e.member IN ` + in + `
			OR e.stands_for IS NOT NULL AND (e.member = %s OR e.stands_for = %s)))`},
		args: slices.Concat(me, me, me, []any{string(f.Votes), string(f.Votes)}), rest: rest}
}

// asks are the conditions of a filter on case_due q and cases c, apart from Units, Votes, Danger and the days of the clock, which stand
// in lanes. A sum is no index's, so that the one which was chosen is taken.
func (f Filter) asks() (conds []string, args []any) {
	add := func(given bool, cond string, values ...any) {
		if given {
			conds, args = append(conds, cond), append(args, values...)
		}
	}
	add(f.Category != "", `q.category = %s`, string(f.Category))
	add(f.Region != "", `q.region = %s`, string(f.Region))
	add(f.State != "", `q.state = %s`, string(f.State))
	add(f.Via != "", `c.via = %s`, string(f.Via))
	add(f.Lang != "", `c.lang = %s`, f.Lang)
	add(!f.Day.IsZero(), `q.day = %s`, f.Day)
	add(f.Letter, `q.letter + 0 = 1`)
	add(f.TakesPart != "", `NOT EXISTS (SELECT 1 FROM asides a WHERE a.case_key = q.case_key AND a.member = %s)`, string(f.TakesPart))
	add(f.Near, `EXISTS (SELECT 1 FROM warnings w WHERE w.case_key = q.case_key AND w.clock = q.clock AND w.level = 80 AND w.began =
		(SELECT max(e.seq) FROM case_events e WHERE e.case_key = q.case_key AND e.clock = q.clock AND e.kind IN ('clock_started', 'clock_moved')))`)
	if in, names := anyOf(f.States); len(names) > 0 {
		add(true, `q.state IN `+in, names...)
	}
	if in, names := anyOf(f.Handlers); len(names) > 0 {
		add(true, `q.handler IN `+in, names...)
	}
	return conds, args
}

// anyOf is a list for IN, with its arguments.
func anyOf[T ~string](values []T) (in string, args []any) {
	for _, v := range values {
		args = append(args, string(v))
	}
	return `(` + strings.TrimPrefix(strings.Repeat(`, %s`, len(values)), `, `) + `)`, args
}

// enter is where a walk of the lane starts for a place in the whole queue; ok is false when the place lies behind the lane.
func (l lane) enter(after Cursor) (Cursor, bool) {
	switch {
	case after == Cursor{}:
		return Cursor{Level: l.level - 1}, true
	case l.level == after.Level:
		return after, true
	default:
		return Cursor{Level: l.level - 1}, l.level > after.Level
	}
}

// bind gives each %s of a condition the next placeholder and argument.
func bind(conds []string, given, args []any) (string, []any) {
	for i, cond := range conds {
		for strings.Contains(cond, "%s") {
			args = append(args, given[0])
			cond, given = strings.Replace(cond, "%s", mark(len(args)), 1), given[1:]
		}
		conds[i] = cond
	}
	return strings.Join(conds, ` AND `), args
}

// beyond is the key of a place behind every case of its level and day.
const beyond = math.MaxInt64

// where is the condition on case_due q behind a place, with its arguments from ?1: the rest of the place's level and day, or what
// comes beyond them. One comparison of all three columns would do, but SQLite does not take the key, its rowid, from the index
// in one, and would walk through the whole day.
func (l lane) where(after Cursor) (string, []any) {
	conds, args := append([]string{`q.unit = %s`}, l.conds...), append([]any{string(l.unit)}, l.args...)
	add := func(cond string, values ...any) { conds, args = append(conds, cond), append(args, values...) }
	switch {
	case after.inDay():
		add(`q.level = %s AND q.due = %s AND q.case_key > %s`, after.Level, after.Due, after.Key)
	case after.Level < l.level:
		add(`q.level = %s`, l.level)
	default:
		add(`q.level = %s AND q.due > %s`, l.level, after.Due)
	}
	if l.before != "" {
		add(`q.due < %s`, l.before)
	}
	if l.from != "" {
		add(`q.due >= %s`, l.from)
	}
	return bind(conds, args, nil)
}

// inDay says that cases of the same level and day may follow.
func (a Cursor) inDay() bool { return a.Due != "" && a.Key != beyond }

// leave is the place behind the level and day of a.
func (a Cursor) leave() Cursor { return Cursor{a.Level, a.Due, beyond} }

// CountQueue counts the cases of a filter up to a most. It is for the numbers beside lists: only Units, States, Handlers, Votes,
// Danger, Letter, Near, TakesPart and the days of the clock count, so that each number walks one index and, for what a board and a
// calendar ask, nothing beside it. Where a case must be looked up, for Near or where Votes or Letter meet States, it counts among the
// most urgent two thousand.
func (tx *Tx) CountQueue(f Filter, most int) (n int, err error) {
	f = Filter{Units: f.Units, States: f.States, Handlers: f.Handlers, Votes: f.Votes, For: f.For, Danger: f.Danger, Letter: f.Letter,
		DueFrom: f.DueFrom, DueBefore: f.DueBefore, Near: f.Near, TakesPart: f.TakesPart}
	var aside int64
	if f.TakesPart != "" {
		if err := tx.one(`SELECT count(*) FROM asides WHERE member = ?1`, []any{string(f.TakesPart)}, &aside); err != nil {
			return 0, err
		}
	}
	for _, l := range f.lanes() {
		some, err := tx.countLane(l, most-n, int(aside))
		if err != nil {
			return 0, err
		}
		if n += some; n >= most {
			return most, nil
		}
	}
	return n, nil
}

// countLane counts the cases of a lane up to a most or beyond. It looks at as many more as there are in which a member takes no part, so
// that leaving those out makes no number too low; PostgreSQL would join them with the whole lane if they were left out on the way.
// What it selects stands in the index unless the rest of the filter asks for more: SQLite would look up each case for a column that
// nobody reads.
func (tx *Tx) countLane(l lane, most, aside int) (int, error) {
	at, _ := l.enter(Cursor{})
	where, args := l.where(at)
	columns, fits, look := `q.case_key`, ``, most+aside
	conds, values := l.rest.asks()
	if l.rest.TakesPart == "" && len(conds) > 0 || len(conds) > 1 {
		columns, look = `q.case_key, q.clock, q.state, q.letter, q.handler`, max(maxCount, most)+aside
	}
	args = append(args, int64(look))
	in := `SELECT ` + columns + ` FROM case_due q WHERE ` + where + ` ORDER BY q.level, q.due, q.case_key LIMIT ` + mark(len(args))
	if len(conds) > 0 {
		fits, args = bind(conds, values, args)
		fits = ` WHERE ` + fits
	}
	var n int64
	err := tx.one(`SELECT count(*) FROM (`+in+`) q`+fits, args, &n)
	return int(n), err
}
