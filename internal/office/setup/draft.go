package setup

import (
	"cmp"
	"context"
	"slices"

	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Change is what a draft does with a person or an office.
type Change string

// The changes.
const (
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
	Stays   Change = "stays"
)

// Draft is what waits for the inspector, against what is in force.
type Draft struct {
	ID       string // to be named in the answer
	Proposer id.Member
	Day      workday.Day // proposed on
	Version  int64       // of the list of keys
	KeySet   []byte      // the file: the inspector's page adds its signature
	Current  []byte      // the file of the list in force
	Signed   []id.Member // inspectors who have signed already
	People   []Person    // custodians, then inspectors
	Offices  []Office
	Kit      *Kit     // the recovery kit that replaces the one on record, nil if that stays
	Renewal  *Renewal // what that one does
	// Fault says why the draft can no longer be put in force; nil while it can. The administrator proposes again.
	Fault error
}

// Person is a custodian, an inspector, or a member of an office's roster. Fingerprint is of the proposed keys, or of
// those that go ([seal.StaffFingerprint]).
type Person struct {
	Change      Change
	Role        Role
	ID          id.Member
	Name        string // of a member, as the roster writes it; of others, as they joined
	Roles       []string
	Before      []string // roles of a member until now
	Fingerprint string
}

// Office is a unit whose key or roster the draft touches, or not.
type Office struct {
	Change      Change // of its key
	Unit        id.Unit
	Name        map[string]string // by language tag
	Fingerprint string
	Roster      int64 // version of the roster that the draft brings, 0 if the one in force stays
	Members     []Person
}

// Draft shows what waits for the inspector; NotFound when nothing does. Administrators and inspectors may look.
func (s *Service) Draft(ctx context.Context, who Who) (*Draft, error) {
	st, _, err := s.enter(ctx, who, Administrator, Inspector)
	if err != nil {
		return nil, err
	}
	b, name, err := st.draft()
	if err != nil {
		return nil, err
	}
	d := &Draft{ID: name, Proposer: st.Draft.Proposer, Day: st.Draft.Day, KeySet: b.KeySet, Current: st.Keys, Kit: b.Kit}
	p, err := s.check(st, b)
	if err != nil {
		if public, ok := errs.Public(err); ok && public.Kind != errs.Internal {
			d.Fault = err
			return d, nil
		}
		return nil, err
	}
	d.Version, d.Renewal = p.set.Version, p.renewal
	for _, sig := range p.signed.Signatures() {
		if i := slices.IndexFunc(st.Accounts, func(a Account) bool { return a.Role == Inspector && a.Sign == sig.Key }); i >= 0 {
			d.Signed = append(d.Signed, st.Accounts[i].ID)
		}
	}
	d.People = slices.Concat(s.people(st, Custodian, st.set.Custodians, p.set.Custodians), s.people(st, Inspector, st.set.Inspectors, p.set.Inspectors))
	d.Offices = s.changedOffices(st, p)
	return d, nil
}

// fingerprint is of keys of a verified list, whose grammar was checked.
func (s *Service) fingerprint(role, name, recipient, sign string) string {
	words, err := seal.StaffFingerprint(s.o.Server.Instance, role, name, recipient, sign)
	if err != nil {
		return "" // shows no words, so nothing can be compared and nobody signs
	}
	return words
}

func (st *state) nameOf(role Role, name string) string {
	i := slices.IndexFunc(st.Accounts, func(a Account) bool { return a.Role == role && string(a.ID) == name })
	if i < 0 {
		return ""
	}
	return st.Accounts[i].Name
}

// people compares two lists of keys of persons.
func (s *Service) people(st *state, role Role, old, now []proof.PersonKey) (out []Person) {
	person := func(c Change, p proof.PersonKey) {
		out = append(out, Person{Change: c, Role: role, ID: id.Member(p.ID), Name: st.nameOf(role, p.ID), Fingerprint: s.fingerprint(string(role), p.ID, p.Recipient, p.Sign)})
	}
	for _, p := range now {
		i := slices.IndexFunc(old, func(o proof.PersonKey) bool { return o.ID == p.ID })
		switch {
		case i < 0:
			person(Added, p)
		case old[i].Recipient != p.Recipient || old[i].Sign != p.Sign:
			person(Changed, p)
		default:
			person(Stays, p)
		}
	}
	for _, o := range old {
		if !slices.ContainsFunc(now, func(p proof.PersonKey) bool { return p.ID == o.ID }) {
			person(Removed, o)
		}
	}
	return out
}

// changedOffices compares current keys and rosters, in the order of the new list.
func (s *Service) changedOffices(st *state, p *plan) (out []Office) {
	old := currentKeys(st.set)
	office := func(c Change, u proof.UnitKey) *Office {
		out = append(out, Office{Change: c, Unit: id.Unit(u.ID), Name: u.Name, Fingerprint: s.fingerprint("unit", u.ID, u.Recipient, u.Sign)})
		return &out[len(out)-1]
	}
	for _, u := range currentKeys(p.set) {
		change := Added
		if i := slices.IndexFunc(old, func(o proof.UnitKey) bool { return o.ID == u.ID }); i >= 0 {
			change = Stays
			if old[i].Recipient != u.Recipient || old[i].Sign != u.Sign {
				change = Changed
			}
		}
		o := office(change, u)
		if next := p.rosterOf(o.Unit); next != nil {
			o.Roster = next.Version
			o.Members = s.members(st.rosters[o.Unit], next)
		}
	}
	for _, u := range old {
		if !slices.ContainsFunc(currentKeys(p.set), func(n proof.UnitKey) bool { return n.ID == u.ID }) {
			office(Removed, u)
		}
	}
	return out
}

func (s *Service) members(old, next *proof.Roster) (out []Person) {
	if old == nil {
		old = &proof.Roster{}
	}
	person := func(c Change, m proof.Member, roles, before []string) {
		out = append(out, Person{Change: c, Role: Member, ID: id.Member(m.ID), Name: m.Name, Roles: roles, Before: before,
			Fingerprint: s.fingerprint(string(Member), m.ID, m.Recipient, m.Sign)})
	}
	for _, m := range next.Members {
		i := slices.IndexFunc(old.Members, func(o proof.Member) bool { return o.ID == m.ID })
		if i < 0 {
			person(Added, m, m.Roles, nil)
			continue
		}
		o, change := old.Members[i], Stays
		if o.Recipient != m.Recipient || o.Sign != m.Sign || o.Name != m.Name || !slices.Equal(o.Roles, m.Roles) {
			change = Changed
		}
		person(change, m, m.Roles, o.Roles)
	}
	for _, o := range old.Members {
		if !slices.ContainsFunc(next.Members, func(m proof.Member) bool { return m.ID == o.ID }) {
			person(Removed, o, nil, o.Roles)
		}
	}
	slices.SortStableFunc(out, func(a, b Person) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Basis is what an administrator's page makes the next bundle from.
type Basis struct {
	Server   ceremony.Server
	Today    workday.Day
	KeySet   []byte               // the list in force, nil before the first
	Rosters  map[id.Unit][][]byte // of each office from the last that the root signed, oldest first
	Recovery *Recovery            // nil while no kit is on record
	Accounts []Account
	Waiting  string // id of the draft, "" for none
	NewKit   bool   // the draft brings one

	Version  int64             // of the list in force, 0 before the first
	Root     string            // fingerprint of the root key, "" before the first list
	Versions map[id.Unit]int64 // of the rosters in force
	Proposed workday.Day       // of the draft
}

// Basis gives an administrator what is in force and who has joined.
func (s *Service) Basis(ctx context.Context, who Who) (*Basis, error) {
	st, _, err := s.enter(ctx, who, Administrator)
	if err != nil {
		return nil, err
	}
	b := &Basis{Server: s.o.Server, Today: s.today(), KeySet: st.Keys, Rosters: map[id.Unit][][]byte{}, Versions: map[id.Unit]int64{}, Recovery: st.recovery, Accounts: st.Accounts}
	if st.set != nil {
		root, err := proof.ParseKey(st.set.Root)
		if err != nil {
			return nil, err
		}
		b.Version, b.Root = st.set.Version, proof.RootFingerprint(root)
	}
	if st.Draft != nil {
		b.Proposed = st.Draft.Day
	}
	for _, chain := range st.chains {
		for _, r := range chain {
			b.Versions[r.Unit] = r.Version
			b.Rosters[r.Unit] = append(b.Rosters[r.Unit], r.Body)
		}
	}
	waits, name, err := st.draft()
	b.Waiting, b.NewKit = name, waits.Kit != nil
	if errs.Is(err, errs.NotFound) {
		err = nil
	}
	return b, err
}
