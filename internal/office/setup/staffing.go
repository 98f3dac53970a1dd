package setup

import (
	"context"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// Named is somebody who has a role. Roles are those that count here, of a roster or of the account.
type Named struct {
	ID    id.Member
	Name  string
	Roles []cases.Role
}

// Handles reports whether cases can be assigned to them.
func (n Named) Handles() bool { return slices.Contains(n.Roles, cases.Handler) }

// Staffed is a function, who is named for it, and which people it lacks; it is off while it lacks any. Away are the days on which it
// will be off because people are away.
type Staffed struct {
	Function cases.Function
	People   []Named
	Vacant   []cases.Seat
	Away     []Span
}

// OfficeStaff are the functions of an office that takes reports. Silent are the site's languages in which nobody there says that they
// handle cases.
type OfficeStaff struct {
	Unit      id.Unit
	Functions []Staffed
	Silent    []string
}

// Staffing is which functions the people who are named are enough for. Whole are those of the authority, nil for somebody who
// sees their own offices only.
type Staffing struct {
	Offices []OfficeStaff
	Whole   []Staffed
}

// Staffing shows members the offices on whose rosters they stand, and administrators and inspectors all. Who was removed
// counts nowhere, though a roster may still name them.
func (s *Service) Staffing(ctx context.Context, who Who) (*Staffing, error) {
	st, me, err := s.enter(ctx, who, Administrator, Inspector, Member)
	if err != nil {
		return nil, err
	}
	away, said, err := s.absent(ctx, st.rosters)
	if err != nil {
		return nil, err
	}
	out, everybody := &Staffing{}, st.holdersOfAccounts()
	for _, o := range s.o.Pack.Offices {
		r := st.rosters[o.ID]
		people := st.named(r)
		everybody = append(everybody, people...)
		if !o.Intake || me.Role == Member && (r == nil || memberOf(r, me) == nil) {
			continue
		}
		out.Offices = append(out.Offices, OfficeStaff{o.ID, s.staffed(people, away[o.ID], false), silent(s.o.Pack.Languages, people, said)})
	}
	if me.Role != Member {
		out.Whole = s.staffed(merged(everybody), nil, true)
	}
	return out, nil
}

// merged makes one of whoever has roles in several places: nobody is two people.
func merged(people []Named) (out []Named) {
	for _, p := range people {
		i := slices.IndexFunc(out, func(o Named) bool { return o.ID == p.ID })
		if i < 0 {
			out = append(out, p)
			continue
		}
		out[i].Roles = slices.Concat(out[i].Roles, p.Roles)
	}
	return out
}

// named are the members of a roster who are still there.
func (st *state) named(r *proof.Roster) (out []Named) {
	if r == nil {
		return nil
	}
	for _, m := range r.Members {
		if !slices.ContainsFunc(st.Accounts, func(a Account) bool { return string(a.ID) == m.ID && a.Recipient == m.Recipient && a.Sign == m.Sign }) {
			continue
		}
		n := Named{ID: id.Member(m.ID), Name: m.Name}
		for _, role := range m.Roles {
			n.Roles = append(n.Roles, cases.Role(role))
		}
		out = append(out, n)
	}
	return out
}

// holdersOfAccounts are the people whose account says what they are: for custodians and inspectors only while the signed list
// names them.
func (st *state) holdersOfAccounts() (out []Named) {
	listed := func(a Account, list []proof.PersonKey) bool {
		return slices.ContainsFunc(list, func(p proof.PersonKey) bool {
			return p.ID == string(a.ID) && p.Recipient == a.Recipient && p.Sign == a.Sign
		})
	}
	for _, a := range st.Accounts {
		n := Named{ID: a.ID, Name: a.Name}
		switch {
		case a.Role == Administrator:
			n.Roles = []cases.Role{cases.Sysadmin}
		case a.Role == Custodian && st.set != nil && listed(a, st.set.Custodians):
			n.Roles = []cases.Role{cases.Custodian}
		case a.Role == Inspector && st.set != nil && listed(a, st.set.Inspectors):
			n.Roles = []cases.Role{cases.Inspector}
		default:
			continue
		}
		out = append(out, n)
	}
	return out
}

func staffOf(people []Named) (all []cases.Staff) {
	for _, p := range people {
		all = append(all, cases.Staff{ID: p.ID, Roles: p.Roles})
	}
	return all
}

func (s *Service) staffed(people []Named, away []store.Absence, whole bool) (out []Staffed) {
	all := staffOf(people)
	for _, f := range cases.Functions() {
		if f.Whole != whole {
			continue
		}
		on := Staffed{Function: f, Vacant: f.Vacant(all)}
		if len(on.Vacant) == 0 {
			on.Away = missed(f, people, away, s.today())
		}
		counts := func(r cases.Role) bool {
			return slices.ContainsFunc(f.Seats, func(seat cases.Seat) bool { return slices.Contains(seat.Any, r) })
		}
		for _, p := range people {
			if roles := slices.DeleteFunc(slices.Clone(p.Roles), func(r cases.Role) bool { return !counts(r) }); len(roles) > 0 {
				slices.Sort(roles)
				on.People = append(on.People, Named{p.ID, p.Name, slices.Compact(roles)})
			}
		}
		out = append(out, on)
	}
	return out
}
