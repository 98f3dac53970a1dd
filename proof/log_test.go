package proof

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const instance = "example-instance-1"

// memoryLog is a log in memory, built with the same functions as the real one.
type memoryLog struct {
	key    *LogKey
	size   int64
	hashes []tlog.Hash
	roots  []tlog.Hash // by size
}

func (m *memoryLog) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, n := range at {
		out[i] = m.hashes[n]
	}
	return out, nil
}

func newLog(t testing.TB, name string, seed byte) *memoryLog {
	t.Helper()
	key, err := LogKeyFromSeed(name, [32]byte{seed})
	if err != nil {
		t.Fatal(err)
	}
	m := &memoryLog{key: key}
	m.roots = append(m.roots, m.root(t))
	return m
}

func (m *memoryLog) root(t testing.TB) tlog.Hash {
	t.Helper()
	h, err := tlog.TreeHash(m.size, m)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (m *memoryLog) add(t testing.TB, leaf []byte) int64 {
	t.Helper()
	hashes, err := tlog.StoredHashes(m.size, leaf, m)
	if err != nil {
		t.Fatal(err)
	}
	m.hashes = append(m.hashes, hashes...)
	m.size++
	m.roots = append(m.roots, m.root(t))
	return m.size - 1
}

func (m *memoryLog) checkpoint(t testing.TB, size int64) []byte {
	t.Helper()
	b, err := SignCheckpoint(m.key.Signer(), m.key.Name(), size, m.roots[size])
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (m *memoryLog) proof(t testing.TB, size, index int64, o *Opening) []byte {
	t.Helper()
	hashes, err := tlog.ProveRecord(size, index, m)
	if err != nil {
		t.Fatal(err)
	}
	b, err := BuildProof(Proof{Opening: o, Index: index, Hashes: hashes, Checkpoint: m.checkpoint(t, size)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (m *memoryLog) verifier(t testing.TB) note.Verifier { return verifierOf(t, m.key) }

func verifierOf(t testing.TB, k *LogKey) note.Verifier {
	t.Helper()
	v, err := ParseVerifier(k.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func receivedEvent() Event {
	return Event{Kind: EventReceived, Day: "2026-11-22", Report: strings.Repeat("ab", 32), Files: []string{strings.Repeat("cd", 32)}}
}

func opening(t testing.TB, e Event) Opening {
	t.Helper()
	o, err := NewOpening(e)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func leafOf(t testing.TB, o Opening, shown EventKind) []byte {
	t.Helper()
	leaf, _, err := o.Leaf(shown)
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

func TestAllProofsToSize70(t *testing.T) {
	t.Parallel()
	m := newLog(t, CaseOrigin(instance), 1)
	const n = 70
	var openings []Opening
	for range n {
		o := opening(t, receivedEvent())
		openings = append(openings, o)
		m.add(t, leafOf(t, o, EventReceived))
	}
	v := m.verifier(t)
	for size := int64(1); size <= n; size++ {
		for i := range size {
			p, err := ParseProof(m.proof(t, size, i, &openings[i]))
			if err != nil {
				t.Fatal(err)
			}
			e, c, err := p.Verify(CaseOrigin(instance), v)
			if err != nil || e.Kind != EventReceived || c.Size != size || c.Root != m.roots[size] {
				t.Fatalf("size %d index %d: %v", size, i, err)
			}
			other := *p
			for _, wrong := range []int64{0, i ^ 1, i - 1, i + 1, i / 2, size - 1 - i, size - 1} {
				if other.Index = wrong; wrong != i && wrong >= 0 && wrong < size {
					if _, _, err := other.Verify(CaseOrigin(instance), v); !errors.Is(err, ErrNotIncluded) {
						t.Fatalf("size %d index %d taken for %d: %v", size, i, wrong, err)
					}
				}
			}
		}
	}
}

func TestAllConsistencyToSize70(t *testing.T) {
	t.Parallel()
	m, fork := newLog(t, CaseOrigin(instance), 1), newLog(t, CaseOrigin(instance), 1)
	const n = 70
	for i := range n {
		m.add(t, fmt.Append(nil, "leaf ", i))
		fork.add(t, fmt.Append(nil, "leaf ", max(i, 1))) // differs at its first leaf only
	}
	read := map[*memoryLog][]Checkpoint{}
	for _, l := range []*memoryLog{m, fork} {
		for size := int64(0); size <= n; size++ {
			c, err := ParseCheckpoint(l.checkpoint(t, size), CaseOrigin(instance), l.verifier(t))
			if err != nil {
				t.Fatal(err)
			}
			read[l] = append(read[l], c)
		}
	}
	at := func(l *memoryLog, size int64) Checkpoint { return read[l][size] }
	for newer := int64(0); newer <= n; newer++ {
		for older := int64(0); older <= newer; older++ {
			var p tlog.TreeProof
			var err error
			if older > 0 {
				if p, err = tlog.ProveTree(newer, older, m); err != nil {
					t.Fatal(err)
				}
			}
			if err := CheckConsistency(at(m, older), at(m, newer), p); err != nil {
				t.Fatalf("%d to %d: %v", older, newer, err)
			}
			if older < newer {
				if err := CheckConsistency(at(m, newer), at(m, older), p); !errors.Is(err, ErrInconsistent) {
					t.Fatalf("rolled back from %d to %d: %v", newer, older, err)
				}
			}
			if older > 0 {
				if err := CheckConsistency(at(fork, older), at(m, newer), p); !errors.Is(err, ErrInconsistent) {
					t.Fatalf("split view %d, %d: %v", older, newer, err)
				}
			}
		}
	}
	other := at(m, 5)
	other.Origin = PublicOrigin(instance)
	if err := CheckConsistency(other, at(m, 5), nil); !errors.Is(err, ErrOrigin) {
		t.Error(err)
	}
}

func TestProofRefusesOtherLeafOriginAndKey(t *testing.T) {
	t.Parallel()
	m := newLog(t, CaseOrigin(instance), 1)
	o := opening(t, receivedEvent())
	m.add(t, []byte("first"))
	index := m.add(t, leafOf(t, o, EventReceived))
	m.add(t, []byte("last"))
	p, err := ParseProof(m.proof(t, 3, index, &o))
	if err != nil {
		t.Fatal(err)
	}
	origin, v := CaseOrigin(instance), m.verifier(t)
	if _, _, err := p.Verify(origin, v); err != nil {
		t.Fatal(err)
	}
	again := opening(t, receivedEvent()) // same event, other random bytes
	for name, tc := range map[string]struct {
		change func(*Proof)
		origin string
		key    *LogKey
		want   error
	}{
		"other opening": {func(p *Proof) { p.Opening = &again }, origin, m.key, ErrNotIncluded},
		"no opening":    {func(p *Proof) { p.Opening = nil }, origin, m.key, ErrOpening},
		"index":         {func(p *Proof) { p.Index = 2 }, origin, m.key, ErrNotIncluded},
		"index beyond":  {func(p *Proof) { p.Index = 3 }, origin, m.key, ErrNotIncluded},
		"no hashes":     {func(p *Proof) { p.Hashes = nil }, origin, m.key, ErrNotIncluded},
		"other origin":  {nil, CaseOrigin("other"), m.key, ErrOrigin},
		"public log":    {nil, PublicOrigin(instance), m.key, ErrOrigin},
		"other key":     {nil, origin, newLog(t, origin, 2).key, ErrSignature},
	} {
		bad := *p
		if tc.change != nil {
			tc.change(&bad)
		}
		if _, _, err := bad.Verify(tc.origin, verifierOf(t, tc.key)); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	if _, err := p.VerifyLeaf(leafOf(t, o, EventReceived), origin, v); !errors.Is(err, ErrFormat) {
		t.Errorf("a proof with an opening used for a bare leaf: %v", err)
	}
}

func TestDummies(t *testing.T) {
	t.Parallel()
	o := opening(t, Event{Kind: EventDummy, Day: "2026-11-22"})
	real := leafOf(t, opening(t, Event{Kind: EventReply, Day: "2026-11-22"}), EventReply)
	dummy := leafOf(t, o, EventReply)
	if len(real) != len(dummy) || !bytes.Equal(real[:27], dummy[:27]) {
		t.Errorf("a dummy looks different:\n%s%s", real, dummy)
	}
	if _, _, err := o.Leaf(EventDummy); !errors.Is(err, ErrOpening) {
		t.Errorf("a leaf that says dummy: %v", err)
	}
	if _, _, err := opening(t, receivedEvent()).Leaf(EventReply); !errors.Is(err, ErrOpening) {
		t.Errorf("a real event under another kind: %v", err)
	}
	m := newLog(t, CaseOrigin(instance), 1)
	p, err := ParseProof(m.proof(t, m.add(t, leafOf(t, o, EventReceived))+1, 0, &o))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.Verify(CaseOrigin(instance), m.verifier(t)); !errors.Is(err, ErrOpening) {
		t.Errorf("a dummy was taken for an event: %v", err)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	o := opening(t, receivedEvent())
	want := `{"v":1,"kind":"received","day":"2026-11-22","case":"","report":"` + strings.Repeat("ab", 32) + `","files":["` +
		strings.Repeat("cd", 32) + `"],"doc":"","code":""}`
	if string(o.Event) != want {
		t.Errorf("event %s, want %s", o.Event, want)
	}
	for _, k := range EventKinds() {
		e := Event{Kind: k, Day: "2026-11-22"}
		switch k {
		case EventReceived:
			e.Report = strings.Repeat("0", 64)
		case EventOpened:
			e.Case = strings.Repeat("a", 26)
		case EventDummy:
		default:
			e.Doc, e.Code = strings.Repeat("f", 64), "D6"
		}
		if _, err := ParseEvent(opening(t, e).Event); err != nil {
			t.Errorf("%s: %v", k, err)
		}
	}
	h := strings.Repeat("0", 64)
	for name, e := range map[string]Event{
		"kind": {Kind: "gossip", Day: "2026-11-22"}, "day": {Kind: EventReply, Day: "2026-11-31"},
		"no report": {Kind: EventReceived, Day: "2026-11-22"}, "report elsewhere": {Kind: EventReply, Day: "2026-11-22", Report: h},
		"files elsewhere": {Kind: EventReply, Day: "2026-11-22", Files: []string{h}},
		"file":            {Kind: EventReceived, Day: "2026-11-22", Report: h, Files: []string{"x"}},
		"case elsewhere":  {Kind: EventReply, Day: "2026-11-22", Case: strings.Repeat("a", 26)},
		"opened no case":  {Kind: EventOpened, Day: "2026-11-22"}, "doc": {Kind: EventReply, Day: "2026-11-22", Doc: "1"},
		"code": {Kind: EventReply, Day: "2026-11-22", Code: "a b"}, "dummy code": {Kind: EventDummy, Day: "2026-11-22", Code: "a"},
		"too many files": {Kind: EventReceived, Day: "2026-11-22", Report: h, Files: strings.Fields(strings.Repeat(h+" ", 101))},
	} {
		if _, err := NewOpening(e); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, s := range map[string]string{
		"space": strings.Replace(want, ",", ", ", 1), "escape": strings.Replace(want, "received", "receive\\u0064", 1),
		"order":   strings.Replace(want, `"v":1,"kind":"received"`, `"kind":"received","v":1`, 1),
		"double":  strings.Replace(want, `"v":1`, `"v":1,"v":1`, 1),
		"null":    strings.Replace(want, `["`+strings.Repeat("cd", 32)+`"]`, `null`, 1),
		"case":    strings.Replace(want, `"kind"`, `"Kind"`, 1),
		"missing": strings.Replace(want, `,"code":""`, ``, 1), "more": strings.Replace(want, `}`, `,"x":1}`, 1),
		"after": want + "\n", "empty": "",
	} {
		if _, err := ParseEvent([]byte(s)); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNewLeaf(t *testing.T) {
	t.Parallel()
	for _, kind := range EventKinds() {
		e := Event{Kind: kind, Day: "2026-11-22"}
		switch kind {
		case EventReceived:
			e = receivedEvent()
		case EventOpened:
			e.Case = strings.Repeat("a", 26)
		}
		o, leaf, err := NewLeaf(e)
		if kind == EventDummy {
			if !errors.Is(err, ErrOpening) {
				t.Errorf("a leaf that says it is a dummy: %v", err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if want, read, err := o.Leaf(kind); err != nil || string(want) != string(leaf) || read.Kind != kind {
			t.Errorf("%s: leaf %q, its opening says %q, %v", kind, leaf, want, err)
		}
	}
	if _, _, err := NewLeaf(Event{Kind: EventReply}); !errors.Is(err, ErrFormat) {
		t.Errorf("an event without a day: %v", err)
	}
}

func TestPublicLeaf(t *testing.T) {
	t.Parallel()
	leaf, err := PublicLeaf(PublicArticle, [32]byte{0xab})
	if err != nil || string(leaf) != "clarion/public-leaf/v1\narticle\nab"+strings.Repeat("00", 31)+"\n" {
		t.Errorf("%q %v", leaf, err)
	}
	if _, err := PublicLeaf("gossip", [32]byte{}); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
}

func TestCheckpointRefuses(t *testing.T) {
	t.Parallel()
	m := newLog(t, CaseOrigin(instance), 1)
	v, origin := m.verifier(t), CaseOrigin(instance)
	root := encode64(make([]byte, 32))
	for name, text := range map[string]string{
		"extension": origin + "\n1\n" + root + "\nextra\n", "zero before": origin + "\n01\n" + root + "\n",
		"plus": origin + "\n+1\n" + root + "\n", "negative": origin + "\n-1\n" + root + "\n",
		"huge": origin + "\n9007199254740992\n" + root + "\n", "short hash": origin + "\n1\nAAAA\n",
		"no size": origin + "\n" + root + "\n",
	} {
		b, err := signNote(m.key.Signer(), text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseCheckpoint(b, origin, v); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b, err := signNote(m.key.Signer(), PublicOrigin(instance)+"\n1\n"+root+"\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseCheckpoint(b, origin, v); !errors.Is(err, ErrOrigin) {
		t.Errorf("another log's text under this log's key: %v", err)
	}
	if _, err := SignCheckpoint(m.key.Signer(), PublicOrigin(instance), 1, tlog.Hash{}); !errors.Is(err, ErrOrigin) {
		t.Errorf("signing for another log: %v", err)
	}
	if _, err := SignCheckpoint(m.key.Signer(), origin, -1, tlog.Hash{}); !errors.Is(err, ErrFormat) {
		t.Errorf("signing a negative size: %v", err)
	}
}
