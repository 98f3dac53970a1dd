package store

import (
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Entry is a call, letter or visit that a clerk is taking down. It is no case yet.
type Entry struct {
	Case    id.Case // which it will be
	Unit    id.Unit
	Member  id.Member
	Via     cases.Via
	Day     workday.Day
	Mark    [32]byte // of the pick-up number
	Leaf    Leaf     // of its opening
	Version int64    // of the draft, 0 for none
	Draft   []byte
}

const entryColumns = `case_id, unit, member, via, day, mark, leaf, random, witness, version, draft`

func scanEntry(scan scanFunc) (e Entry, err error) {
	return e, scan(&e.Case, &e.Unit, &e.Member, &e.Via, &e.Day, (*hash)(&e.Mark), &e.Leaf.Index, (*hash)(&e.Leaf.Random), &e.Leaf.JSON, &e.Version, &e.Draft)
}

// AddEntry opens an entry, without a draft. Conflict for a case id or a number that is known.
func (tx *Tx) AddEntry(e Entry) error {
	return tx.insert(`INSERT INTO entries (case_id, unit, member, via, day, mark, leaf, random, witness) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
		e.Case, string(e.Unit), string(e.Member), string(e.Via), e.Day, e.Mark[:], e.Leaf.Index, e.Leaf.Random[:], e.Leaf.JSON)
}

// Entry is an open entry of a member in a unit, or NotFound.
func (tx *Tx) Entry(unit id.Unit, member id.Member, c id.Case) (Entry, error) {
	found, err := list(tx, `SELECT `+entryColumns+` FROM entries WHERE case_id = ?1 AND unit = ?2 AND member = ?3`, []any{c, string(unit), string(member)}, scanEntry)
	if err == nil && len(found) == 0 {
		err = errs.New(errs.NotFound, "store.entry_absent", nil)
	}
	if err != nil {
		return Entry{}, err
	}
	return found[0], nil
}

// Entries are the open entries of a member in a unit, oldest first.
func (tx *Tx) Entries(unit id.Unit, member id.Member) ([]Entry, error) {
	return list(tx, `SELECT `+entryColumns+` FROM entries WHERE unit = ?1 AND member = ?2 ORDER BY leaf`, []any{string(unit), string(member)}, scanEntry)
}

// CountEntries is how many entries a member has open in a unit.
func (tx *Tx) CountEntries(unit id.Unit, member id.Member) (n int64, err error) {
	err = tx.one(`SELECT COUNT(*) FROM entries WHERE unit = ?1 AND member = ?2`, []any{string(unit), string(member)}, &n)
	return n, err
}

// KeepDraft stores the draft that takes the place of the one before it: its version is one more, 1 for the first. Conflict when another
// came first, or the entry is gone.
func (tx *Tx) KeepDraft(unit id.Unit, member id.Member, c id.Case, version int64, draft []byte) error {
	n, err := tx.exec(`UPDATE entries SET version = ?4, draft = ?5 WHERE case_id = ?1 AND unit = ?2 AND member = ?3 AND version = ?4 - 1`,
		c, string(unit), string(member), version, draft)
	return changed(n, err, errs.Conflict, "store.entry_moved")
}

// DropEntry ends an entry and forgets its draft. NotFound when it is gone.
func (tx *Tx) DropEntry(c id.Case) error {
	n, err := tx.exec(`DELETE FROM entries WHERE case_id = ?1`, c)
	return changed(n, err, errs.NotFound, "store.entry_absent")
}

// DropEntries ends the entries that were opened before a day, and tells how many there were.
func (tx *Tx) DropEntries(before workday.Day) (int64, error) {
	return tx.exec(`DELETE FROM entries WHERE day < ?1`, before)
}

// Opened keeps the leaf of an entry with the case that came of it.
func (tx *Tx) Opened(caseKey int64, e Entry) error {
	return tx.insert(`INSERT INTO case_opened (case_key, day, leaf, random, witness) VALUES (?1, ?2, ?3, ?4, ?5)`, caseKey, e.Day, e.Leaf.Index, e.Leaf.Random[:], e.Leaf.JSON)
}

// OpenedLeaf is the leaf that was written when the entry of a case was opened, and its day; nil for a report that came by itself.
func (tx *Tx) OpenedLeaf(caseKey int64) (leaf *Leaf, day workday.Day, err error) {
	leaf = &Leaf{}
	err = tx.one(`SELECT day, leaf, random, witness FROM case_opened WHERE case_key = ?1`, []any{caseKey}, &day, &leaf.Index, (*hash)(&leaf.Random), &leaf.JSON)
	if errs.Is(absent(err, "store.entry_absent"), errs.NotFound) {
		return nil, workday.Day{}, nil
	}
	return leaf, day, err
}

// EmptyCall is a call that was none.
type EmptyCall string

// The kinds. A dropped call ended before there was anything to take down.
const (
	CallWrong   EmptyCall = "wrong"
	CallSilent  EmptyCall = "silent"
	CallAbusive EmptyCall = "abusive"
	CallDropped EmptyCall = "dropped"
)

// EmptyCalls lists the kinds.
func EmptyCalls() []EmptyCall { return []EmptyCall{CallWrong, CallSilent, CallAbusive, CallDropped} }

// CountCall counts a call that was none.
func (tx *Tx) CountCall(unit id.Unit, day workday.Day, kind EmptyCall) error {
	return tx.insert(`INSERT INTO empty_calls (unit, day, kind, n) VALUES (?1, ?2, ?3, 1) ON CONFLICT (unit, day, kind) DO UPDATE SET n = empty_calls.n + 1`,
		string(unit), day, string(kind))
}

// CountedCalls are the calls of a day that were none, by kind.
func (tx *Tx) CountedCalls(unit id.Unit, day workday.Day) (map[EmptyCall]int64, error) {
	type count struct {
		kind EmptyCall
		n    int64
	}
	found, err := list(tx, `SELECT kind, n FROM empty_calls WHERE unit = ?1 AND day = ?2`, []any{string(unit), day}, func(scan scanFunc) (c count, err error) {
		return c, scan(&c.kind, &c.n)
	})
	out := map[EmptyCall]int64{}
	for _, c := range found {
		out[c.kind] = c.n
	}
	return out, err
}
