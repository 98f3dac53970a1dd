package staff

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// NewPassphrase is a passphrase that takes the place of another, as the person's browser made it. The salt is the account's: it
// never changes, because what a stranger is told of a name must not.
type NewPassphrase struct {
	Permit  string
	Login   string // base64url, Ed25519
	Salt    []byte // 16 bytes
	Wrapped []byte // the key file, sealed to the new passphrase and to every passkey
	Proof   []byte // by the person's signing key over [seal.StaffNewPassphrase]
}

// errWaysMoved is for a permit of before another change.
func errWaysMoved() error { return errs.New(errs.Conflict, "staff.ways_moved", nil) }

// SetPassphrase replaces the passphrase of a session's person and ends their other sessions. Whatever is wrong changes nothing:
// Invalid for a permit that is over or keys that do not fit, Conflict when the account has changed meanwhile. Sent twice, it is
// done once, so that a browser which got no answer may ask again.
func (s *Service) SetPassphrase(ctx context.Context, by *Session, n NewPassphrase) error {
	p, err := s.openPermit(n.Permit, by, ChangePassphrase)
	if err != nil {
		return err
	}
	bad := func(field string, err error) error {
		return errs.Wrap(errs.Invalid, "staff.bad_keys", nil, err).AtField(field)
	}
	login, err := seal.ParseKey(n.Login)
	if err != nil {
		return bad("login", err)
	}
	if len(n.Salt) != 16 {
		return bad("salt", nil)
	}
	next := store.NewWays{Login: [32]byte(login), Salt: [16]byte(n.Salt), Wrapped: n.Wrapped}
	return s.renews(ctx, by, "passphrase-changed", p, func(tx *store.Tx, a store.Account) (done bool, err error) {
		before, err := tx.Wrapped(a.Door, a.ID)
		if err != nil {
			return false, err
		}
		if a.Login == next.Login && bytes.Equal(before, next.Wrapped) {
			return true, nil
		}
		if !hmac.Equal(p.Was, waysOf(a)) {
			return false, errWaysMoved()
		}
		if next.Salt != a.Salt {
			return false, bad("salt", nil)
		}
		keys, err := tx.Passkeys(a.Door, a.ID)
		if err != nil {
			return false, err
		}
		if err := checkWrapped(n.Wrapped, 1+len(keys)); err != nil {
			return false, bad("wrapped", err)
		}
		proof := seal.StaffNewPassphrase{Instance: s.o.Instance, Door: a.Door, Account: string(a.ID), Login: login, Salt: next.Salt,
			Before: sha256.Sum256(before), After: sha256.Sum256(n.Wrapped)}
		if err := proof.Verify(ed25519.PublicKey(a.Sign[:]), n.Proof); err != nil {
			return false, errs.Wrap(errs.Conflict, "store.wrapped_moved", nil, err)
		}
		if known, err := tx.AccountKeyKnown("", next.Login, next.Login); err != nil || known {
			return false, firstOf(err, errs.New(errs.Conflict, "staff.key_in_use", nil))
		}
		return false, tx.SetPassphrase(a.Door, a.ID, before, next)
	})
}

// renews runs fn for who has a permit, writes it down and ends the person's other sessions; or nothing, where fn says that it
// was done before.
func (s *Service) renews(ctx context.Context, by *Session, act string, p permit, fn func(*store.Tx, store.Account) (done bool, err error)) error {
	known := false
	err := s.o.Store.Write(ctx, func(tx *store.Tx) error {
		a, err := s.live(tx, by)
		if err != nil {
			return err
		}
		known = true
		if done, err := fn(tx, a); done || err != nil {
			return err
		}
		if err := tx.EndOtherSessions(a.Door, a.ID, by.mark); err != nil {
			return err
		}
		return s.audit(tx, a.ID, by.Door, act, map[string]any{"way": p.Way})
	})
	if !known {
		return err
	}
	return s.o.Store.AuditRefusal(ctx, err, func(why map[string]any) (store.AuditEntry, error) { return s.entry(by.Account, by.Door, act, why) })
}

// renewedFactor is the secret that a permit leads to, so that nothing is kept before a code of it was typed.
func (s *Service) renewedFactor(p permit) []byte {
	h := hmac.New(sha256.New, s.keys.enrolTOTP)
	h.Write([]byte("clarion/factor-renewal/v1\n"))
	h.Write(p.Session)
	h.Write(p.Random)
	return h.Sum(nil)[:codeSecret]
}

// ShowFactor is the second factor that a permit leads to, always the same. The present one holds until [Service.SetFactor].
func (s *Service) ShowFactor(ctx context.Context, by *Session, permitText string) (f SecondFactor, err error) {
	p, err := s.openPermit(permitText, by, ChangeFactor)
	if err != nil {
		return f, err
	}
	me, err := s.own(ctx, by)
	if err != nil {
		return f, err
	}
	if !hmac.Equal(p.Was, waysOf(me.account)) {
		return f, errWaysMoved()
	}
	d, err := s.door(by.Door)
	if err != nil {
		return f, err
	}
	return showFactor(s.renewedFactor(p), d.host, string(by.Account))
}

// SetFactor replaces the second factor by the one that the permit leads to, once a code of it is right, and ends the person's
// other sessions. Sent twice, it is done once.
func (s *Service) SetFactor(ctx context.Context, by *Session, permitText, code string) error {
	p, err := s.openPermit(permitText, by, ChangeFactor)
	if err != nil {
		return err
	}
	secret := s.renewedFactor(p)
	step, ok, err := codeStep(secret, code, s.o.Now())
	if err != nil {
		return err
	}
	sealed, err := s.sealFactor(secret, by.Door, by.Account)
	if err != nil {
		return err
	}
	var refused error
	err = s.renews(ctx, by, "factor-renewed", p, func(tx *store.Tx, a store.Account) (done bool, err error) {
		now, err := s.openFactor(a)
		if err != nil {
			return false, err
		}
		if hmac.Equal(now, secret) {
			return true, nil
		}
		if !hmac.Equal(p.Was, waysOf(a)) {
			return false, errWaysMoved()
		}
		if !ok {
			refused = errWrongCode() // of a secret that is not in force: no guess, and nothing for the log
			return true, nil
		}
		return false, tx.SetFactor(a.Door, a.ID, a.TOTP, sealed, step)
	})
	return firstOf(err, refused)
}
