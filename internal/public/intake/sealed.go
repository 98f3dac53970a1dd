package intake

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"slices"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/work"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// Sealed is a report that the sender's own machine sealed. The server sees these fields and nothing else.
type Sealed struct {
	Case     id.Case
	Doc      id.Doc
	Unit     id.Unit
	Category id.Category
	Region   id.Region
	Lang     string
	Danger   bool
	At       cases.SealedAt // browser or terminal
	Contact  cases.Contact
	Wish     bool      // for a reward
	Claim    string    // Ed25519, base64url; "" for none
	Identity *Identity // nil exactly when anonymous
	Mailbox  seal.Mailbox
	Sealed   []byte
	Files    []id.Blob // uploads, in the report's order
	Work     work.Payload
}

// SealedReceipt is the answer to a sealed report. The sender has the code already.
type SealedReceipt struct {
	Day             workday.Day
	Promises        []cases.Promise
	Acknowledgement []byte
}

// Challenge asks for work that grows with what waits for the database.
func (s *Service) Challenge() (work.Challenge, error) {
	return s.work.Issue(work.EffortAt(s.o.Store.Waiting(), s.o.Queue), s.o.Now())
}

// SubmitSealed stores a report that was sealed elsewhere. The same report again gives the same answer and stores
// nothing, also when it could not be taken any more: whoever got no answer must learn that it arrived, or sends it a
// second time under another code. It answers only after the report is durable.
func (s *Service) SubmitSealed(ctx context.Context, in Sealed) (SealedReceipt, error) {
	got, err := s.submitSealed(ctx, in)
	if err == nil {
		return got, nil
	}
	c, there := s.stored(ctx, in)
	if !there {
		return got, err
	}
	// Not by the mailbox: its keys may have changed since, or it was closed.
	ack, err := s.Acknowledgement(ctx, &Mailbox{c: c})
	return SealedReceipt{Day: c.Day, Promises: s.o.Machine.Promises(c.Day), Acknowledgement: ack}, err
}

// stored finds the case that these very bytes began.
func (s *Service) stored(ctx context.Context, in Sealed) (c cases.Case, there bool) {
	err := s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if c, err = tx.Case(in.Case); err != nil {
			return err
		}
		d, err := tx.Doc(c.Key, in.Doc)
		there = err == nil && d.Hash == hashOf(in.Sealed)
		return err
	})
	return c, err == nil && there
}

func (s *Service) submitSealed(ctx context.Context, in Sealed) (SealedReceipt, error) {
	open, err := s.o.Open(ctx)
	if err != nil {
		return SealedReceipt{}, err
	}
	if !open {
		return SealedReceipt{}, errs.New(errs.Unavailable, KeyClosed, nil)
	}
	if err := s.CheckCategory(ctx, in.Category); err != nil {
		return SealedReceipt{}, err
	}
	mailbox, err := s.checkSealed(in)
	if err != nil {
		return SealedReceipt{}, err
	}
	who, claim, err := s.checkIdentity(in, mailbox)
	if err != nil {
		return SealedReceipt{}, err
	}
	mark, err := s.work.Check(in.Work, s.o.Now(), oneInHundred())
	if err != nil {
		return SealedReceipt{}, err
	}
	if err := s.prepareUploads(ctx, in.Files); err != nil {
		return SealedReceipt{}, err
	}
	day := s.today()
	r, err := s.prepare(caselog.Arriving{
		Case: cases.Case{
			ID: in.Case, Unit: in.Unit, Category: in.Category, Region: in.Region, Lang: in.Lang, Danger: in.Danger, Contact: in.Contact, Wish: in.Wish, Sealed: in.At, Via: cases.ViaWeb,
		},
		Doc: in.Doc, Mailbox: &mailbox, Identity: who, Claim: claim,
	}, day, in.Sealed)
	if err != nil {
		return SealedReceipt{}, err
	}
	var files []store.Upload
	use, err := s.commit(ctx, r, func(tx *store.Tx) (use store.FormUse, err error) {
		if use, err = tx.UseReportWork(mark, r.Case.ID, s.o.Now()); err != nil || use != store.FormFresh {
			return use, err
		}
		files, err = takeUploads(tx, in.Files)
		for _, f := range files {
			r.Received.Files = append(r.Received.Files, hexHash(f.SHA256))
		}
		return use, err
	}, func(tx *store.Tx, doc int64) error { return attach(tx, files, doc) })
	switch {
	case err != nil:
		return SealedReceipt{}, err
	case use != store.FormFresh:
		return SealedReceipt{}, errs.New(errs.Conflict, "work.used", nil)
	}
	s.tallies.act("report")
	ack, err := s.acknowledge(r.Leaf, day)
	return SealedReceipt{Day: day, Promises: s.o.Machine.Promises(day), Acknowledgement: ack}, err
}

// oneInHundred says whether this proof of work is derived again.
func oneInHundred() bool {
	var b [1]byte
	rand.Read(b[:])
	return b[0] < 3
}

// checkSealed looks at everything that can be seen from outside.
func (s *Service) checkSealed(in Sealed) (box store.Mailbox, err error) {
	bad := func(key string) error { return errs.New(errs.Invalid, key, nil) }
	c, ok := s.o.Pack.Category(in.Category)
	if !ok {
		return box, bad("intake.category_unknown")
	}
	if _, ok := s.o.Pack.Region(in.Region); in.Region != "" && !ok {
		return box, bad("intake.region_unknown")
	}
	if !s.mayGoTo(c, in) {
		return box, bad("intake.office_unknown")
	}
	if !slices.Contains(s.o.Pack.Languages, in.Lang) {
		return box, bad("intake.lang_missing")
	}
	if err := caselog.CheckSealed(in.Sealed); err != nil {
		return box, err
	}
	return publicMailbox(in.Mailbox)
}

// mayGoTo: the office that reads such a report, or the one above it.
func (s *Service) mayGoTo(c *pack.Category, in Sealed) bool {
	usual, ok := s.o.Pack.Route(c.ID, in.Region)
	if !ok {
		return false
	}
	above, ok := s.o.Pack.Above(usual.ID)
	return in.Unit == usual.ID || ok && in.Unit == above.ID
}

func publicMailbox(m seal.Mailbox) (box store.Mailbox, err error) {
	auth, aerr := seal.ParseKey(m.Auth)
	sign, serr := seal.ParseKey(m.Sign)
	rerr := seal.CheckRecipientText(m.Recipient)
	if aerr != nil || serr != nil || rerr != nil || m.Auth == m.Sign {
		return box, errs.New(errs.Invalid, "intake.bad_keys", nil)
	}
	return store.Mailbox{Auth: [32]byte(auth), Sign: [32]byte(sign), Recipient: m.Recipient}, nil
}

// mailboxByAuth finds a mailbox without its code, or nil.
func (s *Service) mailboxByAuth(ctx context.Context, auth [32]byte) (*Mailbox, error) {
	m := &Mailbox{}
	err := s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if m.row, err = tx.MailboxByAuth(auth); err != nil {
			return err
		}
		m.c, err = tx.CaseByKey(m.row.Case)
		return err
	})
	if errs.Is(err, errs.NotFound) {
		return nil, errNoMailbox()
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// hashOf names sealed bytes.
func hashOf(b []byte) [32]byte { return sha256.Sum256(b) }
