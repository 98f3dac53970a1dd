package store

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// ProposalState says what became of a proposal.
type ProposalState string

// The states of a proposal.
const (
	ProposalOpen      ProposalState = "open"
	ProposalApproved  ProposalState = "approved"
	ProposalWithdrawn ProposalState = "withdrawn"
	ProposalRefused   ProposalState = "refused"
)

// Proposal is a decision that one member wants and another must approve. Its words are in the sealed document
// Doc. Version is that of the case when it was made. The database itself refuses one that its proposer decided.
type Proposal struct {
	Key       int64
	Case      int64
	Kind      cases.EventKind
	Code      cases.Code
	Doc       id.Doc
	Proposer  id.Member
	Version   int64
	State     ProposalState
	DecidedBy id.Member
	Votes     []Vote // in the order of members' names
}

// Vote is one member's word on a proposal.
type Vote struct {
	Member   id.Member
	Approves bool
}

// AddProposal stores an open proposal and returns its key. Conflict when its document carries one already.
func (tx *Tx) AddProposal(p Proposal) (key int64, err error) {
	if key, err = tx.newKey("proposals"); err != nil {
		return 0, err
	}
	if err := tx.insert(`INSERT INTO proposals (key, case_key, kind, code, doc, proposer, version, state)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'open')`,
		key, p.Case, string(p.Kind), string(p.Code), p.Doc, string(p.Proposer), p.Version); err != nil {
		return 0, err
	}
	_, err = tx.exec(`UPDATE case_due SET proposed = 1 WHERE case_key = ?1`, p.Case)
	return key, err
}

// Proposals lists the proposals of a case with their votes, in order.
func (tx *Tx) Proposals(caseKey int64) ([]Proposal, error) {
	found, err := list(tx, `SELECT key, case_key, kind, code, doc, proposer, version, state, decided_by FROM proposals
		WHERE case_key = ?1 ORDER BY key`, []any{caseKey}, func(scan scanFunc) (p Proposal, err error) {
		return p, scan(&p.Key, &p.Case, &p.Kind, &p.Code, &p.Doc, &p.Proposer, &p.Version, &p.State,
			text[id.Member]{&p.DecidedBy})
	})
	for i := range found {
		if err == nil {
			found[i].Votes, err = tx.votes(found[i].Key)
		}
	}
	return found, err
}

func (tx *Tx) votes(proposal int64) ([]Vote, error) {
	return list(tx, `SELECT member, approves FROM proposal_votes WHERE proposal_key = ?1 ORDER BY member`, []any{proposal},
		func(scan scanFunc) (v Vote, err error) { return v, scan(&v.Member, &v.Approves) })
}

// Vote stores a member's word on an open proposal that is not their own. Conflict when it is not open, is their
// own, or has their word already.
func (tx *Tx) Vote(proposal int64, v Vote) error {
	n, err := tx.exec(tx.either(
		`INSERT INTO proposal_votes (proposal_key, member, approves) SELECT key, ?2, ?3 FROM proposals
			WHERE key = ?1 AND state = 'open' AND proposer <> ?2`,
		`INSERT INTO proposal_votes (proposal_key, member, approves) SELECT key, ?2::text, ?3::boolean FROM proposals
			WHERE key = ?1 AND state = 'open' AND proposer <> ?2::text`),
		proposal, string(v.Member), v.Approves)
	return changed(n, err, errs.Conflict, "store.proposal_moved")
}

// DecideProposal ends an open proposal: its proposer may withdraw it, anybody else approve or refuse it. Conflict
// when it is not open, or not theirs to end in that way.
func (tx *Tx) DecideProposal(proposal int64, state ProposalState, by id.Member) error {
	if state == ProposalWithdrawn {
		return tx.WithdrawProposal(proposal, by, by)
	}
	return tx.endProposal(proposal, state, by, `proposer <> ?4`, by)
}

// WithdrawProposal ends an open proposal of a proposer; by is the same, or one of the two stands in for the other. Conflict when it
// is not open, or somebody else's.
func (tx *Tx) WithdrawProposal(proposal int64, proposer, by id.Member) error {
	return tx.endProposal(proposal, ProposalWithdrawn, by, `proposer = ?4`, proposer)
}

func (tx *Tx) endProposal(proposal int64, state ProposalState, by id.Member, whose string, proposer id.Member) error {
	n, err := tx.exec(`UPDATE proposals SET state = ?2, decided_by = ?3 WHERE key = ?1 AND state = 'open' AND `+whose,
		proposal, string(state), string(by), string(proposer))
	if err := changed(n, err, errs.Conflict, "store.proposal_moved"); err != nil {
		return err
	}
	_, err = tx.exec(`UPDATE case_due SET proposed = CASE WHEN EXISTS (SELECT 1 FROM proposals p WHERE p.case_key = case_due.case_key
		AND p.state = 'open') THEN 1 ELSE 0 END WHERE case_key = (SELECT case_key FROM proposals WHERE key = ?1)`, proposal)
	return err
}
