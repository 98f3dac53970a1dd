package browser

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"clarion.example/clarion/seal"
)

// blob is bytes that stand in the corpus so that people can read them: as text in which long keys and long runs of one
// character are abbreviated, or as base64 if they are no text.
type blob []byte

const base64Mark = "base64:"

// longTexts are abbreviated as {{0}}, {{1}}… They follow from fixed seeds.
var longTexts = sync.OnceValue(func() []string {
	out := []string{must(seal.DeriveMailbox(testInstance, goodDigits)).Public().Recipient}
	for n := byte(21); n <= 25; n++ {
		out = append(out, recipientOf(n))
	}
	return out
})

var (
	abbreviated = regexp.MustCompile(`\{\{(?:(\d+)|(.)\*(\d+))\}\}`)
	longRun     = regexp.MustCompile(` {64,}|x{64,}|A{400,}`)
)

func (b blob) MarshalJSON() ([]byte, error) {
	s := string(b)
	for i, long := range longTexts() {
		s = strings.ReplaceAll(s, long, fmt.Sprintf("{{%d}}", i))
	}
	s = longRun.ReplaceAllStringFunc(s, func(run string) string { return fmt.Sprintf("{{%s*%d}}", run[:1], len(run)) })
	if !utf8.Valid(b) || expand(s) != string(b) {
		s = base64Mark + base64.StdEncoding.EncodeToString(b)
	}
	return json.Marshal(s)
}

func (b *blob) UnmarshalJSON(text []byte) (err error) {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	if encoded, ok := strings.CutPrefix(s, base64Mark); ok {
		*b, err = base64.StdEncoding.DecodeString(encoded)
		return err
	}
	*b = blob(expand(s))
	return nil
}

func expand(s string) string {
	return abbreviated.ReplaceAllStringFunc(s, func(short string) string {
		m := abbreviated.FindStringSubmatch(short)
		if m[1] != "" {
			i, err := strconv.Atoi(m[1])
			if err != nil || i >= len(longTexts()) {
				return short
			}
			return longTexts()[i]
		}
		n, err := strconv.Atoi(m[3])
		if err != nil {
			return short
		}
		return strings.Repeat(m[2], n)
	})
}
