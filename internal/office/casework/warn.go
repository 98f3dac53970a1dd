package casework

import (
	"context"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// metaWarned is the last day for which every case was looked at.
const metaWarned = "warned"

// warnBatch is how many cases are read together.
const warnBatch = 400

// Warn writes down which clocks came near their end or ran out, each once, with its true day. It looks at every case whose clock ends
// within [cases.WarnAhead] days, once a day and after a start: a clock moves from day to day only. Several nodes may do so at the same time.
func (s *Service) Warn(ctx context.Context) error {
	today := s.today()
	var done string
	err := s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		done, err = tx.Meta(metaWarned)
		return err
	})
	if err != nil && !errs.Is(err, errs.NotFound) || done == today.String() {
		return err
	}
	for _, o := range s.o.Pack.Offices {
		if err := s.warnUnit(ctx, o.ID, today); err != nil {
			return err
		}
	}
	return s.o.Store.Write(ctx, func(tx *store.Tx) error { return tx.SetMeta(metaWarned, today.String()) })
}

func (s *Service) warnUnit(ctx context.Context, unit id.Unit, today workday.Day) error {
	for at := (store.Cursor{}); ; {
		var keys []int64
		fresh := map[int64][]cases.Warning{}
		err := s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
			if keys, at, err = tx.DueUntil(unit, today.Add(cases.WarnAhead), at, warnBatch); err != nil {
				return err
			}
			fresh, err = s.unwritten(tx, keys, today)
			return err
		})
		if err != nil {
			return err
		}
		if len(fresh) > 0 {
			err = s.o.Store.Write(ctx, func(tx *store.Tx) error {
				for _, key := range keys { // in order, so that two nodes do not wait for each other crosswise
					for _, w := range fresh[key] {
						if _, err := tx.AddWarning(key, store.Warning{Warning: w, Unit: unit, Made: today}); err != nil {
							return err
						}
					}
				}
				return nil
			})
		}
		if err != nil || len(keys) < warnBatch {
			return err
		}
	}
}

// unwritten are the warnings of some cases that nobody wrote down.
func (s *Service) unwritten(tx *store.Tx, keys []int64, today workday.Day) (map[int64][]cases.Warning, error) {
	events, err := tx.EventsOf(keys)
	if err != nil {
		return nil, err
	}
	known, err := tx.WarningsOf(keys)
	if err != nil {
		return nil, err
	}
	out := map[int64][]cases.Warning{}
	for _, key := range keys {
		news := s.o.Machine.Warnings(events[key], today, func(w cases.Warning) bool {
			return slices.ContainsFunc(known[key], func(k store.Warning) bool { return k.Clock == w.Clock && k.Began == w.Began && k.Level == w.Level })
		})
		if len(news) > 0 {
			out[key] = news
		}
	}
	return out, nil
}
