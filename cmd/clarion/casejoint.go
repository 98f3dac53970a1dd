package main

import (
	"fmt"
	"slices"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
)

type caseShareCmd struct {
	member
	Number   string   `arg:"" help:"Case number."`
	Office   string   `arg:"" help:"The other office, as the pack names it."`
	Document []string `help:"Document that it may read, as show names it, such as reporter/2 or inside/1." default:"reporter/1" placeholder:"DOC" sep:"none"`
	End      bool     `help:"End that the office reads the case."`
}

// Help says what goes along.
func (caseShareCmd) Help() string {
	return `An approver lets another office read chosen documents of a case, or ends it. Their triage and approvers read them and write notes that
both offices have; they decide nothing. The reporter's mailbox names the office while it reads. How to reach a reporter, where they left it,
stands in the report and goes with it. An office that the reporter passed over for the one above cannot be let in.`
}

// Run seals the file keys of what was chosen to the other office's key of the signed list.
func (c *caseShareCmd) Run(e *env) error {
	a, s, err := c.start(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	p, office := newPrinter(e, a, c.Lang), id.Unit(c.Office)
	if c.End {
		if err := a.Casework.Unshare(e.ctx, s.Who, c.Number, office); err != nil {
			return err
		}
		p.line("%s", p.l.T("cli.share_ended", errs.Args{"Office": p.office(office)}))
		return p.err
	}
	o, err := s.Open(e.ctx, c.Number)
	if err != nil {
		return err
	}
	var docs []id.Doc
	for _, name := range c.Document {
		doc, ok := documentOf(o, name)
		if !ok {
			return badUsage("--document %s: the case has no such document", name)
		}
		docs = append(docs, doc)
	}
	if err := s.Share(e.ctx, c.Number, office, docs...); err != nil {
		return err
	}
	p.line("%s", p.l.T("cli.shared", errs.Args{"Office": p.office(office), "Count": len(docs)}))
	return p.err
}

// documentOf finds what [printer.item] calls by name.
func documentOf(o *terminal.Opened, name string) (id.Doc, bool) {
	for _, chain := range chains() {
		for _, it := range o.Items[chain] {
			if fmt.Sprintf("%s/%d", chain, it.Seq) == name {
				return it.ID, true
			}
		}
	}
	return id.Doc{}, false
}

type caseOthersCmd struct {
	member
	Number string `arg:"" optional:"" help:"Case number; without it, the list."`
	Note   string `help:"File with a note for both offices, UTF-8, or - for standard input." placeholder:"FILE" xor:"do"`
	End    bool   `help:"Your office reads this case no more." xor:"do"`
}

// Help says whose cases these are.
func (caseOthersCmd) Help() string {
	return `Cases of other offices that let yours read chosen documents. With a number it shows what yours was given; --note writes a note that both
offices read, and --end is for an approver. Nothing can be decided in them from here.`
}

// Run lists, shows, notes or ends.
func (c *caseOthersCmd) Run(e *env) error {
	if c.Number == "" && (c.Note != "" || c.End) {
		return badUsage("--note and --end need a case number")
	}
	text, err := readText(e, c.Note)
	if err != nil {
		return err
	}
	if c.Note != "" && strings.TrimSpace(text) == "" {
		return badUsage("--note %s: there are no words in it", c.Note)
	}
	a, s, err := c.start(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	p := newPrinter(e, a, c.Lang)
	switch {
	case c.Number == "":
		return p.others(e, s)
	case c.End:
		if err := a.Casework.Unshare(e.ctx, s.Who, c.Number, s.Who.Unit); err != nil {
			return err
		}
		p.line("%s", p.l.T("cli.share_ended", errs.Args{"Office": p.office(s.Who.Unit)}))
		return p.err
	case text != "":
		if err := s.NoteShared(e.ctx, c.Number, text); err != nil {
			return err
		}
		p.line("%s", p.l.T("cli.noted", nil))
		return p.err
	}
	o, err := s.OpenShared(e.ctx, c.Number)
	if err != nil {
		return err
	}
	p.shared(o)
	return p.err
}

// others prints the list of cases of other offices.
func (p *printer) others(e *env, s *terminal.Session) error {
	after, some := int64(0), false
	for {
		rows, more, err := p.a.Casework.Shared(e.ctx, s.Who, after)
		if err != nil {
			return err
		}
		for _, r := range rows {
			p.line("%s  %s  %s  %s", r.Case.Number, p.l.T(r.Case.State.Key(), nil), p.office(r.Case.Unit), p.l.T("cli.since", errs.Args{"Day": r.Since.String()}))
			after, some = r.Case.Key, true
		}
		if !more || len(rows) == 0 {
			break
		}
	}
	if !some {
		p.line("%s", p.l.T("cli.others_none", nil))
	}
	return p.err
}

// shared prints what an office was given of another one's case.
func (p *printer) shared(o *terminal.SharedCase) {
	p.head(o.Case)
	p.line("%s", p.l.T("cli.others_case", errs.Args{"Office": p.office(o.Case.Unit)}))
	for _, d := range o.Doubts {
		p.line("%s", p.l.T("cli.doubt", errs.Args{"Doc": fmt.Sprintf("%s/%d", d.Chain, d.Seq), "What": inLine(p.l.T(d.Key, d.Args))}))
	}
	for _, it := range o.Items {
		p.item(it.Chain, it)
	}
}

// office is the name of an office, or its id where the pack has none.
func (p *printer) office(u id.Unit) string {
	if o, ok := p.a.Pack.Office(u); ok {
		return o.Name.In(string(p.l.Lang()))
	}
	return inLine(string(u))
}

// readersOf are the names of offices that read a case beside its own.
func (p *printer) readersOf(o *terminal.Opened) (out []string) {
	for _, j := range o.Joined {
		out = append(out, p.office(j.Unit))
	}
	slices.Sort(out)
	return out
}
