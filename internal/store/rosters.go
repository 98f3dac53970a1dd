package store

import "clarion.example/clarion/internal/id"

// Rosters lists every version of a unit's roster, oldest first: who signed a document then may be gone now.
func (tx *Tx) Rosters(unit id.Unit) ([]Roster, error) {
	return list(tx, `SELECT unit, version, body FROM rosters WHERE unit = ?1 ORDER BY version`, []any{string(unit)},
		func(scan scanFunc) (r Roster, err error) { return r, scan(&r.Unit, &r.Version, &r.Body) })
}

// LatestRoster returns the newest version of a unit's roster, or NotFound.
func (tx *Tx) LatestRoster(unit id.Unit) (r Roster, err error) {
	err = tx.one(`SELECT unit, version, body FROM rosters WHERE unit = ?1 ORDER BY version DESC LIMIT 1`, []any{string(unit)},
		&r.Unit, &r.Version, &r.Body)
	return r, absent(err, "store.key_absent")
}

// RosterVersion is the newest version of a unit's roster, 0 without one. Versions are only ever added.
func (tx *Tx) RosterVersion(unit id.Unit) (version int64, err error) {
	err = tx.one(`SELECT COALESCE(max(version), 0) FROM rosters WHERE unit = ?1`, []any{string(unit)}, &version)
	return version, err
}

// RosterBefore returns the last version of a unit's roster before a version, or NotFound.
func (tx *Tx) RosterBefore(unit id.Unit, version int64) (r Roster, err error) {
	err = tx.one(`SELECT unit, version, body FROM rosters WHERE unit = ?1 AND version < ?2 ORDER BY version DESC LIMIT 1`,
		[]any{string(unit), version}, &r.Unit, &r.Version, &r.Body)
	return r, absent(err, "store.key_absent")
}
