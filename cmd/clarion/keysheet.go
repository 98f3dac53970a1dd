package main

import (
	"fmt"
	"strings"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/seal"
)

type keysSheetCmd struct {
	Key        string `help:"The root key file." required:"" placeholder:"FILE"`
	Passphrase string `help:"File with the passphrase; without it the terminal asks." placeholder:"FILE"`
	Out        string `help:"Write the sheet into this new file, to be printed and erased, instead of showing it at the terminal." placeholder:"FILE"`
}

// Help says what the sheet is for.
func (keysSheetCmd) Help() string {
	return `An installation that was begun with clarion keys has its root key in a file. The desk's pages ask for the root sheet: thirty words on
paper, typed where a list is signed. Whoever reads them is the root. Run this where the key file is, never on the server.`
}

// Run writes the root key as thirty words. Like a passphrase they are shown at a terminal only: what is written to a pipe
// or a log stays there.
func (c *keysSheetCmd) Run(e *env) error {
	if c.Out == "" && !toTerminal(e.out) {
		return badUsage("the sheet is shown at a terminal only: run this in one, or give --out FILE to write it to a new file")
	}
	if err := app.NoCoreDumps(); err != nil {
		return err
	}
	if err := unused(c.Out); err != nil {
		return err
	}
	k, err := readKeyFile(e, c.Key, c.Passphrase)
	if err != nil {
		return err
	}
	if k.Role != seal.KeyRoot {
		return badUsage("%s is a key of role %s; the sheet is the root key's", c.Key, k.Role)
	}
	sheet, err := seal.RootSheet(k.Instance, [32]byte(k.Sign.Seed()))
	if err != nil {
		return err
	}
	text := fmt.Sprintf("Root sheet of %s\n\n%s", k.Instance, inRows(strings.Fields(sheet.Words())))
	if c.Out == "" {
		_, err = fmt.Fprintf(e.out, "%s\nCopy it onto paper, type it back from the paper at the desk, and keep it where the key file is kept.\n", text)
		return err
	}
	if err := writeSecret(c.Out, []byte(text)); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "%s was made. Print it by a cable, and erase the file.\n", c.Out)
	return err
}

// inRows writes words as the desk prints them: six in a row, the first of each with its number.
func inRows(words []string) string {
	var b strings.Builder
	for i := 0; i < len(words); i += 6 {
		fmt.Fprintf(&b, "%2d  %s\n", i+1, strings.Join(words[i:min(i+6, len(words))], "  "))
	}
	return b.String()
}
