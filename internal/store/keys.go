package store

import (
	"clarion.example/clarion/internal/id"
)

// KeySet is one version of the signed key set. Body is kept byte for byte; Leaf is its place in the public log.
type KeySet struct {
	Version int64
	Body    []byte
	Leaf    int64
}

// AddKeySet stores a version; Conflict when it is there.
func (tx *Tx) AddKeySet(k KeySet) error {
	return tx.insert(`INSERT INTO key_sets (version, body, leaf) VALUES (?1, ?2, ?3)`, k.Version, k.Body, k.Leaf)
}

// LatestKeySet returns the newest version, or NotFound.
func (tx *Tx) LatestKeySet() (k KeySet, err error) {
	err = tx.one(`SELECT version, body, leaf FROM key_sets ORDER BY version DESC LIMIT 1`, nil, &k.Version, &k.Body, &k.Leaf)
	return k, absent(err, "store.key_absent")
}

// Roster is one version of the signed list of who holds a unit's key. Body is kept byte for byte.
type Roster struct {
	Unit    id.Unit
	Version int64
	Body    []byte
}

// AddRoster stores a version; Conflict when it is there.
func (tx *Tx) AddRoster(r Roster) error {
	return tx.insert(`INSERT INTO rosters (unit, version, body) VALUES (?1, ?2, ?3)`, string(r.Unit), r.Version, r.Body)
}
