package intake

import (
	"context"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// levels is how many of the machine's levels of review somebody is there to answer: the second is the inspector's.
func (s *Service) levels() int {
	if set, err := s.o.Keys.Set(); err == nil && len(set.Inspectors) > 0 {
		return 2
	}
	return 1
}

// reviewUntil is the last day on which a review may be asked for; zero when none may.
func (s *Service) reviewUntil(c cases.Case, events []cases.Event, today workday.Day) workday.Day {
	by, level, ok := s.o.Machine.ReviewUntil(c, events, today)
	if !ok || level > s.levels() {
		return workday.Day{}
	}
	return by
}

// RequestReview asks for the decision to be looked at again, on the path without scripts. text is what the reporter has to say about it;
// a mailbox with nothing to say passes the page's own sentence. The same form again does nothing.
func (s *Service) RequestReview(ctx context.Context, m *Mailbox, t Token, text string) error {
	mark := t.saidMark("review\n" + text)
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
	err = s.append(ctx, m, doc, body, reviewed, func(tx *store.Tx, _ int64) error {
		if _, err := tx.UseWork(mark, s.o.Now()); err != nil {
			return err
		}
		return s.answerable(tx, m.c.Key)
	})
	if err == nil {
		s.tallies.act("message")
	}
	return err
}

// RequestReviewSealed is RequestReview for words that the owner's browser sealed. The same document again does nothing.
func (s *Service) RequestReviewSealed(ctx context.Context, m *Mailbox, d SealedDoc) error {
	if len(d.Files) > 0 {
		return errs.New(errs.Invalid, "web.bad_form", nil)
	}
	return s.appendSealed(ctx, m, d, seal.KindMessage, reviewed, func(tx *store.Tx) error { return s.answerable(tx, m.c.Key) })
}

// answerable refuses, in the transaction of the request, a level that nobody could answer. A request for the second level asks the
// office, for each inspector, for what they must read.
func (s *Service) answerable(tx *store.Tx, key int64) error {
	rows, err := tx.Events(key)
	if err != nil {
		return err
	}
	if d, _ := cases.Standing(caselog.Bare(rows)); d.Level < 2 {
		return nil
	}
	set, err := s.o.Keys.Set()
	if err != nil || len(set.Inspectors) == 0 {
		return errs.Wrap(errs.Conflict, "cases.reviewed_twice", nil, err)
	}
	c, err := tx.CaseByKey(key)
	if err != nil {
		return err
	}
	today := s.today()
	for _, p := range set.Inspectors {
		err := tx.AddReviewSample(store.Sample{Case: key, Unit: c.Unit, Inspector: id.Member(p.ID), Asked: today, Due: s.o.Pack.Calendar.AddWorkdays(today, cases.SampleDays)})
		if err != nil {
			return err
		}
	}
	return nil
}

// endProposal takes from the approvers' list a proposal that the reporter's act ended, as its proposer would.
func endProposal(tx *store.Tx, key int64, before, added []cases.Event) error {
	open, had := cases.OpenProposal(before)
	if _, still := cases.OpenProposal(append(before[:len(before):len(before)], added...)); !had || still {
		return nil
	}
	rows, err := tx.Proposals(key)
	if err != nil {
		return err
	}
	for _, p := range rows {
		if p.State == store.ProposalOpen && p.Kind == open.Kind {
			return tx.DecideProposal(p.Key, store.ProposalWithdrawn, p.Proposer)
		}
	}
	return nil
}
