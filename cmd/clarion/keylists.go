package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"clarion.example/clarion/internal/app"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

func readPublic(path string) (ceremony.Public, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return ceremony.Public{}, err
	}
	p, err := ceremony.ParsePublic(b)
	if err != nil {
		return p, badUsage("%s is not the .pub file that clarion keys new writes beside a key file (%v)", path, err)
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
	Pack       string   `help:"Pack that names the authority and its offices." default:"national-security"`
	Root       string   `help:"The root key file: it signs." required:"" placeholder:"FILE"`
	Unit       []string `help:"Public half of a unit's key; give it once for each unit." required:"" placeholder:"FILE.pub" sep:"none"`
	Custodian  []string `help:"Public half of a custodian's key." placeholder:"FILE.pub" sep:"none"`
	Inspector  []string `help:"Public half of an inspector's key." placeholder:"FILE.pub" sep:"none"`
	Previous   string   `help:"The keys.json in force; without it this is the first key set." placeholder:"FILE"`
	Day        string   `help:"Day from which it counts; today if not given. When a unit gets another key, give tomorrow." placeholder:"YYYY-MM-DD"`
	Out        string   `help:"File to make." required:"" placeholder:"FILE"`
	Passphrase string   `help:"File with the passphrase of the root key; without it the terminal asks." placeholder:"FILE"`
}

// Run builds and signs a key set.
func (c *keysAssembleCmd) Run(e *env) error {
	day, err := signedOn(e, c.Day)
	if err != nil {
		return err
	}
	l := ceremony.Lists{Version: 1, Day: day}
	b, err := os.ReadFile(c.Server)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, &l.Server); err != nil {
		return badUsage("%s is not what clarion keys instance prints (%v)", c.Server, err)
	}
	if err := c.fill(&l); err != nil {
		return err
	}
	root, err := readRoot(e, c.Root, c.Passphrase)
	if err != nil {
		return err
	}
	l.Root = ceremony.PublicOf(root)
	if c.Previous != "" {
		if l.Previous, err = previousSet(c.Previous, root); err != nil {
			return err
		}
		l.Version = l.Previous.Version + 1
	}
	set, err := ceremony.Assemble(l)
	if err != nil {
		return badUsage("%v", err)
	}
	signed, err := proof.SignKeySet(set, proof.SignerRoot, root.Sign)
	if err != nil {
		return err
	}
	file, err := signed.Marshal()
	if err != nil {
		return err
	}
	if err := writePublic(c.Out, file); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s: version %d, signed by the root key %s\n", c.Out, set.Version, fingerprint(publicHalf(root)))
	if len(set.Custodians)+len(set.Inspectors) > 0 {
		fmt.Fprintln(e.out, "An inspector signs next: clarion keys sign --key INSPECTOR.key", c.Out)
	}
	return nil
}

// previousSet reads the key set in force. The root key that signs the next one must have signed it.
func previousSet(path string, root *seal.KeyFile) (*proof.KeySet, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	signed, err := proof.ParseKeySet(b)
	if err != nil {
		return nil, badUsage("%s is not a key set that clarion keys assemble wrote, or it was changed", path)
	}
	set, err := signed.Verify(proof.Trust{Root: proof.EncodeKey(publicHalf(root))})
	if err != nil {
		return nil, fmt.Errorf("%s cannot be the key set before this one (%w)", path, err)
	}
	return set, nil
}

// signedOn is the day that a list bears: today, unless another is given.
func signedOn(e *env, given string) (workday.Day, error) {
	if given == "" {
		return today(e), nil
	}
	d, err := workday.ParseDay(given)
	if err != nil {
		return d, badUsage("--day %s is not a day like 2026-03-09", given)
	}
	return d, nil
}

// readRoot reads a key file that must be the root's.
func readRoot(e *env, path, passphrase string) (*seal.KeyFile, error) {
	k, err := readKeyFile(e, path, passphrase)
	if err == nil && k.Role != seal.KeyRoot {
		return nil, badUsage("%s is a key of role %s; --root needs the root key", path, k.Role)
	}
	return k, err
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
			return badUsage("the pack has no office %q; a unit's key has the office's id in the pack", u.ID)
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
	Passphrase string `help:"File with the passphrase; without it the terminal asks." placeholder:"FILE"`
}

// Run adds a countersignature to a key set, in place.
func (c *keysSignCmd) Run(e *env) error {
	b, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	signed, err := proof.ParseKeySet(b)
	if err != nil {
		return badUsage("%s is not a key set that clarion keys assemble wrote, or it was changed", c.File)
	}
	k, err := readKeyFile(e, c.Key, c.Passphrase)
	if err != nil {
		return err
	}
	if k.Role != seal.KeyInspector {
		return badUsage("%s is a key of role %s; an inspector countersigns", c.Key, k.Role)
	}
	if err := signed.AddSignature(proof.SignerInspector, k.Sign); err != nil {
		return fmt.Errorf("%s bears this signature already, or cannot bear it (%w)", c.File, err)
	}
	if b, err = signed.Marshal(); err != nil {
		return err
	}
	if err := replacePublic(c.File, b); err != nil {
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
	Day        string   `help:"Signed on; today if not given." placeholder:"YYYY-MM-DD"`
	Out        string   `help:"File to make." required:"" placeholder:"FILE"`
	Passphrase string   `help:"File with the passphrases of protected key files, one a line; without it the terminal asks." placeholder:"FILE"`
}

// Run builds and signs a unit's roster.
func (c *keysRosterCmd) Run(e *env) error {
	day, err := signedOn(e, c.Day)
	if err != nil {
		return err
	}
	holders, err := c.holders()
	if err != nil {
		return err
	}
	root, err := readRoot(e, c.Root, c.Passphrase)
	if err != nil {
		return err
	}
	unit, err := readKeyFile(e, c.UnitKey, c.Passphrase)
	if err != nil {
		return err
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
	if err := writeSecret(c.Out, file); err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "%s: roster of %s, version %d, %d member(s)\n", c.Out, unit.ID, r.Version, len(r.Members))
	return err
}

// holders reads FILE.pub=ROLES. A role that does not exist would be signed and then give nothing, so it is refused.
func (c *keysRosterCmd) holders() (out []ceremony.Holder, err error) {
	for _, m := range c.Member {
		path, list, _ := strings.Cut(m, "=")
		roles := strings.Split(list, ",")
		for _, r := range roles {
			if !slices.Contains(cases.Roles(), cases.Role(r)) {
				return nil, badUsage("--member %s: %q is not a role; write FILE.pub=triage,handler (or approver, and the other roles of docs/spec/cases.md)", m, r)
			}
		}
		p, err := readPublic(path)
		if err != nil {
			return nil, err
		}
		out = append(out, ceremony.Holder{Key: p, Roles: roles})
	}
	return out, nil
}

type keysInstallCmd struct {
	settings
	Root string   `help:"Fingerprint of the root key, as its holder tells it by voice or on paper; needed the first time." placeholder:"FINGERPRINT"`
	File []string `arg:"" help:"keys.json and rosters, in any order."`
}

// Run checks signed lists and puts them in force. The key set comes first, whatever the order of the files.
func (c *keysInstallCmd) Run(e *env) error {
	sets, rosters, err := sortLists(c.File)
	if err != nil {
		return err
	}
	a, err := c.openInstallation(e)
	if err != nil {
		return err
	}
	defer closeApp(e, a)
	for _, l := range sets {
		set, err := a.InstallKeys(e.ctx, l.body, c.Root)
		if err != nil {
			return notInstalled(l.path, err)
		}
		fmt.Fprintf(e.out, "key set version %d is in force\n", set.Version)
	}
	for _, l := range rosters {
		r, err := a.InstallRoster(e.ctx, l.body)
		if err != nil {
			return notInstalled(l.path, err)
		}
		fmt.Fprintf(e.out, "roster of %s, version %d, is in force\n", r.Unit, r.Version)
	}
	return nil
}

// list is a signed list as a file holds it.
type list struct {
	path string
	body []byte
}

// sortLists reads every file before the first is put in force.
func sortLists(paths []string) (sets, rosters []list, err error) {
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, nil, err
		}
		_, setErr := proof.ParseKeySet(b)
		_, rosterErr := proof.ParseRoster(b)
		switch {
		case setErr == nil:
			sets = append(sets, list{path, b})
		case rosterErr == nil:
			rosters = append(rosters, list{path, b})
		default:
			return nil, nil, badUsage("%s is neither a key set nor a roster, or it was changed after signing", path)
		}
	}
	return sets, rosters, nil
}

// notInstalled says why a signed list is refused, and the way out.
func notInstalled(path string, err error) error {
	why := ""
	switch {
	case errors.Is(err, app.ErrNoRoot):
		return badUsage("%s: the first key set needs --root FINGERPRINT, as the holder of the root key tells it by voice or on paper", path)
	case errors.Is(err, proof.ErrRoot):
		why = "another root key signed it than the one that is trusted here; ask the holder of the root key for the fingerprint again"
	case errors.Is(err, proof.ErrAddition):
		why = "the root key did not sign it, and it is no addition to the roster in force by a holder of the unit's key and an approver"
	case errors.Is(err, proof.ErrCountersignature):
		why = "it names or changes custodians or inspectors, and no inspector who may has countersigned it: clarion keys sign --key INSPECTOR.key " + path
	case errors.Is(err, proof.ErrOlder):
		why = "it is older than what is in force, or another list under the same version; make it again from the list in force (clarion keys assemble --previous, clarion keys roster --version)"
	case errors.Is(err, proof.ErrOrigin):
		why = "it is of another installation"
	case errors.Is(err, proof.ErrSignature):
		why = "a signature does not fit: it was changed after signing, or somebody else signed it"
	default:
		return fmt.Errorf("%s was not installed: %w", path, err)
	}
	return fmt.Errorf("%s was not installed: %s (%w)", path, why, err)
}
