package staff

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// permitLife is how long somebody may take from showing that it is they to the end of the change: words are copied by hand.
const permitLife = 15 * time.Minute

// Change is what somebody who is signed in may change of their ways in. A session alone is not enough for it: it may have been
// stolen, or left open with the key.
type Change string

// The changes.
const (
	ChangePassphrase Change = "passphrase"
	ChangeFactor     Change = "factor"
)

func (c Change) valid() bool { return c == ChangePassphrase || c == ChangeFactor }

// permit is what somebody gets who has just shown that it is they: for one change, in one session, while the ways in are those
// of then. The browser keeps it for us, under a MAC; what it allows ends it.
type permit struct {
	Change  Change `json:"change"`
	Door    Door   `json:"door"`
	Session []byte `json:"session"`
	Was     []byte `json:"was"` // of the ways in
	Way     string `json:"way"` // passphrase or passkey
	Until   int64  `json:"until"`
	Random  []byte `json:"random"` // a new second factor follows from it
}

// waysOf names the ways in of an account: whatever changes one of them ends every permit.
func waysOf(a store.Account) []byte {
	h := sha256.New()
	h.Write([]byte("clarion/ways/v1\n"))
	h.Write(a.Login[:])
	h.Write(a.TOTP)
	return h.Sum(nil)
}

func (s *Service) permitMAC(b []byte) []byte {
	h := hmac.New(sha256.New, s.keys.state)
	h.Write([]byte("clarion/permit/v1\n"))
	h.Write(b)
	return h.Sum(nil)
}

func (s *Service) permit(by *Session, a store.Account, c Change, way string) (string, error) {
	p := permit{Change: c, Door: by.Door, Session: by.mark[:], Was: waysOf(a), Way: way, Until: s.o.Now().Add(permitLife).Unix(), Random: make([]byte, 16)}
	rand.Read(p.Random)
	b, err := json.Marshal(p)
	return base64.RawURLEncoding.EncodeToString(append(b, s.permitMAC(b)...)), err
}

func errNotPresent() error { return errs.New(errs.Invalid, "staff.presence_over", nil) }

// openPermit reads a permit of ours for this change and session. Whether the ways in are still those of then is for who uses it.
func (s *Service) openPermit(text string, by *Session, c Change) (p permit, err error) {
	if by == nil {
		return p, errSignedOut()
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if len(text) > maxState || err != nil || len(b) < sha256.Size {
		return p, errNotPresent()
	}
	b, mac := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if !hmac.Equal(mac, s.permitMAC(b)) {
		return p, errNotPresent()
	}
	if err := json.Unmarshal(b, &p); err != nil {
		return p, fmt.Errorf("a permit of ours: %w", err)
	}
	if p.Change != c || p.Door != by.Door || !hmac.Equal(p.Session, by.mark[:]) || s.o.Now().Unix() >= p.Until {
		return p, errNotPresent()
	}
	return p, nil
}

// presenceMAC is the end of a challenge for one change in one session. A challenge of a sign-in has another.
func (s *Service) presenceMAC(by *Session, c Change, head []byte) []byte {
	h := hmac.New(sha256.New, s.keys.challenge)
	h.Write([]byte("clarion/presence-challenge/v1\n" + string(by.Door) + "\n" + string(by.Account) + "\n" + string(c) + "\n"))
	h.Write(by.mark[:])
	h.Write(head)
	return h.Sum(nil)[:16]
}

// StartPresence asks somebody who is signed in for their passphrase: the login key signs the challenge.
func (s *Service) StartPresence(ctx context.Context, by *Session, c Change) (out Start, err error) {
	if !c.valid() {
		return out, errs.New(errs.Invalid, "web.bad_form", nil)
	}
	p, err := s.own(ctx, by)
	if err != nil {
		return out, err
	}
	out.Salt = p.account.Salt
	binary.BigEndian.PutUint64(out.Challenge[:8], uint64(s.o.Now().Unix()))
	rand.Read(out.Challenge[8:16])
	copy(out.Challenge[16:], s.presenceMAC(by, c, out.Challenge[:16]))
	return out, nil
}

// Presence gives the permit for a change to who has signed the challenge ([seal.StaffPresence]) and types a code that was not
// used. Denied for another passphrase, which the audit log keeps; codes are refused as by [Service.Finish].
func (s *Service) Presence(ctx context.Context, by *Session, c Change, challenge [32]byte, sig []byte, code string) (text string, err error) {
	if by == nil {
		return "", errSignedOut()
	}
	age := s.o.Now().Sub(time.Unix(int64(binary.BigEndian.Uint64(challenge[:8])), 0))
	if !c.valid() || !hmac.Equal(challenge[16:], s.presenceMAC(by, c, challenge[:16])) || age < -time.Second || age > challengeLife {
		return "", errs.New(errs.Invalid, "staff.challenge_over", nil)
	}
	msg := seal.StaffPresence{Instance: s.o.Instance, Door: string(by.Door), Account: string(by.Account), Act: string(c), Challenge: challenge}
	var refused error
	err = s.present(ctx, by, c, "passphrase", func(tx *store.Tx, a store.Account) (err error) {
		if err := msg.Verify(ed25519.PublicKey(a.Login[:]), sig); err != nil {
			return errs.New(errs.Denied, "staff.not_present", nil)
		}
		secret, err := s.openFactor(a)
		if err != nil {
			return err
		}
		refused, err = s.takeCode(tx, a, secret, code)
		return err
	}, func() bool { return refused != nil }, &text)
	return text, firstOf(err, refused)
}

// present runs check in a transaction, writes it down, and makes the permit. Where held says so afterwards, what check has
// written stays and nothing is given: a wrong code is counted.
func (s *Service) present(ctx context.Context, by *Session, c Change, way string, check func(*store.Tx, store.Account) error, held func() bool, text *string) error {
	known := false
	err := s.o.Store.Write(ctx, func(tx *store.Tx) error {
		a, err := s.live(tx, by)
		if err != nil {
			return err
		}
		known = true
		if err := check(tx, a); err != nil || held() {
			return err
		}
		if *text, err = s.permit(by, a, c, way); err != nil {
			return err
		}
		return s.audit(tx, a.ID, by.Door, "presence", map[string]any{"for": string(c), "way": way})
	})
	if err != nil {
		*text = ""
	}
	if !known {
		return err
	}
	return s.o.Store.AuditRefusal(ctx, err, func(why map[string]any) (store.AuditEntry, error) {
		why["for"] = string(c)
		return s.entry(by.Account, by.Door, "presence", why)
	})
}

// BeginPresence asks for one of the person's own passkeys. NotFound when they have none.
func (s *Service) BeginPresence(ctx context.Context, by *Session, c Change) (q Ceremony, err error) {
	if !c.valid() {
		return q, errs.New(errs.Invalid, "web.bad_form", nil)
	}
	p, err := s.own(ctx, by)
	if err != nil {
		return q, err
	}
	web, err := s.web(by.Door)
	if err != nil {
		return q, err
	}
	if len(p.known) == 0 {
		return q, errs.New(errs.NotFound, "store.passkey_absent", nil)
	}
	options, data, err := web.BeginLogin(p, webauthn.WithUserVerification(protocol.VerificationRequired), webauthn.WithAssertionExtensions(prf()))
	if err != nil {
		return q, fmt.Errorf("asking for a passkey: %w", err)
	}
	return s.ceremony(options, state{Ceremony: ceremony("present-" + c), Door: by.Door, Session: by.mark[:], Data: *data})
}

// FinishPresence gives the permit for a change to who has just used a passkey of this account, with a finger, a face or a PIN.
// Faults are those of [Service.FinishPasskey].
func (s *Service) FinishPresence(ctx context.Context, by *Session, c Change, stateText string, body []byte) (text string, err error) {
	if err := RefusePRF(body); err != nil {
		return "", err
	}
	p, err := s.own(ctx, by)
	if err != nil {
		return "", err
	}
	web, err := s.web(by.Door)
	if err != nil {
		return "", err
	}
	st, err := s.openState(stateText, ceremony("present-"+c), by.Door, by.mark[:])
	if err != nil {
		return "", err
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(body)
	if err != nil {
		return "", errRefusedPasskey(err)
	}
	err = s.present(ctx, by, c, "passkey", func(tx *store.Tx, _ store.Account) error {
		key, err := web.ValidateLogin(p, st.Data, answer)
		if err != nil || key.Authenticator.CloneWarning {
			return errRefusedPasskey(err)
		}
		return s.answered(tx, st, key)
	}, func() bool { return false }, &text)
	return text, err
}
