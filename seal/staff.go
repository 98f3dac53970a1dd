package seal

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/scrypt"
)

// PassphraseWords is how many words a generated passphrase has.
const PassphraseWords = 6

const (
	staffSalt = "clarion/staff/v1"
	// RFC 7914: 128 MiB and about a second in a browser. The words carry 77 bits; this is what stands in front of them.
	staffN, staffR, staffP = 1 << 17, 8, 1
)

// CheckPassphrase tells whether a typed passphrase can be one that [GeneratePassphrase] made, so that a page can name
// the word that is not: [WordError] or [LengthError]. Case, width, extra blanks and other separators are forgiven.
func CheckPassphrase(typed string) error {
	_, err := knownWords(typed, PassphraseWords, wordCount)
	return err
}

// knownWords gives the numbers of the typed words, of which there must be n, all among the first below of the list.
func knownWords(typed string, n, below int) ([]int, error) {
	fields := strings.Fields(Canonical(typed))
	out := make([]int, len(fields))
	for i, w := range fields {
		at, ok := words().index[w]
		if !ok || at >= below {
			return nil, &WordError{Position: i + 1, HasDigit: strings.ContainsAny(w, "0123456789")}
		}
		out[i] = at
	}
	if len(fields) != n {
		return nil, &LengthError{Words: len(fields)}
	}
	return out, nil
}

// StaffKeys derives what a passphrase gives on one account: the key that signs in, and the key that the holder's key
// file is wrapped to. The salt is the account's 16 random bytes. The passphrase may be typed in any way that
// [CheckPassphrase] understands, and its errors are those of it. It takes 128 MiB and most of a second.
func StaffKeys(passphrase string, salt [16]byte) (login ed25519.PrivateKey, kek *Identity, err error) {
	if err := CheckPassphrase(passphrase); err != nil {
		return nil, nil, err
	}
	master, err := scrypt.Key([]byte(Canonical(passphrase)), salt[:], staffN, staffR, staffP, 32)
	if err != nil {
		return nil, nil, fmt.Errorf("deriving staff keys: %w", err)
	}
	login = ed25519.NewKeyFromSeed(staffSeed(master, "sign-in/ed25519"))
	return login, staffKEK(master, "passphrase-kek/mlkem768x25519"), nil
}

func staffSeed(ikm []byte, label string) []byte {
	seed, err := hkdf.Key(sha256.New, ikm, []byte(staffSalt), staffSalt+"/"+label, 32)
	if err != nil {
		panic("seal: HKDF-SHA256 to 32 bytes always works: " + err.Error())
	}
	return seed
}

func staffKEK(ikm []byte, label string) *Identity {
	id, err := IdentityFromSeed(staffSeed(ikm, label))
	if err != nil {
		panic("seal: 32 bytes are always a key: " + err.Error())
	}
	return id
}

// PRFInput is what a page hands to a passkey's pseudo-random function (WebAuthn, extension prf, eval.first).
func PRFInput() [32]byte { return sha256.Sum256([]byte(staffSalt + "/prf-input/unlock")) }

// PasskeyKEK is the key that a holder's key file is wrapped to for one passkey. prf is what the passkey answered to
// [PRFInput]; it never leaves the browser, so a server has no use for this function.
func PasskeyKEK(prf [32]byte) *Identity { return staffKEK(prf[:], "prf-kek/mlkem768x25519") }

// StaffSignIn is what the sign-in key of an account signs to open a session at one door.
type StaffSignIn struct {
	Instance  string
	Door      string   // name of the door: desk or inspect
	Account   string   // name
	Challenge [32]byte // the server's
}

// Message gives the signed bytes, or [ErrRequest] for a field outside its grammar: it could look like another line.
func (s StaffSignIn) Message() ([]byte, error) {
	if !validInstance(s.Instance) || !validName(s.Door) || !validName(s.Account) {
		return nil, ErrRequest
	}
	text := "clarion/staff-sign-in/v1\n" + s.Instance + "\n" + s.Door + "\n" + s.Account + "\n"
	return append([]byte(text), s.Challenge[:]...), nil
}

// Verify tells whether sig is by login, the account's sign-in key: else [ErrSignature], or [ErrRequest].
func (s StaffSignIn) Verify(login ed25519.PublicKey, sig []byte) error {
	return verifyMessage(s, login, sig)
}

// Enrolment is what somebody who joins signs with the signing key that the lists will name: the person's recipient, the
// key that will sign in, and the invitation that they came with belong together.
type Enrolment struct {
	Instance   string
	Door       string // name
	Account    string // name
	Role       string // name
	Recipient  Recipient
	Login      ed25519.PublicKey
	Invitation [32]byte // SHA-256 of the invitation's token
}

// Message gives the signed bytes, or [ErrRequest] for a field outside its grammar.
func (e Enrolment) Message() ([]byte, error) {
	if !validInstance(e.Instance) || !validName(e.Door) || !validName(e.Account) || !validName(e.Role) || e.Recipient.IsZero() || !goodKey(e.Login) {
		return nil, ErrRequest
	}
	lines := []string{"clarion/enrol/v1", e.Instance, e.Door, e.Account, e.Role, e.Recipient.String(), EncodeKey(e.Login), ""}
	return append([]byte(strings.Join(lines, "\n")), e.Invitation[:]...), nil
}

// Verify tells whether sig is by sign, the person's signing key: else [ErrSignature], or [ErrRequest].
func (e Enrolment) Verify(sign ed25519.PublicKey, sig []byte) error {
	return verifyMessage(e, sign, sig)
}

// RecoveryStatement is what the root key signs of the recovery key when both are made. Whoever seals to the recovery key
// later takes it from here, and not from a server that might name another.
type RecoveryStatement struct {
	Instance  string
	Recipient Recipient
	Threshold int // how many sheets give the key back, 2 or more
	Count     int // how many there are
}

// Message gives the signed bytes, or [ErrRequest] for a field outside its grammar.
func (r RecoveryStatement) Message() ([]byte, error) {
	if !validInstance(r.Instance) || r.Recipient.IsZero() || r.Threshold < 2 || r.Count <= r.Threshold || r.Count > MaxSheets {
		return nil, ErrRequest
	}
	return fmt.Appendf(nil, "clarion/recovery/v1\n%s\n%s\n%d\n%d\n", r.Instance, r.Recipient, r.Threshold, r.Count), nil
}

// Verify tells whether sig is by root, the root key of the list in force: else [ErrSignature], or [ErrRequest].
func (r RecoveryStatement) Verify(root ed25519.PublicKey, sig []byte) error {
	return verifyMessage(r, root, sig)
}

func verifyMessage(m interface{ Message() ([]byte, error) }, key ed25519.PublicKey, sig []byte) error {
	msg, err := m.Message()
	if err != nil {
		return err
	}
	if !verify(key, "", msg, sig) {
		return ErrSignature
	}
	return nil
}

// StaffFingerprint returns the eight words (103 bits) by which one person tells another which keys are hers. They cover
// the role and the name too: the keys of a member are no keys of a custodian. The recipient is age1pq1… text, sign as
// [EncodeKey] writes it. A field outside its grammar is [ErrRequest], [ErrRecipient] or [ErrSignature].
func StaffFingerprint(instance, role, id, recipient, sign string) (string, error) {
	if !validInstance(instance) || !validName(role) || !validName(id) {
		return "", ErrRequest
	}
	_, badRecipient := ParseRecipient(recipient)
	_, badKey := ParseKey(sign)
	if err := errors.Join(badRecipient, badKey); err != nil {
		return "", err
	}
	lines := []string{"clarion/fingerprint/v1", instance, role, id, recipient, sign, ""}
	return drawWords(sha256.Sum256([]byte(strings.Join(lines, "\n"))), "clarion/fingerprint/v1/words", 8), nil
}

// ParseFingerprint brings eight typed words to the form in which [StaffFingerprint] writes them. Errors: [WordError],
// [LengthError].
func ParseFingerprint(typed string) (string, error) {
	if _, err := knownWords(typed, 8, wordCount); err != nil {
		return "", err
	}
	return Canonical(typed), nil
}
