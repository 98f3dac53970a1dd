// Package reading is what anyone may read and check: the key set, the public log's checkpoint and tiles. It serves
// the same bytes to everybody, and it must never read a case, a document or a mailbox.
package reading

import (
	"context"
	"sync/atomic"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// Service is the use cases. It is safe for concurrent use.
type Service struct {
	store *store.Store
	keys  atomic.Pointer[published]
}

type published struct {
	version int64
	body    []byte
}

// New makes the service.
func New(s *store.Store) *Service { return &Service{store: s} }

// Keys is the file /keys.json of the newest set, with its proof once a checkpoint of the public log covers it. The
// proof of one version never changes, so that every visitor gets the same bytes.
func (s *Service) Keys(ctx context.Context) (body []byte, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		set, err := tx.LatestKeySet()
		if err != nil {
			return err
		}
		if p := s.keys.Load(); p != nil && p.version == set.Version {
			body = p.body
			return nil
		}
		cp, err := tx.Checkpoint(ledger.Public)
		if err != nil || set.Leaf >= cp.Size {
			return errs.Wrap(errs.Unavailable, "reading.keys_not_logged", nil, err)
		}
		body, err = withProof(tx, set, cp)
		if err == nil {
			s.keys.Store(&published{set.Version, body})
		}
		return err
	})
	if errs.Is(err, errs.NotFound) {
		err = errs.Wrap(errs.Unavailable, "keyring.none", nil, err)
	}
	return body, err
}

func withProof(tx *store.Tx, set store.KeySet, cp store.Checkpoint) ([]byte, error) {
	signed, err := proof.ParseKeySet(set.Body)
	if err != nil {
		return nil, err
	}
	hashes, err := tx.ProveLeaf(ledger.Public, cp.Size, set.Leaf)
	if err != nil {
		return nil, err
	}
	p, err := proof.BuildProof(proof.Proof{Index: set.Leaf, Hashes: hashes, Checkpoint: cp.Note})
	if err != nil {
		return nil, err
	}
	if err := signed.SetProof(p); err != nil {
		return nil, err
	}
	return signed.Marshal()
}

// Checkpoint is the last checkpoint of a log. That of the case log is public as well: its tiles are not.
func (s *Service) Checkpoint(ctx context.Context, log ledger.Log) (note []byte, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		cp, err := tx.Checkpoint(log)
		note = cp.Note
		return err
	})
	return note, err
}

// Tile is a tile of the public log, by its path below /log/public/. full says that it will never change.
func (s *Service) Tile(ctx context.Context, path string) (body []byte, full bool, err error) {
	t, err := ledger.ParseTile(path)
	if err != nil {
		return nil, false, err
	}
	first, n := t.Range()
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		cp, err := tx.Checkpoint(ledger.Public)
		if err != nil {
			return err
		}
		if !t.Entries {
			body, err = t.Read(ledger.Public, cp.Size, tx.HashReader(ledger.Public))
			return err
		}
		leaves, err := tx.LeafRange(ledger.Public, first, n)
		if err != nil {
			return err
		}
		body, err = t.Bundle(ledger.Public, cp.Size, leaves)
		return err
	})
	return body, n == ledger.TileWidth, err
}
