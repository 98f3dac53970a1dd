package app

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"clarion.example/clarion/internal/errs"
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

// DeskSecret is what somebody of the demonstration types at a door, and what their browser makes of it.
type DeskSecret struct {
	Passphrase string
	Salt       [16]byte
	Login      ed25519.PrivateKey
	KEK        *seal.Identity
}

// NewDeskSecret draws a passphrase and derives from it and the salt that the door gave, which takes about half a second.
func NewDeskSecret(salt [16]byte) (s DeskSecret, err error) {
	s.Passphrase, s.Salt = seal.GeneratePassphrase(), salt
	s.Login, s.KEK, err = seal.StaffKeys(s.Passphrase, s.Salt)
	return s, err
}

// OpenDesk gives the demonstration's administrator, inspector and members accounts at their doors. The members' keys are
// those of the signed rosters. It takes some seconds, because passphrases are slow to derive from.
func (d *Demo) OpenDesk(ctx context.Context) error {
	return d.OpenDeskWith(ctx, func(_ string, salt [16]byte) (DeskSecret, error) { return NewDeskSecret(salt) })
}

// OpenDeskWith is [Demo.OpenDesk] with the secrets that deal gives, each to one account and its salt.
func (d *Demo) OpenDeskWith(ctx context.Context, deal func(account string, salt [16]byte) (DeskSecret, error)) error {
	admin, err := d.newKey(seal.KeyMember, "gu", "顾 Gu", workday.DayOf(d.now(), d.Pack.Zone))
	if err != nil {
		return err
	}
	first := func(role staff.Role, key *seal.KeyFile) (in staff.SignedIn, err error) {
		link, err := d.Staff.InviteFirst(ctx, role)
		if err != nil {
			return in, err
		}
		return d.joins(ctx, link, role, key, deal)
	}
	in, err := first(staff.Administrator, admin)
	if err != nil {
		return err
	}
	if _, err := first(staff.Inspector, d.keys["inspector"]); err != nil {
		return err
	}
	for _, p := range players() {
		key := d.keys[p.id]
		link, err := d.Staff.Invite(ctx, in.Session, staff.Invitation{Role: staff.Member, ID: id.Member(key.ID), Name: key.Name})
		if err != nil {
			return err
		}
		if _, err := d.joins(ctx, link, staff.Member, key, deal); err != nil {
			return err
		}
	}
	// The administrator of the demonstration signs in like anybody else.
	return d.Staff.SignOut(ctx, in.Session, false)
}

// joins does what somebody who opens a link does in their browser.
func (d *Demo) joins(ctx context.Context, link staff.Link, role staff.Role, key *seal.KeyFile, deal func(string, [16]byte) (DeskSecret, error)) (in staff.SignedIn, err error) {
	start, err := d.Staff.Start(ctx, link.Door, id.Member(key.ID))
	if err != nil {
		return in, err
	}
	secret, err := deal(key.ID, start.Salt)
	if err != nil {
		return in, err
	}
	p := deskPlayer{account: id.Member(key.ID), role: role, passphrase: secret.Passphrase}
	_, factor, err := d.Staff.BeginEnrolment(ctx, link.Door, link.Token, p.account)
	if err != nil {
		return in, err
	}
	p.factor = strings.ReplaceAll(factor.Secret, " ", "")
	wrapped, err := seal.WrapKeyFile(key, secret.KEK)
	if err != nil {
		return in, err
	}
	token, err := base64.RawURLEncoding.DecodeString(link.Token)
	if err != nil {
		return in, err
	}
	public := secret.Login.Public().(ed25519.PublicKey)
	msg, err := seal.Enrolment{
		Instance: d.Dir.Instance, Door: string(link.Door), Account: key.ID, Role: string(role), Recipient: key.Age.Recipient(), Login: public, Invitation: sha256.Sum256(token),
	}.Message()
	if err != nil {
		return in, err
	}
	enrol := func() error {
		// The code of half a minute ago: that of now is for whoever reads the tour.
		code, err := staff.CodeOf(p.factor, d.now().Add(-30*time.Second))
		if err != nil {
			return err
		}
		in, err = d.Staff.Enrol(ctx, link.Door, link.Token, staff.Enrolment{
			ID: p.account, Name: key.Name, Recipient: key.Age.Recipient().String(), Sign: seal.EncodeKey(key.Sign.Public().(ed25519.PublicKey)), Login: seal.EncodeKey(public),
			Salt: secret.Salt[:], Wrapped: wrapped, Proof: ed25519.Sign(key.Sign, msg), Code: code,
		})
		return err
	}
	err = enrol()
	if e, ok := errs.Public(err); ok && e.Key == "staff.code_wrong" {
		err = enrol() // the half minute turned over between reading the code and checking it
	}
	if err == nil {
		d.desk = append(d.desk, p)
	}
	return in, err
}

// DeskPlayer is somebody of the demonstration who can sign in.
type DeskPlayer struct{ Account, Passphrase, Factor string }

// DeskPlayer finds the player of a role, of members the first; ok is false before OpenDesk.
func (d *Demo) DeskPlayer(role staff.Role) (p DeskPlayer, ok bool) {
	return d.deskPlayer(func(q deskPlayer) bool { return q.role == role })
}

// DeskMember finds a member by account: chen (triage), lin (handler), zhao and wu (approvers).
func (d *Demo) DeskMember(account string) (p DeskPlayer, ok bool) {
	return d.deskPlayer(func(q deskPlayer) bool { return q.role == staff.Member && string(q.account) == account })
}

func (d *Demo) deskPlayer(is func(deskPlayer) bool) (p DeskPlayer, ok bool) {
	for _, q := range d.desk {
		if is(q) {
			return DeskPlayer{string(q.account), q.passphrase, q.factor}, true
		}
	}
	return p, false
}

// Now is the demonstration's time.
func (d *Demo) Now() time.Time { return d.now() }

// deskPeople are the cards of those who sign in and are no players at the terminal.
func (d *Demo) deskPeople(l *i18n.Localizer) (out []site.TourPerson) {
	for _, p := range d.desk {
		if p.role == staff.Member {
			continue
		}
		role := l.T("tour.role_"+string(p.role), nil)
		person := site.TourPerson{Name: role, Role: role, Does: l.T("tour.does_at_"+string(p.role), nil), KeyFile: d.KeyFile(string(p.account))}
		d.signsIn(&person, p, l)
		out = append(out, person)
	}
	return out
}

// signsIn adds what somebody types at their door to their card, with the code that their telephone would show now. A code
// counts once: the next one comes with the page half a minute later.
func (d *Demo) signsIn(person *site.TourPerson, p deskPlayer, l *i18n.Localizer) {
	code, err := staff.CodeOf(p.factor, d.now())
	if err != nil {
		return
	}
	url := d.Config.Desk.URL
	if p.role.Door() == staff.Inspect {
		url = d.Config.Desk.Inspect
	}
	person.Account, person.Passphrase, person.Code, person.Door = string(p.account), p.passphrase, code, url+"/"+l.Lang().Segment()+"/"
}
