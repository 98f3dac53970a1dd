// Package keylist serves the signed list of keys with the proof that it stands in the public log: the file /keys.json,
// for the public and for staff.
//
// It must never serve a list that no checkpoint of the public log covers, or anything that is not public.
package keylist

import (
	"sync/atomic"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// File is the newest list. The proof of one version never changes, so that everybody gets the same bytes. It is safe for
// concurrent use; the zero value is ready.
type File struct{ last atomic.Pointer[published] }

type published struct {
	version int64
	body    []byte
}

// Read returns the file. Unavailable "reading.keys_not_logged" before a checkpoint covers the newest list, and
// "keyring.none" when there is none.
func (f *File) Read(tx *store.Tx) ([]byte, error) {
	set, err := tx.LatestKeySet()
	if errs.Is(err, errs.NotFound) {
		return nil, errs.Wrap(errs.Unavailable, "keyring.none", nil, err)
	}
	if err != nil {
		return nil, err
	}
	if p := f.last.Load(); p != nil && p.version == set.Version {
		return p.body, nil
	}
	cp, err := tx.Checkpoint(ledger.Public)
	if errs.Is(err, errs.NotFound) || err == nil && set.Leaf >= cp.Size {
		return nil, errs.Wrap(errs.Unavailable, "reading.keys_not_logged", nil, err)
	}
	if err != nil {
		return nil, err
	}
	body, err := withProof(tx, set, cp)
	if err == nil {
		f.last.Store(&published{set.Version, body})
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
