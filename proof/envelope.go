package proof

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"slices"
)

// ListRole says in what capacity somebody signed a list.
type ListRole string

// The roles of signers of lists.
const (
	SignerRoot      ListRole = "root"
	SignerInspector ListRole = "inspector"
	SignerApprover  ListRole = "approver" // rosters only
	SignerHolder    ListRole = "holder"   // additions to rosters only
)

const (
	maxList       = 8 << 20
	maxSignatures = 16
)

// ListSignature is one signature of a list: Ed25519 over the list's prefix and the bytes of its body.
type ListSignature struct {
	Role ListRole `json:"role"`
	Key  string   `json:"key"` // base64url
	Sig  string   `json:"sig"` // base64url
}

// envelope is the outer form of a signed list. The body is JSON inside a string, so that the signed bytes are
// plain to see for any program.
type envelope struct {
	V          int             `json:"v"`
	Body       string          `json:"body"`
	Signatures []ListSignature `json:"signatures"`
	Proof      string          `json:"proof"` // tlog-proof of the public log, or ""
}

func (e *envelope) check() error {
	if e.Signatures == nil {
		e.Signatures = []ListSignature{}
	}
	if e.V != 1 || len(e.Signatures) > maxSignatures {
		return fmt.Errorf("%w: signed list", ErrFormat)
	}
	return nil
}

func (e *envelope) sign(prefix string, role ListRole, key ed25519.PrivateKey) error {
	if len(key) != ed25519.PrivateKeySize {
		return ErrKey
	}
	pub := EncodeKey(key.Public().(ed25519.PublicKey))
	if slices.ContainsFunc(e.Signatures, func(s ListSignature) bool { return s.Role == role && s.Key == pub }) {
		return fmt.Errorf("%w: signed already", ErrSignature)
	}
	if len(e.Signatures) >= maxSignatures {
		return fmt.Errorf("%w: too many signatures", ErrFormat)
	}
	sig := ed25519.Sign(key, []byte(prefix+e.Body))
	e.Signatures = append(e.Signatures, ListSignature{role, pub, base64.RawURLEncoding.EncodeToString(sig)})
	return nil
}

// signers checks every signature and returns the keys by role; one wrong signature spoils the list.
func (e *envelope) signers(prefix string, allowed ...ListRole) (map[ListRole][]string, error) {
	by := map[ListRole][]string{}
	msg := []byte(prefix + e.Body)
	for _, s := range e.Signatures {
		key, err := ParseKey(s.Key)
		if err != nil || !slices.Contains(allowed, s.Role) || slices.Contains(by[s.Role], s.Key) {
			return nil, ErrSignature
		}
		sig, err := base64.RawURLEncoding.Strict().DecodeString(s.Sig)
		if err != nil || base64.RawURLEncoding.EncodeToString(sig) != s.Sig || !ed25519.Verify(key, msg, sig) {
			return nil, ErrSignature
		}
		by[s.Role] = append(by[s.Role], s.Key)
	}
	return by, nil
}

func parseEnvelope(b []byte) (envelope, error) {
	var e envelope
	if len(b) > maxList {
		return e, fmt.Errorf("%w: list is too large", ErrFormat)
	}
	err := decodeCanonical(b, &e)
	return e, err
}
