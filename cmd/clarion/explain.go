package main

import (
	"errors"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/pack"
)

// explain is the sentence that a person at the terminal reads: the public message in English where there is one, with
// what it wraps.
func explain(err error) string {
	if f, ok := errors.AsType[pack.Faults](err); ok && len(f) > 0 {
		s := "the pack has faults:"
		for _, x := range f {
			s += "\n  " + x.String()
		}
		return s
	}
	e, ok := errs.Public(err)
	if !ok {
		return err.Error()
	}
	catalog, cerr := i18n.New(nil)
	if cerr != nil || !catalog.Has(e.Key) {
		return err.Error()
	}
	text, terr := catalog.For("en").Lookup(e.Key, e.Args)
	if terr != nil {
		return err.Error()
	}
	if e.Cause != nil {
		text += " (" + e.Cause.Error() + ")"
	}
	return text
}
