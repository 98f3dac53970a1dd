package store

import (
	"bytes"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// CaseUnit is an office that reads a case beside the case's own.
type CaseUnit struct {
	Unit  id.Unit
	Since workday.Day
	Docs  int64 // how many documents it may have
	Lead  Lead
}

// Lead is how far an office that reads a case has come towards having it.
type Lead string

// The stages; "" for an office that reads and no more.
const (
	LeadOffered Lead = "offered" // it was asked to take the case over
	LeadTaken   Lead = "taken"   // it will
)

// SetLead notes how far an office has come. NotFound when it does not read the case.
func (tx *Tx) SetLead(caseKey int64, unit id.Unit, lead Lead) error {
	n, err := tx.exec(`UPDATE case_units SET lead = ?3 WHERE unit = ?1 AND case_key = ?2`, string(unit), caseKey, string(lead))
	return changed(n, err, errs.NotFound, "store.case_absent")
}

// PassCase makes a case another office's. The headers that this office was given stay: it reads with them. Nobody else reads the case any
// more. The caller adds the event.
func (tx *Tx) PassCase(c cases.Case, to id.Unit) error {
	if err := tx.Reroute(c.Key, to, c.Category, c.Region); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM case_units WHERE case_key = ?1`, c.Key); err != nil {
		return err
	}
	_, err := tx.exec(`DELETE FROM doc_headers WHERE unit <> ?1 AND doc_key IN (SELECT key FROM docs WHERE case_key = ?2)`, string(to), c.Key)
	return err
}

// JoinUnit lets an office read a case beside its own from a day on. One that does already keeps its day.
func (tx *Tx) JoinUnit(caseKey int64, unit id.Unit, since workday.Day) error {
	return tx.insert(`INSERT INTO case_units (unit, case_key, since) VALUES (?1, ?2, ?3) ON CONFLICT (unit, case_key) DO NOTHING`,
		string(unit), caseKey, since)
}

// LeaveUnit ends that, and takes away every header that the office was given. NotFound when it does not read the case.
func (tx *Tx) LeaveUnit(caseKey int64, unit id.Unit) error {
	n, err := tx.exec(`DELETE FROM case_units WHERE unit = ?1 AND case_key = ?2`, string(unit), caseKey)
	if err := changed(n, err, errs.NotFound, "store.case_absent"); err != nil {
		return err
	}
	_, err = tx.exec(`DELETE FROM doc_headers WHERE unit = ?1 AND doc_key IN (SELECT key FROM docs WHERE case_key = ?2)`, string(unit), caseKey)
	return err
}

// CaseUnits are the offices that read a case beside its own, by name.
func (tx *Tx) CaseUnits(caseKey int64) ([]CaseUnit, error) {
	return list(tx, `SELECT u.unit, u.since, u.lead, (SELECT COUNT(*) FROM doc_headers h JOIN docs d ON d.key = h.doc_key
			WHERE d.case_key = u.case_key AND h.unit = u.unit)
		FROM case_units u WHERE u.case_key = ?1 ORDER BY u.unit`, []any{caseKey},
		func(scan scanFunc) (u CaseUnit, err error) { return u, scan(&u.Unit, &u.Since, &u.Lead, &u.Docs) })
}

// CaseUnit is how an office reads a case beside its own, or NotFound.
func (tx *Tx) CaseUnit(caseKey int64, unit id.Unit) (CaseUnit, error) {
	all, err := tx.CaseUnits(caseKey)
	for _, u := range all {
		if u.Unit == unit {
			return u, nil
		}
	}
	if err == nil {
		err = errs.New(errs.NotFound, "store.case_absent", nil)
	}
	return CaseUnit{}, err
}

// GivenDocs are the documents of a case for which an office has a header of its own.
func (tx *Tx) GivenDocs(caseKey int64, unit id.Unit) ([]id.Doc, error) {
	return list(tx, `SELECT d.id FROM doc_headers h JOIN docs d ON d.key = h.doc_key WHERE d.case_key = ?1 AND h.unit = ?2 ORDER BY d.key`,
		[]any{caseKey, string(unit)}, func(scan scanFunc) (doc id.Doc, err error) { return doc, scan(&doc) })
}

// JoinedCase is a case of another office that an office reads, with the clock that runs out next.
type JoinedCase struct {
	cases.Case
	Since workday.Day
	Due   Due
	Lead  Lead
}

// JoinedCases are at most limit cases that an office reads beside their own, behind an internal key, in the order in which they came.
func (tx *Tx) JoinedCases(unit id.Unit, after int64, limit int) ([]JoinedCase, error) {
	return list(tx, `SELECT `+caseColumns+`, u.since, u.lead, q.due, q.clock FROM case_units u JOIN cases c ON c.key = u.case_key
		JOIN case_due q ON q.case_key = u.case_key WHERE u.unit = ?1 AND u.case_key > ?2 ORDER BY u.case_key LIMIT ?3`,
		[]any{string(unit), after, int64(limit)}, func(scan scanFunc) (j JoinedCase, err error) {
			var due string
			if j.Case, err = scanCase(scan, &j.Since, &j.Lead, &due, &j.Due.Clock); err == nil && due != noDue {
				err = j.Due.Day.UnmarshalText([]byte(due))
			}
			return j, err
		})
}

// AddHeader gives an office its own header for a document. The same again does nothing; another one replaces it, as it must when the
// office's key was replaced.
func (tx *Tx) AddHeader(docKey int64, unit id.Unit, header []byte) error {
	had, err := tx.Header(docKey, unit)
	if err == nil && bytes.Equal(had, header) {
		return nil
	}
	if err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if _, err := tx.exec(`DELETE FROM doc_headers WHERE doc_key = ?1 AND unit = ?2`, docKey, string(unit)); err != nil {
		return err
	}
	return tx.insert(`INSERT INTO doc_headers (doc_key, unit, header) VALUES (?1, ?2, ?3)`, docKey, string(unit), header)
}

// Header is the header that an office was given for a document, or NotFound.
func (tx *Tx) Header(docKey int64, unit id.Unit) (header []byte, err error) {
	err = tx.one(`SELECT header FROM doc_headers WHERE doc_key = ?1 AND unit = ?2`, []any{docKey, string(unit)}, &header)
	return header, absent(err, "store.doc_absent")
}
