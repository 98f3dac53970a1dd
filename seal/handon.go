package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"filippo.io/age"
)

// A sealed file is a header, in which each recipient finds the file key, and a body under that key. Giving somebody else access is
// a second header for the same body: the first stays as it is, because documents and leaves name the hash of the whole file.

// NewHeader is the header of a sealed file whose file key is key, for recipients of its own. It is [ErrRecipient] for none, for more
// than [MaxRecipients], and for the same twice.
func NewHeader(key FileKey, to ...Recipient) ([]byte, error) {
	if len(to) == 0 || len(to) > MaxRecipients {
		return nil, ErrRecipient
	}
	header := []byte(headerIntro)
	seen := map[Recipient]bool{}
	for _, r := range to {
		a, err := age.ParseHybridRecipient(r.text)
		if err != nil || seen[r] {
			return nil, ErrRecipient
		}
		seen[r] = true
		stanzas, err := a.Wrap(key[:])
		if err != nil {
			return nil, fmt.Errorf("sealing the file key: %w", err)
		}
		for _, s := range stanzas {
			header = append(header, "-> "+s.Type...)
			for _, arg := range s.Args {
				header = append(header, " "+arg...)
			}
			header = append(header, "\n"+base64.RawStdEncoding.EncodeToString(s.Body)+"\n"...)
		}
	}
	header = append(header, headerEnd[:len(headerEnd)-1]...)
	sum, err := hkdf.Key(sha256.New, key[:], nil, "header", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("sealing the file key: %w", err)
	}
	mac := hmac.New(sha256.New, sum)
	mac.Write(header)
	header = append(header, " "+base64.RawStdEncoding.EncodeToString(mac.Sum(nil))+"\n"...)
	if n, err := CheckHeader(header, MaxRecipients); err != nil || n != len(to) { // the library wrote another kind of stanza
		return nil, fmt.Errorf("sealing the file key: %w", ErrFormat)
	}
	return header, nil
}

// WithHeader is a sealed file with another header before its body. It is [ErrFormat] when one of the two is no header, or more follows
// the new one, and [ErrRecipient] when it is for more than limit. That the new header belongs to the body only a holder of a key can tell.
func WithHeader(sealed, header []byte, limit int) ([]byte, error) {
	was, err := CheckHeader(sealed, MaxRecipients)
	if err != nil {
		return nil, err
	}
	n, err := CheckHeader(header, limit)
	if err != nil {
		return nil, err
	}
	if len(header) != headerSize(n) {
		return nil, fmt.Errorf("%w: more than a header", ErrFormat)
	}
	return append(append(make([]byte, 0, len(header)+len(sealed)-headerSize(was)), header...), sealed[headerSize(was):]...), nil
}
