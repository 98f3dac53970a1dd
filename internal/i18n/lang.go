package i18n

import (
	"strings"

	"golang.org/x/text/language"
)

// Lang is a BCP 47 tag that the catalogue has texts for, such as zh-Hans or en.
type Lang string

func (l Lang) tag() language.Tag { return language.Make(string(l)) }

// Segment is the first part of a page's path in this language: the tag's base, such as zh.
func (l Lang) Segment() string {
	base, _, _ := strings.Cut(string(l), "-")
	return strings.ToLower(base)
}

// Dir is the direction of the language's script, "ltr" or "rtl", for the dir attribute.
func (l Lang) Dir() string {
	script, _ := l.tag().Script()
	switch script.String() {
	case "Adlm", "Arab", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa":
		return "rtl"
	}
	return "ltr"
}

// BySegment finds the language whose paths begin with segment.
func (c *Catalog) BySegment(segment string) (Lang, bool) {
	for _, l := range c.langs {
		if l.Segment() == segment {
			return l, true
		}
	}
	return "", false
}

// maxAccept bounds what is read of an Accept-Language header, in bytes.
const maxAccept = 200

// Match chooses a language for an Accept-Language header. No header means Default. A reader whose languages are
// all missing gets English if there is English: more people who cannot read Chinese can read that.
func (c *Catalog) Match(accept string) Lang {
	if len(accept) > maxAccept {
		accept = accept[:maxAccept]
		accept = accept[:max(0, strings.LastIndexByte(accept, ','))]
	}
	var sound []string
	for part := range strings.SplitSeq(accept, ",") {
		if tags, _, err := language.ParseAcceptLanguage(part); err == nil && len(tags) > 0 && tags[0] != language.Make("mul") {
			sound = append(sound, part)
		}
	}
	tags, _, err := language.ParseAcceptLanguage(strings.Join(sound, ","))
	if err != nil || len(tags) == 0 {
		return Default
	}
	_, i, sure := c.matcher.Match(tags...)
	if sure > language.No {
		return c.langs[i]
	}
	if _, ok := c.by["en"]; ok {
		return "en"
	}
	return Default
}
