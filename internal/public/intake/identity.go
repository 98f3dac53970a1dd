package intake

import (
	"clarion.example/clarion/internal/caselog"
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
	holders := s.custodians()
	if len(holders) == 0 && in.Claim != "" {
		return nil, nil, errs.New(errs.Invalid, "intake.no_custodians", nil)
	}
	if who, err = caselog.CheckPerson(in.Contact, in.Wish, in.Identity, s.o.Instance, holders); err != nil || in.Claim == "" {
		return who, nil, err
	}
	if !in.Wish {
		return nil, nil, errs.New(errs.Invalid, "intake.claim_unasked", nil)
	}
	key, err := seal.ParseKey(in.Claim)
	if err != nil || [32]byte(key) == box.Auth || [32]byte(key) == box.Sign {
		return nil, nil, errs.Wrap(errs.Invalid, "intake.bad_claim", nil, err)
	}
	return who, (*[32]byte)(key), nil
}
