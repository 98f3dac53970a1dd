// Package ceremony makes the keys of an installation and the signed lists of them, away from the server.
//
// It holds secrets only while it writes them to their holder's file. It must never talk to a network or a database.
package ceremony

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// NewKey makes the key file of a role. The root key only signs.
func NewKey(role seal.KeyRole, id, name, instance string, made workday.Day) (*seal.KeyFile, error) {
	_, sign, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	k := &seal.KeyFile{Role: role, ID: id, Name: name, Instance: instance, Made: made.String(), Sign: sign}
	if role != seal.KeyRoot {
		k.Age = seal.NewIdentity()
	}
	return k, nil
}

// Public is the half of a key file that may travel.
type Public struct {
	Role               seal.KeyRole
	ID, Name, Instance string
	Recipient, Sign    string // Recipient is "" for a root key
}

// PublicOf gives the public half of k.
func PublicOf(k *seal.KeyFile) Public {
	p := Public{Role: k.Role, ID: k.ID, Name: k.Name, Instance: k.Instance, Sign: seal.EncodeKey(k.Sign.Public().(ed25519.PublicKey))}
	if k.Age != nil {
		p.Recipient = k.Age.Recipient().String()
	}
	return p
}

const publicFirst = "# clarion public key v1"

// Text writes p as the lines of a .pub file.
func (p Public) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n# role: %s\n# id: %s\n# name: %s\n# instance: %s\n", publicFirst, p.Role, p.ID, p.Name, p.Instance)
	if p.Recipient != "" {
		fmt.Fprintf(&b, "# recipient: %s\n", p.Recipient)
	}
	fmt.Fprintf(&b, "# sign-public: %s\n", p.Sign)
	return b.String()
}

// ParsePublic reads what Text wrote, and nothing else.
func ParsePublic(b []byte) (Public, error) {
	var p Public
	text := strings.ReplaceAll(string(b), "\r\n", "\n")
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimSuffix(line, "\n"), "# "), ": ")
		switch name {
		case "role":
			p.Role = seal.KeyRole(value)
		case "id":
			p.ID = value
		case "name":
			p.Name = value
		case "instance":
			p.Instance = value
		case "recipient":
			p.Recipient = value
		case "sign-public":
			p.Sign = value
		}
	}
	if p.Text() != text {
		return Public{}, fmt.Errorf("not a .pub file of clarion keys new")
	}
	if _, err := seal.ParseKey(p.Sign); err != nil {
		return Public{}, fmt.Errorf(".pub file of %s: %w", p.ID, err)
	}
	if _, err := seal.ParseRecipient(p.Recipient); p.Role != seal.KeyRoot && err != nil {
		return Public{}, fmt.Errorf(".pub file of %s: %w", p.ID, err)
	}
	return p, nil
}

// Server is what a server publishes of itself.
type Server struct {
	Instance string `json:"instance"`
	Ack      string `json:"ack"`
	Public   string `json:"public_log"`
	Cases    string `json:"case_log"`
}

// Unit is an office as the pack names it, with its key.
type Unit struct {
	Key    Public
	Name   map[string]string // by language
	Parent string
}

// Lists are the holders that a key set names.
type Lists struct {
	// Previous is the set in force, nil for the first. A key that stays keeps its first day, and a key of a unit or an inspector
	// that goes stays listed with this day as its last: otherwise what it signed could not be checked any more.
	Previous   *proof.KeySet
	Server     Server
	Authority  map[string]string // name by language
	Version    int64
	Day        workday.Day
	Root       Public
	Units      []Unit
	Custodians []Public
	Inspectors []Public
}

// Assemble makes the key set of the lists. Every key must be of the server's installation and of the role that it
// is listed for.
func Assemble(l Lists) (proof.KeySet, error) {
	k := proof.KeySet{
		V: 1, Instance: l.Server.Instance, Version: l.Version, Day: l.Day.String(), Authority: l.Authority, Root: l.Root.Sign, Ack: l.Server.Ack,
		Logs: proof.LogVerifiers{Public: l.Server.Public, Cases: l.Server.Cases},
	}
	is := func(p Public, role seal.KeyRole) error {
		if p.Role != role || p.Instance != l.Server.Instance {
			return fmt.Errorf("key %s has role %s, of installation %s; wanted: role %s, of %s", p.ID, p.Role, p.Instance, role, l.Server.Instance)
		}
		return nil
	}
	if err := is(l.Root, seal.KeyRoot); err != nil {
		return k, err
	}
	for _, u := range l.Units {
		if err := is(u.Key, seal.KeyUnit); err != nil {
			return k, err
		}
		if !slices.ContainsFunc(l.Units, func(o Unit) bool { return u.Parent == "" || o.Key.ID == u.Parent }) {
			return k, fmt.Errorf("unit %s stands under %s, whose key is not given", u.Key.ID, u.Parent)
		}
		k.Intake = append(k.Intake, proof.UnitKey{ID: u.Key.ID, Name: u.Name, Parent: u.Parent, Recipient: u.Key.Recipient, Sign: u.Key.Sign, From: l.Day.String()})
	}
	for _, group := range []struct {
		role seal.KeyRole
		from []Public
		to   *[]proof.PersonKey
	}{{seal.KeyCustodian, l.Custodians, &k.Custodians}, {seal.KeyInspector, l.Inspectors, &k.Inspectors}} {
		for _, p := range group.from {
			if err := is(p, group.role); err != nil {
				return k, err
			}
			*group.to = append(*group.to, proof.PersonKey{ID: p.ID, Recipient: p.Recipient, Sign: p.Sign, From: l.Day.String()})
		}
	}
	if l.Previous == nil {
		return k, nil
	}
	return k, carry(&k, l.Previous, l.Day)
}

// carry keeps the history of the keys of the set before.
func carry(k, previous *proof.KeySet, day workday.Day) error {
	if previous.Instance != k.Instance || previous.Root != k.Root || previous.Version >= k.Version {
		return fmt.Errorf("version %d of the previous key set does not come before version %d, or is of another installation or root key", previous.Version, k.Version)
	}
	people := func(now, before []proof.PersonKey) {
		for i, p := range now {
			for _, b := range before {
				if b.ID == p.ID && b.Recipient == p.Recipient && b.Sign == p.Sign {
					now[i].From = b.From
				}
			}
		}
	}
	people(k.Custodians, previous.Custodians)
	people(k.Inspectors, previous.Inspectors)
	last := day.String() // what the unit signed today stays good, and an emergency does not wait for tomorrow
	k.Former = slices.Clone(previous.Former)
	for _, b := range previous.Inspectors {
		if stays := slices.ContainsFunc(k.Inspectors, func(p proof.PersonKey) bool { return p.ID == b.ID && p.Sign == b.Sign }); !stays {
			k.Former = append(k.Former, proof.FormerKey{ID: b.ID, Sign: b.Sign, From: b.From, To: max(last, b.From)})
		}
	}
	for _, b := range previous.Intake {
		i := slices.IndexFunc(k.Intake, func(u proof.UnitKey) bool {
			return b.To == "" && u.ID == b.ID && u.Recipient == b.Recipient && u.Sign == b.Sign
		})
		switch {
		case i >= 0:
			k.Intake[i].From = b.From
			continue
		case b.To == "" && b.From > last:
			return fmt.Errorf("the key of unit %s came into force on %s, so it cannot end before: sign the new set for that day or a later one", b.ID, b.From)
		case b.To == "":
			b.To = last
		}
		k.Intake = append(k.Intake, b)
	}
	return nil
}

// Holder is a member with the roles that a roster gives.
type Holder struct {
	Key   Public
	Roles []string
}

// holdsKey are the roles that get the unit's key. Clerks, records, payers and administrators hold none.
var holdsKey = [...]string{"triage", "handler", "approver"}

// Roster lists the holders of a unit's key and seals the key to those whose role needs it.
func Roster(unit *seal.KeyFile, version int64, day workday.Day, holders []Holder) (proof.Roster, error) {
	r := proof.Roster{V: 1, Instance: unit.Instance, Unit: unit.ID, Version: version, Day: day.String()}
	if unit.Role != seal.KeyUnit {
		return r, fmt.Errorf("%s is a %s key, not a unit's", unit.ID, unit.Role)
	}
	var text strings.Builder
	if _, err := unit.WriteTo(&text); err != nil {
		return r, err
	}
	for _, h := range holders {
		if h.Key.Role != seal.KeyMember || h.Key.Instance != unit.Instance {
			return r, fmt.Errorf("key %s is not a member's key of this installation", h.Key.ID)
		}
		roles := slices.Clone(h.Roles)
		slices.Sort(roles)
		m := proof.Member{ID: h.Key.ID, Name: h.Key.Name, Roles: slices.Compact(roles), Recipient: h.Key.Recipient, Sign: h.Key.Sign}
		if slices.ContainsFunc(roles, func(role string) bool { return slices.Contains(holdsKey[:], role) }) {
			to, err := seal.ParseRecipient(h.Key.Recipient)
			if err != nil {
				return r, err
			}
			wrapped, err := seal.Seal([]byte(text.String()), to)
			if err != nil {
				return r, err
			}
			m.Key = base64.StdEncoding.EncodeToString(wrapped)
		}
		r.Members = append(r.Members, m)
	}
	return r, nil
}
