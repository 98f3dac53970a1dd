package casework

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// SealedDoc is a document as the server has it.
type SealedDoc struct {
	store.Doc
	Body  []byte
	Blobs []store.Blob
	// Waiting is a letter that no mailbox shows, of a case that has one or can still get one: it was written before.
	Waiting bool
	// Given: Body has a header of this office's own, so that its hash is not Hash.
	Given bool
	// Withheld is a document inside from when another office had the case, which was not handed over with it. Body is nil.
	Withheld bool
}

// File is everything of one case that a person who may open it gets.
type File struct {
	Case    cases.Case
	Events  []cases.Event
	Clocks  []cases.Clock
	Chains  map[cases.Chain][]SealedDoc
	Mailbox *store.Mailbox // nil when the reporter closed it, or has no receipt code yet
	// FirstKeys were registered with a pick-up number or link: only the server vouches for them.
	FirstKeys []store.Mailbox
	Danger    bool          // the flag is up and nobody has dealt with it
	Raised    time.Time     // the minute in which it was raised, while Danger
	Identity  string        // hex SHA-256 of the sealed identity box that is kept with the case, "" for none
	Handler   id.Member     // to whom the case is assigned, "" for nobody
	Handlers  []Colleague   // of the unit, in the roster's order: to whom it can be
	Others    []Colleague   // who may see it beside the one who asks, in the roster's order
	Aside     []Colleague   // who take no part, in that order
	Offers    []cases.Offer // what this person may do now, or why not
	Samples   []SampleAsked // the inspector's open request, one at most
	Parent    *Linked       // what a linked case is linked to; nil for others, and when that case was erased
	Children  []Linked      // what is linked to this case
	Joined    []Joined      // offices that read it beside this one
	Could     []id.Unit     // offices that this person could let read it, those that do already among them
	Leads     []id.Unit     // offices that read it and that this person could ask to take it over
	Offices   []id.Unit     // offices that wrote in it beside its own, or to which it was written
	parent    *cases.Parent
}

// Joined is an office that reads a case beside its own, and the documents that it was given.
type Joined struct {
	store.CaseUnit
	Given []id.Doc
}

// Colleague is a member of a unit by name. Reads: they say that they handle cases in the language of this one. Away is the last day of
// the absence that they are in today, zero for who is there.
type Colleague struct {
	ID    id.Member
	Name  string
	Reads bool
	Away  workday.Day
}

// Open hands out the ciphertext of a case and writes that down.
func (s *Service) Open(ctx context.Context, who *Person, number string) (*File, error) {
	roster, err := s.newest(ctx, who.Unit)
	if err != nil {
		return nil, err
	}
	var f File
	detail := map[string]any{}
	err = s.handOut(ctx, who, "open", func() cases.Case { return f.Case }, detail, f.documents, func(tx *store.Tx) error {
		c, events, err := s.open(tx, who, number)
		f = File{Case: c, Events: events, Chains: map[cases.Chain][]SealedDoc{}}
		if err != nil {
			return err
		}
		if f.parent, err = s.parentOf(tx, c, "", ""); err != nil {
			return err
		}
		who.saysFor(detail, events)
		f.derive(s, who, roster)
		if f.Danger {
			if f.Raised, err = tx.DangerSince(c.Key); err != nil && !errs.Is(err, errs.NotFound) {
				return err
			}
		}
		if err := f.read(s, tx); err != nil {
			return err
		}
		if f.Could, err = s.couldJoin(tx, who, c, unitsOf(f.Joined)); err != nil {
			return err
		}
		if f.Leads, err = s.couldLead(tx, who, c, events, f.Joined); err != nil {
			return err
		}
		f.Offices = otherOffices(c, slices.Concat(f.Chains[cases.FromReporter], f.Chains[cases.FromUnit], f.Chains[cases.Inside]))
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &f, nil
}

func unitsOf(all []Joined) (out []store.CaseUnit) {
	for _, j := range all {
		out = append(out, j.CaseUnit)
	}
	return out
}

// documents is how many documents of the case the person is handed.
func (f *File) documents() (n int) {
	for _, chain := range f.Chains {
		n += len(chain)
	}
	return n
}

// newest is the unit's roster in force, as it was last verified.
func (s *Service) newest(ctx context.Context, unit id.Unit) (*proof.Roster, error) {
	chain, err := s.standing(ctx, unit)
	if err == nil && len(chain) == 0 {
		err = errs.New(errs.Denied, "casework.no_roster", errs.Args{"Unit": string(unit)})
	}
	if err != nil {
		return nil, err
	}
	return chain[len(chain)-1], nil
}

// derive fills in what follows from the events and the roster.
func (f *File) derive(s *Service, who *Person, roster *proof.Roster) {
	f.Clocks = s.o.Machine.Clocks(f.Events, s.today())
	f.Danger = dangerOpen(f.Case, f.Events)
	f.Handler = cases.AssignedTo(f.Events)
	open := f.Case
	open.Danger = f.Danger
	f.Offers = s.o.Machine.Offers(open, f.Events, who.actor(), s.today(), f.parent)
	aside := cases.Aside(f.Events)
	for _, m := range aside {
		f.Aside = append(f.Aside, Colleague{ID: m, Name: nameOn(roster, m)})
	}
	for _, m := range roster.Members {
		if slices.Contains(aside, id.Member(m.ID)) {
			continue
		}
		if p := personOf(f.Case.Unit, m); p.Member != who.Member && p.Has(cases.Triage, cases.Handler, cases.Approver) {
			f.Others = append(f.Others, Colleague{ID: p.Member, Name: m.Name})
		}
		if slices.Contains(m.Roles, string(cases.Handler)) {
			f.Handlers = append(f.Handlers, Colleague{ID: id.Member(m.ID), Name: m.Name})
		}
	}
}

// nameOn is what a roster calls somebody; who has left it is known by their short name alone.
func nameOn(r *proof.Roster, m id.Member) string {
	for _, x := range r.Members {
		if x.ID == string(m) {
			return x.Name
		}
	}
	return string(m)
}

// read takes the documents and keys out of the database.
func (f *File) read(s *Service, tx *store.Tx) (err error) {
	key := f.Case.Key
	for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} {
		if f.Chains[chain], err = readChain(tx, f.Case, chain); err != nil {
			return err
		}
	}
	own := ownBefore(f.Case, f.Events, bare(f.Chains[cases.FromUnit]))
	for i, d := range f.Chains[cases.Inside] {
		if !d.Given && !own(d.Doc) {
			f.Chains[cases.Inside][i].Withheld, f.Chains[cases.Inside][i].Body, f.Chains[cases.Inside][i].Blobs = true, nil, nil
		}
	}
	if f.Identity, err = identityHash(tx, key); err != nil {
		return err
	}
	if f.FirstKeys, err = tx.FirstKeys(key); err != nil {
		return err
	}
	if f.Samples, err = s.samplesOf(tx, key); err != nil {
		return err
	}
	if err := f.readHandlers(tx, s.today()); err != nil {
		return err
	}
	if err := f.readLinks(tx); err != nil {
		return err
	}
	if err := f.readJoined(tx); err != nil {
		return err
	}
	m, err := tx.MailboxOf(key)
	switch {
	case err == nil:
		f.Mailbox = &m
	case !errs.Is(err, errs.NotFound):
		return err
	}
	return f.waiting(tx)
}

// readJoined takes the offices that read the case, and what each was given.
func (f *File) readJoined(tx *store.Tx) error {
	units, err := tx.CaseUnits(f.Case.Key)
	for _, u := range units {
		given, err := tx.GivenDocs(f.Case.Key, u.Unit)
		if err != nil {
			return err
		}
		f.Joined = append(f.Joined, Joined{u, given})
	}
	return err
}

// readHandlers marks those who read the case's language, and those who are away.
func (f *File) readHandlers(tx *store.Tx, today workday.Day) error {
	said, err := tx.Tongues("desk")
	if err != nil {
		return err
	}
	away, err := tx.Absences(f.Case.Unit, today)
	if err != nil {
		return err
	}
	for i := range f.Handlers {
		m := &f.Handlers[i]
		m.Reads = slices.Contains(said[m.ID], f.Case.Lang)
		for _, a := range away {
			if a.Member == m.ID && a.Has(today) {
				m.Away = a.To
			}
		}
	}
	return nil
}

// waiting marks the letters that no mailbox shows. Where the reporter closed the mailbox they wait for nobody, unless a first
// code has made another one.
func (f *File) waiting(tx *store.Tx) error {
	if f.Mailbox == nil {
		closed, err := tx.HadMailbox(f.Case.Key)
		if err != nil {
			return err
		}
		for i := range f.Chains[cases.FromUnit] {
			f.Chains[cases.FromUnit][i].Waiting = !closed
		}
		return nil
	}
	shown, err := tx.Items(f.Mailbox.Key)
	if err != nil {
		return err
	}
	for i, d := range f.Chains[cases.FromUnit] {
		f.Chains[cases.FromUnit][i].Waiting = !slices.ContainsFunc(shown, func(it store.Item) bool { return it.Doc.Key == d.Key })
	}
	return nil
}

func identityHash(tx *store.Tx, key int64) (string, error) {
	hash, err := tx.IdentityHash(key)
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	return hex.EncodeToString(hash[:]), err
}

func dangerOpen(c cases.Case, events []cases.Event) bool {
	return c.Danger && !slices.ContainsFunc(events, func(e cases.Event) bool { return e.Kind == cases.EventDangerSettled })
}

func bare(docs []SealedDoc) (out []store.Doc) {
	for _, d := range docs {
		out = append(out, d.Doc)
	}
	return out
}

func readChain(tx *store.Tx, c cases.Case, chain cases.Chain) ([]SealedDoc, error) {
	docs, err := tx.Docs(c.Key, chain)
	if err != nil {
		return nil, err
	}
	out := make([]SealedDoc, len(docs))
	for i, d := range docs {
		out[i].Doc = d
		if out[i].Body, err = tx.DocBody(d.Key); err != nil {
			return nil, err
		}
		if err := out[i].readHeader(tx, c.Unit); err != nil {
			return nil, err
		}
		if out[i].Blobs, err = tx.Blobs(d.Key); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// readHeader puts the office's own header before a document that was sealed to another, where it was given one.
func (d *SealedDoc) readHeader(tx *store.Tx, unit id.Unit) error {
	if d.Unit == unit {
		return nil
	}
	header, err := tx.Header(d.Key, unit)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err == nil {
		d.Body, err = seal.WithHeader(d.Body, header, 1)
		d.Given = true
	}
	return err
}
