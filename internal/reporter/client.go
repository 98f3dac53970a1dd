// Package reporter is the reporter's side of the sealed path, for programs that trust no delivered script: it fetches
// and checks the keys of an authority, seals a report, sends it, and uses its mailbox (docs/spec/api.md).
//
// It takes nothing on trust that a server says about itself: the root key's fingerprint comes from the caller. It must
// never write a code, a word or a key to a log or a file; send a name of this program, a language or an address; or
// reach a host but the one it was given, and that through the proxy, if there is one, names included.
package reporter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/workday"
)

// ErrDistrust is in the chain of every error that means: this server is not what it claims to be. Such an error is not
// one to try again after.
var ErrDistrust = errors.New("reporter: the server is not to be trusted")

// distrust says what a server did that an honest one does not.
func distrust(key string, args errs.Args, cause error) error {
	return errs.Wrap(errs.Denied, key, args, errors.Join(ErrDistrust, cause))
}

// Options of [New].
type Options struct {
	URL   string // https://tips.example; http only for this machine and onion services
	Proxy string // "", or such as socks5h://127.0.0.1:9050
	Lang  i18n.Lang
	Now   func() time.Time
}

// Client speaks to one public door. It is safe for concurrent use.
type Client struct {
	base   string // origin, without a slash at its end
	lang   i18n.Lang
	client *http.Client
	now    func() time.Time
}

// patience bounds one request: a bad line through Tor is slow, and not endless.
const patience = 2 * time.Minute

// New makes a client. Errors are Invalid: an address or proxy that may not be used.
func New(o Options) (*Client, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return nil, errs.Wrap(errs.Invalid, "reporter.bad_url", errs.Args{"URL": o.URL}, err)
	}
	onion := strings.HasSuffix(u.Hostname(), ".onion")
	if u.Scheme == "http" && !onion && !thisMachine(u.Hostname()) {
		return nil, errs.New(errs.Invalid, "reporter.not_https", errs.Args{"URL": o.URL})
	}
	if onion && o.Proxy == "" {
		return nil, errs.New(errs.Invalid, "reporter.onion_proxy", nil)
	}
	t := &http.Transport{
		// Nothing of the environment: a proxy that somebody set long ago would see where this goes.
		Proxy: nil, DialContext: dial, DisableCompression: true, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 2, TLSHandshakeTimeout: time.Minute, ResponseHeaderTimeout: patience,
	}
	if o.Proxy != "" {
		p, err := url.Parse(o.Proxy)
		if err != nil || p.Host == "" || p.Scheme != "socks5h" && p.Scheme != "socks5" && p.Scheme != "http" && p.Scheme != "https" {
			return nil, errs.Wrap(errs.Invalid, "reporter.bad_proxy", errs.Args{"Proxy": o.Proxy}, err)
		}
		t.Proxy = http.ProxyURL(p) // package net/http hands names to every kind of these, and looks none up itself
	}
	c := &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Client{base: u.Scheme + "://" + u.Host, lang: o.Lang, client: c, now: o.Now}, nil
}

// dial takes names below localhost for this machine (RFC 6761), as browsers do: no resolver is asked for them.
func dial(ctx context.Context, network, addr string) (net.Conn, error) {
	var d net.Dialer
	if host, port, err := net.SplitHostPort(addr); err == nil && strings.HasSuffix(host, ".localhost") {
		addr = net.JoinHostPort("localhost", port)
	}
	return d.DialContext(ctx, network, addr)
}

func thisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// Origin is the address under which requests are signed.
func (c *Client) Origin() string { return c.base }

func (c *Client) https() bool { return strings.HasPrefix(c.base, "https:") }

// today is the day here, in UTC: good for comparing with a server's day, which may differ by one.
func (c *Client) today() workday.Day { return workday.DayOf(c.now(), time.UTC) }

// near reports whether a day of the server's may be today somewhere on Earth.
func (c *Client) near(day string) bool {
	d, err := workday.ParseDay(day)
	if err != nil {
		return false
	}
	n := d.Sub(c.today())
	return n >= -1 && n <= 1
}

// api is a path below the language of this client.
func (c *Client) api(path string) string { return "/" + c.lang.Segment() + "/api/" + path }

// call sends one request and reads at most limit bytes of the answer.
func (c *Client) call(ctx context.Context, method, path string, header http.Header, body []byte, limit int64) (*http.Response, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	resp, err := c.open(ctx, method, path, header, body)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, nil, c.unreachable(err)
	}
	if int64(len(b)) > limit {
		return nil, nil, errs.New(errs.Unavailable, "reporter.too_much", errs.Args{"Path": path})
	}
	return resp, b, nil
}

// open sends one request; the caller closes the answer's body.
func (c *Client) open(ctx context.Context, method, path string, header http.Header, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("User-Agent", "") // written empty it is not sent: the library's own would tell the version
	if len(body) > 0 && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return nil, c.unreachable(err)
	}
	return resp, nil
}

// unreachable words an error of the line. The cause keeps what an operator needs, and the address it names is the one
// that was typed.
func (c *Client) unreachable(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return errs.Wrap(errs.Unavailable, "reporter.unreachable", errs.Args{"URL": c.base}, err)
}

// public fetches a file that is the same for everyone.
func (c *Client) public(ctx context.Context, path string, limit int64) ([]byte, error) {
	resp, b, err := c.call(ctx, http.MethodGet, path, nil, nil, limit)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errs.New(errs.Unavailable, "reporter.status", errs.Args{"Path": path, "Status": resp.StatusCode})
	}
	return b, nil
}

// maxAnswer is the largest JSON answer: a mailbox with many letters.
const maxAnswer = 64 << 20

// json sends a request of the sealed path and decodes the answer into out. What the server refuses comes back as
// [Refusal].
func (c *Client) json(ctx context.Context, method, path string, header http.Header, body []byte, out any) error {
	resp, b, err := c.call(ctx, method, path, header, body, maxAnswer)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return refusal(path, resp.StatusCode, b)
	}
	if err := json.Unmarshal(b, out); err != nil {
		return errs.Wrap(errs.Unavailable, "reporter.not_json", errs.Args{"Path": path}, err)
	}
	return nil
}

// refusal reads what a server says when it refuses.
func refusal(path string, status int, body []byte) error {
	var said struct {
		Error struct{ Key, Text string }
	}
	if json.Unmarshal(body, &said) != nil || said.Error.Key == "" {
		return errs.New(errs.Unavailable, "reporter.status", errs.Args{"Path": path, "Status": status})
	}
	kind := errs.Invalid
	switch status {
	case http.StatusForbidden:
		kind = errs.Denied
	case http.StatusNotFound:
		kind = errs.NotFound
	case http.StatusConflict:
		kind = errs.Conflict
	case http.StatusServiceUnavailable:
		kind = errs.Unavailable
	}
	return &Refusal{Key: said.Error.Key, Status: status, err: errs.New(kind, "reporter.refused", errs.Args{"Text": said.Error.Text})}
}

// Refusal is what the server answered instead of doing it. Key is stable (docs/spec/api.md).
type Refusal struct {
	Key    string
	Status int // of HTTP
	err    *errs.Error
}

// Error implements error.
func (r *Refusal) Error() string { return r.Key + ": " + r.err.Error() }

// Unwrap gives the public error.
func (r *Refusal) Unwrap() error { return r.err }

// refusedAs reports whether the server refused for a reason.
func refusedAs(err error, key string) bool {
	r, ok := errors.AsType[*Refusal](err)
	return ok && r.Key == key
}
