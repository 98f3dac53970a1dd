package intake

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// AcknowledgementOf gives the acknowledgement of a form that was sent, from the page that shows its code.
func (s *Service) AcknowledgementOf(ctx context.Context, t Token, words bool) ([]byte, error) {
	keys, err := seal.DeriveMailbox(s.o.Instance, t.code(s.o.FormKey, words))
	if err != nil {
		return nil, err
	}
	m, err := s.mailbox(ctx, keys)
	if err != nil {
		return nil, err
	}
	return s.Acknowledgement(ctx, m)
}

// Acknowledgement gives the signed statement that the report was received. It is made anew each time, with the
// same bytes.
func (s *Service) Acknowledgement(ctx context.Context, m *Mailbox) ([]byte, error) {
	leaf, _, err := s.receivedLeaf(ctx, m)
	if err != nil {
		return nil, err
	}
	return s.acknowledge(leaf, m.c.Day)
}

// acknowledge signs the statement about a leaf of day.
func (s *Service) acknowledge(leaf *store.Leaf, day workday.Day) ([]byte, error) {
	o := proof.Opening{Random: leaf.Random, Event: leaf.JSON}
	authority := s.o.Pack.Authority.Name.In(s.o.Pack.Languages[0])
	a, err := proof.NewAcknowledgement(authority, s.o.Instance, o, day.Add(1).String())
	if err != nil {
		return nil, err
	}
	return proof.SignAcknowledgement(s.o.Ack, a)
}

func (s *Service) receivedLeaf(ctx context.Context, m *Mailbox) (leaf *store.Leaf, rows []store.Event, err error) {
	err = s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.Events(m.c.Key)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if len(rows) == 0 || rows[0].Leaf == nil {
		return nil, nil, errNotThere() // erased with its random bytes
	}
	return rows[0].Leaf, rows, nil
}

// covered reports whether the last checkpoint of the case log covers the first leaf of a case.
func (s *Service) covered(tx *store.Tx, rows []store.Event) (bool, error) {
	cp, err := tx.Checkpoint(ledger.Cases)
	if errs.Is(err, errs.NotFound) || len(rows) == 0 || rows[0].Leaf == nil {
		return false, nil
	}
	return rows[0].Leaf.Index < cp.Size, err
}

// EventProof is a proof file of one event of a case.
type EventProof struct {
	Kind string // as in the ledger
	Day  workday.Day
	File []byte
}

// Proofs gives a proof file for each event of the case that the last checkpoint covers, the receipt first. A proof
// shows a position, and so the hour: the page says so before it is saved.
func (s *Service) Proofs(ctx context.Context, m *Mailbox) (out []EventProof, err error) {
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Events(m.c.Key)
		if err != nil {
			return err
		}
		cp, err := tx.Checkpoint(ledger.Cases)
		if err != nil {
			return err
		}
		add := func(leaf *store.Leaf, day workday.Day) error {
			if leaf == nil || leaf.Index >= cp.Size {
				return nil
			}
			hashes, err := tx.ProveLeaf(ledger.Cases, cp.Size, leaf.Index)
			if err != nil {
				return err
			}
			file, err := buildProof(leaf, hashes, cp.Note)
			if err != nil {
				return err
			}
			event, err := proof.ParseEvent(leaf.JSON)
			if err == nil {
				out = append(out, EventProof{string(event.Kind), day, file})
			}
			return err
		}
		for _, e := range rows {
			if err := add(e.Leaf, e.Day); err != nil {
				return err
			}
		}
		opened, day, err := tx.OpenedLeaf(m.c.Key)
		if err != nil {
			return err
		}
		return add(opened, day)
	})
	if err == nil && len(out) == 0 {
		return nil, errs.New(errs.NotFound, "intake.no_proof_yet", nil)
	}
	return out, err
}

func buildProof(leaf *store.Leaf, hashes tlog.RecordProof, checkpoint []byte) ([]byte, error) {
	o := &proof.Opening{Random: leaf.Random, Event: leaf.JSON}
	return proof.BuildProof(proof.Proof{Opening: o, Index: leaf.Index, Hashes: hashes, Checkpoint: checkpoint})
}
