package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// Outcome says whether an act was let through.
type Outcome string

// The outcomes of an act that the audit log holds.
const (
	Allowed Outcome = "allowed"
	Refused Outcome = "denied"
)

// AuditEntry is one act of staff. At is to the second; the caller cuts it to the hour for the entry of a call or
// visit and for an opening within an hour of arrival. Detail is a JSON object or empty; it never holds content.
// Seq, Prev and Hash are given by the store.
type AuditEntry struct {
	Seq     int64
	At      time.Time
	Who     id.Member
	Unit    id.Unit
	Act     string
	Case    id.Case // zero if the act concerns none
	Outcome Outcome
	Detail  []byte
	Prev    [32]byte
	Hash    [32]byte
}

// AuditError says that the audit log was changed behind the database's back. It has [ErrDamaged] in its chain.
type AuditError struct{ Seq int64 }

func (e *AuditError) Error() string { return fmt.Sprintf("store: audit entry %d does not fit", e.Seq) }

// Unwrap gives [ErrDamaged].
func (e *AuditError) Unwrap() error { return ErrDamaged }

// Audit appends an entry. It commits with what it speaks of, or neither does. The entry's hash covers the hash of
// the one before, so that none can be changed, left out or put between.
func (tx *Tx) Audit(e AuditEntry) error {
	if len(e.Detail) > 0 && !json.Valid(e.Detail) {
		return tx.spoil(errors.New("store: audit detail is not JSON"))
	}
	var prev hash
	err := tx.one(`SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1`, nil, &e.Seq, &prev)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	e.Seq++
	e.Prev = prev
	sum := e.sum()
	return tx.insert(`INSERT INTO audit (seq, at, who, unit, act, case_id, outcome, detail, prev, hash)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)`,
		e.Seq, e.At.Unix(), string(e.Who), string(e.Unit), e.Act, e.caseID(), string(e.Outcome), string(e.Detail),
		e.Prev[:], sum[:])
}

func (e *AuditEntry) caseID() string {
	if e.Case.IsZero() {
		return ""
	}
	return e.Case.String()
}

// sum is the hash of an entry: SHA-256 over "clarion/audit/v1\n", Prev, Seq, At, and each text after its length,
// numbers in eight bytes, big-endian.
func (e *AuditEntry) sum() [32]byte {
	b := append([]byte("clarion/audit/v1\n"), e.Prev[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.Unix()))
	for _, s := range []string{string(e.Who), string(e.Unit), e.Act, e.caseID(), string(e.Outcome), string(e.Detail)} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	return sha256.Sum256(b)
}

// AuditAfter lists up to n entries behind seq, in order.
func (tx *Tx) AuditAfter(seq int64, n int) ([]AuditEntry, error) {
	return list(tx, `SELECT seq, at, who, unit, act, case_id, outcome, detail, prev, hash FROM audit
		WHERE seq > ?1 ORDER BY seq LIMIT ?2`, []any{seq, int64(n)}, scanAudit)
}

// AuditEnd is the number of the newest entry, 0 without one.
func (tx *Tx) AuditEnd() (seq int64, err error) {
	err = tx.one(`SELECT COALESCE(max(seq), 0) FROM audit`, nil, &seq)
	return seq, err
}

// AuditOfCase lists the entries about a case, in order.
func (tx *Tx) AuditOfCase(c id.Case) ([]AuditEntry, error) {
	return list(tx, `SELECT seq, at, who, unit, act, case_id, outcome, detail, prev, hash FROM audit
		WHERE case_id = ?1 AND case_id <> '' ORDER BY seq`, []any{c}, scanAudit)
}

func scanAudit(scan scanFunc) (e AuditEntry, err error) {
	var caseID, detail string
	err = scan(&e.Seq, seconds{&e.At}, &e.Who, &e.Unit, &e.Act, &caseID, &e.Outcome, &detail, (*hash)(&e.Prev), (*hash)(&e.Hash))
	if err == nil && caseID != "" {
		err = e.Case.UnmarshalText([]byte(caseID))
	}
	if detail != "" {
		e.Detail = []byte(detail)
	}
	return e, err
}

// VerifyAudit walks the audit log and returns its last entry's number and hash, or an [AuditError] that names the
// first entry that does not fit. Entries cut off at the end are found by comparing with a hash noted elsewhere.
func (tx *Tx) VerifyAudit() (last int64, head [32]byte, err error) {
	for {
		part, err := tx.AuditAfter(last, 1000)
		if err != nil {
			return last, head, err
		}
		for _, e := range part {
			if e.Seq != last+1 || e.Prev != head || e.Hash != e.sum() {
				return last, head, &AuditError{last + 1}
			}
			last, head = e.Seq, e.Hash
		}
		if len(part) < 1000 {
			return last, head, nil
		}
	}
}

// AuditRefusal writes down that an act was refused, in a transaction of its own, because the refused one leaves nothing. entry makes
// the line from the key of the refusal. It returns err, or why it could not write. A fault of ours, and being too busy, is no
// refusal and stands nowhere.
func (s *Store) AuditRefusal(ctx context.Context, err error, entry func(detail map[string]any) (AuditEntry, error)) error {
	public, ok := errs.Public(err)
	if !ok || public.Kind == errs.Internal || public.Kind == errs.Unavailable {
		return err
	}
	e, eerr := entry(map[string]any{"why": public.Key})
	if eerr != nil {
		return eerr
	}
	e.Outcome = Refused
	if werr := s.Write(ctx, func(tx *Tx) error { return tx.Audit(e) }); werr != nil {
		return werr
	}
	return err
}
