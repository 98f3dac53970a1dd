package casework

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// A clerk takes down what a caller, visitor or letter says, and it becomes the same sealed report that the web makes
// (docs/design/0021-entry-at-the-desk.md). What is opened here belongs to the clerk who opened it, until it is handed in; afterwards they
// have no door to it.

// EntryOptions are what entry at the desk needs beside the rest.
type EntryOptions struct {
	Mark     func(code string) [32]byte                            // of a pick-up number
	PickUp   time.Duration                                         // how long one can be exchanged
	Category func(ctx context.Context, category id.Category) error // refuses one that is not open
	Days     int                                                   // after which an entry that was never handed in is forgotten
}

const (
	// MaxDraft is how many bytes a draft has at most: the longest report of a form with what surrounds it.
	MaxDraft = 256 << 10
	// MostEntries is how many entries a clerk can have open at once.
	MostEntries = 20
)

// EmptyCall is a call that was none.
type EmptyCall = store.EmptyCall

// EmptyCalls lists the kinds.
func EmptyCalls() []EmptyCall { return store.EmptyCalls() }

// Draft is an open entry with what was typed so far, sealed to the clerk. Version 0, without bytes: nothing yet.
type Draft struct {
	Case    id.Case
	Via     cases.Via
	Day     workday.Day
	Version int64
	Sealed  []byte
}

// Entries are what a clerk has open, oldest first, and how many calls of today were none, in the whole office.
type Entries struct {
	Open  []Draft
	Calls map[store.EmptyCall]int64
}

// OpenEntry begins an entry for a case whose id the clerk's program made, writes the leaf of its opening, and gives out its pick-up number,
// once. Denied to whoever is no clerk, Conflict for an id that is known or one entry too many.
func (s *Service) OpenEntry(ctx context.Context, who *Person, c id.Case, via cases.Via) (number string, err error) {
	number = seal.NewPickUpNumber()
	in := func() cases.Case { return s.entered(c) }
	err = s.guarded(ctx, who, "entry_opened", in, map[string]any{"via": string(via)}, func(tx *store.Tx) error {
		switch {
		case !who.Has(cases.Intake):
			return errs.New(errs.Denied, "casework.role", nil)
		case via == cases.ViaWeb || via == cases.ViaEmail || !slices.Contains(cases.Vias(), via):
			return errs.New(errs.Invalid, "casework.entry_via", nil)
		case c.IsZero():
			return errs.New(errs.Invalid, "web.bad_form", nil).AtField("case")
		}
		if _, err := tx.Case(c); !errs.Is(err, errs.NotFound) {
			return orConflict(err, "store.entry_known")
		}
		open, err := tx.CountEntries(who.Unit, who.Member)
		if err != nil {
			return err
		}
		if open >= MostEntries {
			return errs.New(errs.Conflict, "casework.entries_full", errs.Args{"Count": MostEntries})
		}
		leaf, err := caselog.Witness(tx, proof.Event{Kind: proof.EventOpened, Day: s.today().String(), Case: c.String()})
		if err != nil {
			return err
		}
		return tx.AddEntry(store.Entry{Case: c, Unit: who.Unit, Member: who.Member, Via: via, Day: s.today(), Mark: s.o.Entry.Mark(number), Leaf: *leaf})
	})
	if err != nil {
		return "", err
	}
	return number, nil
}

// entered is the case of an entry for the audit log, where it stands to the hour: no time tells when somebody called.
func (s *Service) entered(c id.Case) cases.Case { return cases.Case{ID: c, Day: s.today()} }

// orConflict is err, or a conflict where there was none.
func orConflict(err error, key string) error {
	if err == nil {
		err = errs.New(errs.Conflict, key, nil)
	}
	return err
}

// KeepDraft stores what was typed so far in the place of the draft before it. Conflict "store.entry_moved" when another window was faster,
// or the entry is gone.
func (s *Service) KeepDraft(ctx context.Context, who *Person, d Draft) error {
	if !who.Has(cases.Intake) {
		return errs.New(errs.Denied, "casework.role", nil)
	}
	if len(d.Sealed) > MaxDraft {
		return errs.New(errs.TooMany, "casework.draft_too_large", errs.Args{"Most": MaxDraft >> 10})
	}
	if n, err := seal.CheckHeader(d.Sealed, 1); err != nil || n != 1 || d.Version < 1 {
		return errs.Wrap(errs.Invalid, "web.bad_form", nil, err).AtField("sealed")
	}
	return s.o.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.KeepDraft(who.Unit, who.Member, d.Case, d.Version, d.Sealed)
	})
}

// Entries are the clerk's own. They are sealed to them.
func (s *Service) Entries(ctx context.Context, who *Person) (out Entries, err error) {
	if !who.Has(cases.Intake) {
		return out, errs.New(errs.Denied, "casework.role", nil)
	}
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		open, err := tx.Entries(who.Unit, who.Member)
		if err != nil {
			return err
		}
		out.Open = make([]Draft, len(open))
		for i, e := range open {
			out.Open[i] = Draft{Case: e.Case, Via: e.Via, Day: e.Day, Version: e.Version, Sealed: e.Draft}
		}
		out.Calls, err = tx.CountedCalls(who.Unit, s.today())
		return err
	})
	return out, err
}

// Taken is a report that a clerk hands in: sealed to their office, signed by them. Number says that the caller read the pick-up number back.
type Taken struct {
	Case     id.Case
	Doc      id.Doc
	Category id.Category
	Region   id.Region
	Lang     string
	Danger   bool
	At       cases.SealedAt // browser or terminal
	Contact  cases.Contact
	Wish     bool
	Identity *caselog.Identity // nil exactly when anonymous
	Sealed   []byte
	Number   bool
}

// Handed is what the caller is told.
type Handed struct {
	Day      workday.Day
	Promises []cases.Promise
}

// HandIn makes the case of an entry, which is over then. The same report again gives the same answer and stores nothing.
func (s *Service) HandIn(ctx context.Context, who *Person, in Taken) (out Handed, err error) {
	c := s.entered(in.Case)
	identity, bad := s.checkTaken(ctx, in)
	err = s.guarded(ctx, who, "entry_handed_in", func() cases.Case { return c }, nil, func(tx *store.Tx) error {
		if !who.Has(cases.Intake) {
			return errs.New(errs.Denied, "casework.role", nil)
		}
		e, err := tx.Entry(who.Unit, who.Member, in.Case)
		if errs.Is(err, errs.NotFound) {
			c, err = handedBefore(tx, who, in, s.today())
			out = Handed{Day: c.Day, Promises: s.o.Machine.Promises(c.Day)}
			return err
		}
		if err != nil {
			return err
		}
		if bad != nil {
			return bad
		}
		day := s.today()
		r, err := caselog.Arriving{
			Case: cases.Case{ID: in.Case, Unit: e.Unit, Category: in.Category, Region: in.Region, Lang: in.Lang, Danger: in.Danger, Contact: in.Contact, Wish: in.Wish, Sealed: in.At, Via: e.Via},
			Doc:  in.Doc, Identity: identity,
		}.Prepare(s.o.Machine, s.o.Pack.Prefix, day, s.o.Now(), in.Sealed)
		if err != nil {
			return err
		}
		key, err := r.Add(tx, func(*store.Tx, int64) error { return nil })
		if err != nil {
			return err
		}
		c = r.Case
		if err := tx.Opened(key, e); err != nil {
			return err
		}
		if in.Number {
			if err := tx.AddFirstCode(store.FirstCode{Case: key, Mark: e.Mark, Kind: store.FirstPickUp, Until: s.o.Now().Add(s.o.Entry.PickUp)}); err != nil {
				return err
			}
		}
		out = Handed{Day: day, Promises: s.o.Machine.Promises(day)}
		return tx.DropEntry(in.Case)
	})
	if err != nil {
		return Handed{}, err
	}
	return out, nil
}

// handedBefore finds the case that these very bytes began, in the clerk's office. Conflict when there is none: the entry is gone.
func handedBefore(tx *store.Tx, who *Person, in Taken, today workday.Day) (cases.Case, error) {
	gone := errs.New(errs.Conflict, "store.entry_moved", nil)
	c, err := tx.Case(in.Case)
	if errs.Is(err, errs.NotFound) || err == nil && c.Unit != who.Unit {
		return cases.Case{ID: in.Case, Day: today}, gone
	}
	if err != nil {
		return c, err
	}
	d, err := tx.Doc(c.Key, in.Doc)
	switch {
	case errs.Is(err, errs.NotFound) || err == nil && seal.SealedHash(in.Sealed) != hex.EncodeToString(d.Hash[:]):
		return cases.Case{ID: in.Case, Day: today}, gone
	default:
		return c, err
	}
}

// checkTaken looks at everything that can be seen from outside.
func (s *Service) checkTaken(ctx context.Context, in Taken) (*store.Identity, error) {
	bad := func(key string) error { return errs.New(errs.Invalid, key, nil) }
	if err := s.o.Entry.Category(ctx, in.Category); err != nil {
		return nil, err
	}
	set, err := s.o.Keys.Set()
	if err != nil {
		return nil, err
	}
	_, region := s.o.Pack.Region(in.Region)
	switch {
	case in.Region != "" && !region:
		return nil, bad("intake.region_unknown")
	case !slices.Contains(s.o.Pack.Languages, in.Lang):
		return nil, bad("intake.lang_missing")
	case in.At != cases.SealedBrowser && in.At != cases.SealedTerminal:
		return nil, bad("web.bad_form")
	}
	if err := caselog.CheckSealed(in.Sealed); err != nil {
		return nil, err
	}
	return caselog.CheckPerson(in.Contact, in.Wish, in.Identity, s.o.Instance, caselog.Custodians(set))
}

// DropEntry throws an entry away, with its draft. A kind says that the call was none, and is counted; "" counts nothing.
func (s *Service) DropEntry(ctx context.Context, who *Person, c id.Case, kind store.EmptyCall) error {
	in := func() cases.Case { return s.entered(c) }
	return s.guarded(ctx, who, "entry_dropped", in, map[string]any{"kind": string(kind)}, func(tx *store.Tx) error {
		if !who.Has(cases.Intake) {
			return errs.New(errs.Denied, "casework.role", nil)
		}
		if _, err := tx.Entry(who.Unit, who.Member, c); err != nil {
			return err
		}
		if err := tx.DropEntry(c); err != nil || kind == "" {
			return err
		}
		return s.countCall(tx, who, kind)
	})
}

// CountCall counts a call that was none and for which no entry is open.
func (s *Service) CountCall(ctx context.Context, who *Person, kind store.EmptyCall) error {
	return s.guarded(ctx, who, "call_counted", func() cases.Case { return s.entered(id.Case{}) }, map[string]any{"kind": string(kind)}, func(tx *store.Tx) error {
		if !who.Has(cases.Intake) {
			return errs.New(errs.Denied, "casework.role", nil)
		}
		return s.countCall(tx, who, kind)
	})
}

func (s *Service) countCall(tx *store.Tx, who *Person, kind store.EmptyCall) error {
	if !slices.Contains(store.EmptyCalls(), kind) {
		return errs.New(errs.Invalid, "web.bad_form", nil).AtField("kind")
	}
	return tx.CountCall(who.Unit, s.today(), kind)
}

// ForgetEntries throws away entries that nobody handed in for so many days.
func (s *Service) ForgetEntries(ctx context.Context) error {
	return s.o.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.DropEntries(s.today().Add(-s.o.Entry.Days))
		return err
	})
}
