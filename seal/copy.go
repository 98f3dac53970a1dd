package seal

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// BlackMark stands for every passage that was blacked out, whatever its length: a length would tell a name.
const BlackMark = "███"

// The reasons for blacking a passage out.
const (
	BlackReporter = "reporter" // could tell who reported
	BlackThird    = "third"    // is about somebody else
	BlackNeedless = "needless" // the other body does not need it
)

// Copy is what another body gets of a case: exactly this text and these files, and nothing else.
type Copy struct {
	Body      string   `json:"body"` // who gets it, 1–200 characters
	Basis     Basis    `json:"basis"`
	Reference string   `json:"reference"`         // the copy's own, 50 random bits: 7Q4K-2RD9-3F
	Lang      string   `json:"lang"`              // of the text
	Text      string   `json:"text"`              // with [BlackMark] for each passage
	Blacked   []string `json:"blacked,omitempty"` // the reason for each mark, in the order of the text
	Files     []File   `json:"files,omitempty"`   // cleaned copies, named file-1.jpg and so on
}

// Basis is the law that lets a case be passed on.
type Basis struct {
	Code string `json:"code"` // the pack's, or "" for one that was typed
	Text string `json:"text"` // in words, 1–1,000 characters
}

var (
	referenceForm = regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}$`)
	neutralName   = regexp.MustCompile(`^file-([1-9][0-9]?)(\.[a-z0-9]{1,5})?$`)
)

// ValidReference reports whether s has the form of [Copy.Reference].
func ValidReference(s string) bool { return referenceForm.MatchString(s) }

func (c *Copy) check() error {
	switch {
	case !someText(c.Body, 200):
		return badBody("body")
	case c.Basis.Code != "" && !validName(c.Basis.Code), !someText(c.Basis.Text, 1000):
		return badBody("basis")
	case !ValidReference(c.Reference):
		return badBody("reference")
	case strings.Count(c.Text, BlackMark) != len(c.Blacked) || strings.Count(c.Text, "█") != 3*len(c.Blacked):
		return badBody("text")
	case slices.ContainsFunc(c.Blacked, func(r string) bool { return !validBlack(r) }):
		return badBody("blacked")
	}
	for i, f := range c.Files {
		if m := neutralName.FindStringSubmatch(f.Name); m == nil || m[1] != strconv.Itoa(i+1) || f.Cleaned != "yes" {
			return badBody("files")
		}
	}
	return checkFiles(c.Files)
}

func validBlack(reason string) bool {
	return reason == BlackReporter || reason == BlackThird || reason == BlackNeedless
}

// someText reports whether s is one line of 1 to most characters.
func someText(s string, most int) bool {
	n := utf8.RuneCountInString(s)
	return strings.TrimSpace(s) != "" && n <= most && !strings.ContainsAny(s, "\r\n")
}
