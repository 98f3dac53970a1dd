package store

import (
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// MaxPasskeys is how many passkeys an account may have.
const MaxPasskeys = 3

// Passkey is a credential of an account and the public key that its PRF leads to. A PRF result is never in it.
type Passkey struct {
	ID         []byte // credential id, up to 1,023 bytes
	Door       string
	Account    id.Member
	Name       string // given by the person
	Made       workday.Day
	Recipient  string // age1pq1…
	Credential []byte // as the WebAuthn library keeps it
}

const passkeyColumns = `id, door, account, name, made, recipient, credential`

func scanPasskey(scan scanFunc) (p Passkey, err error) {
	return p, scan(&p.ID, &p.Door, &p.Account, &p.Name, &p.Made, &p.Recipient, &p.Credential)
}

// AddPasskey stores a passkey. Conflict when the credential or its recipient is known, TooMany when the account has
// [MaxPasskeys].
func (tx *Tx) AddPasskey(p Passkey) error {
	var n int64
	if err := tx.one(`SELECT count(*) FROM passkeys WHERE door = ?1 AND account = ?2`, []any{p.Door, string(p.Account)}, &n); err != nil {
		return err
	}
	if n >= MaxPasskeys {
		return errs.New(errs.TooMany, "store.passkeys_full", errs.Args{"Max": MaxPasskeys})
	}
	return tx.insert(`INSERT INTO passkeys (`+passkeyColumns+`) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
		p.ID, p.Door, string(p.Account), p.Name, p.Made, p.Recipient, p.Credential)
}

// Passkey finds a passkey of a door by its credential id, or NotFound.
func (tx *Tx) Passkey(door string, credential []byte) (p Passkey, err error) {
	found, err := list(tx, `SELECT `+passkeyColumns+` FROM passkeys WHERE id = ?1 AND door = ?2`, []any{credential, door}, scanPasskey)
	if err == nil && len(found) == 0 {
		return p, errs.New(errs.NotFound, "store.passkey_absent", nil)
	}
	if err != nil {
		return p, err
	}
	return found[0], nil
}

// Passkeys lists the passkeys of an account, oldest first, by id within a day.
func (tx *Tx) Passkeys(door string, who id.Member) ([]Passkey, error) {
	return list(tx, `SELECT `+passkeyColumns+` FROM passkeys WHERE door = ?1 AND account = ?2 ORDER BY made, id`,
		[]any{door, string(who)}, scanPasskey)
}

// UsePasskey keeps what the library notes at a sign-in, such as the signature counter.
func (tx *Tx) UsePasskey(id, credential []byte) error {
	n, err := tx.exec(`UPDATE passkeys SET credential = ?2 WHERE id = ?1`, id, credential)
	return changed(n, err, errs.NotFound, "store.passkey_absent")
}

// RemovePasskey erases a passkey of an account, or NotFound.
func (tx *Tx) RemovePasskey(door string, who id.Member, credential []byte) error {
	n, err := tx.exec(`DELETE FROM passkeys WHERE id = ?1 AND door = ?2 AND account = ?3`, credential, door, string(who))
	return changed(n, err, errs.NotFound, "store.passkey_absent")
}
