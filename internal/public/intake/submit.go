package intake

import (
	"context"
	"encoding/json"
	"errors"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// Receipt is what a reporter gets at once.
type Receipt struct {
	Code     string // the only thing to keep
	Words    bool
	Day      workday.Day
	Promises []cases.Promise
}

// Errors of sending that the page answers with the form again and nothing lost.
const (
	KeyTooSoon  = "intake.too_soon"
	KeyTooOld   = "intake.form_old"
	KeySlotFull = "intake.slot_full"
	KeyUsed     = "intake.form_used"
	KeyClosed   = "intake.closed"
	KeyBusy     = "intake.busy"
)

// Renewable reports whether err asks for a fresh token and another try.
func Renewable(err error) bool {
	e, ok := errs.Public(err)
	return ok && (e.Key == KeyTooSoon || e.Key == KeyTooOld || e.Key == KeySlotFull)
}

// Submit seals and stores a checked draft with the files of its form. The same form with the same answers within
// ten minutes returns the same code and stores nothing. It answers only after the report is durable.
func (s *Service) Submit(ctx context.Context, t Token, d *Draft) (Receipt, error) {
	if err := s.admit(ctx, t); err != nil {
		return Receipt{}, err
	}
	if err := s.CheckCategory(ctx, d.Category); err != nil {
		return Receipt{}, err
	}
	select {
	case s.sealing <- struct{}{}:
		defer func() { <-s.sealing }()
	default:
		return Receipt{}, errs.New(errs.Unavailable, KeyBusy, nil)
	}
	code := t.code(s.o.FormKey, d.Words)
	keys, err := seal.DeriveMailbox(s.o.Instance, code)
	if err != nil {
		return Receipt{}, err
	}
	files, err := s.waitingFiles(ctx, t)
	if err != nil {
		return Receipt{}, err
	}
	day := s.today()
	r, err := s.sealReport(t, d, keys, files, day)
	if err != nil {
		return Receipt{}, err
	}
	receipt := Receipt{Code: code, Words: d.Words, Day: day, Promises: s.o.Machine.Promises(day)}
	mac, err := answersMAC(t, d)
	if err != nil {
		return Receipt{}, err
	}
	use, err := s.commit(ctx, r, func(tx *store.Tx) (store.FormUse, error) {
		return tx.UseForm([32]byte(t.mark()), t.slot(), mac, s.o.Slot, s.o.Now())
	}, func(tx *store.Tx, doc int64) error { return claim(tx, t, files, doc) })
	switch {
	case err != nil:
		return Receipt{}, err
	case use == store.FormSame:
		return s.again(ctx, keys, receipt)
	case use == store.FormUsed:
		return Receipt{}, errs.New(errs.Conflict, KeyUsed, nil)
	case use == store.FormSlotFull:
		return Receipt{}, errs.New(errs.Unavailable, KeySlotFull, nil)
	}
	s.tallies.act("report")
	return receipt, nil
}

// admit refuses forms whose time is not right, and everything while the doors are closed.
func (s *Service) admit(ctx context.Context, t Token) error {
	open, err := s.o.Open(ctx)
	switch age := t.age(s.o.Now()); {
	case err != nil:
		return err
	case !open:
		return errs.New(errs.Unavailable, KeyClosed, nil)
	// A form from the future was handed out before the clock was put back: it is as good as another.
	case age < s.o.MinAge && age > -s.o.MinAge:
		return errs.New(errs.Unavailable, KeyTooSoon, nil)
	case age > s.o.Life:
		return errs.New(errs.Unavailable, KeyTooOld, nil)
	}
	return nil
}

func (s *Service) sealReport(t Token, d *Draft, keys *seal.MailboxKeys, files []waiting, day workday.Day) (*caselog.Arrival, error) {
	to, err := s.o.Keys.UnitRecipient(d.Unit)
	if err != nil {
		return nil, err
	}
	body := d.report()
	body.Files, body.Mailbox = manifest(files), keys.Public()
	raw, err := seal.EncodeBody(body)
	if err != nil {
		return nil, err
	}
	doc := seal.Document{
		Instance: s.o.Instance, Kind: seal.KindReport, Case: t.caseID().String(), Chain: seal.ChainReporter,
		ID: t.docID().String(), Seq: 1, Unit: string(d.Unit), Day: day.String(), Author: seal.Author{Role: seal.RoleReporter}, Body: raw,
	}
	sealed, err := seal.SealDocument(doc, seal.FloorReport, []seal.Recipient{to}, seal.Signer{Role: seal.RoleReporter, Key: keys.Sign})
	if errors.Is(err, seal.ErrTooLarge) {
		return nil, errs.Wrap(errs.TooMany, "intake.too_long", nil, err)
	}
	if err != nil {
		return nil, err
	}
	in := caselog.Arriving{
		Case: cases.Case{
			ID: t.caseID(), Unit: d.Unit, Category: d.Category, Region: d.Region, Lang: d.Lang, Danger: d.Danger,
			Contact: cases.Anonymous, Sealed: cases.SealedServer, Via: cases.ViaWeb,
		},
		Doc:     t.docID(),
		Mailbox: &store.Mailbox{Auth: publicKey(keys.Auth), Sign: publicKey(keys.Sign), Recipient: keys.Age.Recipient().String()},
	}
	for _, w := range files {
		in.Files = append(in.Files, w.entry.File.Sealed)
	}
	return s.prepare(in, day, sealed)
}

func (s *Service) prepare(in caselog.Arriving, day workday.Day, sealed []byte) (*caselog.Arrival, error) {
	return in.Prepare(s.o.Machine, s.o.Pack.Prefix, day, s.o.Now(), sealed)
}

// commit stores a report and its leaf together, or nothing. use marks what the sender may use once; claim takes the
// files.
func (s *Service) commit(ctx context.Context, r *caselog.Arrival, use func(*store.Tx) (store.FormUse, error), claim func(tx *store.Tx, doc int64) error) (found store.FormUse, err error) {
	err = s.o.Store.Write(ctx, func(tx *store.Tx) error {
		if found, err = use(tx); err != nil || found != store.FormFresh {
			return err
		}
		_, err := r.Add(tx, claim)
		return err
	})
	return found, err
}

// again answers a repeat: the same code, with the day on which the report was stored.
func (s *Service) again(ctx context.Context, keys *seal.MailboxKeys, r Receipt) (Receipt, error) {
	m, err := s.mailbox(ctx, keys)
	if err != nil {
		return Receipt{}, err
	}
	r.Day, r.Promises = m.c.Day, s.o.Machine.Promises(m.c.Day)
	return r, nil
}

// ReceiptOf gives the receipt of a form that was sent, once more.
func (s *Service) ReceiptOf(ctx context.Context, t Token, words bool) (Receipt, error) {
	r := Receipt{Code: t.code(s.o.FormKey, words), Words: words}
	keys, err := seal.DeriveMailbox(s.o.Instance, r.Code)
	if err != nil {
		return Receipt{}, err
	}
	return s.again(ctx, keys, r)
}

// answersMAC is over the draft in one canonical spelling, its language of display left out.
func answersMAC(t Token, d *Draft) ([]byte, error) {
	b, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	return t.answersMAC(b), nil
}
