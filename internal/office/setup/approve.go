package setup

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"slices"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
)

// Approved is a category that may be opened, and the day of the inspector's word.
type Approved struct {
	Category id.Category
	Day      workday.Day
}

// Approved lists the categories that an inspector of the list in force approved as the pack words them now.
func (s *Service) Approved(ctx context.Context) ([]Approved, error) {
	set, err := s.o.Keys.Set()
	if err != nil {
		return nil, nil // without keys nobody can have approved anything
	}
	var out []Approved
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		for i := range s.o.Pack.Categories {
			c := &s.o.Pack.Categories[i]
			row, err := approvalOf(tx, set, c)
			if err != nil {
				return err
			}
			if row != nil {
				out = append(out, Approved{c.ID, row.Day})
			}
		}
		return nil
	})
	return out, err
}

// approvalOf is the approval of a category that counts, nil if there is none.
func approvalOf(tx *store.Tx, set *proof.KeySet, c *pack.Category) (*store.CategoryApproval, error) {
	hash, err := categoryHash(c)
	if err != nil {
		return nil, err
	}
	rows, err := tx.CategoryApprovals(hash)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		ap := pack.Approval{Category: r.Category, Hash: c.Hash(), By: r.Inspector, Day: r.Day}
		if c.MayOpen(&ap) == nil && signedByInspector(set, ap, r.Signature) {
			return &r, nil
		}
	}
	return nil, nil
}

func categoryHash(c *pack.Category) (h [32]byte, err error) {
	b, err := hex.DecodeString(strings.TrimPrefix(c.Hash(), "sha256:"))
	copy(h[:], b)
	return h, err
}

func signedByInspector(set *proof.KeySet, a pack.Approval, sig []byte) bool {
	return slices.ContainsFunc(set.Inspectors, func(p proof.PersonKey) bool {
		key, err := proof.ParseKey(p.Sign)
		return id.Member(p.ID) == a.By && err == nil && ed25519.Verify(key, a.Statement(), sig)
	})
}

// Approve stores an inspector's signature under a category as the pack words it now. The signature alone decides: it is
// the way of the terminal and of a demonstration.
func (s *Service) Approve(ctx context.Context, ap pack.Approval, sig []byte) error {
	set, err := s.o.Keys.Set()
	if err != nil {
		return err
	}
	row, err := s.approval(set, ap, sig)
	if err != nil {
		return err
	}
	defer s.o.Changed()
	detail := map[string]any{"category": string(ap.Category), "inspector": string(ap.By)}
	return s.operate(ctx, "", actApprove, detail, func(tx *store.Tx) error { return tx.ApproveCategory(row) })
}

// approval checks an approval and words it for the table.
func (s *Service) approval(set *proof.KeySet, ap pack.Approval, sig []byte) (row store.CategoryApproval, err error) {
	none := errs.Args{"Category": string(ap.Category)}
	c, ok := s.o.Pack.Category(ap.Category)
	if !ok {
		return row, errs.New(errs.NotFound, "pack.not_approved", none)
	}
	if err := c.MayOpen(&ap); err != nil {
		return row, err
	}
	if !signedByInspector(set, ap, sig) {
		return row, errs.New(errs.Denied, "pack.not_approved", none)
	}
	hash, err := categoryHash(c)
	return store.CategoryApproval{Category: ap.Category, PackHash: hash, Inspector: ap.By, Day: ap.Day, Signature: sig}, err
}

// ApproveCategory stores the inspector's own word that a category may be opened as the pack words it now. Conflict when
// it counts as approved already. A word that does not count any more, of an inspector who left, is replaced.
func (s *Service) ApproveCategory(ctx context.Context, who Who, ap pack.Approval, sig []byte) error {
	err := s.approveCategory(ctx, who, ap, sig)
	s.o.Changed()
	return s.refused(ctx, who, actApprove, err)
}

func (s *Service) approveCategory(ctx context.Context, who Who, ap pack.Approval, sig []byte) error {
	st, err := s.inspecting(ctx, who)
	if err != nil {
		return err
	}
	if ap.By != who.Account {
		return errs.New(errs.Denied, "setup.other_inspector", nil)
	}
	if ahead := ap.Day.Sub(s.today()); ahead < -1 || ahead > 1 {
		return errs.New(errs.Invalid, "setup.list_day", errs.Args{"Day": ap.Day.String()})
	}
	row, err := s.approval(st.set, ap, sig)
	if err != nil {
		return err
	}
	c, _ := s.o.Pack.Category(ap.Category)
	detail := map[string]any{"category": string(ap.Category), "hash": c.Hash()}
	return s.change(ctx, who, actApprove, st.facts, detail, func(tx *store.Tx) error {
		counts, err := approvalOf(tx, st.set, c)
		if err != nil {
			return err
		}
		if counts != nil {
			return errs.New(errs.Conflict, "setup.approved_already", nil)
		}
		if err := tx.RevokeCategory(row.Category, row.PackHash); err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		return tx.ApproveCategory(row)
	})
}

// RevokeCategory takes the approval of a category back, whoever gave it: people cannot choose it any more. NotFound when
// there is none.
func (s *Service) RevokeCategory(ctx context.Context, who Who, category id.Category) error {
	err := s.revokeCategory(ctx, who, category)
	s.o.Changed()
	return s.refused(ctx, who, actRevoke, err)
}

func (s *Service) revokeCategory(ctx context.Context, who Who, category id.Category) error {
	st, err := s.inspecting(ctx, who)
	if err != nil {
		return err
	}
	c, ok := s.o.Pack.Category(category)
	if !ok {
		return errs.New(errs.NotFound, "store.approval_absent", nil)
	}
	hash, err := categoryHash(c)
	if err != nil {
		return err
	}
	detail := map[string]any{"category": string(category), "hash": c.Hash()}
	return s.change(ctx, who, actRevoke, st.facts, detail, func(tx *store.Tx) error { return tx.RevokeCategory(category, hash) })
}

// inspecting lets an inspector through whom the list in force names with the account's own key.
func (s *Service) inspecting(ctx context.Context, who Who) (*state, error) {
	st, account, err := s.enter(ctx, who, Inspector)
	if err != nil {
		return nil, err
	}
	if st.set == nil || !mayCountersign(&proof.KeySet{}, st.set, account) {
		return nil, errs.New(errs.Denied, "setup.other_inspector", nil)
	}
	return st, nil
}
