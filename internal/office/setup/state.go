package setup

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
)

// Names in the table of facts about the installation.
const (
	metaRoot     = "root"     // the root key that was trusted first
	metaRecovery = "recovery" // the recovery key, as [Recovery]
)

// Kit is a recovery kit whose sheets were all typed back: the recovery key's recipient, split k of n, and the root's
// signature of the three ([seal.RecoveryStatement]).
type Kit struct {
	Recipient string `json:"recipient"` // age1pq1…
	K         int    `json:"k"`
	N         int    `json:"n"`
	Signature string `json:"signature"` // base64url
}

// Recovery is the kit on record.
type Recovery struct {
	Kit
	Day workday.Day `json:"day"` // on which the sheets were typed back
}

// facts are what the database says that a decision here rests on, as bytes; sum is over all of it.
type facts struct {
	Root     string
	Keys     []byte
	Rosters  []store.Roster   // the newest of each unit
	chains   [][]store.Roster // to each of Rosters, from the last that the root signed
	removed  []Account
	Recovery string
	Copies   []store.UnitRecovery
	Accounts []Account
	Draft    *store.Draft
	sum      [32]byte
}

func (s *Service) facts(tx *store.Tx) (*facts, error) {
	f := &facts{}
	if err := s.standing(tx, f); err != nil {
		return nil, err
	}
	var err error
	if f.Root, err = optional(tx.Meta(metaRoot)); err != nil {
		return nil, err
	}
	row, err := optional(tx.LatestKeySet())
	if err != nil {
		return nil, err
	}
	f.Keys = row.Body
	if f.Accounts, err = joinedAll(tx); err != nil {
		return nil, err
	}
	draft, err := tx.Draft()
	switch {
	case err == nil:
		f.Draft = &draft
	case !errs.Is(err, errs.NotFound):
		return nil, err
	}
	b, err := json.Marshal(f)
	f.sum = sha256.Sum256(b)
	return f, err
}

// standing reads what the list "before the doors open" looks at: with every page, so nothing large.
func (s *Service) standing(tx *store.Tx, f *facts) (err error) {
	if f.Recovery, err = optional(tx.Meta(metaRecovery)); err != nil {
		return err
	}
	if f.Copies, err = tx.UnitRecoveries(); err != nil {
		return err
	}
	for _, o := range s.o.Pack.Offices {
		chain, err := rosterChain(tx, o.ID)
		if err != nil {
			return err
		}
		if len(chain) > 0 {
			f.Rosters = append(f.Rosters, chain[len(chain)-1])
			f.chains = append(f.chains, chain)
		}
	}
	return nil
}

// rosterChain reads a unit's newest roster and those before it back to the last that the root signed, oldest first.
func rosterChain(tx *store.Tx, unit id.Unit) (chain []store.Roster, err error) {
	row, err := optional(tx.LatestRoster(unit))
	for err == nil && row.Version > 0 {
		chain = append(chain, row)
		signed, perr := proof.ParseRoster(row.Body)
		if perr != nil || signed.ClaimsRoot() {
			break // what is damaged is refused when it is verified
		}
		row, err = optional(tx.RosterBefore(unit, row.Version))
	}
	slices.Reverse(chain)
	return chain, err
}

// optional turns NotFound into the zero value.
func optional[T any](v T, err error) (T, error) {
	if errs.Is(err, errs.NotFound) {
		var none T
		return none, nil
	}
	return v, err
}

// state is what the facts mean, verified.
type state struct {
	*facts
	set      *proof.KeySet // nil before the first
	rosters  map[id.Unit]*proof.Roster
	recovery *Recovery
}

// look reads and verifies what is in force.
func (s *Service) look(ctx context.Context) (*state, error) {
	var f *facts
	err := s.o.Store.Read(ctx, func(tx *store.Tx) (err error) {
		f, err = s.facts(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return f.verify()
}

func (f *facts) verify() (*state, error) {
	st := &state{facts: f, rosters: map[id.Unit]*proof.Roster{}}
	var err error
	if st.recovery, err = f.kit(); err != nil {
		return nil, err
	}
	if f.Root == "" || f.Keys == nil {
		return st, nil
	}
	signed, err := proof.ParseKeySet(f.Keys)
	if err != nil {
		return nil, fmt.Errorf("installed key set: %w", err)
	}
	if st.set, err = signed.Verify(proof.Trust{Root: f.Root}); err != nil {
		return nil, fmt.Errorf("installed key set: %w", err)
	}
	st.rosters = f.inForce(st.set)
	return st, nil
}

// kit reads the record of the recovery kit, nil if there is none.
func (f *facts) kit() (*Recovery, error) {
	if f.Recovery == "" {
		return nil, nil
	}
	var r Recovery
	if err := json.Unmarshal([]byte(f.Recovery), &r); err != nil {
		return nil, fmt.Errorf("reading the record of the recovery kit: %w", err)
	}
	return &r, nil
}

// readRoster verifies a unit's newest roster of the database by those before it, and is nil for one that does not hold:
// nobody works by it.
func readRoster(chain []store.Roster, set *proof.KeySet) *proof.Roster {
	var files [][]byte
	for _, row := range chain {
		files = append(files, row.Body)
	}
	all, err := proof.VerifyRosters(set, files...)
	if err != nil || len(all) == 0 {
		return nil
	}
	r, row := all[len(all)-1], chain[len(chain)-1]
	if r.Unit != string(row.Unit) || r.Version != row.Version {
		return nil
	}
	return r
}

// currentKeys are the unit keys of a set that have not ended.
func currentKeys(set *proof.KeySet) []proof.UnitKey {
	if set == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(set.Intake), func(u proof.UnitKey) bool { return u.To != "" })
}

// listFault words what is wrong with a signed list.
func listFault(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, proof.ErrRoot):
		return errs.Wrap(errs.Denied, "setup.list_root", nil, err)
	case errors.Is(err, proof.ErrCountersignature):
		return errs.Wrap(errs.Denied, "setup.list_countersignature", nil, err)
	case errors.Is(err, proof.ErrOlder):
		return errs.Wrap(errs.Conflict, "setup.list_older", nil, err)
	case errors.Is(err, proof.ErrOrigin):
		return errs.Wrap(errs.Invalid, "setup.list_origin", nil, err)
	case errors.Is(err, proof.ErrSignature):
		return errs.Wrap(errs.Denied, "setup.list_signature", nil, err)
	default:
		return errs.Wrap(errs.Invalid, "setup.list_format", nil, err)
	}
}
