package pack

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// checker collects faults, so that one run shows them all.
type checker struct {
	file  string
	langs []string
	found []Finding
}

func (c *checker) add(path, key string, args errs.Args) {
	c.found = append(c.found, Finding{File: c.file, Path: path, Key: key, Args: args})
}

// text checks a text that must be there in every language.
func (c *checker) text(path string, t Text) {
	for _, lang := range c.langs {
		if strings.TrimSpace(t[lang]) == "" {
			c.add(path, "pack.missing_text", errs.Args{"Lang": lang})
		}
	}
	c.plain(path, t)
	for lang, s := range t {
		if strings.ContainsAny(s, "{}") {
			c.add(path+"."+lang, "pack.unknown_placeholder", errs.Args{"Name": "{}"})
		}
	}
}

// optional checks a text that may be left out, but not in one language only.
func (c *checker) optional(path string, t Text) {
	if t != nil {
		c.text(path, t)
	}
}

func (c *checker) texts(path string, list []Text) {
	for i, t := range list {
		c.text(index(path, i), t)
	}
}

// plain refuses what is not plain text: markup, control and direction characters, unknown languages.
func (c *checker) plain(path string, t Text) {
	for lang, s := range t {
		at := path + "." + lang
		if !slices.Contains(c.langs, lang) {
			c.add(at, "pack.unknown_language", errs.Args{"Lang": lang})
		}
		if markup.MatchString(s) {
			c.add(at, "pack.markup", nil)
		}
		if strings.ContainsFunc(s, invisible) {
			c.add(at, "pack.control_character", nil)
		}
		if strings.TrimSpace(s) != s {
			c.add(at, "pack.loose_space", nil)
		}
	}
}

var (
	markup = regexp.MustCompile(`<[A-Za-z/!?]|&[A-Za-z#][A-Za-z0-9]*;|\{\{`)
	tel    = regexp.MustCompile(`^(\+[1-9][0-9]{6,14}|[1-9][0-9]{2,5})$`)
)

func invisible(r rune) bool {
	return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' || r == unicode.ReplacementChar)
}

// name checks an identifier and that it was not given before.
func (c *checker) name(path, s string, seen map[string]bool) {
	if !id.ValidName(s) {
		c.add(path, "pack.bad_name", errs.Args{"Name": s})
	}
	if seen[s] {
		c.add(path, "pack.duplicate", errs.Args{"Name": s})
	}
	seen[s] = true
}

// oneOf checks a value of a closed set.
func (c *checker) oneOf(path, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		c.add(path, "pack.bad_value", errs.Args{"Value": value, "Allowed": strings.Join(allowed, ", ")})
	}
}

func (c *checker) between(path string, n, low, high int) {
	if n < low || n > high {
		c.add(path, "pack.out_of_range", errs.Args{"Value": n, "Low": low, "High": high})
	}
}

func (c *checker) line(path, s string) {
	if strings.TrimSpace(s) == "" || strings.ContainsFunc(s, unicode.IsControl) || strings.ContainsFunc(s, invisible) || markup.MatchString(s) {
		c.add(path, "pack.bad_line", errs.Args{"Value": s})
	}
}

func (c *checker) tel(path, s string) {
	if !tel.MatchString(s) {
		c.add(path, "pack.bad_tel", errs.Args{"Value": s})
	}
}

// url accepts https addresses that carry nothing: no query, no fragment, no user.
func (c *checker) url(path, s string) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(s, "?#") || strings.ContainsFunc(s, invisible) {
		c.add(path, "pack.bad_url", errs.Args{"Value": s})
	}
}

func index(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// sorted puts faults in the order of files and, inside one, of discovery; map order must not show.
func (c *checker) sorted() []Finding {
	slices.SortStableFunc(c.found, func(a, b Finding) int { return strings.Compare(a.File, b.File) })
	return slices.CompactFunc(c.found, func(a, b Finding) bool { return a.String() == b.String() })
}
