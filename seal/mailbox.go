package seal

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// MailboxKeys is what a receipt code gives: the reporter's side of a case. It hides itself from fmt, slog and
// encoding/json.
type MailboxKeys struct {
	PRK  [32]byte           // everything follows from it; as secret as the code
	Auth ed25519.PrivateKey // signs requests to the mailbox; the server keeps its public half
	Age  *Identity          // opens what is sealed to the mailbox
	Sign ed25519.PrivateKey // signs documents, inside the seal only
}

// Format prints a fixed text for every verb.
func (MailboxKeys) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue keeps the secrets out of structured logs.
func (MailboxKeys) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText refuses with [ErrSecret], and so does encoding/json.
func (MailboxKeys) MarshalText() ([]byte, error) { return nil, ErrSecret }

// Public returns the public halves, as a report names them.
func (k *MailboxKeys) Public() Mailbox {
	return Mailbox{
		Auth:      EncodeKey(publicOf(k.Auth)),
		Recipient: k.Age.Recipient().String(),
		Sign:      EncodeKey(publicOf(k.Sign)),
	}
}

func publicOf(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

// DeriveMailbox derives the keys of a receipt code at an instance (CRYPTO "receipt v1"). The code may be typed
// in any way that [Canonical] understands; its check digits do not matter here. Errors: [ErrInstance], [ErrCode].
func DeriveMailbox(instance, code string) (*MailboxKeys, error) {
	if !validInstance(instance) {
		return nil, ErrInstance
	}
	ikm := Canonical(code)
	if ikm == "" {
		return nil, ErrCode
	}
	prk, err := hkdf.Extract(sha256.New, []byte(ikm), []byte("clarion/receipt/v1\x00"+instance))
	if err != nil {
		return nil, fmt.Errorf("deriving mailbox keys: %w", err)
	}
	return MailboxFromPRK([32]byte(prk)), nil
}

// MailboxFromPRK derives the keys from the middle step, for whoever keeps that instead of the code.
func MailboxFromPRK(prk [32]byte) *MailboxKeys {
	id, err := IdentityFromSeed(expand(prk[:], "clarion/receipt/v1/age/mlkem768x25519"))
	if err != nil {
		panic("seal: every seed is a key: " + err.Error())
	}
	return &MailboxKeys{
		PRK:  prk,
		Auth: ed25519.NewKeyFromSeed(expand(prk[:], "clarion/receipt/v1/auth/ed25519")),
		Age:  id,
		Sign: ed25519.NewKeyFromSeed(expand(prk[:], "clarion/receipt/v1/sign/ed25519")),
	}
}

// ClaimKey derives the key that claims a reward: the Ed25519 key whose seed is HKDF-SHA256 with
// ikm = PRK ‖ UTF-8(NFKC(passphrase)), empty salt, info "clarion/claim/v1" and 32 bytes of output. The
// passphrase may be empty.
func ClaimKey(prk [32]byte, passphrase string) ed25519.PrivateKey {
	ikm := append(prk[:], norm.NFKC.String(passphrase)...)
	seed, err := hkdf.Key(sha256.New, ikm, nil, "clarion/claim/v1", ed25519.SeedSize)
	if err != nil {
		panic("seal: HKDF-SHA256 to 32 bytes always works: " + err.Error())
	}
	return ed25519.NewKeyFromSeed(seed)
}

// Request is what a signature of the mailbox covers. The same challenge may come twice: requests carry ids, so
// a repeat does nothing.
type Request struct {
	Instance  string
	Origin    string   // scheme, host and port as the browser sees them: https://tips.example
	Method    string   // upper case
	Path      string   // with the query, if any, as sent
	BodyHash  [32]byte // SHA-256 of the body; of nothing, if there is none
	Challenge [32]byte // from the server, 60 seconds old at most
}

// RequestMessage returns the bytes that are signed. A field that is empty, not printable ASCII or has a space
// in it is [ErrRequest]: nothing may look like another line.
func RequestMessage(r Request) ([]byte, error) {
	if !validInstance(r.Instance) || !oneWord(r.Origin) || !oneWord(r.Method) || !oneWord(r.Path) {
		return nil, ErrRequest
	}
	lines := []string{"clarion/mailbox/v1/request", r.Instance, r.Origin, r.Method, r.Path,
		hex.EncodeToString(r.BodyHash[:]), base64.RawURLEncoding.EncodeToString(r.Challenge[:]), ""}
	return []byte(strings.Join(lines, "\n")), nil
}

func oneWord(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return s != ""
}

// SignRequest signs r with the mailbox's sign-in key.
func SignRequest(auth ed25519.PrivateKey, r Request) ([]byte, error) {
	m, err := RequestMessage(r)
	if err != nil {
		return nil, err
	}
	return ed25519.Sign(auth, m), nil
}

// VerifyRequest checks a signature of [SignRequest]; a wrong one is [ErrSignature].
func VerifyRequest(auth ed25519.PublicKey, r Request, sig []byte) error {
	m, err := RequestMessage(r)
	if err != nil {
		return err
	}
	if !verify(auth, "", m, sig) {
		return ErrSignature
	}
	return nil
}
