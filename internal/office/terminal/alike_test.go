package terminal_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clarion.example/clarion/browser/build"
	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// Every case that a test of this package opens after somebody has changed it is kept as both sides get it, and judged once
// more by the browser's library when all tests are done: terminal and desk must doubt the same, and show the same.
var (
	judgedDir string
	judged    atomic.Int64
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "clarion-alike-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	judgedDir = dir
	code := m.Run()
	if code == 0 {
		code = judge()
	}
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// judge lets the browser's library open what was kept.
func judge() int {
	if judged.Load() == 0 {
		return 0
	}
	root := filepath.Join("..", "..", "..", "browser")
	_, missing := os.Stat(filepath.Join(root, "node_modules"))
	if _, err := exec.LookPath("node"); err != nil || missing != nil {
		if os.Getenv("CLARION_REQUIRE_ALL") == "1" {
			fmt.Fprintln(os.Stderr, "node or browser/node_modules missing")
			return 1
		}
		return 0
	}
	library := filepath.Join(judgedDir, "library.mjs")
	if err := build.Library(root, library); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", "testdata/alike.mjs", library, judgedDir)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "the browser judges otherwise:", err)
		return 1
	}
	return 0
}

// judgement is what the terminal made of a case.
type judgement struct {
	Fails  string   `json:"fails"`  // key of the refusal and the key that would open, "" for none
	Doubts []string `json:"doubts"` // chain, number, key, and field or author
	Shown  []string `json:"shown"`  // chain, number, kind and author
}

// alike keeps a case for the browser. f is what the server hands out, o and err what the terminal made of it.
func alike(t *testing.T, w *apptest.World, f *casework.File, o *terminal.Opened, err error) {
	t.Helper()
	var j judgement
	if e, ok := errs.Public(err); ok {
		j.Fails = strings.TrimSpace(fmt.Sprint(e.Key, " ", orNothing(e.Args["Unit"])))
	} else if err != nil {
		t.Fatal(err)
	}
	if o != nil {
		for _, d := range o.Doubts {
			j.Doubts = append(j.Doubts, fmt.Sprint(d.Chain, " ", d.Seq, " ", d.Key, " ", strings.TrimSpace(fmt.Sprint(orNothing(d.Args["Field"]), orNothing(d.Args["Author"])))))
		}
		for _, chain := range chainsOfACase() {
			for _, it := range o.Items[chain] {
				if it.Signed != nil {
					j.Shown = append(j.Shown, fmt.Sprint(chain, " ", it.Seq, " ", it.Signed.Document.Kind, " ", it.Author))
				}
			}
		}
	}
	keep(t, w, f, j)
}

func orNothing(v any) any {
	if v == nil {
		return ""
	}
	return v
}

func chainsOfACase() []cases.Chain {
	return []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside}
}

func keep(t *testing.T, w *apptest.World, f *casework.File, j judgement) {
	t.Helper()
	type keys struct {
		Recipient string `json:"recipient"`
		Sign      string `json:"sign"`
	}
	keysOf := func(m store.Mailbox) keys { return keys{m.Recipient, seal.EncodeKey(m.Sign[:])} }
	docs := []map[string]any{}
	for _, chain := range chainsOfACase() {
		for _, d := range f.Chains[chain] {
			docs = append(docs, map[string]any{"chain": chain, "seq": d.Seq, "doc": d.ID, "kind": d.Kind, "unit": d.Unit, "day": d.Day, "hash": fmt.Sprintf("%x", d.Hash), "sealed": d.Body, "waiting": false})
		}
	}
	var mailbox *keys
	if f.Mailbox != nil {
		k := keysOf(*f.Mailbox)
		mailbox = &k
	}
	first := []keys{}
	for _, m := range f.FirstKeys {
		first = append(first, keysOf(m))
	}
	var set store.KeySet
	var rosters []store.Roster
	var root string
	err := w.Store.Read(t.Context(), func(tx *store.Tx) (err error) {
		if set, err = tx.LatestKeySet(); err == nil {
			rosters, err = tx.Rosters("unit-1")
		}
		if err == nil {
			root, err = tx.Meta("root")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var files [][]byte
	for _, r := range rosters {
		files = append(files, r.Body)
	}
	var unit strings.Builder
	if _, err := w.Key(t, "unit-1").WriteTo(&unit); err != nil {
		t.Fatal(err)
	}
	c := f.Case
	b, err := json.Marshal(map[string]any{
		"name": t.Name(), "root": root, "list": set.Body, "rosters": files, "key": unit.String(), "want": j,
		"case": map[string]any{
			"case": c.ID, "unit": c.Unit, "category": c.Category, "region": c.Region, "via": c.Via, "lang": c.Lang, "contact": c.Contact, "flagged": c.Danger, "wish": c.Wish,
			"identity": f.Identity, "docs": docs, "mailbox": mailbox, "first_keys": first,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(judgedDir, fmt.Sprintf("%04d.json", judged.Add(1))), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// opens opens a case from both sides.
func opens(t *testing.T, w *apptest.World, s *terminal.Session, number string) (*terminal.Opened, error) {
	t.Helper()
	f, err := w.Casework.Open(t.Context(), s.Who, number)
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.Open(t.Context(), number)
	alike(t, w, f, o, err)
	return o, err
}
