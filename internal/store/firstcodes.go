package store

import (
	"time"

	"clarion.example/clarion/internal/errs"
)

// FirstKind is how somebody who has no receipt code yet can get one.
type FirstKind string

// The kinds: read out to a caller or visitor, or carried by a link in an answer by e-mail.
const (
	FirstPickUp FirstKind = "pickup"
	FirstLink   FirstKind = "link"
)

// FirstCode can be exchanged once for a receipt code. Only a MAC of it is kept.
type FirstCode struct {
	Key   int64
	Case  int64
	Mark  [32]byte
	Kind  FirstKind
	Until time.Time // cut to the hour
	Used  bool
}

// AddFirstCode keeps a code that was just made. Until is rounded up to the hour. Conflict when its mark is known.
func (tx *Tx) AddFirstCode(f FirstCode) error {
	key, err := tx.newKey("first_codes")
	if err != nil {
		return err
	}
	return tx.insert(`INSERT INTO first_codes (key, case_key, mark, kind, until) VALUES (?1, ?2, ?3, ?4, ?5)`,
		key, f.Case, f.Mark[:], string(f.Kind), hourAfter(f.Until))
}

// FirstCode finds a code by its mark, used or not, or NotFound.
func (tx *Tx) FirstCode(mark [32]byte) (f FirstCode, err error) {
	err = tx.one(`SELECT key, case_key, mark, kind, until, auth IS NOT NULL FROM first_codes WHERE mark = ?1`, []any{mark[:]},
		&f.Key, &f.Case, (*hash)(&f.Mark), &f.Kind, seconds{&f.Until}, &f.Used)
	return f, absent(err, "store.first_code_absent")
}

// UseFirstCode exchanges a code for the mailbox m, whose case it sets. NotFound when the code was used or is over, and
// Conflict when the case has an open mailbox, which the caller must return: the code is marked by then.
func (tx *Tx) UseFirstCode(f FirstCode, m Mailbox, now time.Time) error {
	n, err := tx.exec(`UPDATE first_codes SET auth = ?2, sign = ?3, recipient = ?4 WHERE key = ?1 AND auth IS NULL AND until > ?5`,
		f.Key, m.Auth[:], m.Sign[:], m.Recipient, now.Unix())
	if err := changed(n, err, errs.NotFound, "store.first_code_absent"); err != nil {
		return err
	}
	if _, err := tx.MailboxOf(f.Case); err == nil {
		return errs.New(errs.Conflict, "store.mailbox_moved", nil)
	}
	m.Case = f.Case
	_, err = tx.AddMailbox(m)
	return err
}

// FirstKeys are the public keys that were registered with first codes of a case, oldest first. Only the server vouches
// for them.
func (tx *Tx) FirstKeys(caseKey int64) ([]Mailbox, error) {
	return list(tx, `SELECT case_key, auth, sign, recipient FROM first_codes WHERE case_key = ?1 AND auth IS NOT NULL ORDER BY key`,
		[]any{caseKey}, func(scan scanFunc) (m Mailbox, err error) {
			return m, scan(&m.Case, (*hash)(&m.Auth), (*hash)(&m.Sign), &m.Recipient)
		})
}

// FirstGuesses is how many codes that open nothing were tried in the hour of now.
func (tx *Tx) FirstGuesses(now time.Time) (n int64, err error) {
	err = tx.one(`SELECT COALESCE(max(n), 0) FROM first_guesses WHERE hour = ?1`, []any{hour(now)}, &n)
	return n, err
}

// CountFirstGuess counts one more, and forgets earlier hours.
func (tx *Tx) CountFirstGuess(now time.Time) error {
	at := hour(now)
	if _, err := tx.exec(`DELETE FROM first_guesses WHERE hour < ?1`, at); err != nil {
		return err
	}
	_, err := tx.exec(`INSERT INTO first_guesses (hour, n) VALUES (?1, 1) ON CONFLICT (hour) DO UPDATE SET n = first_guesses.n + 1`, at)
	return err
}
