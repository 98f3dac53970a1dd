package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/pack"
)

// errUsage is in the chain of an error of the command line itself.
var errUsage = errors.New("usage")

// badUsage makes an error of the command line. It says what to give instead.
func badUsage(format string, args ...any) error {
	return usageError(fmt.Sprintf(format, args...))
}

type usageError string

func (u usageError) Error() string      { return string(u) }
func (usageError) Is(target error) bool { return target == errUsage }

// explain is the sentence that a person at the terminal reads: the public message where there is one, what it was
// about before it, and what an operator needs of its cause after it. Nothing in it can move the cursor.
func explain(err error, lang i18n.Lang) string { return visible(sentence(err, lang)) }

func sentence(err error, lang i18n.Lang) string {
	if f, ok := errors.AsType[pack.Faults](err); ok && len(f) > 0 {
		s := "the pack has faults:"
		for _, x := range f {
			s += "\n  " + x.String()
		}
		return s
	}
	e, ok := errs.Public(err)
	if !ok {
		return local(err)
	}
	if lang == "" {
		lang = "en"
	}
	catalog, cerr := i18n.New(nil)
	if cerr != nil || !catalog.Has(e.Key) {
		return err.Error()
	}
	text, terr := catalog.T(lang, e.Key, e.Args)
	if terr != nil {
		return err.Error()
	}
	// What the error was wrapped with says which file or step it was.
	if about, found := strings.CutSuffix(err.Error(), e.Error()); found {
		text = about + text
	}
	switch e.Kind {
	case errs.Conflict, errs.Unavailable, errs.Internal:
		if e.Cause != nil {
			text += " (" + e.Cause.Error() + ")"
		}
	default: // the message says all that helps
	}
	return text
}

// local words an error of this machine's files.
func local(err error) string {
	p, ok := errors.AsType[*fs.PathError](err)
	if !ok {
		return err.Error()
	}
	about := strings.TrimSuffix(strings.TrimSuffix(err.Error(), p.Error()), p.Path+": ")
	switch {
	case errors.Is(p, fs.ErrNotExist):
		return fmt.Sprintf("%s%s does not exist", about, p.Path)
	case errors.Is(p, fs.ErrExist):
		return fmt.Sprintf("%s%s exists already, and nothing is overwritten; choose another name or move it away", about, p.Path)
	case errors.Is(p, fs.ErrPermission):
		return fmt.Sprintf("%s%s may not be used by this user (%v)", about, p.Path, p)
	default:
		return err.Error()
	}
}

// visible makes text of any origin harmless for a terminal: line feeds stay, every other control becomes visible. A
// carriage return alone would let the words after it cover those before.
func visible(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.ReplaceAll(i18n.ShowControls(s), "\r", "[U+000D]")
}

// inLine is visible for text that stands within one of our lines, such as a file's name: it cannot end the line.
func inLine(s string) string {
	return strings.NewReplacer("\n", "[U+000A]", "\r", "[U+000D]", "\t", "[U+0009]").Replace(i18n.ShowControls(s))
}
