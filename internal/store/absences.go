package store

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Absence is the days on which a member of a unit is away. Key is given by the store. Ended is the day on which it was ended before
// its time, zero while it stands.
type Absence struct {
	Key int64
	cases.Absence
	Unit    id.Unit
	By      id.Member // who entered it
	Entered workday.Day
	Ended   workday.Day
}

const absenceColumns = `key, unit, member, deputy, first_day, last_day, entered_by, entered, ended`

func scanAbsence(scan scanFunc) (a Absence, err error) {
	var ended string
	err = scan(&a.Key, &a.Unit, &a.Member, &a.Deputy, &a.From, &a.To, &a.By, &a.Entered, &ended)
	if err == nil && ended != "" {
		err = a.Ended.UnmarshalText([]byte(ended))
	}
	return a, err
}

// AddAbsence stores an absence and returns its key.
func (tx *Tx) AddAbsence(a Absence) (key int64, err error) {
	if key, err = tx.newKey("absences"); err != nil {
		return 0, err
	}
	return key, tx.insert(`INSERT INTO absences (`+absenceColumns+`) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '')`,
		key, string(a.Unit), string(a.Member), string(a.Deputy), a.From, a.To, string(a.By), a.Entered)
}

// Absences lists those of a unit that were not ended and whose last day is a day or later, in the order of their days.
func (tx *Tx) Absences(unit id.Unit, from workday.Day) ([]Absence, error) {
	return list(tx, `SELECT `+absenceColumns+` FROM absences WHERE unit = ?1 AND last_day >= ?2 AND ended = '' ORDER BY first_day, key`,
		[]any{string(unit), from}, scanAbsence)
}

// Absence returns the absence of a key in a unit, ended or not, or NotFound.
func (tx *Tx) Absence(unit id.Unit, key int64) (a Absence, err error) {
	found, err := list(tx, `SELECT `+absenceColumns+` FROM absences WHERE unit = ?1 AND key = ?2`, []any{string(unit), key}, scanAbsence)
	if err == nil && len(found) == 0 {
		err = errs.New(errs.NotFound, "store.absence_absent", nil)
	}
	if err != nil {
		return a, err
	}
	return found[0], nil
}

// ForgetAbsences removes those that were over before a day, in every unit: what was done in somebody's place stands in the events.
func (tx *Tx) ForgetAbsences(before workday.Day) error {
	_, err := tx.exec(`DELETE FROM absences WHERE last_day < ?1`, before)
	return err
}

// ChangeAbsence gives an absence other days, another deputy, or the day on which it was ended. Conflict when it was ended before.
func (tx *Tx) ChangeAbsence(a Absence) error {
	n, err := tx.exec(`UPDATE absences SET deputy = ?2, first_day = ?3, last_day = ?4, ended = ?5 WHERE key = ?1 AND ended = ''`,
		a.Key, string(a.Deputy), a.From, a.To, a.Ended.String())
	return changed(n, err, errs.Conflict, "store.absence_over")
}
