package terminal

import (
	"context"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/seal"
)

// PassLead hands a case over to an office that has said that it takes it: every document of the two chains with the reporter, a last letter
// that names the office and says why, and of the documents inside those that were chosen. What does not fit is not handed over, and
// neither is the case then.
func (s *Session) PassLead(ctx context.Context, number string, unit id.Unit, reasons string, chosen ...id.Doc) error {
	c, err := s.Open(ctx, number)
	if err != nil {
		return err
	}
	to, err := s.opener.office(unit, s.Casework.Today())
	if err != nil {
		return err
	}
	over := casework.HandOver{Number: number, Unit: unit, Seen: c.Case.Version}
	for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} {
		for _, it := range c.Items[chain] {
			if it.Unit == unit || chain == cases.Inside && !slices.Contains(chosen, it.ID) {
				continue
			}
			if it.Signed == nil {
				return errs.New(errs.Conflict, "terminal.shared_doubt", nil)
			}
			h, err := s.opener.header(it, to)
			if err != nil {
				return err
			}
			over.Headers = append(over.Headers, h)
		}
	}
	if over.Letter, err = s.lastLetter(c, unit, reasons); err != nil {
		return err
	}
	h, err := s.opener.header(Item{SealedDoc: casework.SealedDoc{Doc: store.Doc{ID: over.Letter.ID}, Body: over.Letter.Sealed}}, to)
	if err != nil {
		return err
	}
	over.Headers = append(over.Headers, h)
	return s.Casework.PassLead(ctx, s.Who, over)
}

// lastLetter tells the reporter who has the case from now on, in words and for their program.
func (s *Session) lastLetter(c *Opened, unit id.Unit, reasons string) (casework.Document, error) {
	office, ok := s.Pack.Office(unit)
	if !ok {
		return casework.Document{}, errs.New(errs.Invalid, "casework.no_office", nil)
	}
	text, err := s.fill(c, pack.TemplateMoved, "", map[string]string{"body": office.Name.In(c.Report.Lang), "reasons": reasons})
	if err != nil {
		return casework.Document{}, err
	}
	letter := &seal.Reply{Text: text, Template: string(pack.TemplateMoved), Next: &seal.Next{Unit: string(unit)}}
	return s.opener.Write(c, s.Casework.Today()).Seal(letter)
}
