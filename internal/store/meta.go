package store

import "clarion.example/clarion/internal/errs"

// Meta returns a fact about the installation (instance id, open or closed, the mark of a demonstration), or
// NotFound.
func (tx *Tx) Meta(name string) (value string, err error) {
	err = tx.one(`SELECT value FROM meta WHERE name = ?1`, []any{name}, &value)
	return value, absent(err, "store.meta_absent")
}

// SetMeta stores a fact, replacing the one of that name.
func (tx *Tx) SetMeta(name, value string) error {
	_, err := tx.exec(`INSERT INTO meta (name, value) VALUES (?1, ?2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}

// AddMeta stores a fact that must not be there yet, such as the instance id; Conflict if it is.
func (tx *Tx) AddMeta(name, value string) error {
	n, err := tx.exec(`INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING`, name, value)
	return changed(n, err, errs.Conflict, "store.exists")
}

// DeleteMeta removes a fact, if it is there.
func (tx *Tx) DeleteMeta(name string) error {
	_, err := tx.exec(`DELETE FROM meta WHERE name = ?1`, name)
	return err
}
