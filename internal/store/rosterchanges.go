package store

import (
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// RosterChange is an addition to a unit's roster that waits for an approver. Body is the caller's.
type RosterChange struct {
	Unit     id.Unit
	Body     []byte
	Proposer id.Member
	Day      workday.Day
}

// RosterChange returns what waits for a unit, or NotFound.
func (tx *Tx) RosterChange(unit id.Unit) (c RosterChange, err error) {
	err = tx.one(`SELECT unit, body, proposer, day FROM roster_changes WHERE unit = ?1`, []any{string(unit)}, &c.Unit, &c.Body, &c.Proposer, &c.Day)
	return c, absent(err, "store.change_absent")
}

// PutRosterChange stores what waits for a unit in place of the one before.
func (tx *Tx) PutRosterChange(c RosterChange) error {
	_, err := tx.exec(`INSERT INTO roster_changes (unit, body, proposer, day) VALUES (?1, ?2, ?3, ?4)
		ON CONFLICT (unit) DO UPDATE SET body = excluded.body, proposer = excluded.proposer, day = excluded.day`,
		string(c.Unit), c.Body, string(c.Proposer), c.Day)
	return err
}

// DropRosterChange removes what waits for a unit; NotFound when nothing does.
func (tx *Tx) DropRosterChange(unit id.Unit) error {
	n, err := tx.exec(`DELETE FROM roster_changes WHERE unit = ?1`, string(unit))
	return changed(n, err, errs.NotFound, "store.change_absent")
}
