package store

import (
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// OwnFile is what a person keeps for themself, as ciphertext. Version counts from 1.
type OwnFile struct {
	Version int64
	Day     workday.Day
	Body    []byte
}

// OwnFile reads the file of an account. NotFound when there is none.
func (tx *Tx) OwnFile(door string, who id.Member) (f OwnFile, err error) {
	err = tx.one(`SELECT version, day, body FROM own_files WHERE door = ?1 AND account = ?2`, []any{door, string(who)}, &f.Version, &f.Day, &f.Body)
	return f, absent(err, "store.own_absent")
}

// PutOwnFile stores the file that takes the place of the one before it: its Version is one more, 1 for the first. Conflict when
// another came first.
func (tx *Tx) PutOwnFile(door string, who id.Member, f OwnFile) error {
	moved := func(n int64, err error) error { return changed(n, err, errs.Conflict, "store.own_moved") }
	if f.Version == 1 {
		return moved(tx.exec(`INSERT INTO own_files (door, account, version, day, body) VALUES (?1, ?2, 1, ?3, ?4) ON CONFLICT (door, account) DO NOTHING`,
			door, string(who), f.Day, f.Body))
	}
	return moved(tx.exec(`UPDATE own_files SET version = ?3, day = ?4, body = ?5 WHERE door = ?1 AND account = ?2 AND version = ?3 - 1`,
		door, string(who), f.Version, f.Day, f.Body))
}
