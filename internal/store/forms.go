package store

import (
	"crypto/hmac"
	"database/sql"
	"errors"
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// FormUse is what became of a form of the plain path.
type FormUse string

// A form is used once. The same answers again within ten minutes show the same page; nothing is stored twice.
const (
	FormFresh    FormUse = "fresh"
	FormSame     FormUse = "same"
	FormUsed     FormUse = "used"
	FormSlotFull FormUse = "full"
)

const (
	slotLength  = 10 * time.Minute
	formLife    = 24 * time.Hour
	formSlack   = time.Hour // clocks of several nodes, and a form sent at the last moment
	sameAnswers = 10 * time.Minute
)

// FormSlot is the ten-minute slot in which a form was handed out.
func FormSlot(t time.Time) int64 { return t.Unix() / int64(slotLength/time.Second) }

// UseForm marks the form whose 32 bytes have this hash as used. slot is when it was handed out, limit how many
// forms of a slot are admitted. mac is over the answers under the form's bytes; with nil no repeat is recognised.
// The mark says nothing of the case, and its times are cut to the minute that the MAC needs and the hour.
func (tx *Tx) UseForm(form [32]byte, slot int64, mac []byte, limit int, now time.Time) (FormUse, error) {
	var had []byte
	var until time.Time
	err := tx.one(`SELECT mac, mac_until FROM form_marks WHERE hash = ?1`, []any{form[:]}, &had, seconds{&until})
	switch {
	case err == nil && had != nil && now.Before(until) && hmac.Equal(had, mac):
		return FormSame, nil
	case err == nil:
		return FormUsed, nil
	case !errors.Is(err, sql.ErrNoRows):
		return "", err
	case limit < 1:
		return FormSlotFull, nil
	}
	n, err := tx.exec(`INSERT INTO form_slots (slot, n) VALUES (?1, 1)
		ON CONFLICT (slot) DO UPDATE SET n = form_slots.n + 1 WHERE form_slots.n < ?2`, slot, int64(limit))
	if err != nil {
		return "", err
	}
	if n == 0 {
		return FormSlotFull, nil
	}
	var macUntil any
	if mac != nil {
		macUntil = now.Add(sameAnswers + time.Minute - 1).Truncate(time.Minute).Unix()
	}
	return FormFresh, tx.insert(`INSERT INTO form_marks (hash, expires, mac, mac_until) VALUES (?1, ?2, ?3, ?4)`,
		form[:], formExpires(slot), mac, macUntil)
}

// UseWork marks something that counts once and has no budget of its own, such as a proof of work: FormFresh the first
// time, FormUsed afterwards. The mark goes with those of the forms handed out now, and says as little.
func (tx *Tx) UseWork(mark [32]byte, now time.Time) (FormUse, error) {
	n, err := tx.exec(`INSERT INTO form_marks (hash, expires) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING`,
		mark[:], formExpires(FormSlot(now)))
	return used(n, err)
}

// UseReportWork is [Tx.UseWork] for the work of a report, which begins a case: where that case is stored already it is
// FormUsed and takes no mark. One statement, because on PostgreSQL each question is a wait for all.
func (tx *Tx) UseReportWork(mark [32]byte, c id.Case, now time.Time) (FormUse, error) {
	n, err := tx.exec(tx.either(
		`INSERT INTO form_marks (hash, expires) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM cases WHERE id = ?3)
		   ON CONFLICT (hash) DO NOTHING`,
		`INSERT INTO form_marks (hash, expires) SELECT ?1::bytea, ?2::bigint WHERE NOT EXISTS (SELECT 1 FROM cases WHERE id = ?3)
		   ON CONFLICT (hash) DO NOTHING`), mark[:], formExpires(FormSlot(now)), c)
	return used(n, err)
}

// used says whether a mark was new, of how many rows its insert added.
func used(n int64, err error) (FormUse, error) {
	switch {
	case err != nil:
		return "", err
	case n == 0:
		return FormUsed, nil
	}
	return FormFresh, nil
}

// FormKnown reports whether a mark was used, without using it.
func (tx *Tx) FormKnown(mark [32]byte) (known bool, err error) {
	err = tx.one(`SELECT EXISTS (SELECT 1 FROM form_marks WHERE hash = ?1)`, []any{mark[:]}, &known)
	return known, err
}

// formExpires is the hour after which a form handed out in slot is refused for its age, and its mark can go.
func formExpires(slot int64) int64 {
	end := time.Unix((slot+1)*int64(slotLength/time.Second), 0)
	return hourAfter(end.Add(formLife + formSlack))
}

// ForgetFormMACs erases the MACs that are older than ten minutes.
func (tx *Tx) ForgetFormMACs(now time.Time) error {
	_, err := tx.exec(`UPDATE form_marks SET mac = NULL, mac_until = NULL WHERE mac_until <= ?1`, now.Unix())
	return err
}

// ForgetForms erases the marks and slot counts of forms that are too old to be sent.
func (tx *Tx) ForgetForms(now time.Time) error {
	if _, err := tx.exec(`DELETE FROM form_marks WHERE expires <= ?1`, now.Unix()); err != nil {
		return err
	}
	oldest := FormSlot(now.Add(-formLife - formSlack))
	_, err := tx.exec(`DELETE FROM form_slots WHERE slot < ?1`, oldest)
	return err
}

// PendingFile is a file received under a form that has not been sent. Manifest is sealed to the unit.
type PendingFile struct {
	Key      int64
	Blob     id.Blob
	Manifest []byte
	Size     int64     // of the ciphertext
	Expires  time.Time // stored as the next full hour
}

// AddPendingFile keeps a file under a form until it is claimed or expires.
func (tx *Tx) AddPendingFile(form [32]byte, f PendingFile) (key int64, err error) {
	if key, err = tx.newKey("pending_files"); err != nil {
		return 0, err
	}
	return key, tx.insert(`INSERT INTO pending_files (key, form, blob, manifest, size, expires)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6)`, key, form[:], f.Blob, f.Manifest, f.Size, hourAfter(f.Expires))
}

func (tx *Tx) pendingWhere(where string, arg any) ([]PendingFile, error) {
	return list(tx, `SELECT key, blob, manifest, size, expires FROM pending_files WHERE `+where+` ORDER BY key`,
		[]any{arg}, func(scan scanFunc) (f PendingFile, err error) {
			return f, scan(&f.Key, &f.Blob, &f.Manifest, &f.Size, seconds{&f.Expires})
		})
}

// PendingFiles lists the files of a form in the order in which they came.
func (tx *Tx) PendingFiles(form [32]byte) ([]PendingFile, error) {
	return tx.pendingWhere("form = ?1", form[:])
}

// RemovePendingFile forgets one file of a form, or is NotFound. The caller erases the blob.
func (tx *Tx) RemovePendingFile(form [32]byte, blob id.Blob) error {
	n, err := tx.exec(`DELETE FROM pending_files WHERE form = ?1 AND blob = ?2`, form[:], blob)
	return changed(n, err, errs.NotFound, "store.blob_absent")
}

// ClaimPendingFiles takes the files of a form for the report that is being committed; their rows go with it.
func (tx *Tx) ClaimPendingFiles(form [32]byte) ([]PendingFile, error) {
	files, err := tx.PendingFiles(form)
	if err != nil {
		return nil, err
	}
	_, err = tx.exec(`DELETE FROM pending_files WHERE form = ?1`, form[:])
	return files, err
}

// ExpiredPendingFiles lists the files that nobody claimed in time.
func (tx *Tx) ExpiredPendingFiles(now time.Time) ([]PendingFile, error) {
	return tx.pendingWhere("expires <= ?1", now.Unix())
}

// ForgetPendingFile removes the row of an expired file, before its blob is erased.
func (tx *Tx) ForgetPendingFile(key int64) error {
	_, err := tx.exec(`DELETE FROM pending_files WHERE key = ?1`, key)
	return err
}

// pendingBytes returns how many bytes wait under forms.
func (tx *Tx) pendingBytes() (n int64, err error) {
	err = tx.one(tx.either(`SELECT COALESCE(sum(size), 0) FROM pending_files`,
		`SELECT COALESCE(sum(size), 0)::bigint FROM pending_files`), nil, &n)
	return n, err
}
