package staff

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// challengeLife is how long somebody may take from name to signature, which costs their device seconds.
const challengeLife = 2 * time.Minute

// Start is what a browser needs to sign in by passphrase.
type Start struct {
	Salt      [16]byte
	Challenge [32]byte
}

// errRefused is the one answer for a wrong passphrase and for an account that is unknown or removed.
func errRefused() error { return errs.New(errs.Denied, "staff.refused", nil) }

// Start begins a sign-in, or an enrolment, which takes its salt from here. Every name has a salt, always the same one, whether
// there is an account, there is none yet or it was removed. A name that cannot be an account's is Invalid.
func (s *Service) Start(ctx context.Context, at Door, who id.Member) (Start, error) {
	if _, err := s.door(at); err != nil {
		return Start{}, err
	}
	if !id.ValidName(string(who)) {
		return Start{}, errs.New(errs.Invalid, "staff.bad_id", nil).AtField("account")
	}
	a, known, err := s.account(ctx, at, who)
	if err != nil {
		return Start{}, err
	}
	out := Start{Salt: s.saltOf(at, who), Challenge: s.challenge(at, who, s.o.Now())}
	if known {
		out.Salt = a.Salt // the same, unless the server's keys were replaced since
	}
	return out, nil
}

// account finds an active account; known is false when there is none.
func (s *Service) account(ctx context.Context, at Door, who id.Member) (a store.Account, known bool, err error) {
	err = s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		a, err = tx.Account(string(at), who)
		return err
	})
	if errs.Is(err, errs.NotFound) {
		return a, false, nil
	}
	return a, err == nil && a.State == store.AccountActive, err
}

// saltOf is the salt of a name at a door: who joins under it gets this one, and whoever asks before, meanwhile and after
// learns nothing.
func (s *Service) saltOf(at Door, who id.Member) [16]byte {
	h := hmac.New(sha256.New, s.keys.salt)
	h.Write([]byte(string(at) + "\n" + string(who)))
	return [16]byte(h.Sum(nil)[:16])
}

// challenge is 8 bytes of time, 8 random ones, and a MAC of 16 over both with door and account. Nothing is kept: a second
// use of it needs another code of the second factor.
func (s *Service) challenge(at Door, who id.Member, now time.Time) (c [32]byte) {
	binary.BigEndian.PutUint64(c[:8], uint64(now.Unix()))
	rand.Read(c[8:16])
	copy(c[16:], s.challengeMAC(at, who, c[:16]))
	return c
}

func (s *Service) challengeMAC(at Door, who id.Member, head []byte) []byte {
	h := hmac.New(sha256.New, s.keys.challenge)
	h.Write([]byte("clarion/staff-challenge/v1\n" + string(at) + "\n" + string(who) + "\n"))
	h.Write(head)
	return h.Sum(nil)[:16]
}

func (s *Service) checkChallenge(at Door, who id.Member, c [32]byte) error {
	age := s.o.Now().Sub(time.Unix(int64(binary.BigEndian.Uint64(c[:8])), 0))
	if !hmac.Equal(c[16:], s.challengeMAC(at, who, c[:16])) || age < -time.Second || age > challengeLife {
		return errs.New(errs.Invalid, "staff.challenge_over", nil)
	}
	return nil
}

// Finish ends a sign-in by passphrase: sig is by the login key over [seal.StaffSignIn], code is of the second factor. An
// unknown account and a wrong signature are the same Denied. Only who has signed rightly learns about the code: Invalid
// when it is wrong, Conflict when it was used, TooMany while none is taken.
func (s *Service) Finish(ctx context.Context, at Door, who id.Member, challenge [32]byte, sig []byte, code string) (in SignedIn, err error) {
	if _, err := s.door(at); err != nil {
		return in, err
	}
	if !id.ValidName(string(who)) {
		return in, errs.New(errs.Invalid, "staff.bad_id", nil).AtField("account")
	}
	if err := s.checkChallenge(at, who, challenge); err != nil {
		return in, err
	}
	a, known, err := s.account(ctx, at, who)
	if err != nil {
		return in, err
	}
	login := s.decoy
	if known {
		login = a.Login
	}
	msg := seal.StaffSignIn{Instance: s.o.Instance, Door: string(at), Account: string(who), Challenge: challenge}
	if err := msg.Verify(ed25519.PublicKey(login[:]), sig); err != nil || !known {
		return in, errRefused()
	}
	return s.second(ctx, a, code)
}

// second finishes the sign-in of somebody whose signature was right, with the second factor.
func (s *Service) second(ctx context.Context, a store.Account, code string) (in SignedIn, err error) {
	secret, err := s.openFactor(a)
	if err != nil {
		return in, err
	}
	var refused error
	err = s.o.Store.Write(ctx, func(tx *store.Tx) error {
		now, err := tx.Account(a.Door, a.ID) // it may have changed since the signature was checked
		if err != nil {
			return err
		}
		if now.State != store.AccountActive || now.Login != a.Login {
			return errRefused()
		}
		if refused, err = s.takeCode(tx, now, secret, code); refused != nil || err != nil {
			return err
		}
		in, err = s.enter(tx, now, "signed-in", map[string]any{"way": "passphrase"})
		return err
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return SignedIn{}, err
	}
	return in, nil
}

// enter begins the session of somebody who has proved themselves, with its audit entry: there is no other way in.
func (s *Service) enter(tx *store.Tx, a store.Account, act string, detail map[string]any) (in SignedIn, err error) {
	if in.Wrapped, err = tx.Wrapped(a.Door, a.ID); err != nil {
		return in, err
	}
	if in.Token, in.Session, err = s.begin(tx, a); err != nil {
		return in, err
	}
	return in, s.audit(tx, a.ID, Door(a.Door), act, detail)
}
