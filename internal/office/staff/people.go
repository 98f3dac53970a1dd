package staff

import (
	"context"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/seal"
)

// Account is a person of a door as pages list them.
type Account struct {
	ID        id.Member
	Role      Role
	Name      string
	Active    bool
	Made      workday.Day
	Recipient string // age1pq1…
	Sign      string // base64url
	Passkeys  int
	Waits     bool // five wrong second factors: no code is taken for some minutes
}

// Accounts lists the people of a door, the removed ones too: those of the desk for an administrator, those of both doors
// for the inspector. Others are Denied.
func (s *Service) Accounts(ctx context.Context, by *Session, at Door) (out []Account, err error) {
	err = s.o.Store.Read(ctx, func(tx *store.Tx) error {
		a, err := s.live(tx, by)
		if err != nil {
			return err
		}
		if Role(a.Role) != Inspector && (Role(a.Role) != Administrator || at != Desk) {
			return errs.New(errs.Denied, "staff.not_yours", nil)
		}
		rows, err := tx.Accounts(string(at))
		for _, row := range rows {
			keys, err := tx.Passkeys(row.Door, row.ID)
			if err != nil {
				return err
			}
			out = append(out, Account{ID: row.ID, Role: Role(row.Role), Name: row.Name, Active: row.State == store.AccountActive, Made: row.Made,
				Recipient: row.Recipient, Sign: seal.EncodeKey(row.Sign[:]), Passkeys: len(keys), Waits: row.Wait.After(s.o.Now())})
		}
		return err
	})
	return out, err
}

// Remove ends an account of the desk with all its sessions at once. Only an administrator may; the last one cannot be
// removed here. The person's keys stay in the signed lists until those are signed anew.
func (s *Service) Remove(ctx context.Context, by *Session, who id.Member) error {
	return s.asAdministrator(ctx, by, "staff-removed", map[string]any{"account": string(who)}, func(tx *store.Tx, _ store.Account) error {
		a, err := tx.Account(string(Desk), who)
		if err != nil {
			return err
		}
		if err := s.otherAdministrator(tx, a); err != nil {
			return err
		}
		return tx.RemoveAccount(string(Desk), who)
	})
}

// otherAdministrator refuses the removal of the only administrator.
func (s *Service) otherAdministrator(tx *store.Tx, a store.Account) error {
	if Role(a.Role) != Administrator {
		return nil
	}
	all, err := tx.Accounts(string(Desk))
	for _, b := range all {
		if b.ID != a.ID && b.State == store.AccountActive && Role(b.Role) == Administrator {
			return nil
		}
	}
	if err != nil {
		return err
	}
	return errs.New(errs.Conflict, "staff.last_administrator", nil)
}

// RemoveAsOperator ends an account of any door, for the operator's command: an administrator or inspector who is gone
// can be followed by another.
func (s *Service) RemoveAsOperator(ctx context.Context, at Door, who id.Member) error {
	return s.operate(ctx, at, "staff-removed", map[string]any{"account": string(who)}, func(tx *store.Tx) error { return tx.RemoveAccount(string(at), who) })
}

// operate runs what the operator's command does and writes its audit entry in one transaction. Who may is decided by who can read
// the data directory. The entry has nobody's name: the program knows none.
func (s *Service) operate(ctx context.Context, at Door, act string, detail map[string]any, fn func(*store.Tx) error) error {
	detail["by"] = "operator"
	return s.o.Store.Write(ctx, func(tx *store.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		return s.audit(tx, "", at, act, detail)
	})
}

// administrator is the account of a session that may manage the desk's people, or Denied.
func (s *Service) administrator(tx *store.Tx, by *Session) (store.Account, error) {
	a, err := s.live(tx, by)
	if err == nil && Role(a.Role) != Administrator {
		err = errs.New(errs.Denied, "staff.not_yours", nil)
	}
	return a, err
}

// asAdministrator runs fn in a transaction with its line in the audit log, or refuses and writes that down.
func (s *Service) asAdministrator(ctx context.Context, by *Session, act string, detail map[string]any, fn func(*store.Tx, store.Account) error) error {
	return s.guarded(ctx, by, act, detail, s.administrator, fn)
}

// guarded runs fn with the account of a session if may lets it. A refusal is audited in a transaction of its own, because
// the refused one leaves nothing; that somebody is not signed in is not.
func (s *Service) guarded(ctx context.Context, by *Session, act string, detail map[string]any,
	may func(*store.Tx, *Session) (store.Account, error), fn func(*store.Tx, store.Account) error) error {
	known := false
	err := s.o.Store.Write(ctx, func(tx *store.Tx) error {
		if _, err := s.live(tx, by); err != nil {
			return err
		}
		known = true
		a, err := may(tx, by)
		if err != nil {
			return err
		}
		if err := fn(tx, a); err != nil {
			return err
		}
		return s.audit(tx, a.ID, by.Door, act, detail)
	})
	if !known {
		return err
	}
	return s.o.Store.AuditRefusal(ctx, err, func(why map[string]any) (store.AuditEntry, error) { return s.entry(by.Account, by.Door, act, why) })
}
