package pack

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Text is a text by language tag. In a checked pack it is either nil or there in every language of the pack.
type Text map[string]string

// In returns the text in a language, and for a language that the pack does not have the first by tag. It
// returns "" for a nil Text.
func (t Text) In(lang string) string {
	if s, ok := t[lang]; ok {
		return s
	}
	for _, l := range slices.Sorted(maps.Keys(t)) {
		return t[l]
	}
	return ""
}

// Fill returns the text in a language with its {placeholders} replaced. Values go in as they are and are not
// read again. A placeholder without a value, or a value without a placeholder that knows it, is an error of
// the caller.
func (t Text) Fill(lang string, values map[string]string) (string, error) {
	s := t.In(lang)
	var b strings.Builder
	for s != "" {
		before, rest, ok := strings.Cut(s, "{")
		b.WriteString(before)
		if !ok {
			break
		}
		name, after, ok := strings.Cut(rest, "}")
		value, known := values[name]
		if !ok || !known {
			return "", fmt.Errorf("pack: no value for the placeholder %q", name)
		}
		b.WriteString(value)
		s = after
	}
	return b.String(), nil
}

// placeholders lists the names in braces, in order of their first place. ok is false when braces do not pair
// up or hold something that is no name.
func placeholders(s string) (names []string, ok bool) {
	for {
		before, rest, open := strings.Cut(s, "{")
		if strings.Contains(before, "}") {
			return names, false
		}
		if !open {
			return names, true
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" {
			return names, false
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		s = after
	}
}
