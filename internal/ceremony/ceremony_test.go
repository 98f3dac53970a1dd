package ceremony_test

import (
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

const instance = "caaaaaaaaaaaaaaaa"

var day = workday.MustDay("2026-03-23")

func key(t *testing.T, role seal.KeyRole, name, of string) *seal.KeyFile {
	t.Helper()
	k, err := ceremony.NewKey(role, name, name, of, day)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func server(t *testing.T) ceremony.Server {
	t.Helper()
	line := func(name string) string {
		k, err := proof.NewLogKey(name)
		if err != nil {
			t.Fatal(err)
		}
		return k.Verifier()
	}
	return ceremony.Server{Instance: instance, Ack: line(proof.AckKeyName(instance)), Public: line(proof.PublicOrigin(instance)), Cases: line(proof.CaseOrigin(instance))}
}

// TestKeyTravels: the public half of a key says who holds it and nothing secret, and reads back as it was.
func TestKeyTravels(t *testing.T) {
	t.Parallel()
	for _, role := range []seal.KeyRole{seal.KeyRoot, seal.KeyUnit, seal.KeyMember, seal.KeyCustodian, seal.KeyInspector} {
		k := key(t, role, "one", instance)
		p := ceremony.PublicOf(k)
		if (p.Recipient == "") != (role == seal.KeyRoot) || p.Sign == "" {
			t.Errorf("%s: %+v", role, p)
		}
		got, err := ceremony.ParsePublic([]byte(p.Text()))
		if err != nil {
			t.Fatalf("%s: %v", role, err)
		}
		if diff := cmp.Diff(p, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", role, diff)
		}
		if strings.Contains(p.Text(), "SECRET") {
			t.Errorf("%s: a secret travels", role)
		}
	}
}

// TestLists: a key set takes each key in its own role and of this installation only.
func TestLists(t *testing.T) {
	t.Parallel()
	public := func(role seal.KeyRole, of string) ceremony.Public {
		return ceremony.PublicOf(key(t, role, "one-"+string(role), of))
	}
	root := key(t, seal.KeyRoot, "root", instance)
	good := func() ceremony.Lists {
		return ceremony.Lists{
			Server: server(t), Authority: map[string]string{"en": "Authority", "zh-Hans": "机构"}, Version: 1, Day: day, Root: ceremony.PublicOf(root),
			Units:      []ceremony.Unit{{Key: public(seal.KeyUnit, instance), Name: map[string]string{"en": "Unit", "zh-Hans": "一处"}}},
			Inspectors: []ceremony.Public{public(seal.KeyInspector, instance)}, Custodians: []ceremony.Public{public(seal.KeyCustodian, instance)},
		}
	}
	for name, spoil := range map[string]func(*ceremony.Lists){
		"as it should be":       func(*ceremony.Lists) {},
		"a unit as root":        func(l *ceremony.Lists) { l.Root = public(seal.KeyUnit, instance) },
		"a member as a unit":    func(l *ceremony.Lists) { l.Units[0].Key = public(seal.KeyMember, instance) },
		"a unit from elsewhere": func(l *ceremony.Lists) { l.Units[0].Key = public(seal.KeyUnit, "cbbbbbbbbbbbbbbbb") },
		"a member inspects":     func(l *ceremony.Lists) { l.Inspectors[0] = public(seal.KeyMember, instance) },
		"inspector as custodian": func(l *ceremony.Lists) {
			l.Custodians[0] = public(seal.KeyInspector, instance)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := good()
			spoil(&l)
			set, err := ceremony.Assemble(l)
			if good := name == "as it should be"; good != (err == nil) {
				t.Fatalf("assembled with %v", err)
			}
			if err != nil {
				return
			}
			signed, err := proof.SignKeySet(set, proof.SignerRoot, root.Sign)
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := set.UnitOn("one-unit", day.String()); !ok || got.Recipient != l.Units[0].Key.Recipient || signed == nil {
				t.Errorf("the unit in the set: %+v", got)
			}
		})
	}
}

// TestRosterKeys: only those whose role needs the unit's key get it, each sealed to their own key.
func TestRosterKeys(t *testing.T) {
	t.Parallel()
	unit := key(t, seal.KeyUnit, "unit-1", instance)
	roles := map[string]bool{"triage": true, "handler": true, "approver": true, "intake": false, "records": false, "sysadmin": false, "inspector": false}
	members := map[string]*seal.KeyFile{}
	var holders []ceremony.Holder
	for role := range roles {
		members[role] = key(t, seal.KeyMember, role, instance)
		holders = append(holders, ceremony.Holder{Key: ceremony.PublicOf(members[role]), Roles: []string{role}})
	}
	r, err := ceremony.Roster(unit, 1, day, holders)
	if err != nil {
		t.Fatal(err)
	}
	for role, holds := range roles {
		k, err := unitKey(&r, members[role])
		if holds != (err == nil) {
			t.Errorf("%s: %v", role, err)
		}
		if err == nil && !k.Sign.Equal(unit.Sign) {
			t.Errorf("%s got another key", role)
		}
	}
	if _, err := unitKey(&r, key(t, seal.KeyMember, "triage", instance)); err == nil {
		t.Error("a stranger with a member's name opens the unit's key")
	}
	if _, err := ceremony.Roster(members["triage"], 1, day, holders); err == nil {
		t.Error("a member's key passes for a unit's")
	}
	for _, bad := range []*seal.KeyFile{unit, key(t, seal.KeyMember, "x", "cbbbbbbbbbbbbbbbb")} {
		if _, err := ceremony.Roster(unit, 1, day, []ceremony.Holder{{Key: ceremony.PublicOf(bad), Roles: []string{"triage"}}}); err == nil {
			t.Errorf("%s of %s is on the roster", bad.Role, bad.Instance)
		}
	}
}

// unitKey opens the unit's key that a roster holds for a member.
func unitKey(r *proof.Roster, member *seal.KeyFile) (*seal.KeyFile, error) {
	own := seal.EncodeKey(member.Sign.Public().(ed25519.PublicKey))
	for _, m := range r.Members {
		if m.Sign != own || m.Key == "" {
			continue
		}
		plain, err := seal.Open(m.Wrapped(), member.Age)
		if err != nil {
			return nil, fmt.Errorf("opening the unit's key: %w", err)
		}
		return seal.ParseKeyFile(plain, nil)
	}
	return nil, fmt.Errorf("the roster of %s holds no key for %s", r.Unit, member.ID)
}
