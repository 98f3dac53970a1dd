package desk

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"clarion.example/clarion/internal/cases"
)

// TestRulesHaveNames: every word of the table that the page draws has a name in the script.
func TestRulesHaveNames(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("script/casewords.ts")
	if err != nil {
		t.Fatal(err)
	}
	named := func(key string) {
		if !strings.Contains(string(b), `"`+key+`"`) {
			t.Errorf("the page has no name for %s", key)
		}
	}
	all := rules()
	if len(all) != len(cases.Transitions()) {
		t.Fatalf("%d rules of %d", len(all), len(cases.Transitions()))
	}
	for _, r := range all {
		named(r.Act.Key())
		for _, s := range append(r.From, reached()...) {
			named(s.Key())
		}
		for _, role := range r.By {
			named(role.Key())
		}
		for _, need := range r.Needs {
			named(need.Key())
		}
		for _, clock := range append(r.Starts, r.Settles...) {
			named(clock.Key())
		}
	}
}

var called = regexp.MustCompile(`\bt\("([a-z]+\.[a-z0-9_.]+)"`)

// TestScriptsHaveTheirWords: a text that a script asks for by its key is among those that the door serves. An area that nobody listed
// would show as an ellipsis.
func TestScriptsHaveTheirWords(t *testing.T) {
	t.Parallel()
	texts, err := os.ReadFile("dist/texts.txt")
	if err != nil {
		t.Fatal(err)
	}
	served := map[string]bool{}
	for line := range strings.Lines(string(texts)) {
		served[strings.TrimSpace(line)] = true
	}
	files, err := filepath.Glob("script/*.ts")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range called.FindAllStringSubmatch(string(b), -1) {
			if !served[m[1]] {
				t.Errorf("%s asks for %s, which is not served", file, m[1])
			}
		}
	}
}
