package store

import (
	"time"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// Upload is a sealed file on its way, which no document has claimed. Arrived counts the bytes that are durable. SHA256
// and Chunks, as in [Blob], are set when all are.
type Upload struct {
	Key     int64
	ID      id.Blob
	Size    int64
	Arrived int64
	SHA256  [32]byte
	Chunks  [][32]byte
	Expires time.Time // stored as the next full hour
}

// Whole reports whether everything has arrived and was hashed.
func (u Upload) Whole() bool { return u.Arrived == u.Size }

// AddUpload begins an upload with nothing arrived.
func (tx *Tx) AddUpload(u Upload) error {
	key, err := tx.newKey("uploads")
	if err != nil {
		return err
	}
	return tx.insert(`INSERT INTO uploads (key, id, size, arrived, expires) VALUES (?1, ?2, ?3, 0, ?4)`,
		key, u.ID, u.Size, hourAfter(u.Expires))
}

func (tx *Tx) uploadsWhere(where string, arg any) ([]Upload, error) {
	return list(tx, `SELECT key, id, size, arrived, hash, chunks, expires FROM uploads WHERE `+where+` ORDER BY key`,
		[]any{arg}, func(scan scanFunc) (u Upload, err error) {
			var sum, chunks []byte
			if err = scan(&u.Key, &u.ID, &u.Size, &u.Arrived, &sum, &chunks, seconds{&u.Expires}); err != nil {
				return u, err
			}
			copy(u.SHA256[:], sum)
			u.Chunks, err = splitHashes(chunks)
			return u, err
		})
}

// Upload returns the upload of an id, or NotFound.
func (tx *Tx) Upload(blob id.Blob) (Upload, error) {
	found, err := tx.uploadsWhere("id = ?1", blob)
	if err != nil || len(found) == 1 {
		return append(found, Upload{})[0], err
	}
	return Upload{}, errs.New(errs.NotFound, "store.blob_absent", nil)
}

// GrowUpload notes that the bytes up to arrived, which is less than its size, are durable. NotFound when the upload is
// gone or does not stand at from.
func (tx *Tx) GrowUpload(blob id.Blob, from, arrived int64) error {
	n, err := tx.exec(`UPDATE uploads SET arrived = ?3 WHERE id = ?1 AND arrived = ?2 AND hash IS NULL`, blob, from, arrived)
	return changed(n, err, errs.NotFound, "store.blob_absent")
}

// CompleteUpload notes that all bytes of an upload are durable, and their hashes. NotFound as in [Tx.GrowUpload].
func (tx *Tx) CompleteUpload(u Upload, from int64) error {
	n, err := tx.exec(`UPDATE uploads SET arrived = size, hash = ?3, chunk_count = ?4, chunks = ?5 WHERE id = ?1 AND arrived = ?2 AND size = ?6 AND hash IS NULL`,
		u.ID, from, u.SHA256[:], int64(len(u.Chunks)), joinHashes(u.Chunks), u.Size)
	return changed(n, err, errs.NotFound, "store.blob_absent")
}

// ClaimUpload takes a whole upload for a document that is being committed; its row goes, and the caller adds the blob.
// NotFound when there is none.
func (tx *Tx) ClaimUpload(blob id.Blob) (Upload, error) {
	u, err := tx.Upload(blob)
	if err != nil {
		return u, err
	}
	if !u.Whole() {
		return u, errs.New(errs.NotFound, "store.blob_absent", nil)
	}
	return u, tx.ForgetUpload(blob)
}

// ForgetUpload removes the row of an upload, before its bytes are erased, or is NotFound.
func (tx *Tx) ForgetUpload(blob id.Blob) error {
	n, err := tx.exec(`DELETE FROM uploads WHERE id = ?1`, blob)
	return changed(n, err, errs.NotFound, "store.blob_absent")
}

// ExpiredUploads lists the uploads that nobody claimed in time.
func (tx *Tx) ExpiredUploads(now time.Time) ([]Upload, error) {
	return tx.uploadsWhere("expires <= ?1", now.Unix())
}

// Unclaimed is what belongs to no document yet. Held is the bytes of uploads, as far as they have come, and of the files
// of plain forms.
type Unclaimed struct{ Uploads, Held int64 }

// Unclaimed counts what belongs to no document yet.
func (tx *Tx) Unclaimed() (u Unclaimed, err error) {
	err = tx.one(tx.either(`SELECT count(*), COALESCE(sum(arrived), 0) FROM uploads`,
		`SELECT count(*), COALESCE(sum(arrived), 0)::bigint FROM uploads`), nil, &u.Uploads, &u.Held)
	if err != nil {
		return u, err
	}
	pending, err := tx.pendingBytes()
	u.Held += pending
	return u, err
}
