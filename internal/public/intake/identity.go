package intake

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

// Custodians counts the holders of shares that the key set in force lists, 0 without keys. The least size of a report
// follows from it, whether or not identities are taken.
func (s *Service) Custodians() int {
	set, err := s.o.Keys.Set()
	if err != nil {
		return 0
	}
	return len(set.Custodians)
}

// custodians are those among whom an identity is split: none before an inspector and two of them have enrolled.
func (s *Service) custodians() []proof.PersonKey {
	set, err := s.o.Keys.Set()
	if err != nil || len(set.Inspectors) == 0 || len(set.Custodians) < seal.ShareThreshold || len(set.Custodians) > seal.MaxCustodians {
		return nil
	}
	return set.Custodians
}

// TakesIdentities reports whether a reporter may say who they are, or wish for a reward.
func (s *Service) TakesIdentities() bool { return len(s.custodians()) > 0 }

// checkIdentity looks at how the reporter may be reached, the wish and the claim key: all that can be seen from outside.
// What is returned is nil where nothing was given.
func (s *Service) checkIdentity(in Sealed, box store.Mailbox) (who *store.Identity, claim *[32]byte, err error) {
	bad := func(key string) error { return errs.New(errs.Invalid, key, nil) }
	holders := s.custodians()
	switch {
	case !slices.Contains(cases.Contacts(), in.Contact):
		return nil, nil, bad("intake.contact_unknown")
	case len(holders) == 0 && (in.Contact != cases.Anonymous || in.Identity != nil || in.Wish || in.Claim != ""):
		return nil, nil, bad("intake.no_custodians")
	case in.Contact == cases.Anonymous && in.Identity != nil:
		return nil, nil, bad("intake.identity_unasked")
	case in.Contact != cases.Anonymous && in.Identity == nil:
		return nil, nil, bad("intake.identity_missing")
	case in.Claim != "" && !in.Wish:
		return nil, nil, bad("intake.claim_unasked")
	}
	if in.Claim != "" {
		key, err := seal.ParseKey(in.Claim)
		if err != nil || [32]byte(key) == box.Auth || [32]byte(key) == box.Sign {
			return nil, nil, errs.Wrap(errs.Invalid, "intake.bad_claim", nil, err)
		}
		claim = (*[32]byte)(key)
	}
	if in.Identity != nil {
		if who, err = s.sealedIdentity(in.Identity, holders); err != nil {
			return nil, nil, err
		}
	}
	return who, claim, nil
}

// sealedIdentity checks that every custodian in force has one share, and that everything is sealed as it must be. To
// whom a share is sealed nobody can tell who does not hold the key: a sender who seals wrongly has given no identity.
func (s *Service) sealedIdentity(in *Identity, holders []proof.PersonKey) (*store.Identity, error) {
	if err := seal.CheckIdentityBox(in.Box); err != nil {
		return nil, errs.Wrap(errs.Invalid, "intake.identity_not_sealed", nil, err)
	}
	out := &store.Identity{Box: in.Box}
	given := map[id.Member]bool{}
	for _, share := range in.Shares {
		if err := seal.CheckShare(share.Share, s.o.Instance); err != nil {
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
