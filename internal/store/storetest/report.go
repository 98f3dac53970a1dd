package storetest

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/ledger"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
)

// Report is everything that one submission stores. A test may change it before Add.
type Report struct {
	Case    cases.Case
	Due     store.Due
	Doc     store.Doc
	Body    []byte
	Mailbox store.Mailbox
	Kinds   []cases.EventKind // of the events behind "received"
}

// NewReport makes a report of an anonymous reporter with a sealed body of size random bytes, its keys and ids
// random. Two reports share nothing.
func NewReport(size int) *Report {
	day := workday.MustDay("2026-11-22")
	r := &Report{
		Case: cases.Case{ID: id.NewCase(), Number: "MH-" + strings.ToUpper(id.NewDoc().String()[:10]), Unit: "city",
			Category: "documents", Region: "north", Via: cases.ViaWeb, Lang: "zh-Hans", Contact: cases.Anonymous,
			Sealed: cases.SealedBrowser, Day: day, State: cases.Received},
		Due:   store.Due{Clock: cases.ClockFirst, Day: day.Add(7)},
		Doc:   store.Doc{Chain: cases.FromReporter, Seq: 1, ID: id.NewDoc(), Kind: "report", Unit: "city", Day: day},
		Body:  make([]byte, size),
		Kinds: []cases.EventKind{cases.EventClockStarted, cases.EventClockStarted},
	}
	rand.Read(r.Body)
	rand.Read(r.Mailbox.Auth[:])
	rand.Read(r.Mailbox.Sign[:])
	r.Mailbox.Recipient = "age1pq1" + strings.Repeat("q", 1952)
	r.Doc.Hash = sha256.Sum256(r.Body)
	return r
}

// Add stores the report as an intake does: leaf, case with its first events, document, mailbox. It sets the keys.
func (r *Report) Add(tx *store.Tx) (err error) {
	leaf := &store.Leaf{JSON: fmt.Appendf(nil, `{"v":1,"kind":"received","day":%q,"report":"%x"}`, r.Case.Day, r.Doc.Hash)}
	rand.Read(leaf.Random[:])
	leaf.Index, err = tx.AppendLeaf(ledger.Cases, LeafData(cases.EventReceived, leaf.Random, leaf.JSON))
	if err != nil {
		return err
	}
	events := []store.Event{{Leaf: leaf, Event: cases.Event{
		Kind: cases.EventReceived, Day: r.Case.Day, To: cases.Received, Doc: r.Doc.ID}}}
	for _, kind := range r.Kinds {
		events = append(events, store.Event{Event: cases.Event{Kind: kind, Day: r.Case.Day, Clock: r.Due.Clock, Due: r.Due.Day}})
	}
	if r.Case.Key, err = tx.AddCase(r.Case, r.Due, events...); err != nil {
		return err
	}
	r.Case.Version = int64(len(events))
	r.Doc.Case, r.Mailbox.Case = r.Case.Key, r.Case.Key
	if r.Doc.Key, err = tx.AddDoc(r.Doc, r.Body); err != nil {
		return err
	}
	r.Mailbox.Key, err = tx.AddMailbox(r.Mailbox)
	return err
}

func commitment(random [32]byte, event []byte) [32]byte {
	b := append([]byte("clarion/case-event/v1\n"), random[:]...)
	return sha256.Sum256(append(b, event...))
}
