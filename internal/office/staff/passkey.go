package staff

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Passkey is a passkey as its person's pages list it.
type Passkey struct {
	ID        []byte // credential id
	Name      string
	Made      workday.Day
	Recipient string // of its wrapping key
}

func passkeyOf(p store.Passkey) Passkey {
	return Passkey{ID: p.ID, Name: p.Name, Made: p.Made, Recipient: p.Recipient}
}

// Ceremony is a question to a passkey: Options is JSON for navigator.credentials (PublicKeyCredentialRequestOptionsJSON
// or …CreationOptionsJSON under "publicKey"), State comes back with the answer.
type Ceremony struct {
	Options json.RawMessage
	State   string
}

// person is an account as the library sees it.
type person struct {
	instance string
	account  store.Account
	passkeys []store.Passkey
	known    []webauthn.Credential
}

// WebAuthnID is the user handle, which the passkey keeps: a hash, because it must not be a name.
func (p *person) WebAuthnID() []byte {
	sum := sha256.Sum256([]byte("clarion/user-handle/v1\n" + p.instance + "\n" + p.account.Door + "\n" + string(p.account.ID) + "\n"))
	return sum[:]
}

// WebAuthnName is what the browser shows when it asks which passkey to use.
func (p *person) WebAuthnName() string { return string(p.account.ID) }

// WebAuthnDisplayName stands beside it.
func (p *person) WebAuthnDisplayName() string { return p.account.Name }

// WebAuthnCredentials are the person's passkeys.
func (p *person) WebAuthnCredentials() []webauthn.Credential { return p.known }

// person reads an active account with its passkeys.
func (s *Service) person(tx *store.Tx, at string, who id.Member) (*person, error) {
	a, err := tx.Account(at, who)
	if err != nil {
		return nil, err
	}
	if a.State != store.AccountActive {
		return nil, errRefusedPasskey(nil)
	}
	p := &person{instance: s.o.Instance, account: a}
	if p.passkeys, err = tx.Passkeys(at, who); err != nil {
		return nil, err
	}
	for _, row := range p.passkeys {
		var c webauthn.Credential
		if err := json.Unmarshal(row.Credential, &c); err != nil {
			return nil, fmt.Errorf("a stored passkey: %w", err)
		}
		p.known = append(p.known, c)
	}
	return p, nil
}

// errRefusedPasskey is the one answer for a passkey that is unknown, of another door, or answers wrongly.
func errRefusedPasskey(cause error) error {
	return errs.Wrap(errs.Denied, "staff.passkey_refused", nil, reason(cause))
}

// reason is what the log may hold of a fault of a passkey: the library's kind of it. Its text quotes what was sent.
func reason(err error) error {
	if e, ok := errors.AsType[*protocol.Error](err); ok {
		return errors.New("webauthn: " + e.Type)
	}
	return nil
}

// web is the WebAuthn side of a door, or Unavailable where the door's host can have no passkeys.
func (s *Service) web(at Door) (*webauthn.WebAuthn, error) {
	d, err := s.door(at)
	if err != nil {
		return nil, err
	}
	if d.web == nil {
		return nil, errs.New(errs.Unavailable, "staff.passkeys_here", nil)
	}
	return d.web, nil
}

func prf() webauthn.ExtensionOption {
	input := seal.PRFInput()
	return webauthn.WithExtensionPRF(protocol.PRFValues{First: input[:]})
}

// ceremony hands a question and its state to the browser.
func (s *Service) ceremony(options any, st state) (c Ceremony, err error) {
	if c.Options, err = json.Marshal(options); err != nil {
		return c, err
	}
	c.State, err = s.sealState(st)
	return c, err
}

// BeginPasskey begins a sign-in by passkey: the browser finds out who it is, and in the same ceremony gets the PRF result
// that opens the key file.
func (s *Service) BeginPasskey(at Door) (Ceremony, error) {
	web, err := s.web(at)
	if err != nil {
		return Ceremony{}, err
	}
	options, data, err := web.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired), webauthn.WithAssertionExtensions(prf()))
	if err != nil {
		return Ceremony{}, fmt.Errorf("asking for a passkey: %w", err)
	}
	return s.ceremony(options, state{Ceremony: signingIn, Door: at, Data: *data})
}

// FinishPasskey ends a sign-in by passkey. body is the browser's PublicKeyCredential as JSON, without the PRF results: with
// them it is Invalid before anything else. Anything that is wrong with the passkey is the same Denied. A question is
// answered once.
func (s *Service) FinishPasskey(ctx context.Context, at Door, stateText string, body []byte) (in SignedIn, err error) {
	if err := RefusePRF(body); err != nil {
		return in, err
	}
	web, err := s.web(at)
	if err != nil {
		return in, err
	}
	st, err := s.openState(stateText, signingIn, at, nil)
	if err != nil {
		return in, err
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes(body)
	if err != nil {
		return in, errRefusedPasskey(err)
	}
	var p *person
	var key *webauthn.Credential
	err = s.o.Store.Read(ctx, func(tx *store.Tx) (err error) { // the writer serves others, and waits for no stranger
		p, key, err = s.proved(tx, web, at, st, answer)
		return err
	})
	if err != nil {
		return in, err
	}
	err = s.o.Store.Write(ctx, func(tx *store.Tx) error {
		if err := s.answered(tx, st, key); err != nil {
			return err
		}
		in, err = s.enter(tx, p.account, "signed-in", map[string]any{"way": "passkey"})
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	return in, nil
}

// proved finds out whose passkey has answered, and whether it did so rightly. A passkey whose counter goes back has a
// copy somewhere and is refused.
func (s *Service) proved(tx *store.Tx, web *webauthn.WebAuthn, at Door, st state, answer *protocol.ParsedCredentialAssertionData) (*person, *webauthn.Credential, error) {
	var p *person
	var fault error // of the database, which the library would wrap
	find := func(rawID, _ []byte) (webauthn.User, error) {
		row, err := tx.Passkey(string(at), rawID)
		if err == nil {
			p, err = s.person(tx, row.Door, row.Account)
		}
		if err != nil {
			fault = err
			return nil, err
		}
		return p, nil
	}
	_, key, err := web.ValidatePasskeyLogin(find, st.Data, answer)
	if kind := errs.KindOf(fault); fault != nil && kind != errs.NotFound && kind != errs.Denied {
		return nil, nil, fault
	}
	if err != nil || key.Authenticator.CloneWarning {
		return nil, nil, errRefusedPasskey(err)
	}
	return p, key, nil
}

// answered notes that a passkey has answered a question, which counts once.
func (s *Service) answered(tx *store.Tx, st state, key *webauthn.Credential) error {
	if use, err := tx.UseWork(sha256.Sum256([]byte("clarion/ceremony-mark/v1\n"+st.Data.Challenge)), s.o.Now()); err != nil || use != store.FormFresh {
		return firstOf(err, errs.New(errs.Invalid, "staff.ceremony_over", nil))
	}
	if err := tx.UsePasskey(key.ID, storedCredential(key)); errs.Is(err, errs.NotFound) {
		return errRefusedPasskey(nil) // removed since, alone or with its person
	} else if err != nil {
		return err
	}
	return nil
}

// storedCredential is what is kept of a passkey: what the next sign-in needs. The attestation and the model of the device
// are not.
func storedCredential(c *webauthn.Credential) []byte {
	kept := webauthn.Credential{ID: c.ID, PublicKey: c.PublicKey, Flags: c.Flags,
		Authenticator: webauthn.Authenticator{SignCount: c.Authenticator.SignCount}}
	b, err := json.Marshal(kept)
	if err != nil {
		panic(err) // bytes, numbers and truth values always marshal
	}
	return b
}

func firstOf(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}
