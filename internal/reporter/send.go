package reporter

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/work"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

func unmarshalValues(b []byte, out *[]string) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*out = []string{one}
		return nil
	}
	return json.Unmarshal(b, out)
}

// Sealed is a report ready to be sent, with the code that opens its mailbox. It can be sent again: the same report is
// stored once. It is not safe for concurrent use.
type Sealed struct {
	Code   string
	hash   string // of the sealed document
	body   map[string]any
	t      *Trusted
	unsure bool // one of its sends may have arrived without a receipt
}

// Receipt is what proves that a report was received: the server's answer after it was checked.
type Receipt struct {
	Day             string
	Acknowledgement []byte
	Promises        []Promise
	IncludedBy      string // the day by which it stands in the ledger
}

// Promise is a step and the day by which it is promised.
type Promise struct {
	Step string `json:"step"`
	By   string `json:"by"`
}

// Seal makes the code and seals a report to the unit's key of the list, and to nobody else. day is the authority's
// today. words chooses a code of words instead of digits.
func (t *Trusted) Seal(r *seal.Report, day string, words bool, files []seal.File) (*Sealed, error) {
	code := seal.NewDigits()
	if words {
		code = seal.NewWords()
	}
	keys, err := seal.DeriveMailbox(t.Set.Instance, code)
	if err != nil {
		return nil, err
	}
	r.Mailbox, r.Files = keys.Public(), files
	c := id.NewCase()
	d := document{t: t, c: c.String(), unit: r.Unit, day: day, seq: 1}
	doc, sealed, err := d.seal(r, keys)
	if err != nil {
		return nil, err
	}
	body := map[string]any{
		"v": 1, "case": c, "doc": doc, "unit": r.Unit, "category": r.Category, "region": r.Region, "lang": r.Lang, "danger": r.Danger,
		"at": "terminal", "mailbox": r.Mailbox, "sealed": sealed, "files": blobsOf(files),
		"contact": r.Contact, "wish": r.Wish, "claim": "",
	}
	return &Sealed{Code: code, hash: seal.SealedHash(sealed), body: body, t: t}, nil
}

func blobsOf(files []seal.File) []string {
	out := []string{}
	for _, f := range files {
		out = append(out, f.Blob)
	}
	return out
}

// document is the place of a document that the reporter seals.
type document struct {
	t    *Trusted
	c    string // case
	unit string
	day  string
	seq  int64
	prev string
}

// seal signs a body in its place and seals it to the unit.
func (p document) seal(b seal.Body, keys *seal.MailboxKeys) (doc string, sealed []byte, err error) {
	u, ok := p.t.Set.UnitOn(p.unit, p.day)
	if !ok || p.day < p.t.Set.Day { // a day from before the list would bring back a key that it retired
		return "", nil, distrust("reporter.no_unit_key", errs.Args{"Unit": p.unit}, nil)
	}
	to, err := seal.ParseRecipient(u.Recipient)
	if err != nil {
		return "", nil, err
	}
	raw, err := seal.EncodeBody(b)
	if err != nil {
		return "", nil, err
	}
	d := seal.Document{Instance: p.t.Set.Instance, Kind: b.Kind(), Case: p.c, Chain: seal.ChainReporter, ID: id.NewDoc().String(), Seq: p.seq, Prev: p.prev,
		Unit: p.unit, Day: p.day, Author: seal.Author{Role: seal.RoleReporter}, Body: raw}
	sealed, err = seal.SealDocument(d, b.Kind().Floor(), []seal.Recipient{to}, seal.Signer{Role: seal.RoleReporter, Key: keys.Sign})
	return d.ID, sealed, err
}

// attempts bounds how often the same report is sent when the line breaks or the server is busy.
const attempts = 3

// maxCounter bounds the work that a server can ask for: twice what the protocol allows.
const maxCounter = 2 * 2 * uint32(work.Most)

// maxCost bounds the rounds of one derivation.
const maxCost = 5000

// Send does the work that the server asks for, sends the report, and checks the acknowledgement: only then was it
// received. wait is called before it is sent once more.
func (c *Client) Send(ctx context.Context, s *Sealed, wait func(ctx context.Context) error) (*Receipt, error) {
	var last error
	for range attempts {
		if last != nil {
			if err := wait(ctx); err != nil {
				return nil, err
			}
		}
		r, err := c.send(ctx, s)
		again := errs.Is(err, errs.Unavailable) && !refusedAs(err, "intake.closed") || refusedAs(err, "work.expired")
		if !again {
			return r, err
		}
		last = err
	}
	return nil, last
}

// MayHaveArrived reports whether, after an error of Send, the report may be stored all the same: then its code is needed to
// look. One doubtful send is enough; what was refused at a later one says nothing of it.
func (s *Sealed) MayHaveArrived() bool { return s.unsure }

// mayHaveArrived reports whether what was posted may be stored in spite of the error. A refusal in words is certain, unless the
// server broke while it worked, or says that it has a document of that id already.
func mayHaveArrived(err error) bool {
	r, refused := errors.AsType[*Refusal](err)
	if !refused {
		return err != nil
	}
	return r.Status >= http.StatusInternalServerError && r.Key != "store.busy" && r.Key != "intake.closed" || r.Key == "store.exists"
}

func (c *Client) send(ctx context.Context, s *Sealed) (r *Receipt, err error) {
	var challenge work.Challenge
	if err := c.json(ctx, http.MethodGet, c.api("work"), nil, nil, &challenge); err != nil {
		return nil, err
	}
	solved, err := solve(challenge)
	if err != nil {
		return nil, err
	}
	s.body["work"] = solved
	body, err := padBody(s.body, len(s.t.Set.Custodians))
	if err != nil {
		return nil, err
	}
	defer func() { s.unsure = s.unsure || mayHaveArrived(err) }() // from here on it is posted
	var answer struct {
		Day             string    `json:"day"`
		Promises        []Promise `json:"promises"`
		Acknowledgement string    `json:"acknowledgement"`
	}
	if err := c.json(ctx, http.MethodPost, c.api("report"), nil, body, &answer); err != nil {
		return nil, err
	}
	a, err := c.checkAck([]byte(answer.Acknowledgement), s.t.Set, s.hash)
	if err != nil {
		return nil, err
	}
	if !c.near(a.Day) || a.Day != answer.Day {
		return nil, distrust("reporter.ack_day", errs.Args{"Day": a.Day}, nil)
	}
	return &Receipt{Day: a.Day, Acknowledgement: []byte(answer.Acknowledgement), Promises: answer.Promises, IncludedBy: a.IncludedBy}, nil
}

// checkAck checks that an acknowledgement is the authority's, and of this very report.
func (c *Client) checkAck(b []byte, set *proof.KeySet, report string) (*proof.Acknowledgement, error) {
	a, err := proof.ParseAcknowledgement(b, set.AckVerifier())
	if err != nil {
		return nil, distrust("reporter.ack_forged", nil, err)
	}
	if a.Report != report {
		return nil, distrust("reporter.ack_other", nil, nil)
	}
	return a, nil
}

// padBody writes a report's body, filled with spaces to the first size of docs/spec/api.md that fits.
func padBody(v any, custodians int) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	size, err := seal.SubmissionSize(int64(len(b)), custodians)
	if err != nil {
		return nil, errs.Wrap(errs.TooMany, "intake.too_long", nil, err)
	}
	return append(b, bytes.Repeat([]byte{' '}, int(size)-len(b))...), nil
}
