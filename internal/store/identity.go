package store

import (
	"crypto/sha256"

	"clarion.example/clarion/internal/id"
)

// Identity is who a reporter is, sealed: the box, and the shares of its key. The store cannot tell what is in it.
type Identity struct {
	Box    []byte
	Shares []IdentityShare
}

// IdentityShare is the share of one custodian, sealed to nobody else.
type IdentityShare struct {
	Custodian id.Member
	Share     []byte
}

// AddIdentity keeps the identity of a case, which has none yet; else Conflict. It goes with the case.
func (tx *Tx) AddIdentity(caseKey int64, i Identity) error {
	if err := tx.insert(`INSERT INTO identities (case_key, box) VALUES (?1, ?2)`, caseKey, i.Box); err != nil {
		return err
	}
	for _, s := range i.Shares {
		if err := tx.insert(`INSERT INTO identity_shares (case_key, custodian, share) VALUES (?1, ?2, ?3)`,
			caseKey, string(s.Custodian), s.Share); err != nil {
			return err
		}
	}
	return nil
}

// Identity returns the identity of a case, its shares in the order of the custodians' names, or NotFound. Whoever hands
// any of it out has it audited in the same transaction.
func (tx *Tx) Identity(caseKey int64) (i Identity, err error) {
	if err = tx.one(`SELECT box FROM identities WHERE case_key = ?1`, []any{caseKey}, &i.Box); err != nil {
		return i, absent(err, "store.identity_absent")
	}
	i.Shares, err = list(tx, `SELECT custodian, share FROM identity_shares WHERE case_key = ?1 ORDER BY custodian`, []any{caseKey},
		func(scan scanFunc) (s IdentityShare, err error) { return s, scan(&s.Custodian, &s.Share) })
	return i, err
}

// IdentityHash returns the SHA-256 of the box of a case, or NotFound. It opens nothing, so staff may see it.
func (tx *Tx) IdentityHash(caseKey int64) (hash [32]byte, err error) {
	var box []byte
	err = tx.one(`SELECT box FROM identities WHERE case_key = ?1`, []any{caseKey}, &box)
	return sha256.Sum256(box), absent(err, "store.identity_absent")
}

// AddClaimKey keeps the key that may claim the reward of a mailbox, an Ed25519 public key. Conflict when there is one.
func (tx *Tx) AddClaimKey(mailboxKey int64, claim [32]byte) error {
	return tx.insert(`INSERT INTO claims (mailbox_key, claim) VALUES (?1, ?2)`, mailboxKey, claim[:])
}

// ClaimKey returns the key that may claim the reward of an open mailbox, or NotFound.
func (tx *Tx) ClaimKey(mailboxKey int64) (claim [32]byte, err error) {
	err = tx.one(`SELECT claim FROM claims WHERE mailbox_key = ?1`, []any{mailboxKey}, (*hash)(&claim))
	return claim, absent(err, "store.claim_absent")
}
