// Package cases holds the rules of handling a case: what a case is, its states, who may move it, its clocks
// and guards. DESIGN.md of the programme and the tables of docs/spec/cases.md are its specification.
//
// It is pure: no SQL, no HTTP, no clock, no keys. It never sees the content of a report.
package cases

import (
	"time"

	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Via is how a report came in.
type Via string

// The ways in. There is no chat: a chat platform reads every message.
const (
	ViaWeb          Via = "web"
	ViaPhone        Via = "phone"
	ViaLetter       Via = "letter"
	ViaVisit        Via = "visit"
	ViaEmail        Via = "email"
	ViaAuthority    Via = "authority"
	ViaOrganisation Via = "organisation"
	ViaOther        Via = "other"
)

// Contact is the level of contact that the reporter chose.
type Contact string

// Anonymous has no identity; confidential has one in the vault; named may also be called.
const (
	Anonymous    Contact = "anonymous"
	Confidential Contact = "confidential"
	Named        Contact = "named"
)

// SealedAt says where a report was sealed. Only Browser and Terminal mean that the server never saw it.
type SealedAt string

// The places of sealing.
const (
	SealedBrowser  SealedAt = "browser"
	SealedTerminal SealedAt = "terminal"
	SealedServer   SealedAt = "server"
	SealedMail     SealedAt = "mail"
)

// Chain is one of the three sequences of documents of a case. Each document names the hash of the sealed
// bytes of the one before it in its chain.
type Chain string

// The three chains.
const (
	FromReporter Chain = "reporter" // reporter to unit
	FromUnit     Chain = "unit"     // unit to reporter
	Inside       Chain = "inside"   // inside the unit
)

// Case is what the server may know about a case: the routing fields, never a word of content. Number is what
// people call it, such as MH-7Q4K-2RD9-3F; it is random.
type Case struct {
	Key      int64 // sequential, inside the database only
	ID       id.Case
	Number   string
	Unit     id.Unit
	Category id.Category
	Region   id.Region // "" is "rather not say"
	Via      Via
	Lang     string // BCP 47 tag that replies should use
	Danger   bool
	Contact  Contact
	Wish     bool // wants a reward if one is due
	Sealed   SealedAt
	Day      workday.Day // received on
	State    State
	Version  int64 // counts events; a change names the version it saw
}

// Event is one thing that happened to a case. Events are only ever added. A reporter's event has a zero At
// and Member: only the day is kept.
type Event struct {
	Seq    int64 // 1, 2, 3… within the case
	Kind   EventKind
	Day    workday.Day
	At     time.Time // to the second, staff acts only
	Member id.Member // who, staff acts only
	For    id.Member // in whose place they acted, because that person was away
	From   State
	To     State
	Code   Code        // decline code or finding, if one
	Doc    id.Doc      // the sealed document that belongs to it, if one
	Clock  ClockKind   // clock events only
	Due    workday.Day // clock events only
}
