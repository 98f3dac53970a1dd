package apptest

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/web"
)

// childEnv holds the order of a child in JSON. A test binary that is started with it is a server.
const childEnv = "CLARION_TEST_CHILD"

// Child is a server in a process of its own, so that it can be killed. It is this test binary, started again.
type Child struct {
	Data  string            // data directory; made if it does not exist
	DSN   string            // "" is SQLite in the data directory
	Set   map[string]string // settings
	Temp  string            // directory for temporary files; "" leaves it
	Panic string            // while this file exists, every page panics with its content
}

// Process is a running child.
type Process struct {
	URL, Ops string // origins of the doors
	Out      *Log   `json:"-"` // everything that it printed
	cmd      *exec.Cmd
	ended    func() error // waits once, for however many ask
}

// Main is the TestMain of a package whose tests start children.
func Main(m *testing.M) {
	order := os.Getenv(childEnv)
	if order == "" {
		os.Exit(m.Run())
	}
	if err := serve(order); err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		os.Exit(1)
	}
}

// Spawn starts a child and waits until its doors are open.
func Spawn(tb testing.TB, c Child) *Process {
	tb.Helper()
	order, err := json.Marshal(c)
	if err != nil {
		tb.Fatal(err)
	}
	p := &Process{Out: &Log{}, cmd: exec.Command(os.Args[0])}
	p.ended = sync.OnceValue(p.cmd.Wait)
	p.cmd.Env = append(os.Environ(), childEnv+"="+string(order))
	if c.Temp != "" {
		p.cmd.Env = append(p.cmd.Env, "TMPDIR="+c.Temp)
	}
	p.cmd.Stderr = p.Out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(p.Kill)
	r := bufio.NewReader(out)
	line, err := r.ReadBytes('\n')
	if err != nil || json.Unmarshal(line, p) != nil {
		p.Kill()
		tb.Fatalf("the child did not start: %q, %s", line, p.Out)
	}
	go io.Copy(p.Out, r)
	return p
}

// Kill ends the child at once, as kill -9 does, and waits until it is gone. Killing it again does nothing.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill()
	_ = p.ended()
}

// Memory is the most bytes of memory that the child held at once since the last call.
func (p *Process) Memory(tb testing.TB) (most int64) {
	tb.Helper()
	dir := fmt.Sprintf("/proc/%d/", p.cmd.Process.Pid)
	b, err := os.ReadFile(dir + "status")
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			if _, err := fmt.Sscanf(rest, "%d kB", &most); err != nil {
				tb.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(dir+"clear_refs", []byte("5"), 0); err != nil {
		tb.Fatal(err)
	}
	return most << 10
}

// Stop asks the child to end and waits for it.
func (p *Process) Stop() error {
	return errors.Join(p.cmd.Process.Signal(syscall.SIGTERM), p.ended())
}

// NewBrowser opens a browser on the child's public door. It comes from the address from, "" is any, and believes any
// certificate.
func (p *Process) NewBrowser(tb testing.TB, from string) *Browser {
	t := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, MaxIdleConnsPerHost: 4} // #nosec: the test made the certificate
	if from != "" {
		t.DialContext = (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).DialContext
	}
	tb.Cleanup(t.CloseIdleConnections)
	return &Browser{tb: tb, client: &http.Client{Transport: t, Timeout: 30 * time.Second}, base: p.URL, Header: http.Header{}}
}

// serve is the child: the program itself, on the given directory.
func serve(order string) error {
	var c Child
	if err := json.Unmarshal([]byte(order), &c); err != nil {
		return err
	}
	cfg, err := load(c.Data, c.DSN, c.Set)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	o := app.Options{Config: cfg, Log: web.NewLogger(os.Stderr, "debug", "text"), Now: c.now, Demo: true}
	a, err := app.Open(ctx, o)
	if errors.Is(err, fs.ErrNotExist) || err != nil && strings.Contains(err.Error(), "does not exist") {
		var d *app.Demo
		if d, err = app.OpenDemo(ctx, o); err == nil {
			a = d.App
		}
	}
	if err != nil {
		return err
	}
	defer a.Close()
	l, err := listen()
	if err != nil {
		return err
	}
	scheme := "http://"
	if cfg.TLSCert != "" {
		scheme = "https://"
	}
	if err := json.NewEncoder(os.Stdout).Encode(Process{URL: scheme + l.Public.Addr().String(), Ops: "http://" + l.Ops.Addr().String()}); err != nil {
		return err
	}
	return a.Run(ctx, l)
}

func listen() (l app.Listeners, err error) {
	if l.Public, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return l, err
	}
	if l.Desk, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return l, err
	}
	l.Ops, err = net.Listen("tcp", "127.0.0.1:0")
	return l, err
}

// now is the time, and where a test makes pages panic.
func (c Child) now() time.Time {
	if c.Panic == "" {
		return time.Now()
	}
	words, err := os.ReadFile(c.Panic)
	if err != nil {
		return time.Now()
	}
	pc := make([]uintptr, 32)
	frames := runtime.CallersFrames(pc[:runtime.Callers(1, pc)])
	for {
		f, more := frames.Next()
		if strings.Contains(f.Function, "internal/site.") {
			panic(string(words))
		}
		if !more {
			return time.Now()
		}
	}
}
