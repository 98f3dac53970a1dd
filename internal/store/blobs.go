package store

import (
	"fmt"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// Direction says for whom an attachment is.
type Direction string

// The directions. Only Outward blobs are ever handed to a mailbox.
const (
	Inward  Direction = "in"     // from the reporter
	Outward Direction = "out"    // to the reporter
	Within  Direction = "inside" // for the unit alone
)

// Blob describes the ciphertext of an attachment; the bytes are kept by package blob. Size and SHA256 are of the
// ciphertext, Chunks holds the SHA-256 of each of its chunks.
type Blob struct {
	ID        id.Blob
	Case      int64 // set when read
	Doc       int64 // key of the document that holds the attachment's key
	Direction Direction
	Size      int64
	SHA256    [32]byte
	Chunks    [][32]byte
}

// AddBlob commits an attachment together with its document. Conflict when the blob belongs to a document.
func (tx *Tx) AddBlob(b Blob) error {
	key, err := tx.newKey("blobs")
	if err != nil {
		return err
	}
	return tx.insert(`INSERT INTO blobs (key, id, doc_key, direction, size, hash, chunk_count, chunks)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
		key, b.ID, b.Doc, string(b.Direction), b.Size, b.SHA256[:], int64(len(b.Chunks)), joinHashes(b.Chunks))
}

const blobQuery = `SELECT b.id, d.case_key, b.doc_key, b.direction, b.size, b.hash, b.chunks
	FROM blobs b JOIN docs d ON d.key = b.doc_key WHERE `

func scanBlob(scan scanFunc) (b Blob, err error) {
	var chunks []byte
	err = scan(&b.ID, &b.Case, &b.Doc, &b.Direction, &b.Size, (*hash)(&b.SHA256), &chunks)
	if err == nil {
		b.Chunks, err = splitHashes(chunks)
	}
	return b, err
}

// joinHashes is how hashes stand in a column, splitHashes reads them.
func joinHashes(hashes [][32]byte) []byte {
	b := make([]byte, 0, 32*len(hashes))
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}

func splitHashes(b []byte) (hashes [][32]byte, err error) {
	for ; len(b) >= 32; b = b[32:] {
		hashes = append(hashes, [32]byte(b))
	}
	if len(b) != 0 {
		err = fmt.Errorf("%w: chunk hashes of a blob", ErrDamaged)
	}
	return hashes, err
}

// Blob returns the attachment of an id, or NotFound.
func (tx *Tx) Blob(blob id.Blob) (Blob, error) {
	found, err := list(tx, blobQuery+`b.id = ?1`, []any{blob}, scanBlob)
	if err != nil || len(found) == 1 {
		return append(found, Blob{})[0], err
	}
	return Blob{}, errs.New(errs.NotFound, "store.blob_absent", nil)
}

// Blobs lists the attachments of a document.
func (tx *Tx) Blobs(docKey int64) ([]Blob, error) {
	return list(tx, blobQuery+`b.doc_key = ?1 ORDER BY b.key`, []any{docKey}, scanBlob)
}

// BlobKnown reports whether an attachment belongs to a document, waits under a form, or is an upload. The sweeper
// erases the others.
func (tx *Tx) BlobKnown(blob id.Blob) (known bool, err error) {
	err = tx.one(`SELECT EXISTS (SELECT 1 FROM blobs WHERE id = ?1) OR EXISTS (SELECT 1 FROM pending_files WHERE blob = ?1)
		OR EXISTS (SELECT 1 FROM uploads WHERE id = ?1)`,
		[]any{blob}, &known)
	return known, err
}
