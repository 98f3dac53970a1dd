package cases

import (
	"slices"

	"clarion.example/clarion/internal/id"
)

// Function is something that an authority does, and the different people whom that takes at least: nobody approves
// their own proposal, and what could hurt somebody is never one person's. It is off until they are named.
type Function struct {
	ID    string // names it in the catalogue
	Seats []Seat // each for another person
	Whole bool   // once for the authority; otherwise in each office
	Later bool   // people can be named, and this version does nothing with it yet
}

// Seat is a place for people who have any of the roles.
type Seat struct {
	Any []Role
	N   int
}

// Functions returns the smallest lawful staffing, to be read beside docs/spec/cases.md.
func Functions() []Function {
	seat := func(n int, any ...Role) Seat { return Seat{any, n} }
	return []Function{
		{ID: "look", Seats: []Seat{seat(1, Triage)}},
		{ID: "decline", Seats: []Seat{seat(1, Triage), seat(1, Approver)}},
		{ID: "protected", Seats: []Seat{seat(1, Triage), seat(2, Approver)}},
		{ID: "inquire", Seats: []Seat{seat(1, Handler)}},
		{ID: "conclude", Seats: []Seat{seat(1, Handler), seat(1, Approver)}},
		{ID: "intent", Seats: []Seat{seat(1, Handler), seat(2, Approver)}},
		{ID: "review", Seats: []Seat{seat(1, Triage, Handler), seat(2, Approver)}},
		{ID: "review_intent", Seats: []Seat{seat(1, Handler), seat(3, Approver)}},
		{ID: "key", Seats: []Seat{seat(1, Triage, Handler), seat(1, Approver)}},
		{ID: "entry", Seats: []Seat{seat(1, Intake)}},
		{ID: "protection", Seats: []Seat{seat(1, Protection)}, Later: true},
		{ID: "reward", Seats: []Seat{seat(1, Handler), seat(2, RewardPanel)}, Later: true},
		{ID: "payout", Seats: []Seat{seat(2, RewardPanel), seat(1, Payer)}, Later: true},

		{ID: "oversee", Seats: []Seat{seat(1, Inspector)}, Whole: true},
		{ID: "administer", Seats: []Seat{seat(1, Sysadmin)}, Whole: true},
		{ID: "identity", Seats: []Seat{seat(2, Custodian)}, Whole: true},
		{ID: "publish", Seats: []Seat{seat(2, Publisher)}, Whole: true, Later: true},
		{ID: "channels", Seats: []Seat{seat(2, ChannelManager)}, Whole: true, Later: true},
		{ID: "partners", Seats: []Seat{seat(1, OrgLiaison)}, Whole: true, Later: true},
		{ID: "erase", Seats: []Seat{seat(2, Records)}, Whole: true, Later: true},
	}
}

// Key names the function in the catalogue.
func (f Function) Key() string { return "staffing.function." + f.ID }

// People is how many different people the function takes.
func (f Function) People() (n int) {
	for _, s := range f.Seats {
		n += s.N
	}
	return n
}

// Smallest is the number of people with whom an office can do everything that this version does, one person having
// several roles.
func Smallest() (n int) {
	for _, f := range Functions() {
		if !f.Whole && !f.Later {
			n = max(n, f.People())
		}
	}
	return n
}

// Staff is somebody and their roles.
type Staff struct {
	ID    id.Member
	Roles []Role
}

// Vacant are the seats of f that these people cannot fill, each person filling one: nothing when the function is on.
// N counts the people who are missing.
func (f Function) Vacant(people []Staff) (out []Seat) {
	var seats []Seat // one for each person
	for _, s := range f.Seats {
		for range s.N {
			seats = append(seats, Seat{s.Any, 1})
		}
	}
	fits := func(p Staff, s Seat) bool {
		return slices.ContainsFunc(p.Roles, func(r Role) bool { return slices.Contains(s.Any, r) })
	}
	on := make([]int, len(people)) // which seat each has, counted from 1
	var place func(seat int, tried []bool) bool
	place = func(seat int, tried []bool) bool {
		for i, p := range people {
			if tried[i] || !fits(p, seats[seat]) {
				continue
			}
			tried[i] = true
			if on[i] == 0 || place(on[i]-1, tried) { // whoever sits there may have another place
				on[i] = seat + 1
				return true
			}
		}
		return false
	}
	for i, s := range seats {
		if place(i, make([]bool, len(people))) {
			continue
		}
		if n := len(out); n > 0 && slices.Equal(out[n-1].Any, s.Any) {
			out[n-1].N++
		} else {
			out = append(out, s)
		}
	}
	return out
}
