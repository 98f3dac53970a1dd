package year_test

import (
	"encoding/hex"
	"slices"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/oversight"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

type with func(*casework.Work)

func code(c cases.Code) with { return func(w *casework.Work) { w.Act.Code = c } }

// do lets a member do something, or fails.
func (s *story) do(by *member, kind cases.ActKind, more ...with) {
	s.y.t.Helper()
	s.y.clock.Move(time.Minute)
	w, where := s.work(by, kind, more...), s.cell(kind)
	c, err := s.y.w.Casework.Do(s.y.ctx(), by.Person, w)
	if err != nil {
		s.y.t.Fatalf("case %d (%s) in %s on %s: %s by %s: %v", s.n, s.plan, s.c.State, s.y.day, kind, by.Member, err)
	}
	for _, d := range w.Docs {
		if d.Visible {
			s.told++
		}
	}
	s.happened(where, &line{act: string(kind), who: by.Member, c: s.c.ID, outcome: store.Allowed})
	if c.State != s.c.State || c.Version != s.c.Version {
		s.y.t.Fatalf("case %d: %s answers %s at %d, and the case is %s at %d", s.n, kind, c.State, c.Version, s.c.State, s.c.Version)
	}
}

// look is the inspector's at a suspension.
func (s *story) look() {
	s.y.t.Helper()
	where := s.cell(cases.ActLook)
	if err := s.y.w.Oversight.LookAt(s.y.ctx(), oversight.Who{Account: "inspector", Role: staff.Inspector}, s.c.Number); err != nil {
		s.y.t.Fatal(err)
	}
	s.happened(where, &line{act: string(cases.ActLook), who: "inspector", c: s.c.ID, outcome: store.Allowed})
}

// work is an act with everything that it could need, and its documents.
func (s *story) work(by *member, kind cases.ActKind, more ...with) casework.Work {
	w := casework.Work{Number: s.c.Number, Act: cases.Act{Kind: kind, Seen: s.c.Version, NoInterest: true, Clock: cases.ClockInquiry,
		Checks: cases.Checks{Category: true, Conduct: true, Danger: true, Remit: true, Interest: true, Duplicate: true, RiskToReporter: true, RiskToReported: true}}}
	if p, ok := cases.OpenProposal(s.events); ok {
		w.Act.Proposal = p.Seq
	}
	if kind == cases.ActSendTransfer {
		w.Act.Copy = cases.ApprovedCopy(s.events)
	}
	for _, f := range more {
		f(&w)
	}
	w.Docs = s.docs(by, w)
	if w.Act.Code == cases.F5 && kind == cases.ActProposeConclusion {
		w.Act.Intent, w.Main = w.Docs[0].ID, 1
	}
	return w
}

// docs are the documents of an act: what stays inside first, then what the reporter reads.
func (s *story) docs(by *member, w casework.Work) (out []casework.Document) {
	var inside, letter seal.Body
	kind := w.Act.Kind
	d, _ := cases.Standing(s.events)
	switch kind {
	case cases.ActAcknowledge, cases.ActAsk, cases.ActMessage, cases.ActProgress, cases.ActExtend, cases.ActUphold, cases.ActUnlink, cases.ActReturnTransfer,
		cases.ActCallOffTransfer:
		letter = &seal.Reply{Text: "给您写几句话。"}
	case cases.ActProposeTransfer:
		inside, letter = &seal.Copy{}, &seal.Reply{Text: "我们想把您的举报移送给别的机关。"}
	case cases.ActSendBack:
		if letter = (&seal.Reply{Text: "我们重新来看。"}); d.FirstOfTwo() {
			letter, inside = nil, &seal.Note{}
		}
	case cases.ActAccept:
		letter = &seal.Decision{Outcome: string(cases.Accepted), Reasons: "符合标准。"}
	case cases.ActFeedback:
		letter = &seal.Decision{Code: string(d.Code), Outcome: string(cases.Concluded), Reasons: "结果如下。"}
	case cases.ActLink:
		inside, letter = &seal.Note{}, &seal.Decision{Outcome: string(cases.Accepted), Reasons: "符合标准。"}
	case cases.ActApprove:
		if p, ok := cases.OpenProposal(s.events); ok && p.Kind == cases.EventProposedDecline {
			inside, letter = &seal.Approval{}, &seal.Decision{Code: string(p.Code), Outcome: string(cases.Declined), Reasons: "不予受理。"}
		} else if ok && !p.Doc.IsZero() {
			inside = &seal.Approval{}
		}
	case cases.ActProposeDecline, cases.ActProposeConclusion, cases.ActProposeReopening:
		inside = &seal.Proposal{}
	case cases.ActRefuse:
		if inside = (&seal.Note{}); s.passingAsked() {
			letter = &seal.Reply{Text: "不移送了。"}
		}
	case cases.ActWithdraw:
		if s.passingAsked() {
			letter = &seal.Reply{Text: "不移送了。"}
		}
	case cases.ActTriage, cases.ActSettleDanger, cases.ActAssign, cases.ActLapse, cases.ActProposeClosing, cases.ActLook, cases.ActStepAside:
	default:
		inside = &seal.Note{}
	}
	if kind == cases.ActProposeConclusion && w.Act.Code == cases.F5 {
		out = append(out, s.seal(by, &seal.Note{}, out))
	}
	for _, body := range []seal.Body{inside, letter} {
		if body != nil {
			out = append(out, s.seal(by, body, out))
		}
	}
	return out
}

// passingAsked: the reporter was asked whether the case may go to another body.
func (s *story) passingAsked() bool {
	p, ok := cases.OpenProposal(s.events)
	return ok && p.Kind == cases.EventProposedTransfer
}

// seal makes the next document of its chain, behind those of the same act. Letters are true ones, which the reporter opens and
// checks.
func (s *story) seal(by *member, body seal.Body, before []casework.Document) casework.Document {
	chain := cases.Chain(body.Kind().Chain())
	d := casework.Document{ID: id.NewDoc(), Chain: chain, Kind: body.Kind(), Seq: 1, Visible: chain == cases.FromUnit, Sealed: s.y.inside}
	if have := s.was.docs[chain]; len(have) > 0 {
		d.Seq, d.Prev = have[len(have)-1].Seq+1, have[len(have)-1].Hash
	}
	for _, b := range before {
		if b.Chain == chain {
			d.Seq, d.Prev = b.Seq+1, hashOf(b.Sealed)
		}
	}
	if !d.Visible {
		return d
	}
	prev := ""
	if d.Seq > 1 {
		prev = hexOf(d.Prev)
	}
	d.Sealed = s.y.sealed(body, seal.Document{Case: s.c.ID.String(), ID: d.ID.String(), Seq: d.Seq, Prev: prev, Unit: string(s.unit)}, by.key, s.was.mailbox.Recipient)
	return d
}

func hexOf(h [32]byte) string { return hex.EncodeToString(h[:]) }

func hashOf(sealed []byte) (out [32]byte) {
	b, _ := hex.DecodeString(seal.SealedHash(sealed))
	return [32]byte(slices.Clone(b))
}

// sealed signs a document as the unit and seals it to the unit and, where there is one, the reporter. Who of the unit wrote it no
// server can see.
func (y *year) sealed(body seal.Body, d seal.Document, unit *seal.KeyFile, reporter string) []byte {
	y.t.Helper()
	raw, err := seal.EncodeBody(body)
	if err != nil {
		y.t.Fatal(err)
	}
	d.Instance, d.Kind, d.Chain, d.Day, d.Body = y.w.Dir.Instance, body.Kind(), body.Kind().Chain(), y.day.String(), raw
	d.Author = seal.Author{Role: seal.RoleMember, ID: "desk"}
	to := []seal.Recipient{unit.Age.Recipient()}
	if reporter != "" {
		r, err := seal.ParseRecipient(reporter)
		if err != nil {
			y.t.Fatal(err)
		}
		to = append(to, r)
	}
	out, err := seal.SealDocument(d, body.Kind().Floor(), to, seal.Signer{Role: seal.RoleMember, Key: unit.Sign}, seal.Signer{Role: seal.RoleUnit, Key: unit.Sign})
	if err != nil {
		y.t.Fatal(err)
	}
	return out
}

func (y *year) sealInside() []byte {
	return y.sealed(&seal.Note{Text: "记录。"}, seal.Document{Case: id.NewCase().String(), ID: id.NewDoc().String(), Seq: 1, Unit: string(units[0])}, y.w.Key(y.t, string(units[0])), "")
}
