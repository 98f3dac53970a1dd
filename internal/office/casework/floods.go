package casework

import (
	"context"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

const (
	maxAlike       = 500     // cases of an answer of [Service.Waiting]
	maxReports     = 100     // reports that one answer of [Service.Reports] hands out,
	maxReportBytes = 4 << 20 // and their bytes, but for the first: it leaves whatever its size
	bulksAtOnce    = 4       // such answers of a process at once
)

// undecided are the states in which reports that are nearly the same are looked at together: nobody has decided yet.
var undecided = [...]cases.State{cases.Received, cases.Acknowledged, cases.Triaged, cases.NeedsInfo}

// Waiting are the unit's cases about which nothing was decided, behind a place that was given out before, "" for the first: for who
// does triage or approves. No content leaves here.
func (s *Service) Waiting(ctx context.Context, who *Person, after string) (rows []Row, next string, more bool, err error) {
	at, err := parsePlace(after)
	if err != nil {
		return nil, "", false, err
	}
	err = s.guardedRead(ctx, who, "waiting", noCase, nil, func(tx *store.Tx) error {
		if !who.Has(readers[:]...) {
			return errs.New(errs.Denied, "casework.role", nil)
		}
		part, err := takesPart(tx, who)
		if err != nil {
			return err
		}
		page, err := tx.Queue(store.Filter{Units: []id.Unit{who.Unit}, States: undecided[:], TakesPart: part}, at, maxAlike)
		if err != nil {
			return err
		}
		if more = page.More; more {
			next = placeText(page.Next)
		}
		rows, err = waitingRows(tx, page.Cases)
		return err
	})
	return rows, next, more, err
}

// waitingRows is [Service.rows] without what takes a case's events.
func waitingRows(tx *store.Tx, page []store.Queued) ([]Row, error) {
	keys := make([]int64, len(page))
	for i, q := range page {
		keys[i] = q.Key
	}
	waits, err := tx.OpenProposalsOf(keys)
	if err != nil {
		return nil, err
	}
	rows := make([]Row, len(page))
	for i, q := range page {
		rows[i] = Row{Case: q.Case, Danger: q.Danger, Due: q.Due, Handler: q.Handler, Letter: q.Letter}
		if p, ok := waits[q.Key]; ok {
			rows[i].Proposal = &p
		}
	}
	return rows, nil
}

// Reports hands out the reports of some waiting cases by their numbers, as many as fit into one answer: who asked for more asks
// again for what did not come. Numbers of other units, and of cases that wait no more, are as if there were none. Unavailable
// while too many ask for such answers at once.
func (s *Service) Reports(ctx context.Context, who *Person, numbers []string) (found []store.FirstDoc, err error) {
	clean, err := s.numbers(numbers, maxReports)
	if err != nil {
		return nil, err
	}
	select {
	case s.bulks <- struct{}{}:
		defer func() { <-s.bulks }()
	default:
		return nil, errs.New(errs.Unavailable, "casework.bulk_busy", nil)
	}
	err = s.handOut(ctx, who, "reports", noCase, nil, func() int { return len(found) }, func(tx *store.Tx) (err error) {
		if !who.Has(readers[:]...) {
			return errs.New(errs.Denied, "casework.role", nil)
		}
		aside, err := tx.AsideIn(who.Member)
		if err != nil {
			return err
		}
		if found, err = tx.FirstDocs(who.Unit, undecided[:], clean); err != nil {
			return err
		}
		found = slices.DeleteFunc(found, func(d store.FirstDoc) bool { return aside[d.Case] })
		size := int64(0)
		for i := range found {
			if size += found[i].Size; size > maxReportBytes && i > 0 {
				found = slices.Clip(found[:i])
				break
			}
			if found[i].Sealed, err = tx.DocBody(found[i].Key); err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

// Sketches hands out the list by which a unit finds reports that are nearly the same. It is for who does triage or approves, and
// for no handler: it speaks of cases that they may not see.
func (s *Service) Sketches(ctx context.Context, who *Person) (out store.Sketches, err error) {
	n := func() int { return min(1, len(out.Sealed)) }
	err = s.handOut(ctx, who, "sketches", noCase, nil, n, func(tx *store.Tx) (err error) {
		if !who.Has(readers[:]...) {
			return errs.New(errs.Denied, "casework.role", nil)
		}
		out, err = tx.Sketches(who.Unit)
		return err
	})
	return out, err
}

// KeepSketches puts a new list in the place of version, 0 for noCase, and gives its own. since is the first day on which one of its
// reports came: when a case of that day or later is erased, the list goes too. Conflict with key "store.sketches_changed" when a
// colleague was faster; TooMany for a list larger than desk.sketches.
func (s *Service) KeepSketches(ctx context.Context, who *Person, version int64, since workday.Day, sealed []byte) (now int64, err error) {
	err = s.guarded(ctx, who, "keep_sketches", noCase, map[string]any{"size": len(sealed)}, func(tx *store.Tx) (err error) {
		switch _, bad := seal.CheckHeader(sealed, 1); {
		case !who.Has(readers[:]...):
			return errs.New(errs.Denied, "casework.role", nil)
		case int64(len(sealed)) > s.o.MostSketches:
			return errs.New(errs.TooMany, "casework.sketches_full", errs.Args{"MiB": s.o.MostSketches >> 20})
		case bad != nil:
			return errs.Wrap(errs.Invalid, "casework.not_sealed", nil, bad)
		case since.IsZero() || version < 0:
			return errs.New(errs.Invalid, "web.bad_form", nil)
		}
		now, err = tx.PutSketches(store.Sketches{Unit: who.Unit, Version: version, Since: since, Sealed: sealed})
		return err
	})
	return now, err
}

// MostSketches is how large a list of sketches may be, in bytes.
func (s *Service) MostSketches() int64 { return s.o.MostSketches }
