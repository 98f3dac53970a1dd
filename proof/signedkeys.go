package proof

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"slices"
)

const keysPrefix = "clarion/keys/v1\n"

// SignedKeySet is the file /keys.json: a key set, its signatures, and the proof that it was published.
type SignedKeySet struct {
	env  envelope
	keys KeySet
}

// SignKeySet writes k and signs it. A set that breaks the format is [ErrFormat].
func SignKeySet(k KeySet, role ListRole, key ed25519.PrivateKey) (*SignedKeySet, error) {
	k.V = 1
	if err := k.check(); err != nil {
		return nil, err
	}
	body, err := encodeCanonical(&k)
	if err != nil {
		return nil, err
	}
	s := &SignedKeySet{env: envelope{V: 1, Body: string(body)}}
	if s.keys, err = parseKeySet(body); err != nil {
		return nil, err
	}
	if err := s.AddSignature(role, key); err != nil {
		return nil, err
	}
	return s, nil
}

// AddSignature adds a signature, such as the inspector's. The same one twice is [ErrSignature].
func (s *SignedKeySet) AddSignature(role ListRole, key ed25519.PrivateKey) error {
	if role != SignerRoot && role != SignerInspector {
		return ErrSignature
	}
	return s.env.sign(keysPrefix, role, key)
}

// Leaf returns the leaf of the public log that publishes the set: kind [PublicKeys], object the body's bytes.
// Signatures are not part of it, so they may be added later.
func (s *SignedKeySet) Leaf() []byte {
	leaf, err := PublicLeaf(PublicKeys, sha256.Sum256([]byte(s.env.Body)))
	if err != nil {
		panic("proof: keys is a public kind: " + err.Error())
	}
	return leaf
}

// Proof returns the proof of publication as it stands in the file, not checked; empty if there is none.
func (s *SignedKeySet) Proof() []byte { return []byte(s.env.Proof) }

// SetProof puts the inclusion proof of [SignedKeySet.Leaf] in the public log into the file.
func (s *SignedKeySet) SetProof(proof []byte) error {
	if _, err := ParseProof(proof); err != nil {
		return err
	}
	s.env.Proof = string(proof)
	return nil
}

// Marshal writes the file.
func (s *SignedKeySet) Marshal() ([]byte, error) {
	if err := s.env.check(); err != nil {
		return nil, err
	}
	return encodeCanonical(&s.env)
}

// ParseKeySet reads the file in its only spelling. Nothing in it is to be used before [SignedKeySet.Verify].
func ParseKeySet(b []byte) (*SignedKeySet, error) {
	env, err := parseEnvelope(b)
	if err != nil {
		return nil, err
	}
	keys, err := parseKeySet([]byte(env.Body))
	if err != nil {
		return nil, err
	}
	return &SignedKeySet{env, keys}, nil
}

func parseKeySet(body []byte) (KeySet, error) {
	var k KeySet
	err := decodeCanonical(body, &k)
	return k, err
}

// Trust is what a verifier knows beforehand.
type Trust struct {
	// Root is the root key's fingerprint as [RootFingerprint] writes it, in any case and with or without spaces,
	// or the key itself as [EncodeKey] writes it. It must come from elsewhere than the file.
	Root string
	// Previous is the last key set that was accepted, or nil. An older set, and a change of custodians or
	// inspectors that no sitting inspector signed, are then refused.
	Previous *KeySet
	// RequireProof refuses a file without inclusion proof. A proof that is there is always checked.
	RequireProof bool
}

// Verify returns the key set if the trusted root key signed it and everything else holds: every signature is
// sound; custodians and inspectors stand in it only with the signature of an inspector whom it lists and, if
// they changed since t.Previous, of one whom that lists; the proof, if there is one, shows it in the public log.
// Errors: [ErrRoot], [ErrSignature], [ErrCountersignature], [ErrOlder], [ErrOrigin], [ErrNoProof], and those of
// [Proof.VerifyLeaf].
func (s *SignedKeySet) Verify(t Trust) (*KeySet, error) { return s.verify(t, true) }

// VerifyProposed is [SignedKeySet.Verify] without the countersignature: for a list that waits for its inspector. What
// it returns must be shown as a proposal, and never be put in force or sealed to.
func (s *SignedKeySet) VerifyProposed(t Trust) (*KeySet, error) { return s.verify(t, false) }

func (s *SignedKeySet) verify(t Trust, countersigned bool) (*KeySet, error) {
	k := s.keys
	root, err := ParseKey(k.Root)
	if err != nil || !isRoot(t.Root, root) {
		return nil, ErrRoot
	}
	by, err := s.env.signers(keysPrefix, SignerRoot, SignerInspector)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(by[SignerRoot], []string{k.Root}) {
		return nil, fmt.Errorf("%w: the root signature", ErrSignature)
	}
	if countersigned {
		if err := k.countersigned(by[SignerInspector], t.Previous); err != nil {
			return nil, err
		}
	}
	if err := k.follows(t.Previous); err != nil {
		return nil, err
	}
	if err := s.published(t.RequireProof); err != nil {
		return nil, err
	}
	return &k, nil
}

// ClaimedRoot is the root key that the list names, as [EncodeKey] writes it. Nobody vouches for it: it serves to
// begin an installation, or to show.
func (s *SignedKeySet) ClaimedRoot() string { return s.keys.Root }

// Body returns the bytes that are signed, without their prefix.
func (s *SignedKeySet) Body() []byte { return []byte(s.env.Body) }

// Signatures returns the signatures as they stand in the file, not checked.
func (s *SignedKeySet) Signatures() []ListSignature { return slices.Clone(s.env.Signatures) }

func (k *KeySet) countersigned(inspectors []string, previous *KeySet) error {
	if len(k.Custodians)+len(k.Inspectors) > 0 && !signedByOne(k.Inspectors, inspectors) {
		return ErrCountersignature
	}
	if previous == nil || len(previous.Inspectors) == 0 ||
		slices.Equal(k.Custodians, previous.Custodians) && slices.Equal(k.Inspectors, previous.Inspectors) && slices.Equal(k.Former, previous.Former) {
		return nil
	}
	if !signedByOne(previous.Inspectors, inspectors) {
		return ErrCountersignature
	}
	return nil
}

func signedByOne(people []PersonKey, signed []string) bool {
	return slices.ContainsFunc(people, func(p PersonKey) bool { return slices.Contains(signed, p.Sign) })
}

func (k *KeySet) follows(previous *KeySet) error {
	switch {
	case previous == nil:
		return nil
	case k.Instance != previous.Instance:
		return ErrOrigin
	case k.Root != previous.Root:
		return ErrRoot
	case k.Version > previous.Version:
		return nil
	case k.Version < previous.Version:
		return ErrOlder
	}
	a, errA := encodeCanonical(k)
	b, errB := encodeCanonical(previous)
	if errA != nil || errB != nil || string(a) != string(b) {
		return ErrOlder
	}
	return nil
}

func (s *SignedKeySet) published(required bool) error {
	if s.env.Proof == "" {
		if required {
			return ErrNoProof
		}
		return nil
	}
	p, err := ParseProof([]byte(s.env.Proof))
	if err != nil {
		return err
	}
	_, err = p.VerifyLeaf(s.Leaf(), PublicOrigin(s.keys.Instance), s.keys.PublicVerifier())
	return err
}
