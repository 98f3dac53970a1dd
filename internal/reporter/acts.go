package reporter

import (
	"context"
	"errors"
	"io"
	"net/http"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Answer seals a message to the unit and sends it, once: when another document came first, it is sealed again for its new
// place. A mailbox with a doubt in it takes no answer.
func (m *Mailbox) Answer(ctx context.Context, l *Listing, text string, files []seal.File) error {
	o, err := m.c.offer(ctx)
	if err != nil {
		return err
	}
	for again := range 2 {
		if len(l.Doubts) > 0 {
			return distrust("reporter.mailbox_doubt", nil, nil)
		}
		p := document{t: m.t, c: l.caseID, unit: l.Unit, day: o.Today, seq: l.reply.Seq + 1, prev: l.reply.Sealed}
		doc, sealed, err := p.seal(&seal.Message{Text: text, Files: files}, m.keys)
		if err != nil {
			return err
		}
		body := map[string]any{"doc": doc, "unit": l.Unit, "seq": p.seq, "prev": p.prev, "sealed": sealed, "files": blobsOf(files)}
		if err = m.act(ctx, "send", body, &struct{}{}); mayHaveArrived(err) {
			err = m.act(ctx, "send", body, &struct{}{}) // the server stores the same document once
		}
		if err == nil {
			l.reply = seal.ChainHead{Seq: p.seq, Sealed: seal.SealedHash(sealed)}
			return nil
		}
		if again > 0 || !refusedAs(err, "store.doc_order") && !refusedAs(err, "intake.office_changed") {
			return err
		}
		fresh, err := m.List(ctx, nil)
		if err != nil {
			return err
		}
		*l = *fresh
	}
	return errs.New(errs.Conflict, "store.doc_order", nil)
}

// Head is where the chains stand after what was done, to be remembered.
func (l *Listing) Head() Heads { return Heads{Unit: Head(l.unit), Reporter: Head(l.reply)} }

// Acknowledgement fetches the acknowledgement and checks it: signed by the authority, of the report of this mailbox.
func (m *Mailbox) Acknowledgement(ctx context.Context, l *Listing) ([]byte, *proof.Acknowledgement, error) {
	var answer struct{ Acknowledgement string }
	if err := m.act(ctx, "ack", struct{}{}, &answer); err != nil {
		return nil, nil, err
	}
	a, err := m.c.checkAck([]byte(answer.Acknowledgement), m.t.Set, l.report)
	if err != nil {
		return nil, nil, err
	}
	return []byte(answer.Acknowledgement), a, nil
}

// Event is something that happened in the case, with the proof that the ledger says so.
type Event struct {
	Kind  proof.EventKind
	Day   string
	Code  string
	Proof []byte
}

// Proofs fetches the proofs of everything that the ledger witnessed in the case, and checks each: that of the report
// together with the acknowledgement, those of letters against the letters. A letter that the ledger has and the mailbox has
// not is a doubt.
func (m *Mailbox) Proofs(ctx context.Context, l *Listing, a *proof.Acknowledgement) ([]Event, error) {
	var answer struct {
		Proofs []struct{ Kind, Day, Proof string }
	}
	if err := m.act(ctx, "proofs", struct{}{}, &answer); err != nil {
		return nil, err
	}
	var out []Event
	received, seen := false, map[int64]bool{}
	for _, f := range answer.Proofs {
		p, err := proof.ParseProof([]byte(f.Proof))
		if err != nil {
			return nil, distrust("reporter.proof_false", nil, err)
		}
		e, at, err := p.Verify(proof.CaseOrigin(m.t.Set.Instance), m.t.Set.CaseVerifier())
		if err != nil || string(e.Kind) != f.Kind || e.Day != f.Day {
			return nil, distrust("reporter.proof_false", nil, err)
		}
		if at.Size > m.t.Cases.Size+maxAhead || at.Size == m.t.Cases.Size && at.Root != m.t.Cases.Root {
			return nil, distrust("reporter.log_rewritten", nil, nil)
		}
		if e.Kind == proof.EventReceived {
			if _, err := proof.VerifyAckWithProof(a, p, m.t.Set.CaseVerifier()); err != nil {
				return nil, distrust("reporter.proof_false", nil, err)
			}
			received = true
		}
		if err := l.witnessed(&e); err != nil {
			return nil, err
		}
		if seen[p.Index] {
			return nil, distrust("reporter.proof_false", nil, errors.New("an entry twice"))
		}
		seen[p.Index] = true
		out = append(out, Event{e.Kind, e.Day, e.Code, []byte(f.Proof)})
	}
	if len(out) > 0 && !received {
		return nil, distrust("reporter.proof_false", nil, errors.New("no proof of the report itself"))
	}
	return out, nil
}

// maxAhead is how far a proof made a moment later may stand before the checkpoint that was fetched first.
const maxAhead = 1 << 20

// witnessed fails unless the document of an event is one of this mailbox: otherwise the event is of another case, or a letter
// was dropped.
func (l *Listing) witnessed(e *proof.Event) error {
	switch {
	case e.Kind == proof.EventReply && !l.hashes[e.Doc]:
		return distrust("reporter.letter_dropped", errs.Args{"Day": e.Day}, nil)
	case e.Doc != "" && !l.hashes[e.Doc]:
		return distrust("reporter.proof_false", nil, errors.New("an event of another case"))
	}
	return nil
}

// Erase takes a letter out of the mailbox and leaves a signed note in its place.
func (m *Mailbox) Erase(ctx context.Context, l *Listing, item int64) error {
	for _, d := range l.Letters {
		if d.Item != item || d.Erased || d.Waiting {
			continue
		}
		o, err := m.c.offer(ctx)
		if err != nil {
			return err
		}
		note, err := m.note(l, d, o.Today)
		if err != nil {
			return err
		}
		return m.act(ctx, "erase", map[string]any{"item": item, "note": note}, &struct{}{})
	}
	return errs.New(errs.NotFound, "intake.not_there", nil)
}

// note is what stands in the place of an erased letter, signed with the mailbox's key.
func (m *Mailbox) note(l *Listing, d Letter, day string) (string, error) {
	raw, err := seal.EncodeBody(&seal.EraseNote{Chain: seal.ChainUnit, Doc: d.doc, Seq: d.Seq, Sealed: d.hash})
	if err != nil {
		return "", err
	}
	b, err := seal.SignDocument(seal.Document{
		Instance: m.t.Set.Instance, Kind: seal.KindErase, Case: l.caseID, Chain: seal.ChainReporter, ID: id.NewDoc().String(), Seq: 1,
		Unit: l.Unit, Day: day, Author: seal.Author{Role: seal.RoleReporter}, Body: raw,
	}, 0, seal.Signer{Role: seal.RoleReporter, Key: m.keys.Sign})
	return string(b), err
}

// Recode gives the mailbox a new code. The change is signed with the old one and sealed to the unit; every letter is sealed
// again to the new one, and the note of each erased one signed with it, on this machine. A doubt is no hindrance: its owner may
// want a new code because of it. When err is nil the old code opens nothing any more; with an error and a code, either may be
// the one that opens it.
func (m *Mailbox) Recode(ctx context.Context, l *Listing, words bool) (code string, next *Mailbox, err error) {
	o, err := m.c.offer(ctx)
	if err != nil {
		return "", nil, err
	}
	code = seal.NewDigits()
	if words {
		code = seal.NewWords()
	}
	if next, err = m.c.Mailbox(m.t, code); err != nil {
		return "", nil, err
	}
	copies, notes, err := m.reseal(l, next, o.Today)
	if err != nil {
		return "", nil, err
	}
	p := document{t: m.t, c: l.caseID, unit: l.Unit, day: o.Today, seq: l.reply.Seq + 1, prev: l.reply.Sealed}
	doc, sealed, err := p.seal(&seal.Rekey{Mailbox: next.keys.Public()}, m.keys)
	if err != nil {
		return "", nil, err
	}
	body, header, path, err := m.signed(ctx, "recode", map[string]any{"doc": doc, "unit": l.Unit, "seq": p.seq, "prev": p.prev, "sealed": sealed, "next": next.keys.Public(), "copies": copies, "notes": notes})
	if err != nil {
		return "", nil, err
	}
	err = m.c.json(ctx, http.MethodPost, path, header, body, &struct{}{})
	if err != nil && !mayHaveArrived(err) {
		return "", nil, err
	}
	if err == nil {
		l.reply = seal.ChainHead{Seq: p.seq, Sealed: seal.SealedHash(sealed)}
	}
	return code, next, err
}

// reseal makes what a new code needs of every letter: a copy sealed to it, or a note signed with it. What does not open is
// kept as it is, and what its owner did not erase gets no note.
func (m *Mailbox) reseal(l *Listing, next *Mailbox, day string) (copies map[int64][]byte, notes map[int64]string, err error) {
	copies, notes = map[int64][]byte{}, map[int64]string{}
	for _, d := range l.Letters {
		if d.Erased {
			if notes[d.Item], err = next.note(l, d, day); err != nil {
				return nil, nil, err
			}
		}
		if d.Erased || d.sealed == nil { // nil: it waits, or somebody else erased it
			continue
		}
		copies[d.Item] = []byte{} // leaves it as it is
		if plain, err := seal.Open(d.sealed, m.keys.Age); err == nil {
			if copies[d.Item], err = seal.Seal(plain, next.keys.Age.Recipient()); err != nil {
				return nil, nil, err
			}
		}
	}
	return copies, notes, nil
}

// Close closes the mailbox. Nobody can open it again.
func (m *Mailbox) Close(ctx context.Context) error {
	return m.act(ctx, "close", struct{}{}, &struct{}{})
}

// File fetches a file of a letter and writes what it holds to dst, checked. What was written is not to be used when there is
// an error.
func (m *Mailbox) File(ctx context.Context, f seal.File, dst io.Writer) error {
	body, header, path, err := m.signed(ctx, "file", map[string]string{"blob": f.Blob})
	if err != nil {
		return err
	}
	resp, err := m.c.open(ctx, http.MethodPost, path, header, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b, err := io.ReadAll(io.LimitReader(resp.Body, maxNote))
		if err != nil {
			return m.c.unreachable(err)
		}
		return refusal(path, resp.StatusCode, b)
	}
	err = seal.OpenFile(dst, io.LimitReader(resp.Body, f.SealedSize+1), f)
	if fe, ok := errors.AsType[*seal.FileError](err); ok {
		return distrust("reporter.file_changed", nil, fe)
	}
	return err
}

// checkCode names what is wrong with a typed code.
func checkCode(code string) error {
	err := seal.CheckCode(code)
	if err == nil {
		return nil
	}
	at := func(key string, args errs.Args) error { return errs.Wrap(errs.Invalid, key, args, err) }
	if g, ok := errors.AsType[*seal.GroupError](err); ok {
		return at("intake.code_group", errs.Args{"Group": g.Group})
	}
	if w, ok := errors.AsType[*seal.WordError](err); ok {
		return at("intake.code_word", errs.Args{"Word": w.Position})
	}
	if l, ok := errors.AsType[*seal.LengthError](err); ok && l.Words > 0 {
		return at("intake.code_words", errs.Args{"Words": l.Words})
	} else if ok && l.Digits > 0 {
		return at("intake.code_digits", errs.Args{"Digits": l.Digits})
	}
	return at("intake.code_empty", nil)
}
