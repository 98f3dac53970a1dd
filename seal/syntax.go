package seal

import (
	"encoding/base32"
	"encoding/hex"
	"strings"
	"time"
)

// The small grammars that several formats share.

const (
	lowerDigits = "abcdefghijklmnopqrstuvwxyz0123456789"
	lowerHex    = "0123456789abcdef"
)

func every(s, chars string) bool {
	for _, c := range []byte(s) {
		if strings.IndexByte(chars, c) < 0 {
			return false
		}
	}
	return true
}

// validInstance: 1 to 63 of a-z, 0-9, dot and hyphen.
func validInstance(s string) bool {
	return len(s) >= 1 && len(s) <= 63 && every(s, lowerDigits+".-")
}

// validName: 1 to 40 of a-z, 0-9 and hyphen, not starting with a hyphen.
func validName(s string) bool {
	return len(s) >= 1 && len(s) <= 40 && s[0] != '-' && every(s, lowerDigits+"-")
}

// validID: 128 bits as 26 characters of lower-case base32 in their only encoding.
func validID(s string) bool {
	enc := base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
	b, err := enc.DecodeString(s)
	return err == nil && len(b) == 16 && enc.EncodeToString(b) == s
}

// validHash: 32 bytes as lower-case hex.
func validHash(s string) bool { return len(s) == 64 && every(s, lowerHex) }

func hexHash(h [32]byte) string { return hex.EncodeToString(h[:]) }

// validDay: a day that exists, YYYY-MM-DD.
func validDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
