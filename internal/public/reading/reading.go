// Package reading is what anyone may read and check: the key set, the public log's checkpoint and tiles. It serves
// the same bytes to everybody, and it must never read a case, a document or a mailbox.
package reading

import (
	"context"

	"clarion.example/clarion/internal/keylist"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
)

// Service is the use cases. It is safe for concurrent use.
type Service struct {
	store *store.Store
	keys  *keylist.File
}

// New makes the service.
func New(s *store.Store, keys *keylist.File) *Service { return &Service{store: s, keys: keys} }

// Keys is the file /keys.json of the newest set, with its proof once a checkpoint of the public log covers it. The
// proof of one version never changes, so that every visitor gets the same bytes.
func (s *Service) Keys(ctx context.Context) (body []byte, err error) {
	err = s.store.Read(ctx, func(tx *store.Tx) error {
		body, err = s.keys.Read(tx)
		return err
	})
	return body, err
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
