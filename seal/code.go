package seal

import (
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Sizes of codes.
const (
	CodeGroups   = 10 // groups of four digits in a receipt code of digits
	CodeWords    = 10 // words in a receipt code of words
	PickUpGroups = 4  // groups of four digits in a pick-up number
)

// LengthError says that a code has the wrong number of digits or of words; the other field is 0.
type LengthError struct {
	Digits int // how many digits were typed, when nothing but digits was
	Words  int // how many words were typed, otherwise
}

func (e *LengthError) Error() string {
	return fmt.Sprintf("seal: code has %d digits, %d words", e.Digits, e.Words)
}

// GroupError names the first group of digits whose check digit is wrong, counted from 1.
type GroupError struct{ Group int }

func (e *GroupError) Error() string {
	return fmt.Sprintf("seal: group %d of the code is wrong", e.Group)
}

// WordError names the first word of a code that is not in the list, counted from 1.
type WordError struct {
	Position int
	HasDigit bool // it contains a digit: a letter may have slipped into a group of digits
}

func (e *WordError) Error() string {
	return fmt.Sprintf("seal: word %d is not in the list", e.Position)
}

// damm is the order-10 quasigroup of H. Michael Damm's thesis (2004).
const damm = "0317598642" + "7092154863" + "4206871359" + "1750983426" + "6123045978" +
	"3674209581" + "5869720134" + "8945362017" + "9438617205" + "2581436790"

// checkDigit is the Damm digit over the group's number (from 1, its last digit) and the group's three digits.
func checkDigit(group int, three string) byte {
	c := byte('0')
	for _, d := range []byte{byte('0' + group%10), three[0], three[1], three[2]} {
		c = damm[int(c-'0')*10+int(d-'0')]
	}
	return c
}

// NewDigits makes a random receipt code of ten groups of four digits (100 bits).
func NewDigits() string { return DigitsFrom(randomSeed()) }

// NewWords makes a random receipt code of ten words (129 bits).
func NewWords() string { return WordsFrom(randomSeed()) }

// DigitsFrom is the receipt code of digits that belongs to seed; the plain form makes the same code again from
// the same seed. The seed must be as secret as the code.
func DigitsFrom(seed [32]byte) string {
	return drawGroups(seed, "clarion/receipt/v1/digits", CodeGroups)
}

// WordsFrom is the receipt code of words that belongs to seed.
func WordsFrom(seed [32]byte) string { return drawWords(seed, "clarion/receipt/v1/words", CodeWords) }

// NewPickUpNumber makes a random pick-up number: four groups of four digits (40 bits, so guesses must be
// limited by whoever accepts it).
func NewPickUpNumber() string { return drawGroups(randomSeed(), "clarion/pick-up/v1", PickUpGroups) }

func drawGroups(seed [32]byte, label string, n int) string {
	u := newUniform(seed, label)
	groups := make([]string, n)
	for i := range groups {
		three := fmt.Sprintf("%03d", u.below(1000))
		groups[i] = three + string(checkDigit(i+1, three))
	}
	return strings.Join(groups, " ")
}

// Canonical brings a typed code to the one form that keys are derived from: any script's or width of digits, any
// case, grouping and separators. It never fails and never corrects; see "Canonical form" in docs/spec/seal.md.
func Canonical(s string) string {
	var tokens []string
	var tok []byte
	digitsOnly := true
	flush := func() {
		if len(tok) > 0 {
			tokens = append(tokens, string(tok))
			tok = tok[:0]
		}
	}
	for _, r := range norm.NFKC.String(s) {
		c, ok := canonicalByte(r)
		if !ok {
			flush()
			continue
		}
		digitsOnly = digitsOnly && c <= '9'
		tok = append(tok, c)
	}
	flush()
	if !digitsOnly {
		return strings.Join(tokens, " ")
	}
	return inFours(strings.Join(tokens, ""))
}

// canonicalByte maps a character to a-z or 0-9. It is ASCII only on purpose: languages differ in lower-casing.
func canonicalByte(r rune) (byte, bool) {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		return byte(r), true
	case r >= 'A' && r <= 'Z':
		return byte(r - 'A' + 'a'), true
	}
	for _, zero := range [...]rune{0x0660, 0x06F0, 0x0966, 0x09E6} {
		if r >= zero && r <= zero+9 {
			return byte('0' + r - zero), true
		}
	}
	return 0, false
}

func inFours(digits string) string {
	var b strings.Builder
	for i, d := range []byte(digits) {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(d)
	}
	return b.String()
}

func digitsOf(canonical string) (string, bool) {
	d := strings.ReplaceAll(canonical, " ", "")
	return d, d != "" && strings.Trim(d, "0123456789") == ""
}

// CheckCode tells whether a typed receipt code can be right, so that a page can name the group or word that is
// not: [GroupError], [WordError] or [LengthError]. It looks only at form and check digits. Keys follow from any
// code, right or not.
func CheckCode(code string) error {
	c := Canonical(code)
	if digits, ok := digitsOf(c); ok {
		return checkGroups(digits, CodeGroups)
	}
	typed := strings.Fields(c)
	for i, w := range typed {
		if _, ok := words().index[w]; !ok {
			return &WordError{Position: i + 1, HasDigit: strings.ContainsAny(w, "0123456789")}
		}
	}
	if len(typed) != CodeWords {
		return &LengthError{Words: len(typed)}
	}
	return nil
}

// CheckPickUpNumber is [CheckCode] for pick-up numbers. Words in it are a [WordError].
func CheckPickUpNumber(number string) error {
	c := Canonical(number)
	if digits, ok := digitsOf(c); ok {
		return checkGroups(digits, PickUpGroups)
	}
	for i, w := range strings.Fields(c) {
		if _, ok := digitsOf(w); !ok {
			return &WordError{Position: i + 1, HasDigit: strings.ContainsAny(w, "0123456789")}
		}
	}
	return &LengthError{}
}

// checkGroups names a wrong group only when the number of digits is right: a lost digit shifts all that follow.
func checkGroups(digits string, groups int) error {
	if len(digits) != 4*groups {
		return &LengthError{Digits: len(digits)}
	}
	if g := WrongGroup(digits); g != 0 {
		return &GroupError{Group: g}
	}
	return nil
}

// WrongGroup returns the number of the first whole group of digits with a wrong check digit, for pages that look
// while a code is being typed, or 0. A code of words has none.
func WrongGroup(code string) int {
	digits, ok := digitsOf(Canonical(code))
	if !ok {
		return 0
	}
	for i := range len(digits) / 4 {
		if g := digits[4*i : 4*i+4]; checkDigit(i+1, g[:3]) != g[3] {
			return i + 1
		}
	}
	return 0
}

// CodeParts returns the groups or words of a code, in order, for pages that lay them out.
func CodeParts(code string) []string { return strings.Fields(Canonical(code)) }

// FormatCode returns a code as people should see it: groups of four digits, or words, with single spaces.
func FormatCode(code string) string { return Canonical(code) }
