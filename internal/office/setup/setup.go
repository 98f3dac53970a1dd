// Package setup is what brings an installation from an empty directory to open doors, at the server: signed lists of
// keys and rosters, the draft that waits for the inspector, approvals of categories, and the list "before the doors
// open". Every call says who is asking.
//
// Permission check, change, audit entry and leaf of the public log are one transaction. It handles public keys,
// signatures and ciphertext only: it must never hold a root, recovery, unit or personal key, never put a list in force
// that its signers have not signed, and never let one person open the form.
package setup

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"clarion.example/clarion/internal/ceremony"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/keyring"
	"clarion.example/clarion/internal/pack"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// Role is what an account is for. What a member may do in a unit stands in that unit's roster.
type Role string

// The roles of accounts. The role decides the door.
const (
	Administrator Role = "administrator"
	Member        Role = "member"
	Custodian     Role = "custodian"
	Inspector     Role = "inspector"
)

// Account is a person who has joined and was not removed: the id that signed lists use, and the public keys made in
// their own browser, as [proof.PersonKey] writes them.
type Account struct {
	ID              id.Member
	Role            Role
	Name            string
	Recipient, Sign string
}

// Who is asking. The caller has checked the session.
type Who struct {
	Account id.Member
	Role    Role
}

// Address is the origin of a door, such as https://tips.example; "" while none is set.
type Address struct{ Door, URL string }

// Options are everything the service stands on. All are required.
type Options struct {
	Pack   *pack.Pack
	Sample bool // the pack is one that the program ships: its telephone numbers are invented
	Demo   bool // a demonstration holds nobody's report
	Server ceremony.Server
	Store  *store.Store
	Keys   *keyring.Ring // what the form seals to
	Now    func() time.Time
	// Addresses of the public door, the desk and the inspector's door.
	Addresses []Address
	// InForce is called after lists were put in force, and its error returned: they are in force all the same.
	InForce func(ctx context.Context) error
	// Changed is called after anything that may open or close the form.
	Changed func()
}

// Service is the use cases. It is safe for concurrent use.
type Service struct{ o Options }

// New makes the service.
func New(o Options) *Service { return &Service{o} }

func (s *Service) today() workday.Day { return workday.DayOf(s.o.Now(), s.o.Pack.Zone) }

// doors at which people have accounts.
var doors = [...]string{"desk", "inspect"}

// joinedAll lists who has joined and was not removed.
func joinedAll(tx *store.Tx) (out []Account, err error) {
	for _, door := range doors {
		rows, err := tx.Accounts(door)
		if err != nil {
			return nil, err
		}
		for _, a := range rows {
			if a.State == store.AccountActive {
				out = append(out, Account{a.ID, Role(a.Role), a.Name, a.Recipient, seal.EncodeKey(a.Sign[:])})
			}
		}
	}
	return out, nil
}

// acts of the audit log.
const (
	actFirst       = "list-begun"
	actInstalled   = "list-installed"
	actRostered    = "holders-installed"
	actPropose     = "list-proposed"
	actWithdraw    = "proposal-withdrawn"
	actCountersign = "list-countersigned"
	actApprove     = "category-approved"
	actRevoke      = "category-revoked"
	actAdd         = "holders-proposed"
	actAdded       = "holders-approved"
	actAddDropped  = "holders-dropped"
	actCopies      = "kit-copies"
	actKit         = "kit-replaced"
	actKitUsed     = "kit-used"
	actAway        = "away-entered"
	actAwayChanged = "away-changed"
	actAwayEnded   = "away-ended"
	actTongues     = "languages-said"
)

// permit refuses roles that an act is not for.
func permit(who Who, roles ...Role) error {
	if who.Account == "" || !slices.Contains(roles, who.Role) {
		return errs.New(errs.Denied, "setup.role", nil)
	}
	return nil
}

// joined refuses somebody whose account is gone, or of another role, and returns the account.
func (st *facts) joined(who Who) (Account, error) {
	i := slices.IndexFunc(st.Accounts, func(a Account) bool { return a.ID == who.Account && a.Role == who.Role })
	if i < 0 {
		return Account{}, errs.New(errs.Denied, "setup.no_account", nil)
	}
	return st.Accounts[i], nil
}

// enter lets in who has one of the roles and an account that says so, and reads what is in force.
func (s *Service) enter(ctx context.Context, who Who, roles ...Role) (*state, Account, error) {
	if err := permit(who, roles...); err != nil {
		return nil, Account{}, err
	}
	st, err := s.look(ctx)
	if err != nil {
		return nil, Account{}, err
	}
	a, err := st.joined(who)
	return st, a, err
}

// change runs fn and writes its audit entry in one transaction, in which everything that seen was judged by must
// still be so.
func (s *Service) change(ctx context.Context, who Who, act string, seen *facts, detail map[string]any, fn func(tx *store.Tx) error) error {
	return s.changeIn(ctx, who, "", act, seen, detail, fn)
}

// changeIn is change for an act in a unit.
func (s *Service) changeIn(ctx context.Context, who Who, unit id.Unit, act string, seen *facts, detail map[string]any, fn func(tx *store.Tx) error) error {
	return s.o.Store.Write(ctx, func(tx *store.Tx) error {
		now, err := s.facts(tx)
		if err != nil {
			return err
		}
		if now.sum != seen.sum {
			return errs.New(errs.Conflict, "setup.moved", nil)
		}
		if err := fn(tx); err != nil {
			return err
		}
		e, err := s.entry(who, unit, act, detail)
		if err != nil {
			return err
		}
		return tx.Audit(e)
	})
}

// operate runs what the operator's command does and writes its audit entry in one transaction. Who may is decided by who can read
// the data directory; whether what they brought holds, by its signatures. The entry has nobody's name: the program knows none.
func (s *Service) operate(ctx context.Context, unit id.Unit, act string, detail map[string]any, fn func(tx *store.Tx) error) error {
	detail["by"] = "operator"
	return s.o.Store.Write(ctx, func(tx *store.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		e, err := s.entry(Who{}, unit, act, detail)
		if err != nil {
			return err
		}
		return tx.Audit(e)
	})
}

func (s *Service) entry(who Who, unit id.Unit, act string, detail map[string]any) (store.AuditEntry, error) {
	e := store.AuditEntry{At: s.o.Now(), Who: who.Account, Unit: unit, Act: act, Outcome: store.Allowed}
	if detail == nil {
		return e, nil
	}
	b, err := json.Marshal(detail)
	e.Detail = b
	return e, err
}

// refused writes down that an act was refused, and why, and returns the refusal. A fault of ours is no refusal.
func (s *Service) refused(ctx context.Context, who Who, act string, err error) error {
	return s.refusedIn(ctx, who, "", act, err)
}

func (s *Service) refusedIn(ctx context.Context, who Who, unit id.Unit, act string, err error) error {
	return s.o.Store.AuditRefusal(ctx, err, func(why map[string]any) (store.AuditEntry, error) { return s.entry(who, unit, act, why) })
}

// afterwards tells the rest of the program that lists are in force.
func (s *Service) afterwards(ctx context.Context) error {
	s.o.Changed()
	return s.o.InForce(ctx)
}
