// Package ledger holds the rules of the two append-only logs: their names, when checkpoints and dummy leaves
// are due, which tree may follow which, and how tiles of the public log are named and cut.
//
// It is pure but for [Keeper], which keeps the last checkpoint in a file outside the database. It must never
// build or read the content of a leaf (package proof does), never sign anything, and never hand out a tile of
// the case log: its size and order tell who reported when.
package ledger

import (
	"clarion.example/clarion/internal/errs"
)

// Log names one of the two logs. The name is the last part of the log's origin line.
type Log string

// The logs. Tiles of the public log are open to everyone, those of the case log are not.
const (
	Public Log = "public" // keys, releases, articles, registry versions, certificates, figures, checkpoints of Cases
	Cases  Log = "cases"  // commitments to case events, with dummies between them
)

// Logs returns both logs in the order in which they are locked.
func Logs() []Log { return []Log{Cases, Public} }

// ParseLog reads the name of a log.
func ParseLog(s string) (Log, error) {
	switch l := Log(s); l {
	case Public, Cases:
		return l, nil
	default:
		return "", errs.New(errs.NotFound, "ledger.unknown_log", nil)
	}
}
