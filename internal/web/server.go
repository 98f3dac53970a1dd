package web

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// ServerOptions of [Serve].
type ServerOptions struct {
	Handler       http.Handler
	Log           *slog.Logger
	Connections   int // 0: no limit
	HeaderTimeout time.Duration
	IdleTimeout   time.Duration
	TLS           *tls.Config // nil: plain HTTP, behind a proxy or on loopback
}

// answerTime is how long a visitor may take to fetch an ordinary answer.
const answerTime = 2 * time.Minute

// Serve answers on l until ctx ends, then lets requests under way finish for ten seconds.
func Serve(ctx context.Context, l net.Listener, o ServerOptions) error {
	if o.Connections > 0 {
		l = &limited{Listener: l, free: make(chan struct{}, o.Connections)}
	}
	if o.TLS != nil {
		l = tls.NewListener(l, o.TLS)
	}
	srv := &http.Server{
		Handler:           o.Handler,
		ErrorLog:          QuietLogger(o.Log),
		ReadHeaderTimeout: o.HeaderTimeout,
		IdleTimeout:       o.IdleTimeout,
		WriteTimeout:      answerTime, // moved by bodies that are still arriving, by SlowAnswer and by Events
		MaxHeaderBytes:    16 << 10,
		BaseContext: func(net.Listener) context.Context {
			return context.WithValue(context.WithoutCancel(ctx), stoppingKey{}, ctx.Done())
		},
	}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := srv.Shutdown(grace); err != nil {
		_ = srv.Close() // what is left after the grace is cut; its clients were never answered
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// QuietLogger replaces the logger of net/http, which prints addresses and quotes requests: only the class of the
// message survives.
func QuietLogger(l *slog.Logger) *log.Logger { return log.New(quiet{l}, "", 0) }

type quiet struct{ log *slog.Logger }

// classes of messages of net/http by their first words.
var classes = [...]struct{ start, class string }{
	{"http: TLS handshake error", "tls handshake"},
	{"http: Accept error", "accept"},
	{"http: panic serving", "panic outside a door"},
	{"http: superfluous", "superfluous header"},
	{"http: URL query contains semicolon", "query"},
	{"http: response.WriteHeader on hijacked", "hijacked"},
	{"http2: ", "http2"},
}

func (q quiet) Write(p []byte) (int, error) {
	class := "other"
	for _, c := range classes {
		if strings.HasPrefix(string(p), c.start) {
			class = c.class
			break
		}
	}
	q.log.Debug("http server", "class", class)
	return len(p), nil
}

// limited accepts no more than so many connections at once; the rest wait in the kernel's queue.
type limited struct {
	net.Listener
	free chan struct{}
}

func (l *limited) Accept() (net.Conn, error) {
	l.free <- struct{}{}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.free
		return nil, err
	}
	return &counted{Conn: c, done: sync.OnceFunc(func() { <-l.free })}, nil
}

type counted struct {
	net.Conn
	done func()
}

func (c *counted) Close() error {
	defer c.done()
	return c.Conn.Close()
}

// NewLogger makes the program's logger.
func NewLogger(w io.Writer, level, format string) *slog.Logger {
	var lv slog.Level
	if err := lv.UnmarshalText([]byte(level)); err != nil {
		lv = slog.LevelInfo // config allows only the four names
	}
	o := &slog.HandlerOptions{Level: lv}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
