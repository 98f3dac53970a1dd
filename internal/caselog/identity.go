package caselog

import (
	"slices"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Identity is who the reporter is, as the sender's machine sealed it: a box that opens with two custodians' shares, and
// the share of each custodian. No key of the server or of a unit opens any of it.
type Identity struct {
	Box    []byte
	Shares []IdentityShare
}

// IdentityShare is the share that is sealed to one custodian.
type IdentityShare struct {
	Custodian id.Member
	Share     []byte
}

// Custodians are those among whom an identity is split: none before an inspector and two of them have enrolled.
func Custodians(set *proof.KeySet) []proof.PersonKey {
	if len(set.Inspectors) == 0 || len(set.Custodians) < seal.ShareThreshold || len(set.Custodians) > seal.MaxCustodians {
		return nil
	}
	return set.Custodians
}

// CheckPerson looks at how a reporter may be reached and the wish for a reward, all that can be seen from outside, and gives the row of the
// identity: nil for none. holders are those of [Custodians].
func CheckPerson(contact cases.Contact, wish bool, in *Identity, instance string, holders []proof.PersonKey) (*store.Identity, error) {
	bad := func(key string) error { return errs.New(errs.Invalid, key, nil) }
	switch {
	case !slices.Contains(cases.Contacts(), contact):
		return nil, bad("intake.contact_unknown")
	case len(holders) == 0 && (contact != cases.Anonymous || in != nil || wish):
		return nil, bad("intake.no_custodians")
	case contact == cases.Anonymous && in != nil:
		return nil, bad("intake.identity_unasked")
	case contact != cases.Anonymous && in == nil:
		return nil, bad("intake.identity_missing")
	case in == nil:
		return nil, nil
	}
	return in.check(instance, holders)
}

// check reports whether every custodian in force has one share, and everything is sealed as it must be, and gives the row. To whom a
// share is sealed nobody can tell who does not hold the key: a sender who seals wrongly has given no identity.
func (in *Identity) check(instance string, holders []proof.PersonKey) (*store.Identity, error) {
	if err := seal.CheckIdentityBox(in.Box); err != nil {
		return nil, errs.Wrap(errs.Invalid, "intake.identity_not_sealed", nil, err)
	}
	out := &store.Identity{Box: in.Box}
	given := map[id.Member]bool{}
	for _, share := range in.Shares {
		if err := seal.CheckShare(share.Share, instance); err != nil {
			return nil, errs.Wrap(errs.Invalid, "intake.identity_not_sealed", nil, err)
		}
		listed := slices.ContainsFunc(holders, func(p proof.PersonKey) bool { return id.Member(p.ID) == share.Custodian })
		if !listed || given[share.Custodian] {
			return nil, errs.New(errs.Invalid, "intake.identity_custodians", nil)
		}
		given[share.Custodian] = true
		out.Shares = append(out.Shares, store.IdentityShare{Custodian: share.Custodian, Share: share.Share})
	}
	if len(given) != len(holders) {
		return nil, errs.New(errs.Invalid, "intake.identity_custodians", nil)
	}
	return out, nil
}
