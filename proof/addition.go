package proof

import (
	"fmt"
	"slices"
)

// VerifyRosters returns the rosters of one unit, oldest first as files are. The first is signed by the root key of keys,
// an already verified key set; each later one by the root too, or by two members of the one before, who may only add
// (docs/spec/proof.md, section 6). One that does not follow the one before spoils the chain.
func VerifyRosters(keys *KeySet, files ...[]byte) ([]*Roster, error) {
	var out []*Roster
	var last *Roster
	for i, file := range files {
		signed, err := ParseRoster(file)
		if err != nil {
			return nil, fmt.Errorf("roster %d of the chain: %w", i, err)
		}
		r, err := signed.Verify(keys, last)
		if err == nil && last != nil && r.Version == last.Version {
			err = ErrOlder
		}
		if err != nil {
			return nil, fmt.Errorf("roster %d of the chain: %w", i, err)
		}
		out, last = append(out, r), r
	}
	return out, nil
}

// ClaimsRoot reports whether a signature in the root's name stands there: without one, only the roster before can tell
// whether to believe it. It is not to be trusted before [SignedRoster.Verify].
func (s *SignedRoster) ClaimsRoot() bool {
	return slices.ContainsFunc(s.env.Signatures, func(sig ListSignature) bool { return sig.Role == SignerRoot })
}

// ClaimedUnit is the unit whose roster it says it is, to find the one before by.
func (s *SignedRoster) ClaimedUnit() string { return s.roster.Unit }

// extends judges an addition to previous: who holds the unit's key and a second member, an approver, signed that nothing
// changes but that there are more members, behind those of before.
func (r *Roster) extends(previous *Roster, by map[ListRole][]string) error {
	bad := func(what string) error { return fmt.Errorf("%w: %s", ErrAddition, what) }
	switch {
	case r.Instance != previous.Instance || r.Unit != previous.Unit:
		return ErrOrigin
	case r.Version <= previous.Version:
		return ErrOlder
	case r.Version != previous.Version+1:
		return bad("version")
	case r.Day < previous.Day:
		return bad("day")
	case len(r.Members) <= len(previous.Members) || !slices.EqualFunc(r.Members[:len(previous.Members)], previous.Members, Member.equal):
		return bad("members of before")
	}
	holder, err := previous.signer(by[SignerHolder])
	if err != nil || holder.Key == "" {
		return bad("holder")
	}
	approver, err := previous.signer(by[SignerApprover])
	if err != nil || approver.ID == holder.ID || !slices.Contains(approver.Roles, string(SignerApprover)) {
		return bad("approver")
	}
	return nil
}

// signer is the member whose key is the only one of keys.
func (r *Roster) signer(keys []string) (Member, error) {
	i := slices.IndexFunc(r.Members, func(m Member) bool { return len(keys) == 1 && m.Sign == keys[0] })
	if i < 0 {
		return Member{}, ErrAddition
	}
	return r.Members[i], nil
}

func (m Member) equal(o Member) bool {
	return m.ID == o.ID && m.Name == o.Name && slices.Equal(m.Roles, o.Roles) && m.Recipient == o.Recipient && m.Sign == o.Sign && m.Key == o.Key
}
