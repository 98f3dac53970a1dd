package casework

import (
	"context"
	"slices"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// A case becomes another office's in three steps, so that it is dropped on nobody: the office that has it asks, the other one answers, and
// only then it is handed over, with a last letter (docs/design/0017-transfer.md, "Passing the lead").

// Lead is how far an office that reads a case has come towards having it.
type Lead = store.Lead

// OfferLead asks an office that reads the case to take it over. An approver decides it, and may ask one office at a time.
func (s *Service) OfferLead(ctx context.Context, who *Person, number string, unit id.Unit) error {
	return s.leadStep(ctx, who, "lead_offered", number, unit, func(tx *store.Tx, c cases.Case, events []cases.Event, u store.CaseUnit) error {
		if c.Unit != who.Unit {
			return errs.New(errs.NotFound, "casework.no_case", nil)
		}
		if err := s.passable(tx, c, events, unit); err != nil {
			return err
		}
		all, err := tx.CaseUnits(c.Key)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(all, func(o store.CaseUnit) bool { return o.Lead != "" }) {
			return errs.New(errs.Conflict, "casework.lead_asked", nil)
		}
		return tx.SetLead(c.Key, unit, store.LeadOffered)
	}, cases.EventLeadOffered)
}

// TakeLead says yes for the person's office. An approver of it does so, and not the one who asked, should they be of both offices.
func (s *Service) TakeLead(ctx context.Context, who *Person, number string) error {
	return s.leadStep(ctx, who, "lead_taken", number, who.Unit, func(tx *store.Tx, c cases.Case, events []cases.Event, u store.CaseUnit) error {
		switch {
		case u.Lead != store.LeadOffered:
			return errs.New(errs.Conflict, "casework.lead_not_asked", nil)
		case who.holds(cases.LeadAskedBy(events)):
			return errs.New(errs.Denied, "casework.lead_own", nil)
		}
		if err := s.passable(tx, c, events, who.Unit); err != nil {
			return err
		}
		return tx.SetLead(c.Key, who.Unit, store.LeadTaken)
	}, cases.EventLeadTaken)
}

// KeepLead ends it that an office was asked, whatever it has answered: an approver of that office says no, or one of the case's own takes
// the question back.
func (s *Service) KeepLead(ctx context.Context, who *Person, number string, unit id.Unit) error {
	return s.leadStep(ctx, who, "lead_kept", number, unit, func(tx *store.Tx, c cases.Case, _ []cases.Event, u store.CaseUnit) error {
		switch {
		case c.Unit != who.Unit && unit != who.Unit: // another office that reads is none of its business
			return errs.New(errs.NotFound, "casework.no_office", nil)
		case u.Lead == "":
			return errs.New(errs.Conflict, "casework.lead_not_asked", nil)
		}
		return tx.SetLead(c.Key, unit, "")
	}, cases.EventLeadKept)
}

// leadStep is one of the steps before the last: fn checks and notes it, and event stands in the history.
func (s *Service) leadStep(ctx context.Context, who *Person, act, number string, unit id.Unit, fn func(*store.Tx, cases.Case, []cases.Event, store.CaseUnit) error, event cases.EventKind) error {
	var c cases.Case
	return s.guarded(ctx, who, act, func() cases.Case { return c }, map[string]any{"office": string(unit)}, func(tx *store.Tx) error {
		found, events, _, err := s.reader(tx, who, number)
		c = found
		switch {
		case err != nil:
			return err
		case !who.Has(cases.Approver):
			return errs.New(errs.Denied, "casework.role", nil)
		}
		u, err := joinedUnit(tx, c, unit)
		if err != nil {
			return err
		}
		if err := fn(tx, c, events, u); err != nil {
			return err
		}
		return s.note(tx, who, &c, events, event)
	})
}

func joinedUnit(tx *store.Tx, c cases.Case, unit id.Unit) (store.CaseUnit, error) {
	u, err := tx.CaseUnit(c.Key, unit)
	if errs.Is(err, errs.NotFound) {
		err = errs.New(errs.NotFound, "casework.no_office", nil)
	}
	return u, err
}

// passable refuses a case that cannot become the office's now, and an office that the reporter passed over.
func (s *Service) passable(tx *store.Tx, c cases.Case, events []cases.Event, unit id.Unit) error {
	if err := cases.Passable(c, events); err != nil {
		return err
	}
	avoided, err := s.avoids(tx, c)
	if err != nil {
		return err
	}
	if avoided(unit) {
		return errs.New(errs.Denied, "casework.office_avoided", nil)
	}
	children, err := tx.ChildrenOf(c.Key)
	if err != nil {
		return err
	}
	samples, err := tx.OpenSamples(c.Key)
	switch {
	case err != nil:
		return err
	case len(children) > 0: // what is linked to another case stands in a state of its own
		return errs.New(errs.Conflict, "casework.lead_linked", nil)
	case len(samples) > 0:
		return errs.New(errs.Conflict, "casework.lead_sample", nil)
	default:
		return nil
	}
}

// HandOver is a case on its way to another office: the last letter, which names that office, and a header for every document of the two
// chains with the reporter, the letter among them. Those of documents inside are chosen.
type HandOver struct {
	Number  string
	Unit    id.Unit
	Seen    int64 // version of the case that was read
	Letter  Document
	Headers []Header
}

// PassLead hands a case over to an office that has said that it takes it. An approver does it. Something may have been written since the
// page was opened: the request is refused unless it has a header for every document of the two chains, and nothing is lost. Afterwards the
// case has no handler, other offices read it no more, and this one is handed nothing.
func (s *Service) PassLead(ctx context.Context, who *Person, h HandOver) error {
	var c cases.Case
	detail := map[string]any{"office": string(h.Unit), "documents": len(h.Headers)}
	return s.guarded(ctx, who, "lead_passed", func() cases.Case { return c }, detail, func(tx *store.Tx) error {
		found, events, err := s.open(tx, who, h.Number)
		c = found
		switch {
		case err != nil:
			return err
		case !who.Has(cases.Approver):
			return errs.New(errs.Denied, "casework.role", nil)
		case h.Seen != c.Version:
			return errs.New(errs.Conflict, "cases.moved_on", nil)
		case h.Letter.Kind != seal.KindReply:
			return errs.New(errs.Invalid, "casework.reporter_not_told", nil)
		}
		u, err := joinedUnit(tx, c, h.Unit)
		switch {
		case err != nil:
			return err
		case u.Lead != store.LeadTaken:
			return errs.New(errs.Conflict, "casework.lead_not_taken", nil)
		}
		if err := s.passable(tx, c, events, h.Unit); err != nil {
			return err
		}
		if err := s.store(tx, c, &Work{Docs: []Document{h.Letter}}); err != nil {
			return err
		}
		if err := handAll(tx, c, h); err != nil {
			return err
		}
		if err := s.passed(tx, who, &c, events, h); err != nil {
			return err
		}
		return tx.PassCase(c, h.Unit)
	})
}

// handAll keeps the headers, and refuses when a document of the two chains has none that the new office could open.
func handAll(tx *store.Tx, c cases.Case, h HandOver) error {
	for _, x := range h.Headers {
		d, err := tx.Doc(c.Key, x.Doc)
		if err != nil {
			return err
		}
		if err := addHeader(tx, d, h.Unit, x.Header); err != nil {
			return err
		}
	}
	for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit} {
		docs, err := tx.Docs(c.Key, chain)
		if err != nil {
			return err
		}
		for _, d := range docs {
			if d.Unit == h.Unit { // it had the case before, and has what is its own
				continue
			}
			if _, err := tx.Header(d.Key, h.Unit); errs.Is(err, errs.NotFound) {
				return errs.New(errs.Conflict, "casework.lead_missing", nil)
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

// passed writes it into the history: for the ledger it is a letter like any other, and no leaf names an office.
func (s *Service) passed(tx *store.Tx, who *Person, c *cases.Case, events []cases.Event, h HandOver) error {
	e, err := s.o.Machine.Office(*c, events, cases.EventLeadPassed, who.Member, s.today(), s.o.Now())
	if err != nil {
		return err
	}
	e.Doc = h.Letter.ID
	leaf, err := caselog.Witness(tx, proof.Event{Kind: proof.EventReply, Day: e.Day.String(), Doc: seal.SealedHash(h.Letter.Sealed)})
	if err == nil {
		c.Version, err = tx.AddEvents(c.Key, c.Version, store.Event{Event: e, Leaf: leaf})
	}
	return err
}

// ownBefore reports of each document inside whether the case's office can open it without having been handed a header: its own, and what
// others wrote for it while it had the case. letters are the documents of the chain to the reporter.
func ownBefore(c cases.Case, events []cases.Event, letters []store.Doc) func(store.Doc) bool {
	var over []store.Doc // each of the office that had the case until then
	for _, doc := range cases.Handovers(events) {
		if i := slices.IndexFunc(letters, func(d store.Doc) bool { return d.ID == doc }); i >= 0 {
			over = append(over, letters[i])
		}
	}
	return func(d store.Doc) bool {
		if d.Unit == c.Unit {
			return true
		}
		if i := slices.IndexFunc(over, func(l store.Doc) bool { return l.Key > d.Key }); i >= 0 {
			return over[i].Unit == c.Unit
		}
		return true
	}
}

// couldLead are the offices that the person could ask to take the case over.
func (s *Service) couldLead(tx *store.Tx, who *Person, c cases.Case, events []cases.Event, joined []Joined) (out []id.Unit, err error) {
	if !who.Has(cases.Approver) || slices.ContainsFunc(joined, func(j Joined) bool { return j.Lead != "" }) {
		return nil, nil
	}
	for _, j := range joined {
		switch err := s.passable(tx, c, events, j.Unit); {
		case err == nil:
			out = append(out, j.Unit)
		case !errs.Is(err, errs.Conflict) && !errs.Is(err, errs.Denied):
			return nil, err
		}
	}
	return out, nil
}
