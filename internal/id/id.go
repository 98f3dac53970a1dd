// Package id holds typed identifiers. Random ones are 128 bits, written as 26 lower-case base32 characters;
// named ones come from a pack or a roster. Identifiers are never derived from a person, a time or each other.
package id

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/base32"
	"fmt"
)

const size = 16

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// raw is the shared implementation of random identifiers.
type raw [size]byte

func newRaw() (r raw) {
	rand.Read(r[:]) // never fails (crypto/rand since Go 1.24)
	return r
}

func parseRaw(s string) (raw, error) {
	var r raw
	b, err := encoding.DecodeString(s)
	if err != nil || len(b) != size || encoding.EncodeToString(b) != s {
		return r, fmt.Errorf("id: %d characters are not a base32 identifier", len(s))
	}
	copy(r[:], b)
	return r, nil
}

func (r raw) String() string               { return encoding.EncodeToString(r[:]) }
func (r raw) MarshalText() ([]byte, error) { return []byte(r.String()), nil }
func (r raw) Value() (driver.Value, error) { return r.String(), nil }

func (r *raw) UnmarshalText(b []byte) (err error) {
	*r, err = parseRaw(string(b))
	return err
}

func (r *raw) Scan(v any) error {
	switch v := v.(type) {
	case string:
		return r.UnmarshalText([]byte(v))
	case []byte:
		return r.UnmarshalText(v)
	default:
		return fmt.Errorf("id: cannot scan %T", v)
	}
}

// Case names a case. The reporter's side makes it; it stands inside every sealed document of the case.
type Case struct{ raw }

// NewCase makes a random case id.
func NewCase() Case { return Case{newRaw()} }

// CaseFrom makes the id of 16 bytes that are themselves random or derived from a secret.
func CaseFrom(b [16]byte) Case { return Case{raw(b)} }

// ParseCase reads what String wrote, and nothing else.
func ParseCase(s string) (Case, error) { r, err := parseRaw(s); return Case{r}, err }

// IsZero reports whether c was never set.
func (c Case) IsZero() bool { return c == Case{} }

// Doc names one sealed document.
type Doc struct{ raw }

// NewDoc makes a random document id.
func NewDoc() Doc { return Doc{newRaw()} }

// DocFrom makes the id of 16 bytes that are themselves random or derived from a secret.
func DocFrom(b [16]byte) Doc { return Doc{raw(b)} }

// IsZero reports whether d was never set.
func (d Doc) IsZero() bool { return d == Doc{} }

// Blob names the ciphertext of one attachment.
type Blob struct{ raw }

// NewBlob makes a random blob id.
func NewBlob() Blob { return Blob{newRaw()} }

// BlobFrom makes the id of 16 bytes that are themselves random or derived from a secret.
func BlobFrom(b [16]byte) Blob { return Blob{raw(b)} }

// ParseBlob reads what String wrote, and nothing else.
func ParseBlob(s string) (Blob, error) { r, err := parseRaw(s); return Blob{r}, err }

// IsZero reports whether b was never set.
func (b Blob) IsZero() bool { return b == Blob{} }

// Names that a pack or a roster gives: lower-case ASCII letters, digits and hyphens, 1 to 40 characters.
type (
	Unit     string // an office with its own key
	Member   string // a member of staff
	Category string // a category of conduct
	Region   string // the reporter's own pick
	Question string // a question of a category's questionnaire
)

// ValidName reports whether s can be a Unit, Member, Category, Region or Question.
func ValidName(s string) bool {
	if len(s) < 1 || len(s) > 40 || s[0] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
