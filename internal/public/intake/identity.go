package intake

import (
	"slices"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Identity is who the reporter is, as the sender's machine sealed it.
type Identity = caselog.Identity

// IdentityShare is the share that is sealed to one custodian.
type IdentityShare = caselog.IdentityShare

// Custodians counts the holders of shares that the key set in force lists, 0 without keys. The least size of a report
// follows from it, whether or not identities are taken.
func (s *Service) Custodians() int {
	set, err := s.o.Keys.Set()
	if err != nil {
		return 0
	}
	return len(set.Custodians)
}

func (s *Service) custodians() []proof.PersonKey {
	set, err := s.o.Keys.Set()
	if err != nil {
		return nil
	}
	return caselog.Custodians(set)
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
		if who, err = in.Identity.Check(s.o.Instance, holders); err != nil {
			return nil, nil, err
		}
	}
	return who, claim, nil
}
