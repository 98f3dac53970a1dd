package app

import (
	"context"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/public/intake"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// Missing is an entry of the list "before the doors open" that is not green: what, and who must do it.
type Missing struct{ What, Who string }

// openCache remembers for a moment whether the doors are open: the question is asked with every page.
type openCache struct {
	mu       sync.Mutex
	until    time.Time
	open     bool
	approved []intake.Approval
}

const openCacheFor = 5 * time.Second

// DoorsOpen reports whether the form takes reports.
func (a *App) DoorsOpen(ctx context.Context) (bool, error) {
	open, _, err := a.doors(ctx)
	return open, err
}

// Approved lists the categories that the inspector approved as the pack words them now.
func (a *App) Approved(ctx context.Context) ([]intake.Approval, error) {
	_, approved, err := a.doors(ctx)
	return approved, err
}

func (a *App) doors(ctx context.Context) (bool, []intake.Approval, error) {
	a.open.mu.Lock()
	defer a.open.mu.Unlock()
	if a.now().Before(a.open.until) {
		return a.open.open, a.open.approved, nil
	}
	approved, err := a.approvals(ctx)
	if err != nil {
		return false, nil, err
	}
	missing, err := a.Missing(ctx)
	if err != nil {
		return false, nil, err
	}
	a.open.open, a.open.approved, a.open.until = len(missing) == 0, approved, a.now().Add(openCacheFor)
	return a.open.open, approved, nil
}

// forget makes the next question look again.
func (c *openCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.until = time.Time{}
}

// Missing is the list "before the doors open": what is not there yet. A demonstration needs no backup, because it
// holds nobody's report; a real installation cannot open in this version, and no setting changes that.
func (a *App) Missing(ctx context.Context) ([]Missing, error) {
	var out []Missing
	set, err := a.Keys.Set()
	switch {
	case errs.Is(err, errs.Unavailable):
		out = append(out, Missing{"signed keys of the offices", "root key holder: clarion keys"})
	case err != nil:
		return nil, err
	default:
		for _, o := range a.Pack.Offices {
			if _, err := a.Keys.UnitRecipient(o.ID); o.Intake && err != nil {
				out = append(out, Missing{"key of office " + string(o.ID), "root key holder: clarion keys"})
			}
		}
		if len(set.Inspectors) == 0 {
			out = append(out, Missing{"an inspector's key", "inspector: clarion keys new --role inspector"})
		}
	}
	approved, err := a.approvals(ctx)
	if err != nil {
		return nil, err
	}
	if len(approved) == 0 {
		out = append(out, Missing{"at least one category approved by the inspector", "inspector"})
	}
	if !a.Dir.Demo {
		out = append(out, Missing{"a backup target", "operator: this release has no clarion backup"})
	}
	return out, nil
}

// approvals reads the approvals and keeps those that an inspector of the key set signed for the present wording.
func (a *App) approvals(ctx context.Context) ([]intake.Approval, error) {
	set, err := a.Keys.Set()
	if err != nil {
		return nil, nil // without keys nobody can have approved anything
	}
	var out []intake.Approval
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		for i := range a.Pack.Categories {
			c := &a.Pack.Categories[i]
			hash, err := categoryHash(c)
			if err != nil {
				return err
			}
			rows, err := tx.CategoryApprovals(hash)
			if err != nil {
				return err
			}
			for _, r := range rows {
				ap := pack.Approval{Category: r.Category, Hash: c.Hash(), By: r.Inspector, Day: r.Day}
				if c.MayOpen(&ap) == nil && signedByInspector(set, ap, r.Signature) {
					out = append(out, intake.Approval{Category: c.ID, Day: r.Day})
					break
				}
			}
		}
		return nil
	})
	return out, err
}

func categoryHash(c *pack.Category) (h [32]byte, err error) {
	b, err := hex.DecodeString(strings.TrimPrefix(c.Hash(), "sha256:"))
	copy(h[:], b)
	return h, err
}

func signedByInspector(set *proof.KeySet, a pack.Approval, sig []byte) bool {
	for _, p := range set.Inspectors {
		if id.Member(p.ID) == a.By && verifySign(p.Sign, a.Statement(), sig) {
			return true
		}
	}
	return false
}
