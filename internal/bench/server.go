package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// server is a process that serves, started and ended by the bench.
type server struct {
	cmd   *exec.Cmd
	stdin io.Closer
	addrs addrs
	ready time.Duration // from its start to the first "ready"
}

const (
	startLimit = time.Minute
	stopLimit  = 15 * time.Second
)

// startServer starts a process, tells it what to serve, and waits until it does.
func startServer(ctx context.Context, o Options, s spec) (*server, error) {
	cmd := exec.CommandContext(ctx, o.Child[0], o.Child[1:]...)
	cmd.Stderr, cmd.WaitDelay = o.errOut(), stopLimit
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	before := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting the serving process: %w", err)
	}
	v := &server{cmd: cmd, stdin: in}
	if err := v.await(in, out, s); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the serving process: %w", err), v.stop())
	}
	v.ready = time.Since(before)
	return v, nil
}

// await hands the process its task and asks it until it is ready. A process that says nothing is killed.
func (v *server) await(in io.Writer, out io.Reader, s spec) error {
	kill := time.AfterFunc(startLimit, func() { _ = v.cmd.Process.Kill() })
	defer kill.Stop()
	if err := json.NewEncoder(in).Encode(s); err != nil {
		return err
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("it ended without serving: %w", err)
	}
	if err := json.Unmarshal(line, &v.addrs); err != nil {
		return err
	}
	if v.addrs.Ops == "" {
		return nil
	}
	client := &http.Client{Timeout: 5 * time.Second}
	defer client.CloseIdleConnections()
	for {
		resp, err := client.Get("http://" + v.addrs.Ops + "/readyz")
		if err != nil {
			return err
		}
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
}

// stop ends the process kindly, and after a while without asking.
func (v *server) stop() error {
	_ = v.stdin.Close() // the end of its input is what ends it
	kill := time.AfterFunc(stopLimit, func() { _ = v.cmd.Process.Kill() })
	defer kill.Stop()
	return v.cmd.Wait()
}

// ticks a second of /proc: a constant of Linux towards programs.
const userHertz = 100

// cpu is the processor time that the process has used.
func (v *server) cpu() (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", v.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	// The second field is the program's name in brackets and may hold anything.
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	if len(fields) < 13 {
		return 0, errors.New("the system does not tell processor times")
	}
	user, err := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * time.Second / userHertz, errors.Join(err, err2)
}

// memory is the resident size in megabytes: now, and the most there was.
func (v *server) memory() (now, peak float64, err error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", v.cmd.Process.Pid))
	if err != nil {
		return 0, 0, err
	}
	for l := range strings.Lines(string(b)) {
		for name, into := range map[string]*float64{"VmRSS:": &now, "VmHWM:": &peak} {
			if rest, ok := strings.CutPrefix(l, name); ok {
				kb, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 64)
				if err != nil {
					return 0, 0, err
				}
				*into = kb * 1024 / 1e6
			}
		}
	}
	if now == 0 || peak == 0 {
		return 0, 0, errors.New("the system does not tell sizes of processes")
	}
	return now, peak, nil
}
