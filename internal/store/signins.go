package store

import (
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// Session is a person who has signed in, as far as the database knows: the hash of a token.
type Session struct {
	Mark    [32]byte // SHA-256 of the token
	Door    string
	Account id.Member
	Ends    time.Time // to the second
	Used    time.Time // last use, cut to the minute
}

// AddSession stores a session; Used is cut to the minute.
func (tx *Tx) AddSession(s Session) error {
	return tx.insert(`INSERT INTO sessions (mark, door, account, ends, used) VALUES (?1, ?2, ?3, ?4, ?5)`,
		s.Mark[:], s.Door, string(s.Account), s.Ends.Unix(), minute(s.Used))
}

// Session finds a session of a door and its active account, or NotFound. Whether it is over is the caller's to say.
func (tx *Tx) Session(door string, mark [32]byte) (s Session, a Account, err error) {
	s = Session{Mark: mark, Door: door}
	err = tx.one(`SELECT account, ends, used FROM sessions WHERE mark = ?1 AND door = ?2`, []any{mark[:], door},
		&s.Account, seconds{&s.Ends}, seconds{&s.Used})
	if err != nil {
		return Session{}, a, absent(err, "store.session_absent")
	}
	a, err = tx.Account(door, s.Account)
	if err == nil && a.State != AccountActive {
		err = errs.New(errs.NotFound, "store.session_absent", nil)
	}
	return s, a, err
}

// TouchSession notes a use, cut to the minute. A session that has ended meanwhile is left ended.
func (tx *Tx) TouchSession(mark [32]byte, now time.Time) error {
	_, err := tx.exec(`UPDATE sessions SET used = ?2 WHERE mark = ?1 AND used < ?2`, mark[:], minute(now))
	return err
}

// EndSession erases a session, if it is there.
func (tx *Tx) EndSession(mark [32]byte) error {
	_, err := tx.exec(`DELETE FROM sessions WHERE mark = ?1`, mark[:])
	return err
}

// EndSessions erases all sessions of an account.
func (tx *Tx) EndSessions(door string, who id.Member) error {
	_, err := tx.exec(`DELETE FROM sessions WHERE door = ?1 AND account = ?2`, door, string(who))
	return err
}

// EndOtherSessions erases all sessions of an account but the one of mark.
func (tx *Tx) EndOtherSessions(door string, who id.Member, mark [32]byte) error {
	_, err := tx.exec(`DELETE FROM sessions WHERE door = ?1 AND account = ?2 AND mark <> ?3`, door, string(who), mark[:])
	return err
}

// SweepStaff erases invitations and sessions that are over, and sessions that nobody has used for idle.
func (tx *Tx) SweepStaff(now time.Time, idle time.Duration) error {
	if _, err := tx.exec(`DELETE FROM invitations WHERE until <= ?1`, now.Unix()); err != nil {
		return err
	}
	_, err := tx.exec(`DELETE FROM sessions WHERE ends <= ?1 OR used < ?2`, now.Unix(), now.Add(-idle).Unix())
	return err
}

// minute is t cut to the minute, in seconds.
func minute(t time.Time) int64 { return t.Unix() / 60 * 60 }
