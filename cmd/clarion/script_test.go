package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// TestMain lets the scripts run this test binary as the command clarion.
func TestMain(m *testing.M) { testscript.Main(suite{m}, map[string]func(){"clarion": main}) }

// suite removes at the end what all scripts shared.
type suite struct{ *testing.M }

func (s suite) Run() int {
	defer os.RemoveAll(ageDir())
	return s.M.Run()
}

// ageDir is where the stock age command is built.
func ageDir() string { return filepath.Join(os.TempDir(), fmt.Sprintf("clarion-age-%d", os.Getpid())) }

// TestScripts runs testdata/script. Each is a piece of the manual: what to type, and what comes back.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: false,
		Setup:         setup,
		Condition:     condition,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"start": start, "interrupt": interrupt, "exits": exits, "match": match, "changes": changes, "stdout_of": stdoutOf,
			"edit": edit, "flip": flip, "flipblob": flipBlob, "resize": resize, "refuses": refuses, "modes": modes,
			"gbk": gbk, "hostile": hostile, "harmless": harmless,
			"form": form, "mailbox": mailbox, "await": await, "page": page, "tour": tour, "fetch": fetch, "inside": inside, "unzip": unzip, "write": write, "awaitproof": awaitProof, "between": between,
		},
	})
}

// setup gives scripts the files that people send, and the stock age command.
func setup(e *testscript.Env) error {
	data, err := filepath.Abs(filepath.Join("..", "..", "internal", "app", "testdata"))
	if err != nil {
		return err
	}
	pack, err := filepath.Abs(filepath.Join("..", "..", "packs", "national-security"))
	if err != nil {
		return err
	}
	e.Setenv("FILES", data)
	e.Setenv("PACK", pack)
	e.Setenv("TMPDIR", filepath.Join(e.WorkDir, ".tmp"))
	if age, err := stockAge(); err == nil {
		e.Setenv("PATH", filepath.Dir(age)+string(os.PathListSeparator)+e.Getenv("PATH"))
	}
	e.Values[running{}] = map[string]*process{}
	return nil
}

// condition: [age] is whether the stock age command could be built; in CI that it could not is a failure. [swap] is whether this
// machine swaps, [root] whether modes do not bind this user.
func condition(name string) (bool, error) {
	switch name {
	case "age":
		_, err := stockAge()
		if err != nil && os.Getenv("CLARION_REQUIRE_ALL") == "1" {
			return false, err
		}
		return err == nil, nil
	case "root":
		return os.Getuid() == 0, nil
	case "swap":
		b, err := os.ReadFile("/proc/swaps")
		return err == nil && bytes.Count(bytes.TrimSpace(b), []byte("\n")) > 0, nil
	default:
		return false, fmt.Errorf("unknown condition %q", name)
	}
}

// stockAge builds the age command of tools/go.mod once.
var stockAge = sync.OnceValues(func() (string, error) {
	path := filepath.Join(ageDir(), "age")
	out, err := exec.Command("go", "build", "-C", filepath.Join("..", "..", "tools"), "-o", path, "filippo.io/age/cmd/age").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building age: %w\n%s", err, out)
	}
	return path, nil
})

// running keys the processes that a script started.
type running struct{}

// process is a server that a script started, with what it printed so far.
type process struct {
	cmd      *exec.Cmd
	mu       sync.Mutex
	out, err bytes.Buffer
	line     chan struct{}
	ended    chan error
}

// Write keeps what is printed and wakes who waits for a line.
func (p *process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, err := p.out.Write(b)
	select {
	case p.line <- struct{}{}:
	default:
	}
	return n, err
}

func (p *process) printed() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// start NAME REGEXP COMMAND...: starts a server and waits until it has printed what matches. $NAME is the first group.
func start(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: start NAME REGEXP COMMAND...")
	}
	re := regexp.MustCompile(args[1])
	path, err := exec.LookPath(args[2])
	ts.Check(err)
	p := &process{cmd: exec.Command(path, args[3:]...), line: make(chan struct{}, 1), ended: make(chan error, 1)}
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = ts.MkAbs("."), p, &p.err
	p.cmd.Env = environ(ts)
	ts.Check(p.cmd.Start())
	go func() { p.ended <- p.cmd.Wait() }()
	ts.Value(running{}).(map[string]*process)[args[0]] = p
	ts.Defer(func() {
		if p.cmd.ProcessState == nil {
			_ = p.cmd.Process.Kill()
		}
	})
	late := time.After(time.Minute)
	for {
		if m := re.FindStringSubmatch(p.printed()); m != nil {
			ts.Setenv(args[0], m[min(1, len(m)-1)])
			return
		}
		select {
		case <-p.line:
		case err := <-p.ended:
			p.ended <- err
			ts.Fatalf("%s ended: %v\n%s%s", args[0], err, p.printed(), p.err.String())
		case <-late:
			ts.Fatalf("%s never printed %q:\n%s", args[0], args[1], p.printed())
		}
	}
}

// stdout_of NAME REGEXP: what a running server has printed matches.
func stdoutOf(ts *testscript.TestScript, neg bool, args []string) {
	p := ts.Value(running{}).(map[string]*process)[args[0]]
	if p == nil || !regexp.MustCompile("(?m)"+args[1]).MatchString(p.printed()) {
		ts.Fatalf("%s has not printed %q", args[0], args[1])
	}
}

// environ is what commands of the script see.
func environ(ts *testscript.TestScript) []string {
	var out []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "WORK", "GOCOVERDIR"} {
		if v := ts.Getenv(name); v != "" {
			out = append(out, name+"="+v)
		}
	}
	return out
}

// interrupt NAME: presses Ctrl-C, which must end the server cleanly. What it printed is in NAME.out and NAME.err.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	p := ts.Value(running{}).(map[string]*process)[args[0]]
	if neg || p == nil {
		ts.Fatalf("usage: interrupt NAME, of a process that was started")
	}
	ts.Check(p.cmd.Process.Signal(syscall.SIGINT))
	select {
	case err := <-p.ended:
		ts.Check(os.WriteFile(ts.MkAbs(args[0]+".out"), []byte(p.printed()), 0o600))
		ts.Check(os.WriteFile(ts.MkAbs(args[0]+".err"), p.err.Bytes(), 0o600))
		if err != nil {
			ts.Fatalf("%s did not end well: %v\n%s", args[0], err, p.err.String())
		}
	case <-time.After(time.Minute):
		ts.Fatalf("%s does not end", args[0])
	}
}

// exits CODE COMMAND...: runs a command that must end with the code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if err != nil || neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		e, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = e.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// match NAME REGEXP [FILE]: sets $NAME to the first group of what matches in FILE, or in what was printed last.
func match(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: match NAME REGEXP [FILE]")
	}
	text := ts.ReadFile(append(args, "stdout")[2])
	m := regexp.MustCompile(args[1]).FindStringSubmatch(text)
	if m == nil {
		ts.Fatalf("nothing matches %q in:\n%s", args[1], text)
	}
	ts.Setenv(args[0], m[min(1, len(m)-1)])
}

// edit FILE OLD NEW: replaces bytes in place, as a thief with the disk could. It must find them.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	b, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	if !bytes.Contains(b, []byte(args[1])) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), bytes.ReplaceAll(b, []byte(args[1]), []byte(args[2])), 0o600))
}

// flip FILE: changes one bit in the middle.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	b, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	b[len(b)/2] ^= 1
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o600))
}

// flipBlob DATA BLOB: changes one bit of a stored attachment.
func flipBlob(ts *testscript.TestScript, neg bool, args []string) {
	var path string
	ts.Check(filepath.WalkDir(filepath.Join(ts.MkAbs(args[0]), "blobs"), func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.Contains(p, args[1]) {
			path = p
		}
		return err
	}))
	if path == "" {
		ts.Fatalf("there is no blob %s", args[1])
	}
	flip(ts, false, []string{path})
}

// modes MODE FILE...: every file has exactly this mode.
func modes(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.ParseUint(args[0], 8, 32)
	ts.Check(err)
	for _, name := range args[1:] {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if got := info.Mode().Perm(); got != os.FileMode(want) {
			ts.Fatalf("%s has mode %v", name, got)
		}
	}
}

// resize FILE SIZE: cuts a file, as head -c does.
func resize(ts *testscript.TestScript, neg bool, args []string) {
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

// refuses FILE COMMAND...: the command succeeds as things are, and ends with 1 and a reason after a byte of FILE was
// changed, a line left out, or a line doubled. Of a long file it tries bytes and lines all over.
func refuses(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	good, err := os.ReadFile(path)
	ts.Check(err)
	verdict := func(b []byte) (int, string) {
		ts.Check(os.WriteFile(path, b, 0o600))
		var out, errOut bytes.Buffer
		code := run(&env{out: &out, errOut: &errOut, in: strings.NewReader(""), now: time.Now, ctx: context.Background()}, abs(ts, args[2:]))
		return code, errOut.String()
	}
	if code, text := verdict(good); code != 0 {
		ts.Fatalf("refused unchanged: %s", text)
	}
	check := func(what string, b []byte) {
		if code, text := verdict(b); code != 1 || !strings.Contains(text, "does not verify") {
			ts.Fatalf("%s: code %d: %s", what, code, text)
		}
	}
	for i := 0; i < len(good); i += 1 + len(good)/80 {
		b := bytes.Clone(good)
		b[i] ^= 1
		check(fmt.Sprintf("byte %d changed", i), b)
	}
	lines := bytes.SplitAfter(good, []byte("\n"))
	for i := 0; i < len(lines); i += 1 + len(lines)/10 {
		line := lines[i]
		if len(line) == 0 {
			continue
		}
		before, after := bytes.Join(lines[:i], nil), bytes.Join(lines[i+1:], nil)
		check(fmt.Sprintf("line %d left out", i+1), append(bytes.Clone(before), after...))
		check(fmt.Sprintf("line %d doubled", i+1), bytes.Join([][]byte{before, line, line, after}, nil))
	}
	ts.Check(os.WriteFile(path, good, 0o600))
}

// abs makes the arguments that are files of the script absolute, for commands that run in this process.
func abs(ts *testscript.TestScript, args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = a
		if _, err := os.Stat(ts.MkAbs(a)); err == nil {
			out[i] = ts.MkAbs(a)
		}
	}
	return out
}

// changes FILE: waits until a running server has written FILE anew.
func changes(ts *testscript.TestScript, neg bool, args []string) {
	path := ts.MkAbs(args[0])
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		ts.Check(err)
	}
	tick, late := time.NewTicker(100*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for {
		if now, err := os.ReadFile(path); err == nil && !bytes.Equal(now, before) {
			return
		}
		select {
		case <-tick.C:
		case <-late:
			ts.Fatalf("%s stays as it is", args[0])
		}
	}
}

// gbk FILE: writes a sentence in the encoding of old Chinese editors.
func gbk(ts *testscript.TestScript, neg bool, args []string) {
	b, err := simplifiedchinese.GB18030.NewEncoder().String("您还记得是哪一天吗？")
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b), 0o600))
}

// hostileText is what somebody writes who wants the reader's terminal.
const hostileText = "red\x1b[31m and title\x1b]0;owned\x07\nright\u202egnp.exe\nsafe\rover\n--- unit/1 decision, 2026-01-05, by chen\nDOUBT: document unit/1: forged\n"

// hostile FILE NAMED: writes such a text, and a small file whose name is one; $hostile is that name.
func hostile(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(hostileText), 0o600))
	name := "a\x1b[2J\nSaved b\u202ejpg.bin"
	ts.Check(os.WriteFile(ts.MkAbs(name), []byte("%PDF"), 0o600))
	ts.Setenv("hostile", name)
}

// harmless: nothing that the last command printed on either stream can move the cursor or turn the writing.
func harmless(ts *testscript.TestScript, neg bool, args []string) {
	for _, stream := range []string{"stdout", "stderr"} {
		for i, r := range ts.ReadFile(stream) {
			if r != '\n' && (r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069) {
				ts.Fatalf("%s has U+%04X at byte %d:\n%q", stream, r, i, ts.ReadFile(stream))
			}
		}
	}
}
