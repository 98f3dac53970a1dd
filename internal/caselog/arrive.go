package caselog

import (
	"encoding/hex"
	"errors"
	"time"

	"clarion.example/clarion/internal/cases"
	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/store"
	"clarion.example/clarion/internal/workday"
	"clarion.example/clarion/proof"
	"clarion.example/clarion/seal"
)

// Arriving is what the server knows of a sealed report that comes in, over the web or from a clerk.
type Arriving struct {
	Case     cases.Case // routing fields, id and way in; the rest is set by [Arriving.Prepare]
	Doc      id.Doc
	Mailbox  *store.Mailbox  // nil for somebody who has no code yet
	Identity *store.Identity // nil for none
	Claim    *[32]byte       // nil for none
	Files    []string        // hex SHA-256 of each sealed attachment
}

// Arrival is a report ready to be stored.
type Arrival struct {
	Arriving
	Received proof.Event
	Leaf     *store.Leaf // set by [Arrival.Add]
	doc      store.Doc
	body     []byte
	events   []cases.Event
	due      store.Due
	dangerAt time.Time
}

// CheckSealed refuses bytes that cannot be a report sealed to one office: Invalid "intake.not_sealed".
func CheckSealed(sealed []byte) error {
	n, err := seal.CheckHeader(sealed, 1)
	if err != nil || n != 1 || len(sealed) > seal.MaxSealed || int64(len(sealed)) < seal.SealedSize(seal.FloorReport, 1) {
		return errs.Wrap(errs.Invalid, "intake.not_sealed", nil, err)
	}
	return nil
}

// Prepare makes the rows, events and leaf that stand beside the sealed bytes. prefix begins the case's number.
func (in Arriving) Prepare(m cases.Machine, prefix string, day workday.Day, now time.Time, sealed []byte) (*Arrival, error) {
	r := &Arrival{Arriving: in, body: sealed}
	r.Case.Number, r.Case.Day, r.Case.State = cases.NewNumber(prefix), day, cases.Received
	hash := seal.SealedHash(sealed)
	r.doc = store.Doc{Chain: cases.FromReporter, Seq: 1, ID: in.Doc, Kind: string(seal.KindReport), Unit: in.Case.Unit, Day: day}
	b, err := hex.DecodeString(hash)
	if err != nil || len(b) != len(r.doc.Hash) {
		return nil, errors.New("caselog: not a SHA-256")
	}
	r.doc.Hash = [32]byte(b)
	act := cases.Act{Kind: cases.ActReceive, By: cases.Actor{Roles: []cases.Role{cases.System}}, Day: day, Doc: in.Doc}
	if r.events, err = m.Apply(cases.Case{}, nil, act); err != nil {
		return nil, err
	}
	r.due = NextDue(m.Clocks(r.events, day))
	r.Received = proof.Event{Kind: proof.EventReceived, Day: day.String(), Report: hash, Files: in.Files}
	if in.Case.Danger {
		r.dangerAt = now
	}
	return r, nil
}

// Add stores the report with its leaf. claim takes the files for the document with that key.
func (r *Arrival) Add(tx *store.Tx, claim func(tx *store.Tx, doc int64) error) (key int64, err error) {
	if r.Leaf, err = Witness(tx, r.Received); err != nil {
		return 0, err
	}
	events := make([]store.Event, len(r.events))
	for i, e := range r.events {
		events[i].Event = e
	}
	events[0].Leaf = r.Leaf
	if key, err = tx.AddCase(r.Case, r.due, events...); err != nil {
		return 0, err
	}
	r.doc.Case = key
	doc, err := tx.AddDoc(r.doc, r.body)
	if err != nil {
		return 0, err
	}
	if err := claim(tx, doc); err != nil {
		return 0, err
	}
	if err := r.addPerson(tx, key); err != nil {
		return 0, err
	}
	if !r.dangerAt.IsZero() {
		err = tx.RaiseDanger(key, r.dangerAt)
	}
	return key, err
}

// addPerson stores what the reporter gave of themselves, and the mailbox.
func (r *Arrival) addPerson(tx *store.Tx, key int64) error {
	if r.Identity != nil {
		if err := tx.AddIdentity(key, *r.Identity); err != nil {
			return err
		}
	}
	if r.Mailbox == nil {
		return nil
	}
	m := *r.Mailbox
	m.Case = key
	mailbox, err := tx.AddMailbox(m)
	if err == nil && r.Claim != nil {
		err = tx.AddClaimKey(mailbox, *r.Claim)
	}
	return err
}
