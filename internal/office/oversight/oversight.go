// Package oversight is what the inspector may do: look at alarms, at the audit log, at every change of keys and at clocks that ran
// out, and take samples of cases. Every call takes who is asking.
//
// An inspector reads and asks; nothing here changes a case, but for the clock of a suspension, and the answer to a review that a
// reporter asked for. What is handed out is written to the audit log before it leaves. The
// package must never hold a key that opens anything, and never offer a search for persons.
package oversight

import (
	"context"
	"encoding/json"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/keyring"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// Options are everything the service stands on. All are required.
type Options struct {
	Pack    *pack.Pack
	Machine cases.Machine
	Store   *store.Store
	Keys    *keyring.Ring
	Now     func() time.Time
}

// Service is the use cases. It is safe for concurrent use.
type Service struct{ o Options }

// New makes the service.
func New(o Options) *Service { return &Service{o} }

// Who is asking. The caller has checked the session.
type Who struct {
	Account id.Member
	Role    staff.Role
}

// acts of the audit log.
const (
	actAlarms  = "alarms-read"
	actSettle  = "alarm-settled"
	actAudit   = "audit-read"
	actVerify  = "audit-verified"
	actNotices = "notices-seen"
	actClocks  = "clocks-read"
	actAsk     = "sample-asked"
	actSample  = "sample-opened"
	actReviews = "reviews-read"
)

func (s *Service) today() workday.Day { return workday.DayOf(s.o.Now(), s.o.Pack.Zone) }

// units are the offices of the pack.
func (s *Service) units() (out []id.Unit) {
	for _, o := range s.o.Pack.Offices {
		out = append(out, o.ID)
	}
	return out
}

// permit refuses everybody but inspectors.
func permit(who Who) error {
	if who.Account == "" || who.Role != staff.Inspector {
		return errs.New(errs.Denied, "oversight.role", nil)
	}
	return nil
}

// about is what an audit entry says beside who and what.
type about struct {
	Case   id.Case
	Unit   id.Unit
	Detail map[string]any
}

func (s *Service) entry(who Who, act string, a about) (store.AuditEntry, error) {
	e := store.AuditEntry{At: s.o.Now(), Who: who.Account, Unit: a.Unit, Act: act, Case: a.Case, Outcome: store.Allowed}
	if a.Detail == nil {
		return e, nil
	}
	b, err := json.Marshal(a.Detail)
	e.Detail = b
	return e, err
}

// look runs fn in a reading transaction and hands nothing out before the audit entry is durable.
func (s *Service) look(ctx context.Context, who Who, act string, a func() about, fn func(tx *store.Tx) error) error {
	err := permit(who)
	if err == nil {
		err = s.o.Store.Read(ctx, fn)
	}
	if err != nil {
		return s.refused(ctx, who, act, a, err)
	}
	return s.o.Store.Write(ctx, func(tx *store.Tx) error { return s.audit(tx, who, act, a()) })
}

// glance runs fn in a reading transaction, for what holds nothing of a case: only its refusal is written down.
func (s *Service) glance(ctx context.Context, who Who, act string, fn func(tx *store.Tx) error) error {
	if err := permit(who); err != nil {
		return s.refused(ctx, who, act, nothing, err)
	}
	return s.o.Store.Read(ctx, fn)
}

// change runs fn and writes its audit entry in one transaction.
func (s *Service) change(ctx context.Context, who Who, act string, a func() about, fn func(tx *store.Tx) error) error {
	err := permit(who)
	if err == nil {
		err = s.o.Store.Write(ctx, func(tx *store.Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			return s.audit(tx, who, act, a())
		})
	}
	return s.refused(ctx, who, act, a, err)
}

func (s *Service) audit(tx *store.Tx, who Who, act string, a about) error {
	e, err := s.entry(who, act, a)
	if err != nil {
		return err
	}
	return tx.Audit(e)
}

// refused writes down that an act was refused, and why, and returns the refusal. A fault of ours is no refusal.
func (s *Service) refused(ctx context.Context, who Who, act string, a func() about, err error) error {
	return s.o.Store.AuditRefusal(ctx, err, func(why map[string]any) (store.AuditEntry, error) {
		at := a()
		at.Detail = why
		return s.entry(who, act, at)
	})
}

func nothing() about { return about{} }

// listed is the person's entry in the signed list of keys: what members seal to stands there, not in a table of the server.
func (s *Service) listed(who id.Member) error {
	set, err := s.o.Keys.Set()
	if err != nil {
		return err
	}
	for _, p := range set.Inspectors {
		if p.ID == string(who) {
			return nil
		}
	}
	return errs.New(errs.Denied, "oversight.not_listed", nil)
}
