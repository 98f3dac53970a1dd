package setup

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// Countersign puts the draft in force with an inspector's signature: list, rosters, recovery copies and the leaf of the
// public log in one transaction. draft is the id of what the inspector looked at; keySet is the draft's list with one
// signature more, the inspector's own. Conflict when the draft, the lists in force or the accounts have changed since;
// then nothing was changed, and the inspector looks again. installed is false when the list replaces the sitting
// inspectors and still lacks a signature that it needs: this one is kept.
func (s *Service) Countersign(ctx context.Context, who Who, draft string, keySet []byte) (installed bool, err error) {
	if installed, err = s.countersign(ctx, who, draft, keySet); err != nil {
		return false, s.refused(ctx, who, actCountersign, err)
	}
	if !installed {
		return false, nil
	}
	return true, s.afterwards(ctx)
}

func (s *Service) countersign(ctx context.Context, who Who, draft string, keySet []byte) (bool, error) {
	st, account, err := s.enter(ctx, who, Inspector)
	if err != nil {
		return false, err
	}
	b, name, err := st.draft()
	if err != nil {
		return false, err
	}
	if name != draft {
		return false, errs.New(errs.Conflict, "setup.draft_changed", nil)
	}
	p, err := s.check(st, b)
	if err != nil {
		return false, err
	}
	signed, err := proof.ParseKeySet(keySet)
	if err != nil {
		return false, listFault(err)
	}
	if err := oneMore(p.signed, signed, account.Sign); err != nil {
		return false, err
	}
	if !mayCountersign(st.set, p.set, account) {
		return false, errs.New(errs.Denied, "setup.other_inspector", nil)
	}
	trust := proof.Trust{Root: st.Root, Previous: st.set}
	if _, err := signed.VerifyProposed(trust); err != nil {
		return false, listFault(err)
	}
	detail := p.renewal.detail(map[string]any{"draft": name, "version": p.set.Version})
	_, err = signed.Verify(trust)
	if errors.Is(err, proof.ErrCountersignature) {
		b.KeySet = keySet
		return false, s.change(ctx, who, actCountersign, st.facts, detail, func(tx *store.Tx) error { return keep(tx, *st.Draft, b) })
	}
	if err != nil {
		return false, listFault(err)
	}
	return true, s.change(ctx, who, actCountersign, st.facts, detail, func(tx *store.Tx) error {
		if err := s.renew(tx, p, who, st.Draft.Proposer); err != nil {
			return err
		}
		return p.install(tx, signed)
	})
}

// oneMore: the file is the draft's list, with the draft's signatures and one by key.
func oneMore(draft, signed *proof.SignedKeySet, key string) error {
	had, has := draft.Signatures(), signed.Signatures()
	switch {
	case !bytes.Equal(draft.Body(), signed.Body()):
		return errs.New(errs.Conflict, "setup.draft_changed", nil)
	case len(signed.Proof()) > 0 || len(has) != len(had)+1 || !slices.Equal(had, has[:len(had)]):
		return errs.New(errs.Invalid, "setup.one_signature", nil)
	}
	if last := has[len(had)]; last.Role != proof.SignerInspector || last.Key != key {
		return errs.New(errs.Denied, "setup.other_inspector", nil)
	}
	return nil
}

// mayCountersign: an inspector of the list in force, or of the one that is proposed.
func mayCountersign(old, set *proof.KeySet, a Account) bool {
	return slices.ContainsFunc(slices.Concat(old.Inspectors, set.Inspectors), func(p proof.PersonKey) bool {
		return p.ID == string(a.ID) && p.Sign == a.Sign
	})
}

func keep(tx *store.Tx, d store.Draft, b Bundle) (err error) {
	if d.Body, err = json.Marshal(b); err != nil {
		return err
	}
	return tx.PutDraft(d)
}

func (p *plan) install(tx *store.Tx, signed *proof.SignedKeySet) error {
	if err := putKeys(tx, signed, p.set, false); err != nil {
		return err
	}
	for _, r := range p.rosters {
		if err := tx.AddRoster(r.row); err != nil {
			return err
		}
		// What waited was an addition to the roster before.
		if err := tx.DropRosterChange(r.row.Unit); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
	}
	if p.kit != "" {
		if err := tx.SetMeta(metaRecovery, p.kit); err != nil {
			return err
		}
	}
	for _, c := range p.copies {
		if err := tx.PutUnitRecovery(c); err != nil {
			return err
		}
	}
	return tx.DropDraft()
}
