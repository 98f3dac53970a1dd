package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/web"
)

// spec is what a serving process is told on its standard input: the settings of an installation, or one answer to
// give to everybody. It is no argument, because a DSN may hold a password.
type spec struct {
	Settings map[string]string `json:"settings,omitempty"`
	Bare     *answer           `json:"bare,omitempty"`
}

// answer is a recorded answer of the home page.
type answer struct {
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
}

// addrs is what the process says when it listens.
type addrs struct {
	Public string `json:"public"`
	Ops    string `json:"ops,omitempty"`
}

// Serve is the serving process: it reads what to serve from in, writes where it listens to out, and serves until in
// ends, so that it never outlives the bench.
func Serve(ctx context.Context, in io.Reader, out, errOut io.Writer) error {
	d := json.NewDecoder(in)
	var s spec
	if err := d.Decode(&s); err != nil {
		return fmt.Errorf("this command is started by clarion bench: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, in) // the end is what counts, however it comes
		cancel()
	}()
	if s.Bare != nil {
		return serveBare(ctx, *s.Bare, out)
	}
	cfg, err := config.Load(config.Source{Flags: s.Settings})
	if err != nil {
		return err
	}
	log := web.NewLogger(errOut, cfg.LogLevel, cfg.LogFormat)
	a, err := app.Open(ctx, app.Options{Config: cfg, Log: log, Now: time.Now, Demo: true})
	if err != nil {
		return err
	}
	return errors.Join(serveApp(ctx, a, out), a.Close())
}

func serveApp(ctx context.Context, a *app.App, out io.Writer) error {
	if err := a.Dir.Lock(); err != nil {
		return err
	}
	l, err := a.Listen()
	if err != nil {
		return err
	}
	if err := json.NewEncoder(out).Encode(addrs{l.Public.Addr().String(), l.Ops.Addr().String()}); err != nil {
		return err
	}
	return a.Run(ctx, l)
}

// serveBare is the peer of a page: net/http, the same bytes and headers, and nothing else.
func serveBare(ctx context.Context, a answer, out io.Writer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for name, values := range a.Header {
			h[name] = values
		}
		// A write error means that the client left.
		_, _ = w.Write(a.Body)
	})}
	go func() {
		<-ctx.Done()
		_ = srv.Close() // nobody waits for an answer any more
	}()
	if err := json.NewEncoder(out).Encode(addrs{Public: l.Addr().String()}); err != nil {
		return err
	}
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
