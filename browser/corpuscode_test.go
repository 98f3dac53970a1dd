package browser

import (
	"errors"
	"fmt"
	"strings"

	"clarion.example/clarion/seal"
)

// codeCase is a receipt code as somebody types it.
type codeCase struct {
	item
	Typed     string `json:"typed"`
	Canonical string `json:"canonical"`
	Wrong     int    `json:"wrong"` // seal.WrongGroup
}

func (c *codeCase) verdict() string {
	c.Canonical, c.Wrong = seal.Canonical(c.Typed), seal.WrongGroup(c.Typed)
	return codeFault(seal.CheckCode(c.Typed))
}

// pickUpCase is a pick-up number as somebody types it.
type pickUpCase struct {
	item
	Typed string `json:"typed"`
}

func (c *pickUpCase) verdict() string { return codeFault(seal.CheckPickUpNumber(c.Typed)) }

func codeFault(err error) string {
	if g, ok := errors.AsType[*seal.GroupError](err); ok {
		return fmt.Sprintf("group %d", g.Group)
	}
	if w, ok := errors.AsType[*seal.WordError](err); ok {
		return fmt.Sprintf("word %d %v", w.Position, w.HasDigit)
	}
	if l, ok := errors.AsType[*seal.LengthError](err); ok {
		return fmt.Sprintf("length %d %d", l.Digits, l.Words)
	}
	return ""
}

const (
	goodDigits = "4828 0935 5512 2046 7391 1164 8857 3300 9913 6471"
	goodWords  = "abacus backboard cadet dagger eagle fabric gadget habitat iceberg jackal"
	goodPickUp = "7005 3148 1596 2657"
)

// inScript writes ASCII digits with those that begin at zero.
func inScript(s string, zero rune) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, s)
}

// typings are the ways in which one code can be typed.
func typings(code string) map[string]string {
	out := map[string]string{
		"plain": code, "nothing between": strings.ReplaceAll(code, " ", ""), "outer space": "\t " + code + " \n",
		"full width": strings.Map(func(r rune) rune {
			if r > ' ' && r <= '~' {
				return r + 0xfee0
			}
			return '\u3000'
		}, code),
		"upper case": strings.ToUpper(code), "reversed": reversed(code), "bidi marks": "\u200f" + strings.ReplaceAll(code, " ", "\u200e") + "\u202c",
	}
	for name, between := range map[string]string{
		"hyphens": "-", "dots": ".", "slashes": " / ", "line ends": "\r\n", "commas": "\uff0c", "no-break": "\u00a0", "zero width": "\u200b",
		"dashes": "\u2014", "underscores": "_", "emoji": "\U0001f514", "combining": "\u0301",
	} {
		out[name] = strings.ReplaceAll(code, " ", between)
	}
	for name, zero := range map[string]rune{
		"Arabic": 0x660, "Persian": 0x6f0, "Devanagari": 0x966, "Bengali": 0x9e6, "Thai": 0xe50, "Tamil": 0xbe6, "Khmer": 0x17e0,
		"mathematical": 0x1d7ce, "double-struck": 0x1d7d8, "superscript from zero": 0x2070, "subscript": 0x2080, "segmented": 0x1fbf0,
	} {
		out[name] = inScript(code, zero)
	}
	for _, n := range []int{1, 2, 3, 5, 8, 13} {
		var b strings.Builder
		for i, r := range strings.ReplaceAll(code, " ", "") {
			if i > 0 && i%n == 0 {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
		}
		out[fmt.Sprintf("groups of %d", n)] = b.String()
	}
	return out
}

func reversed(s string) string {
	parts := strings.Fields(s)
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return strings.Join(parts, " ")
}

func codeCases() []*codeCase {
	var out []*codeCase
	add := func(name, typed string) { out = append(out, &codeCase{item: named(name), Typed: typed}) }
	for _, code := range []string{goodDigits, goodWords} {
		for name, typed := range typings(code) {
			add(name, typed)
		}
	}
	digits := strings.ReplaceAll(goodDigits, " ", "")
	for i := range digits { // every slip of one digit, every lost and every doubled one
		slip := []byte(digits)
		slip[i] = '0' + (slip[i]-'0'+1+byte(i%9))%10
		add(fmt.Sprintf("slip at %d", i), string(slip))
		if i%4 == 0 {
			add(fmt.Sprintf("lost at %d", i), digits[:i]+digits[i+1:])
			add(fmt.Sprintf("twice at %d", i), digits[:i]+digits[i:i+1]+digits[i:])
			add(fmt.Sprintf("typed so far %d", i), slipAfter(digits, i))
		}
		if i > 0 && digits[i] != digits[i-1] {
			add(fmt.Sprintf("swapped at %d", i), digits[:i-1]+digits[i:i+1]+digits[i-1:i]+digits[i+1:])
		}
	}
	parts := strings.Fields(goodDigits)
	for i := 1; i < len(parts); i++ {
		p := strings.Fields(goodDigits)
		p[i-1], p[i] = p[i], p[i-1]
		add(fmt.Sprintf("groups %d and %d swapped", i, i+1), strings.Join(p, " "))
	}
	words := strings.Fields(goodWords)
	for i := range words {
		p := strings.Fields(goodWords)
		p[i] = []string{"abakus", "back8oard", "x", "t-shirt", "élan", "ﬁrst", "0", "İstanbul", "ΣΑΣ", "yo-yo"}[i]
		add(fmt.Sprintf("word %d wrong", i+1), strings.Join(p, " "))
	}
	for name, typed := range map[string]string{
		"empty": "", "separators only": " -- ", "Chinese": "举报码", "one letter among digits": "4828 O935 5512 2046 7391 1164 8857 3300 9913 6471",
		"nine words": strings.Join(words[:9], " "), "eleven words": goodWords + " jackal", "a word and digits": "abacus 4828",
		"ligature word": "ﬁlm", "Kelvin": "\u212a", "dotless": "ı", "long s": "\u017f", "roman": "Ⅳ", "fraction": "½", "circled": "①②③④",
		"Han digits": "四八二八", "NUL": "48\x0028", "soft hyphen": "48\u00ad28", "forty nines": repeat("9", 40), "long": repeat("1234567890", 40),
	} {
		add(name, typed)
	}
	return out
}

// slipAfter is the code cut after i digits and three more, with the last whole group changed.
func slipAfter(digits string, i int) string {
	b := []byte(digits[:min(len(digits), i+7)])
	b[i] = '0' + (b[i]-'0'+1)%10
	return string(b)
}

func pickUpCases() []*pickUpCase {
	var out []*pickUpCase
	add := func(name, typed string) { out = append(out, &pickUpCase{item: named(name), Typed: typed}) }
	for name, typed := range typings(goodPickUp) {
		add(name, typed)
	}
	digits := strings.ReplaceAll(goodPickUp, " ", "")
	for i := range digits {
		slip := []byte(digits)
		slip[i] = '0' + (slip[i]-'0'+1)%10
		add(fmt.Sprintf("slip at %d", i), string(slip))
	}
	for name, typed := range map[string]string{
		"empty": "", "a code": goodDigits, "a word": "7005 3148 eagle 2657", "a letter": "7005 3I48 1596 2657", "short": digits[:15], "words": goodWords,
	} {
		add(name, typed)
	}
	return out
}
