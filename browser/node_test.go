package browser

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"clarion.example/clarion/browser/build"
)

// need skips the test without node and the npm packages; where everything is required it fails.
func need(t *testing.T) {
	t.Helper()
	missing := ""
	if _, err := exec.LookPath("node"); err != nil {
		missing = "node"
	} else if _, err := os.Stat("node_modules/age-encryption"); err != nil {
		missing = "the npm packages (npm ci in browser)"
	}
	if missing == "" {
		return
	}
	if os.Getenv("CLARION_REQUIRE_ALL") == "1" {
		t.Fatalf("%s missing", missing)
	}
	t.Skipf("%s missing", missing)
}

// libraryDir holds the library while the tests run.
var libraryDir string

var libraryFile = sync.OnceValues(func() (string, error) {
	out := filepath.Join(libraryDir, "library.mjs")
	if err := build.Script(".", "src/entry/reporter.ts", "clarion", filepath.Join(libraryDir, "reporter.js")); err != nil {
		return "", err
	}
	return out, build.Library(".", out)
})

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "clarion-browser-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	libraryDir = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// node prepares a run of node with the library.
func node(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	need(t)
	file, err := libraryFile()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", args...)
	cmd.Env = append(os.Environ(), "CLARION_LIBRARY="+file)
	return cmd
}

// TestNode runs the tests of the library. One process: the machine that builds has few cores, and the Go tests use them.
func TestNode(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("test/*.test.mjs")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v %v", files, err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			out, err := node(t, "--test", f).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			passed := regexp.MustCompile(`(?m)^# pass (\d+)`).FindStringSubmatch(string(out))
			if passed == nil || passed[1] == "0" {
				t.Fatalf("nothing ran:\n%s", out)
			}
			for _, line := range strings.Split(string(out), "\n") {
				if note, ok := strings.CutPrefix(line, `# \# `); ok {
					t.Log(note)
				}
			}
			t.Logf("%s passed", passed[1])
		})
	}
}

// TestTypes runs the type check that go generate runs too.
func TestTypes(t *testing.T) {
	t.Parallel()
	need(t)
	if out, err := exec.CommandContext(t.Context(), "node", "node_modules/typescript/bin/tsc", "-p", ".").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// peer is the library behind a pipe.
type peer struct {
	mu  sync.Mutex
	in  io.Writer
	out *bufio.Scanner
}

func newPeer(t *testing.T) *peer {
	t.Helper()
	cmd := node(t, "test/peer.mjs")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil && t.Context().Err() == nil {
			t.Errorf("%v\n%s", err, &stderr)
		}
	})
	p := &peer{in: in, out: bufio.NewScanner(out)}
	p.out.Buffer(nil, 64<<20)
	return p
}

// call runs one command and reads its result into result. The error is the kind of fault.
func (p *peer) call(t *testing.T, command string, args map[string]any, result any) error {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	line := map[string]any{"command": command}
	for k, v := range args {
		line[k] = v
	}
	b, err := json.Marshal(line)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.in.Write(append(b, '\n')); err != nil {
		t.Fatal(err)
	}
	if !p.out.Scan() {
		t.Fatalf("%s: no answer: %v", command, p.out.Err())
	}
	var answer struct {
		Result json.RawMessage `json:"result"`
		Error  string          `json:"error"`
	}
	if err := json.Unmarshal(p.out.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Error != "" {
		return fmt.Errorf("%s", answer.Error)
	}
	if err := json.Unmarshal(answer.Result, result); err != nil {
		t.Fatal(err)
	}
	return nil
}
