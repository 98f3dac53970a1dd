package intake

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/seal"
)

// Token ties one plain form together from its first page to its receipt. It travels in the form; R is never
// stored. docs/design/0003-plain-path.md has the construction.
type Token struct {
	r      [32]byte
	issued int64 // unix seconds
}

const (
	slotLength = 600 // seconds: forms handed out in the same slot share one budget
	tokenSize  = 32 + 8 + 16
)

// newToken makes a token issued at now.
func newToken(now time.Time) Token {
	t := Token{issued: now.Unix()}
	rand.Read(t.r[:])
	return t
}

func (t Token) tag(formKey []byte) []byte {
	h := hmac.New(sha256.New, formKey)
	h.Write([]byte("clarion/form/v1"))
	h.Write(t.r[:])
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(t.issued)))
	return h.Sum(nil)[:16]
}

// encode gives the text that the form carries.
func (t Token) encode(formKey []byte) string {
	b := append(make([]byte, 0, tokenSize), t.r[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(t.issued))
	return base64.RawURLEncoding.EncodeToString(append(b, t.tag(formKey)...))
}

// parseToken reads a token of ours, whatever its age. Anything else is "intake.token_unknown".
func parseToken(formKey []byte, s string) (Token, error) {
	var t Token
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != tokenSize {
		return t, errs.New(errs.Invalid, "intake.token_unknown", nil)
	}
	copy(t.r[:], b)
	t.issued = int64(binary.BigEndian.Uint64(b[32:]))
	if !hmac.Equal(b[40:], t.tag(formKey)) {
		return Token{}, errs.New(errs.Invalid, "intake.token_unknown", nil)
	}
	return t, nil
}

// age is how long ago the token was issued; it is negative when the clock was put back since.
func (t Token) age(now time.Time) time.Duration { return now.Sub(time.Unix(t.issued, 0)) }

// slot numbers the ten minutes in which the token was issued.
func (t Token) slot() int64 { return t.issued / slotLength }

// mark names the form in the database: a hash, from which nothing of the form follows.
func (t Token) mark() []byte {
	h := sha256.New()
	h.Write([]byte("clarion/form-mark/v1"))
	h.Write(t.r[:])
	return h.Sum(nil)
}

func (t Token) derive(label string) []byte {
	b, err := hkdf.Key(sha256.New, t.r[:], nil, label, 32)
	if err != nil {
		panic(err) // only for lengths above 8,160 bytes
	}
	return b
}

// answersMAC tells the same answers from others without keeping them.
func (t Token) answersMAC(canonical []byte) []byte {
	h := hmac.New(sha256.New, t.derive("clarion/form/mac/v1"))
	h.Write(canonical)
	return h.Sum(nil)
}

// code is the receipt code of the form: the same for every repeat of it.
func (t Token) code(formKey []byte, words bool) string {
	label := "clarion/form/code/v1/digits"
	if words {
		label = "clarion/form/code/v1/words"
	}
	b, err := hkdf.Key(sha256.New, t.r[:], formKey, label, 32)
	if err != nil {
		panic(err) // only for lengths above 8,160 bytes
	}
	if words {
		return seal.WordsFrom([32]byte(b))
	}
	return seal.DigitsFrom([32]byte(b))
}

// fileKey seals what the server must remember of files that wait for their report.
func (t Token) fileKey() (seal.Identity, error) {
	k, err := seal.IdentityFromSeed(t.derive("clarion/form/files/v1"))
	if err != nil {
		return seal.Identity{}, err
	}
	return *k, nil
}

func (t Token) caseID() (c id.Case) {
	return id.CaseFrom([16]byte(t.derive("clarion/form/case/v1")))
}

// actID names the document of an act in the mailbox. The same act of the same form again has the same id, and does
// nothing; another act of that form, as by somebody who went back to its page, has another and is not lost.
func (t Token) actID(kind seal.Kind, canonical []byte) id.Doc {
	h := hmac.New(sha256.New, t.derive("clarion/form/act/v1"))
	h.Write([]byte(kind))
	h.Write([]byte{0})
	h.Write(canonical)
	return id.DocFrom([16]byte(h.Sum(nil)[:16]))
}

// saidMark names a text that was sent to the mailbox from this form: a hash, from which nothing of either follows.
func (t Token) saidMark(text string) [32]byte {
	h := hmac.New(sha256.New, t.derive("clarion/form/said/v1"))
	h.Write([]byte(text))
	return [32]byte(h.Sum(nil))
}

func (t Token) docID() id.Doc { return id.DocFrom([16]byte(t.derive("clarion/form/doc/v1"))) }
