package store

import (
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// What a page of the queue shows beside [Queued] is read for all its cases together.

func keyArgs(keys []int64) []any {
	args := make([]any, len(keys))
	for i, k := range keys {
		args[i] = k
	}
	return args
}

// EventsOf lists the events of some cases by their keys, each case's in order, without leaves.
func (tx *Tx) EventsOf(keys []int64) (map[int64][]cases.Event, error) {
	out := map[int64][]cases.Event{}
	if len(keys) == 0 {
		return out, nil
	}
	err := tx.each(`SELECT case_key, seq, kind, day, at, member, from_state, to_state, code, clock, due, stands_for FROM case_events
		WHERE case_key IN (`+marks(1, len(keys))+`) ORDER BY case_key, seq`, keyArgs(keys), func(scan scanFunc) error {
		var key int64
		var e cases.Event
		err := scan(&key, &e.Seq, &e.Kind, &e.Day, seconds{&e.At}, text[id.Member]{&e.Member}, text[cases.State]{&e.From},
			text[cases.State]{&e.To}, text[cases.Code]{&e.Code}, text[cases.ClockKind]{&e.Clock}, &e.Due, text[id.Member]{&e.For})
		out[key] = append(out[key], e)
		return err
	})
	return out, err
}

// RaisedOf gives the minutes of the open dangers among some cases.
func (tx *Tx) RaisedOf(keys []int64) (map[int64]time.Time, error) {
	out := map[int64]time.Time{}
	if len(keys) == 0 {
		return out, nil
	}
	err := tx.each(`SELECT case_key, at FROM danger WHERE case_key IN (`+marks(1, len(keys))+`)`, keyArgs(keys), func(scan scanFunc) error {
		var d Danger
		err := scan(&d.Case, seconds{&d.At})
		out[d.Case] = d.At
		return err
	})
	return out, err
}

// OpenProposalsOf gives the proposals that wait among some cases, without votes.
func (tx *Tx) OpenProposalsOf(keys []int64) (map[int64]Proposal, error) {
	out := map[int64]Proposal{}
	if len(keys) == 0 {
		return out, nil
	}
	err := tx.each(`SELECT key, case_key, kind, code, proposer FROM proposals WHERE state = 'open' AND case_key IN (`+
		marks(1, len(keys))+`)`, keyArgs(keys), func(scan scanFunc) error {
		p := Proposal{State: ProposalOpen}
		err := scan(&p.Key, &p.Case, &p.Kind, &p.Code, &p.Proposer)
		out[p.Case] = p
		return err
	})
	return out, err
}

// TitledAmong says which of some cases have a working title.
func (tx *Tx) TitledAmong(keys []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	if len(keys) == 0 {
		return out, nil
	}
	err := tx.each(`SELECT DISTINCT case_key FROM docs WHERE chain = 'inside' AND kind = 'title' AND case_key IN (`+
		marks(1, len(keys))+`)`, keyArgs(keys), func(scan scanFunc) error {
		var key int64
		err := scan(&key)
		out[key] = true
		return err
	})
	return out, err
}

// HandlerOf is who has a case, "" for nobody; NotFound when it is gone.
func (tx *Tx) HandlerOf(caseKey int64) (handler id.Member, err error) {
	err = tx.one(`SELECT handler FROM case_due WHERE case_key = ?1`, []any{caseKey}, &handler)
	return handler, absent(err, "store.case_absent")
}

// Text is a working title or a note inside a unit: ciphertext, and where it belongs. Key orders them.
type Text struct {
	Key    int64
	Number string
	Case   id.Case
	Unit   id.Unit // that has the case now
	Holder id.Member
	Kind   string
	Doc    id.Doc
	Day    workday.Day
	Old    bool // a title that another has replaced
	Sealed []byte
}

const (
	textColumns = `d.key, c.number, c.id, q.unit, q.handler, d.kind, d.id, d.day`
	textJoin    = ` FROM docs d CROSS JOIN case_due q CROSS JOIN cases c WHERE q.case_key = d.case_key AND c.key = d.case_key `
)

func scanText(scan scanFunc, more ...any) (t Text, err error) {
	return t, scan(append([]any{&t.Key, &t.Number, &t.Case, &t.Unit, &t.Holder, &t.Kind, &t.Doc, &t.Day}, more...)...)
}

// Titles gives the newest working title of those of some cases of a unit that have one. handlers narrows to cases that
// one of them has, unless there are none.
func (tx *Tx) Titles(unit id.Unit, handlers []id.Member, numbers []string) ([]Text, error) {
	if len(numbers) == 0 {
		return nil, nil
	}
	args := []any{string(unit)}
	for _, n := range numbers {
		args = append(args, n)
	}
	theirs := ``
	if len(handlers) > 0 {
		theirs = ` AND q.handler IN (` + marks(len(args)+1, len(handlers)) + `)`
		for _, h := range handlers {
			args = append(args, string(h))
		}
	}
	return list(tx, `SELECT `+textColumns+`, b.body FROM cases c CROSS JOIN case_due q CROSS JOIN docs d CROSS JOIN doc_bodies b
		WHERE c.number IN (`+marks(2, len(numbers))+`) AND q.case_key = c.key AND q.unit = ?1`+theirs+`
		AND d.case_key = c.key AND d.unit = q.unit AND d.chain = 'inside' AND d.seq = (SELECT max(n.seq) FROM docs n WHERE n.case_key = c.key
		AND n.chain = 'inside' AND n.kind = 'title') AND b.doc_key = d.key ORDER BY d.key`, args,
		func(scan scanFunc) (t Text, err error) {
			var body []byte
			t, err = scanText(scan, &body)
			t.Sealed = body
			return t, err
		})
}

// Texts walks the titles and notes of a unit's cases behind a key, without their bodies: at most n, or fewer where much of what
// it looked at is other units'. handlers narrows to cases that one of them has, unless there are none. last is where to go on, more
// whether there may be anything.
func (tx *Tx) Texts(unit id.Unit, handlers []id.Member, after int64, n int) (found []Text, last int64, more bool, err error) {
	const look = 2000
	if len(handlers) > 0 {
		args := []any{string(unit), after, int64(n)}
		for _, h := range handlers {
			args = append(args, string(h))
		}
		found, err = list(tx, `SELECT `+textColumns+` FROM case_due q CROSS JOIN docs d CROSS JOIN cases c WHERE q.unit = ?1
			AND q.handler IN (`+marks(4, len(handlers))+`)
			AND q.handler <> '' AND d.case_key = q.case_key AND c.key = q.case_key AND d.kind IN ('note', 'title') AND d.unit = q.unit AND d.key > ?2
			ORDER BY d.key LIMIT ?3`, args, func(scan scanFunc) (Text, error) { return scanText(scan) })
		if last = after; len(found) > 0 {
			last = found[len(found)-1].Key
		}
		return found, last, len(found) == n, err
	}
	part, err := list(tx, `SELECT `+textColumns+textJoin+`AND d.kind IN ('note', 'title') AND d.unit = q.unit AND d.key > ?1 ORDER BY d.key LIMIT ?2`,
		[]any{after, int64(look)}, func(scan scanFunc) (Text, error) { return scanText(scan) })
	last, more = after, len(part) == look
	for i, t := range part {
		if last = t.Key; t.Unit != unit {
			continue
		}
		if found = append(found, t); len(found) == n {
			return found, last, more || i < len(part)-1, err
		}
	}
	return found, last, more, err
}

// ReadTexts adds the bodies, and marks titles that another has replaced.
func (tx *Tx) ReadTexts(texts []Text) error {
	if len(texts) == 0 {
		return nil
	}
	at := map[int64]int{}
	keys := make([]int64, len(texts))
	for i, t := range texts {
		keys[i], at[t.Key] = t.Key, i
	}
	return tx.each(`SELECT d.key, b.body, EXISTS (SELECT 1 FROM docs n WHERE n.case_key = d.case_key AND n.chain = 'inside'
		AND n.kind = 'title' AND d.kind = 'title' AND n.seq > d.seq) FROM docs d JOIN doc_bodies b ON b.doc_key = d.key
		WHERE d.key IN (`+marks(1, len(keys))+`)`, keyArgs(keys), func(scan scanFunc) error {
		var key int64
		var body []byte
		var old bool
		err := scan(&key, &body, &old)
		texts[at[key]].Sealed, texts[at[key]].Old = body, old
		return err
	})
}

// CountHandOut adds to the number of documents that a member was handed in an hour and returns it as it was before. Hours that
// are two days past are forgotten.
func (tx *Tx) CountHandOut(member id.Member, at time.Time, n int) (before int, err error) {
	if _, err := tx.exec(`DELETE FROM handouts WHERE member = ?1 AND hour < ?2`, string(member), hour(at.Add(-48*time.Hour))); err != nil {
		return 0, err
	}
	var sum int64
	err = tx.one(`SELECT COALESCE(sum(n), 0) FROM handouts WHERE member = ?1 AND hour = ?2`, []any{string(member), hour(at)}, &sum)
	if err != nil {
		return 0, err
	}
	_, err = tx.exec(`INSERT INTO handouts (member, hour, n) VALUES (?1, ?2, ?3)
		ON CONFLICT (member, hour) DO UPDATE SET n = handouts.n + excluded.n`, string(member), hour(at), int64(n))
	return int(sum), err
}
