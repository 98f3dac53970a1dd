package app

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/config"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/office/staff"
	"clarion.example/clarion/internal/office/terminal"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/site"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Demo is a marked installation in which everybody's keys were made at once: for looking and for tests.
type Demo struct {
	*App
	KeyDir  string
	Command string // how the tour writes this program; "" is clarion
	keys    map[string]*seal.KeyFile
	root    string // fingerprint of the root key
	first   string // number of a case that waits to be opened

	custodians []player
	desk       []deskPlayer
}

// player is a person whom the demonstration plays.
type player struct {
	id, zh, en string
	roles      []string
}

// players are on the roster of every office of the demonstration.
func players() []player {
	return []player{
		{"chen", "陈", "Chen", []string{"triage"}},
		{"lin", "林", "Lin", []string{"handler", "intake"}},
		{"zhao", "赵", "Zhao", []string{"approver"}},
		{"wu", "吴", "Wu", []string{"approver"}},
	}
}

// custodians hold the shares of identities. None is on a roster.
func custodians() []player {
	return []player{{"qian", "钱", "Qian", nil}, {"sun", "孙", "Sun", nil}, {"he", "何", "He", nil}}
}

// OpenDemo makes a marked installation in o.Config.Data, which must not exist: fresh keys for every person, signed and
// countersigned lists, every category approved, the doors open. Seed adds sample cases.
func OpenDemo(ctx context.Context, o Options) (*Demo, error) {
	d := &Demo{KeyDir: filepath.Join(o.Config.Data, "keys"), keys: map[string]*seal.KeyFile{}, custodians: custodians()}
	if o.NoCustodians {
		d.custodians = nil
	}
	o.Create, o.Demo, o.Tour = true, true, d.tour
	a, err := Open(ctx, o)
	if err != nil {
		return nil, err
	}
	d.App = a
	if err := d.ceremony(ctx); err != nil {
		_ = a.Close() // the first error is the one to tell
		return nil, err
	}
	return d, nil
}

// ceremony plays every key holder.
func (d *Demo) ceremony(ctx context.Context) error {
	if err := os.Mkdir(d.KeyDir, config.DirMode); err != nil {
		return fmt.Errorf("making the demonstration's keys: %w", err)
	}
	today := workday.DayOf(d.now(), d.Pack.Zone)
	lists := ceremony.Lists{Server: ceremony.Server(d.Published()), Authority: d.Pack.Authority.Name, Version: 1, Day: today}
	root, err := d.newKey(seal.KeyRoot, "root", "Root", today)
	if err != nil {
		return err
	}
	lists.Root = ceremony.PublicOf(root)
	d.root = proof.RootFingerprint(root.Sign.Public().(ed25519.PublicKey))
	for _, o := range d.Pack.Offices {
		k, err := d.newKey(seal.KeyUnit, string(o.ID), o.Name.In("en"), today)
		if err != nil {
			return err
		}
		lists.Units = append(lists.Units, ceremony.Unit{Key: ceremony.PublicOf(k), Name: o.Name, Parent: string(o.Parent)})
	}
	inspector, err := d.newKey(seal.KeyInspector, "inspector", "Inspector", today)
	if err != nil {
		return err
	}
	lists.Inspectors = []ceremony.Public{ceremony.PublicOf(inspector)}
	for _, p := range d.custodians {
		k, err := d.newKey(seal.KeyCustodian, p.id, p.zh+" "+p.en, today)
		if err != nil {
			return err
		}
		lists.Custodians = append(lists.Custodians, ceremony.PublicOf(k))
	}
	if err := d.publish(ctx, lists, root, inspector); err != nil {
		return err
	}
	if err := d.rosters(ctx, root, today); err != nil {
		return err
	}
	return d.approveAll(ctx, inspector, today)
}

func (d *Demo) newKey(role seal.KeyRole, id, name string, made workday.Day) (*seal.KeyFile, error) {
	k, err := ceremony.NewKey(role, id, name, d.Dir.Instance, made)
	if err != nil {
		return nil, err
	}
	d.keys[id] = k
	f, err := os.OpenFile(d.KeyFile(id), os.O_CREATE|os.O_EXCL|os.O_WRONLY, config.FileMode)
	if err != nil {
		return nil, err
	}
	if _, err := k.WriteTo(f); err != nil {
		_ = f.Close()
		return nil, err
	}
	return k, f.Close()
}

// KeyFile is the path of a player's or an office's key file.
func (d *Demo) KeyFile(id string) string { return filepath.Join(d.KeyDir, id+".key") }

// Root is the fingerprint of the demonstration's root key.
func (d *Demo) Root() string { return d.root }

func (d *Demo) publish(ctx context.Context, l ceremony.Lists, root, inspector *seal.KeyFile) error {
	set, err := ceremony.Assemble(l)
	if err != nil {
		return err
	}
	signed, err := proof.SignKeySet(set, proof.SignerRoot, root.Sign)
	if err != nil {
		return err
	}
	if err := signed.AddSignature(proof.SignerInspector, inspector.Sign); err != nil {
		return err
	}
	file, err := signed.Marshal()
	if err != nil {
		return err
	}
	_, err = d.InstallKeys(ctx, file, d.root)
	return err
}

func (d *Demo) rosters(ctx context.Context, root *seal.KeyFile, today workday.Day) error {
	var holders []ceremony.Holder
	for _, p := range players() {
		k, err := d.newKey(seal.KeyMember, p.id, p.zh+" "+p.en, today)
		if err != nil {
			return err
		}
		holders = append(holders, ceremony.Holder{Key: ceremony.PublicOf(k), Roles: p.roles})
	}
	for _, o := range d.Pack.Offices {
		r, err := ceremony.Roster(d.keys[string(o.ID)], 1, today, holders)
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
		if _, err := d.InstallRoster(ctx, file); err != nil {
			return err
		}
	}
	return nil
}

func (d *Demo) approveAll(ctx context.Context, inspector *seal.KeyFile, today workday.Day) error {
	for i := range d.Pack.Categories {
		c := &d.Pack.Categories[i]
		ap := pack.Approval{Category: c.ID, Hash: c.Hash(), By: id.Member(inspector.ID), Day: today}
		if err := d.Approve(ctx, ap, ed25519.Sign(inspector.Sign, ap.Statement())); err != nil {
			return err
		}
	}
	return nil
}

// World is what a terminal session of this installation stands on.
func (a *App) World() terminal.World {
	return terminal.World{Instance: a.Dir.Instance, Casework: a.Casework, Keys: a.Keys, Pack: a.Pack, Machine: a.Machine, Catalog: a.Catalog}
}

// As starts a session of a player in an office.
func (d *Demo) As(ctx context.Context, member, unit string) (*terminal.Session, error) {
	return terminal.Start(ctx, d.World(), terminal.Keys{Unit: d.keys[unit], Member: d.keys[member]})
}

// tour is the demonstration's first page: what to try, in order, and who plays whom.
func (d *Demo) tour(l *i18n.Localizer) site.TourPage {
	zh := l.Lang() == i18n.Default
	base := "/" + l.Lang().Segment() + "/"
	run := cmp.Or(d.Command, "clarion")
	keys := func(member string) string {
		return fmt.Sprintf("--data %s --unit-key %s --member-key %s", shellWord(d.Dir.Path), shellWord(d.KeyFile("unit-1")), shellWord(d.KeyFile(member)))
	}
	reasons := "echo " + shellWord(l.T("tour.reasons", nil)) + " | "
	step := func(title, text string, link, linkText string, commands ...string) site.TourStep {
		return site.TourStep{Title: l.T(title, nil), Text: l.T(text, nil), Commands: commands, Link: link, LinkText: linkText}
	}
	page := site.TourPage{Steps: []site.TourStep{step("tour.report", "tour.report_text", base+"report", l.T("tour.report_link", nil))}}
	if len(d.desk) > 0 {
		page.Steps = append(page.Steps,
			step("tour.desk", "tour.desk_text", d.Config.Desk.URL+base, l.T("tour.desk_link", nil)),
			step("tour.read", "tour.read_text", "", ""),
			step("tour.answer", "tour.answer_text", "", ""),
			step("tour.decide", "tour.decide_text", "", ""))
	}
	page.Steps = append(page.Steps, step("tour.back", "tour.back_text", base+"mailbox", l.T("tour.back_link", nil)))
	if len(d.desk) > 0 {
		page.Steps = append(page.Steps, step("tour.inspect", "tour.inspect_text", d.Config.Desk.Inspect+base, l.T("tour.inspect_link", nil)))
	}
	page.Steps = append(page.Steps,
		step("tour.verify", "tour.verify_text", base+"verify", l.T("tour.verify_link", nil), fmt.Sprintf("%s verify ack statement.txt --keys %s/keys.json --root %s", run, d.Config.Public.URL, shellWord(d.root))),
		step("tour.terminal", "tour.terminal_text", "", "",
			fmt.Sprintf("%s case list %s", run, keys("chen")),
			fmt.Sprintf("%s case show %s %s", run, d.first, keys("chen")),
			fmt.Sprintf("%s case reply %s %s", run, d.first, keys("chen")),
			fmt.Sprintf("%s case decide %s triage %s", run, d.first, keys("chen")),
			fmt.Sprintf("%s%s case decide %s decline --code D3 --reasons - %s", reasons, run, d.first, keys("chen")),
			fmt.Sprintf("%s case decide %s approve %s", run, d.first, keys("zhao"))),
		step("tour.site", "tour.site_text", "", "", fmt.Sprintf("%s verify site %s --root %s --desk %s --inspect %s", run, d.Config.Public.URL, shellWord(d.root), d.Config.Desk.URL, d.Config.Desk.Inspect)),
		step("tour.doctor", "tour.doctor_text", "", "", fmt.Sprintf("%s doctor --data %s", run, shellWord(d.Dir.Path))))
	add := func(p player, role string) {
		person := site.TourPerson{Name: p.en, KeyFile: d.KeyFile(p.id), Role: l.T("cases.role."+role, nil), Does: l.T("tour.does_"+role, nil)}
		if zh {
			person.Name = p.zh
		}
		for _, q := range d.desk {
			if q.role == staff.Member && string(q.account) == p.id {
				d.signsIn(&person, q, l)
			}
		}
		page.People = append(page.People, person)
	}
	for _, p := range players() {
		add(p, p.roles[0])
	}
	for _, p := range d.custodians {
		add(p, string(cases.Custodian))
	}
	page.People = append(page.People, d.deskPeople(l)...)
	page.People = append(page.People,
		site.TourPerson{Name: l.T("cases.role.inspector", nil), Role: l.T("cases.role.inspector", nil), Does: l.T("tour.does_inspector", nil), KeyFile: d.KeyFile("inspector")},
		site.TourPerson{Name: l.T("tour.root", nil), Role: l.T("tour.root", nil), Does: l.T("tour.does_root", nil), KeyFile: d.KeyFile("root")})
	return page
}

// shellWord writes text as one word of a POSIX shell.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
