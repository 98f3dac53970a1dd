package ledger_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/ledger"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// memory is a log in memory: what a table of nodes holds.
type memory struct {
	nodes  []tlog.Hash
	leaves [][]byte
}

func (m *memory) ReadHashes(ids []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		if id >= int64(len(m.nodes)) {
			return nil, fmt.Errorf("no node %d", id)
		}
		out[i] = m.nodes[id]
	}
	return out, nil
}

func (m *memory) grow(t testing.TB, n int, word string) {
	t.Helper()
	for range n {
		leaf := fmt.Appendf(nil, "%s %d", word, len(m.leaves))
		hashes, err := tlog.StoredHashes(int64(len(m.leaves)), leaf, m)
		if err != nil {
			t.Fatal(err)
		}
		m.nodes, m.leaves = append(m.nodes, hashes...), append(m.leaves, leaf)
	}
}

func (m *memory) point(t testing.TB, size int64) ledger.Point {
	t.Helper()
	root, err := tlog.TreeHash(size, m)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Point{Log: ledger.Cases, Size: size, Root: root}
}

func TestAdvance(t *testing.T) {
	t.Parallel()
	var m memory
	m.grow(t, 40, "leaf")
	for had := range int64(41) {
		for have := had; have <= 40; have++ {
			got, err := ledger.Advance(m.point(t, had), have, &m)
			if err != nil {
				t.Fatalf("from %d to %d: %v", had, have, err)
			}
			if diff := cmp.Diff(m.point(t, have), got); diff != "" {
				t.Fatalf("from %d to %d (-want +got):\n%s", had, have, diff)
			}
		}
	}
}

func TestAdvanceRefusesARollback(t *testing.T) {
	t.Parallel()
	var m memory
	m.grow(t, 20, "leaf")
	for have := range int64(20) {
		_, err := ledger.Advance(m.point(t, 20), have, &m)
		smaller, ok := errors.AsType[*ledger.SmallerError](err)
		if !ok || smaller.Have != have || smaller.Had != 20 || !errs.Is(err, errs.Conflict) {
			t.Errorf("20 leaves became %d: %v", have, err)
		}
	}
}

// TestAdvanceRefusesAnotherHistory grows a log again from an older state, as a restored backup would.
func TestAdvanceRefusesAnotherHistory(t *testing.T) {
	t.Parallel()
	for cut := range 20 {
		var first, second memory
		first.grow(t, cut, "leaf")
		second.grow(t, cut, "leaf")
		first.grow(t, 20-cut, "before the restore")
		second.grow(t, 30-cut, "after the restore")
		for have := int64(20); have <= 30; have++ {
			_, err := ledger.Advance(first.point(t, 20), have, &second)
			if _, ok := errors.AsType[*ledger.InconsistentError](err); !ok || !errs.Is(err, errs.Conflict) {
				t.Errorf("cut at %d, size %d: %v", cut, have, err)
			}
		}
	}
}

func TestCadence(t *testing.T) {
	t.Parallel()
	hourly := ledger.Cadence(time.Hour)
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if got, want := hourly.Next(at("2026-11-22T12:00:00Z")), at("2026-11-22T13:00:00Z"); !got.Equal(want) {
		t.Errorf("after the full hour: %v, want %v", got, want)
	}
	for _, c := range []struct {
		last, now string
		due       bool
	}{
		{"2026-11-22T12:00:00Z", "2026-11-22T12:59:59.999Z", false},
		{"2026-11-22T12:00:00Z", "2026-11-22T13:00:00Z", true},
		{"2026-11-22T12:59:59Z", "2026-11-22T13:00:01Z", true},
		{"2026-11-22T12:00:00Z", "2026-11-25T12:00:00Z", true},
		{"2026-11-22T13:00:00Z", "2026-11-22T12:10:00Z", false},
	} {
		if got := hourly.Due(at(c.last), at(c.now)); got != c.due {
			t.Errorf("from %s to %s: due %v", c.last, c.now, got)
		}
	}
	if got, want := ledger.Cadence(10*time.Second).Next(at("2026-11-22T12:00:09.5Z")), at("2026-11-22T12:00:10Z"); !got.Equal(want) {
		t.Errorf("ten seconds: %v, want %v", got, want)
	}
}

// TestDummiesAddUp cuts a span anywhere: the parts hold what the whole holds, however often a node looks.
func TestDummiesAddUp(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		d, err := ledger.NewDummies([32]byte{byte(rapid.Int().Draw(t, "seed"))}, rapid.IntRange(1, 60).Draw(t, "mean"))
		if err != nil {
			t.Fatal(err)
		}
		whole := time.Duration(rapid.Int64Range(0, int64(6*time.Hour)).Draw(t, "whole"))
		cut := time.Duration(rapid.Int64Range(0, int64(whole)).Draw(t, "cut"))
		a, b := d.Due(start, start.Add(cut)), d.Due(start.Add(cut), start.Add(whole))
		if sum := d.Due(start, start.Add(whole)); a+b != sum {
			t.Fatalf("%d and %d, but %d in one", a, b, sum)
		}
		if next := d.Next(start); d.Due(start, next) < 1 || d.Due(start, next.Add(-1)) != 0 {
			t.Fatalf("Next is %v and does not agree with Due", next)
		}
	})
}

func TestDummiesOfASpan(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)
	if _, err := ledger.NewDummies([32]byte{}, 0); err == nil {
		t.Error("a mean of 0 was accepted")
	}
	a, errA := ledger.NewDummies([32]byte{1}, 16)
	b, errB := ledger.NewDummies([32]byte{2}, 16)
	if err := errors.Join(errA, errB); err != nil {
		t.Fatal(err)
	}
	if a.Due(start, start.Add(-time.Hour)) != 0 {
		t.Error("dummies in a span that ends before it begins")
	}
	var same, total int
	seen := map[int]bool{}
	for i := range 1000 {
		from := start.Add(time.Duration(i) * time.Hour)
		n := a.Due(from.Add(-1), from.Add(time.Hour-1))
		if n < 0 || n > 32 {
			t.Fatalf("%d dummies in an hour with mean 16", n)
		}
		seen[n] = true
		total += n
		if n == b.Due(from.Add(-1), from.Add(time.Hour-1)) {
			same++
		}
	}
	if total < 15_000 || total > 17_000 || len(seen) != 33 {
		t.Errorf("%d dummies in 1,000 hours, %d different counts; want about 16,000 and 33", total, len(seen))
	}
	if same > 100 {
		t.Errorf("two seeds agree in %d of 1,000 hours", same)
	}
}

func noteOf(p ledger.Point) []byte {
	return fmt.Appendf(nil, "clarion.example/%s\n%d\n%s\n\n— clarion.example/%s+key AAAA\n",
		p.Log, p.Size, base64.StdEncoding.EncodeToString(p.Root[:]), p.Log)
}

func TestKeeper(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "checkpoints")
	k, err := ledger.OpenKeeper(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := k.Load(ledger.Cases); !errs.Is(err, errs.NotFound) {
		t.Errorf("nothing kept: %v, want NotFound", err)
	}
	var m memory
	m.grow(t, 10, "leaf")
	for _, size := range []int64{0, 3, 3, 10} {
		p := m.point(t, size)
		if err := k.Save(ledger.Cases, noteOf(p)); err != nil {
			t.Fatal(err)
		}
		note, got, err := k.Load(ledger.Cases)
		if err != nil || got != p || string(note) != string(noteOf(p)) {
			t.Fatalf("size %d came back as %+v, %v", size, got, err)
		}
	}
	if err := k.Save(ledger.Cases, noteOf(m.point(t, 9))); !errs.Is(err, errs.Conflict) {
		t.Errorf("a smaller checkpoint: %v, want Conflict", err)
	}
	other := m.point(t, 10)
	other.Root[0] ^= 1
	if err := k.Save(ledger.Cases, noteOf(other)); !errs.Is(err, errs.Conflict) {
		t.Errorf("the same size with another root: %v, want Conflict", err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Errorf("files %v, %v; want one", files, err)
	}
	if st, err := os.Stat(filepath.Join(dir, "cases.checkpoint")); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
}

func TestKeeperReadsStrictly(t *testing.T) {
	t.Parallel()
	var m memory
	m.grow(t, 10, "leaf")
	good := string(noteOf(m.point(t, 10)))
	for name, bad := range map[string]string{
		"empty":        "",
		"no signature": strings.Split(good, "\n\n")[0] + "\n\n",
		"other log":    strings.Replace(good, "/cases\n", "/public\n", 1),
		"no instance":  strings.Replace(good, "clarion.example/cases\n", "/cases\n", 1),
		"plus":         strings.Replace(good, "\n10\n", "\n+10\n", 1),
		"zero":         strings.Replace(good, "\n10\n", "\n010\n", 1),
		"negative":     strings.Replace(good, "\n10\n", "\n-10\n", 1),
		"huge":         strings.Replace(good, "\n10\n", "\n99999999999999999999\n", 1),
		"short root":   strings.Replace(good, "=\n\n", "\n\n", 1),
		"cut":          good[:len(good)-1],
		"long":         good + strings.Repeat("x", 20_000) + "\n",
	} {
		dir := t.TempDir()
		k, err := ledger.OpenKeeper(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "cases.checkpoint"), []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := k.Load(ledger.Cases); err == nil || errs.Is(err, errs.NotFound) {
			t.Errorf("%s: loaded with %v", name, err)
		}
		if err := k.Save(ledger.Cases, []byte(good)); err == nil {
			t.Errorf("%s: a damaged file was replaced without a word", name)
		}
	}
}

func FuzzKeeper(f *testing.F) {
	f.Add([]byte("clarion.example/cases\n10\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— x AAAA\n"))
	f.Add([]byte("\n\n\n\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		k, err := ledger.OpenKeeper(dir)
		if err != nil {
			t.Fatal(err)
		}
		if k.Save(ledger.Cases, b) != nil {
			return
		}
		if back, p, err := k.Load(ledger.Cases); err != nil || string(back) != string(b) || p.Size < 0 {
			t.Fatalf("saved %q, loaded %q, %+v, %v", b, back, p, err)
		}
	})
}

func TestParseLog(t *testing.T) {
	t.Parallel()
	for _, log := range ledger.Logs() {
		if got, err := ledger.ParseLog(string(log)); err != nil || got != log {
			t.Errorf("%s: %v, %v", log, got, err)
		}
	}
	if _, err := ledger.ParseLog("Cases"); !errs.Is(err, errs.NotFound) {
		t.Errorf("another name: %v", err)
	}
}
