package store

import (
	"cmp"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Late is a case whose next clock has run out.
type Late struct {
	cases.Case
	Due Due
}

// LateAt is a place in the list of late cases: Due, then the key. The zero value is the beginning.
type LateAt struct {
	Due string // YYYY-MM-DD
	Key int64
}

// LateCases lists the next n cases of some units whose clock ended before today, the longest past first. Each unit and level is a
// stretch of an index, so the cost follows n and the number of units.
func (tx *Tx) LateCases(units []id.Unit, today workday.Day, after LateAt, n int) (out []Late, err error) {
	for _, unit := range units {
		for level := range int64(2) {
			part, err := list(tx, `SELECT `+caseColumns+`, q.due, q.clock FROM case_due q CROSS JOIN cases c
				WHERE c.key = q.case_key AND q.unit = ?1 AND q.level = ?2 AND q.due < ?3 AND (q.due, q.case_key) > (?4, ?5)
				ORDER BY q.due, q.case_key LIMIT ?6`, []any{string(unit), level, today.String(), after.Due, after.Key, int64(n)}, scanLate)
			if err != nil {
				return nil, err
			}
			out = append(out, part...)
		}
	}
	slices.SortFunc(out, func(a, b Late) int {
		return cmp.Or(cmp.Compare(a.Due.Day.String(), b.Due.Day.String()), cmp.Compare(a.Key, b.Key))
	})
	return out[:min(n, len(out))], nil
}

func scanLate(scan scanFunc) (l Late, err error) {
	var due string
	if l.Case, err = scanCase(scan, &due, &l.Due.Clock); err != nil {
		return l, err
	}
	return l, l.Due.Day.UnmarshalText([]byte(due))
}

// CountLate is how many cases of a unit are late; most means that many or more.
func (tx *Tx) CountLate(unit id.Unit, today workday.Day, most int) (n int64, err error) {
	err = tx.one(`SELECT count(*) FROM (SELECT 1 FROM case_due WHERE unit = ?1 AND level IN (0, 1) AND due < ?2 LIMIT ?3) late`,
		[]any{string(unit), today.String(), int64(most)}, &n)
	return n, err
}

// KeySets lists every version of the list of keys, oldest first.
func (tx *Tx) KeySets() ([]KeySet, error) {
	return list(tx, `SELECT version, body, leaf FROM key_sets ORDER BY version`, nil,
		func(scan scanFunc) (k KeySet, err error) { return k, scan(&k.Version, &k.Body, &k.Leaf) })
}
