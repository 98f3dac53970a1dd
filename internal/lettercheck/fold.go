package lettercheck

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// folded is a text as it is compared: NFKC and lower case by character, without what cannot be seen, apostrophes as spaces inside
// words and white space as one space. at gives the byte of the text for each of runes, and for its end.
type folded struct {
	runes  []rune
	at     []int
	quoted []bool
	text   string // of runes, and without spaces: most phrases are nowhere in a text, and these say so at once
	dense  string
}

// span is a place in folded runes.
type span struct{ from, to int }

func (s span) within(o span) bool { return o.from <= s.from && s.to <= o.to }

func fold(text string) folded {
	var t folded
	for i, r := range text {
		for _, x := range strings.ToLower(norm.NFKC.String(string(r))) {
			switch {
			case unicode.Is(unicode.Cf, x) || unicode.Is(unicode.Mn, x):
				continue
			case x == '\n' || x == '\r':
				x = '\n'
			case unicode.IsSpace(x) || unicode.Is(unicode.Pd, x) || x == '\'' || x == '’' || x == '_':
				x = ' '
			}
			if x == ' ' && len(t.runes) > 0 && t.runes[len(t.runes)-1] == ' ' {
				continue
			}
			t.runes, t.at = append(t.runes, x), append(t.at, i)
		}
	}
	t.at = append(t.at, len(text))
	t.quoted = quotes(t.runes)
	t.text = string(t.runes)
	t.dense = strings.ReplaceAll(t.text, " ", "")
	return t
}

// closing are the marks that end what the key begins. Only pairs count: a mark that is never closed quotes nothing.
func closing(r rune) rune {
	switch r {
	case '“':
		return '”'
	case '「':
		return '」'
	case '『':
		return '』'
	case '«':
		return '»'
	case '"':
		return '"'
	default:
		return 0
	}
}

func quotes(runes []rune) []bool {
	out := make([]bool, len(runes)+1)
	for i := 0; i < len(runes); i++ {
		end := closing(runes[i])
		if end == 0 {
			continue
		}
		n := slices.Index(runes[i+1:], end)
		if n < 0 {
			continue
		}
		for j := i; j <= i+1+n; j++ {
			out[j] = true
		}
		i += 1 + n
	}
	return out
}

// latin reports whether a character belongs to a word of letters that stand between spaces.
func latin(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.Is(unicode.Han, r)
}

// find gives every place of a phrase: whole words of Latin letters, the last of which may end in *, or characters of Chinese anywhere,
// with spaces between them or not.
func (t folded) find(lang, phrase string) []span {
	if lang == "en" {
		return t.findWords(phrase)
	}
	if !strings.Contains(t.dense, phrase) {
		return nil
	}
	want := []rune(phrase)
	var out []span
	for i := range t.runes {
		j, k := i, 0
		for k < len(want) && j < len(t.runes) {
			if t.runes[j] == want[k] {
				j, k = j+1, k+1
			} else if k > 0 && t.runes[j] == ' ' {
				j++
			} else {
				break
			}
		}
		if k == len(want) {
			out = append(out, span{i, j})
		}
	}
	return out
}

func (t folded) findWords(phrase string) []span {
	stem, open := strings.CutSuffix(phrase, "*")
	if !strings.Contains(t.text, stem) {
		return nil
	}
	want := []rune(stem)
	var out []span
	for i := range t.runes {
		if i > 0 && latin(t.runes[i-1]) || i+len(want) > len(t.runes) || !slices.Equal(t.runes[i:i+len(want)], want) {
			continue
		}
		j := i + len(want)
		for open && j < len(t.runes) && latin(t.runes[j]) {
			j++
		}
		if j < len(t.runes) && latin(t.runes[j]) {
			continue
		}
		out = append(out, span{i, j})
	}
	return out
}

func (t folded) all(lang string, phrases []string) []span {
	var out []span
	for _, p := range phrases {
		out = append(out, t.find(lang, p)...)
	}
	return out
}

// How far before a word a negation is looked for, in characters.
const reach = 40

// negated reports whether a negation stands before a place in the same clause, in English at most five words away and in Chinese
// ten characters.
func (t folded) negated(w words, lang string, from int) bool {
	start := from
	for start > 0 && from-start < reach && !strings.ContainsRune("。！？；，：、,.;:!?\n()（）", t.runes[start-1]) {
		start--
	}
	before := string(t.runes[start:from])
	for _, p := range w.Affirmed[lang] {
		before = strings.ReplaceAll(before, p, "")
	}
	if lang == "en" {
		near := strings.Fields(before)
		near = near[max(0, len(near)-5):]
		return slices.ContainsFunc(near, func(x string) bool { return slices.Contains(w.Negations[lang], x) || x == "t" })
	}
	near := []rune(strings.ReplaceAll(before, " ", ""))
	tail := string(near[max(0, len(near)-10):])
	return slices.ContainsFunc(w.Negations[lang], func(n string) bool { return strings.Contains(tail, n) })
}

// article is where the article before a word begins, so that what is said instead does not get two; from where there is none.
func (t folded) article(from int) int {
	for _, a := range []string{"the ", "a ", "an "} {
		start := from - len(a)
		if start >= 0 && string(t.runes[start:from]) == a && (start == 0 || !latin(t.runes[start-1])) && !t.quoted[start] {
			return start
		}
	}
	return from
}
