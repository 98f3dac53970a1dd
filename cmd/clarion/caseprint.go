package main

import (
	"fmt"
	"io"
	"strings"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/seal"
)

// printer writes cases for a terminal in one language. It keeps the first error of writing.
type printer struct {
	w   io.Writer
	l   *i18n.Localizer
	a   *app.App
	err error
}

func newPrinter(e *env, a *app.App, lang string) *printer {
	return &printer{w: e.out, l: a.Catalog.For(i18n.Lang(lang)), a: a}
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// field prints a label with a value of ours, and nothing when there is no value.
func (p *printer) field(label, value string) {
	if value != "" {
		p.line("%s", p.l.T("cli.field", errs.Args{"Label": inLine(label), "Value": inLine(value)}))
	}
}

// words prints what somebody wrote: every line behind a mark, so that none of it can pass for a line of ours.
func (p *printer) words(label, text string) {
	if text == "" {
		return
	}
	switch {
	case strings.HasSuffix(label, "?"), strings.HasSuffix(label, "？"):
		p.line("%s", inLine(label))
	case label != "":
		p.line("%s", p.l.T("cli.label", errs.Args{"Label": inLine(label)}))
	}
	for line := range strings.Lines(visible(text)) {
		p.line("| %s", strings.TrimSuffix(line, "\n"))
	}
}

// row prints one case of the queue.
func (p *printer) row(r casework.Row) {
	mark := " "
	if r.Danger {
		mark = "!"
	}
	due := ""
	if !r.Due.Day.IsZero() {
		due = fmt.Sprintf("  %s %s", p.l.T(r.Due.Clock.Key(), nil), r.Due.Day)
	}
	p.line("%s %s  %s  %s  %s%s", mark, r.Case.Number, r.Case.Day, p.l.T(r.Case.State.Key(), nil), p.category(r.Case.Category), due)
}

func (p *printer) category(c id.Category) string {
	if cat, ok := p.a.Pack.Category(c); ok {
		return cat.Name.In(string(p.l.Lang()))
	}
	return string(c)
}

func (p *printer) open(o *terminal.Opened) {
	p.head(o.Case)
	if readers := p.readersOf(o); len(readers) > 0 {
		p.field(p.l.T("cli.readers", nil), strings.Join(readers, ", "))
	}
	if o.Danger {
		p.line("%s", p.l.T("cli.danger", errs.Args{"Number": o.Case.Number}))
	}
	for _, c := range o.Clocks {
		if c.State != cases.Settled {
			p.line("%s", p.l.T("cli.clock", errs.Args{"Clock": p.l.T(c.Kind.Key(), nil), "Due": c.Due.String(), "State": p.l.T(c.State.Key(), nil), "Used": c.Used}))
		}
	}
	for _, d := range o.Doubts {
		p.line("%s", p.l.T("cli.doubt", errs.Args{"Doc": fmt.Sprintf("%s/%d", d.Chain, d.Seq), "What": inLine(p.l.T(d.Key, d.Args))}))
	}
	if o.Mailbox == nil {
		p.line("%s", p.l.T("cli.mailbox_closed", nil))
	}
	if pr, ok := cases.OpenProposal(o.Events); ok {
		approvals, needed, _, _ := pr.Votes()
		p.line("%s", p.l.T("cli.proposal", errs.Args{
			"What": strings.TrimSpace(p.l.T(pr.Kind.Key(), nil) + " " + string(pr.Code)), "Member": inLine(string(pr.Member)), "Have": approvals, "Need": needed,
		}))
	}
	for _, chain := range chains() {
		for _, it := range o.Items[chain] {
			p.item(chain, it)
		}
	}
}

// head prints the routing fields in the words of the pack.
func (p *printer) head(c cases.Case) {
	lang := string(p.l.Lang())
	p.line("%s  %s", c.Number, p.l.T(c.State.Key(), nil))
	p.field(p.l.T("cli.received", nil), p.l.T("cli.received_value", errs.Args{"Day": c.Day.String(), "Via": p.l.T(c.Via.Key(), nil), "Sealed": p.l.T("cli.sealed_"+string(c.Sealed), nil)}))
	p.field(p.l.T("cli.unit", nil), p.office(c.Unit))
	p.field(p.l.T("cli.category", nil), p.category(c.Category))
	region := p.l.T("cli.region_unsaid", nil)
	if r, ok := p.a.Pack.Region(c.Region); ok {
		region = r.Name.In(lang)
	} else if c.Region != "" {
		region = string(c.Region)
	}
	p.field(p.l.T("cli.region", nil), region)
	p.field(p.l.T("cli.reply_lang", nil), c.Lang)
	p.field(p.l.T("cli.contact", nil), p.l.T(c.Contact.Key(), nil))
	wish := p.l.T("cli.wish_no", nil)
	if c.Wish {
		wish = p.l.T("cli.wish_yes", nil)
	}
	p.field(p.l.T("cli.wish", nil), wish)
}

func (p *printer) item(chain cases.Chain, it terminal.Item) {
	kind := p.l.T("cli.kind_"+string(it.Kind), nil)
	doc := fmt.Sprintf("%s/%d", chain, it.Seq)
	p.line("")
	if it.Withheld {
		p.line("--- %s %s, %s: %s", doc, kind, it.Day, p.l.T("cli.withheld", nil))
		return
	}
	if it.Signed == nil {
		p.line("--- %s", p.l.T("cli.not_shown", errs.Args{"Doc": doc, "Kind": kind, "Day": it.Day.String()}))
		return
	}
	author := inLine(it.Author)
	if chain == cases.FromReporter {
		author = p.l.T("cli.reporter", nil)
	}
	p.line("--- %s", p.l.T("cli.doc", errs.Args{"Doc": doc, "Kind": kind, "Day": it.Day.String(), "Author": author}))
	p.body(it)
}

// body prints what a document says, by its kind.
func (p *printer) body(it terminal.Item) {
	switch it.Signed.Document.Kind {
	case seal.KindReport:
		var b seal.Report
		p.decoded(it, &b, func() { p.report(&b) })
	case seal.KindMessage:
		var b seal.Message
		p.decoded(it, &b, func() { p.text(b.Text, b.Files) })
	case seal.KindReply:
		var b seal.Reply
		p.decoded(it, &b, func() { p.text(b.Text, b.Files) })
	case seal.KindNote:
		var b seal.Note
		p.decoded(it, &b, func() { p.text(b.Text, b.Files) })
	case seal.KindTitle:
		var b seal.Title
		p.decoded(it, &b, func() { p.text(b.Text, nil) })
	case seal.KindDecision:
		var b seal.Decision
		p.decoded(it, &b, func() { p.decision(&b) })
	case seal.KindProposal:
		var b seal.Proposal
		p.decoded(it, &b, func() {
			p.field(p.l.T("cli.proposes", nil), strings.TrimSpace(p.named(cases.ActKind(b.Act).Key(), b.Act)+" "+b.Code))
			p.text(b.Reasons, nil)
		})
	case seal.KindCopy:
		var b seal.Copy
		p.decoded(it, &b, func() {
			p.field(p.l.T("transfer.to", nil), inLine(b.Body))
			p.field(p.l.T("transfer.basis", nil), inLine(b.Basis.Text))
			p.field(p.l.T("transfer.reference", nil), b.Reference)
			p.text(b.Text, b.Files)
		})
	case seal.KindApproval:
		var b seal.Approval
		p.decoded(it, &b, func() { p.approval(&b) })
	case seal.KindRekey:
		p.line("%s", p.l.T("cli.rekey", nil))
	case seal.KindErase:
		p.line("%s", p.l.T("cli.erased", nil))
	}
}

func (p *printer) decoded(it terminal.Item, b seal.Body, show func()) {
	if err := seal.DecodeBody(it.Signed.Document, b); err != nil {
		p.line("%s", p.l.T("cli.bad_body", nil))
		return
	}
	show()
}

func (p *printer) text(text string, files []seal.File) {
	p.words("", text)
	for i, f := range files {
		p.line("%s", p.l.T("cli.file", errs.Args{"N": i + 1, "Name": inLine(f.Name), "Size": f.Size, "Hash": inLine(f.SHA256)}))
	}
}

func (p *printer) decision(b *seal.Decision) {
	p.field(p.l.T("cli.decision", nil), strings.TrimSpace(p.named(cases.State(b.Outcome).Key(), b.Outcome)+" "+b.Code))
	p.text(b.Reasons, nil)
}

// named is the catalogue's word for what a document says, or what it says where the catalogue has none.
func (p *printer) named(key, said string) string {
	if p.a.Catalog.Has(key) {
		return p.l.T(key, nil)
	}
	return said
}

func (p *printer) approval(b *seal.Approval) {
	if b.Approve {
		p.line("%s", p.l.T("cli.approves", nil))
	} else {
		p.line("%s", p.l.T("cli.refuses", nil))
	}
	p.text(b.Reasons, nil)
}

func (p *printer) report(r *seal.Report) {
	if r.Danger {
		p.line("%s", p.l.T("cli.danger_said", nil))
	}
	p.words(p.l.T("cli.what", nil), r.What)
	p.words(p.l.T("cli.when", nil), r.When)
	p.words(p.l.T("cli.where", nil), r.Where)
	var how []string
	for _, h := range r.How {
		how = append(how, p.named("site.q_how_"+h, h))
	}
	p.words(p.l.T("site.q_how", nil), strings.Join(how, "\n"))
	p.words(p.l.T("cli.told", nil), r.Told)
	p.words(p.l.T("cli.reach", nil), r.Reach)
	for _, an := range r.Answers {
		p.answer(r, an)
	}
	p.text("", r.Files)
}

// answer prints an answer under its question, both in the words of the pack where the pack still has them.
func (p *printer) answer(r *seal.Report, an seal.Answer) {
	label, values := an.Q, an.Values
	if q, ok := p.question(r.Category, an.Q); ok {
		label, values = q.Label.In(string(p.l.Lang())), nil
		for _, v := range an.Values {
			values = append(values, p.option(q, v))
		}
	}
	p.words(label, strings.TrimSpace(strings.Join(values, "\n")+"\n"+an.Text))
}

func (p *printer) question(category, question string) (*pack.Question, bool) {
	cat, ok := p.a.Pack.Category(id.Category(category))
	if !ok {
		return nil, false
	}
	for i, q := range cat.Questions {
		if string(q.ID) == question {
			return &cat.Questions[i], true
		}
	}
	return nil, false
}

func (p *printer) option(q *pack.Question, value string) string {
	for _, o := range q.Options {
		if o.ID == value {
			return o.Label.In(string(p.l.Lang()))
		}
	}
	return value
}
