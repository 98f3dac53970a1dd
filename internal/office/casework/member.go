package casework

import (
	"context"
	"slices"
	"sync"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
)

// Account is somebody who signed in at the desk. What they may do stands in the rosters that list the id with exactly these
// keys: an id alone is a name that anybody could be given.
type Account struct {
	ID        id.Member
	Recipient string // age1pq1…
	Sign      string // Ed25519, base64url
}

// of finds the account in a roster.
func (a Account) of(r *proof.Roster) (proof.Member, bool) {
	i := slices.IndexFunc(r.Members, func(m proof.Member) bool {
		return m.ID == string(a.ID) && m.Recipient == a.Recipient && m.Sign == a.Sign
	})
	if i < 0 {
		return proof.Member{}, false
	}
	return r.Members[i], true
}

// person takes from the roster what counts here, and adds for whom they stand in today.
func (s *Service) person(ctx context.Context, unit id.Unit, r *proof.Roster, m proof.Member) (p *Person, err error) {
	p = personOf(unit, m)
	if !p.Has(cases.Handler) {
		return p, nil
	}
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		p.For, err = s.standsIn(tx, r, p)
		return err
	})
	return p, err
}

// standsIn are the handlers on a roster whose cases a handler has today.
func (s *Service) standsIn(tx *store.Tx, r *proof.Roster, p *Person) ([]id.Member, error) {
	today := s.today()
	rows, err := tx.Absences(p.Unit, today)
	all := make([]cases.Absence, len(rows))
	for i, a := range rows {
		all[i] = a.Absence
	}
	return slices.DeleteFunc(cases.StandsIn(all, p.Member, today), func(m id.Member) bool { return !handles(r, m) }), err
}

func personOf(unit id.Unit, m proof.Member) *Person {
	p := &Person{Member: id.Member(m.ID), Name: m.Name, Unit: unit}
	for _, r := range m.Roles {
		if slices.Contains(cases.Roles(), cases.Role(r)) && cases.Role(r) != cases.Inspector { // who is of no unit
			p.Roles = append(p.Roles, cases.Role(r))
		}
	}
	return p
}

// Member is the person that an account is in a unit, by the newest roster. NotFound "casework.no_unit" for a unit that does
// not list the account, and for one that there is not.
func (s *Service) Member(ctx context.Context, a Account, unit id.Unit) (*Person, error) {
	r, m, err := s.entryOf(ctx, a, unit)
	if err != nil {
		return nil, err
	}
	return s.person(ctx, unit, r, m)
}

// entryOf is the newest roster of a unit, and the account's place in it.
func (s *Service) entryOf(ctx context.Context, a Account, unit id.Unit) (*proof.Roster, proof.Member, error) {
	if _, ok := s.o.Pack.Office(unit); ok {
		chain, err := s.standing(ctx, unit)
		if err != nil {
			return nil, proof.Member{}, err
		}
		if len(chain) > 0 {
			r := chain[len(chain)-1]
			if m, ok := a.of(r); ok {
				return r, m, nil
			}
		}
	}
	return nil, proof.Member{}, errs.New(errs.NotFound, "casework.no_unit", nil)
}

// Offices are the persons that an account is: one for each office of the pack whose newest roster lists it, in the order
// of the pack. An office whose roster does not hold has no members.
func (s *Service) Offices(ctx context.Context, a Account) (out []*Person, err error) {
	units, err := s.units(ctx, a)
	for _, u := range units {
		out = append(out, u.Person)
	}
	return out, err
}

func (s *Service) units(ctx context.Context, a Account) (out []UnitFacts, err error) {
	for _, o := range s.o.Pack.Offices {
		r, m, err := s.entryOf(ctx, a, o.ID)
		switch {
		case err == nil:
			p, err := s.person(ctx, o.ID, r, m)
			if err != nil {
				return nil, err
			}
			out = append(out, UnitFacts{Person: p, Holds: m.Key != ""})
		case errs.Is(err, errs.NotFound), errs.Is(err, errs.Conflict):
		default:
			return nil, err
		}
	}
	return out, nil
}

// Facts are what a member's page starts from: the signed list of keys and the rosters of their units, which the page checks
// itself, and keys sealed to them.
type Facts struct {
	Instance string
	Root     string // of the list in force, base64url
	List     []byte // as /keys.json serves it
	Day      workday.Day
	Units    []UnitFacts
}

// UnitFacts are about one unit. Rosters are whole files, oldest first; Handed former keys of the unit sealed to the person.
type UnitFacts struct {
	Person  *Person
	Holds   bool
	Rosters [][]byte
	Handed  [][]byte
}

// Facts gathers them for somebody who signed in. Unavailable before the first list of keys is published.
func (s *Service) Facts(ctx context.Context, a Account) (*Facts, error) {
	set, err := s.o.Keys.Set()
	if err != nil {
		return nil, err
	}
	f := &Facts{Instance: s.o.Instance, Root: set.Root, Day: s.today()}
	if f.Units, err = s.units(ctx, a); err != nil {
		return nil, err
	}
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		if f.List, err = s.o.List.Read(tx); err != nil {
			return err
		}
		for i := range f.Units {
			if err := f.Units[i].read(tx); err != nil {
				return err
			}
		}
		return nil
	})
	return f, err
}

func (u *UnitFacts) read(tx *store.Tx) error {
	rosters, err := tx.Rosters(u.Person.Unit)
	if err != nil {
		return err
	}
	for _, r := range rosters {
		u.Rosters = append(u.Rosters, r.Body)
	}
	handed, err := tx.HandedTo(u.Person.Unit, u.Person.Member)
	for _, h := range handed {
		u.Handed = append(u.Handed, h.Sealed)
	}
	return err
}

// rosterCache remembers verified rosters: a roster of fifty is a hundred kilobytes and as many public keys to check, and
// is asked for with every request. Versions are only ever added, so that number and list of keys say whether it still holds.
type rosterCache struct {
	mu sync.Mutex
	of map[id.Unit]knownRosters
}

type knownRosters struct {
	set     *proof.KeySet
	version int64
	chain   []*proof.Roster
}

// standing are the rosters of a unit, oldest first; none where there are none.
func (s *Service) standing(ctx context.Context, unit id.Unit) ([]*proof.Roster, error) {
	set, err := s.o.Keys.Set()
	if err != nil {
		return nil, err
	}
	var version int64
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		version, err = tx.RosterVersion(unit)
		return err
	})
	if err != nil || version == 0 {
		return nil, err
	}
	s.rosters.mu.Lock()
	known := s.rosters.of[unit]
	s.rosters.mu.Unlock()
	if known.set == set && known.version == version {
		return known.chain, nil
	}
	chain, err := s.Rosters(ctx, unit)
	if err != nil {
		return nil, err
	}
	s.rosters.mu.Lock()
	defer s.rosters.mu.Unlock()
	if s.rosters.of == nil {
		s.rosters.of = map[id.Unit]knownRosters{}
	}
	s.rosters.of[unit] = knownRosters{set, chain[len(chain)-1].Version, chain}
	return chain, nil
}
