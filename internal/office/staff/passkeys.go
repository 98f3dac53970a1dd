package staff

import (
	"context"
	"fmt"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Rewrap is a person's key file sealed to a new list of keys, with the proof that it comes from whoever holds the person's
// signing key and takes the place of the one that they saw.
type Rewrap struct {
	Wrapped []byte
	Proof   []byte // by the signing key over [seal.StaffRewrap]
}

// NewPasskey is the answer of a passkey that is to be added.
type NewPasskey struct {
	State     string
	Body      []byte // PublicKeyCredential as JSON, without PRF results
	Name      string
	Recipient string // age1pq1…, of the key that follows from the PRF result
	Rewrap    Rewrap // to the passphrase, all passkeys and this one
}

// BeginAddPasskey asks a browser for a new passkey of a session's person. TooMany when there are three.
func (s *Service) BeginAddPasskey(ctx context.Context, by *Session) (c Ceremony, err error) {
	p, err := s.own(ctx, by)
	if err != nil {
		return c, err
	}
	web, err := s.web(by.Door)
	if err != nil {
		return c, err
	}
	if len(p.passkeys) >= store.MaxPasskeys {
		return c, errs.New(errs.TooMany, "store.passkeys_full", errs.Args{"Max": store.MaxPasskeys})
	}
	var known []protocol.CredentialDescriptor
	for _, k := range p.known {
		known = append(known, k.Descriptor())
	}
	options, data, err := web.BeginRegistration(p, webauthn.WithExclusions(known), webauthn.WithExtensions(prf()))
	if err != nil {
		return c, fmt.Errorf("asking for a new passkey: %w", err)
	}
	return s.ceremony(options, state{Ceremony: adding, Door: by.Door, Session: by.mark[:], Data: *data})
}

// own reads the person of a session.
func (s *Service) own(ctx context.Context, by *Session) (p *person, err error) {
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		a, err := s.live(tx, by)
		if err != nil {
			return err
		}
		p, err = s.person(tx, a.Door, a.ID)
		return err
	})
	return p, err
}

// FinishAddPasskey adds a passkey, its wrapping key and the key file that is sealed to it too, or nothing. PRF results in
// the body are Invalid before anything else; a passkey without the PRF is Invalid, because it could not open the key file.
func (s *Service) FinishAddPasskey(ctx context.Context, by *Session, n NewPasskey) error {
	if err := RefusePRF(n.Body); err != nil {
		return err
	}
	p, err := s.own(ctx, by)
	if err != nil {
		return err
	}
	web, err := s.web(by.Door)
	if err != nil {
		return err
	}
	st, err := s.openState(n.State, adding, by.Door, by.mark[:])
	if err != nil {
		return err
	}
	if err := checkLine(n.Name); err != nil {
		return errs.Wrap(errs.Invalid, "staff.bad_name", nil, err).AtField("name")
	}
	kek, err := seal.ParseRecipient(n.Recipient)
	if err != nil {
		return errs.Wrap(errs.Invalid, "staff.bad_keys", nil, err).AtField("recipient")
	}
	key, err := newCredential(web, p, st, n.Body)
	if err != nil {
		return err
	}
	return s.asOwner(ctx, by, "passkey-added", n.Rewrap, func(tx *store.Tx, a store.Account) error {
		if known, err := tx.AccountKeyKnown(kek.String(), [32]byte{}, [32]byte{}); err != nil || known {
			return firstOf(err, errs.New(errs.Conflict, "staff.key_in_use", nil))
		}
		return tx.AddPasskey(store.Passkey{ID: key.ID, Door: a.Door, Account: a.ID, Name: n.Name, Made: s.today(),
			Recipient: kek.String(), Credential: storedCredential(key)})
	})
}

// newCredential checks what a new passkey has answered.
func newCredential(web *webauthn.WebAuthn, p *person, st state, body []byte) (*webauthn.Credential, error) {
	refuse := func(err error) (*webauthn.Credential, error) {
		return nil, errs.Wrap(errs.Invalid, "staff.passkey_refused", nil, reason(err))
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(body)
	if err != nil {
		return refuse(err)
	}
	key, err := web.CreateCredential(p, st.Data, answer)
	if err != nil {
		return refuse(err)
	}
	if key.Extensions.PRFEnabled == nil || !*key.Extensions.PRFEnabled {
		return nil, errs.New(errs.Invalid, "staff.passkey_no_prf", nil)
	}
	return key, nil
}

// RemovePasskey removes a passkey of a session's person, with the key file sealed to the others alone.
func (s *Service) RemovePasskey(ctx context.Context, by *Session, credential []byte, r Rewrap) error {
	return s.asOwner(ctx, by, "passkey-removed", r, func(tx *store.Tx, a store.Account) error {
		return tx.RemovePasskey(a.Door, a.ID, credential)
	})
}

// asOwner runs fn, which adds or removes a passkey, with the new key file in the same transaction.
func (s *Service) asOwner(ctx context.Context, by *Session, act string, r Rewrap, fn func(*store.Tx, store.Account) error) error {
	return s.guarded(ctx, by, act, nil, s.live, func(tx *store.Tx, a store.Account) error {
		if err := fn(tx, a); err != nil {
			return err
		}
		keys, err := tx.Passkeys(a.Door, a.ID)
		if err != nil {
			return err
		}
		before, err := tx.Wrapped(a.Door, a.ID)
		if err != nil {
			return err
		}
		if err := s.checkRewrap(a, before, r, 1+len(keys)); err != nil {
			return err
		}
		return tx.SetWrapped(a.Door, a.ID, before, r.Wrapped)
	})
}
