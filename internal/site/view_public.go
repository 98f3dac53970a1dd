package site

import "clarion.example/clarion/internal/ui"

// HomePage is the front page.
type HomePage struct {
	ui.Frame
	Open    bool       // reports are taken on this site
	Phones  []ui.Phone // every number but the emergency one, the hotline among them
	Offices []Address
}

// ContactPage lists every way to reach the authority, and who watches over it.
type ContactPage struct {
	ui.Frame
	Phones     []ui.Phone
	Offices    []Address
	Hours      string // when reports are read, in the authority's words
	Inspectors []Address
}

// InfoPage is a page of text that needs nothing but its frame: what-we-see, threat-model, data-flow, accessibility.
type InfoPage struct{ ui.Frame }

// RetentionPage says how long each thing is kept.
type RetentionPage struct {
	ui.Frame
	Rows []RetentionRow
}

// RetentionRow is one kind of thing, in the pack's words.
type RetentionRow struct{ What, Long, Then string }

// SourcePage names the program that answers.
type SourcePage struct {
	ui.Frame
	Rows []SourceRow
}

// SourceRow is a fact about the program, such as a version or the hash of a file.
type SourceRow struct{ Name, Value string }

// TourPage leads a visitor of the demo through the steps that exist. All texts are the demo's own.
type TourPage struct {
	ui.Frame
	Steps  []TourStep
	People []TourPerson
}

// TourStep is one thing to try: on a page, or with commands in a terminal.
type TourStep struct {
	Title, Text string
	Commands    []string
	Link        string // a path of this site, or ""
	LinkText    string
}

// TourPerson is a role that the demo plays, with its fresh key.
type TourPerson struct {
	Name, Role, Does    string
	KeyFile, Passphrase string // Passphrase may be ""

	// Account signs in at Door, with the passphrase and the code that counts now; "" for who has none.
	Account, Code, Door string
}

// FaultPage is the page of an error. Text is the sentence of the error's key, or "" for the sentence of the status.
type FaultPage struct {
	ui.Frame
	Status  int
	Text    string
	Fault   string // names the bug, not the visit; only with status 500
	Back    string // a path of this site to try again from, or ""
	Mailbox bool   // what to do next is done in the mailbox
}
