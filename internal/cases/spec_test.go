package cases_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
)

var update = flag.Bool("update", false, "write the table of the machine into docs/spec/cases.md")

const (
	spec       = "../../docs/spec/cases.md"
	tableBegin = "<!-- the table, from Transitions(): go test ./internal/cases -run TestSpec -update -->\n"
	tableEnd   = "<!-- end of the table -->\n"
)

// TestSpec compares the table of the specification with the machine.
func TestSpec(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), tableBegin)
	have, after, ok2 := strings.Cut(rest, tableEnd)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table", spec)
	}
	want := specTable()
	if *update {
		if err := os.WriteFile(spec, []byte(before+tableBegin+want+tableEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if have != want {
		t.Errorf("the table of %s is not that of Transitions(); run with -update and read what changed:\n%s", spec, want)
	}
}

func specTable() string {
	var b strings.Builder
	b.WriteString("| act | from | to | who | needs | clocks |\n|---|---|---|---|---|---|\n")
	for _, r := range cases.Transitions() {
		act := string(r.Act)
		if r.Proposal != "" {
			act += " (" + string(r.Proposal) + ")"
		}
		if r.Of != "" {
			act += " (" + string(r.Of) + ")"
		}
		to := string(r.To)
		if to == "" {
			to = "same"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", act, specStates(r.From), to, words(r.By), words(r.Needs), specClocks(r))
	}
	return b.String()
}

func words[T ~string](all []T) string {
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = string(x)
	}
	return strings.Join(out, " ")
}

// specStates says "any" for every state that has a mailbox.
func specStates(from []cases.State) string {
	if from == nil {
		return "–"
	}
	var left []cases.State
	for _, s := range reachable {
		if !slices.Contains(from, s) {
			left = append(left, s)
		}
	}
	switch len(left) {
	case 0:
		return "any"
	case 1:
		return "any but " + string(left[0])
	default:
		return words(from)
	}
}

func specClocks(r cases.Transition) string {
	var out []string
	if len(r.Settles) > 0 {
		out = append(out, "settles "+words(r.Settles))
	}
	if len(r.Starts) > 0 {
		out = append(out, "starts "+words(r.Starts))
	}
	if r.Pauses {
		out = append(out, "pauses all others")
	}
	if r.Resumes {
		out = append(out, "resumes")
	}
	return strings.Join(out, ", ")
}
