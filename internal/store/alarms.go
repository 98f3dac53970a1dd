package store

import (
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// AlarmKind says what the inspector must look at.
type AlarmKind string

// The kinds of alarms that are stored.
const (
	AlarmHandOuts      AlarmKind = "handouts"      // a member was handed more documents in an hour than desk.handouts
	AlarmSecondFactor  AlarmKind = "second_factor" // five wrong codes behind a right passphrase: somebody may have it
	AlarmSampleLate    AlarmKind = "sample_late"
	AlarmSampleRefused AlarmKind = "sample_refused"
)

// Alarm is one of them. At is an act of staff's, to the second. Who, Unit and Case are empty where none is concerned. Detail
// is a JSON object without content, or empty. SettledBy and Settled are zero while it is open.
type Alarm struct {
	Key       int64
	At        time.Time
	Kind      AlarmKind
	Who       id.Member
	Unit      id.Unit
	Case      id.Case
	Detail    []byte
	SettledBy id.Member
	Settled   workday.Day
}

const alarmColumns = `key, at, kind, who, unit, case_id, detail, settled_by, settled_day`

// AddAlarm stores an open alarm and returns its key.
func (tx *Tx) AddAlarm(a Alarm) (key int64, err error) {
	if key, err = tx.newKey("alarms"); err != nil {
		return 0, err
	}
	caseID := ""
	if !a.Case.IsZero() {
		caseID = a.Case.String()
	}
	return key, tx.insert(`INSERT INTO alarms (key, at, kind, who, unit, case_id, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
		key, a.At.Unix(), string(a.Kind), string(a.Who), string(a.Unit), caseID, string(a.Detail))
}

// OpenAlarms lists alarms that nobody has settled, behind a key, oldest first, at most n.
func (tx *Tx) OpenAlarms(after int64, n int) ([]Alarm, error) {
	return list(tx, `SELECT `+alarmColumns+` FROM alarms WHERE settled_by = '' AND key > ?1 ORDER BY key LIMIT ?2`, []any{after, int64(n)}, scanAlarm)
}

// Alarms lists all alarms before a key, newest first, at most n; 0 is the beginning.
func (tx *Tx) Alarms(before int64, n int) ([]Alarm, error) {
	return list(tx, `SELECT `+alarmColumns+` FROM alarms WHERE ?1 = 0 OR key < ?1 ORDER BY key DESC LIMIT ?2`, []any{before, int64(n)}, scanAlarm)
}

func scanAlarm(scan scanFunc) (a Alarm, err error) {
	var caseID, detail, settled string
	if err = scan(&a.Key, seconds{&a.At}, &a.Kind, &a.Who, &a.Unit, &caseID, &detail, &a.SettledBy, &settled); err != nil {
		return a, err
	}
	if detail != "" {
		a.Detail = []byte(detail)
	}
	if caseID != "" {
		if err := a.Case.UnmarshalText([]byte(caseID)); err != nil {
			return a, err
		}
	}
	if settled != "" {
		err = a.Settled.UnmarshalText([]byte(settled))
	}
	return a, err
}

// SettleAlarm writes down who has looked at an alarm, and when. It stays in the list. Conflict when it was settled before,
// NotFound when there is none.
func (tx *Tx) SettleAlarm(key int64, by id.Member, day workday.Day) error {
	n, err := tx.exec(`UPDATE alarms SET settled_by = ?2, settled_day = ?3 WHERE key = ?1 AND settled_by = ''`, key, string(by), day)
	if err != nil || n > 0 {
		return err
	}
	var there int64
	if err := tx.one(`SELECT count(*) FROM alarms WHERE key = ?1`, []any{key}, &there); err != nil {
		return err
	}
	if there == 0 {
		return errs.New(errs.NotFound, "store.alarm_absent", nil)
	}
	return errs.New(errs.Conflict, "store.alarm_settled", nil)
}
