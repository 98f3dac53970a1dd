// Package terminal is the member's side of a case at a command line: it holds the unit's and the member's keys,
// opens what the server hands out, checks who wrote it and in what order, and seals what the member writes.
//
// It must never write a key or an opened word anywhere but to its caller, and never believe the server about a key:
// the reporter's keys come out of the sealed report, the unit's out of the signed key set.
package terminal

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Keys are what a member brings.
type Keys struct {
	Unit   *seal.KeyFile
	Member *seal.KeyFile
}

// Check refuses key files that cannot work together, before anything is asked of the server.
func (k Keys) Check(instance string) error {
	switch {
	case k.Unit.Role != seal.KeyUnit:
		return errs.New(errs.Invalid, "terminal.not_unit_key", errs.Args{"Role": string(k.Unit.Role)})
	case k.Member.Role != seal.KeyMember:
		return errs.New(errs.Invalid, "terminal.not_member_key", errs.Args{"Role": string(k.Member.Role)})
	case k.Unit.Instance != instance || k.Member.Instance != instance:
		return errs.New(errs.Invalid, "terminal.other_instance", errs.Args{"Instance": instance})
	}
	return nil
}

// Sign signs with the member's key.
func (k Keys) Sign(msg []byte) []byte { return ed25519.Sign(k.Member.Sign, msg) }

// MemberKey is the public half of the member's signing key.
func (k Keys) MemberKey() ed25519.PublicKey { return k.Member.Sign.Public().(ed25519.PublicKey) }

// Doubt is something that does not fit: a document that is missing, moved, forged, or sealed for somebody else.
type Doubt struct {
	Chain cases.Chain
	Seq   int64
	Key   string // of the catalogue
	Args  errs.Args
}

// Item is one document of a case, opened.
type Item struct {
	casework.SealedDoc
	Signed *seal.Signed // nil when it does not open or does not verify
	Author string       // who, as the signatures say
}

// Opened is a case as the member may read it.
type Opened struct {
	*casework.File
	Report *seal.Report
	Items  map[cases.Chain][]Item
	Doubts []Doubt
	reply  seal.Mailbox // the reporter's present keys, from inside the seal
	leads  *seal.Leads  // whose case it was, as the letters say
	plain  map[cases.Chain]seal.ChainHead
}

// Opener opens cases of one unit.
type Opener struct {
	Keys    Keys
	Set     *proof.KeySet
	Rosters []*proof.Roster // all versions, oldest first
	// Others are those of other offices that wrote in the case, in the same way: notes, or all of it while it was theirs.
	Others   map[id.Unit][]*proof.Roster
	Instance string
}

// Open opens every document of f. What does not fit becomes a doubt, and its words are not shown. A report that the
// unit's key cannot open is an error that names the key which could.
func (o *Opener) Open(f *casework.File) (*Opened, error) {
	out := &Opened{File: f, Items: map[cases.Chain][]Item{}, plain: map[cases.Chain]seal.ChainHead{}}
	if len(f.Chains[cases.FromReporter]) == 0 {
		return nil, errs.New(errs.Conflict, "terminal.no_report", nil)
	}
	if err := o.openReport(out); err != nil {
		return nil, err
	}
	// The letters say whose turn it was in the other chains.
	o.openChain(out, cases.FromUnit)
	letters := out.Doubts
	if !out.leads.End(string(out.Case.Unit)) {
		if !out.leads.Had(string(out.Case.Unit)) {
			return nil, errs.New(errs.Conflict, "terminal.report_damaged", nil)
		}
		letters = append(letters, Doubt{Chain: cases.FromUnit, Key: "terminal.lead_differs", Args: errs.Args{"Unit": out.leads.Unit()}})
	}
	out.Doubts = nil
	o.openChain(out, cases.FromReporter)
	out.Doubts = append(out.Doubts, letters...)
	o.openChain(out, cases.Inside)
	out.compareRouting()
	return out, nil
}

// openReport opens the first document, which carries the reporter's keys.
func (o *Opener) openReport(out *Opened) error {
	first := out.Chains[cases.FromReporter][0]
	doc, err := seal.OpenDocument(first.Body, o.Keys.Unit.Age)
	if errors.Is(err, seal.ErrWrongKey) {
		return errs.Wrap(errs.Denied, "terminal.other_key", errs.Args{"Unit": o.unitName(string(first.Unit), first.Day.String()), "Have": o.Keys.Unit.ID}, err)
	}
	if err != nil {
		return errs.Wrap(errs.Conflict, "terminal.report_damaged", nil, err)
	}
	// The report of another case is not shown as that of this one, not even with a doubt beside it.
	if out.leads == nil {
		out.leads = seal.LeadsFrom(doc.Document.Unit)
	} else if !out.leads.Had(doc.Document.Unit) {
		return errs.New(errs.Conflict, "terminal.report_damaged", nil)
	}
	thread := seal.Thread{Instance: o.Instance, Case: out.Case.ID.String(), Chain: seal.ChainReporter}
	link := seal.ChainItem{Sealed: doc.Sealed, Document: &doc.Document}
	if _, err := seal.CheckChain(thread, seal.ChainHead{}, link); err != nil {
		return errs.Wrap(errs.Conflict, "terminal.report_damaged", nil, err)
	}
	var r seal.Report
	if err := seal.DecodeBody(doc.Document, &r); err != nil {
		return errs.Wrap(errs.Conflict, "terminal.report_damaged", nil, err)
	}
	if doc.Document.Author.Role == seal.RoleMember {
		if !o.typedIn(out.Case.Unit, doc) {
			return errs.New(errs.Conflict, "terminal.report_unsigned", nil)
		}
	} else if sign, err := seal.ParseKey(r.Mailbox.Sign); err != nil || doc.VerifiedBy(seal.RoleReporter, sign) != nil {
		return errs.Wrap(errs.Conflict, "terminal.report_unsigned", nil, err)
	}
	out.Report, out.reply = &r, r.Mailbox
	return nil
}

// typedIn reports whether a report is one that somebody of the office's entry wrote down for a reporter who has no key yet: it names no
// mailbox and did not come over the web, and nobody but that person signed it (docs/design/0021-entry-at-the-desk.md).
func (o *Opener) typedIn(unit id.Unit, doc *seal.Signed) bool {
	return doc.TypedIn() == nil && o.signedBy(unit, doc, func(m proof.Member) bool { return slices.Contains(m.Roles, string(cases.Intake)) })
}

// unitName names a unit and the key of that day, for the sentence that says which key would open.
func (o *Opener) unitName(unit, day string) string {
	if u, ok := o.Set.UnitOn(unit, day); ok {
		if k, err := seal.ParseKey(u.Sign); err == nil {
			if r, err := seal.ParseRecipient(u.Recipient); err == nil {
				return fmt.Sprintf("%s (%s)", unit, seal.KeyFingerprint(r, k))
			}
		}
	}
	return unit
}

func (o *Opener) openChain(out *Opened, chain cases.Chain) {
	var head seal.ChainHead
	turn := o.turns(out, chain)
	for _, d := range out.Chains[chain] {
		item := Item{SealedDoc: d}
		if d.Withheld && chain == cases.Inside && d.Unit != out.Case.Unit && out.leads.Moved() {
			head = seal.ChainHead{Seq: d.Seq, Sealed: hex.EncodeToString(d.Hash[:])}
			out.Items[chain] = append(out.Items[chain], item)
			continue
		}
		if chain == cases.FromUnit && d.Seq > head.Seq+1 {
			out.leads.Lost() // what is missing may have passed the case on
		}
		signed, doubt := o.openDoc(out, chain, d)
		if signed != nil {
			if d.Given {
				signed.Sealed = hex.EncodeToString(d.Hash[:]) // the original's: what was given has another header
			}
			item.Author = author(signed.Document.Author)
			thread := seal.Thread{Instance: o.Instance, Case: out.Case.ID.String(), Chain: seal.Chain(chain), Unit: turn(signed.Document)}
			next, err := seal.CheckChain(thread, head, seal.ChainItem{Sealed: signed.Sealed, Document: &signed.Document})
			if ce, ok := errors.AsType[*seal.ChainError](err); ok {
				doubt = &Doubt{Key: "terminal.chain_" + string(ce.Fault)}
				next = seal.ChainHead{Seq: d.Seq, Sealed: signed.Sealed}
			} else {
				item.Signed = signed
			}
			head = next
		} else {
			head = seal.ChainHead{Seq: d.Seq, Sealed: hex.EncodeToString(d.Hash[:])}
		}
		if chain == cases.FromUnit {
			follow(out.leads, item.Signed, doubt)
		}
		if doubt != nil {
			doubt.Chain, doubt.Seq = chain, d.Seq
			out.Doubts = append(out.Doubts, *doubt)
		}
		out.Items[chain] = append(out.Items[chain], item)
	}
	// The next document continues what the server stores, doubted or not: it would refuse anything else.
	if n := len(out.Chains[chain]); n > 0 {
		last := out.Chains[chain][n-1]
		out.plain[chain] = seal.ChainHead{Seq: last.Seq, Sealed: hex.EncodeToString(last.Hash[:])}
	}
}

// nobody is no name of a unit: where it is nobody's turn, whoever wrote is the wrong one.
const nobody = "?"

// turns tells of each document of a chain in its turn which unit it must be of, "" where any may.
func (o *Opener) turns(out *Opened, chain cases.Chain) func(seal.Document) string {
	side := out.leads.Side()
	return func(d seal.Document) string {
		switch {
		case chain == cases.FromUnit:
			return out.leads.Unit()
		case chain == cases.Inside && d.Kind == seal.KindNote && (out.leads.Had(d.Unit) || o.ofOthers(out.Case.Unit, d)), side(d.Unit):
			return ""
		default:
			return nobody
		}
	}
}

// follow goes past a letter. One that does not open, or is missing, may have passed the case on; one that opens and does not fit has not.
func follow(l *seal.Leads, letter *seal.Signed, doubt *Doubt) {
	switch {
	case letter != nil:
		l.Letter(letter.Document.Unit, nextOf(letter))
	case doubt != nil && (doubt.Key == "terminal.doc_damaged" || doubt.Key == "terminal.doc_other_key" || doubt.Key == "terminal.chain_gap"):
		l.Lost()
	}
}

// nextOf is the unit to which a letter passes the case on, nil for other letters.
func nextOf(letter *seal.Signed) *seal.Next {
	var r seal.Reply
	if letter.Document.Kind != seal.KindReply || letter.Document.Author.Role != seal.RoleMember || seal.DecodeBody(letter.Document, &r) != nil {
		return nil
	}
	return r.Next
}

func author(a seal.Author) string {
	if a.Role == seal.RoleReporter {
		return "reporter"
	}
	return a.ID
}

// openDoc opens one document and checks that somebody signed it who may write in this chain.
func (o *Opener) openDoc(out *Opened, chain cases.Chain, d casework.SealedDoc) (*seal.Signed, *Doubt) {
	doc, err := seal.OpenDocument(d.Body, o.Keys.Unit.Age)
	switch {
	case errors.Is(err, seal.ErrWrongKey):
		return nil, &Doubt{Key: "terminal.doc_other_key"}
	case err != nil, doc.Document.ID != d.ID.String(), string(doc.Document.Kind) != d.Kind, !readable(doc.Document):
		return nil, &Doubt{Key: "terminal.doc_damaged"}
	}
	if chain == cases.FromReporter {
		return o.fromReporter(out, doc)
	}
	believed := func(doc *seal.Signed) bool { return o.writtenBy(out.Case.Unit, doc) }
	if doc.Document.Author.Role == seal.RoleInspector {
		believed = o.answersReview
	}
	if !believed(doc) {
		return nil, &Doubt{Key: "terminal.doc_forged", Args: errs.Args{"Author": doc.Document.Author.ID}}
	}
	return doc, nil
}

// readable reports whether the body is one of its kind. What is not would be read by one program and not by another.
func readable(d seal.Document) bool {
	var b seal.Body
	switch d.Kind {
	case seal.KindReport:
		b = new(seal.Report)
	case seal.KindMessage:
		b = new(seal.Message)
	case seal.KindRekey:
		b = new(seal.Rekey)
	case seal.KindErase:
		b = new(seal.EraseNote)
	case seal.KindReply:
		b = new(seal.Reply)
	case seal.KindDecision:
		b = new(seal.Decision)
	case seal.KindNote:
		b = new(seal.Note)
	case seal.KindTitle:
		b = new(seal.Title)
	case seal.KindProposal:
		b = new(seal.Proposal)
	case seal.KindApproval:
		b = new(seal.Approval)
	case seal.KindCopy:
		b = new(seal.Copy)
	default:
		return false
	}
	return seal.DecodeBody(d, b) == nil
}

// answersReview reports whether the inspector whom a document names signed it, and it is an answer to a review.
func (o *Opener) answersReview(doc *seal.Signed) bool {
	return slices.ContainsFunc(o.Set.InspectorsOn(doc.Document.Author.ID, doc.Document.Day), func(text string) bool {
		k, err := seal.ParseKey(text)
		return err == nil && doc.VerifiedReview(k) == nil
	})
}

// writtenBy reports whether the member whom a document names signed it, with a key that a roster of that day or
// earlier lists. A member who came later cannot have written it.
func (o *Opener) writtenBy(unit id.Unit, doc *seal.Signed) bool {
	return o.signedBy(unit, doc, func(proof.Member) bool { return true })
}

func (o *Opener) signedBy(unit id.Unit, doc *seal.Signed, able func(proof.Member) bool) bool {
	rosters := o.Rosters
	if doc.Document.Unit != string(unit) {
		rosters = o.Others[id.Unit(doc.Document.Unit)]
	}
	for i, r := range rosters {
		replaced := i+1 < len(rosters) && rosters[i+1].Day < doc.Document.Day
		if r.Day > doc.Document.Day || replaced {
			continue
		}
		for _, m := range r.Members {
			if m.ID != doc.Document.Author.ID || !able(m) {
				continue
			}
			if k, err := seal.ParseKey(m.Sign); err == nil && doc.VerifiedBy(seal.RoleMember, k) == nil {
				return true
			}
		}
	}
	return false
}

// ofOthers reports whether a document inside is a note of an office that reads the case beside its own, unit.
func (o *Opener) ofOthers(unit id.Unit, d seal.Document) bool {
	_, reads := o.Others[id.Unit(d.Unit)] // whose roster lists nobody has no member here, either
	return d.Kind == seal.KindNote && d.Unit != string(unit) && reads
}

// fromReporter checks the reporter's present key and follows a change of code.
func (o *Opener) fromReporter(out *Opened, doc *seal.Signed) (*seal.Signed, *Doubt) {
	if doc.Document.Kind == seal.KindReport && doc.Document.Seq == 1 && doc.Document.Author.Role == seal.RoleMember && o.typedIn(out.Case.Unit, doc) {
		return doc, nil
	}
	var vouched *Doubt
	k, err := seal.ParseKey(out.reply.Sign)
	if err != nil || doc.VerifiedBy(seal.RoleReporter, k) != nil {
		if !out.byFirstKey(doc) {
			return nil, &Doubt{Key: "terminal.doc_not_reporter"}
		}
		vouched = &Doubt{Key: "terminal.doc_vouched"}
	}
	if doc.Document.Kind == seal.KindRekey {
		var r seal.Rekey
		if seal.DecodeBody(doc.Document, &r) != nil {
			return nil, &Doubt{Key: "terminal.doc_damaged"}
		}
		if vouched == nil {
			out.reply = r.Mailbox
		}
	}
	return doc, vouched
}

// byFirstKey reports whether the reporter's side signed with a key that was registered with a pick-up number or link. The
// reader is told: the server could have registered one of its own.
func (out *Opened) byFirstKey(doc *seal.Signed) bool {
	for _, m := range out.FirstKeys {
		if doc.VerifiedBy(seal.RoleReporter, m.Sign[:]) == nil {
			return true
		}
	}
	return false
}

// firstKeys reports whether the mailbox has keys that came with a pick-up number or link.
func (out *Opened) firstKeys() bool {
	for _, m := range out.FirstKeys {
		if m.Sign == out.Mailbox.Sign && m.Recipient == out.Mailbox.Recipient {
			return true
		}
	}
	return false
}

// replyTo is whom letters are sealed to beside the office: the reporter's present key from inside the seal, or else the one that was
// registered with a pick-up number. "" for nobody yet.
func (out *Opened) replyTo() string {
	if out.reply.Recipient == "" && out.Mailbox != nil && out.firstKeys() {
		return out.Mailbox.Recipient
	}
	return out.reply.Recipient
}

// compareRouting compares what the server was told in clear with what stands inside the seal.
func (out *Opened) compareRouting() {
	c, r := out.Case, out.Report
	add := func(field string, same bool) {
		if !same {
			out.Doubts = append(out.Doubts, Doubt{Chain: cases.FromReporter, Seq: 1, Key: "terminal.routing_differs", Args: errs.Args{"Field": field}})
		}
	}
	add("category", string(c.Category) == r.Category)
	add("region", string(c.Region) == r.Region)
	add("via", string(c.Via) == r.Via)
	add("lang", c.Lang == r.Lang)
	add("contact", string(c.Contact) == r.Contact)
	add("danger", c.Danger == r.Danger)
	add("wish", c.Wish == r.Wish)
	if out.Identity != r.Identity {
		out.Doubts = append(out.Doubts, Doubt{Chain: cases.FromReporter, Seq: 1, Key: "terminal.identity_swapped"})
	}
	if out.Mailbox != nil {
		recipient := out.Mailbox.Recipient == out.reply.Recipient
		sign := hex.EncodeToString(out.Mailbox.Sign[:]) == hexKey(out.reply.Sign)
		switch {
		case recipient && sign:
		case out.firstKeys():
			// Replies go on to the keys inside the seal, if there are any: a server that registers keys of its own gets none.
			out.Doubts = append(out.Doubts, Doubt{Chain: cases.FromReporter, Seq: 1, Key: "terminal.mailbox_vouched"})
		default:
			out.Doubts = append(out.Doubts, Doubt{Chain: cases.FromUnit, Key: "terminal.mailbox_swapped"})
		}
	}
}

func hexKey(s string) string {
	k, err := seal.ParseKey(s)
	if err != nil {
		return ""
	}
	return hex.EncodeToString(k)
}
