package ui

import "clarion.example/clarion/internal/workday"

// Tone is the meaning of a colour. A word always says the same.
type Tone string

// The tones of notes and tags.
const (
	Neutral Tone = ""
	Go      Tone = "go"
	Good    Tone = "ok"
	Warn    Tone = "warn"
	Danger  Tone = "danger"
	Sealed  Tone = "seal"
)

// Note is a short notice: a title and one or two sentences.
type Note struct {
	Tone        Tone
	Title, Text string
	Phone       Phone // shown as a telephone link if it has a number
}

// Tag is a state in a word.
type Tag struct {
	Tone Tone
	Text string
}

// Progress is where a step of a way stands.
type Progress string

// The three places on a way.
const (
	Done   Progress = "done"
	Now    Progress = "now"
	ToCome Progress = "todo"
)

// TimelineItem is one step with its day.
type TimelineItem struct {
	State Progress
	Title string
	Note  string
	Day   workday.Day // when it happened, or by when it will; may be no day
	By    bool        // Day is the last day for it
	Today bool        // Day is today
	Due   workday.Day // the last day there was, beside a Day when it happened
}

// SummarySection is a group of answers with one button to change them.
type SummarySection struct {
	Title  string
	Change string // value of the button "go"; "" for no button
	Rows   []SummaryRow
}

// SummaryRow is a question and its answer, which is a stranger's words.
type SummaryRow struct {
	Key   string
	Value string
	Tag   Tag
}

// Ticket is a receipt code to write down. It is shown once.
type Ticket struct {
	Groups []string // ten groups of four digits, or ten words
	Words  bool
}

// ThreadKind is what an entry of a mailbox is.
type ThreadKind string

// The kinds of entry. A gap is a place where a message is missing; a false one was not signed by the unit and is
// not shown; one in waiting is sealed to the unit alone until somebody there reseals it.
const (
	FromStaff  ThreadKind = "staff"
	FromYou    ThreadKind = "you"
	YourReport ThreadKind = "report"
	Gap        ThreadKind = "gap"
	False      ThreadKind = "false"
	Waiting    ThreadKind = "waiting"
	Erased     ThreadKind = "erased"
)

// ThreadItem is one entry. What a reporter wrote is never in it: only the day.
type ThreadItem struct {
	Kind  ThreadKind
	ID    string
	By    string // the unit
	Day   workday.Day
	Text  string
	Tag   Tag
	Files []FileItem
	Erase bool // offers a button go=erase:ID of the form "g"
}

// FileItem is a file: received and sealed, or offered for saving.
type FileItem struct {
	ID, Name string
	Size     int64 // bytes
}

// Empty says what will be here and when.
type Empty struct{ Icon, Title, Text string }
