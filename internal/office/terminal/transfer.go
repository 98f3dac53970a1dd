package terminal

import (
	"context"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/seal"
)

// Passing is what somebody proposes to pass on: the copy exactly as it would leave, and the reasons that the reporter reads. Kept are
// its files at the server.
type Passing struct {
	Copy    seal.Copy
	Kept    []id.Blob
	Reasons string
}

// PassOn proposes to pass a case on, and writes to the reporter what would leave, to whom and on which legal basis.
func (s *Session) PassOn(ctx context.Context, number string, p Passing) (cases.Case, error) {
	c, err := s.Open(ctx, number)
	if err != nil {
		return cases.Case{}, err
	}
	text, err := s.fill(c, pack.TemplatePassOn, "", map[string]string{"reasons": p.Reasons, "body": p.Copy.Body, "basis": p.Copy.Basis.Text,
		"files": casework.FilesSaid(s.Catalog.For(i18n.Lang(c.Report.Lang)), len(p.Copy.Files))})
	if err != nil {
		return cases.Case{}, err
	}
	return s.Do(ctx, c, cases.Act{Kind: cases.ActProposeTransfer}, Body{&p.Copy, p.Kept}, reply(text, string(pack.TemplatePassOn), nil, nil))
}

// CopyOf is the copy that waits for a decision, or that was approved; false for none that can be read.
func CopyOf(c *Opened) (seal.Copy, bool) {
	doc := cases.ApprovedCopy(c.Events)
	if p, ok := cases.OpenProposal(c.Events); ok && p.Kind == cases.EventProposedTransfer {
		doc = p.Doc
	}
	it, ok := insideDoc(c, doc, seal.KindCopy)
	if !ok {
		return seal.Copy{}, false
	}
	var out seal.Copy
	return out, seal.DecodeBody(it.Signed.Document, &out) == nil
}

// insideDoc is a document inside the unit that opened.
func insideDoc(c *Opened, doc id.Doc, kind seal.Kind) (Item, bool) {
	i := slices.IndexFunc(c.Items[cases.Inside], func(it Item) bool {
		return it.Signed != nil && it.ID == doc && it.Signed.Document.Kind == kind
	})
	if i < 0 {
		return Item{}, false
	}
	return c.Items[cases.Inside][i], true
}

// passing is an act on a transfer that was decided.
func (s *Session) passing(ctx context.Context, c *Opened, act cases.Act, d Decision) (cases.Case, error) {
	switch d.Act {
	case cases.ActReturnTransfer, cases.ActCallOffTransfer:
		t := pack.TemplateReturned
		if d.Act == cases.ActCallOffTransfer {
			t = pack.TemplateCalledOff
		}
		letter, err := s.letterOf(c, t, d.Reasons)
		if err != nil {
			return cases.Case{}, err
		}
		return s.Do(ctx, c, act, letter)
	default: // sent or received: a note, for nobody but the office
		act.Copy = cases.ApprovedCopy(c.Events)
		return s.Do(ctx, c, act, Body{&seal.Note{Text: d.Reasons}, nil})
	}
}

// kept tells the reporter that their report does not go to another body. What a colleague wrote about it stays inside: the letter
// gives the pack's reason.
func (s *Session) kept(c *Opened) (Body, error) {
	for _, x := range s.Pack.Letters.Sentences {
		if x.Serves(pack.TemplateKept, "") && len(x.Asks) == 0 {
			why, err := s.Casework.Sentences(pack.TemplateKept, "", casework.Words{Case: c.Case, Clocks: c.Clocks, Lang: c.Report.Lang}, c.Report.Lang, []casework.Chosen{{ID: x.ID}})
			if err != nil {
				return Body{}, err
			}
			return s.letterOf(c, pack.TemplateKept, why)
		}
	}
	return Body{}, errs.New(errs.Invalid, "casework.no_sentence", nil)
}

func (s *Session) letterOf(c *Opened, t pack.Template, reasons string) (Body, error) {
	text, err := s.fill(c, t, "", map[string]string{"reasons": reasons})
	return reply(text, string(t), nil, nil), err
}
