package proof

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	proofFirst = "c2sp.org/tlog-proof@v1"
	maxHashes  = 63
	maxProof   = 128 << 10
)

// Proof is a c2sp.org/tlog-proof@v1 file: it shows that a leaf stands in a log. A proof of the case log carries
// the opening in its extra line and needs nothing else; one of the public log has no extra line.
type Proof struct {
	Opening    *Opening // nil for the public log
	Index      int64    // of the leaf, from 0
	Hashes     tlog.RecordProof
	Checkpoint []byte // the signed checkpoint; [Proof.Verify] and [Proof.VerifyLeaf] read it
}

// BuildProof writes a proof file. The checkpoint is taken as it is; it must end in a line feed.
func BuildProof(p Proof) ([]byte, error) {
	if p.Index < 0 || p.Index >= maxSafeInteger || len(p.Hashes) > maxHashes || !bytes.HasSuffix(p.Checkpoint, []byte("\n")) {
		return nil, fmt.Errorf("%w: proof", ErrFormat)
	}
	var b strings.Builder
	b.WriteString(proofFirst + "\n")
	if p.Opening != nil {
		b.WriteString("extra " + p.Opening.encode() + "\n")
	}
	b.WriteString("index " + strconv.FormatInt(p.Index, 10) + "\n")
	for _, h := range p.Hashes {
		b.WriteString(encode64(h[:]) + "\n")
	}
	b.WriteString("\n")
	b.Write(p.Checkpoint)
	return []byte(b.String()), nil
}

// ParseProof reads a proof file in its only spelling. It checks form alone: nothing in the result is true before
// [Proof.Verify] or [Proof.VerifyLeaf] says so.
func ParseProof(b []byte) (*Proof, error) {
	bad := func(what string) error { return fmt.Errorf("%w: proof: %s", ErrFormat, what) }
	if len(b) > maxProof {
		return nil, bad("size")
	}
	head, checkpoint, ok := bytes.Cut(b, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !ok || lines[0] != proofFirst {
		return nil, bad("first line or end of the hashes")
	}
	p, lines := &Proof{Checkpoint: bytes.Clone(checkpoint)}, lines[1:]
	if len(lines) > 0 {
		if extra, ok := strings.CutPrefix(lines[0], "extra "); ok {
			o, err := decodeOpening(extra)
			if err != nil {
				return nil, err
			}
			p.Opening, lines = &o, lines[1:]
		}
	}
	if len(lines) == 0 || len(lines) > maxHashes+1 {
		return nil, bad("number of lines")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[0], "index "), 10, 64)
	if err != nil {
		return nil, bad("index")
	}
	p.Index = index
	for _, line := range lines[1:] {
		h, ok := decode64(line)
		if !ok || len(h) != tlog.HashSize {
			return nil, bad("hash")
		}
		p.Hashes = append(p.Hashes, tlog.Hash(h))
	}
	if again, err := BuildProof(*p); err != nil || !bytes.Equal(again, b) {
		return nil, bad("spelled differently")
	}
	return p, nil
}

// Verify checks a proof of the case log origin, whose key is v, and returns the event that it proves and the
// state of the log in which it stands. Dummies prove nothing and are [ErrOpening].
func (p *Proof) Verify(origin string, v note.Verifier, witnesses ...note.Verifier) (Event, Checkpoint, error) {
	if p.Opening == nil {
		return Event{}, Checkpoint{}, fmt.Errorf("%w: the opening is missing", ErrOpening)
	}
	e, err := ParseEvent(p.Opening.Event)
	if err != nil {
		return Event{}, Checkpoint{}, err
	}
	leaf, _, err := p.Opening.Leaf(e.Kind)
	if err != nil {
		return Event{}, Checkpoint{}, err
	}
	c, err := p.included(leaf, origin, v, witnesses)
	if err != nil {
		return Event{}, Checkpoint{}, err
	}
	return e, c, nil
}

// VerifyLeaf checks that leaf stands in the log origin, whose key is v. The proof must have no opening.
func (p *Proof) VerifyLeaf(leaf []byte, origin string, v note.Verifier, witnesses ...note.Verifier) (Checkpoint, error) {
	if p.Opening != nil {
		return Checkpoint{}, fmt.Errorf("%w: an opening where none belongs", ErrFormat)
	}
	return p.included(leaf, origin, v, witnesses)
}

func (p *Proof) included(leaf []byte, origin string, v note.Verifier, witnesses []note.Verifier) (Checkpoint, error) {
	c, err := ParseCheckpoint(p.Checkpoint, origin, v, witnesses...)
	if err != nil {
		return Checkpoint{}, err
	}
	if p.Index < 0 || p.Index >= c.Size {
		return Checkpoint{}, ErrNotIncluded
	}
	if err := tlog.CheckRecord(p.Hashes, c.Size, c.Root, p.Index, tlog.RecordHash(leaf)); err != nil {
		return Checkpoint{}, ErrNotIncluded
	}
	return c, nil
}
