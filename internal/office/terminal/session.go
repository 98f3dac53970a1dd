package terminal

import (
	"context"
	"strings"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/keyring"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/seal"
)

// World is what a session stands on beside its keys.
type World struct {
	Instance string
	Casework *casework.Service
	Keys     *keyring.Ring
	Pack     *pack.Pack
	Machine  cases.Machine
	Catalog  *i18n.Catalog
}

// Session is a member at work. It serves one command after another; its keys are in memory only.
type Session struct {
	World
	Who    *casework.Person
	opener *Opener
}

// Start proves the member's key to the use cases and loads what is needed to check signatures.
func Start(ctx context.Context, w World, k Keys) (*Session, error) {
	if err := k.Check(w.Instance); err != nil {
		return nil, err
	}
	unit := id.Unit(k.Unit.ID)
	who, err := w.Casework.SignIn(ctx, unit, k.MemberKey(), k.Sign)
	if err != nil {
		return nil, err
	}
	set, err := w.Keys.Set()
	if err != nil {
		return nil, err
	}
	rosters, err := w.Casework.Rosters(ctx, unit)
	if err != nil {
		return nil, err
	}
	return &Session{World: w, Who: who, opener: &Opener{Keys: k, Set: set, Rosters: rosters, Instance: w.Instance}}, nil
}

// Open hands out and opens a case.
func (s *Session) Open(ctx context.Context, number string) (*Opened, error) {
	f, err := s.Casework.Open(ctx, s.Who, number)
	if err != nil {
		return nil, err
	}
	o := *s.opener
	if o.Others, err = s.Casework.RostersOf(ctx, f.Offices); err != nil {
		return nil, err
	}
	return o.Open(f)
}

// Do writes the documents of an act and carries it out on the case as it was opened.
func (s *Session) Do(ctx context.Context, c *Opened, act cases.Act, bodies ...Body) (cases.Case, error) {
	return s.carry(ctx, c, casework.Work{Act: act}, bodies...)
}

// carry seals the documents of an act and hands it in.
func (s *Session) carry(ctx context.Context, c *Opened, work casework.Work, bodies ...Body) (cases.Case, error) {
	w := s.opener.Write(c, s.Casework.Today())
	work.Number = c.Case.Number
	work.Act.Seen, work.Act.NoInterest = c.Case.Version, true
	for _, b := range bodies {
		d, err := w.Seal(b.Body, b.Files...)
		if err != nil {
			return cases.Case{}, err
		}
		work.Docs = append(work.Docs, d)
	}
	return s.Casework.Do(ctx, s.Who, work)
}

// Keep writes a note or a working title, which stays inside the unit and is no act.
func (s *Session) Keep(ctx context.Context, number string, body seal.Body) error {
	c, err := s.Open(ctx, number)
	if err != nil {
		return err
	}
	d, err := s.opener.Write(c, s.Casework.Today()).Seal(body)
	if err != nil {
		return err
	}
	return s.Casework.Write(ctx, s.Who, number, d)
}

// Body is what a document says, with the files that it names.
type Body struct {
	seal.Body
	Files []id.Blob
}

// reply is a letter to the reporter.
func reply(text, template string, files []seal.File, kept []id.Blob) Body {
	return Body{&seal.Reply{Text: text, Template: template, Files: files}, kept}
}

// Reply writes to the reporter. The first letter acknowledges the report; with ask it puts a question that the case
// waits for; in an inquiry with progress it is the progress note. Without text the first letter is the pack's.
func (s *Session) Reply(ctx context.Context, number string, l Letter) (cases.Case, error) {
	c, err := s.Open(ctx, number)
	if err != nil {
		return cases.Case{}, err
	}
	kind, template, text := cases.ActMessage, "", l.Text
	made, err := s.ready(c, frameOf(c, l), &text, l.Sentences)
	if err != nil {
		return cases.Case{}, err
	}
	switch {
	case c.Case.State == cases.Received && !l.Ask && !l.Progress:
		kind, template = cases.ActAcknowledge, string(pack.TemplateFirst)
		first, err := s.fill(c, pack.TemplateFirst, "", nil)
		if err != nil {
			return cases.Case{}, err
		}
		text = strings.TrimSpace(first + "\n\n" + text)
	case l.Ask:
		kind, template = cases.ActAsk, string(pack.TemplateNeedsInfo)
		text, err = s.fill(c, pack.TemplateNeedsInfo, "", map[string]string{"question": text})
	case l.Progress:
		kind, template = cases.ActProgress, string(pack.TemplateProgress)
		text, err = s.fill(c, pack.TemplateProgress, "", map[string]string{"note": text})
	}
	if err != nil {
		return cases.Case{}, err
	}
	if text == "" && len(l.Files) == 0 {
		return cases.Case{}, errs.New(errs.Invalid, "terminal.empty_letter", nil)
	}
	return s.Do(ctx, c, cases.Act{Kind: kind}, Body{&seal.Reply{Text: text, Template: template, Files: l.Files, Letter: made}, l.Kept})
}

// Letter is what a member wants to tell the reporter.
type Letter struct {
	Text          string
	Sentences     []casework.Chosen // of the pack, before Text
	Files         []seal.File
	Kept          []id.Blob
	Ask, Progress bool
}

// Decision is what a member wants to do at a turning point of a case.
type Decision struct {
	Act        cases.ActKind
	Code       cases.Code
	Handler    id.Member
	Reasons    string
	NoMeasures bool            // F1, F2: no measure against the person reported follows
	Intent     string          // F5: the evidence of intent, in words
	Clock      cases.ClockKind // extend: the inquiry's or the outcome's
}

// Decide proposes, approves, refuses or does what needs one person. The words that the reporter will read are the
// pack's, with the reasons in them.
func (s *Session) Decide(ctx context.Context, number string, d Decision) (cases.Case, error) {
	c, err := s.Open(ctx, number)
	if err != nil {
		return cases.Case{}, err
	}
	act := cases.Act{Kind: d.Act, Code: d.Code, Handler: d.Handler, NoMeasures: d.NoMeasures, Clock: d.Clock}
	switch d.Act {
	case cases.ActTriage:
		act.Checks = cases.Checks{Category: true, Conduct: true, Danger: true, Remit: true, Interest: true, Duplicate: true}
		return s.Do(ctx, c, act)
	case cases.ActAccept:
		return s.accept(ctx, c, act, d)
	case cases.ActProposeDecline, cases.ActProposeConclusion, cases.ActProposeReopening:
		return s.propose(ctx, c, act, d)
	case cases.ActApprove, cases.ActRefuse:
		return s.vote(ctx, c, act, d)
	case cases.ActFeedback:
		return s.feedback(ctx, c, act, d)
	case cases.ActUphold, cases.ActSendBack:
		return s.review(ctx, c, act, d)
	case cases.ActExtend: // the reporter is told why
		return s.Do(ctx, c, act, reply(d.Reasons, "", nil, nil))
	case cases.ActOpenInquiry, cases.ActHandOver, cases.ActSetAside, cases.ActReadmit, cases.ActInvite, cases.ActHear, cases.ActClear:
		return s.Do(ctx, c, act, Body{&seal.Note{Text: d.Reasons}, nil})
	case cases.ActSendTransfer, cases.ActConfirmTransfer, cases.ActReturnTransfer, cases.ActCallOffTransfer:
		return s.passing(ctx, c, act, d)
	case cases.ActWithdraw:
		p, ok := cases.OpenProposal(c.Events)
		if ok {
			act.Proposal = p.Seq
		}
		if ok && p.Kind == cases.EventProposedTransfer {
			letter, err := s.kept(c)
			if err != nil {
				return cases.Case{}, err
			}
			return s.Do(ctx, c, act, letter)
		}
		return s.Do(ctx, c, act)
	default:
		return s.Do(ctx, c, act)
	}
}

func (s *Session) accept(ctx context.Context, c *Opened, act cases.Act, d Decision) (cases.Case, error) {
	act.Checks = cases.Checks{RiskToReporter: true, RiskToReported: true}
	text, err := s.fill(c, pack.TemplateAccepted, "", map[string]string{"reasons": d.Reasons})
	if err != nil {
		return cases.Case{}, err
	}
	return s.Do(ctx, c, act, Body{&seal.Decision{Outcome: string(cases.Accepted), Reasons: text}, nil})
}

// propose seals the decision in its final words to the unit; who approves, approves exactly these.
func (s *Session) propose(ctx context.Context, c *Opened, act cases.Act, d Decision) (cases.Case, error) {
	p := &seal.Proposal{Act: string(d.Act), Code: string(d.Code), Reasons: d.Reasons}
	if d.Act == cases.ActProposeDecline {
		text, err := s.fill(c, pack.TemplateDeclined, d.Code, map[string]string{"reasons": d.Reasons})
		if err != nil {
			return cases.Case{}, err
		}
		p.Decision = &seal.Decision{Code: string(d.Code), Outcome: string(cases.Declined), Reasons: text}
	}
	bodies := []Body{{p, nil}}
	if d.Intent == "" {
		return s.Do(ctx, c, act, bodies...)
	}
	// The evidence of intent is a note of its own, sealed before the proposal that names it.
	w := s.opener.Write(c, s.Casework.Today())
	note, err := w.Seal(&seal.Note{Text: d.Intent})
	if err != nil {
		return cases.Case{}, err
	}
	doc, err := w.Seal(p)
	if err != nil {
		return cases.Case{}, err
	}
	act.Intent, act.Seen, act.NoInterest = note.ID, c.Case.Version, true
	// The act's own document comes first in Work; the store takes them by their place in the chain.
	return s.Casework.Do(ctx, s.Who, casework.Work{Number: c.Case.Number, Act: act, Docs: []casework.Document{note, doc}, Main: 1})
}

// vote approves or refuses the proposal that waits, with exactly the reasons that were sealed. The approval that decides
// also tells the reporter.
func (s *Session) vote(ctx context.Context, c *Opened, act cases.Act, d Decision) (cases.Case, error) {
	open, ok := cases.OpenProposal(c.Events)
	if !ok {
		return cases.Case{}, errs.New(errs.Conflict, "cases.no_proposal", nil)
	}
	act.Proposal = open.Seq
	v := &seal.Approval{Approve: d.Act == cases.ActApprove, Reasons: d.Reasons}
	var told []Body
	item, found := proposalDoc(c, open)
	if !open.Doc.IsZero() && !found {
		return cases.Case{}, errs.New(errs.Conflict, "terminal.proposal_unreadable", nil)
	}
	switch {
	case found && item.Signed.Document.Kind == seal.KindCopy:
		v.Proposal, v.Sealed = item.ID.String(), item.Signed.Sealed
		if !v.Approve {
			letter, err := s.kept(c)
			if err != nil {
				return cases.Case{}, err
			}
			told = append(told, letter)
		}
	case found:
		var p seal.Proposal
		if err := seal.DecodeBody(item.Signed.Document, &p); err != nil {
			return cases.Case{}, errs.Wrap(errs.Conflict, "terminal.proposal_unreadable", nil, err)
		}
		v.Proposal, v.Sealed = item.ID.String(), item.Signed.Sealed
		approvals, needed, _, _ := open.Votes()
		if v.Approve && approvals+1 >= needed && p.Decision != nil {
			// The days count from the decision, which is today, not from the proposal.
			text, err := s.fill(c, pack.TemplateDeclined, open.Code, map[string]string{"reasons": p.Reasons})
			if err != nil {
				return cases.Case{}, err
			}
			told = append(told, Body{&seal.Decision{Code: p.Decision.Code, Outcome: p.Decision.Outcome, Reasons: text}, nil})
		}
	case !v.Approve: // closing is proposed without words; its refusal still has reasons
		return s.Do(ctx, c, act, Body{&seal.Note{Text: d.Reasons}, nil})
	default:
		return s.Do(ctx, c, act)
	}
	return s.Do(ctx, c, act, append([]Body{{v, nil}}, told...)...)
}

func proposalDoc(c *Opened, open cases.Proposal) (Item, bool) {
	if open.Kind == cases.EventProposedTransfer {
		return insideDoc(c, open.Doc, seal.KindCopy)
	}
	return insideDoc(c, open.Doc, seal.KindProposal)
}

// feedback tells the reporter what was found.
func (s *Session) feedback(ctx context.Context, c *Opened, act cases.Act, d Decision) (cases.Case, error) {
	found := casework.Finding(c.Events)
	if c.File.Parent != nil { // the outcome of the case that this one is linked to
		found = c.File.Parent.Finding
	}
	text, err := s.fill(c, pack.TemplateOutcome, found, map[string]string{"reasons": d.Reasons})
	if err != nil {
		return cases.Case{}, err
	}
	return s.Do(ctx, c, act, Body{&seal.Decision{Code: string(found), Outcome: string(cases.Concluded), Reasons: text}, nil})
}

// fill writes a template of the pack in the reporter's language, with this case's days.
func (s *Session) fill(c *Opened, t pack.Template, code cases.Code, own map[string]string) (string, error) {
	return s.Casework.Fill(t, code, casework.Words{Case: c.Case, Clocks: c.Clocks, Lang: c.Report.Lang, Own: own})
}
