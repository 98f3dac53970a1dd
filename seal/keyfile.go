package seal

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// KeyRole says whose keys a key file holds.
type KeyRole string

// The roles of key files.
const (
	KeyRoot      KeyRole = "root" // signs only, has no age key
	KeyUnit      KeyRole = "unit"
	KeyMember    KeyRole = "member"
	KeyCustodian KeyRole = "custodian"
	KeyInspector KeyRole = "inspector"
)

const (
	maxKeyFile      = 64 << 10
	maxWorkFactor   = 20 // 2^20: 1 GiB of memory, a few seconds; more is an attack on whoever opens it
	keyFileFirst    = "# clarion key v1"
	ageFileStart    = "age-encryption.org/v1\n"
	maxKeyFileField = 200
)

// KeyFile holds the keys of one role as text, which the stock command age -d -i FILE accepts. It hides itself
// from fmt, slog and encoding/json.
type KeyFile struct {
	Role     KeyRole
	ID       string             // short name of the holder: a-z, 0-9, hyphen
	Name     string             // for people; one line
	Instance string             // the installation
	Made     string             // YYYY-MM-DD
	Age      *Identity          // nil for root
	Sign     ed25519.PrivateKey // always
}

// Format prints a fixed text for every verb.
func (KeyFile) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue keeps the secrets out of structured logs.
func (KeyFile) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText refuses with [ErrSecret], and so does encoding/json.
func (KeyFile) MarshalText() ([]byte, error) { return nil, ErrSecret }

func (k *KeyFile) check() error {
	bad := func(field string) error { return fmt.Errorf("%w: %s", ErrKeyFile, field) }
	switch k.Role {
	case KeyRoot:
		if k.Age != nil {
			return bad("a root key has no age key")
		}
	case KeyUnit, KeyMember, KeyCustodian, KeyInspector:
		if k.Age == nil || k.Age.k == nil {
			return bad("the line with the age key is missing")
		}
	default:
		return bad("role")
	}
	switch {
	case !validName(k.ID):
		return bad("id")
	case !oneLine(k.Name):
		return bad("name")
	case !validInstance(k.Instance):
		return bad("instance")
	case !validDay(k.Made):
		return bad("made")
	case len(k.Sign) != ed25519.PrivateKeySize:
		return bad("sign-secret")
	}
	return nil
}

// oneLine: 1 to 200 bytes of printable UTF-8 without white space at the ends.
func oneLine(s string) bool {
	if s == "" || len(s) > maxKeyFileField || !utf8.ValidString(s) || strings.TrimSpace(s) != s {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// text returns the file's content; k must have passed check.
func (k *KeyFile) text() string {
	var b strings.Builder
	line := func(name, value string) { b.WriteString("# " + name + ": " + value + "\n") }
	b.WriteString(keyFileFirst + "\n")
	line("role", string(k.Role))
	line("id", k.ID)
	line("name", k.Name)
	line("instance", k.Instance)
	line("made", k.Made)
	if k.Age != nil {
		line("recipient", k.Age.Recipient().String())
	}
	line("sign-public", EncodeKey(publicOf(k.Sign)))
	line("sign-secret", base64.RawURLEncoding.EncodeToString(k.Sign.Seed()))
	if k.Age != nil {
		b.WriteString(k.Age.String() + "\n")
	}
	return b.String()
}

// WriteTo writes the key file in clear. Whoever calls it decides where secrets may go.
func (k *KeyFile) WriteTo(w io.Writer) (int64, error) {
	if err := k.check(); err != nil {
		return 0, err
	}
	n, err := io.WriteString(w, k.text())
	return int64(n), err
}

// WriteProtected writes the key file under a passphrase, as age -p does (scrypt, 2^18). The result is a binary
// age file that age -d opens. The passphrase must not be empty.
func (k *KeyFile) WriteProtected(w io.Writer, passphrase string) error {
	if err := k.check(); err != nil {
		return err
	}
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return ErrPassphrase
	}
	out, err := age.Encrypt(w, r)
	if err != nil {
		return fmt.Errorf("protecting a key file: %w", err)
	}
	if _, err := io.WriteString(out, k.text()); err != nil {
		return fmt.Errorf("protecting a key file: %w", err)
	}
	return out.Close()
}

// ParseKeyFile reads a key file. Carriage returns before line feeds, a byte order mark, and a missing last line
// feed are forgiven, because editors make them; anything else must be as [KeyFile.WriteTo] writes it. A file
// made with age -p, armoured or not, is opened with what passphrase returns; it may be nil when none is at hand.
// Errors: [ErrKeyFile], [ErrPassphrase], [ErrTooLarge], and those of passphrase.
func ParseKeyFile(b []byte, passphrase func() (string, error)) (*KeyFile, error) {
	if len(b) > maxKeyFile {
		return nil, ErrTooLarge
	}
	if bytes.HasPrefix(b, []byte(ageFileStart)) || bytes.HasPrefix(b, []byte(armor.Header)) {
		clear, err := unprotect(b, passphrase)
		if err != nil {
			return nil, err
		}
		b = clear
	}
	return parseKeyText(normalLines(b))
}

func normalLines(b []byte) string {
	s := strings.TrimPrefix(string(b), "\uFEFF")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.TrimSuffix(s, "\n") + "\n"
}

func unprotect(b []byte, passphrase func() (string, error)) ([]byte, error) {
	if passphrase == nil {
		return nil, ErrPassphrase
	}
	var src io.Reader = bytes.NewReader(b)
	if bytes.HasPrefix(b, []byte(armor.Header)) {
		src = armor.NewReader(bytes.NewReader(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))))
	}
	words, err := passphrase()
	if err != nil {
		return nil, err
	}
	id, err := age.NewScryptIdentity(words)
	if err != nil {
		return nil, ErrPassphrase
	}
	id.SetMaxWorkFactor(maxWorkFactor)
	r, err := age.Decrypt(src, id)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return nil, ErrPassphrase
	}
	if err != nil {
		return nil, fmt.Errorf("%w: not a passphrase-protected age file, or too much work asked", ErrKeyFile)
	}
	clear, err := io.ReadAll(io.LimitReader(r, maxKeyFile))
	if err != nil {
		return nil, fmt.Errorf("%w: damaged", ErrKeyFile)
	}
	return clear, nil
}

// parseKeyText reads the fields and then compares the whole with what would be written, so that public keys
// that do not belong to their secrets, and lines in any other order or number, are refused.
func parseKeyText(s string) (*KeyFile, error) {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	if lines[0] != keyFileFirst {
		return nil, fmt.Errorf("%w: the first line is not %q", ErrKeyFile, keyFileFirst)
	}
	k := &KeyFile{}
	for i, line := range lines[1:] {
		if err := k.setLine(line); err != nil {
			return nil, fmt.Errorf("%w (line %d)", err, i+2)
		}
	}
	if err := k.check(); err != nil {
		return nil, err
	}
	if k.text() != s {
		return nil, fmt.Errorf("%w: lines are missing, double, out of order, or do not belong together", ErrKeyFile)
	}
	return k, nil
}

func (k *KeyFile) setLine(line string) error {
	field, value, isField := strings.Cut(strings.TrimPrefix(line, "# "), ": ")
	if !isField {
		id, err := ParseIdentity(line)
		if err != nil {
			return fmt.Errorf("%w: unknown line", ErrKeyFile)
		}
		k.Age = id
		return nil
	}
	switch field {
	case "role":
		k.Role = KeyRole(value)
	case "id":
		k.ID = value
	case "name":
		k.Name = value
	case "instance":
		k.Instance = value
	case "made":
		k.Made = value
	case "recipient", "sign-public": // compared with the secrets at the end
	case "sign-secret":
		seed, ok := decodeURL(value, ed25519.SeedSize)
		if !ok {
			return fmt.Errorf("%w: sign-secret", ErrKeyFile)
		}
		k.Sign = ed25519.NewKeyFromSeed(seed)
	default:
		return fmt.Errorf("%w: unknown field", ErrKeyFile)
	}
	return nil
}

// KeyFingerprint is the [Fingerprint] of a holder's two public keys: of the recipient's text, a line feed and
// the signing key as [EncodeKey] writes it.
func KeyFingerprint(r Recipient, sign ed25519.PublicKey) string {
	return Fingerprint([]byte(r.String() + "\n" + EncodeKey(sign)))
}
