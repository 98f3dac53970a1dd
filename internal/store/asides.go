package store

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
)

// followAside keeps in the lists what an event says of who takes part ([cases.Aside], [cases.AssignedTo]).
func (tx *Tx) followAside(caseKey int64, e cases.Event) error {
	switch e.Kind {
	case cases.EventSteppedAside:
		if _, err := tx.exec(`INSERT INTO asides (case_key, member) VALUES (?1, ?2) ON CONFLICT (case_key, member) DO NOTHING`, caseKey, string(e.Member)); err != nil {
			return err
		}
		_, err := tx.exec(`UPDATE case_due SET handler = '' WHERE case_key = ?1 AND handler = ?2`, caseKey, string(e.Member))
		return err
	case cases.EventReadmitted:
		_, err := tx.exec(`DELETE FROM asides WHERE case_key = ?1 AND member = ?2`, caseKey, string(e.Member))
		return err
	default:
		return nil
	}
}

// AsideIn are the cases in which a member takes no part.
func (tx *Tx) AsideIn(member id.Member) (map[id.Case]bool, error) {
	found, err := list(tx, `SELECT c.id FROM asides a JOIN cases c ON c.key = a.case_key WHERE a.member = ?1`, []any{string(member)},
		func(scan scanFunc) (c id.Case, err error) { return c, scan(&c) })
	out := make(map[id.Case]bool, len(found))
	for _, c := range found {
		out[c] = true
	}
	return out, err
}

// AsideFrom are those who take no part in a case.
func (tx *Tx) AsideFrom(caseKey int64) (map[id.Member]bool, error) {
	found, err := list(tx, `SELECT member FROM asides WHERE case_key = ?1`, []any{caseKey},
		func(scan scanFunc) (m id.Member, err error) { return m, scan(&m) })
	out := make(map[id.Member]bool, len(found))
	for _, m := range found {
		out[m] = true
	}
	return out, err
}

// DropVote takes back the vote of a member who takes no part any more, on whatever of the case waits. None is no error.
func (tx *Tx) DropVote(caseKey int64, member id.Member) error {
	_, err := tx.exec(`DELETE FROM proposal_votes WHERE member = ?2 AND proposal_key IN (SELECT key FROM proposals WHERE case_key = ?1 AND state = 'open')`,
		caseKey, string(member))
	return err
}
