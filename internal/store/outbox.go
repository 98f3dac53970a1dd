package store

import (
	"time"

	"clarion.example/clarion/internal/errs"
)

// Outgoing is work that another part does after the commit. Payload holds no address of a reporter. Fault is the
// class of the last failure, never its text.
type Outgoing struct {
	Key     int64
	Kind    string
	Payload []byte
	Due     time.Time
	Tries   int // counts claims; names the claim
	Fault   string
}

// Enqueue adds work that is due at a time.
func (tx *Tx) Enqueue(kind string, payload []byte, due time.Time) error {
	if err := tx.writing(); err != nil {
		return err
	}
	key, err := tx.drawKey("outbox")
	if err != nil {
		return err
	}
	return tx.insert(`INSERT INTO outbox (key, kind, payload, due, tries, fault) VALUES (?1, ?2, ?3, ?4, 0, '')`,
		key, kind, payload, due.Unix())
}

// ClaimOutgoing takes up to n works that are due, oldest first. They come again after lease unless they are
// finished or put off, so a worker that dies loses nothing.
func (tx *Tx) ClaimOutgoing(now time.Time, lease time.Duration, n int) ([]Outgoing, error) {
	due, err := list(tx, `SELECT key, kind, payload, due, tries, fault FROM outbox WHERE due <= ?1
		ORDER BY due, key LIMIT ?2`, []any{now.Unix(), int64(n)}, func(scan scanFunc) (o Outgoing, err error) {
		return o, scan(&o.Key, &o.Kind, &o.Payload, seconds{&o.Due}, &o.Tries, &o.Fault)
	})
	if err != nil {
		return nil, err
	}
	for i := range due {
		due[i].Tries++
		if _, err := tx.exec(`UPDATE outbox SET tries = ?2, due = ?3 WHERE key = ?1`,
			due[i].Key, int64(due[i].Tries), now.Add(lease).Unix()); err != nil {
			return nil, err
		}
	}
	return due, nil
}

// FinishOutgoing deletes work that is done. Conflict when the claim has lapsed and somebody else has it.
func (tx *Tx) FinishOutgoing(o Outgoing) error {
	n, err := tx.exec(`DELETE FROM outbox WHERE key = ?1 AND tries = ?2`, o.Key, int64(o.Tries))
	return changed(n, err, errs.Conflict, "store.claim_lapsed")
}

// PutOffOutgoing makes claimed work due again later, with the class of what went wrong. Conflict as above.
func (tx *Tx) PutOffOutgoing(o Outgoing, due time.Time, fault string) error {
	n, err := tx.exec(`UPDATE outbox SET due = ?3, fault = ?4 WHERE key = ?1 AND tries = ?2`,
		o.Key, int64(o.Tries), due.Unix(), fault)
	return changed(n, err, errs.Conflict, "store.claim_lapsed")
}
