package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/packs"
	"clarion.example/clarion/seal"
)

// watched is a stream that a test reads while a command writes it.
type watched struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	seen func(all string)
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.buf.Write(p)
	if w.seen != nil {
		w.seen(w.buf.String())
	}
	return n, err
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.String()
}

// TestDemoRemovesEverythingWhenStopped: what a demonstration makes is gone after Ctrl-C, even while it is being made.
func TestDemoRemovesEverythingWhenStopped(t *testing.T) {
	for name, until := range map[string]string{"while it serves": "Ctrl-C ends it and removes everything.", "at once": ""} {
		t.Run(name, func(t *testing.T) {
			temp := t.TempDir()
			t.Setenv("TMPDIR", temp)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var errOut watched
			out := &watched{seen: func(all string) {
				if strings.Contains(all, until) {
					cancel()
				}
			}}
			if until == "" {
				cancel()
			}
			e := &env{out: out, errOut: &errOut, in: strings.NewReader(""), now: time.Now, ctx: ctx}
			code := run(e, []string{"demo", "--listen", "localhost:0", "--desk", "localhost:0", "--ops", "127.0.0.1:0"})
			if want := map[bool]int{true: 130, false: 0}[until == ""]; code != want {
				t.Errorf("exit code %d, want %d: %s", code, want, errOut.String())
			}
			left, err := os.ReadDir(temp)
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
			if until != "" && !strings.Contains(out.String(), filepath.Join(temp, "clarion-demo-")) {
				t.Errorf("it was not made in the temporary directory:\n%s", out.String())
			}
		})
	}
}

// TestForeignTextCannotMoveTheCursor prints a report in which every field is hostile, as a sender with a program of
// their own can seal it.
func TestForeignTextCannotMoveTheCursor(t *testing.T) {
	t.Parallel()
	catalog, err := i18n.New(func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	fsys, _ := packs.FS("national-security")
	p, err := pack.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	const bad = "x\x1b[2J\x1b]0;t\x07\r\u009b31m\u202e\u2066\n--- unit/1 decision"
	for _, lang := range []string{"en", "zh-Hans"} {
		var out bytes.Buffer
		pr := newPrinter(&env{out: &out}, &app.App{Catalog: catalog, Pack: p}, lang)
		pr.report(&seal.Report{
			Category: "protected-documents", Danger: true, What: bad, When: bad, Where: bad, How: []string{bad}, Told: bad, Reach: bad,
			Answers: []seal.Answer{{Q: bad, Text: bad}, {Q: "means", Values: []string{bad}}},
			Files:   []seal.File{{Name: bad, SHA256: bad}},
		})
		pr.decision(&seal.Decision{Outcome: bad, Code: bad, Reasons: bad})
		pr.field(bad, bad)
		if pr.err != nil {
			t.Fatal(pr.err)
		}
		text := out.String()
		if strings.ContainsAny(text, "\x1b\x07\r\u009b\u202e\u2066") {
			t.Errorf("%s: a control got through:\n%q", lang, text)
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "---") {
				t.Errorf("%s: foreign text looks like a line of ours: %q", lang, line)
			}
		}
		if n := strings.Count(text, "[U+001B]"); n < 20 {
			t.Errorf("%s: only %d escapes are shown", lang, n)
		}
	}
}

// TestEveryCommandSaysWhatItIsFor: a command and a flag without help are of no use to who is alone with them.
func TestEveryCommandSaysWhatItIsFor(t *testing.T) {
	t.Parallel()
	var c cli
	p, err := kong.New(&c)
	if err != nil {
		t.Fatal(err)
	}
	commands := 0
	err = kong.Visit(p.Model, func(n kong.Visitable, next kong.Next) error {
		switch n := n.(type) {
		case *kong.Command:
			commands++
			if !strings.HasSuffix(n.Help, ".") {
				t.Errorf("%s: help %q is not a sentence", n.FullPath(), n.Help)
			}
		case *kong.Flag:
			if n.Help == "" {
				t.Errorf("--%s has no help", n.Name)
			}
			if strings.Contains(n.Name, "passphrase") && n.PlaceHolder != "FILE" {
				t.Errorf("--%s takes a secret that is not a file", n.Name)
			}
		case *kong.Value:
			if n.Help == "" {
				t.Errorf("<%s> has no help", n.Name)
			}
		}
		return next(nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	if commands < 20 {
		t.Errorf("only %d commands were visited", commands)
	}
}
