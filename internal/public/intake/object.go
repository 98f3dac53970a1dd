package intake

import (
	"context"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// Object says that the reporter does not want the case passed on, on the path without scripts. It ends the proposal. text is what they
// have to say about it; a mailbox with nothing to say passes the page's own sentence. The same form again does nothing; a Conflict says
// that there is nothing to object to, or no more time.
func (s *Service) Object(ctx context.Context, m *Mailbox, t Token, text string) error {
	mark := t.saidMark("object\n" + text)
	if done, err := s.said(ctx, mark); err != nil || done {
		return err
	}
	if err := s.checkMessage(text, 0); err != nil {
		return err
	}
	body := &seal.Message{Text: text}
	doc, err := answerID(t, body)
	if err != nil {
		return err
	}
	err = s.append(ctx, m, doc, body, objected, func(tx *store.Tx, _ int64) error {
		_, err := tx.UseWork(mark, s.o.Now())
		return err
	})
	if err == nil {
		s.tallies.act("message")
	}
	return err
}

// ObjectSealed is Object for words that the owner's browser sealed. The same document again does nothing.
func (s *Service) ObjectSealed(ctx context.Context, m *Mailbox, d SealedDoc) error {
	if len(d.Files) > 0 {
		return errs.New(errs.Invalid, "web.bad_form", nil)
	}
	return s.appendSealed(ctx, m, d, seal.KindMessage, objected, func(*store.Tx) error { return nil })
}
