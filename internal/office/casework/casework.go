// Package casework is what staff may do with cases: list, open, write, decide. Every call takes who is asking.
//
// Permission check, rule, change, audit entry, ledger leaf and mailbox notice are one function and one
// transaction, so that no surface can forget one. It handles ciphertext only: it must never hold a key of a unit or
// a member, and never offer a search for persons.
package casework

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"slices"
	"time"

	"clarion.example/clarion/internal/blob"
	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/keylist"
	"clarion.example/clarion/internal/keyring"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Options are everything the service stands on. All but HandOuts and MostSketches are required.
type Options struct {
	Instance string
	Pack     *pack.Pack
	Machine  cases.Machine
	Store    *store.Store
	Blobs    *blob.Dir
	Keys     *keyring.Ring
	Catalog  *i18n.Catalog // words of letters
	List     *keylist.File // the signed list of keys as it is published
	Now      func() time.Time
	HandOuts int // documents in an hour that a member is handed before the inspector is told; 0: never
	// MostSketches is how many bytes [Service.KeepSketches] takes.
	MostSketches int64
	Entry        EntryOptions
}

// Service is the use cases. It is safe for concurrent use.
type Service struct {
	o       Options
	rosters rosterCache
	live    live
	loads   loads
	bulks   chan struct{} // one for each answer with many reports that is being made
}

// New makes the service.
func New(o Options) *Service { return &Service{o: o, bulks: make(chan struct{}, bulksAtOnce)} }

// Person is a member who has proved their key: by an answer to a challenge ([Service.SignIn]), or as the account of a session
// at the desk ([Service.Member]). Nothing else makes one.
type Person struct {
	Member id.Member
	Name   string
	Unit   id.Unit
	Roles  []cases.Role
	// For are those handlers of the unit who are away today and whose cases the person has.
	For []id.Member
}

// actor is the person as the rules know people.
func (p *Person) actor() cases.Actor {
	return cases.Actor{Member: p.Member, Roles: p.Roles, For: p.For}
}

// holds reports whether the person has the cases of a handler: their own, or those of somebody who is away.
func (p *Person) holds(handler id.Member) bool {
	return handler != "" && slices.Contains(p.handlers(), handler)
}

// InPlaceOf reports whether the person has the cases of a handler who is away today.
func (p *Person) InPlaceOf(handler id.Member) bool { return slices.Contains(p.For, handler) }

// saysFor adds to the detail of an audit entry in whose place the person sees a case, where they could not otherwise.
func (p *Person) saysFor(detail map[string]any, events []cases.Event) {
	if h := cases.AssignedTo(events); p.InPlaceOf(h) && !p.Has(readers[:]...) {
		detail["for"] = string(h)
	}
}

// handlers are those whose cases the person has.
func (p *Person) handlers() []id.Member { return append([]id.Member{p.Member}, p.For...) }

// Has reports whether the person holds one of the roles.
func (p *Person) Has(roles ...cases.Role) bool {
	return slices.ContainsFunc(roles, func(r cases.Role) bool { return slices.Contains(p.Roles, r) })
}

// SignInMessage is what a member signs to prove the key: its prefix is used for nothing else.
func SignInMessage(instance string, challenge [32]byte) []byte {
	return append([]byte("clarion/sign-in/v1\n"+instance+"\n"), challenge[:]...)
}

// SignIn looks the key up in the unit's signed roster and lets sign answer a fresh challenge. A key that the roster
// does not list is Denied.
func (s *Service) SignIn(ctx context.Context, unit id.Unit, key ed25519.PublicKey, sign func(msg []byte) []byte) (*Person, error) {
	roster, err := s.Roster(ctx, unit)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(roster.Members, func(m proof.Member) bool { return m.Sign == seal.EncodeKey(key) })
	if i < 0 {
		return nil, errs.New(errs.Denied, "casework.not_on_roster", errs.Args{"Unit": string(unit)})
	}
	var challenge [32]byte
	rand.Read(challenge[:])
	msg := SignInMessage(s.o.Instance, challenge)
	if !ed25519.Verify(key, msg, sign(msg)) {
		return nil, errs.New(errs.Denied, "casework.key_not_proved", nil)
	}
	return s.person(ctx, unit, roster, roster.Members[i])
}

// Roster is the signed list of who holds a unit's key now, checked against the key set in force.
func (s *Service) Roster(ctx context.Context, unit id.Unit) (*proof.Roster, error) {
	all, err := s.Rosters(ctx, unit)
	if err != nil {
		return nil, err
	}
	return all[len(all)-1], nil
}

// RosterFiles are all versions of a unit's roster, oldest first, as they were signed, for somebody who checks them; none for an office
// without.
func (s *Service) RosterFiles(ctx context.Context, unit id.Unit) (out [][]byte, err error) {
	rows, err := s.rosterRows(ctx, unit)
	for _, row := range rows {
		out = append(out, row.Body)
	}
	return out, err
}

func (s *Service) rosterRows(ctx context.Context, unit id.Unit) (rows []store.Roster, err error) {
	err = s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = tx.Rosters(unit)
		return err
	})
	return rows, err
}

// RostersOf are [Service.Rosters] of offices that the server says wrote in a case. One that has none, which only damage or a lie can
// bring about, has nobody who could have written: what is listed as its work is in doubt, and the case opens.
func (s *Service) RostersOf(ctx context.Context, units []id.Unit) (map[id.Unit][]*proof.Roster, error) {
	out := map[id.Unit][]*proof.Roster{}
	for _, u := range units {
		all, err := s.Rosters(ctx, u)
		if e, ok := errs.Public(err); err != nil && !(ok && e.Key == "casework.no_roster") {
			return nil, err
		}
		out[u] = all
	}
	return out, nil
}

// Rosters are all versions of a unit's roster, oldest first. Documents of members who left are checked against the
// roster that named them.
func (s *Service) Rosters(ctx context.Context, unit id.Unit) ([]*proof.Roster, error) {
	keys, err := s.o.Keys.Set()
	if err != nil {
		return nil, err
	}
	rows, err := s.rosterRows(ctx, unit)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, errs.New(errs.Denied, "casework.no_roster", errs.Args{"Unit": string(unit)})
	}
	var files [][]byte
	for _, row := range rows {
		files = append(files, row.Body)
	}
	out, err := proof.VerifyRosters(keys, files...)
	if err != nil {
		return nil, errs.Wrap(errs.Conflict, "casework.roster_damaged", nil, err)
	}
	for i, r := range out {
		if r.Unit != string(unit) || r.Version != rows[i].Version {
			return nil, errs.New(errs.Conflict, "casework.roster_damaged", nil)
		}
	}
	return out, nil
}

// entry is one line of the audit log about an act.
func (s *Service) entry(who *Person, act string, c cases.Case, detail map[string]any) (store.AuditEntry, error) {
	at := s.o.Now()
	// What is done on the day of arrival or the day after is kept to the hour, as in the events: the second would
	// tell whoever reads the audit log when the report came.
	if !c.Day.IsZero() && workday.DayOf(at, s.o.Pack.Zone).Sub(c.Day) <= 1 {
		at = at.Truncate(time.Hour)
	}
	e := store.AuditEntry{At: at, Who: who.Member, Unit: who.Unit, Act: act, Case: c.ID, Outcome: store.Allowed}
	if len(detail) > 0 {
		b, err := json.Marshal(detail)
		if err != nil {
			return e, err
		}
		e.Detail = b
	}
	return e, nil
}

// noCase is the case of an act that concerns none, or many.
func noCase() cases.Case { return cases.Case{} }

// guarded runs fn in a writing transaction with its audit entry. When fn refuses, the refusal is audited in a
// transaction of its own, because the refused one leaves nothing.
func (s *Service) guarded(ctx context.Context, who *Person, act string, c func() cases.Case, detail map[string]any, fn func(tx *store.Tx) error) error {
	err := s.o.Store.Write(ctx, func(tx *store.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		e, err := s.entry(who, act, c(), detail)
		if err != nil {
			return err
		}
		return tx.Audit(e)
	})
	return s.refusal(ctx, who, act, c, err)
}

// guardedRead runs fn in a reading transaction and hands nothing out before the audit entry is durable. The writer
// is not held up by what is read.
func (s *Service) guardedRead(ctx context.Context, who *Person, act string, c func() cases.Case, detail map[string]any, fn func(tx *store.Tx) error) error {
	if err := s.o.Store.Read(ctx, fn); err != nil {
		return s.refusal(ctx, who, act, c, err)
	}
	e, err := s.entry(who, act, c(), detail)
	if err != nil {
		return err
	}
	return s.o.Store.Write(ctx, func(tx *store.Tx) error { return tx.Audit(e) })
}

// refusal writes down that an act was refused, and why, and returns the refusal.
func (s *Service) refusal(ctx context.Context, who *Person, act string, c func() cases.Case, err error) error {
	return s.o.Store.AuditRefusal(ctx, err, func(why map[string]any) (store.AuditEntry, error) { return s.entry(who, act, c(), why) })
}

// readers may see the unit's cases; handlers see those assigned to them.
var readers = [...]cases.Role{cases.Triage, cases.Approver}

// mayOpen decides whether who may have the ciphertext of c.
func mayOpen(who *Person, c cases.Case, events []cases.Event) error {
	switch {
	case c.Unit != who.Unit:
		return errs.New(errs.NotFound, "casework.no_case", nil) // other units' cases do not exist for this person
	case slices.Contains(cases.Aside(events), who.Member):
		return errs.New(errs.Denied, "casework.aside", nil)
	case who.Has(readers[:]...):
		return nil
	case who.Has(cases.Handler) && who.holds(cases.AssignedTo(events)):
		return nil
	default:
		return errs.New(errs.Denied, "casework.not_assigned", nil)
	}
}

// open reads a case and its events for somebody of the case's own office who may have its ciphertext. A refusal comes with the case, for the audit log, unless
// the case is of another unit: to this person there is none.
func (s *Service) open(tx *store.Tx, who *Person, number string) (cases.Case, []cases.Event, error) {
	clean, err := cases.ParseNumber(s.o.Pack.Prefix, number)
	if err != nil {
		return cases.Case{}, nil, errs.Wrap(errs.Invalid, "casework.bad_number", nil, err)
	}
	c, err := tx.CaseByNumber(clean)
	if errs.Is(err, errs.NotFound) || err == nil && c.Unit != who.Unit {
		return cases.Case{}, nil, errs.New(errs.NotFound, "casework.no_case", nil)
	}
	if err != nil {
		return c, nil, err
	}
	events, err := s.events(tx, c.Key)
	if err != nil {
		return c, nil, err
	}
	return c, events, mayOpen(who, c, events)
}

// events are those of a case as the rules know them.
func (s *Service) events(tx *store.Tx, key int64) ([]cases.Event, error) {
	rows, err := tx.Events(key)
	return caselog.Bare(rows), err
}
