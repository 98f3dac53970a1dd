// Package staff knows the people of the two doors: who may come in, how they prove it, and for how long. A person has
// an account at one door with public keys and ciphertext, proves a passphrase (by a signature and a second factor) or a
// passkey, and gets a session.
//
// It must never: learn a passphrase, a secret key or the PRF result of a passkey, and refuses what holds one; tell an
// unknown account from a wrong passphrase, by words, bytes or steps; let anybody be locked out by who has not the
// passphrase; keep or log an address, a user agent, a token or what a stranger typed; decide what a member may do with
// a case, which the signed roster of the unit does.
package staff

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Door is a host name with accounts, sessions and cookies of its own.
type Door string

// The doors.
const (
	Desk    Door = "desk"
	Inspect Door = "inspect"
)

// Role is what an account is for.
type Role string

// The roles. What a member may do stands in the unit's signed roster.
const (
	Administrator Role = "administrator"
	Member        Role = "member"
	Custodian     Role = "custodian"
	Inspector     Role = "inspector"
)

// roles says for each role its door and who makes its links: the operator's command, while nobody has the role, or an
// administrator.
func roles() map[Role]struct {
	door       Door
	byOperator bool
} {
	return map[Role]struct {
		door       Door
		byOperator bool
	}{
		Administrator: {Desk, true},
		Member:        {Desk, false},
		Custodian:     {Desk, false},
		Inspector:     {Inspect, true},
	}
}

// Door is where people of this role sign in; empty for a role that there is not.
func (r Role) Door() Door { return roles()[r].door }

// DoorOptions say where a door stands.
type DoorOptions struct {
	Origin string // scheme, host and port as the browser sees them: https://desk.tips.example
}

// Options are everything the service stands on. All are required.
type Options struct {
	Instance string
	Store    *store.Store
	Now      func() time.Time
	Zone     *time.Location // in which accounts and passkeys get their day
	Secret   []byte         // 32 bytes outside the database; the keys of this package follow from it
	Doors    map[Door]DoorOptions
	Session  time.Duration // a session ends so long after it began
	Idle     time.Duration // and so long after its last request
}

// Service is the use cases. It is safe for concurrent use.
type Service struct {
	o     Options
	keys  keys
	doors map[Door]*door
	decoy [32]byte // a public key that nobody has, which unknown accounts are checked against
}

// keys follow from [Options.Secret], each for one purpose.
type keys struct{ totp, enrolTOTP, form, salt, challenge, state []byte }

// door is a door that is open.
type door struct {
	origin string
	host   string
	web    *webauthn.WebAuthn // nil where the host can have no passkeys
}

// New makes the service. It fails when an option is missing or an origin is none.
func New(o Options) (*Service, error) {
	if o.Instance == "" || o.Store == nil || o.Now == nil || o.Zone == nil || len(o.Secret) != 32 || o.Session <= 0 || o.Idle <= 0 || len(o.Doors) == 0 {
		return nil, fmt.Errorf("staff: an option is missing")
	}
	s := &Service{o: o, doors: map[Door]*door{}}
	for label, key := range map[string]*[]byte{"totp": &s.keys.totp, "enrolment-totp": &s.keys.enrolTOTP, "form": &s.keys.form,
		"salt": &s.keys.salt, "challenge": &s.keys.challenge, "state": &s.keys.state} {
		*key = s.derive(label)
	}
	copy(s.decoy[:], publicOf(s.derive("decoy")))
	for name, opt := range o.Doors {
		d, err := openDoor(opt)
		if err != nil {
			return nil, fmt.Errorf("staff: the origin of door %s: %w", name, err)
		}
		s.doors[name] = d
	}
	return s, nil
}

func (s *Service) derive(label string) []byte {
	b, err := hkdf.Key(sha256.New, s.o.Secret, []byte("clarion/staff-server/v1"), label, 32)
	if err != nil {
		panic(err) // only for lengths above 8,160 bytes
	}
	return b
}

func openDoor(opt DoorOptions) (*door, error) {
	u, err := url.Parse(opt.Origin)
	if err != nil {
		return nil, err
	}
	if u.Host == "" || u.Scheme+"://"+u.Host != opt.Origin {
		return nil, fmt.Errorf("%q is not scheme://host", opt.Origin)
	}
	d := &door{origin: opt.Origin, host: u.Hostname()}
	if _, err := netip.ParseAddr(d.host); err == nil {
		return d, nil // a passkey belongs to a name
	}
	required := true
	d.web, err = webauthn.New(&webauthn.Config{
		RPID: d.host, RPDisplayName: d.host, RPOrigins: []string{opt.Origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: &required, ResidentKey: protocol.ResidentKeyRequirementRequired,
			UserVerification: protocol.VerificationRequired,
		},
	})
	return d, err
}

// door finds an open door. A name that is none is a programmer's mistake, or a request to a door that is shut.
func (s *Service) door(name Door) (*door, error) {
	d := s.doors[name]
	if d == nil {
		return nil, errs.New(errs.NotFound, "staff.no_door", nil)
	}
	return d, nil
}

// entry is one line of the audit log. detail may be nil; it gets the door.
func (s *Service) entry(who id.Member, at Door, act string, detail map[string]any) (store.AuditEntry, error) {
	all := map[string]any{"door": string(at)}
	for k, v := range detail {
		all[k] = v
	}
	b, err := json.Marshal(all)
	return store.AuditEntry{At: s.o.Now(), Who: who, Act: act, Outcome: store.Allowed, Detail: b}, err
}

// audit appends a line to what tx does.
func (s *Service) audit(tx *store.Tx, who id.Member, at Door, act string, detail map[string]any) error {
	e, err := s.entry(who, at, act, detail)
	if err != nil {
		return err
	}
	return tx.Audit(e)
}

func (s *Service) today() workday.Day { return workday.DayOf(s.o.Now(), s.o.Zone) }

// tokenMark is the hash by which the database knows a token: SHA-256 of its 32 bytes.
func tokenMark(token string) (mark [32]byte, ok bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != 32 || base64.RawURLEncoding.EncodeToString(b) != token {
		return mark, false
	}
	return sha256.Sum256(b), true
}
