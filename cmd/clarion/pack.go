package main

import (
	"fmt"
	"io/fs"
	"os"

	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/packs"
)

type packCmd struct {
	Check packCheckCmd `cmd:"" help:"Check a pack and print every fault."`
	List  packListCmd  `cmd:"" help:"List the packs that come with Clarion."`
}

type packCheckCmd struct {
	Pack string `arg:"" help:"Directory, or name of a shipped pack."`
}

// Run prints every fault of a pack, one a line, and ends with 1 if there is one.
func (c *packCheckCmd) Run(e *env) error {
	fsys, err := packFiles(c.Pack)
	if err != nil {
		return err
	}
	faults := pack.Check(fsys)
	for _, f := range faults {
		fmt.Fprintln(e.out, f)
	}
	if len(faults) > 0 {
		fmt.Fprintf(e.out, "%d fault(s)\n", len(faults))
		return errFound
	}
	p, err := pack.Load(fsys)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s %s: %d categories, %d offices, no fault\n", p.ID, p.Version, len(p.Categories), len(p.Offices))
	for _, c := range p.Categories {
		fmt.Fprintf(e.out, "  %s  %s\n", c.Hash(), c.ID)
	}
	return nil
}

func packFiles(name string) (fs.FS, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return os.DirFS(name), nil
	}
	if fsys, ok := packs.FS(name); ok {
		return fsys, nil
	}
	return nil, badUsage("%q is neither a directory nor a shipped pack (clarion pack list)", name)
}

type packListCmd struct{}

// Run lists the shipped packs.
func (packListCmd) Run(e *env) error {
	for _, n := range packs.Names() {
		if _, err := fmt.Fprintln(e.out, n); err != nil {
			return err
		}
	}
	return nil
}

func loadPack(name string) (*pack.Pack, error) {
	fsys, err := packFiles(name)
	if err != nil {
		return nil, err
	}
	return pack.Load(fsys)
}
