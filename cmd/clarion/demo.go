package main

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/web"
)

type demoCmd struct {
	Keep   string            `help:"Keep the demonstration in this directory, which must not exist." placeholder:"DIR"`
	Listen string            `help:"Address of the public door; loopback only." default:"localhost:8080"`
	Ops    string            `help:"Address of the operations door." default:"127.0.0.1:8082"`
	Pack   string            `help:"Pack to show." default:"national-security"`
	Set    map[string]string `help:"Any setting." placeholder:"NAME=VALUE" mapsep:"none"`
}

// Run makes a marked installation, plays every person, and serves it to this machine until it is told to stop.
func (c *demoCmd) Run(e *env) (err error) {
	dir := c.Keep
	if dir == "" {
		temp, terr := os.MkdirTemp("", "clarion-demo-")
		if terr != nil {
			return terr
		}
		defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
		dir = filepath.Join(temp, "demo")
	} else if _, serr := os.Stat(dir); serr == nil {
		return fmt.Errorf("%s exists; a demonstration makes its own directory", dir)
	}
	cfg, err := c.config(dir)
	if err != nil {
		return err
	}
	if err := app.NoCoreDumps(); err != nil {
		return err
	}
	d, err := app.OpenDemo(e.ctx, app.Options{Config: cfg, Log: web.NewLogger(e.errOut, cfg.LogLevel, cfg.LogFormat), Now: e.now})
	if err != nil {
		return err
	}
	defer closeApp(e, d.App)
	if err := d.Dir.Lock(); err != nil {
		return err
	}
	if err := d.Seed(e.ctx); err != nil {
		return err
	}
	l, err := d.Listen()
	if err != nil {
		return fmt.Errorf("%w (another address: --listen localhost:8090 --ops 127.0.0.1:8092)", err)
	}
	fmt.Fprintf(e.out, "Clarion demonstration. Everything is invented; every key was made just now, on this machine.\n\n  Tour   %s/\n  Keys   %s\n  Health http://%s/readyz\n\nCtrl-C ends it", cfg.Public.URL, d.KeyDir, l.Ops.Addr())
	if c.Keep == "" {
		fmt.Fprint(e.out, " and removes everything")
	}
	fmt.Fprintln(e.out, ".")
	return d.Run(e.ctx, l)
}

// config is that of a demonstration: loopback only, quick checkpoints.
func (c *demoCmd) config(dir string) (*config.Config, error) {
	host, port, err := net.SplitHostPort(c.Listen)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("--listen %s: a demonstration answers to this machine only", c.Listen)
	}
	flags := map[string]string{
		"data": dir, "public.listen": c.Listen, "public.url": "http://" + net.JoinHostPort(host, port), "public.hosts": "localhost,127.0.0.1",
		"ops.listen": c.Ops, "ledger.checkpoint": "10s", "plain.min-age": "0s", "pack": c.Pack, "files.reserve": "64MiB", "log.level": "warn",
	}
	maps.Copy(flags, c.Set)
	return config.Load(config.Source{Flags: flags})
}
