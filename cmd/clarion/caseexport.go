package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/casework"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/seal"
)

type caseExportCmd struct {
	member
	Number string `arg:"" help:"Case number."`
	To     string `help:"Directory to make." required:"" placeholder:"DIR"`
}

// Help says how to open what was exported.
func (caseExportCmd) Help() string {
	return `Writes every document and attachment as it is stored, sealed, with contents.json: a list of what they are. Nothing is opened.
Whoever holds the unit's key file opens a document with the stock age command, and finds the key of each attachment inside
(docs/ops/terminal.md shows how).`
}

// Run writes the sealed documents and attachments as age files, with a list of what they are.
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
	x := &export{e: e, a: a, s: s, o: o, dir: c.To}
	for _, chain := range chains() {
		for _, d := range o.Chains[chain] {
			if err := x.document(d); err != nil {
				return err
			}
		}
	}
	if err := x.contents(); err != nil {
		return err
	}
	p := newPrinter(e, a, c.Lang)
	p.line("%s", p.l.T("cli.exported", errs.Args{"Files": len(x.files), "Dir": c.To, "Key": c.UnitKey}))
	return p.err
}

// export is a case on its way out.
type export struct {
	e     *env
	a     *app.App
	s     *terminal.Session
	o     *terminal.Opened
	dir   string
	files []map[string]any
}

func (x *export) document(d casework.SealedDoc) error {
	name := fmt.Sprintf("%s-%03d-%s.age", d.Chain, d.Seq, d.Kind)
	if err := writeSecret(filepath.Join(x.dir, name), d.Body); err != nil {
		return err
	}
	x.files = append(x.files, map[string]any{
		"file": name, "chain": d.Chain, "seq": d.Seq, "id": d.ID, "kind": d.Kind, "day": d.Day, "sha256": seal.SealedHash(d.Body),
	})
	for _, b := range d.Blobs {
		name := "blob-" + b.ID.String() + ".age"
		if err := x.blob(b.ID, filepath.Join(x.dir, name)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		x.files = append(x.files, map[string]any{"file": name, "of": d.ID, "blob": b.ID})
	}
	return nil
}

func (x *export) blob(b id.Blob, path string) error {
	_, src, err := x.a.Casework.Blob(x.e.ctx, x.s.Who, x.o.Case.Number, b)
	if err != nil {
		return err
	}
	defer src.Close()
	return writeFrom(path, func(w io.Writer) error { _, err := io.Copy(w, src); return err })
}

func (x *export) contents() error {
	c := x.o.Case
	list := map[string]any{"case": c.ID, "number": c.Number, "unit": c.Unit, "day": c.Day, "state": c.State, "files": x.files}
	b, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return err
	}
	return writeSecret(filepath.Join(x.dir, "contents.json"), append(b, '\n'))
}
