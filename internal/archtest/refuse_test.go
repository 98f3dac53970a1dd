package archtest

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// traits are what no field, column, filter, index or export may be about (DESIGN 1: conduct, never traits).
var traits = regexp.MustCompile(`(?i)(nationalit|citizenship|ethnic|^race$|racial|religio|faith|belief|politic|party_?member|profession|occupation|employer_?name|` +
	`health|medical|disab|sexual|orientation|gender|journalis|academi|accent|skin|birth_?(day|date|place)|id_?card|id_?number|passport|` +
	`face_?(id|match|vector)|voice_?(print|match)|plate_?(no|number)|fingerprint_?of|watch_?list|person_?(index|search|score)|suspect|risk_?score)`)

// unmasking are what no row may keep of a visit.
var unmasking = regexp.MustCompile(`(?i)(^ip$|ip_?addr|remote_?addr|user_?agent|referr?er|device_?id|cookie|session_?id|chat_?id|open_?id|visited|last_?seen|read_?at|phone_?number|email_?addr)`)

func TestSchemaHasNoTraitAndNoMask(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../store/testdata/schema.*.sql")
	if err != nil || len(files) != 2 {
		t.Fatalf("golden schemas: %v, %v", files, err)
	}
	word := regexp.MustCompile(`[A-Za-z_]+`)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range word.FindAllString(string(b), -1) {
			if traits.MatchString(w) || unmasking.MatchString(w) {
				t.Errorf("%s names %q: no column or index may be about a trait of a person, a visit or a device (DESIGN 1)", filepath.Base(f), w)
			}
		}
	}
}

// TestFieldsHaveNoTrait reads the names of all struct fields and what they are called in JSON and YAML.
func TestFieldsHaveNoTrait(t *testing.T) {
	t.Parallel()
	for _, f := range parse(t) {
		if f.test {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			st, ok := n.(*ast.StructType)
			if !ok {
				return true
			}
			for _, field := range st.Fields.List {
				for _, name := range fieldNames(field) {
					if traits.MatchString(name) || unmasking.MatchString(name) {
						t.Errorf("%s: field %q is about a trait of a person, a visit or a device (DESIGN 1)", f.set.Position(field.Pos()), name)
					}
				}
			}
			return true
		})
	}
}

func fieldNames(field *ast.Field) []string {
	var out []string
	for _, n := range field.Names {
		out = append(out, n.Name)
	}
	if field.Tag != nil && field.Tag.Kind == token.STRING {
		tag := reflect.StructTag(strings.Trim(field.Tag.Value, "`"))
		for _, key := range []string{"json", "yaml", "toml"} {
			if name, _, _ := strings.Cut(tag.Get(key), ","); name != "" && name != "-" {
				out = append(out, name)
			}
		}
	}
	return out
}

// TestQueueFilters: the server searches by what DESIGN 1 lists and by nothing finer. Besides there are the lists of work of
// docs/design/0012-cases-at-the-desk.md and 0019-work-pages.md, which say how the case and its clocks stand and whether it is the
// asker's own turn; a use case takes their name and nobody else's id. TakesPart leaves out cases in which the asker takes no part.
func TestQueueFilters(t *testing.T) {
	t.Parallel()
	allowed := map[string]bool{"Units": true, "Category": true, "Region": true, "State": true, "Via": true, "Lang": true, "Day": true}
	work := map[string][]string{
		"internal/store":           {"States", "Handlers", "For", "Votes", "Danger", "Letter", "DueBefore", "DueFrom", "Near", "TakesPart"},
		"internal/office/casework": {"Show", "Ends"},
	}
	found := 0
	for _, f := range parse(t) {
		if f.test || f.pkg != "internal/store" && f.pkg != "internal/office/casework" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			ts, ok := n.(*ast.TypeSpec)
			if !ok || ts.Name.Name != "Filter" {
				return true
			}
			st, ok := ts.Type.(*ast.StructType)
			if !ok {
				return true
			}
			found++
			for _, field := range st.Fields.List {
				for _, name := range field.Names {
					if !allowed[name.Name] && !slices.Contains(work[f.pkg], name.Name) {
						t.Errorf("%s: cases can be filtered by %s; DESIGN 1 allows case number, category, region, day, state and office", f.set.Position(field.Pos()), name.Name)
					}
				}
			}
			return true
		})
	}
	if found != 2 {
		t.Errorf("found %d filters of cases, want 2: did one move?", found)
	}
}
