package store

import (
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Handed is a former key file of a unit, sealed by a member who holds it to one who joined later. Key is SHA-256 of the
// recipient of that key. Nobody believes the bytes: whoever opens them compares with the signed list of keys.
type Handed struct {
	Unit   id.Unit
	Key    [32]byte
	Member id.Member
	Sealed []byte
	Giver  id.Member
	Day    workday.Day
}

// HandOver stores a former key for a member, in place of one that was handed to them before.
func (tx *Tx) HandOver(h Handed) error {
	_, err := tx.exec(`INSERT INTO unit_handed (unit, unit_key, member, sealed, giver, day) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
		ON CONFLICT (unit, unit_key, member) DO UPDATE SET sealed = excluded.sealed, giver = excluded.giver, day = excluded.day`,
		string(h.Unit), h.Key[:], string(h.Member), h.Sealed, string(h.Giver), h.Day)
	return err
}

// HandedTo lists the former keys of a unit that were handed to a member.
func (tx *Tx) HandedTo(unit id.Unit, member id.Member) ([]Handed, error) {
	return list(tx, `SELECT unit, unit_key, member, sealed, giver, day FROM unit_handed WHERE unit = ?1 AND member = ?2
		ORDER BY day, unit_key`, []any{string(unit), string(member)}, func(scan scanFunc) (h Handed, err error) {
		return h, scan(&h.Unit, (*hash)(&h.Key), &h.Member, &h.Sealed, &h.Giver, &h.Day)
	})
}
