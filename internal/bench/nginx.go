package bench

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// errNoNginx means that there is none on PATH.
var errNoNginx = errors.New("bench: nginx not found")

// nginx is a peer that serves one file.
type nginx struct {
	cmd  *exec.Cmd
	addr string
}

// startNginx serves the recorded bytes with the recorded headers on a loopback port, with all its files in dir.
func startNginx(dir string, a *answer) (*nginx, error) {
	path, err := exec.LookPath("nginx")
	if err != nil {
		return nil, errNoNginx
	}
	dir = filepath.Join(dir, "nginx")
	if err := os.MkdirAll(filepath.Join(dir, "root"), 0o700); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	addr := net.JoinHostPort("127.0.0.1", port)
	if err := errors.Join(
		os.WriteFile(filepath.Join(dir, "root", "home"), a.Body, 0o600),
		os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(nginxConfig(dir, addr, a)), 0o600),
	); err != nil {
		return nil, err
	}
	n := &nginx{exec.Command(path, "-p", dir, "-e", filepath.Join(dir, "error.log"), "-c", filepath.Join(dir, "nginx.conf")), addr}
	if err := n.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting nginx: %w", err)
	}
	for range 500 {
		if c, err := net.Dial("tcp", addr); err == nil {
			return n, c.Close()
		}
		time.Sleep(10 * time.Millisecond)
	}
	n.stop()
	said, _ := os.ReadFile(filepath.Join(dir, "error.log"))
	return nil, fmt.Errorf("nginx does not answer: %s", said)
}

// stop ends nginx by the process that was started here; its workers end with it.
func (n *nginx) stop() {
	_ = n.cmd.Process.Signal(os.Interrupt)
	_ = n.cmd.Wait() // an end by signal is the one asked for
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, errors.Join(err, l.Close())
}

func nginxConfig(dir, addr string, a *answer) string {
	var b strings.Builder
	user := ""
	if os.Getuid() == 0 {
		user = "user root;\n" // the directory is ours alone
	}
	fmt.Fprintf(&b, "%sdaemon off;\nworker_processes 2;\npid %s/nginx.pid;\nevents { worker_connections 4096; }\nhttp {\n", user, dir)
	fmt.Fprint(&b, "access_log off; sendfile on; tcp_nopush on; open_file_cache max=10; keepalive_requests 1000000000; etag off;\n")
	for _, temp := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&b, "%s_temp_path %s/%s;\n", temp, dir, temp)
	}
	kind := ""
	fmt.Fprintf(&b, "server { listen %s; root %s/root;\nlocation / { try_files /home =404;\n", addr, dir)
	for name, values := range a.Header {
		for _, v := range values {
			switch name {
			case "Content-Length": // its own
			case "Content-Type":
				kind = v
			default:
				fmt.Fprintf(&b, "add_header %s %q;\n", name, strings.NewReplacer("$", "", "\n", "").Replace(v))
			}
		}
	}
	fmt.Fprintf(&b, "types { } default_type %q;\n} } }\n", kind)
	return b.String()
}
