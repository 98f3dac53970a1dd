package staff

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// Session is a person who has signed in at one door. Only this package makes one.
type Session struct {
	Door    Door
	Account id.Member
	Name    string
	Role    Role
	Ends    time.Time // at the latest
	// The public halves of the person's key: a roster that lists the id with others means somebody else.
	Recipient string
	Sign      string // base64url
	mark      [32]byte
	form      string
}

// FormToken is what a page of this session sends back with every request that changes something. Another site cannot
// read it, and it follows neither from the cookie nor from the database.
func (s *Session) FormToken() string { return s.form }

// CheckFormToken tells whether a request came from a page of this session.
func (s *Session) CheckFormToken(token string) bool {
	return s != nil && s.form != "" && hmac.Equal([]byte(s.form), []byte(token))
}

// SignedIn is what a finished sign-in or enrolment gives. Token is for the cookie and nothing else; it is nowhere in the
// database. Wrapped is the person's key file, sealed to their passphrase and passkeys.
type SignedIn struct {
	Token   string
	Session *Session
	Wrapped []byte
}

func errSignedOut() error { return errs.New(errs.Denied, "staff.signed_out", nil) }

// begin adds a session for an account to what tx does.
func (s *Service) begin(tx *store.Tx, a store.Account) (string, *Session, error) {
	var token [32]byte
	rand.Read(token[:])
	row := store.Session{Mark: sha256.Sum256(token[:]), Door: a.Door, Account: a.ID, Ends: s.o.Now().Add(s.o.Session), Used: s.o.Now()}
	return base64.RawURLEncoding.EncodeToString(token[:]), s.session(row, a), tx.AddSession(row)
}

func (s *Service) session(row store.Session, a store.Account) *Session {
	h := hmac.New(sha256.New, s.keys.form)
	h.Write([]byte("clarion/staff-form/v1\n" + row.Door + "\n"))
	h.Write(row.Mark[:])
	return &Session{Door: Door(row.Door), Account: a.ID, Name: a.Name, Role: Role(a.Role), Ends: row.Ends, mark: row.Mark,
		Recipient: a.Recipient, Sign: seal.EncodeKey(a.Sign[:]), form: base64.RawURLEncoding.EncodeToString(h.Sum(nil))}
}

// Session finds the session of a cookie's token and notes its use, to the minute. Denied when there is none at this
// door, or it is over, or nobody has used it for the idle time.
func (s *Service) Session(ctx context.Context, at Door, token string) (*Session, error) {
	row, a, err := s.find(ctx, at, token)
	if err != nil {
		return nil, err
	}
	if now := s.o.Now(); now.Sub(row.Used) >= time.Minute {
		if err := s.o.Store.Write(ctx, func(tx *store.Tx) error { return tx.TouchSession(row.Mark, now) }); err != nil {
			return nil, err
		}
	}
	return s.session(row, a), nil
}

// Watching is [Service.Session] for what a page asks by itself: it counts as no use, or a desk that nobody sits at would stay
// open as long as its page does.
func (s *Service) Watching(ctx context.Context, at Door, token string) (*Session, error) {
	row, a, err := s.find(ctx, at, token)
	if err != nil {
		return nil, err
	}
	return s.session(row, a), nil
}

func (s *Service) find(ctx context.Context, at Door, token string) (row store.Session, a store.Account, err error) {
	mark, ok := tokenMark(token)
	if !ok {
		return row, a, errSignedOut()
	}
	err = s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		row, a, err = tx.Session(string(at), mark)
		return err
	})
	if errs.Is(err, errs.NotFound) || err == nil && s.over(row) {
		return row, a, errSignedOut()
	}
	return row, a, err
}

// over: the last use is cut to the minute, so that an idle session ends up to a minute early and never late.
func (s *Service) over(row store.Session) bool {
	now := s.o.Now()
	return !now.Before(row.Ends) || now.Sub(row.Used) > s.o.Idle
}

// live is the account of a session inside a transaction: it may have been ended since the request came.
func (s *Service) live(tx *store.Tx, by *Session) (store.Account, error) {
	if by == nil {
		return store.Account{}, errSignedOut()
	}
	row, a, err := tx.Session(string(by.Door), by.mark)
	if errs.Is(err, errs.NotFound) || err == nil && s.over(row) {
		return store.Account{}, errSignedOut()
	}
	return a, err
}

// SignOut ends a session, or all of its person's at this door. A session that has ended already is no error.
func (s *Service) SignOut(ctx context.Context, by *Session, everywhere bool) error {
	return s.o.Store.Write(ctx, func(tx *store.Tx) error {
		a, err := s.live(tx, by)
		if errs.Is(err, errs.Denied) {
			return nil
		}
		if err != nil {
			return err
		}
		if everywhere {
			err = tx.EndSessions(a.Door, a.ID)
		} else {
			err = tx.EndSession(by.mark)
		}
		if err != nil {
			return err
		}
		return s.audit(tx, a.ID, by.Door, "signed-out", map[string]any{"everywhere": everywhere})
	})
}

// Keys is what a page of a session needs to open the person's key file again.
type Keys struct {
	Salt     [16]byte // of the passphrase
	Wrapped  []byte
	Passkeys []Passkey
}

// Keys reads the ciphertext of a session's own person.
func (s *Service) Keys(ctx context.Context, by *Session) (k Keys, err error) {
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		a, err := s.live(tx, by)
		if err != nil {
			return err
		}
		k.Salt = a.Salt
		if k.Wrapped, err = tx.Wrapped(a.Door, a.ID); err != nil {
			return err
		}
		rows, err := tx.Passkeys(a.Door, a.ID)
		for _, p := range rows {
			k.Passkeys = append(k.Passkeys, passkeyOf(p))
		}
		return err
	})
	return k, err
}

// Sweep erases what is over: links, sessions. It is to run every few minutes.
func (s *Service) Sweep(ctx context.Context) error {
	return s.o.Store.Write(ctx, func(tx *store.Tx) error { return tx.SweepStaff(s.o.Now(), s.o.Idle) })
}

func publicOf(seed []byte) ed25519.PublicKey {
	return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
}
