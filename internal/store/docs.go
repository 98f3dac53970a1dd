package store

import (
	"database/sql"
	"errors"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Doc is what the server knows about a sealed document. Hash is the SHA-256 of the sealed bytes; Prev is that of
// the document before it in its chain, zero for the first.
type Doc struct {
	Key   int64
	Case  int64
	Chain cases.Chain
	Seq   int64 // 1, 2, 3… in its chain
	ID    id.Doc
	Kind  string // a kind of document of package seal
	Unit  id.Unit
	Day   workday.Day
	Hash  [32]byte
	Prev  [32]byte
	Size  int64
}

// AddDoc stores a document and its sealed body as the next of its chain and returns its key. Size is taken from
// body; that Hash is its SHA-256 is the caller's word. Conflict with key "store.doc_order" when Seq or Prev do not
// continue the chain, "store.exists" when the id, or the place in the chain, is taken in this case.
func (tx *Tx) AddDoc(d Doc, body []byte) (key int64, err error) {
	var prev any
	if d.Seq != 1 {
		if err := tx.checkPrev(d); err != nil {
			return 0, err
		}
		prev = d.Prev[:]
	} else if d.Prev != [32]byte{} {
		return 0, errs.New(errs.Conflict, "store.doc_order", nil)
	}
	if key, err = tx.newKey("docs"); err != nil {
		return 0, err
	}
	err = tx.insert(`INSERT INTO docs (key, case_key, chain, seq, id, kind, unit, day, hash, prev, size)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)`,
		key, d.Case, string(d.Chain), d.Seq, d.ID, d.Kind, string(d.Unit), d.Day, d.Hash[:], prev, int64(len(body)))
	if err != nil {
		return 0, err
	}
	return key, tx.insert(`INSERT INTO doc_bodies (doc_key, body) VALUES (?1, ?2)`, key, body)
}

func (tx *Tx) checkPrev(d Doc) error {
	var seq int64
	var last hash
	err := tx.one(`SELECT seq, hash FROM docs WHERE case_key = ?1 AND chain = ?2 ORDER BY seq DESC LIMIT 1`,
		[]any{d.Case, string(d.Chain)}, &seq, &last)
	if errors.Is(err, sql.ErrNoRows) || err == nil && (d.Seq != seq+1 || d.Prev != last) {
		return errs.New(errs.Conflict, "store.doc_order", nil)
	}
	return err
}

const docColumns = `d.key, d.case_key, d.chain, d.seq, d.id, d.kind, d.unit, d.day, d.hash, d.prev, d.size`

func scanDoc(scan scanFunc, more ...any) (d Doc, err error) {
	var prev []byte
	err = scan(append([]any{&d.Key, &d.Case, &d.Chain, &d.Seq, &d.ID, &d.Kind, &d.Unit, &d.Day, (*hash)(&d.Hash), &prev,
		&d.Size}, more...)...)
	copy(d.Prev[:], prev)
	return d, err
}

// Docs lists a chain of a case in order.
func (tx *Tx) Docs(caseKey int64, chain cases.Chain) ([]Doc, error) {
	return list(tx, `SELECT `+docColumns+` FROM docs d WHERE d.case_key = ?1 AND d.chain = ?2 ORDER BY d.seq`,
		[]any{caseKey, string(chain)}, func(scan scanFunc) (Doc, error) { return scanDoc(scan) })
}

// Doc returns the document of an id in a case, or NotFound.
func (tx *Tx) Doc(caseKey int64, doc id.Doc) (d Doc, err error) {
	err = tx.each(`SELECT `+docColumns+` FROM docs d WHERE d.case_key = ?1 AND d.id = ?2`, []any{caseKey, doc}, func(scan scanFunc) (err error) {
		d, err = scanDoc(scan)
		return err
	})
	if err == nil && d.Key == 0 {
		err = errs.New(errs.NotFound, "store.doc_absent", nil)
	}
	return d, err
}

// DocBody returns the sealed bytes of a document.
func (tx *Tx) DocBody(docKey int64) (body []byte, err error) {
	err = tx.one(`SELECT body FROM doc_bodies WHERE doc_key = ?1`, []any{docKey}, &body)
	return body, absent(err, "store.doc_absent")
}
