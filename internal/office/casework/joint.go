package casework

import (
	"context"
	"encoding/hex"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// Reading and acting are two checks: an office that joined is a reader of what it was given and of nothing else, and every call that
// changes a case asks for the case's own office, in [Service.open].

// Header is a document's file key, sealed once more for an office that joins.
type Header struct {
	Doc    id.Doc
	Header []byte
}

// MostJoined is how many offices can read a case beside its own: something sealed to all of them has no more recipients than that.
const MostJoined = seal.MaxRecipients - 1

// Share lets another office read chosen documents of a case, and more of them when it does already. An approver of the case's own office
// decides it: it widens the circle of those who know. The server keeps the new header beside the document's body, so that no copy can
// say anything else; that it was sealed to that office's key only its holder can tell.
func (s *Service) Share(ctx context.Context, who *Person, number string, unit id.Unit, headers []Header) error {
	var c cases.Case
	detail := map[string]any{"office": string(unit), "documents": len(headers)}
	return s.guarded(ctx, who, "share", func() cases.Case { return c }, detail, func(tx *store.Tx) error {
		found, events, err := s.open(tx, who, number)
		c = found
		if err != nil {
			return err
		}
		if err := s.mayShare(tx, who, c, unit); err != nil {
			return err
		}
		if len(headers) == 0 {
			return errs.New(errs.Invalid, "casework.nothing_chosen", nil)
		}
		if err := s.join(tx, who, &c, events, unit); err != nil {
			return err
		}
		var docs []store.Doc
		for _, h := range headers {
			d, err := tx.Doc(c.Key, h.Doc)
			if err != nil {
				return err
			}
			if err := addHeader(tx, d, unit, h.Header); err != nil {
				return err
			}
			docs = append(docs, d)
		}
		if err := reportGiven(tx, c, unit, docs); err != nil {
			return err
		}
		return handoversGiven(tx, c, events, unit, docs)
	})
}

// handoversGiven refuses what was written while another office had the case without the letters that passed it on: whoever reads it could
// not tell whose turn it was.
func handoversGiven(tx *store.Tx, c cases.Case, events []cases.Event, unit id.Unit, docs []store.Doc) error {
	if !slices.ContainsFunc(docs, func(d store.Doc) bool { return d.Unit != c.Unit && d.Kind != string(seal.KindNote) }) {
		return nil
	}
	for _, letter := range cases.Handovers(events) {
		d, err := tx.Doc(c.Key, letter)
		if err != nil {
			return err
		}
		if d.Unit == unit {
			continue
		}
		if _, err := tx.Header(d.Key, unit); errs.Is(err, errs.NotFound) {
			return errs.New(errs.Invalid, "casework.handover_first", nil)
		} else if err != nil {
			return err
		}
	}
	return nil
}

// join lets an office in that does not read the case yet, and writes that into its history.
func (s *Service) join(tx *store.Tx, who *Person, c *cases.Case, events []cases.Event, unit id.Unit) error {
	if _, err := tx.CaseUnit(c.Key, unit); !errs.Is(err, errs.NotFound) {
		return err
	}
	if err := tx.JoinUnit(c.Key, unit, s.today()); err != nil {
		return err
	}
	return s.note(tx, who, c, events, cases.EventOfficeJoined)
}

// note adds to the history that an office joined or left.
func (s *Service) note(tx *store.Tx, who *Person, c *cases.Case, events []cases.Event, kind cases.EventKind) error {
	e, err := s.o.Machine.Office(*c, events, kind, who.Member, s.today(), s.o.Now())
	if err == nil {
		c.Version, err = tx.AddEvents(c.Key, c.Version, store.Event{Event: e})
	}
	return err
}

// shut are the states in which nobody new is let in.
var shut = [...]cases.State{cases.Closed, cases.Retained, cases.Erased}

// avoids reports of an office whether the reporter chose another in its place, or in that of one above it. Who fears an office shall not
// find it reading: no approver can undo that choice. The office that they chose is that of the report, whatever the case's is by now.
func (s *Service) avoids(tx *store.Tx, c cases.Case) (func(id.Unit) bool, error) {
	chain, err := tx.Docs(c.Key, cases.FromReporter)
	if err != nil || len(chain) == 0 {
		return func(id.Unit) bool { return false }, err
	}
	return func(unit id.Unit) bool { return s.passedOver(c, chain[0].Unit, unit) }, nil
}

func (s *Service) passedOver(c cases.Case, chosen, unit id.Unit) bool {
	usual, ok := s.o.Pack.Route(c.Category, c.Region)
	if !ok || usual.ID == chosen {
		return false
	}
	for range s.o.Pack.Offices {
		if unit == usual.ID {
			return true
		}
		o, ok := s.o.Pack.Office(unit)
		if !ok {
			break
		}
		unit = o.Parent
	}
	return false
}

// couldJoin are the offices that an approver could let read the case, in the order of the pack.
func (s *Service) couldJoin(tx *store.Tx, who *Person, c cases.Case, joined []store.CaseUnit) (out []id.Unit, err error) {
	if !who.Has(cases.Approver) || slices.Contains(shut[:], c.State) {
		return nil, nil
	}
	avoided, err := s.avoids(tx, c)
	if err != nil {
		return nil, err
	}
	for _, o := range s.o.Pack.Offices {
		in := slices.ContainsFunc(joined, func(u store.CaseUnit) bool { return u.Unit == o.ID })
		if o.ID != c.Unit && !avoided(o.ID) && (in || len(joined) < MostJoined) {
			out = append(out, o.ID)
		}
	}
	return out, nil
}

// mayShare refuses who may not decide it, and offices that cannot join.
func (s *Service) mayShare(tx *store.Tx, who *Person, c cases.Case, unit id.Unit) error {
	_, known := s.o.Pack.Office(unit)
	avoided, err := s.avoids(tx, c)
	switch {
	case err != nil:
		return err
	case !who.Has(cases.Approver):
		return errs.New(errs.Denied, "casework.role", nil)
	case !known || unit == c.Unit:
		return errs.New(errs.Invalid, "casework.no_office", nil)
	case avoided(unit):
		return errs.New(errs.Denied, "casework.office_avoided", nil)
	case slices.Contains(shut[:], c.State):
		return errs.New(errs.Conflict, "cases.not_from_here", nil)
	}
	joined, err := tx.CaseUnits(c.Key)
	if err != nil {
		return err
	}
	in := func(u store.CaseUnit) bool { return u.Unit == unit }
	if len(joined) >= MostJoined && !slices.ContainsFunc(joined, in) {
		return errs.New(errs.Conflict, "casework.offices_full", errs.Args{"Count": MostJoined})
	}
	return nil
}

// addHeader keeps a header that fits a document.
func addHeader(tx *store.Tx, d store.Doc, unit id.Unit, header []byte) error {
	body, err := tx.DocBody(d.Key)
	if err != nil {
		return err
	}
	if _, err := seal.WithHeader(body, header, 1); err != nil {
		return errs.Wrap(errs.Invalid, "casework.not_sealed", nil, err)
	}
	return tx.AddHeader(d.Key, unit, header)
}

// reportGiven refuses letters of the reporter without the report: their keys stand in it, and nobody could check who wrote.
func reportGiven(tx *store.Tx, c cases.Case, unit id.Unit, docs []store.Doc) error {
	if !slices.ContainsFunc(docs, func(d store.Doc) bool { return d.Chain == cases.FromReporter }) {
		return nil
	}
	chain, err := tx.Docs(c.Key, cases.FromReporter)
	if err != nil || len(chain) == 0 {
		return err
	}
	if _, err = tx.Header(chain[0].Key, unit); errs.Is(err, errs.NotFound) {
		return errs.New(errs.Invalid, "casework.report_first", nil)
	}
	return err
}

// Unshare ends that another office reads a case. An approver of either office does it. What was read is known; nothing more is handed out.
func (s *Service) Unshare(ctx context.Context, who *Person, number string, unit id.Unit) error {
	var c cases.Case
	return s.guarded(ctx, who, "unshare", func() cases.Case { return c }, map[string]any{"office": string(unit)}, func(tx *store.Tx) error {
		found, events, _, err := s.reader(tx, who, number)
		c = found
		switch {
		case err != nil:
			return err
		case !who.Has(cases.Approver):
			return errs.New(errs.Denied, "casework.role", nil)
		case c.Unit != who.Unit && unit != who.Unit: // another office that joined is none of its business
			return errs.New(errs.NotFound, "casework.no_office", nil)
		}
		if err = tx.LeaveUnit(c.Key, unit); errs.Is(err, errs.NotFound) {
			return errs.New(errs.NotFound, "casework.no_office", nil)
		}
		if err != nil {
			return err
		}
		return s.note(tx, who, &c, events, cases.EventOfficeLeft)
	})
}

// SharedRow is a case of another office that the person's office reads.
type SharedRow struct {
	Case  cases.Case
	Since workday.Day
	Due   store.Due
	Lead  store.Lead
}

// Shared lists the next cases of other offices that the person's office reads, behind the internal key of the last one, in the order in
// which they came. It is a list of its own: they are other people's work, and stand in no number of the office.
func (s *Service) Shared(ctx context.Context, who *Person, after int64) (rows []SharedRow, more bool, err error) {
	err = s.guardedRead(ctx, who, "shared", noCase, nil, func(tx *store.Tx) error {
		rows = nil
		if !who.Has(readers[:]...) {
			return errs.New(errs.Denied, "casework.role", nil)
		}
		found, err := tx.JoinedCases(who.Unit, after, maxPage+1)
		if err != nil {
			return err
		}
		aside, err := tx.AsideIn(who.Member)
		more = len(found) > maxPage
		for _, j := range found[:min(len(found), maxPage)] {
			if aside[j.Case.ID] {
				continue
			}
			rows = append(rows, SharedRow{Case: j.Case, Since: j.Since, Due: j.Due, Lead: j.Lead})
		}
		return err
	})
	return rows, more, err
}

// SharedFile is what an office that joined gets of a case: where it stands and the documents that were chosen, each with the office's
// own header. Hash and Size of a document stay those of the original. There is no mailbox, no identity and no act in it.
type SharedFile struct {
	Case   cases.Case
	Since  workday.Day
	Lead   store.Lead // whether this office was asked to take it over, and has said yes
	Asker  bool       // who asked is the person who opens it, or stands in for them
	Clocks []cases.Clock
	Docs   []SealedDoc // by chain and number; what was not chosen is missing
	// Last is the last document inside, given or not: what a note of this office follows.
	Last seal.ChainHead
	// Offices wrote in it beside the case's own.
	Offices []id.Unit
	Ends    bool // the person may end it for their office
}

// OpenShared hands out what the person's office was given of another office's case, and writes that down.
func (s *Service) OpenShared(ctx context.Context, who *Person, number string) (*SharedFile, error) {
	var f SharedFile
	n := func() int { return len(f.Docs) }
	err := s.handOut(ctx, who, "open_shared", func() cases.Case { return f.Case }, nil, n, func(tx *store.Tx) error {
		f = SharedFile{}
		if !who.Has(readers[:]...) {
			return errs.New(errs.Denied, "casework.role", nil)
		}
		c, events, joined, err := s.reader(tx, who, number)
		f.Case = c // a refusal names it, too
		if err != nil {
			return err
		}
		if joined == nil { // the office's own case is opened as such
			return errs.New(errs.NotFound, "casework.no_case", nil)
		}
		f = SharedFile{Case: c, Since: joined.Since, Clocks: s.o.Machine.Clocks(events, s.today()), Ends: who.Has(cases.Approver),
			Lead: joined.Lead, Asker: who.holds(cases.LeadAskedBy(events))}
		if f.Docs, err = givenDocs(tx, c.Key, who.Unit); err != nil {
			return err
		}
		f.Offices = otherOffices(c, f.Docs)
		f.Last, err = lastInside(tx, c.Key)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &f, nil
}

// otherOffices are the offices that wrote among the documents, beside the case's own.
func otherOffices(c cases.Case, docs []SealedDoc) (out []id.Unit) {
	for _, d := range docs {
		if d.Unit != c.Unit && !slices.Contains(out, d.Unit) {
			out = append(out, d.Unit)
		}
	}
	return out
}

// lastInside is where the chain inside stands.
func lastInside(tx *store.Tx, key int64) (head seal.ChainHead, err error) {
	docs, err := tx.Docs(key, cases.Inside)
	if n := len(docs); n > 0 {
		head = seal.ChainHead{Seq: docs[n-1].Seq, Sealed: hex.EncodeToString(docs[n-1].Hash[:])}
	}
	return head, err
}

// NoteShared keeps a note of an office that reads the case beside its own, sealed to both. It is no event and changes nothing. The same
// document again does nothing. Conflict with key "store.doc_order" when another document came first.
func (s *Service) NoteShared(ctx context.Context, who *Person, number string, d Document) error {
	var c cases.Case
	return s.guarded(ctx, who, "note", func() cases.Case { return c }, map[string]any{"joined": true}, func(tx *store.Tx) error {
		if !who.Has(readers[:]...) {
			return errs.New(errs.Denied, "casework.role", nil)
		}
		found, _, joined, err := s.reader(tx, who, number)
		c = found
		switch {
		case err != nil:
			return err
		case joined == nil: // in the office's own case it is [Service.Write]
			return errs.New(errs.NotFound, "casework.no_case", nil)
		case d.Kind != seal.KindNote:
			return errs.New(errs.Invalid, "casework.not_a_note", nil)
		case slices.Contains(shut[:], c.State):
			return errs.New(errs.Conflict, "cases.not_from_here", nil)
		}
		if known, err := tx.Doc(c.Key, d.ID); err == nil && hex.EncodeToString(known.Hash[:]) == seal.SealedHash(d.Sealed) {
			return nil
		}
		// One header for two offices: that one of them is the case's own only its people can tell, and they are told.
		if n, err := seal.CheckHeader(d.Sealed, seal.MaxRecipients); err != nil || n != 2 || len(d.Uploads) > 0 {
			return errs.Wrap(errs.Invalid, "casework.not_sealed", nil, err)
		}
		if err := checkDocument(d); err != nil {
			return err
		}
		_, err = s.storeDoc(tx, c, who.Unit, d)
		return err
	})
}

// givenDocs are the documents of a case for which an office has a header, and those that it wrote.
func givenDocs(tx *store.Tx, key int64, unit id.Unit) (out []SealedDoc, err error) {
	for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} {
		docs, err := tx.Docs(key, chain)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			header, err := tx.Header(d.Key, unit)
			own := errs.Is(err, errs.NotFound) && d.Unit == unit
			if errs.Is(err, errs.NotFound) && !own {
				continue
			}
			if err != nil && !own {
				return nil, err
			}
			one := SealedDoc{Doc: d}
			if one.Body, err = tx.DocBody(d.Key); err != nil {
				return nil, err
			}
			if one.Given = !own; one.Given {
				one.Body, err = seal.WithHeader(one.Body, header, 1)
			}
			if err != nil {
				return nil, err
			}
			if one.Blobs, err = tx.Blobs(d.Key); err != nil {
				return nil, err
			}
			out = append(out, one)
		}
	}
	return out, nil
}

// reader reads a case and its events for somebody whose office reads it: joined says how, nil for the case's own office. To everybody
// else there is no such case.
func (s *Service) reader(tx *store.Tx, who *Person, number string) (c cases.Case, events []cases.Event, joined *store.CaseUnit, err error) {
	c, events, err = s.open(tx, who, number)
	if !errs.Is(err, errs.NotFound) || !who.Has(readers[:]...) {
		return c, events, nil, err
	}
	clean, bad := cases.ParseNumber(s.o.Pack.Prefix, number)
	if bad != nil {
		return cases.Case{}, nil, nil, err
	}
	other, absent := tx.CaseByNumber(clean)
	if errs.Is(absent, errs.NotFound) {
		return cases.Case{}, nil, nil, err
	}
	if absent != nil {
		return cases.Case{}, nil, nil, absent
	}
	u, absent := tx.CaseUnit(other.Key, who.Unit)
	if errs.Is(absent, errs.NotFound) {
		return cases.Case{}, nil, nil, err
	}
	if absent != nil {
		return cases.Case{}, nil, nil, absent
	}
	if events, err = s.events(tx, other.Key); err == nil && slices.Contains(cases.Aside(events), who.Member) {
		err = errs.New(errs.Denied, "casework.aside", nil) // an interest does not end at the door of the other office
	}
	return other, events, &u, err
}
