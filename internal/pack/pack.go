// Package pack reads a programme as data: who the authority is, what conduct can be reported, what is asked,
// which office reads it, by when, and in which words people are answered.
//
// A pack is plain text that an inspector can read and approve. It must never hold code or markup, and no
// question, option or example in it may turn on a trait of a person: Check refuses such a pack, and nothing
// else in Clarion loads one. It never reads the clock and never stores anything.
package pack

import (
	"time"
	_ "time/tzdata" // a pack names its zone, and not every machine has the table

	"clarion.example/clarion/internal/calendar"
	"clarion.example/clarion/internal/id"
	"clarion.example/clarion/internal/workday"
)

// Pack is a programme that passed every check. Nothing changes it after [Load]; several goroutines may read it.
type Pack struct {
	ID         string // such as national-security
	Version    string
	Name       Text
	Languages  []string // BCP 47; every text is there in each of them, the first is the authority's own
	Prefix     string   // of case numbers, such as MH
	Authority  Authority
	Colours    *Colours // nil: the colours of the house
	Mark       string   // path of a PNG inside the pack, or ""
	Leave      string   // neutral page that "Leave now" opens
	Zone       *time.Location
	Emergency  Number
	Numbers    []Number
	Offices    []Office
	Regions    []Region
	Calendar   workday.Calendar
	Table      *calendar.Table // the same with names and sources
	Years      []int           // that the calendar covers; none: it is the week alone, without end
	Source     Text            // where the calendar's dates come from, and what the operator must check
	Hours      workday.Hours
	HoursText  Text                    // the staffed hours in words
	Clocks     map[string]workday.Term // by name: s1 … s7, r1 … r4 and their extensions
	Danger     time.Duration           // staffed time until a person looks at a danger flag
	Limits     Limits
	Retention  map[string]workday.Term // by class: declined, unfounded, concluded, reward
	Addresses  []Address
	Bodies     []Body              // to whom a case can be passed on
	Bases      []Ground            // the laws that let it be passed on
	Declines   map[string][]string // other addresses that go with a decline code
	Screen     Screen
	Messages   Messages
	Letters    Letters
	Categories []Category
}

// Authority is whose programme it is. In the packs that Clarion ships it is invented.
type Authority struct {
	Name  Text `yaml:"name"`
	Short Text `yaml:"short"`
	Place Text `yaml:"place"`
}

// Number is a telephone number. Tel is dialled (+864005550139, or 110); Shown is read.
type Number struct {
	ID            string `yaml:"id"`
	Kind          string `yaml:"kind"` // emergency, hotline, relay or office
	Tel           string `yaml:"tel"`
	Shown         string `yaml:"shown"`
	International string `yaml:"international"` // the same for somebody abroad; "" for short numbers
	Label         Text   `yaml:"label"`
	Hours         Text   `yaml:"hours"`
	Note          Text   `yaml:"note"` // what calling leaves behind
}

// Office is a unit with its own key. Parent is "" for the one at the top.
type Office struct {
	ID      id.Unit `yaml:"id"`
	Name    Text    `yaml:"name"`
	Parent  id.Unit `yaml:"parent"`
	Kind    string  `yaml:"kind"`   // centre, province or city
	Intake  bool    `yaml:"intake"` // reports can be sealed to it
	Address Text    `yaml:"address"`
}

// Region is a place that the reporter may pick. "Rather not say" is not in the list: it is the empty region.
type Region struct {
	ID     id.Region `yaml:"id"`
	Name   Text      `yaml:"name"`
	Office id.Unit   `yaml:"office"`
}

// Limits bound what a stranger may send. Lengths are in characters, sizes in MiB.
type Limits struct {
	Short     int `yaml:"short"`      // one-line answers
	Place     int `yaml:"place"`      // places
	Long      int `yaml:"long"`       // answers of several lines, messages
	Account   int `yaml:"account"`    // what happened, in the reporter's words
	Files     int `yaml:"files"`      // per report
	File      int `yaml:"file"`       // MiB each, sealed in the browser
	PlainFile int `yaml:"plain_file"` // MiB each, without scripts
}

// Address is somewhere else to turn to.
type Address struct {
	ID    string `yaml:"id"`
	Name  Text   `yaml:"name"`
	What  Text   `yaml:"what"` // what they do, in one sentence
	Tel   string `yaml:"tel"`
	Shown string `yaml:"shown"`
	URL   string `yaml:"url"`
	Post  Text   `yaml:"post"`
}

// Body is another authority to which a case can be passed on.
type Body struct {
	ID        string `yaml:"id"`
	Name      Text   `yaml:"name"`
	Recipient string `yaml:"recipient"` // its age1pq1… key, or "": then the copy is sealed to words that are spoken by telephone
}

// Ground is a law that lets a case be passed on, in the words of the letter to its reporter.
type Ground struct {
	ID   string `yaml:"id"`
	Text Text   `yaml:"text"`
}

// Screen is what people read before they write anything.
type Screen struct {
	Title   Text           `yaml:"title"`
	Intro   Text           `yaml:"intro"`
	Options []ScreenOption `yaml:"options"`
}

// Outcome is where an option of the screen leads.
type Outcome string

// The outcomes.
const (
	Continue Outcome = "continue"
	Away     Outcome = "away" // this cannot be reported here; Text says why, Addresses who can help
	Call     Outcome = "call" // telephone first
)

// ScreenOption is one answer to "what is it about?". Why is a decline code (D1 … D8), "emergency" or
// "authority" (a complaint about the authority itself); "" for Continue.
type ScreenOption struct {
	ID        string   `yaml:"id"`
	Label     Text     `yaml:"label"`
	Outcome   Outcome  `yaml:"outcome"`
	Why       string   `yaml:"why"`
	Title     Text     `yaml:"title"`
	Text      Text     `yaml:"text"`
	Addresses []string `yaml:"addresses"`
}

// Category is one kind of conduct, with its limits. Its [Category.Hash] is what the inspector approves.
type Category struct {
	ID            id.Category `yaml:"id"`
	Name          Text        `yaml:"name"`
	Summary       Text        `yaml:"summary"`
	Basis         []Basis     `yaml:"basis"`
	Elements      []Text      `yaml:"elements"` // the test: all of them must hold
	Reportable    []Text      `yaml:"reportable"`
	NotReportable []Text      `yaml:"not_reportable"`
	Office        id.Unit     `yaml:"office"` // reads reports whose region is not said
	Questions     []Question  `yaml:"questions"`
	hash          string
}

// Basis is a law that forbids the conduct. Article is nil where the whole law is meant.
type Basis struct {
	Law     Text `yaml:"law"`
	Edition Text `yaml:"edition"`
	Article Text `yaml:"article"`
	Text    Text `yaml:"text"` // what it says, in plain words
}

// Type is the kind of answer that a question takes.
type Type string

// The types.
const (
	TypeText  Type = "text"  // one line
	TypeLong  Type = "long"  // several lines
	TypeOne   Type = "one"   // one option
	TypeMany  Type = "many"  // any number of options
	TypeDate  Type = "date"  // a year, month or day, as exactly as somebody knows
	TypePlace Type = "place" // one line
)

// Question is one question of a category.
type Question struct {
	ID       id.Question `yaml:"id"`
	Type     Type        `yaml:"type"`
	Label    Text        `yaml:"label"`
	Hint     Text        `yaml:"hint"`
	Options  []Option    `yaml:"options"`
	Required bool        `yaml:"required"`
	When     *When       `yaml:"when"` // nil: always asked
	Max      int         `yaml:"max"`  // characters; 0: the limit of the type
}

// Option is one answer to choose.
type Option struct {
	ID    string `yaml:"id"`
	Label Text   `yaml:"label"`
}

// When makes a question depend on an earlier one: it is asked if that one was answered with any of these
// options.
type When struct {
	Question id.Question `yaml:"question"`
	Any      []string    `yaml:"any"`
}
