package store

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
)

// Event is an event of a case and the leaf that witnesses it, if it has one. Events are only ever added.
type Event struct {
	cases.Event
	Leaf *Leaf
}

// Leaf is where in the case log an event is witnessed, and what opens the leaf's commitment: the random bytes
// and the exact JSON that were hashed. They go when the case is erased.
type Leaf struct {
	Index  int64
	Random [32]byte
	JSON   []byte
}

const eventWidth = 16

// insertEvents adds events to a case, numbered from seq.
func (tx *Tx) insertEvents(caseKey, seq int64, events []Event) error {
	if len(events) == 0 {
		return nil
	}
	args := make([]any, 0, len(events)*eventWidth)
	for i, e := range events {
		var leaf, random, witness, doc any
		if e.Leaf != nil {
			leaf, random, witness = e.Leaf.Index, e.Leaf.Random[:], e.Leaf.JSON
		}
		if !e.Doc.IsZero() {
			doc = e.Doc.String()
		}
		args = append(args, caseKey, seq+int64(i), string(e.Kind), e.Day, unix(e.At), optional(e.Member), optional(e.From),
			optional(e.To), optional(e.Code), doc, optional(e.Clock), optional(e.Due.String()), leaf, random, witness, optional(e.For))
	}
	return tx.insert(tx.sess.insert(`INSERT INTO case_events (case_key, seq, kind, day, at, member, from_state, to_state,
		code, doc, clock, due, leaf, random, witness, stands_for) VALUES `, len(events), eventWidth), args...)
}

// AddEvents adds events to a case that is still at the version which the caller saw, moves the case to the last
// To that is set, and returns the new version. Seq is given here. Conflict when the case has moved on.
func (tx *Tx) AddEvents(caseKey, version int64, events ...Event) (int64, error) {
	var to cases.State
	for _, e := range events {
		if e.To != "" {
			to = e.To
		}
	}
	next := version + int64(len(events))
	n, err := tx.exec(`UPDATE cases SET version = ?3, state = CASE WHEN ?4 = '' THEN state ELSE ?4 END
		WHERE key = ?1 AND version = ?2`, caseKey, version, next, string(to))
	if err := changed(n, err, errs.Conflict, "store.case_moved"); err != nil {
		return 0, err
	}
	if to != "" {
		if _, err := tx.exec(`UPDATE case_due SET state = ?2 WHERE case_key = ?1 AND state <> ?2`, caseKey, string(to)); err != nil {
			return 0, err
		}
	}
	if err := tx.followEvents(caseKey, events); err != nil {
		return 0, err
	}
	return next, tx.insertEvents(caseKey, version+1, events)
}

// followEvents keeps in the queue what follows from events: who has the case ([cases.AssignedTo]), and whether the reporter
// wrote after the last act of staff. Clocks follow acts and are none.
func (tx *Tx) followEvents(caseKey int64, events []Event) error {
	var handler, letter any
	for _, e := range events {
		switch {
		case e.Kind == cases.EventAssigned:
			handler = string(e.Member)
		case e.Kind == cases.EventReopened, e.Kind == cases.EventLeadPassed:
			handler = ""
		default:
		}
		if err := tx.followAside(caseKey, e.Event); err != nil {
			return err
		}
		switch {
		case e.Kind.IsLetter():
			letter = int64(1)
		case e.Member != "" && readsLetters(e.Kind):
			letter = int64(0)
		default:
		}
	}
	if handler != nil {
		if _, err := tx.exec(`UPDATE case_due SET handler = ?2 WHERE case_key = ?1 AND handler <> ?2`, caseKey, handler); err != nil {
			return err
		}
	}
	if letter != nil {
		if _, err := tx.exec(`UPDATE case_due SET letter = ?2 WHERE case_key = ?1 AND letter <> ?2`, caseKey, letter); err != nil {
			return err
		}
	}
	return nil
}

// readsLetters reports whether an act of this kind leads somebody past what the reporter wrote. The inspector reads no letters, and who
// takes no part none of this case; that another office reads it answers nobody.
func readsLetters(k cases.EventKind) bool {
	switch k {
	case cases.EventLooked, cases.EventSteppedAside, cases.EventReadmitted, cases.EventOfficeJoined, cases.EventOfficeLeft,
		cases.EventLeadOffered, cases.EventLeadTaken, cases.EventLeadKept, cases.EventLeadPassed:
		return false
	default:
		return !k.IsClock()
	}
}

// Events lists what happened to a case, in order.
func (tx *Tx) Events(caseKey int64) ([]Event, error) {
	return list(tx, `SELECT seq, kind, day, at, member, from_state, to_state, code, doc, clock, due, leaf, random, witness, stands_for
		FROM case_events WHERE case_key = ?1 ORDER BY seq`, []any{caseKey}, scanEvent)
}

func scanEvent(scan scanFunc) (e Event, err error) {
	var doc string
	var leaf *int64
	var random, witness []byte
	err = scan(&e.Seq, &e.Kind, &e.Day, seconds{&e.At}, text[id.Member]{&e.Member},
		text[cases.State]{&e.From}, text[cases.State]{&e.To}, text[cases.Code]{&e.Code}, text[string]{&doc},
		text[cases.ClockKind]{&e.Clock}, &e.Due, &leaf, &random, &witness, text[id.Member]{&e.For})
	if err != nil {
		return e, err
	}
	if doc != "" {
		if err := e.Doc.UnmarshalText([]byte(doc)); err != nil {
			return e, err
		}
	}
	if leaf != nil && len(random) == 32 {
		e.Leaf = &Leaf{Index: *leaf, Random: [32]byte(random), JSON: witness}
	}
	return e, nil
}
