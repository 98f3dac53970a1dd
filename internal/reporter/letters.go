package reporter

import (
	"errors"

	"clarion.example/clarion/seal"
)

// recoded reports whether the code was changed: letters are then copies that the owner resealed.
func (l *Listing) recoded() bool {
	for _, o := range l.Own {
		if o.Kind == seal.KindRekey {
			return true
		}
	}
	return false
}

func (m *Mailbox) readLetters(l *Listing, docs []listed) {
	thread := seal.Thread{Instance: m.t.Set.Instance, Case: l.caseID, Chain: seal.ChainUnit}
	leads := seal.LeadsFrom(l.first)
	for _, d := range docs {
		if d.Chain != seal.ChainUnit {
			continue
		}
		letter := Letter{Item: d.Item, Seq: d.Seq, Day: d.Day, Unit: d.Unit, Kind: d.Kind, doc: d.Doc, hash: d.Hash, sealed: d.Sealed}
		if d.Item == 0 && d.Sealed == nil && d.Note == "" {
			// Not sealed to this mailbox yet: only its place can be followed.
			if letter.Waiting = true; d.Seq != l.unit.Seq+1 {
				l.doubt(d.Chain, d.Seq, "reporter.doubt_gap")
			}
			l.unit = seal.ChainHead{Seq: d.Seq, Sealed: d.Hash}
			leads.Lost()
			l.Letters = append(l.Letters, letter)
			continue
		}
		link := seal.ChainItem{Sealed: d.Hash}
		doc, key := m.openLetter(l, d)
		switch {
		case key != "":
		case doc == nil:
			letter.Erased, link.Erased = true, &seal.EraseNote{Chain: d.Chain, Doc: d.Doc, Seq: d.Seq, Sealed: d.Hash}
		default:
			link.Document = &doc.Document
		}
		next := seal.ChainHead{Seq: d.Seq, Sealed: d.Hash}
		if key == "" {
			thread.Unit = leads.Unit()
			if _, err := seal.CheckChain(thread, l.unit, link); err != nil {
				key = chainDoubt(err)
			}
		}
		if key == "" && doc != nil {
			key = letter.fill(doc.Document)
		}
		switch {
		case key != "":
			l.doubt(d.Chain, d.Seq, key)
		case doc == nil:
			leads.Lost()
		default:
			leads.Letter(doc.Document.Unit, letter.next)
		}
		l.unit = next
		l.Letters = append(l.Letters, letter)
	}
	if !leads.End(l.Unit) {
		l.doubt(seal.ChainUnit, 0, "reporter.doubt_lead")
	}
}

// chainDoubt names what is wrong with the place of a letter.
func chainDoubt(err error) string {
	ce, ok := errors.AsType[*seal.ChainError](err)
	if !ok {
		return "reporter.doubt_damaged"
	}
	switch ce.Fault {
	case seal.FaultGap, seal.FaultPrev:
		return "reporter.doubt_gap"
	case seal.FaultOrder:
		return "reporter.doubt_order"
	case seal.FaultRepeat:
		return "reporter.doubt_repeat"
	case seal.FaultInstance, seal.FaultCase, seal.FaultChain, seal.FaultUnit:
		return "reporter.doubt_moved"
	default:
		return "reporter.doubt_damaged"
	}
}

// openLetter opens a letter and returns it if a key of its unit signed it, or an answer to a review if the inspector did; nil without a doubt is an erased one, whose note
// the owner signed. doubt is the sentence of what is wrong.
func (m *Mailbox) openLetter(l *Listing, d listed) (doc *seal.Signed, doubt string) {
	if d.Note != "" {
		return nil, m.checkNote(l, d)
	}
	if seal.SealedHash(d.Sealed) != d.Hash && !l.recoded() && !d.Copied {
		return nil, "reporter.doubt_damaged"
	}
	doc, err := seal.OpenDocument(d.Sealed, m.keys.Age)
	if err != nil {
		return nil, "reporter.doubt_damaged"
	}
	if doc.Document.ID != d.Doc || doc.Document.Kind != d.Kind || doc.Document.Unit != d.Unit || doc.Document.Day != d.Day || doc.Document.Seq != d.Seq {
		return nil, "reporter.doubt_moved"
	}
	if a := doc.Document.Author; a.Role == seal.RoleInspector {
		for _, text := range m.t.Set.InspectorsOn(a.ID, doc.Document.Day) {
			if k, err := seal.ParseKey(text); err == nil && doc.VerifiedReview(k) == nil {
				return doc, ""
			}
		}
		return nil, "reporter.doubt_forged"
	}
	for _, u := range m.t.Set.UnitsOn(doc.Document.Unit, doc.Document.Day) {
		if k, err := seal.ParseKey(u.Sign); err == nil && doc.VerifiedBy(seal.RoleUnit, k) == nil {
			return doc, ""
		}
	}
	return nil, "reporter.doubt_forged"
}

// checkNote checks the note that stands for an erased letter.
func (m *Mailbox) checkNote(l *Listing, d listed) string {
	doc, err := seal.ParseDocument([]byte(d.Note))
	if err != nil || doc.Document.Case != l.caseID || doc.Document.Instance != m.t.Set.Instance {
		return "reporter.doubt_note"
	}
	own, err := seal.ParseKey(m.keys.Public().Sign)
	if err != nil || doc.VerifiedBy(seal.RoleReporter, own) != nil {
		return "reporter.doubt_note"
	}
	var n seal.EraseNote
	if seal.DecodeBody(doc.Document, &n) != nil || n != (seal.EraseNote{Chain: d.Chain, Doc: d.Doc, Seq: d.Seq, Sealed: d.Hash}) {
		return "reporter.doubt_note"
	}
	return ""
}

// fill takes the words out of a checked letter.
func (l *Letter) fill(d seal.Document) string {
	switch d.Kind {
	case seal.KindReply:
		var r seal.Reply
		if seal.DecodeBody(d, &r) != nil {
			return "reporter.doubt_damaged"
		}
		l.Text, l.Files, l.Review, l.next = r.Text, r.Files, d.Author.Role == seal.RoleInspector, r.Next
	case seal.KindDecision:
		var r seal.Decision
		if seal.DecodeBody(d, &r) != nil {
			return "reporter.doubt_damaged"
		}
		l.Outcome, l.Code, l.Text = r.Outcome, r.Code, r.Reasons
		for _, a := range append(r.Addresses, r.Review) {
			if a != "" {
				l.Text += "\n\n" + a
			}
		}
	default:
		return "reporter.doubt_damaged"
	}
	return ""
}

// compare holds the chains against where they stood before: what was there must still be there.
func (l *Listing) compare(h *Heads, docs []listed) {
	for chain, old := range map[seal.Chain]Head{seal.ChainUnit: h.Unit, seal.ChainReporter: h.Reporter} {
		found := old.Seq == 0
		for _, d := range docs {
			found = found || d.Chain == chain && d.Seq == old.Seq && d.Hash == old.Sealed
		}
		if !found {
			l.doubt(chain, old.Seq, "reporter.doubt_dropped")
		}
	}
}
