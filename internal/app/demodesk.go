package app

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/site"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// deskPlayer is somebody of the demonstration who signs in at a door.
type deskPlayer struct {
	account    id.Member
	role       staff.Role
	passphrase string
	factor     string // secret of the second factor, base32
}

// OpenDesk gives the demonstration's administrator and inspector accounts at their doors. It takes a second or two, because
// passphrases are slow to derive from.
func (d *Demo) OpenDesk(ctx context.Context) error {
	admin, err := d.newKey(seal.KeyMember, "gu", "顾 Gu", workday.DayOf(d.now(), d.Pack.Zone))
	if err != nil {
		return err
	}
	for _, p := range []struct {
		role staff.Role
		key  *seal.KeyFile
	}{{staff.Administrator, admin}, {staff.Inspector, d.keys["inspector"]}} {
		player, err := d.joins(ctx, p.role, p.key)
		if err != nil {
			return err
		}
		d.desk = append(d.desk, player)
	}
	return nil
}

// joins does what somebody who opens a link does in their browser.
func (d *Demo) joins(ctx context.Context, role staff.Role, key *seal.KeyFile) (p deskPlayer, err error) {
	p = deskPlayer{account: id.Member(key.ID), role: role, passphrase: seal.GeneratePassphrase()}
	link, err := d.Staff.InviteFirst(ctx, role)
	if err != nil {
		return p, err
	}
	_, factor, err := d.Staff.BeginEnrolment(ctx, link.Door, link.Token, p.account)
	if err != nil {
		return p, err
	}
	p.factor = strings.ReplaceAll(factor.Secret, " ", "")
	var salt [16]byte
	rand.Read(salt[:])
	login, kek, err := seal.StaffKeys(p.passphrase, salt)
	if err != nil {
		return p, err
	}
	wrapped, err := seal.WrapKeyFile(key, kek)
	if err != nil {
		return p, err
	}
	token, err := base64.RawURLEncoding.DecodeString(link.Token)
	if err != nil {
		return p, err
	}
	public := login.Public().(ed25519.PublicKey)
	msg, err := seal.Enrolment{
		Instance: d.Dir.Instance, Door: string(link.Door), Account: key.ID, Role: string(role), Recipient: key.Age.Recipient(), Login: public, Invitation: sha256.Sum256(token),
	}.Message()
	if err != nil {
		return p, err
	}
	// The code of half a minute ago: that of now is for whoever reads the tour.
	code, err := staff.CodeOf(p.factor, d.now().Add(-30*time.Second))
	if err != nil {
		return p, err
	}
	_, err = d.Staff.Enrol(ctx, link.Door, link.Token, staff.Enrolment{
		ID: p.account, Name: key.Name, Recipient: key.Age.Recipient().String(), Sign: seal.EncodeKey(key.Sign.Public().(ed25519.PublicKey)), Login: seal.EncodeKey(public),
		Salt: salt[:], Wrapped: wrapped, Proof: ed25519.Sign(key.Sign, msg), Code: code,
	})
	return p, err
}

// DeskPlayer is somebody of the demonstration who can sign in.
type DeskPlayer struct{ Account, Passphrase, Factor string }

// DeskPlayer finds the player of a role; ok is false before OpenDesk.
func (d *Demo) DeskPlayer(role staff.Role) (p DeskPlayer, ok bool) {
	for _, q := range d.desk {
		if q.role == role {
			return DeskPlayer{string(q.account), q.passphrase, q.factor}, true
		}
	}
	return p, false
}

// Now is the demonstration's time.
func (d *Demo) Now() time.Time { return d.now() }

// deskPeople are the cards of those who sign in, with the code that their telephone would show now. A code counts once: the
// next one comes with the page half a minute later.
func (d *Demo) deskPeople(l *i18n.Localizer) (out []site.TourPerson) {
	for _, p := range d.desk {
		code, err := staff.CodeOf(p.factor, d.now())
		if err != nil {
			continue
		}
		url := d.Config.Desk.URL
		if p.role.Door() == staff.Inspect {
			url = d.Config.Desk.Inspect
		}
		role := l.T("tour.role_"+string(p.role), nil)
		out = append(out, site.TourPerson{Name: role, Role: role, Does: l.T("tour.does_at_"+string(p.role), nil), KeyFile: d.KeyFile(string(p.account)),
			Account: string(p.account), Passphrase: p.passphrase, Code: code, Door: url + "/" + l.Lang().Segment() + "/"})
	}
	return out
}
