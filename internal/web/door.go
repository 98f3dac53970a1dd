package web

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"clarion.example/clarion/internal/errs"
)

// Door is one listener's front: it checks the host name, sets the headers, catches panics, limits bodies and
// renders errors. The zero value is not usable; call [NewDoor].
type Door struct {
	hosts  []string
	origin string
	log    *slog.Logger
	render func(w http.ResponseWriter, r *http.Request, p Problem)
	mux    *http.ServeMux
	cross  *http.CrossOriginProtection
	rate   int64
	faults func()
	always http.Header
}

// Options of a door.
type Options struct {
	URL      string   // the origin; its host is the first name that is answered
	Hosts    []string // further names
	BodyRate int64    // slowest body in bytes a second, after 30 s
	Log      *slog.Logger
	Render   func(w http.ResponseWriter, r *http.Request, p Problem) // writes an error page
	Faults   func()                                                  // called once for each fault of ours; may be nil
}

// NewDoor makes a door with no routes.
func NewDoor(o Options) *Door {
	d := &Door{hosts: o.Hosts, origin: o.URL, log: o.Log, render: o.Render, mux: http.NewServeMux(), cross: http.NewCrossOriginProtection(), rate: o.BodyRate, faults: o.Faults, always: http.Header{}}
	for name, value := range Expected(strings.HasPrefix(o.URL, "https:"), PlainPolicy) {
		d.always.Set(name, value)
	}
	if u, err := url.Parse(o.URL); err == nil {
		d.hosts = append([]string{HostOnly(u.Host)}, d.hosts...)
	}
	return d
}

// Handle routes a pattern of net/http to h. limit is the largest body in bytes; 0 allows none.
func (d *Door) Handle(pattern string, limit int64, h Handler) {
	d.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		d.serve(pattern, limit, h, w, r)
	})
}

// ServeHTTP implements http.Handler.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.headers(w.Header())
	switch {
	case !slices.Contains(d.hosts, HostOnly(r.Host)):
		d.fail(w, r, "host", statusError(http.StatusMisdirectedRequest))
		return
	case !slices.Contains(methods[:], r.Method):
		w.Header().Set("Allow", strings.Join(methods[:], ", "))
		d.fail(w, r, "method", statusError(http.StatusMethodNotAllowed))
		return
	}
	if err := d.cross.Check(r); err != nil {
		d.fail(w, r, "cross-origin", errs.New(errs.Denied, "web.cross_origin", nil))
		return
	}
	if _, pattern := d.mux.Handler(r); pattern == "" {
		d.fail(w, r, "unknown", d.unrouted(w, r))
		return
	}
	d.mux.ServeHTTP(w, r)
}

// methods are those that any route may have; uploads use the last three.
var methods = [...]string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodDelete, http.MethodOptions}

// unrouted tells a wrong method from an unknown path.
func (d *Door) unrouted(w http.ResponseWriter, r *http.Request) error {
	var others []string
	probe := r.Clone(r.Context())
	for _, probe.Method = range methods {
		if _, pattern := d.mux.Handler(probe); pattern != "" {
			others = append(others, probe.Method)
		}
	}
	if others == nil {
		return NotFound()
	}
	w.Header().Set("Allow", strings.Join(others, ", "))
	return statusError(http.StatusMethodNotAllowed)
}

func (d *Door) serve(pattern string, limit int64, h Handler, w http.ResponseWriter, r *http.Request) {
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler {
				panic(v)
			}
			d.fail(w, r, pattern, recovered(v))
		}
	}()
	// A form that is too large is read up to its limit: its first values are what the page needs to keep the answers.
	if limit == 0 && r.ContentLength > 0 {
		d.fail(w, r, pattern, &http.MaxBytesError{Limit: limit})
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if d.rate > 0 && (r.Method == http.MethodPost || r.Method == http.MethodPatch) {
		r.Body = &pacedBody{readCloser: r.Body, control: http.NewResponseController(w), rate: d.rate, resumable: r.Method == http.MethodPatch}
	}
	if err := h(w, r); err != nil {
		d.fail(w, r, pattern, err)
	}
}

// fail renders an error. After the first byte of an answer nothing can be rendered: the connection is cut, so
// that a half page is never taken for a whole one.
func (d *Door) fail(w http.ResponseWriter, r *http.Request, pattern string, err error) {
	if r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		// The visitor left: no fault of ours, and the count of faults must not tell of it.
		err = errs.Wrap(errs.Invalid, "web.cut_upload", nil, err)
	}
	p := problemOf(err)
	logError(d.log, pattern, p, err)
	if p.Fault != "" && d.faults != nil {
		d.faults()
	}
	if p.Status == http.StatusServiceUnavailable && w.Header().Get("Retry-After") == "" {
		w.Header().Set("Retry-After", "30")
	}
	NoStore(w)
	d.render(w, r, p)
}

// Policies of content security. PlainPolicy is that of every page without scripts. ScriptsPolicy lets a page run the
// scripts of this origin that bear an integrity attribute, and fetch from this origin: no script may make markup or another
// script, and no form may be sent. SealsPolicy also lets it start workers, from addresses that the one named policy knows.
// DeskPolicy also lets a page of staff frame the viewer of attachments, which has a policy of its own: [Sandboxed].
const (
	PlainPolicy   = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	ScriptsPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
	SealsPolicy   = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types clarion"
	DeskPolicy    = SealsPolicy + "; frame-src 'self'"

	policyHeader    = "Content-Security-Policy"
	integrityHeader = "Integrity-Policy"
	integrityPolicy = "blocked-destinations=(script)"
)

// Expected are the headers that every answer bears which this version gives under a policy: what clarion verify site compares.
func Expected(https bool, policy string) map[string]string {
	h := map[string]string{
		policyHeader:                   policy,
		"X-Content-Type-Options":       "nosniff",
		"Referrer-Policy":              "same-origin", // with no-referrer older browsers post "Origin: null" and would be refused
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cross-Origin-Embedder-Policy": "require-corp",
		"Permissions-Policy":           "camera=(), microphone=(), geolocation=(), browsing-topics=(), interest-cohort=()",
		"X-Frame-Options":              "DENY",
		"X-Robots-Tag":                 "noarchive",
	}
	if https {
		h["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
	}
	if policy != PlainPolicy {
		h[integrityHeader] = integrityPolicy
	}
	return h
}

// headers are the safe defaults of every answer.
func (d *Door) headers(h http.Header) {
	for name, values := range d.always {
		h[name] = values // of length and capacity 1: who sets or adds makes a new one
	}
	for i, host := range d.hosts {
		if i > 0 && strings.HasSuffix(host, ".onion") {
			h.Set("Onion-Location", "http://"+host)
			break
		}
	}
}

// Scripts serves a page under [ScriptsPolicy].
func Scripts(w http.ResponseWriter) { underPolicy(w, ScriptsPolicy) }

// Seals serves a page under [SealsPolicy].
func Seals(w http.ResponseWriter) { underPolicy(w, SealsPolicy) }

// Desk serves a page under [DeskPolicy].
func Desk(w http.ResponseWriter) { underPolicy(w, DeskPolicy) }

// What the viewer of attachments may use beside its own script and style sheet: pictures are drawn, sound and video play
// from a blob address, and the library for PDF works in a worker of its own text.
const (
	ViewerMedia = "media-src blob:; trusted-types 'none'"
	ViewerPDF   = "worker-src blob:; trusted-types clarion"
)

// SandboxPolicy is the policy of a document that shows what strangers sent. The document has an origin of its own that is
// nobody's, and may load the script and the style sheet that are named, addresses in full; more are further directives.
// It reaches no network, no storage and no other document.
func SandboxPolicy(script, style, more string) string {
	return "sandbox allow-scripts; default-src 'none'; script-src " + script + "; style-src " + style + "; connect-src 'none'; form-action 'none'; frame-ancestors 'self'; base-uri 'none'; require-trusted-types-for 'script'; " + more
}

// Sandboxed serves a page under a [SandboxPolicy], in a frame of this origin and nowhere else.
func Sandboxed(w http.ResponseWriter, policy string) {
	underPolicy(w, policy)
	maps.Copy(w.Header(), framed())
}

// framed are the headers in which a document of the viewer differs from others. Firefox takes a sandboxed document for
// foreign; who may frame it stands in its policy.
func framed() http.Header {
	return http.Header{"X-Frame-Options": {"SAMEORIGIN"}, "Cross-Origin-Resource-Policy": {"cross-origin"}}
}

// ExpectedFramed is [Expected] for a page that [Sandboxed] serves.
func ExpectedFramed(https bool, policy string) map[string]string {
	h := Expected(https, policy)
	for name, v := range framed() {
		h[name] = v[0]
	}
	return h
}

func underPolicy(w http.ResponseWriter, policy string) {
	w.Header().Set(policyHeader, policy)
	w.Header().Set(integrityHeader, integrityPolicy)
}

// NoStore marks an answer that no cache and no history may keep.
func NoStore(w http.ResponseWriter) { w.Header().Set("Cache-Control", "no-store") }

// HostOnly is a host without port and final dot, in small letters.
func HostOnly(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// pacedBody cuts a body that arrives slower than rate bytes a second once 30 s have passed, so that a slow phone
// gets through and a slow-loris does not. Each read moves the connection's deadline.
type pacedBody struct {
	readCloser
	control *http.ResponseController
	rate    int64
	started time.Time
	read    int64

	resumable bool
}

type readCloser interface {
	Read([]byte) (int, error)
	Close() error
}

const bodyGrace = 30 * time.Second

func (b *pacedBody) Read(p []byte) (int, error) {
	now := time.Now()
	if b.started.IsZero() {
		b.started = now
	}
	until := b.started.Add(bodyGrace + time.Duration(float64(b.read)/float64(b.rate)*float64(time.Second)))
	if silent := now.Add(bodyGrace); b.resumable && silent.Before(until) {
		until = silent
	}
	// A door under test has no connection to set a deadline on; the limits of size still hold.
	_ = b.control.SetReadDeadline(until)
	_ = b.control.SetWriteDeadline(now.Add(answerTime))
	n, err := b.readCloser.Read(p)
	b.read += int64(n)
	return n, err
}

// SlowAnswer gives a visitor time to fetch size bytes over a bad line, at 2 KiB a second.
func SlowAnswer(w http.ResponseWriter, size int64) {
	// A door under test has no connection to set a deadline on.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTime + time.Duration(size/2048)*time.Second))
}
