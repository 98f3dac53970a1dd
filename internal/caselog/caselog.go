// Package caselog is what every change of a case does beside the change itself: a leaf in the case log, and the
// clock by which the queue orders the case. Public and staff use cases share it, so it must know nothing of
// either: no page, no person, no key.
package caselog

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/proof"
)

// Witness appends the leaf of an event to the case log, in the transaction of the event, and returns what opens
// it, to be kept with the event until the case is erased.
func Witness(tx *store.Tx, e proof.Event) (*store.Leaf, error) {
	o, leaf, err := proof.NewLeaf(e)
	if err != nil {
		return nil, err
	}
	index, err := tx.AppendLeaf(ledger.Cases, leaf)
	if err != nil {
		return nil, err
	}
	return &store.Leaf{Index: index, Random: o.Random, JSON: o.Event}, nil
}

// NextDue is the running clock that ends first; zero when none runs.
func NextDue(clocks []cases.Clock) store.Due {
	var due store.Due
	for _, c := range clocks {
		if (c.State == cases.Running || c.State == cases.Breached) && (due.Day.IsZero() || c.Due.Before(due.Day)) {
			due = store.Due{Clock: c.Kind, Day: c.Due}
		}
	}
	return due
}

// Bare strips the leaves from events, for the rules.
func Bare(rows []store.Event) []cases.Event {
	out := make([]cases.Event, len(rows))
	for i, r := range rows {
		out[i] = r.Event
	}
	return out
}
