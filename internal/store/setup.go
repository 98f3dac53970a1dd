package store

import (
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Draft is the one bundle of signed lists that waits for the inspector. Body is the caller's.
type Draft struct {
	Body     []byte
	Proposer id.Member
	Day      workday.Day
}

// Draft returns the draft, or NotFound.
func (tx *Tx) Draft() (d Draft, err error) {
	err = tx.one(`SELECT body, proposer, day FROM drafts`, nil, &d.Body, &d.Proposer, &d.Day)
	return d, absent(err, "store.draft_absent")
}

// PutDraft stores the draft in place of the one before.
func (tx *Tx) PutDraft(d Draft) error {
	_, err := tx.exec(`INSERT INTO drafts (one, body, proposer, day) VALUES (1, ?1, ?2, ?3)
		ON CONFLICT (one) DO UPDATE SET body = excluded.body, proposer = excluded.proposer, day = excluded.day`,
		d.Body, string(d.Proposer), d.Day)
	return err
}

// DropDraft removes the draft; NotFound when there is none.
func (tx *Tx) DropDraft() error {
	n, err := tx.exec(`DELETE FROM drafts`)
	return changed(n, err, errs.NotFound, "store.draft_absent")
}

// UnitRecovery is a unit's key file sealed to the recovery key. Key and Recovery are SHA-256 of two recipients: of
// the unit's key, and of the recovery key that opens the copy.
type UnitRecovery struct {
	Unit          id.Unit
	Key, Recovery [32]byte
	Sealed        []byte
	Day           workday.Day
}

// PutUnitRecovery stores the copy of a unit's key in place of the one before.
func (tx *Tx) PutUnitRecovery(r UnitRecovery) error {
	_, err := tx.exec(`INSERT INTO unit_recovery (unit, unit_key, recovery, sealed, day) VALUES (?1, ?2, ?3, ?4, ?5)
		ON CONFLICT (unit, unit_key) DO UPDATE SET recovery = excluded.recovery, sealed = excluded.sealed, day = excluded.day`,
		string(r.Unit), r.Key[:], r.Recovery[:], r.Sealed, r.Day)
	return err
}

// UnitRecoveries lists the copies of all units' keys, by unit and key.
func (tx *Tx) UnitRecoveries() ([]UnitRecovery, error) {
	return list(tx, `SELECT unit, unit_key, recovery, sealed, day FROM unit_recovery ORDER BY unit, unit_key`, nil,
		func(scan scanFunc) (r UnitRecovery, err error) {
			return r, scan(&r.Unit, (*hash)(&r.Key), (*hash)(&r.Recovery), &r.Sealed, &r.Day)
		})
}
