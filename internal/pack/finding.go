package pack

import (
	"fmt"
	"strings"

	"clarion.example/clarion/internal/errs"
)

// Finding is one fault of a pack: the file, the place inside it (such as questions[2].label.en, or a line),
// and what is wrong as a catalogue key with arguments.
type Finding struct {
	File string
	Path string
	Key  string
	Args errs.Args
}

// English is the fault in one sentence, for a terminal without a catalogue. It is the catalogue's own.
func (f Finding) English() string {
	s, ok := sentences()[f.Key]
	if !ok {
		return f.Key
	}
	var pairs []string
	for name, value := range f.Args {
		pairs = append(pairs, "{{."+name+"}}", fmt.Sprint(value))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// String is "file: place: sentence".
func (f Finding) String() string {
	if f.Path == "" {
		return f.File + ": " + f.English()
	}
	return f.File + ": " + f.Path + ": " + f.English()
}

// Faults are all faults of a pack, in the order of its files. It is the cause of the error that [Load] returns.
type Faults []Finding

// Error lists the faults, one a line.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, x := range f {
		lines[i] = x.String()
	}
	return strings.Join(lines, "\n")
}
