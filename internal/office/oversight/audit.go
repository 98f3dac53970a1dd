package oversight

import (
	"context"
	"encoding/hex"
	"errors"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// Filter narrows the audit log. A zero field admits everything. Day is the authority's.
type Filter struct {
	Who     id.Member
	Unit    id.Unit
	Act     string
	Outcome Outcome
	Day     workday.Day
}

// Outcome is "allowed" or "denied".
type Outcome = store.Outcome

// LateAt is a place in the list of late cases.
type LateAt = store.LateAt

// Page is a part of the audit log, newest first. Next is where the next one begins, 0 at the end; a page can be empty and not the
// last. Each entry says whether it fits between its neighbours.
type Page struct {
	Entries []store.AuditSeen
	Next    int64
}

const auditPage = 50

// Audit lists the audit log before an entry, 0 for its end. It holds no content by construction. Looking is written down once,
// not for each page.
func (s *Service) Audit(ctx context.Context, who Who, before int64, f Filter) (out Page, err error) {
	in := store.AuditFilter{Who: f.Who, Unit: f.Unit, Act: f.Act, Outcome: f.Outcome}
	if !f.Day.IsZero() {
		in.From, in.To = f.Day.Time(s.o.Pack.Zone), f.Day.Add(1).Time(s.o.Pack.Zone)
	}
	fn := func(tx *store.Tx) (err error) {
		out.Entries, out.Next, err = tx.AuditPage(before, in, auditPage)
		return err
	}
	if before > 0 && permit(who) == nil {
		return out, s.o.Store.Read(ctx, fn)
	}
	err = s.look(ctx, who, actAudit, nothing, fn)
	return out, err
}

// Walk is how far a walk over the whole chain has come.
type Walk struct {
	Last   int64  // entry up to which everything fits
	Size   int64  // number of the last entry
	Head   string // hex hash of entry Last: noted on paper, it shows later that nothing was cut off
	Broken int64  // first entry that does not fit, 0 while all do
}

// walkPart is how many entries one step looks at.
const walkPart = 5000

// Verify walks the next part of the chain behind an entry. The last step of a whole walk is written down.
func (s *Service) Verify(ctx context.Context, who Who, after int64) (w Walk, err error) {
	fn := func(tx *store.Tx) error {
		w = Walk{}
		size, err := tx.AuditSize()
		if err != nil {
			return err
		}
		last, head, err := tx.VerifyAuditPart(after, walkPart)
		w = Walk{Last: last, Size: size, Head: hex.EncodeToString(head[:])}
		if broken, ok := errors.AsType[*store.AuditError](err); ok {
			w.Broken, err = broken.Seq, nil
		}
		return err
	}
	if err := s.glance(ctx, who, actVerify, fn); err != nil || w.Last < w.Size && w.Broken == 0 {
		return w, err
	}
	e, err := s.entry(who, actVerify, about{Detail: map[string]any{"last": w.Last, "broken": w.Broken}})
	if err != nil {
		return w, err
	}
	return w, s.o.Store.Write(ctx, func(tx *store.Tx) error { return tx.Audit(e) })
}

// LateCase is a case past its time: routing fields, never content. Reached is the day on which the breach was written down as
// reached, zero before the first look of the day.
type LateCase struct {
	Number string
	Unit   id.Unit
	State  cases.State
	Clock  cases.ClockKind
	Due    workday.Day

	Reached workday.Day
}

const clockPage = 50

// Clocks lists the cases whose next clock has run out, the longest past first. More says that next leads to more.
func (s *Service) Clocks(ctx context.Context, who Who, after LateAt) (out []LateCase, next LateAt, more bool, err error) {
	fn := func(tx *store.Tx) error {
		page, err := tx.LateCases(s.units(), s.today(), after, clockPage+1)
		if err != nil {
			return err
		}
		out, next = nil, after
		if more = len(page) > clockPage; more {
			page = page[:clockPage]
		}
		keys := make([]int64, len(page))
		for i, l := range page {
			keys[i] = l.Key
		}
		warned, err := tx.WarningsOf(keys)
		if err != nil {
			return err
		}
		for _, l := range page {
			late := LateCase{Number: l.Number, Unit: l.Unit, State: l.State, Clock: l.Due.Clock, Due: l.Due.Day}
			for _, w := range warned[l.Key] { // of a clock that was extended, the last
				if w.Clock == l.Due.Clock && w.Level == cases.Over {
					late.Reached = w.Day
				}
			}
			out = append(out, late)
			next = LateAt{Due: l.Due.Day.String(), Key: l.Key}
		}
		return nil
	}
	err = s.look(ctx, who, actClocks, nothing, fn)
	return out, next, more, err
}
