// Package web is the HTTP plumbing that every door shares: host names, headers, limits, errors, static bytes.
//
// It must never keep or log an address, a user agent, a referrer, a URL or a body: log lines name a route
// pattern and a fault, nothing of the visit.
package web

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"clarion.example/clarion/internal/errs"
)

// Handler answers a request or returns an error, which the [Door] logs and renders. A handler that has begun
// to write its answer must not return an error.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Status maps a kind of error to an HTTP status.
func Status(k errs.Kind) int {
	switch k {
	case errs.Invalid:
		return http.StatusUnprocessableEntity
	case errs.NotFound:
		return http.StatusNotFound
	case errs.Denied:
		return http.StatusForbidden
	case errs.Conflict:
		return http.StatusConflict
	case errs.TooMany:
		return http.StatusRequestEntityTooLarge
	case errs.Unavailable:
		return http.StatusServiceUnavailable
	case errs.Internal:
		return http.StatusInternalServerError
	default:
		return http.StatusInternalServerError
	}
}

// Problem is what an error page shows: a public error, its status and, for faults of ours, a hash that names the
// bug and not the visit.
type Problem struct {
	Status int
	Public *errs.Error // nil: show the neutral sentence of the status
	Fault  string      // "" unless Status is 500
}

// problemOf classifies err.
func problemOf(err error) Problem {
	if e, ok := errs.Public(err); ok && e.Kind != errs.Internal {
		return Problem{Status: Status(e.Kind), Public: e}
	}
	if se, ok := errors.AsType[statusError](err); ok {
		return Problem{Status: int(se)}
	}
	if mbe, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return Problem{Status: http.StatusRequestEntityTooLarge, Public: errs.New(errs.TooMany, "web.body_too_large", errs.Args{"Limit": mbe.Limit})}
	}
	return Problem{Status: http.StatusInternalServerError, Fault: faultOf(err)}
}

// statusError is a bare status from the plumbing itself: unknown path, wrong method, wrong host.
type statusError int

func (s statusError) Error() string { return http.StatusText(int(s)) }

// NotFound is the error of a path that does not exist.
func NotFound() error { return statusError(http.StatusNotFound) }

// faultOf hashes the shape of an error: the types in its chain and the texts of constant errors, never values.
func faultOf(err error) string {
	h := sha256.New()
	for e := err; e != nil; e = errors.Unwrap(e) {
		fmt.Fprintf(h, "%T\n", e)
		if p, ok := e.(panicked); ok {
			fmt.Fprintln(h, p.where)
		}
	}
	if e, ok := errs.Public(err); ok {
		fmt.Fprintln(h, e.Key)
	}
	return base32.StdEncoding.EncodeToString(h.Sum(nil))[:8]
}

// panicked is a recovered panic: where it happened, and nothing of the value, which may hold a stranger's words.
type panicked struct{ kind, where string }

func (p panicked) Error() string { return "panic of " + p.kind + " at " + p.where }

// recovered describes a panic by the first frame of our own below the panic.
func recovered(v any) error {
	where := "unknown"
	lines := strings.Split(string(debug.Stack()), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") && i+3 < len(lines) {
			where, _, _ = strings.Cut(strings.TrimSpace(lines[i+3]), " ")
			where = where[strings.LastIndexByte(where, '/')+1:]
		}
	}
	return panicked{fmt.Sprintf("%T", v), where}
}

// logError writes one line: the route pattern, the status and the fault. Errors that a person can correct are
// not logged at all: they are the person's business.
func logError(log *slog.Logger, pattern string, p Problem, err error) {
	switch {
	case p.Status >= 500 && p.Fault != "":
		log.Error("fault", "route", pattern, "fault", p.Fault, "cause", causeText(err))
	case p.Status >= 500 && p.Public != nil:
		log.Warn("refused", "route", pattern, "why", p.Public.Key)
	}
}

// causeText gives the error's own text only where our code wrote all of it. Texts of foreign errors can quote a
// request (a file name, a header), so they are replaced by their type.
func causeText(err error) string {
	var parts []string
	for e := err; e != nil; e = errors.Unwrap(e) {
		switch e := e.(type) {
		case panicked:
			parts = append(parts, e.Error())
		case *errs.Error:
			parts = append(parts, e.Key)
		default:
			parts = append(parts, fmt.Sprintf("%T", e))
		}
	}
	return strings.Join(parts, ": ")
}
