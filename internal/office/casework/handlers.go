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

// Hand is somebody of a unit to whom cases can be given.
type Hand struct {
	ID        id.Member
	Languages []string    // in which they say that they handle cases, BCP 47
	Away      workday.Day // the last day of their absence, zero for who is there
}

// Handlers are those to whom cases of the unit can be given today, in the roster's order, for who gives several at once.
func (s *Service) Handlers(ctx context.Context, who *Person) (out []Hand, err error) {
	roster, err := s.newest(ctx, who.Unit)
	if err != nil {
		return nil, err
	}
	err = s.guardedRead(ctx, who, "handlers", noCase, nil, func(tx *store.Tx) error {
		if !who.Has(readers[:]...) {
			return errs.New(errs.Denied, "casework.role", nil)
		}
		today := s.today()
		said, err := tx.Tongues("desk")
		if err != nil {
			return err
		}
		away, err := tx.Absences(who.Unit, today)
		if err != nil {
			return err
		}
		out = nil
		for _, m := range roster.Members {
			if !slices.Contains(m.Roles, string(cases.Handler)) {
				continue
			}
			h := Hand{ID: id.Member(m.ID), Languages: said[id.Member(m.ID)]}
			for _, a := range away {
				if a.Member == h.ID && a.Has(today) {
					h.Away = a.To
				}
			}
			out = append(out, h)
		}
		return nil
	})
	return out, err
}
