package seal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// SheetWords is how many words stand on a printed sheet.
const SheetWords = 30

// MaxSheets is how many sheets a recovery kit may have.
const MaxSheets = 16

const (
	sheetList  = 4096 // how many words of the list a sheet uses: 12 bits each
	sheetBody  = 40
	sheetBytes = SheetWords * 12 / 8
	markSize   = 2 // bytes that tell the installation
	kitSize    = 4 // bytes that tell the key
)

// SheetKind says what stands on a sheet.
type SheetKind byte

// The kinds of sheets, as their first byte says.
const (
	SheetRoot     SheetKind = 1 // the root key
	SheetRecovery SheetKind = 2 // a share of the recovery key
)

// SheetFault says what is wrong with a sheet whose words are all in the list, or with several together.
type SheetFault string

// The faults of sheets.
const (
	SheetDamaged   SheetFault = "damaged"   // words were mistaken for others, or changed places
	SheetElsewhere SheetFault = "elsewhere" // a sound sheet of another installation
	SheetOfOther   SheetFault = "kind"      // a sheet of the other kind
	SheetMixed     SheetFault = "kit"       // not all of one kit, or not of the key that was asked for
	SheetTwice     SheetFault = "twice"     // the same sheet twice
	SheetsMissing  SheetFault = "few"       // fewer than the kit needs
)

// SheetError tells what is wrong with sheets. A word that is in no sheet is a [WordError] and a wrong number of words a
// [LengthError].
type SheetError struct{ Fault SheetFault }

func (e *SheetError) Error() string { return "seal: sheet: " + string(e.Fault) }

// Sheet is what one printed sheet holds. It hides itself from fmt, slog and encoding/json; only Words and Root give
// the secret.
type Sheet struct {
	Instance  string
	Kind      SheetKind
	Threshold int             // recovery: how many sheets give the key
	Count     int             // recovery: how many were made
	Kit       [kitSize]byte   // begins the SHA-256 of the root key, or of the recovery key's recipient
	secret    func() [33]byte // the seed, or the share with its place
}

// Format prints a fixed text for every verb.
func (Sheet) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue keeps the secret out of structured logs.
func (Sheet) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText refuses with [ErrSecret], and so does encoding/json.
func (Sheet) MarshalText() ([]byte, error) { return nil, ErrSecret }

// RootSheet makes the sheet of the root key with this seed. The error is [ErrInstance].
func RootSheet(instance string, seed [32]byte) (Sheet, error) {
	if !validInstance(instance) {
		return Sheet{}, ErrInstance
	}
	var secret [33]byte
	copy(secret[:], seed[:])
	return Sheet{Instance: instance, Kind: SheetRoot, Kit: rootKit(seed), secret: func() [33]byte { return secret }}, nil
}

func rootKit(seed [32]byte) (kit [kitSize]byte) {
	h := sha256.Sum256(publicOf(ed25519.NewKeyFromSeed(seed[:])))
	copy(kit[:], h[:])
	return kit
}

// RecoveryKit is how the sheets of a recovery key name it.
func RecoveryKit(r Recipient) (kit [kitSize]byte) {
	h := sha256.Sum256([]byte(r.String()))
	copy(kit[:], h[:])
	return kit
}

// SplitRecovery splits a recovery key into n sheets, any k of which give it back: 2 <= k < n <= [MaxSheets], so that
// one may be lost. Errors: [ErrInstance], [ErrShare], [ErrIdentity].
func SplitRecovery(instance string, id *Identity, k, n int) ([]Sheet, error) {
	switch {
	case !validInstance(instance):
		return nil, ErrInstance
	case id == nil || id.k == nil:
		return nil, ErrIdentity
	case k < 2 || n <= k || n > MaxSheets:
		return nil, fmt.Errorf("%w: %d of %d", ErrShare, k, n)
	}
	seed := id.Seed()
	sheets := make([]Sheet, n)
	for i, part := range splitSecret(seed[:], k, n) {
		secret := [33]byte(part)
		sheets[i] = Sheet{instance, SheetRecovery, k, n, RecoveryKit(id.Recipient()), func() [33]byte { return secret }}
	}
	return sheets, nil
}

// Words writes the sheet: thirty words with single spaces.
func (s Sheet) Words() string {
	if s.secret == nil {
		return ""
	}
	b := make([]byte, 0, sheetBytes)
	b = append(b, byte(s.Kind), byte(s.Threshold), byte(s.Count))
	secret := s.secret()
	if s.Kind == SheetRoot {
		b = append(append(append(b, 0), s.Kit[:]...), secret[:32]...)
	} else {
		b = append(append(b, s.Kit[:]...), secret[:]...)
	}
	mark := sheetMark(s.Instance)
	b = append(b, mark[:]...)
	sum := sheetSum(b)
	b = append(b, sum[:]...)
	out := make([]string, 0, SheetWords)
	for i := 0; i < sheetBytes; i += 3 {
		three := int(b[i])<<16 | int(b[i+1])<<8 | int(b[i+2])
		out = append(out, words().at[three>>12], words().at[three&(sheetList-1)])
	}
	return strings.Join(out, " ")
}

func sheetMark(instance string) [markSize]byte {
	h := sha256.Sum256([]byte("clarion/sheet/v1/installation\n" + instance + "\n"))
	return [markSize]byte(h[:markSize])
}

func sheetSum(b []byte) [sheetBytes - sheetBody - markSize]byte {
	h := sha256.Sum256(prefixed("clarion/sheet/v1\n", b))
	return [sheetBytes - sheetBody - markSize]byte(h[:])
}

// ParseSheet reads the typed words of a sheet of this installation, typed in any way that [CheckPassphrase] forgives.
// Errors: [ErrInstance], [WordError], [LengthError], and [SheetError] with [SheetDamaged] or [SheetElsewhere].
func ParseSheet(instance, typed string) (Sheet, error) {
	if !validInstance(instance) {
		return Sheet{}, ErrInstance
	}
	numbers, err := knownWords(typed, SheetWords, sheetList)
	if err != nil {
		return Sheet{}, err
	}
	b := make([]byte, 0, sheetBytes)
	for i := 0; i < SheetWords; i += 2 {
		three := numbers[i]<<12 | numbers[i+1]
		b = append(b, byte(three>>16), byte(three>>8), byte(three))
	}
	head, sum := b[:sheetBody+markSize], b[sheetBody+markSize:]
	if [3]byte(sum) != sheetSum(head) {
		return Sheet{}, &SheetError{SheetDamaged}
	}
	if [markSize]byte(head[sheetBody:]) != sheetMark(instance) {
		return Sheet{}, &SheetError{SheetElsewhere}
	}
	return sheetOf(instance, [sheetBody]byte(head))
}

// sheetOf reads the bytes of a sheet whose checksum is right; what makes no sense nevertheless was never printed.
func sheetOf(instance string, b [sheetBody]byte) (Sheet, error) {
	s := Sheet{Instance: instance, Kind: SheetKind(b[0]), Threshold: int(b[1]), Count: int(b[2])}
	switch {
	case s.Kind == SheetRoot && b[1] == 0 && b[2] == 0 && b[3] == 0:
		again, err := RootSheet(instance, [32]byte(b[8:]))
		if err == nil && again.Kit == [kitSize]byte(b[4:8]) {
			return again, nil
		}
	case s.Kind == SheetRecovery && s.Threshold >= 2 && s.Count > s.Threshold && s.Count <= MaxSheets && b[sheetBody-1] != 0:
		secret := [33]byte(b[7:])
		s.Kit, s.secret = [kitSize]byte(b[3:7]), func() [33]byte { return secret }
		return s, nil
	}
	return Sheet{}, &SheetError{SheetDamaged}
}

// Root gives the root key of a root sheet; the error is a [SheetError] with [SheetOfOther].
func (s Sheet) Root() (ed25519.PrivateKey, error) {
	if s.Kind != SheetRoot || s.secret == nil {
		return nil, &SheetError{SheetOfOther}
	}
	secret := s.secret()
	return ed25519.NewKeyFromSeed(secret[:32]), nil
}

// ParseRootSheet reads a typed root sheet. The caller compares the key with the root of the list in force. Errors:
// those of [ParseSheet] and of [Sheet.Root].
func ParseRootSheet(instance, typed string) (ed25519.PrivateKey, error) {
	s, err := ParseSheet(instance, typed)
	if err != nil {
		return nil, err
	}
	return s.Root()
}

// CombineRecovery gives the recovery key back from as many sheets as its kit needs, or more. It never gives another
// key: the sheets name the one that they make. The error is a [SheetError].
func CombineRecovery(sheets []Sheet) (*Identity, error) {
	parts := make([][]byte, len(sheets))
	for i, s := range sheets {
		if s.Kind != SheetRecovery || s.secret == nil {
			return nil, &SheetError{SheetOfOther}
		}
		first := sheets[0]
		if s.Instance != first.Instance || s.Kit != first.Kit || s.Threshold != first.Threshold || s.Count != first.Count {
			return nil, &SheetError{SheetMixed}
		}
		part := s.secret()
		parts[i] = part[:]
		if slices.ContainsFunc(parts[:i], func(o []byte) bool { return o[32] == part[32] }) {
			return nil, &SheetError{SheetTwice}
		}
	}
	if len(sheets) == 0 || len(sheets) < sheets[0].Threshold {
		return nil, &SheetError{SheetsMissing}
	}
	seed, err := combineSecret(parts)
	if err != nil {
		return nil, err
	}
	id, err := IdentityFromSeed(seed)
	if err != nil {
		return nil, err
	}
	if RecoveryKit(id.Recipient()) != sheets[0].Kit {
		return nil, &SheetError{SheetMixed}
	}
	return id, nil
}
