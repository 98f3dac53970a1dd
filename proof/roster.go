package proof

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"slices"
)

const (
	rosterPrefix = "clarion/roster/v1\n"
	ageStart     = "age-encryption.org/v1\n-> mlkem768x25519 "
)

// rosterSigners are the roles in which a roster is signed.
var rosterSigners = [...]ListRole{SignerRoot, SignerApprover, SignerHolder}

// Roster lists who holds a unit's key, for staff alone. All fields are written, in this order.
type Roster struct {
	V        int      `json:"v"` // 1
	Instance string   `json:"instance"`
	Unit     string   `json:"unit"`
	Version  int64    `json:"version"` // 1, 2, 3…
	Day      string   `json:"day"`     // signed on, YYYY-MM-DD
	Members  []Member `json:"members"`
}

// Member is one entry of a roster.
type Member struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Roles     []string `json:"roles"`
	Recipient string   `json:"recipient"` // age1pq1…
	Sign      string   `json:"sign"`      // Ed25519, base64url
	Key       string   `json:"key"`       // base64 of the unit's key sealed to the member; "" if the member holds none
}

// Wrapped returns the unit's key sealed to the member, an age file, or nil if the member holds none.
func (m Member) Wrapped() []byte {
	b, _ := decode64(m.Key)
	return b
}

func (r *Roster) check() error {
	bad := func(what string) error { return fmt.Errorf("%w: roster: %s", ErrFormat, what) }
	r.Members = notNil(r.Members)
	if r.V != 1 || !validInstance(r.Instance) || !validName(r.Unit) || r.Version < 1 || r.Version > maxSafeInteger || !validDay(r.Day) {
		return bad("heading")
	}
	seen := map[string]bool{}
	for i := range r.Members {
		m := &r.Members[i]
		m.Roles = notNil(m.Roles)
		key, ok := decode64(m.Key)
		if !validName(m.ID) || !oneLine(m.Name) || !validRecipient(m.Recipient) || !validPublic(m.Sign) || !ok ||
			len(key) > 0 && !bytes.HasPrefix(key, []byte(ageStart)) {
			return bad(fmt.Sprintf("member %d", i))
		}
		if seen["id "+m.ID] || seen[m.Recipient] || seen[m.Sign] {
			return bad(fmt.Sprintf("member %d is there twice", i))
		}
		seen["id "+m.ID], seen[m.Recipient], seen[m.Sign] = true, true, true
		if !slices.IsSorted(m.Roles) || len(slices.Compact(slices.Clone(m.Roles))) != len(m.Roles) || slices.ContainsFunc(m.Roles, badRole) {
			return bad(fmt.Sprintf("roles of member %d", i))
		}
	}
	return nil
}

// badRole: roles are written like reward_panel.
func badRole(s string) bool {
	return s == "" || len(s) > 40 || !every(s, "abcdefghijklmnopqrstuvwxyz_")
}

// SignedRoster is a roster with its signatures.
type SignedRoster struct {
	env    envelope
	roster Roster
}

// SignRoster writes r and signs it: as the root, or an addition as its holder. The roles of each member must be sorted; a roster that breaks the format is
// [ErrFormat].
func SignRoster(r Roster, role ListRole, key ed25519.PrivateKey) (*SignedRoster, error) {
	r.V = 1
	if err := r.check(); err != nil {
		return nil, err
	}
	body, err := encodeCanonical(&r)
	if err != nil {
		return nil, err
	}
	s := &SignedRoster{env: envelope{V: 1, Body: string(body)}}
	if s.roster, err = parseRoster(body); err != nil {
		return nil, err
	}
	if err := s.AddSignature(role, key); err != nil {
		return nil, err
	}
	return s, nil
}

// AddSignature adds a signature, such as the approver's. The same one twice is [ErrSignature].
func (s *SignedRoster) AddSignature(role ListRole, key ed25519.PrivateKey) error {
	if !slices.Contains(rosterSigners[:], role) {
		return ErrSignature
	}
	return s.env.sign(rosterPrefix, role, key)
}

// Marshal writes the file.
func (s *SignedRoster) Marshal() ([]byte, error) {
	if err := s.env.check(); err != nil {
		return nil, err
	}
	return encodeCanonical(&s.env)
}

// ParseRoster reads the file in its only spelling. Nothing in it is to be used before [SignedRoster.Verify].
func ParseRoster(b []byte) (*SignedRoster, error) {
	env, err := parseEnvelope(b)
	if err != nil {
		return nil, err
	}
	if env.Proof != "" {
		return nil, fmt.Errorf("%w: a roster is not published", ErrFormat)
	}
	r, err := parseRoster([]byte(env.Body))
	if err != nil {
		return nil, err
	}
	return &SignedRoster{env, r}, nil
}

func parseRoster(body []byte) (Roster, error) {
	var r Roster
	err := decodeCanonical(body, &r)
	return r, err
}

// Verify returns the roster if the root key of keys, an already verified key set, signed it, or if it is an addition to
// previous by two of its members; and it is of the same installation. previous is the last roster that was accepted for
// the unit, or nil; an older one, and another one of the same version, are [ErrOlder].
func (s *SignedRoster) Verify(keys *KeySet, previous *Roster) (*Roster, error) {
	by, err := s.env.signers(rosterPrefix, rosterSigners[:]...)
	if err != nil {
		return nil, err
	}
	r := s.roster
	if previous != nil && len(by[SignerRoot]) == 0 {
		if err := r.extends(previous); err != nil {
			return nil, err
		}
		if err := previous.added(by); err != nil {
			return nil, err
		}
		return &r, nil
	}
	if !slices.Equal(by[SignerRoot], []string{keys.Root}) || len(by[SignerHolder]) > 0 {
		return nil, ErrRoot
	}
	if r.Instance != keys.Instance {
		return nil, ErrOrigin
	}
	if previous == nil || r.Version > previous.Version && r.Unit == previous.Unit {
		return &r, nil
	}
	if r.Unit != previous.Unit {
		return nil, ErrOrigin
	}
	a, errA := encodeCanonical(&r)
	b, errB := encodeCanonical(previous)
	if errA != nil || errB != nil || r.Version != previous.Version || !bytes.Equal(a, b) {
		return nil, ErrOlder
	}
	return &r, nil
}
