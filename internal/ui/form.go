package ui

// Form is the start of a form. Its id is "f", or "g" for the second form of a page. It is always posted,
// as multipart: Chinese text is a third of the size there, and a value that is too long can be cut where it arrives.
type Form struct {
	ID     string
	Action string
	Hidden []Hidden
}

// Hidden carries an earlier answer or a sealed token through the page.
type Hidden struct{ Name, Value string }

// FieldKind is how a question is asked.
type FieldKind string

// The kinds of field. Place is a short text. Check is one box to tick. Code is a receipt code in any form.
const (
	FieldText   FieldKind = "text"
	FieldLong   FieldKind = "long"
	FieldOne    FieldKind = "one"
	FieldMany   FieldKind = "many"
	FieldDate   FieldKind = "date"
	FieldPlace  FieldKind = "place"
	FieldFile   FieldKind = "file"
	FieldCode   FieldKind = "code"
	FieldSelect FieldKind = "select"
	FieldCheck  FieldKind = "check"
)

// Field is one question with what was answered so far. Name must not say what it asks (a browser could fill it
// in); a date posts three values, Name followed by -y, -m and -d.
type Field struct {
	Kind     FieldKind
	ID       string // unique on the page; the first control has it, so an error can lead there
	Name     string
	Label    string
	Heading  bool // the label is the page's heading
	Hint     string
	Error    string
	Value    string
	Date     DateValue // FieldDate
	Options  []Option  // FieldOne, FieldMany, FieldSelect
	Optional bool      // says "if you like" beside the label
	Max      int       // most characters, 0 for no limit; said in the hint
	Rows     int       // FieldLong
	Numeric  bool      // FieldCode: offer the number keys
	Count    int       // FieldFile: how many files at once
	Accept   string    // FieldFile
}

// DateValue is a day as typed; any part may be missing or wrong.
type DateValue struct{ Y, M, D string }

// Part returns the part y, m or d.
func (d DateValue) Part(p string) string {
	switch p {
	case "y":
		return d.Y
	case "m":
		return d.M
	default:
		return d.D
	}
}

// Option is one answer to choose.
type Option struct {
	Value, Label, Hint string
	Chosen             bool
}

// ChoiceCard is a category with its limits, side by side and of equal weight.
type ChoiceCard struct {
	Value, Label, Summary string
	Chosen                bool
	Tests                 []string // all must be true
	Yes, No               []string // reportable, not reportable
	Law                   []string // legal basis
	Approved              string   // who approved it and when, as a sentence
}

// ErrorItem is one fault: what is wrong, and the id of the control to correct.
type ErrorItem struct{ ID, Text string }

// Errors lists the faults of fields in their order, for the summary above them.
func Errors(fields ...Field) []ErrorItem {
	var out []ErrorItem
	for _, f := range fields {
		if f.Error != "" {
			out = append(out, ErrorItem{f.ID, f.Error})
		}
	}
	return out
}

// Steps says where on the way a form page stands.
type Steps struct {
	Now, Of int
	Label   string
}

// Bars is one entry for each step: done, now or to come.
func (s Steps) Bars() []Progress {
	bars := make([]Progress, max(s.Of, 0))
	for i := range bars {
		switch {
		case i+1 < s.Now:
			bars[i] = Done
		case i+1 == s.Now:
			bars[i] = Now
		default:
			bars[i] = ToCome
		}
	}
	return bars
}
