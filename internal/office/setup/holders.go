package setup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Addition is more people in a unit's roster: the next roster with the signature of who holds the unit's key, and the
// unit's former keys sealed to those who join (docs/design/0012).
type Addition struct {
	Roster []byte   `json:"roster"`
	Handed []Handed `json:"handed"`
}

// Handed is a former key file of a unit, sealed to a new member. Key is the recipient of the key inside.
type Handed struct {
	Member id.Member `json:"member"`
	Key    string    `json:"key"`
	Sealed []byte    `json:"sealed"`
}

// Waiting is an addition that waits for an approver. Fault says why it can no longer come into force; nil while it can.
type Waiting struct {
	Roster   []byte
	Proposer id.Member
	Day      workday.Day
	Fault    error
}

// Colleague is an account of a member, the removed ones too, for the list of holders and for an addition.
type Colleague struct {
	Account
	Day    workday.Day // joined on
	Active bool
}

// Colleagues lists the desk's members for somebody who is in an office.
func (s *Service) Colleagues(ctx context.Context, who Who) (out []Colleague, err error) {
	st, a, err := s.enter(ctx, who, Member)
	if err != nil {
		return nil, err
	}
	anywhere := false
	for _, r := range st.rosters {
		anywhere = anywhere || memberOf(r, a) != nil
	}
	if !anywhere {
		return nil, errs.New(errs.Denied, "setup.role", nil)
	}
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		rows, err := tx.Accounts(doors[0])
		for _, row := range rows {
			if Role(row.Role) == Member {
				out = append(out, Colleague{Account{row.ID, Member, row.Name, row.Recipient, seal.EncodeKey(row.Sign[:])}, row.Made, row.State == store.AccountActive})
			}
		}
		return err
	})
	return out, err
}

// memberOf is the account's entry in a roster, nil if the roster does not list it with its keys.
func memberOf(r *proof.Roster, a Account) *proof.Member {
	if r == nil {
		return nil
	}
	i := slices.IndexFunc(r.Members, func(m proof.Member) bool {
		return m.ID == string(a.ID) && m.Recipient == a.Recipient && m.Sign == a.Sign
	})
	if i < 0 {
		return nil
	}
	return &r.Members[i]
}

// office is what somebody who is in a unit works from. For everybody else the unit does not exist.
type office struct {
	*state
	me      *proof.Member
	last    *proof.Roster
	waiting *store.RosterChange // nil if nothing waits
}

func (s *Service) inOffice(ctx context.Context, who Who, unit id.Unit) (*office, error) {
	st, a, err := s.enter(ctx, who, Member)
	if err != nil {
		return nil, err
	}
	o := &office{state: st, last: st.rosters[unit]}
	if o.me = memberOf(o.last, a); o.me == nil {
		return nil, errs.New(errs.NotFound, "setup.no_unit", nil)
	}
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		c, err := tx.RosterChange(unit)
		if err == nil {
			o.waiting = &c
		}
		_, err = optional(c, err)
		return err
	})
	return o, err
}

// Change shows a member of a unit what waits there; nil when nothing does.
func (s *Service) Change(ctx context.Context, who Who, unit id.Unit) (*Waiting, error) {
	o, err := s.inOffice(ctx, who, unit)
	if err != nil || o.waiting == nil {
		return nil, err
	}
	a, err := o.addition()
	if err != nil {
		return nil, err
	}
	w := &Waiting{Roster: a.Roster, Proposer: o.waiting.Proposer, Day: o.waiting.Day}
	if _, _, err := s.checkAddition(o, a); err != nil {
		public, ok := errs.Public(err)
		if !ok || public.Kind == errs.Internal || public.Kind == errs.Unavailable {
			return nil, err
		}
		w.Fault = err
	}
	return w, nil
}

func (o *office) addition() (a Addition, err error) {
	if o.waiting == nil {
		return a, errs.New(errs.NotFound, "setup.no_change", nil)
	}
	return a, json.Unmarshal(o.waiting.Body, &a)
}

// ProposeAddition keeps an addition as the unit's change, in place of the one before. It comes from somebody who holds the
// unit's key and has signed it; nothing of it is in force before an approver's signature.
func (s *Service) ProposeAddition(ctx context.Context, who Who, unit id.Unit, a Addition) error {
	return s.refusedIn(ctx, who, unit, actAdd, s.proposeAddition(ctx, who, unit, a))
}

func (s *Service) proposeAddition(ctx context.Context, who Who, unit id.Unit, a Addition) error {
	o, err := s.inOffice(ctx, who, unit)
	if err != nil {
		return err
	}
	next, holder, err := s.checkAddition(o, a)
	if err != nil {
		return err
	}
	if holder.Sign != o.me.Sign {
		return errs.New(errs.Denied, "setup.own_signature", nil)
	}
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	if len(body) > maxBundle {
		return errs.New(errs.Invalid, "setup.too_large", nil)
	}
	return s.changeIn(ctx, who, unit, actAdd, o.facts, joinsDetail(o.last, next), func(tx *store.Tx) error {
		return tx.PutRosterChange(store.RosterChange{Unit: unit, Body: body, Proposer: who.Account, Day: s.today()})
	})
}

// joinsDetail says for the audit log who joins with which roles.
func joinsDetail(last, next *proof.Roster) map[string]any {
	joins := map[string][]string{}
	for _, m := range next.Members[len(last.Members):] {
		joins[m.ID] = m.Roles
	}
	return map[string]any{"version": next.Version, "joins": joins}
}

// checkAddition judges an addition by everything but the approver's signature.
func (s *Service) checkAddition(o *office, a Addition) (next *proof.Roster, holder proof.Member, err error) {
	signed, err := proof.ParseRoster(a.Roster)
	if err != nil {
		return nil, holder, listFault(err)
	}
	if next, holder, err = signed.VerifyProposed(o.last); err != nil {
		return nil, holder, additionFault(err)
	}
	if err := s.checkDay(next.Day); err != nil {
		return nil, holder, err
	}
	joins := next.Members[len(o.last.Members):]
	if err := o.checkEntries(next, joins); err != nil {
		return nil, holder, err
	}
	return next, holder, o.checkHanded(joins, a.Handed)
}

func additionFault(err error) error {
	switch {
	case errors.Is(err, proof.ErrOlder):
		return errs.Wrap(errs.Conflict, "setup.roster_moved", nil, err)
	case errors.Is(err, proof.ErrAddition):
		return errs.Wrap(errs.Denied, "setup.addition", nil, err)
	default:
		return listFault(err)
	}
}

// checkHanded: former keys of the unit as the list names them, one copy of each for those who join and hold its key.
func (o *office) checkHanded(joins []proof.Member, handed []Handed) error {
	seen := map[string]bool{}
	for _, h := range handed {
		joining := slices.ContainsFunc(joins, func(m proof.Member) bool { return m.ID == string(h.Member) && m.Key != "" })
		former := slices.ContainsFunc(o.set.Intake, func(u proof.UnitKey) bool { return u.ID == o.last.Unit && u.Recipient == h.Key && u.To != "" })
		name := string(h.Member) + " " + h.Key
		if !joining || !former || seen[name] || !sealedToOne(h.Sealed) {
			return errs.New(errs.Invalid, "setup.handed", errs.Args{"Person": string(h.Member)})
		}
		seen[name] = true
	}
	return nil
}

// ApproveAddition puts the unit's change in force: roster is the file that waits, with one signature more, of an approver who
// did not make it. It holds from the next request on.
func (s *Service) ApproveAddition(ctx context.Context, who Who, unit id.Unit, roster []byte) error {
	if err := s.approveAddition(ctx, who, unit, roster); err != nil {
		return s.refusedIn(ctx, who, unit, actAdded, err)
	}
	s.o.Changed()
	return nil
}

func (s *Service) approveAddition(ctx context.Context, who Who, unit id.Unit, roster []byte) error {
	o, err := s.inOffice(ctx, who, unit)
	if err != nil {
		return err
	}
	a, err := o.addition()
	if err != nil {
		return err
	}
	if _, _, err := s.checkAddition(o, a); err != nil {
		return err
	}
	if o.waiting.Proposer == who.Account || !slices.Contains(o.me.Roles, string(cases.Approver)) {
		return errs.New(errs.Denied, "setup.second_person", nil)
	}
	waits, err := proof.ParseRoster(a.Roster)
	if err != nil {
		return listFault(err)
	}
	signed, err := proof.ParseRoster(roster)
	if err != nil {
		return listFault(err)
	}
	had, has := waits.Signatures(), signed.Signatures()
	if !bytes.Equal(waits.Body(), signed.Body()) || len(has) != len(had)+1 || !slices.Equal(had, has[:len(had)]) {
		return errs.New(errs.Conflict, "setup.change_changed", nil)
	}
	if last := has[len(had)]; last.Role != proof.SignerApprover || last.Key != o.me.Sign {
		return errs.New(errs.Denied, "setup.own_signature", nil)
	}
	next, err := signed.Verify(o.set, o.last)
	if err != nil {
		return additionFault(err)
	}
	return s.changeIn(ctx, who, unit, actAdded, o.facts, joinsDetail(o.last, next), func(tx *store.Tx) error {
		return s.add(tx, o, next, roster, a.Handed)
	})
}

// add stores an approved roster, and the former keys that came with it, if the change that waits is still the one that was read.
func (s *Service) add(tx *store.Tx, o *office, next *proof.Roster, file []byte, handed []Handed) error {
	unit := id.Unit(next.Unit)
	now, err := tx.RosterChange(unit)
	if err != nil {
		return err
	}
	if !bytes.Equal(now.Body, o.waiting.Body) {
		return errs.New(errs.Conflict, "setup.change_changed", nil)
	}
	if err := tx.AddRoster(store.Roster{Unit: unit, Version: next.Version, Body: file}); err != nil {
		return err
	}
	for _, h := range handed {
		row := store.Handed{Unit: unit, Key: sha256.Sum256([]byte(h.Key)), Member: h.Member, Sealed: h.Sealed, Giver: now.Proposer, Day: s.today()}
		if err := tx.HandOver(row); err != nil {
			return err
		}
	}
	return tx.DropRosterChange(unit)
}

// DropAddition refuses the unit's change, or takes it back: its proposer may, and every approver.
func (s *Service) DropAddition(ctx context.Context, who Who, unit id.Unit) error {
	return s.refusedIn(ctx, who, unit, actAddDropped, s.dropAddition(ctx, who, unit))
}

func (s *Service) dropAddition(ctx context.Context, who Who, unit id.Unit) error {
	o, err := s.inOffice(ctx, who, unit)
	if err != nil {
		return err
	}
	if o.waiting == nil {
		return errs.New(errs.NotFound, "setup.no_change", nil)
	}
	if o.waiting.Proposer != who.Account && !slices.Contains(o.me.Roles, string(cases.Approver)) {
		return errs.New(errs.Denied, "setup.role", nil)
	}
	detail := map[string]any{"by": string(o.waiting.Proposer)}
	return s.changeIn(ctx, who, unit, actAddDropped, o.facts, detail, func(tx *store.Tx) error { return tx.DropRosterChange(unit) })
}
