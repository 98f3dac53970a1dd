package store

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Warning is one of a case's clocks at a level, as it was written down on the day Made. Who was told stands in the unit's signed
// roster of that day (level 80, the approvers) and in the list of keys (level 100, the inspectors). It outlives the case without
// naming it. Due is not stored: the events hold it.
type Warning struct {
	cases.Warning
	Unit id.Unit
	Made workday.Day
}

// AddWarning writes a warning down. added is false when it was before, by this node or another.
func (tx *Tx) AddWarning(caseKey int64, w Warning) (added bool, err error) {
	key, err := tx.newKey("warnings")
	if err != nil {
		return false, err
	}
	n, err := tx.exec(`INSERT INTO warnings (key, case_key, unit, clock, began, level, day, made) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
		ON CONFLICT (case_key, clock, began, level) DO NOTHING`, key, caseKey, string(w.Unit), string(w.Clock), w.Began, int64(w.Level), w.Day, w.Made)
	return n > 0, err
}

// WarningsOf gives the warnings of some cases by their keys, in the order in which they were written.
func (tx *Tx) WarningsOf(keys []int64) (map[int64][]Warning, error) {
	out := map[int64][]Warning{}
	if len(keys) == 0 {
		return out, nil
	}
	err := tx.each(`SELECT case_key, unit, clock, began, level, day, made FROM warnings WHERE case_key IN (`+marks(1, len(keys))+`) ORDER BY key`,
		keyArgs(keys), func(scan scanFunc) error {
			var key, level int64
			var w Warning
			err := scan(&key, &w.Unit, &w.Clock, &w.Began, &level, &w.Day, &w.Made)
			w.Level = cases.Level(level)
			out[key] = append(out[key], w)
			return err
		})
	return out, err
}

// WarningCount is how many clocks of a kind in a unit reached a level.
type WarningCount struct {
	Unit  id.Unit
	Clock cases.ClockKind
	Level cases.Level
	N     int64
}

// WarningCounts counts the warnings whose true day lies between two days, both included; those of erased cases too.
func (tx *Tx) WarningCounts(from, to workday.Day) ([]WarningCount, error) {
	return list(tx, `SELECT unit, clock, level, count(*) FROM warnings WHERE day >= ?1 AND day <= ?2 GROUP BY unit, clock, level ORDER BY unit, clock, level`,
		[]any{from, to}, func(scan scanFunc) (c WarningCount, err error) {
			var level int64
			err = scan(&c.Unit, &c.Clock, &level, &c.N)
			c.Level = cases.Level(level)
			return c, err
		})
}

// DueUntil lists the keys of the next n cases of a unit whose next clock ends on a day or before it, danger first; after is where
// to go on, as it was returned.
func (tx *Tx) DueUntil(unit id.Unit, day workday.Day, after Cursor, n int) (keys []int64, next Cursor, err error) {
	next = after
	for level := next.Level; level < 2 && len(keys) < n; level++ {
		if level > next.Level {
			next = Cursor{Level: level}
		}
		err = tx.each(`SELECT due, case_key FROM case_due WHERE unit = ?1 AND level = ?2 AND due <= ?3 AND (due, case_key) > (?4, ?5)
			ORDER BY due, case_key LIMIT ?6`, []any{string(unit), level, day.String(), next.Due, next.Key, int64(n - len(keys))}, func(scan scanFunc) error {
			var key int64
			err := scan(&next.Due, &key)
			next.Level, next.Key = level, key
			keys = append(keys, key)
			return err
		})
		if err != nil {
			return nil, next, err
		}
	}
	return keys, next, nil
}
