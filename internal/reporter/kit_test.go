package reporter_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/reporter"
	"clarion.example/clarion/internal/store/storetest"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// noon is when these tests play: a Monday on which somebody reads.
var noon = time.Date(2026, 3, 23, 4, 0, 0, 0, time.UTC)

// place is an installation with something hostile in front of it, which changes nothing until a test tells it to.
type place struct {
	*apptest.World
	t     *testing.T
	door  *httptest.Server
	mu    sync.Mutex
	bends map[string]func([]byte) []byte  // by the end of the path
	heads map[string]func(http.Header)    // the same for headers
	whole map[string]func(*http.Response) // the same for whole answers, before the others
	seen  []*http.Request
}

func newPlace(t *testing.T, dsn string) *place {
	t.Helper()
	p := &place{t: t, bends: map[string]func([]byte) []byte{}, heads: map[string]func(http.Header){}, whole: map[string]func(*http.Response){}}
	p.World = apptest.Start(t, apptest.Options{DSN: dsn, Clock: apptest.NewClock(noon)})
	p.sign()
	real, err := url.Parse(p.Server.URL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(real)
	proxy.Transport = &http.Transport{} // test servers that end close idle connections of the default one
	proxy.ModifyResponse = p.modify
	p.door = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.seen = append(p.seen, r.Clone(context.Background()))
		p.mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(p.door.Close)
	return p
}

// staffDoors serves the doors of staff, with the same hostile thing in front, and returns a client at each.
func (p *place) staffDoors() (desk, inspect *reporter.Client) {
	p.t.Helper()
	var real http.Handler
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		real.ServeHTTP(rec, r)
		resp := rec.Result()
		resp.Request = r
		if err := p.modify(resp); err != nil {
			p.t.Error(err)
		}
		maps.Copy(w.Header(), resp.Header)
		w.WriteHeader(resp.StatusCode)
		if _, err := io.Copy(w, resp.Body); err != nil {
			p.t.Error(err)
		}
	}))
	p.t.Cleanup(s.Close)
	p.Config.Desk.URL, p.Config.Desk.Inspect = s.URL, strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	var err error
	if real, err = p.DeskHandler(); err != nil {
		p.t.Fatal(err)
	}
	return p.clientAt(p.Config.Desk.URL), p.clientAt(p.Config.Desk.Inspect)
}

// both runs a test on SQLite and on PostgreSQL.
func both(t *testing.T, fn func(t *testing.T, p *place)) {
	storetest.Databases(t, func(t *testing.T, fresh func(testing.TB) string) { fn(t, newPlace(t, fresh(t))) })
}

func (p *place) modify(r *http.Response) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for end, bend := range p.whole {
		if strings.HasSuffix(r.Request.URL.Path, end) {
			bend(r)
		}
	}
	for end, bend := range p.heads {
		if strings.HasSuffix(r.Request.URL.Path, end) {
			bend(r.Header)
		}
	}
	for end, bend := range p.bends {
		if !strings.HasSuffix(r.Request.URL.Path, end) {
			continue
		}
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		b = bend(b)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(b)), int64(len(b))
		r.Header.Del("Content-Length")
	}
	return nil
}

// bend changes the answers of paths that end so, until straight is called.
func (p *place) bend(end string, how func([]byte) []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bends[end] = how
}

// bendHeader changes headers of paths that end so.
func (p *place) bendHeader(end string, how func(http.Header)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heads[end] = how
}

// answers gives the n-th request of paths that end so a status and a body of its own, after the real server did what it was asked;
// "" leaves the answer as it is, and after the last one all are.
func (p *place) answers(end string, with ...answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := -1
	p.whole[end] = func(r *http.Response) {
		if n++; n >= len(with) || with[n].body == "" {
			return
		}
		r.StatusCode, r.Body, r.ContentLength = with[n].status, io.NopCloser(strings.NewReader(with[n].body)), int64(len(with[n].body))
		r.Header.Del("Content-Length")
	}
}

type answer struct {
	status int
	body   string
}

// refused is how the server refuses for a reason.
func refused(status int, key string) answer {
	return answer{status, `{"error":{"key":"` + key + `","text":"` + key + `"}}`}
}

func (p *place) straight() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.bends)
	clear(p.heads)
	clear(p.whole)
}

// sign signs the logs as they stand.
func (p *place) sign() {
	p.t.Helper()
	p.Clock.Move(2 * time.Second)
	if err := p.Checkpoints(p.t.Context()); err != nil {
		p.t.Fatal(err)
	}
}

// get asks the real door.
func (p *place) get(path string) []byte {
	p.t.Helper()
	return []byte(p.NewBrowser(p.t).Get(path).Want(200).Body)
}

func (p *place) client() *reporter.Client {
	p.t.Helper()
	return p.clientAt(p.door.URL)
}

func (p *place) clientAt(url string) *reporter.Client {
	p.t.Helper()
	c, err := reporter.New(reporter.Options{URL: url, Lang: "zh-Hans", Now: p.Clock.Now})
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

func (p *place) trust(m *reporter.Memory) *reporter.Trusted {
	p.t.Helper()
	t, err := p.client().Trust(p.t.Context(), m)
	if err != nil {
		p.t.Fatal(err)
	}
	return t
}

func (p *place) memory() *reporter.Memory { return &reporter.Memory{Root: p.Root()} }

func (p *place) today() string { return p.Intake.Today().String() }

func report(what string) *seal.Report {
	return &seal.Report{Category: "protected-documents", Region: "donggang", Unit: "unit-1", Via: "web", Lang: "zh-Hans", Contact: "anonymous", What: what}
}

// sealed seals a report for this place.
func (p *place) sealed(what string) *reporter.Sealed {
	p.t.Helper()
	s, err := p.trust(p.memory()).Seal(report(what), p.today(), false, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

// never fails a test that waits although the line is good.
func (p *place) never(context.Context) error {
	p.t.Error("the client tried again")
	return nil
}

// sent sends a report and returns its code.
func (p *place) sent(what string) string {
	p.t.Helper()
	s := p.sealed(what)
	if _, err := p.client().Send(p.t.Context(), s, p.never); err != nil {
		p.t.Fatal(err)
	}
	return s.Code
}

// open opens the mailbox of a code.
func (p *place) open(code string) *reporter.Mailbox {
	p.t.Helper()
	m, err := p.client().Mailbox(p.trust(p.memory()), code)
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

func (p *place) list(m *reporter.Mailbox, h *reporter.Heads) *reporter.Listing {
	p.t.Helper()
	l, err := m.List(p.t.Context(), h)
	if err != nil {
		p.t.Fatal(err)
	}
	return l
}

// publish signs a list of keys with everybody's keys, after change, and puts it in force.
func (p *place) publish(change func(*proof.KeySet)) {
	p.t.Helper()
	p.Publish(p.t, change)
	p.sign()
}

// unitSigns signs and seals a letter as a unit whose key is k would, for the mailbox of a code.
func (p *place) unitSigns(code string, k ed25519.PrivateKey, d seal.Document) []byte {
	p.t.Helper()
	keys, err := seal.DeriveMailbox(p.Dir.Instance, code)
	if err != nil {
		p.t.Fatal(err)
	}
	sealed, err := seal.SealDocument(d, seal.FloorMessage, []seal.Recipient{keys.Age.Recipient()}, seal.Signer{Role: seal.RoleUnit, Key: k})
	if err != nil {
		p.t.Fatal(err)
	}
	return sealed
}

// docs changes the list of documents in an answer of the mailbox.
func docs(t *testing.T, change func(docs []map[string]any) []map[string]any) func([]byte) []byte {
	return func(b []byte) []byte {
		var all map[string]any
		if err := json.Unmarshal(b, &all); err != nil {
			t.Errorf("the list cannot be read: %v", err)
			return b
		}
		var in []map[string]any
		for _, d := range all["docs"].([]any) {
			in = append(in, d.(map[string]any))
		}
		all["docs"] = change(in)
		out, err := json.Marshal(all)
		if err != nil {
			t.Error(err)
		}
		return out
	}
}
