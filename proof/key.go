package proof

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

const (
	algEd25519 = 1
	redacted   = "proof: secret not shown"
)

// AckKeyName is the name of the key that signs an installation's acknowledgements.
func AckKeyName(instance string) string { return instance + "/acknowledgement" }

// PublicOrigin is the origin, and the key name, of an installation's public log.
func PublicOrigin(instance string) string { return instance + "/public" }

// CaseOrigin is the origin, and the key name, of an installation's case log.
func CaseOrigin(instance string) string { return instance + "/cases" }

// LogKey is a named Ed25519 key that signs notes: the acknowledgements, or the checkpoints of one log. It hides
// itself from fmt, slog and encoding/json; only Seed gives the secret.
//
// The seed stands behind a function, of which fmt can only show an address.
type LogKey struct {
	name string
	seed func() [32]byte
}

// NewLogKey makes a random key. The name must be that of [AckKeyName], [PublicOrigin] or [CaseOrigin], or
// another without white space and plus; otherwise the error is [ErrKey].
func NewLogKey(name string) (*LogKey, error) {
	var seed [32]byte
	rand.Read(seed[:])
	return LogKeyFromSeed(name, seed)
}

// LogKeyFromSeed returns the key with this name and 32-byte Ed25519 seed.
func LogKeyFromSeed(name string, seed [32]byte) (*LogKey, error) {
	if !validKeyName(name) {
		return nil, ErrKey
	}
	return &LogKey{name: name, seed: func() [32]byte { return seed }}, nil
}

// validKeyName: 1 to 100 printable ASCII characters without space and plus.
func validKeyName(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' || c == '+' {
			return false
		}
	}
	return s != "" && len(s) <= 100
}

// Name returns the key's name.
func (k LogKey) Name() string { return k.name }

// Seed returns the secret.
func (k LogKey) Seed() [32]byte { return k.seed() }

// Verifier returns the public half as the line that c2sp.org/signed-note calls a verifier key.
func (k LogKey) Verifier() string {
	v, err := note.NewEd25519VerifierKey(k.name, k.private().Public().(ed25519.PublicKey))
	if err != nil {
		panic("proof: an Ed25519 key has 32 bytes: " + err.Error())
	}
	return v
}

// Signer returns the key as package note uses it. The expanded key stands in a closure, where fmt cannot reach it.
func (k LogKey) Signer() note.Signer {
	key := k.private()
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%c%s", k.name, algEd25519, key.Public().(ed25519.PublicKey)))
	return signer{k.name, binary.BigEndian.Uint32(sum[:]), func(msg []byte) []byte { return ed25519.Sign(key, msg) }}
}

func (k LogKey) private() ed25519.PrivateKey {
	seed := k.seed()
	return ed25519.NewKeyFromSeed(seed[:])
}

// Format prints a fixed text for every verb.
func (LogKey) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue keeps the secret out of structured logs.
func (LogKey) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText refuses with [ErrSecret], and so does encoding/json.
func (LogKey) MarshalText() ([]byte, error) { return nil, ErrSecret }

type signer struct {
	name string
	hash uint32
	sign func(msg []byte) []byte
}

func (s signer) Name() string { return s.name }

func (s signer) KeyHash() uint32 { return s.hash }

func (s signer) Sign(msg []byte) ([]byte, error) { return s.sign(msg), nil }

// ParseVerifier reads a verifier key line in its only spelling: Ed25519, not of small order, name as in
// [NewLogKey]. Anything else is [ErrKey].
func ParseVerifier(line string) (note.Verifier, error) {
	v, err := note.NewVerifier(line)
	if err != nil || !validKeyName(v.Name()) {
		return nil, ErrKey
	}
	_, rest, _ := strings.Cut(line, "+")
	_, encoded, _ := strings.Cut(rest, "+")
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != algEd25519 || !goodKey(raw[1:]) {
		return nil, ErrKey
	}
	if again, err := note.NewEd25519VerifierKey(v.Name(), raw[1:]); err != nil || again != line {
		return nil, ErrKey
	}
	return v, nil
}

// EncodeKey writes an Ed25519 public key as unpadded base64url, 43 characters.
func EncodeKey(key ed25519.PublicKey) string { return base64.RawURLEncoding.EncodeToString(key) }

// ParseKey reads what [EncodeKey] wrote, in its only spelling. Keys of small order are [ErrKey].
func ParseKey(s string) (ed25519.PublicKey, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || !goodKey(b) || EncodeKey(b) != s {
		return nil, ErrKey
	}
	return b, nil
}

// RootFingerprint is the fingerprint of a root key as it stands on papers and pages: the hex SHA-256 of
// "clarion/root/v1\n" and the key's 32 bytes, in 16 groups of four characters with single spaces.
func RootFingerprint(root ed25519.PublicKey) string {
	sum := sha256.Sum256(append([]byte("clarion/root/v1\n"), root...))
	digits := hex.EncodeToString(sum[:])
	groups := make([]string, 0, 16)
	for i := 0; i < len(digits); i += 4 {
		groups = append(groups, digits[i:i+4])
	}
	return strings.Join(groups, " ")
}

// isRoot tells whether trusted, a root key as [EncodeKey] writes it or its fingerprint in any case and with or
// without spaces, means root.
func isRoot(trusted string, root ed25519.PublicKey) bool {
	if trusted == EncodeKey(root) {
		return true
	}
	plain := strings.ToLower(strings.Join(strings.Fields(trusted), ""))
	return plain != "" && plain == strings.ReplaceAll(RootFingerprint(root), " ", "")
}
