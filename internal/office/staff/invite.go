package staff

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
)

// InvitationLife is how long a link lives.
const InvitationLife = 60 * time.Minute

// maxName is the longest name of a person in bytes, as in a key file.
const maxName = 200

// Invitation lets one person make one account. ID and Name are empty in the operator's two links: the first person
// chooses them.
type Invitation struct {
	Role  Role
	ID    id.Member
	Name  string
	Until time.Time
}

// Link is an invitation with what only the link holds. The token stands behind #, so that no log sees it.
type Link struct {
	Door  Door
	Token string
	URL   string
	Until time.Time
}

func errNoInvitation() error { return errs.New(errs.NotFound, "store.invitation_absent", nil) }

// Invite makes a link for a member or custodian, in place of an earlier one for the same person. Only an administrator
// may. Conflict when there is or was an account of this id.
func (s *Service) Invite(ctx context.Context, by *Session, i Invitation) (link Link, err error) {
	if roles()[i.Role].byOperator || i.Role.Door() == "" {
		return link, errs.New(errs.Invalid, "staff.bad_role", nil).AtField("role")
	}
	if err := checkPerson(i.ID, i.Name); err != nil {
		return link, err
	}
	err = s.asAdministrator(ctx, by, "staff-invited", map[string]any{"account": string(i.ID), "role": string(i.Role)}, func(tx *store.Tx, a store.Account) error {
		if err := s.free(tx, i.Role.Door(), i.ID); err != nil {
			return err
		}
		link, err = s.link(tx, i, a.ID)
		return err
	})
	return link, err
}

// InviteFirst makes the operator's link for the first administrator or the inspector, in place of an earlier one.
// Conflict while somebody has the role.
func (s *Service) InviteFirst(ctx context.Context, role Role) (link Link, err error) {
	if !roles()[role].byOperator {
		return link, errs.New(errs.Invalid, "staff.bad_role", nil).AtField("role")
	}
	err = s.operate(ctx, role.Door(), "staff-invited", map[string]any{"role": string(role)}, func(tx *store.Tx) (err error) {
		if err := s.vacant(tx, role); err != nil {
			return err
		}
		link, err = s.link(tx, Invitation{Role: role}, "")
		return err
	})
	return link, err
}

// vacant is Conflict while somebody has the role.
func (s *Service) vacant(tx *store.Tx, role Role) error {
	all, err := tx.Accounts(string(role.Door()))
	for _, a := range all {
		if a.State == store.AccountActive && a.Role == string(role) {
			return errs.New(errs.Conflict, "staff.role_taken", nil)
		}
	}
	return err
}

// free is Conflict when the id was given.
func (s *Service) free(tx *store.Tx, at Door, who id.Member) error {
	_, err := tx.Account(string(at), who)
	if err == nil {
		return errs.New(errs.Conflict, "staff.id_taken", nil).AtField("id")
	}
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

func (s *Service) link(tx *store.Tx, i Invitation, by id.Member) (Link, error) {
	at := i.Role.Door()
	d, err := s.door(at)
	if err != nil {
		return Link{}, err
	}
	var raw [32]byte
	rand.Read(raw[:])
	token := base64.RawURLEncoding.EncodeToString(raw[:])
	until := s.o.Now().Add(InvitationLife).Truncate(time.Second)
	return Link{Door: at, Token: token, URL: d.origin + "/join#" + token, Until: until}, tx.AddInvitation(store.Invitation{
		Mark: sha256.Sum256(raw[:]), Door: string(at), Role: string(i.Role), Account: i.ID, Name: i.Name, By: by, Until: until})
}

// Invitation reads the invitation of a link, or NotFound: unknown, used, withdrawn, over, or of the other door.
func (s *Service) Invitation(ctx context.Context, at Door, token string) (Invitation, error) {
	i, err := s.invitation(ctx, at, token)
	return invitationOf(i), err
}

func invitationOf(i store.Invitation) Invitation {
	return Invitation{Role: Role(i.Role), ID: i.Account, Name: i.Name, Until: i.Until}
}

func (s *Service) invitation(ctx context.Context, at Door, token string) (i store.Invitation, err error) {
	mark, ok := tokenMark(token)
	if !ok {
		return i, errNoInvitation()
	}
	err = s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		i, err = tx.Invitation(string(at), mark, s.o.Now())
		return err
	})
	return i, err
}

// Invitations lists the open links of the desk, without their tokens, for an administrator.
func (s *Service) Invitations(ctx context.Context, by *Session) (out []Invitation, err error) {
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		if _, err := s.administrator(tx, by); err != nil {
			return err
		}
		rows, err := tx.Invitations(string(Desk), s.o.Now())
		for _, i := range rows {
			out = append(out, invitationOf(i))
		}
		return err
	})
	return out, err
}

// WithdrawInvitation ends the open link for a person of the desk. Only an administrator may.
func (s *Service) WithdrawInvitation(ctx context.Context, by *Session, who id.Member) error {
	return s.asAdministrator(ctx, by, "invitation-withdrawn", map[string]any{"account": string(who)}, func(tx *store.Tx, _ store.Account) error {
		return tx.WithdrawInvitation(string(Desk), who)
	})
}

// checkPerson refuses an id or a name that a list of keys could not hold.
func checkPerson(who id.Member, name string) error {
	if !id.ValidName(string(who)) {
		return errs.New(errs.Invalid, "staff.bad_id", nil).AtField("id")
	}
	if err := checkLine(name); err != nil {
		return errs.Wrap(errs.Invalid, "staff.bad_name", nil, err).AtField("name")
	}
	return nil
}

// checkLine: one line of printable text, without blanks at the ends or characters that turn its direction.
func checkLine(s string) error {
	if s == "" || len(s) > maxName || !utf8.ValidString(s) || strings.TrimSpace(s) != s ||
		strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return errors.New("staff: no line of text")
	}
	return nil
}
