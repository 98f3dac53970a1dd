// Package apptest starts whole installations for tests: marked ones, with fresh keys, on a database of the caller's
// choice, and drives them over HTTP as a browser without scripts does.
package apptest

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/store/storetest"
)

// Options of [Start].
type Options struct {
	DSN          string                          // "" is SQLite in the data directory
	Set          map[string]string               // settings
	Now          func() time.Time                // time.Now if nil
	Clock        *Clock                          // instead of Now; the world keeps it
	NoCustodians bool                            // nobody holds shares of identities
	Damaged      bool                            // the test breaks the database on purpose: its invariants are not checked at the end
	Wrap         func(http.Handler) http.Handler // put around the public door
}

// World is a running installation in which the test plays everybody.
type World struct {
	*app.Demo
	Server *httptest.Server
	Clock  *Clock // that of the options
	Log    *Log
	Data   string
}

// Start makes an installation and serves its public door on a port of its own. Background tasks do not run: a test
// calls them when it wants them.
func Start(tb testing.TB, o Options) *World {
	tb.Helper()
	data := filepath.Join(tb.TempDir(), "data")
	cfg, err := load(data, o.DSN, o.Set)
	if err != nil {
		tb.Fatal(err)
	}
	w := &World{Log: &Log{}, Data: data, Clock: o.Clock}
	if o.Clock != nil {
		o.Now = o.Clock.Now
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := begin(data, o.Now()); err != nil {
		tb.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(w.Log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if w.Demo, err = app.OpenDemo(context.WithoutCancel(tb.Context()), app.Options{Config: cfg, Log: log, Now: o.Now, NoCustodians: o.NoCustodians}); err != nil {
		tb.Fatal(err)
	}
	h, err := w.Handler()
	if err != nil {
		tb.Fatal(err)
	}
	var door http.Handler = h
	if o.Wrap != nil {
		door = o.Wrap(h)
	}
	w.Server = httptest.NewServer(door)
	tb.Cleanup(func() {
		w.Server.Close()
		if !o.Damaged {
			storetest.Check(tb, w.Store)
		}
		if err := w.Close(); err != nil {
			tb.Error(err)
		}
	})
	return w
}

// load is the configuration of a test: no waiting, little disk, a checkpoint each second.
func load(data, dsn string, set map[string]string) (*config.Config, error) {
	flags := map[string]string{
		"data": data, "public.hosts": "127.0.0.1,localhost", "plain.min-age": "0s", "files.reserve": "16MiB", "ledger.checkpoint": "1s", "log.level": "debug",
	}
	if dsn != "" {
		flags["database"] = dsn
	}
	for k, v := range set {
		flags[k] = v
	}
	return config.Load(config.Source{Flags: flags})
}

// Clock is a time that a test moves. It is safe for concurrent use.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock stands still at a time.
func NewClock(at time.Time) *Clock { return &Clock{at: at} }

// Now is the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Move puts the clock forward, or back.
func (c *Clock) Move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Log keeps what the program logs.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String is everything logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
