package store

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
)

// LinkCase ties a case to an earlier one; a tie that it had is replaced.
func (tx *Tx) LinkCase(child, parent int64) error {
	if _, err := tx.exec(`DELETE FROM case_links WHERE child = ?1`, child); err != nil {
		return err
	}
	return tx.insert(`INSERT INTO case_links (child, parent) VALUES (?1, ?2)`, child, parent)
}

// UnlinkCase undoes the tie of a case to an earlier one. NotFound when it has none.
func (tx *Tx) UnlinkCase(child int64) error {
	n, err := tx.exec(`DELETE FROM case_links WHERE child = ?1`, child)
	return changed(n, err, errs.NotFound, "store.case_absent")
}

// ParentOf is the earlier case that a case is linked to, or NotFound.
func (tx *Tx) ParentOf(child int64) (cases.Case, error) {
	return tx.caseWhere("c.key = (SELECT parent FROM case_links WHERE child = ?1)", child)
}

// ChildrenOf are the cases that are linked to a case, in the order in which they came.
func (tx *Tx) ChildrenOf(parent int64) ([]cases.Case, error) {
	return list(tx, `SELECT `+caseColumns+` FROM case_links l JOIN cases c ON c.key = l.child WHERE l.parent = ?1 ORDER BY c.key`, []any{parent},
		func(scan scanFunc) (cases.Case, error) { return scanCase(scan) })
}
