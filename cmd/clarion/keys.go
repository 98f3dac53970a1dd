package main

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

type keysCmd struct {
	Instance keysInstanceCmd `cmd:"" help:"Print what this server publishes of itself, for assemble."`
	New      keysNewCmd      `cmd:"" help:"Make a key file, off the server."`
	Assemble keysAssembleCmd `cmd:"" help:"Build keys.json from public halves; the root key signs it."`
	Sign     keysSignCmd     `cmd:"" help:"Add an inspector's countersignature to keys.json."`
	Roster   keysRosterCmd   `cmd:"" help:"List who holds a unit's key; the root key signs it."`
	Sheet    keysSheetCmd    `cmd:"" help:"Write the root key as the sheet that the desk's pages ask for."`
	Install  keysInstallCmd  `cmd:"" help:"Check signed lists and put them in force on the server."`
}

// Help gives the order of the steps, and who takes them.
func (keysCmd) Help() string {
	return `The order, with who does it and where:
  operator, server         clarion keys instance --data DIR > server.json
  each holder, own machine clarion keys new --role ROLE --id ID --name NAME --instance INSTANCE --out FILE
  holder of the root key   clarion keys assemble ...   from .pub files; key files never travel
  inspector                clarion keys sign --key FILE keys.json
  root and unit together   clarion keys roster ...     one for each unit
  operator, server         clarion keys install --data DIR --root FINGERPRINT keys.json UNIT.roster`
}

type keysInstanceCmd struct {
	settings
}

// Run prints the server's public keys as JSON.
func (c *keysInstanceCmd) Run(e *env) error {
	a, err := c.openInstallation(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	enc := json.NewEncoder(e.out)
	enc.SetIndent("", "  ")
	return enc.Encode(a.Published())
}

type keysNewCmd struct {
	Role       string `help:"Whose key: root, unit, member, custodian or inspector." enum:"root,unit,member,custodian,inspector" required:"" placeholder:"ROLE"`
	ID         string `help:"Short name: a-z, 0-9, hyphen. A unit's is the office's id in the pack." name:"id" required:""`
	Name       string `help:"Name for people." required:""`
	Instance   string `help:"Installation, as clarion keys instance prints it." required:""`
	Out        string `help:"Key file to make; its public half goes beside it with .pub." required:"" placeholder:"FILE"`
	Passphrase string `help:"Write the generated passphrase into this new file, instead of showing it at the terminal." placeholder:"FILE" xor:"protect"`
	Open       bool   `help:"Leave the key file without a passphrase. Only for a disk that is itself encrypted." xor:"protect"`
}

// Run makes a key. Unless told otherwise the file is protected by a generated passphrase, which is shown once, at a
// terminal only: what is written to a pipe or a log stays there.
func (c *keysNewCmd) Run(e *env) error {
	if !c.Open && c.Passphrase == "" && !toTerminal(e.out) {
		return badUsage("the passphrase is shown at a terminal only: run this in one, or give --passphrase FILE to write it to a new file")
	}
	if err := app.NoCoreDumps(); err != nil {
		return err
	}
	k, err := ceremony.NewKey(seal.KeyRole(c.Role), c.ID, c.Name, c.Instance, today(e))
	if err != nil {
		return err
	}
	if err := unused(c.Out, c.Out+".pub", c.Passphrase); err != nil {
		return err
	}
	passphrase := ""
	if !c.Open {
		passphrase = seal.GeneratePassphrase()
	}
	if c.Passphrase != "" { // first: a key file whose passphrase was lost helps nobody
		if err := writeSecret(c.Passphrase, []byte(passphrase+"\n")); err != nil {
			return err
		}
	}
	err = writeKeyFile(c.Out, k, passphrase)
	if errors.Is(err, seal.ErrKeyFile) {
		return badUsage("--id, --name or --instance cannot be used (%v): an id is 1 to 63 of a-z, 0-9 and hyphen, a name one line", err)
	}
	if err != nil {
		return err
	}
	p := ceremony.PublicOf(k)
	if err := writePublic(c.Out+".pub", []byte(p.Text())); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s and %s.pub were made.\n", c.Out, c.Out)
	switch {
	case c.Passphrase != "":
		fmt.Fprintf(e.out, "Its passphrase is in %s. Copy it onto paper, and keep that file away from the key file.\n", c.Passphrase)
	case passphrase != "":
		fmt.Fprintf(e.out, "Passphrase, shown once; write it down on paper:\n\n  %s\n\n", passphrase)
	}
	if k.Role == seal.KeyRoot {
		fmt.Fprintf(e.out, "Root fingerprint, for papers and for clarion verify:\n\n  %s\n", fingerprint(publicHalf(k)))
	} else {
		fmt.Fprintf(e.out, "Fingerprint, to be compared by voice:\n\n  %s\n", seal.KeyFingerprint(k.Age.Recipient(), publicHalf(k)))
	}
	return nil
}

// publicHalf is the public half of the key with which a holder signs.
func publicHalf(k *seal.KeyFile) ed25519.PublicKey { return k.Sign.Public().(ed25519.PublicKey) }

// today is the civil day where this machine is: lists are made by people, on their own day.
func today(e *env) workday.Day { return workday.DayOf(e.now(), e.now().Location()) }

// unused refuses names that are taken, before anything is made.
func unused(paths ...string) error {
	for _, p := range paths {
		if p == "" {
			continue
		}
		if _, err := os.Lstat(p); err == nil {
			return &fs.PathError{Op: "make", Path: p, Err: fs.ErrExist}
		}
	}
	return nil
}
