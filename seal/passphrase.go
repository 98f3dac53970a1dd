package seal

import (
	"crypto/ed25519"
	"strings"
)

// StaffPresence is what the sign-in key of an account signs to show that whoever asks for a change of the ways in is the
// person, now, and not somebody at a session that was left open. A sign-in signs other bytes, so neither stands in for the other.
type StaffPresence struct {
	Instance  string
	Door      string   // name of the door: desk or inspect
	Account   string   // name
	Act       string   // name of what it is for: passphrase or factor
	Challenge [32]byte // the server's, of this session and act
}

// Message gives the signed bytes, or [ErrRequest] for a field outside its grammar.
func (s StaffPresence) Message() ([]byte, error) {
	if !validInstance(s.Instance) || !validName(s.Door) || !validName(s.Account) || !validName(s.Act) {
		return nil, ErrRequest
	}
	lines := []string{"clarion/presence/v1", s.Instance, s.Door, s.Account, s.Act, ""}
	return append([]byte(strings.Join(lines, "\n")), s.Challenge[:]...), nil
}

// Verify tells whether sig is by login, the account's sign-in key: else [ErrSignature], or [ErrRequest].
func (s StaffPresence) Verify(login ed25519.PublicKey, sig []byte) error {
	return verifyMessage(s, login, sig)
}

// StaffNewPassphrase is what a person's signing key signs when a new passphrase takes the place of another: which key signs
// in from now on, from which salt it follows, and which wrapped key file belongs to it.
type StaffNewPassphrase struct {
	Instance string
	Door     string // name of the door: desk or inspect
	Account  string // name
	Login    ed25519.PublicKey
	Salt     [16]byte
	Before   [32]byte // SHA-256 of the wrapped key file that the server holds
	After    [32]byte // SHA-256 of the one that takes its place
}

// Message gives the signed bytes, or [ErrRequest] for a field outside its grammar.
func (s StaffNewPassphrase) Message() ([]byte, error) {
	if !validInstance(s.Instance) || !validName(s.Door) || !validName(s.Account) || !goodKey(s.Login) {
		return nil, ErrRequest
	}
	lines := []string{"clarion/new-passphrase/v1", s.Instance, s.Door, s.Account, EncodeKey(s.Login), ""}
	out := append([]byte(strings.Join(lines, "\n")), s.Salt[:]...)
	return append(append(out, s.Before[:]...), s.After[:]...), nil
}

// Verify tells whether sig is by sign, the person's signing key: else [ErrSignature], or [ErrRequest].
func (s StaffNewPassphrase) Verify(sign ed25519.PublicKey, sig []byte) error {
	return verifyMessage(s, sign, sig)
}
