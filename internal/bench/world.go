package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strconv"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/config"
)

// world is the bench's own installation. While a process serves it, this process has it closed.
type world struct {
	*app.Demo
	o        Options
	dir      string // holds the installation and nothing else
	settings map[string]string
}

// newWorld makes a marked installation with fresh keys of every person. It is open.
func newWorld(ctx context.Context, o Options) (*world, error) {
	dir, err := os.MkdirTemp(o.Dir, "clarion-bench-")
	if err != nil {
		return nil, err
	}
	w := &world{o: o, dir: dir, settings: map[string]string{
		"data": filepath.Join(dir, "data"), "pack": "national-security", "public.listen": "127.0.0.1:0", "public.url": "http://127.0.0.1",
		"desk.listen": "localhost:0", "ops.listen": "localhost:0", "log.level": "error", "ledger.checkpoint": "10s", "files.reserve": "16MiB",
		// One machine plays a whole province: limits on forms would measure themselves.
		"plain.min-age": "0s", "plain.slot": "10000000", "plain.sealing": strconv.Itoa(max(64, o.Clients)), "server.queue": strconv.Itoa(max(2048, 4*o.Clients)),
	}}
	if o.Database != "" {
		w.settings["database"] = o.Database
	}
	cfg, err := config.Load(config.Source{Flags: maps.Clone(w.settings)})
	if err == nil {
		w.Demo, err = app.OpenDemo(ctx, app.Options{Config: cfg, Log: o.Log, Now: o.Now, NoCustodians: true})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("making the installation to measure: %w", err), os.RemoveAll(dir))
	}
	return w, nil
}

// reopen opens the installation again after a process has served it.
func (w *world) reopen(ctx context.Context) (err error) {
	w.App, err = app.Open(ctx, app.Options{Config: w.Config, Log: w.o.Log, Now: w.o.Now, Demo: true})
	return err
}

func (w *world) remove() error { return errors.Join(w.Close(), os.RemoveAll(w.dir)) }

// serve closes the installation here and serves it from a process of its own.
func (w *world) serve(ctx context.Context) (*server, error) {
	if err := w.Close(); err != nil {
		return nil, err
	}
	return startServer(ctx, w.o, spec{Settings: w.settings})
}

// errOut is where a serving process may complain.
func (o Options) errOut() io.Writer {
	if o.ErrOut == nil {
		return io.Discard
	}
	return o.ErrOut
}
