package site

import (
	"clarion.example/clarion/internal/i18n"
	"clarion.example/clarion/internal/ui"
	"clarion.example/clarion/internal/workday"
)

// step is a step of the form, in order.
type step int

// The steps. Conditional questions stand on a screen of their own and belong to the details.
const (
	stepScreen step = iota + 1
	stepCategory
	stepQuestions
	stepDetails
	stepFiles
	stepReply
	stepCheck
	stepCount = int(stepCheck)
)

// stepsAt says where s stands, for the bar above the form.
func stepsAt(l *i18n.Localizer, s step) ui.Steps {
	label := ""
	switch s {
	case stepScreen:
		label = l.T("site.step_screen", nil)
	case stepCategory:
		label = l.T("site.step_category", nil)
	case stepQuestions:
		label = l.T("site.step_questions", nil)
	case stepDetails:
		label = l.T("site.step_details", nil)
	case stepFiles:
		label = l.T("site.step_files", nil)
	case stepReply:
		label = l.T("site.step_reply", nil)
	case stepCheck:
		label = l.T("site.step_check", nil)
	}
	return ui.Steps{Now: int(s), Of: stepCount, Label: label}
}

// formPage is what every step of the form has.
type formPage struct {
	ui.Frame
	Form   ui.Form
	Steps  ui.Steps
	Errors []ui.ErrorItem
}

// StartPage comes before the form: how to open it safely, whom to call, who reads now, what differs without scripts.
type StartPage struct {
	ui.Frame
	Form  ui.Form
	Staff Staffed
}

// Staffed says whether somebody reads now. Next is when somebody reads again, in words; it and Hours may be "".
type Staffed struct {
	Now         bool
	Next, Hours string
	Day, Time   string // Next as data: YYYY-MM-DD and 9:00
}

// ScreenPage asks, before anything is written, whether this is for us.
type ScreenPage struct {
	formPage
	Question ui.Field // FieldOne with Heading
}

// AwayPage declines kindly and says who can help. Nothing was stored but a count.
type AwayPage struct {
	ui.Frame
	Form        ui.Form // back to the step before
	Title, Text string  // the pack's words
	Call        ui.Phone
	Addresses   []Address
}

// CategoryPage shows each category with its limits.
type CategoryPage struct {
	formPage
	Cards []ui.ChoiceCard
	None  bool   // "none of these" is chosen
	Error string // nothing was chosen
}

// QuestionsPage asks the given fields: the common questions, a category's own, and those that follow from them.
type QuestionsPage struct {
	formPage
	Title, Lede string
	Fields      []ui.Field
}

// FilesPage receives files and lists those already received.
type FilesPage struct {
	formPage
	Field    ui.Field      // FieldFile; Count is at most what is left
	Received []ui.FileItem // sealed, held under the form's token
	MaxFiles int
	MaxSize  int64 // bytes of one file
}

// ReplyPage asks for the language of the reply, the office and the form of the code.
type ReplyPage struct {
	formPage
	Lang, Office, Code ui.Field // FieldOne each
}

// CheckPage shows every answer once more, and sends.
type CheckPage struct {
	formPage
	Sections []ui.SummarySection
	Office   string   // who alone can open it
	Honest   ui.Field // FieldCheck
}

// ReceiptPage shows the code once.
type ReceiptPage struct {
	ui.Frame
	Ticket ui.Ticket
	Dates  []ui.TimelineItem
	Look   workday.Day // look into the mailbox after this day
	Form   ui.Form     // id "f": this page in another language
	Ack    ui.Form     // id "g"; its button saves the acknowledgement
	Day    workday.Day // received on
}

// HeldReason is why a report could not be taken now.
type HeldReason string

// The reasons. Held answers stay in the page.
const (
	HeldBusy   HeldReason = "busy"
	HeldClosed HeldReason = "closed" // the doors are not open yet
	HeldFull   HeldReason = "full"   // no room for files; text goes on
	HeldLarge  HeldReason = "large"  // one answer is longer than a form can carry; Text says so
	HeldLetter HeldReason = "letter" // an answer in the mailbox, not a report
)

// HeldPage keeps the answers of a form that could not be taken, says whom to call, and offers to try again.
type HeldPage struct {
	ui.Frame
	Form    ui.Form // id "f" with every answer hidden; no Action means that there is nothing to try again
	Why     HeldReason
	Text    string // HeldLarge: what is too large
	Go      string // value of the button "go" that tries again
	Seconds int    // wait this long before the next try; 0 says nothing
	Answers []ui.SummarySection
}
