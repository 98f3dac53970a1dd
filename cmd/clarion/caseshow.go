package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/seal"
)

type caseShowCmd struct {
	member
	Number string `arg:"" help:"Case number."`
	Files  string `help:"Also save the attachments into this directory, under neutral names." placeholder:"DIR"`
}

// Help says what the marks mean.
func (caseShowCmd) Help() string {
	return `Shows who wrote what, after checking every signature and the order of the documents. A line that begins with DOUBT names a
document that is missing, moved, forged or sealed for somebody else; its words are not shown. Words of other people stand
behind "| ", with control characters made visible as [U+001B].
Saved attachments are exactly as they were sent. Open them on a machine made for that, not on this one.`
}

// Run opens a case and prints it. Opening is written down.
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
	p := newPrinter(e, a, c.Lang)
	p.open(o)
	if c.Files == "" || p.err != nil {
		return p.err
	}
	return saveFiles(e, p, a, s, o, c.Files)
}

// chains are the three chains of a case in the order in which they are shown.
func chains() []cases.Chain { return []cases.Chain{cases.FromReporter, cases.FromUnit, cases.Inside} }

// saveFiles opens every attachment of the case into dir. The names are neutral; a name of a stranger's choice never
// touches the file system. One that cannot be had does not keep the others back.
func saveFiles(e *env, p *printer, a *app.App, s *terminal.Session, o *terminal.Opened, dir string) error {
	if err := os.MkdirAll(dir, config.DirMode); err != nil {
		return err
	}
	failed := false
	for _, chain := range chains() {
		for i, f := range o.Files(chain) {
			path := filepath.Join(dir, fmt.Sprintf("%s-%02d.bin", chain, i+1))
			if err := saveFile(e, a, s, o, f, path); err != nil {
				failed = true
				fmt.Fprintf(e.errOut, "clarion: %s\n", explain(fmt.Errorf("%s: %w", p.l.T("cli.not_saved", errs.Args{"Path": path}), badFile(err)), e.lang))
				continue
			}
			p.line("%s", p.l.T("cli.saved", errs.Args{"Path": path, "Name": inLine(f.Name)}))
		}
	}
	if failed {
		return errFound
	}
	return p.err
}

// badFile words what is wrong with an attachment that does not open.
func badFile(err error) error {
	if errors.Is(err, seal.ErrFormat) || errors.Is(err, seal.ErrWrongKey) || errors.Is(err, seal.ErrDocument) {
		return fmt.Errorf("the stored file is damaged or was exchanged; nothing of it was kept (%w)", err)
	}
	return err
}

func saveFile(e *env, a *app.App, s *terminal.Session, o *terminal.Opened, f seal.File, path string) error {
	b, err := id.ParseBlob(f.Blob)
	if err != nil {
		return err
	}
	_, src, err := a.Casework.Blob(e.ctx, s.Who, o.Case.Number, b)
	if err != nil {
		return err
	}
	defer src.Close()
	return writeFrom(path, func(w io.Writer) error { return seal.OpenFile(w, src, f) })
}
