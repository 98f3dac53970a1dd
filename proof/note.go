package proof

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// maxNote is the size in bytes of the largest signed note that is read.
const maxNote = 64 << 10

// openStrict opens a signed note whose first signature is by v and whose others, if any, are by different
// witnesses; a signature by anybody else is refused. The note must be written in the one way in which
// [note.Sign] writes it.
func openStrict(b []byte, v note.Verifier, witnesses ...note.Verifier) (text string, err error) {
	if len(b) > maxNote {
		return "", ErrFormat
	}
	n, err := note.Open(b, note.VerifierList(append([]note.Verifier{v}, witnesses...)...))
	if err != nil {
		if _, ok := errors.AsType[*note.InvalidSignatureError](err); ok {
			return "", ErrSignature
		}
		if _, ok := errors.AsType[*note.UnverifiedNoteError](err); ok {
			return "", ErrSignature
		}
		return "", fmt.Errorf("%w: not a signed note", ErrFormat)
	}
	if len(n.UnverifiedSigs) > 0 || n.Sigs[0].Name != v.Name() || n.Sigs[0].Hash != v.KeyHash() {
		return "", ErrSignature
	}
	if !bytes.Equal(b, writeNote(n.Text, n.Sigs)) {
		return "", fmt.Errorf("%w: the signed note is spelled differently", ErrFormat)
	}
	return n.Text, nil
}

// writeNote spells a note; base64 that is not in its only spelling comes out different from what was read.
func writeNote(text string, sigs []note.Signature) []byte {
	var b strings.Builder
	b.WriteString(text + "\n")
	for _, s := range sigs {
		raw, ok := decode64(s.Base64)
		if !ok {
			return nil
		}
		b.WriteString("— " + s.Name + " " + encode64(raw) + "\n")
	}
	return []byte(b.String())
}

// signNote signs text, which ends in a line feed.
func signNote(s note.Signer, text string) ([]byte, error) {
	b, err := note.Sign(&note.Note{Text: text}, s)
	if err != nil {
		return nil, fmt.Errorf("signing a note: %w", err)
	}
	return b, nil
}

// trimNote takes from a note all signatures but the one by v.
func trimNote(b []byte, v note.Verifier) ([]byte, error) {
	if len(b) > maxNote {
		return nil, ErrFormat
	}
	n, err := note.Open(b, note.VerifierList(v))
	if err != nil {
		return nil, ErrSignature
	}
	return writeNote(n.Text, n.Sigs), nil
}
