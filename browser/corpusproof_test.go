package browser

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"clarion.example/clarion/proof"
)

// noteCase is a kept file: an acknowledgement ("ack"), a checkpoint, a proof of the case log ("case") or of the public
// log ("public", for Leaf), or an acknowledgement and its proof ("kept").
type noteCase struct {
	item
	Kind      string   `json:"kind"`
	Origin    string   `json:"origin,omitempty"`
	Verifier  string   `json:"verifier"`
	Witnesses []string `json:"witnesses,omitempty"`
	Leaf      string   `json:"leaf,omitempty"`
	Ack       string   `json:"ack,omitempty"`          // kept: the acknowledgement,
	AckKey    string   `json:"ack_verifier,omitempty"` // and its key
	Bytes     blob     `json:"bytes"`
}

func (c *noteCase) verdict() string { return kindOf(c.judge(c.Bytes)) }

func (c *noteCase) judge(b []byte) error {
	v, err := proof.ParseVerifier(c.Verifier)
	if err != nil {
		return err
	}
	var witnesses []note.Verifier
	for _, w := range c.Witnesses {
		witnesses = append(witnesses, must(proof.ParseVerifier(w)))
	}
	if c.Kind == "ack" {
		_, err := proof.ParseAcknowledgement(b, v)
		return err
	}
	if c.Kind == "checkpoint" {
		_, err := proof.ParseCheckpoint(b, c.Origin, v, witnesses...)
		return err
	}
	p, err := proof.ParseProof(b)
	if err != nil {
		return err
	}
	switch c.Kind {
	case "case":
		_, _, err = p.Verify(c.Origin, v, witnesses...)
	case "public":
		_, err = p.VerifyLeaf([]byte(c.Leaf), c.Origin, v, witnesses...)
	case "kept":
		a, errAck := proof.ParseAcknowledgement([]byte(c.Ack), must(proof.ParseVerifier(c.AckKey)))
		if errAck != nil {
			return errAck
		}
		_, err = proof.VerifyAckWithProof(a, p, v, witnesses...)
	}
	return err
}

// changeCase is a kept file in which no byte may change. Its verdict names the first that may.
type changeCase struct {
	item
	Kind     string `json:"kind"`
	Origin   string `json:"origin,omitempty"`
	Verifier string `json:"verifier"`
	Leaf     string `json:"leaf,omitempty"`
	Bytes    blob   `json:"bytes"`
	Xor      []byte `json:"xor"` // what each byte is changed with in turn
}

func (c *changeCase) verdict() string {
	judge := noteCase{Kind: c.Kind, Origin: c.Origin, Verifier: c.Verifier, Leaf: c.Leaf}
	if err := judge.judge(c.Bytes); err != nil {
		return kindOf(err)
	}
	b := bytes.Clone(c.Bytes)
	for i := range b {
		for _, x := range c.Xor {
			b[i] ^= x
			if judge.judge(b) == nil {
				return fmt.Sprintf("byte %d xor %d", i, x)
			}
			b[i] ^= x
		}
		if judge.judge(slices.Concat(b[:i], b[i+1:])) == nil {
			return fmt.Sprintf("without byte %d", i)
		}
	}
	return ""
}

// consistentCase is a proof that a log only grew.
type consistentCase struct {
	item
	OldSize   int64    `json:"old_size"`
	OldRoot   []byte   `json:"old_root"`
	OldOrigin string   `json:"old_origin"`
	Size      int64    `json:"size"`
	Root      []byte   `json:"root"`
	Proof     [][]byte `json:"proof"`
}

func (c *consistentCase) verdict() string {
	var p tlog.TreeProof
	for _, h := range c.Proof {
		p = append(p, tlog.Hash(h))
	}
	older := proof.Checkpoint{Origin: c.OldOrigin, Size: c.OldSize, Root: tlog.Hash(c.OldRoot)}
	return kindOf(proof.CheckConsistency(older, proof.Checkpoint{Origin: "x/cases", Size: c.Size, Root: tlog.Hash(c.Root)}, p))
}

// verifierCase is a verifier key line.
type verifierCase struct {
	item
	Line string `json:"line"`
}

func (c *verifierCase) verdict() string {
	_, err := proof.ParseVerifier(c.Line)
	return kindOf(err)
}

// tree is a log in memory.
type tree struct {
	key    *proof.LogKey
	hashes []tlog.Hash
	size   int64
}

func newTree(name string, seed byte) *tree {
	return &tree{key: must(proof.LogKeyFromSeed(name, [32]byte{seed}))}
}

func (m *tree) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, n := range at {
		out[i] = m.hashes[n]
	}
	return out, nil
}

func (m *tree) add(leaf []byte) int64 {
	m.hashes = append(m.hashes, must(tlog.StoredHashes(m.size, leaf, m))...)
	m.size++
	return m.size - 1
}

func (m *tree) root(size int64) tlog.Hash { return must(tlog.TreeHash(size, m)) }

func (m *tree) checkpoint(size int64) []byte {
	return must(proof.SignCheckpoint(m.key.Signer(), m.key.Name(), size, m.root(size)))
}

func (m *tree) proof(size, index int64, o *proof.Opening) []byte {
	return must(proof.BuildProof(proof.Proof{Opening: o, Index: index, Hashes: must(tlog.ProveRecord(size, index, m)), Checkpoint: m.checkpoint(size)}))
}

func received() proof.Event {
	return proof.Event{Kind: proof.EventReceived, Day: "2026-11-22", Report: repeat("ab", 32), Files: []string{repeat("cd", 32)}}
}

func openingOf(e proof.Event, random byte) proof.Opening {
	o := must(proof.NewOpening(e))
	o.Random = [32]byte{random}
	return o
}

func leafOf(o proof.Opening, shown proof.EventKind) []byte {
	leaf, _, err := o.Leaf(shown)
	return must(leaf, err)
}

func caseTree(size int) *tree {
	m := newTree(proof.CaseOrigin(testInstance), 1)
	for i := range size {
		m.add(leafOf(openingOf(received(), byte(i)), proof.EventReceived))
	}
	return m
}

func ackKey() *proof.LogKey {
	return must(proof.LogKeyFromSeed(proof.AckKeyName(testInstance), [32]byte{3}))
}

func testAck(o proof.Opening) []byte {
	a := must(proof.NewAcknowledgement("国家安全 举报中心", testInstance, o, "2026-11-23"))
	return must(proof.SignAcknowledgement(ackKey().Signer(), a))
}

// signText signs any text as a note, as an authority that cheats could.
func signText(key *proof.LogKey, text string) []byte {
	return must(note.Sign(&note.Note{Text: text}, key.Signer()))
}

func changeCases(t *testing.T) []*changeCase {
	t.Helper()
	m := caseTree(6)
	o := openingOf(received(), 2)
	leaf := string(must(proof.PublicLeaf(proof.PublicRelease, hash256("x"))))
	pub := newTree(proof.PublicOrigin(testInstance), 2)
	for _, l := range []string{"a", "b", leaf} {
		pub.add([]byte(l))
	}
	xor := []byte{1, 0x20, 0x80}
	return []*changeCase{
		{named("acknowledgement"), "ack", "", ackKey().Verifier(), "", testAck(o), xor},
		{named("checkpoint"), "checkpoint", m.key.Name(), m.key.Verifier(), "", m.checkpoint(6), xor},
		{named("case proof"), "case", m.key.Name(), m.key.Verifier(), "", m.proof(6, 2, &o), xor},
		{named("public proof"), "public", pub.key.Name(), pub.key.Verifier(), leaf, pub.proof(3, 2, nil), xor},
		{named("a checkpoint of another log"), "checkpoint", m.key.Name(), m.key.Verifier(), "", pub.checkpoint(3), xor},
	}
}

func consistentCases(t *testing.T) []*consistentCase {
	t.Helper()
	var out []*consistentCase
	m := caseTree(70)
	add := func(name string, old, size int64, change func(*consistentCase)) {
		c := &consistentCase{item: named(name), OldOrigin: "x/cases", OldSize: old, Size: size}
		oldRoot, root := m.root(old), m.root(size)
		c.OldRoot, c.Root = oldRoot[:], root[:]
		if old > 0 && old <= size {
			for _, h := range must(tlog.ProveTree(size, old, m)) {
				c.Proof = append(c.Proof, bytes.Clone(h[:]))
			}
		}
		change(c)
		out = append(out, c)
	}
	for _, size := range []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 31, 33, 64, 70} {
		for old := range size + 1 {
			if size < 9 || old%7 == 0 || old == size {
				add(fmt.Sprintf("%d to %d", old, size), old, size, func(*consistentCase) {})
			}
		}
	}
	zero := make([]byte, 32)
	add("smaller", 8, 7, func(*consistentCase) {})
	add("other root, same size", 8, 8, func(c *consistentCase) { c.OldRoot = zero })
	add("other old root", 5, 8, func(c *consistentCase) { c.OldRoot = zero })
	add("other new root", 5, 8, func(c *consistentCase) { c.Root = zero })
	add("a hash less", 5, 8, func(c *consistentCase) { c.Proof = c.Proof[1:] })
	add("a hash more", 5, 8, func(c *consistentCase) { c.Proof = append(c.Proof, zero) })
	add("another hash", 5, 8, func(c *consistentCase) { c.Proof[0] = zero })
	add("proof for the same", 8, 8, func(c *consistentCase) { c.Proof = [][]byte{zero} })
	add("empty with a proof", 0, 8, func(c *consistentCase) { c.Proof = [][]byte{zero} })
	add("empty, other root", 0, 8, func(c *consistentCase) { c.OldRoot = zero })
	add("both empty", 0, 0, func(*consistentCase) {})
	add("both empty, other root", 0, 0, func(c *consistentCase) { c.Root = zero })
	add("other log", 5, 8, func(c *consistentCase) { c.OldOrigin = "y/cases" })
	add("old size not the proof's", 5, 8, func(c *consistentCase) { c.OldSize = 4 })
	return out
}

func verifierCases(t *testing.T) []*verifierCase {
	t.Helper()
	good := ackKey().Verifier()
	var out []*verifierCase
	add := func(name, line string) { out = append(out, &verifierCase{named(name), line}) }
	add("good", good)
	parts := strings.SplitN(good, "+", 3)
	for name, line := range map[string]string{
		"upper-case id": parts[0] + "+" + strings.ToUpper(parts[1]) + "+" + parts[2], "other id": parts[0] + "+00000000+" + parts[2], "other name": "x" + good,
		"space": good + " ", "line feed": good + "\n", "no padding": strings.TrimRight(good, "="), "two parts": parts[0] + "+" + parts[1], "empty": "", "short id": parts[0] + "+1+" + parts[2],
	} {
		add(name, line)
	}
	for name, key := range oddKeys() {
		if line, err := note.NewEd25519VerifierKey("odd", key); err == nil {
			add(name, line)
		}
	}
	for _, name := range []string{"a", repeat("n", 100), repeat("n", 101), "a\u00a0b", "é", "a~!*,-"} {
		if line, err := note.NewEd25519VerifierKey(name, publicKey(1)); err == nil {
			add("name "+name, line)
		}
	}
	cosigner := slices.Concat([]byte{4}, publicKey(1))
	add("another type", fmt.Sprintf("a+%08x+%s", noteID("a", cosigner), b64(cosigner)))
	return out
}

func noteID(name string, key []byte) []byte {
	sum := hash256(name + "\n" + string(key))
	return sum[:4]
}

func b64(b []byte) string {
	return strings.Trim(string(must(json.Marshal(b))), `"`)
}
