package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/seal"
)

type caseShowCmd struct {
	member
	Number string `arg:"" help:"Case number."`
	Files  string `help:"Save the attachments into this directory, under neutral names." placeholder:"DIR"`
}

// Run opens a case and prints it. Control characters of foreign text are made visible.
func (c *caseShowCmd) Run(e *env) error {
	a, s, err := c.start(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	o, err := s.Open(e.ctx, c.Number)
	if err != nil {
		return err
	}
	p := &printer{w: e.out, l: a.Catalog.For(i18n.Lang(c.Lang)), a: a}
	p.open(o, s)
	if c.Files == "" {
		return p.err
	}
	return saveFiles(e, a, s, o, c.Files)
}

// printer writes an opened case for a terminal.
type printer struct {
	w   io.Writer
	l   *i18n.Localizer
	a   *app.App
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// safe makes a stranger's text harmless for a terminal: nothing but printable characters and line feeds.
func safe(s string) string { return i18n.ShowControls(s) }

func (p *printer) open(o *terminal.Opened, s *terminal.Session) {
	c := o.Case
	p.line("%s  %s  received %s via %s, sealed by the %s", c.Number, p.l.T(c.State.Key(), nil), c.Day, c.Via, c.Sealed)
	p.line("unit %s, category %s, region %q, reply in %s, contact %s", c.Unit, c.Category, c.Region, c.Lang, c.Contact)
	if o.Danger {
		p.line("DANGER: somebody may be in danger, and nobody has dealt with it (clarion case decide %s calm)", c.Number)
	}
	for _, clock := range o.Clocks {
		if clock.State != cases.Settled {
			p.line("clock: %s due %s, %s, %d%% used", p.l.T(clock.Kind.Key(), nil), clock.Due, p.l.T(clock.State.Key(), nil), clock.Used)
		}
	}
	for _, d := range o.Doubts {
		p.line("DOUBT: document %s/%d: %s", d.Chain, d.Seq, p.l.T(d.Key, d.Args))
	}
	if o.Mailbox == nil {
		p.line("The reporter has closed the mailbox: letters are kept and not read.")
	}
	if pr, ok := cases.OpenProposal(o.Events); ok {
		approvals, needed, _, _ := pr.Votes()
		p.line("proposal: %s %s by %s, %d of %d approvals", p.l.T(pr.Kind.Key(), nil), pr.Code, pr.Member, approvals, needed)
	}
	for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} {
		for _, it := range o.Items[chain] {
			p.item(chain, it)
		}
	}
}

func (p *printer) item(chain cases.Chain, it terminal.Item) {
	p.line("")
	if it.Signed == nil {
		p.line("--- %s/%d %s %s: not shown, see DOUBT above", chain, it.Seq, it.Kind, it.Day)
		return
	}
	p.line("--- %s/%d %s of %s by %s", chain, it.Seq, it.Kind, it.Day, safe(it.Author))
	switch it.Signed.Document.Kind {
	case seal.KindReport:
		p.report(it)
	case seal.KindMessage:
		var b seal.Message
		p.body(it, &b, func() { p.text(b.Text, b.Files) })
	case seal.KindReply:
		var b seal.Reply
		p.body(it, &b, func() { p.text(b.Text, b.Files) })
	case seal.KindNote:
		var b seal.Note
		p.body(it, &b, func() { p.text(b.Text, b.Files) })
	case seal.KindDecision:
		var b seal.Decision
		p.body(it, &b, func() { p.line("%s %s", b.Outcome, b.Code); p.text(b.Reasons, nil) })
	case seal.KindProposal:
		var b seal.Proposal
		p.body(it, &b, func() { p.line("%s %s", b.Act, b.Code); p.text(b.Reasons, nil) })
	case seal.KindApproval:
		var b seal.Approval
		p.body(it, &b, func() { p.line("approves: %v", b.Approve); p.text(b.Reasons, nil) })
	case seal.KindRekey:
		p.line("The reporter changed the receipt code.")
	default:
	}
}

func (p *printer) body(it terminal.Item, b seal.Body, show func()) {
	if err := seal.DecodeBody(it.Signed.Document, b); err != nil {
		p.line("(the body breaks its format: %v)", err)
		return
	}
	show()
}

func (p *printer) text(text string, files []seal.File) {
	if text != "" {
		p.line("%s", safe(text))
	}
	for i, f := range files {
		p.line("[file %d] %s, %d bytes, SHA-256 %s", i+1, safe(f.Name), f.Size, f.SHA256)
	}
}

func (p *printer) report(it terminal.Item) {
	var r seal.Report
	p.body(it, &r, func() {
		for _, f := range []struct{ name, value string }{
			{"what", r.What}, {"when", r.When}, {"where", r.Where}, {"how known", strings.Join(r.How, ", ")}, {"told already", r.Told},
		} {
			if f.value != "" {
				p.line("%s: %s", f.name, safe(f.value))
			}
		}
		if r.Danger {
			p.line("danger now: yes, or not sure")
		}
		p.answers(&r)
		p.text("", r.Files)
	})
}

// answers prints the questions of the category in the words of the pack.
func (p *printer) answers(r *seal.Report) {
	lang := string(p.l.Lang())
	cat, ok := p.a.Pack.Category(id.Category(r.Category))
	for _, an := range r.Answers {
		label, values := an.Q, an.Values
		if ok {
			for _, q := range cat.Questions {
				if string(q.ID) != an.Q {
					continue
				}
				label, values = q.Label.In(lang), nil
				for _, o := range q.Options {
					for _, v := range an.Values {
						if v == o.ID {
							values = append(values, o.Label.In(lang))
						}
					}
				}
			}
		}
		p.line("%s: %s", safe(label), safe(strings.TrimSpace(strings.Join(values, "; ")+" "+an.Text)))
	}
}

// saveFiles opens every attachment of the case into dir. The names are neutral; a name of a stranger's choice never
// touches the file system.
func saveFiles(e *env, a *app.App, s *terminal.Session, o *terminal.Opened, dir string) error {
	if err := os.MkdirAll(dir, config.DirMode); err != nil {
		return err
	}
	for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} {
		for i, f := range o.Files(chain) {
			path := filepath.Join(dir, fmt.Sprintf("%s-%02d.bin", chain, i+1))
			if err := saveFile(e, a, s, o, f, path); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			fmt.Fprintf(e.out, "saved %s (%s)\n", path, safe(f.Name))
		}
	}
	return nil
}

func saveFile(e *env, a *app.App, s *terminal.Session, o *terminal.Opened, f seal.File, path string) error {
	b, err := id.ParseBlob(f.Blob)
	if err != nil {
		return err
	}
	src, err := a.Casework.Blob(e.ctx, s.Who, o.Case.Number, b)
	if err != nil {
		return err
	}
	defer src.Close()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, config.FileMode)
	if err != nil {
		return err
	}
	if err := seal.OpenFile(out, src, f); err != nil {
		_ = out.Close()
		_ = os.Remove(path) // what is not what it says is not left lying about
		return err
	}
	return out.Close()
}

type caseExportCmd struct {
	member
	Number string `arg:"" help:"Case number."`
	To     string `help:"Directory to make." required:"" placeholder:"DIR"`
}

// Run writes the sealed documents and attachments as age files, with a list of what they are. Nothing is opened:
// whoever holds the unit's key file opens a document with age -d -i, and finds the key of each attachment inside.
func (c *caseExportCmd) Run(e *env) error {
	a, s, err := c.start(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	o, err := s.Open(e.ctx, c.Number)
	if err != nil {
		return err
	}
	if err := os.Mkdir(c.To, config.DirMode); err != nil {
		return err
	}
	list := map[string]any{"case": o.Case.ID, "number": o.Case.Number, "unit": o.Case.Unit, "day": o.Case.Day, "state": o.Case.State}
	var docs []map[string]any
	for _, chain := range []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} {
		for _, d := range o.Chains[chain] {
			name := fmt.Sprintf("%s-%03d-%s.age", chain, d.Seq, d.Kind)
			if err := writeNew(filepath.Join(c.To, name), d.Body, config.FileMode); err != nil {
				return err
			}
			docs = append(docs, map[string]any{"file": name, "chain": chain, "seq": d.Seq, "id": d.ID, "kind": d.Kind, "day": d.Day, "sha256": seal.SealedHash(d.Body)})
			for _, b := range d.Blobs {
				name := "blob-" + b.ID.String() + ".age"
				if err := exportBlob(e, a, s, o, b.ID, filepath.Join(c.To, name)); err != nil {
					return err
				}
				docs = append(docs, map[string]any{"file": name, "of": d.ID, "blob": b.ID})
			}
		}
	}
	list["files"] = docs
	b, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	if err := writeNew(filepath.Join(c.To, "contents.json"), append(b, '\n'), config.FileMode); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "%d sealed file(s) in %s. Open one with: age -d -i %s %s/FILE\n", len(docs), c.To, c.UnitKey, c.To)
	return err
}

func exportBlob(e *env, a *app.App, s *terminal.Session, o *terminal.Opened, b id.Blob, path string) error {
	src, err := a.Casework.Blob(e.ctx, s.Who, o.Case.Number, b)
	if err != nil {
		return err
	}
	defer src.Close()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, config.FileMode)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, src); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}

// readAll reads a file, or standard input for "-".
func readAll(e *env, from string) ([]byte, error) {
	if from == "-" {
		return io.ReadAll(io.LimitReader(e.in, 1<<20))
	}
	return os.ReadFile(from)
}
