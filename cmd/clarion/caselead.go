package main

import (
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
)

type caseLeadCmd struct {
	member
	Number   string   `arg:"" help:"Case number."`
	Office   string   `arg:"" help:"The office that would take it over, as the pack names it."`
	Ask      bool     `help:"Ask the office, which reads the case, to take it over." xor:"do"`
	Take     bool     `help:"Your office takes it over." xor:"do"`
	Keep     bool     `help:"It does not, or is asked no more." xor:"do"`
	Pass     string   `help:"Hand it over; the file says why, for the letter to the reporter. UTF-8, or - for standard input." placeholder:"FILE" xor:"do"`
	Document []string `help:"Document inside that goes along, such as inside/1. All letters go." placeholder:"DOC" sep:"none"`
}

// Help says what happens.
func (caseLeadCmd) Help() string {
	return `An office that reads a case can be asked to take it over. An approver asks, an approver there says yes, and only then it is handed over,
with a last letter to the reporter. The new office gets every letter, and the documents inside that are chosen. Afterwards yours is handed
nothing of the case; what was read is known. The reporter keeps code, number, mailbox and dates.`
}

// Run does one of the steps.
func (c *caseLeadCmd) Run(e *env) error {
	if !c.Ask && !c.Take && !c.Keep && c.Pass == "" {
		return badUsage("one of --ask, --take, --keep and --pass is needed")
	}
	reasons, err := readText(e, c.Pass)
	if err != nil {
		return err
	}
	if c.Pass != "" && strings.TrimSpace(reasons) == "" {
		return badUsage("--pass %s: there are no words in it", c.Pass)
	}
	a, s, err := c.start(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	p, office := newPrinter(e, a, c.Lang), id.Unit(c.Office)
	said := ""
	switch {
	case c.Ask:
		said, err = "cli.lead_asked", a.Casework.OfferLead(e.ctx, s.Who, c.Number, office)
	case c.Take:
		if office != s.Who.Unit {
			return badUsage("--take is for your own office, %s", s.Who.Unit)
		}
		said, err = "cli.lead_taken", a.Casework.TakeLead(e.ctx, s.Who, c.Number)
	case c.Keep:
		said, err = "cli.lead_kept", a.Casework.KeepLead(e.ctx, s.Who, c.Number, office)
	default:
		said, err = "cli.lead_passed", c.pass(e, s, office, reasons)
	}
	if err != nil {
		return err
	}
	p.line("%s", p.l.T(said, errs.Args{"Office": p.office(office)}))
	return p.err
}

func (c *caseLeadCmd) pass(e *env, s *terminal.Session, office id.Unit, reasons string) error {
	var docs []id.Doc
	if len(c.Document) > 0 {
		o, err := s.Open(e.ctx, c.Number)
		if err != nil {
			return err
		}
		for _, name := range c.Document {
			doc, ok := documentOf(o, name)
			if !ok {
				return badUsage("--document %s: the case has no such document", name)
			}
			docs = append(docs, doc)
		}
	}
	return s.PassLead(e.ctx, c.Number, office, strings.TrimSpace(reasons), docs...)
}
