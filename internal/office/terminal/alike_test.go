package terminal_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"clarion.example/clarion/browser/build"
	"clarion.example/clarion/internal/app/apptest"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
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
	Report bool     `json:"report"`
}

func (j *judgement) doubt(all []terminal.Doubt) {
	for _, d := range all {
		j.Doubts = append(j.Doubts, fmt.Sprint(d.Chain, " ", d.Seq, " ", d.Key, " ", strings.TrimSpace(fmt.Sprint(orNothing(d.Args["Field"]), orNothing(d.Args["Author"])))))
	}
}

func (j *judgement) show(all []terminal.Item) {
	for _, it := range all {
		if it.Signed != nil {
			j.Shown = append(j.Shown, fmt.Sprint(it.Chain, " ", it.Seq, " ", it.Signed.Document.Kind, " ", it.Author))
		}
	}
}

// alike keeps a case of unit-1 for the browser. f is what the server hands out, o and err what the terminal made of it.
func alike(t *testing.T, w *apptest.World, f *casework.File, o *terminal.Opened, err error) {
	t.Helper()
	alikeFor(t, w, "unit-1", f, o, err)
}

// alikeFor is alike for the office whose key opens the case.
func alikeFor(t *testing.T, w *apptest.World, reader id.Unit, f *casework.File, o *terminal.Opened, err error) {
	t.Helper()
	var j judgement
	if e, ok := errs.Public(err); ok {
		j.Fails = strings.TrimSpace(fmt.Sprint(e.Key, " ", orNothing(e.Args["Unit"])))
	} else if err != nil {
		t.Fatal(err)
	}
	if o != nil {
		j.Report = o.Report != nil
		j.doubt(o.Doubts)
		for _, chain := range chainsOfACase() {
			j.show(o.Items[chain])
		}
	}
	type keys struct {
		Recipient string `json:"recipient"`
		Sign      string `json:"sign"`
	}
	keysOf := func(m store.Mailbox) keys { return keys{m.Recipient, seal.EncodeKey(m.Sign[:])} }
	var docs []casework.SealedDoc
	for _, chain := range chainsOfACase() {
		docs = append(docs, f.Chains[chain]...)
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
	c := f.Case
	keep(t, w, reader, c.Unit, f.Offices, j, false, map[string]any{
		"case": c.ID, "unit": c.Unit, "category": c.Category, "region": c.Region, "via": c.Via, "lang": c.Lang, "contact": c.Contact, "flagged": c.Danger, "wish": c.Wish,
		"identity": f.Identity, "docs": listed(docs), "mailbox": mailbox, "first_keys": first,
	})
}

// alikeGiven keeps a case of another office as this one was given it.
func alikeGiven(t *testing.T, w *apptest.World, reader id.Unit, c *terminal.SharedCase) {
	t.Helper()
	j := judgement{Report: c.Report != nil}
	j.doubt(c.Doubts)
	for _, chain := range chainsOfACase() { // the browser shows them by chain
		j.show(slices.DeleteFunc(slices.Clone(c.Items), func(it terminal.Item) bool { return it.Chain != chain }))
	}
	keep(t, w, reader, c.Case.Unit, c.Offices, j, true, map[string]any{"case": c.Case.ID, "unit": c.Case.Unit, "docs": listed(c.Docs)})
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

// listed are documents as the server hands them to the browser.
func listed(all []casework.SealedDoc) []map[string]any {
	out := []map[string]any{}
	for _, d := range all {
		out = append(out, map[string]any{"chain": d.Chain, "seq": d.Seq, "doc": d.ID, "kind": d.Kind, "unit": d.Unit, "day": d.Day, "hash": fmt.Sprintf("%x", d.Hash), "sealed": d.Body, "waiting": false, "given": d.Given, "withheld": d.Withheld})
	}
	return out
}

// keep writes down what the browser gets: reader is the office that opens the case of lead, in which others wrote.
func keep(t *testing.T, w *apptest.World, reader, lead id.Unit, others []id.Unit, j judgement, given bool, c map[string]any) {
	t.Helper()
	var set store.KeySet
	var root string
	rosters := map[id.Unit][][]byte{}
	err := w.Store.Read(t.Context(), func(tx *store.Tx) (err error) {
		if set, err = tx.LatestKeySet(); err != nil {
			return err
		}
		for _, u := range append([]id.Unit{lead}, others...) {
			rows, err := tx.Rosters(u)
			if err != nil {
				return err
			}
			rosters[u] = [][]byte{}
			for _, r := range rows {
				rosters[u] = append(rosters[u], r.Body)
			}
		}
		root, err = tx.Meta("root")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var unit strings.Builder
	if _, err := w.Key(t, string(reader)).WriteTo(&unit); err != nil {
		t.Fatal(err)
	}
	own := rosters[lead]
	delete(rosters, lead)
	b, err := json.Marshal(map[string]any{
		"name": t.Name(), "root": root, "list": set.Body, "rosters": own, "others": rosters, "key": unit.String(), "want": j, "given": given, "case": c,
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
