package casework

import (
	"context"
	"encoding/hex"
	"slices"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Document is a sealed document that comes with an act. Visible ones appear in the reporter's mailbox.
type Document struct {
	ID      id.Doc
	Chain   cases.Chain
	Kind    seal.Kind
	Seq     int64
	Prev    [32]byte
	Sealed  []byte
	Visible bool
	Uploads []id.Blob // files of [Service.Upload] that this document names
}

// Work is one act on a case: what is done, and the documents that belong to it in the order of their chains. Main is
// the index of the act's own document.
type Work struct {
	Number string
	Parent string    // link: number of the earlier case
	Act    cases.Act // Day, At, By, Doc and Parent are filled here
	Docs   []Document
	Main   int
}

// Do carries out an act, or refuses it and says why. The returned case is the new state.
func (s *Service) Do(ctx context.Context, who *Person, w Work) (cases.Case, error) {
	var c cases.Case
	detail := map[string]any{}
	if w.Act.Code != "" {
		detail["code"] = string(w.Act.Code)
	}
	var roster *proof.Roster
	if w.Act.Handler != "" {
		var err error
		if roster, err = s.newest(ctx, who.Unit); err != nil {
			return c, err
		}
	}
	err := s.guarded(ctx, who, string(w.Act.Kind), func() cases.Case { return c }, detail, func(tx *store.Tx) error {
		found, events, err := s.open(tx, who, w.Number)
		c = found
		if err != nil {
			return err
		}
		if err := named(roster, w.Act); err != nil {
			return err
		}
		if w.Act.Parent, err = s.parentOf(tx, c, w.Act.Kind, w.Parent); err != nil {
			return err
		}
		added, err := s.apply(who, &w, c, events)
		if err != nil {
			return err
		}
		if away := added[0].For; away != "" {
			detail["for"] = string(away)
		}
		if h := w.Act.Handler; h != "" {
			detail["member"] = string(h)
		}
		if err := s.store(tx, c, &w); err != nil {
			return err
		}
		if !w.Act.Intent.IsZero() { // the evidence is here, among these documents or from before
			if _, err := tx.Doc(c.Key, w.Act.Intent); err != nil {
				return errs.Wrap(errs.Invalid, "cases.intent_missing", nil, err)
			}
		}
		if err := s.witness(tx, &c, &w, events, added); err != nil {
			return err
		}
		if err := keepLink(tx, c, w.Act.Parent, added); err != nil {
			return err
		}
		return s.proposals(tx, who, c, &w, events, added)
	})
	return c, err
}

// named refuses somebody who is named and is not what the act needs: a handler of the unit, or for setting aside any member of it.
func named(r *proof.Roster, act cases.Act) error {
	m := act.Handler
	switch {
	case m == "" || act.Kind == cases.ActReadmit: // who has left the unit can be readmitted: nothing comes of it
		return nil
	case act.Kind == cases.ActSetAside:
		if !slices.ContainsFunc(r.Members, func(x proof.Member) bool { return x.ID == string(m) }) {
			return errs.New(errs.Invalid, "casework.not_a_member", errs.Args{"Member": string(m)})
		}
		return nil
	case !handles(r, m):
		return errs.New(errs.Invalid, "casework.not_a_handler", errs.Args{"Member": string(m)})
	default:
		return nil
	}
}

// handles reports whether the roster lists m as a handler: a case given to anybody else would wait for nobody.
func handles(r *proof.Roster, m id.Member) bool {
	return slices.ContainsFunc(r.Members, func(x proof.Member) bool {
		return x.ID == string(m) && slices.Contains(x.Roles, string(cases.Handler))
	})
}

// apply asks the rules.
func (s *Service) apply(who *Person, w *Work, c cases.Case, events []cases.Event) ([]cases.Event, error) {
	w.Act.By = who.actor()
	c.Danger = dangerOpen(c, events) // the case keeps its flag when a person has dealt with it
	w.Act.Day, w.Act.At = s.today(), s.o.Now()
	if len(w.Docs) > 0 {
		w.Act.Doc = w.Docs[w.Main].ID
	}
	if err := checkCopy(w); err != nil {
		return nil, err
	}
	added, err := s.o.Machine.Apply(c, events, w.Act)
	if err != nil {
		return nil, err
	}
	return added, s.needsNotice(w, events, added)
}

// checkCopy: a transfer is proposed with the copy that would leave as its own document, and no other act brings one.
func checkCopy(w *Work) error {
	for i, d := range w.Docs {
		if (d.Kind == seal.KindCopy) != (w.Act.Kind == cases.ActProposeTransfer && i == w.Main) {
			return errs.New(errs.Invalid, "casework.wrong_copy", nil)
		}
	}
	return nil
}

// toReporter are the events that say something to the reporter.
var toReporter = [...]cases.EventKind{cases.EventDeclined, cases.EventAccepted, cases.EventFeedback, cases.EventAcknowledged,
	cases.EventAsked, cases.EventMessaged, cases.EventProgress, cases.EventUpheld, cases.EventSentBack, cases.EventLinked,
	cases.EventUnlinked, cases.EventProposedTransfer, cases.EventTransferReturned, cases.EventTransferCalledOff}

// needsNotice: a decision, a question and a message reach the reporter in the same transaction. Who was asked whether their report may
// be passed on is told when it is not.
func (s *Service) needsNotice(w *Work, events, added []cases.Event) error {
	open, asked := cases.OpenProposal(events)
	asked = asked && open.Kind == cases.EventProposedTransfer
	tells := slices.ContainsFunc(added, func(e cases.Event) bool {
		return slices.Contains(toReporter[:], e.Kind) || asked && (e.Kind == cases.EventRefused || e.Kind == cases.EventWithdrawn)
	})
	told := slices.ContainsFunc(w.Docs, func(d Document) bool { return d.Visible })
	voice := slices.ContainsFunc(added, func(e cases.Event) bool { return e.Kind == cases.EventReturnVoice })
	switch {
	case tells && !told:
		return errs.New(errs.Invalid, "casework.reporter_not_told", nil)
	case voice && told: // nothing is decided yet
		return errs.New(errs.Invalid, "casework.voice_told", nil)
	default:
		return nil
	}
}

// store keeps the documents and shows the visible ones in the mailbox.
func (s *Service) store(tx *store.Tx, c cases.Case, w *Work) error {
	mailbox, err := tx.MailboxOf(c.Key)
	closed := errs.Is(err, errs.NotFound)
	if err != nil && !closed {
		return err
	}
	for _, d := range w.Docs {
		if err := checkDocument(d); err != nil {
			return err
		}
		key, err := s.storeDoc(tx, c, c.Unit, d)
		if err != nil {
			return err
		}
		if d.Visible && !closed {
			if _, err := tx.AddItem(mailbox.Key, key, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// storeDoc keeps one document of an office with the files that it names.
func (s *Service) storeDoc(tx *store.Tx, c cases.Case, unit id.Unit, d Document) (key int64, err error) {
	row := store.Doc{Case: c.Key, Chain: d.Chain, Seq: d.Seq, ID: d.ID, Kind: string(d.Kind), Unit: unit, Day: s.today(), Prev: d.Prev}
	h, err := hex.DecodeString(seal.SealedHash(d.Sealed))
	if err != nil {
		return 0, err
	}
	row.Hash = [32]byte(h)
	if d.Seq == 1 { // a place that is taken, told like any other
		chain, err := tx.Docs(c.Key, d.Chain)
		if err != nil {
			return 0, err
		}
		if len(chain) > 0 {
			return 0, errs.New(errs.Conflict, "store.doc_order", nil)
		}
	}
	if key, err = tx.AddDoc(row, d.Sealed); err != nil {
		return 0, err
	}
	direction := store.Within
	if d.Visible {
		direction = store.Outward
	}
	for _, b := range d.Uploads {
		info, err := s.claim(tx, c, b)
		if err != nil {
			return 0, err
		}
		if err := tx.AddBlob(store.Blob{ID: b, Doc: key, Direction: direction, Size: info.Size, SHA256: info.SHA256, Chunks: info.Chunks}); err != nil {
			return 0, err
		}
	}
	return key, nil
}

// CheckLetter is what the server looks at before it keeps a sealed document: chain, kind, size and number of recipients.
func CheckLetter(d Document) error { return checkDocument(d) }

// checkDocument looks at what can be seen from outside: chain, kind, size and number of recipients.
func checkDocument(d Document) error {
	if _, err := seal.CheckHeader(d.Sealed, seal.MaxRecipients); err != nil || len(d.Sealed) > seal.MaxSealed {
		return errs.Wrap(errs.Invalid, "casework.not_sealed", nil, err)
	}
	if d.Kind.Chain() != seal.Chain(d.Chain) || d.Chain == cases.FromReporter || d.Visible != (d.Chain == cases.FromUnit) {
		return errs.New(errs.Invalid, "casework.wrong_chain", nil)
	}
	return nil
}

// leafKind says which events of a case stand in the ledger. Proposals, votes and clocks stand in the audit log and in the events
// alone. The reporter can read the leaves of the case, so a link stands there as what it is to them, and a suspension only if they
// were told.
func leafKind(k cases.EventKind, told bool) (kind proof.EventKind, ok bool) {
	switch k {
	case cases.EventSuspended:
		return proof.EventSuspended, told
	case cases.EventResumed:
		return proof.EventInInquiry, told
	case cases.EventUnlinked, cases.EventProposedTransfer, cases.EventRefused, cases.EventWithdrawn:
		return proof.EventReply, told
	case cases.EventLinked:
		return proof.EventAccepted, true
	case cases.EventUpheld:
		return proof.EventReview, true
	case cases.EventSentBack:
		return proof.EventReopened, true
	case cases.EventTransferred:
		return proof.EventTransferred, true
	case cases.EventAcknowledged:
		return proof.EventAcknowledged, true
	case cases.EventTriaged:
		return proof.EventTriaged, true
	case cases.EventAsked:
		return proof.EventNeedsInfo, true
	case cases.EventMessaged, cases.EventProgress:
		return proof.EventReply, true
	case cases.EventAccepted:
		return proof.EventAccepted, true
	case cases.EventInquiryOpened:
		return proof.EventInInquiry, true
	case cases.EventDeclined:
		return proof.EventDeclined, true
	case cases.EventConcluded:
		return proof.EventConcluded, true
	case cases.EventFeedback:
		return proof.EventFeedbackGiven, true
	case cases.EventClosed:
		return proof.EventClosed, true
	case cases.EventReopened, cases.EventTransferReturned, cases.EventTransferCalledOff:
		return proof.EventReopened, true
	default:
		return "", false
	}
}

// witness adds the events, each that the ledger holds with its leaf, and moves the case.
func (s *Service) witness(tx *store.Tx, c *cases.Case, w *Work, before, added []cases.Event) error {
	rows := make([]store.Event, len(added))
	told := slices.ContainsFunc(w.Docs, func(d Document) bool { return d.Visible })
	for i, e := range added {
		rows[i].Event = e
		kind, ok := leafKind(e.Kind, told)
		if !ok {
			continue
		}
		ev := proof.Event{Kind: kind, Day: e.Day.String(), Code: string(e.Code)}
		if j := slices.IndexFunc(w.Docs, func(d Document) bool { return d.Visible }); j >= 0 {
			ev.Doc = seal.SealedHash(w.Docs[j].Sealed)
		}
		leaf, err := caselog.Witness(tx, ev)
		if err != nil {
			return err
		}
		rows[i].Leaf = leaf
	}
	version, err := tx.AddEvents(c.Key, c.Version, rows...)
	if err != nil {
		return err
	}
	c.Version = version
	for _, e := range added {
		if e.To != "" {
			c.State = e.To
		}
		if e.Kind == cases.EventDangerSettled {
			if err := tx.SettleDanger(c.Key); err != nil {
				return err
			}
		}
	}
	clocks := s.o.Machine.Clocks(append(slices.Clone(before), added...), s.today())
	return tx.SetDue(c.Key, caselog.NextDue(clocks))
}

// proposals keeps the table of proposals in step with the events. The database refuses what the rules would: a
// proposal that its proposer decides.
func (s *Service) proposals(tx *store.Tx, who *Person, c cases.Case, w *Work, before, added []cases.Event) error {
	open, had := cases.OpenProposal(before)
	for _, e := range added {
		switch {
		case e.Kind.IsProposal():
			doc := e.Doc
			if doc.IsZero() {
				doc = id.NewDoc() // closing needs no words
			}
			_, err := tx.AddProposal(store.Proposal{Case: c.Key, Kind: e.Kind, Code: e.Code, Doc: doc, Proposer: who.Member, Version: c.Version})
			return err
		case had && e.Kind == cases.EventSteppedAside:
			return left(tx, who, c, open, e.Member, append(slices.Clone(before), added...))
		case had && (e.Kind == cases.EventApproved || e.Kind == cases.EventRefused || e.Kind == cases.EventWithdrawn):
			return s.vote(tx, who, c, open, e, append(slices.Clone(before), added...))
		}
	}
	return nil
}

// left ends what somebody had proposed who takes no part any more, and takes their vote back.
func left(tx *store.Tx, who *Person, c cases.Case, open cases.Proposal, m id.Member, after []cases.Event) error {
	if _, still := cases.OpenProposal(after); still {
		return tx.DropVote(c.Key, m)
	}
	rows, err := tx.Proposals(c.Key)
	if err != nil {
		return err
	}
	for _, p := range rows {
		if p.State == store.ProposalOpen {
			return tx.WithdrawProposal(p.Key, open.Member, who.Member)
		}
	}
	return nil
}

func (s *Service) vote(tx *store.Tx, who *Person, c cases.Case, open cases.Proposal, e cases.Event, after []cases.Event) error {
	rows, err := tx.Proposals(c.Key)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(rows, func(p store.Proposal) bool { return p.State == store.ProposalOpen && p.Kind == open.Kind })
	if i < 0 {
		return errs.New(errs.Conflict, "casework.proposal_gone", nil)
	}
	if e.Kind == cases.EventWithdrawn {
		return tx.WithdrawProposal(rows[i].Key, open.Member, who.Member)
	}
	if err := tx.Vote(rows[i].Key, store.Vote{Member: who.Member, Approves: e.Kind == cases.EventApproved}); err != nil {
		return err
	}
	if _, still := cases.OpenProposal(after); still {
		return nil
	}
	state := store.ProposalRefused
	if e.Kind == cases.EventApproved {
		state = store.ProposalApproved
	}
	return tx.DecideProposal(rows[i].Key, state, who.Member)
}
