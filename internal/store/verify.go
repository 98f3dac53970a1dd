package store

import (
	"context"
	"crypto/sha256"
	"fmt"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/ledger"
	"golang.org/x/mod/sumdb/tlog"
)

// Verify walks the whole database and returns the first contradiction, with [ErrDamaged] in its chain: chains of
// documents with a gap or a body that is not the one that was hashed, cases whose events are not all there,
// received events without a leaf, logs whose nodes do not follow from their leaves, an audit log that was changed.
// It reads every body, in one state of the database.
func (s *Store) Verify(ctx context.Context) error {
	return s.Read(ctx, func(tx *Tx) error {
		for _, log := range ledger.Logs() {
			if err := tx.verifyLog(log); err != nil {
				return err
			}
		}
		if _, _, err := tx.VerifyAudit(); err != nil {
			return err
		}
		return tx.verifyCases()
	})
}

func (tx *Tx) verifyLog(log ledger.Log) error {
	if err := tx.checkLog(log); err != nil {
		return err
	}
	size, err := tx.LogSize(log)
	if err != nil {
		return err
	}
	known := edges{}
	for n := int64(0); n < size; {
		leaves, err := tx.LeafRange(log, n, 1000)
		if err != nil {
			return err
		}
		if len(leaves) != int(min(1000, size-n)) {
			return fmt.Errorf("%w: leaves of log %s are missing behind %d", ErrDamaged, log, n)
		}
		var want []tlog.Hash
		var ids []int64
		for i, data := range leaves {
			hashes, err := tlog.StoredHashes(n+int64(i), data, known)
			if err != nil {
				return err
			}
			first := tlog.StoredHashIndex(0, n+int64(i))
			for j, h := range hashes {
				known[first+int64(j)] = h
				want, ids = append(want, h), append(ids, first+int64(j))
			}
		}
		have, err := tx.nodes(log, ids)
		if err != nil {
			return err
		}
		for i := range want {
			if have[i] != want[i] {
				return fmt.Errorf("%w: node %d of log %s", ErrDamaged, ids[i], log)
			}
		}
		n += int64(len(leaves))
		known = known.at(n)
	}
	return nil
}

func (tx *Tx) verifyCases() error {
	leaves, err := tx.LogSize(ledger.Cases)
	if err != nil {
		return err
	}
	for last := int64(0); ; {
		part, err := tx.CasesAfter(last, 200)
		if err != nil || len(part) == 0 {
			return err
		}
		for _, c := range part {
			if err := tx.verifyCase(c, leaves); err != nil {
				return fmt.Errorf("case %s: %w", c.Number, err)
			}
			last = c.Key
		}
	}
}

func (tx *Tx) verifyCase(c cases.Case, leaves int64) error {
	events, err := tx.Events(c.Key)
	if err != nil {
		return err
	}
	if int64(len(events)) != c.Version {
		return fmt.Errorf("%w: %d events at version %d", ErrDamaged, len(events), c.Version)
	}
	for i, e := range events {
		if e.Seq != int64(i+1) || e.Leaf != nil && e.Leaf.Index >= leaves || e.Kind == cases.EventReceived && e.Leaf == nil {
			return fmt.Errorf("%w: event %d", ErrDamaged, i+1)
		}
	}
	for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} {
		if err := tx.verifyChain(c.Key, chain); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) verifyChain(caseKey int64, chain cases.Chain) error {
	docs, err := tx.Docs(caseKey, chain)
	if err != nil {
		return err
	}
	var prev [32]byte
	for i, d := range docs {
		body, err := tx.DocBody(d.Key)
		if err != nil {
			return err
		}
		if d.Seq != int64(i+1) || d.Prev != prev || d.Hash != sha256.Sum256(body) || d.Size != int64(len(body)) {
			return fmt.Errorf("%w: document %d of chain %s", ErrDamaged, i+1, chain)
		}
		prev = d.Hash
	}
	return nil
}
