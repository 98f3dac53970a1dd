package seal

import (
	"bytes"
	"encoding/base64"
	"fmt"
)

// The header of an age file to n hybrid recipients has one possible layout, so it is checked byte by byte:
// intro, n stanzas of 1,557 bytes, closing line.
const (
	headerIntro   = "age-encryption.org/v1\n"
	stanzaStart   = "-> mlkem768x25519 "
	encapsulated  = 1494 // base64 characters of the 1,120-byte encapsulated key
	wrappedKey    = 43   // base64 characters of the 32-byte wrapped file key
	stanzaSize    = len(stanzaStart) + encapsulated + 1 + wrappedKey + 1
	headerEnd     = "--- "
	headerEndSize = len(headerEnd) + 43 + 1
	nonceSize     = 16
	chunkSize     = 64 << 10
	tagSize       = 16
)

// MaxRecipients is how many recipients a sealed document may have.
const MaxRecipients = 4

// SealedSize is the length in bytes of a sealed file with plain bytes of content and n recipients.
func SealedSize(plain int64, n int) int64 {
	chunks := max(1, (plain+chunkSize-1)/chunkSize)
	return int64(headerSize(n)) + nonceSize + plain + chunks*tagSize
}

func headerSize(n int) int { return len(headerIntro) + n*stanzaSize + headerEndSize }

// CheckHeader looks at the start of a sealed file without any key and returns its number of recipients. It is
// [ErrFormat] if b does not begin with a whole age v1 header in which every stanza is of the hybrid type, and
// [ErrRecipient] if there are more than limit. Only a holder of a key can tell whether the rest is sound.
func CheckHeader(b []byte, limit int) (recipients int, err error) {
	rest, ok := bytes.CutPrefix(b, []byte(headerIntro))
	if !ok {
		return 0, fmt.Errorf("%w: no age v1 header", ErrFormat)
	}
	for n := 0; ; n++ {
		if bytes.HasPrefix(rest, []byte(headerEnd)) {
			if n == 0 || len(rest) < headerEndSize || rest[headerEndSize-1] != '\n' ||
				!isBase64(rest[len(headerEnd):headerEndSize-1]) {
				return 0, fmt.Errorf("%w: closing line of the header", ErrFormat)
			}
			return n, nil
		}
		if n == limit {
			return 0, fmt.Errorf("%w: more than %d", ErrRecipient, limit)
		}
		if !isHybridStanza(rest) {
			return 0, fmt.Errorf("%w: stanza %d is not mlkem768x25519", ErrFormat, n+1)
		}
		rest = rest[stanzaSize:]
	}
}

func isHybridStanza(b []byte) bool {
	if len(b) < stanzaSize || !bytes.HasPrefix(b, []byte(stanzaStart)) {
		return false
	}
	args, body := len(stanzaStart), len(stanzaStart)+encapsulated+1
	return b[body-1] == '\n' && b[stanzaSize-1] == '\n' &&
		isBase64(b[args:body-1]) && isBase64(b[body:stanzaSize-1])
}

// isBase64 reports whether b is unpadded standard base64 in its only encoding.
func isBase64(b []byte) bool {
	if bytes.ContainsAny(b, "\r\n") { // the decoder would skip them
		return false
	}
	_, err := base64.RawStdEncoding.Strict().DecodeString(string(b))
	return err == nil
}
