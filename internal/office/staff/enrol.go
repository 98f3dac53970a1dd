package staff

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// maxWrapped is the largest wrapped key file in bytes: with four keys, which it names inside, it has some 17 KB.
const maxWrapped = 32 << 10

// Enrolment is what somebody who joins has made in their browser. ID and Name count only where the invitation leaves them
// open.
type Enrolment struct {
	ID        id.Member
	Name      string
	Recipient string // age1pq1…
	Sign      string // base64url, Ed25519: the person's
	Login     string // base64url, Ed25519: of the passphrase
	Salt      []byte // 16 bytes: what [Service.Start] gives for ID
	Wrapped   []byte // the key file, sealed to the key of the passphrase alone
	Proof     []byte // by Sign over [seal.Enrolment]
	Code      string // of the second factor
}

// BeginEnrolment is what a page needs for somebody who came with a link: who they are to be, and their second factor.
// chosen is the id that they choose, where the link leaves it open; it may be empty still. Nothing is stored.
func (s *Service) BeginEnrolment(ctx context.Context, at Door, token string, chosen id.Member) (Invitation, SecondFactor, error) {
	i, err := s.invitation(ctx, at, token)
	if err != nil {
		return Invitation{}, SecondFactor{}, err
	}
	d, err := s.door(at)
	if err != nil {
		return Invitation{}, SecondFactor{}, err
	}
	who := i.Account
	if who == "" && id.ValidName(string(chosen)) {
		who = chosen
	}
	if who == "" {
		who = id.Member(i.Role)
	}
	f, err := showFactor(s.secondFactor(i.Mark), d.host, string(who))
	return invitationOf(i), f, err
}

// enrolled is an [Enrolment] whose parts are well-formed and belong together.
type enrolled struct {
	account store.Account
	wrapped []byte
}

// Enrol makes the account of an invitation, uses the link up and signs the person in. Whatever is wrong changes nothing:
// Invalid with the field, NotFound for the link, Conflict when the id or a key is somebody else's.
func (s *Service) Enrol(ctx context.Context, at Door, token string, e Enrolment) (in SignedIn, err error) {
	i, err := s.invitation(ctx, at, token)
	if err != nil {
		return in, err
	}
	got, err := s.checkEnrolment(i, e)
	if err != nil {
		return in, err
	}
	secret := s.secondFactor(i.Mark)
	step, ok, err := codeStep(secret, e.Code, s.o.Now())
	if err != nil {
		return in, err
	}
	if !ok {
		return in, errWrongCode()
	}
	got.account.Step, got.account.Made = step, s.today()
	if got.account.TOTP, err = s.sealFactor(secret, at, got.account.ID); err != nil {
		return in, err
	}
	err = s.o.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.UseInvitation(i.Mark, s.o.Now()); err != nil {
			return err
		}
		if err := s.admit(tx, i, got.account); err != nil {
			return err
		}
		if err := tx.AddAccount(got.account, got.wrapped); err != nil {
			return err
		}
		in, err = s.enter(tx, got.account, "staff-enrolled", map[string]any{"role": i.Role})
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	return in, nil
}

// admit refuses an id that was given, a key that is somebody's, and a second first administrator.
func (s *Service) admit(tx *store.Tx, i store.Invitation, a store.Account) error {
	if roles()[Role(i.Role)].byOperator {
		if err := s.vacant(tx, Role(i.Role)); err != nil {
			return err
		}
	}
	if err := s.free(tx, Door(a.Door), a.ID); err != nil {
		return err
	}
	known, err := tx.AccountKeyKnown(a.Recipient, a.Sign, a.Login)
	if err == nil && known {
		return errs.New(errs.Conflict, "staff.key_in_use", nil)
	}
	return err
}

// checkEnrolment looks at everything that needs no database.
func (s *Service) checkEnrolment(i store.Invitation, e Enrolment) (enrolled, error) {
	who, name := i.Account, i.Name
	if who == "" {
		who, name = e.ID, e.Name
		if err := checkPerson(who, name); err != nil {
			return enrolled{}, err
		}
	}
	bad := func(field string, err error) (enrolled, error) {
		return enrolled{}, errs.Wrap(errs.Invalid, "staff.bad_keys", nil, err).AtField(field)
	}
	recipient, err := seal.ParseRecipient(e.Recipient)
	if err != nil {
		return bad("recipient", err)
	}
	sign, err := seal.ParseKey(e.Sign)
	if err != nil {
		return bad("sign", err)
	}
	login, err := seal.ParseKey(e.Login)
	if err != nil {
		return bad("login", err)
	}
	if sign.Equal(login) {
		return bad("login", nil)
	}
	if salt := s.saltOf(Door(i.Door), who); !hmac.Equal(e.Salt, salt[:]) {
		return bad("salt", nil) // another one would tell a stranger who asks for it that somebody has joined
	}
	if err := checkWrapped(e.Wrapped, 1); err != nil {
		return bad("wrapped", err)
	}
	proof := seal.Enrolment{Instance: s.o.Instance, Door: i.Door, Account: string(who), Role: i.Role, Recipient: recipient, Login: login, Invitation: i.Mark}
	if err := proof.Verify(sign, e.Proof); err != nil {
		return bad("proof", err)
	}
	return enrolled{wrapped: e.Wrapped, account: store.Account{Door: i.Door, ID: who, Role: i.Role, Name: name, State: store.AccountActive,
		Recipient: recipient.String(), Sign: [32]byte(sign), Login: [32]byte(login), Salt: [16]byte(e.Salt)}}, nil
}

// checkWrapped refuses what is no age file to exactly so many hybrid keys: a key file in clear, or under a passphrase,
// is never kept.
func checkWrapped(b []byte, keys int) error {
	n, err := seal.CheckHeader(b, seal.MaxRecipients)
	switch {
	case err != nil:
		return err
	case n != keys:
		return seal.ErrRecipient
	case len(b) > maxWrapped:
		return seal.ErrTooLarge
	case int64(len(b)) <= seal.SealedSize(0, n):
		return seal.ErrFormat
	}
	return nil
}

// checkRewrap refuses a wrapped key file that does not come from whoever holds the keys, or is not to so many of them.
func (s *Service) checkRewrap(a store.Account, before []byte, r Rewrap, keys int) error {
	if err := checkWrapped(r.Wrapped, keys); err != nil {
		return errs.Wrap(errs.Invalid, "staff.bad_keys", nil, err).AtField("wrapped")
	}
	proof := seal.StaffRewrap{Instance: s.o.Instance, Door: a.Door, Account: string(a.ID), Before: sha256.Sum256(before), After: sha256.Sum256(r.Wrapped)}
	if err := proof.Verify(ed25519.PublicKey(a.Sign[:]), r.Proof); err != nil {
		return errs.Wrap(errs.Conflict, "store.wrapped_moved", nil, err)
	}
	return nil
}
