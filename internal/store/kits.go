package store

import "clarion.example/clarion/internal/id"

// KitChange is a recovery kit that took the place of the one before. List is the version of the list of keys that it came
// with, Kit SHA-256 of the recovery key's recipient, any K of N sheets of which give it. Carried says that what the kit before
// opened is sealed to this one, which took enough sheets of that one.
type KitChange struct {
	List     int64
	Kit      [32]byte
	K, N     int
	Proposer id.Member
	Carried  bool
	Uses     []KitUse // by unit
}

// KitUse is an office whose former keys, so many, were given to the holders of its new one.
type KitUse struct {
	Unit   id.Unit
	Former int
}

// AddKitChange stores a change of the recovery kit.
func (tx *Tx) AddKitChange(c KitChange) error {
	_, err := tx.exec(`INSERT INTO kit_changes (list, kit, k, n, proposer, carried) VALUES (?1, ?2, ?3, ?4, ?5, ?6)`,
		c.List, c.Kit[:], c.K, c.N, string(c.Proposer), c.Carried)
	for _, u := range c.Uses {
		if err == nil {
			_, err = tx.exec(`INSERT INTO kit_uses (list, unit, former) VALUES (?1, ?2, ?3)`, c.List, string(u.Unit), u.Former)
		}
	}
	return err
}

// KitChanges lists all changes of the recovery kit, in order.
func (tx *Tx) KitChanges() ([]KitChange, error) {
	all, err := list(tx, `SELECT list, kit, k, n, proposer, carried FROM kit_changes ORDER BY list`, nil, func(scan scanFunc) (c KitChange, err error) {
		return c, scan(&c.List, (*hash)(&c.Kit), &c.K, &c.N, &c.Proposer, &c.Carried)
	})
	for i := range all {
		if err == nil {
			all[i].Uses, err = list(tx, `SELECT unit, former FROM kit_uses WHERE list = ?1 ORDER BY unit`, []any{all[i].List}, func(scan scanFunc) (u KitUse, err error) {
				return u, scan(&u.Unit, &u.Former)
			})
		}
	}
	return all, err
}
