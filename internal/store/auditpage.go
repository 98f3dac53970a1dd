package store

import (
	"fmt"
	"strings"
	"time"

	"clarion.example/clarion/internal/id"
)

// AuditFilter narrows the audit log. A zero field admits everything; From is part of the time, To is not.
type AuditFilter struct {
	Who      id.Member
	Unit     id.Unit
	Act      string
	Outcome  Outcome
	From, To time.Time
}

// AuditSeen is an entry with what was checked: Fits says that its hash is right, that it names the entry before, and that the one
// behind it names it. Number is what people call the case by, "" without one.
type AuditSeen struct {
	AuditEntry
	Number string
	Fits   bool
}

// auditLook is how many entries a page looks at: a filter that admits few must not walk a log of years.
const auditLook = 20_000

// AuditPage lists up to n entries before seq that the filter admits, newest first; 0 is the beginning. Next is where the next page
// begins, 0 at the end of the log: a page can be short, even empty, and not the last.
func (tx *Tx) AuditPage(before int64, f AuditFilter, n int) (page []AuditSeen, next int64, err error) {
	if before <= 0 {
		if before, err = tx.AuditSize(); err != nil {
			return nil, 0, err
		}
		before++
	}
	floor := max(before-auditLook, 1)
	where, args := f.where([]any{before, floor, int64(n)})
	page, err = list(tx, `SELECT a.seq, a.at, a.who, a.unit, a.act, a.case_id, a.outcome, a.detail, a.prev, a.hash, p.hash, n.prev, c.number
		FROM audit a LEFT JOIN audit p ON p.seq = a.seq - 1 LEFT JOIN audit n ON n.seq = a.seq + 1
		LEFT JOIN cases c ON c.id = a.case_id AND a.case_id <> ''
		WHERE a.seq < ?1 AND a.seq >= ?2`+where+` ORDER BY a.seq DESC LIMIT ?3`, args, scanSeen)
	switch {
	case err != nil:
		return nil, 0, err
	case len(page) == n && n > 0:
		next = page[n-1].Seq
	default:
		next = floor
	}
	if next <= 1 {
		next = 0
	}
	return page, next, nil
}

func (f AuditFilter) where(args []any) (string, []any) {
	var b strings.Builder
	add := func(what string, v any) {
		args = append(args, v)
		fmt.Fprintf(&b, " AND a.%s ?%d", what, len(args))
	}
	for _, c := range []struct{ column, want string }{{"who", string(f.Who)}, {"unit", string(f.Unit)}, {"act", f.Act}, {"outcome", string(f.Outcome)}} {
		if c.want != "" {
			add(c.column+" =", c.want)
		}
	}
	if !f.From.IsZero() {
		add("at >=", f.From.Unix())
	}
	if !f.To.IsZero() {
		add("at <", f.To.Unix())
	}
	return b.String(), args
}

func scanSeen(scan scanFunc) (e AuditSeen, err error) {
	var caseID, detail string
	var before, behind []byte
	err = scan(&e.Seq, seconds{&e.At}, &e.Who, &e.Unit, &e.Act, &caseID, &e.Outcome, &detail, (*hash)(&e.Prev), (*hash)(&e.Hash), &before, &behind, text[string]{&e.Number})
	if err != nil {
		return e, err
	}
	if detail != "" {
		e.Detail = []byte(detail)
	}
	if caseID != "" {
		if err := e.Case.UnmarshalText([]byte(caseID)); err != nil {
			return e, err
		}
	}
	first := e.Seq == 1 && before == nil && e.Prev == [32]byte{}
	e.Fits = e.Hash == e.sum() && (first || string(before) == string(e.Prev[:])) && (behind == nil || string(behind) == string(e.Hash[:]))
	return e, nil
}

// AuditSize is the number of the last entry, 0 in an empty log.
func (tx *Tx) AuditSize() (n int64, err error) {
	err = tx.one(`SELECT COALESCE(max(seq), 0) FROM audit`, nil, &n)
	return n, err
}

// VerifyAuditPart walks up to n entries behind one and returns the last of them, or an [AuditError] that names the first that does
// not fit. Whoever walks the parts in order has walked the whole chain: each part starts from the hash of the entry that ended the
// one before.
func (tx *Tx) VerifyAuditPart(after int64, n int) (last int64, head [32]byte, err error) {
	if after > 0 {
		before, err := tx.AuditAfter(after-1, 1)
		if err != nil {
			return after, head, err
		}
		if len(before) != 1 || before[0].Seq != after {
			return after, head, &AuditError{after}
		}
		head = before[0].Hash
	}
	part, err := tx.AuditAfter(after, n)
	if err != nil {
		return after, head, err
	}
	last = after
	for _, e := range part {
		if e.Seq != last+1 || e.Prev != head || e.Hash != e.sum() {
			return last, head, &AuditError{last + 1}
		}
		last, head = e.Seq, e.Hash
	}
	return last, head, nil
}
