package cases

import (
	"crypto/rand"
	"errors"
	"strings"
)

// digits leaves out I, L, O and U: they are misheard or misread.
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewNumber makes a case number such as MH-7Q4K-2RD9-3F: the authority's prefix and 50 random bits. It tells
// neither order nor time.
func NewNumber(prefix string) string {
	var raw [10]byte
	rand.Read(raw[:]) // never fails (crypto/rand since Go 1.24)
	for i, b := range raw {
		raw[i] = digits[b%32]
	}
	s := string(raw[:])
	return prefix + "-" + s[:4] + "-" + s[4:8] + "-" + s[8:]
}

// ParseNumber reads a case number as somebody typed it, in any case and grouping, with O for 0 and I or L for
// 1, and returns it as NewNumber writes it.
func ParseNumber(prefix, typed string) (string, error) {
	clean := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '－', '–', '　':
			return -1
		}
		return r
	}, strings.ToUpper(strings.TrimSpace(typed)))
	body := clean
	if len(clean) == len(prefix)+10 { // without its prefix a number may begin like one
		body = strings.TrimPrefix(clean, strings.ToUpper(prefix))
	}
	body = strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(body)
	if len(body) != 10 || strings.Trim(body, digits) != "" {
		return "", errors.New("cases: not a case number")
	}
	return prefix + "-" + body[:4] + "-" + body[4:8] + "-" + body[8:], nil
}
