package store

import "clarion.example/clarion/internal/id"

// Rosters lists every version of a unit's roster, oldest first: who signed a document then may be gone now.
func (tx *Tx) Rosters(unit id.Unit) ([]Roster, error) {
	return list(tx, `SELECT unit, version, body FROM rosters WHERE unit = ?1 ORDER BY version`, []any{string(unit)},
		func(scan scanFunc) (r Roster, err error) { return r, scan(&r.Unit, &r.Version, &r.Body) })
}
