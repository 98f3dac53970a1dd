package intake

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// Mailbox is a reporter's mailbox, opened by the server on the path without scripts. Its keys live as long as the
// request.
type Mailbox struct {
	keys *seal.MailboxKeys
	row  store.Mailbox
	c    cases.Case
	// first is the office of the report, with which the thread begins.
	first id.Unit
}

// errNoMailbox is the one answer for a closed, an erased and a never-made mailbox.
func errNoMailbox() error { return errs.New(errs.NotFound, "intake.no_mailbox", nil) }

// OpenMailbox opens a mailbox with a code typed in any form. A code that cannot be one is Invalid, with the wrong
// group, word or length named; one that opens nothing is always the same NotFound.
func (s *Service) OpenMailbox(ctx context.Context, code string) (*Mailbox, error) {
	if err := checkCode(code); err != nil {
		return nil, err
	}
	keys, err := seal.DeriveMailbox(s.o.Instance, code)
	if err != nil {
		return nil, errs.Wrap(errs.Invalid, "intake.code_empty", nil, err).AtField("code")
	}
	return s.mailbox(ctx, keys)
}

// ResumeMailbox opens a mailbox with a handle of [Mailbox.Handle].
func (s *Service) ResumeMailbox(ctx context.Context, handle string) (*Mailbox, error) {
	keys, err := s.openHandle(handle)
	if err != nil {
		return nil, err
	}
	return s.mailbox(ctx, keys)
}

// Handle keeps m open for some minutes without its code.
func (s *Service) Handle(m *Mailbox) string { return s.sealHandle(m.keys) }

func (s *Service) mailbox(ctx context.Context, keys *seal.MailboxKeys) (*Mailbox, error) {
	m, err := s.mailboxByAuth(ctx, publicKey(keys.Auth))
	if err != nil {
		return nil, err
	}
	m.keys = keys
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		own, err := tx.Docs(m.c.Key, cases.FromReporter)
		if len(own) > 0 {
			m.first = own[0].Unit
		}
		return err
	})
	return m, err
}

func publicKey(k ed25519.PrivateKey) [32]byte { return [32]byte(k.Public().(ed25519.PublicKey)) }

// checkCode names what is wrong with a typed code.
func checkCode(code string) error {
	err := seal.CheckCode(code)
	at := func(key string, args errs.Args) error { return errs.Wrap(errs.Invalid, key, args, err).AtField("code") }
	if g, ok := errors.AsType[*seal.GroupError](err); ok {
		return at("intake.code_group", errs.Args{"Group": g.Group})
	}
	if w, ok := errors.AsType[*seal.WordError](err); ok {
		return at("intake.code_word", errs.Args{"Word": w.Position})
	}
	if l, ok := errors.AsType[*seal.LengthError](err); ok {
		switch {
		case l.Words > 0:
			return at("intake.code_words", errs.Args{"Words": l.Words})
		case l.Digits > 0:
			return at("intake.code_digits", errs.Args{"Digits": l.Digits})
		}
		return at("intake.code_empty", nil)
	}
	if err != nil {
		return at("intake.code_empty", nil)
	}
	return nil
}

// Fault says what is wrong with an entry of the thread. An entry with a fault is never shown as the unit's words.
type Fault string

// The faults of entries.
const (
	FaultNone   Fault = ""
	FaultGap    Fault = "gap"    // one or more before it are missing
	FaultForged Fault = "forged" // not signed by the unit or the inspector, of another case, or damaged
)

// Entry is one line of the mailbox's thread. What the reporter wrote is never in it: only the day.
type Entry struct {
	Item    int64 // names the entry inside this mailbox
	Mine    bool  // written by the reporter
	Day     workday.Day
	Unit    id.Unit
	Kind    seal.Kind
	Review  bool // the inspector's answer to a review, signed with the inspector's published key
	Text    string
	Outcome string // decisions: accepted, declined…
	Code    string // decisions
	Fault   Fault
	Erased  bool
	Waiting bool // sealed to the unit alone, from before this mailbox: its words come when the unit seals it anew
	Files   []FileInfo
	doc     store.Doc
	signed  *seal.Signed
	next    *seal.Next // to whom the letter passes the case on, nil for other letters
}

// View is a mailbox as its owner sees it.
type View struct {
	Number  string
	Unit    id.Unit
	Lang    string
	State   cases.State
	Steps   []cases.Step
	Asked   workday.Day // a question waits for an answer until this day; zero if none
	Review  workday.Day // a review of the decision can be asked for until this day; zero if it cannot
	Object  workday.Day // the reporter can object to a transfer until this day; zero if they cannot
	Passing cases.Passing
	Readers []id.Unit // offices that read chosen documents beside Unit
	// Elsewhere: the letters lead to another office than Unit. Nothing is written to it then.
	Elsewhere bool
	CanWrite  bool
	Entries   []Entry
	Proof     bool // a checkpoint covers the report
}

// View reads a mailbox. Documents that do not fit are listed with their fault and without their words.
func (s *Service) View(ctx context.Context, m *Mailbox) (View, error) {
	v := View{Number: m.c.Number, Unit: m.c.Unit, Lang: m.c.Lang, State: cases.PublicState(m.c.State)}
	var events []cases.Event
	var mine []store.Doc
	var items []itemBody
	var waiting []store.Doc
	err := s.o.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Events(m.c.Key)
		if err != nil {
			return err
		}
		events = caselog.Bare(rows)
		if v.Readers, err = readersOf(tx, m.c.Key); err != nil {
			return err
		}
		if mine, err = tx.Docs(m.c.Key, cases.FromReporter); err != nil {
			return err
		}
		if items, err = readItems(tx, m.row.Key); err != nil {
			return err
		}
		if waiting, err = waitingDocs(tx, m.c.Key, items); err != nil {
			return err
		}
		v.Proof, err = s.covered(tx, rows)
		return err
	})
	if err != nil {
		return v, err
	}
	today := s.today()
	v.Steps = s.o.Machine.Timeline(events, today)
	v.Asked = s.askedUntil(m.c.State, events, today)
	v.Review = s.reviewUntil(m.c, events, today)
	v.Object, v.Passing = s.o.Machine.ObjectUntil(events, today), cases.PassingOf(events)
	var leads *seal.Leads
	v.Entries, leads = s.openItems(m, items, waiting)
	v.Elsewhere = !leads.End(string(m.c.Unit))
	v.CanWrite = m.c.State != cases.Retained && m.c.State != cases.Erased && !v.Elsewhere
	for _, d := range mine {
		if k := seal.Kind(d.Kind); k == seal.KindReport || k == seal.KindMessage {
			v.Entries = append(v.Entries, Entry{Mine: true, Day: d.Day, Kind: k})
		}
	}
	slices.SortStableFunc(v.Entries, func(a, b Entry) int { return a.Day.Sub(b.Day) })
	return v, nil
}

// readersOf are the offices that read a case beside its own. Who reports in confidence is told who reads it.
func readersOf(tx *store.Tx, caseKey int64) (out []id.Unit, err error) {
	all, err := tx.CaseUnits(caseKey)
	for _, u := range all {
		out = append(out, u.Unit)
	}
	return out, err
}

type itemBody struct {
	store.Item
	body []byte
}

func readItems(tx *store.Tx, mailbox int64) (out []itemBody, err error) {
	items, bodies, err := tx.OpenItems(mailbox)
	for i, it := range items {
		out = append(out, itemBody{it, bodies[i]})
	}
	return out, err
}

// waitingDocs are what the unit wrote before there was this mailbox: the bytes are sealed to the unit alone.
func waitingDocs(tx *store.Tx, key int64, items []itemBody) (out []store.Doc, err error) {
	all, err := tx.Docs(key, cases.FromUnit)
	for _, d := range all {
		if !slices.ContainsFunc(items, func(it itemBody) bool { return it.Doc.Key == d.Key }) {
			out = append(out, d)
		}
	}
	return out, err
}

// openItems opens what the unit wrote and checks signatures and order, and whose turn it was. Of what waits only the place is known.
func (s *Service) openItems(m *Mailbox, items []itemBody, waiting []store.Doc) ([]Entry, *seal.Leads) {
	thread := seal.Thread{Instance: s.o.Instance, Case: m.c.ID.String(), Chain: seal.ChainUnit}
	leads := seal.LeadsFrom(string(m.first))
	for _, d := range waiting {
		items = append(items, itemBody{Item: store.Item{Doc: d}})
	}
	slices.SortStableFunc(items, func(a, b itemBody) int { return cmp.Compare(a.Doc.Seq, b.Doc.Seq) })
	var head seal.ChainHead
	var out []Entry
	for _, it := range items {
		if it.Key == 0 {
			out = append(out, Entry{Day: it.Doc.Day, Unit: it.Doc.Unit, Kind: seal.Kind(it.Doc.Kind), Waiting: true, doc: it.Doc})
			head = seal.ChainHead{Seq: it.Doc.Seq, Sealed: hex.EncodeToString(it.Doc.Hash[:])}
			leads.Lost()
			continue
		}
		e := Entry{Item: it.Key, Day: it.Doc.Day, Unit: it.Doc.Unit, Kind: seal.Kind(it.Doc.Kind), Erased: it.Erased, doc: it.Doc}
		sealed := hex.EncodeToString(it.Doc.Hash[:])
		link := seal.ChainItem{Sealed: sealed}
		if it.Erased {
			note := m.eraseNote(it.Note)
			link.Erased = note
		} else if e.signed = s.openReply(m, it); e.signed == nil {
			e.Fault = FaultForged
			out = append(out, e)
			continue
		} else {
			link.Document = &e.signed.Document
		}
		thread.Unit = leads.Unit()
		next, err := seal.CheckChain(thread, head, link)
		if ce, ok := errors.AsType[*seal.ChainError](err); ok {
			e.Fault = FaultForged
			if ce.Fault == seal.FaultGap || ce.Fault == seal.FaultPrev {
				e.Fault = FaultGap
			}
			next = seal.ChainHead{Seq: it.Doc.Seq, Sealed: sealed} // go on from here: one gap is told once
		}
		head = next
		switch {
		case it.Erased:
			leads.Lost()
		case e.Fault != FaultForged:
			e.fill()
			leads.Letter(e.signed.Document.Unit, e.next)
		}
		out = append(out, e)
	}
	return out, leads
}

// openReply opens a document to the reporter and returns it only if a published key signed it: the inspector's what names an
// inspector as its author, and the unit's all else.
func (s *Service) openReply(m *Mailbox, it itemBody) *seal.Signed {
	doc, err := seal.OpenDocument(it.body, m.keys.Age)
	if err != nil || doc.Document.ID != it.Doc.ID.String() {
		return nil
	}
	if a := doc.Document.Author; a.Role == seal.RoleInspector {
		for _, k := range s.o.Keys.InspectorSignKeys(a.ID, doc.Document.Day) {
			if doc.VerifiedReview(k) == nil {
				return doc
			}
		}
		return nil
	}
	for _, k := range s.o.Keys.UnitSignKeys(doc.Document.Unit, doc.Document.Day) {
		if doc.VerifiedBy(seal.RoleUnit, k) == nil {
			return doc
		}
	}
	return nil
}

// fill takes the words of a document into the entry. A body that breaks its format is a forgery.
func (e *Entry) fill() {
	switch e.Kind {
	case seal.KindReply:
		var r seal.Reply
		if seal.DecodeBody(e.signed.Document, &r) != nil {
			e.Fault = FaultForged
			return
		}
		e.Text, e.Review = r.Text, e.signed.Document.Author.Role == seal.RoleInspector
		e.next = r.Next
		for _, f := range r.Files {
			e.Files = append(e.Files, FileInfo{f.Blob, f.Name, f.Size})
		}
	case seal.KindDecision:
		var d seal.Decision
		if seal.DecodeBody(e.signed.Document, &d) != nil {
			e.Fault = FaultForged
			return
		}
		e.Outcome, e.Code = d.Outcome, d.Code
		e.Text = decisionText(d)
	default:
		e.Fault = FaultForged
	}
}

func decisionText(d seal.Decision) string {
	text := d.Reasons
	for _, a := range d.Addresses {
		text += "\n\n" + a
	}
	if d.Review != "" {
		text += "\n\n" + d.Review
	}
	return text
}

// eraseNote reads the note that the owner signed when erasing a message, or gives nil.
func (m *Mailbox) eraseNote(plain []byte) *seal.EraseNote {
	doc, err := seal.ParseDocument(plain)
	if err != nil || doc.VerifiedBy(seal.RoleReporter, m.row.Sign[:]) != nil {
		return nil
	}
	var note seal.EraseNote
	if seal.DecodeBody(doc.Document, &note) != nil {
		return nil
	}
	return &note
}

// ErrNotThere is a message or file that this mailbox does not have.
func errNotThere() error { return errs.New(errs.NotFound, "intake.not_there", nil) }

// opened is the unit's side of the thread.
func (s *Service) opened(ctx context.Context, m *Mailbox) ([]Entry, error) {
	var items []itemBody
	var waiting []store.Doc
	err := s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if items, err = readItems(tx, m.row.Key); err != nil {
			return err
		}
		waiting, err = waitingDocs(tx, m.c.Key, items)
		return err
	})
	if err != nil {
		return nil, err
	}
	all, _ := s.openItems(m, items, waiting)
	return all, nil
}

func (s *Service) entry(ctx context.Context, m *Mailbox, item int64) (Entry, error) {
	all, err := s.opened(ctx, m)
	if err != nil {
		return Entry{}, err
	}
	for _, e := range all {
		if e.Item == item && !e.Erased {
			return e, nil
		}
	}
	return Entry{}, errNotThere()
}

// newDocument begins a document of the reporter's chain at its present end.
func (s *Service) newDocument(ctx context.Context, m *Mailbox, doc id.Doc, body seal.Body) (seal.Document, []byte, error) {
	var chain []store.Doc
	err := s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		chain, err = tx.Docs(m.c.Key, cases.FromReporter)
		return err
	})
	if err != nil {
		return seal.Document{}, nil, err
	}
	if len(chain) == 0 {
		return seal.Document{}, nil, fmt.Errorf("case %d has no first document", m.c.Key)
	}
	head := chain[len(chain)-1]
	raw, err := seal.EncodeBody(body)
	if err != nil {
		return seal.Document{}, nil, err
	}
	d := seal.Document{
		Instance: s.o.Instance, Kind: body.Kind(), Case: m.c.ID.String(), Chain: seal.ChainReporter, ID: doc.String(),
		Seq: head.Seq + 1, Prev: hex.EncodeToString(head.Hash[:]), Unit: string(m.c.Unit), Day: s.today().String(),
		Author: seal.Author{Role: seal.RoleReporter}, Body: raw,
	}
	to, err := s.o.Keys.UnitRecipient(m.c.Unit)
	if err != nil {
		return d, nil, err
	}
	sealed, err := seal.SealDocument(d, body.Kind().Floor(), []seal.Recipient{to}, seal.Signer{Role: seal.RoleReporter, Key: m.keys.Sign})
	return d, sealed, err
}
