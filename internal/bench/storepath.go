package bench

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"clarion.example/clarion/internal/caselog"
	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// arrivals makes reports that were sealed already. Bodies are random bytes, prepared beforehand and shared; every
// id and key is fresh.
type arrivals struct {
	w          *world
	unit       id.Unit
	bodies     [][]byte
	recipients []string
	day        workday.Day
}

func (w *world) arrivals(size int) (*arrivals, error) {
	office, ok := w.Pack.Route("protected-documents", "donggang")
	if !ok {
		return nil, errors.New("the pack has no office for what the bench sends")
	}
	a := &arrivals{w: w, unit: office.ID, day: workday.DayOf(w.o.Now(), w.Pack.Zone)}
	for range 64 {
		body := make([]byte, size)
		rand.Read(body)
		a.bodies = append(a.bodies, body)
		a.recipients = append(a.recipients, seal.NewIdentity().Recipient().String())
	}
	return a, nil
}

// arrival is one report on its way into the database.
type arrival struct {
	c       cases.Case
	doc     store.Doc
	body    []byte
	mailbox store.Mailbox
	events  []cases.Event
	due     store.Due
	event   proof.Event
}

// next makes the n-th report. What it computes is what a server does for each: the hash, the rules, the clocks.
func (a *arrivals) next(n int) (*arrival, error) {
	r := &arrival{body: a.bodies[n%len(a.bodies)]}
	r.c = cases.Case{
		ID: id.NewCase(), Number: cases.NewNumber(a.w.Pack.Prefix), Unit: a.unit, Category: "protected-documents", Region: "donggang", Via: cases.ViaWeb,
		Lang: "zh-Hans", Contact: cases.Anonymous, Sealed: cases.SealedBrowser, Day: a.day, State: cases.Received,
	}
	r.doc = store.Doc{Chain: cases.FromReporter, Seq: 1, ID: id.NewDoc(), Kind: string(seal.KindReport), Unit: a.unit, Day: a.day, Hash: sha256.Sum256(r.body)}
	r.mailbox.Recipient = a.recipients[n%len(a.recipients)]
	rand.Read(r.mailbox.Auth[:])
	rand.Read(r.mailbox.Sign[:])
	act := cases.Act{Kind: cases.ActReceive, By: cases.Actor{Roles: []cases.Role{cases.System}}, Day: a.day, Doc: r.doc.ID}
	var err error
	if r.events, err = a.w.Machine.Apply(cases.Case{}, nil, act); err != nil {
		return nil, err
	}
	r.due = caselog.NextDue(a.w.Machine.Clocks(r.events, a.day))
	r.event = proof.Event{Kind: proof.EventReceived, Day: a.day.String(), Report: hex.EncodeToString(r.doc.Hash[:])}
	return r, nil
}

// add stores a report as an intake does: leaf, case with its first events, document, mailbox.
func (r *arrival) add(tx *store.Tx) error {
	leaf, err := caselog.Witness(tx, r.event)
	if err != nil {
		return err
	}
	events := make([]store.Event, len(r.events))
	for i, e := range r.events {
		events[i].Event = e
	}
	events[0].Leaf = leaf
	if r.c.Key, err = tx.AddCase(r.c, r.due, events...); err != nil {
		return err
	}
	r.doc.Case, r.mailbox.Case = r.c.Key, r.c.Key
	if _, err = tx.AddDoc(r.doc, r.body); err != nil {
		return err
	}
	r.mailbox.Key, err = tx.AddMailbox(r.mailbox)
	return err
}

// storing makes clients that each store one report after the other.
func (a *arrivals) storing(ctx context.Context, s *store.Store) func(int) (worker, error) {
	return func(client int) (worker, error) {
		n := client
		return worker{step: func() error {
			n++
			r, err := a.next(n)
			if err != nil {
				return err
			}
			return s.Write(ctx, r.add)
		}, close: func() {}}, nil
	}
}

// storeRow measures the part of a sealed report that the database costs, and returns how many were stored.
func (w *world) storeRow(ctx context.Context, r *Report, size int) (int, error) {
	name := fmt.Sprintf("sealed report, store path alone, %d goroutines", w.o.Clients)
	a, err := w.arrivals(size)
	if err != nil {
		return 0, err
	}
	l, err := drive(ctx, w.o.Clients, w.o.Span, a.storing(ctx, w.Store))
	if err != nil {
		r.fail(name, err)
		return 0, ctx.Err()
	}
	r.add(l.row(name, "/s", nil, "in this process: hash, rules, clocks, case, events, document, mailbox, leaf and nodes, durable commit; no HTTP, no proof of work, no acknowledgement"))
	r.add(Row{Name: "  CPU for each", Value: l.cpuEach(), Unit: "µs", Note: "of this whole process, the making of ids included. " + w.databaseNote()})
	return len(l.took), nil
}

func (w *world) databaseNote() string {
	if w.o.Database != "" {
		return "The processes of PostgreSQL are not in it"
	}
	return "SQLite is in it"
}
