package main

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

type keysCmd struct {
	Instance keysInstanceCmd `cmd:"" help:"Print what this server publishes of itself, for assemble."`
	New      keysNewCmd      `cmd:"" help:"Make a key file, off the server."`
	Assemble keysAssembleCmd `cmd:"" help:"Build keys.json from public halves; the root key signs it."`
	Sign     keysSignCmd     `cmd:"" help:"Add the inspector's countersignature to keys.json."`
	Roster   keysRosterCmd   `cmd:"" help:"List who holds a unit's key; the root key signs it."`
	Install  keysInstallCmd  `cmd:"" help:"Check signed lists and put them in force on the server."`
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
	Role     string `help:"Whose key." enum:"root,unit,member,custodian,inspector" required:""`
	ID       string `help:"Short name: a-z, 0-9, hyphen. A unit's is the office's id in the pack." name:"id" required:""`
	Name     string `help:"Name for people." required:""`
	Instance string `help:"Installation, as clarion keys instance prints it." required:""`
	Out      string `help:"Key file to make; its public half goes beside it with .pub." required:"" placeholder:"FILE"`
	Open     bool   `help:"Leave the file without a passphrase. Only for a disk that is itself encrypted."`
}

// Run makes a key. Unless told otherwise the file is protected by a generated passphrase, shown once.
func (c *keysNewCmd) Run(e *env) error {
	k, err := ceremony.NewKey(seal.KeyRole(c.Role), c.ID, c.Name, c.Instance, workday.DayOf(e.now(), e.now().Location()))
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, config.FileMode)
	if err != nil {
		return err
	}
	passphrase := ""
	if c.Open {
		_, err = k.WriteTo(f)
	} else {
		passphrase = seal.GeneratePassphrase()
		err = k.WriteProtected(f, passphrase)
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	p := ceremony.PublicOf(k)
	if err := writeNew(c.Out+".pub", []byte(p.Text()), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s and %s.pub were made.\n", c.Out, c.Out)
	if passphrase != "" {
		fmt.Fprintf(e.out, "Passphrase, shown once; write it down on paper:\n\n  %s\n\n", passphrase)
	}
	if k.Role == seal.KeyRoot {
		fmt.Fprintf(e.out, "Root fingerprint, for papers and for clarion verify:\n\n  %s\n", fingerprint(k.Sign.Public().(ed25519.PublicKey)))
	} else {
		fmt.Fprintf(e.out, "Fingerprint, to be compared by voice:\n\n  %s\n", seal.KeyFingerprint(k.Age.Recipient(), k.Sign.Public().(ed25519.PublicKey)))
	}
	return nil
}

func readPublic(path string) (ceremony.Public, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return ceremony.Public{}, err
	}
	p, err := ceremony.ParsePublic(b)
	if err != nil {
		return p, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

func readPublics(paths []string) ([]ceremony.Public, error) {
	var out []ceremony.Public
	for _, path := range paths {
		p, err := readPublic(path)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

type keysAssembleCmd struct {
	Server     string   `help:"What clarion keys instance printed." required:"" placeholder:"FILE"`
	Pack       string   `help:"Pack that names authority and offices." default:"national-security"`
	Root       string   `help:"The root key file: it signs." required:"" placeholder:"FILE"`
	Unit       []string `help:"Public half of a unit's key." required:"" placeholder:"FILE.pub"`
	Custodian  []string `help:"Public half of a custodian's key." placeholder:"FILE.pub"`
	Inspector  []string `help:"Public half of an inspector's key." placeholder:"FILE.pub"`
	Version    int64    `help:"Number of this key set: one more than the last." default:"1"`
	Day        string   `help:"Signed on (YYYY-MM-DD); today if not given."`
	Out        string   `help:"File to make." required:"" placeholder:"FILE"`
	Passphrase string   `help:"File with the passphrase of the root key; else the terminal asks." placeholder:"FILE"`
}

// Run builds and signs a key set.
func (c *keysAssembleCmd) Run(e *env) error {
	root, err := readKeyFile(e, c.Root, c.Passphrase)
	if err != nil {
		return err
	}
	l := ceremony.Lists{Version: c.Version, Root: ceremony.PublicOf(root), Day: workday.DayOf(e.now(), e.now().Location())}
	if c.Day != "" {
		if l.Day, err = workday.ParseDay(c.Day); err != nil {
			return err
		}
	}
	b, err := os.ReadFile(c.Server)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &l.Server); err != nil {
		return fmt.Errorf("%s is not what clarion keys instance prints: %w", c.Server, err)
	}
	if err := c.fill(&l); err != nil {
		return err
	}
	set, err := ceremony.Assemble(l)
	if err != nil {
		return err
	}
	signed, err := proof.SignKeySet(set, proof.SignerRoot, root.Sign)
	if err != nil {
		return err
	}
	file, err := signed.Marshal()
	if err != nil {
		return err
	}
	if err := writeNew(c.Out, file, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s: version %d, signed by the root key %s\n", c.Out, set.Version, fingerprint(root.Sign.Public().(ed25519.PublicKey)))
	if len(set.Custodians)+len(set.Inspectors) > 0 {
		fmt.Fprintln(e.out, "An inspector signs next: clarion keys sign --key INSPECTOR.key", c.Out)
	}
	return nil
}

// fill takes names from the pack and keys from the .pub files.
func (c *keysAssembleCmd) fill(l *ceremony.Lists) error {
	p, err := loadPack(c.Pack)
	if err != nil {
		return err
	}
	l.Authority = p.Authority.Name
	units, err := readPublics(c.Unit)
	if err != nil {
		return err
	}
	for _, u := range units {
		i := -1
		for j, o := range p.Offices {
			if string(o.ID) == u.ID {
				i = j
			}
		}
		if i < 0 {
			return fmt.Errorf("the pack has no office %q", u.ID)
		}
		l.Units = append(l.Units, ceremony.Unit{Key: u, Name: p.Offices[i].Name, Parent: string(p.Offices[i].Parent)})
	}
	if l.Custodians, err = readPublics(c.Custodian); err != nil {
		return err
	}
	l.Inspectors, err = readPublics(c.Inspector)
	return err
}

type keysSignCmd struct {
	File       string `arg:"" help:"keys.json."`
	Key        string `help:"Key file of the inspector." required:"" placeholder:"FILE"`
	Passphrase string `help:"File with the passphrase; else the terminal asks." placeholder:"FILE"`
}

// Run adds a countersignature to a key set, in place.
func (c *keysSignCmd) Run(e *env) error {
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	signed, err := proof.ParseKeySet(b)
	if err != nil {
		return fmt.Errorf("%s is not a key set: %w", c.File, err)
	}
	k, err := readKeyFile(e, c.Key, c.Passphrase)
	if err != nil {
		return err
	}
	if k.Role != seal.KeyInspector {
		return fmt.Errorf("%s is a %s key; an inspector countersigns", c.Key, k.Role)
	}
	if err := signed.AddSignature(proof.SignerInspector, k.Sign); err != nil {
		return err
	}
	if b, err = signed.Marshal(); err != nil {
		return err
	}
	if err := os.WriteFile(c.File, b, 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "%s: countersigned by %s\n", c.File, k.Name)
	return err
}

type keysRosterCmd struct {
	Root       string   `help:"The root key file: it signs." required:"" placeholder:"FILE"`
	UnitKey    string   `help:"The unit's key file: it is sealed to each holder." required:"" placeholder:"FILE"`
	Member     []string `help:"Public half of a member's key and the roles, such as chen.key.pub=triage,handler." required:"" placeholder:"FILE.pub=ROLES" sep:"none"`
	Version    int64    `help:"Number of this roster: one more than the last." default:"1"`
	Day        string   `help:"Signed on (YYYY-MM-DD); today if not given."`
	Out        string   `help:"File to make." required:"" placeholder:"FILE"`
	Passphrase string   `help:"File with the passphrase of the key files; else the terminal asks." placeholder:"FILE"`
}

// Run builds and signs a unit's roster.
func (c *keysRosterCmd) Run(e *env) error {
	root, err := readKeyFile(e, c.Root, c.Passphrase)
	if err != nil {
		return err
	}
	unit, err := readKeyFile(e, c.UnitKey, c.Passphrase)
	if err != nil {
		return err
	}
	day := workday.DayOf(e.now(), e.now().Location())
	if c.Day != "" {
		if day, err = workday.ParseDay(c.Day); err != nil {
			return err
		}
	}
	var holders []ceremony.Holder
	for _, m := range c.Member {
		path, roles, ok := strings.Cut(m, "=")
		if !ok {
			return fmt.Errorf("--member %s: roles are missing, such as %s=triage,handler", m, m)
		}
		p, err := readPublic(path)
		if err != nil {
			return err
		}
		holders = append(holders, ceremony.Holder{Key: p, Roles: strings.Split(roles, ",")})
	}
	r, err := ceremony.Roster(unit, c.Version, day, holders)
	if err != nil {
		return err
	}
	signed, err := proof.SignRoster(r, proof.SignerRoot, root.Sign)
	if err != nil {
		return err
	}
	file, err := signed.Marshal()
	if err != nil {
		return err
	}
	if err := writeNew(c.Out, file, config.FileMode); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "%s: roster of %s, version %d, %d member(s)\n", c.Out, unit.ID, r.Version, len(r.Members))
	return err
}

type keysInstallCmd struct {
	settings
	Root string   `help:"Fingerprint of the root key, as its holder tells it; needed the first time." placeholder:"FINGERPRINT"`
	File []string `arg:"" help:"keys.json and rosters."`
}

// Run checks signed lists and puts them in force. The key set comes first, whatever the order of the files.
func (c *keysInstallCmd) Run(e *env) error {
	a, err := c.openInstallation(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	var rosters [][]byte
	for _, path := range c.File {
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err := proof.ParseKeySet(b); err != nil {
			rosters = append(rosters, b)
			continue
		}
		set, err := a.InstallKeys(e.ctx, b, c.Root)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		fmt.Fprintf(e.out, "key set version %d is in force\n", set.Version)
	}
	for _, b := range rosters {
		r, err := a.InstallRoster(e.ctx, b)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.out, "roster of %s, version %d, is in force\n", r.Unit, r.Version)
	}
	return nil
}
