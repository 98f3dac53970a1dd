package setup

import (
	"context"
	"slices"

	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/proof"
)

// Holder is somebody on an office's roster, for the administrator. Lost says that no active account has these keys any more: the
// office needs a new key.
type Holder struct {
	ID    id.Member
	Name  string
	Roles []string
	Holds bool // a copy of the office's key
	Lost  bool
}

// OfficeKeys is who can open what is sealed to an office. Since is "" while it has no key.
type OfficeKeys struct {
	Unit    id.Unit
	Since   string // first day of its key, YYYY-MM-DD
	Roster  int64  // version, 0 for none
	Day     string // on which that was signed
	Holders []Holder
}

// Offices lists the offices of the pack with their keys and the people on their rosters. Administrators alone.
func (s *Service) Offices(ctx context.Context, who Who) (out []OfficeKeys, err error) {
	st, _, err := s.enter(ctx, who, Administrator)
	if err != nil {
		return nil, err
	}
	keys := currentKeys(st.set)
	for _, o := range s.o.Pack.Offices {
		k := OfficeKeys{Unit: o.ID}
		if i := slices.IndexFunc(keys, func(u proof.UnitKey) bool { return u.ID == string(o.ID) }); i >= 0 {
			k.Since = keys[i].From
		}
		if r := st.rosters[o.ID]; r != nil {
			k.Roster, k.Day = r.Version, r.Day
			for _, m := range r.Members {
				lost := !slices.ContainsFunc(st.Accounts, func(a Account) bool {
					return string(a.ID) == m.ID && a.Recipient == m.Recipient && a.Sign == m.Sign
				})
				k.Holders = append(k.Holders, Holder{id.Member(m.ID), m.Name, m.Roles, m.Key != "", lost})
			}
		}
		out = append(out, k)
	}
	return out, nil
}
