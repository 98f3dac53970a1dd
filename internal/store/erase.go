package store

import (
	"context"
	"fmt"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// EraseCase deletes a case and everything that hangs on it: events with their random bytes, documents, bodies, headers of other offices,
// mailboxes with their copies and claim keys, first codes, the identity with its shares, attachments' rows, proposals, danger; and lists
// of sketches that may speak of it.
// Leaves stay, and nothing opens them any more; the audit log stays. The caller erases the blobs that are returned, and
// calls [Store.Scrub].
func (tx *Tx) EraseCase(caseKey int64) ([]id.Blob, error) {
	blobs, err := list(tx, `SELECT b.id FROM blobs b JOIN docs d ON d.key = b.doc_key WHERE d.case_key = ?1 ORDER BY b.key`,
		[]any{caseKey}, func(scan scanFunc) (b id.Blob, err error) { return b, scan(&b) })
	if err != nil {
		return nil, err
	}
	if err := tx.eraseSketches(caseKey); err != nil {
		return nil, err
	}
	n, err := tx.exec(`DELETE FROM cases WHERE key = ?1`, caseKey) // the rest goes by its foreign keys
	if err := changed(n, err, errs.NotFound, "store.case_absent"); err != nil {
		return nil, err
	}
	var some bool
	if err := tx.one(`SELECT EXISTS (SELECT 1 FROM cases)`, nil, &some); err != nil || some {
		return blobs, err
	}
	tx.s.marked.Store(false) // the next case sets the mark again, also if this transaction fails
	tx.batch.mark = false
	return blobs, tx.DeleteMeta(hasCases)
}

// Scrub makes what was deleted unreadable in the database's files as well. SQLite has overwritten the freed
// pages already; here the write-ahead log, which still holds them, is written back and cut. PostgreSQL drops the
// dead rows; its write-ahead log is the operator's to keep short. Unavailable while a long read is in the way.
func (s *Store) Scrub(ctx context.Context) error {
	if s.dialect == postgres {
		return classify(s.dialect, s.vacuum(ctx))
	}
	var busy, frames, moved int64
	err := s.writeDB.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved)
	if err == nil && busy != 0 {
		return errs.Wrap(errs.Unavailable, "store.busy", nil, fmt.Errorf("%d frames of the journal are being read", frames-moved))
	}
	return classify(s.dialect, err)
}

func (s *Store) vacuum(ctx context.Context) error {
	conn, err := s.readDB.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	defer conn.ExecContext(context.WithoutCancel(ctx), "RESET statement_timeout")
	if _, err := conn.ExecContext(ctx, "SET statement_timeout = 0"); err != nil {
		return err
	}
	for _, table := range []string{"cases", "case_events", "docs", "doc_bodies", "doc_headers", "case_links", "case_units", "mailboxes", "mailbox_items",
		"mailbox_copies", "blobs", "identities", "identity_shares", "claims", "first_codes", "proposals", "proposal_votes", "danger", "warnings", "sketches", "pending_files", "uploads",
		"outbox", "accounts", "passkeys", "sessions", "invitations"} {
		if _, err := conn.ExecContext(ctx, "VACUUM "+table); err != nil {
			return err
		}
	}
	return nil
}
