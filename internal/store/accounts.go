package store

import (
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// AccountState says whether a person may sign in.
type AccountState string

// The states of accounts.
const (
	AccountActive  AccountState = "active"
	AccountRemoved AccountState = "removed"
)

// Account is a person at one door: public keys and ciphertext only. A removed one has no Login, Salt and TOTP. The
// wrapped key file is no part of it: it is read only for somebody who has signed in ([Tx.Wrapped]).
type Account struct {
	Door      string
	ID        id.Member
	Role      string
	Name      string
	State     AccountState
	Recipient string    // age1pq1…
	Sign      [32]byte  // Ed25519
	Login     [32]byte  // Ed25519, of the passphrase
	Salt      [16]byte  // of the passphrase
	TOTP      []byte    // secret of the second factor, encrypted under a key outside the database
	Step      int64     // time step of the last code that was taken
	Failures  int64     // wrong codes since the last right one
	Wait      time.Time // no code is taken before; zero if none waits
	Made      workday.Day
}

const accountColumns = `door, id, role, name, state, recipient, sign, login, salt, totp, totp_step, totp_failures, wait_until, made`

func scanAccount(scan scanFunc) (a Account, err error) {
	var login, salt []byte
	err = scan(&a.Door, &a.ID, &a.Role, &a.Name, &a.State, &a.Recipient, (*hash)(&a.Sign), &login, &salt, &a.TOTP,
		&a.Step, &a.Failures, seconds{&a.Wait}, &a.Made)
	copy(a.Login[:], login) // the database checks their lengths
	copy(a.Salt[:], salt)
	return a, err
}

// AddAccount stores a new, active account with its wrapped key file. Conflict when the id was given before or one of its
// keys is another account's.
func (tx *Tx) AddAccount(a Account, wrapped []byte) error {
	return tx.insert(`INSERT INTO accounts (`+accountColumns+`, wrapped)
		VALUES (?1, ?2, ?3, ?4, 'active', ?5, ?6, ?7, ?8, ?9, ?10, 0, NULL, ?11, ?12)`,
		a.Door, string(a.ID), a.Role, a.Name, a.Recipient, a.Sign[:], a.Login[:], a.Salt[:], a.TOTP, a.Step, a.Made, wrapped)
}

// Account finds a person, removed or not, or NotFound.
func (tx *Tx) Account(door string, who id.Member) (a Account, err error) {
	found, err := list(tx, `SELECT `+accountColumns+` FROM accounts WHERE door = ?1 AND id = ?2`, []any{door, string(who)}, scanAccount)
	if err == nil && len(found) == 0 {
		return a, errs.New(errs.NotFound, "store.account_absent", nil)
	}
	if err != nil {
		return a, err
	}
	return found[0], nil
}

// Accounts lists the people of a door, the removed ones too, by id.
func (tx *Tx) Accounts(door string) ([]Account, error) {
	return list(tx, `SELECT `+accountColumns+` FROM accounts WHERE door = ?1 ORDER BY id`, []any{door}, scanAccount)
}

// AccountKeyKnown reports whether one of the keys belongs to an account of any door, also a removed one.
func (tx *Tx) AccountKeyKnown(recipient string, sign, login [32]byte) (known bool, err error) {
	err = tx.one(`SELECT EXISTS (SELECT 1 FROM accounts WHERE recipient = ?1 OR sign = ?2 OR login = ?3)`,
		[]any{recipient, sign[:], login[:]}, &known)
	return known, err
}

// RemoveAccount ends an account and erases all that signs in or opens its key file: login key, salt, second factor,
// wrapped key file, passkeys, own file, sessions, and the open links that it made. Its name, role and public keys stay for what
// they signed. NotFound when it is not active.
func (tx *Tx) RemoveAccount(door string, who id.Member) error {
	n, err := tx.exec(`UPDATE accounts SET state = 'removed', login = NULL, salt = NULL, wrapped = NULL, totp = NULL,
		totp_failures = 0, wait_until = NULL WHERE door = ?1 AND id = ?2 AND state = 'active'`, door, string(who))
	if err := changed(n, err, errs.NotFound, "store.account_absent"); err != nil {
		return err
	}
	for _, table := range [...]string{"passkeys", "own_files", "tongues"} {
		if _, err := tx.exec(`DELETE FROM `+table+` WHERE door = ?1 AND account = ?2`, door, string(who)); err != nil {
			return err
		}
	}
	if _, err := tx.exec(`DELETE FROM invitations WHERE door = ?1 AND maker = ?2`, door, string(who)); err != nil {
		return err
	}
	return tx.EndSessions(door, who)
}

// TakeCode notes that the code of a time step was right: it and earlier ones are not taken again, and wrong ones are
// forgotten. Conflict when this step or a later one was taken before.
func (tx *Tx) TakeCode(door string, who id.Member, step int64) error {
	n, err := tx.exec(`UPDATE accounts SET totp_step = ?3, totp_failures = 0, wait_until = NULL
		WHERE door = ?1 AND id = ?2 AND state = 'active' AND totp_step < ?3`, door, string(who), step)
	return changed(n, err, errs.Conflict, "store.code_taken")
}

// MissCode counts a wrong code. When it is the limit-th in a row no code is taken before until, counting begins anew,
// and waits is true.
func (tx *Tx) MissCode(door string, who id.Member, limit int, until time.Time) (waits bool, err error) {
	n, err := tx.exec(`UPDATE accounts SET totp_failures = totp_failures + 1 WHERE door = ?1 AND id = ?2 AND state = 'active'`,
		door, string(who))
	if err := changed(n, err, errs.NotFound, "store.account_absent"); err != nil {
		return false, err
	}
	n, err = tx.exec(`UPDATE accounts SET totp_failures = 0, wait_until = ?4
		WHERE door = ?1 AND id = ?2 AND totp_failures >= ?3`, door, string(who), int64(limit), until.Unix())
	return n > 0, err
}

// Wrapped is a person's key file, sealed to their passphrase and passkeys, or NotFound.
func (tx *Tx) Wrapped(door string, who id.Member) (wrapped []byte, err error) {
	err = tx.one(`SELECT wrapped FROM accounts WHERE door = ?1 AND id = ?2 AND state = 'active'`, []any{door, string(who)}, &wrapped)
	return wrapped, absent(err, "store.account_absent")
}

// SetWrapped replaces a person's wrapped key file. Conflict when it is no longer the one named by was: somebody else,
// or the same person in another window, has changed it, and their wrapping key would be lost.
func (tx *Tx) SetWrapped(door string, who id.Member, was, wrapped []byte) error {
	n, err := tx.exec(`UPDATE accounts SET wrapped = ?4 WHERE door = ?1 AND id = ?2 AND state = 'active' AND wrapped = ?3`,
		door, string(who), was, wrapped)
	return changed(n, err, errs.Conflict, "store.wrapped_moved")
}

// NewWays is what replaces an account's passphrase.
type NewWays struct {
	Login   [32]byte // Ed25519, of the new passphrase
	Salt    [16]byte
	Wrapped []byte
}

// SetPassphrase replaces login key, salt and wrapped key file of an account at once. Conflict when the key file is no longer
// the one named by was. The login key must be nobody's ([Tx.AccountKeyKnown]).
func (tx *Tx) SetPassphrase(door string, who id.Member, was []byte, n NewWays) error {
	rows, err := tx.exec(`UPDATE accounts SET login = ?4, salt = ?5, wrapped = ?6 WHERE door = ?1 AND id = ?2 AND state = 'active' AND wrapped = ?3`,
		door, string(who), was, n.Login[:], n.Salt[:], n.Wrapped)
	return changed(rows, err, errs.Conflict, "store.wrapped_moved")
}

// SetFactor replaces the second factor of an account, encrypted, by one whose code of step was just taken: earlier codes and
// wrong ones are forgotten. Conflict when it is no longer the one named by was.
func (tx *Tx) SetFactor(door string, who id.Member, was, totp []byte, step int64) error {
	n, err := tx.exec(`UPDATE accounts SET totp = ?4, totp_step = ?5, totp_failures = 0, wait_until = NULL
		WHERE door = ?1 AND id = ?2 AND state = 'active' AND totp = ?3`, door, string(who), was, totp, step)
	return changed(n, err, errs.Conflict, "store.factor_moved")
}
