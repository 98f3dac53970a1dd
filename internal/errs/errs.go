// Package errs holds the closed set of error kinds and the error value that carries a public message.
//
// An [Error] has two halves that never mix: a translation key with arguments, which people may see, and a
// cause, which only the log may see. It must never format a cause into something that a person is shown.
package errs

import (
	"errors"
	"fmt"
	"maps"
)

// Kind says what sort of failure this is, and nothing about where it happened. Package web maps kinds to
// HTTP statuses; commands map them to exit codes.
type Kind string

// The closed set of kinds.
const (
	Invalid     Kind = "invalid"     // the caller sent something that can be corrected
	NotFound    Kind = "not_found"   // the thing does not exist, or the caller may not know that it does
	Denied      Kind = "denied"      // the caller is known and may not do this
	Conflict    Kind = "conflict"    // the thing changed, or was done already
	TooMany     Kind = "too_many"    // a documented limit was reached
	Unavailable Kind = "unavailable" // busy, full or not open: try again later
	Internal    Kind = "internal"    // a fault of ours
)

// Args are the named values that fill a message's placeholders.
type Args map[string]any

// Error is a failure with a public message. Key is a message key of the catalogue; Field names the form
// field that it belongs to, if one. Cause may be nil.
type Error struct {
	Kind  Kind
	Key   string
	Args  Args
	Field string
	Cause error
}

// New returns an error of kind whose public message is key, filled with args (which may be nil).
func New(kind Kind, key string, args Args) *Error {
	return &Error{Kind: kind, Key: key, Args: maps.Clone(args)}
}

// Wrap is [New] with a cause for the log.
func Wrap(kind Kind, key string, args Args, cause error) *Error {
	e := New(kind, key, args)
	e.Cause = cause
	return e
}

// AtField returns a copy of e that names the form field it belongs to.
func (e *Error) AtField(name string) *Error {
	c := *e
	c.Field = name
	return &c
}

// Error is for logs. It never holds argument values: those may be a stranger's words.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s (%s): %v", e.Key, e.Kind, e.Cause)
	}
	return fmt.Sprintf("%s (%s)", e.Key, e.Kind)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the kind of the first [Error] in err's chain, or Internal. It returns "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// Public returns the first [Error] in err's chain, the only part that people may see. ok is false when there
// is none; the caller then shows a neutral sentence.
func Public(err error) (e *Error, ok bool) { return errors.AsType[*Error](err) }
