package desk

import (
	"context"
	"encoding/json"
	"net/http"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/web"
)

// The doors speak JSON below /<language>/api/, to their own page only: cookies go nowhere else, other origins are refused
// before a route is looked for, and whoever writes must bring the token of the session.

const (
	smallBody = 16 << 10 // questions and answers of a person
	keyBody   = 64 << 10 // an enrolment or a passkey: keys and ciphertext of one person
	listBody  = 24 << 20 // lists of keys with what is sealed for every member, in base64

	tokenHeader = "Clarion-Token"
	signedOut   = "staff.signed_out" // the key of a session that is over
)

// visit is one request of the API.
type visit struct {
	ctx  context.Context
	w    http.ResponseWriter
	r    *http.Request
	lang i18n.Lang
	me   *staff.Session // nil for those who are not signed in
}

// open handles a request of somebody who need not be signed in.
func open[T any](d *door, lang i18n.Lang, h func(v *visit, in T) (any, error)) web.Handler {
	return d.api(lang, func(v *visit) (any, error) {
		var in T
		if err := web.ReadJSON(v.r.Body, &in); err != nil {
			return nil, err
		}
		return h(v, in)
	})
}

// read handles a question of somebody who is signed in.
func read(d *door, lang i18n.Lang, h func(v *visit) (any, error)) web.Handler {
	return d.api(lang, func(v *visit) (any, error) {
		if err := d.signedIn(v); err != nil {
			return nil, err
		}
		return h(v)
	})
}

// write handles an act of somebody who is signed in and shows that our page asks. Nothing of a stranger's body is read.
func write[T any](d *door, lang i18n.Lang, h func(v *visit, in T) (any, error)) web.Handler {
	return d.api(lang, func(v *visit) (any, error) {
		if err := d.signedIn(v); err != nil {
			return nil, err
		}
		if !v.me.CheckFormToken(v.r.Header.Get(tokenHeader)) {
			return nil, errs.New(errs.Denied, "web.cross_origin", nil)
		}
		var in T
		if err := web.ReadJSON(v.r.Body, &in); err != nil {
			return nil, err
		}
		return h(v, in)
	})
}

// streamed is an answer that is no JSON: it sends itself once nothing can be refused any more.
type streamed func(w http.ResponseWriter) error

// api answers with JSON, also when it refuses: a key of the catalogue and its sentence in the page's language.
func (d *door) api(lang i18n.Lang, h func(v *visit) (any, error)) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		web.NoStore(w)
		v := &visit{ctx: r.Context(), w: w, r: r, lang: lang}
		out, err := h(v)
		if stream, ok := out.(streamed); ok && err == nil {
			return stream(w)
		}
		if err == nil {
			return answer(w, http.StatusOK, out)
		}
		e, ok := errs.Public(err)
		if !ok || e.Kind == errs.Internal {
			return err
		}
		status := web.Status(e.Kind)
		if e.Key == signedOut {
			status = http.StatusUnauthorized
			d.forget(w)
		}
		if status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "30")
		}
		return answer(w, status, map[string]any{"error": map[string]string{"key": e.Key, "text": d.o.Catalog.For(lang).T(e.Key, e.Args)}})
	}
}

func answer(w http.ResponseWriter, status int, v any) error {
	if v == nil {
		v = struct{}{}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// A write error means that the browser left.
	_, _ = w.Write(b)
	return nil
}
