// Package apptest starts whole installations for tests: marked ones, with fresh keys, on a database of the caller's
// choice, and drives them over HTTP as a browser without scripts does.
package apptest

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/config"
)

// Options of [Start].
type Options struct {
	DSN string            // "" is SQLite in the data directory
	Set map[string]string // settings
	Now func() time.Time  // time.Now if nil
}

// World is a running installation in which the test plays everybody.
type World struct {
	*app.Demo
	Server *httptest.Server
	Log    *Log
	Data   string
}

// Start makes an installation and serves its public door on a port of its own. Background tasks do not run: a test
// calls them when it wants them.
func Start(tb testing.TB, o Options) *World {
	tb.Helper()
	data := filepath.Join(tb.TempDir(), "data")
	flags := map[string]string{
		"data": data, "public.hosts": "127.0.0.1,localhost", "plain.min-age": "0s", "files.reserve": "16MiB", "ledger.checkpoint": "1s", "log.level": "debug",
	}
	if o.DSN != "" {
		flags["database"] = o.DSN
	}
	for k, v := range o.Set {
		flags[k] = v
	}
	cfg, err := config.Load(config.Source{Flags: flags})
	if err != nil {
		tb.Fatal(err)
	}
	w := &World{Log: &Log{}, Data: data}
	if o.Now == nil {
		o.Now = time.Now
	}
	log := slog.New(slog.NewTextHandler(w.Log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if w.Demo, err = app.OpenDemo(context.WithoutCancel(tb.Context()), app.Options{Config: cfg, Log: log, Now: o.Now}); err != nil {
		tb.Fatal(err)
	}
	h, err := w.Handler()
	if err != nil {
		tb.Fatal(err)
	}
	w.Server = httptest.NewServer(h)
	tb.Cleanup(func() {
		w.Server.Close()
		if err := w.Close(); err != nil {
			tb.Error(err)
		}
	})
	return w
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
