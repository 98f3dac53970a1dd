package terminal

import (
	"context"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/seal"
)

// Link ties a case to an earlier one of the same facts. why stays inside the unit; the reporter reads that the report is accepted, with
// reasons, and nothing of the earlier one.
func (s *Session) Link(ctx context.Context, number, earlier, why, reasons string) (cases.Case, error) {
	c, err := s.Open(ctx, number)
	if err != nil {
		return cases.Case{}, err
	}
	text, err := s.fill(c, pack.TemplateAccepted, "", map[string]string{"reasons": reasons})
	if err != nil {
		return cases.Case{}, err
	}
	act := cases.Act{Kind: cases.ActLink, Checks: cases.Checks{RiskToReporter: true, RiskToReported: true}}
	return s.carry(ctx, c, casework.Work{Parent: earlier, Act: act}, Body{&seal.Note{Text: why}, nil},
		Body{&seal.Decision{Outcome: string(cases.Accepted), Reasons: text}, nil})
}

// review answers a review and tells the reporter why. The first of two voices for sending a protected decline back stays inside.
func (s *Session) review(ctx context.Context, c *Opened, act cases.Act, d Decision) (cases.Case, error) {
	template := casework.TemplateUpheld
	if act.Kind == cases.ActSendBack {
		template = casework.TemplateSentBack
		if under, ok := cases.Standing(c.Events); ok && under.FirstOfTwo() {
			return s.Do(ctx, c, act, Body{&seal.Note{Text: d.Reasons}, nil})
		}
	}
	text, err := s.fill(c, template, "", map[string]string{"reasons": d.Reasons})
	if err != nil {
		return cases.Case{}, err
	}
	return s.Do(ctx, c, act, reply(text, string(template), nil, nil))
}
