package casework

import (
	"context"
	"slices"
	"strconv"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
)

// maxTexts is how many titles and notes one answer hands out.
const maxTexts = 200

// Titles hands out the newest working titles of some cases by their numbers, as far as the person may see the cases. Numbers of
// others are as if there were none.
func (s *Service) Titles(ctx context.Context, who *Person, numbers []string) (found []store.Text, err error) {
	clean, err := s.numbers(numbers, maxPage)
	if err != nil {
		return nil, err
	}
	err = s.bulk(ctx, who, "titles", func() int { return len(found) }, func(tx *store.Tx, handlers []id.Member) (err error) {
		if found, err = tx.Titles(who.Unit, handlers, clean); err != nil {
			return err
		}
		found, err = partOf(tx, who, found)
		return err
	})
	return found, err
}

// numbers are case numbers in their only spelling, at most so many.
func (s *Service) numbers(typed []string, most int) ([]string, error) {
	if len(typed) > most {
		return nil, errs.New(errs.Invalid, "web.bad_form", nil).AtField("numbers")
	}
	out := make([]string, len(typed))
	for i, n := range typed {
		var err error
		if out[i], err = cases.ParseNumber(s.o.Pack.Prefix, n); err != nil {
			return nil, errs.Wrap(errs.Invalid, "casework.bad_number", nil, err)
		}
	}
	return out, nil
}

// Texts hands out working titles and notes of every case that the person may see, for a search in the browser, behind a place
// that was given out before: "" for the first. An answer can be short, even empty, while more says that next leads on.
func (s *Service) Texts(ctx context.Context, who *Person, after string) (found []store.Text, next string, more bool, err error) {
	at := int64(0)
	if after != "" {
		if at, err = strconv.ParseInt(after, 10, 64); err != nil || at < 0 || strconv.FormatInt(at, 10) != after {
			return nil, "", false, errs.New(errs.Invalid, "casework.bad_place", nil)
		}
	}
	err = s.bulk(ctx, who, "texts", func() int { return len(found) }, func(tx *store.Tx, handlers []id.Member) error {
		part, last, rest, err := tx.Texts(who.Unit, handlers, at, maxTexts)
		if err != nil {
			return err
		}
		if part, err = partOf(tx, who, part); err != nil {
			return err
		}
		if err := tx.ReadTexts(part); err != nil {
			return err
		}
		found, at, more = slices.DeleteFunc(part, func(t store.Text) bool { return t.Old }), last, rest
		return nil
	})
	if err != nil || !more {
		return found, "", false, err
	}
	return found, strconv.FormatInt(at, 10), true, nil
}

// partOf leaves out texts of cases in which the person takes no part.
func partOf(tx *store.Tx, who *Person, texts []store.Text) ([]store.Text, error) {
	aside, err := tx.AsideIn(who.Member)
	return slices.DeleteFunc(texts, func(t store.Text) bool { return aside[t.Case] }), err
}

// bulk hands out documents of many cases and writes their number down. handlers are none for those who see the whole unit.
func (s *Service) bulk(ctx context.Context, who *Person, act string, n func() int, fn func(tx *store.Tx, handlers []id.Member) error) error {
	return s.handOut(ctx, who, act, noCase, nil, n, func(tx *store.Tx) error {
		switch {
		case who.Has(readers[:]...):
			return fn(tx, nil)
		case who.Has(cases.Handler):
			return fn(tx, who.handlers())
		default:
			return errs.New(errs.Denied, "casework.role", nil)
		}
	})
}

// handOut is [Service.guardedRead] for what hands out ciphertext: n is how many documents leave. They count towards the hour of
// the member, and who goes over desk.handouts is shown to the inspector, once an hour. Nothing is refused: somebody on duty in a
// flood must be able to work. A bulk that found nothing hands out nothing and is not written down.
func (s *Service) handOut(ctx context.Context, who *Person, act string, c func() cases.Case, detail map[string]any, n func() int, fn func(tx *store.Tx) error) error {
	if err := s.o.Store.Read(ctx, fn); err != nil {
		return s.refusal(ctx, who, act, c, err)
	}
	if c().ID.IsZero() {
		if n() == 0 {
			return nil
		}
		detail = map[string]any{"count": n()}
	}
	e, err := s.entry(who, act, c(), detail)
	if err != nil {
		return err
	}
	return s.o.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.Audit(e); err != nil {
			return err
		}
		before, err := tx.CountHandOut(who.Member, s.o.Now(), n())
		if err != nil || s.o.HandOuts == 0 || before > s.o.HandOuts || before+n() <= s.o.HandOuts {
			return err
		}
		_, err = tx.AddAlarm(store.Alarm{At: e.At, Kind: store.AlarmHandOuts, Who: who.Member, Unit: who.Unit,
			Detail: []byte(`{"limit":` + strconv.Itoa(s.o.HandOuts) + `}`)})
		return err
	})
}
