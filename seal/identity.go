package seal

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"filippo.io/age"
)

// SeedSize is the length in bytes of the seed that an [Identity] is.
const SeedSize = 32

const (
	identityHRP     = "age-secret-key-pq-"
	recipientPrefix = "age1pq1"
	recipientSize   = 1216 // bytes of an ML-KEM-768 and an X25519 key
	redacted        = "seal: secret not shown"
)

// Identity is a secret key: the 32-byte X-Wing seed of an age hybrid key. It hides itself from fmt, slog and
// encoding/json; only String and Seed give the secret.
//
// The key stands behind a function: when fmt prints a struct that holds an Identity in an unexported field it
// cannot call Format, and with some verbs follows pointers; of a function it shows only the address.
type Identity struct{ k func() *identityKey }

type identityKey struct {
	seed [SeedSize]byte
	age  *age.HybridIdentity
}

// NewIdentity makes a fresh random key.
func NewIdentity() *Identity {
	var seed [SeedSize]byte
	rand.Read(seed[:])
	id, err := IdentityFromSeed(seed[:])
	if err != nil {
		panic("seal: a random seed is always a key: " + err.Error())
	}
	return id
}

// IdentityFromSeed returns the key with the given 32-byte seed, or [ErrIdentity] for another length.
func IdentityFromSeed(seed []byte) (*Identity, error) {
	if len(seed) != SeedSize {
		return nil, ErrIdentity
	}
	a, err := age.ParseHybridIdentity(strings.ToUpper(bech32Encode(identityHRP, seed)))
	if err != nil {
		return nil, ErrIdentity // the cause would repeat parts of the secret
	}
	k := &identityKey{seed: [SeedSize]byte(seed), age: a}
	return &Identity{func() *identityKey { return k }}, nil
}

// ParseIdentity reads AGE-SECRET-KEY-PQ-1…, upper case, nothing before or after it. Everything else, classic
// AGE-SECRET-KEY-1 included, is [ErrIdentity].
func ParseIdentity(s string) (*Identity, error) {
	seed, ok := bech32Decode(identityHRP, strings.ToLower(s))
	if !ok {
		return nil, ErrIdentity
	}
	id, err := IdentityFromSeed(seed)
	if err != nil || id.String() != s {
		return nil, ErrIdentity
	}
	return id, nil
}

// String returns the secret as AGE-SECRET-KEY-PQ-1… text. fmt never calls it.
func (id Identity) String() string {
	if id.k == nil {
		return ""
	}
	return strings.ToUpper(bech32Encode(identityHRP, id.k().seed[:]))
}

// Seed returns a copy of the 32 secret bytes.
func (id Identity) Seed() [SeedSize]byte {
	if id.k == nil {
		return [SeedSize]byte{}
	}
	return id.k().seed
}

// Recipient returns the public key that seals to id.
func (id Identity) Recipient() Recipient {
	if id.k == nil {
		return Recipient{}
	}
	return Recipient{id.k().age.Recipient().String()}
}

// Format prints a fixed text for every verb.
func (Identity) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue keeps the secret out of structured logs.
func (Identity) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText refuses with [ErrSecret], and so does encoding/json.
func (Identity) MarshalText() ([]byte, error) { return nil, ErrSecret }

// Recipient is a public key, age1pq1…. It is comparable; the zero Recipient is no key and seals nothing.
type Recipient struct{ text string }

// ParseRecipient reads age1pq1…, lower case, nothing before or after it. Everything else (age1…, ssh-…, plugin
// and tag recipients) is [ErrRecipient].
func ParseRecipient(s string) (Recipient, error) {
	if !strings.HasPrefix(s, recipientPrefix) {
		return Recipient{}, ErrRecipient
	}
	a, err := age.ParseHybridRecipient(s)
	if err != nil || a.String() != s {
		return Recipient{}, ErrRecipient
	}
	return Recipient{s}, nil
}

// CheckRecipientText tells whether s is spelled like a recipient: prefix, length, characters and checksum. Whether the
// key is sound only [ParseRecipient] finds out, which takes many times as long: whoever merely passes a stranger's
// key on need not.
func CheckRecipientText(s string) error {
	hrp := strings.TrimSuffix(recipientPrefix, "1")
	if raw, ok := bech32Decode(hrp, s); !ok || len(raw) != recipientSize {
		return ErrRecipient
	}
	return nil
}

// IsZero reports whether r is no key.
func (r Recipient) IsZero() bool { return r.text == "" }

// String returns the age1pq1… text, or "" for the zero Recipient.
func (r Recipient) String() string { return r.text }

// MarshalText writes String.
func (r Recipient) MarshalText() ([]byte, error) { return []byte(r.text), nil }

// UnmarshalText reads what MarshalText wrote; empty text gives the zero Recipient.
func (r *Recipient) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*r = Recipient{}
		return nil
	}
	*r, err = ParseRecipient(string(b))
	return err
}
