package intake

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"time"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// challengeLife is how old a challenge of the mailbox may be.
const challengeLife = time.Minute

// MailboxChallenge is what a signed request must carry: 32 bytes, ours, one minute old at most. It is not kept, and
// may serve several requests: messages carry ids, so a repeat does nothing.
func (s *Service) MailboxChallenge() (c [32]byte) {
	binary.BigEndian.PutUint64(c[:8], uint64(s.o.Now().Unix()))
	rand.Read(c[8:16])
	copy(c[16:], s.challengeTag(c[:16]))
	return c
}

func (s *Service) challengeTag(head []byte) []byte {
	h := hmac.New(sha256.New, s.o.HandleKey)
	h.Write([]byte("clarion/mailbox-challenge/v1\n" + s.o.Instance + "\n"))
	h.Write(head)
	return h.Sum(nil)[:16]
}

// SignedMailbox opens a mailbox for a request that its sign-in key signed. The server sees no code and no word.
func (s *Service) SignedMailbox(ctx context.Context, auth string, r seal.Request, sig []byte) (*Mailbox, error) {
	key, err := seal.ParseKey(auth)
	if err != nil {
		return nil, errs.Wrap(errs.Denied, "intake.bad_signature", nil, err)
	}
	at := time.Unix(int64(binary.BigEndian.Uint64(r.Challenge[:8])), 0)
	age := s.o.Now().Sub(at)
	if !hmac.Equal(s.challengeTag(r.Challenge[:16]), r.Challenge[16:]) || age < 0 || age > challengeLife {
		return nil, errs.New(errs.Denied, "intake.challenge_over", nil)
	}
	r.Instance = s.o.Instance
	if err := seal.VerifyRequest(key, r, sig); err != nil {
		return nil, errs.Wrap(errs.Denied, "intake.bad_signature", nil, err)
	}
	return s.mailboxByAuth(ctx, [32]byte(key))
}

// Listed is one document of a mailbox as the server has it: sealed.
type Listed struct {
	Item   int64 // 0 for the reporter's own documents, and for those that wait to be sealed to this mailbox
	Doc    id.Doc
	Chain  cases.Chain
	Kind   string
	Seq    int64
	Day    workday.Day
	Unit   id.Unit
	Hash   [32]byte // of the sealed bytes as they were first stored
	Sealed []byte   // nil for the reporter's own, for erased and for waiting ones
	Note   []byte   // the signed erase note of an erased one
	Copied bool     // Sealed is not what Hash is of: it was sealed anew, to this mailbox's keys
}

// Listing is everything that the owner's browser needs to show the mailbox.
type Listing struct {
	Case    id.Case
	Number  string
	Unit    id.Unit
	Lang    string
	State   cases.State
	Steps   []cases.Step
	Asked   workday.Day
	Review  workday.Day
	Object  workday.Day
	Passing cases.Passing
	Readers []id.Unit // offices that read chosen documents beside Unit
	Proof   bool
	Docs    []Listed
}

// List hands a mailbox to its owner, sealed.
func (s *Service) List(ctx context.Context, m *Mailbox) (Listing, error) {
	v := Listing{Case: m.c.ID, Number: m.c.Number, Unit: m.c.Unit, Lang: m.c.Lang, State: cases.PublicState(m.c.State)}
	var events []cases.Event
	err := s.o.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Events(m.c.Key)
		if err != nil {
			return err
		}
		events = caselog.Bare(rows)
		if v.Readers, err = readersOf(tx, m.c.Key); err != nil {
			return err
		}
		own, err := tx.Docs(m.c.Key, cases.FromReporter)
		if err != nil {
			return err
		}
		for _, d := range own {
			v.Docs = append(v.Docs, listed(d))
		}
		items, err := readItems(tx, m.row.Key)
		if err != nil {
			return err
		}
		for _, it := range items {
			l := listed(it.Doc)
			l.Item, l.Sealed, l.Note, l.Copied = it.Key, it.body, it.Note, it.Copied
			v.Docs = append(v.Docs, l)
		}
		waiting, err := waitingDocs(tx, m.c.Key, items)
		if err != nil {
			return err
		}
		for _, d := range waiting {
			v.Docs = append(v.Docs, listed(d))
		}
		slices.SortStableFunc(v.Docs, func(a, b Listed) int {
			return cmp.Or(strings.Compare(string(a.Chain), string(b.Chain)), cmp.Compare(a.Seq, b.Seq))
		})
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
	return v, nil
}

func listed(d store.Doc) Listed {
	return Listed{Doc: d.ID, Chain: d.Chain, Kind: d.Kind, Seq: d.Seq, Day: d.Day, Unit: d.Unit, Hash: d.Hash}
}

// askedUntil is the last day for the answer that a case waits for, or no day.
func (s *Service) askedUntil(state cases.State, events []cases.Event, today workday.Day) (due workday.Day) {
	for _, c := range s.o.Machine.Clocks(events, today) {
		if c.Kind == cases.ClockAnswer && c.State != cases.Settled && state == cases.NeedsInfo {
			due = c.Due
		}
	}
	return due
}

// checkNote refuses an erase note that is not of the case, or not signed by the mailbox's key.
func checkNote(note []byte, c id.Case, sign [32]byte) error {
	doc, err := seal.ParseDocument(note)
	if err == nil && (doc.Document.Kind != seal.KindErase || doc.Document.Case != c.String()) {
		err = seal.ErrDocument
	}
	if err == nil {
		err = doc.VerifiedBy(seal.RoleReporter, sign[:])
	}
	if err != nil {
		return errs.Wrap(errs.Invalid, "intake.bad_note", nil, err)
	}
	return nil
}

// SealedDoc is a document of the reporter's chain that the owner's browser sealed.
type SealedDoc struct {
	ID     id.Doc
	Unit   id.Unit // for which it was sealed: what is sealed for an office that no longer has the case would be lost
	Seq    int64
	Prev   [32]byte
	Sealed []byte
	Files  []id.Blob // uploads, in the document's order
}

// AppendSealed stores a message that the owner's browser sealed. The same document again does nothing; one that does
// not follow the last is a Conflict, and the browser seals it anew.
func (s *Service) AppendSealed(ctx context.Context, m *Mailbox, d SealedDoc) error {
	return s.appendSealed(ctx, m, d, seal.KindMessage, added, func(*store.Tx) error { return nil })
}

func (s *Service) appendSealed(ctx context.Context, m *Mailbox, d SealedDoc, kind seal.Kind, event letter, more func(*store.Tx) error) error {
	if n, err := seal.CheckHeader(d.Sealed, 1); err != nil || n != 1 || len(d.Sealed) > seal.MaxSealed {
		return errs.Wrap(errs.Invalid, "intake.not_sealed", nil, err)
	}
	if err := s.prepareUploads(ctx, d.Files); err != nil {
		return err
	}
	return s.o.Store.Write(ctx, func(tx *store.Tx) error {
		if known, err := tx.Doc(m.c.Key, d.ID); err == nil {
			if known.Hash == hashOf(d.Sealed) {
				return nil
			}
			return errs.New(errs.Conflict, "store.exists", nil)
		}
		if err := stillWith(tx, m.c.Key, d.Unit); err != nil {
			return err
		}
		row := store.Doc{Case: m.c.Key, Chain: cases.FromReporter, Seq: d.Seq, ID: d.ID, Kind: string(kind), Unit: d.Unit, Day: s.today(), Hash: hashOf(d.Sealed), Prev: d.Prev}
		doc, err := tx.AddDoc(row, d.Sealed)
		if err != nil {
			return err
		}
		files, err := takeUploads(tx, d.Files)
		if err != nil {
			return err
		}
		if err := attach(tx, files, doc); err != nil {
			return err
		}
		if err := s.addEvent(tx, m.c.Key, d.ID, event, hex.EncodeToString(row.Hash[:]), row.Day); err != nil {
			return err
		}
		return more(tx)
	})
}

// stillWith refuses what was sealed for an office that does not have the case. Nobody can see from outside to whom something is sealed.
func stillWith(tx *store.Tx, key int64, unit id.Unit) error {
	c, err := tx.CaseByKey(key)
	if err == nil && c.Unit != unit {
		err = errs.New(errs.Conflict, "intake.office_changed", nil)
	}
	return err
}

// EraseSigned takes a message out of the mailbox with a note that the owner signed, and erasing again does nothing.
func (s *Service) EraseSigned(ctx context.Context, m *Mailbox, item int64, note []byte) error {
	if err := checkNote(note, m.c.ID, m.row.Sign); err != nil {
		return err
	}
	return s.o.Store.Write(ctx, func(tx *store.Tx) error { return tx.EraseItem(m.row.Key, item, note) })
}

// Rekey is a change of code that the owner's browser made: the document that tells the unit, the new public keys, and
// every message resealed. Notes of erased messages are signed by the new key, or nobody could check them any more.
type Rekey struct {
	Doc    SealedDoc
	Next   seal.Mailbox
	Copies map[int64][]byte // by item; of no bytes where the owner could not open it, and it stays as it is
	Notes  map[int64][]byte // by item
}

// RecodeSigned gives the mailbox new keys. The old ones open nothing any more.
func (s *Service) RecodeSigned(ctx context.Context, m *Mailbox, r Rekey) error {
	next, err := publicMailbox(r.Next)
	if err != nil {
		return err
	}
	for _, c := range r.Copies {
		if len(c) == 0 {
			continue // kept as it is: one that its owner could not open
		}
		if n, err := seal.CheckHeader(c, 1); err != nil || n != 1 || len(c) > seal.MaxSealed {
			return errs.Wrap(errs.Invalid, "intake.not_sealed", nil, err)
		}
	}
	for _, note := range r.Notes {
		if err := checkNote(note, m.c.ID, next.Sign); err != nil {
			return err
		}
	}
	next.Key, next.Case = m.row.Key, m.c.Key
	return s.appendSealed(ctx, m, r.Doc, seal.KindRekey, rekeyed, func(tx *store.Tx) error {
		return tx.ReplaceMailboxKeys(m.row.Auth, next, r.Copies, r.Notes)
	})
}

// SealedFile opens the ciphertext of a file that staff addressed to the mailbox. Each chunk is checked before it is
// handed out; the browser checks the rest with the key that only it has.
func (s *Service) SealedFile(ctx context.Context, m *Mailbox, file string) (size int64, r io.ReadCloser, err error) {
	bid, err := id.ParseBlob(file)
	if err != nil {
		return 0, nil, errNotThere()
	}
	var row store.Blob
	var visible bool
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		if row, err = tx.Blob(bid); err != nil {
			return err
		}
		items, err := tx.Items(m.row.Key)
		for _, it := range items {
			visible = visible || it.Doc.Key == row.Doc && !it.Erased
		}
		return err
	})
	if err != nil && !errs.Is(err, errs.NotFound) {
		return 0, nil, err
	}
	if err != nil || row.Case != m.c.Key || row.Direction != store.Outward || !visible {
		return 0, nil, errNotThere()
	}
	r, err = s.o.Blobs.Open(ctx, bid, blob.Info{Size: row.Size, SHA256: row.SHA256, Chunks: row.Chunks})
	return row.Size, r, err
}
