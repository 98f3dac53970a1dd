package store

import (
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Due is the clock of a case that runs out next. The zero Day means that none is running.
type Due struct {
	Clock cases.ClockKind
	Day   workday.Day
}

// noDue sorts behind every day.
const noDue = "9999-12-31"

func (d Due) order() string {
	if d.Day.IsZero() {
		return noDue
	}
	return d.Day.String()
}

const caseColumns = `c.key, c.id, c.number, c.unit, c.category, c.region, c.via, c.lang, c.danger, c.contact, c.wish,
	c.sealed, c.day, c.state, c.version`

func scanCase(scan scanFunc, more ...any) (c cases.Case, err error) {
	return c, scan(append([]any{&c.Key, &c.ID, &c.Number, &c.Unit, &c.Category, &c.Region, &c.Via, &c.Lang, &c.Danger,
		&c.Contact, &c.Wish, &c.Sealed, &c.Day, &c.State, &c.Version}, more...)...)
}

// AddCase stores a new case with its first events, numbered from 1, and returns its key. The case's Version is
// their count. Conflict when its id or number is taken: the report was stored before.
func (tx *Tx) AddCase(c cases.Case, due Due, first ...Event) (key int64, err error) {
	if err := tx.markCases(); err != nil {
		return 0, err
	}
	if key, err = tx.newKey("cases"); err != nil {
		return 0, err
	}
	err = tx.insert(`INSERT INTO cases (key, id, number, unit, category, region, via, lang, danger, contact, wish,
		sealed, day, state, version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)`,
		key, c.ID, c.Number, string(c.Unit), string(c.Category), string(c.Region), string(c.Via), c.Lang, c.Danger,
		string(c.Contact), c.Wish, string(c.Sealed), c.Day, string(c.State), int64(len(first)))
	if err != nil {
		return 0, err
	}
	if err := tx.insert(`INSERT INTO case_due (case_key, unit, state, level, due, clock, category, region, day)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
		key, string(c.Unit), string(c.State), level(c.Danger), due.order(), string(due.Clock), string(c.Category), string(c.Region), c.Day); err != nil {
		return 0, err
	}
	if err := tx.insertEvents(key, 1, first); err != nil {
		return 0, err
	}
	return key, tx.followEvents(key, first)
}

// markCases notes once that there are cases, so that a database that has lost them all is noticed.
func (tx *Tx) markCases() error {
	if err := tx.writing(); err != nil {
		return err
	}
	if tx.s.marked.Load() {
		return nil
	}
	tx.batch.mark = true
	return tx.SetMeta(hasCases, "yes")
}

func level(danger bool) int64 {
	if danger {
		return 0
	}
	return 1
}

func (tx *Tx) caseWhere(where string, arg any) (c cases.Case, err error) {
	err = tx.each(`SELECT `+caseColumns+` FROM cases c WHERE `+where, []any{arg}, func(scan scanFunc) (err error) {
		c, err = scanCase(scan)
		return err
	})
	if err == nil && c.Key == 0 {
		err = errs.New(errs.NotFound, "store.case_absent", nil)
	}
	return c, err
}

// Case returns the case of an id, or NotFound.
func (tx *Tx) Case(id id.Case) (cases.Case, error) { return tx.caseWhere("c.id = ?1", id) }

// CaseByNumber returns the case that people call by number, or NotFound.
func (tx *Tx) CaseByNumber(number string) (cases.Case, error) {
	return tx.caseWhere("c.number = ?1", number)
}

// CaseByKey returns the case of an internal key, or NotFound.
func (tx *Tx) CaseByKey(key int64) (cases.Case, error) { return tx.caseWhere("c.key = ?1", key) }

// Reroute changes what triage may correct: unit, category and region. The caller adds the event.
func (tx *Tx) Reroute(caseKey int64, unit id.Unit, category id.Category, region id.Region) error {
	n, err := tx.exec(`UPDATE cases SET unit = ?2, category = ?3, region = ?4 WHERE key = ?1`,
		caseKey, string(unit), string(category), string(region))
	if err := changed(n, err, errs.NotFound, "store.case_absent"); err != nil {
		return err
	}
	_, err = tx.exec(`UPDATE case_due SET unit = ?2, category = ?3, region = ?4 WHERE case_key = ?1`,
		caseKey, string(unit), string(category), string(region))
	return err
}

// SetDue replaces the clock by which the queue orders the case.
func (tx *Tx) SetDue(caseKey int64, due Due) error {
	n, err := tx.exec(`UPDATE case_due SET due = ?2, clock = ?3 WHERE case_key = ?1`, caseKey, due.order(), string(due.Clock))
	return changed(n, err, errs.NotFound, "store.case_absent")
}

// Danger is a case whose danger flag nobody has dealt with. At is the minute in which it was raised.
type Danger struct {
	Case int64
	At   time.Time
}

// RaiseDanger puts the case first in the queue and keeps the minute until it is settled. Raising it again
// changes nothing.
func (tx *Tx) RaiseDanger(caseKey int64, at time.Time) error {
	if err := tx.insert(`INSERT INTO danger (case_key, at) VALUES (?1, ?2) ON CONFLICT (case_key) DO NOTHING`,
		caseKey, at.Truncate(time.Minute).Unix()); err != nil {
		return err
	}
	return tx.setLevel(caseKey, true)
}

// SettleDanger erases the minute and lets the case stand among the others. The case keeps its danger flag: the
// reporter said so. NotFound when there is no danger to settle.
func (tx *Tx) SettleDanger(caseKey int64) error {
	n, err := tx.exec(`DELETE FROM danger WHERE case_key = ?1`, caseKey)
	if err := changed(n, err, errs.NotFound, "store.danger_absent"); err != nil {
		return err
	}
	return tx.setLevel(caseKey, false)
}

func (tx *Tx) setLevel(caseKey int64, danger bool) error {
	n, err := tx.exec(`UPDATE case_due SET level = ?2 WHERE case_key = ?1`, caseKey, level(danger))
	return changed(n, err, errs.NotFound, "store.case_absent")
}

// DangerSince is the minute in which the danger flag of a case was raised, or NotFound when nothing is to be settled.
func (tx *Tx) DangerSince(caseKey int64) (at time.Time, err error) {
	err = tx.one(`SELECT at FROM danger WHERE case_key = ?1`, []any{caseKey}, seconds{&at})
	return at, absent(err, "store.danger_absent")
}

// OpenDangers lists the dangers of a unit that nobody has dealt with, oldest first.
func (tx *Tx) OpenDangers(unit id.Unit) ([]Danger, error) {
	return list(tx, `SELECT d.case_key, d.at FROM danger d JOIN cases c ON c.key = d.case_key
		WHERE c.unit = ?1 ORDER BY d.at, d.case_key`, []any{string(unit)}, func(scan scanFunc) (d Danger, err error) {
		return d, scan(&d.Case, seconds{&d.At})
	})
}

// NewestCase is the internal key of the case that was stored last, 0 without one.
func (tx *Tx) NewestCase() (key int64, err error) {
	err = tx.one(`SELECT COALESCE(max(key), 0) FROM cases`, nil, &key)
	return key, err
}

// CasesAfter lists up to n cases behind an internal key, in order, for walks over everything: figures, checks,
// retention. It is no search.
func (tx *Tx) CasesAfter(key int64, n int) ([]cases.Case, error) {
	return list(tx, `SELECT `+caseColumns+` FROM cases c WHERE c.key > ?1 ORDER BY c.key LIMIT ?2`, []any{key, int64(n)},
		func(scan scanFunc) (cases.Case, error) { return scanCase(scan) })
}
