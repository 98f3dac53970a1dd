package site

import (
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/workday"
)

// SignInPage asks for the receipt code and says what the server sees.
type SignInPage struct {
	ui.Frame
	Form   ui.Form
	Errors []ui.ErrorItem
	Code   ui.Field
	Words  bool   // letters are offered on phones instead of number keys
	Other  string // this page with the other keys
}

// MailboxPage is an open mailbox. The handle that keeps it open stands in the hidden fields of both forms.
type MailboxPage struct {
	ui.Frame
	Status     ui.Tag
	Number     string
	Unit       string
	Notices    []ui.Note
	Thread     []ui.ThreadItem
	Empty      ui.Empty // shown when the thread is empty
	CanWrite   bool
	Form       ui.Form // id "f": the answer, multipart
	Errors     []ui.ErrorItem
	Answer     ui.Field
	Received   []ui.FileItem // files that came with an answer that was not sent yet
	Files      ui.Field
	Acts       ui.Form // id "g": save, erase, change the code, close
	Timeline   []ui.TimelineItem
	Ack        bool     // the acknowledgement can be saved
	Proof      bool     // the proof of inclusion can be saved
	ReviewBy   string   // last day to ask for a review, written out; "" when none can be asked for
	Readers    []string // names of offices that read chosen documents beside Unit
	Passing    string   // how far the case has come on its way to another body, in a sentence; "" when it is on none
	ObjectBy   string   // last day to object to it, written out; "" when that is not possible
	ObjectOver bool     // it is still proposed, and the time to object is over
	Minutes    int      // how long the page stays open without scripts
}

// EraseMessagePage asks before a message is erased.
type EraseMessagePage struct {
	ui.Frame
	Form ui.Form
	By   string
	Day  workday.Day
}

// RecodePage asks before the code is changed.
type RecodePage struct {
	ui.Frame
	Form   ui.Form
	Errors []ui.ErrorItem
	Kind   ui.Field
}

// ReviewPage asks what is to be said about a decision before it is looked at again.
type ReviewPage struct {
	ui.Frame
	Form   ui.Form
	Errors []ui.ErrorItem
	Words  ui.Field
}

// ObjectPage asks what is to be said about a transfer to which the reporter objects.
type ObjectPage struct {
	ui.Frame
	Form   ui.Form
	Errors []ui.ErrorItem
	Words  ui.Field
}

// CloseMailboxPage asks before the mailbox is closed.
type CloseMailboxPage struct {
	ui.Frame
	Form ui.Form
}

// NewCodePage shows the new code once.
type NewCodePage struct {
	ui.Frame
	Ticket ui.Ticket
	Form   ui.Form // id "g": back into the mailbox with the new handle
	Again  ui.Form // id "f": this page in another language
}

// ClosedPage says that the mailbox is closed.
type ClosedPage struct{ ui.Frame }
