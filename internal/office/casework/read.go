package casework

import (
	"context"
	"encoding/hex"
	"io"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// Row is a case in the queue: routing fields and clocks, never content.
type Row struct {
	Case   cases.Case
	Danger bool // open: nobody has dealt with it
	Due    store.Due
}

// Filter narrows a list. There is nothing finer: no name, no word, no person.
type Filter struct {
	Category id.Category
	Region   id.Region
	State    cases.State
	Via      cases.Via
	Lang     string
	Day      workday.Day
}

// List gives the next cases of the person's unit after a place: danger first, then by the clock that ends next. A
// handler sees the cases assigned to them. More says that next leads to more, or may: a list can be short, even empty.
func (s *Service) List(ctx context.Context, who *Person, f Filter, after store.Cursor, limit int) (rows []Row, next store.Cursor, more bool, err error) {
	none := func() cases.Case { return cases.Case{} }
	err = s.guardedRead(ctx, who, "list", none, nil, func(tx *store.Tx) error {
		if !who.Has(cases.Triage, cases.Approver, cases.Handler) {
			return errs.New(errs.Denied, "casework.role", nil)
		}
		filter := store.Filter{Units: []id.Unit{who.Unit}, Category: f.Category, Region: f.Region, State: f.State, Via: f.Via, Lang: f.Lang, Day: f.Day}
		if !who.Has(readers[:]...) {
			rows, next, more, err = listOf(tx, who.Member, filter, after, limit, max(handlerLook, limit))
			return err
		}
		page, err := tx.Queue(filter, after, limit)
		for _, q := range page.Cases {
			rows = append(rows, Row{q.Case, q.Danger, q.Due})
		}
		next, more = page.Next, page.More
		return err
	})
	return rows, next, more, err
}

// handlerLook is about how many cases of others a handler's list looks at: whether one is theirs stands in its events.
const handlerLook = 10_000

// listOf lists what is assigned to a handler, which may stand behind much that is not. After about look cases it stops
// short, and more says so.
func listOf(tx *store.Tx, who id.Member, f store.Filter, after store.Cursor, limit, look int) (rows []Row, next store.Cursor, more bool, err error) {
	const part = 100
	next, more = after, true
	for looked := 0; more && len(rows) < limit && looked < look; {
		page, err := tx.Queue(f, next, min(part, look))
		if err != nil {
			return nil, next, false, err
		}
		looked += page.Looked
		next, more = page.Next, page.More
		for i, q := range page.Cases {
			events, err := tx.Events(q.Key)
			if err != nil {
				return nil, next, false, err
			}
			if cases.AssignedTo(caselog.Bare(events)) != who {
				continue
			}
			rows = append(rows, Row{q.Case, q.Danger, q.Due})
			if len(rows) == limit {
				next, more = q.Place(), more || i < len(page.Cases)-1
				break
			}
		}
	}
	return rows, next, more, nil
}

// SealedDoc is a document as the server has it.
type SealedDoc struct {
	store.Doc
	Body  []byte
	Blobs []store.Blob
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
	Danger    bool   // the flag is up and nobody has dealt with it
	Identity  string // hex SHA-256 of the sealed identity box that is kept with the case, "" for none
}

// Open hands out the ciphertext of a case and writes that down.
func (s *Service) Open(ctx context.Context, who *Person, number string) (*File, error) {
	var f File
	err := s.guardedRead(ctx, who, "open", func() cases.Case { return f.Case }, nil, func(tx *store.Tx) error {
		c, rows, err := s.find(tx, who, number)
		if err != nil {
			return err
		}
		f = File{Case: c, Events: caselog.Bare(rows), Chains: map[cases.Chain][]SealedDoc{}}
		if err := mayOpen(who, c, f.Events); err != nil {
			return err
		}
		f.Clocks = s.o.Machine.Clocks(f.Events, s.today())
		for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} {
			if f.Chains[chain], err = readChain(tx, c.Key, chain); err != nil {
				return err
			}
		}
		f.Danger = dangerOpen(c, f.Events)
		if f.Identity, err = identityHash(tx, c.Key); err != nil {
			return err
		}
		if f.FirstKeys, err = tx.FirstKeys(c.Key); err != nil {
			return err
		}
		m, err := tx.MailboxOf(c.Key)
		if errs.Is(err, errs.NotFound) {
			return nil
		}
		f.Mailbox = &m
		return err
	})
	if err != nil {
		return nil, err
	}
	return &f, nil
}

func identityHash(tx *store.Tx, key int64) (string, error) {
	hash, err := tx.IdentityHash(key)
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	return hex.EncodeToString(hash[:]), err
}

func dangerOpen(c cases.Case, events []cases.Event) bool {
	for _, e := range events {
		if e.Kind == cases.EventDangerSettled {
			return false
		}
	}
	return c.Danger
}

func readChain(tx *store.Tx, key int64, chain cases.Chain) ([]SealedDoc, error) {
	docs, err := tx.Docs(key, chain)
	if err != nil {
		return nil, err
	}
	out := make([]SealedDoc, len(docs))
	for i, d := range docs {
		out[i].Doc = d
		if out[i].Body, err = tx.DocBody(d.Key); err != nil {
			return nil, err
		}
		if out[i].Blobs, err = tx.Blobs(d.Key); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Blob hands out the ciphertext of an attachment of a case that the person may open.
func (s *Service) Blob(ctx context.Context, who *Person, number string, b id.Blob) (io.ReadCloser, error) {
	var c cases.Case
	var row store.Blob
	detail := map[string]any{"blob": b.String()}
	err := s.guardedRead(ctx, who, "file", func() cases.Case { return c }, detail, func(tx *store.Tx) error {
		found, rows, err := s.find(tx, who, number)
		if err != nil {
			return err
		}
		c = found
		if err := mayOpen(who, c, caselog.Bare(rows)); err != nil {
			return err
		}
		row, err = tx.Blob(b)
		if err == nil && row.Case != c.Key {
			err = errs.New(errs.NotFound, "casework.no_file", nil)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.o.Blobs.Open(ctx, b, blob.Info{Size: row.Size, SHA256: row.SHA256, Chunks: row.Chunks})
}

func (s *Service) today() workday.Day { return workday.DayOf(s.o.Now(), s.o.Pack.Zone) }

// Today is the authority's civil day: what documents written now must carry.
func (s *Service) Today() workday.Day { return s.today() }
