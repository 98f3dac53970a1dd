package web

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"clarion.example/clarion/internal/errs"
)

// ReadJSON reads one value of known fields only. Invalid "web.bad_form" for anything else, TooMany for a body that went over
// its route's limit.
func ReadJSON(r io.Reader, v any) error {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return errs.Wrap(errs.TooMany, "web.body_too_large", errs.Args{"Limit": large.Limit}, err)
		}
		return errs.Wrap(errs.Invalid, "web.bad_form", nil, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return errs.New(errs.Invalid, "web.bad_form", nil)
	}
	return nil
}
