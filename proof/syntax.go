package proof

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxSafeInteger, 2^53-1, bounds every number: all languages read it exactly, and tlog's arithmetic, which does
// not end for sizes above 2^62, stays far from its limits.
const maxSafeInteger = 1<<53 - 1

const lowerDigits = "abcdefghijklmnopqrstuvwxyz0123456789"

func every(s, chars string) bool {
	for _, c := range []byte(s) {
		if strings.IndexByte(chars, c) < 0 {
			return false
		}
	}
	return true
}

// validInstance: 1 to 63 of a-z, 0-9, dot and hyphen.
func validInstance(s string) bool { return len(s) >= 1 && len(s) <= 63 && every(s, lowerDigits+".-") }

// validName: 1 to 40 of a-z, 0-9 and hyphen, not starting with a hyphen.
func validName(s string) bool {
	return len(s) >= 1 && len(s) <= 40 && s[0] != '-' && every(s, lowerDigits+"-")
}

func validHash(s string) bool { return len(s) == 64 && every(s, "0123456789abcdef") }

func validDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// oneLine: 1 to 200 bytes of printable UTF-8, which has no line or direction marks, no space at the ends.
func oneLine(s string) bool {
	return s != "" && len(s) <= 200 && utf8.ValidString(s) && strings.TrimSpace(s) == s &&
		strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// decode64 reads padded standard base64 in its only spelling.
func decode64(s string) ([]byte, bool) {
	b, err := base64.StdEncoding.DecodeString(s)
	return b, err == nil && base64.StdEncoding.EncodeToString(b) == s
}

func encode64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// encodeCanonical is the one way in which JSON is written here: fields in the order of the struct, keys of maps
// sorted by their bytes, no white space, no escapes but those that JSON demands.
func encodeCanonical(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, ErrFormat
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// decodeCanonical reads b into v, calls check, and refuses b unless v is written as exactly b: so unknown,
// missing, double and differently cased fields, null, white space and other escapes are all refused at once.
func decodeCanonical(b []byte, v interface{ check() error }) error {
	if err := json.Unmarshal(b, v); err != nil {
		return ErrFormat
	}
	if err := v.check(); err != nil {
		return err
	}
	again, err := encodeCanonical(v)
	if err != nil || !bytes.Equal(again, b) {
		return ErrFormat
	}
	return nil
}
