package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode/utf8"
)

// ShareThreshold is how many custodians must agree before an identity opens, MaxCustodians how many there may be.
const (
	ShareThreshold = 2
	MaxCustodians  = 16
)

// FloorIdentity is the least padded size in bytes of an identity, MaxIdentity the largest.
const (
	FloorIdentity = 256
	MaxIdentity   = 4096
)

const (
	shareFirst = "clarion/identity-share/v1"
	shareSize  = SeedSize + 1 // the key's part and its place
)

// Person is who somebody is, and how to reach them.
type Person struct {
	Name  string
	Reach string
}

// Custodian is a holder of shares as the key set lists them.
type Custodian struct {
	ID        string // name
	Recipient Recipient
}

// IdentityBox is a person's identity, sealed under a key of this record alone, and the shares of that key.
type IdentityBox struct {
	Box    []byte // opens only with the key that two shares give
	Shares []SealedShare
}

// SealedShare is the share of one custodian, sealed to nobody else.
type SealedShare struct {
	Custodian string
	Sealed    []byte
}

// ShareOf says what a share belongs to. The hash of the box keeps a share from being asked for under another case's
// name.
type ShareOf struct {
	Instance string
	Case     string // id
	Box      string // hex SHA-256 of the box, as [SealedHash] gives it
}

// Share is a custodian's share in clear. It hides itself from fmt, slog and encoding/json.
type Share struct {
	Of   ShareOf
	part func() [shareSize]byte // behind a function for the reason that [Identity] gives
}

// Format prints a fixed text for every verb.
func (Share) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue keeps the secret out of structured logs.
func (Share) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText refuses with [ErrSecret], and so does encoding/json.
func (Share) MarshalText() ([]byte, error) { return nil, ErrSecret }

// person is the JSON inside the box. Name and reach must be there when it is read.
type person struct {
	V        int     `json:"v"`
	Instance string  `json:"instance"`
	Case     string  `json:"case"`
	Name     *string `json:"name"`
	Reach    *string `json:"reach"`
}

// SplitIdentity seals p under a fresh key and splits that key among the custodians, any two of whom can open it
// together. The error is [ErrShare] for fewer than two custodians, more than [MaxCustodians], one twice, or a case or
// instance that is none; [ErrTooLarge] for a person longer than [MaxIdentity].
func SplitIdentity(instance, caseID string, p Person, custodians []Custodian) (*IdentityBox, error) {
	if err := checkCustodians(custodians); err != nil {
		return nil, err
	}
	if !validInstance(instance) || !validID(caseID) {
		return nil, fmt.Errorf("%w: instance or case", ErrShare)
	}
	text, err := encodeJSON(person{1, instance, caseID, &p.Name, &p.Reach})
	if err != nil {
		return nil, err
	}
	if len(text) > MaxIdentity {
		return nil, fmt.Errorf("%w: an identity of %d bytes", ErrTooLarge, len(text))
	}
	fill := PaddedLen(int64(len(text)), FloorIdentity) - int64(len(text))
	key := NewIdentity()
	box, err := Seal(append(text, bytes.Repeat([]byte{' '}, int(fill))...), key.Recipient())
	if err != nil {
		return nil, err
	}
	of := ShareOf{instance, caseID, SealedHash(box)}
	seed := key.Seed()
	out := &IdentityBox{Box: box}
	for i, part := range splitSecret(seed[:], ShareThreshold, len(custodians)) {
		sealed, err := sealShare(of, [shareSize]byte(part), custodians[i].Recipient)
		if err != nil {
			return nil, err
		}
		out.Shares = append(out.Shares, SealedShare{custodians[i].ID, sealed})
	}
	return out, nil
}

func checkCustodians(list []Custodian) error {
	if len(list) < ShareThreshold || len(list) > MaxCustodians {
		return fmt.Errorf("%w: %d custodians", ErrShare, len(list))
	}
	names, keys := map[string]bool{}, map[Recipient]bool{}
	for _, c := range list {
		if !validName(c.ID) || names[c.ID] || keys[c.Recipient] {
			return fmt.Errorf("%w: custodians", ErrShare)
		}
		names[c.ID], keys[c.Recipient] = true, true
	}
	return nil
}

func sealShare(of ShareOf, part [shareSize]byte, to Recipient) ([]byte, error) {
	lines := []string{shareFirst, of.Instance, of.Case, of.Box, base64.StdEncoding.EncodeToString(part[:]), ""}
	return Seal([]byte(strings.Join(lines, "\n")), to)
}

// ShareLen is the length in bytes of every sealed share of an installation.
func ShareLen(instance string) int64 {
	text := len(shareFirst) + len(instance) + 26 + 64 + base64.StdEncoding.EncodedLen(shareSize) + 5
	return SealedSize(int64(text), 1)
}

// CheckIdentityBox looks at a sealed identity without any key: [ErrFormat] or [ErrRecipient] unless it is sealed to one
// key and has one of the sizes that an identity can have.
func CheckIdentityBox(box []byte) error {
	if _, err := CheckHeader(box, 1); err != nil {
		return err
	}
	plain := int64(len(box)) - SealedSize(0, 1)
	if plain < FloorIdentity || plain > MaxIdentity || PaddedLen(plain, FloorIdentity) != plain {
		return fmt.Errorf("%w: an identity of %d bytes", ErrFormat, plain)
	}
	return nil
}

// CheckShare looks at a sealed share without any key: [ErrFormat] or [ErrRecipient] unless it is sealed to one key and
// as long as every share.
func CheckShare(sealed []byte, instance string) error {
	if _, err := CheckHeader(sealed, 1); err != nil {
		return err
	}
	if int64(len(sealed)) != ShareLen(instance) {
		return fmt.Errorf("%w: a share of %d bytes", ErrFormat, len(sealed))
	}
	return nil
}

// OpenShare opens a share with the key of whoever holds it. A share of another case or box than the one that was asked
// for is [ErrShare]: nobody gets a custodian's agreement under a false name. What is no share is [ErrFormat].
func OpenShare(sealed []byte, holder *Identity, of ShareOf) (*Share, error) {
	plain, err := Open(sealed, holder)
	if err != nil {
		return nil, err
	}
	got, part, err := parseShare(plain)
	if err != nil {
		return nil, err
	}
	if !validHash(of.Box) || got != of {
		return nil, fmt.Errorf("%w: of another case", ErrShare)
	}
	return &Share{Of: of, part: func() [shareSize]byte { return part }}, nil
}

// parseShare reads the six lines of a share. It does not say what stands in them.
func parseShare(plain []byte) (of ShareOf, part [shareSize]byte, err error) {
	bad := fmt.Errorf("%w: not a share", ErrFormat)
	lines := strings.Split(string(plain), "\n")
	if len(lines) != 6 || lines[0] != shareFirst || lines[5] != "" || !utf8.Valid(plain) {
		return of, part, bad
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(lines[4])
	if err != nil || len(raw) != shareSize || base64.StdEncoding.EncodeToString(raw) != lines[4] {
		return of, part, bad
	}
	return ShareOf{lines[1], lines[2], lines[3]}, [shareSize]byte(raw), nil
}

// Reseal seals the share anew to the one person whom the approved reason names.
func (s *Share) Reseal(to Recipient) ([]byte, error) { return sealShare(s.Of, s.part(), to) }

// CombineIdentity opens the box with the shares of two or more custodians. Named is [Report.Identity] of the case's
// verified report: the reporter signed nothing else that speaks of the box, so that any other may be the server's own.
// Wrong shares give a wrong key, which the box refuses: [ErrWrongKey]. A box that the report does not name, fewer than
// two shares, one twice, shares of another box, and an identity of another case are [ErrShare].
func CombineIdentity(box []byte, named string, shares ...*Share) (Person, error) {
	hash := SealedHash(box)
	if hash != named {
		return Person{}, fmt.Errorf("%w: not the box that the report names", ErrShare)
	}
	if len(shares) < ShareThreshold {
		return Person{}, fmt.Errorf("%w: %d of %d", ErrShare, len(shares), ShareThreshold)
	}
	var parts [][]byte
	for _, s := range shares {
		if s.Of.Box != hash || s.Of != shares[0].Of {
			return Person{}, fmt.Errorf("%w: of another box", ErrShare)
		}
		part := s.part()
		parts = append(parts, part[:])
	}
	seed, err := combineSecret(parts)
	if err != nil {
		return Person{}, err
	}
	key, err := IdentityFromSeed(seed)
	if err != nil {
		return Person{}, err
	}
	plain, err := Open(box, key)
	if err != nil {
		return Person{}, err
	}
	return parsePerson(plain, shares[0].Of)
}

func parsePerson(plain []byte, of ShareOf) (Person, error) {
	text := bytes.TrimRight(plain, " ")
	if err := checkJSON(text, maxDepth); err != nil {
		return Person{}, err
	}
	var p person
	if err := json.Unmarshal(text, &p); err != nil || p.V != 1 || p.Instance != of.Instance || p.Case != of.Case || p.Name == nil || p.Reach == nil {
		return Person{}, fmt.Errorf("%w: the identity is of another case, or none", ErrShare)
	}
	return Person{*p.Name, *p.Reach}, nil
}
