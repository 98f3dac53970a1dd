package terminal

import (
	"context"
	"encoding/hex"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// Share lets another office read chosen documents of a case: the file key of each is sealed once more, to the key that the signed list
// names for that office today. What does not fit is not passed on. Changes of the reporter's code go with their letters: without them
// nobody could tell who wrote.
func (s *Session) Share(ctx context.Context, number string, unit id.Unit, chosen ...id.Doc) error {
	c, err := s.Open(ctx, number)
	if err != nil {
		return err
	}
	to, err := s.opener.office(unit, s.Casework.Today())
	if err != nil {
		return err
	}
	letters := slices.ContainsFunc(c.Items[cases.FromReporter], func(it Item) bool { return slices.Contains(chosen, it.ID) })
	// Letters that passed the case on go with what was written before: without them nobody could tell whose turn it was.
	before := slices.ContainsFunc(slices.Concat(c.Items[cases.FromReporter], c.Items[cases.FromUnit], c.Items[cases.Inside]), func(it Item) bool {
		return slices.Contains(chosen, it.ID) && it.Unit != c.Case.Unit
	})
	var headers []casework.Header
	for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} {
		for _, it := range c.Items[chain] {
			goes := letters && it.Kind == string(seal.KindRekey) || before && it.Signed != nil && nextOf(it.Signed) != nil && it.Unit != unit
			if !slices.Contains(chosen, it.ID) && !goes {
				continue
			}
			if it.Signed == nil {
				return errs.New(errs.Conflict, "terminal.shared_doubt", nil)
			}
			h, err := s.opener.header(it, to)
			if err != nil {
				return err
			}
			headers = append(headers, h)
		}
	}
	return s.Casework.Share(ctx, s.Who, number, unit, headers)
}

// header seals the file key of a document once more.
func (o *Opener) header(it Item, to seal.Recipient) (casework.Header, error) {
	key, err := seal.FileKeyOf(it.Body, o.Keys.Unit.Age)
	if err != nil {
		return casework.Header{}, err
	}
	h, err := seal.NewHeader(key, to)
	return casework.Header{Doc: it.ID, Header: h}, err
}

// SharedCase is what the session's office was given of another office's case, as far as it may read it.
type SharedCase struct {
	*casework.SharedFile
	Report *seal.Report // nil when it was not given, or does not fit
	Items  []Item
	Doubts []Doubt
}

// OpenShared hands out and opens another office's case as this one was given it. Who wrote is checked against the signed lists of that
// office.
func (s *Session) OpenShared(ctx context.Context, number string) (*SharedCase, error) {
	f, err := s.Casework.OpenShared(ctx, s.Who, number)
	if err != nil {
		return nil, err
	}
	rosters, err := s.Casework.Rosters(ctx, f.Case.Unit)
	if err != nil {
		return nil, err
	}
	others, err := s.Casework.RostersOf(ctx, f.Offices)
	if err != nil {
		return nil, err
	}
	o := &Opener{Keys: s.opener.Keys, Set: s.opener.Set, Rosters: rosters, Others: others, Instance: s.Instance}
	return o.OpenGiven(f), nil
}

// OpenGiven opens what another office was given. It is no whole chain: each document must be what the server lists it as and stand behind
// those of its chain that were listed before it. Documents name the hash of the one before: where both were given, the listed hash must be
// that one.
func (o *Opener) OpenGiven(f *casework.SharedFile) *SharedCase {
	out := &SharedCase{SharedFile: f}
	own := &Opened{File: &casework.File{Case: f.Case}, leads: o.givenLeads(f)} // the reporter's keys, as far as the report says them
	last := map[cases.Chain]casework.SealedDoc{}
	for _, d := range f.Docs {
		before := last[d.Chain]
		signed, doubt := o.openGiven(own, before, d)
		if doubt == nil || doubt.Key != outOfOrder {
			last[d.Chain] = d
		}
		item := Item{SealedDoc: d, Signed: signed}
		if signed != nil {
			item.Author = author(signed.Document.Author)
		}
		if doubt != nil {
			doubt.Chain, doubt.Seq = d.Chain, d.Seq
			out.Doubts = append(out.Doubts, *doubt)
		}
		out.Items = append(out.Items, item)
	}
	out.Report = own.Report
	return out
}

// outOfOrder is the doubt about a document that is listed behind a later one, or twice.
const outOfOrder = "terminal.chain_order"

// openGiven opens one document of another office's case, which follows before in the list of its chain. What does not fit says nothing of
// the reporter's keys, either.
func (o *Opener) openGiven(own *Opened, before, d casework.SealedDoc) (*seal.Signed, *Doubt) {
	if d.Seq <= before.Seq {
		return nil, &Doubt{Key: outOfOrder}
	}
	report, keys := own.Report, own.reply
	if d.Chain == cases.FromReporter && d.Seq == 1 { // it carries the reporter's keys
		own.Chains = map[cases.Chain][]casework.SealedDoc{cases.FromReporter: {d}}
		if err := o.openReport(own); err != nil {
			return nil, &Doubt{Key: "terminal.doc_damaged"}
		}
	}
	signed, doubt := o.openDoc(own, d.Chain, d)
	switch {
	case signed == nil:
	case !o.listedAs(own, signed.Document, d):
		signed, doubt = nil, &Doubt{Key: "terminal.doc_damaged"}
	case d.Seq > 1 && d.Seq == before.Seq+1 && signed.Document.Prev != hex.EncodeToString(before.Hash[:]):
		signed, doubt = nil, &Doubt{Key: "terminal.chain_prev"}
	default:
		signed.Sealed = hex.EncodeToString(d.Hash[:]) // the original's: what was given has another header
	}
	if signed == nil {
		own.Report, own.reply = report, keys
	}
	return signed, doubt
}

// listedAs reports whether a document says of itself what the server lists it as.
func (o *Opener) listedAs(own *Opened, x seal.Document, d casework.SealedDoc) bool {
	return x.Instance == o.Instance && x.Case == own.Case.ID.String() && x.Chain == seal.Chain(d.Chain) && x.Seq == d.Seq && x.Unit == string(d.Unit) &&
		(own.leads.Had(x.Unit) || o.ofOthers(own.Case.Unit, x))
}

// givenLeads is whose case it was, by the letters that passed it on: they go along with what was written before. Where they lead somewhere
// else it counts as the office's that it is listed under.
func (o *Opener) givenLeads(f *casework.SharedFile) *seal.Leads {
	here := seal.LeadsFrom(string(f.Case.Unit))
	var l *seal.Leads
	for _, d := range f.Docs {
		if d.Chain != cases.FromUnit {
			continue
		}
		doc, err := seal.OpenDocument(d.Body, o.Keys.Unit.Age)
		if err != nil || nextOf(doc) == nil || doc.Document.Case != f.Case.ID.String() || !o.writtenBy(f.Case.Unit, doc) {
			continue
		}
		if l == nil {
			l = seal.LeadsFrom(doc.Document.Unit)
		}
		if l.Unit() != doc.Document.Unit {
			return here
		}
		l.Letter(doc.Document.Unit, nextOf(doc))
	}
	if l == nil || !l.End(string(f.Case.Unit)) {
		return here
	}
	return l
}

// NoteShared writes a note in another office's case that this one reads: both offices read it.
func (s *Session) NoteShared(ctx context.Context, number, text string) error {
	c, err := s.OpenShared(ctx, number)
	if err != nil {
		return err
	}
	to, err := s.opener.office(c.Case.Unit, s.Casework.Today())
	if err != nil {
		return err
	}
	raw, err := seal.EncodeBody(&seal.Note{Text: text})
	if err != nil {
		return err
	}
	out := casework.Document{ID: id.NewDoc(), Chain: cases.Inside, Kind: seal.KindNote, Seq: c.Last.Seq + 1}
	if out.Prev, err = hashOf(c.Last.Sealed); err != nil {
		return err
	}
	d := seal.Document{
		Instance: s.Instance, Kind: seal.KindNote, Case: c.Case.ID.String(), Chain: seal.ChainInside, ID: out.ID.String(), Seq: out.Seq, Prev: c.Last.Sealed,
		Unit: string(s.Who.Unit), Day: s.Casework.Today().String(), Author: seal.Author{Role: seal.RoleMember, ID: s.opener.Keys.Member.ID}, Body: raw,
	}
	both := []seal.Recipient{s.opener.Keys.Unit.Age.Recipient(), to}
	if out.Sealed, err = seal.SealDocument(d, seal.KindNote.Floor(), both, seal.Signer{Role: seal.RoleMember, Key: s.opener.Keys.Member.Sign}); err != nil {
		return err
	}
	return s.Casework.NoteShared(ctx, s.Who, number, out)
}

// office is the key of an office that the signed list names for a day.
func (o *Opener) office(unit id.Unit, day workday.Day) (seal.Recipient, error) {
	key, ok := o.Set.UnitOn(string(unit), day.String())
	if !ok {
		return seal.Recipient{}, errs.New(errs.Invalid, "casework.no_office", nil)
	}
	to, err := seal.ParseRecipient(key.Recipient)
	if err != nil {
		err = errs.Wrap(errs.Conflict, "casework.no_office", nil, err)
	}
	return to, err
}

// hashOf reads the hex SHA-256 that a document follows, "" for none.
func hashOf(text string) (out [32]byte, err error) {
	if text == "" {
		return out, nil
	}
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(out) {
		return out, errs.Wrap(errs.Conflict, "terminal.doc_damaged", nil, err)
	}
	return [32]byte(b), nil
}
