package setup

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// ErrNoRoot says that the first key set came without a fingerprint to trust.
var ErrNoRoot = errors.New("the first key set needs the fingerprint of the root key")

// InstallKeys checks a signed key set and puts it in force: its leaf stands in the public log in the same
// transaction. root is the fingerprint that the operator was told by another way; it is needed once, and later only
// compared. The set must name this server's own keys. It is the operator's way, at the terminal: who may is decided by
// who can read the data directory.
func (s *Service) InstallKeys(ctx context.Context, file []byte, root string) (*proof.KeySet, error) {
	signed, err := proof.ParseKeySet(file)
	if err != nil {
		return nil, fmt.Errorf("reading the key set: %w", err)
	}
	st, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	trust := proof.Trust{Root: root}
	if st.Root != "" {
		if root != "" {
			if _, err := signed.Verify(trust); err != nil {
				return nil, fmt.Errorf("checking the key set against the fingerprint given: %w", err)
			}
		}
		trust = proof.Trust{Root: st.Root, Previous: st.set}
	}
	if trust.Root == "" {
		return nil, ErrNoRoot
	}
	set, err := signed.Verify(trust)
	if err != nil {
		return nil, fmt.Errorf("checking the key set: %w", err)
	}
	if !s.own(set) {
		return nil, errors.New("the key set is of another installation, or was assembled before this server's keys changed; assemble it again with the output of clarion keys instance")
	}
	if st.set != nil && st.set.Version == set.Version {
		return set, nil // installed before
	}
	err = s.operate(ctx, "", actInstalled, map[string]any{"version": set.Version}, func(tx *store.Tx) error { return putKeys(tx, signed, set, st.Root == "") })
	if err != nil {
		return nil, err
	}
	return set, s.afterwards(ctx)
}

// Root is the root key of the list in force, base64url; "" before the first.
func (s *Service) Root() string {
	set, err := s.o.Keys.Set()
	if err != nil {
		return ""
	}
	return set.Root
}

// own reports whether a set names this server's own keys.
func (s *Service) own(set *proof.KeySet) bool {
	p := s.o.Server
	return set.Instance == p.Instance && set.Ack == p.Ack && set.Logs.Public == p.Public && set.Logs.Cases == p.Cases
}

// putKeys stores a verified set with its leaf. The first begins the public log with the root's.
func putKeys(tx *store.Tx, signed *proof.SignedKeySet, set *proof.KeySet, first bool) error {
	file, err := signed.Marshal()
	if err != nil {
		return err
	}
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
}

// InstallRoster checks a signed roster and puts it in force. Like [Service.InstallKeys] it is the operator's way.
func (s *Service) InstallRoster(ctx context.Context, file []byte) (*proof.Roster, error) {
	keys, err := s.o.Keys.Set()
	if err != nil {
		return nil, fmt.Errorf("a roster needs the key set first: %w", err)
	}
	signed, err := proof.ParseRoster(file)
	if err != nil {
		return nil, fmt.Errorf("reading the roster: %w", err)
	}
	previous, err := s.roster(ctx, keys, id.Unit(signed.ClaimedUnit()))
	if err != nil {
		return nil, err
	}
	r, err := signed.Verify(keys, previous)
	if err != nil {
		return nil, fmt.Errorf("checking the roster: %w", err)
	}
	if previous != nil && previous.Version == r.Version {
		return r, nil // installed before
	}
	err = s.operate(ctx, id.Unit(r.Unit), actRostered, map[string]any{"version": r.Version}, func(tx *store.Tx) error {
		return tx.AddRoster(store.Roster{Unit: id.Unit(r.Unit), Version: r.Version, Body: file})
	})
	if err != nil {
		return nil, err
	}
	s.o.Changed()
	return r, nil
}

// roster is the newest roster of a unit, nil if there is none that holds.
func (s *Service) roster(ctx context.Context, set *proof.KeySet, unit id.Unit) (*proof.Roster, error) {
	var chain []store.Roster
	err := s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		chain, err = rosterChain(tx, unit)
		return err
	})
	if err != nil {
		return nil, err
	}
	return readRoster(chain, set), nil
}

// First puts the first list of keys in force and begins the public log. The root signed it and is trusted from here
// on; it names this server's own keys and nobody. kit is the recovery kit whose sheets were typed back. It returns the
// root's fingerprint, for the authority's papers. Conflict when a list is in force already.
func (s *Service) First(ctx context.Context, who Who, keySet []byte, kit Kit) (fingerprint string, err error) {
	if fingerprint, err = s.first(ctx, who, keySet, kit); err != nil {
		return "", s.refused(ctx, who, actFirst, err)
	}
	return fingerprint, s.afterwards(ctx)
}

func (s *Service) first(ctx context.Context, who Who, keySet []byte, kit Kit) (string, error) {
	st, _, err := s.enter(ctx, who, Administrator)
	if err != nil {
		return "", err
	}
	if st.Root != "" {
		return "", errs.New(errs.Conflict, "setup.begun", nil)
	}
	signed, err := proof.ParseKeySet(keySet)
	if err != nil {
		return "", listFault(err)
	}
	set, err := signed.Verify(proof.Trust{Root: signed.ClaimedRoot()})
	if err != nil {
		return "", listFault(err)
	}
	if err := s.checkFirst(set); err != nil {
		return "", err
	}
	record, err := s.record(kit, set.Root)
	if err != nil {
		return "", err
	}
	root, err := proof.ParseKey(set.Root)
	if err != nil {
		return "", listFault(err)
	}
	fingerprint := proof.RootFingerprint(root)
	detail := map[string]any{"root": fingerprint, "k": kit.K, "n": kit.N}
	return fingerprint, s.change(ctx, who, actFirst, st.facts, detail, func(tx *store.Tx) error {
		if err := tx.SetMeta(metaRecovery, record); err != nil {
			return err
		}
		return putKeys(tx, signed, set, true)
	})
}

func (s *Service) checkFirst(set *proof.KeySet) error {
	switch {
	case !s.own(set):
		return errs.New(errs.Invalid, "setup.list_origin", nil)
	case set.Version != 1:
		return errs.New(errs.Invalid, "setup.list_version", errs.Args{"Want": 1, "Have": set.Version})
	case len(set.Intake)+len(set.Custodians)+len(set.Inspectors) > 0:
		return errs.New(errs.Invalid, "setup.first_names", nil)
	}
	return s.checkDay(set.Day)
}
