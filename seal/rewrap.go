package seal

// StaffRewrap is what a person's signing key signs when the wrapped key file is replaced, because a wrapping key came or
// went: whoever has a session and not the keys cannot put something in their place that nobody opens.
type StaffRewrap struct {
	Instance string
	Door     string   // name of the door: desk or inspect
	Account  string   // name
	Before   [32]byte // SHA-256 of the wrapped key file that the server holds
	After    [32]byte // SHA-256 of the one that takes its place
}

// Message gives the signed bytes, or [ErrRequest] for a field outside its grammar.
func (s StaffRewrap) Message() ([]byte, error) {
	if !validInstance(s.Instance) || !validName(s.Door) || !validName(s.Account) {
		return nil, ErrRequest
	}
	text := "clarion/rewrap/v1\n" + s.Instance + "\n" + s.Door + "\n" + s.Account + "\n"
	return append(append([]byte(text), s.Before[:]...), s.After[:]...), nil
}

// Verify tells whether sig is by sign, the person's signing key: else [ErrSignature], or [ErrRequest].
func (s StaffRewrap) Verify(sign []byte, sig []byte) error { return verifyMessage(s, sign, sig) }
