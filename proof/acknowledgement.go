package proof

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const ackFirst = "clarion/acknowledgement/v1"

// Acknowledgement is the statement that a report was received: what a reporter can keep and show. It says
// nothing of content, case number, category, mailbox or position in the log.
type Acknowledgement struct {
	Authority  string // name, one line
	Instance   string
	Day        string // received on, YYYY-MM-DD
	Report     string // hex SHA-256 of the sealed report
	Leaf       tlog.Hash
	Opening    Opening
	IncludedBy string // the day by which the leaf stands in the log
}

// NewAcknowledgement fills the statement for the opening of a received event. An opening of another kind is
// [ErrOpening].
func NewAcknowledgement(authority, instance string, o Opening, includedBy string) (Acknowledgement, error) {
	leaf, e, err := o.Leaf(EventReceived)
	if err != nil {
		return Acknowledgement{}, err
	}
	a := Acknowledgement{Authority: authority, Instance: instance, Day: e.Day, Report: e.Report,
		Leaf: tlog.RecordHash(leaf), Opening: o, IncludedBy: includedBy}
	if err := a.checkWords(); err != nil {
		return Acknowledgement{}, err
	}
	return a, nil
}

// Event returns what the acknowledgement commits the authority to.
func (a *Acknowledgement) Event() (Event, error) { return ParseEvent(a.Opening.Event) }

// checkWords looks at what does not follow from the opening.
func (a *Acknowledgement) checkWords() error {
	if !oneLine(a.Authority) || !validInstance(a.Instance) || !validDay(a.IncludedBy) || a.IncludedBy < a.Day {
		return fmt.Errorf("%w: acknowledgement", ErrFormat)
	}
	return nil
}

func (a *Acknowledgement) check() error {
	if err := a.checkWords(); err != nil {
		return err
	}
	leaf, e, err := a.Opening.Leaf(EventReceived)
	if err != nil {
		return err
	}
	if e.Kind != EventReceived || e.Day != a.Day || e.Report != a.Report || tlog.RecordHash(leaf) != a.Leaf {
		return ErrOpening
	}
	return nil
}

func (a *Acknowledgement) text() string {
	return strings.Join([]string{ackFirst, a.Authority, a.Instance, a.Day, a.Report, encode64(a.Leaf[:]),
		encode64(a.Opening.Random[:]), string(a.Opening.Event), a.IncludedBy, ""}, "\n")
}

// SignAcknowledgement signs a with the installation's acknowledgement key, whose name must be [AckKeyName].
func SignAcknowledgement(s note.Signer, a Acknowledgement) ([]byte, error) {
	if err := a.check(); err != nil {
		return nil, err
	}
	if s.Name() != AckKeyName(a.Instance) {
		return nil, ErrOrigin
	}
	return signNote(s, a.text())
}

// ParseAcknowledgement reads a signed acknowledgement. v is the key that the installation's key set names; it
// must bear the instance's name. The leaf must follow from opening and event.
func ParseAcknowledgement(b []byte, v note.Verifier) (*Acknowledgement, error) {
	text, err := openStrict(b, v)
	if err != nil {
		return nil, fmt.Errorf("reading an acknowledgement: %w", err)
	}
	lines := strings.Split(text, "\n")
	if len(lines) != 10 || lines[0] != ackFirst {
		return nil, fmt.Errorf("%w: lines of an acknowledgement", ErrFormat)
	}
	leaf, ok1 := decode64(lines[5])
	random, ok2 := decode64(lines[6])
	if !ok1 || !ok2 || len(leaf) != tlog.HashSize || len(random) != 32 {
		return nil, fmt.Errorf("%w: leaf or opening of an acknowledgement", ErrFormat)
	}
	a := &Acknowledgement{Authority: lines[1], Instance: lines[2], Day: lines[3], Report: lines[4], Leaf: tlog.Hash(leaf),
		Opening: Opening{Random: [32]byte(random), Event: []byte(lines[7])}, IncludedBy: lines[8]}
	if err := a.check(); err != nil {
		return nil, err
	}
	if v.Name() != AckKeyName(a.Instance) {
		return nil, ErrOrigin
	}
	if a.text() != text {
		return nil, fmt.Errorf("%w: the acknowledgement is spelled differently", ErrFormat)
	}
	return a, nil
}

// VerifyAckWithProof checks that what a promised was done: p shows the very leaf of a in the installation's case
// log, whose key is v. An acknowledgement and a proof of two different reports are [ErrOpening].
func VerifyAckWithProof(a *Acknowledgement, p *Proof, v note.Verifier, witnesses ...note.Verifier) (Checkpoint, error) {
	if p.Opening == nil || p.Opening.Random != a.Opening.Random || !bytes.Equal(p.Opening.Event, a.Opening.Event) {
		return Checkpoint{}, ErrOpening
	}
	_, c, err := p.Verify(CaseOrigin(a.Instance), v, witnesses...)
	return c, err
}
