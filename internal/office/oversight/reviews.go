package oversight

import (
	"context"
	"encoding/hex"
	"slices"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Review is a decision that its reporter asks the inspector to look at. Sample is the inspector's own, 0 for none: who was no
// inspector when it was asked for asks for one by number.
type Review struct {
	Number     string
	Unit       id.Unit
	Asked, Due workday.Day
	Sample     Sample
	Voices     int // who have said so far that it should go back
}

// ReviewFile is what an inspector needs to answer a review: where the next documents of the case stand, and how far it has come.
type ReviewFile struct {
	Review
	Case   cases.Case
	Events []cases.Event
	Heads  map[cases.Chain]seal.ChainHead
	Two    bool // a voice for sending it back would be the first of two: nothing is decided by it
}

const maxReviews = 200

// Reviews lists the reviews that wait for the inspector, those that end first before the others, at most 200.
func (s *Service) Reviews(ctx context.Context, who Who) (out []Review, err error) {
	err = s.look(ctx, who, actReviews, nothing, func(tx *store.Tx) error {
		out = nil
		page, err := tx.Queue(store.Filter{Units: s.units(), State: cases.Review}, store.Cursor{}, maxReviews)
		if err != nil {
			return err
		}
		for _, q := range page.Cases {
			events, err := tx.Events(q.Key)
			if err != nil {
				return err
			}
			r, waits, err := s.review(tx, who, q.Case, caselog.Bare(events))
			if err != nil {
				return err
			}
			if waits {
				out = append(out, r)
			}
		}
		return nil
	})
	return out, err
}

// review is a case as one that waits for the inspector; false when it does not.
func (s *Service) review(tx *store.Tx, who Who, c cases.Case, events []cases.Event) (r Review, waits bool, err error) {
	d, ok := cases.Standing(events)
	if !ok || c.State != cases.Review || !d.Waits(2) || d.Voices() > 0 {
		return r, false, nil
	}
	r = Review{Number: c.Number, Unit: c.Unit, Voices: d.Voices()}
	for _, e := range events {
		if e.Kind == cases.EventReviewRequested {
			r.Asked = e.Day
		}
	}
	for _, k := range s.o.Machine.Clocks(events, s.today()) {
		if k.Kind == cases.ClockReview {
			r.Due = k.Due
		}
	}
	mine, err := tx.SamplesOf(c.Key, who.Account)
	if err == nil && len(mine) > 0 {
		r.Sample, err = s.sample(tx, mine[0])
	}
	return r, true, err
}

// waiting is the case of a number, which must wait for the inspector.
func (s *Service) waiting(tx *store.Tx, who Who, number string) (f ReviewFile, err error) {
	clean, err := cases.ParseNumber(s.o.Pack.Prefix, number)
	if err != nil {
		return f, errs.Wrap(errs.Invalid, "oversight.bad_number", nil, err)
	}
	c, err := tx.CaseByNumber(clean)
	if errs.Is(err, errs.NotFound) {
		return f, errs.New(errs.NotFound, "oversight.no_case", nil)
	}
	if err != nil {
		return f, err
	}
	rows, err := tx.Events(c.Key)
	if err != nil {
		return f, err
	}
	f.Case, f.Events = c, caselog.Bare(rows)
	var waits bool
	if f.Review, waits, err = s.review(tx, who, c, f.Events); err != nil || waits {
		return f, err
	}
	return f, errs.New(errs.Conflict, "oversight.no_review", nil)
}

// OpenReview is a review that waits for the inspector. The documents come with its sample.
func (s *Service) OpenReview(ctx context.Context, who Who, number string) (f ReviewFile, err error) {
	var a about
	err = s.look(ctx, who, actReviews, func() about { return a }, func(tx *store.Tx) error {
		if f, err = s.waiting(tx, who, number); err != nil {
			return err
		}
		a = about{Case: f.Case.ID, Unit: f.Case.Unit}
		d, _ := cases.Standing(f.Events)
		f.Two, f.Heads = d.FirstOfTwo(), map[cases.Chain]seal.ChainHead{}
		for _, chain := range []cases.Chain{cases.FromUnit, cases.Inside} {
			docs, err := tx.Docs(f.Case.Key, chain)
			if err != nil {
				return err
			}
			if n := len(docs); n > 0 {
				f.Heads[chain] = seal.ChainHead{Seq: docs[n-1].Seq, Sealed: hex.EncodeToString(docs[n-1].Hash[:])}
			}
		}
		return nil
	})
	return f, err
}

// Answer is the inspector's: the decision stands, or it goes back. Doc is their letter to the reporter, or with the first of two voices a
// note to the office.
type Answer struct {
	Act  cases.ActKind // uphold or send_back
	Seen int64
	Doc  casework.Document
}

// AnswerReview answers a review of the second level. It is the one decision that an inspector makes, and only because a reporter asked.
// Denied for who had part in the case; Conflict when the case has moved on.
func (s *Service) AnswerReview(ctx context.Context, who Who, number string, in Answer) error {
	var a about
	return s.change(ctx, who, string(in.Act), func() about { return a }, func(tx *store.Tx) error {
		if err := s.listed(who.Account); err != nil {
			return err
		}
		f, err := s.waiting(tx, who, number)
		if err != nil {
			return err
		}
		a = about{Case: f.Case.ID, Unit: f.Case.Unit}
		if in.Act != cases.ActUphold && in.Act != cases.ActSendBack {
			return errs.New(errs.Denied, "oversight.role", nil)
		}
		added, err := s.o.Machine.Apply(f.Case, f.Events, cases.Act{Kind: in.Act, By: cases.Actor{Member: who.Account, Roles: []cases.Role{cases.Inspector}},
			Day: s.today(), At: s.o.Now(), Seen: in.Seen, Doc: in.Doc.ID, NoInterest: true})
		if err != nil {
			return err
		}
		if err := s.keep(tx, f.Case, in.Doc, added[0].Kind); err != nil {
			return err
		}
		return s.witness(tx, f, in.Doc, added)
	})
}

// keep stores the inspector's document. A voice stays inside the office, an answer is shown to the reporter.
func (s *Service) keep(tx *store.Tx, c cases.Case, d casework.Document, event cases.EventKind) error {
	kind := seal.KindReply
	if event == cases.EventReturnVoice {
		kind = seal.KindNote
	}
	if d.Kind != kind || len(d.Uploads) > 0 {
		return errs.New(errs.Invalid, "oversight.wrong_letter", nil)
	}
	if err := casework.CheckLetter(d); err != nil {
		return err
	}
	hash, err := hex.DecodeString(seal.SealedHash(d.Sealed))
	if err != nil {
		return err
	}
	key, err := tx.AddDoc(store.Doc{Case: c.Key, Chain: d.Chain, Seq: d.Seq, ID: d.ID, Kind: string(d.Kind), Unit: c.Unit, Day: s.today(), Prev: d.Prev, Hash: [32]byte(hash)}, d.Sealed)
	if err != nil || !d.Visible {
		return err
	}
	mailbox, err := tx.MailboxOf(c.Key)
	if errs.Is(err, errs.NotFound) { // closed by its owner
		return nil
	}
	if err == nil {
		_, err = tx.AddItem(mailbox.Key, key, nil)
	}
	return err
}

// witness adds the events: an answer has a leaf that names the letter, a voice has none.
func (s *Service) witness(tx *store.Tx, f ReviewFile, d casework.Document, added []cases.Event) error {
	leaves := map[cases.EventKind]proof.EventKind{cases.EventUpheld: proof.EventReview, cases.EventSentBack: proof.EventReopened}
	rows := make([]store.Event, len(added))
	for i, e := range added {
		rows[i].Event = e
		kind, ok := leaves[e.Kind]
		if !ok {
			continue
		}
		leaf, err := caselog.Witness(tx, proof.Event{Kind: kind, Day: e.Day.String(), Code: string(e.Code), Doc: seal.SealedHash(d.Sealed)})
		if err != nil {
			return err
		}
		rows[i].Leaf = leaf
	}
	if _, err := tx.AddEvents(f.Case.Key, f.Case.Version, rows...); err != nil {
		return err
	}
	return tx.SetDue(f.Case.Key, caselog.NextDue(s.o.Machine.Clocks(slices.Concat(f.Events, added), s.today())))
}
