package storetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// quick and durable are the clusters that the tests of one binary use together; the first that asks starts one.
// Tests need not survive a loss of power, so theirs does not wait for the disk; benchmarks must.
var (
	quick   = sync.OnceValues(func() (*Cluster, error) { return startCluster("off") })
	durable = sync.OnceValues(func() (*Cluster, error) { return startCluster("on") })
)

// Postgres returns the DSN of a new, empty database in a private PostgreSQL server that the tests of this binary
// share and that is removed when they end. Without PostgreSQL on the machine the test is skipped; with
// CLARION_REQUIRE_ALL=1 in the environment it fails.
func Postgres(tb testing.TB) string {
	tb.Helper()
	start := quick
	if _, measured := tb.(*testing.B); measured {
		start = durable
	}
	c, err := start()
	demand(tb, err)
	return c.Database(tb)
}

func demand(tb testing.TB, err error) {
	tb.Helper()
	if err == nil {
		return
	}
	if os.Getenv("CLARION_REQUIRE_ALL") == "1" {
		tb.Fatalf("PostgreSQL is required here: %v", err)
	}
	tb.Skipf("no PostgreSQL: %v", err)
}

// Cluster is a private PostgreSQL server on a socket in a directory of its own.
type Cluster struct {
	dir   string
	ctl   string
	cred  *syscall.Credential
	fsync string
	guard io.Closer // the watcher cleans up when this, or this process, ends
	names atomic.Int64
}

// NewCluster starts a server for one test, which may stop and start it. It skips or fails as [Postgres] does.
func NewCluster(tb testing.TB) *Cluster {
	tb.Helper()
	c, err := startCluster("on")
	demand(tb, err)
	tb.Cleanup(func() { c.guard.Close() })
	return c
}

func startCluster(fsync string) (_ *Cluster, err error) {
	initdb, err := findTool("initdb")
	if err != nil {
		return nil, err
	}
	ctl, err := findTool("pg_ctl")
	if err != nil {
		return nil, err
	}
	c := &Cluster{ctl: ctl, fsync: fsync}
	if c.dir, err = os.MkdirTemp("", "clarion-pg-"); err != nil {
		return nil, err
	}
	if err := c.chooseUser(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(c.dir))
	}
	if err := c.watch(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(c.dir))
	}
	if err := c.run(initdb, "-D", c.dir, "-A", "trust", "-U", "clarion", "-E", "UTF8", "--locale=C", "--no-sync"); err != nil {
		return nil, errors.Join(err, c.guard.Close())
	}
	if err := c.start(); err != nil {
		return nil, errors.Join(err, c.guard.Close())
	}
	return c, nil
}

// findTool looks in PATH and where Debian keeps the server's tools.
func findTool(name string) (string, error) {
	if p, err := exec.LookPath(name); err == nil {
		return filepath.EvalSymlinks(p)
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%s is not installed", name)
	}
	if err != nil {
		return "", err
	}
	return found[len(found)-1], nil
}

// chooseUser makes the server run as "postgres" when the tests run as root, which the server refuses to be.
func (c *Cluster) chooseUser() error {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return err
	}
	c.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(c.dir, int(uid), int(gid))
}

// watch starts a process that waits for the end of this one, however it ends, then stops the server and removes
// its directory.
func (c *Cluster) watch() error {
	cmd := exec.Command("/bin/sh", "-c", `cat; "$1" -D "$2" -m immediate -w stop; rm -rf "$2"`, "sh", c.ctl, c.dir)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: c.cred}
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	c.guard = in
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait()
	return nil
}

func (c *Cluster) run(name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.cred}
	log, err := os.CreateTemp("", "clarion-pg-log-")
	if err != nil {
		return err
	}
	defer os.Remove(log.Name())
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log // a file: the server inherits it and must not hold a pipe open
	if err := cmd.Run(); err != nil {
		text, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, text)
	}
	return nil
}

func (c *Cluster) start() error {
	return c.run(c.ctl, "-D", c.dir, "-l", filepath.Join(c.dir, "log"), "-w", "-o",
		"-c listen_addresses='' -c unix_socket_directories='"+c.dir+"' -c max_connections=300 -c fsync="+c.fsync, "start")
}

// Start starts the server after Stop.
func (c *Cluster) Start(tb testing.TB) {
	tb.Helper()
	if err := c.start(); err != nil {
		tb.Fatal(err)
	}
}

// Stop kills the server as a loss of power would, leaving its files.
func (c *Cluster) Stop(tb testing.TB) {
	tb.Helper()
	if err := c.run(c.ctl, "-D", c.dir, "-m", "immediate", "-w", "stop"); err != nil {
		tb.Fatal(err)
	}
}

// Database returns the DSN of a new, empty database, dropped at the end of the test.
func (c *Cluster) Database(tb testing.TB) string {
	tb.Helper()
	name := "t" + strconv.FormatInt(c.names.Add(1), 10)
	if err := c.admin(tb.Context(), "CREATE DATABASE "+name); err != nil {
		tb.Fatalf("creating a database: %v", err)
	}
	tb.Cleanup(func() {
		// A server that the test has stopped takes its databases with it.
		err := c.admin(context.WithoutCancel(tb.Context()), "DROP DATABASE "+name+" WITH (FORCE)")
		if err != nil && !strings.Contains(err.Error(), "connect") {
			tb.Errorf("dropping a database: %v", err)
		}
	})
	return c.dsn(name)
}

func (c *Cluster) dsn(name string) string {
	return "postgres://clarion@/" + name + "?" + url.Values{"host": {c.dir}}.Encode()
}

func (c *Cluster) admin(ctx context.Context, q string) error {
	conn, err := pgx.Connect(ctx, c.dsn("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, q)
	return err
}
