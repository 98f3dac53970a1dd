package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/web"
)

type serveCmd struct {
	settings
}

// Run serves an installation until it is told to stop.
func (c *serveCmd) Run(e *env) error {
	cfg, err := c.load(e)
	if err != nil {
		return err
	}
	if err := app.NoCoreDumps(); err != nil {
		return err
	}
	log := web.NewLogger(e.errOut, cfg.LogLevel, cfg.LogFormat)
	a, err := app.Open(e.ctx, app.Options{Config: cfg, Log: log, Now: e.now, Create: true})
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	if err := a.Dir.Lock(); err != nil {
		return err
	}
	links, err := a.SetupLinks(e.ctx)
	if err != nil {
		return err
	}
	l, err := a.Listen()
	if err != nil {
		return err
	}
	missing, err := missingText(e, a)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "Clarion %s serves %s on %s; operations on http://%s\n", app.Version, cfg.Public.URL, l.Public.Addr(), l.Ops.Addr())
	fmt.Fprint(e.out, linkText(e, links), missing)
	return a.Run(e.ctx, l)
}

// missingText words what keeps the form closed, and what keeps parts of it away; "" when nothing does.
func missingText(e *env, a *app.App) (string, error) {
	list, err := a.Missing(e.ctx)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	say := func(heading string, blocks bool) {
		for _, m := range list {
			if m.Done || m.Blocks != blocks {
				continue
			}
			if heading != "" {
				fmt.Fprintln(&b, heading)
				heading = ""
			}
			fmt.Fprintf(&b, "  - %s\n", a.Worded(m))
		}
	}
	say("The form says \"not open yet\", and no flag changes that. Before the doors open, this is missing:", true)
	say("Without this the form offers less:", false)
	return b.String(), nil
}

func closeApp(e *env, a *app.App) {
	if err := a.Close(); err != nil {
		fmt.Fprintf(e.errOut, "clarion: closing: %v\n", err)
	}
}

// openInstallation opens an existing installation for a command that does not serve.
func (s *settings) openInstallation(e *env) (*app.App, error) {
	cfg, err := s.load(e)
	if err != nil {
		return nil, err
	}
	dir, err := app.OpenDataDir(cfg.Data)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s %w", cfg.Data, app.ErrNoDir)
	}
	if err != nil {
		return nil, err
	}
	return app.Open(e.ctx, app.Options{Config: cfg, Log: web.NewLogger(e.errOut, "error", cfg.LogFormat), Now: e.now, Demo: dir.Demo})
}
