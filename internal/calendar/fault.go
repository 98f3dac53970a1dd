package calendar

import (
	"fmt"
	"strings"

	"clarion.example/clarion/internal/errs"
	"clarion.example/clarion/internal/i18n"
)

// Fault is one thing that is wrong in a file: the line, from 1 on, 0 for the file as a whole, and a catalogue key.
type Fault struct {
	Line int
	Key  string
	Args errs.Args
}

// In is the sentence in a language, without the line.
func (f Fault) In(l *i18n.Localizer) string { return l.T(f.Key, f.Args) }

// Faults are all faults of a file in the order of its lines. As an error it is English, for a terminal.
type Faults []Fault

// Error lists the faults, one a line.
func (f Faults) Error() string {
	c, err := i18n.New(func(error) {})
	if err != nil {
		return err.Error()
	}
	lines := make([]string, len(f))
	for i, x := range f {
		if lines[i] = x.In(c.For("en")); x.Line > 0 {
			lines[i] = fmt.Sprintf("line %d: %s", x.Line, lines[i])
		}
	}
	return strings.Join(lines, "\n")
}

// faults collects, so that one run shows them all, but no more than people read.
type faults struct{ found Faults }

const mostFaults = 50

func (f *faults) add(line int, key string, args errs.Args) {
	if len(f.found) < mostFaults {
		f.found = append(f.found, Fault{line, "calendar." + key, args})
	}
}
