package year_test

import (
	"encoding/hex"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/oversight"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

var inspector = oversight.Who{Account: "inspector", Role: staff.Inspector}

// toInspector: a reporter whose first review let the decision stand asks once more. It reports whether the decision fell.
func (s *story) toInspector() (fell bool) {
	d, ok := cases.Standing(s.events)
	if !ok || d.Level != 1 || s.y.day.After(d.Answered.Add(30)) || s.reviewers() == 0 {
		return false
	}
	s.ask()
	s.pause(2, 20)
	if by := s.reviewer(); s.y.refused["cases.review_inspector"] < often {
		s.refusedAs(by, s.work(by, cases.ActUphold))
	}
	if s.y.dice.roll(2) == 0 {
		s.inspects(cases.ActUphold)
		s.againReviewed()
		return false
	}
	s.inspects(cases.ActSendBack)
	for s.c.State == cases.Review { // what protects takes an approver beside the inspector
		s.pause(0, 4)
		s.do(s.reviewer(), cases.ActSendBack)
	}
	return true
}

// inspects answers a review as the inspector, with a letter of their own; with the first of two voices it is a note to the office.
func (s *story) inspects(kind cases.ActKind) {
	y := s.y
	y.t.Helper()
	y.clock.Move(time.Minute)
	where := s.cell(kind)
	f, err := y.w.Oversight.OpenReview(y.ctx(), inspector, s.c.Number)
	if err != nil {
		y.t.Fatalf("case %d (%s): %v", s.n, s.plan, err)
	}
	y.wrote(s.shot(false).audit, line{act: "reviews-read", who: "inspector", c: s.c.ID, outcome: store.Allowed})
	var body seal.Body = &seal.Reply{Text: "我看过了。", Template: map[cases.ActKind]string{cases.ActUphold: seal.TemplateUpheld, cases.ActSendBack: seal.TemplateSentBack}[kind]}
	if f.Two && kind == cases.ActSendBack {
		body = &seal.Note{Text: "应当退回。"}
	}
	doc := s.inspectorSeals(body, f.Heads)
	if y.refused["oversight.wrong_letter"] == 0 { // a letter of an office in the place of the inspector's
		wrong := doc
		wrong.Kind = seal.KindDecision
		err := y.w.Oversight.AnswerReview(y.ctx(), inspector, s.c.Number, oversight.Answer{Act: kind, Seen: f.Case.Version, Doc: wrong})
		if e, ok := errs.Public(err); !ok || e.Key != "oversight.wrong_letter" {
			y.t.Fatalf("case %d: another kind of document: %v", s.n, err)
		}
		y.refused["oversight.wrong_letter"]++
		y.wrote(s.shot(false).audit, line{string(kind), "inspector", s.c.ID, store.Refused, "oversight.wrong_letter"})
	}
	if err := y.w.Oversight.AnswerReview(y.ctx(), inspector, s.c.Number, oversight.Answer{Act: kind, Seen: f.Case.Version, Doc: doc}); err != nil {
		y.t.Fatalf("case %d (%s): %s by the inspector: %v", s.n, s.plan, kind, err)
	}
	if doc.Visible {
		s.told++
	}
	s.happened(where, &line{act: string(kind), who: "inspector", c: s.c.ID, outcome: store.Allowed})
}

// inspectorSeals seals a document as the inspector: to the office, and an answer to the reporter as well.
func (s *story) inspectorSeals(body seal.Body, heads map[cases.Chain]seal.ChainHead) casework.Document {
	y := s.y
	y.t.Helper()
	raw, err := seal.EncodeBody(body)
	if err != nil {
		y.t.Fatal(err)
	}
	chain := cases.Chain(body.Kind().Chain())
	out := casework.Document{ID: id.NewDoc(), Chain: chain, Kind: body.Kind(), Seq: heads[chain].Seq + 1, Visible: chain == cases.FromUnit}
	d := seal.Document{Instance: y.w.Dir.Instance, Kind: body.Kind(), Case: s.c.ID.String(), Chain: body.Kind().Chain(), ID: out.ID.String(), Seq: out.Seq, Prev: heads[chain].Sealed,
		Unit: string(s.unit), Day: y.day.String(), Author: seal.Author{Role: seal.RoleInspector, ID: "inspector"}, Body: raw}
	if d.Prev != "" {
		b, err := hex.DecodeString(d.Prev)
		if err != nil {
			y.t.Fatal(err)
		}
		out.Prev = [32]byte(b)
	}
	to := []seal.Recipient{y.w.Key(y.t, string(s.unit)).Age.Recipient()}
	if out.Visible {
		r, err := seal.ParseRecipient(s.was.mailbox.Recipient)
		if err != nil {
			y.t.Fatal(err)
		}
		to = append(to, r)
	}
	if out.Sealed, err = seal.SealDocument(d, body.Kind().Floor(), to, seal.Signer{Role: seal.RoleInspector, Key: y.w.Key(y.t, "inspector").Sign}); err != nil {
		y.t.Fatal(err)
	}
	return out
}
