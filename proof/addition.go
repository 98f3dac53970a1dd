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

// Body is what was signed.
func (s *SignedRoster) Body() []byte { return []byte(s.env.Body) }

// Signatures returns the signatures as they stand in the file, not checked.
func (s *SignedRoster) Signatures() []ListSignature { return slices.Clone(s.env.Signatures) }

// VerifyProposed returns an addition to previous that its holder alone has signed, and who that is. It is not in force, and
// an approver of previous may still refuse it: whoever works by a roster asks [SignedRoster.Verify].
func (s *SignedRoster) VerifyProposed(previous *Roster) (r *Roster, holder Member, err error) {
	by, err := s.env.signers(rosterPrefix, SignerHolder)
	if err != nil {
		return nil, holder, err
	}
	if err := s.roster.extends(previous); err != nil {
		return nil, holder, err
	}
	next := s.roster
	holder, err = previous.holder(by)
	return &next, holder, err
}

// extends judges the content of an addition to previous: nothing changes but that there are more members, behind those of
// before.
func (r *Roster) extends(previous *Roster) error {
	switch {
	case r.Instance != previous.Instance || r.Unit != previous.Unit:
		return ErrOrigin
	case r.Version <= previous.Version:
		return ErrOlder
	case r.Version != previous.Version+1:
		return badAddition("version")
	case r.Day < previous.Day:
		return badAddition("day")
	case len(r.Members) <= len(previous.Members) || !slices.EqualFunc(r.Members[:len(previous.Members)], previous.Members, Member.equal):
		return badAddition("members of before")
	}
	return nil
}

func badAddition(what string) error { return fmt.Errorf("%w: %s", ErrAddition, what) }

// holder is the one who signed as such, and holds the unit's key.
func (r *Roster) holder(by map[ListRole][]string) (Member, error) {
	m, err := r.signer(by[SignerHolder])
	if err != nil || m.Key == "" {
		return Member{}, badAddition("holder")
	}
	return m, nil
}

// added judges who signed an addition to r: who holds the unit's key, and a second member, an approver.
func (r *Roster) added(by map[ListRole][]string) error {
	holder, err := r.holder(by)
	if err != nil {
		return err
	}
	approver, err := r.signer(by[SignerApprover])
	if err != nil || approver.ID == holder.ID || !slices.Contains(approver.Roles, string(SignerApprover)) {
		return badAddition("approver")
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
