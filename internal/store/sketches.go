package store

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Sketches is what a unit keeps to find reports that are nearly the same, sealed to its key (docs/design/0018-floods.md). Since is
// the day of the oldest report in it. Sealed is empty after it was erased; the version goes on.
type Sketches struct {
	Unit    id.Unit
	Version int64
	Since   workday.Day
	Sealed  []byte
}

// Sketches returns a unit's, with version 0 where there never were any.
func (tx *Tx) Sketches(unit id.Unit) (Sketches, error) {
	s := Sketches{Unit: unit}
	err := tx.each(`SELECT version, since, sealed FROM sketches WHERE unit = ?1`, []any{string(unit)}, func(scan scanFunc) error {
		return scan(&s.Version, &s.Since, &s.Sealed)
	})
	return s, err
}

// PutSketches keeps s in the place of version s.Version, 0 for none, and returns the new version. Conflict with key
// "store.sketches_changed" when another version stands there.
func (tx *Tx) PutSketches(s Sketches) (version int64, err error) {
	version = s.Version + 1
	if s.Version == 0 {
		n, err := tx.exec(`INSERT INTO sketches (unit, version, since, sealed) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (unit) DO NOTHING`,
			string(s.Unit), version, s.Since, s.Sealed)
		return version, changed(n, err, errs.Conflict, "store.sketches_changed")
	}
	n, err := tx.exec(`UPDATE sketches SET version = ?1, since = ?2, sealed = ?3 WHERE unit = ?4 AND version = ?5`,
		version, s.Since, s.Sealed, string(s.Unit), s.Version)
	return version, changed(n, err, errs.Conflict, "store.sketches_changed")
}

// eraseSketches empties every list that may hold a sketch of a case. The lists are sealed, so nothing less can be taken out of
// them here; they are made anew by reading the reports that wait.
func (tx *Tx) eraseSketches(caseKey int64) error {
	_, err := tx.exec(`UPDATE sketches SET version = version + 1, sealed = ?2 WHERE length(sealed) > 0
		AND since <= (SELECT day FROM cases WHERE key = ?1)`, caseKey, []byte{})
	return err
}

// FirstDoc is the report of a case as it came: the first document of the reporter's chain. Sealed is filled by [Tx.DocBody].
type FirstDoc struct {
	Key    int64
	Number string
	Case   id.Case
	Doc    id.Doc
	Day    workday.Day
	Size   int64
	Sealed []byte
}

// FirstDocs finds the reports of some cases of a unit by their numbers, without bodies, as far as the cases are in one of states and came
// to this unit: one that was passed on has been triaged already.
func (tx *Tx) FirstDocs(unit id.Unit, states []cases.State, numbers []string) ([]FirstDoc, error) {
	if len(numbers) == 0 || len(states) == 0 {
		return nil, nil
	}
	args := []any{string(unit)}
	for _, s := range states {
		args = append(args, string(s))
	}
	for _, n := range numbers {
		args = append(args, n)
	}
	return list(tx, `SELECT d.key, c.number, c.id, d.id, d.day, d.size FROM cases c JOIN docs d ON d.case_key = c.key
		WHERE c.unit = ?1 AND c.state IN (`+marks(2, len(states))+`) AND c.number IN (`+marks(2+len(states), len(numbers))+`)
		AND d.chain = 'reporter' AND d.seq = 1 AND d.unit = c.unit ORDER BY d.key`, args, func(scan scanFunc) (f FirstDoc, err error) {
		return f, scan(&f.Key, &f.Number, &f.Case, &f.Doc, &f.Day, &f.Size)
	})
}
