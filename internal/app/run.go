package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"golang.org/x/sys/unix"

	"clarion.example/clarion/internal/desk"
	"clarion.example/clarion/internal/job"
	"clarion.example/clarion/internal/site"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/web"
)

// Listeners are the open sockets of the doors.
type Listeners struct {
	Public, Desk, Ops net.Listener
}

// Listen opens the sockets that the configuration names.
func (a *App) Listen() (l Listeners, err error) {
	if l.Public, err = net.Listen("tcp", a.Config.Public.Listen); err != nil {
		return l, fmt.Errorf("public door: %w", err)
	}
	if l.Desk, err = net.Listen("tcp", a.Config.Desk.Listen); err != nil {
		return l, errors.Join(fmt.Errorf("desk: %w", err), l.Public.Close())
	}
	if l.Ops, err = net.Listen("tcp", a.Config.Ops.Listen); err != nil {
		return l, errors.Join(fmt.Errorf("operations door: %w", err), l.Public.Close(), l.Desk.Close())
	}
	return l, nil
}

// NoCoreDumps switches core dumps off for this process: a dump would hold what people write.
func NoCoreDumps() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("switching core dumps off: %w", err)
	}
	return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}

// Handler is the public door as an http.Handler, for tests and benchmarks.
func (a *App) Handler() (http.Handler, error) {
	s, err := a.site()
	if err != nil {
		return nil, err
	}
	return s.Door()
}

// deskConnections is more than the browsers of a large office open.
const deskConnections = 2000

// DeskHandler is the desk and the inspector's door as an http.Handler, for tests.
func (a *App) DeskHandler() (http.Handler, error) { return a.newDesk() }

func (a *App) newDesk() (*desk.Doors, error) {
	return desk.New(desk.Options{
		Instance: a.Dir.Instance, Staff: a.Staff, Setup: a.Setup, Casework: a.Casework, Oversight: a.Oversight, Settings: a.Config.Settings(), Now: a.now,
		Catalog: a.Catalog, Pack: a.Pack, Log: a.log, Version: Version, DeskURL: a.Config.Desk.URL, InspectURL: a.Config.Desk.Inspect,
		BodyRate: a.Config.Server.BodyRate, Demo: a.Dir.Demo, Faults: a.metrics.faults.Inc,
	})
}

// newSite makes the public door's pages.
func (a *App) newSite() (*site.Site, error) {
	return site.New(site.Options{
		Catalog: a.Catalog, Pack: a.Pack, Intake: a.Intake, Reading: a.Reading, Log: a.log, Now: a.now, Version: Version, URL: a.Config.Public.URL,
		Hosts: a.Config.Public.Hosts, BodyRate: a.Config.Server.BodyRate, Demo: a.Dir.Demo, Faults: a.metrics.faults.Inc, Tour: a.tour,
		Handle: a.Config.Plain.HandleLife, Keys: a.Keys.Set,
		Staff: func(root string) (map[string]string, error) {
			d, err := a.newDesk()
			if err != nil {
				return nil, err
			}
			return d.Release(root)
		},
	})
}

// Files are the scripts, style sheets and icons of all doors of this program: name to hex SHA-256.
func Files() (map[string]string, error) {
	out, err := desk.Files()
	if err != nil {
		return nil, err
	}
	public, err := site.Files()
	maps.Copy(out, public)
	return out, err
}

// Run serves the doors and does the background work until ctx ends.
func (a *App) Run(ctx context.Context, l Listeners) error {
	handler, err := a.Handler()
	if err != nil {
		return err
	}
	staff, err := a.DeskHandler()
	if err != nil {
		return err
	}
	tlsConfig, err := a.tls()
	if err != nil {
		return err
	}
	if err := a.logReleaseOnce(ctx); err != nil && ctx.Err() == nil { // being told to stop is no fault
		return err
	}
	if err := a.noteCalendar(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 3)
	serve := func(name string, l net.Listener, o web.ServerOptions) {
		o.Log, o.HeaderTimeout, o.IdleTimeout = a.log, a.Config.Server.HeaderTimeout, a.Config.Server.IdleTimeout
		err := web.Serve(ctx, l, o)
		if err != nil {
			err = fmt.Errorf("%s door: %w", name, err)
		}
		ended <- err
		cancel()
	}
	go serve("public", l.Public, web.ServerOptions{Handler: handler, Connections: a.Config.Server.Connections, TLS: tlsConfig})
	go serve("desk", l.Desk, web.ServerOptions{Handler: staff, Connections: deskConnections, TLS: tlsConfig})
	go serve("operations", l.Ops, web.ServerOptions{Handler: opsHandler(a.metrics, a.NotReady)})
	debug.FreeOSMemory() // what starting left behind: pages, texts and keys were read and made once
	job.Run(ctx, a.log, a.tasks()...)
	return errors.Join(<-ended, <-ended, <-ended)
}

// logReleaseOnce logs the release of an installation whose root stands in the public log: that leaf is its first.
func (a *App) logReleaseOnce(ctx context.Context) error {
	if _, err := a.Keys.Set(); err != nil {
		return nil // the first key set begins the log
	}
	return a.LogRelease(ctx)
}

// FollowKeys takes up a new list of keys. The pages that name it change with it, and so does the statement of the
// release, which is logged until that has succeeded: the list may have been taken up before, or here just before a fault.
func (a *App) FollowKeys(ctx context.Context) error {
	if err := a.LoadKeys(ctx); err != nil {
		return err
	}
	version := a.keysVer.Load()
	if version == a.relVer.Load() {
		return nil
	}
	if err := a.logReleaseOnce(ctx); err != nil {
		return err
	}
	a.relVer.Store(version)
	return nil
}

func (a *App) tls() (*tls.Config, error) {
	if a.Config.TLSCert == "" {
		return nil, nil
	}
	cert, err := tls.LoadX509KeyPair(a.Config.TLSCert, a.Config.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("reading tls.cert and tls.key: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
}

// tasks are the background work. Their paces are fixed: none follows traffic.
func (a *App) tasks() []job.Task {
	beat := min(a.Config.Ledger.Checkpoint, 10*time.Second)
	return []job.Task{
		{Name: "dummies", Every: 5 * time.Second, Do: a.Dummies},
		{Name: "checkpoints", Every: beat, Do: a.Checkpoints},
		{Name: "keys", Every: 10 * time.Second, Do: a.FollowKeys},
		{Name: "sweep", Every: time.Minute, Do: a.Intake.Sweep},
		{Name: "links and sessions", Every: 5 * time.Minute, Do: a.Staff.Sweep},
		{Name: "entries", Every: time.Hour, Do: a.Casework.ForgetEntries},
		{Name: "warnings", Every: 10 * time.Minute, Do: a.Casework.Warn},
		{Name: "counts", Every: time.Hour, Do: a.Intake.FlushTallies},
		{Name: "uploads", Every: time.Hour, Do: func(ctx context.Context) error { return a.Blobs.SweepTemp(ctx, a.now().Add(-time.Hour)) }},
		{Name: "blobs", Every: 6 * time.Hour, Do: a.SweepBlobs},
	}
}

// NotReady names what keeps the installation from serving, with the reason; empty when it is ready.
func (a *App) NotReady(ctx context.Context) map[string]string {
	out := map[string]string{}
	if err := a.Store.Read(ctx, func(tx *store.Tx) error { _, err := tx.Meta("instance"); return err }); err != nil {
		out["database"] = "does not answer"
	}
	if err := a.logged.Load(); err != nil {
		out["ledger"] = causeOf(*err)
	}
	if free, err := a.Blobs.Free(); err != nil || free == 0 {
		out["disk"] = "less than the reserve is free"
	}
	return out
}
