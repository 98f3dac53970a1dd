package setup

import (
	"bytes"
	"crypto/sha256"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// plan is a bundle that was checked against what is in force.
type plan struct {
	signed  *proof.SignedKeySet
	set     *proof.KeySet
	rosters []plannedRoster
	copies  []store.UnitRecovery
	kit     string // record of a new recovery kit, "" to keep the one there is
	renewal *Renewal
	handed  []store.Handed // without giver and day
}

type plannedRoster struct {
	row    store.Roster
	roster *proof.Roster
}

// check judges a bundle by everything that can be known without the inspector's signature.
func (s *Service) check(st *state, b Bundle) (*plan, error) {
	if st.set == nil {
		return nil, errs.New(errs.Conflict, "setup.no_list", nil)
	}
	p := &plan{}
	var err error
	if p.signed, err = proof.ParseKeySet(b.KeySet); err != nil {
		return nil, listFault(err)
	}
	if p.set, err = p.signed.VerifyProposed(proof.Trust{Root: st.Root, Previous: st.set}); err != nil {
		return nil, listFault(err)
	}
	switch {
	case !s.own(p.set):
		return nil, errs.New(errs.Invalid, "setup.list_origin", nil)
	case p.set.Version != st.set.Version+1:
		return nil, errs.New(errs.Conflict, "setup.list_version", errs.Args{"Want": st.set.Version + 1, "Have": p.set.Version})
	case len(p.set.Inspectors) == 0:
		return nil, errs.New(errs.Invalid, "setup.no_inspector", nil)
	}
	for _, step := range []func() error{
		func() error { return s.checkUnits(st.set, p.set) },
		func() error { return st.checkPeople(p.set) },
		func() error { return checkFormer(st.set, p.set) },
		func() error { return s.checkRosters(st, p, b.Rosters) },
		func() error { return s.checkRecovery(st, p, b) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// checkUnits: every office is one of the pack, and what a unit signed can still be checked: its keys stay listed for
// the days that they had, and no new key reaches back before the list.
func (s *Service) checkUnits(old, set *proof.KeySet) error {
	wrong := func(u proof.UnitKey) error {
		return errs.New(errs.Invalid, "setup.unit_history", errs.Args{"Unit": u.ID})
	}
	find := func(list []proof.UnitKey, u proof.UnitKey) int {
		return slices.IndexFunc(list, func(o proof.UnitKey) bool {
			return o.ID == u.ID && o.Recipient == u.Recipient && o.Sign == u.Sign && o.From == u.From
		})
	}
	if set.Day < old.Day {
		return errs.New(errs.Invalid, "setup.list_day", errs.Args{"Day": set.Day})
	}
	for _, was := range old.Intake {
		i := find(set.Intake, was)
		if i < 0 {
			return wrong(was)
		}
		if now := set.Intake[i].To; now != was.To && (was.To != "" || now < set.Day) {
			return wrong(was)
		}
	}
	for _, u := range set.Intake {
		if find(old.Intake, u) >= 0 {
			continue
		}
		if u.From < set.Day || u.To != "" {
			return wrong(u)
		}
		if !slices.ContainsFunc(s.o.Pack.Offices, func(o pack.Office) bool { return string(o.ID) == u.ID }) {
			return errs.New(errs.Invalid, "setup.unknown_unit", errs.Args{"Unit": u.ID})
		}
	}
	return nil
}

// checkFormer: what an inspector signed can still be checked after they have left, and nobody is made an inspector of days that are
// over.
func checkFormer(old, set *proof.KeySet) error {
	var want []proof.FormerKey
	want = append(want, old.Former...)
	for _, p := range old.Inspectors {
		if !slices.ContainsFunc(set.Inspectors, func(x proof.PersonKey) bool { return x.ID == p.ID && x.Sign == p.Sign }) {
			want = append(want, proof.FormerKey{ID: p.ID, Sign: p.Sign, From: p.From, To: max(set.Day, p.From)})
		}
	}
	if !slices.Equal(want, set.Former) {
		return errs.New(errs.Invalid, "setup.inspector_history", nil)
	}
	return nil
}

// checkPeople: every custodian and inspector is an account of that role, with exactly its keys.
func (st *state) checkPeople(set *proof.KeySet) error {
	for _, group := range []struct {
		role   Role
		people []proof.PersonKey
	}{{Custodian, set.Custodians}, {Inspector, set.Inspectors}} {
		for _, p := range group.people {
			if err := st.holds(Account{ID: id.Member(p.ID), Role: group.role, Recipient: p.Recipient, Sign: p.Sign}); err != nil {
				return err
			}
		}
	}
	return nil
}

// holds refuses a person who has not joined as that, or with other keys than they made.
func (st *state) holds(want Account) error {
	i := slices.IndexFunc(st.Accounts, func(a Account) bool { return a.ID == want.ID && a.Role == want.Role })
	switch {
	case i < 0:
		return errs.New(errs.Invalid, "setup.not_joined", errs.Args{"Person": string(want.ID)})
	case st.Accounts[i].Recipient != want.Recipient || st.Accounts[i].Sign != want.Sign:
		return errs.New(errs.Denied, "setup.other_key", errs.Args{"Person": string(want.ID)})
	}
	return nil
}

// keyRoles are the roles of a roster that hold the unit's key. Nobody else gets it.
var keyRoles = [...]cases.Role{cases.Triage, cases.Handler, cases.Approver}

// checkRosters: each is the next of its unit, names members by their own keys, and seals the unit's key to those whose
// role needs it. A unit whose key is new needs one.
func (s *Service) checkRosters(st *state, p *plan, files [][]byte) error {
	for _, file := range files {
		signed, err := proof.ParseRoster(file)
		if err != nil {
			return listFault(err)
		}
		r, err := signed.Verify(p.set, nil)
		if err != nil {
			return listFault(err)
		}
		unit := id.Unit(r.Unit)
		if p.rosterOf(unit) != nil || !slices.ContainsFunc(currentKeys(p.set), func(u proof.UnitKey) bool { return u.ID == r.Unit }) {
			return errs.New(errs.Invalid, "setup.roster_unit", errs.Args{"Unit": r.Unit})
		}
		if err := s.checkDay(r.Day); err != nil {
			return err
		}
		want := int64(1)
		for _, row := range st.Rosters {
			if row.Unit == unit {
				want = row.Version + 1
			}
		}
		if r.Version != want {
			return errs.New(errs.Conflict, "setup.roster_version", errs.Args{"Unit": r.Unit, "Want": want, "Have": r.Version})
		}
		if err := st.checkMembers(r); err != nil {
			return err
		}
		p.rosters = append(p.rosters, plannedRoster{store.Roster{Unit: unit, Version: r.Version, Body: file}, r})
	}
	for _, u := range newKeys(st.set, p.set) {
		if p.rosterOf(id.Unit(u.ID)) == nil {
			return errs.New(errs.Invalid, "setup.roster_missing", errs.Args{"Unit": u.ID})
		}
	}
	return nil
}

func (p *plan) rosterOf(unit id.Unit) *proof.Roster {
	for _, r := range p.rosters {
		if r.row.Unit == unit {
			return r.roster
		}
	}
	return nil
}

func (st *state) checkMembers(r *proof.Roster) error { return st.checkEntries(r, r.Members) }

// checkEntries checks members that a roster brings: those of r, or those that an addition adds.
func (st *state) checkEntries(r *proof.Roster, members []proof.Member) error {
	for _, m := range members {
		if err := st.holds(Account{ID: id.Member(m.ID), Role: Member, Recipient: m.Recipient, Sign: m.Sign}); err != nil {
			return err
		}
		if i := slices.IndexFunc(m.Roles, func(role string) bool { return !slices.Contains(cases.Roles(), cases.Role(role)) }); i >= 0 {
			return errs.New(errs.Invalid, "setup.unknown_role", errs.Args{"Role": m.Roles[i]})
		}
		holds := slices.ContainsFunc(keyRoles[:], func(role cases.Role) bool { return slices.Contains(m.Roles, string(role)) })
		sealed := len(m.Wrapped()) > 0 && sealedToOne(m.Wrapped())
		if holds && !sealed || !holds && m.Key != "" {
			return errs.New(errs.Invalid, "setup.unit_key_holder", errs.Args{"Person": m.ID, "Unit": r.Unit})
		}
	}
	return nil
}

// Bounds of a sealed key file, in bytes: a key file names its recipient, of 1,959 characters.
const (
	minKeyFile = 2_000
	maxWrapped = 64 << 10
)

// sealedToOne reports whether b looks like a key file sealed to exactly one key. To whose, only the holder can tell.
func sealedToOne(b []byte) bool {
	n, err := seal.CheckHeader(b, 1)
	return err == nil && n == 1 && int64(len(b)) >= seal.SealedSize(minKeyFile, 1) && len(b) <= maxWrapped
}

// newKeys are the unit keys that a list brings.
func newKeys(old, set *proof.KeySet) []proof.UnitKey {
	return slices.DeleteFunc(currentKeys(set), func(u proof.UnitKey) bool {
		return slices.ContainsFunc(old.Intake, func(o proof.UnitKey) bool { return o.Recipient == u.Recipient })
	})
}

// checkRecovery: every new unit key has a copy sealed to the recovery key; after a change of the recovery key, every
// unit key in force has. Without a recovery kit no office gets a key.
func (s *Service) checkRecovery(st *state, p *plan, b Bundle) error {
	needed, listed, kit := newKeys(st.set, p.set), currentKeys(p.set), Kit{}
	if st.recovery != nil {
		kit = st.recovery.Kit
	}
	if b.Kit != nil {
		var err error
		if p.kit, err = s.record(*b.Kit, p.set.Root); err != nil {
			return err
		}
		if kit.Recipient == b.Kit.Recipient {
			return errs.New(errs.Invalid, "setup.kit_same", nil)
		}
		needed, listed, kit = listed, p.set.Intake, *b.Kit
	}
	if kit.Recipient == "" && len(needed)+len(b.Recovery) > 0 {
		return errs.New(errs.Conflict, "setup.no_kit", nil)
	}
	have := map[string]bool{}
	for _, c := range b.Recovery {
		listed := slices.ContainsFunc(listed, func(u proof.UnitKey) bool { return u.ID == string(c.Unit) && u.Recipient == c.Key })
		if !listed || have[c.Key] || !sealedToOne(c.Sealed) || p.isWrapped(c.Sealed) {
			return errs.New(errs.Invalid, "setup.recovery_copy", errs.Args{"Unit": string(c.Unit)})
		}
		have[c.Key] = true
		p.copies = append(p.copies, store.UnitRecovery{
			Unit: c.Unit, Key: sha256.Sum256([]byte(c.Key)), Recovery: sha256.Sum256([]byte(kit.Recipient)), Sealed: c.Sealed, Day: s.today(),
		})
	}
	for _, u := range needed {
		if !have[u.Recipient] {
			return errs.New(errs.Invalid, "setup.recovery_copy", errs.Args{"Unit": u.ID})
		}
	}
	if b.Kit != nil {
		return st.checkRenewal(p, b)
	}
	if len(b.Handed)+len(b.Left) > 0 {
		return errs.New(errs.Invalid, "setup.kit_stays", nil)
	}
	return nil
}

// isWrapped reports whether b is what a roster holds for a member, or a copy for the recovery key: each is another file.
func (p *plan) isWrapped(b []byte) bool {
	if slices.ContainsFunc(p.copies, func(c store.UnitRecovery) bool { return bytes.Equal(c.Sealed, b) }) {
		return true
	}
	for _, r := range p.rosters {
		if slices.ContainsFunc(r.roster.Members, func(m proof.Member) bool { return bytes.Equal(m.Wrapped(), b) }) {
			return true
		}
	}
	return false
}
