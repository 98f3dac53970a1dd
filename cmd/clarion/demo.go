package main

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/web"
)

type demoCmd struct {
	Keep   string            `help:"Keep the demonstration in this directory, which must not exist." placeholder:"DIR"`
	Listen string            `help:"Address of the public door; loopback only." default:"localhost:8080"`
	Desk   string            `help:"Address of the desk; loopback only." default:"localhost:8081"`
	Ops    string            `help:"Address of the operations door." default:"127.0.0.1:8082"`
	Pack   string            `help:"Pack to show." default:"national-security"`
	Set    map[string]string `help:"Any setting." placeholder:"NAME=VALUE" mapsep:"none"`
}

// Help says what it makes and how it ends.
func (demoCmd) Help() string {
	return `Makes a marked installation with fresh keys for every person, an invented authority and a few cases, and prints the address of a
tour. It answers to this machine only. Ctrl-C ends it and removes everything, unless --keep names a directory.
Nothing real belongs in it: every key of it was on one machine.`
}

// Run makes a marked installation, plays every person, and serves it to this machine until it is told to stop.
func (c *demoCmd) Run(e *env) (err error) {
	dir, remove, err := c.directory()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, remove()) }()
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
	d.Command = thisCommand()
	if err := d.Dir.Lock(); err != nil {
		return err
	}
	l, err := d.Listen()
	if err != nil {
		return fmt.Errorf("%w (take other addresses: --listen localhost:8090 --desk localhost:8091 --ops 127.0.0.1:8092)", err)
	}
	// Port 0 lets the system choose; what is printed and linked is what was chosen.
	cfg.Public.URL = "http://" + hostPort(c.Listen, l.Public.Addr())
	cfg.Desk.URL, cfg.Desk.Inspect = "http://"+hostPort("desk.localhost:0", l.Desk.Addr()), "http://"+hostPort("inspect.localhost:0", l.Desk.Addr())
	if err := errors.Join(d.Seed(e.ctx), d.OpenDesk(e.ctx)); err != nil {
		return errors.Join(err, l.Public.Close(), l.Desk.Close(), l.Ops.Close())
	}
	fmt.Fprintf(e.out, "Clarion demonstration. Everything is invented; every key was made just now, on this machine.\n\n  Tour   %s/\n  Desk   %s/\n  Keys   %s\n  Health http://%s/readyz\n\nCtrl-C ends it", cfg.Public.URL, cfg.Desk.URL, d.KeyDir, l.Ops.Addr())
	if c.Keep == "" {
		fmt.Fprint(e.out, " and removes everything")
	}
	fmt.Fprintln(e.out, ".")
	return d.Run(e.ctx, l)
}

// directory is where the demonstration is made, absolute so that its commands work from everywhere, and what undoes
// it at the end.
func (c *demoCmd) directory() (dir string, remove func() error, err error) {
	if c.Keep == "" {
		temp, err := os.MkdirTemp("", "clarion-demo-")
		return filepath.Join(temp, "demo"), func() error { return os.RemoveAll(temp) }, err
	}
	if dir, err = filepath.Abs(c.Keep); err != nil {
		return "", nil, err
	}
	if there, err := app.OpenDataDir(dir); err == nil && !there.Demo {
		return "", nil, fmt.Errorf("%s %w", dir, app.ErrNotDemo)
	}
	if err := unused(dir); err != nil {
		return "", nil, err
	}
	return dir, func() error { return nil }, nil
}

// hostPort is the host that was asked for with the port that was given.
func hostPort(asked string, given net.Addr) string {
	host, _, _ := net.SplitHostPort(asked) // config has checked it
	_, port, _ := net.SplitHostPort(given.String())
	return net.JoinHostPort(host, port)
}

// goRun matches where go run puts a program: a directory that goes away, or the build cache.
var goRun = regexp.MustCompile(`/go-build[^/]*/|/[0-9a-f]{64}-d/[^/]+$`)

// thisCommand is how this program is started from the directory where it was started. What go run built may be gone
// when it is needed, so there it is go run again.
func thisCommand() string {
	exe, err := os.Executable()
	if err != nil {
		return "clarion"
	}
	if goRun.MatchString(filepath.ToSlash(exe)) {
		return "go run ./cmd/clarion"
	}
	if found, err := exec.LookPath("clarion"); err == nil && sameFile(found, exe) {
		return "clarion"
	}
	return exe
}

func sameFile(a, b string) bool {
	ai, aerr := os.Stat(a)
	bi, berr := os.Stat(b)
	return aerr == nil && berr == nil && os.SameFile(ai, bi)
}

// config is that of a demonstration: loopback only, quick checkpoints.
func (c *demoCmd) config(dir string) (*config.Config, error) {
	host, port, err := net.SplitHostPort(c.Listen)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, badUsage("--listen %s: a demonstration answers to this machine only, such as localhost:8090", c.Listen)
	}
	deskHost, deskPort, err := net.SplitHostPort(c.Desk)
	if ip := net.ParseIP(deskHost); err != nil || deskHost != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, badUsage("--desk %s: a demonstration answers to this machine only, such as localhost:8091", c.Desk)
	}
	flags := map[string]string{
		"desk.listen": c.Desk, "desk.url": "http://desk.localhost:" + deskPort, "inspect.url": "http://inspect.localhost:" + deskPort,
		"data": dir, "public.listen": c.Listen, "public.url": "http://" + net.JoinHostPort(host, port), "public.hosts": "localhost,127.0.0.1",
		"ops.listen": c.Ops, "ledger.checkpoint": "10s", "plain.min-age": "0s", "pack": c.Pack, "files.reserve": "64MiB", "log.level": "warn",
	}
	maps.Copy(flags, c.Set)
	return config.Load(config.Source{Flags: flags})
}
