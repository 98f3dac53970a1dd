package ledger

import (
	"fmt"

	"clarion.example/clarion/internal/errs"
	"golang.org/x/mod/sumdb/tlog"
)

// Point is the state of a log at one size.
type Point struct {
	Log  Log
	Size int64
	Root tlog.Hash
}

// SmallerError says that a log has fewer leaves than its last checkpoint: it was rolled back.
type SmallerError struct {
	Log       Log
	Have, Had int64
}

func (e *SmallerError) Error() string {
	return fmt.Sprintf("ledger: log %s has %d leaves and a signed checkpoint of %d", e.Log, e.Have, e.Had)
}

// InconsistentError says that a log does not continue its last checkpoint: something before it was changed.
type InconsistentError struct {
	Log  Log
	Size int64 // of the last checkpoint
}

func (e *InconsistentError) Error() string {
	return fmt.Sprintf("ledger: log %s is not a continuation of its checkpoint of %d leaves", e.Log, e.Size)
}

// Advance computes the point of a log with size leaves, read through r, and refuses one that does not continue
// last, the point of the last checkpoint that was kept outside the database (the zero size for none). Nothing
// may be signed after an error: it is of kind Conflict, key "ledger.rolled_back" or "ledger.inconsistent", with
// a [SmallerError] or [InconsistentError] as its cause.
func Advance(last Point, size int64, r tlog.HashReader) (Point, error) {
	if size < last.Size {
		return Point{}, errs.Wrap(errs.Conflict, "ledger.rolled_back",
			errs.Args{"Have": size, "Had": last.Size}, &SmallerError{last.Log, size, last.Size})
	}
	now := Point{Log: last.Log, Size: size}
	var err error
	if now.Root, err = tlog.TreeHash(size, r); err != nil {
		return Point{}, fmt.Errorf("hashing log %s: %w", last.Log, err)
	}
	if last.Size == 0 {
		return now, nil
	}
	proof, err := tlog.ProveTree(size, last.Size, r)
	if err != nil {
		return Point{}, fmt.Errorf("proving log %s: %w", last.Log, err)
	}
	if tlog.CheckTree(proof, size, now.Root, last.Size, last.Root) != nil {
		return Point{}, errs.Wrap(errs.Conflict, "ledger.inconsistent",
			errs.Args{"Size": last.Size}, &InconsistentError{last.Log, last.Size})
	}
	return now, nil
}
