package intake

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// attempts bounds how often an act is tried again when somebody else wrote to the case at the same moment.
const attempts = 4

// Answer seals what the reporter adds, with the files of the form, to the unit. The same form again does nothing.
func (s *Service) Answer(ctx context.Context, m *Mailbox, t Token, text string) error {
	have, err := s.waitingFiles(ctx, t)
	if err != nil {
		return err
	}
	said := t.saidMark(text)
	if len(have) == 0 {
		if done, err := s.said(ctx, said); err != nil || done {
			return err
		}
	}
	if err := s.checkMessage(text, len(have)); err != nil {
		return err
	}
	body := &seal.Message{Text: text, Files: manifest(have)}
	doc, err := answerID(t, body)
	if err != nil {
		return err
	}
	err = s.append(ctx, m, doc, body, added, func(tx *store.Tx, doc int64) error {
		if _, err := tx.UseWork(said, s.o.Now()); err != nil {
			return err
		}
		return claim(tx, t, have, doc)
	})
	if err == nil {
		s.tallies.act("message")
	}
	return err
}

// said reports whether this text was sent from this form before. The files that came with it then wait no longer, so
// that a repeat looks like another answer, without files.
func (s *Service) said(ctx context.Context, mark [32]byte) (known bool, err error) {
	err = s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		known, err = tx.FormKnown(mark)
		return err
	})
	return known, err
}

// answerID goes by what was written and which files came with it, not by how they were sealed this time.
func answerID(t Token, m *seal.Message) (id.Doc, error) {
	type file struct {
		Name, SHA256 string
		Size         int64
	}
	said := struct {
		Text  string
		Files []file
	}{Text: m.Text}
	for _, f := range m.Files {
		said.Files = append(said.Files, file{f.Name, f.SHA256, f.Size})
	}
	b, err := json.Marshal(said)
	return t.actID(m.Kind(), b), err
}

// append stores a document of the reporter's chain with its event, leaf and more, in one transaction.
func (s *Service) append(ctx context.Context, m *Mailbox, doc id.Doc, body seal.Body, kind letter, more func(tx *store.Tx, doc int64) error) error {
	var err error
	for range attempts {
		if err = s.appendOnce(ctx, m, doc, body, kind, more); !moved(err) {
			break
		}
		if err := s.reread(ctx, m); err != nil {
			return err
		}
	}
	return err
}

// reread reads the case of an open mailbox once more: another office may have it by now.
func (s *Service) reread(ctx context.Context, m *Mailbox) error {
	return s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		m.c, err = tx.CaseByKey(m.c.Key)
		return err
	})
}

// moved reports whether an act lost a race and should be tried on the new state.
func moved(err error) bool {
	e, ok := errs.Public(err)
	return ok && (e.Key == "store.doc_order" || e.Key == "store.case_moved" || e.Key == "cases.moved_on" || e.Key == "intake.office_changed")
}

// letter is what a document of the reporter's chain is for the case, and for the ledger.
type letter proof.EventKind

const (
	added    = letter(proof.EventMessage)
	rekeyed  = letter(proof.EventRekey)
	reviewed = letter(proof.EventReview)
	objected = letter(cases.EventObjected)
)

func (l letter) act() cases.ActKind {
	switch l {
	case reviewed:
		return cases.ActRequestReview
	case objected:
		return cases.ActObject
	default:
		return cases.ActAdd
	}
}

// leaf is the event of the ledger: it holds that the reporter wrote, and of an objection no more than that.
func (l letter) leaf() proof.EventKind {
	if l == objected {
		return proof.EventMessage
	}
	return proof.EventKind(l)
}

var errDone = errors.New("intake: done before")

func (s *Service) appendOnce(ctx context.Context, m *Mailbox, doc id.Doc, body seal.Body, kind letter, more func(tx *store.Tx, doc int64) error) error {
	d, sealed, err := s.newDocument(ctx, m, doc, body)
	if errors.Is(err, seal.ErrTooLarge) {
		return errs.Wrap(errs.TooMany, "intake.too_long", nil, err)
	}
	if err != nil {
		return err
	}
	err = s.o.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Doc(m.c.Key, doc); err == nil {
			return errDone
		}
		if err := stillWith(tx, m.c.Key, id.Unit(d.Unit)); err != nil {
			return err
		}
		row := store.Doc{Case: m.c.Key, Chain: cases.FromReporter, Seq: d.Seq, ID: doc, Kind: string(d.Kind), Unit: id.Unit(d.Unit), Day: s.today()}
		if row.Hash, err = hash32(seal.SealedHash(sealed)); err != nil {
			return err
		}
		if row.Prev, err = hash32(d.Prev); err != nil {
			return err
		}
		key, err := tx.AddDoc(row, sealed)
		if err != nil {
			return err
		}
		if err := s.addEvent(tx, m.c.Key, doc, kind, seal.SealedHash(sealed), row.Day); err != nil {
			return err
		}
		return more(tx, key)
	})
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

// addEvent lets the rules of handling say what the reporter's document means for the case, and witnesses it.
func (s *Service) addEvent(tx *store.Tx, key int64, doc id.Doc, kind letter, sealed string, day workday.Day) error {
	c, err := tx.CaseByKey(key)
	if err != nil {
		return err
	}
	rows, err := tx.Events(key)
	if err != nil {
		return err
	}
	old := caselog.Bare(rows)
	act := cases.Act{Kind: kind.act(), By: cases.Actor{Roles: []cases.Role{cases.Reporter}}, Day: day, Doc: doc}
	added, err := s.o.Machine.Apply(c, old, act)
	if err != nil {
		return err
	}
	leaf, err := caselog.Witness(tx, proof.Event{Kind: kind.leaf(), Day: day.String(), Doc: sealed})
	if err != nil {
		return err
	}
	events := make([]store.Event, len(added))
	for i, e := range added {
		events[i].Event = e
	}
	events[0].Leaf = leaf
	if _, err := tx.AddEvents(key, c.Version, events...); err != nil {
		return err
	}
	if err := endProposal(tx, key, old, added); err != nil {
		return err
	}
	return tx.SetDue(key, caselog.NextDue(s.o.Machine.Clocks(append(old, added...), day)))
}

// checkMessage names what is wrong with an answer.
func (s *Service) checkMessage(text string, files int) error {
	if text == "" && files == 0 {
		return errs.New(errs.Invalid, "intake.answer_empty", nil).AtField("answer")
	}
	if over := len([]rune(text)) - s.o.Pack.Limits.Long; over > 0 {
		return errs.New(errs.Invalid, "intake.text_long", errs.Args{"Limit": s.o.Pack.Limits.Long, "Over": over}).AtField("answer")
	}
	return nil
}

// Message is what a page asks about before it erases a message: who wrote it and when.
func (s *Service) Message(ctx context.Context, m *Mailbox, item int64) (Entry, error) {
	return s.entry(ctx, m, item)
}

// Erase takes a message out of the mailbox. The unit's copy and the ledger stay; a signed note keeps its place, so
// that the chain still verifies. Erasing again does nothing.
func (s *Service) Erase(ctx context.Context, m *Mailbox, item int64) error {
	e, err := s.entry(ctx, m, item)
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	note := &seal.EraseNote{Chain: seal.ChainUnit, Doc: e.doc.ID.String(), Seq: e.doc.Seq, Sealed: hexHash(e.doc.Hash)}
	plain, err := s.eraseNoteDocument(m, m.keys, note)
	if err != nil {
		return err
	}
	return s.o.Store.Write(ctx, func(tx *store.Tx) error { return tx.EraseItem(m.row.Key, item, plain) })
}

// eraseNoteDocument signs a note. It stands beside the erased item and in no chain of documents, so it carries
// the place that it stands for.
func (s *Service) eraseNoteDocument(m *Mailbox, keys *seal.MailboxKeys, note *seal.EraseNote) ([]byte, error) {
	raw, err := seal.EncodeBody(note)
	if err != nil {
		return nil, err
	}
	d := seal.Document{
		Instance: s.o.Instance, Kind: seal.KindErase, Case: m.c.ID.String(), Chain: seal.ChainReporter, ID: id.NewDoc().String(),
		Seq: 1, Unit: string(m.c.Unit), Day: s.today().String(), Author: seal.Author{Role: seal.RoleReporter}, Body: raw,
	}
	return seal.SignDocument(d, 0, seal.Signer{Role: seal.RoleReporter, Key: keys.Sign})
}

// Recode gives the mailbox a new code. The old signing key tells the unit of the new keys, every message is
// resealed to the new code, and the old code opens nothing any more. The form's token makes a repeat show the
// same new code.
func (s *Service) Recode(ctx context.Context, m *Mailbox, t Token, words bool) (code string, next *Mailbox, err error) {
	code = t.code(s.o.FormKey, words)
	keys, err := seal.DeriveMailbox(s.o.Instance, code)
	if err != nil {
		return "", nil, err
	}
	row := store.Mailbox{Key: m.row.Key, Case: m.c.Key, Auth: publicKey(keys.Auth), Sign: publicKey(keys.Sign), Recipient: keys.Age.Recipient().String()}
	for range attempts {
		var copies, notes map[int64][]byte
		if copies, notes, err = s.reseal(ctx, m, keys); err != nil {
			return "", nil, err
		}
		err = s.appendOnce(ctx, m, t.actID(seal.KindRekey, []byte(row.Recipient)), &seal.Rekey{Mailbox: keys.Public()}, rekeyed, func(tx *store.Tx, _ int64) error {
			return tx.ReplaceMailboxKeys(m.row.Auth, row, copies, notes)
		})
		if e, ok := errs.Public(err); !moved(err) && !(ok && e.Key == "store.mailbox_moved") {
			break
		}
		if err := s.reread(ctx, m); err != nil {
			return "", nil, err
		}
	}
	if err != nil {
		return "", nil, err
	}
	next, err = s.mailbox(ctx, keys)
	return code, next, err
}

// NewCodeOf finds the mailbox of a recode form that was sent before: its old code opens nothing any more.
func (s *Service) NewCodeOf(ctx context.Context, t Token, words bool) (code string, m *Mailbox, err error) {
	code = t.code(s.o.FormKey, words)
	keys, err := seal.DeriveMailbox(s.o.Instance, code)
	if err != nil {
		return "", nil, err
	}
	m, err = s.mailbox(ctx, keys)
	return code, m, err
}

// reseal opens every message and seals it to the new keys, and signs the notes of erased ones anew. A message that does
// not open is kept as it is, and so is a note that is not the owner's: they show as false before and after.
func (s *Service) reseal(ctx context.Context, m *Mailbox, keys *seal.MailboxKeys) (copies, notes map[int64][]byte, err error) {
	var items []itemBody
	err = s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		items, err = readItems(tx, m.row.Key)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	copies, notes = map[int64][]byte{}, map[int64][]byte{}
	for _, it := range items {
		if it.Erased {
			if note := m.eraseNote(it.Note); note != nil {
				if notes[it.Key], err = s.eraseNoteDocument(m, keys, note); err != nil {
					return nil, nil, err
				}
			}
			continue
		}
		copies[it.Key] = nil // what does not open is kept as it is
		if plain, err := seal.Open(it.body, m.keys.Age); err == nil {
			if copies[it.Key], err = seal.Seal(plain, keys.Age.Recipient()); err != nil {
				return nil, nil, err
			}
		}
	}
	return copies, notes, nil
}

// Close closes the mailbox for good. The case goes on; the reporter hears nothing more.
func (s *Service) Close(ctx context.Context, m *Mailbox) error {
	return s.o.Store.Write(ctx, func(tx *store.Tx) error { return tx.CloseMailbox(m.row.Key) })
}

// File checks one file that staff addressed to the mailbox and gives a function that writes it. Nothing is written
// before everything was checked: a flipped bit is an error, not a damaged file.
func (s *Service) File(ctx context.Context, m *Mailbox, file string) (size int64, write func(io.Writer) error, err error) {
	f, err := s.findFile(ctx, m, file)
	if err != nil {
		return 0, nil, err
	}
	bid, err := id.ParseBlob(f.Blob)
	if err != nil {
		return 0, nil, errNotThere()
	}
	var row store.Blob
	err = s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		row, err = tx.Blob(bid)
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	if row.Case != m.c.Key || row.Direction != store.Outward {
		return 0, nil, errNotThere()
	}
	open := func(w io.Writer) error {
		r, err := s.o.Blobs.Open(ctx, bid, blob.Info{Size: row.Size, SHA256: row.SHA256, Chunks: row.Chunks})
		if err != nil {
			return err
		}
		defer r.Close()
		return seal.OpenFile(w, r, f)
	}
	if err := open(io.Discard); err != nil {
		return 0, nil, errs.Wrap(errs.Conflict, "intake.file_damaged", nil, err)
	}
	return f.Size, open, nil
}

func (s *Service) findFile(ctx context.Context, m *Mailbox, file string) (seal.File, error) {
	all, err := s.opened(ctx, m)
	if err != nil {
		return seal.File{}, err
	}
	for _, e := range all {
		var r seal.Reply
		if e.signed == nil || e.Erased || e.Fault == FaultForged || e.Kind != seal.KindReply || seal.DecodeBody(e.signed.Document, &r) != nil {
			continue
		}
		for _, f := range r.Files {
			if f.Blob == file {
				return f, nil
			}
		}
	}
	return seal.File{}, errNotThere()
}
