package store

import (
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// Invitation lets one person make one account. Its token is in the link and nowhere else.
type Invitation struct {
	Mark    [32]byte // SHA-256 of the token
	Door    string
	Role    string
	Account id.Member // empty if the person chooses
	Name    string    // empty if the person chooses
	By      id.Member // the administrator; empty for the operator's command
	Until   time.Time // to the second
}

const invitationColumns = `mark, door, role, account, name, maker, until`

func scanInvitation(scan scanFunc) (i Invitation, err error) {
	return i, scan((*hash)(&i.Mark), &i.Door, &i.Role, &i.Account, &i.Name, &i.By, seconds{&i.Until})
}

// AddInvitation stores an invitation in place of earlier ones for the same account, or, where the person chooses it, for
// the same role: there is one open link for one place.
func (tx *Tx) AddInvitation(i Invitation) error {
	_, err := tx.exec(`DELETE FROM invitations WHERE door = ?1 AND account = ?2 AND (account <> '' OR role = ?3)`,
		i.Door, string(i.Account), i.Role)
	if err != nil {
		return err
	}
	return tx.insert(`INSERT INTO invitations (`+invitationColumns+`) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
		i.Mark[:], i.Door, i.Role, string(i.Account), i.Name, string(i.By), i.Until.Unix())
}

// Invitation finds an invitation of a door, or NotFound when it is unknown, used, withdrawn or over.
func (tx *Tx) Invitation(door string, mark [32]byte, now time.Time) (i Invitation, err error) {
	found, err := list(tx, `SELECT `+invitationColumns+` FROM invitations WHERE mark = ?1 AND door = ?2 AND until > ?3`,
		[]any{mark[:], door, now.Unix()}, scanInvitation)
	if err == nil && len(found) == 0 {
		return i, errs.New(errs.NotFound, "store.invitation_absent", nil)
	}
	if err != nil {
		return i, err
	}
	return found[0], nil
}

// Invitations lists the open invitations of a door, those that end first in front.
func (tx *Tx) Invitations(door string, now time.Time) ([]Invitation, error) {
	return list(tx, `SELECT `+invitationColumns+` FROM invitations WHERE door = ?1 AND until > ?2 ORDER BY until, account`,
		[]any{door, now.Unix()}, scanInvitation)
}

// UseInvitation uses an invitation up. NotFound when it is unknown, used, withdrawn or over.
func (tx *Tx) UseInvitation(mark [32]byte, now time.Time) error {
	n, err := tx.exec(`DELETE FROM invitations WHERE mark = ?1 AND until > ?2`, mark[:], now.Unix())
	return changed(n, err, errs.NotFound, "store.invitation_absent")
}

// WithdrawInvitation erases the open invitation for an account, or NotFound.
func (tx *Tx) WithdrawInvitation(door string, who id.Member) error {
	n, err := tx.exec(`DELETE FROM invitations WHERE door = ?1 AND account = ?2 AND account <> ''`, door, string(who))
	return changed(n, err, errs.NotFound, "store.invitation_absent")
}
