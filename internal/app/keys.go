package app

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// metaRoot is where the database remembers the root key that was trusted first.
const metaRoot = "root"

// ErrNoRoot says that the first key set came without a fingerprint to trust.
var ErrNoRoot = errors.New("the first key set needs the fingerprint of the root key")

func verifySign(key string, msg, sig []byte) bool {
	k, err := proof.ParseKey(key)
	return err == nil && ed25519.Verify(k, msg, sig)
}

// InstallKeys checks a signed key set and puts it in force: its leaf stands in the public log in the same
// transaction. root is the fingerprint that the operator was told by another way; it is needed once, and later only
// compared. The set must name this server's own keys.
func (a *App) InstallKeys(ctx context.Context, file []byte, root string) (*proof.KeySet, error) {
	signed, err := proof.ParseKeySet(file)
	if err != nil {
		return nil, fmt.Errorf("reading the key set: %w", err)
	}
	trust := proof.Trust{Root: root}
	known, previous, err := a.trusted(ctx)
	if err != nil {
		return nil, err
	}
	if known != "" {
		if root != "" {
			if _, err := signed.Verify(trust); err != nil {
				return nil, fmt.Errorf("checking the key set against the fingerprint given: %w", err)
			}
		}
		trust = proof.Trust{Root: known, Previous: previous}
	}
	if trust.Root == "" {
		return nil, ErrNoRoot
	}
	set, err := signed.Verify(trust)
	if err != nil {
		return nil, fmt.Errorf("checking the key set: %w", err)
	}
	if err := a.ownKeys(set); err != nil {
		return nil, err
	}
	if previous != nil && previous.Version == set.Version {
		return set, nil // installed before
	}
	if err := a.storeKeys(ctx, signed, set, known == ""); err != nil {
		return nil, err
	}
	a.open.forget()
	if err := a.LoadKeys(ctx); err != nil {
		return nil, err
	}
	// Visitors need the proof that the set is in the public log: they should not wait for the next beat.
	return set, a.checkpoint(ctx, ledger.Public, true)
}

func (a *App) trusted(ctx context.Context) (root string, previous *proof.KeySet, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) (err error) {
		root, err = tx.Meta(metaRoot)
		return err
	})
	if errs.Is(err, errs.NotFound) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	previous, err = a.Keys.Set()
	if errs.Is(err, errs.Unavailable) {
		return root, nil, nil
	}
	return root, previous, err
}

func (a *App) ownKeys(set *proof.KeySet) error {
	p := a.Published()
	if set.Instance != p.Instance || set.Ack != p.Ack || set.Logs.Public != p.Public || set.Logs.Cases != p.Cases {
		return errors.New("the key set is of another installation, or was assembled before this server's keys changed; assemble it again with the output of clarion keys instance")
	}
	return nil
}

func (a *App) storeKeys(ctx context.Context, signed *proof.SignedKeySet, set *proof.KeySet, first bool) error {
	file, err := signed.Marshal()
	if err != nil {
		return err
	}
	return a.Store.Write(ctx, func(tx *store.Tx) error {
		if first {
			if err := tx.AddMeta(metaRoot, set.Root); err != nil {
				return err
			}
			leaf, err := proof.PublicLeaf(proof.PublicRoot, sha256.Sum256(set.RootObject()))
			if err != nil {
				return err
			}
			if _, err := tx.AppendLeaf(ledger.Public, leaf); err != nil {
				return err
			}
		}
		index, err := tx.AppendLeaf(ledger.Public, signed.Leaf())
		if err != nil {
			return err
		}
		return tx.AddKeySet(store.KeySet{Version: set.Version, Body: file, Leaf: index})
	})
}

// InstallRoster checks a signed roster and puts it in force.
func (a *App) InstallRoster(ctx context.Context, file []byte) (*proof.Roster, error) {
	keys, err := a.Keys.Set()
	if err != nil {
		return nil, fmt.Errorf("a roster needs the key set first: %w", err)
	}
	signed, err := proof.ParseRoster(file)
	if err != nil {
		return nil, fmt.Errorf("reading the roster: %w", err)
	}
	r, err := signed.Verify(keys, nil)
	if err != nil {
		return nil, fmt.Errorf("checking the roster: %w", err)
	}
	if previous, err := a.Casework.Roster(ctx, id.Unit(r.Unit)); err == nil {
		if _, err := signed.Verify(keys, previous); err != nil {
			return nil, fmt.Errorf("checking the roster against the one in force: %w", err)
		}
		if previous.Version == r.Version {
			return r, nil // installed before
		}
	}
	return r, a.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.AddRoster(store.Roster{Unit: id.Unit(r.Unit), Version: r.Version, Body: file})
	})
}

// Approve stores an inspector's signature under a category as the pack words it now.
func (a *App) Approve(ctx context.Context, ap pack.Approval, sig []byte) error {
	set, err := a.Keys.Set()
	if err != nil {
		return err
	}
	c, ok := a.Pack.Category(ap.Category)
	if !ok {
		return errs.New(errs.NotFound, "pack.not_approved", errs.Args{"Category": string(ap.Category)})
	}
	if err := c.MayOpen(&ap); err != nil {
		return err
	}
	if !signedByInspector(set, ap, sig) {
		return errs.New(errs.Denied, "pack.not_approved", errs.Args{"Category": string(ap.Category)})
	}
	hash, err := categoryHash(c)
	if err != nil {
		return err
	}
	defer a.open.forget()
	return a.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.ApproveCategory(store.CategoryApproval{Category: ap.Category, PackHash: hash, Inspector: ap.By, Day: ap.Day, Signature: sig})
	})
}
