package oversight

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
)

// Sample is one that was asked, with the number of its case.
type Sample struct {
	store.Sample
	Number string
	Late   bool // open past its day
}

// Ask asks for the keys of a case. The office has five working days. Conflict when the case has an open sample.
func (s *Service) Ask(ctx context.Context, who Who, number string) (Sample, error) {
	return s.ask(ctx, who, "", func(tx *store.Tx) (cases.Case, error) {
		clean, err := cases.ParseNumber(s.o.Pack.Prefix, number)
		if err != nil {
			return cases.Case{}, errs.Wrap(errs.Invalid, "oversight.bad_number", nil, err)
		}
		c, err := tx.CaseByNumber(clean)
		if errs.Is(err, errs.NotFound) {
			err = errs.New(errs.NotFound, "oversight.no_case", nil)
		}
		return c, err
	})
}

// Draw asks for the keys of a case of an office that is drawn at random, each with the same chance. One that has an open sample is
// drawn again.
func (s *Service) Draw(ctx context.Context, who Who, unit id.Unit) (Sample, error) {
	return s.ask(ctx, who, unit, func(tx *store.Tx) (c cases.Case, err error) {
		n, err := tx.CasesOf(unit)
		if err != nil || n == 0 {
			return c, orNone(err)
		}
		const tries = 32
		for range tries {
			at, err := rand.Int(rand.Reader, big.NewInt(n))
			if err != nil {
				return c, err
			}
			key, err := tx.CaseAt(unit, at.Int64())
			if err != nil {
				return c, err
			}
			open, err := tx.OpenSamples(key)
			if err != nil {
				return c, err
			}
			if len(open) == 0 {
				return tx.CaseByKey(key)
			}
		}
		return c, orNone(nil)
	})
}

func orNone(err error) error {
	if err != nil {
		return err
	}
	return errs.New(errs.NotFound, "oversight.no_case_to_draw", nil)
}

func (s *Service) ask(ctx context.Context, who Who, drawn id.Unit, find func(tx *store.Tx) (cases.Case, error)) (out Sample, err error) {
	a := about{Unit: drawn}
	err = s.change(ctx, who, actAsk, func() about { return a }, func(tx *store.Tx) error {
		if err := s.listed(who.Account); err != nil {
			return err
		}
		c, err := find(tx)
		if err != nil {
			return err
		}
		today := s.today()
		out = Sample{Number: c.Number, Sample: store.Sample{
			Case: c.Key, Unit: c.Unit, Inspector: who.Account, Asked: today, Due: s.o.Pack.Calendar.AddWorkdays(today, cases.SampleDays), State: store.SampleOpen,
		}}
		if out.Key, err = tx.AddSample(out.Sample); err != nil {
			return err
		}
		a = about{Case: c.ID, Unit: c.Unit, Detail: map[string]any{"sample": out.Key, "drawn": drawn != ""}}
		return nil
	})
	return out, err
}

const samplePage = 50

// Samples lists samples before one, newest first; 0 is the beginning. Next is where the next page begins, 0 at the end.
func (s *Service) Samples(ctx context.Context, who Who, before int64) (out []Sample, next int64, err error) {
	err = s.glance(ctx, who, actSample, func(tx *store.Tx) error {
		out, next = nil, 0
		rows, err := tx.Samples(before, samplePage)
		if err != nil {
			return err
		}
		for _, row := range rows {
			one, err := s.sample(tx, row)
			if err != nil {
				return err
			}
			out = append(out, one)
		}
		if len(rows) == samplePage {
			next = rows[len(rows)-1].Key
		}
		return nil
	})
	return out, next, err
}

func (s *Service) sample(tx *store.Tx, row store.Sample) (Sample, error) {
	c, err := tx.CaseByKey(row.Case)
	return Sample{Sample: row, Number: c.Number, Late: row.State == store.SampleOpen && row.Due.Before(s.today())}, err
}

// LoggedDoc is a document that a leaf of the case log witnesses, as the server has it.
type LoggedDoc struct {
	store.Doc
	Body  []byte
	Files []store.Blob // ciphertext of its attachments, whose keys stand inside the document
}

// Leaf is an event that the case log witnesses. Proof is its proof file with its opening; nil until a checkpoint covers it.
type Leaf struct {
	Kind  cases.EventKind
	Day   workday.Day
	Index int64
	Proof []byte
}

// File is a sample that was answered: the logged ciphertext, its leaves, and what opens it, sealed to the inspector.
type File struct {
	Sample
	CaseID id.Case
	Docs   []LoggedDoc
	Leaves []Leaf
}

// Open hands out a sample that was answered, to the inspector who asked. A refusal has no documents: its reasons are sealed.
func (s *Service) Open(ctx context.Context, who Who, key int64) (out File, err error) {
	a := about{Detail: map[string]any{"sample": key}}
	err = s.look(ctx, who, actSample, func() about { return a }, func(tx *store.Tx) error {
		row, err := tx.Sample(key)
		if err != nil {
			return err
		}
		if row.Inspector != who.Account {
			return errs.New(errs.Denied, "oversight.other_inspector", nil)
		}
		c, err := tx.CaseByKey(row.Case)
		if err != nil {
			return err
		}
		a.Case, a.Unit = c.ID, c.Unit
		if out.Sample, err = s.sample(tx, row); err != nil {
			return err
		}
		out.CaseID = c.ID
		if row.State != store.SampleGiven {
			return nil
		}
		out.Docs, out.Leaves, err = Logged(tx, c.Key)
		return err
	})
	return out, err
}

// Logged reads the documents of a case that the case log witnesses, in the order of their chains, and the leaves of its events.
func Logged(tx *store.Tx, caseKey int64) (docs []LoggedDoc, leaves []Leaf, err error) {
	events, err := tx.Events(caseKey)
	if err != nil {
		return nil, nil, err
	}
	witnessed := map[string]bool{}
	if leaves, err = provenLeaves(tx, events, witnessed); err != nil {
		return nil, nil, err
	}
	for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} {
		rows, err := tx.Docs(caseKey, chain)
		if err != nil {
			return nil, nil, err
		}
		for _, d := range rows {
			if !witnessed[fmt.Sprintf("%x", d.Hash)] {
				continue
			}
			doc := LoggedDoc{Doc: d}
			if doc.Body, err = tx.DocBody(d.Key); err != nil {
				return nil, nil, err
			}
			if doc.Files, err = tx.Blobs(d.Key); err != nil {
				return nil, nil, err
			}
			docs = append(docs, doc)
		}
	}
	return docs, leaves, nil
}

// provenLeaves writes a proof for each witnessed event, and notes the hashes of the documents that their leaves name.
func provenLeaves(tx *store.Tx, events []store.Event, witnessed map[string]bool) (out []Leaf, err error) {
	cp, err := tx.Checkpoint(ledger.Cases)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	for _, e := range events {
		if e.Leaf == nil {
			continue
		}
		var names struct{ Report, Doc string }
		if err := json.Unmarshal(e.Leaf.JSON, &names); err != nil {
			return nil, fmt.Errorf("reading the opening of leaf %d: %w", e.Leaf.Index, err)
		}
		witnessed[names.Report], witnessed[names.Doc] = true, true
		leaf := Leaf{Kind: e.Kind, Day: e.Day, Index: e.Leaf.Index}
		if leaf.Index < cp.Size {
			hashes, err := tx.ProveLeaf(ledger.Cases, cp.Size, leaf.Index)
			if err != nil {
				return nil, err
			}
			opening := &proof.Opening{Random: e.Leaf.Random, Event: e.Leaf.JSON}
			if leaf.Proof, err = proof.BuildProof(proof.Proof{Opening: opening, Index: leaf.Index, Hashes: hashes, Checkpoint: cp.Note}); err != nil {
				return nil, err
			}
		}
		out = append(out, leaf)
	}
	return out, nil
}

// List is the newest signed list of keys, as it was installed, and the root key that this installation trusted first: the page
// checks proofs of leaves by the list's verifier.
func (s *Service) List(ctx context.Context, who Who) (list []byte, root string, err error) {
	err = s.glance(ctx, who, actNotices, func(tx *store.Tx) error {
		row, err := tx.LatestKeySet()
		if err != nil {
			return err
		}
		list = row.Body
		root, err = tx.Meta("root")
		return err
	})
	return list, root, err
}
