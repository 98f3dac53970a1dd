package casework

import (
	"context"
	"encoding/hex"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// Write keeps a note or a working title, which stay inside the unit and are no event of the case. The same document again does
// nothing. Conflict with key "store.doc_order" when another document came first: the page shows it and seals anew.
func (s *Service) Write(ctx context.Context, who *Person, number string, d Document) error {
	act := string(d.Kind)
	if d.Kind != seal.KindNote && d.Kind != seal.KindTitle {
		act = "write"
	}
	var c cases.Case
	detail := map[string]any{}
	return s.guarded(ctx, who, act, func() cases.Case { return c }, detail, func(tx *store.Tx) error {
		found, events, err := s.open(tx, who, number)
		c = found
		if err != nil {
			return err
		}
		who.saysFor(detail, events)
		switch {
		case act == "write":
			return errs.New(errs.Invalid, "casework.not_a_note", nil)
		case c.State == cases.Erased:
			return errs.New(errs.Conflict, "cases.not_from_here", nil)
		}
		if known, err := tx.Doc(c.Key, d.ID); err == nil && hex.EncodeToString(known.Hash[:]) == seal.SealedHash(d.Sealed) {
			return nil
		}
		return s.store(tx, c, &Work{Docs: []Document{d}})
	})
}

// Copy is the sealed copy of a letter for a mailbox that came after it.
type Copy struct {
	Doc    string // id of the letter
	Sealed []byte
}

// Reseal puts letters that waited for a mailbox into it, each with a copy that was sealed to recipient, which must be the
// mailbox's own. What the mailbox shows already stays as it is. Of a copy the server sees that it has one recipient and the
// size of the letter; that it says the same, the reporter's browser checks by the unit's signature.
func (s *Service) Reseal(ctx context.Context, who *Person, number, recipient string, copies []Copy) error {
	var c cases.Case
	detail := map[string]any{"letters": len(copies)}
	return s.guarded(ctx, who, "reseal", func() cases.Case { return c }, detail, func(tx *store.Tx) error {
		found, _, err := s.open(tx, who, number)
		c = found
		if err != nil {
			return err
		}
		mailbox, err := tx.MailboxOf(c.Key)
		if errs.Is(err, errs.NotFound) || err == nil && mailbox.Recipient != recipient {
			return errs.New(errs.Conflict, "casework.mailbox_changed", nil)
		}
		if err != nil {
			return err
		}
		shown, err := shownIn(tx, mailbox.Key)
		if err != nil {
			return err
		}
		for _, cp := range copies {
			if err := reseal(tx, c, mailbox, shown, cp); err != nil {
				return err
			}
		}
		return nil
	})
}

// shownIn are the documents that a mailbox shows, erased ones among them.
func shownIn(tx *store.Tx, mailbox int64) (map[int64]bool, error) {
	items, err := tx.Items(mailbox)
	shown := map[int64]bool{}
	for _, it := range items {
		shown[it.Doc.Key] = true
	}
	return shown, err
}

func reseal(tx *store.Tx, c cases.Case, mailbox store.Mailbox, shown map[int64]bool, cp Copy) error {
	letter, err := letterOf(tx, c.Key, cp.Doc)
	if err != nil || shown[letter.Key] {
		return err
	}
	body, err := tx.DocBody(letter.Key)
	if err != nil {
		return err
	}
	recipients, err := seal.CheckHeader(body, seal.MaxRecipients)
	if err != nil {
		return err
	}
	same := letter.Size - seal.SealedSize(0, recipients) + seal.SealedSize(0, 1)
	if _, err := seal.CheckHeader(cp.Sealed, 1); err != nil || int64(len(cp.Sealed)) != same {
		return errs.Wrap(errs.Invalid, "casework.not_sealed", nil, err)
	}
	if _, err := tx.AddItem(mailbox.Key, letter.Key, cp.Sealed); err != nil {
		return err
	}
	shown[letter.Key] = true
	return nil
}

// letterOf finds a document of the chain to the reporter.
func letterOf(tx *store.Tx, key int64, name string) (store.Doc, error) {
	chain, err := tx.Docs(key, cases.FromUnit)
	if err != nil {
		return store.Doc{}, err
	}
	for _, d := range chain {
		if d.ID.String() == name {
			return d, nil
		}
	}
	return store.Doc{}, errs.New(errs.NotFound, "casework.no_letter", nil)
}
